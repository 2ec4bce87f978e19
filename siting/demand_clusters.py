"""Trip ends and positions merged into a layer of demand points in the study's store."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from geodata.clustering import Displacement, cluster_layer
from geodata.errors import listed
from geodata.importing.report import ImportReport
from geodata.importing.wishes import Wishes
from geodata.store import write_layer
from geodata.store.records import Provenance
from siting.importing import Target


@dataclass(frozen=True)
class Clustering:
    """What became of the points.

    Parameters
    ----------
    eps_m
        Farthest that a point may have been moved, metres.
    crs
        The metric CRS of the demand points.
    points, demand_points
        Points read, and demand points that stand for them.
    displacement
        How far the points were moved.
    report
        What became of every row of the file.
    """

    eps_m: float
    crs: str
    points: int
    demand_points: int
    displacement: Displacement
    report: ImportReport

    def to_dict(self) -> Mapping[str, Any]:
        """Return the figures as plain values."""
        told = {name: getattr(self, name) for name in ("eps_m", "crs", "points", "demand_points")}
        return told | {"displacement": asdict(self.displacement), "report": self.report.to_dict()}


def cluster_to_store(
    source: str, eps_m: float, crs_m: str | None, target: Target, wishes: Wishes, *, command: str = ""
) -> Clustering:
    """Merge the points of a file and write them as a layer with counts.

    Parameters
    ----------
    source
        File of points; read in pieces, however long.
    eps_m
        Farthest that a point may be moved, metres.
    crs_m
        Metric CRS of the result; None for the zone of the points.
    target
        Where the layer goes.
    wishes
        What the planner says about the file.
    command
        What brought it there, for the record.

    Raises
    ------
    geodata.LayerError, geodata.CrsError
        When the file cannot be read or understood, or the store not written.
    """
    layer, displacement, report = cluster_layer(source, eps_m, crs_m, **wishes)
    provenance = Provenance(source, licence=target.licence, date=f"{datetime.now(UTC):%Y-%m-%d}", command=command)
    write_layer(target.store, target.name, layer, report, provenance, kind=target.use.value)
    return Clustering(eps_m, layer.crs.to_string(), int(layer["count"].sum()), len(layer), displacement, report)


def cluster_text(told: Clustering, where: str) -> str:
    """The story of a clustering, for people."""
    moved, report = told.displacement, told.report
    lines = [
        f"{told.points:,} points -> {told.demand_points:,} demand points in {where} ({told.crs})",
        f"  moved: {moved.mean_m:.0f} m on average, {moved.p95_m:.0f} m or less for 95 %, {moved.max_m:.0f} m at most "
        f"(asked: {told.eps_m:g} m)",
        f"  rows: {report.rows_in:,} read, {report.rows_kept:,} kept",
        *(f"  rejected: {reason} (rows {listed(rows)})" for reason, rows in report.rejected.items()),
        *(f"  to do: {advice}" for advice in report.advice),
    ]
    return "\n".join(lines)
