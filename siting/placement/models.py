"""The classic models that `locate` knows: what each of them takes, and how it is asked."""

from dataclasses import replace
from typing import Annotated, Any, Final

import numpy as np
from annotated_types import Ge
from pydantic import Field, ValidationInfo, field_validator

from geodata.crs import same_metric
from siting.facility import NonNegative, Positive, Share
from siting.placement.answer import Answer
from siting.placement.layer import Floats, Layer
from siting.placement.question import AnyLayer, Column, Count, Question, read_by
from siting.placement.ways import Ways
from solvers import (
    Coverage,
    CoverageAnswer,
    Market,
    backup_cover,
    capacitated_cost,
    gradual_cover,
    market_share,
    max_cover,
    p_center,
    p_dispersion,
    p_median,
    partial_cover,
    set_cover,
    target_share,
)


class _Most(Question):
    """As much as possible with at most p sites, or within a budget."""

    p: Count | None = None
    """Most sites."""
    site_cost: Column | None = None
    """Cost of each site, a column."""
    budget: NonNegative | None = Field(default=None, validate_default=True)
    """Most that the sites may cost."""

    @field_validator("budget")
    @classmethod
    def _one_limit(cls, budget: float | None, info: ValidationInfo) -> float | None:
        if {"p", "site_cost"} <= info.data.keys() and (
            info.data["p"] is not None,
            info.data["site_cost"] is not None,
            budget is not None,
        ) not in {(True, False, False), (False, True, True)}:
            raise ValueError("give either p, or budget and site_cost together")
        return budget

    @property
    def limits(self) -> dict[str, Any]:
        """The number of sites or the money, too."""
        return super().limits | {"p": self.p, "costs": self.site_cost, "budget": self.budget}


class _Least(Question):
    """As few sites as possible, or the least money."""

    site_cost: Column | None = None
    """Cost of each site, a column; 1 each without."""

    @property
    def limits(self) -> dict[str, Any]:
        """The costs of sites, too."""
        return super().limits | {"costs": self.site_cost}


class _Within(Question):
    """What is within the standard counts, and nothing beyond."""

    standard_m: NonNegative
    """Farthest that counts."""

    @property
    def coverage(self) -> Coverage:
        """Who is within the standard of which site."""
        return self.ways.coverage(self.standard_m, self.weight)

    def covered(self, found: CoverageAnswer) -> Answer:
        """Everyone within the standard goes to the nearest."""
        return Answer.to_nearest(found, self.ways, self.standard_m)


class MaxCover(_Within, _Most):
    """As much weight within the standard as possible."""

    def answer(self) -> Answer:
        """Ask for the most covered weight."""
        return self.covered(max_cover(self.coverage, **self.limits))


class BackupCover(_Within, _Most):
    """As much weight within the standard of two sites as possible."""

    all_once: bool = False
    """Whether everyone must be covered once."""

    def answer(self) -> Answer:
        """Ask for the most weight covered twice."""
        return self.covered(backup_cover(self.coverage, all_once=self.all_once, **self.limits))


class SetCover(_Within, _Least):
    """Everyone within the standard."""

    def answer(self) -> Answer:
        """Ask for the least that covers everyone."""
        return self.covered(set_cover(self.coverage, **self.limits))


class PartialCover(_Within, _Least):
    """A share of the weight within the standard."""

    share: Share
    """Share of all weight to cover."""

    def answer(self) -> Answer:
        """Ask for the least that covers the share."""
        return self.covered(partial_cover(self.coverage, self.share, **self.limits))


class GradualCover(_Most):
    """As much weight as possible, where a falling share of it counts from step to step."""

    steps: tuple[tuple[NonNegative, Share], ...]
    """Standards, each with the share that counts within it."""

    @field_validator("steps")
    @classmethod
    def _nearest_first(cls, steps: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        if not steps:
            raise ValueError("give at least one standard with its share")
        return tuple(sorted(steps))

    def answer(self) -> Answer:
        """Ask for the most weight, and send of everyone the share that the nearest draws."""
        standards, shares = zip(*self.steps, strict=True)
        levels = [self.ways.coverage(standard, self.weight) for standard in standards]
        found = gradual_cover(Coverage.of_levels(levels, shares), **self.limits)
        answer = Answer.to_nearest(found, self.ways, standards[-1])
        step = np.searchsorted(standards, self.ways.distances.of_pairs(answer.point, answer.site), side="left")
        return replace(answer, share=np.array(shares)[step])


def _attractions(sites: Layer, competitors: Layer, column: object) -> tuple[Floats, Floats]:
    return sites.column(column), competitors.column(column)


class _Market(Question):
    """Demand is split by attraction over distance among all open sites and competitors."""

    competitors: AnyLayer
    """Who is there already."""
    attraction: Annotated[tuple[Floats, Floats], read_by(_attractions, "sites", "competitors")] | None = None
    """Attraction of sites and of competitors, a column of both; 1 each without."""
    beta: NonNegative = 2.0
    """Power of the distance."""
    nearest_m: Positive = 100.0
    """Distances below this count as this."""

    @field_validator("ways")
    @classmethod
    def _straight(cls, ways: Ways | None) -> Ways | None:
        if ways is not None and ways.table is not None:
            raise ValueError("competitors are reached in straight lines; leave it out")
        return ways

    def require_metres(self) -> None:
        """Of the competitors, too."""
        super().require_metres()
        same_metric(self.demand.frame.crs, self.competitors.frame.crs, what="demand and competitors")

    @property
    def market(self) -> Market:
        """Attraction of sites and competitors on points."""
        return Market.of_points(
            self.demand.xy,
            self.sites.xy,
            self.competitors.xy,
            attractions=self.attraction or (np.ones(len(self.sites)), np.ones(len(self.competitors))),
            beta=self.beta,
            nearest=self.nearest_m,
            weight=self.weight,
        )


def _shared_out(found: CoverageAnswer, market: Market) -> Answer:
    if found.sites is None:
        return Answer(found)
    drawn = market.attraction[:, found.sites]
    both = drawn.sum(axis=1) + market.rival
    point, which = np.nonzero(drawn > 0)
    return Answer(found, point, found.sites[which], drawn[point, which] / both[point])


class MarketShare(_Market, _Most):
    """As much weight won as possible."""

    def answer(self) -> Answer:
        """Ask for it, and split everyone."""
        market = self.market
        return _shared_out(market_share(market, **self.limits), market)


class TargetShare(_Market, _Least):
    """A share of the weight won."""

    share: Share
    """Share of all weight to win."""

    def answer(self) -> Answer:
        """Ask for it, and split everyone."""
        market = self.market
        return _shared_out(target_share(market, self.share, **self.limits), market)


class _Travel(Question):
    """Everyone goes to the nearest of exactly p sites."""

    p: Count
    """Number of sites."""
    standard_m: NonNegative | None = None
    """Farthest that anyone may go."""


class PMedian(_Travel):
    """The least weighted distance."""

    def answer(self) -> Answer:
        """Ask for it, and send everyone to the nearest."""
        found = p_median(self.ways.distances, self.p, weights=self.weight, standard=self.standard_m, **self.limits)
        return Answer.to_nearest(found, self.ways)


class PCenter(_Travel):
    """The farthest way as short as possible, whatever the weights."""

    def answer(self) -> Answer:
        """Ask for it, and send everyone to the nearest."""
        found = p_center(self.ways.distances, self.p, standard=self.standard_m, **self.limits)
        return Answer.to_nearest(found, self.ways)


class PDispersion(Question):
    """Exactly p sites, as far apart as possible in straight lines."""

    p: Annotated[Count, Ge(2)]
    """Number of sites."""

    def answer(self) -> Answer:
        """Ask for it, and send everyone to the nearest."""
        return Answer.to_nearest(p_dispersion(self.ways.between_sites(), self.p, **self.limits), self.ways)


class CapacitatedCost(Question):
    """Everyone served from sites with room, at the least cost of sites and ways."""

    capacity: Column
    """What each site can serve, a column."""
    fixed_cost: Column
    """Cost of opening each site, a column."""
    cost_per_m: NonNegative
    """Cost of a metre for each unit of weight."""
    single_source: bool = False
    """Whether everyone goes to one site only."""

    def answer(self) -> Answer:
        """Ask for it, and send everyone where they are served."""
        far = self.ways.full()
        # A point without weight costs nothing wherever it goes, and may not go where nobody can.
        cost = np.full(far.shape, np.inf)
        np.multiply(far, self.cost_per_m * self.weight[:, None], out=cost, where=np.isfinite(far))
        found = capacitated_cost(
            self.weight, cost, self.capacity, self.fixed_cost, single_source=self.single_source, **self.limits
        )
        if found.share is None:
            return Answer(found)
        pairs = found.share.sorted_indices().tocoo()
        return Answer(found, pairs.row.astype(np.int64), pairs.col.astype(np.int64), pairs.data)


MODELS: Final[dict[str, type[Question]]] = {
    "max_cover": MaxCover,
    "set_cover": SetCover,
    "partial_cover": PartialCover,
    "backup_cover": BackupCover,
    "gradual_cover": GradualCover,
    "market_share": MarketShare,
    "target_share": TargetShare,
    "p_median": PMedian,
    "p_center": PCenter,
    "p_dispersion": PDispersion,
    "capacitated_cost": CapacitatedCost,
}
