"""Branch and cut over a master problem."""

from collections.abc import Callable

import numpy as np

from solvers.covering.searched import Searched
from solvers.covering.tree import Tree
from solvers.linear import Effort, Outcome, Status
from solvers.problem import Floats, Integers


def branch(
    master: Searched,
    effort: Effort,
    *,
    start: Integers | None = None,
    touch: Floats | None = None,
    enough: Callable[[float, float], bool] | None = None,
) -> Outcome:
    """Search a master problem.

    Parameters
    ----------
    master
        What is searched.
    effort
        Gap and limits.
    start
        Modules per option (1 or 0) to begin from, shape (O,).
    touch
        How far options are expected to be open in the relaxation, shape (O,).
    enough
        Told objective (infinitely low without an answer) and bound; whether to stop.
    """
    if not master.n_options:
        values = master.answer(np.zeros(0, dtype=np.int64))
        status, bound = (Status.INFEASIBLE, None) if values is None else (Status.OPTIMAL, 0.0)
        return Outcome(status, values, bound, bound, "no site", 0, 0.0)
    news = [False]

    def tell(objective: float | None, bound: float) -> None:
        news[0] = enough is not None and enough(-np.inf if objective is None else objective, bound)

    tree = Tree(master, effort, lambda: news[0], tell)
    tree.begin(start, touch=touch)
    return tree.search()
