"""What every demand model offers."""

from collections.abc import Mapping
from typing import Protocol, Self

from demand_models.context import DemandContext
from demand_models.control_totals import ControlTotals
from demand_models.parameters import Service
from demand_models.profiles import Profile
from geodata.demand import DemandPoints


class DemandModel(Protocol):
    """A block of a study that turns a fleet's figures into demand at places."""

    @property
    def model(self) -> str:
        """Name under which the registry keeps the model."""
        ...

    @property
    def services(self) -> tuple[str, ...]:
        """Services that the model may ask for."""
        ...

    @property
    def source(self) -> str:
        """Where the figures come from: a document with its section, "derived: ..." or "assumption"."""
        ...

    @property
    def sources(self) -> Mapping[str, str]:
        """Where single figures come from, by key."""
        ...

    @property
    def scale(self) -> float:
        """Factor on the result, for what-if runs."""
        ...

    @property
    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """Lowest and highest believable value by parameter."""
        ...

    @property
    def totals(self) -> Mapping[Service, ControlTotals]:
        """What the fleet's demand must add up to, by service."""
        ...

    @property
    def hours(self) -> Profile:
        """When in the day the demand arises."""
        ...

    def with_value(self, name: str, value: float, *, year: int) -> Self:
        """The same block with another value of a parameter."""
        ...

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Compute the demand of the context's year.

        Parameters
        ----------
        context
            Year, cells and layers on which the demand may stand.
        fleet
            Key of the block in the study; written on each row and in every message.

        Returns
        -------
        DemandPoints
            Rows with positive demand only; none when the fleet asks for nothing.

        Raises
        ------
        DemandError
            When the context lacks what the model needs.
        """
        ...
