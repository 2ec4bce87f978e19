"""Published optima of p-median and p-center: OR-Library, TSPLIB, San Francisco, the 25-node network."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.sparse.csgraph import shortest_path

from bench.classic_instances import distances_named
from bench.published import Known, known_optima
from solvers import Effort, Status, distances_of, p_center, p_median

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench"
MODELS = {"p-median": p_median, "p-center": p_center}
LONG = {("rl1304", 10), ("rl1304", 100), ("rl1304", 300), ("fl1400", 100), ("pcb3038", 300)}
SLOW_CENTERS = {"pmed16", "pmed21", "pmed26", "pmed35", "pmed40"}
OPTIMA = known_optima(BENCH, *MODELS) or [Known("p-median", "pmed1", 5, 5819.0)]


@pytest.fixture(autouse=True)
def _data():
    if not BENCH.is_dir():
        pytest.skip(f"benchmark files not found beside the checkout ({BENCH})")


def case(known):
    """A test case; slow where a loaded machine needs more than seconds."""
    long = not known.instance.startswith("pmed") or (known.instance in SLOW_CENTERS and known.model == "p-center")
    name = f"{known.model}-{known.instance}-{known.p}"
    return pytest.param(known, marks=[pytest.mark.slow] if long else [], id=name)


@pytest.mark.parametrize("known", [case(k) for k in OPTIMA if (k.instance, k.p) not in LONG])
def test_published_optimum_is_proved(known):
    """The published optimum is found and proved."""
    found = MODELS[known.model](distances_named(BENCH, known.instance), known.p)
    assert found.status is Status.OPTIMAL
    assert found.value == pytest.approx(known.optimum, rel=1e-6)
    assert found.bound == pytest.approx(known.optimum, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    "known", [k for k in OPTIMA if (k.instance, k.p) in LONG], ids=lambda k: f"{k.model}-{k.instance}-{k.p}"
)
def test_hard_instances_are_bounded_on_both_sides(known):
    """In a minute, the bound is not above and the value not below the published optimum, and both are within 0.3 %."""
    found = MODELS[known.model](distances_named(BENCH, known.instance), known.p, effort=Effort(time_limit_s=60.0))
    assert found.bound <= known.optimum * (1 + 1e-9)
    assert found.value >= known.optimum * (1 - 1e-9)
    assert found.gap <= 3e-3


@pytest.fixture(scope="module")
def san_francisco():
    """205 census tracts, 16 stores and network distances: the case of spopt's own tests (BSD-3)."""
    folder, text = BENCH / "spopt_locate", {"NAME": str, "DestinationName": str}
    tracts = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv", dtype=text)
    stores = pd.read_csv(folder / "SF_store_site_16_longlat.csv")
    far = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv", dtype=text)
    far = far.pivot_table(index="DestinationName", columns="name", values="distance")
    return tracts["POP2000"].to_numpy(dtype=float), far.loc[tracts["NAME"], stores["NAME"]].to_numpy()


def test_san_francisco_p_median(san_francisco):
    """Four stores have a mean distance of 2982.1269 m per inhabitant."""
    people, metres = san_francisco
    found = p_median(distances_of(metres), 4, weights=people)
    assert found.status is Status.OPTIMAL
    assert found.value / people.sum() == pytest.approx(2982.1269, abs=5e-5)


@pytest.mark.parametrize(("p", "metres"), list(enumerate([11577.279, 9130.759, 7529.986, 7403.064, 5985.500], start=1)))
def test_san_francisco_p_center(san_francisco, p, metres):
    """The farthest tract from one to five stores."""
    found = p_center(distances_of(san_francisco[1]), p)
    assert found.status is Status.OPTIMAL
    assert found.value == pytest.approx(metres, abs=5e-4)


@pytest.fixture(scope="module")
def nodes25():
    """The 25-node network: weights of the nodes and shortest paths between them."""
    rows = {}
    for name in ("nodes", "arcs"):
        with (BENCH / "frlm" / f"25NODE_{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    ends = np.array([[int(arc["u"]) - 1, int(arc["v"]) - 1] for arc in rows["arcs"]])
    lengths = [float(arc["length"]) for arc in rows["arcs"]]
    graph = sparse.csr_array((lengths, (ends[:, 0], ends[:, 1])), shape=(25, 25))
    return np.array([float(node["weight"]) for node in rows["nodes"]]), shortest_path(graph, directed=False)


@pytest.mark.parametrize(("p", "value"), list(enumerate([9293, 6345, 4413, 3301, 2640], start=1)))
def test_25_nodes_p_median(nodes25, p, value):
    """One to five medians."""
    weights, lengths = nodes25
    assert p_median(distances_of(lengths), p, weights=weights).value == pytest.approx(value)


@pytest.mark.parametrize(("p", "value"), list(enumerate([20, 14, 10, 8], start=1)))
def test_25_nodes_p_center(nodes25, p, value):
    """One to four centers."""
    assert p_center(distances_of(nodes25[1]), p).value == pytest.approx(value)
