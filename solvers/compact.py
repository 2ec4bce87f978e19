"""The compact model: every decision of the joint problem in one mixed-integer model, solved stage by stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from solvers.backend import Backend
from solvers.branch import solve_stage
from solvers.certificate import Row
from solvers.columns import Columns, merge_columns, shares
from solvers.form import Form
from solvers.limits import Limit
from solvers.linear import Effort, LinearModel, Outcome, ProgressCallback, Status, StopCallback
from solvers.objectives import Objective
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.reports import aim, part, report, valued
from solvers.rounding import even_split, round_relaxation
from solvers.rows import demand_rows, limit_rows, link_rows, module_rows, pool_rows, pool_units, set_rows
from solvers.side import Side
from solvers.solution import Certificate, Solution, StageReport
from solvers.stage import Stage
from solvers.sums import ratio

_TILT = 3e-4  # all columns at their bounds change the objective by this share of its largest size


class CompactMethod:
    """The compact model, solved by HiGHS or by a solver that PuLP reaches; it supports every problem.

    Without a row `flow <= opened` per pair the model is small and its relaxation weak; at a few thousand demand rows
    the solver's own cuts make up for it, and the small model wins (see docs/formulations.md).

    Parameters
    ----------
    solver
        PuLP's name of the solver; without one HiGHS.

    Raises
    ------
    BackendError
        When PuLP does not know the solver or cannot find it on this machine.
    """

    def __init__(self, solver: str | None = None) -> None:
        self.other: Backend | None = None
        if solver is not None:
            from solvers.pulp_backend import Pulp

            self.other = Pulp(solver)

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Nothing is beyond it."""
        return ""

    def solve(
        self,
        problem: Problem,
        stages: Sequence[Stage],
        limits: Sequence[Limit],
        effort: Effort,
        *,
        progress: ProgressCallback | None = None,
        should_stop: StopCallback | None = None,
        start: Integers | None = None,
    ) -> Solution:
        """Solve stage by stage.

        Parameters
        ----------
        problem
            The problem.
        stages
            Objectives in order of importance.
        limits
            What the answer must keep to.
        effort
            Limits on work and time for all stages together, threads and seed; each stage brings its own gap.
        progress, should_stop
            News out; whether to stop with the best answer so far.
        start
            Modules per option to begin from, shape (O,).
        """
        from solvers.highs import Highs

        backend = self.other or Highs(progress, should_stop)
        model = CompactModel.build(problem, limits, [stage.objective for stage in stages])
        answer = None
        if start is not None:
            began = model.completed(start, stages[0].objective, backend, effort)
            answer, effort = began.values, effort.after(began)
        return _solve(model, stages, effort, backend, answer)


def _solve(
    model: "CompactModel", stages: Sequence[Stage], effort: Effort, backend: Backend, answer: Floats | None
) -> Solution:
    problem = model.problem
    reports: list[StageReport] = []
    conditions: list[str] = []
    left = effort
    for number, stage in enumerate(stages):
        rows = model.fixed(answer) if stage.keeps_modules and answer is not None else model
        share = replace(part(left, last=number == len(stages) - 1), gap=aim(stage))
        linear = rows.with_objective(stage.objective)
        outcome = solve_stage(
            linear, share, backend, stage=stage.objective.name, start=answer, guide=rows.guide(linear)
        )
        reports.append(report(stage, outcome, rows.unscaled(stage.objective, outcome.bound), conditions))
        left = left.after(outcome)
        if outcome.values is None:
            break
        answer = outcome.values
        if outcome.status is Status.INTERRUPTED or number == len(stages) - 1:
            break
        value = stage.objective.value(problem, model.decode(answer, effort.seed))
        model = model.with_floor(stage, value)
        conditions.append(stage.floor_words(value))
    solution = replace(model.decode(answer, effort.seed), method=f"compact model, {backend.name}")
    return replace(solution, stages=valued(problem, stages, solution, reports))


@dataclass(frozen=True, eq=False)
class CompactModel:
    """Rows of the compact model; its columns are opening, modules, flows and served parts, in this order."""

    problem: Problem
    columns: Columns
    rows: LinearModel

    @classmethod
    def build(cls, problem: Problem, limits: Sequence[Row], objectives: Sequence[Objective] = ()) -> "CompactModel":
        """Write demand, cover set, capacity, module and limit rows.

        Parameters
        ----------
        problem
            The problem.
        limits
            What the answer must keep to.
        objectives
            Those it will be asked for: one that speaks of pairs of sets that draw nothing needs flows to these.
        """
        parts: tuple[Row | Objective, ...] = (*limits, *objectives)
        asked = [part.form(problem).assigned for part in parts]
        columns = merge_columns(problem, routed=any(form[:, problem.pair_draw == 0].nnz for form in asked))
        n_options, n_others = problem.n_options, columns.n_flows + columns.n_served
        blocks = [
            demand_rows(problem, columns),
            set_rows(problem, columns),
            pool_rows(problem, columns),
            link_rows(problem, columns),
            *module_rows(problem, columns),
            *(limit_rows(problem, columns, limit)[:3] for limit in limits),
        ]
        wanted = problem.demand / columns.row_units
        linear = LinearModel(
            maximise=True,
            cost=np.zeros(2 * n_options + n_others),
            lo=np.r_[problem.required, np.where(problem.required, problem.min_modules, 0), np.zeros(n_others)],
            hi=np.r_[np.ones(n_options), problem.max_modules, wanted[columns.flow_row], wanted[columns.served_row]],
            integer=np.r_[np.ones(2 * n_options, dtype=bool), np.zeros(n_others, dtype=bool)],
            matrix=sparse.vstack([block[0] for block in blocks], format="csr"),
            row_lo=np.concatenate([block[1] for block in blocks]),
            row_hi=np.concatenate([block[2] for block in blocks]),
        )
        return cls(problem, columns, linear)

    def with_objective(self, objective: Objective) -> LinearModel:
        """Return the rows under an objective, scaled so that solver tolerances mean the same in every study."""
        scale = self._scale(objective)
        form = objective.form(self.problem)
        cost, offset = self._coefficients(form) / scale, float(form.constant[0]) / scale
        return self.rows.with_objective(cost, maximise=objective.maximise, scale=scale, offset=offset)

    def with_floor(self, stage: Stage, value: float) -> "CompactModel":
        """Return the model with one more row that keeps a stage's value."""
        scale = self._scale(stage.objective)
        form = stage.objective.form(self.problem)
        coefficients = self._coefficients(form) / scale
        floor = (stage.floor(value) - float(form.constant[0])) / scale
        lo, hi = (floor, np.inf) if stage.objective.maximise else (-np.inf, floor)
        return replace(self, rows=self.rows.with_row(coefficients, lo, hi))

    def fixed(self, answer: Floats) -> "CompactModel":
        """Return the model with opening and modules as in an answer: a linear program over the flows."""
        decided = 2 * self.problem.n_options
        whole = np.round(answer[:decided])
        lo, hi = self.rows.lo.copy(), self.rows.hi.copy()
        lo[:decided], hi[:decided] = whole, whole
        return replace(self, rows=self.rows.with_bounds(lo, hi).relaxed())

    def completed(self, modules: Integers, objective: Objective, backend: Backend, effort: Effort) -> Outcome:
        """The best answer with the given modules, which are within their bounds, if there is one."""
        decided = np.r_[modules > 0, modules, np.zeros(len(self.rows.cost) - 2 * self.problem.n_options)]
        return backend.solve(self.fixed(decided).with_objective(objective), effort, stage="start")

    def guide(self, model: LinearModel) -> "CompactGuide":
        """What the columns mean, to find answers of a model over the same columns."""
        return CompactGuide(self.problem, self.columns, model)

    def unscaled(self, objective: Objective, bound: float | None) -> float | None:
        """A scaled bound in the objective's own unit."""
        return None if bound is None else bound * self._scale(objective)

    def prices(self, objective: Objective, limits: Sequence[Row], duals: Floats) -> Certificate:
        """Prices of a certificate, from the row duals of the relaxation under an objective.

        Parameters
        ----------
        objective, limits
            The objective, and the limits that the model was built with.
        duals
            Of all rows, those of a minimisation, shape (M,).
        """
        problem, columns, side = self.problem, self.columns, Side.of(self.problem, objective, limits)
        own = np.isin(problem.set_row, columns.served_row)
        flowing = np.unique(columns.flow_row[~np.isin(columns.flow_row, columns.served_row)])
        units, mean_units = pool_units(problem, columns)
        sizes = [len(flowing), int(own.sum()), len(mean_units)]
        by_row, by_set, by_pool, rest = np.split(-self._scale(objective) * duals, np.cumsum(sizes))
        size = np.concatenate([np.zeros(0), *(limit_rows(problem, columns, limit)[3] for limit in limits)])
        limit_price = rest[len(rest) - side.n_rows :] / size
        fits = np.where(limit_price > 0, np.isfinite(side.hi), np.isfinite(side.lo))
        limit_price = np.where(fits, limit_price, 0.0)
        # Options earn what the capacity of each of them is worth, and no more than scarce demand leaves them.
        rent, set_price = np.zeros(problem.n_rows), np.zeros(problem.n_sets)
        rent[flowing] = by_row / columns.row_units[flowing]
        earned = (side.per_served - side.served.T @ limit_price - rent)[problem.set_row]
        capacity = by_pool[columns.flow_pool] * (units / mean_units[columns.flow_pool])
        np.minimum.at(earned, columns.flow_set, capacity / columns.row_units[columns.flow_row])
        set_price[own] = by_set / columns.row_units[problem.set_row[own]]
        return Certificate(np.maximum(np.where(own, set_price, earned), 0.0), limit_price)

    def decode(self, answer: Floats | None, seed: int) -> Solution:
        """Turn column values into modules and served shares."""
        if answer is None:
            return Solution(None, None, (), "", seed)
        n = self.problem.n_options
        modules = np.where(answer[:n] > 0.5, np.round(answer[n : 2 * n]), 0).astype(np.int64)
        flows, served = np.split(answer[2 * n :], [self.columns.n_flows])
        share = shares(self.problem, self.columns, flows, served, modules)
        return Solution(modules, share, (), "", seed)

    def _coefficients(self, form: Form) -> Floats:
        return np.asarray(self.columns.matrix(self.problem, form).toarray()).ravel()

    def _scale(self, objective: Objective) -> float:
        if objective.name not in self._scales:
            self._scales[objective.name] = _typical(self._coefficients(objective.form(self.problem)), self.rows)
        return self._scales[objective.name]

    @cached_property
    def _scales(self) -> dict[str, float]:
        return {}


@dataclass(frozen=True, eq=False)
class CompactGuide:
    """Rounding and blocks of the compact model."""

    problem: Problem
    columns: Columns
    model: LinearModel

    def begin(self, backend: Backend, effort: Effort) -> Floats | None:
        """A first answer from demand split evenly over the options that reach it."""
        return self.round(even_split(self.problem, self.columns), backend, effort)

    def tilt(self) -> Floats:
        """Prefer fewer and cheaper modules among equally good ones: the least of a share of the objective's size."""
        problem, model = self.problem, self.model
        per_module = problem.module_cost + ratio(problem.fixed_cost, problem.max_modules.astype(np.float64))
        spread = 1 + 0.5 * np.random.default_rng(0).random(problem.n_options)
        others = np.zeros(self.columns.n_flows + self.columns.n_served)
        tilt = np.r_[np.zeros(problem.n_options), per_module * spread, others]
        size = float(tilt @ model.hi)
        largest = float(np.abs(model.cost * model.hi).sum())
        share = _TILT * largest / size if size > 0 else 0.0
        return np.asarray(-share * tilt if model.maximise else share * tilt, dtype=np.float64)

    def round(self, relaxed: Floats, backend: Backend, effort: Effort) -> Floats | None:
        """Whole modules near the relaxation, with the best flows."""
        return round_relaxation(self.problem, self.columns, self.model, relaxed, backend, effort)

    def blocks(self) -> list[Booleans]:
        """One block per service: its options and their flows; little but money ties services together."""
        problem, columns = self.problem, self.columns
        blocks = []
        for service in np.unique(problem.row_service):
            offering = problem.capacity[:, service] > 0
            offering[problem.pair_option[problem.pair_service == service]] = True
            flowing = problem.row_service[columns.flow_row] == service
            served = problem.row_service[columns.served_row] == service
            pools = columns.member_pool[offering[columns.member_option]]
            blocks.append(np.r_[offering, offering, flowing | np.isin(columns.flow_pool, pools), served])
        return blocks


def _typical(cost: Floats, rows: LinearModel) -> float:
    """Size of an objective's columns at their bounds, so that a scaled objective is near 1e4."""
    largest = float(np.abs(cost * rows.hi).sum())
    return largest / 1e5 if largest > 0 else 1.0
