"""What an answer must keep to: one file each, one line in the registry."""

from typing import Protocol

from solvers.form import Form
from solvers.limits.budget import Budget as Budget
from solvers.limits.bundle import Bundle as Bundle
from solvers.limits.count import Count as Count
from solvers.limits.exclusion import Exclusion as Exclusion
from solvers.limits.grid_power import GridPower as GridPower
from solvers.limits.must_serve import MustServe as MustServe
from solvers.limits.phasing import Phasing as Phasing
from solvers.limits.precedence import Precedence as Precedence
from solvers.limits.served_share import ServedShare as ServedShare
from solvers.limits.spacing import Spacing as Spacing
from solvers.limits.types_per_site import TypesPerSite as TypesPerSite
from solvers.problem import Floats, Problem
from solvers.solution import Solution


class Limit(Protocol):
    """Rows `lo <= value <= hi`: recomputed in plain numpy by `value`, handed to a solver by `form`; the two agree."""

    @property
    def name(self) -> str:
        """What the planner calls it."""

    @property
    def touches_served(self) -> bool:
        """Whether it speaks of served demand; a limit that does not can be judged from the options alone."""

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Left sides of all rows, from modules and shares alone."""

    def form(self, problem: Problem) -> Form:
        """Rows of coefficients."""

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows, infinite where there is none."""

    def label(self, row: int) -> str:
        """What one row is called in a message."""


LIMITS: dict[str, type] = {
    "count": Count,
    "budget": Budget,
    "grid_power": GridPower,
    "types_per_site": TypesPerSite,
    "spacing": Spacing,
    "must_serve": MustServe,
    "served_share": ServedShare,
    "bundle": Bundle,
    "exclusion": Exclusion,
    "precedence": Precedence,
    "phasing": Phasing,
}
