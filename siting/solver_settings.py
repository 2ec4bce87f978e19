"""How a problem is valued and solved, in a study file."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt
from pydantic import SerializerFunctionWrapHandler, StringConstraints, model_serializer

from geodata import ENERGY
from siting.document import Document
from siting.facility import NonNegative


class Value(Document):
    """Value of a served unit: of energy roughly the kWh that reach the vehicle, of goods what the study says."""

    charging: NonNegative = 1.0
    """Per kWh."""
    swapping: NonNegative = 45.0
    """Per swap."""
    hydrogen: NonNegative = 20.0
    """Per kg."""
    parts: NonNegative = 1.0
    """Per tonne."""
    take_back: NonNegative = 1.0
    """Per kg."""

    @model_serializer(mode="wrap")
    def _told(self, write: SerializerFunctionWrapHandler) -> dict[str, float]:
        """What the study sets; a service that it does not speak of is no part of it."""
        return {name: value for name, value in write(self).items() if name in ENERGY or name in self.model_fields_set}


class Solver(Document):
    """How the problem is solved."""

    name: Annotated[str, StringConstraints(pattern=r"^(auto|compact|joint|covering|pulp:.+)$")] = "auto"
    """Method: auto, compact, joint, covering, or pulp:NAME for a solver that PuLP knows."""
    years: Literal["joint", "rolling"] = "joint"
    """Several years in one solve, or year by year, each with what the years before it built."""
    gap: Annotated[float, Ge(0)] = 0.02
    """Relative gap of the served value that is good enough."""
    cost_gap: Annotated[float, Ge(0)] = 0.05
    """Relative gap of the second stage's cost that is good enough."""
    work_limit: Annotated[int, Gt(0)] | None = None
    """Counted work after which to stop, repeatable on every machine: branch-and-bound checks (compact), rounds and
    windows of the search (joint), linear programs (covering)."""
    time_limit_s: NonNegative = 60.0
    """Seconds after which to stop; 0: no clock."""
    threads: Annotated[int, Ge(1)] = 1
    """Threads of HiGHS; bound and local search of the joint method use one."""
    seed: Annotated[int, Ge(0)] = 0
    """Random seed."""

    @property
    def slack(self) -> float:
        """Share of the served value that the cost stage may give up; none when the gap asked for is 0."""
        return min(1e-4, self.gap / 4)
