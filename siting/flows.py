"""Flows of a study: round trips along drawn lines, or along the paths between places, in every year."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from demand_models import DemandError
from demand_models.growth import stock_in
from geodata import UNITS, CrsError, LayerError, number_column
from geodata.errors import listed
from geodata.flows import COLUMNS, PATH_COLUMNS, DemandFlows
from siting.area import Area
from siting.errors import StudyError
from siting.flow_settings import FlowFleet
from siting.flow_trips import Drives, driven_trips
from siting.layers import faults_of
from siting.roads import lengths_km
from siting.study import Study


def build_flows(study: Study, area: Area) -> DemandFlows:
    """Build the flows of all fleets in all years of the study.

    The id of a flow is that of its fleet and of its row, or of its two places, and of the year where there are several.
    Flows belong to no district: they cross them.

    Raises
    ------
    StudyError
        With the faults of every fleet whose layer, tables, roads or numbers do not fit.
    """
    parts: list[tuple[gpd.GeoDataFrame, pd.DataFrame]] = []
    faults = []
    for name, fleet in study.flows.items():
        try:
            drives = driven_trips(study, area, name, fleet.trips) if fleet.trips else _drawn(study, area, fleet)
            parts += [_of_fleet(study, name, drives, year) for year in study.horizon]
        except (LayerError, CrsError, DemandError, StudyError) as error:
            faults += [f"flows.{name}: {fault}" for fault in faults_of(error)]
    if faults:
        raise StudyError(study.source, faults)
    if not parts:
        nothing = gpd.GeoDataFrame(dict.fromkeys(COLUMNS, ()), geometry=[], crs=study.area.crs)
        return DemandFlows(nothing, pd.DataFrame(dict.fromkeys(PATH_COLUMNS, ())))
    frame = pd.concat([frame for frame, _ in parts], ignore_index=True)
    located = gpd.GeoDataFrame(frame, geometry="geometry", crs=study.area.crs)
    return DemandFlows(located, pd.concat([path for _, path in parts], ignore_index=True))


def of_year(flows: DemandFlows, year: int) -> DemandFlows:
    """Return the flows of one year."""
    frame = flows.frame[flows.frame["year"] == year]
    return DemandFlows(frame, flows.path[flows.path["flow"].isin(frame["id"])])


def place_of(study: Study, flow_id: str, year: int) -> str:
    """Fleet and row of a flow, the same in every year."""
    return flow_id.removesuffix(f":{year}") if study.phased else flow_id


def road_lines(frame: gpd.GeoDataFrame, *, source: str) -> gpd.GeoDataFrame:
    """A layer with one line per row; pieces drawn one after the other are joined.

    Raises
    ------
    LayerError
        With every row that is no line, or is one without length.
    """
    merged = shapely.line_merge(shapely.force_2d(frame.geometry.to_numpy()))
    lines = frame.set_geometry(gpd.GeoSeries(merged, index=frame.index, crs=frame.crs))
    wrong = frame["id"][(lines.geom_type != "LineString").to_numpy() | ~(lines.length > 0).to_numpy()]
    if len(wrong):
        raise LayerError(source, [f"not a single line with a length: {listed(wrong)}; draw the road in one piece"])
    return lines


def _drawn(study: Study, area: Area, fleet: FlowFleet) -> Drives:
    """The fleet's lines as they are drawn."""
    source = str(study.path_of(study.layers[fleet.places].path))
    lines = road_lines(area.layers.frames[fleet.places], source=source)
    vehicles = number_column(lines, str(fleet.vehicles_column), source=source, minimum=0.0)
    length = lengths_km(lines.geometry, fleet.length_factor)
    path = pd.DataFrame(
        {
            "flow": np.repeat(lines["id"].to_numpy(dtype=object), 2),
            "seq": np.tile([0, 1], len(lines)),
            "place": np.tile(np.array(["origin", "destination"], dtype=object), len(lines)),
            "km": np.column_stack([np.zeros(len(lines)), length]).ravel(),
        }
    )
    return Drives(lines.assign(vehicles=vehicles), path)


def _of_fleet(study: Study, name: str, drives: Drives, year: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Flows of a fleet in a year, and their paths."""
    lines, begin, end = drives.lines, f"{name}:", f":{year}" if study.phased else ""
    fleet = study.flows[name]
    growth = stock_in(year, fleet.growth, what="growth") if fleet.growth else 1.0
    frame = gpd.GeoDataFrame(
        {
            "id": begin + lines["id"] + end,
            "service": fleet.service,
            "vehicle": fleet.vehicle,
            "fleet": name,
            "vehicles_per_day": lines["vehicles"] * growth,
            "range_km": fleet.range_km,
            "energy_per_km": fleet.energy_per_km,
            "unit": UNITS[fleet.service],
            "year": year,
            "district": "",
            "source": fleet.source,
        },
        geometry=lines.geometry,
        crs=lines.crs,
    )
    frame = frame[frame["vehicles_per_day"] > 0]
    path = drives.path.assign(flow=begin + drives.path["flow"] + end)
    return frame, path[path["flow"].isin(frame["id"])]
