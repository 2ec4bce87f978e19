"""Which columns the compact model has: opening and modules per option, and one flow per demand row and pool."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from solvers.form import Form
from solvers.problem import Floats, Integers, Problem
from solvers.sums import ratio, sum_by

_TYPICAL_TOTAL = 1e4  # objective values near this keep solver tolerances meaningful, whatever the study's units
_LEAST_VALUE = 1e-4  # of the largest value; a flow counted in less drowns in solver tolerances


@dataclass(frozen=True, eq=False)
class Columns:
    """The compact model's flow columns, merged over options that reach the same rows from the same site.

    A pool is a set of options at one site that offer a service in a year to exactly the same demand rows; what they
    give is interchangeable, so they share their flow columns. A flow is counted in value served, divided by `scale`
    (in a typical value where the row's own is nothing or next to nothing).

    Parameters
    ----------
    pair_flow
        Flow column of each pair, shape (K,).
    flow_row, flow_pool
        Demand row and pool of each flow column, shape (F,).
    member_pool, member_option, member_service
        The options of the pools, shape (M,).
    units
        Units of demand that one unit of each flow column stands for, shape (F,).
    scale
        Value that one unit of flow stands for.
    """

    pair_flow: Integers
    flow_row: Integers
    flow_pool: Integers
    member_pool: Integers
    member_option: Integers
    member_service: Integers
    units: Floats
    scale: float

    @property
    def n_flows(self) -> int:
        """Number of flow columns."""
        return len(self.flow_row)

    def matrix(self, problem: Problem, form: Form) -> sparse.csr_matrix:
        """Coefficients of a form on all columns: opening, modules, flows."""
        # Options of one pool carry the same coefficient (see Form), so any pair of a flow column speaks for it.
        speaker = np.zeros(self.n_flows, dtype=np.int64)
        speaker[self.pair_flow] = np.arange(problem.n_pairs)
        per_flow = form.served[:, speaker] @ sparse.diags_array(self.units)
        return sparse.csr_matrix(sparse.hstack([form.opened, form.modules, per_flow], format="csr"))


def merge_columns(problem: Problem) -> Columns:
    """Find the pools of a problem and the flow columns they need."""
    order = np.lexsort((problem.pair_row, problem.pair_year, problem.pair_service, problem.pair_option))
    keys = np.stack([problem.pair_option, problem.pair_service, problem.pair_year])[:, order]
    cuts = np.unique(np.r_[0, 1 + np.flatnonzero(np.any(np.diff(keys, axis=1) != 0, axis=0)), problem.n_pairs])
    pool_of: dict[tuple[int, int, int, bytes], int] = {}
    pair_flow = np.zeros(problem.n_pairs, dtype=np.int64)
    flow_row: list[Integers] = []
    first_flow: list[int] = []
    members = []
    for begin, end in pairwise(cuts):
        pairs = order[begin:end]
        option, service, year = (int(key) for key in keys[:, begin])
        rows = problem.pair_row[pairs]
        pool = pool_of.setdefault((int(problem.site[option]), service, year, rows.tobytes()), len(pool_of))
        if pool == len(first_flow):
            first_flow.append(first_flow[-1] + len(flow_row[-1]) if first_flow else 0)
            flow_row.append(rows)
        pair_flow[pairs] = first_flow[pool] + np.arange(len(rows))
        members.append((pool, option, service))
    member = np.array(members, dtype=np.int64).reshape(-1, 3)
    unit_value = _unit_value(problem)
    worth = float(problem.demand @ unit_value)
    scale = worth / _TYPICAL_TOTAL if worth > 0 else 1.0
    flows = np.concatenate([*flow_row, np.zeros(0, np.int64)])
    return Columns(
        pair_flow=pair_flow,
        flow_row=flows,
        flow_pool=np.repeat(np.arange(len(flow_row)), [len(rows) for rows in flow_row]),
        member_pool=member[:, 0],
        member_option=member[:, 1],
        member_service=member[:, 2],
        units=scale / unit_value[flows],
        scale=scale,
    )


def _unit_value(problem: Problem) -> Floats:
    """Value that a unit of each row's flow counts as, shape (I,): not so small that tolerances swallow the flow."""
    positive = problem.value[problem.value > 0]
    if not positive.size:
        return np.ones(problem.n_rows)
    counted: Floats = np.maximum(problem.value, _LEAST_VALUE * positive.max())
    counted[problem.value == 0] = positive.mean()
    return counted


def split_flows(problem: Problem, columns: Columns, flows: Floats, modules: Integers) -> Floats:
    """Share of each row's demand per pair: a pool's flow is split over its open options by their capacity.

    What a solver's tolerance lets through is cut back, so that no row is served more than once and no option gives
    more than it has.

    Parameters
    ----------
    flows
        Values of the flow columns, shape (F,).
    modules
        Modules per option, shape (O,).
    """
    given = problem.capacity[columns.member_option, columns.member_service] * modules[columns.member_option]
    per_pool = sum_by(columns.member_pool, given, len(columns.member_pool))
    has = problem.capacity[problem.pair_option, problem.pair_service] * modules[problem.pair_option]
    of_pool = per_pool[columns.flow_pool[columns.pair_flow]]
    units = (flows * columns.units)[columns.pair_flow] * ratio(has, of_pool)
    units = np.clip(units, 0.0, problem.demand[problem.pair_row])
    used = sum_by(problem.pair_row, units, problem.n_rows)
    units *= np.minimum(ratio(problem.demand, used), 1.0)[problem.pair_row]
    draw, n_draws = draws(problem)
    drawn = sum_by(draw, units, n_draws)[draw]
    units *= np.minimum(ratio(has, drawn), 1.0)
    return ratio(units, problem.demand[problem.pair_row])


def draws(problem: Problem) -> tuple[Integers, int]:
    """What each pair draws on: one number per option, service and year, shape (K,); and how many there are."""
    years = np.unique(problem.row_year)
    year = np.searchsorted(years, problem.pair_year)
    draw = (problem.pair_option * problem.n_services + problem.pair_service) * len(years) + year
    return draw, problem.n_options * problem.n_services * len(years)
