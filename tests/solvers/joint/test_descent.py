"""Descent of smooth functions over a box."""

import numpy as np
import pytest

from solvers.joint.descent import descend


def ridge(x):
    """A long curved valley (Rosenbrock 1960) in many variables."""
    along, across = x[:-1], x[1:] - x[:-1] ** 2
    gradient = np.zeros(len(x))
    gradient[:-1] = -400 * across * along - 2 * (1 - along)
    gradient[1:] += 200 * across
    return float(np.sum(100 * across**2 + (1 - along) ** 2)), gradient


def test_follows_a_curved_valley_to_its_end():
    """All coordinates end at 1."""
    x, _ = descend(ridge, np.zeros(10), np.full(10, np.inf), iterations=500, should_stop=lambda: False)
    assert x == pytest.approx(1.0, abs=1e-4)


def test_stays_in_the_box():
    """Coordinates whose optimum lies outside end at the bound, the others at their optimum."""
    aim, most = np.array([-1.0, 0.5, 3.0]), np.array([2.0, 2.0, 2.0])
    x, _ = descend(
        lambda x: (float(np.sum((x - aim) ** 2)), 2 * (x - aim)), np.ones(3), most, iterations=50,
        should_stop=lambda: False,
    )  # fmt: skip
    assert x == pytest.approx([0.0, 0.5, 2.0], abs=1e-6)


def test_stops_when_asked():
    """One step at most after the request."""
    _, evaluations = descend(ridge, np.zeros(3), np.full(3, np.inf), iterations=500, should_stop=lambda: True)
    assert evaluations < 25
