"""Vehicles that work by the hour on closed grounds: airports, port yards, mines, warehouses."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from demand_models.attraction import attraction
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import work_services
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Positive, Share, require, require_one
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class GroundFleet(FleetBlock):
    """Energy or hydrogen that airport, port and yard vehicles take for their hours of work, spread over the grounds.

    A battery fleet takes ``E = f N(t) w e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are
    made; a fuel-cell fleet takes ``H = f N(t) w h u`` kg of hydrogen. A ground has the share ``w_h / W`` of each:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles),
    - ``w`` work (hours per vehicle and day, averaged over all days and vehicles),
    - ``e`` consumption (kWh per hour) or ``h`` consumption (kg of hydrogen per hour),
    - ``u`` share taken at stations of the study, the rest at chargers or pumps of the ground that it does not plan,
    - ``s`` share of that energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``w_h`` weight of the ground (flights, containers, floor area, ... in any unit), ``W`` of all grounds.

    Assumptions: an hour of work is alike everywhere, waiting included; vehicles stay on their ground. Trucks that leave
    it are `heavy_trucks`. An accounting identity, calibrated to the stock; it has no other source than those of its
    numbers.
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["ground_fleet"] = "ground_fleet"
    """Name of the demand model."""

    vehicle: Literal["car", "truck"] = "truck"
    """Vehicle class, which says the stations that it can use."""

    stock: dict[int, NonNegative]
    """Stock by year (vehicles); a year between two given ones grows at a constant rate."""

    hours_per_day: Annotated[float, Ge(0), Le(24)]
    """Work (hours per vehicle and day)."""

    kwh_per_hour: NonNegative | None = None
    """Consumption of a battery fleet, measured where the vehicle takes its energy (kWh per hour of work)."""

    h2_kg_per_hour: NonNegative | None = None
    """Consumption of a fuel-cell fleet, instead of `kwh_per_hour` (kg of hydrogen per hour of work)."""

    public_share: Share
    """Share of the energy or hydrogen taken at stations of the study, the rest at the grounds' own (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    layer: str
    """Layer of airports, port yards or other grounds."""

    weight: str | None = None
    """Number column of the layer that spreads the fleet (any unit); without it all grounds are alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_one(self, ["kwh_per_hour", "h2_kg_per_hour"])
        if self.swap_share > 0:
            require(self, ["kwh_per_hour", "kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping, or hydrogen, of the context's year; see `DemandModel.build`."""
        vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(context, fleet, population_share=0.0, layer=self.layer, weight=self.weight),
            totals=work_services(
                vehicles * self.hours_per_day,
                kwh=self.kwh_per_hour,
                h2_kg=self.h2_kg_per_hour,
                public_share=self.public_share,
                swap_share=self.swap_share,
                kwh_per_swap=self.kwh_per_swap,
            ),
            vehicle=self.vehicle,
        )
