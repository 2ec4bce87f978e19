"""The classic distance models on published and generated instances: `python -m bench.classic [--quick] [--peer]`.

Every run has a process of its own. Cold is the first answer of the process, loading compiled loops included; warm is
the median of what follows. Reading an instance counts for neither.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.classic_instances import distances_named, known_optima
from solvers import Distances, Effort, Located, p_center, p_dispersion, p_median

DATA = Path(__file__).resolve().parents[2] / "shared" / "bench"
SOLVERS = {"p-median": p_median, "p-center": p_center, "p-dispersion": p_dispersion}
EQUAL = 1e-6
_ONCE_S = 30.0  # runs longer than this are not repeated
_REPEATED_S = 3.0  # nor more often those that take longer than this when warm
_REPEATS = 5
_PER_MB = 1e6 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere


@dataclass(frozen=True)
class Run:
    """One question: model, instance, sites to open, seconds it may take, gap that is good enough, known optimum."""

    model: str
    instance: str
    p: int
    seconds: float
    gap: float = 1e-6
    optimum: float | None = None
    peer: bool = False


def runs(data: Path, *, quick: bool, peer: bool) -> list[Run]:
    """All runs, or those that take seconds."""
    asked = [
        Run(k.model, k.instance, k.p, 60.0, optimum=k.optimum)
        for k in known_optima(data)
        if not quick or k.instance.startswith("pmed")
    ]
    asked += [Run("p-dispersion", "plane-100", p, 60.0) for p in (5, 10)]
    if not quick:
        asked += [Run("p-median", "fl1400", p, 60.0) for p in (10, 20, 50)]
        asked += [Run("p-median", "rl1304", p, 60.0) for p in (20, 200, 400, 500)]
        asked += [Run("p-median", "pcb3038", p, 60.0) for p in (5, 10, 100, 500)]
        asked += [Run("p-median", name, p, 300.0, gap=1e-3) for name, p in LARGE]
    small = [run for run in asked if run.instance in ("pmed1", "pmed6", "pmed11")]
    return asked + ([Run(**{**asdict(run), "peer": True}) for run in small] if peer else [])


LARGE = (("plane-10000", 100), ("plane-10000", 1000), ("d18512", 500), ("plane-100000", 2000))


def measured(run: Run, data: Path) -> dict[str, Any]:
    """Solve a run in this process, and tell what came of it."""
    distances = distances_named(data, run.instance)
    took, found = _timed(run, distances)
    warm = [took if took > _ONCE_S else _timed(run, distances)[0]]
    if warm[0] < _REPEATED_S:
        warm += [_timed(run, distances)[0] for _ in range(_REPEATS - 1)]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB
    return {
        "n": distances.n_points, "m": distances.n_sites, "cold_s": took, "warm_s": median(warm), "peak_mb": peak_mb,
        "value": found.value, "bound": found.bound, "status": str(found.status),
    }  # fmt: skip


def _timed(run: Run, distances: Distances) -> tuple[float, Located]:
    began = time.perf_counter()
    if run.peer:
        found = _peer(run, distances)
    else:
        found = SOLVERS[run.model](distances, run.p, effort=Effort(gap=run.gap, time_limit_s=run.seconds))
    return time.perf_counter() - began, found


def _peer(run: Run, distances: Distances) -> Located:
    """Solve with spopt and PuLP's HiGHS, one variable per pair."""
    from pulp import HiGHS
    from spopt.locate import PCenter, PMedian  # type: ignore[import-not-found]

    site = np.arange(distances.n_sites)
    table = np.stack([distances.of_pairs(np.full(len(site), i), site) for i in range(distances.n_points)])
    if run.model == "p-median":
        model = PMedian.from_cost_matrix(table, np.ones(len(table)), run.p)
    else:
        model = PCenter.from_cost_matrix(table, run.p)
    model.solve(HiGHS(msg=False, timeLimit=run.seconds))
    # PuLP says "Optimal" after a time limit too, so the word is that of the solution.
    proved = model.problem.sol_status == 1
    opened = np.array([bool(clients) for clients in model.fac2cli])
    value = float(
        np.minimum.reduce(table[:, opened], axis=1).sum()
        if run.model == "p-median"
        else model.problem.objective.value()
    )
    from solvers import Status

    status = Status.OPTIMAL if proved else Status.TIME_LIMIT
    return Located(run.model, status, np.flatnonzero(opened), None, value, value if proved else None, "spopt", 0.0)


HEAD = ("model", "instance", "n", "m", "p", "by", "cold s", "warm s", "peak MB", "value", "bound", "gap %", "optimum",
        "proved", "equal")  # fmt: skip


def line(run: Run, told: dict[str, Any] | None) -> list[str]:
    """One row of the table."""
    name, by = [run.model, run.instance], "spopt + HiGHS" if run.peer else "ours"
    if told is None:
        return [*name, "", "", str(run.p), by, f"> {run.seconds:g}", *[""] * 7, ""]
    value, bound = told["value"], told["bound"]
    gap = "" if value is None or bound is None else f"{100 * abs(value - bound) / max(abs(value), 1e-300):.4f}"
    equal = ""
    if run.optimum is not None and value is not None:
        equal = "yes" if abs(value - run.optimum) <= EQUAL * abs(run.optimum) else "no"
    return [
        *name, str(told["n"]), str(told["m"]), str(run.p), by, f"{told['cold_s']:.2f}", f"{told['warm_s']:.3f}",
        f"{told['peak_mb']:.0f}", _number(value), _number(bound), gap, _number(run.optimum),
        "yes" if told["status"] == "optimal" else told["status"], equal,
    ]  # fmt: skip


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run everything and print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what takes seconds")
    parser.add_argument("--peer", action="store_true", help="spopt as well, where it is installed, 60 s per run")
    parser.add_argument("--only", default="", help="only instances whose names begin so")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the published instances")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.run:
        print(json.dumps(measured(Run(**json.loads(asked.run)), asked.data)))
        return
    peer = asked.peer and find_spec("spopt") is not None
    print("| " + " | ".join(HEAD) + " |\n|" + "-|" * len(HEAD))
    for run in runs(asked.data, quick=asked.quick, peer=peer):
        if run.instance.startswith(asked.only):
            print("| " + " | ".join(line(run, _apart(run, asked.data))) + " |", flush=True)


def _apart(run: Run, data: Path) -> dict[str, Any] | None:
    """Measure a run in a process of its own; `None` when it does not end in time."""
    command = [sys.executable, "-m", "bench.classic", "--data", str(data), "--run", json.dumps(asdict(run))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=1.5 * run.seconds + 120, check=True)
    except subprocess.SubprocessError as error:
        print(getattr(error, "stderr", "") or error, file=sys.stderr)
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()
