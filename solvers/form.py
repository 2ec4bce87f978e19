"""Linear forms over what is decided: opening (per option), modules (per option) and served units (per pair)."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.problem import Floats, Problem


@dataclass(frozen=True, eq=False)
class Form:
    """Rows of coefficients on opening, modules and served units.

    A coefficient on a pair may depend on the pair's demand row and site only, so that options of one site with the
    same reach can share their columns.

    Parameters
    ----------
    opened, modules
        Rows × options, CSR.
    served
        Rows × pairs, CSR, per served unit.
    """

    opened: sparse.csr_matrix
    modules: sparse.csr_matrix
    served: sparse.csr_matrix

    @property
    def touches_served(self) -> bool:
        """Whether the form speaks of served demand, not of options alone."""
        return bool(self.served.nnz)


def form(
    problem: Problem,
    *,
    opened: sparse.csr_matrix | Floats | None = None,
    modules: sparse.csr_matrix | Floats | None = None,
    served: sparse.csr_matrix | Floats | None = None,
) -> Form:
    """Build a form from what it touches; what is left out is zero.

    Parameters
    ----------
    problem
        The problem.
    opened, modules
        Coefficients, shape (O,) for one row or (rows, O).
    served
        Coefficients per served unit, shape (K,) for one row or (rows, K).
    """
    given = [None if part is None else sparse.csr_matrix(part, dtype=np.float64) for part in (opened, modules, served)]
    n_rows = next(part.shape[0] for part in given if part is not None)
    widths = (problem.n_options, problem.n_options, problem.n_pairs)
    parts = [
        sparse.csr_matrix((n_rows, width), dtype=np.float64) if part is None else part
        for part, width in zip(given, widths, strict=True)
    ]
    return Form(*parts)
