"""Private electric cars."""

from dataclasses import dataclass
from typing import Literal

from demand_models.attraction import attraction
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class PrivateEV(FleetBlock):
    """Energy that private electric cars take at public stations, spread over the cells by population.

    ``E = f N(t) d e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made; a cell with
    ``P_c`` of the ``P`` people of all cells has the share ``P_c / P`` of both:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles),
    - ``d`` distance (km per vehicle and day), ``e`` consumption (kWh per km),
    - ``u`` share of the energy taken at public stations: 1 minus charging at home and at work,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale.

    Assumptions: the fleet stands where people live, with ``N / P`` vehicles per person everywhere; all vehicles drive
    the same distance every day; energy is taken near home. An accounting identity, calibrated to the stock; it has no
    other source than those of its numbers.
    """

    model: Literal["private_ev"] = "private_ev"
    """Name of the demand model."""

    stock: dict[int, NonNegative]
    """Vehicles by year; a year between two given ones grows at a constant rate."""

    km_per_day: NonNegative
    """Distance driven (km per vehicle and day)."""

    kwh_per_km: NonNegative
    """Consumption, measured where the vehicle takes its energy (kWh per km)."""

    public_share: Share
    """Share of the energy taken at public stations, the rest being charged at home or at work (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    def __post_init__(self) -> None:
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping of the context's year; see `DemandModel.build`."""
        vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
        energy_kwh = vehicles * self.km_per_day * self.kwh_per_km * self.public_share
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(context, fleet, population_share=1.0, layer=None, weight=None),
            totals=public_services(energy_kwh, swap_share=self.swap_share, kwh_per_swap=self.kwh_per_swap),
            vehicle="car",
        )
