"""What is measured: one file per model, each with the tools that answer it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from bench.row import Answer, News
from bench.run import Run

#: Model of a run = the file that prepares it.
MODELS = {
    "p-median": "distances",
    "p-center": "distances",
    "p-dispersion": "distances",
    "maximal": "coverage",
    "partial": "coverage",
    "backup": "coverage",
    "market": "coverage",
    "capacitated": "capacitated",
    "flows": "refuelling",
    "25-node": "refuelling",
    "city": "joint",
    "travel": "travel",
    "handing over": "handing",
    "import": "imports",
    "warm-up": "warm_up",
}

Call = Callable[[], Answer]


@dataclass(frozen=True)
class Setting:
    """Folder with `bench/` and `data/`, threads of a method or solver, and what hears news of a solve."""

    data: Path
    threads: int
    tell: Callable[[News], None]


def call_of(run: Run, setting: Setting) -> Call:
    """Read or generate the instance of a run; what comes back solves it with the run's tool, again and again."""
    module = import_module(f"bench.models.{MODELS[run.model]}")
    return cast("Call", module.prepare(run, setting))
