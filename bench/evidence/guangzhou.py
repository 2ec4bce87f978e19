"""Where stations of Guangzhou came in 2021, from what was known at the end of 2020."""

from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from bench.evidence import guangzhou_layers
from bench.evidence.guangzhou_layers import Guangzhou
from bench.evidence.picture import dots
from demand_models.evaluate import evaluate
from demand_models.evaluation import Evaluation
from demand_models.learned import (
    About,
    Blocking,
    Features,
    Kernel,
    Nearest,
    Own,
    Within,
    build_features,
    learn,
    tiles,
)
from demand_models.learned.features import Feature
from geodata import as_points
from geodata.joins import sum_in

BLOCK_M = 5000.0
LIVED_IN_KM2 = 1000.0
"""People per km² from which a cell is called lived in."""

FEATURES: tuple[Feature, ...] = (
    Own(name="people", unit="1/km²", column="people_km2"),
    Own(name="people of the district", unit="1/km²", column="district_km2"),
    Within(name="charging demand within 2 km", unit="kWh", layer="demand", reach_m=2000, column="demand"),
    Within(name="stations within 1 km", unit="stations", layer="stations", reach_m=1000),
    Within(name="stations within 3 km", unit="stations", layer="stations", reach_m=3000),
    Within(name="guns within 3 km", unit="guns", layer="stations", reach_m=3000, column="guns"),
    Kernel(name="stations around", unit="stations", layer="stations", bandwidth_m=1000),
    Nearest(name="nearest station", layer="stations", at_most_km=20),
    Nearest(name="nearest hub", layer="hubs", at_most_km=20),
)


def evidence(data: Path, out: Path) -> str:
    """Judge the demand surface of 2020 by the stations of 2021, and return the page."""
    city = guangzhou_layers.read()
    now = _features(city, 2020)
    column = dict(zip(now.names, now.values.T, strict=True))
    charging = city.charging()
    cells = city.cells
    predictions = {
        "demand in the cell": sum_in(cells.geometry, charging.frame.geometry, weight=charging.frame["demand"]),
        "demand within 2 km": column["charging demand within 2 km"],
        "stations of 2020 around": column["stations around"],
        "stations of 2020 in the cell": sum_in(cells.geometry, city.standing(2020).geometry),
        "density of the district": cells["district_km2"].to_numpy() * cells["area_km2"].to_numpy(),
        "uniform": cells["area_km2"].to_numpy(),
    }
    # The learned formula saw the stations of 2020 and what stood before them; those of 2021 are put to it here only.
    learned = {"learned from 2020": _learned(city, now)}
    learned |= {name: guess for name, guess in predictions.items() if name.startswith(("demand in", "stations"))}
    lived_in = cells["people_km2"].to_numpy() >= LIVED_IN_KM2
    new = len(city.new(2021))
    lines = [
        f"{len(city.stations)} stations with a gun ({city.gunless} rows without one count for nothing); "
        f"{len(city.standing(2020))} stood at the end of 2020, {new} came in 2021.",
        "",
    ]
    for title, rows in (("All cells", np.ones(len(cells), dtype=bool)), ("Cells that are lived in", lived_in)):
        surface, formula = (_judged(city, guesses, rows) for guesses in (predictions, learned))
        lines += [f"## {title}", "", "### The demand surface", "", surface.markdown(by_district=False)]
        lines += ["### A formula learned from the stations of 2020", "", formula.markdown(by_district=False)]
        dot = [(score.name, score.auc) for score in (*surface.scores, formula.scores[0])]
        picture = dots(
            f"Where stations came in 2021: {title.lower()}", dot, axis="AUC (0.5: by chance)", span=(0.5, 0.9)
        )
        (out / f"guangzhou_{'all' if rows.all() else 'lived_in'}.svg").write_text(picture, encoding="utf-8")
    return "\n".join(lines)


def _features(city: Guangzhou, year: int) -> Features:
    """Features of the cells with the stations that stood at the end of a year."""
    layers = {
        "stations": city.standing(year),
        "hubs": city.area.layers.frames["hubs"],
        "demand": city.charging().frame,
    }
    return build_features(as_points(city.cells), layers, FEATURES)


def _learned(city: Guangzhou, now: Features) -> NDArray[np.float64]:
    """Stations to expect in 2021 by what brought those of 2020."""
    about = About(title="new stations per cell, Guangzhou", target="stations commissioned in a year", unit="stations")
    came = sum_in(city.cells.geometry, city.new(2020).geometry)
    middle: gpd.GeoSeries = as_points(city.cells).geometry
    before = _features(city, 2019)
    return learn(before, came, middle, blocking=Blocking(BLOCK_M, folds=5), about=about).predict(now)


def _judged(city: Guangzhou, predictions: dict[str, NDArray[np.float64]], rows: NDArray[np.bool_]) -> Evaluation:
    cells = city.cells[rows]
    came = sum_in(city.cells.geometry, city.new(2021).geometry)[rows]
    return evaluate(
        {name: guess[rows] for name, guess in predictions.items()},
        came,
        blocks=tiles(as_points(cells).geometry, BLOCK_M),
        districts=list(cells["district"]),
        what="new stations",
        unit="stations",
    )
