"""Shared cars, from the rentals that people make."""

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
class SharedCars(FleetBlock):
    """Energy that shared electric cars take between rentals, where rentals begin.

    ``E = f r(t) P / 1000 d e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made; a cell
    has the share ``p P_c / P`` of both, a row of the layer ``(1 - p) w_h / W``:

    - ``r(t)`` rentals of the year, growing at a constant rate between given years (per 1,000 people and day),
    - ``P`` people of all cells, ``P_c`` of the cell,
    - ``d`` distance (km per rental), ``e`` consumption (kWh per km),
    - ``u`` share of the energy taken at stations of the study, the rest at chargers it does not plan,
    - ``s`` share of that energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``p`` population share: rentals that begin near home,
    - ``w_h`` weight of the layer's row (passengers, students, rentals, ... in any unit), ``W`` of all its rows.

    Assumptions: a car is charged where it is given back, and as many are given back at a place as are taken there. A
    place's rentals per day are its energy divided by ``d e u``. Needs cells, for the people. An accounting identity
    from rentals to energy; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "evening"

    model: Literal["shared_cars"] = "shared_cars"
    """Name of the demand model."""

    rentals_per_1000_people: dict[int, NonNegative]
    """Rentals by year (per 1,000 people and day); a year between two given ones grows at a constant rate."""

    km_per_rental: NonNegative
    """Distance driven (km per rental)."""

    kwh_per_km: KwhPerKm
    """Consumption, measured where the vehicle takes its energy (kWh per km)."""

    public_share: Share
    """Share of the energy taken at stations of the study, the rest at other chargers (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    population_share: Share
    """Share of the demand spread over the cells by population, the rest standing on the layer (0 to 1)."""

    layer: str | None = None
    """Layer of stations, campuses, ... where the other rentals begin; needed when population_share is below 1."""

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
        what = f"demand {fleet!r}: rentals_per_1000_people"
        rentals = stock_in(context.year, self.rentals_per_1000_people, what=what) * people(context, fleet) / 1000
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(
                context, fleet, population_share=self.population_share, layer=self.layer, weight=self.weight
            ),
            totals=public_services(
                rentals * self.km_per_rental * self.kwh_per_km * self.public_share,
                swap_share=self.swap_share,
                kwh_per_swap=self.kwh_per_swap,
            ),
            vehicle="car",
        )
