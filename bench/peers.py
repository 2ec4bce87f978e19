"""Peers on the classic models: spopt where it is installed, else the model of the textbook; HiGHS or CBC through PuLP.

Building the model counts as work: what it takes is missing from the solver's time limit.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable

import numpy as np
import pulp

from bench.capacitated_files import Warehouses
from bench.compact_models import capacitated_model, center_model, maximal_model, median_model
from bench.generated import Plane
from bench.models import Call
from bench.row import PROVED, Answer
from bench.run import Run
from solvers import Status
from solvers.problem import Floats

Build = Callable[[], pulp.LpProblem]


def peer_on_distances(run: Run, table: Floats, p: int, threads: int) -> Call:
    """p-median or p-center on a table, points × sites."""
    if _is_spopt(run):
        spopt = importlib.import_module("spopt.locate")
        if run.model == "p-median":
            weights = np.ones(len(table))
            return _call(run, lambda: spopt.PMedian.from_cost_matrix(table, weights, p).problem, threads)
        return _call(run, lambda: spopt.PCenter.from_cost_matrix(table, p).problem, threads)
    model = {"p-median": median_model, "p-center": center_model}[run.model]
    return _call(run, lambda: model(table, p), threads)


def peer_on_plane(run: Run, world: Plane, threads: int) -> Call:
    """Maximal covering of a generated plane."""
    standard, p = run.of["standard"], run.of["p"]
    if not _is_spopt(run):
        return _call(run, lambda: maximal_model(world, standard, p), threads)
    spopt = importlib.import_module("spopt.locate")

    def build() -> pulp.LpProblem:
        table = np.linalg.norm(world.points[:, None] - world.sites[None], axis=-1)
        return spopt.MCLP.from_cost_matrix(table, world.weight, standard, p).problem

    return _call(run, build, threads)


def peer_on_warehouses(run: Run, case: Warehouses, threads: int) -> Call:
    """Capacitated location; spopt has no such model."""
    return _call(run, lambda: capacitated_model(case), threads)


def _is_spopt(run: Run) -> bool:
    return run.tool.startswith("spopt")


def _call(run: Run, build: Build, threads: int) -> Call:
    kind = run.tool.rpartition(" ")[2]

    def call() -> Answer:
        began = time.perf_counter()
        model = build()
        left_s = run.limit_s - (time.perf_counter() - began)
        if left_s <= 0:
            return Answer(str(Status.TIME_LIMIT))
        model.solve(_solver(kind, left_s, threads))
        # PuLP says "Optimal" after a time limit too; only the word of the solution tells.
        if model.sol_status == pulp.LpSolutionOptimal:
            return Answer(PROVED, float(pulp.value(model.objective)))
        return Answer(str(Status.TIME_LIMIT))

    return call


def _solver(kind: str, limit_s: float, threads: int) -> pulp.LpSolver:
    if kind == "HiGHS":
        return pulp.HiGHS(msg=False, timeLimit=limit_s, threads=threads)
    if importlib.util.find_spec("cbcbox"):
        path = importlib.import_module("cbcbox").cbc_bin_path()
        return pulp.COIN_CMD(msg=False, timeLimit=limit_s, threads=threads, path=path)
    return pulp.COIN_CMD(msg=False, timeLimit=limit_s, threads=threads)
