"""Taxis and ride-hailing cars."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from demand_models.attraction import attraction, layer_rows
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.growth import stock_in
from demand_models.parameters import KmPerDay, KwhPerKm, NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class Taxi(FleetBlock):
    """Energy that taxis and ride-hailing cars take at public stations, spread by population and over a layer.

    ``E = f N(t) n d e u`` kWh per day, or from trips ``E = f W d' (1 + r) e u``, of which ``E (1 - s)`` is charged and
    ``E s / q`` swaps are made; a cell has the share ``p P_c / P`` of both, a row of the layer ``(1 - p) w_h / W``:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles),
    - ``n`` shifts (per vehicle and day), ``d`` distance (km per shift), ``e`` consumption (kWh per km),
    - ``d'`` distance with passengers (km per trip), ``r`` empty km per km with passengers: without a stock the weights
      of the layer count trips per day,
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

    stock: dict[int, NonNegative] = field(default_factory=dict)
    """Stock by year (vehicles); between two given ones at a constant rate. Without it `weight` counts trips per day."""

    shifts_per_day: NonNegative | None = None
    """Shifts (per vehicle and day); needed with stock."""

    km_per_shift: KmPerDay | None = None
    """Distance driven, empty runs included (km per shift); needed with stock."""

    km_per_trip: KmPerDay | None = None
    """Distance with passengers (km per trip); needed without stock."""

    empty_share: NonNegative = 0.0
    """Cruising and other empty way for each km with passengers (km per km), beside km_per_trip."""

    kwh_per_km: KwhPerKm
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
        if self.stock:
            require(self, ["shifts_per_day", "km_per_shift"], because="stock is given")
        else:
            require(
                self, ["km_per_trip", "layer", "weight"], because="there is no stock, so that a column counts trips"
            )
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")
        if self.population_share < 1:
            require(self, ["layer"], because=f"population_share is {self.population_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping of the context's year; see `DemandModel.build`."""
        km = self._km(context, fleet)
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

    def _km(self, context: DemandContext, fleet: str) -> float:
        """Distance driven by all vehicles per day."""
        if self.shifts_per_day is not None and self.km_per_shift is not None and self.stock:
            vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
            return vehicles * self.shifts_per_day * self.km_per_shift
        trips = float(layer_rows(context, fleet, self.layer, self.weight)["value"].sum())
        return trips * (self.km_per_trip or 0.0) * (1 + self.empty_share)
