"""A layer beside what is observed, on cells that are counted in the head."""

import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from demand_models import DemandError
from demand_models.evaluate import Observation, evaluate, evaluate_layer
from geodata import DemandPoints
from geodata.errors import CrsError, LayerError

CRS = "EPSG:32649"
BLOCKS = np.array([0, 0, 1, 1, 2, 2])


def scores(evaluation):
    return {score.name: score for score in evaluation.scores}


def test_a_perfect_layer():
    """Rank 1, nothing misplaced; the baseline that is upside down is behind by 2."""
    truth = np.array([1.0, 2, 3, 4, 5, 6])
    found = evaluate({"layer": truth * 7, "worst": 6 - truth}, truth, blocks=BLOCKS, districts=list("aabbcc"))
    layer, worst = found.scores
    assert layer.rank.value == pytest.approx(1)
    assert layer.misplaced == pytest.approx(0)
    assert layer.district_mae == pytest.approx(0)
    assert worst.rank_lead.value == pytest.approx(2)
    assert layer.auc is None
    assert (found.places, found.occupied, found.blocks) == (6, 6, 3)


def test_errors_by_district():
    """Predicted 2 and 8 of 10, observed 5 and 5: each district is wrong by 3, that is 60 %, and 3 of 10 must move."""
    found = evaluate({"layer": [1, 1, 4, 4]}, [5, 0, 5, 0], blocks=np.arange(4), districts=list("aabb"))
    (score,) = found.scores
    assert score.district_mae == pytest.approx(3)
    assert score.district_mape == pytest.approx(0.6)
    assert score.district_misplaced == pytest.approx(0.3)
    assert score.auc.value == 0.5
    assert found.districts["a"] == {"observed": 5, "layer": pytest.approx(2)}


def test_relative_error_leaves_out_empty_districts():
    """A district with nothing observed has an error but no relative one."""
    (score,) = evaluate({"layer": [1, 1]}, [4, 0], blocks=np.arange(2), districts=["a", "b"]).scores
    assert score.district_mape == pytest.approx(0.5)
    assert score.district_mae == pytest.approx(2)


def test_what_beats_the_layer_is_said_first():
    """The verdict begins with the baseline that wins, wherever it stands, and the text with the verdict."""
    truth = np.array([0.0, 1, 2, 3, 4, 5])
    found = evaluate(
        {"layer": [0, 1, 2, 4, 3, 5], "worse": [5, 4, 3, 2, 1, 0], "<better|>": truth}, truth, blocks=np.arange(6)
    )
    assert found.verdict[0].startswith("&lt;better\\|> beats layer by 0.057")
    assert all("layer beats worse by" in words for words in found.verdict[-2:])
    lines = found.markdown().splitlines()
    assert lines[0] == "6 places, 5 of them with observation; 6 blocks"
    assert lines[2].startswith("- &lt;better\\|> beats layer by")
    assert "district" not in found.markdown()


def test_a_small_lead_is_not_called_clear():
    """A lead below two standard errors says so; without an error it is not clear either."""
    random = np.random.default_rng(4)
    truth = random.normal(size=40) ** 2
    found = evaluate({"a": random.random(40), "b": random.random(40)}, truth, blocks=np.arange(40))
    assert "(not clearly)" in found.verdict[0]
    alone = evaluate({"a": truth, "b": truth[::-1]}, truth, blocks=np.zeros(40, dtype=int))
    assert "(not clearly)" in alone.verdict[0]
    assert "±" not in alone.verdict[0]


def test_as_plain_data():
    """What is written is JSON without numbers that are none."""
    told = evaluate({"layer": [1, 2], "same": [1, 1]}, [0, 3], blocks=np.arange(2), districts=["a", "b"]).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == json.loads(json.dumps(told))
    assert told["scores"][1]["rank"] is None
    assert told["scores"][0]["auc"] == {"value": 1.0, "error": None}


def test_all_faults_come_at_once():
    """Lengths, numbers that are none, and a name that is taken."""
    with pytest.raises(DemandError) as raised:
        evaluate({"a": [1, -1], "b": [1], "observed": [1, 1]}, [1, 2], blocks=np.arange(3))
    assert re.search(
        r'called "observed".*not as many blocks.*a: found -1, below 0.*b: 1 numbers for 2 places', str(raised.value)
    )
    with pytest.raises(DemandError, match="nothing is observed"):
        evaluate({"a": [1, 1]}, [0, 0], blocks=np.arange(2))
    with pytest.raises(DemandError, match="no prediction is given"):
        evaluate({}, [0, 1], blocks=np.arange(2))


@pytest.fixture
def cells():
    """Three cells of 1 km in a row, in two districts; the people of East live more densely."""
    return gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "district": ["East", "East", "West"], "area_km2": 1.0, "people_km2": [9.0, 9.0, 1.0]},
        geometry=[box(column * 1000, 0, (column + 1) * 1000, 1000) for column in range(3)],
        crs=CRS,
    )


def points(*pairs, **columns):
    return gpd.GeoDataFrame(columns, geometry=[Point(*pair) for pair in pairs], crs=CRS)


def demand(service="charging", unit="kWh"):
    """30 kWh in the first cell, 10 in the last and 10 outside of all."""
    at = [(500, 500), (2500, 500), (9500, 500)]
    return DemandPoints(
        points(
            *at,
            id=["x", "y", "z"],
            place=["x", "y", "z"],
            service=service,
            vehicle="car",
            fleet="f",
            demand=[30.0, 10.0, 10.0],
            unit=unit,
            year=2025,
            kind="modelled",
            district="",
            source="assumption",
        )
    )


def test_a_layer_on_cells(cells):
    """Two stations in the first cell, one in the second and one in the sea; the layer puts 3/4 and 1/4."""
    observed = Observation(points=points((100, 100), (200, 200), (1500, 500), (500, 9000)), what="stations of 2021")
    shops = points((1500, 100), (1500, 200), (2500, 500))
    found = evaluate_layer(
        demand(), observed, cells, block_m=1000, counts={"shops": shops}, densities={"people": "people_km2"}
    )
    assert list(scores(found)) == ["demand for charging", "shops", "people", "uniform"]
    assert scores(found)["demand for charging"].misplaced == pytest.approx(1 / 3)
    assert found.districts["East"]["observed"] == 3
    assert found.districts["East"]["shops"] == pytest.approx(2)
    assert found.districts["West"]["people"] == pytest.approx(3 / 19)
    assert scores(found)["uniform"].auc.value == 0.5
    assert found.unplaced == {"demand for charging": pytest.approx(0.2), "stations of 2021": pytest.approx(0.25)}
    assert "stations of 2021: 25.0 % lies on none of the places" in found.markdown()
    assert "% lies" not in replace(found, unplaced=dict.fromkeys(found.unplaced, 0.0)).markdown()
    assert "district error, stations" in found.markdown()


def test_demand_within_reach(cells):
    """Within 1 km of its middle the second cell has what the first and the last have."""
    observed = Observation(points=points((1500, 500)), what="stations")
    near = evaluate_layer(demand(), observed, cells, block_m=1000, reach_m=1000)
    inside = evaluate_layer(demand(), observed, cells, block_m=1000)
    assert near.scores[0].auc.value == 1
    assert inside.scores[0].auc.value == 0


def test_observed_amounts(cells):
    """Energy of stations is summed in the cells, in its unit."""
    observed = Observation(
        points=points((100, 100), (1500, 500), kwh=["3", "1"]), what="energy", column="kwh", unit="kWh"
    )
    found = evaluate_layer(demand(), observed, cells, block_m=1000)
    assert found.districts["East"]["observed"] == 4
    assert found.unit == "kWh"


def test_two_services_are_refused(cells):
    """Kilowatt-hours and swaps are not added."""
    both = DemandPoints(
        gpd.GeoDataFrame(
            np.concatenate(
                [demand().frame.to_numpy(), demand("swapping", "swaps").frame.assign(id=list("uvw")).to_numpy()]
            ),
            columns=demand().frame.columns,
            geometry="geometry",
            crs=CRS,
        ).astype({"demand": float, "year": int})
    )
    with pytest.raises(DemandError, match="demand of charging, swapping; give one service at a time"):
        evaluate_layer(both, Observation(points=points((1, 1)), what="stations"), cells, block_m=1000)


def test_a_name_stands_for_one_prediction(cells):
    """A baseline neither hides another nor the layer itself."""
    seen, shops = Observation(points=points((1, 1)), what="stations"), points((1, 1))
    for counts, densities in (
        ({"uniform": shops}, {}),
        ({"demand for charging": shops}, {}),
        ({"d": shops}, {"d": "x"}),
    ):
        with pytest.raises(DemandError, match="two predictions are called"):
            evaluate_layer(demand(), seen, cells, block_m=1000, counts=counts, densities=densities)


def test_layers_that_do_not_fit(cells):
    """Another CRS, a missing column and amounts below 0 are named."""
    seen = points((100, 100), kwh=[-1])
    with pytest.raises(CrsError):
        evaluate_layer(demand(), Observation(points=seen, what="s"), cells.to_crs(4326), block_m=1000)
    with pytest.raises(LayerError, match=r"energy.*kwh.*below 0"):
        evaluate_layer(demand(), Observation(points=seen, what="energy", column="kwh"), cells, block_m=1000)
    with pytest.raises(LayerError, match="people"):
        evaluate_layer(demand(), Observation(points=seen, what="s"), cells, block_m=1000, densities={"d": "people"})
