"""What every demand model offers."""

from typing import Protocol

from demand_models.context import DemandContext
from geodata.demand import DemandPoints


class DemandModel(Protocol):
    """A block of a study that turns a fleet's figures into demand at places."""

    @property
    def model(self) -> str:
        """Name under which the registry keeps the model."""
        ...

    @property
    def source(self) -> str:
        """Where the figures come from: a document with its section, "derived: ..." or "assumption"."""
        ...

    @property
    def scale(self) -> float:
        """Factor on the result, for what-if runs."""
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
