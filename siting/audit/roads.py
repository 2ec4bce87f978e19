"""Flows asked for again, and where stations lie beside their roads."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from siting.area import Area
from siting.audit.sentences import Floats
from siting.flows import build_flows, place_of
from siting.study import Study

#: A position on the road and a detour are known to the metre.
_DIGITS: Final = 3

_OWN: Final = ("line", "length_km", "length_factor", "range_km", "vehicles")
COLUMNS: Final = ("place", "service", "vehicle", "year", "unit", "demand", "kind", "fleets", "district", "x", "y")


def asked_roads(study: Study, area: Area) -> pd.DataFrame:
    """Flows by row id: `COLUMNS` as for demand rows, and `_OWN`.

    These are the line, length_km, length_factor (km of road per km of line), range_km and vehicles (round trips a day).
    """
    flows = build_flows(study, area)
    frame = flows.frame
    if frame.empty:
        return pd.DataFrame(columns=[*COLUMNS, *_OWN], index=pd.Index([], dtype=object))
    middle = frame.geometry.interpolate(0.5, normalized=True)
    drawn = frame["fleet"].map({name: fleet.length_factor for name, fleet in study.flows.items()}).astype(float)
    by_trips = frame["fleet"].map({name: fleet.trips is not None for name, fleet in study.flows.items()}).astype(bool)
    factor = drawn.where(~by_trips, flows.length_km / (frame.length / 1000.0))
    length = frame.length / 1000.0 * factor
    rows = pd.DataFrame(frame.drop(columns="geometry")).assign(
        place=[place_of(study, name, year) for name, year in zip(frame["id"], frame["year"], strict=True)],
        fleets=frame["fleet"],
        kind=frame["fleet"].map({name: fleet.kind for name, fleet in study.flows.items()}),
        demand=frame["vehicles_per_day"] * frame["energy_per_km"] * 2.0 * length,
        vehicles=frame["vehicles_per_day"],
        length_km=length,
        length_factor=factor,
        line=frame.geometry.to_numpy(),
        x=middle.x,
        y=middle.y,
    )
    names = rows["place"] + "|" + rows["service"] + "|" + rows["vehicle"]
    if len(study.horizon) > 1:
        names = names + "|" + rows["year"].astype(str)
    return rows.assign(row_id=names).set_index("row_id")[[*COLUMNS, *_OWN]]


def beside(study: Study, road: Mapping[str, object], sites: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Where a flow passes sites, as `passed`."""
    line, factor = road["line"], road["length_factor"]
    assert isinstance(line, LineString)
    assert isinstance(factor, float)
    return passed(line, sites, study.travel.detour_factor, factor)


def passed(
    line: LineString, sites: pd.DataFrame, detour_factor: float, length_factor: float
) -> tuple[Floats, Floats, Floats]:
    """Where a road passes sites (x, y): km from its begin, km of the detour there and back, point on the road."""
    points = shapely.points(sites[["x", "y"]].to_numpy(dtype=float))
    along = shapely.line_locate_point(line, points)
    detour = 2.0 * detour_factor * shapely.distance(line, points) / 1000.0
    km = np.minimum(np.round(along / 1000.0 * length_factor, _DIGITS), line.length / 1000.0 * length_factor)
    return km, np.round(detour, _DIGITS), shapely.get_coordinates(shapely.line_interpolate_point(line, along))


def suited(study: Study, road: Mapping[str, object], kinds: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether facility types offer a flow what it needs."""
    fleet = study.flows[str(road["fleets"])]
    offers = {name: kind.offers(fleet.service, fleet.vehicle) for name, kind in study.catalogue.root.items()}
    return kinds.map(offers).astype(bool)
