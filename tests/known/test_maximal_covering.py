"""Published optima of maximal covering are reproduced through the joint problem."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from solvers import OBJECTIVES, Count, Problem, Stage, Status, solve

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench" / "spopt_locate"
STANDARD_M = 5000.0
OPTIMA = {1: 448_255, 2: 671_938, 3: 791_499, 4: 875_247}
TOTAL = 955_113


@pytest.fixture(scope="module")
def san_francisco():
    """205 census tracts, 16 stores and network distances: the case of spopt's own tests (BSD-3)."""
    if not BENCH.is_dir():
        pytest.skip(f"benchmark files not found beside the checkout ({BENCH})")
    text = {"NAME": str, "DestinationName": str}
    tracts = pd.read_csv(BENCH / "SF_demand_205_centroid_uniform_weight.csv", dtype=text)
    stores = pd.read_csv(BENCH / "SF_store_site_16_longlat.csv")
    far = pd.read_csv(BENCH / "SF_network_distance_candidateStore_16_censusTract_205_new.csv", dtype=text)
    far = far.pivot_table(index="DestinationName", columns="name", values="distance")
    metres = far.loc[tracts["NAME"], stores["NAME"]].to_numpy()
    return tracts["POP2000"].to_numpy(dtype=float), metres


def covering(demand, metres):
    """Maximal covering as a joint problem: one module at each store, large enough for everybody."""
    n_rows, n_sites = metres.shape
    rows, ones = np.zeros(n_rows), np.ones(n_sites)
    pair_row, pair_option = np.nonzero(metres <= STANDARD_M)
    return Problem(
        demand=demand,
        value=rows + 1,
        row_service=rows,
        row_year=rows,
        set_row=np.arange(n_rows),
        set_draw=rows + 1,
        site=np.arange(n_sites),
        facility_type=ones,
        year=ones * 0,
        capacity=np.full((n_sites, 1), demand.sum()),
        min_modules=ones,
        max_modules=ones,
        base_modules=ones * 0,
        fixed_cost=ones,
        module_cost=ones * 0,
        closing_cost=ones * 0,
        required=ones * 0,
        pair_set=pair_row,
        pair_option=pair_option,
        pair_time_s=metres[pair_row, pair_option] / 10.0,
    )


@pytest.mark.parametrize(("p", "covered"), OPTIMA.items())
def test_san_francisco(san_francisco, p, covered):
    """Opening p stores within 5 km cover what spopt publishes, proved, and no bound is below it."""
    demand, metres = san_francisco
    problem = covering(demand, metres)
    assert demand.sum() == TOTAL
    stage = Stage(OBJECTIVES["served_value"], gap=0.0)
    found = solve(problem, [stage], [Count("stores", np.arange(problem.n_options), p, p)])
    assert found.status is Status.OPTIMAL
    assert found.stages[0].value == pytest.approx(covered, rel=1e-6)
    assert found.stages[0].bound >= covered * (1 - 1e-9)
