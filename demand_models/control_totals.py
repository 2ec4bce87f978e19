"""Control totals: what is known of the demand of an area as a whole, by district or by groups of districts."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from demand_models.errors import DemandError
from demand_models.parameters import PYDANTIC_CONFIG, NonNegative, Text


@dataclass(frozen=True, kw_only=True)
class ControlTotals:
    """Totals of a service in a year, of one fleet or of all together.

    All that are given hold together, to 1e-9 relative: the demand of the places is multiplied by factors until they do
    (iterative proportional fitting, Deming and Stephan 1940).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    source: Text
    """Where the totals come from: a document with its section, "derived: ..." with the rule, or "assumption"."""

    year: int | None = None
    """Year of the totals, without it the first one studied. In other years each place keeps the factor it got then."""

    total: NonNegative | None = None
    """Demand of the whole study area (unit of the service per day)."""

    by_district: dict[str, NonNegative] = field(default_factory=dict)
    """Demand by district (unit of the service per day); every district with demand needs its total."""

    district_column: str | None = None
    """Number column of the layer of the districts with their demand, instead of `by_district`."""

    by_group: dict[str, dict[str, NonNegative]] = field(default_factory=dict)
    """Demand by group of districts, such as cities: column of the layer of the districts, then total by its text."""

    def __post_init__(self) -> None:
        if self.by_district and self.district_column is not None:
            raise DemandError("by_district and district_column given; give one of them")
        if self.total is None and not (self.by_district or self.district_column or self.by_group):
            raise DemandError("no total given; give total, by_district, district_column or by_group")
