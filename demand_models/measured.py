"""Demand that was counted, taken as it is."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from demand_models.attraction import layer_rows
from demand_models.block import FleetBlock
from demand_models.calibrate import calibrate
from demand_models.context import DemandContext
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Service, Text
from demand_models.rows import demand_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class Measured(FleetBlock):
    """Demand of one service counted at the rows of a layer.

    ``D_h = f g(t) w_h``, or ``D_h = f g(t) T w_h / W`` when a total is given:

    - ``w_h`` value of the layer's row, in the service's unit per day (kWh, swaps, kg or t); with a total any
      unit will do, ``W`` the sum of all rows,
    - ``T`` total (unit of the service per day), ``f`` scale,
    - ``g(t)`` growth factor of the year, 1 without any; it grows at a constant rate between given years.

    Assumptions: without growth the counts hold in every year studied, whenever they were made; with it, they grow alike
    everywhere; with a total, the pattern counted is that of the total. It has no other source than that of its numbers.
    """

    model: Literal["measured"] = "measured"
    """Name of the demand model."""

    source: Text
    """Where the figures come from: who counted, when, and where the counts were published."""

    layer: str
    """Layer whose rows carry the demand."""

    column: str
    """Number column of the layer with the demand (unit of the service per day)."""

    service: Service
    """Service that was counted; its unit is kWh, swaps, kg or t per day."""

    vehicle: Literal["car", "truck"]
    """Vehicle class that was counted."""

    total: NonNegative | None = None
    """Total to which the counts are scaled (unit of the service per day); without it they are taken as they are."""

    growth: dict[int, NonNegative] = field(default_factory=dict)
    """Factor on the demand by year (no unit); a year between two given ones grows at a constant rate."""

    @property
    def services(self) -> tuple[str, ...]:
        """The service that was counted."""
        return (self.service,)

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Demand of the layer's rows; see `DemandModel.build`."""
        places = layer_rows(context, fleet, self.layer, self.column)
        values = places["value"].to_numpy(dtype=np.float64)
        if self.total is not None:
            values = calibrate(values, self.total, what=f"demand {fleet!r}: {self.column} in layer {self.layer!r}")
        growth = stock_in(context.year, self.growth, what=f"demand {fleet!r}: growth") if self.growth else 1.0
        return demand_rows(
            self,
            context,
            fleet,
            places=places,
            demand={self.service: values * self.scale * growth},
            vehicle=self.vehicle,
            kind="measured",
        )
