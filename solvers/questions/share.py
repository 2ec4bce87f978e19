"""The largest share of a market, and the least that a given share takes, under every limit on options (Huff 1964)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solvers.covering.master import Master
from solvers.covering.tree import Tree
from solvers.errors import ProblemError, VerificationError
from solvers.impossible import impossible
from solvers.limits import Limit
from solvers.linear import Effort, Outcome, Status, StopCallback
from solvers.objectives import Cost, Objective, ServedValue
from solvers.problem import Floats, Integers, Problem
from solvers.questions.answer import infeasible, refuse_served
from solvers.questions.market import Rivalry, RivalryMaster, rivalry_of
from solvers.side import Floor, Side
from solvers.solution import Solution, StageReport
from solvers.verify import TOLERANCE, verify, violations
from solvers.watch import Watch

METHOD = "market share, tangents and branching in HiGHS"
_WHY = "what is won is split by attraction, nobody is assigned"


def solve_market_share(
    problem: Problem,
    attraction: Floats,
    rival: Floats,
    limits: Sequence[Limit] = (),
    *,
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    should_stop: StopCallback | None = None,
) -> Solution:
    """Win as much value from competitors as possible (Huff 1964), under limits on options.

    Each row's demand is split among open options and competitors in proportion to their attraction. What is won is
    concave in what attracts, so that tangents bound it (Ljubić & Moreno 2018); branch and cut closes the gap.

    Parameters
    ----------
    problem
        The problem: one cover set per row, which draws nothing. A row counts `value × demand`.
    attraction
        Attraction of each pair's option on its row, at least 0, shape (K,).
    rival
        Attraction of all competitors together on each row, at least 0, shape (I,).
    limits
        What the answer must keep to; none speaks of served demand.
    effort
        Gap that is good enough, limits on time and on linear programs, threads, seed.
    should_stop
        Whether to stop with the best answer so far.

    Returns
    -------
    solution
        `share` is what each pair wins of its row; value and bound are value won.

    Raises
    ------
    ProblemError
        When arrays do not fit, sets draw on capacities, or a limit speaks of served demand.
    """
    rivalry = _checked(problem, attraction, rival, limits)
    return _Search(rivalry, limits, effort, should_stop).run(ServedValue(name="market share"), ())


def solve_target_share(
    problem: Problem,
    attraction: Floats,
    rival: Floats,
    share: float,
    limits: Sequence[Limit] = (),
    *,
    objective: Objective = Cost(),  # noqa: B008  (frozen)
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    should_stop: StopCallback | None = None,
) -> Solution:
    """Win at least a share of all value at the least cost, or with the fewest stations.

    Parameters
    ----------
    problem, attraction, rival, limits, effort, should_stop
        As for `solve_market_share`.
    share
        Part of Σ value × demand to win, 0 to 1.
    objective
        `Cost()` or `Stations()`, or another that speaks of options alone.

    Raises
    ------
    ProblemError
        As `solve_market_share`, and when the share is not within 0 to 1, or the objective speaks of demand.
    """
    rivalry = _checked(problem, attraction, rival, limits)
    if not 0 <= share <= 1:
        raise ProblemError([f"share: must be from 0 to 1, found {share}"])
    if objective.form(problem).touches_served:
        raise ProblemError(
            [f"objective {objective.name!r} speaks of demand: a target share is won at a cost of options"]
        )
    least = share * float(rivalry.worth.sum())
    floor = Floor(ServedValue(name="market share"), least)
    solution = _Search(rivalry, limits, effort, should_stop).run(objective, (floor,))
    if not solution.found and rivalry.most < least * (1 - TOLERANCE):
        words = f"all options together win {rivalry.most:.10g} of {least:.10g}"
        solution = replace(solution, notes=(words, *solution.notes))
    return solution


def _checked(problem: Problem, attraction: Floats, rival: Floats, limits: Sequence[Limit]) -> Rivalry:
    refuse_served("market share", limits, _WHY)
    rivalry = rivalry_of(problem, attraction, rival)
    faults = rivalry.faults()
    if faults:
        raise ProblemError(faults)
    return rivalry


@dataclass(frozen=True, eq=False)
class _Search:
    """One search over options for what they win, or for what winning takes."""

    rivalry: Rivalry
    limits: Sequence[Limit]
    effort: Effort
    should_stop: StopCallback | None

    def run(self, objective: Objective, floors: tuple[Floor, ...]) -> Solution:
        problem, watch = self.rivalry.problem, Watch(self.effort, self.should_stop)
        faults = impossible(problem, self.limits)
        if faults:
            told = StageReport(objective.name, Status.INFEASIBLE, None, None, "; ".join(faults), 0, watch.runtime_s)
            return infeasible(problem, self.limits, told, METHOD, self.effort.seed, self.should_stop)
        if problem.n_options:
            modules, bound, outcome = self._search(objective, floors)
        else:
            modules, bound, outcome = self._nothing(floors)
        told = StageReport(objective.name, outcome.status, None, bound, outcome.words, outcome.work, watch.runtime_s)
        if modules is None:
            if outcome.status is Status.INFEASIBLE:
                return infeasible(problem, self.limits, told, METHOD, self.effort.seed, self.should_stop)
            return Solution(None, None, (told,), METHOD, self.effort.seed)
        solution = Solution(modules, self.rivalry.shares(modules), (), METHOD, self.effort.seed)
        told = replace(told, value=objective.value(problem, solution))
        self._verify(solution, told, objective, floors)
        return replace(solution, stages=(told,))

    def _search(self, objective: Objective, floors: Sequence[Floor]) -> tuple[Integers | None, float | None, Outcome]:
        families = self.rivalry.families()
        side = Side.of(self.rivalry.problem, objective, [*self.limits, *floors])
        total = float(families.weight.sum()) or 1.0
        plain = Master.of(self.rivalry.problem, side, families, total)
        master = RivalryMaster.over(plain, self.rivalry, families)
        tree = Tree(master, self.effort, self.should_stop or (lambda: False), lambda *_: None)
        tree.begin(self._enough(side, floors))
        outcome = tree.search()
        bound = None if outcome.bound is None else side.sign * (master.unit * outcome.bound + master.offset)
        return None if outcome.values is None else master.modules(outcome.values), bound, outcome

    def _enough(self, side: Side, floors: Sequence[Floor]) -> Integers | None:
        """Options to begin from that win what a floor asks for; nothing where no floor asks."""
        if not floors:
            return None
        problem = self.rivalry.problem
        cost = -(side.per_opened + side.per_module * problem.min_modules)
        return self.rivalry.enough(floors[0].worst, np.maximum(cost, 1e-9 * max(1.0, cost.max(initial=0.0))))

    def _nothing(self, floors: tuple[Floor, ...]) -> tuple[Integers | None, float | None, Outcome]:
        """Without options there is one answer or none."""
        none = np.zeros(0, dtype=np.int64)
        empty = Solution(none, np.zeros(self.rivalry.problem.n_pairs), (), METHOD, 0)
        fine = not violations(self.rivalry.problem, self.limits, empty) and all(floor.worst <= 0 for floor in floors)
        status = Status.OPTIMAL if fine else Status.INFEASIBLE
        return none if fine else None, 0.0 if fine else None, Outcome(status, None, None, None, "no option", 0, 0.0)

    def _verify(self, solution: Solution, told: StageReport, objective: Objective, floors: tuple[Floor, ...]) -> None:
        """Raise when an answer breaks a limit, wins too little, or is better than what was proved possible."""
        problem = self.rivalry.problem
        verify(problem, self.limits, solution)
        for floor in floors:
            won = floor.objective.value(problem, solution)
            if won < floor.worst - TOLERANCE * max(1.0, floor.worst):
                raise VerificationError(f"wins {won:.10g}, less than {floor.worst:.10g}")
        if told.bound is None or told.value is None:
            return
        beyond = told.value - told.bound if objective.maximise else told.bound - told.value
        if beyond > TOLERANCE * max(1.0, abs(told.value)):
            raise VerificationError(f"{told.objective}: {told.value:.10g} is beyond the bound {told.bound:.10g}")
