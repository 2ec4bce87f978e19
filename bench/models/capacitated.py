"""Capacitated location (CFLP): ours and the model of the textbook."""

import numpy as np

from bench.capacitated_files import Warehouses, warehouses
from bench.models import Call, Setting
from bench.row import Answer
from bench.run import OURS, Run
from solvers import Effort, capacitated_cost


def prepare(run: Run, setting: Setting) -> Call:
    """File `of["file"]` with `of["capacity"]` filled in; without a file nine points and four sites."""
    instance = _instance(run, setting)
    if run.tool != OURS:
        from bench.peers import peer_on_warehouses

        return peer_on_warehouses(run, instance, setting.threads)
    effort, size = Effort(time_limit_s=run.limit_s), f"{len(instance.capacity)} x {len(instance.demand):,}"

    def call() -> Answer:
        found = capacitated_cost(instance.demand, instance.cost, instance.capacity, instance.fixed_cost, effort=effort)
        return Answer(str(found.status), found.value, found.bound, size)

    return call


def _instance(run: Run, setting: Setting) -> Warehouses:
    if not run.of["file"]:
        return Warehouses(np.ones(9), np.random.default_rng(0).random((9, 4)), np.full(4, 4.0), np.ones(4))
    return warehouses(setting.data / "bench" / "cap" / f"{run.of['file']}.txt", run.of["capacity"])
