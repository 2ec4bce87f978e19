"""`python -m bench.covering [--quick]`: covering and capacitated models against hand-written compact models.

Each case and each peer runs in a process of its own, so that memory is its own. Seconds include collapsing the points
and checking the answer, not reading or generating them; loops are compiled before. A peer is the model of the
textbook, one variable and one row for each point or pair, written with PuLP and solved by HiGHS within a stated limit.
Seconds are those of the processor, of one thread, so that a busy machine does not count.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.capacitated_files import Warehouses, warehouses
from bench.compact_models import PeerResult, capacitated_peer, maximal_peer
from bench.generated import Plane, plane
from bench.machine import machine
from solvers import Coverage, Effort, Market, backup_cover, capacitated_cost, market_share, max_cover, partial_cover
from solvers.capacitated import CapacitatedAnswer
from solvers.coverage import CoverageAnswer

ROOT = Path(__file__).resolve().parents[1]
_REPEATS_BELOW_S = 5.0
_PEER_POINTS = 100_000  # above, a model with a variable for each point and its pairs is not tried
_COLUMNS = ("case", "size", "cpu s", "peak MB", "value", "bound", "known", "proved", "peer", "peer cpu s", "ratio")

Answer = CoverageAnswer | CapacitatedAnswer


@dataclass(frozen=True)
class Case:
    """A model and its instance; `quick` ones are in the short table."""

    model: str
    n: int = 0
    m: int = 0
    standard: float = 0.0
    p: int = 0
    share: float = 0.0
    gap: float = 0.0
    file: str = ""
    capacity: str = ""
    known: float | None = None
    quick: bool = False

    @property
    def name(self) -> str:
        """Model and parameters."""
        if self.file:
            return f"{self.model} {self.file} {self.capacity}".strip()
        words = [f"R={self.standard:g}"] if self.standard else []
        words += [f"p={self.p}"] if self.p else [f"share={self.share:g}"]
        words += [f"gap={self.gap:g}"] if self.gap else []
        return f"{self.model} {', '.join(words)}"


CASES = (
    Case("maximal", 100, 10**5, 3.25, 10, known=1_897_064, quick=True),
    Case("maximal", 100, 10**5, 6.25, 10, known=4_866_754, quick=True),
    Case("maximal", 100, 10**6, 6.25, 10, known=48_780_184, quick=True),
    Case("maximal", 100, 10**7, 3.25, 10),
    Case("maximal", 100, 10**7, 6.25, 10),
    Case("maximal", 100, 10**7, 6.25, 15),
    Case("maximal", 1000, 10**6, 1.7, 50, known=25_753_010),
    Case("maximal", 5000, 10**6, 0.7, 200, known=18_016_737),
    Case("maximal", 10_000, 10**7, 0.5, 500, gap=1e-4),
    Case("partial", 100, 10**5, 3.25, share=0.6, quick=True),
    Case("partial", 1000, 10**6, 1.7, share=0.5),
    Case("backup", 100, 10**5, 3.25, 10, quick=True),
    Case("backup", 100, 10**5, 6.25, 10),
    Case("market", 60, 1000, p=5, quick=True),
    Case("capacitated", file="cap131", known=793_439.562, quick=True),
    Case("capacitated", file="capa", capacity="8000", known=19_240_822.449),
    Case("capacitated", file="capa", capacity="10000", known=18_438_046.543, quick=True),
    Case("capacitated", file="capa", capacity="12000", known=17_765_201.949),
    Case("capacitated", file="capa", capacity="14000", known=17_160_439.012),
)


def main() -> int:
    """Run all cases, and print the table."""
    options = _options()
    if options.one is not None:
        print(json.dumps(_measure(Case(**json.loads(options.one)), options)))
        return 0
    for name, words in machine(1).items():
        print(f"- {name}: {words}")
    print(f"- peer: PuLP and HiGHS, one thread, at most {options.limit:g} s\n")
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    for case in CASES:
        if (options.quick and not case.quick) or (options.only and options.only not in case.name):
            continue
        ours, peer = (_apart(case, options, peer=peer) for peer in (False, True))
        print(_line(case, ours, peer), flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.covering", description="Benchmark the classic models.")
    parser.add_argument("--quick", action="store_true", help="a few cases within two minutes")
    parser.add_argument("--only", metavar="NAME", help="cases whose name contains NAME")
    parser.add_argument("--limit", type=float, help="seconds for a peer (default: 60, with --quick 10)")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "bench", help="folder with instances")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.limit = options.limit or (10.0 if options.quick else 60.0)
    return options


def _apart(case: Case, options: argparse.Namespace, *, peer: bool) -> dict[str, object]:
    """Measure in a process of its own; ended where it does not stop by itself."""
    command = [sys.executable, "-m", "bench.covering", "--one", json.dumps(asdict(case)), "--data", str(options.data)]
    command += ["--limit", str(options.limit), *(["--peer"] if peer else [])]
    patience_s = 3 * options.limit + 60 if peer else 600
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience_s, check=False)
    except subprocess.TimeoutExpired:
        return {"words": f"nothing after {patience_s:g} s"}
    if done.returncode:
        return {"words": (done.stderr.strip().splitlines() or ["ended"])[-1]}
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(case: Case, options: argparse.Namespace) -> dict[str, object]:
    """One case, or its peer, in this process."""
    if case.file and not options.data.is_dir():
        return {"words": f"skipped: no folder {options.data}"}
    if case.file:
        instance = warehouses(options.data / "cap" / f"{case.file}.txt", case.capacity)
        peer: Callable[[], PeerResult] = lambda: capacitated_peer(instance, options.limit)  # noqa: E731
        ours: Callable[[], Answer] = lambda: _serve(instance)  # noqa: E731
    else:
        world = plane(case.n, case.m)
        peer = lambda: _maximal_peer(case, world, options.limit)  # noqa: E731
        ours = lambda: _cover(case, world)  # noqa: E731
    return _measure_peer(peer) if options.peer else _measure_ours(case, ours)


def _measure_peer(peer: Callable[[], PeerResult]) -> dict[str, object]:
    began = time.process_time()
    result = peer()
    return {"seconds": time.process_time() - began, "value": result.value, "words": result.words}


def _measure_ours(case: Case, ours: Callable[[], Answer]) -> dict[str, object]:
    """Median of three, one where that takes long; loops are compiled on a small instance first."""
    if case.file:
        rng = np.random.default_rng(0)
        _serve(Warehouses(np.ones(9), rng.random((9, 4)), np.full(4, 4.0), np.ones(4)))
    else:
        _cover(Case(case.model, 12, 200, case.standard and 5.0, case.p and 3, case.share and 0.3), plane(12, 200))
    seconds: list[float] = []
    while not seconds or (len(seconds) < 3 and seconds[0] < _REPEATS_BELOW_S):
        began = time.process_time()
        answer = ours()
        seconds.append(time.process_time() - began)
    return {
        "seconds": float(np.median(seconds)),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "value": answer.value,
        "bound": answer.bound,
        "words": str(answer.status),
    }


def _cover(case: Case, world: Plane) -> Answer:
    """Collapse and solve."""
    effort = Effort(gap=case.gap, time_limit_s=120.0)
    if case.model == "market":
        sites, rivals = world.sites[: case.n // 2], world.sites[case.n // 2 :]
        attractions = np.ones(len(sites)), np.ones(len(rivals))
        market = Market.of_points(
            world.points, sites, rivals, attractions=attractions, beta=2.0, nearest=0.1, weight=world.weight
        )
        return market_share(market, case.p, effort=effort)
    coverage = Coverage.of_points(world.points, world.sites, case.standard, weight=world.weight)
    if case.model == "partial":
        return partial_cover(coverage, case.share, effort=effort)
    solve = {"maximal": max_cover, "backup": backup_cover}[case.model]
    return solve(coverage, case.p, effort=effort)


def _serve(instance: Warehouses) -> Answer:
    return capacitated_cost(instance.demand, instance.cost, instance.capacity, instance.fixed_cost)


def _maximal_peer(case: Case, world: Plane, limit_s: float) -> PeerResult:
    if case.model != "maximal" or case.m > _PEER_POINTS:
        return PeerResult(None, "not tried")
    return maximal_peer(world, case.standard, case.p, limit_s)


def _line(case: Case, ours: dict[str, object], peer: dict[str, object]) -> str:
    """One row of the table."""
    size = f"{case.n:,} x {case.m:,}" if case.m else ""
    if "value" not in ours:
        return f"| {case.name} | {size} | {ours['words']} |"
    value, bound, seconds = (float(str(ours[key])) for key in ("value", "bound", "seconds"))
    tried = "seconds" in peer and peer["words"] != "not tried"
    ratio = f"{float(str(peer['seconds'])) / seconds:,.0f}" if tried else ""
    known = "" if case.known is None else ("equal" if abs(value - case.known) <= 1e-6 * case.known else "NOT EQUAL")
    numbers = [f"{seconds:.2f}", f"{float(str(ours['peak_mb'])):.0f}", f"{value:,.10g}", f"{bound:,.10g}"]
    others = [str(peer["words"]), f"{float(str(peer['seconds'])):.1f}" if tried else "", ratio]
    cells = [case.name, size, *numbers, known, str(ours["words"]), *others]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    raise SystemExit(main())
