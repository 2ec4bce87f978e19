"""Every covering model finds and proves what enumeration finds, under every limit that it supports."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from solvers import Effort, ProblemError, Status, distances_of, p_median
from solvers.coverage import Coverage, backup_cover, least, max_cover, partial_cover, set_cover
from solvers.coverage.set_prices import set_prices

SEEDS = st.integers(0, 10**6)


def cases(n):
    """Run a property over random cases."""
    return lambda test: settings(max_examples=n, deadline=None)(given(seed=SEEDS)(test))


def limited(rng, world):
    """Either p or costs and a budget, and what each site takes of it."""
    n = len(world.cost)
    if rng.random() < 0.5:
        p = int(rng.integers(0, n + 2))
        return {"p": p}, np.ones(n), p
    budget = round(float(rng.uniform(0, world.cost.sum() + 1)), 1)
    return {"costs": world.cost, "budget": budget}, world.cost, budget


def fixed(world):
    return {"required": world.required, "forbidden": world.forbidden}


def check(answer, best, *, better):
    """The value is the best there is, proved, and the bound is on the right side."""
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert answer.sites is None
        return
    assert answer.status is Status.OPTIMAL
    assert answer.value == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert better * answer.bound >= better * best - 1e-9 * abs(best)


@cases(60)
def test_max_cover(random_world, seed):
    """Maximal covering under p or a budget, with required and forbidden sites."""
    world, rng = random_world(seed), np.random.default_rng(seed)
    words, take, most = limited(rng, world)
    allowed = [sites for sites in world.choices if take[sites].sum() <= most + 1e-9]
    best = max((world.weight_of(sites) for sites in allowed), default=None)
    check(max_cover(world.coverage, **words, **fixed(world)), best, better=1)


@cases(60)
def test_backup_cover(random_world, seed):
    """Backup covering, with and without every point covered once."""
    world, rng = random_world(seed), np.random.default_rng(seed)
    words, take, most = limited(rng, world)
    all_once = bool(rng.random() < 0.5)
    allowed = [sites for sites in world.choices if take[sites].sum() <= most + 1e-9]
    allowed = [sites for sites in allowed if not all_once or world.times(sites).min() > 0]
    best = max((world.weight_of(sites, times=2) for sites in allowed), default=None)
    found = backup_cover(world.coverage, **words, **fixed(world), all_once=all_once)
    if found.status is Status.GAP:  # weights are compared to within 1e-9 of their sum
        assert best - 1e-9 * world.weight.sum() <= found.value <= best * (1 + 1e-9)
        assert best <= found.bound <= best + 1e-9 * world.weight.sum()
    else:
        check(found, best, better=1)


@cases(60)
def test_set_cover(random_world, seed):
    """Set covering by number and by cost."""
    world = random_world(seed)
    costs = [None, world.cost][seed % 2]
    cost = np.ones(len(world.cost)) if costs is None else costs
    allowed = [sites for sites in world.choices if world.times(sites).min() > 0]
    best = min((cost[sites].sum() for sites in allowed), default=None)
    check(set_cover(world.coverage, costs=costs, **fixed(world)), best, better=-1)


@cases(40)
def test_set_cover_by_highs(random_world, seed):
    """The same where prices get no time, so that HiGHS does the work, and within what the prices rule out."""
    rounds, least._ROUNDS = least._ROUNDS, 1 + seed % 7
    try:
        test_set_cover.hypothesis.inner_test(random_world, seed)
    finally:
        least._ROUNDS = rounds


@cases(40)
def test_set_prices(random_world, seed):
    """The bound is below every answer, also with what a site adds; the answer covers all and none of it is needless."""
    world = random_world(seed, fixed=False)
    covers = world.covers[world.covers.any(axis=1)]
    if not len(covers):
        return
    found = set_prices(sparse.csr_matrix(covers.astype(float)), world.cost, rounds=1 + seed % 40)
    assert covers[:, found.opened].any(axis=1).all()
    for sites in world.choices:
        if covers[:, sites].any(axis=1).all():
            worst = found.bound + max(found.reduced[sites].max(initial=0.0), 0.0)
            assert world.cost[sites].sum() >= worst - 1e-9
    for j in np.flatnonzero(found.opened):
        fewer = found.opened & (np.arange(len(world.cost)) != j)
        assert not covers[:, fewer].any(axis=1).all()


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
@example(seed=324606943)  # whole weights, and a budget whose bound is above what is asked by less than 1
def test_partial_cover(random_world, seed):
    """Covering a share of the weight by number and by cost."""
    world, rng = random_world(seed), np.random.default_rng(seed)
    costs = [None, world.cost][seed % 2]
    cost = np.ones(len(world.cost)) if costs is None else costs
    share = float(rng.choice([0.0, 0.3, 0.5, 0.77, 1.0]))
    asked = share * world.weight.sum()
    enough = [[s for s in world.choices if world.weight_of(s) >= asked * (1 - room)] for room in (1e-14, 1e-9)]
    strict, loose = (min((cost[sites].sum() for sites in some), default=None) for some in enough)
    found = partial_cover(world.coverage, share, costs=costs, **fixed(world))
    if strict == loose:
        check(found, loose, better=-1)
    else:  # weights are compared to within 1e-9 of themselves
        assert loose <= (found.value or np.inf) <= (np.inf if strict is None else strict)


@cases(40)
def test_gradual_cover(seed):
    """Coverage that decays in steps counts the share of each point's nearest open site."""
    rng = np.random.default_rng(seed)
    points, sites = rng.integers(0, 6, (12, 2)).astype(float), rng.integers(0, 6, (5, 2)).astype(float)
    weight, p = rng.integers(0, 9, 12).astype(float), int(rng.integers(1, 4))
    standards, shares = [1.0, 2.0, 3.0], [1.0, 0.5, 0.25]
    far = np.hypot(*(points[:, None] - sites[None]).T).T

    def value(some):
        near = far[:, some].min(axis=1)
        return float(weight @ np.select([near <= s for s in standards], shares, 0.0))

    best = max(value(list(some)) for some in itertools.combinations(range(5), p))
    found = max_cover(Coverage.of_steps(points, sites, standards, shares, weight=weight), p)
    check(found, best, better=1)
    assert value(found.sites) == pytest.approx(found.value)


@cases(30)
def test_properties(random_world, seed):
    """More sites never cover less, and the weight's unit does not change which sites are best."""
    world = random_world(seed, fixed=False)
    values = [max_cover(world.coverage, p).value for p in range(len(world.cost) + 1)]
    assert all(after >= before * (1 - 1e-9) for before, after in itertools.pairwise(values))
    scaled = Coverage.of_sets([np.flatnonzero(row) for row in world.covers], len(world.cost), weight=world.weight * 1e6)
    best = max_cover(scaled, 2)
    assert world.weight_of(best.sites) == pytest.approx(max_cover(world.coverage, 2).value, rel=1e-9, abs=1e-12)


@cases(20)
def test_shuffled(random_world, seed):
    """The order of the points does not matter, not even for which of equal answers is found."""
    world, rng = random_world(seed, fixed=False), np.random.default_rng(seed)
    order = rng.permutation(len(world.weight))
    sets = [np.flatnonzero(row) for row in world.covers]
    whole = np.round(world.weight)
    found, other = (
        max_cover(Coverage.of_sets([sets[i] for i in some], len(world.cost), weight=whole[some]), 2)
        for some in (np.arange(len(sets)), order)
    )
    assert found.value == other.value
    assert found.sites.tolist() == other.sites.tolist()


def test_hard_numbers():
    """No site, p of nothing, p of all and beyond, one point and one site."""
    one = Coverage.of_sets([[0]], 1, weight=np.array([3.0]))
    assert max_cover(one, 0).value == 0
    assert max_cover(one, 1).value == max_cover(one, 9).value == 3
    assert set_cover(one).sites.tolist() == [0]
    assert set_cover(one, forbidden=[0]).status is Status.INFEASIBLE
    nothing = Coverage.of_sets([[], []], 2)
    assert max_cover(nothing, 1).value == 0
    assert backup_cover(nothing, 2).value == 0
    assert set_cover(nothing).status is Status.INFEASIBLE
    assert partial_cover(nothing, 0.5).status is Status.INFEASIBLE
    assert partial_cover(nothing, 0.0).value == 0
    nowhere = Coverage.of_sets([], 0)
    assert max_cover(nowhere, 2).value == 0
    assert set_cover(nowhere).value == 0


def test_weights_over_eighteen_orders():
    """A point that weighs 10¹⁸ times another one does not hide it while both can be covered."""
    world = Coverage.of_sets([[0], [1], [1, 2]], 3, weight=np.array([1e9, 1e-9, 1e-9]))
    assert max_cover(world, 2).covered_weight == pytest.approx(1e9)
    assert set_cover(world).sites.tolist() == [0, 1]


def test_infeasible_is_a_status():
    """Required sites beyond p or budget are no misuse, and the words say so."""
    world = Coverage.of_sets([[0], [1]], 2)
    found = max_cover(world, 1, required=[0, 1])
    assert found.status is Status.INFEASIBLE
    assert "take 2 of 1" in found.words
    assert backup_cover(world, 1, required=[0, 1]).status is Status.INFEASIBLE


def test_misuse_names_all_faults():
    """All that is wrong with the limits is said at once."""
    world = Coverage.of_sets([[0], [1]], 2)
    with pytest.raises(ProblemError) as raised:
        max_cover(world, -1, costs=None, required=[0, 7], forbidden=[0])
    assert len(raised.value.faults) == 3
    with pytest.raises(ProblemError, match="either p"):
        max_cover(world)
    with pytest.raises(ProblemError, match="shape"):
        set_cover(world, costs=np.ones(3))
    with pytest.raises(ProblemError, match="share"):
        partial_cover(world, 1.5)


@pytest.mark.parametrize("p", [1.0, True, "1", -1])
def test_a_number_of_sites_is_a_whole_number_everywhere(p):
    """What p-median refuses, covering refuses in the same words."""
    world = Coverage.of_sets([[0], [1]], 2)
    words = []
    distances = distances_of(np.eye(2))
    for ask in (lambda: max_cover(world, p), lambda: backup_cover(world, p), lambda: p_median(distances, p)):
        with pytest.raises(ProblemError, match=r"^p: ") as raised:
            ask()
        words.append(raised.value.faults)
    assert words[0] == words[1] == words[2]


def test_fixed_sites_are_indices():
    """Fractions and marks are no indices of sites."""
    world = Coverage.of_sets([[0], [1]], 2)
    for wrong in ([0.5], [True, False], [[0]]):
        with pytest.raises(ProblemError, match="required: a list of site indices"):
            set_cover(world, required=wrong)


def test_a_time_limit_is_a_status():
    """What no time is left for is not called optimal, and its bound still holds."""
    rng = np.random.default_rng(0)
    points, sites = rng.random((3000, 2)), rng.random((80, 2))
    world = Coverage.of_points(points, sites, 0.12, weight=rng.random(3000))
    found, best = max_cover(world, 12, effort=Effort(gap=0.0, time_limit_s=0.0)), max_cover(world, 12)
    assert found.status is Status.TIME_LIMIT
    assert found.value <= best.value * (1 + 1e-9) <= found.bound * (1 + 2e-9)
