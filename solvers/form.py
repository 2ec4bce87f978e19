"""Linear forms over what is decided: opening and modules (per option), what is served and through which pairs."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.problem import Floats, Problem


@dataclass(frozen=True, eq=False)
class Form:
    """Rows of coefficients on opening, modules, served units and assigned units, and a constant.

    A coefficient on a pair may depend on the pair's cover set and site only, so that options of one site with the
    same reach can share their columns.

    Parameters
    ----------
    opened, modules
        Rows × options, CSR.
    served
        Rows × demand rows, CSR, per unit served.
    assigned
        Rows × pairs, CSR, per unit of a row's demand that the pair provides for.
    constant
        What each row has whatever is decided, shape (R,).
    """

    opened: sparse.csr_matrix
    modules: sparse.csr_matrix
    served: sparse.csr_matrix
    assigned: sparse.csr_matrix
    constant: Floats

    @property
    def touches_served(self) -> bool:
        """Whether the form speaks of served demand, not of options alone."""
        return bool(self.served.nnz or self.assigned.nnz)


Rows = sparse.csr_matrix | Floats | None


def form(
    problem: Problem,
    *,
    opened: Rows = None,
    modules: Rows = None,
    served: Rows = None,
    assigned: Rows = None,
    constant: float = 0.0,
) -> Form:
    """Build a form from what it touches; what is left out is zero.

    Parameters
    ----------
    problem
        The problem.
    opened, modules
        Coefficients, shape (O,) for one row or (rows, O).
    served
        Coefficients per served unit, shape (I,) for one row or (rows, I).
    assigned
        Coefficients per unit provided over a pair, shape (K,) for one row or (rows, K).
    constant
        The same for every row.
    """
    given = [
        None if part is None else sparse.csr_matrix(part, dtype=np.float64)
        for part in (opened, modules, served, assigned)
    ]
    n_rows = next(part.shape[0] for part in given if part is not None)
    widths = (problem.n_options, problem.n_options, problem.n_rows, problem.n_pairs)
    on_opened, on_modules, on_served, on_assigned = (
        sparse.csr_matrix((n_rows, width), dtype=np.float64) if part is None else part
        for part, width in zip(given, widths, strict=True)
    )
    return Form(on_opened, on_modules, on_served, on_assigned, np.full(n_rows, float(constant)))
