"""Parts that vehicle plants and their suppliers take from warehouses."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Le

from demand_models.attraction import layer_rows, row_shares
from demand_models.block import FleetBlock
from demand_models.context import DemandContext
from demand_models.growth import stock_in
from demand_models.parameters import NonNegative, Share, require
from demand_models.rows import spread_rows
from geodata.demand import DemandPoints


@dataclass(frozen=True, kw_only=True)
class PartsLogistics(FleetBlock):
    """Tonnes of parts that plants take from distribution centres and warehouses, by the vehicles that they build.

    ``T = f V(t) m u / n`` tonnes per day; a row of the layer has the share ``w_h / W`` of it:

    - ``V(t)`` vehicles built in the year, growing at a constant rate between given years; without them the sum ``W`` of
      the vehicles per year in the layer's column, the same in every year,
    - ``m`` parts that a vehicle is made of (tonnes per vehicle), ``n`` working days (per year), ``f`` scale,
    - ``u`` share of the parts that passes the warehouses of the study, the rest going straight from supplier to line,
    - ``w_h`` weight of the layer's row (vehicles, capacity, floor area, ... in any unit), ``W`` of all its rows.

    Assumptions: every vehicle takes as many tonnes, and every working day is alike; what a warehouse gets is what it
    gives, so that stocks and the way from the supplier are not in it. Emergency stocks are a size of the warehouse, not
    a demand. An accounting identity from vehicles to tonnes; it has no other source than those of its numbers.
    """

    usual_profile: ClassVar[str] = "working"

    model: Literal["parts_logistics"] = "parts_logistics"
    """Name of the demand model."""

    vehicles_per_year: dict[int, NonNegative] = field(default_factory=dict)
    """Vehicles built by year (per year); between two given ones at a constant rate. Without it `weight` counts them."""

    parts_t_per_vehicle: Annotated[float, Ge(0), Le(60)]
    """Parts that a vehicle is made of (tonnes per vehicle); above 60 it is another unit."""

    warehouse_share: Share
    """Share of the parts that passes the warehouses of the study, the rest going straight to the line (0 to 1)."""

    working_days: Annotated[float, Gt(0), Le(366)]
    """Days on which plants work (per year)."""

    layer: str
    """Layer of vehicle plants, or of suppliers."""

    weight: str | None = None
    """Number column of the layer that spreads the tonnes (any unit); without it all rows are alike."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.vehicles_per_year:
            require(self, ["weight"], because="there are no vehicles_per_year, so that the column of vehicles counts")

    @property
    def services(self) -> tuple[str, ...]:
        """Parts alone."""
        return ("parts",)

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Parts of the context's year; see `DemandModel.build`."""
        places = layer_rows(context, fleet, self.layer, self.weight)
        vehicles = float(places["value"].sum())
        if self.vehicles_per_year:
            vehicles = stock_in(context.year, self.vehicles_per_year, what=f"demand {fleet!r}: vehicles_per_year")
        tonnes_per_year = vehicles * self.parts_t_per_vehicle * self.warehouse_share
        return spread_rows(
            self,
            context,
            fleet,
            places=row_shares(places, fleet, self.layer, self.weight),
            totals={"parts": tonnes_per_year / self.working_days},
            vehicle="truck",
        )
