"""Covering and market share over generated points: ours, spopt, and the model of the textbook."""

import numpy as np

from bench.generated import Plane, plane
from bench.models import Call, Setting
from bench.row import Answer
from bench.run import OURS, Run
from solvers import Coverage, CoverageAnswer, Effort, Market, backup_cover, market_share, max_cover, partial_cover


def prepare(run: Run, setting: Setting) -> Call:
    """`of["n"]` sites and `of["m"]` points, with `of["standard"]` and `of["p"]` or `of["share"]`."""
    world = plane(run.of["n"], run.of["m"])
    if run.tool != OURS:
        from bench.peers import peer_on_plane

        return peer_on_plane(run, world, setting.threads)
    effort = Effort(gap=run.gap, time_limit_s=run.limit_s)

    def call() -> Answer:
        found = _found(run, world, effort)
        return Answer(str(found.status), found.value, found.bound)

    return call


def _found(run: Run, world: Plane, effort: Effort) -> CoverageAnswer:
    """Collapse and solve."""
    if run.model == "market":
        return market_share(_market(world), run.of["p"], effort=effort)
    coverage = Coverage.of_points(world.points, world.sites, run.of["standard"], weight=world.weight)
    if run.model == "partial":
        return partial_cover(coverage, run.of["share"], effort=effort)
    solve = {"maximal": max_cover, "backup": backup_cover}[run.model]
    return solve(coverage, run.of["p"], effort=effort)


def _market(world: Plane) -> Market:
    """The second half of the sites belongs to competitors."""
    ours, rivals = np.array_split(world.sites, 2)
    attractions = np.ones(len(ours)), np.ones(len(rivals))
    return Market.of_points(
        world.points, ours, rivals, attractions=attractions, beta=2.0, nearest=0.1, weight=world.weight
    )
