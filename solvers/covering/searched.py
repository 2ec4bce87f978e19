"""What a search over options asks of the problem it searches."""

from typing import Protocol

from scipy import sparse

from solvers.linear import LinearModel
from solvers.problem import Floats, Integers


class Searched(Protocol):
    """Maximise over options that are open or closed, and worths known by tangents alone.

    The columns of the `model` are integer ones first, the first `n_options` of them how far each option is open, then
    worths with finite upper bounds.
    """

    @property
    def model(self) -> LinearModel:
        """Columns and limit rows, to be maximised, without any tangent."""
        ...

    @property
    def grain(self) -> float:
        """Objectives differ by whole multiples of this; 0 when that is not known."""
        ...

    @property
    def n_options(self) -> int:
        """Number of options."""
        ...

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `row @ columns <= height` that hold for every answer, one for each worth, tight at an answer."""
        ...

    def answer(self, modules: Integers) -> Floats | None:
        """All columns of an answer with the given modules per option; `None` when it breaks a limit."""
        ...

    def near(self, opened: Floats) -> Floats | None:
        """All columns of an answer that is found near partly open options, if one is found."""
        ...

    def modules(self, values: Floats) -> Integers:
        """Modules per option of whole columns, shape (O,)."""
        ...
