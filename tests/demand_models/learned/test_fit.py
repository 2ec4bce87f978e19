"""What the formulas learn."""

import sys

import numpy as np
import pytest

from demand_models import DemandError
from demand_models.learned import Boosted, Ridge
from demand_models.learned.predictors import Linear

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.uniform(0, 9, (120, 3))


def test_ridge_finds_the_line():
    """Without noise and with hardly any penalty the coefficients come back."""
    target = Linear(2.0, np.array([1.0, -3.0, 0.0])).predict(VALUES)
    found = Ridge(1e-9).fit(VALUES, target, (0, 0, 0))
    assert found.intercept == pytest.approx(2, abs=1e-5)
    assert found.coefficients == pytest.approx([1, -3, 0], abs=1e-5)


def test_ridge_equals_the_normal_equations():
    """With a penalty the solution is that of (Z'Z + n p I) c = Z'y."""
    target = RANDOM.normal(size=120)
    raw = np.log1p(VALUES)
    scaled = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    exact = np.linalg.solve(scaled.T @ scaled + 120 * 0.5 * np.eye(3), scaled.T @ (target - target.mean()))
    assert Ridge(0.5).fit(VALUES, target, (0, 0, 0)).coefficients * raw.std(axis=0) == pytest.approx(exact, abs=1e-8)


def test_ridge_keeps_signs():
    """A coefficient that wants to be negative is held at 0 where it must not be."""
    target = Linear(2.0, np.array([1.0, -3.0, 0.5])).predict(VALUES)
    free, held = Ridge(0.01).fit(VALUES, target, (0, 0, 0)), Ridge(0.01).fit(VALUES, target, (1, 1, -1))
    assert free.coefficients[1] < -1
    assert held.coefficients[1] == pytest.approx(0, abs=1e-8)
    assert held.coefficients[2] <= 0


def test_a_constant_feature_says_nothing():
    """A column without spread gets no coefficient and breaks nothing."""
    values = np.column_stack([VALUES[:, 0], np.full(120, 4.0)])
    found = Ridge(0.1).fit(values, np.log1p(VALUES[:, 0]), (0, 0))
    assert found.coefficients[1] == pytest.approx(0, abs=1e-9)


def test_trees_are_those_of_the_library():
    """Our walk through the arrays gives what scikit-learn predicts."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    target = VALUES[:, 0] - VALUES[:, 1] ** 2 + RANDOM.normal(size=120)
    ours = Boosted(leaves=6, rounds=30, least_rows=5).fit(VALUES, target, (0, 0, 0))
    theirs = HistGradientBoostingRegressor(
        max_iter=30, max_leaf_nodes=6, learning_rate=0.05, min_samples_leaf=5, early_stopping=False
    ).fit(VALUES, target)
    fresh = RANDOM.uniform(-1, 10, (500, 3))
    assert np.abs(ours.predict(fresh) - theirs.predict(fresh)).max() <= 1e-12


def test_trees_are_monotone():
    """A prediction never falls along a feature that may only raise it, though the target does in places."""
    target = np.sin(VALUES[:, 0]) + 0.3 * VALUES[:, 0]
    trees = Boosted(leaves=8, rounds=60, least_rows=5).fit(VALUES, target, (1, 0, 0))
    line = np.column_stack([np.linspace(0, 9, 400), np.full(400, 4.0), np.full(400, 4.0)])
    assert np.all(np.diff(trees.predict(line)) >= -1e-12)
    assert np.ptp(trees.predict(line)) > 1


def test_without_the_library_trees_say_what_to_install(monkeypatch):
    """Nothing but fitting trees needs scikit-learn."""
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(DemandError, match=r"pip install 'siting\[learn\]'"):
        Boosted(leaves=4, rounds=2).fit(VALUES, VALUES[:, 0], (0, 0, 0))


def test_another_layout_of_the_library_is_noticed(monkeypatch):
    """Trees that do not predict what the library predicts are not handed out."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    monkeypatch.setattr(HistGradientBoostingRegressor, "predict", lambda self, values: np.full(len(values), 7.0))
    with pytest.raises(DemandError, match="keeps its trees in another way"):
        Boosted(leaves=4, rounds=2).fit(VALUES, VALUES[:, 0], (0, 0, 0))
