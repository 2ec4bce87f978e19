"""What the block of every fleet says beside its own figures."""

from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from demand_models.control_totals import ControlTotals
from demand_models.errors import DemandError
from demand_models.parameters import PYDANTIC_CONFIG, NonNegative, Service, Text
from demand_models.profiles import PROFILES, Profile, check_shares
from demand_models.ranges import parameters_of, range_faults
from geodata.errors import did_you_mean
from geodata.services import ENERGY


@dataclass(frozen=True, kw_only=True)
class FleetBlock:
    """Keys that the blocks of all fleets have."""

    # Described in place: docstrings below attributes are read for the class at hand only, not for those above it.
    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    usual_profile: ClassVar[str] = "even"
    """The profile of `PROFILES` that holds where the block gives none."""

    model: Annotated[str, Field(description="Name of the demand model.")]

    source: Annotated[
        Text,
        Field(
            description="Where the figures come from: a document with its section, "
            '"derived: ..." with the rule, or "assumption".'
        ),
    ]

    sources: Annotated[
        dict[str, Text],
        Field(description="Where single figures come from, by key, where `source` does not say it of all."),
    ] = field(default_factory=dict)

    scale: Annotated[NonNegative, Field(description="Factor on the result, for what-if runs (no unit).")] = 1.0

    ranges: Annotated[
        dict[str, tuple[float, float]],
        Field(
            description="Lowest and highest believable value by parameter, in the parameter's unit; of a parameter by "
            "year, its value in the year studied."
        ),
    ] = field(default_factory=dict)

    profile: Annotated[
        tuple[NonNegative, ...],
        Field(
            description="Shares of a day's demand in the hours from 0 to 23: 24 numbers that add up to 1; "
            "without them the model's usual profile."
        ),
    ] = ()

    totals: Annotated[
        dict[Service, ControlTotals],
        Field(description="Control totals by service, which the demand of this fleet is fitted to."),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = [field.name for field in fields(self)]
        faults = [
            f"sources.{key}: no key of this block{did_you_mean(key, keys)}" for key in self.sources if key not in keys
        ]
        faults += range_faults(self, self.ranges)
        if faults:
            raise DemandError("; ".join(faults))
        if self.profile:
            check_shares(self.profile)

    @property
    def services(self) -> tuple[str, ...]:
        """Services that the model may ask for: those that drive vehicles, where it does not say other."""
        return ENERGY

    @property
    def hours(self) -> Profile:
        """The block's hourly profile, or the usual one of its model."""
        return Profile(self.profile, self.source) if self.profile else PROFILES[self.usual_profile]

    def with_value(self, name: str, value: float, *, year: int) -> Self:
        """The same block with another value of a parameter, of the year where it is by year, and without ranges."""
        by_year = parameters_of(type(self))[name].by_year
        changed: dict[str, Any] = {name: {year: value} if by_year else value, "ranges": {}}
        return replace(self, **changed)
