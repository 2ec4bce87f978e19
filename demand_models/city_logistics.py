"""Parcels and the vans that deliver them."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from demand_models.attraction import attraction, people
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.growth import stock_in
from demand_models.parameters import KwhPerKm, NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class CityLogistics(FleetBlock):
    """Energy that delivery vans take at public stations, from the parcels that people get.

    ``E = f r(t) P v / b d e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made; a row of
    the layer has the share ``(1 - p) w_h / W`` of both, a cell ``p P_c / P``:

    - ``r(t)`` parcels of the year, growing at a constant rate between given years (parcels per person and day),
    - ``P`` people of all cells, ``P_c`` of the cell,
    - ``v`` share of the parcels that electric vans bring, ``b`` parcels per tour, ``d`` distance (km per tour),
    - ``e`` consumption (kWh per km),
    - ``u`` share of the energy taken at public stations, the rest at the parks' own,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``p`` share taken where parcels are delivered, the rest where vans are loaded,
    - ``w_h`` weight of the layer's row (parcels, floor area, ... in any unit), ``W`` of all its rows.

    Assumptions: everybody gets as many parcels, and every tour is alike. Vans whose number is known are `freight`. An
    accounting identity from parcels to energy; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["city_logistics"] = "city_logistics"
    """Name of the demand model."""

    parcels_per_person: dict[int, NonNegative]
    """Parcels by year (per person and day); a year between two given ones grows at a constant rate."""

    electric_share: Share
    """Share of the parcels that electric vans bring (0 to 1)."""

    parcels_per_tour: Positive
    """Parcels that a van delivers (parcels per tour)."""

    km_per_tour: NonNegative
    """Distance driven, from the depot and back (km per tour)."""

    kwh_per_km: KwhPerKm
    """Consumption, measured where the vehicle takes its energy (kWh per km)."""

    public_share: Share
    """Share of the energy taken at public stations, the rest being charged at the parks' own (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    vehicle: Literal["car", "truck"] = "truck"
    """Vehicle class, which says the stations that it can use."""

    population_share: Share
    """Share of the demand spread over the cells by population, the rest standing on the layer (0 to 1)."""

    layer: str | None = None
    """Layer of parks and depots where vans are loaded; needed when population_share is below 1."""

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
        per_person = stock_in(context.year, self.parcels_per_person, what=f"demand {fleet!r}: parcels_per_person")
        tours = per_person * people(context, fleet) * self.electric_share / self.parcels_per_tour
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(
                context, fleet, population_share=self.population_share, layer=self.layer, weight=self.weight
            ),
            totals=public_services(
                tours * self.km_per_tour * self.kwh_per_km * self.public_share,
                swap_share=self.swap_share,
                kwh_per_swap=self.kwh_per_swap,
            ),
            vehicle=self.vehicle,
        )
