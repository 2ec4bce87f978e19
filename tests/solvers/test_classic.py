"""The classic distance models against all possible choices, on worlds small enough to try them all."""

import itertools

import numpy as np
import pytest
from scipy import sparse

from solvers import (
    Effort,
    ProblemError,
    Status,
    distances_between,
    distances_of,
    p_center,
    p_dispersion,
    p_median,
)

MODELS = {"median": p_median, "center": p_center}
SEEDS = range(40)


def value_of(model, costs):
    """Objective of the least costs of the points; infinite where one is not reached."""
    return float(costs.sum() if model == "median" else costs.max())


def best_choice(model, matrix, p, weights, required, forbidden, standard):
    """Value of the best of all choices of p sites; infinite where there is none."""
    far = ~np.isfinite(matrix) | (matrix > standard)
    costs = np.where(far, np.inf, weights[:, None] * np.where(far, 0.0, matrix))
    allowed = [j for j in range(matrix.shape[1]) if j not in forbidden]
    chosen = [c for c in itertools.combinations(allowed, p) if set(required) <= set(c)]
    return min((value_of(model, costs[:, list(c)].min(axis=1)) for c in chosen if c), default=np.inf)


def random_case(seed):
    """A world with ties, duplicate sites, weightless points, absent pairs and limits, each now and then."""
    rng = np.random.default_rng(seed)
    n_points, n_sites = int(rng.integers(1, 13)), int(rng.integers(1, 9))
    whole = rng.random() < 0.5
    matrix = rng.integers(0, 12, (n_points, n_sites)).astype(float) if whole else rng.random((n_points, n_sites))
    if rng.random() < 0.5:
        matrix[rng.random(matrix.shape) < 0.3] = np.inf
    if n_sites > 1 and rng.random() < 0.4:
        matrix[:, 0] = matrix[:, 1]
    weights = rng.integers(0, 4, n_points).astype(float) if rng.random() < 0.5 else 10.0 ** rng.uniform(-9, 9, n_points)
    sites = rng.permutation(n_sites)
    required, forbidden = (sites[:1], sites[1:2]) if rng.random() < 0.5 else (sites[:0], sites[:0])
    standard = float(np.quantile(matrix[np.isfinite(matrix)], 0.8)) if rng.random() < 0.3 else np.inf
    return matrix, int(rng.integers(0, n_sites + 2)), weights, required, forbidden, standard


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_choice_of_all_is_better(model, seed):
    """Value and bound are those of the best of all choices, and infeasible says that there is none."""
    matrix, p, weights, required, forbidden, standard = random_case(seed)
    best = best_choice(model, matrix, p, weights, required, forbidden, standard)
    for distances in (distances_of(matrix), distances_of(as_sparse(matrix))):
        found = MODELS[model](
            distances, p, weights=weights, required=required, forbidden=forbidden,
            standard=None if np.isinf(standard) else standard,
        )  # fmt: skip
        if np.isinf(best):
            assert found.status is Status.INFEASIBLE
            assert found.sites is None
            assert found.words
        else:
            assert found.status is Status.OPTIMAL
            assert found.value == pytest.approx(best, rel=1e-6, abs=1e-12)
            assert found.bound <= best * (1 + 1e-9)
            assert len(found.sites) == p
            assert set(required) <= set(found.sites.tolist())
            assert not set(forbidden) & set(found.sites.tolist())


def as_sparse(matrix):
    """The finite entries, zeros stored."""
    point, site = np.nonzero(np.isfinite(matrix))
    return sparse.csr_array((matrix[point, site], (point, site)), shape=matrix.shape)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(10))
def test_coordinates_and_their_matrix_agree(model, seed):
    """A table of all distances and the coordinates they come from have the same optimum."""
    rng = np.random.default_rng(seed)
    points, sites = rng.random((30, 2)), rng.random((12, 2))
    matrix = np.sqrt(((points[:, None] - sites[None]) ** 2).sum(axis=-1))
    by_table, by_place = (MODELS[model](d, 3) for d in (distances_of(matrix), distances_between(points, sites)))
    assert by_table.status is by_place.status is Status.OPTIMAL
    assert by_table.value == pytest.approx(by_place.value, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(30))
def test_lists_that_end_early_change_no_answer(monkeypatch, model, seed):
    """With lists of two sites, as large worlds have them, a standard included: honest, and never called infeasible."""
    monkeypatch.setattr("solvers.median.method._WHOLE_LISTS", 0)
    monkeypatch.setattr("solvers.median.method._LEAST_LIST", 2)
    monkeypatch.setattr("solvers.median.method._LIST_SITES", 1)
    monkeypatch.setattr("solvers.center.method._MOST_PAIRS", 0)
    monkeypatch.setattr("solvers.center.method._FIRST_LIST", 2)
    rng = np.random.default_rng(seed)
    points, sites, p = rng.random((12, 2)), rng.random((8, 2)), int(rng.integers(1, 4))
    matrix = np.sqrt(((points[:, None] - sites[None]) ** 2).sum(axis=-1))
    weights, standard = rng.random(12), rng.choice([0.4, 0.6, np.inf])
    best = best_choice(model, matrix, p, weights, (), (), standard)
    for distances in (distances_of(matrix), distances_between(points, sites)):
        found = MODELS[model](
            distances, p, weights=weights, standard=None if np.isinf(standard) else standard,
            effort=Effort(work_limit=200),
        )  # fmt: skip
        if np.isinf(best):
            assert found.status is Status.INFEASIBLE
        else:
            assert found.bound <= best * (1 + 1e-6)
            assert found.value >= best * (1 - 1e-9)
            if found.status is Status.OPTIMAL:
                assert found.value == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_dispersion_against_all_choices(seed):
    """The least distance between open sites is the greatest of all choices."""
    rng = np.random.default_rng(seed)
    n_sites = int(rng.integers(2, 10))
    places = rng.integers(0, 5, (n_sites, 2)).astype(float) if seed % 2 else rng.random((n_sites, 2))
    p = int(rng.integers(2, n_sites + 2))
    order = rng.permutation(n_sites)
    required, forbidden = (order[:2], order[2:3]) if seed % 3 == 0 else (order[:0], order[:0])
    distances = distances_between(places, places)
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=-1))
    allowed = [j for j in range(n_sites) if j not in forbidden]
    chosen = [c for c in itertools.combinations(allowed, p) if set(required) <= set(c)]
    best = max((min(apart[a, b] for a, b in itertools.combinations(c, 2)) for c in chosen), default=None)
    found = p_dispersion(distances, p, required=required, forbidden=forbidden)
    if best is None:
        assert found.status is Status.INFEASIBLE
    else:
        assert found.status is Status.OPTIMAL
        assert found.value == found.bound == best


@pytest.mark.parametrize("model", MODELS)
def test_more_sites_and_wider_standards_never_cost_more(model):
    """What may be opened for fewer or nearer may be for more and farther."""
    rng = np.random.default_rng(3)
    distances = distances_between(rng.random((60, 2)), rng.random((20, 2)))
    by_p = [MODELS[model](distances, p).value for p in range(1, 8)]
    assert by_p == sorted(by_p, reverse=True)
    standards = [MODELS[model](distances, 6, standard=s) for s in (0.5, 0.4, 0.3)]
    values = [found.value for found in standards if found.value is not None]
    assert values == sorted(values)


def test_weights_scale_the_value():
    """Weights a thousand million times as large have the same best sites."""
    rng = np.random.default_rng(4)
    distances, weights = distances_between(rng.random((50, 2)), rng.random((15, 2))), rng.random(50)
    small, large = (p_median(distances, 4, weights=w) for w in (weights, 1e9 * weights))
    assert small.sites.tolist() == large.sites.tolist()
    assert large.value == pytest.approx(1e9 * small.value)


def test_all_sites_open_one_point_one_site():
    """The smallest questions have the obvious answers."""
    one = p_median(distances_of([[7.0]]), 1)
    assert (one.value, one.bound, one.sites.tolist(), one.assigned.tolist()) == (7.0, 7.0, [0], [0])
    matrix = np.array([[1.0, 5.0], [4.0, 2.0]])
    assert p_median(distances_of(matrix), 2).value == 3.0
    assert p_center(distances_of(matrix), 2).value == 2.0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("p", [0, 3])
def test_too_few_and_too_many_sites_are_infeasible(model, p):
    """No site for somebody, and more sites than there are, are answers and not errors."""
    found = MODELS[model](distances_of([[1.0, 2.0]]), p)
    assert found.status is Status.INFEASIBLE
    assert found.gap is None


def test_all_faults_come_at_once():
    """Misuse is an error that lists everything that is wrong."""
    distances = distances_of([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(ProblemError) as told:
        p_median(distances, -1, weights=[1.0, -2.0], required=[0, 5], forbidden=[0], standard=-1.0)
    assert len(told.value.faults) == 5


@pytest.mark.parametrize("matrix", [[[np.nan, 1.0]], [[-1.0]], [1.0, 2.0], np.zeros((0, 3))])
def test_what_is_no_table_of_distances_is_refused(matrix):
    """Distances are numbers, not negative, in rows and columns."""
    with pytest.raises(ProblemError):
        distances_of(matrix)


def test_dispersion_asks_for_two_sites_and_every_distance():
    """One site has no distance to another, and an absent distance is none."""
    with pytest.raises(ProblemError) as told:
        p_dispersion(distances_of([[0.0, np.inf], [np.inf, 0.0]]), 1)
    assert len(told.value.faults) == 2


def test_the_same_question_has_the_same_answer():
    """Sites, value and bound do not depend on the run."""
    rng = np.random.default_rng(5)
    places = rng.random((300, 2))
    first, second = (p_median(distances_between(places, places), 30) for _ in range(2))
    assert first.sites.tolist() == second.sites.tolist()
    assert (first.value, first.bound) == (second.value, second.bound)


def test_no_time_still_has_an_honest_answer():
    """Out of time, value and bound stand, and nothing is called optimal that is not proved."""
    rng = np.random.default_rng(6)
    places = rng.random((400, 2))
    exact = p_median(distances_between(places, places), 20)
    hurried = p_median(distances_between(places, places), 20, effort=Effort(time_limit_s=0.0))
    assert hurried.bound <= exact.value <= hurried.value
    assert hurried.status is Status.TIME_LIMIT or hurried.gap <= 1e-6


def test_a_gap_of_nothing_may_be_asked_for():
    """Costs that are not whole are proved as far as numbers go, and the search ends."""
    rng = np.random.default_rng(8)
    places = rng.random((80, 2))
    found = p_median(distances_between(places, places), 5, effort=Effort(gap=0.0))
    assert found.status is Status.OPTIMAL
    assert found.gap <= 1e-6


def test_somebody_may_ask_to_stop():
    """An interrupted search says so and keeps its answer."""
    rng = np.random.default_rng(7)
    places = rng.random((400, 2))
    found = p_median(distances_between(places, places), 20, should_stop=lambda: True)
    assert found.status in (Status.INTERRUPTED, Status.OPTIMAL)
    assert found.sites is not None
