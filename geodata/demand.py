"""Demand points: how much of a service is asked for per day, where, and by whom."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Self

import pandas as pd
from geopandas import GeoDataFrame
from shapely import Point

from geodata._canonical import canonical, failing, is_amount, is_number, is_text, is_whole, is_written, joined
from geodata.errors import LayerError
from geodata.services import KINDS, SERVICES, UNITS, VEHICLES

_WHAT: Final = "demand points"
_WORDS: Final[dict[str, Collection[str]]] = {"service": SERVICES, "vehicle": VEHICLES, "kind": KINDS}

#: Columns of a demand layer beside the geometry, in the order in which they are kept.
COLUMNS: Final = (
    "id",
    "place",
    "service",
    "vehicle",
    "fleet",
    "demand",
    "unit",
    "year",
    "kind",
    "district",
    "source",
)


@dataclass(frozen=True, eq=False)
class DemandPoints:
    """Demand per day at points, one row per place, service, vehicle class and fleet.

    Parameters
    ----------
    frame
        Points in a metric CRS with the columns `id` (unique), `place` (id of the cell or hub on which the demand
        stands), `service` (one of `SERVICES`), `vehicle` (car, truck), `fleet` (key of the demand model),
        `demand` (finite, at least 0, in `unit` per day), `unit` (that of the service), `year`, `kind`
        (modelled, measured), `district` ("" outside every district) and `source`. Other columns are not kept. The
        frame is copied and sorted by id.

    Raises
    ------
    LayerError
        When columns are missing, or with all faulty values, each named by the id of its row.
    CrsError
        When the CRS is missing or not metric.
    """

    frame: GeoDataFrame

    def __post_init__(self) -> None:
        frame = canonical(self.frame, what=_WHAT, key="id", columns=COLUMNS)[[*COLUMNS, "geometry"]]
        faults = _faults(frame)
        if faults:
            raise LayerError(_WHAT, faults)
        object.__setattr__(self, "frame", frame.astype({"demand": "float64", "year": "int64"}))

    def __len__(self) -> int:
        return len(self.frame)

    def totals(self) -> "pd.Series[float]":
        """Demand per day by (service, fleet), in the unit of the service."""
        totals: pd.Series[float] = self.frame.groupby(["service", "fleet"])["demand"].sum()
        return totals

    def scaled(self, factor: float) -> Self:
        """The same points with `factor` times the demand; LayerError unless it is finite and at least 0."""
        if not is_number(factor, minimum=0.0):
            raise LayerError(_WHAT, [f"cannot be scaled by {factor!r}; give a finite factor of at least 0"])
        return type(self)(self.frame.assign(demand=self.frame["demand"] * factor))


def concat(parts: Iterable[DemandPoints]) -> DemandPoints:
    """Join demand layers into one.

    Parameters
    ----------
    parts
        At least one layer, all in the same CRS.

    Raises
    ------
    LayerError
        When there are no parts, or an id stands in two of them.
    CrsError
        When the parts are in different CRSs.
    """
    return DemandPoints(joined([part.frame for part in parts], what=_WHAT))


def _faults(frame: GeoDataFrame) -> list[str]:
    """Every faulty value, one sentence per column."""
    faults = failing(frame, "geometry", _is_point, key="id", must="hold points")
    for column in ("place", "fleet", "source"):
        faults += failing(frame, column, is_written, key="id", must="hold text that is not blank")
    faults += failing(frame, "district", is_text, key="id", must="hold text (empty outside every district)")
    for column, words in _WORDS.items():
        faults += failing(frame, column, words.__contains__, key="id", must=f"be one of {', '.join(words)}")
    for service, unit in UNITS.items():
        rows = frame[frame["service"] == service]
        faults += failing(rows, "unit", unit.__eq__, key="id", must=f'be "{unit}" for {service}')
    faults += failing(frame, "demand", is_amount, key="id", must="be a finite number of at least 0 per day")
    faults += failing(frame, "year", is_whole, key="id", must="be a whole year")
    return faults


def _is_point(value: object) -> bool:
    return isinstance(value, Point)
