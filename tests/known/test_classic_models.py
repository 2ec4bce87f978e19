"""Published optima of covering and capacitated location are reproduced, proved, and no bound contradicts them."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from bench.capacitated_files import warehouses
from bench.generated import plane
from solvers import Coverage, Effort, Status, capacitated_cost, max_cover, partial_cover, set_cover

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench"
needs_files = pytest.mark.skipif(not BENCH.is_dir(), reason=f"benchmark files not found beside the checkout ({BENCH})")


def published(problem):
    """Rows of the table of known optima."""
    if not BENCH.is_dir():
        return []
    with (BENCH / "optima.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["problem"].startswith(problem)]


def proved(found, optimum, *, better):
    """Proved, equal to the optimum, and bounded on its right side (1: from above, -1: from below)."""
    assert found.status is Status.OPTIMAL
    assert found.value == pytest.approx(optimum, rel=1e-6)
    assert better * found.bound >= better * optimum - 1e-6 * optimum


@pytest.fixture(scope="module")
def san_francisco():
    """Weights and metres of 205 census tracts and 16 stores, the case of spopt's own tests (BSD-3)."""
    text = {"NAME": str, "DestinationName": str}
    folder = BENCH / "spopt_locate"
    tracts = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv", dtype=text)
    stores = pd.read_csv(folder / "SF_store_site_16_longlat.csv")
    far = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv", dtype=text)
    far = far.pivot_table(index="DestinationName", columns="name", values="distance")
    return tracts["POP2000"].to_numpy(dtype=float), far.loc[tracts["NAME"], stores["NAME"]].to_numpy()


@needs_files
@pytest.mark.parametrize(("p", "weight"), [(1, 448_255), (2, 671_938), (3, 791_499), (4, 875_247)])
def test_san_francisco_maximal(san_francisco, p, weight):
    """Maximal covering within 5 km, as spopt publishes it."""
    demand, metres = san_francisco
    world = Coverage.of_matrix(sparse.csr_matrix(metres <= 5000), weight=demand)
    assert world.total == 955_113
    proved(max_cover(world, p), weight, better=1)
    proved(partial_cover(world, weight / world.total), p, better=-1)


@needs_files
@pytest.mark.parametrize(("standard", "number"), [(5000, 8), (8000, 3)])
def test_san_francisco_set(san_francisco, standard, number):
    """Set covering, as spopt publishes it."""
    proved(set_cover(Coverage.of_matrix(sparse.csr_matrix(san_francisco[1] <= standard))), number, better=-1)


@needs_files
@pytest.mark.parametrize(("standard", "number"), [(6, 7), (8, 4), (10, 3), (12, 3)])
def test_twenty_five_nodes(standard, number):
    """Set covering on the network of the flow-refuelling literature, by shortest paths."""
    arcs = pd.read_csv(BENCH / "frlm" / "25NODE_arcs.csv")
    graph = sparse.csr_matrix((arcs["length"], (arcs["u"] - 1, arcs["v"] - 1)), (25, 25))
    far = dijkstra(graph, directed=False)
    proved(set_cover(Coverage.of_matrix(sparse.csr_matrix(far <= standard))), number, better=-1)


def generated(*, slow):
    """Generated instances with up to 10⁵ points, or the larger ones."""
    rows = [(sizes(row), float(row["optimum"])) for row in published("MCLP Cordeau")]
    return [
        pytest.param(n, m, standard, p, weight, id=f"{n}x{m}, R={standard}, p={p}")
        for (n, m, standard, p), weight in rows
        if (m * n > 10**7) == slow
    ]


def sizes(row):
    """Sites, points, standard and p of a row of the table."""
    words = dict(word.split("=") for word in f"{row['instance']} {row['parameter']}".split())
    return int(row["n"]), int(words["m"]), float(words["R"]), int(words["B"])


@needs_files
@pytest.mark.parametrize(("n", "m", "standard", "p", "weight"), generated(slow=False))
def test_generated(n, m, standard, p, weight):
    """Maximal covering of generated points, optima proved by others."""
    world = plane(n, m)
    proved(max_cover(Coverage.of_points(world.points, world.sites, standard, weight=world.weight), p), weight, better=1)


@pytest.mark.slow
@needs_files
@pytest.mark.parametrize(("n", "m", "standard", "p", "weight"), generated(slow=True))
def test_generated_large(n, m, standard, p, weight):
    """The same with up to 10⁶ points and 5,000 sites."""
    test_generated(n, m, standard, p, weight)


def test_random_numbers():
    """The generator is that of the C library: its first site is known."""
    assert plane(100, 1).sites[0].tolist() == [25.205632, 11.831488]


@needs_files
@pytest.mark.parametrize("row", published("CFL"), ids=lambda row: f"{row['instance']} {row['parameter']}".strip())
def test_warehouses(row):
    """Capacitated location with split demand, the instances of the OR-Library."""
    capacity = row["parameter"].removeprefix("capacity=")
    case = warehouses(BENCH / "cap" / f"{row['instance']}.txt", capacity)
    found = capacitated_cost(case.demand, case.cost, case.capacity, case.fixed_cost)
    proved(found, float(row["optimum"]), better=-1)


@needs_files
def test_bounds_of_unfinished_searches():
    """A search that is stopped early has a bound on the right side of the known optimum."""
    case = warehouses(BENCH / "cap" / "capa.txt", "8000")
    found = capacitated_cost(
        case.demand, case.cost, case.capacity, case.fixed_cost, effort=Effort(gap=0.0, work_limit=0)
    )  # fmt: skip
    assert found.bound <= 19240822.449 * (1 + 1e-9) <= found.value * (1 + 2e-9)
    world = plane(100, 10_000)
    some = max_cover(
        Coverage.of_points(world.points, world.sites, 6.25, weight=world.weight), 10, effort=Effort(time_limit_s=0.0)
    )  # fmt: skip
    assert some.value <= 485_802 <= some.bound * (1 + 1e-9)


def test_one_site_of_many_equal_ones():
    """A hundred sites at one place are as good as one."""
    places = np.array([[0.0, 0.0], [3.0, 0.0]])
    world = Coverage.of_points(places, np.repeat(places, 50, axis=0), 1.0, weight=np.array([2.0, 1.0]))
    assert max_cover(world, 1).value == 2.0
    assert set_cover(world).value == 2.0
