"""Demand that a saved model predicts."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from demand_models import DemandContext, DemandError, Learned, correction, demand_report
from demand_models.learned import Within, build_features, save_model

CRS = "EPSG:32649"


@pytest.fixture(scope="module")
def places():
    """Three places on a line, with five, two and one shop around them, in one district."""
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "district": "East", "population": [1.0, 2.0, 0.0], "km": [0.0, 1.0, 0.2], "luck": 0.5},
        geometry=[Point(0, 0), Point(5000, 0), Point(9000, 0)],
        crs=CRS,
    )
    shops = gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(8)], "district": "East"},
        geometry=[Point(10 * n, 0) for n in range(5)] + [Point(5000, 10), Point(5000, 20), Point(9000, 9)],
        crs=CRS,
    )
    return frame, shops


@pytest.fixture
def block(learned, tmp_path):
    """A block that reads a linear model of the tiny world of this folder."""
    from demand_models.learned import Ridge

    save_model(learned(Ridge(0.01)), tmp_path / "model.json")
    return Learned(
        source="assumption",
        file="model.json",
        layer="places",
        service="charging",
        vehicle="car",
        features={
            "shops": Within(name="shops", unit="shops", layer="shops", reach_m=100),
            "km": own("km", "km"),
            "luck": own("luck", "1"),
        },
    )


def own(name, unit):
    from demand_models.learned import Own

    return Own(name=name, unit=unit, column=name)


@pytest.fixture
def context(places, tmp_path):
    frame, shops = places
    return DemandContext(year=2025, cells=frame, layers={"places": frame, "shops": shops}, folder=tmp_path)


def demand(model, context):
    frame = model.build(context, "fleet").frame
    return frame.set_index("place")["demand"]


def test_demand_is_what_the_model_predicts(block, context, places, learned):
    """Rows and cells have the prediction of the model for their features, times what one unit of it asks for."""
    from demand_models.learned import Ridge

    frame, shops = places
    model = learned(Ridge(0.01))
    features = build_features(frame, {"shops": shops}, tuple(block.features.values()))
    expected = model.predict(features)
    assert (expected > 0).all()
    assert demand(replace(block, per_unit=2), context).to_numpy() == pytest.approx(2 * expected)
    assert demand(replace(block, layer=None), context).to_numpy() == pytest.approx(expected)


def test_the_ends_of_the_interval_are_a_range(block, context, places, learned):
    """-1 and 1 are the ends of the model's interval, the rest is between, and the report has both totals."""
    from demand_models.learned import Ridge

    frame, shops = places
    features = build_features(frame, {"shops": shops}, tuple(block.features.values()))
    low, high = learned(Ridge(0.01)).interval(features, 0.8)
    middle = demand(block, context)
    lowest, highest = (demand(replace(block, interval=end), context) for end in (-1.0, 1.0))
    assert highest.to_numpy() == pytest.approx(high)
    assert lowest.to_numpy() == pytest.approx(low[low > 0])
    half = demand(replace(block, interval=0.5), context)
    assert half.to_numpy() == pytest.approx((middle + highest).to_numpy() / 2)
    none = correction({"fleet": block}, lambda _: context, year=2025)
    (line,) = [line for line in demand_report(block, context, "fleet", none).parameters if line.name == "interval"]
    assert line.effect.totals_low["charging"] == pytest.approx(low.sum())
    assert line.effect.totals_high["charging"] == pytest.approx(high.sum())


def test_a_total_keeps_the_pattern(block, context):
    """With a total the predictions are shares of it."""
    plain, scaled = demand(block, context), demand(replace(block, total=1000.0), context)
    assert scaled.sum() == pytest.approx(1000, rel=1e-12)
    np.testing.assert_allclose(scaled / scaled.sum(), plain / plain.sum())


def test_growth_is_by_year(block, context):
    """A factor of the year multiplies the prediction, and a year that is not given is refused."""
    grown = replace(block, growth={2025: 2.0})
    assert demand(grown, context).sum() == pytest.approx(2 * demand(block, context).sum())
    with pytest.raises(DemandError, match="demand 'fleet': growth: 2025 is outside"):
        replace(block, growth={2020: 1.0}).build(context, "fleet")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"file": "none.json"}, r"demand 'fleet': .*none\.json: cannot be read"),
        ({"features": {"km": own("km", "km")}}, "demand 'fleet': model .*: features shops, luck are missing"),
        (
            {"features": {"km": own("km", "m"), "shops": own("shops", "shops"), "luck": own("luck", "1")}},
            "demand 'fleet': .*no column \"shops\"",
        ),
        (
            {"features": {"shops": Within(name="shops", unit="shops", layer="shop", reach_m=1)}},
            "demand 'fleet': feature 'shops': layer 'shop' is not among",
        ),
        ({"layer": "place"}, "demand 'fleet': layer 'place' is not among"),
    ],
)
def test_what_does_not_fit_is_named(block, context, changed, message):
    """A file, feature, unit or layer that is not there is refused with the fleet and its name."""
    with pytest.raises(DemandError, match=message):
        replace(block, **changed).build(context, "fleet")


def test_a_unit_other_than_the_model_learned_is_refused(block, context):
    """Metres are not taken for kilometres."""
    features = block.features | {"km": own("km", "m")}
    with pytest.raises(DemandError, match=r"demand 'fleet': model .*: feature 'km' is in 'm', the model takes 'km'"):
        replace(block, features=features).build(context, "fleet")


def test_a_changed_file_is_refused(block, context, tmp_path):
    """A model whose numbers were changed by hand is not read."""
    path = tmp_path / "model.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["model"]["typical"] *= 2
    path.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(DemandError, match=r"demand 'fleet': .*the content does not fit its sha256"):
        block.build(context, "fleet")


def test_a_block_without_features_is_refused(block):
    """There is nothing that it could be predicted from."""
    with pytest.raises(DemandError, match="features: none given"):
        replace(block, features={})
