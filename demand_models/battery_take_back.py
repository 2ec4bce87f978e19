"""Batteries that vehicles no longer use, to be taken back."""

from dataclasses import dataclass, field
from math import exp, gamma
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Ge, Gt, Le

from demand_models.attraction import attraction
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.errors import DemandError
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Share, require, require_one
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints

_DAYS: Final = 365


@dataclass(frozen=True, kw_only=True)
class BatteryTakeBack(FleetBlock):
    """Mass of the batteries that a fleet retires, collected where its vehicles stand or where they are taken out.

    ``M = f R(t) m c / 365`` kg per day. A row of the layer has the share ``(1 - p) w_h / W`` of it, a cell
    ``p P_c / P``, or ``p n_d / n * P_c / P_d`` with a number of vehicles ``n_d`` by district:

    - ``R(t)`` batteries retired in the year: ``N(t) r(t)`` of a stock, or ``sum of V(y) (F(t - y + 1) - F(t - y))``
      over the years ``y`` up to ``t`` from the first in which vehicles were sold,
    - ``N(t)`` stock, ``V(y)`` vehicles sold, both growing at a constant rate between given years (vehicles),
    - ``r(t)`` share of the stock that retires its battery in the year,
    - ``F(a) = 1 - exp(-(a / b)^k)`` share retired by the age ``a`` (Weibull), ``k`` its shape, and ``b`` such that the
      mean life is `life_years`,
    - ``m`` mass of a battery (kg per vehicle), ``c`` share that comes back through the network, ``f`` scale,
    - ``p`` population share, ``P_c`` people of the cell, ``P_d`` of its district, ``P`` of all cells,
    - ``w_h`` weight of the layer's row (vehicles repaired, scrapped, ... in any unit), ``W`` of all its rows.

    Assumptions: a vehicle has one battery, and is sold at the begin of a year; vehicles retire where they are counted;
    second lives elsewhere are outside of ``c``. An accounting identity, calibrated to the stock or to sales; the form
    of ``F`` is the usual one of lifetimes (W. Weibull, "A Statistical Distribution Function of Wide Applicability",
    Journal of Applied Mechanics 18, 1951, 293-297).
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["battery_take_back"] = "battery_take_back"
    """Name of the demand model."""

    vehicle: Literal["car", "truck"] = "truck"
    """Class of the vehicles that bring the batteries, which says the places that they can reach."""

    stock: dict[int, NonNegative] = field(default_factory=dict)
    """Stock by year (vehicles), with `retired_share`; a year between two given ones grows at a constant rate."""

    retired_share: dict[int, Share] = field(default_factory=dict)
    """Share of the stock that retires its battery by year (0 to 1 per year); needed with stock."""

    sold: dict[int, NonNegative] = field(default_factory=dict)
    """Vehicles sold by year, instead of the stock (vehicles per year); none before the first year given."""

    life_years: Annotated[float, Gt(0), Le(50)] | None = None
    """Mean life of a battery in the vehicle (years); needed with sold."""

    life_shape: Annotated[float, Ge(0.5), Le(20)] | None = None
    """Shape of the lives (no unit): 1 retires at any age alike, 3.5 is nearly bell-shaped; needed with sold."""

    kg_per_battery: Annotated[float, Gt(0), Le(5000)]
    """Mass of a battery (kg per vehicle); above 5,000 it is another unit."""

    collected_share: Share
    """Share of the retired batteries that comes back through the network of the study (0 to 1)."""

    population_share: Share
    """Share of the batteries that stands in the cells, the rest on the layer (0 to 1)."""

    stock_column: str | None = None
    """Number column of the layer of the districts with their vehicles (any year or unit), by which cells share."""

    layer: str | None = None
    """Layer of workshops, dealers or scrap yards with the rest; needed when population_share is below 1."""

    weight: str | None = None
    """Number column of the layer by which its rows share (any unit); without it all rows are alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_one(self, ["stock", "sold"])
        if self.stock and not self.retired_share:
            raise DemandError("stock is given, but retired_share not; give the share of the stock that retires by year")
        other = ("life_years", "life_shape") if self.stock else ("retired_share",)
        strange = [name for name in other if getattr(self, name) not in (None, {})]
        if strange:
            raise DemandError(
                f"{' and '.join(strange)} given, but {'sold' if self.stock else 'stock'} not; leave it out"
            )
        if self.sold:
            require(self, ["life_years", "life_shape"], because="sold is given")
        if "sold" in self.ranges:
            raise DemandError("ranges.sold: a year's sales alone say little; give ranges of life_years or scale")
        if self.population_share < 1:
            require(self, ["layer"], because=f"population_share is {self.population_share:g}")

    @property
    def services(self) -> tuple[str, ...]:
        """Batteries taken back alone."""
        return ("take_back",)

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Batteries of the context's year; see `DemandModel.build`."""
        batteries = self._retired(context.year, fleet) * self.collected_share
        return spread_rows(
            self,
            context,
            fleet,
            places=attraction(
                context,
                fleet,
                population_share=self.population_share,
                layer=self.layer,
                weight=self.weight,
                stock_column=self.stock_column,
            ),
            totals={"take_back": batteries * self.kg_per_battery / _DAYS},
            vehicle=self.vehicle,
        )

    def _retired(self, year: int, fleet: str) -> float:
        """Batteries retired in a year."""
        if self.stock:
            vehicles = stock_in(year, self.stock, what=f"demand {fleet!r}: stock")
            return vehicles * stock_in(year, self.retired_share, what=f"demand {fleet!r}: retired_share")
        assert self.life_years is not None
        assert self.life_shape is not None
        scale = self.life_years / gamma(1 + 1 / self.life_shape)
        left = [exp(-((age / scale) ** self.life_shape)) for age in range(year - min(self.sold) + 2)]
        return sum(
            stock_in(year - age, self.sold, what=f"demand {fleet!r}: sold") * (left[age] - left[age + 1])
            for age in range(len(left) - 1)
        )
