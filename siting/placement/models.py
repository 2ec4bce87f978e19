"""The classic models that `locate` knows: what each of them takes, and how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np

from geodata.errors import did_you_mean
from siting.errors import StudyError
from siting.placement.given import check_rivals, value_faults
from siting.placement.ways import Floats, Integers, Ways, coordinates
from solvers import Effort, Status, p_center, p_dispersion, p_median

_COMMON: Final = frozenset({"required", "forbidden", "gap", "time_limit_s"})
_MOST: Final = frozenset({"p", "site_cost", "budget"})
_MARKET: Final = frozenset({"attraction", "beta", "nearest_m"})
#: Model = the keys that it needs, and those that it may have.
KEYS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "max_cover": (frozenset({"standard_m"}), _MOST),
    "set_cover": (frozenset({"standard_m"}), frozenset({"site_cost"})),
    "partial_cover": (frozenset({"standard_m", "share"}), frozenset({"site_cost"})),
    "backup_cover": (frozenset({"standard_m"}), _MOST | {"all_once"}),
    "gradual_cover": (frozenset({"steps"}), _MOST),
    "market_share": (frozenset({"competitors"}), _MOST | _MARKET),
    "target_share": (frozenset({"competitors", "share"}), frozenset({"site_cost"}) | _MARKET),
    "p_median": (frozenset({"p"}), frozenset({"standard_m"})),
    "p_center": (frozenset({"p"}), frozenset({"standard_m"})),
    "p_dispersion": (frozenset({"p"}), frozenset()),
    "capacitated_cost": (frozenset({"capacity", "fixed_cost", "cost_per_m"}), frozenset({"single_source"})),
}


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model answers, by position in the layers.

    `point`, `site` and `share` say who goes where; `sites` is None where there is no answer.
    """

    status: Status
    sites: Integers | None
    value: float | None
    bound: float | None
    gap: float | None
    words: str
    point: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    site: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    share: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Asked:
    """A question about two layers, checked."""

    model: str
    sites: gpd.GeoDataFrame
    ways: Ways
    keys: dict[str, Any]

    @classmethod
    def of(
        cls, model: str, demand: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, ways: Ways, keys: dict[str, Any]
    ) -> "Asked":
        """Check that a model is given what it needs and nothing else.

        Raises
        ------
        StudyError
            With all faults.
        """
        if model not in KEYS:
            raise StudyError("objective", [f'"{model}" is not known{did_you_mean(model, KEYS)}; use {", ".join(KEYS)}'])
        faults = [*_key_faults(model, keys), *value_faults(keys, sites)]
        if isinstance(keys.get("p"), int) and keys["p"] > len(sites):
            faults.append(f"p: {keys['p']} sites are asked for, there are {len(sites)}")
        if faults:
            raise StudyError(f"locate {model}", faults)
        if "competitors" in keys:
            check_rivals(keys["competitors"], demand, keys.get("attraction"))
        return cls(model, sites, ways, keys)

    @property
    def fixed(self) -> dict[str, Integers]:
        """Positions of the sites that are open in any case, and of those that never are."""
        return {
            key: self.sites.index.get_indexer(list(self.keys.get(key, ()))).astype(np.int64)
            for key in ("required", "forbidden")
        }

    def column(self, key: str) -> Floats | None:
        """Numbers of the sites in the column that a key names."""
        return None if key not in self.keys else self.sites[self.keys[key]].to_numpy(dtype=np.float64)

    @property
    def standard(self) -> float:
        """The standard, infinite where there is none."""
        return float(self.keys.get("standard_m", np.inf))

    def limits(self) -> dict[str, Any]:
        """How many sites, or how much money, and which sites in any case or never."""
        named = {"p": self.keys.get("p"), "budget": self.keys.get("budget")}
        return {**{key: value for key, value in named.items() if value is not None}, **self.priced()}

    def priced(self) -> dict[str, Any]:
        """Costs of sites, and which of them in any case or never."""
        costs = self.column("site_cost")
        return {**({} if costs is None else {"costs": costs}), **self.fixed}


def _key_faults(model: str, keys: dict[str, Any]) -> list[str]:
    """Keys that a model needs and are missing, and those that it does not take."""
    needed, may = KEYS[model]
    known = needed | may | _COMMON
    faults = [f"{key}: missing, {model} needs it" for key in sorted(needed - set(keys))]
    faults += [f"{key}: {model} does not take it{did_you_mean(key, known)}" for key in sorted(set(keys) - known)]
    if "p" in may and ("p" in keys) == ("budget" in keys):
        faults.append(f"p: {model} takes p, or budget with site_cost; give one of them")
    if "budget" in keys and "site_cost" not in keys:
        faults.append("site_cost: missing, a budget needs the column with the cost of each site")
    return faults


def answer_of(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    """Ask the model."""
    return _MODELS[asked.model](asked, weight, effort)


def _travel(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    """p-median and p-center: everyone goes to the nearest."""
    standard = asked.keys.get("standard_m")
    weights = weight if asked.model == "p_median" else None
    model = p_median if asked.model == "p_median" else p_center
    distances = asked.ways.distances
    fixed: dict[str, Any] = {**asked.fixed}
    found = model(distances, asked.keys["p"], weights=weights, standard=standard, effort=effort, **fixed)
    return _to_nearest(asked, found)


def _dispersion(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    fixed: dict[str, Any] = {**asked.fixed}
    return _to_nearest(asked, p_dispersion(asked.ways.between_sites(), asked.keys["p"], effort=effort, **fixed))


def _most_covered(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    from solvers import backup_cover, max_cover

    coverage = asked.ways.coverage(asked.standard, weight)
    if asked.model == "backup_cover":
        once = bool(asked.keys.get("all_once", False))
        return _to_nearest(asked, backup_cover(coverage, all_once=once, effort=effort, **asked.limits()))
    return _to_nearest(asked, max_cover(coverage, effort=effort, **asked.limits()))


def _gradual(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    """Covering in steps: each standard counts what its share falls by after it."""
    from solvers import Coverage, gradual_cover

    steps = sorted(asked.keys["steps"])
    shares = [share for _, share in steps]
    if not steps or shares[0] > 1 or any(before <= after for before, after in pairwise([*shares, 0.0])):
        raise StudyError("locate gradual_cover", ["steps: shares must fall with the standards, from 1 to above 0"])
    levels = [asked.ways.coverage(float(standard), weight) for standard, _ in steps]
    coverage = Coverage.stacked(levels, [before - after for before, after in pairwise([*shares, 0.0])])
    found = _to_nearest(asked, gradual_cover(coverage, effort=effort, **asked.limits()), farthest=float(steps[-1][0]))
    distance = asked.ways.distances.of_pairs(found.point, found.site)
    step = np.searchsorted([standard for standard, _ in steps], distance, side="left")
    found.share[:] = np.array(shares)[step]
    return found


def _least(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    from solvers import partial_cover, set_cover

    coverage = asked.ways.coverage(asked.standard, weight)
    if asked.model == "set_cover":
        return _to_nearest(asked, set_cover(coverage, effort=effort, **asked.priced()))
    return _to_nearest(asked, partial_cover(coverage, asked.keys["share"], effort=effort, **asked.priced()))


def _market(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    """Shares by attraction over distance: demand is split among all open sites and competitors."""
    from solvers import Market, market_share, target_share

    if asked.ways.table is not None:
        raise StudyError(f"locate {asked.model}", ["cost: competitors are reached in straight lines; leave it out"])
    rivals = asked.keys["competitors"]
    own = asked.column("attraction")
    other = rivals[asked.keys["attraction"]].to_numpy(dtype=np.float64) if own is not None else np.ones(len(rivals))
    market = Market.of_points(
        asked.ways.points,
        asked.ways.sites,
        coordinates(rivals),
        attractions=(np.ones(len(asked.sites)) if own is None else own, other),
        beta=float(asked.keys.get("beta", 2.0)),
        nearest=float(asked.keys.get("nearest_m", 100.0)),
        weight=weight,
    )
    if asked.model == "market_share":
        found = market_share(market, effort=effort, **asked.limits())
    else:
        found = target_share(market, asked.keys["share"], effort=effort, **asked.priced())
    if found.sites is None:
        return _told(found)
    drawn = market.attraction[:, found.sites]
    both = drawn.sum(axis=1) + market.rival
    point, which = np.nonzero(drawn > 0)
    return _told(found, point=point, site=found.sites[which], share=drawn[point, which] / both[point])


def _capacitated(asked: Asked, weight: Floats, effort: Effort) -> Answer:
    from solvers import capacitated_cost

    capacity, fixed = asked.column("capacity"), asked.column("fixed_cost")
    assert capacity is not None
    assert fixed is not None
    each = asked.ways.full() * float(asked.keys["cost_per_m"])
    single = bool(asked.keys.get("single_source", False))
    # A point without demand costs nothing wherever it goes, and may not go where nobody can.
    cost = np.where(np.isfinite(each), np.where(np.isfinite(each), each, 0.0) * weight[:, None], np.inf)
    found = capacitated_cost(weight, cost, capacity, fixed, single_source=single, effort=effort, **asked.fixed)
    if found.sites is None or found.share is None:
        return _told(found)
    share = found.share.tocoo()
    order = np.lexsort((share.col, share.row))
    return _told(
        found,
        point=share.row[order].astype(np.int64),
        site=share.col[order].astype(np.int64),
        share=share.data[order].astype(np.float64),
    )


def _to_nearest(asked: Asked, found: Any, farthest: float | None = None) -> Answer:  # noqa: ANN401  (Located or CoverageAnswer)
    """An answer in which everyone within the standard goes to the nearest open site."""
    if found.sites is None:
        return _told(found)
    distances = asked.ways.distances
    nearest = distances.nearest(np.asarray(found.sites))
    point = np.flatnonzero(nearest >= 0)
    within = distances.of_pairs(point, nearest[point]) <= (asked.standard if farthest is None else farthest)
    point = point[within]
    return _told(found, point=point, site=nearest[point], share=np.ones(len(point)))


def _told(found: Any, **who: Any) -> Answer:  # noqa: ANN401  (Located, CoverageAnswer or CapacitatedAnswer)
    return Answer(found.status, found.sites, found.value, found.bound, found.gap, found.words, **who)


_MODELS: Final[dict[str, Callable[[Asked, Floats, Effort], Answer]]] = {
    "max_cover": _most_covered,
    "set_cover": _least,
    "partial_cover": _least,
    "backup_cover": _most_covered,
    "gradual_cover": _gradual,
    "market_share": _market,
    "target_share": _market,
    "p_median": _travel,
    "p_center": _travel,
    "p_dispersion": _dispersion,
    "capacitated_cost": _capacitated,
}
