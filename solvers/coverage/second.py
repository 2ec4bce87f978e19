"""Worth of being covered twice: tighter tangents than those of the sets that it is written as."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.coverage.coverage import Coverage
from solvers.covering.master import Master
from solvers.problem import Floats, Integers

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class SecondMaster(Master):
    """A master problem over classes that need two open sites.

    Partly open sites cover a class twice as far as half of their sum, as far as their sum without the one that is open
    most, and at most once: the least of the three is right for sites that are open or closed, and never too low.

    Parameters
    ----------
    begin, site
        Sites of each class that has two or more, shapes (C + 1,) and (K,).
    """

    begin: Integers
    site: Integers

    @classmethod
    def over(cls, master: Master, coverage: Coverage) -> Self:
        """The same problem with tighter tangents."""
        size = np.diff(coverage.begin)
        begin = np.r_[0, np.cumsum(size[size >= 2])]
        kept = {field.name: getattr(master, field.name) for field in fields(master)}
        return cls(**kept, begin=begin, site=coverage.site[np.repeat(size >= 2, size)])

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `worth of the group - slope × opened <= height` that hold for every answer, one per group."""
        slope, height = _tangents(opened, self.cover.weight, self.begin, self.site, self.group_begin)
        rows = sparse.hstack([sparse.csr_matrix(-slope), sparse.identity(len(height))], format="csr")
        return sparse.csr_matrix(rows), height


@compiled
def _tangents(
    opened: Floats, weight: Floats, begin: Integers, site: Integers, group_begin: Integers
) -> tuple[Floats, Floats]:
    """Slope over the sites, shape (G, J), and value where all are closed, shape (G,)."""
    n_groups = len(group_begin) - 1
    slope, height = np.zeros((n_groups, len(opened))), np.zeros(n_groups)
    for g in range(n_groups):
        for c in range(group_begin[g], group_begin[g + 1]):
            total, most, at = 0.0, -1.0, -1
            for k in range(begin[c], begin[c + 1]):
                total += opened[site[k]]
                if opened[site[k]] > most:
                    most, at = opened[site[k]], k
            if min(total / 2, total - most) > 1 - _ROUNDING:
                height[g] += weight[c]
                continue
            half = total / 2 < total - most - _ROUNDING
            for k in range(begin[c], begin[c + 1]):
                slope[g, site[k]] += weight[c] * (0.5 if half else 1.0 * (k != at))
    return slope, height
