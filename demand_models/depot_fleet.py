"""Fleets that return to depots: buses, sanitation, post, official cars."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from demand_models.attraction import layer_rows, row_shares
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import work_services
from demand_models.growth import stock_in
from demand_models.parameters import H2KgPerKm, KmPerDay, KwhPerKm, NonNegative, Positive, Share, require, require_one
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class DepotFleet(FleetBlock):
    """Energy or hydrogen that a fleet with depots or termini takes at public stations, spread over these.

    One model for buses, sanitation, post and official cars: they return to their places every day, and differ in their
    numbers only. A battery fleet takes ``E = f N(t) a d e u`` kWh per day, of which ``E (1 - s)`` is charged and
    ``E s / q`` swaps are made; a fuel-cell fleet takes ``H = f N(t) a d h u`` kg of hydrogen. A depot has the share
    ``w_h / W`` of each:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles); without a stock the sum
      ``W`` of the vehicles counted at the depots, the same in every year,
    - ``a`` share of the vehicles on the road on an average day, ``d`` distance of such a vehicle (km per day),
    - ``e`` consumption (kWh per km) or ``h`` consumption (kg of hydrogen per km),
    - ``u`` share taken at public stations, the rest at the depots' own,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``w_h`` weight of the depot (vehicles, routes, parking places, ... in any unit), ``W`` of all depots.

    Assumptions: energy is taken at or near the depot; all vehicles of the block are alike, so that fleets which differ
    get a block each; days of little work are averaged into ``a``. An accounting identity, calibrated to the stock; it
    has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "night"

    model: Literal["depot_fleet"] = "depot_fleet"
    """Name of the demand model."""

    vehicle: Literal["car", "truck"]
    """Vehicle class, which says the stations that it can use; a bus or sweeper needs those of trucks."""

    stock: dict[int, NonNegative] = field(default_factory=dict)
    """Stock by year (vehicles); between two given ones at a constant rate. Without it `weight` counts them."""

    on_road_share: Share = 1.0
    """Share of the vehicles on the road on an average day (0 to 1)."""

    km_per_day: KmPerDay
    """Distance driven by a vehicle on the road (km per day)."""

    kwh_per_km: KwhPerKm | None = None
    """Consumption of a battery fleet, measured where the vehicle takes its energy (kWh per km)."""

    h2_kg_per_km: H2KgPerKm | None = None
    """Consumption of a fuel-cell fleet, instead of `kwh_per_km` (kg of hydrogen per km)."""

    public_share: Share
    """Share of the energy or hydrogen taken at public stations, the rest at the depots' own (0 to 1)."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    layer: str
    """Layer of depots or termini."""

    weight: str | None = None
    """Number column of the layer that spreads the fleet (vehicles, routes, any unit); without it all rows are alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_one(self, ["kwh_per_km", "h2_kg_per_km"])
        if not self.stock:
            require(self, ["weight"], because="there is no stock, so that the column of vehicles at the depots counts")
        if self.swap_share > 0:
            require(self, ["kwh_per_km", "kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping, or hydrogen, of the context's year; see `DemandModel.build`."""
        depots = layer_rows(context, fleet, self.layer, self.weight)
        if self.stock:
            vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
        else:
            vehicles = float(depots["value"].sum())
        return spread_rows(
            self,
            context,
            fleet,
            places=row_shares(depots, fleet, self.layer, self.weight),
            totals=work_services(
                vehicles * self.on_road_share * self.km_per_day,
                kwh=self.kwh_per_km,
                h2_kg=self.h2_kg_per_km,
                public_share=self.public_share,
                swap_share=self.swap_share,
                kwh_per_swap=self.kwh_per_swap,
            ),
            vehicle=self.vehicle,
        )
