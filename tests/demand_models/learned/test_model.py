"""Predictions, and intervals beside the textbook's rule."""

import numpy as np
import pytest

from demand_models import DemandError
from demand_models.learned import Features
from demand_models.learned.model import cv_plus
from demand_models.learned.predictors import Linear


def test_predictions_are_amounts(model, world):
    """Never below 0, in the order of the places; other features beside those of the model do not matter."""
    features, _, _ = world
    wider = Features(
        features.ids,
        ("more", *features.names),
        ("1", *features.units),
        (0, *features.signs),
        np.column_stack([np.ones(200), features.values]),
    )
    assert np.all(model.predict(features) >= 0)
    assert np.array_equal(model.predict(wider), model.predict(features))


def test_predictions_keep_to_their_signs(model, world):
    """More shops never predict less, more km never more."""
    features, _, _ = world
    for column, sign in ((0, 1), (1, -1)):
        values = features.values.copy()
        values[:, column] += 1
        more = Features(features.ids, features.names, features.units, features.signs, values)
        assert np.all(sign * (model.predict(more) - model.predict(features)) >= -1e-9)


def test_interval_by_the_rule():
    """With 9 rows and a coverage of 0.8 the ends are the 2nd from below and the 2nd from above, counted by hand."""
    folds = (Linear(0.0, np.array([0.0])), Linear(10.0, np.array([0.0])))
    fold_of = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
    errors = np.array([1.0, 2, 3, 4, 5, 1, 2, 3, 4])
    low, high = cv_plus(np.zeros((1, 1)), folds, fold_of, errors, coverage=0.8)
    # Below: -5, -4, -3, -2, -1, 6, 7, 8, 9; above: 1, 2, 3, 4, 5, 11, 12, 13, 14.
    assert (low[0], high[0]) == (-4, 13)


def test_wider_coverage_is_wider(model, world):
    """Intervals lie inside each other and are never below 0."""
    features, _, _ = world
    low, high = model.interval(features, 0.5)
    wider_low, wider_high = model.interval(features, 0.9)
    assert np.all((wider_low >= 0) & (wider_low <= low) & (low <= high) & (high <= wider_high))


def test_many_rows_are_taken_in_parts(model, world):
    """Five thousand places get what each of them gets alone."""
    features, _, _ = world
    many = Features(
        tuple(map(str, range(5000))), features.names, features.units, features.signs, np.tile(features.values, (25, 1))
    )
    low, high = model.interval(many)
    one = model.interval(features)
    assert np.array_equal(low, np.tile(one[0], 25))
    assert np.array_equal(high, np.tile(one[1], 25))


@pytest.mark.parametrize("coverage", [0, 1, 0.999, float("nan")])
def test_coverage_that_cannot_be_had(model, world, coverage):
    """Two hundred rows cannot promise 99.9 %."""
    with pytest.raises(DemandError, match=r"at most 0\.995"):
        model.interval(world[0], coverage)


def test_missing_features_and_other_units_are_named(model, world):
    """Both faults come at once."""
    features, _, _ = world
    other = Features(features.ids, ("km", "luck"), ("m", "1"), (0, 0), features.values[:, 1:])
    with pytest.raises(DemandError, match=r"features shops are missing.*'km' is in 'm', the model takes 'km'"):
        model.predict(other)
