"""Generated cities: charging, battery swap and hydrogen under counts, budgets, quotas, power and spacing."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.spatial import KDTree

from bench.city import City, city
from solvers import Budget, Count, GridPower, Limit, Problem, Spacing, TypesPerSite
from solvers.problem import Booleans, Floats, Integers

Size = Literal["tiny", "small", "medium", "large"]
Regime = Literal["normal", "scarce", "abundant"]
SIZES: tuple[Size, ...] = get_args(Size)

YEAR = 2025
SERVICES = ("charging", "swap", "hydrogen")
VALUE = (1.0, 45.0, 20.0)  # of a kWh, a swap and a kg
TOTAL = (9.5e6, 115e3, 75e3)  # kWh, swaps and kg a day in the whole city
DETOUR, NEAREST, SPACING_KM = 1.3, 40, 3.0
STANDING, REQUIRED, FORBIDDEN = 0.04, 0.01, 0.02
DEMAND = {"normal": 1.0, "scarce": 0.5, "abundant": 2.0}
BUDGET, LOOSE = 5000.0, 1.6


class _Scale(NamedTuple):
    cells: int
    sites: int
    share: float  # of the city's totals, counts and budgets
    width: float = 1.0  # of the city's own


_SCALES: dict[Size, _Scale] = {
    "tiny": _Scale(200, 40, 0.02, 0.3),
    "small": _Scale(2_000, 400, 0.2),
    "medium": _Scale(10_000, 2_000, 1.0),
    "large": _Scale(50_000, 5_000, 1.0),
}


class _Type(NamedTuple):
    name: str
    capacity: tuple[float, float, float]  # per module and day: kWh, swaps, kg
    modules: tuple[int, int]
    kw: float
    fixed_cost: float  # M CNY
    module_cost: float
    number: int
    exact: bool
    budget: float
    standard_min: tuple[float, float, float]
    eligible: float  # share of sites


_TYPES = (
    _Type("fast hub", (700, 0, 0), (4, 30), 80, 1.2, 0.15, 450, False, 2100, (8, 0, 0), 0.73),
    _Type("slow lot", (60, 0, 0), (20, 120), 5, 0.15, 0.008, 500, False, 480, (4, 0, 0), 0.82),
    _Type("swap", (0, 150, 0), (1, 3), 500, 2.5, 2.0, 400, True, 1950, (0, 10, 0), 0.51),
    _Type("hydrogen", (0, 0, 250), (2, 8), 150, 6.0, 2.5, 50, False, 560, (0, 0, 20), 0.21),
    _Type("petrol-hydrogen-charge", (2500, 0, 200), (2, 6), 350, 9.0, 3.2, 30, False, 420, (8, 0, 20), 0.14),
)
_SPACED = (3, 4)


@dataclass(frozen=True, eq=False)
class JointInstance:
    """A generated city.

    Parameters
    ----------
    problem, limits
        What the solvers are asked; stages are up to the caller.
    row_km, site_km
        East and north of each demand row, shape (I, 2), and of each site, shape (J, 2), in km from the centre.
    """

    problem: Problem
    limits: tuple[Limit, ...]
    row_km: Floats
    site_km: Floats


class _Options(NamedTuple):
    site: Integers
    kind: Integers
    standing: Booleans
    required: Booleans  # those that stand included


class _Rows(NamedTuple):
    cell: Integers
    service: Integers
    demand: Floats


class _Pairs(NamedTuple):
    row: Integers
    option: Integers
    time_s: Floats


def joint_instance(
    size: Size,
    seed: int,
    *,
    budget: Literal["tight", "loose"] = "tight",
    demand: Regime = "normal",
) -> JointInstance:
    """Generate a city; the same arguments give the same arrays.

    Parameters
    ----------
    size
        `small` (2,000 cells × 400 sites), `medium` (10,000 × 2,000) or `large` (50,000 × 5,000); `tiny` (200 × 40)
        for tests.
    seed
        Which city.
    budget
        `loose`: all budgets times 1.6.
    demand
        `scarce`: half the demand in the same places; `abundant`: twice.
    """
    scale = _SCALES[size]
    rng = np.random.default_rng([SIZES.index(size), seed])
    place = city(rng, cells=scale.cells, sites=scale.sites, width=scale.width)
    rows = _rows(rng, place, scale.share * DEMAND[demand])
    options = _options(rng, scale)
    pairs = _pairs(place, rows, options)
    problem = _problem(rng, rows, options, pairs)
    money = scale.share * (LOOSE if budget == "loose" else 1.0)
    limits = (
        *_counts(options, scale.share),
        *_quotas(options, place, scale.share),
        *_budgets(options, money),
        _power(rng, options, scale.sites),
        TypesPerSite(2, scale.sites),
        Spacing(f"{SPACING_KM:g} km between hydrogen stations", _conflicts(options, place.site_km)),
    )
    return JointInstance(problem, limits, place.cell_km[rows.cell], place.site_km)


def _rows(rng: np.random.Generator, place: City, share: float) -> _Rows:
    """Charging in every cell, swap in 60 %, hydrogen in 15 % of the outer and 3 % of the inner cells."""
    n_cells = len(place.cell_km)
    likely = (np.ones(n_cells), np.full(n_cells, 0.6), np.where(place.cell_outer, 0.15, 0.03))
    cells, services, demands = [], [], []
    for service, (chance, total) in enumerate(zip(likely, TOTAL, strict=True)):
        cell = np.flatnonzero(rng.random(n_cells) < chance)
        weight = rng.lognormal(0.0, 0.7, len(cell))
        cells.append(cell)
        services.append(np.full(len(cell), service))
        demands.append(total * share * weight / weight.sum())
    return _Rows(np.concatenate(cells), np.concatenate(services), np.concatenate(demands))


def _options(rng: np.random.Generator, scale: _Scale) -> _Options:
    """Options in the order of sites, then types; at most two types, and at most half of a type's number, are forced."""
    eligible = rng.random((scale.sites, len(_TYPES))) < [kind.eligible for kind in _TYPES]
    eligible &= rng.random(eligible.shape) >= FORBIDDEN
    site, kind = np.nonzero(eligible)
    draw = rng.random(len(site))
    forced = draw < STANDING + REQUIRED
    for group, most in ((site, np.full(scale.sites, 2)), (kind, [_count(t, scale.share) // 2 for t in _TYPES])):
        forced &= _rank(group, forced) < np.asarray(most)[group]
    return _Options(site, kind, forced & (draw < STANDING), forced)


def _rank(group: Integers, chosen: Booleans) -> Integers:
    """How many chosen members of its group come before each member."""
    order = np.argsort(group, kind="stable")
    before: Integers = np.cumsum(chosen[order]) - chosen[order]
    first = np.searchsorted(group[order], group[order])
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = before - before[first]
    return rank


def _pairs(place: City, rows: _Rows, options: _Options) -> _Pairs:
    """Each row's nearest sites within the standard of each type that has its service."""
    speed_kmh = place.speed_kmh[rows.cell]
    found = []
    for t, kind in enumerate(_TYPES):
        of_kind = np.flatnonzero(options.kind == t)
        tree = KDTree(place.site_km[options.site[of_kind]])
        for service in np.flatnonzero(kind.capacity):
            row = np.flatnonzero(rows.service == service)
            minutes = kind.standard_min[service]
            reach_km = speed_kmh[row] * minutes / 60 / DETOUR
            nearest = range(1, 1 + min(NEAREST, len(of_kind)))  # a list of ranks, so that the answer is a matrix
            far_km, at = map(np.asarray, tree.query(place.cell_km[rows.cell[row]], nearest))
            who, which = np.nonzero(far_km <= reach_km[:, None])
            time_s = 3600 * DETOUR * far_km[who, which] / speed_kmh[row[who]]
            found.append(_Pairs(row[who], of_kind[at[who, which]], time_s))
    row, option, time_s = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(row * len(options.site) + option)
    return _Pairs(row[order], option[order], time_s[order])


def _problem(rng: np.random.Generator, rows: _Rows, options: _Options, pairs: _Pairs) -> Problem:
    """Every row has one cover set, all of whose draw falls on the pair that serves."""
    dear = rng.uniform(0.8, 1.35, int(options.site.max()) + 1)[options.site]
    fixed_cost = np.array([kind.fixed_cost for kind in _TYPES])[options.kind] * dear
    modules = np.array([kind.modules for kind in _TYPES])[options.kind]
    n_rows, n_options = len(rows.cell), len(options.site)
    return Problem(
        demand=rows.demand,
        value=np.array(VALUE)[rows.service],
        row_service=rows.service,
        row_year=np.full(n_rows, YEAR),
        set_row=np.arange(n_rows),
        set_draw=np.ones(n_rows),
        site=options.site,
        facility_type=options.kind,
        year=np.full(n_options, YEAR),
        capacity=np.array([kind.capacity for kind in _TYPES], dtype=np.float64)[options.kind],
        min_modules=modules[:, 0],
        max_modules=modules[:, 1],
        base_modules=np.zeros(n_options, dtype=np.int64),
        fixed_cost=np.where(options.standing, 0.0, fixed_cost),
        module_cost=np.array([kind.module_cost for kind in _TYPES])[options.kind],
        closing_cost=np.zeros(n_options),
        required=options.required,
        pair_set=pairs.row,
        pair_option=pairs.option,
        pair_time_s=pairs.time_s,
    )


def _count(kind: _Type, share: float) -> int:
    return max(round(kind.number * share), 2)


def _counts(options: _Options, share: float) -> list[Limit]:
    limits: list[Limit] = []
    for t, kind in enumerate(_TYPES):
        n = _count(kind, share)
        name = f"{kind.name} {'=' if kind.exact else '<='} {n}"
        limits.append(Count(name, np.flatnonzero(options.kind == t), float(n if kind.exact else 0), float(n)))
    return limits


def _quotas(options: _Options, place: City, share: float) -> list[Limit]:
    """Of each type, each district has near its share: from 0.45 of it to 1.5 of it and four."""
    limits: list[Limit] = []
    of_district = place.site_district[options.site]
    for d, (district, people) in enumerate(place.districts):
        for t, kind in enumerate(_TYPES):
            members = np.flatnonzero((of_district == d) & (options.kind == t))
            if not members.size:
                continue
            fair = _count(kind, share) * people
            least = min(int(0.45 * fair), members.size // 2)
            most = max(int(1.5 * fair) + 4, int(options.required[members].sum()))
            limits.append(Count(f"{kind.name} in {district}", members, float(least), float(most)))
    return limits


def _budgets(options: _Options, money: float) -> list[Limit]:
    limits: list[Limit] = [Budget("budget", np.arange(len(options.kind)), BUDGET * money)]
    for t, kind in enumerate(_TYPES):
        limits.append(Budget(f"{kind.name} budget", np.flatnonzero(options.kind == t), kind.budget * money))
    return limits


def _power(rng: np.random.Generator, options: _Options, n_sites: int) -> Limit:
    """Connections around 2.3 MW, none below what must stand there."""
    kw = np.array([kind.kw for kind in _TYPES])[options.kind]
    least = kw * np.array([kind.modules[0] for kind in _TYPES])[options.kind] * options.required
    site_kw = np.maximum(rng.lognormal(np.log(2300.0), 0.6, n_sites), np.bincount(options.site, least, n_sites))
    return GridPower(kw, np.zeros(len(kw)), site_kw)


def _conflicts(options: _Options, site_km: Floats) -> Integers:
    """Hydrogen stations nearer than the spacing, but for two that must both stand."""
    spaced = np.flatnonzero(np.isin(options.kind, _SPACED))
    near = KDTree(site_km[options.site[spaced]]).query_pairs(SPACING_KM, output_type="ndarray")
    pairs = spaced[near]
    return pairs[~options.required[pairs].all(axis=1)]
