"""The side of a problem says what its objective and limits say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers import ProblemError
from solvers.objectives import Cost, ServedValue, TravelTime
from solvers.side import Floor, Side


@given(st.integers(0, 150), st.sampled_from([ServedValue(), Cost()]))
def test_rows_and_objective_are_those_of_the_parts(random_case, random_solution, seed, objective):
    """For any modules and shares, arrays and parts agree."""
    problem, limits = random_case(seed)
    answer = random_solution(problem, seed)
    side = Side.of(problem, objective, limits)
    opened, served = answer.modules > 0, answer.served(problem)
    value = side.per_opened @ opened + side.per_module @ answer.modules + side.per_served @ served + side.offset
    assert side.sign * value == pytest.approx(objective.value(problem, answer))
    rows = side.opened @ opened + side.modules @ answer.modules + side.served @ served + side.constant
    assert rows == pytest.approx(np.concatenate([np.zeros(0), *(limit.value(problem, answer) for limit in limits)]))


def test_floor_keeps_an_objective_in_its_own_sense(tiny):
    """What was maximised stays at least, what was minimised at most."""
    lo, hi = Floor(ServedValue(), 5.0).bounds(tiny())
    assert (lo[0], hi[0]) == (5.0, np.inf)
    lo, hi = Floor(Cost(), 5.0).bounds(tiny())
    assert (lo[0], hi[0]) == (-np.inf, 5.0)


def test_objectives_of_single_pairs_are_refused(tiny):
    """Who goes where is lost in the decomposition."""
    with pytest.raises(ProblemError, match="travel time"):
        Side.of(tiny(), TravelTime(), [])
