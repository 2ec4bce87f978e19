"""Which question a study asks: the objective, in a study file."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import ArrayLike, NDArray
from pydantic import BeforeValidator, Field, model_validator

from siting.document import Document
from siting.facility import NonNegative, Positive, Service, Text

Stations = Annotated[int, Ge(1)]
PartOfAll = Annotated[float, Gt(0), Field(le=1)]


class _Objective(Document):
    """What every objective says of itself."""

    capacities: ClassVar[bool] = False
    """Whether stations have sizes and can be full; otherwise an open station is enough, of its type's least size."""
    assigns_all: ClassVar[bool] = False
    """Whether everyone goes to the nearest station, and all who can be reached must."""
    keeps_standard: ClassVar[bool] = True
    """Whether the standard is a promise, and not the longest way that is looked at."""
    carries_flows: ClassVar[bool] = False
    """Whether vehicles along roads can be part of it."""
    is_question: ClassVar[bool] = False
    """Whether it is no sum over stations or demand, and has a method of its own."""

    @property
    def is_open_ended(self) -> bool:
        """Whether more stations are always better, and no number of them is asked for."""
        return "p" in type(self).model_fields and self.stations is None

    @property
    def stations(self) -> int | None:
        """Number of stations asked for, those that stand already among them; none where the model has none."""
        p: int | None = getattr(self, "p", None)
        return p

    @property
    def standard(self) -> float | None:
        """Minutes that take the place of the facility types' standards."""
        minutes: float | None = getattr(self, "standard_min", None)
        return minutes

    @property
    def least(self) -> str:
        """What is kept least, where the model asks for as little as possible: stations or cost."""
        return str(getattr(self, "minimise", ""))


class ServedValue(_Objective):
    """As much value served as possible with the capacities that are built, then the least cost (the default)."""

    model: Literal["served_value"] = "served_value"
    """Kind of objective."""
    capacities: ClassVar[bool] = True
    carries_flows: ClassVar[bool] = True


class MaxCover(_Objective):
    """As much demand within the standard of an open station as possible (maximal covering, Church & ReVelle 1974)."""

    model: Literal["max_cover"]
    """Kind of objective."""
    p: Stations | None = None
    """Most stations, those that stand already among them; without it the plan's counts and budgets are the limit."""
    standard_min: Positive | None = None
    """Standard in minutes, instead of those of the facility types."""
    carries_flows: ClassVar[bool] = True


class SetCover(_Objective):
    """As little as possible so that all demand that can be reached is covered (set covering, Toregas et al. 1971)."""

    model: Literal["set_cover"]
    """Kind of objective."""
    minimise: Literal["stations", "cost"] = "stations"
    """What is kept least; of equally few stations the cheapest are taken."""
    standard_min: Positive | None = None
    """Standard in minutes, instead of those of the facility types."""
    carries_flows: ClassVar[bool] = True


class PartialCover(_Objective):
    """As little as possible so that a share of the demand of every service is covered (Daskin & Owen 1999)."""

    model: Literal["partial_cover"]
    """Kind of objective."""
    share: PartOfAll
    """Share of the demand of each service that must be covered, above 0 to 1."""
    minimise: Literal["stations", "cost"] = "stations"
    """What is kept least; of equally few stations the cheapest are taken."""
    standard_min: Positive | None = None
    """Standard in minutes, instead of those of the facility types."""
    carries_flows: ClassVar[bool] = True


class BackupCover(_Objective):
    """As much demand within the standard of two open stations as possible (backup covering, Hogan & ReVelle 1986)."""

    model: Literal["backup_cover"]
    """Kind of objective."""
    p: Stations | None = None
    """Most stations, those that stand already among them; without it the plan's counts and budgets are the limit."""
    all_once: bool = False
    """Whether all demand that can be reached must be covered once."""
    standard_min: Positive | None = None
    """Standard in minutes, instead of those of the facility types."""
    is_question: ClassVar[bool] = True


class GradualCover(_Objective):
    """As much demand as possible, where less of it comes the farther away the nearest station is."""

    model: Literal["gradual_cover"]
    """Kind of objective."""
    p: Stations | None = None
    """Most stations, those that stand already among them; without it the plan's counts and budgets are the limit."""
    all_min: NonNegative
    """Travel time in minutes up to which all demand comes."""
    none_min: Positive
    """Travel time in minutes from which on none comes; between the two it falls evenly (Berman et al. 2003)."""

    @property
    def standard(self) -> float | None:
        """Beyond it nobody comes."""
        return self.none_min

    @model_validator(mode="after")
    def _falls(self) -> "GradualCover":
        if self.all_min >= self.none_min:
            raise ValueError(f"all_min {self.all_min:g} must be below none_min {self.none_min:g}")
        return self

    def left(self, minutes: ArrayLike) -> NDArray[np.float64]:
        """Share of the demand that comes at each travel time in minutes."""
        found: NDArray[np.float64] = np.clip(
            (self.none_min - np.asarray(minutes, dtype=np.float64)) / (self.none_min - self.all_min), 0.0, 1.0
        )
        return found


class Market(_Objective):
    """What models of a market with competitors have in common."""

    competitors: Text
    """Layer of competitors."""
    competitor_attraction_column: Text | None = None
    """Number column of that layer with what attracts to each; 1 without."""
    attraction: dict[Text, Positive] = {}
    """What attracts to a station by facility type; 1 where none is given."""
    beta: Annotated[float, Ge(0), Field(le=50)] = 2.0
    """Power of the travel time by which attraction falls."""
    nearest_min: Positive = 1.0
    """Travel times below this count as this much, minutes."""
    standard_min: Positive = 120.0
    """Longest travel time in minutes, of stations and of competitors."""
    keeps_standard: ClassVar[bool] = False
    is_question: ClassVar[bool] = True

    def pull(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Attraction that is left at each travel time in minutes."""
        found: NDArray[np.float64] = np.maximum(minutes, self.nearest_min) ** -self.beta
        return found


class MarketShare(Market):
    """As much demand won from competitors as possible, which is split by attraction (Huff 1964)."""

    model: Literal["market_share"]
    """Kind of objective."""
    p: Stations | None = None
    """Most stations, those that stand already among them; without it the plan's counts and budgets are the limit."""


class TargetShare(Market):
    """As little as possible so that a share of all demand is won from competitors (Huff 1964)."""

    model: Literal["target_share"]
    """Kind of objective."""
    share: PartOfAll
    """Share of all demand to win, above 0 to 1."""
    minimise: Literal["stations", "cost"] = "stations"
    """What is kept least."""


class CapacitatedCost(_Objective):
    """Least money for stations and ways so that all demand that can be reached is served (Holmberg et al. 1999)."""

    model: Literal["capacitated_cost"]
    """Kind of objective."""
    cny_per_hour: dict[Service, NonNegative] = {}
    """What an hour on the way costs per unit of a service (CNY per kWh, swap or kg); nothing where none is given."""
    days: Positive = 3650
    """Days over which ways are paid for; stations are paid for once."""
    standard_min: Positive | None = None
    """Standard in minutes, instead of those of the facility types."""
    capacities: ClassVar[bool] = True

    @property
    def pays_ways(self) -> bool:
        """Whether ways cost anything."""
        return any(self.cny_per_hour.values())

    def cny_per_second(self, service: str) -> float:
        """What a second on the way of one unit a day costs over all days, CNY."""
        return {str(key): value for key, value in self.cny_per_hour.items()}.get(service, 0.0) / 3600.0 * self.days


class _Everyone(_Objective):
    """Models of travel alone, in which everyone goes to the nearest station."""

    assigns_all: ClassVar[bool] = True
    keeps_standard: ClassVar[bool] = False

    p: Stations
    """Number of stations, exactly; those that stand already and those that are required among them."""
    standard_min: Positive = 120.0
    """Longest travel time in minutes, instead of the standards of the facility types; whoever reaches a site within it
    must have an open one within it."""


class PMedian(_Everyone):
    """Least demand-weighted travel time of everyone to the nearest station (p-median, Hakimi 1964)."""

    model: Literal["p_median"]
    """Kind of objective."""


class PCenter(_Everyone):
    """Least travel time of whoever is worst off (p-center, Hakimi 1964)."""

    model: Literal["p_center"]
    """Kind of objective."""
    is_question: ClassVar[bool] = True


class PDispersion(_Objective):
    """Greatest distance between the two stations nearest to each other (p-dispersion, Kuby 1987)."""

    model: Literal["p_dispersion"]
    """Kind of objective."""
    p: Annotated[int, Ge(2)]
    """Number of stations, exactly; those that stand already and those that are required among them."""
    is_question: ClassVar[bool] = True


Classic = (
    MaxCover
    | SetCover
    | PartialCover
    | BackupCover
    | GradualCover
    | MarketShare
    | TargetShare
    | PMedian
    | PCenter
    | PDispersion
    | CapacitatedCost
)


def _as_table(value: Any) -> Any:  # noqa: ANN401  (any TOML value)
    """A model's name alone is the table that holds nothing else."""
    return {"model": value} if isinstance(value, str) else value


Objective = Annotated[ServedValue | Classic, Field(discriminator="model")]
ObjectiveKey = Annotated[Objective, BeforeValidator(_as_table, json_schema_input_type=Objective | str)]
