"""Handing a model over to HiGHS: as arrays, or through PuLP; seconds per million nonzeros."""

import numpy as np
import pulp

from bench.instances import joint_instance
from bench.models import Call, Setting
from bench.row import DONE, Answer
from bench.run import OURS, Run
from solvers import OBJECTIVES, Effort
from solvers.compact import CompactModel
from solvers.highs import GrowingProgram
from solvers.linear import LinearModel


def prepare(run: Run, setting: Setting) -> Call:
    """The compact model of a city, from the problem's arrays to a model that HiGHS holds."""
    city = joint_instance(run.of["size"], run.of["seed"])

    def call() -> Answer:
        model = CompactModel.build(city.problem, city.limits).with_objective(OBJECTIVES["served_value"])
        if run.tool == OURS:
            GrowingProgram(model, Effort(threads=setting.threads))
        else:
            in_pulp(model, setting.threads)
        rows, columns = model.matrix.shape
        return Answer(DONE, size=f"{rows:,} rows, {columns:,} columns, {model.matrix.nnz:,} nonzeros",
                      units=model.matrix.nnz / 1e6)  # fmt: skip

    return call


def in_pulp(model: LinearModel, threads: int) -> pulp.LpProblem:
    """Write the same rows with PuLP, and let it build HiGHS' model of them."""
    sense = pulp.LpMaximize if model.maximise else pulp.LpMinimize
    problem = pulp.LpProblem("model", sense)
    columns = [
        problem.add_variable(f"v{number}", low, high, "Integer" if whole else "Continuous")
        for number, (low, high, whole) in enumerate(zip(model.lo, model.hi, model.integer, strict=True))
    ]
    problem += pulp.LpAffineExpression(zip(columns, model.cost.tolist(), strict=True))
    start = model.matrix.indptr
    for row, (low, high) in enumerate(zip(model.row_lo.tolist(), model.row_hi.tolist(), strict=True)):
        entries = slice(start[row], start[row + 1])
        at, values = model.matrix.indices[entries].tolist(), model.matrix.data[entries].tolist()
        left = pulp.LpAffineExpression((columns[k], value) for k, value in zip(at, values, strict=True))
        if low == high:
            problem += left == low
            continue
        if np.isfinite(low):
            problem += left >= low
        if np.isfinite(high):
            problem += left <= high
    solver = pulp.HiGHS(msg=False, threads=threads)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    return problem
