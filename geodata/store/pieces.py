"""A layer that is imported and stored piece by piece, so that memory does not grow with it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geopandas import GeoDataFrame

from geodata.importing.layers import refuse_empty
from geodata.importing.report import ImportReport, merged
from geodata.store import write_layer
from geodata.store.records import Provenance


def write_pieces(
    store: str | Path,
    name: str,
    pieces: Iterable[tuple[GeoDataFrame, ImportReport]],
    provenance: Provenance,
    *,
    kind: str = "",
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Write the pieces of an import as one layer.

    Parameters
    ----------
    store, name, provenance, kind, progress
        As in `geodata.store.write_layer`.
    pieces
        What `geodata.importing.layers.import_pieces` gives; at least one.

    Returns
    -------
    report
        The story of all pieces, which is also kept in the store.

    Raises
    ------
    LayerError
        As in `geodata.store.write_layer`, what the pieces raise, and when they keep no row; the store stays as it was.
    """
    story = _Story()
    write_layer(store, name, story.of(pieces), story, provenance, kind=kind, progress=progress)
    return story.report


@dataclass
class _Story:
    """Reports of the pieces that have gone by."""

    parts: list[ImportReport] = field(default_factory=list)

    def of(self, pieces: Iterable[tuple[GeoDataFrame, ImportReport]]) -> Iterator[GeoDataFrame]:
        """Pass on the rows and keep the reports."""
        for frame, report in pieces:
            self.parts.append(report)
            yield frame
        # Before the store is touched: what is there already is worth more than nothing.
        if self.parts and not self.report.rows_kept:
            refuse_empty(self.report)

    @property
    def report(self) -> ImportReport:
        """All reports as one."""
        return merged(self.parts)

    def to_dict(self) -> dict[str, Any]:
        """The same in plain values."""
        return self.report.to_dict()
