"""The formulas that a learned model may have; they predict with numpy alone."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LEAF = -1
"""What stands for the feature of a node that is a leaf."""


@dataclass(frozen=True, eq=False)
class Linear:
    """``intercept + sum_j c_j s(x_j)`` with ``s(x) = sign(x) log(1 + |x|)``.

    Parameters
    ----------
    intercept
        Prediction where all features are 0.
    coefficients
        ``c_j``, one per feature.
    """

    intercept: float
    coefficients: NDArray[np.float64]

    def predict(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """One number per row of features."""
        # Summed column by column, because a matrix product may round otherwise on another machine.
        total = np.full(len(values), self.intercept)
        for column, coefficient in enumerate(self.coefficients):
            total += coefficient * squeezed(values[:, column])
        return total


@dataclass(frozen=True, eq=False)
class Trees:
    """``base`` plus one number of each tree.

    The nodes of all trees stand behind each other. A row of features begins at the root of a tree and goes left where
    its feature is at most the threshold, right otherwise, until it meets a leaf, whose value is added.

    Parameters
    ----------
    base
        Number before the first tree.
    roots
        Node at which each tree begins.
    feature
        Column looked at by each node, `LEAF` for a leaf.
    threshold
        Largest value that goes left.
    left, right
        Next nodes, each behind its own node; 0 for a leaf.
    value
        Number of each leaf; 0 for the other nodes.
    """

    base: float
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]

    def predict(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """One number per row of features."""
        total = np.full(len(values), self.base)
        for root in self.roots:
            total += self.value[self._leaves(int(root), values)]
        return total

    def _leaves(self, root: int, values: NDArray[np.float64]) -> NDArray[np.int64]:
        node = np.full(len(values), root)
        walking = np.flatnonzero(self.feature[node] != LEAF)
        while walking.size:
            at = node[walking]
            goes_left = values[walking, self.feature[at]] <= self.threshold[at]
            node[walking] = np.where(goes_left, self.left[at], self.right[at])
            walking = walking[self.feature[node[walking]] != LEAF]
        return node


Predictor: TypeAlias = Linear | Trees


def squeezed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``sign(x) log(1 + |x|)``: counts and distances of very different size on one scale."""
    squeezed: NDArray[np.float64] = np.sign(values) * np.log1p(np.abs(values))
    return squeezed
