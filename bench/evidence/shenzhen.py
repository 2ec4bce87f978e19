"""Energy of stations and zones of Shenzhen, predicted on tiles that were left out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.evidence import shenzhen_layers
from bench.evidence.picture import dots
from bench.evidence.shenzhen_features import (
    STATION_DEMAND,
    STATION_NETWORK,
    STATION_PLACES,
    STATION_SIZE,
    ZONE_DEMAND,
    ZONE_NETWORK,
    ZONE_PLACES,
)
from bench.evidence.shenzhen_layers import Shenzhen
from bench.process import ROOT
from demand_models.evaluate import evaluate
from demand_models.evaluation import Evaluation
from demand_models.learned import (
    About,
    Blocking,
    DataSource,
    Features,
    LearnedModel,
    LeftOut,
    build_features,
    learn,
    predict_left_out,
    save_model,
    tiles,
)
from demand_models.learned.features import Feature

TILE_M = 4000.0
OUTER = Blocking(TILE_M, folds=6, buffer_m=1000)
INNER = Blocking(TILE_M, folds=5)
SINGLE = Blocking(1.0, folds=6)
"""Every station a tile of its own: what is usually done, and too kind."""

COVERAGE = 0.8

FULL = "with its own piles"
FREE = "with the network, no signs"

LIMITS = (
    "One city and one period; the energies are as published, with fills and impossible hours of use among them.",
    "Only where stations stand is energy known: of places without one the model has seen none.",
    "Piles are counted by another source, in another year, and matched by position.",
    "Taxi trips and points of interest are samples of other years.",
)


@dataclass(frozen=True, eq=False)
class Case:
    """Places with known energy, the features of each set, and every number of the places by name."""

    title: str
    places: gpd.GeoDataFrame
    kwh: NDArray[np.float64]
    sets: Mapping[str, Features]
    column: Mapping[str, NDArray[np.float64]]

    @property
    def points(self) -> gpd.GeoSeries:
        """A point of each place."""
        return self.places.geometry.representative_point()

    def left_out(self, name: str, outer: Blocking = OUTER) -> LeftOut:
        """Predictions from a set of features for tiles that were left out."""
        inner = INNER if outer is OUTER else outer
        return predict_left_out(self.sets[name], self.kwh, self.points, outer=outer, inner=inner, coverage=COVERAGE)

    def against(self, predictions: Mapping[str, NDArray[np.float64]]) -> Evaluation:
        """Predictions beside the energy."""
        blocks, districts = tiles(self.points, TILE_M), list(self.places["district"])
        return evaluate(
            predictions, self.kwh, blocks=blocks, districts=districts, what="energy", unit="kWh", presence=False
        )


def evidence(data: Path, out: Path) -> str:
    """Judge the model, write the predictions where nothing is known, and return the page."""
    city = shenzhen_layers.read(data, ROOT / "examples" / "shenzhen")
    return "\n".join([*_stations(city, data, out), *_zones(city, out)])


def _stations(city: Shenzhen, data: Path, out: Path) -> list[str]:
    wanted = (*STATION_PLACES, *STATION_NETWORK, *STATION_SIZE, STATION_DEMAND)
    everything = build_features(city.stations, city.layers, wanted)
    known = city.stations["kwh"].notna().to_numpy()
    believed = known & city.stations["plausible"].to_numpy()
    case = _station_case("Stations, possible hours of use", city, everything, believed)
    left = {name: case.left_out(name) for name in case.sets}
    lines = _station_tables(case, left, out)
    random = case.left_out("with the network", SINGLE)
    kind = case.against({"folds that are not blocked": random.predicted}).scores[0].rank
    assert kind is not None
    lines += [
        f"With folds that are not blocked the same features would claim a rank correlation of {kind.value:.3f}.",
        "",
    ]
    whole = _station_case("Stations, as found", city, everything, known)
    lines += _station_tables(whole, {name: whole.left_out(name) for name in whole.sets}, out)
    judged = case.against({"learned": left[FULL].predicted, "its own piles": case.column["own piles"]})
    model = _model(case, judged, f"{100 * left[FULL].covered(case.kwh):.1f} %", data)
    save_model(model, out / "shenzhen_stations.json")
    (out / "shenzhen_stations_card.md").write_text(model.card.markdown(), encoding="utf-8")
    _predict_unknown(model, city, everything).to_csv(out / "shenzhen_predicted.csv", index=False, lineterminator="\n")
    return lines


def _station_case(title: str, city: Shenzhen, everything: Features, rows: NDArray[np.bool_]) -> Case:
    features = everything.rows(rows)
    names = {name: [feature.name for feature in group] for name, group in _groups().items()}
    sets = {name: features.only(columns) for name, columns in names.items()}
    sets[FREE] = sets["with the network"].freed()
    return Case(title, city.stations[rows], city.stations["kwh"].to_numpy()[rows], sets, _columns(features))


def _groups() -> dict[str, tuple[Feature, ...]]:
    return {
        "places only": STATION_PLACES,
        "with the network": (*STATION_PLACES, *STATION_NETWORK),
        FULL: (*STATION_PLACES, *STATION_NETWORK, *STATION_SIZE),
    }


def _station_tables(case: Case, left: Mapping[str, LeftOut], out: Path) -> list[str]:
    column = case.column
    before = case.against(
        {
            "learned, with the network": left["with the network"].predicted,
            "learned, places only": left["places only"].predicted,
            "learned, with the network, no signs": left[FREE].predicted,
            "the study's demand within 1 km": column["the study's demand within 1 km"],
            "piles within 1 km": column["other piles within 1 km"],
            "points of interest": column["points of interest around"],
            "taxi arrivals": column["taxi arrivals around"],
            "uniform": np.ones(len(case.kwh)),
        }
    )
    after = case.against({"learned, with its own piles": left[FULL].predicted, "its own piles": column["own piles"]})
    _draw(case, (before, after), out)
    lines = [f"## {case.title}", "", "### Known before the station stands", "", before.markdown(by_district=False)]
    lines += ["### Known once it stands", "", after.markdown(by_district=False)]
    return [*lines, *(f"- {name}: {_words(found, case.kwh)}" for name, found in left.items()), ""]


def _zones(city: Shenzhen, out: Path) -> list[str]:
    known = city.zones["known"].to_numpy()
    lines = []
    for title, column in (("possible hours of use", "kwh_plausible"), ("as found", "kwh")):
        places = city.zones[known]
        features = build_features(places, city.layers, (*ZONE_PLACES, *ZONE_NETWORK, ZONE_DEMAND))
        sets = {
            "places only": features.only([feature.name for feature in ZONE_PLACES]),
            "with its stations": features.only([feature.name for feature in (*ZONE_PLACES, *ZONE_NETWORK)]),
        }
        case = Case(f"Zones, {title}", places, places[column].to_numpy(), sets, _columns(features))
        lines += _zone_tables(case, out)
    return lines


def _zone_tables(case: Case, out: Path) -> list[str]:
    left = {name: case.left_out(name) for name in case.sets}
    column = case.column
    before = case.against(
        {
            "learned, places only": left["places only"].predicted,
            "the study's demand": column["the study's demand"],
            "points of interest": column["points of interest"],
            "taxi arrivals": column["taxi arrivals"],
            "area (uniform)": column["area"],
        }
    )
    after = case.against(
        {
            "learned, with its stations": left["with its stations"].predicted,
            "number of stations": column["stations"],
            "number of piles": column["piles"],
        }
    )
    _draw(case, (before, after), out)
    lines = [f"## {case.title}", "", "### Known before there are stations", "", before.markdown(by_district=False)]
    lines += ["### Known once they stand", "", after.markdown(by_district=False)]
    return [*lines, *(f"- {name}: {_words(found, case.kwh)}" for name, found in left.items()), ""]


def _draw(case: Case, judged: tuple[Evaluation, Evaluation], out: Path) -> None:
    """Draw the rank correlations, what is known before above what is known once stations stand."""
    rows = [(score.name, score.rank) for evaluation in judged for score in evaluation.scores]
    picture = dots(
        f"Energy of Shenzhen: {case.title.lower()}", rows, axis="rank correlation, left out", span=(-0.4, 0.8)
    )
    name = case.title.lower().replace(", ", "_").replace(" ", "_")
    (out / f"shenzhen_{name}.svg").write_text(picture, encoding="utf-8")


def _model(case: Case, judged: Evaluation, covered: str, data: Path) -> LearnedModel:
    """The model of stations that stand, with its card."""
    files = tuple(
        DataSource(name=name, sha256=hashlib.sha256((data / "shenzhen" / name).read_bytes()).hexdigest(), source=source)
        for name, source in shenzhen_layers.FILES.items()
    )
    about = About(
        title="Energy of charging stations of Shenzhen that stand",
        target="energy taken in the recorded period",
        unit="kWh",
        data=files,
        limits=LIMITS,
    )
    model = learn(case.sets[FULL], case.kwh, case.points, blocking=INNER, about=about)
    ranked = sorted(judged.scores, key=lambda score: -(score.rank.value if score.rank else 0.0))
    scores = tuple(
        {
            "prediction": score.name,
            "rank correlation": f"{score.rank.value:.3f} ± {score.rank.error or 0:.3f}" if score.rank else "-",
            f"intervals of {100 * COVERAGE:.0f} % hold": covered if score is judged.scores[0] else "-",
        }
        for score in ranked
    )
    return replace(model, card=replace(model.card, scores=scores))


def _predict_unknown(model: LearnedModel, city: Shenzhen, everything: Features) -> pd.DataFrame:
    """What the model says of the stations whose energy is not known."""
    unknown = city.stations["kwh"].isna().to_numpy()
    asked = everything.rows(unknown)
    low, high = model.interval(asked, COVERAGE)
    degrees = city.stations[unknown].to_crs(4326)
    return pd.DataFrame(
        {
            "station_id": [id_.removeprefix("s") for id_ in asked.ids],
            "lon": degrees.geometry.x.round(6).to_numpy(),
            "lat": degrees.geometry.y.round(6).to_numpy(),
            "predicted_kwh": model.predict(asked).round(),
            "low_kwh": low.round(),
            "high_kwh": high.round(),
        }
    )


def _columns(features: Features) -> dict[str, NDArray[np.float64]]:
    return dict(zip(features.names, features.values.T, strict=True))


def _words(left: LeftOut, kwh: NDArray[np.float64]) -> str:
    low, high = (np.median(end / np.maximum(left.predicted, 1)) for end in (left.low, left.high))
    most = max(left.chosen, key=left.chosen.count)
    return (
        f"intervals of {100 * COVERAGE:.0f} % hold {100 * left.covered(kwh):.1f} % of what was left out, and reach "
        f"from {low:.2g} to {high:.2g} times the prediction (medians); chosen most often: {most}"
    )
