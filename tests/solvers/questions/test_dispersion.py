"""The p-dispersion under limits: against enumeration, the classic method, and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Budget,
    Count,
    Effort,
    ProblemError,
    ServedShare,
    Stage,
    Status,
    distances_of,
    p_dispersion,
    solve_dispersion,
    verify,
)
from solvers.questions.dispersion import _between_options, least_apart


def apart_of(n_sites, seed):
    """Distances of sites in a square, ties among them."""
    at = np.random.default_rng(seed).integers(0, 4, (n_sites, 2))
    return np.linalg.norm(at[:, None] - at, axis=2)


def test_answers_equal_enumeration(random_case, brute_force):
    """The greatest least distance, and the least cost at it, are those of enumeration."""
    answers = 0
    for seed in range(60):
        problem, limits = random_case(seed)
        limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
        if problem.n_options < 2:
            continue
        limits.append(Count("two", np.arange(problem.n_options), at_least=2))
        apart = apart_of(int(problem.site.max()) + 1, seed)
        far = _between_options(problem, apart)
        if not np.isfinite(far).all(where=~np.eye(len(far), dtype=bool)):
            continue  # phases of one station: two of them alone are no two stations
        exact = replace(brute_force(seed), problem=problem, limits=limits)
        told = [(least_apart(far, np.flatnonzero(modules)), cost) for modules, cost, _ in exact.choices]
        found = solve_dispersion(problem, apart, limits, then=[Stage(OBJECTIVES["cost"], gap=0.0)])
        if not told:
            assert found.status is Status.INFEASIBLE
            continue
        answers += 1
        best = max(value for value, _ in told)
        least = min(cost for value, cost in told if value == best)
        verify(problem, limits, found)
        assert found.status is Status.OPTIMAL
        assert found.stages[0].value == found.stages[0].bound == best
        assert found.stages[1].value == pytest.approx(least, rel=1e-6, abs=1e-6)
        assert least_apart(far, np.flatnonzero(found.modules)) >= best
    assert answers > 10


def options(tiny, n):
    """Options at sites of their own, nobody to serve."""
    each = np.ones(n)
    return tiny(
        site=np.arange(n), facility_type=each * 0, year=each * 0, capacity=np.ones((n, 2)), min_modules=each,
        max_modules=each, base_modules=each * 0, fixed_cost=each, module_cost=each * 0, closing_cost=each * 0,
        required=each * 0,
    ).without_demand()  # fmt: skip


@pytest.mark.parametrize("p", [2, 5, 9])
def test_a_number_of_stations_is_the_classic_p_dispersion(tiny, p):
    """The classic method, the bisection under a budget that says the same, and the plain function agree."""
    problem, apart = options(tiny, 9), apart_of(9, p)
    count = Count("p", np.arange(9), at_least=p)
    classic = solve_dispersion(problem, apart, [count])
    under = solve_dispersion(problem, apart, [count, Budget("p", np.arange(9), float(p))])
    assert classic.stages[0].value == under.stages[0].value == p_dispersion(distances_of(apart), p).value
    assert "independent sets" in classic.method
    assert "is no number of stations" in under.method


def test_one_station_is_apart_from_nothing(tiny):
    """Limits under which one station would do are refused, more stations than sites are infeasible."""
    problem, apart = options(tiny, 4), apart_of(4, 0)
    with pytest.raises(ProblemError, match="fewer than two stations"):
        solve_dispersion(problem, apart, [Count("one", np.arange(4), at_least=1)])
    found = solve_dispersion(problem, apart, [Count("five", np.arange(4), at_least=5)])
    assert found.status is Status.INFEASIBLE
    assert found.notes


def test_a_stop_leaves_a_proven_bound(tiny):
    """Whatever was found when work ran out is between nothing and the bound."""
    problem, apart = options(tiny, 12), apart_of(12, 3)
    limits = [Count("p", np.arange(12), at_least=5), Budget("p", np.arange(12), 6.0)]
    best = solve_dispersion(problem, apart, limits).stages[0].value
    for work in (1, 3, 5):
        found = solve_dispersion(problem, apart, limits, effort=Effort(work_limit=work))
        assert found.stages[0].bound >= best
        assert not found.found or found.stages[0].value <= best


def test_wrong_distances_are_named_together(tiny):
    """A distance that is none, and a pair with two distances, in one message."""
    apart = apart_of(4, 1)
    apart[0, 1], apart[2, 3] = np.nan, 7.5
    with pytest.raises(ProblemError, match=r"not finite\napart: .* two distances"):
        solve_dispersion(options(tiny, 4), apart, [Count("two", np.arange(4), at_least=2)])
