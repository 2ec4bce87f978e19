"""The models of the textbook, one variable for each point or pair, written with PuLP."""

from itertools import chain

import numpy as np
import pulp
from scipy.spatial import KDTree

from bench.capacitated_files import Warehouses
from bench.generated import Plane
from solvers.problem import Floats


def median_model(table: Floats, p: int) -> pulp.LpProblem:
    """p-median: one variable and one row for each pair."""
    model = pulp.LpProblem("p_median", pulp.LpMinimize)
    opened, share = _assignment(model, *table.shape)
    model += pulp.LpAffineExpression(zip(chain.from_iterable(share), table.ravel().tolist(), strict=True))
    model += pulp.lpSum(opened) == p
    return model


def center_model(table: Floats, p: int) -> pulp.LpProblem:
    """p-center: the same, with the largest distance on top."""
    model = pulp.LpProblem("p_center", pulp.LpMinimize)
    worst = model.add_variable("worst", 0)
    opened, share = _assignment(model, *table.shape)
    model += worst
    model += pulp.lpSum(opened) == p
    for far, row in zip(table.tolist(), share, strict=True):
        model += pulp.LpAffineExpression(zip(row, far, strict=True)) - worst <= 0
    return model


def maximal_model(world: Plane, standard: float, p: int) -> pulp.LpProblem:
    """Maximal covering: one variable and one row for each point."""
    near = np.asarray(KDTree(world.sites).query_ball_point(world.points, standard), dtype=object)
    model = pulp.LpProblem("maximal", pulp.LpMaximize)
    opened = [model.add_variable(f"y{j}", cat="Binary") for j in range(len(world.sites))]
    covered = [model.add_variable(f"z{i}", 0, 1) for i in range(len(world.points))]
    model += pulp.LpAffineExpression(zip(covered, world.weight.tolist(), strict=True))
    for variable, sites in zip(covered, near, strict=True):
        model += variable - pulp.lpSum(opened[j] for j in sites) <= 0
    model += pulp.lpSum(opened) <= p
    return model


def capacitated_model(case: Warehouses) -> pulp.LpProblem:
    """Capacitated location with the strong rows: one variable and one row for each pair."""
    m, n = case.cost.shape
    model = pulp.LpProblem("capacitated", pulp.LpMinimize)
    opened, share = _assignment(model, m, n)
    costs = dict(zip(chain.from_iterable(share), case.cost.ravel().tolist(), strict=True))
    costs |= dict(zip(opened, case.fixed_cost.tolist(), strict=True))
    model += pulp.LpAffineExpression(costs)
    for j in range(n):
        taken = pulp.lpSum(float(case.demand[i]) * share[i][j] for i in range(m))
        model += taken - float(case.capacity[j]) * opened[j] <= 0
    return model


def _assignment(
    model: pulp.LpProblem, n_points: int, n_sites: int
) -> tuple[list[pulp.LpVariable], list[list[pulp.LpVariable]]]:
    """Sites that open, and the share that each gives each point, all of it and none from what is closed."""
    opened = [model.add_variable(f"y{j}", cat="Binary") for j in range(n_sites)]
    share = [[model.add_variable(f"x{i}_{j}", 0) for j in range(n_sites)] for i in range(n_points)]
    for row in share:
        model += pulp.lpSum(row) == 1
        for part, site in zip(row, opened, strict=True):
            model += part - site <= 0
    return opened, share
