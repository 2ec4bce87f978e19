"""HiGHS: the linear model handed over as arrays, in one call."""

import time
from dataclasses import replace

import highspy
import numpy as np
from highspy import cb
from scipy import sparse

from solvers.errors import BackendError
from solvers.linear import Effort, LinearModel, Outcome, Progress, ProgressCallback, Status, StopCallback, relative_gap
from solvers.problem import Floats, Integers

_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: Status.INTERRUPTED,
    highspy.HighsModelStatus.kObjectiveTarget: Status.GAP,
    highspy.HighsModelStatus.kObjectiveBound: Status.INFEASIBLE,
}
_CALLBACKS = (
    cb.HighsCallbackType.kCallbackMipInterrupt,
    cb.HighsCallbackType.kCallbackSimplexInterrupt,
    cb.HighsCallbackType.kCallbackIpmInterrupt,
)
_PROGRESS_EVERY_S = 0.5


class Highs:
    """Solve linear models with HiGHS (Huangfu & Hall 2018).

    Parameters
    ----------
    progress, should_stop
        Called while the solver works: news out, and whether to stop with the best answer so far.
    """

    name = "HiGHS"
    gives_duals = True

    def __init__(self, progress: ProgressCallback | None = None, should_stop: StopCallback | None = None) -> None:
        self.progress = progress
        self.should_stop = should_stop

    def solve(
        self,
        model: LinearModel,
        effort: Effort,
        *,
        stage: str = "",
        start: Floats | None = None,
        target: float | None = None,
        cutoff: float | None = None,
    ) -> Outcome:
        """Solve a mixed-integer (or linear) model.

        Parameters
        ----------
        model
            The model.
        effort
            Gap, limits, threads and seed.
        stage
            Name passed on with each line of progress.
        start
            A feasible assignment of all columns to begin from, shape (N,).
        target
            Objective value that is good enough to stop at.
        cutoff
            Only better answers are looked for; a model that has none is infeasible.

        Raises
        ------
        BackendError
            When HiGHS refuses the model.
        """
        return self._run(model, effort, stage=stage, start=start, target=target, cutoff=cutoff)[0]

    def relax(
        self, model: LinearModel, effort: Effort, *, stage: str = "", tilt: Floats | None = None
    ) -> tuple[Outcome, Floats | None]:
        """Solve the linear relaxation; return its outcome and row duals, shape (M,).

        Parameters
        ----------
        model, effort, stage
            As for `solve`.
        tilt
            Small numbers added to the objective to tell equally good vertices apart, shape (N,). With them the dual
            simplex method is several times faster, and the relaxation uses fewer columns; the last step is solved
            without them, so that the duals are those of the true objective. Without a tilt: interior point.
        """
        if tilt is None:
            outcome, highs = self._run(model.relaxed(), effort, stage=stage, interior_point=True)
        else:
            outcome, highs = self._run(model.relaxed(), effort, stage=stage, tilt=tilt)
        if outcome.values is None:
            return outcome, None
        return outcome, np.array(highs.getSolution().row_dual)

    def _run(
        self,
        model: LinearModel,
        effort: Effort,
        *,
        stage: str,
        start: Floats | None = None,
        target: float | None = None,
        cutoff: float | None = None,
        interior_point: bool = False,
        tilt: Floats | None = None,
    ) -> tuple[Outcome, highspy.Highs]:
        reset_scheduler()
        began = time.perf_counter()
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        _set_options(highs, effort)
        if interior_point:
            highs.setOptionValue("solver", "ipm")
            highs.setOptionValue("run_crossover", "on")
        if target is not None:
            highs.setOptionValue("objective_target", -target if model.maximise else target)
        if cutoff is not None:
            highs.setOptionValue("objective_bound", -cutoff if model.maximise else cutoff)
        if highs.passModel(_highs_lp(model)) == highspy.HighsStatus.kError:
            raise BackendError("HiGHS refused the model (passModel returned an error)")
        if tilt is not None:
            _recost(highs, model, model.cost + tilt)
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            highs.setSolution(solution)
        watch = _Watch(model, stage, effort, self.progress, self.should_stop)
        highs.setCallback(watch.callback, None)
        for kind in _CALLBACKS:
            highs.startCallback(kind)
        highs.run()
        if tilt is not None:
            _recost(highs, model, model.cost)
            highs.run()
        outcome = _outcome(highs, model, watch, time.perf_counter() - began)
        if (
            (interior_point or tilt is not None)
            and outcome.status is not Status.INFEASIBLE
            and highs.getSolution().value_valid
        ):
            # A relaxation that was stopped or is only nearly feasible still guides; it is not an answer.
            outcome = replace(outcome, values=np.array(highs.getSolution().col_value))
        return outcome, highs


class GrowingProgram:
    """A linear program solved again and again, each time from where it ended, as bounds change and rows are added.

    Parameters
    ----------
    model
        Where it begins; what is integer in it is ignored.
    effort
        Threads and seed; an interrupted solve would prove nothing, so there are no limits.
    """

    def __init__(self, model: LinearModel, effort: Effort) -> None:
        reset_scheduler()
        self.model = model.relaxed()
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        _set_options(self._highs, replace(effort, time_limit_s=None))
        if self._highs.passModel(_highs_lp(self.model)) == highspy.HighsStatus.kError:
            raise BackendError("HiGHS refused the model (passModel returned an error)")

    def bound(self, lo: Floats, hi: Floats) -> None:
        """Set the bounds of all columns."""
        changed = np.flatnonzero((lo != self.model.lo) | (hi != self.model.hi)).astype(np.int32)
        if changed.size:
            self._highs.changeColsBounds(len(changed), changed, lo[changed], hi[changed])
            self.model = self.model.with_bounds(lo, hi)

    def add(self, rows: sparse.csr_matrix, lo: Floats, hi: Floats) -> None:
        """Add rows."""
        n = len(lo)
        self._highs.addRows(
            n, lo, hi, rows.nnz, rows.indptr[:n].astype(np.int32), rows.indices.astype(np.int32), rows.data
        )
        self._rows(sparse.vstack([self.model.matrix, rows]), np.r_[self.model.row_lo, lo], np.r_[self.model.row_hi, hi])

    def drop(self, rows: Integers) -> None:
        """Take rows out; the remaining ones move up."""
        if rows.size:
            self._highs.deleteRows(len(rows), rows.astype(np.int32))
            kept = np.delete(np.arange(len(self.model.row_lo)), rows)
            self._rows(self.model.matrix[kept], self.model.row_lo[kept], self.model.row_hi[kept])

    def solve(self) -> tuple[Floats, Floats] | None:
        """Values of the columns and duals of the rows of an optimum; `None` when there is none.

        Raises
        ------
        BackendError
            When HiGHS can tell neither.
        """
        self._highs.run()
        status = _STATUS.get(self._highs.getModelStatus(), Status.UNKNOWN)
        if status is Status.INFEASIBLE:
            return None
        solution = self._highs.getSolution()
        if not (solution.value_valid and solution.dual_valid):
            raise BackendError(f"HiGHS: {self._highs.modelStatusToString(self._highs.getModelStatus())}")
        return np.array(solution.col_value), np.array(solution.row_dual)

    def _rows(self, matrix: sparse.csr_matrix, lo: Floats, hi: Floats) -> None:
        self.model = replace(self.model, matrix=sparse.csr_matrix(matrix), row_lo=lo, row_hi=hi)


def reset_scheduler() -> None:
    """Let the next solve choose its threads: HiGHS has one scheduler per process, and with other `threads` than those
    of an earlier solve it returns all zeros and says "optimal".
    """
    highspy.Highs.resetGlobalScheduler(True)


class _Watch:
    """Counts the work, passes news on, and asks HiGHS to stop."""

    def __init__(
        self,
        model: LinearModel,
        stage: str,
        effort: Effort,
        progress: ProgressCallback | None,
        should_stop: StopCallback | None,
    ) -> None:
        self.stage = stage
        self.sign = -1.0 if model.maximise else 1.0
        self.scale = None if model.scale is None else self.sign * model.scale
        self.proven = None if model.proven is None or model.scale is None else model.scale * model.proven
        self.work_limit = effort.work_limit
        self.progress = progress
        self.should_stop = should_stop
        self.work = 0
        self.over_work = False
        self.told_s = 0.0
        if progress is not None:
            progress(Progress(stage, None, self.proven, None, 0.0))

    def callback(
        self, kind: object, message: str, out: cb.HighsCallbackOutput, put: cb.HighsCallbackInput, _: object
    ) -> None:
        """Answer HiGHS, which asks at every check whether to go on."""
        self.work += _is_branching(kind)
        self.over_work = self.work_limit is not None and self.work > self.work_limit
        put.user_interrupt = self.over_work or (self.should_stop is not None and self.should_stop())
        if self.progress is not None and out.running_time - self.told_s >= _PROGRESS_EVERY_S:
            self.told_s = out.running_time
            self.progress(self._news(kind, out))

    def _news(self, kind: object, out: cb.HighsCallbackOutput) -> Progress:
        incumbent = bound = gap = None
        if _is_branching(kind) and self.scale is not None:
            incumbent, bound = _finite(self.scale * out.mip_primal_bound), _finite(self.scale * out.mip_dual_bound)
            bound = bound if self.proven is None else self.proven
            gap = None if incumbent is None or bound is None else relative_gap(incumbent, bound)
        return Progress(self.stage, incumbent, bound, gap, out.running_time)


def _is_branching(kind: object) -> bool:
    """Whether a check comes from branch and bound; those of a linear program are many and mean little work."""
    return kind == cb.HighsCallbackType.kCallbackMipInterrupt


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _set_options(highs: highspy.Highs, effort: Effort) -> None:
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", effort.threads)
    highs.setOptionValue("random_seed", effort.seed)
    highs.setOptionValue("mip_rel_gap", effort.gap)
    highs.setOptionValue("mip_abs_gap", 1e-9)
    if effort.time_limit_s is not None:
        highs.setOptionValue("time_limit", max(effort.time_limit_s, 0.01))


def _recost(highs: highspy.Highs, model: LinearModel, cost: Floats) -> None:
    highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), -cost if model.maximise else cost)


def _highs_lp(model: LinearModel) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.matrix.shape
    lp.col_cost_ = -model.cost if model.maximise else model.cost
    lp.offset_ = -model.offset if model.maximise else model.offset
    lp.col_lower_, lp.col_upper_ = model.lo, model.hi
    lp.row_lower_, lp.row_upper_ = model.row_lo, model.row_hi
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr
    lp.a_matrix_.index_ = model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    if model.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[flag] for flag in model.integer.tolist()]
    return lp


def _outcome(highs: highspy.Highs, model: LinearModel, watch: _Watch, runtime_s: float) -> Outcome:
    info = highs.getInfo()
    words = highs.modelStatusToString(highs.getModelStatus())
    status = _STATUS.get(highs.getModelStatus(), Status.UNKNOWN)
    if status is Status.INTERRUPTED and watch.over_work:
        status = Status.WORK_LIMIT
    solution = highs.getSolution()
    # The vector is worth reading only when HiGHS says so: after an error it holds zeros.
    has_values = bool(solution.value_valid) and info.primal_solution_status == highspy.kSolutionStatusFeasible
    values = np.array(solution.col_value) if has_values else None
    bound = _finite(watch.sign * info.mip_dual_bound) if model.integer.any() else None
    if status is Status.OPTIMAL and not model.integer.any():
        bound = watch.sign * info.objective_function_value
    return Outcome(
        status=status,
        values=values,
        objective=None if values is None else model.objective(values),
        bound=bound,
        words=f"HiGHS {highs.version()}: {words}",
        work=watch.work,
        runtime_s=runtime_s,
    )
