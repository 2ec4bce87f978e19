"""Which options stand in which group, as a matrix."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from solvers.problem import Integers


def membership(groups: Sequence[Integers] | Integers, n_options: int) -> sparse.csr_matrix:
    """One row per group with a one for each of its options, shape (groups, O)."""
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    members = np.concatenate([*groups, np.zeros(0, dtype=np.int64)])
    return sparse.csr_matrix((np.ones(len(rows)), (rows, members)), (len(groups), n_options))
