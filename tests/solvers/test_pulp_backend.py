"""PuLP carries the same model to other solvers, in PuLP 3.3 and 4."""

import importlib.util

import numpy as np
import pytest

from solvers import OBJECTIVES, BackendError, Count, Effort, Stage, Status, solve, verify
from solvers.compact import CompactModel
from solvers.pulp_backend import Pulp

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]
EXACT = [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0)]
CBC = pytest.param(
    "COIN_CMD",
    marks=pytest.mark.skipif(not importlib.util.find_spec("cbcbox"), reason="CBC is not installed (siting[cbc])"),
)


@pytest.mark.parametrize("solver", [CBC, "HiGHS"])
def test_answers_equal_those_of_highs(solver, random_case):
    """Feasibility, value and least cost are those of HiGHS on 40 random problems."""
    for seed in range(40):
        problem, limits = random_case(seed)
        ours, other = solve(problem, EXACT, limits), solve(problem, EXACT, limits, method=f"pulp:{solver}")
        assert other.found == ours.found
        assert (other.status is Status.INFEASIBLE) == (ours.status is Status.INFEASIBLE)
        if ours.found:
            # Either may have given up a little value for cost, which is then no longer called optimal.
            assert {other.status, ours.status} <= {Status.OPTIMAL, Status.GAP}
            for mine, report in zip(ours.stages, other.stages, strict=True):
                assert report.bound == pytest.approx(mine.bound, rel=1e-6, abs=1e-6)
            verify(problem, limits, other)
            assert other.stages[1].value == pytest.approx(ours.stages[1].value, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("solver", [CBC, "HiGHS"])
def test_infeasible_is_a_status(solver, tiny):
    """A floor that nothing reaches is infeasible, and no zeros are handed out for it."""
    model = CompactModel.build(tiny(), ()).with_objective(SERVED)
    outcome = Pulp(solver).solve(model.with_row(model.cost, 1e9, np.inf), Effort(), stage="")
    assert outcome.status is Status.INFEASIBLE
    assert outcome.values is None
    assert outcome.bound is None


@pytest.mark.parametrize("solver", [CBC, "HiGHS"])
@pytest.mark.parametrize("time_limit_s", [0.01, 0.3])
def test_a_clock_that_stops_is_not_taken_for_a_proof(solver, time_limit_s, town):
    """After a time limit there is a verified answer or none, and no bound is claimed."""
    problem, limits = town
    found = solve(problem, EXACT[:1], limits, method=f"pulp:{solver}", effort=Effort(time_limit_s=time_limit_s))
    assert found.status in (Status.TIME_LIMIT, Status.UNKNOWN)
    assert found.stages[0].bound is None
    if found.found:
        verify(problem, limits, found)


@pytest.mark.parametrize("solver", [CBC, "HiGHS"])
def test_a_wanted_gap_is_kept(solver, town):
    """A gap of 2 % is reached and said, with a bound that is not below the best value."""
    problem, limits = town
    best = solve(problem, EXACT[:1], limits).stages[0].value
    found = solve(problem, [Stage(SERVED, gap=0.02)], limits, method=f"pulp:{solver}")
    assert found.status is Status.GAP
    assert found.stages[0].gap <= 0.02
    assert found.stages[0].bound >= best * (1 - 1e-9)


def test_highs_direct_and_through_pulp_share_a_process(tiny):
    """Solving with two threads, then through PuLP with one, then directly again, is right each time."""
    for method, threads in (("auto", 2), ("pulp:HiGHS", 1), ("auto", 1), ("pulp:HiGHS", 2)):
        found = solve(tiny(), EXACT, method=method, effort=Effort(threads=threads))
        assert found.stages[1].value == pytest.approx(530)


def test_an_unknown_solver_names_the_known_ones():
    """A name that PuLP does not know is answered with those it knows."""
    with pytest.raises(BackendError, match=r"PuLP knows no solver 'CBC': expected one of .*COIN_CMD.*HiGHS"):
        Pulp("CBC")


def test_a_missing_solver_says_what_to_do(tiny):
    """A solver that is not on this machine is an error with the remedy, even before limits are looked at."""
    with pytest.raises(BackendError, match="PuLP does not find 'CPLEX_CMD' on this machine: install it"):
        solve(tiny(), EXACT, [Count("none", [], at_least=1)], method="pulp:CPLEX_CMD")
