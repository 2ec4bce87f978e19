"""A first answer and a rounded one keep to every limit, and the tilt leaves the bound what it is."""

import numpy as np
import pytest

from solvers import OBJECTIVES, Effort, verify
from solvers.compact import CompactModel
from solvers.highs import Highs
from solvers.linear import dual_bound
from solvers.rounding import even_split

SERVED = OBJECTIVES["served_value"]


def test_an_even_split_hands_out_all_demand_that_is_reached(random_case):
    """Flows of the even split add up to the demand in every cover set that some option reaches and draws."""
    for seed in range(30):
        problem, limits = random_case(seed)
        columns = CompactModel.build(problem, limits).columns
        flows = even_split(problem, columns)[2 * problem.n_options :][: columns.n_flows] * columns.units
        handed = np.bincount(columns.flow_set, weights=flows, minlength=problem.n_sets)
        reached = np.isin(np.arange(problem.n_sets), columns.flow_set)
        np.testing.assert_allclose(handed, np.where(reached, problem.demand[problem.set_row], 0.0), rtol=1e-9)


def test_a_first_answer_is_an_answer(random_case):
    """Whatever the first answer is worth, it passes the check of the problem's own arrays."""
    found = 0
    for seed in range(60):
        problem, limits = random_case(seed)
        model = CompactModel.build(problem, limits)
        answer = model.guide(model.with_objective(SERVED)).begin(Highs(), Effort())
        if answer is not None:
            found += 1
            verify(problem, limits, model.decode(answer, 0))
    assert found > 20


def test_a_tilt_changes_no_bound(random_case):
    """The relaxation reached by way of a tilt proves the same bound as the one solved without."""
    compared = 0
    for seed in range(60):
        problem, limits = random_case(seed)
        model = CompactModel.build(problem, limits)
        linear = model.with_objective(SERVED)
        _, duals = Highs().relax(linear, Effort())
        _, other = Highs().relax(linear, Effort(), tilt=model.guide(linear).tilt())
        assert (duals is None) == (other is None)
        if duals is not None and other is not None:
            compared += 1
            assert dual_bound(linear, other) == pytest.approx(dual_bound(linear, duals), rel=1e-6, abs=1e-6)
    assert compared > 20
