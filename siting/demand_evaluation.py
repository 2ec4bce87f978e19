"""A study's demand beside what is observed: stations that stand, or energy that was taken."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np

from demand_models.evaluate import Observation, evaluate_layer
from demand_models.evaluation import Evaluation
from geodata import DemandPoints, as_points, number_column
from geodata.errors import did_you_mean
from geodata.grid import square_areas
from siting.area import Area, build_area
from siting.demand import build_demand
from siting.errors import StudyError
from siting.layers import read_layers
from siting.study import Study

PEOPLE = "people of the district"
_DENSITY = "people_km2"


def evaluate_demand(
    study: Study,
    service: str,
    observed: str,
    *,
    column: str | None = None,
    counts: Sequence[str] = (),
    cell_m: float = 1000.0,
    block_km: float = 5.0,
    reach_km: float = 0.0,
) -> Evaluation:
    """Compare the demand of a service in the study's last year with a layer of what is observed, on square cells.

    Baselines are equal amounts on each km², the density of people of the districts where the study has a population,
    and the number of points of any layers named.

    Parameters
    ----------
    study
        The study.
    service
        Service whose demand is judged.
    observed
        Layer of the study with what is observed.
    column
        Number column of that layer, such as energy; without one its points are counted.
    counts
        Layers of the study whose points per cell are baselines.
    cell_m
        Side of the cells.
    block_km
        Side of the square blocks over which standard errors are taken.
    reach_km
        A cell is given the demand within this distance; 0 gives it the demand inside it.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a layer, a column or a number does not fit.
    """
    faults = _unknown(study, [observed, *counts])
    if faults:
        raise StudyError(study.source, faults)
    area = build_area(study, read_layers(study))
    demand = build_demand(study, area).frame
    chosen = demand[(demand["service"] == service) & (demand["year"] == study.year)].reset_index(drop=True)
    if chosen.empty:
        raise StudyError(study.source, [f"no demand for {service} in {study.year}; name another service"])
    frames = area.layers.frames
    return evaluate_layer(
        DemandPoints(chosen),
        Observation(
            points=as_points(frames[observed]), what=observed, column=column, unit=column or "points"
        ),
        _cells(study, area, cell_m),
        block_m=block_km * 1000.0,
        reach_m=reach_km * 1000.0,
        counts={f"number of {name}": as_points(frames[name]) for name in counts},
        densities={PEOPLE: _DENSITY} if study.population else {},
    )  # fmt: skip


def _unknown(study: Study, names: Sequence[str]) -> list[str]:
    known = [name for name in study.layers if name != study.area.districts]
    return [
        f'layer "{name}" is not among [layers]{did_you_mean(name, known)}; name one of {", ".join(known)}'
        for name in names
        if name not in known
    ]


def _cells(study: Study, area: Area, cell_m: float) -> gpd.GeoDataFrame:
    """Square cells with their district, and the density of its people."""
    districts = area.layers.districts
    cells = square_areas(districts.area, cell_m, crs=study.area.crs)
    located = districts.locate(as_points(cells).geometry, tolerance_m=study.area.tolerance_m)
    cells = cells.assign(district=[place or "" for place in located])
    if study.population is None:
        return cells
    frame = districts.frame
    source = str(study.path_of(study.layers[study.area.districts].path))
    people = number_column(frame, study.population.column, source=source, minimum=0.0)
    density = dict(zip(frame["district"], people / (frame.area.to_numpy() / 1e6), strict=True))
    return cells.assign(**{_DENSITY: np.array([density.get(name, 0.0) for name in cells["district"]])})
