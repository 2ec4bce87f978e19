"""What is run: one entry per row of the table.

Nothing here loads the solvers, so that the process that waits for the runs stays small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Size = Literal["tiny", "small", "medium", "large"]
Regime = Literal["normal", "scarce", "abundant"]
Kind = Literal["city", "flows", "known"]
PEER = "HiGHS"  # the compact model, handed to HiGHS as it is


@dataclass(frozen=True)
class Run:
    """One measurement, made in a process of its own.

    Parameters
    ----------
    name
        Unique name.
    kind
        Generated city, generated flows, or the 25-node network with published answers.
    method
        Method of `solve`, or `"HiGHS"` for the compact model in plain HiGHS.
    seconds
        Time limit of the solve (for `known`, of each).
    size, seed, budget, demand
        Which instance.
    cost_stage
        Whether the least cost under the served value follows.
    cold
        Whether the compiled loops must be compiled first.
    again
        Whether the run begins from an earlier answer, to demand that has changed since.
    """

    name: str
    kind: Kind
    method: str
    seconds: float
    size: Size = "small"
    seed: int = 0
    budget: Literal["tight", "loose"] = "tight"
    demand: Regime = "normal"
    cost_stage: bool = False
    cold: bool = False
    again: bool = False


def full_runs(*, long: bool, method: str = "joint", covering: str = "covering") -> list[Run]:
    """All rows; `long` gives every seed of the cities five minutes.

    Parameters
    ----------
    long
        Five minutes for every seed, not for the first alone.
    method, covering
        What is measured on cities and on flows.
    """
    return [
        *_flow_runs(covering, seeds=range(3), peer_s=60.0),
        *_tight_runs(method, long=long),
        *_regime_runs(method),
        *_variant_runs(method, "medium"),
        *_peer_runs(),
    ]


def quick_runs(*, method: str = "joint", covering: str = "covering") -> list[Run]:
    """A few rows within two minutes."""
    return [
        *_flow_runs(covering, seeds=range(1), peer_s=10.0),
        _city(method, "small", 0, 15.0),
        _city(method, "medium", 0, 30.0),
        _city(PEER, "small", 0, 15.0),
    ]


def warm_up(runs: Sequence[Run]) -> list[Run]:
    """One small run of each method that is measured warm, so that its loops are compiled."""
    warm = [run for run in runs if run.method != PEER and not run.cold]
    kinds: dict[tuple[str, Kind], None] = {}
    for run in warm:
        kinds[run.method, "city" if run.kind == "city" else "flows"] = None
    return [Run(f"warm-up of {method} on {kind}", kind, method, 5.0, "tiny") for method, kind in kinds]


def _city(method: str, size: Size, seed: int, seconds: float) -> Run:
    peer = "" if method != PEER else f"-{PEER}"
    return Run(f"{size}-{seed}{peer}", "city", method, seconds, size, seed)


def _tight_runs(method: str, *, long: bool) -> list[Run]:
    sizes: tuple[Size, ...] = ("small", "medium", "large")
    return [_city(method, size, seed, 300.0 if long or seed == 0 else 60.0) for size in sizes for seed in range(5)]


def _regime_runs(method: str) -> list[Run]:
    runs = []
    limits: tuple[tuple[Size, float], ...] = (("small", 30.0), ("medium", 60.0))
    for size, seconds in limits:
        runs += [
            Run(f"{size}-0-loose", "city", method, seconds, size, budget="loose"),
            Run(f"{size}-0-scarce", "city", method, seconds, size, demand="scarce"),
            Run(f"{size}-0-abundant", "city", method, seconds, size, demand="abundant"),
        ]
    return runs


def _variant_runs(method: str, size: Size) -> list[Run]:
    return [
        Run(f"{size}-0-cold", "city", method, 30.0, size, cold=True),
        Run(f"{size}-0-again", "city", method, 30.0, size, again=True),
        Run(f"{size}-0-cost", "city", method, 60.0, size, cost_stage=True),
    ]


def _peer_runs() -> list[Run]:
    return [
        *(_city(PEER, "small", seed, 60.0) for seed in range(5)),
        _city(PEER, "medium", 0, 60.0),
        _city(PEER, "large", 0, 60.0),
    ]


def _flow_runs(covering: str, *, seeds: Sequence[int], peer_s: float) -> list[Run]:
    return [
        Run("25-node", "known", covering, 20.0),
        *(Run(f"flows-{seed}", "flows", covering, 60.0, seed=seed) for seed in seeds),
        *(Run(f"flows-{seed}-{PEER}", "flows", PEER, peer_s, seed=seed) for seed in seeds),
    ]
