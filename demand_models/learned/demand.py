"""Demand that a learned model predicts."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

import geopandas as gpd
import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import Field

from demand_models.attraction import cell_rows, layer_rows
from demand_models.block import FleetBlock
from demand_models.calibrate import calibrate
from demand_models.context import DemandContext
from demand_models.errors import DemandError
from demand_models.growth import stock_in
from demand_models.learned.features import (
    Kernel,
    LengthWithin,
    Nearest,
    OfArea,
    Own,
    Within,
    build_features,
)
from demand_models.parameters import NonNegative, Positive, Service, Text
from demand_models.rows import demand_rows
from geodata.demand import DemandPoints
from geodata.errors import LayerError, listed

FeatureBlock = Annotated[Within | Kernel | Nearest | LengthWithin | OfArea | Own, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class Learned(FleetBlock):
    """Demand of one service as a saved model predicts it from what stands around the places.

    ``D_h = f g(t) k A_h``, or ``D_h = f g(t) T A_h / A`` when a total is given, with ``A_h = m_h + i (e_h - m_h)``:

    - ``m_h`` what the model predicts for the place (in the unit of its target), ``e_h`` the low end of its interval of
      the coverage `coverage` where ``i`` is below 0 (then ``-i`` counts), the high end where it is above,
    - ``i`` `interval`, 0 for the prediction; its range is -1 to 1 where the block gives no other,
    - ``k`` `per_unit`, units of the service per day for one unit of the target, ``f`` scale,
    - ``T`` total (unit of the service per day), ``A`` the sum of all ``A_h``,
    - ``g(t)`` growth factor of the year, 1 without any; it grows at a constant rate between given years.

    Assumptions: the places are like those learned from, in a city, year and tariff like theirs; without growth the
    prediction holds in every year. A prediction is the middle of what may come, so that sums are too small without a
    total; the ends of `interval` move all places at once, farther than their sum is likely to. On the data at hand such
    models told the order of stations no better than their piles did, and hardly before a station stands: read the card
    of the model and compare with simple counts before it decides anything. Intervals: Barber, Candès, Ramdas and
    Tibshirani, Annals of Statistics 49(1), 2021, 486-507.
    """

    model: Literal["learned"] = "learned"
    """Name of the demand model."""

    source: Text
    """Where the model comes from: who learned it, from what, and where its card stands."""

    file: Text
    """File of the saved model, relative to the study."""

    features: dict[str, FeatureBlock]
    """Features that the model takes, computed from layers of the study, by a name of your choice."""

    layer: str | None = None
    """Layer whose rows are the places; without it the cells are."""

    service: Service
    """Service that is predicted; its unit is kWh, swaps, kg or t per day."""

    vehicle: Literal["car", "truck"]
    """Vehicle class that asks for it."""

    per_unit: Positive = 1.0
    """Demand for one unit of the model's target (unit of the service per day); 1/365 of a target per year."""

    total: NonNegative | None = None
    """Total to which the predictions are scaled (unit of the service per day); without it they stay as they are."""

    coverage: Annotated[float, Ge(0.01), Le(0.99)] = 0.8
    """Share of places that lie in the prediction interval (0 to 1)."""

    interval: Annotated[float, Ge(-1), Le(1)] = 0.0
    """Place in the prediction interval (no unit): -1 low end, 0 prediction, 1 high end; a total keeps the sum."""

    growth: dict[int, NonNegative] = field(default_factory=dict)
    """Factor on the demand by year (no unit); a year between two given ones grows at a constant rate."""

    ranges: Annotated[
        dict[str, tuple[float, float]],
        Field(description="As for other models; without any, `interval` ranges from -1 to 1."),
    ] = field(default_factory=lambda: {"interval": (-1.0, 1.0)})

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.features:
            raise DemandError("features: none given; give those that the model was learned with")

    @property
    def services(self) -> tuple[str, ...]:
        """The service that is predicted."""
        return (self.service,)

    def build(self, context: DemandContext, fleet: str) -> DemandPoints:
        """Demand of the cells, or of the layer's rows; see `DemandModel.build`."""
        places, shapes = self._places(context, fleet)
        try:
            amounts = self._amounts(context, shapes)
        except (DemandError, LayerError) as error:
            raise DemandError(f"demand {fleet!r}: {error}") from error
        if self.total is not None:
            amounts = calibrate(amounts, self.total, what=f"demand {fleet!r}: the predictions")
        growth = stock_in(context.year, self.growth, what=f"demand {fleet!r}: growth") if self.growth else 1.0
        return demand_rows(
            self,
            context,
            fleet,
            places=places,
            demand={self.service: amounts * self.scale * growth},
            vehicle=self.vehicle,
            kind="modelled",
        )

    def _places(self, context: DemandContext, fleet: str) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Places as demand rows take them, and as features look at them; both in the order of the demand rows."""
        if self.layer is None:
            return cell_rows(context, fleet), _by_id(context.cells)
        return layer_rows(context, fleet, self.layer, None), _by_id(context.layers[self.layer])

    def _amounts(self, context: DemandContext, shapes: gpd.GeoDataFrame) -> NDArray[np.float64]:
        """Predicted units of the service per day."""
        from demand_models.learned.format import load_model

        model = load_model(context.folder / self.file)
        wanted = tuple(self.features.values())
        named = {feature.layer for feature in wanted if not isinstance(feature, Own)}
        layers = {name: _by_id(rows) for name, rows in context.layers.items() if name in named}
        found = build_features(shapes, layers, wanted)
        with np.errstate(over="ignore"):
            amounts = model.predict(found)
        if self.interval != 0:
            low, high = model.interval(found, self.coverage)
            amounts = amounts + abs(self.interval) * ((low if self.interval < 0 else high) - amounts)
        wild = np.flatnonzero(~np.isfinite(amounts))
        if wild.size:
            where = listed(found.ids[place] for place in wild)
            raise DemandError(
                f"the model predicts no finite number at {where}; its features are far from those learned"
            )
        return amounts * self.per_unit


def _by_id(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows in an order that does not depend on that of the layer, so that neither do sums."""
    return rows.sort_values("id", ignore_index=True)
