"""The models of the textbook, one variable for each point or pair, written with PuLP and solved by HiGHS."""

from typing import NamedTuple

import numpy as np
import pulp
from scipy.spatial import KDTree

from bench.capacitated_files import Warehouses
from bench.generated import Plane


class PeerResult(NamedTuple):
    """Objective of what was found, and how it ended."""

    value: float | None
    words: str


def maximal_peer(world: Plane, standard: float, p: int, limit_s: float) -> PeerResult:
    """Maximal covering: one variable and one row for each point."""
    near = np.asarray(KDTree(world.sites).query_ball_point(world.points, standard), dtype=object)
    model = pulp.LpProblem("maximal", pulp.LpMaximize)
    opened = [model.add_variable(f"y{j}", cat="Binary") for j in range(len(world.sites))]
    covered = [model.add_variable(f"z{i}", 0, 1) for i in range(len(world.points))]
    model += pulp.LpAffineExpression(zip(covered, world.weight.tolist(), strict=True))
    for variable, sites in zip(covered, near, strict=True):
        model += variable - pulp.lpSum(opened[j] for j in sites) <= 0
    model += pulp.lpSum(opened) <= p
    return _solved(model, limit_s)


def capacitated_peer(case: Warehouses, limit_s: float) -> PeerResult:
    """Capacitated location with the strong rows: one variable and one row for each pair."""
    m, n = case.cost.shape
    model = pulp.LpProblem("capacitated", pulp.LpMinimize)
    opened = [model.add_variable(f"y{j}", cat="Binary") for j in range(n)]
    share = [[model.add_variable(f"x{i}_{j}", 0) for j in range(n)] for i in range(m)]
    costs = {share[i][j]: float(case.cost[i, j]) for i in range(m) for j in range(n)}
    costs |= dict(zip(opened, case.fixed_cost.tolist(), strict=True))
    model += pulp.LpAffineExpression(costs)
    for i in range(m):
        model += pulp.lpSum(share[i]) == 1
        for j in range(n):
            model += share[i][j] - opened[j] <= 0
    for j in range(n):
        taken = pulp.lpSum(float(case.demand[i]) * share[i][j] for i in range(m))
        model += taken - float(case.capacity[j]) * opened[j] <= 0
    return _solved(model, limit_s)


def _solved(model: pulp.LpProblem, limit_s: float) -> PeerResult:
    """PuLP says `Optimal` after a time limit too; only `sol_status` tells."""
    model.solve(pulp.HiGHS(msg=False, timeLimit=limit_s, threads=1))
    value = pulp.value(model.objective)
    proved = model.sol_status == pulp.LpSolutionOptimal
    number = None if value is None or not np.isfinite(value) else float(value)
    return PeerResult(number, "proved" if proved else f"limit, {number if number is None else f'{number:,.10g}'}")
