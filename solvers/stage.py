"""A stage of a lexicographic objective."""

from dataclasses import dataclass

from solvers.objectives import Objective


@dataclass(frozen=True)
class Stage:
    """One objective, optimised under the floors that the stages before it leave.

    Parameters
    ----------
    objective
        What is optimised.
    gap
        Relative gap that is good enough.
    slack
        Share of the stage's value that later stages may give up; with 0 a stage that still
        decides modules would leave them no room to move in.
    keeps_modules
        Whether the stage keeps what earlier stages opened and only decides who goes where.
    """

    objective: Objective
    gap: float
    slack: float = 1e-4
    keeps_modules: bool = False

    def floor(self, value: float) -> float:
        """Worst value that later stages must keep: the least when maximised, the most when minimised."""
        return value - self.slack * abs(value) if self.objective.maximise else value + self.slack * abs(value)

    def floor_words(self, value: float) -> str:
        """The floor as a sentence for reports."""
        return f"{self.objective.name} {'>=' if self.objective.maximise else '<='} {self.floor(value):.10g}"
