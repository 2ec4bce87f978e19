"""Formulas worked out by hand."""

import numpy as np
import pytest

from demand_models.learned.predictors import Linear, Trees


def test_linear_takes_logarithms_with_signs():
    """1 + 2 log(1 + 3) - log(1 + |-1|) and its mirror."""
    formula = Linear(1.0, np.array([2.0, 1.0]))
    expected = [1 + 2 * np.log(4) - np.log(2), 1 - 2 * np.log(4) + np.log(2)]
    assert formula.predict(np.array([[3.0, -1.0], [-3.0, 1.0]])) == pytest.approx(expected)


def test_trees_add_up():
    """A stump on x0 <= 1 (10 or 20) and a tree of one leaf (5) on a base of 100; the threshold goes left."""
    trees = Trees(
        base=100.0,
        roots=np.array([0, 3]),
        feature=np.array([0, -1, -1, -1]),
        threshold=np.array([1.0, 0, 0, 0]),
        left=np.array([1, 0, 0, 0]),
        right=np.array([2, 0, 0, 0]),
        value=np.array([0, 10.0, 20.0, 5.0]),
    )
    assert trees.predict(np.array([[1.0], [1.0001], [-9.0]])).tolist() == [115, 125, 115]
    assert trees.predict(np.zeros((0, 1))).tolist() == []
