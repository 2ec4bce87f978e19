"""The path of large models finds what the short one finds, and claims no more than it knows."""

import numpy as np
import pytest
from scipy import sparse

from solvers.branch import solve_stage
from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Outcome, Status


def knapsack(seed):
    """Ten things of random worth and weight, of which half the weight may be taken."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(1, 5, 10)
    return LinearModel(
        maximise=True,
        cost=rng.uniform(1, 5, 10),
        lo=np.zeros(10),
        hi=np.ones(10),
        integer=np.ones(10, dtype=bool),
        matrix=sparse.csr_matrix(weight),
        row_lo=np.array([-np.inf]),
        row_hi=np.array([weight.sum() / 2]),
    )


class Stub:
    """A backend whose relaxation is loose and whose branching only ever answers one outcome."""

    name = "stub"
    gives_duals = True

    def __init__(self, status, work):
        self.status, self.work = status, work

    def solve(self, model, effort, *, stage, start=None, target=None):
        return Outcome(self.status, None, None, None, "", work=self.work, runtime_s=0.0)

    def relax(self, model, effort, *, stage, tilt=None):
        return Outcome(Status.OPTIMAL, model.hi * (np.arange(10) < 5), 0.0, 0.0, "", work=0, runtime_s=0.0), np.zeros(1)


@pytest.fixture
def _large(monkeypatch):
    monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", 0)


@pytest.mark.usefixtures("_large")
def test_large_and_small_paths_agree():
    """Relaxation, core and whole end at the optimum, from a start or without."""
    for seed in range(20):
        model = knapsack(seed)
        exact = Highs().solve(model, Effort(gap=0.0))
        for start in (None, np.zeros(10), exact.values):
            found = solve_stage(model, Effort(gap=0.0), Highs(), stage="s", start=start)
            assert found.status is Status.OPTIMAL
            assert found.objective == pytest.approx(exact.objective)
            assert found.bound == pytest.approx(exact.objective)


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize(
    ("said", "work", "limit", "status"),
    [
        (Status.INFEASIBLE, 5, 5, Status.WORK_LIMIT),
        (Status.INFEASIBLE, 1, None, Status.INFEASIBLE),
        (Status.INTERRUPTED, 1, None, Status.INTERRUPTED),
        (Status.WORK_LIMIT, 5, 5, Status.WORK_LIMIT),
    ],
)
def test_an_infeasible_part_is_not_an_infeasible_model(said, work, limit, status):
    """Only the whole model is infeasible; when a part used up the work, that is what is said."""
    found = solve_stage(knapsack(0), Effort(work_limit=limit), Stub(said, work), stage="s")
    assert found.status is status
    assert found.values is None


@pytest.mark.usefixtures("_large")
def test_a_start_survives_a_search_that_finds_nothing():
    """The answer that was there before is handed back with the bound of the relaxation."""
    model = knapsack(0)
    found = solve_stage(model, Effort(work_limit=5), Stub(Status.WORK_LIMIT, 5), stage="s", start=np.zeros(10))
    assert found.values.tolist() == [0] * 10
    assert found.bound == pytest.approx(model.cost.sum())
    assert found.status is Status.WORK_LIMIT


@pytest.mark.parametrize(("lo", "status"), [(0.0, Status.OPTIMAL), (1.0, Status.INFEASIBLE)])
def test_nothing_to_decide(lo, status):
    """A model without columns is optimal when its rows hold at nothing, and else infeasible."""
    none = np.zeros(0)
    rows = sparse.csr_matrix((1, 0))
    model = LinearModel(True, none, none, none, none.astype(bool), rows, np.array([lo]), np.array([np.inf]))
    found = solve_stage(model, Effort(), Highs(), stage="s")
    assert found.status is status
    assert found.bound == (0 if status is Status.OPTIMAL else None)
