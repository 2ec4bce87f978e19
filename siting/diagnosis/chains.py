"""Chains of stations that take over from each other: the largest flow from demand without a place to spare capacity."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from siting.diagnosis.serving import DUST, Booleans, Floats, Integers, Reach

_WHOLE = 2**29  # whole numbers that stand for all that looks for a place; twice as much still fits what SciPy counts in


@dataclass(frozen=True, eq=False)
class Chains:
    """How demand may move between facilities, as arcs of a graph (Ford & Fulkerson 1956).

    What is asked for at a row may go to any facility that reaches it, and a facility may hand on what it gives to other
    rows. Nodes are the rows, the facilities and, last, the capacity to spare. No solver decides anything here; what the
    chains say is what serving everything again would.

    Parameters
    ----------
    n_rows
        Number of rows.
    tail, head
        Nodes of the arcs, shape (A,).
    amount
        Units a day that each arc carries at most, infinite where nothing limits it, shape (A,).
    """

    n_rows: int
    tail: Integers
    head: Integers
    amount: Floats

    @classmethod
    def of(cls, reach: Reach, units: Floats) -> "Chains":
        """The chains of facilities that give what they give.

        Parameters
        ----------
        reach
            Who asks, what can give, and who reaches whom.
        units
            Units a day that are given over each pair, shape (K,).
        """
        n_rows, flows, left = len(reach.demand), np.flatnonzero(units > 0), reach.spare(units)
        spare = np.flatnonzero(left > 0)
        return cls(
            n_rows,
            np.r_[reach.row, n_rows + reach.facility[flows], n_rows + spare],
            np.r_[n_rows + reach.facility, reach.row[flows], np.full(len(spare), n_rows + len(left))],
            np.r_[np.full(len(reach.row), np.inf), units[flows], left[spare]],
        )

    def placed(self, wanted: Floats, closed: Booleans) -> float:
        """How much finds a place, in units a day.

        Parameters
        ----------
        wanted
            Units a day that look for a place at each row, shape (I,).
        closed
            Facilities that give nothing any more, shape (H,).
        """
        rows, total = np.flatnonzero(wanted > 0), float(wanted.sum())
        if total <= 0:
            return 0.0
        gone = np.r_[np.zeros(self.n_rows, dtype=bool), closed, False]
        stays = ~gone[self.tail] & ~gone[self.head]
        sink, source = len(gone) - 1, len(gone)
        whole = np.rint(np.minimum(np.r_[self.amount[stays], wanted[rows]] / total, 1.0) * _WHOLE).astype(np.int32)
        ends = np.r_[self.tail[stays], np.full(len(rows), source)], np.r_[self.head[stays], rows]
        graph = sparse.csr_array((whole, ends), shape=(source + 1, source + 1))
        found = float(maximum_flow(graph, source, sink).flow_value) / _WHOLE
        return total if found > 1 - DUST else total * found if found > DUST else 0.0
