"""The joint decomposition as a method: a bound from prices, an answer from rounding and search, stage by stage."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from solvers.backend import Backend
from solvers.certificate import Row, certified_bound
from solvers.joint.ascent import Bound, dual_ascent
from solvers.joint.charges import Charges
from solvers.joint.pools import Pools
from solvers.joint.reassign import reassign
from solvers.joint.relaxation import relaxed_prices
from solvers.joint.rounding import kept_by, round_prices
from solvers.joint.rounds import Rounds
from solvers.joint.search import Search
from solvers.limits import Limit
from solvers.linear import Effort, Outcome, Progress, ProgressCallback, Status, StopCallback, relative_gap
from solvers.objectives import Objective
from solvers.problem import Integers, Problem
from solvers.reports import aim, part, report, valued
from solvers.side import Floor, Side
from solvers.solution import Certificate, Solution, StageReport
from solvers.stage import Stage

_BOUND_SHARE = 0.5  # of a stage's time that its bound may take
_RELAXATION_SHARE = 0.25  # of the time left that the linear relaxation may take
_PROVED = 1e-6  # relative gap that counts as none


class JointMethod:
    """Prices on demand and limits prove a bound; modules rounded from them are improved by local search on flows.

    For rows with one cover set, with capacities or none, at any size.
    """

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        n_sets = np.bincount(problem.set_row, minlength=problem.n_rows)
        if np.any((n_sets[problem.set_row] > 1) & (problem.set_draw > 0)):
            return "demand rows with several cover sets draw on capacities"
        for limit in limits:
            if limit.form(problem).assigned.nnz:
                return f"limit {limit.name!r} speaks of single pairs"
        for number, stage in enumerate(stages):
            if stage.keeps_modules and number == 0:
                return "the first stage keeps modules that nothing has decided"
            if not stage.keeps_modules and stage.objective.form(problem).assigned.nnz:
                return f"objective {stage.objective.name!r} speaks of single pairs and decides modules"
        return ""

    def solve(
        self,
        problem: Problem,
        stages: Sequence[Stage],
        limits: Sequence[Limit],
        effort: Effort,
        *,
        progress: ProgressCallback | None = None,
        should_stop: StopCallback | None = None,
        start: Integers | None = None,
    ) -> Solution:
        """Solve stage by stage.

        Parameters
        ----------
        problem
            The problem.
        stages
            Objectives in order of importance.
        limits
            What the answer must keep to.
        effort
            Limits on work (rounds of search) and time for all stages together, threads and seed; each stage brings its
            own gap.
        progress, should_stop
            News out; whether to stop with the best answer so far.
        start
            Modules per option to begin from, shape (O,).
        """
        case = _Case(problem, limits, Pools.of(problem), progress, should_stop)
        solution = Solution(start, None, (), "", effort.seed)
        reports: list[StageReport] = []
        left = effort
        for number, stage in enumerate(stages):
            last = number == len(stages) - 1
            solve = case.reassign if stage.keeps_modules else case.decide
            found, outcome = solve(stage, replace(part(left, last=last), gap=aim(stage)), solution)
            reports.append(report(stage, outcome, outcome.bound, case.conditions))
            left = left.after(outcome)
            solution = found or solution
            if found is None or outcome.status is Status.INTERRUPTED:
                break
            case.keep(stage, solution)
        if solution.share is None:
            solution = replace(solution, modules=None)
        solution = replace(solution, method="joint decomposition", certificate=case.certificate)
        return replace(solution, stages=valued(problem, stages, solution, reports))


@dataclass
class _Case:
    """A problem, and what its stages have settled so far."""

    problem: Problem
    limits: Sequence[Limit]
    pools: Pools
    progress: ProgressCallback | None
    should_stop: StopCallback | None
    kept: list[tuple[Stage, float]] = field(default_factory=list)
    certificate: Certificate | None = None
    start: Certificate | None = None

    @property
    def conditions(self) -> list[str]:
        """What later stages must keep, in words."""
        return [stage.floor_words(value) for stage, value in self.kept]

    def keep(self, stage: Stage, solution: Solution) -> None:
        """Let later stages keep a stage's value."""
        self.kept.append((stage, stage.objective.value(self.problem, solution)))

    def reassign(self, stage: Stage, effort: Effort, solution: Solution) -> tuple[Solution | None, Outcome]:
        """Optimise a stage that keeps the modules."""
        backend = _highs(self.should_stop, self.progress)
        return reassign(self.problem, stage, self.limits, self.kept, solution, effort, backend)

    def decide(self, stage: Stage, effort: Effort, solution: Solution) -> tuple[Solution | None, Outcome]:
        """Optimise a stage that decides modules."""
        watch = _Watch(stage, effort, self.progress, self.should_stop)
        floors = (Floor(earlier.objective, earlier.floor(value)) for earlier, value in self.kept)
        rows: list[Row] = [*self.limits, *floors]
        bound = dual_ascent(
            self.problem, stage.objective, rows, pools=self.pools, start=self.start,
            should_stop=lambda: watch.over(_BOUND_SHARE),
        )  # fmt: skip
        watch.bound, certificate = self._proof(stage.objective, rows, bound, watch)
        watch.tell(None)
        if self.certificate is None:
            self.certificate, self.start = certificate, bound.certificate
        side = Side.of(self.problem, stage.objective, rows)
        modules = solution.modules
        if modules is None or not _allowed(self.problem, side, modules):
            modules, outcome = self._round(bound, side, watch.part())
            if modules is None:
                return None, replace(outcome, bound=watch.bound, runtime_s=watch.seconds)
        search = Search(self.problem, self.pools, side)
        charges = Charges(side, bound.certificate.limit_price, abs(bound.value))
        search.price(charges.price)
        size = self.pools.set_size[self.problem.pair_set]
        search.load(modules, None if solution.share is None else solution.share * size)
        rounds = Rounds(search, charges, _highs(watch.over), effort.seed)
        rounds.run(lambda: watch.enough(rounds), lambda: watch.spent(rounds.done))
        outcome = watch.outcome(rounds)
        if rounds.best is None:
            return None, outcome
        return replace(solution, modules=rounds.best.modules, share=search.share), outcome

    def _proof(
        self, objective: Objective, rows: Sequence[Row], bound: Bound, watch: "_Watch"
    ) -> tuple[float, Certificate]:
        """The better proof of the descent's and the linear relaxation's, where the latter is soon found."""
        effort = watch.part(_RELAXATION_SHARE)
        relaxed = relaxed_prices(self.problem, objective, rows, _highs(self.should_stop), effort)
        if relaxed is None:
            return bound.value, bound.certificate
        value = certified_bound(self.problem, rows, objective, relaxed)
        better = value < bound.value if objective.maximise else value > bound.value
        return (value, relaxed) if better else (bound.value, bound.certificate)

    def _round(self, bound: Bound, side: Side, effort: Effort) -> tuple[Integers | None, Outcome]:
        return round_prices(self.problem, side, bound, _highs(self.should_stop), effort)


def _highs(should_stop: StopCallback | None, progress: ProgressCallback | None = None) -> Backend:
    from solvers.highs import Highs

    return Highs(progress, should_stop)


def _allowed(problem: Problem, side: Side, modules: Integers) -> bool:
    """Whether modules are within their bounds and keep all limits on options."""
    opened = modules > 0
    inside = (modules >= problem.min_modules) & (modules <= problem.max_modules)
    return bool(np.all(inside | ~opened) and np.all(opened | ~problem.required) and kept_by(side, modules).all())


class _Watch:
    """A stage's clock and counter: when to stop, what to tell, how it ended."""

    def __init__(
        self, stage: Stage, effort: Effort, progress: ProgressCallback | None, should_stop: StopCallback | None
    ) -> None:
        self.stage, self.effort, self.progress = stage, effort, progress
        self.should_stop: Callable[[], bool] = should_stop or (lambda: False)
        self.began, self.stopped = time.perf_counter(), False
        self.bound: float | None = None
        self.told: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the stage began."""
        return time.perf_counter() - self.began

    def part(self, share: float = 1.0) -> Effort:
        """What a share of the time that is left allows one solve of a model."""
        limit = self.effort.time_limit_s
        left = None if limit is None else share * max(limit - self.seconds, 0.0)
        return replace(self.effort, work_limit=None, time_limit_s=left)

    def over(self, share: float = 1.0) -> bool:
        """Whether the stage was stopped, or has used a share of its time."""
        self.stopped = self.stopped or self.should_stop()
        limit = self.effort.time_limit_s
        return self.stopped or (limit is not None and self.seconds >= share * limit)

    def spent(self, rounds: int) -> float | None:
        """Share of time or work that is used, the larger one; `None` when there is no limit on either."""
        time_limit, work_limit = self.effort.time_limit_s, self.effort.work_limit
        in_time = None if time_limit is None else self.seconds / max(time_limit, 1e-3)
        in_work = None if work_limit is None else rounds / max(work_limit, 1)
        return max((part for part in (in_time, in_work) if part is not None), default=None)

    def gap(self, rounds: Rounds) -> float:
        """Relative gap of the best answer."""
        if rounds.best is None or self.bound is None:
            return float("inf")
        sign = 1.0 if self.stage.objective.maximise else -1.0
        return relative_gap(sign * rounds.best.value, self.bound)

    def enough(self, rounds: Rounds) -> bool:
        """Whether the wanted gap is reached, or there is no time left; tells the news."""
        if rounds.best is not None and rounds.best.value != self.told:
            self.told = rounds.best.value
            self.tell(rounds)
        return self.gap(rounds) <= self.effort.gap or self.over()

    def tell(self, rounds: Rounds | None) -> None:
        """Pass on where the stage stands."""
        if self.progress is None:
            return
        sign = 1.0 if self.stage.objective.maximise else -1.0
        best = None if rounds is None or rounds.best is None else sign * rounds.best.value
        gap = None if rounds is None or best is None else self.gap(rounds)
        self.progress(Progress(self.stage.objective.name, best, self.bound, gap, self.seconds))

    def outcome(self, rounds: Rounds) -> Outcome:
        """How the stage ended."""
        gap = self.gap(rounds)
        if gap <= max(self.effort.gap, _PROVED):
            status = Status.OPTIMAL if gap <= _PROVED else Status.GAP
        elif self.stopped:
            status = Status.INTERRUPTED
        else:
            status = Status.TIME_LIMIT if self.over() else Status.WORK_LIMIT
        best = rounds.best
        return Outcome(
            status=status,
            values=None if best is None else best.modules.astype(np.float64),
            objective=None if best is None else best.value,
            bound=self.bound,
            words=f"prices and local search, {rounds.done} rounds",
            work=rounds.done,
            runtime_s=self.seconds,
        )
