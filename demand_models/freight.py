"""Logistics trucks, battery and fuel-cell."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from demand_models.attraction import attraction
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.errors import DemandError
from demand_models.growth import stock_in
from demand_models.parameters import H2KgPerKm, KmPerDay, KwhPerKm, NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class Freight(FleetBlock):
    """Energy and hydrogen that logistics trucks take at public stations, spread over freight places and by population.

    Battery trucks take ``E = f N(t) d e u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are
    made. Fuel-cell trucks take ``H = f F(t) g h`` kg of hydrogen per day. A row of the layer has the share
    ``(1 - p) w_h / W`` of each, a cell ``p P_c / P``:

    - ``N(t)``, ``F(t)`` stock of battery and fuel-cell trucks of the year, growing at a constant rate between given
      years (vehicles),
    - ``d``, ``g`` distance of a battery and of a fuel-cell truck (km per vehicle and day),
    - ``e`` consumption (kWh per km), ``h`` consumption (kg H2 per km),
    - ``u`` share of the energy taken at public stations, the rest being charged at depots; hydrogen is all public,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``p`` population share, ``P_c`` people of the cell, ``P`` of all cells,
    - ``w_h`` weight of the layer's row (throughput, floor area, ... in any unit), ``W`` of all its rows.

    Assumptions: trucks take energy where freight is handled, which the layer's weights stand for, or where goods are
    delivered, which population stands for; long-distance flows along corridors are not in it. An accounting identity,
    calibrated to the stocks; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["freight"] = "freight"
    """Name of the demand model."""

    battery_stock: dict[int, NonNegative] = field(default_factory=dict)
    """Stock of battery trucks by year (vehicles); a year between two given ones grows at a constant rate."""

    battery_km_per_day: KmPerDay | None = None
    """Distance driven by a battery truck (km per vehicle and day); needed with battery_stock."""

    kwh_per_km: KwhPerKm | None = None
    """Consumption of a battery truck, measured where it takes its energy (kWh per km); needed with battery_stock."""

    public_share: Share | None = None
    """Share of the battery trucks' energy taken at public stations (0 to 1); needed with battery_stock."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    fuel_cell_stock: dict[int, NonNegative] = field(default_factory=dict)
    """Stock of fuel-cell trucks by year (vehicles); a year between two given ones grows at a constant rate."""

    fuel_cell_km_per_day: KmPerDay | None = None
    """Distance driven by a fuel-cell truck (km per vehicle and day); needed with fuel_cell_stock."""

    h2_kg_per_km: H2KgPerKm | None = None
    """Consumption of a fuel-cell truck (kg of hydrogen per km); needed with fuel_cell_stock."""

    population_share: Share
    """Share of the demand spread over the cells by population, the rest standing on the layer (0 to 1)."""

    layer: str | None = None
    """Layer of freight places that attract the rest; needed when population_share is below 1."""

    weight: str | None = None
    """Number column of the layer by which its rows attract demand (any unit); without it all rows attract alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.battery_stock or self.fuel_cell_stock):
            raise DemandError("neither battery_stock nor fuel_cell_stock is given; give vehicles by year for one")
        if self.battery_stock:
            require(self, ["battery_km_per_day", "kwh_per_km", "public_share"], because="battery_stock is given")
        if self.fuel_cell_stock:
            require(self, ["fuel_cell_km_per_day", "h2_kg_per_km"], because="fuel_cell_stock is given")
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")
        if self.population_share < 1:
            require(self, ["layer"], because=f"population_share is {self.population_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging, swapping and hydrogen of the context's year; see `DemandModel.build`."""
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(
                context, fleet, population_share=self.population_share, layer=self.layer, weight=self.weight
            ),
            totals={**self._battery_services(context.year, fleet), **self._hydrogen(context.year, fleet)},
            vehicle="truck",
        )

    def _battery_services(self, year: int, fleet: str) -> dict[str, float]:
        km, use, share = self.battery_km_per_day, self.kwh_per_km, self.public_share
        if not self.battery_stock or km is None or use is None or share is None:
            return {}
        trucks = stock_in(year, self.battery_stock, what=f"demand {fleet!r}: battery_stock")
        return public_services(trucks * km * use * share, swap_share=self.swap_share, kwh_per_swap=self.kwh_per_swap)

    def _hydrogen(self, year: int, fleet: str) -> dict[str, float]:
        km, use = self.fuel_cell_km_per_day, self.h2_kg_per_km
        if not self.fuel_cell_stock or km is None or use is None:
            return {}
        trucks = stock_in(year, self.fuel_cell_stock, what=f"demand {fleet!r}: fuel_cell_stock")
        return {"hydrogen": trucks * km * use}
