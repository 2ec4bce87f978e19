"""Who goes where, with modules that are given: a linear program over the pairs of open options."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solvers.backend import Backend
from solvers.compact import CompactModel
from solvers.form import Form
from solvers.limits import Limit
from solvers.linear import Effort, Outcome
from solvers.objectives import Objective
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution
from solvers.stage import Stage


@dataclass(frozen=True, eq=False)
class _Over:
    """An objective over some of the pairs: one may know numbers of all of them."""

    whole: Objective
    problem: Problem
    pairs: Integers

    @property
    def name(self) -> str:
        """Name in reports."""
        return self.whole.name

    @property
    def maximise(self) -> bool:
        """Sense."""
        return self.whole.maximise

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value of a solution of these pairs."""
        assert solution.share is not None
        share = np.zeros(self.problem.n_pairs)
        share[self.pairs] = solution.share
        return self.whole.value(self.problem, replace(solution, share=share))

    def form(self, problem: Problem) -> Form:
        """The columns of these pairs."""
        form = self.whole.form(self.problem)
        return replace(form, assigned=form.assigned[:, self.pairs])


def reassign(
    problem: Problem,
    stage: Stage,
    limits: Sequence[Limit],
    kept: Sequence[tuple[Stage, float]],
    solution: Solution,
    effort: Effort,
    backend: Backend,
) -> tuple[Solution | None, Outcome]:
    """Optimise an objective over the shares of an answer, its modules kept.

    Parameters
    ----------
    problem, stage, limits
        The problem, what is optimised, and what the answer must keep to.
    kept
        Earlier stages, each with the value it reached.
    solution
        The answer whose modules are kept.
    effort, backend
        What may be used, and the solver.

    Returns
    -------
    found
        The answer with new shares, `None` when the solver found none.
    outcome
        What the solver said; its bound is in the objective's own unit.
    """
    assert solution.modules is not None
    pairs = np.flatnonzero(solution.modules[problem.pair_option] > 0)
    objective = _Over(stage.objective, problem, pairs)
    floors = [(replace(earlier, objective=_Over(earlier.objective, problem, pairs)), value) for earlier, value in kept]
    model = CompactModel.build(
        problem.over(pairs),
        [limit for limit in limits if limit.touches_served],
        [objective, *(earlier.objective for earlier, _ in floors)],
    )
    for earlier, value in floors:
        model = model.with_floor(earlier, value)
    n_others = len(model.rows.cost) - 2 * problem.n_options
    decided: Floats = np.r_[(solution.modules > 0).astype(float), solution.modules.astype(float), np.zeros(n_others)]
    model = model.fixed(decided)
    outcome = backend.solve(model.with_objective(objective), effort, stage=objective.name)
    outcome = replace(outcome, bound=model.unscaled(objective, outcome.bound))
    if outcome.values is None:
        return None, outcome
    share = np.zeros(problem.n_pairs)
    share[pairs] = model.decode(outcome.values, effort.seed).share
    return replace(solution, share=share), outcome
