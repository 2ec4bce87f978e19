"""PuLP: the same linear model for any solver that PuLP reaches. One adapter serves PuLP 3.3 and 4."""

import time
from typing import Any

import numpy as np
import pulp

from solvers.errors import BackendError
from solvers.linear import Effort, LinearModel, Outcome, Status
from solvers.problem import Floats

_STATUS = {"Optimal": Status.OPTIMAL, "Infeasible": Status.INFEASIBLE}


class Pulp:
    """Solve linear models with a solver that PuLP knows by name.

    Parameters
    ----------
    solver
        PuLP's name of the solver, for example "COIN_CMD" (CBC) or "HiGHS".

    Raises
    ------
    BackendError
        When PuLP does not know the solver or cannot find it on this machine.
    """

    gives_duals = False

    def __init__(self, solver: str) -> None:
        if solver not in pulp.listSolvers():
            known = ", ".join(sorted(pulp.listSolvers()))
            raise BackendError(f"PuLP knows no solver {solver!r}: expected one of {known}")
        if solver not in pulp.listSolvers(onlyAvailable=True):
            raise BackendError(f"PuLP does not find {solver!r} on this machine: install it (CBC: `siting[cbc]`)")
        self.solver = solver
        self.name = f"PuLP {pulp.VERSION} with {solver}"

    def solve(
        self,
        model: LinearModel,
        effort: Effort,
        *,
        stage: str,
        start: Floats | None = None,
        target: float | None = None,
    ) -> Outcome:
        """Solve a model. PuLP passes on neither counted work nor a proven bound unless the model is solved."""
        began = time.perf_counter()
        options: dict[str, Any] = {"msg": False, "gapRel": effort.gap}
        if effort.time_limit_s is not None:
            options["timeLimit"] = max(effort.time_limit_s, 0.01)
        prob, columns = _prob(model)
        answer = prob.solve(pulp.getSolver(self.solver, **options))
        words = pulp.LpStatus[answer] if isinstance(answer, int) else str(answer.status_str)
        status = _STATUS.get(words, Status.UNKNOWN)
        limited = effort.time_limit_s is not None and time.perf_counter() - began >= effort.time_limit_s
        if status is Status.OPTIMAL and limited:
            # PuLP 3.3 says "Optimal" after a time limit too.
            status = Status.TIME_LIMIT
        read = [column.varValue for column in columns]
        values = None if status is Status.INFEASIBLE or None in read else np.array(read, dtype=np.float64)
        objective = None if values is None else float(model.cost @ values)
        return Outcome(
            status=Status.GAP if status is Status.OPTIMAL and effort.gap > 1e-6 else status,
            values=values,
            objective=objective,
            bound=None if objective is None or status is not Status.OPTIMAL else _bound(model, objective, effort.gap),
            words=f"{self.name}: {words}",
            work=0,
            runtime_s=time.perf_counter() - began,
        )

    def relax(self, model: LinearModel, effort: Effort, *, stage: str) -> tuple[Outcome, Floats | None]:
        """Solve the linear relaxation; PuLP gives no duals that hold for every solver."""
        return self.solve(model.relaxed(), effort, stage=stage), None


def _bound(model: LinearModel, objective: float, gap: float) -> float:
    """Bound that a solver's own stopping rule implies: it stopped because nothing is better by more than the gap."""
    return objective + (abs(objective) * gap if model.maximise else -abs(objective) * gap)


def _prob(model: LinearModel) -> tuple[Any, list[Any]]:
    prob = pulp.LpProblem("siting", pulp.LpMaximize if model.maximise else pulp.LpMinimize)
    columns = [
        prob.add_variable(f"v{n}", float(lo), float(hi), cat="Integer" if whole else "Continuous")
        for n, (lo, hi, whole) in enumerate(zip(model.lo, model.hi, model.integer, strict=True))
    ]
    prob += pulp.lpSum(float(cost) * column for cost, column in zip(model.cost, columns, strict=True) if cost)
    matrix = model.matrix
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = [
            float(coefficient) * columns[column]
            for column, coefficient in zip(matrix.indices[span], matrix.data[span], strict=True)
        ]
        _add_row(prob, pulp.lpSum(terms), float(model.row_lo[row]), float(model.row_hi[row]))
    return prob, columns


def _add_row(prob: pulp.LpProblem, left: pulp.LpAffineExpression, lo: float, hi: float) -> None:
    if lo == hi:
        prob += left == lo
        return
    if np.isfinite(lo):
        prob += left >= lo
    if np.isfinite(hi):
        prob += left <= hi
