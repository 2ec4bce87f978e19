"""p-median, p-center and p-dispersion: ours, spopt, and the model of the textbook."""

import numpy as np

from bench.classic_instances import distances_named
from bench.models import Call, Setting
from bench.row import Answer
from bench.run import OURS, Run
from solvers import Distances, Effort, p_center, p_dispersion, p_median
from solvers.problem import Floats

SOLVERS = {"p-median": p_median, "p-center": p_center, "p-dispersion": p_dispersion}


def prepare(run: Run, setting: Setting) -> Call:
    """Distances of `of["instance"]`, of which `of["p"]` sites are opened."""
    distances, p = distances_named(setting.data / "bench", run.of["instance"]), int(run.of["p"])
    if run.tool != OURS:
        from bench.peers import peer_on_distances

        return peer_on_distances(run, table_of(distances), p, setting.threads)
    effort = Effort(gap=run.gap, time_limit_s=run.limit_s, threads=setting.threads)
    solve, size = SOLVERS[run.model], f"{distances.n_points:,}"

    def call() -> Answer:
        found = solve(distances, p, effort=effort)
        return Answer(str(found.status), found.value, found.bound, size)

    return call


def table_of(distances: Distances) -> Floats:
    """All distances, points × sites."""
    site = np.arange(distances.n_sites)
    return np.stack([distances.of_pairs(np.full(len(site), i), site) for i in range(distances.n_points)])
