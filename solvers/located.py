"""Which sites to open, and how good that is: the answer of the classic models."""

from dataclasses import dataclass

import numpy as np

from solvers.choice import Choice
from solvers.linear import Status, relative_gap
from solvers.problem import Integers


@dataclass(frozen=True, eq=False)
class Located:
    """Sites chosen by a classic model, with the bound that was proved for them.

    Parameters
    ----------
    model
        Name of the model.
    status
        `OPTIMAL`: no answer is better by more than a millionth of the value. `INFEASIBLE`: there is no answer.
    sites
        Open sites, ascending, shape (p,); `None` without an answer.
    assigned
        The open site that serves each point, the nearest one, shape (I,); `None` without an answer, or where the model
        has no points.
    value
        The objective of these sites.
    bound
        Proven: no answer has a better value. `None` where nothing was proved.
    words
        How it was found and proved.
    runtime_s
        Seconds it took.
    """

    model: str
    status: Status
    sites: Integers | None
    assigned: Integers | None
    value: float | None
    bound: float | None
    words: str
    runtime_s: float

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound."""
        return None if self.value is None or self.bound is None else relative_gap(self.value, self.bound)


def site_faults(choice: Choice, found: Located) -> list[str]:
    """What is wrong with the open sites themselves."""
    assert found.sites is not None
    wrong = []
    if len(found.sites) != choice.p or len(np.unique(found.sites)) != choice.p:
        wrong.append(f"{len(np.unique(found.sites))} sites are open and not {choice.p}")
    if not np.isin(found.sites, choice.sites).all():
        wrong.append("a forbidden site is open")
    if not np.isin(choice.sites[choice.state > 0], found.sites).all():
        wrong.append("a required site is closed")
    return wrong
