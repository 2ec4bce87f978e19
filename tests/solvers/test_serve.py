"""Given modules serve as much value as they can."""

import numpy as np
import pytest

from solvers import OBJECTIVES
from solvers.serve import serve


def test_given_modules_serve_the_most_value(tiny):
    """One charging module gives 10, one swap module half the swaps; what is required does not matter."""
    problem = tiny(required=[False, True, False, False])
    found = serve(problem, np.array([1, 0, 1, 0]))
    assert found.modules.tolist() == [1, 0, 1, 0]
    assert found.served(problem).sum() == pytest.approx(12)
    assert OBJECTIVES["served_value"].value(problem, found) == pytest.approx(100)


def test_nothing_open_serves_nothing(tiny):
    """Without modules all shares are zero."""
    assert not serve(tiny(), np.zeros(4, dtype=np.int64)).share.any()


def test_fewer_modules_than_must_stand_serve_what_they_can(tiny):
    """Of three modules that must stand one does: it gives its 10."""
    problem = tiny(min_modules=[3, 1, 1, 1], required=[True, False, False, False])
    assert serve(problem, np.array([1, 0, 0, 0])).served(problem).sum() == pytest.approx(10)


def test_serving_is_exact(random_case, brute_force):
    """Whatever the modules, the value is the best there is."""
    for seed in range(40):
        problem, _ = random_case(seed)
        for modules, _, bound in brute_force(seed).choices[:5]:
            value = OBJECTIVES["served_value"].value(problem, serve(problem, modules))
            assert value == pytest.approx(bound, rel=1e-6, abs=1e-6)
