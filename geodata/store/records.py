"""What a store knows of a layer besides its rows: where it comes from, and what its import said."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from geopandas import GeoDataFrame

from geodata.servers.credentials import redacted

COLUMNS = ("layer", "kind", "source", "sha256", "licence", "date", "command", "report")
"""Columns of the table of records, all of them text."""


class Reported(Protocol):
    """A report of an import."""

    def to_dict(self) -> dict[str, Any]:
        """The report in plain values, as JSON knows them."""


@dataclass(frozen=True)
class Provenance:
    """Where a layer comes from; passwords and keys in it are hidden.

    Parameters
    ----------
    source
        File, table or address.
    sha256
        Hash of the source, where it is a file; blank for that of the report.
    licence
        Terms under which the data may be used.
    date
        When the data was made or taken over, such as ``2026-11-21``.
    command
        What brought it here.
    """

    source: str
    sha256: str = ""
    licence: str = ""
    date: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", redacted(self.source))
        object.__setattr__(self, "command", redacted(self.command))


@dataclass(frozen=True, eq=False)
class NewLayer:
    """A layer to be written.

    Parameters
    ----------
    name
        Its name, kept letter by letter.
    frame
        Its rows; or parts of them, one after the other, so that not all need to be in memory.
    report
        What its import said; asked after the last row.
    provenance
        Where the rows come from.
    kind
        What they are used for.
    """

    name: str
    frame: GeoDataFrame | Iterable[GeoDataFrame]
    report: Reported | None
    provenance: Provenance
    kind: str = ""

    def record(self) -> tuple[str, ...]:
        """What a store notes of it; see `as_row`."""
        return as_row(self.name, kind=self.kind, provenance=self.provenance, report=self.report)


@dataclass(frozen=True)
class StoredLayer:
    """A layer of a store.

    Parameters
    ----------
    name
        Its name.
    rows
        Number of rows.
    geometry_type
        Such as ``Point``; ``Unknown`` where rows differ.
    crs
        Code or text of its coordinate system; empty where it has none.
    bounds
        Smallest x and y, largest x and y, in the unit of the CRS; None without rows.
    kind
        What it is used for (``demand``, ``districts`` ...); empty for a layer that somebody else added.
    provenance
        Where it comes from; None for a layer that somebody else added.
    report
        What its import said; None where there was none.
    """

    name: str
    rows: int
    geometry_type: str
    crs: str
    bounds: tuple[float, float, float, float] | None
    kind: str = ""
    provenance: Provenance | None = None
    report: Mapping[str, Any] | None = field(default=None, compare=False)


def as_row(name: str, *, kind: str, provenance: Provenance, report: Reported | None) -> tuple[str, ...]:
    """A record as the row of a table.

    Parameters
    ----------
    name
        Name of the layer.
    kind
        What it is used for.
    provenance
        Where it comes from.
    report
        What its import said.

    Returns
    -------
    row
        Texts in the order of ``COLUMNS``.
    """
    told = None if report is None else _without_secrets(report.to_dict())
    said = "" if told is None else json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    where = asdict(provenance)
    where["sha256"] = where["sha256"] or (told or {}).get("sha256") or ""
    return (name, kind, *(where[column] for column in COLUMNS[2:-1]), said)


def _without_secrets(value: Any) -> Any:  # noqa: ANN401 - plain values of any kind
    """Plain values with every text redacted."""
    if isinstance(value, Mapping):
        return {str(key): _without_secrets(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(entry) for entry in value]
    return redacted(value) if isinstance(value, str) else value


def from_row(row: tuple[str, ...]) -> dict[str, Any]:
    """What a row of the table says, as the last fields of a `StoredLayer`.

    Parameters
    ----------
    row
        Texts in the order of ``COLUMNS``.

    Returns
    -------
    fields
        ``kind``, ``provenance`` and ``report``.
    """
    cells = dict(zip(COLUMNS, row, strict=True))
    where = {column: cells[column] for column in COLUMNS[2:-1]}
    report = json.loads(cells["report"]) if cells["report"] else None
    return {"kind": cells["kind"], "provenance": Provenance(**where), "report": report}
