"""HiGHS is repeatable, stops when told, and never claims more than it has proved."""

import itertools

import numpy as np
import pytest

from solvers import OBJECTIVES, Effort, Stage, Status, solve, verify
from solvers.compact import CompactModel
from solvers.highs import Highs

SERVED, COST, TRAVEL = (OBJECTIVES[name] for name in ("served_value", "cost", "travel_time"))


@pytest.fixture(scope="module")
def best(town):
    """The best value, proved, for comparison with answers that were stopped early."""
    report = solve(town[0], [Stage(SERVED, gap=0.0)], town[1]).stages[0]
    assert report.status is Status.OPTIMAL
    return report


@pytest.fixture(params=["short path", "long path"])
def path(request, monkeypatch):
    """The town solved as a small model and as a large one."""
    if request.param == "long path":
        monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", 0)


def assert_honest(town, found, best):
    """An answer is verified, its bound is not below a known value and its gap follows from the two."""
    report = found.stages[0]
    assert report.status not in (Status.OPTIMAL, Status.INFEASIBLE)
    if report.bound is not None:
        assert report.bound >= best.value * (1 - 1e-9)
    if found.found:
        verify(*town, found)
        assert report.value <= best.bound * (1 + 1e-9)


def test_the_same_seed_gives_the_same_answer(town, path):
    """Two solves with one seed give identical arrays and reports but for the clock."""
    stages = [Stage(SERVED, gap=0.01), Stage(COST, gap=0.05), Stage(TRAVEL, gap=0.0, keeps_modules=True)]
    first, again = (solve(town[0], stages, town[1], effort=Effort(seed=3)) for _ in range(2))
    assert np.array_equal(first.modules, again.modules)
    assert np.array_equal(first.share, again.share)
    assert [r.bound for r in first.stages] == [r.bound for r in again.stages]
    assert [r.work for r in first.stages] == [r.work for r in again.stages]


def test_threads_may_change_within_a_process(town, best):
    """One thread, then two, then one again: each gives a right answer."""
    for threads in (1, 2, 1):
        found = solve(town[0], [Stage(SERVED, gap=0.01)], town[1], effort=Effort(threads=threads))
        assert found.stages[0].value >= best.value * 0.98
        assert found.stages[0].gap <= 0.01


@pytest.mark.parametrize("work_limit", [0, 1, 3, 10, 30])
def test_work_is_counted_and_limited(town, best, path, work_limit):
    """A work limit stops the solve the same way each time and leaves a verified answer or none, with its bound."""
    effort = Effort(work_limit=work_limit)
    first, again = (solve(town[0], [Stage(SERVED, gap=0.0)], town[1], effort=effort) for _ in range(2))
    assert first.status is Status.WORK_LIMIT
    assert_honest(town, first, best)
    assert first.found == again.found
    assert first.stages[0].value == again.stages[0].value


def test_a_clock_stops_too(town, best, path):
    """A tenth of a second is kept to within a second, and said."""
    found = solve(town[0], [Stage(SERVED, gap=0.0)], town[1], effort=Effort(time_limit_s=0.1))
    assert found.status is Status.TIME_LIMIT
    assert found.stages[0].runtime_s < 1.1
    assert_honest(town, found, best)


def test_a_stop_keeps_the_best_answer_so_far(town, best, path):
    """Once told to stop, the solve ends with what it had: an incumbent heard of is not lost."""
    heard = []
    found = solve(
        town[0],
        [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0)],
        town[1],
        progress=lambda news: heard.append(news.incumbent) if news.incumbent is not None else None,
        should_stop=lambda: bool(heard),
    )
    assert found.status is Status.INTERRUPTED
    assert len(found.stages) == 1
    assert found.found
    assert_honest(town, found, best)


def test_a_stop_at_once_is_no_infeasibility(town, path):
    """Stopped before anything was found there is no answer, and nothing is claimed."""
    found = solve(town[0], [Stage(SERVED, gap=0.0)], town[1], should_stop=lambda: True)
    assert found.status is Status.INTERRUPTED


def test_progress_tells_incumbent_and_bound(town, path, monkeypatch):
    """News name their stage; incumbents rise, bounds stay above them and the gap follows from the two."""
    monkeypatch.setattr("solvers.highs._PROGRESS_EVERY_S", 0.0)
    news = []
    solve(town[0], [Stage(SERVED, gap=0.01)], town[1], progress=news.append)
    assert "served value" in {line.stage.split(":")[0] for line in news}
    both = [line for line in news if line.incumbent is not None and line.bound is not None]
    assert both
    for line in both:
        assert line.bound >= line.incumbent - 1e-6
        assert line.gap == pytest.approx((line.bound - line.incumbent) / line.incumbent)


@pytest.mark.parametrize("checks", [0, 1, 2, 5])
def test_a_stopped_linear_program_is_no_answer(town, checks):
    """A linear program stopped half-way hands out a feasible point or none."""
    problem, limits = town
    model = CompactModel.build(problem, limits).with_objective(SERVED).relaxed()
    model = model.with_row(model.cost, 5000.0, np.inf)
    asked = itertools.count()
    outcome = Highs(should_stop=lambda: next(asked) >= checks).solve(model, Effort())
    assert outcome.status is Status.INTERRUPTED
    assert outcome.bound is None
    if outcome.values is not None:
        given = model.matrix @ outcome.values
        assert np.all((given >= model.row_lo - 1e-6) & (given <= model.row_hi + 1e-6))


def test_an_infeasible_model_has_no_answer(town):
    """A floor above what can be reached is infeasible, as a mixed-integer and as a linear model."""
    problem, limits = town
    model = CompactModel.build(problem, limits).with_objective(SERVED)
    model = model.with_row(model.cost, 1e9, np.inf)
    for tried in (model, model.relaxed()):
        outcome = Highs().solve(tried, Effort())
        assert outcome.status is Status.INFEASIBLE
        assert outcome.values is None
    outcome, duals = Highs().relax(model, Effort())
    assert outcome.status is Status.INFEASIBLE
    assert duals is None
