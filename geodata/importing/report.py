"""What an import did: how the source was understood, and what became of every row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from geodata.errors import SHOWN
from geodata.readers.raw import Repair

Bounds = tuple[float, float, float, float]
"""Smallest x and y, largest x and y."""


@dataclass(frozen=True)
class ProblemRow:
    """A row that was rejected, with what stands in it."""

    row: int
    reason: str
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportReport:
    """The story of one import.

    Parameters
    ----------
    source, sha256, size_bytes
        The source as the user knows it, and hash and size of its files; None for a service.
    driver, layer
        Format, and name of the layer where there are names.
    encoding, encoding_reason
        Encoding of the texts and why it was chosen.
    crs_found, crs_declared, crs_used
        The system in the file, the one given by the user, and the one of the result.
    datum, datum_reason
        The Chinese datum that the coordinates were taken for, and why.
    rows_in, rows_kept, rejected
        Rows of the source, rows of the result, and reason = row numbers (from 1) of all others.
    repairs, casts, remarks
        What was mended, what changed type, and what was understood and how.
    geometry_types
        Type = number of rows kept.
    bounds_before, bounds_after
        Bounds as found and in the result, each in its own CRS.
    duplicates
        Id = row numbers that share it.
    null_share
        Column = share of blank cells, 0 to 1.
    problem_rows
        The first rejected rows.
    advice
        What to do next.

    Raises
    ------
    ValueError
        When the rows do not add up, which would be a fault of the program.
    """

    source: str
    driver: str
    rows_in: int
    rows_kept: int
    rejected: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    sha256: str | None = None
    size_bytes: int | None = None
    layer: str | None = None
    encoding: str | None = None
    encoding_reason: str = ""
    crs_found: str | None = None
    crs_declared: str | None = None
    crs_used: str | None = None
    datum: str | None = None
    datum_reason: str = ""
    repairs: tuple[Repair, ...] = ()
    casts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    geometry_types: Mapping[str, int] = field(default_factory=dict)
    bounds_before: Bounds | None = None
    bounds_after: Bounds | None = None
    duplicates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    null_share: Mapping[str, float] = field(default_factory=dict)
    problem_rows: tuple[ProblemRow, ...] = ()
    advice: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lost = self.rows_in - self.rows_kept - self.rows_rejected
        if lost:
            raise ValueError(f"{self.source}: {lost} rows are neither kept nor rejected")

    @property
    def rows_rejected(self) -> int:
        """Number of rows that were left out, for any reason."""
        return sum(len(rows) for rows in self.rejected.values())

    def to_dict(self) -> dict[str, Any]:
        """The report as plain dicts, lists, texts and numbers, ready for JSON."""
        plain = asdict(self)
        plain["rejected"] = {reason: list(rows) for reason, rows in self.rejected.items()}
        plain["duplicates"] = {name: list(rows) for name, rows in self.duplicates.items()}
        plain["rows_rejected"] = self.rows_rejected
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def merged(reports: Sequence[ImportReport]) -> ImportReport:
    """One report for a source that was imported in pieces.

    Parameters
    ----------
    reports
        Those of the pieces, at least one, in order.

    Returns
    -------
    report
        Rows, rejections and repairs added up, remarks without repetition.
    """
    rejected: dict[str, tuple[int, ...]] = {}
    types: dict[str, int] = {}
    duplicates: dict[str, tuple[int, ...]] = {}
    for report in reports:
        for reason, rows in report.rejected.items():
            rejected[reason] = (*rejected.get(reason, ()), *rows)
        for word, count in report.geometry_types.items():
            types[word] = types.get(word, 0) + count
        for name, rows in report.duplicates.items():
            duplicates[name] = (*duplicates.get(name, ()), *rows)
    return replace(
        reports[0],
        rows_in=sum(report.rows_in for report in reports),
        rows_kept=sum(report.rows_kept for report in reports),
        rejected=rejected,
        repairs=tuple(repair for report in reports for repair in report.repairs),
        casts=_once([report.casts for report in reports]),
        remarks=_once([report.remarks for report in reports]),
        geometry_types=types,
        bounds_before=_around([report.bounds_before for report in reports]),
        bounds_after=_around([report.bounds_after for report in reports]),
        duplicates=duplicates,
        null_share=_null_share(reports),
        problem_rows=tuple(row for report in reports for row in report.problem_rows)[:SHOWN],
        advice=_once([report.advice for report in reports]),
    )


def _once(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for texts in lists for text in texts))


def _around(several: Sequence[Bounds | None]) -> Bounds | None:
    known = [bounds for bounds in several if bounds is not None]
    if not known:
        return None
    xmin, ymin, xmax, ymax = zip(*known, strict=True)
    return min(xmin), min(ymin), max(xmax), max(ymax)


def _null_share(reports: Sequence[ImportReport]) -> dict[str, float]:
    """Shares of the pieces, weighted by their rows."""
    kept = sum(report.rows_kept for report in reports)
    nulls: dict[str, float] = {}
    for report in reports:
        for column, share in report.null_share.items():
            nulls[column] = nulls.get(column, 0.0) + share * report.rows_kept
    return {column: number / kept if kept else 0.0 for column, number in nulls.items()}
