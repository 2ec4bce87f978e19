"""On which column to split: learnt from what splits have gained before (Achterberg, Koch & Martin 2005)."""

from collections.abc import Callable

import numpy as np

from solvers.problem import Floats, Integers

_TRIED = 8  # columns whose two sides are solved before one is split on
_RELIABLE = 1  # sides solved of a column, before what it gained is believed
_LEAST = 1e-9

Side = Callable[[int, bool], float]
"""Loss of the bound on one side of a column, the upper one or the lower one; infinite where nothing is left."""


class Branching:
    """Losses of the bound per unit of rounding, by side and column.

    Parameters
    ----------
    n_columns
        Number of integer columns.
    """

    def __init__(self, n_columns: int) -> None:
        self._lost = np.zeros((2, n_columns))
        self._tries = np.zeros((2, n_columns))

    def choose(self, values: Floats, split: Integers, most: float, side: Side) -> tuple[int, dict[bool, float]]:
        """The column to split on, and the losses of its sides as far as they were solved.

        Parameters
        ----------
        values
            Values of the integer columns, shape (N,).
        split
            Columns that are not whole.
        most
            Loss beyond which a side is done with, however much more it loses.
        side
            Solves one side of a column.
        """
        part = values - np.floor(values)
        order = split[np.argsort(-self._scores(split, part), kind="stable")]
        best, score, losses = int(order[0]), -1.0, dict[bool, float]()
        for column in order[:_TRIED].tolist():
            if self._tries[:, column].min() >= _RELIABLE:
                if score < 0:
                    return column, {}
                continue
            sides = {up: side(column, up) for up in (False, True)}
            gained = {up: min(max(loss, _LEAST), most) for up, loss in sides.items()}
            for up, loss in gained.items():
                self._lost[int(up), column] += loss / (1 - part[column] if up else part[column])
                self._tries[int(up), column] += 1
            product = gained[False] * gained[True]
            if product > score:
                best, score, losses = column, product, sides
        return best, losses

    def _scores(self, split: Integers, part: Floats) -> Floats:
        """The product of what both sides are expected to lose; of columns never tried what others lost."""
        mean = self._lost.sum(axis=1) / np.maximum(self._tries.sum(axis=1), 1.0)
        known = self._lost / np.maximum(self._tries, 1.0)
        expected = np.where(self._tries > 0, known, mean[:, None] + _LEAST)[:, split]
        scores: Floats = np.maximum(expected[0] * part[split], _LEAST) * np.maximum(
            expected[1] * (1 - part[split]), _LEAST
        )
        return scores
