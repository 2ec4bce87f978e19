"""Which columns the compact model has: opening and modules per option, flows, and what is served of some rows."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from solvers.form import Form
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.sums import ratio, sum_by

_TYPICAL_TOTAL = 1e4  # objective values near this keep solver tolerances meaningful, whatever the study's units
_LEAST_VALUE = 1e-4  # of the largest value; a flow counted in less drowns in solver tolerances


@dataclass(frozen=True, eq=False)
class Columns:
    """The compact model's columns: opening, modules, flows, and the served part of the rows that need it.

    A pool is a set of options at one site that offer a service in a year to exactly the same cover sets; what they
    give is interchangeable, so they share their flow columns. A set that draws nothing has flows only where somebody
    asks who goes where. A row with one set that has flows is served by them; any other row has a column of its own for
    what all of its sets provide. Flows and served parts are counted in value, divided by `scale` (in a typical value
    where the row's own is nothing or next to nothing).

    Parameters
    ----------
    pair_flow
        Flow column of each pair, -1 where its set has no flows, shape (K,).
    flowing
        Cover sets with flows, shape (C,).
    flow_set, flow_row, flow_pool
        Cover set, demand row and pool of each flow column, shape (F,).
    member_pool, member_option, member_service
        The options of the pools, shape (M,).
    served_row
        Demand rows with a served column, shape (Z,).
    row_units
        Units of demand that one unit of each row's columns stands for, shape (I,).
    scale
        Value that one unit of flow stands for.
    """

    pair_flow: Integers
    flowing: Booleans
    flow_set: Integers
    flow_row: Integers
    flow_pool: Integers
    member_pool: Integers
    member_option: Integers
    member_service: Integers
    served_row: Integers
    row_units: Floats
    scale: float

    @property
    def n_flows(self) -> int:
        """Number of flow columns."""
        return len(self.flow_set)

    @property
    def n_served(self) -> int:
        """Number of served columns."""
        return len(self.served_row)

    @property
    def units(self) -> Floats:
        """Units of demand that one unit of each flow column stands for, shape (F,)."""
        return self.row_units[self.flow_row]

    def matrix(self, problem: Problem, form: Form) -> sparse.csr_matrix:
        """Coefficients of a form on all columns."""
        # Options of one pool carry the same coefficient (see Form), so any pair of a flow column speaks for it.
        speaker = np.zeros(self.n_flows, dtype=np.int64)
        flowing = np.flatnonzero(self.pair_flow >= 0)
        speaker[self.pair_flow[flowing]] = flowing
        by_flow = np.ones(problem.n_rows)
        by_flow[self.served_row] = 0.0
        served = form.served[:, self.flow_row] @ sparse.diags_array(by_flow[self.flow_row])
        per_flow = (form.assigned[:, speaker] + served) @ sparse.diags_array(self.units)
        per_served = form.served[:, self.served_row] @ sparse.diags_array(self.row_units[self.served_row])
        return sparse.csr_matrix(sparse.hstack([form.opened, form.modules, per_flow, per_served], format="csr"))


def merge_columns(problem: Problem, *, routed: bool = False) -> Columns:
    """Find the pools of a problem and the columns they need.

    Parameters
    ----------
    problem
        The problem.
    routed
        Whether sets that draw nothing have flows too, because somebody asks who goes where.
    """
    flowing = (problem.set_draw > 0) | routed
    pairs_flowing = np.flatnonzero(flowing[problem.pair_set])
    by_pool = (problem.pair_set, problem.pair_year, problem.pair_service, problem.pair_option)
    order = pairs_flowing[np.lexsort([key[pairs_flowing] for key in by_pool])]
    keys = np.stack([problem.pair_option, problem.pair_service, problem.pair_year])[:, order]
    cuts = np.unique(np.r_[0, 1 + np.flatnonzero(np.any(np.diff(keys, axis=1) != 0, axis=0)), len(order)])
    pool_of: dict[tuple[int, int, int, bytes], int] = {}
    pair_flow = np.full(problem.n_pairs, -1, dtype=np.int64)
    flow_set: list[Integers] = []
    first_flow: list[int] = []
    members = []
    for begin, end in pairwise(cuts):
        pairs = order[begin:end]
        option, service, year = (int(key) for key in keys[:, begin])
        sets = problem.pair_set[pairs]
        pool = pool_of.setdefault((int(problem.site[option]), service, year, sets.tobytes()), len(pool_of))
        if pool == len(first_flow):
            first_flow.append(first_flow[-1] + len(flow_set[-1]) if first_flow else 0)
            flow_set.append(sets)
        pair_flow[pairs] = first_flow[pool] + np.arange(len(sets))
        members.append((pool, option, service))
    member = np.array(members, dtype=np.int64).reshape(-1, 3)
    unit_value = _unit_value(problem)
    worth = float(problem.demand @ unit_value)
    scale = worth / _TYPICAL_TOTAL if worth > 0 else 1.0
    flows = np.concatenate([*flow_set, np.zeros(0, np.int64)])
    return Columns(
        pair_flow=pair_flow,
        flowing=flowing,
        flow_set=flows,
        flow_row=problem.set_row[flows],
        flow_pool=np.repeat(np.arange(len(flow_set)), [len(sets) for sets in flow_set]),
        member_pool=member[:, 0],
        member_option=member[:, 1],
        member_service=member[:, 2],
        served_row=_rows_of_their_own(problem, flowing),
        row_units=scale / unit_value,
        scale=scale,
    )


def _rows_of_their_own(problem: Problem, flowing: Booleans) -> Integers:
    """Rows that flows alone do not speak for: of several sets, or of one without flows."""
    n_sets = np.bincount(problem.set_row, minlength=problem.n_rows)
    still = np.zeros(problem.n_rows, dtype=bool)
    still[problem.set_row[~flowing]] = True
    return np.flatnonzero((n_sets > 1) | still)


def _unit_value(problem: Problem) -> Floats:
    """Value that a unit of each row's flow counts as, shape (I,): not so small that tolerances swallow the flow."""
    positive = problem.value[problem.value > 0]
    if not positive.size:
        return np.ones(problem.n_rows)
    counted: Floats = np.maximum(problem.value, _LEAST_VALUE * positive.max())
    counted[problem.value == 0] = positive.mean()
    return counted


def shares(problem: Problem, columns: Columns, flows: Floats, served: Floats, modules: Integers) -> Floats:
    """Share of each row's demand that each pair provides for, shape (K,).

    A pool's flow is split over its open options by their capacity; where a set has no flows, the nearest open option
    provides for all that is served. What a solver's tolerance lets through is cut back, so that no row is served more
    than once and no option gives more than it has.

    Parameters
    ----------
    flows, served
        Values of the flow columns, shape (F,), and of the served columns, shape (Z,).
    modules
        Modules per option, shape (O,).
    """
    # An option without capacity is in pools of sets that draw nothing, where any split will do.
    part_of: Floats = np.where(problem.capacity > 0, problem.capacity, 1.0) * modules[:, None].astype(np.float64)
    per_pool = sum_by(
        columns.member_pool, part_of[columns.member_option, columns.member_service], len(columns.member_pool)
    )
    part_of_pair = part_of[problem.pair_option, problem.pair_service]
    flowing = columns.pair_flow >= 0
    flow = columns.pair_flow[flowing]
    units = np.zeros(problem.n_pairs)
    units[flowing] = (flows * columns.units)[flow] * ratio(part_of_pair[flowing], per_pool[columns.flow_pool[flow]])
    units = np.clip(units, 0.0, problem.demand[problem.pair_row])
    provided = sum_by(problem.pair_set, units, problem.n_sets)
    units *= np.minimum(ratio(problem.demand[problem.set_row], provided), 1.0)[problem.pair_set]
    draw, n_draws = draws(problem)
    has = problem.capacity[problem.pair_option, problem.pair_service] * modules[problem.pair_option]
    drawn = sum_by(draw, units * problem.pair_draw, n_draws)[draw]
    units *= np.where(problem.pair_draw > 0, np.minimum(ratio(has, drawn), 1.0), 1.0)
    share = ratio(units, problem.demand[problem.pair_row])
    part = np.ones(problem.n_rows)
    row = columns.served_row
    part[row] = np.clip(ratio(served * columns.row_units[row], problem.demand[row]), 0.0, 1.0)
    nearest = nearest_of(problem, np.flatnonzero(~flowing & (modules[problem.pair_option] > 0)))
    share[nearest] = part[problem.pair_row[nearest]]
    return share


def nearest_of(problem: Problem, able: Integers) -> Integers:
    """The nearest of some pairs in each set that has one; ties by option."""
    order = able[np.lexsort((problem.pair_option[able], problem.pair_time_s[able], problem.pair_set[able]))]
    return order[np.unique(problem.pair_set[order], return_index=True)[1]]


def draws(problem: Problem) -> tuple[Integers, int]:
    """What each pair draws on: one number per option, service and year, shape (K,); and how many there are."""
    years = np.unique(problem.row_year)
    year = np.searchsorted(years, problem.pair_year)
    draw = (problem.pair_option * problem.n_services + problem.pair_service) * len(years) + year
    return draw, problem.n_options * problem.n_services * len(years)
