"""What is maximised or minimised: one file each, one line in the registry."""

from typing import Protocol

from solvers.form import Form
from solvers.objectives.cost import Cost as Cost
from solvers.objectives.decay import Decay as Decay
from solvers.objectives.decay import Linear as Linear
from solvers.objectives.decay import Steps as Steps
from solvers.objectives.gradual_value import GradualValue as GradualValue
from solvers.objectives.served_value import ServedValue as ServedValue
from solvers.objectives.stations import Stations as Stations
from solvers.objectives.total_cost import TotalCost as TotalCost
from solvers.objectives.travel import TravelTime as TravelTime
from solvers.objectives.weighted_travel import WeightedTravel as WeightedTravel
from solvers.problem import Problem
from solvers.solution import Solution


class Objective(Protocol):
    """An objective: its value in plain numpy, and its linear form for a solver; the two agree."""

    @property
    def name(self) -> str:
        """Name in reports."""

    @property
    def maximise(self) -> bool:
        """Sense."""

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value of a solution, from its modules and shares alone."""

    def form(self, problem: Problem) -> Form:
        """One row of coefficients."""


OBJECTIVES: dict[str, Objective] = {
    "served_value": ServedValue(),
    "cost": Cost(),
    "travel_time": TravelTime(),
    "weighted_travel": WeightedTravel(),
    "stations": Stations(),
}
"""Objectives that need no numbers of their own."""
