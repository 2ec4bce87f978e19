"""Taxis and ride-hailing cars."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from demand_models.attraction import attraction
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class Taxi(FleetBlock):
    """Energy that taxis and ride-hailing cars take at public stations, spread by population and over a layer.

    ``E = f N(t) n d e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made; a cell has the
    share ``p P_c / P`` of both, a row of the layer ``(1 - p) w_h / W``:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles),
    - ``n`` shifts (per vehicle and day), ``d`` distance (km per shift), ``e`` consumption (kWh per km),
    - ``u`` share of the energy taken at public stations, the rest being charged at the operators' depots,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``p`` population share, ``P_c`` people of the cell, ``P`` of all cells,
    - ``w_h`` weight of the layer's row (trips, passengers, ... in any unit), ``W`` of all its rows.

    Assumptions: drivers take energy where they pick up and set down, which the layer's weights stand for (hubs with
    their attraction, or cells with counted trips), or where people live; every shift is alike. An accounting identity,
    calibrated to the stock; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "shifts"

    model: Literal["taxi"] = "taxi"
    """Name of the demand model."""

    stock: dict[int, NonNegative]
    """Stock by year (vehicles); a year between two given ones grows at a constant rate."""

    shifts_per_day: NonNegative
    """Shifts (per vehicle and day)."""

    km_per_shift: NonNegative
    """Distance driven, empty runs included (km per shift)."""

    kwh_per_km: NonNegative
    """Consumption, measured where the vehicle takes its energy (kWh per km)."""

    public_share: Share
    """Share of the energy taken at public stations, the rest being charged at depots (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    population_share: Share
    """Share of the demand spread over the cells by population, the rest standing on the layer (0 to 1)."""

    layer: str | None = None
    """Layer of hubs or trip cells that attract the rest; needed when population_share is below 1."""

    weight: str | None = None
    """Number column of the layer by which its rows attract demand (any unit); without it all rows attract alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")
        if self.population_share < 1:
            require(self, ["layer"], because=f"population_share is {self.population_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping of the context's year; see `DemandModel.build`."""
        vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
        km = vehicles * self.shifts_per_day * self.km_per_shift
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(
                context, fleet, population_share=self.population_share, layer=self.layer, weight=self.weight
            ),
            totals=public_services(
                km * self.kwh_per_km * self.public_share, swap_share=self.swap_share, kwh_per_swap=self.kwh_per_swap
            ),
            vehicle="car",
        )
