"""The side of a problem: its objective and limits as arrays, always a maximisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.certificate import Row
from solvers.errors import ProblemError
from solvers.form import Form
from solvers.objectives import Objective
from solvers.problem import Floats, Problem


@dataclass(frozen=True)
class Floor:
    """An earlier objective kept at a value or better, as a limit of later stages.

    Parameters
    ----------
    objective
        The earlier objective.
    worst
        Least value when it is maximised, most when it is minimised.
    """

    objective: Objective
    worst: float

    @property
    def name(self) -> str:
        """What is kept."""
        return f"floor of {self.objective.name}"

    def form(self, problem: Problem) -> Form:
        """The objective's row."""
        return self.objective.form(problem)

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """From the worst value on, in the objective's sense."""
        lo, hi = (self.worst, np.inf) if self.objective.maximise else (-np.inf, self.worst)
        return np.array([lo]), np.array([hi])


@dataclass(frozen=True, eq=False)
class Side:
    """Maximise `sign × objective` under `lo <= opened y + modules n + served s + constant <= hi`.

    `y` says whether an option is open, `n` are its modules, `s` the units served per demand row. Parts of the objective
    are already multiplied by the sign.

    Parameters
    ----------
    sign
        1 when the objective is maximised, -1 when it is minimised.
    per_served
        Objective per unit served, shape (I,).
    per_opened, per_module
        Objective per opened option and per module, shape (O,).
    offset
        Objective of nothing at all.
    opened, modules
        Rows × options, CSR.
    served
        Rows × demand rows, CSR.
    constant, lo, hi
        Shape (R,); rows stand in the order of the limits.
    """

    sign: float
    per_served: Floats
    per_opened: Floats
    per_module: Floats
    offset: float
    opened: sparse.csr_matrix
    modules: sparse.csr_matrix
    served: sparse.csr_matrix
    constant: Floats
    lo: Floats
    hi: Floats

    @classmethod
    def of(cls, problem: Problem, objective: Objective, limits: Sequence[Row]) -> Self:
        """Collect an objective and limits (floors of earlier stages among them).

        Raises
        ------
        ProblemError
            When one of them speaks of single pairs, which the decomposition gives away.
        """
        parts: tuple[Objective | Row, ...] = (objective, *limits)
        forms = [part.form(problem) for part in parts]
        bad = [part.name for part, form in zip(parts, forms, strict=True) if form.assigned.nnz]
        if bad:
            raise ProblemError([f"{name} speaks of single pairs, not of what is served" for name in bad])
        goal, rows = forms[0], forms[1:]
        bounds = [limit.bounds(problem) for limit in limits]
        sign = 1.0 if objective.maximise else -1.0
        return cls(
            sign=sign,
            per_served=sign * goal.served.toarray()[0],
            per_opened=sign * goal.opened.toarray()[0],
            per_module=sign * goal.modules.toarray()[0],
            offset=sign * float(goal.constant[0]),
            opened=_stack([form.opened for form in rows], problem.n_options),
            modules=_stack([form.modules for form in rows], problem.n_options),
            served=_stack([form.served for form in rows], problem.n_rows),
            constant=np.concatenate([np.zeros(0), *(form.constant for form in rows)]),
            lo=np.concatenate([np.zeros(0), *(lo for lo, _ in bounds)]),
            hi=np.concatenate([np.zeros(0), *(hi for _, hi in bounds)]),
        )

    @property
    def n_rows(self) -> int:
        """Number of limit rows."""
        return len(self.lo)


def _stack(parts: Sequence[sparse.csr_matrix], width: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(sparse.vstack([sparse.csr_matrix((0, width)), *parts], format="csr"))
