"""Private electric cars."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from demand_models.attraction import cell_shares
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.energy import public_services
from demand_models.errors import DemandError
from demand_models.growth import stock_in
from demand_models.parameters import KmPerDay, KwhPerKm, NonNegative, Positive, Share, require, require_one
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints
from geodata.errors import listed


@dataclass(frozen=True, kw_only=True)
class PrivateEV(FleetBlock):
    """Energy that private electric cars take at public stations, spread over the cells by population.

    ``E = f N(t) d e(t) u`` kWh per day, of which ``E (1 - s)`` is charged and ``E s / q`` swaps are made; a cell with
    ``P_c`` of the ``P`` people of all cells has the share ``P_c / P`` of both:

    - ``N(t)`` stock of the year, growing at a constant rate between given years (vehicles),
    - ``d`` distance (km per vehicle and day), ``e`` consumption (kWh per km), which may change with the year,
    - ``u`` share of the energy taken at public stations: 1 minus charging at home and at work,
    - ``s`` share of the public energy taken as swaps, ``q`` energy per swap (kWh), ``f`` scale.

    With the share ``h`` of the cars that have a charger at home, by district or everywhere alike,
    ``u = h u_h + (1 - h) u_0``: ``u_h`` is `public_share`, ``u_0`` `public_share_without_home`. With a number of cars
    ``n_d`` by district a cell has ``n_d / n * P_c / P_d`` of them. The share of a cell is then that of its cars times
    its ``u``.

    Assumptions: the fleet stands where people live, with ``N / P`` vehicles per person everywhere, or everywhere in a
    district; all vehicles drive the same distance every day; energy is taken near home. An accounting identity,
    calibrated to the stock; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "evening"

    model: Literal["private_ev"] = "private_ev"
    """Name of the demand model."""

    stock: dict[int, NonNegative]
    """Stock by year (vehicles); a year between two given ones grows at a constant rate."""

    stock_column: str | None = None
    """Number column of the layer of the districts with their cars (any year or unit), by which the stock is shared."""

    km_per_day: KmPerDay
    """Distance driven (km per vehicle and day)."""

    kwh_per_km: KwhPerKm | None = None
    """Consumption, measured where the vehicle takes its energy (kWh per km)."""

    kwh_per_km_by_year: dict[int, KwhPerKm] = field(default_factory=dict)
    """Consumption by year, instead of `kwh_per_km` (kWh per km); it changes at a constant rate between given years."""

    public_share: Share
    """Share of the energy taken at public stations, the rest being charged at home or at work (0 to 1)."""

    home_share: Share | None = None
    """Share of the cars with a charger at home (0 to 1); `public_share` is then that of these cars."""

    home_share_column: str | None = None
    """Number column of the layer of the districts with that share by district (0 to 1), instead of `home_share`."""

    public_share_without_home: Share | None = None
    """Public share of the cars without a charger at home (0 to 1); needed with home_share or its column."""

    swap_share: Share = 0.0
    """Share of the public energy taken as battery swaps (0 to 1)."""

    kwh_per_swap: Positive | None = None
    """Energy that one swap brings (kWh); needed when swap_share is above 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_one(self, ["kwh_per_km", "kwh_per_km_by_year"])
        if self.swap_share > 0:
            require(self, ["kwh_per_swap"], because=f"swap_share is {self.swap_share:g}")
        at_home = [name for name in ("home_share", "home_share_column") if getattr(self, name) is not None]
        if len(at_home) > 1:
            raise DemandError("home_share and home_share_column given; give one of them")
        if at_home:
            require(self, ["public_share_without_home"], because=f"{at_home[0]} is given")
        elif self.public_share_without_home is not None:
            raise DemandError(
                "public_share_without_home is given, but neither home_share nor home_share_column; give one of them"
            )

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Charging and swapping of the context's year; see `DemandModel.build`."""
        vehicles = stock_in(context.year, self.stock, what=f"demand {fleet!r}: stock")
        cells = cell_shares(context, fleet, self.stock_column)
        public = self._public_shares(context, fleet, cells)
        uniform = np.ptp(public) == 0
        cars = cells["share"].to_numpy(dtype=np.float64)
        mean = float(public[0] if uniform else cars @ public)
        places = cells if uniform else cells.assign(share=cars * public)
        energy_kwh = vehicles * self.km_per_day * self._consumption(context.year, fleet) * mean
        return spread_rows(
            self,
            context,
            fleet,
            places=places,
            totals=public_services(energy_kwh, swap_share=self.swap_share, kwh_per_swap=self.kwh_per_swap),
            vehicle="car",
        )

    def _consumption(self, year: int, fleet: str) -> float:
        if self.kwh_per_km is not None:
            return self.kwh_per_km
        return stock_in(year, self.kwh_per_km_by_year, what=f"demand {fleet!r}: kwh_per_km_by_year")

    def _public_shares(self, context: DemandContext, fleet: str, cells: gpd.GeoDataFrame) -> NDArray[np.float64]:
        """Public share ``u`` of the cars of each cell."""
        without = self.public_share_without_home
        if without is None:
            return np.full(len(cells), self.public_share)
        at_home = np.full(len(cells), self.home_share, dtype=np.float64)
        if self.home_share_column is not None:
            what = f"demand {fleet!r}: home_share_column"
            shares = context.by_district(self.home_share_column, what=what)
            above = [f"{district}: {share:g}" for district, share in shares.items() if share > 1]
            if above:
                raise DemandError(f"{what}: above 1 in {listed(above)}; give shares from 0 to 1")
            unknown = sorted(set(cells["district"]) - set(shares))
            if unknown:
                raise DemandError(f"{what}: no district {listed(map(repr, unknown))}, where cells are; add its row")
            at_home = cells["district"].map(shares).to_numpy(dtype=np.float64)
        shares_of_cells: NDArray[np.float64] = at_home * self.public_share + (1 - at_home) * without
        return shares_of_cells
