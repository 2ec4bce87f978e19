"""What a method answers: modules, served shares, and how good they are proven to be."""

from dataclasses import dataclass, field

from solvers.linear import Status, relative_gap
from solvers.problem import Floats, Integers, Problem
from solvers.sums import sum_by


@dataclass(frozen=True)
class StageReport:
    """How one stage of the objective ended.

    Parameters
    ----------
    objective
        Name of the stage's objective.
    status
        Outcome word.
    value, bound
        Objective value of the answer and best value proven possible (`None`: none proven).
    words
        The solver's own words.
    work, runtime_s
        Counted work and seconds.
    floor
        The condition under which the bound holds, in words; empty for the first stage.
    """

    objective: str
    status: Status
    value: float | None
    bound: float | None
    words: str
    work: int
    runtime_s: float
    floor: str = ""

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound; `None` without a bound."""
        return None if self.value is None or self.bound is None else relative_gap(self.value, self.bound)


@dataclass(frozen=True, eq=False)
class Certificate:
    """Prices that prove a bound on an objective.

    Parameters
    ----------
    set_price
        Price of one unit of a row's demand in cover set `c`, at least 0, shape (C,).
    limit_price
        Multiplier of each limit row in the order of the limits, shape (R,): positive ones price the row's upper bound,
        negative ones its lower bound.
    """

    set_price: Floats
    limit_price: Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """An answer to a problem.

    Parameters
    ----------
    modules
        Modules per option, 0 when closed, shape (O,); `None` when nothing was found.
    share
        Share of the row's demand that the pair provides for in its cover set, shape (K,).
    stages
        One report per stage of the objective; the first one's gap is the answer's.
    method
        Name of the method, and why it was taken.
    seed
        Random seed.
    notes
        What a reader should know of the answer, or why there is none.
    certificate
        Prices that prove the first stage's bound; `None` where branching proved it, or nothing did.
    """

    modules: Integers | None
    share: Floats | None
    stages: tuple[StageReport, ...]
    method: str
    seed: int
    notes: tuple[str, ...] = field(default=())
    certificate: "Certificate | None" = None

    @property
    def found(self) -> bool:
        """Whether there is an answer at all."""
        return self.modules is not None

    @property
    def status(self) -> Status:
        """Outcome word of the first stage."""
        return self.stages[0].status

    def served(self, problem: Problem) -> Floats:
        """Units served per demand row: what the least of its cover sets provides, shape (I,)."""
        assert self.share is not None
        return problem.demand * problem.least_of_sets(sum_by(problem.pair_set, self.share, problem.n_sets))
