"""Choosing, learning, and predicting what was not seen."""

import geopandas as gpd
import numpy as np
import pytest

from demand_models import DemandError
from demand_models.learned import About, Blocking, Boosted, Ridge, learn, predict_left_out

ABOUT = About(title="t", target="energy", unit="kWh")


def test_the_better_formula_is_chosen(learned):
    """The line made the world, so a light penalty beats a heavy one; the card tells both errors."""
    model = learned(Ridge(100.0), Ridge(0.001))
    assert model.card.method == "log-linear ridge regression, penalty 0.001 per row"
    heavy, light = model.card.choice.values()
    assert light < 0.2 < heavy


def test_the_first_of_equals_is_chosen(learned):
    """Equal errors leave the plainer formula, which comes first."""
    assert learned(Ridge(0.5), Ridge(0.5)).card.method == Ridge(0.5).words


def test_the_unit_does_not_matter(world, blocking):
    """In Wh instead of kWh the model says the same, a thousand times; places with nothing weigh no more than before."""
    features, target, points = world
    target = np.where(np.arange(200) % 9 == 0, 0, target)
    one, other = (
        learn(features, target * unit, points, blocking=blocking, about=ABOUT, candidates=[Ridge(0.01)])
        for unit in (1, 1000)
    )
    assert np.allclose(one.predict(features) * 1000, other.predict(features))


def test_errors_are_those_of_rows_left_out(model, world):
    """Each error comes from the formula that was fitted without the row's fold."""
    features, target, _ = world
    for fold, predictor in enumerate(model.fold_predictors):
        rows = model.fold_of == fold
        error = np.abs(np.log1p(target[rows] / model.typical) - predictor.predict(features.values[rows]))
        assert np.array_equal(model.errors[rows], error)


def test_same_input_same_model(learned):
    """Learning twice gives the same numbers."""
    one, other = (learned(Boosted(leaves=4, rounds=5)) for _ in range(2))
    assert np.array_equal(one.errors, other.errors)


def test_a_row_does_not_tell_of_itself(world, blocking):
    """What is predicted for a tile stays when its own targets are turned upside down."""
    features, target, points = world
    inner = Blocking(side_m=1500, folds=3)
    settings = {"outer": blocking, "inner": inner, "candidates": [Ridge(0.01), Boosted(leaves=4, rounds=5)]}
    before = predict_left_out(features, target, points, **settings)
    for fold in blocking.of(points)[:2]:
        spoilt = target.copy()
        spoilt[fold.test] = target[fold.test][::-1] * 1000
        after = predict_left_out(features, spoilt, points, **settings)
        for name in ("predicted", "low", "high"):
            assert np.array_equal(getattr(before, name)[fold.test], getattr(after, name)[fold.test])


def test_left_out_predictions_follow_the_truth(world, blocking):
    """They rank the world well, and the intervals of 80 % hold about 80 % of it."""
    features, target, points = world
    left = predict_left_out(
        features, target, points, outer=blocking, inner=blocking, coverage=0.8, candidates=[Ridge(0.001)]
    )
    assert np.corrcoef(np.log1p(left.predicted), np.log1p(target))[0, 1] > 0.9
    assert 0.72 <= left.covered(target) <= 0.88
    assert len(left.chosen) == 4


def test_what_cannot_be_learned_is_refused(world, blocking):
    """Targets below 0 are named by place; lengths must agree; something must be there to choose from."""
    features, target, points = world
    wrong = target.copy()
    wrong[[3, 7]] = [-1, np.nan]
    with pytest.raises(DemandError, match="found p003: -1, p007: nan"):
        learn(features, wrong, points, blocking=blocking, about=ABOUT)
    with pytest.raises(DemandError, match="200 rows of features, 199 targets and 200 points"):
        learn(features, target[1:], points, blocking=blocking, about=ABOUT)
    with pytest.raises(DemandError, match="no formula to choose from"):
        learn(features, target, points, blocking=blocking, about=ABOUT, candidates=[])
    with pytest.raises(DemandError, match="nothing to learn"):
        learn(features, np.zeros(200), points, blocking=blocking, about=ABOUT)
    one_place = gpd.GeoSeries([points.iloc[0]] * 200, crs=points.crs)
    with pytest.raises(DemandError, match="1 tiles"):
        learn(features, target, one_place, blocking=blocking, about=ABOUT)
