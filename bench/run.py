"""One measurement that is asked for.

Nothing here loads the solvers, so that the process that waits for the runs stays small.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OURS = "ours"
REPEATS = 5


@dataclass(frozen=True)
class Run:
    """One tool on one instance, measured in a process of its own.

    Parameters
    ----------
    kind
        Class of models, a key of `bench.classes.CLASSES`: the table that the run stands in.
    name
        Name of the instance in words, unique in its class; runs of other tools on it share the line of ours.
    model
        Key of `bench.models.MODELS`: what prepares the instance and answers.
    of
        What the instance is made of, as its model takes it.
    tool
        Ours, or the name of a peer.
    limit_s
        Time limit.
    gap
        Relative gap that is good enough.
    optimum
        Known optimum, if any.
    repeats
        How often a first call is repeated, at most, for the warm time.
    empty_cache
        Whether the compiled loops must be compiled first.
    """

    kind: str
    name: str
    model: str
    of: Mapping[str, Any] = field(default_factory=dict)
    tool: str = OURS
    limit_s: float = 60.0
    gap: float = 1e-6
    optimum: float | None = None
    repeats: int = REPEATS
    empty_cache: bool = False
