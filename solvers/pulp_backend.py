"""PuLP: the same linear model for any solver that PuLP reaches. One adapter serves PuLP 3.3 and 4."""

import importlib.util
import inspect
import time
from collections.abc import Mapping

import numpy as np
import pulp

from solvers.errors import BackendError
from solvers.linear import Effort, LinearModel, Outcome, Status
from solvers.problem import Floats

# PuLP 3.3 knows the first two words only.
_STATUS = {
    "Optimal": Status.OPTIMAL,
    "Infeasible": Status.INFEASIBLE,
    "GapLimit": Status.GAP,
    "TimeLimit": Status.TIME_LIMIT,
    "Interrupted": Status.INTERRUPTED,
}
_FEASIBLE = 1e-5  # what a row may be missed by, relative to its bound; the answer is verified again later


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
        if not _solver(solver).available():
            raise BackendError(f"PuLP does not find {solver!r} on this machine: install it (CBC: `siting[cbc]`)")
        self.solver = solver
        self.name = f"PuLP {pulp.__version__} with {solver}"

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
        limit = None if effort.time_limit_s is None else max(effort.time_limit_s, 0.01)
        prob, columns = _prob(model)
        if self.solver == "HiGHS":
            from solvers.highs import reset_scheduler

            reset_scheduler()
        try:
            # Relative to the objective the gap is then the one asked for, see `_bound`.
            gap = effort.gap / (1 + effort.gap)
            answer = prob.solve(_solver(self.solver, gapRel=gap, threads=effort.threads, timeLimit=limit))
        except pulp.PulpSolverError as error:
            raise BackendError(f"{self.name} failed: {error}") from error
        status, words = _status(prob, answer)
        values = _values(model, columns) if status is not Status.INFEASIBLE else None
        objective = None if values is None else model.objective(values)
        proved = status in (Status.OPTIMAL, Status.GAP)
        known = "gapRel" in _options_of(self.solver) or effort.gap == 0
        return Outcome(
            status=Status.GAP if status is Status.OPTIMAL and effort.gap > 1e-6 else status,
            values=values,
            objective=objective,
            bound=_bound(model, objective, gap) if proved and known and objective is not None else None,
            words=f"{self.name}: {words}",
            work=0,
            runtime_s=time.perf_counter() - began,
        )

    def relax(
        self, model: LinearModel, effort: Effort, *, stage: str, tilt: Floats | None = None
    ) -> tuple[Outcome, Floats | None]:
        """Solve the linear relaxation; PuLP gives no duals that hold for every solver."""
        return self.solve(model.relaxed(), effort, stage=stage), None


def _options_of(name: str) -> Mapping[str, inspect.Parameter]:
    """Options that PuLP's solver object takes."""
    return inspect.signature(type(pulp.getSolver(name, msg=False))).parameters


def _solver(name: str, **options: object) -> pulp.LpSolver:
    """PuLP's solver object with those of the options that it takes."""
    kind, taken = type(pulp.getSolver(name, msg=False)), _options_of(name)
    if name == "COIN_CMD" and importlib.util.find_spec("cbcbox"):
        # PuLP 3.3 looks for CBC on the PATH only, where the package that brings it need not be.
        options["path"] = importlib.import_module("cbcbox").cbc_bin_path()
    return kind(msg=False, **{option: value for option, value in options.items() if option in taken})


def _status(prob: pulp.LpProblem, answer: "int | pulp.LpSolveStats") -> tuple[Status, str]:
    """Outcome word, and PuLP's own; `solve` returns a number in PuLP 3.3, an object in PuLP 4."""
    if not isinstance(answer, int):
        words = str(answer.status_str)
        return _STATUS.get(words, Status.UNKNOWN), words
    words = pulp.LpStatus[answer]
    if answer == pulp.LpStatusOptimal and prob.sol_status != pulp.LpSolutionOptimal:
        # PuLP 3.3 says "Optimal" after a time limit too.
        return Status.TIME_LIMIT, "Stopped"
    return _STATUS.get(words, Status.UNKNOWN), words


def _values(model: LinearModel, columns: list[pulp.LpVariable]) -> Floats | None:
    """Values of the columns, unless PuLP has none or hands out zeros where its solver found nothing."""
    read = [column.varValue for column in columns]
    if None in read:
        return None
    values = np.array(read, dtype=np.float64)
    given = model.matrix @ values
    room = _FEASIBLE * np.maximum(1.0, np.abs(given))
    if np.any((given < model.row_lo - room) | (given > model.row_hi + room)):
        return None
    return values


def _bound(model: LinearModel, objective: float, gap: float) -> float:
    """Bound that a solver's own stopping rule implies: it stopped because nothing is better by more than the gap.

    PuLP does not pass the constant on, so the gap is relative to the rest; some solvers take it relative to the bound,
    which allows more than relative to the objective.
    """
    beyond = abs(objective - model.offset) * gap / (1 - gap) if gap < 1 else np.inf
    return objective + beyond if model.maximise else objective - beyond


def _prob(model: LinearModel) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    prob = pulp.LpProblem("siting", pulp.LpMaximize if model.maximise else pulp.LpMinimize)
    columns = [
        prob.add_variable(f"v{n}", float(lo), float(hi), cat="Integer" if whole else "Continuous")
        for n, (lo, hi, whole) in enumerate(zip(model.lo, model.hi, model.integer, strict=True))
    ]
    terms = [float(cost) * column for cost, column in zip(model.cost, columns, strict=True) if cost]
    prob += pulp.lpSum(terms) + model.offset
    matrix = model.matrix
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        left = [
            float(coefficient) * columns[column]
            for column, coefficient in zip(matrix.indices[span], matrix.data[span], strict=True)
        ]
        _add_row(prob, pulp.lpSum(left), float(model.row_lo[row]), float(model.row_hi[row]))
    return prob, columns


def _add_row(prob: pulp.LpProblem, left: pulp.LpAffineExpression, lo: float, hi: float) -> None:
    if lo == hi:
        prob += left == lo
        return
    if np.isfinite(lo):
        prob += left >= lo
    if np.isfinite(hi):
        prob += left <= hi
