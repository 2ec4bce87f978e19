"""Demand flows: how many vehicles drive between two places a day, along which path, and how far a tank takes them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame
from shapely import LineString

from geodata._canonical import canonical, failing, is_amount, is_number, is_text, is_whole, is_written
from geodata.errors import LayerError, did_you_mean, listed
from geodata.services import SERVICES, UNITS, VEHICLES

_WHAT: Final = "demand flows"
_PATHS: Final = "paths of demand flows"
_WORDS: Final[dict[str, Collection[str]]] = {"service": SERVICES, "vehicle": VEHICLES}

#: Columns of a flow layer beside the geometry, in the order in which they are kept.
COLUMNS: Final = (
    "id",
    "service",
    "vehicle",
    "fleet",
    "vehicles_per_day",
    "range_km",
    "energy_per_km",
    "unit",
    "year",
    "district",
    "source",
)

#: Columns of the paths, in the order in which they are kept.
PATH_COLUMNS: Final = ("flow", "seq", "place", "km")


@dataclass(frozen=True, eq=False)
class DemandFlows:
    """Round trips per day along paths, one row per origin, destination, service, vehicle class and fleet.

    Parameters
    ----------
    frame
        Lines in a metric CRS with the columns `id` (unique), `service` (charging, swapping, hydrogen), `vehicle` (car,
        truck), `fleet` (key of the demand model), `vehicles_per_day` (round trips, finite, at least 0), `range_km`
        (what a full tank drives, above 0), `energy_per_km` (above 0, in `unit` per km), `unit` (kWh, swaps, kg: that
        of the service), `year`, `district` ("" outside every district) and `source`. Other columns are not kept. The
        frame is copied and sorted by id.
    path
        The places that each flow passes, with the columns `flow` (id of the flow), `seq` (whole number, the order along
        the path), `place` (id of the place) and `km` (distance from the origin). A path has at least two places and
        begins at 0 km; distances increase along it. Copied and sorted by flow and seq.

    Raises
    ------
    LayerError
        When columns are missing, or with all faulty values, each named by the id of its flow.
    CrsError
        When the CRS is missing or not metric.
    """

    frame: GeoDataFrame
    path: pd.DataFrame

    def __post_init__(self) -> None:
        frame = canonical(self.frame, what=_WHAT, key="id", columns=COLUMNS)[[*COLUMNS, "geometry"]]
        path = _path_columns(self.path)
        cells = list(_cell_faults(path))
        path = path if cells else _ordered(path)
        faults = [*_faults(frame), *(cells or _path_faults(path, list(frame["id"])))]
        if faults:
            raise LayerError(_WHAT, faults)
        numbers = {"vehicles_per_day": "float64", "range_km": "float64", "energy_per_km": "float64", "year": "int64"}
        object.__setattr__(self, "frame", frame.astype(numbers))
        object.__setattr__(self, "path", path.astype({"seq": "int64", "km": "float64"}))
        with np.errstate(over="ignore"):
            beyond = self.frame.loc[~np.isfinite(self.demand), "id"]
        if len(beyond):
            fault = f"more energy a day than a number can hold: {listed(beyond)}; check vehicles, energy per km and km"
            raise LayerError(_WHAT, [fault])

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def length_km(self) -> npt.NDArray[np.float64]:
        """Length of each path, one way, in the order of `frame`."""
        last = self.path.groupby("flow", sort=False)["km"].last().reindex(self.frame["id"])
        return np.asarray(last, dtype=np.float64)

    @property
    def demand(self) -> npt.NDArray[np.float64]:
        """Energy of all round trips of a day, in the unit of the service, in the order of `frame`."""
        per_km = (self.frame["vehicles_per_day"] * self.frame["energy_per_km"]).to_numpy(dtype=np.float64)
        return np.asarray(per_km * 2 * self.length_km, dtype=np.float64)


def _path_columns(path: pd.DataFrame) -> pd.DataFrame:
    found = [str(column) for column in path.columns]
    missing = [column for column in PATH_COLUMNS if column not in found]
    if missing:
        raise LayerError(_PATHS, [f'column "{name}" is missing{did_you_mean(name, found)}' for name in missing])
    return path[[*PATH_COLUMNS]].reset_index(drop=True)


def _ordered(path: pd.DataFrame) -> pd.DataFrame:
    """The paths by flow and place along them; as for all nouns, in the order of the texts themselves."""
    order = sorted(range(len(path)), key=list(zip(path["flow"], path["seq"], strict=True)).__getitem__)
    return path.iloc[order].reset_index(drop=True)


def _cell_faults(path: pd.DataFrame) -> Iterator[str]:
    """Cells of the paths that are not what their column holds, by the rows, counted from 1."""
    for column, test, must in (
        ("flow", is_written, "hold the id of a flow"),
        ("seq", is_whole, "be a whole number"),
        ("place", is_written, "hold text that is not blank"),
        ("km", is_amount, "be a finite number of at least 0"),
    ):
        cells = list(path[column])
        bad = [f"row {row} {cell!r}" for row, cell in enumerate(cells, start=1) if not test(cell)]
        if bad:
            yield f'path column "{column}" must {must}; found {listed(bad)}'


def _path_faults(path: pd.DataFrame, ids: list[str]) -> Iterator[str]:
    """Paths that are missing, of no flow, too short, or whose distances do not increase from 0."""
    flow, km = path["flow"].to_numpy(dtype=object), path["km"].to_numpy(dtype=np.float64)
    first = np.r_[True, flow[1:] != flow[:-1]] if len(flow) else np.zeros(0, dtype=bool)
    counts = dict(zip(flow[first], np.diff(np.r_[np.flatnonzero(first), len(flow)]), strict=True))
    short = [name for name in ids if counts.get(name, 0) < 2]
    if short:
        yield f"fewer than two places on the path of {listed(short)}"
    strange = [name for name in counts if name not in set(ids)]
    if strange:
        yield f"paths of unknown flows: {listed(strange)}"
    repeated = ~first & (path["seq"].diff().to_numpy(dtype=np.float64) == 0)
    if repeated.any():
        yield f'path column "seq" must be unique within a flow; repeated in {listed(dict.fromkeys(flow[repeated]))}'
    beginning = first & (km != 0)
    if beginning.any():
        yield f"paths must begin at 0 km; those that do not: {listed(flow[beginning])}"
    falling = ~first & ~(np.diff(km, prepend=-1.0) > 0)
    if falling.any():
        yield f"distances must increase along the path; they do not in {listed(dict.fromkeys(flow[falling]))}"


def _faults(frame: GeoDataFrame) -> list[str]:
    """Every faulty value of the flows, one sentence per column."""
    faults = failing(frame, "geometry", _is_line, key="id", must="hold lines")
    for column in ("fleet", "source"):
        faults += failing(frame, column, is_written, key="id", must="hold text that is not blank")
    faults += failing(frame, "district", is_text, key="id", must="hold text (empty outside every district)")
    for column, words in _WORDS.items():
        faults += failing(frame, column, words.__contains__, key="id", must=f"be one of {', '.join(words)}")
    for service, unit in UNITS.items():
        rows = frame[frame["service"] == service]
        faults += failing(rows, "unit", unit.__eq__, key="id", must=f'be "{unit}" for {service}')
    faults += failing(frame, "vehicles_per_day", is_amount, key="id", must="be a finite number of at least 0")
    for column in ("range_km", "energy_per_km"):
        faults += failing(frame, column, _is_positive, key="id", must="be a finite number above 0")
    faults += failing(frame, "year", is_whole, key="id", must="be a whole year")
    return faults


def _is_line(value: object) -> bool:
    return isinstance(value, LineString)


def _is_positive(value: object) -> bool:
    return is_number(value, minimum=0.0) and value != 0
