"""Heavy trucks that carry the tonnes of ports, parks and plants."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from demand_models.attraction import layer_rows, row_shares
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.errors import DemandError
from demand_models.growth import stock_in
from demand_models.parameters import H2KgPerKm, KwhPerKm, NonNegative, Positive, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class HeavyTrucks(FleetBlock):
    """Energy and hydrogen that heavy trucks take for the tonnes of ports, parks and plants, by payload and distance.

    ``T(t)`` tonnes per day make ``T / m`` trips and ``K = (1 + r) d T / m`` truck-km. Battery trucks take
    ``E = f b(t) (K e + T d e') u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made;
    fuel-cell trucks take ``H = f c(t) (K h + T d h')`` kg of hydrogen. A row of the layer has the share ``w_h / W``:

    - ``T(t)`` tonnes of the year, growing at a constant rate between given years; without them the sum ``W`` of the
      tonnes per day in the layer's column, the same in every year,
    - ``m`` payload (tonnes per loaded trip), ``d`` distance of a loaded trip (km), ``r`` empty km per loaded km,
    - ``b(t)``, ``c(t)`` share of the tonnes on battery and on fuel-cell trucks of the year,
    - ``e``, ``h`` consumption of an empty truck (kWh per km, kg of hydrogen per km),
    - ``e'``, ``h'`` what each tonne of load adds (kWh and kg of hydrogen per tonne-km),
    - ``u`` share of the energy taken at public stations, the rest being charged at the places; hydrogen is all public,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale,
    - ``w_h`` weight of the layer's row (tonnes, containers, output, ... in any unit), ``W`` of all its rows.

    Assumptions: consumption grows linearly with the load; every trip is alike; trucks take energy where goods are
    loaded, while refuelling on long roads is a matter of flows. An accounting identity from tonnes to energy; it has no
    other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["heavy_trucks"] = "heavy_trucks"
    """Name of the demand model."""

    tonnes_per_day: dict[int, NonNegative] = field(default_factory=dict)
    """Goods by year (tonnes per day); between two given ones at a constant rate. Without it `weight` counts them."""

    payload_t: Positive
    """Payload (tonnes per loaded trip)."""

    km_per_trip: NonNegative
    """Distance of a loaded trip (km)."""

    empty_share: NonNegative = 1.0
    """Empty way for each loaded km (km per km); 1 when every truck returns empty."""

    battery_share: dict[int, Share] = field(default_factory=dict)
    """Share of the tonnes on battery trucks by year (0 to 1); between two given years at a constant rate."""

    kwh_per_km: KwhPerKm | None = None
    """Consumption of an empty battery truck (kWh per km); needed with battery_share."""

    kwh_per_tkm: NonNegative = 0.0
    """What each tonne of load adds to the consumption of a battery truck (kWh per tonne-km)."""

    public_share: Share | None = None
    """Share of the battery trucks' energy taken at public stations (0 to 1); needed with battery_share."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    fuel_cell_share: dict[int, Share] = field(default_factory=dict)
    """Share of the tonnes on fuel-cell trucks by year (0 to 1); between two given years at a constant rate."""

    h2_kg_per_km: H2KgPerKm | None = None
    """Consumption of an empty fuel-cell truck (kg of hydrogen per km); needed with fuel_cell_share."""

    h2_kg_per_tkm: NonNegative = 0.0
    """What each tonne of load adds to the consumption of a fuel-cell truck (kg of hydrogen per tonne-km)."""

    layer: str
    """Layer of ports, parks and plants."""

    weight: str | None = None
    """Number column of the layer that spreads the tonnes (any unit); without it all rows are alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.battery_share or self.fuel_cell_share):
            raise DemandError("neither battery_share nor fuel_cell_share is given; give shares by year for one")
        if not self.tonnes_per_day:
            require(self, ["weight"], because="there are no tonnes_per_day, so that the column of tonnes counts")
        if self.battery_share:
            require(self, ["kwh_per_km", "public_share"], because="battery_share is given")
        if self.fuel_cell_share:
            require(self, ["h2_kg_per_km"], because="fuel_cell_share is given")
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging, swapping and hydrogen of the context's year; see `DemandModel.build`."""
        places = layer_rows(context, fleet, self.layer, self.weight)
        tonnes = float(places["value"].sum())
        if self.tonnes_per_day:
            tonnes = stock_in(context.year, self.tonnes_per_day, what=f"demand {fleet!r}: tonnes_per_day")
        battery = self._share(context.year, fleet, "battery_share")
        fuel_cell = self._share(context.year, fleet, "fuel_cell_share")
        if battery + fuel_cell > 1:
            raise DemandError(
                f"demand {fleet!r}: battery_share {battery:g} and fuel_cell_share {fuel_cell:g} of {context.year} make "
                "more than all tonnes; give shares that add up to at most 1"
            )
        return spread_rows(
            self,
            context,
            fleet,
            places=row_shares(places, fleet, self.layer, self.weight),
            totals={**self._battery_services(tonnes * battery), **self._hydrogen(tonnes * fuel_cell)},
            vehicle="truck",
        )

    def _share(self, year: int, fleet: str, name: str) -> float:
        shares: dict[int, float] = getattr(self, name)
        return stock_in(year, shares, what=f"demand {fleet!r}: {name}") if shares else 0.0

    def _consumption(self, tonnes: float, per_km: float, per_tkm: float) -> float:
        km = (1 + self.empty_share) * self.km_per_trip * tonnes / self.payload_t
        return km * per_km + tonnes * self.km_per_trip * per_tkm

    def _battery_services(self, tonnes: float) -> dict[str, float]:
        if not self.battery_share or self.kwh_per_km is None or self.public_share is None:
            return {}
        energy_kwh = self._consumption(tonnes, self.kwh_per_km, self.kwh_per_tkm) * self.public_share
        return public_services(energy_kwh, swap_share=self.swap_share, kwh_per_swap=self.kwh_per_swap)

    def _hydrogen(self, tonnes: float) -> dict[str, float]:
        if not self.fuel_cell_share or self.h2_kg_per_km is None:
            return {}
        return {"hydrogen": self._consumption(tonnes, self.h2_kg_per_km, self.h2_kg_per_tkm)}
