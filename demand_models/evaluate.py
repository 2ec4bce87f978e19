"""A demand layer beside what is observed, and beside what anybody could have guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError
from demand_models.evaluation import OBSERVED, Evaluation, Score
from demand_models.learned.blocks import tiles
from demand_models.learned.features import Within
from demand_models.scores import auc, lead, misplaced_share, over_blocks, rank_correlation
from geodata.columns import number_column
from geodata.crs import same_metric
from geodata.demand import DemandPoints
from geodata.errors import listed
from geodata.joins import NOWHERE, area_of, sum_in
from geodata.points import as_points


def evaluate(
    predictions: Mapping[str, ArrayLike],
    observed: ArrayLike,
    *,
    blocks: NDArray[np.int64],
    districts: Sequence[str] | None = None,
    what: str = "observation",
    unit: str = "",
    presence: bool = True,
) -> Evaluation:
    """Compare predictions with an observation at the same places.

    Parameters
    ----------
    predictions
        By name one number per place, finite and at least 0, in any unit: the layer to judge first, then its baselines.
    observed
        Observed amount of each place, finite and at least 0, not all 0.
    blocks
        Block of each place, as from `learned.tiles`; standard errors are over blocks.
    districts
        District of each place; without them nothing is said by district.
    what, unit
        The observation and its unit, for the tables.
    presence
        Whether it is asked where something is observed at all (AUC), beside how much (rank correlation).

    Raises
    ------
    DemandError
        When there is no prediction, lengths differ, a number is out of range or nothing is observed.
    """
    truth, guesses = _checked(predictions, observed, blocks, districts)
    shares = None if districts is None else _by_district(truth, guesses, np.array(districts, dtype=object))
    first = next(iter(guesses))
    scores = [_score(name, guess, truth, blocks, shares) for name, guess in guesses.items()]
    scores[1:] = [
        replace(
            score,
            rank_lead=lead(rank_correlation, truth, guesses[first], guesses[score.name], blocks),
            auc_lead=lead(auc, truth, guesses[first], guesses[score.name], blocks),
        )
        for score in scores[1:]
    ]
    if not presence:
        scores = [replace(score, auc=None, auc_lead=None) for score in scores]
    return Evaluation(
        what=what,
        unit=unit,
        places=len(truth),
        occupied=int((truth > 0).sum()),
        blocks=len(np.unique(blocks)),
        scores=tuple(scores),
        districts={} if shares is None else shares,
        unplaced={},
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Observation:
    """Stations that stand, or energy that was taken, at points.

    Parameters
    ----------
    points
        Points in a metric CRS.
    what
        The points, in words ("stations of 2021").
    column
        Number column with the amount, at least 0; None counts the points.
    unit
        Unit of the amount.
    """

    points: gpd.GeoDataFrame
    what: str
    column: str | None = None
    unit: str = "stations"


def evaluate_layer(
    demand: DemandPoints,
    observation: Observation,
    cells: gpd.GeoDataFrame,
    *,
    block_m: float,
    reach_m: float = 0.0,
    counts: Mapping[str, gpd.GeoDataFrame] | None = None,
    densities: Mapping[str, str] | None = None,
) -> Evaluation:
    """Compare a demand layer with an observation on cells.

    Parameters
    ----------
    demand
        Demand of one service.
    observation
        What it is compared with.
    cells
        Areas without overlap, with the columns `id`, `district` and `area_km2`, as from `geodata.grid.square_areas`.
    block_m
        Side of the square blocks over which standard errors are taken.
    reach_m
        A cell is given the demand within this distance of a point in it; 0 gives it the demand inside it.
    counts
        Baselines by name: points that are counted in each cell (points of interest, chargers that stood before).
    densities
        Baselines by name: column of the cells with a density per km², as of the people of the district. That of equal
        amounts on each km² is always there, as "uniform".

    Raises
    ------
    DemandError
        When the demand is of several services, or nothing of it or of the observation lies in the cells.
    CrsError, LayerError
        When a CRS is not metric or differs, a column is missing or has other than numbers.
    """
    services = sorted(set(demand.frame["service"]))
    if len(services) != 1:
        raise DemandError(f"evaluation: demand of {listed(services) or 'no service'}; give one service at a time")
    same_metric(cells.crs, demand.frame.crs, what="cells and demand")
    name, points, middle = f"demand for {services[0]}", observation.points, as_points(cells)
    baselines = _baselines(cells, counts or {}, densities or {}, taken=name)
    asked = demand.frame["demand"].to_numpy(dtype=np.float64)
    seen = np.ones(len(points))
    if observation.column is not None:
        seen = number_column(points, observation.column, source=observation.what, minimum=0.0)
    inside = sum_in(cells.geometry, demand.frame.geometry, weight=asked)
    found = evaluate(
        {name: _reached(middle, demand, reach_m) if reach_m > 0 else inside, **baselines},
        sum_in(cells.geometry, points.geometry, weight=seen),
        blocks=tiles(middle.geometry, block_m),
        districts=list(cells["district"]),
        what=observation.what,
        unit=observation.unit,
    )
    lost = {name: _outside(demand.frame, cells, asked), observation.what: _outside(points, cells, seen)}
    return replace(found, unplaced=lost)


def _baselines(
    cells: gpd.GeoDataFrame, counts: Mapping[str, gpd.GeoDataFrame], densities: Mapping[str, str], *, taken: str
) -> dict[str, NDArray[np.float64]]:
    """Guesses for each cell: points counted in it, densities times its area, and its area alone."""
    twice = {taken, "uniform"} & {*counts, *densities} | {*counts} & {*densities}
    if twice:
        raise DemandError(f"evaluation: two predictions are called {listed(sorted(twice))}; rename the baselines")
    area_km2 = number_column(cells, "area_km2", source="cells", minimum=0.0)
    return {
        **{name: sum_in(cells.geometry, as_points(points).geometry) for name, points in counts.items()},
        **{
            name: number_column(cells, column, source="cells", minimum=0.0) * area_km2
            for name, column in densities.items()
        },
        "uniform": area_km2,
    }


def _reached(middle: gpd.GeoDataFrame, demand: DemandPoints, reach_m: float) -> NDArray[np.float64]:
    feature = Within(name="demand within reach", unit="", layer="demand", reach_m=reach_m, column="demand")
    return feature.of(middle, {"demand": demand.frame})


def _outside(points: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, weight: NDArray[np.float64]) -> float:
    """Share of the weight that lies in no cell."""
    total = float(weight.sum())
    lost = float(weight[area_of(points.geometry, cells.geometry) == NOWHERE].sum())
    return lost / total if total > 0 else 0.0


def _checked(
    predictions: Mapping[str, ArrayLike],
    observed: ArrayLike,
    blocks: NDArray[np.int64],
    districts: Sequence[str] | None,
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    truth = np.asarray(observed, dtype=np.float64)
    guesses = {name: np.asarray(guess, dtype=np.float64) for name, guess in predictions.items()}
    faults = [] if guesses else ["no prediction is given"]
    faults += (
        ['a prediction is called "observed", as the observation is; call it something else']
        if OBSERVED in guesses
        else []
    )
    if len(blocks) != len(truth) or (districts is not None and len(districts) != len(truth)):
        faults.append(f"{len(truth)} places observed, but not as many blocks or districts")
    for name, numbers in {"the observation": truth, **guesses}.items():
        if numbers.shape != truth.shape:
            faults.append(f"{name}: {numbers.size} numbers for {truth.size} places")
        elif not np.all(np.isfinite(numbers) & (numbers >= 0)):
            faults.append(
                f"{name}: found {numbers[~(np.isfinite(numbers) & (numbers >= 0))][0]:g}, below 0 or not finite"
            )
    if not faults and truth.sum() == 0:
        faults.append(
            "nothing is observed at any of the places; check the positions and the amounts of what is observed"
        )
    if faults:
        raise DemandError("evaluation: " + "; ".join(faults))
    return truth, guesses


def _by_district(
    truth: NDArray[np.float64], guesses: Mapping[str, NDArray[np.float64]], district: NDArray[np.object_]
) -> dict[str, dict[str, float]]:
    """Observed amounts by district, under `OBSERVED`, and predicted ones that add up to the observed total."""
    names, at = np.unique(district.astype(str), return_inverse=True)
    told = {str(name): {OBSERVED: float(np.sum(truth[at == row]))} for row, name in enumerate(names)}
    for name, guess in guesses.items():
        scaled = guess * (truth.sum() / guess.sum()) if guess.sum() > 0 else guess
        for row, key in enumerate(told):
            told[key][name] = float(np.sum(scaled[at == row]))
    return told


def _score(
    name: str,
    guess: NDArray[np.float64],
    truth: NDArray[np.float64],
    blocks: NDArray[np.int64],
    districts: Mapping[str, Mapping[str, float]] | None,
) -> Score:
    score = Score(
        name=name,
        rank=over_blocks(rank_correlation, guess, truth, blocks),
        auc=over_blocks(auc, guess, truth, blocks),
        misplaced=misplaced_share(guess, truth),
    )
    if districts is None:
        return score
    there = np.array([row[OBSERVED] for row in districts.values()])
    here = np.array([row[name] for row in districts.values()])
    error, counted = np.abs(here - there), there > 0
    return replace(
        score,
        district_mae=float(error.mean()),
        district_mape=float((error[counted] / there[counted]).mean()),
        district_misplaced=misplaced_share(here, there),
    )
