"""A tiny world that can be solved in the head, random tiny worlds, and their exact answers by enumeration."""

import itertools
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pytest
from scipy.optimize import linprog

from solvers import (
    Budget,
    Bundle,
    Count,
    Exclusion,
    GridPower,
    MustServe,
    Phasing,
    Precedence,
    Problem,
    ServedShare,
    Solution,
    Spacing,
    TypesPerSite,
)

TINY = Problem(
    demand=[10, 20, 4],
    value=[1, 1, 45],
    row_service=[0, 0, 1],
    row_year=[2025, 2025, 2025],
    set_row=[0, 1, 2],
    set_draw=[1, 1, 1],
    site=[0, 1, 1, 2],
    facility_type=[0, 0, 1, 1],
    year=[2025, 2025, 2025, 2025],
    capacity=[[10, 0], [10, 0], [0, 2], [0, 2]],
    min_modules=[1, 1, 1, 1],
    max_modules=[3, 3, 2, 2],
    base_modules=[0, 0, 0, 0],
    fixed_cost=[100, 100, 300, 300],
    module_cost=[10, 10, 50, 50],
    closing_cost=[0, 0, 0, 0],
    required=[False, False, False, False],
    pair_set=[0, 1, 1, 2, 2],
    pair_option=[0, 0, 1, 2, 3],
    pair_time_s=[60, 120, 60, 300, 600],
)


@pytest.fixture
def tiny():
    """Three rows, three sites, two types: chargers of 10 kWh a module (option 0 at site 0 reaches rows 0 and 1, option
    1 at site 1 row 1) for 100 + 10 a module, swap bays of 2 swaps a module (options 2 at site 1 and 3 at site 2 both
    reach row 2) for 300 + 50 a module.

    All demand is worth 10 + 20 + 4 × 45 = 210. The cheapest way to serve it is option 0 with 3 modules (130) and
    option 2 or 3 with 2 (400): 530.
    """

    def build(**changes):
        return replace(TINY, **changes)

    return build


@pytest.fixture(scope="session")
def random_case():
    """A random joint problem with its limits, from a seed; `harsh` ones are often infeasible."""
    return _random_case


@pytest.fixture(scope="session")
def brute_force():
    """The exact answers of a random case, found by enumeration."""
    return _brute_force


@pytest.fixture(scope="session")
def linear_value():
    """Most value that modules serve, by linear programming."""
    return _linear_value


@pytest.fixture(scope="session")
def best_by_enumeration():
    """Best value of an objective over every choice of modules of a brute force, `None` when nothing is feasible."""
    return _best_by_enumeration


@pytest.fixture(scope="session")
def random_solution():
    """Any modules within their bounds and any shares, feasible or not."""

    def build(problem, seed):
        rng = np.random.default_rng(seed)
        modules = rng.integers(problem.min_modules, problem.max_modules + 1) * rng.integers(0, 2, problem.n_options)
        return Solution(modules, rng.random(problem.n_pairs), (), "", 0)

    return build


@pytest.fixture(scope="session")
def town():
    """A town of 300 rows and 60 options, whose best answer takes a second of branching, and its limits."""
    n_rows, n_options = 300, 60
    rng = np.random.default_rng(7)
    rows, sites = rng.random((n_rows, 2)), rng.random((n_options, 2))
    far = np.hypot(rows[:, :1] - sites[:, 0], rows[:, 1:] - sites[:, 1])
    pair_row, pair_option = np.nonzero(far < 0.15)
    problem = Problem(
        demand=rng.uniform(1, 20, n_rows),
        value=rng.choice([1.0, 2.0, 5.0], n_rows),
        row_service=np.zeros(n_rows),
        row_year=np.zeros(n_rows),
        set_row=np.arange(n_rows),
        set_draw=np.ones(n_rows),
        site=np.arange(n_options),
        facility_type=np.zeros(n_options),
        year=np.zeros(n_options),
        capacity=rng.uniform(40, 80, (n_options, 1)),
        min_modules=np.ones(n_options),
        max_modules=np.full(n_options, 4),
        base_modules=np.zeros(n_options),
        fixed_cost=rng.uniform(50, 150, n_options),
        module_cost=rng.uniform(20, 40, n_options),
        closing_cost=np.zeros(n_options),
        required=np.zeros(n_options),
        pair_set=pair_row,
        pair_option=pair_option,
        pair_time_s=far[pair_row, pair_option] * 3600,
    )
    every = np.arange(n_options)
    return problem, [Count("stations", every, at_most=15), Budget("budget", every, 2000.0)]


def _random_case(seed, *, harsh=False):
    rng = np.random.default_rng(seed)
    problem = _random_problem(rng)
    makers = (_count, _quotas, _modules, _budget, _spacing, _power, _types, _must_serve, _share)
    makers += (_bundle, _exclusion, _precedence, _phasing)
    likely = 0.6 if harsh else 0.35
    limits = [limit for make in makers if rng.random() < likely for limit in make(rng, problem, harsh)]
    return problem, limits


def _random_problem(rng):
    n_services, n_sites, n_types = rng.integers(1, 4), rng.integers(2, 4), rng.integers(1, 4)
    years = [2025] if rng.random() < 0.6 else [2025, 2030]
    offers = np.eye(n_services)[rng.integers(0, n_services, n_types)]
    offers = np.maximum(offers, rng.random(offers.shape) < 0.3)  # some types offer a second service
    given = offers * rng.uniform(2, 8, offers.shape).round(2)
    choices = np.array(list(itertools.product(range(n_sites), range(n_types), years)))
    chosen = rng.permutation(len(choices))[: rng.integers(1, 6)]
    site, kind, year = choices[np.sort(chosen)].T
    n, m = len(site), int(rng.integers(0, 7))
    row_service, row_year = rng.integers(0, n_services, m), rng.choice(years, m)
    set_row, set_draw = _random_sets(rng, m)
    reach = rng.random((len(set_row), n_sites, n_types)) < 0.6
    time_s = rng.uniform(0, 1800, (len(set_row), n_sites))
    offered = given[kind][:, row_service[set_row]].T > 0
    joined = reach[:, site, kind] & (offered | (set_draw == 0)[:, None]) & (year <= row_year[set_row, None])
    pair_set, pair_option = np.nonzero(joined)
    least = rng.integers(1, 3, n)
    base = np.where(rng.random(n) < 0.2, least, 0)
    closable = (base > 0) & (rng.random(n) < 0.3)
    return Problem(
        demand=rng.uniform(1, 12, m).round(2) * (rng.random(m) < 0.9),
        value=rng.choice([0, 1, 1, 2.5, 20, 45], m),
        row_service=row_service,
        row_year=row_year,
        set_row=set_row,
        set_draw=set_draw,
        site=site,
        facility_type=kind,
        year=year,
        capacity=given[kind],
        min_modules=least,
        max_modules=np.minimum(least + rng.integers(0, 3, n), 3),
        base_modules=base,
        fixed_cost=np.where(base > 0, 0, rng.uniform(0, 100, n).round(1)),
        module_cost=rng.uniform(1, 30, n).round(1),
        closing_cost=np.where(closable, rng.uniform(0, 50, n).round(1), 0),
        required=(base > 0) & ~closable | (rng.random(n) < 0.1),
        pair_set=pair_set,
        pair_option=pair_option,
        pair_time_s=time_s[pair_set, site[pair_option]],
    )


def _random_sets(rng, n_rows):
    """One set that draws everything for each row; in half of the worlds also paths, with and without capacities."""
    if rng.random() < 0.5:
        return np.arange(n_rows), np.ones(n_rows)
    n_sets = rng.integers(1, 4, n_rows)
    set_row = np.repeat(np.arange(n_rows), n_sets)
    draw = np.concatenate([np.zeros(0), *(rng.dirichlet(np.ones(n)).round(3) for n in n_sets)])
    return set_row, draw * (rng.random(n_rows) < 0.6)[set_row]


def _some(rng, problem):
    return np.flatnonzero(rng.random(problem.n_options) < 0.7)


def _count(rng, problem, harsh):
    number = int(rng.integers(0, problem.n_options + 1 + harsh))
    lo, hi = [(number, number), (number, np.inf), (0, number)][rng.integers(0, 3)]
    members = np.arange(problem.n_options) if rng.random() < 0.5 else _some(rng, problem)
    return [Count("stations", members, lo, hi)]


def _quotas(rng, problem, harsh):
    north = problem.site == 0
    return [
        Count(f"quota {name}", np.flatnonzero(part), at_least=rng.integers(0, 2 + harsh), at_most=rng.integers(1, 4))
        for name, part in (("north", north), ("south", ~north))
    ]


def _modules(rng, problem, harsh):
    number = int(rng.integers(1, 7 + 3 * harsh))
    lo, hi = [(number, np.inf), (0, number)][rng.integers(0, 2)]
    return [Count("modules", _some(rng, problem), lo, hi, of="modules")]


def _budget(rng, problem, harsh):
    members = np.arange(problem.n_options) if rng.random() < 0.6 else _some(rng, problem)
    whole = problem.cost(problem.max_modules)[members].sum()
    return [Budget("budget", members, float((whole * rng.uniform(0.0 if harsh else 0.2, 0.9)).round()))]


def _spacing(rng, problem, harsh):
    pairs = np.array(list(itertools.combinations(range(problem.n_options), 2)), dtype=np.int64).reshape(-1, 2)
    standing = (problem.base_modules[pairs] > 0).all(axis=1)
    return [Spacing("spacing", pairs[(rng.random(len(pairs)) < 0.3 + 0.2 * harsh) & ~standing])]


def _power(rng, problem, harsh):
    n_sites = int(problem.site.max()) + 1
    drawn = rng.choice([0.0, 60.0, 120.0, 480.0], problem.n_options)
    onsite = np.where(rng.random(problem.n_options) < 0.3, rng.uniform(0, 200, problem.n_options).round(), 0.0)
    site_kw = np.where(rng.random(n_sites) < 0.8, rng.uniform(0 if harsh else 200, 900, n_sites).round(), np.inf)
    return [GridPower(drawn, onsite, site_kw)]


def _types(rng, problem, harsh):
    return [TypesPerSite(int(rng.integers(1, 3)), int(problem.site.max()) + 1)]


def _must_serve(rng, problem, harsh):
    groups = [_some(rng, problem) for _ in range(rng.integers(1, 3))]
    if not harsh:
        groups = [group for group in groups if len(group)]
    return [MustServe("hubs", tuple(f"hub {n}" for n in range(len(groups))), tuple(groups))]


def _share(rng, problem, harsh):
    if not problem.n_rows:
        return []
    rows = problem.row_service == problem.row_service[0]
    return [ServedShare("share", rows, float(rng.uniform(0.05, 0.9 if harsh else 0.5)))]


def _group(rng, problem, harsh):
    """Two options; in a harsh world up to three, and required ones too."""
    able = np.flatnonzero(~problem.required | harsh)
    return rng.permutation(able)[: rng.integers(2, 3 + harsh)]


def _bundle(rng, problem, harsh):
    return [Bundle("together", (_group(rng, problem, harsh),))]


def _exclusion(rng, problem, harsh):
    return [Exclusion("one of", (_group(rng, problem, harsh),))]


def _precedence(rng, problem, harsh):
    options = _group(rng, problem, harsh)
    return [Precedence("after", options, tuple(_some(rng, problem) for _ in options))]


def _phasing(rng, problem, harsh):
    facilities = sorted(set(zip(problem.site.tolist(), problem.facility_type.tolist(), strict=True)))
    groups = tuple(np.flatnonzero((problem.site == s) & (problem.facility_type == f)) for s, f in facilities)
    expansion = ~problem.required & (problem.base_modules == 0) & (rng.random(problem.n_options) < 0.5)
    least = np.array([problem.min_modules[group[problem.required[group]]].sum() for group in groups])
    most = np.where(rng.random(len(groups)) < 0.7, least + rng.integers(1 - harsh, 4, len(groups)), np.inf)
    return [Phasing("phasing", tuple(f"site {s} type {f}" for s, f in facilities), groups, expansion, most)]


@cache
def _brute_force(seed, *, harsh=False):
    return BruteForce(*_random_case(seed, harsh=harsh))


@dataclass(frozen=True, eq=False)
class BruteForce:
    """Every choice of modules that keeps to the limits, each with the most value it can serve.

    Where every row has one set that draws and no share is asked for, the best service is a linear program over a
    polymatroid, solved by serving the most valuable rows first (Edmonds 1970), where the most that a set of rows can
    get is a minimum cut. Otherwise it is a linear program.
    """

    problem: Problem
    limits: list

    @cached_property
    def shares(self):
        return [limit for limit in self.limits if isinstance(limit, ServedShare)]

    @cached_property
    def simple(self):
        """Whether every row is a place with capacities."""
        return self.problem.n_sets == self.problem.n_rows and bool(np.all(self.problem.set_draw == 1))

    @cached_property
    def choices(self):
        """(modules, cost, bound on the value), all limits on options kept."""
        p = self.problem
        spans = [
            ([] if must else [0]) + list(range(least, most + 1))
            for must, least, most in zip(p.required, p.min_modules, p.max_modules, strict=True)
        ]
        found = []
        for choice in itertools.product(*spans):
            modules = np.array(choice, dtype=np.int64)
            answer = Solution(modules, np.zeros(p.n_pairs), (), "", 0)
            if all(_kept(p, limit, answer) for limit in self.limits if limit not in self.shares):
                value = _greedy_value(p, modules) if self.simple else _linear_value(p, modules)
                found.append((modules, p.cost(modules).sum(), value))
        return found

    def exact_value(self, modules, bound):
        """Most value that modules can serve, `None` when they miss the served share."""
        return _linear_value(self.problem, modules, self.shares) if self.shares else bound

    @cached_property
    def best(self):
        """Most value of all choices, `None` when nothing is feasible."""
        best = None
        for modules, _, bound in sorted(self.choices, key=lambda choice: -choice[2]):
            if best is not None and bound <= best:
                break
            value = self.exact_value(modules, bound)
            if value is not None and (best is None or value > best):
                best = value
        return best

    def least_cost(self, floor):
        """Least cost of all choices that serve at least a value."""
        for modules, cost, bound in sorted(self.choices, key=lambda choice: choice[1]):
            if bound >= floor:
                value = self.exact_value(modules, bound)
                if value is not None and value >= floor:
                    return cost
        return None


def _kept(problem, limit, answer):
    value, (lo, hi) = limit.value(problem, answer), limit.bounds(problem)
    return bool(np.all((value >= lo - 1e-9) & (value <= hi + 1e-9)))


def _greedy_value(p, modules):
    """Most value that modules serve: rows by falling value, each gets what a minimum cut leaves."""
    total = 0.0
    for service, year in set(zip(p.row_service.tolist(), p.row_year.tolist(), strict=True)):
        rows = np.flatnonzero((p.row_service == service) & (p.row_year == year))
        rows = rows[np.argsort(-p.value[rows], kind="stable")]
        sets = np.arange(2**p.n_options)
        given = p.capacity[:, service] * modules
        cut = sum(((sets >> o) & 1) * given[o] for o in range(p.n_options))
        most = [np.min(cut)]
        for row in rows:
            reach = sum(1 << int(o) for o in p.pair_option[p.pair_row == row])
            cut = cut + np.where(reach & ~sets, p.demand[row], 0.0)
            most.append(np.min(cut))
        total += float(np.diff(most) @ p.value[rows])
    return total


def _linear_value(p, modules, shares=()):
    """Most value that modules serve under served shares."""
    return _linear_best(p, modules, shares, served=p.value, assigned=np.zeros(p.n_pairs))


def _best_by_enumeration(exact, objective):
    p, sign = exact.problem, 1.0 if objective.maximise else -1.0
    form = objective.form(p)
    values = []
    for modules, *_ in exact.choices:
        options = form.opened @ (modules > 0) + form.modules @ modules + form.constant
        of_pairs = {"served": sign * form.served.toarray()[0], "assigned": sign * form.assigned.toarray()[0]}
        best = _linear_best(p, modules, exact.shares, **of_pairs)
        if best is not None:
            values.append(sign * options[0] + best)
    return sign * max(values) if values else None


def _linear_best(p, modules, shares, *, served, assigned):
    """Most that served units and units over pairs are worth, as a linear program over served parts and shares."""
    draws = sorted(set(zip(p.pair_option.tolist(), p.pair_service.tolist(), p.pair_year.tolist(), strict=True)))
    n, k = p.n_rows, p.n_pairs
    rows, most = [], []
    for cover in range(p.n_sets):
        own = (p.pair_set == cover).astype(float)
        provided = np.r_[(np.arange(n) == p.set_row[cover]).astype(float), -own]
        rows += [provided, -provided]
        most += [0.0, 0.0]
    for o, s, y in draws:
        own = (p.pair_option == o) & (p.pair_service == s) & (p.pair_year == y)
        rows.append(np.r_[np.zeros(n), own * p.demand[p.pair_row] * p.pair_draw])
        most.append(p.capacity[o, s] * modules[o])
    for share in shares:
        rows.append(np.r_[-p.demand * share.rows, np.zeros(k)])
        most.append(-share.at_least * p.demand[share.rows].sum())
    if not n:
        return None if any(bound < -1e-9 for bound in most) else 0.0
    bounds = [(0, 1)] * n + [(0, 1 if modules[o] > 0 else 0) for o in p.pair_option]
    worth = np.r_[p.demand * served, p.demand[p.pair_row] * assigned]
    answer = linprog(-worth, A_ub=np.array(rows), b_ub=most, bounds=bounds)
    return -answer.fun if answer.status == 0 else None
