"""A window decides its options exactly, within all limits, and leaves the others alone."""

import numpy as np
import pytest

from solvers import OBJECTIVES, Effort, Stage, solve, verify
from solvers.highs import Highs
from solvers.joint.method import JointMethod
from solvers.joint.pools import Pools
from solvers.joint.search import Search
from solvers.joint.window import Window, window_around
from solvers.side import Side

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]
EXACT = Effort(gap=0.0)


def search_at(problem, limits, solution):
    """A search for served value that begins at an answer."""
    pools = Pools.of(problem)
    search = Search(problem, pools, Side.of(problem, SERVED, limits))
    search.load(solution.modules, solution.share * pools.set_size[problem.pair_set])
    return search


def cheapest(problem, limits):
    """The cheapest answer, which serves little."""
    return solve(problem, [Stage(COST, gap=0.0)], limits, method="compact")


def test_a_window_over_everything_finds_the_best(random_case, brute_force):
    """With all options in the window, the best answer of random problems comes of the cheapest one."""
    tried = 0
    for seed in range(60):
        problem, limits = random_case(seed)
        best = brute_force(seed).best
        whole = (problem.set_draw > 0).all() and not JointMethod().supports(problem, [Stage(SERVED, 0.0)], limits)
        if best is None or not whole:
            continue
        tried += 1
        search = search_at(problem, limits, cheapest(problem, limits))
        better = Window.of(search, np.arange(problem.n_options)).better(Highs(), EXACT)
        if better is not None:
            search.load(*better)
        assert search.kept
        assert search.value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert tried >= 10


def test_windows_never_make_an_answer_worse_or_impossible(town):
    """One window after another raises a town's value; the answer keeps all limits, and so do its flows."""
    problem, limits = town
    first = cheapest(problem, limits)
    search = search_at(problem, limits, first)
    for centre in range(0, problem.n_options, 7):
        before, opened = search.value, search.modules
        options = window_around(search, centre, 20)
        better = Window.of(search, options).better(Highs(), Effort(gap=1e-3))
        if better is None:
            continue
        search.load(*better)
        outside = np.setdiff1d(np.arange(problem.n_options), options)
        np.testing.assert_array_equal(search.modules[outside], opened[outside])
        assert search.value > before
    assert search.value > SERVED.value(problem, first)
    found = solve(problem, [Stage(SERVED, gap=0.5)], limits, method="joint", start=search.modules)
    verify(problem, limits, found)
    assert found.stages[0].value >= search.value * (1 - 1e-9)


def test_a_window_of_the_best_answer_finds_nothing_better(tiny):
    """What is best already stays: the window has no answer of its own."""
    problem = tiny()
    search = search_at(problem, (), solve(problem, [Stage(SERVED, gap=0.0)], method="compact"))
    assert Window.of(search, np.arange(problem.n_options)).better(Highs(), EXACT) is None


def test_a_window_holds_those_that_share_demand_first(town):
    """The centre is in it, no option is twice, and there are no more than asked for."""
    problem, limits = town
    search = search_at(problem, limits, cheapest(problem, limits))
    options = window_around(search, 5, 12)
    assert 5 in options
    assert len(options) == len(set(options.tolist())) == 12
    assert set(search.net.near.option[slice(*search.net.options.near[[5, 6]])][:11].tolist()) <= set(options.tolist())
