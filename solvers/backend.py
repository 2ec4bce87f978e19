"""What every solver of linear models offers, whatever library carries it."""

from typing import Protocol

from solvers.linear import Effort, LinearModel, Outcome
from solvers.problem import Floats


class Backend(Protocol):
    """A solver of linear models."""

    @property
    def name(self) -> str:
        """Name in reports."""

    @property
    def gives_duals(self) -> bool:
        """Whether `relax` returns row duals."""

    def solve(
        self,
        model: LinearModel,
        effort: Effort,
        *,
        stage: str,
        start: Floats | None = None,
        target: float | None = None,
    ) -> Outcome:
        """Solve a model; a mixed-integer one may begin from a start and stop at a target value."""

    def relax(
        self, model: LinearModel, effort: Effort, *, stage: str, tilt: Floats | None = None
    ) -> tuple[Outcome, Floats | None]:
        """Solve the linear relaxation, by way of a tilted objective; return the outcome and its row duals."""
