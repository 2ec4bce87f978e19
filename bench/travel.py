"""Travel times against scipy, networkx and pandana: `python -m bench.travel` from the root of the checkout.

Each measurement is a process of its own that loads the finished graph. Every tool gets it in its own form, and the
sources; the clock runs from there until the pairs within the cutoff are there. Ours pays besides for what comes before:
finding junctions, bringing points onto the roads, sorting. Tools that take too long search from the first sources only,
and the seconds of all are in proportion.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import machine
from bench.process import ROOT

CUTOFF_S = 1800.0
LIMIT_S = 900.0
FASTER = 15.0
MEMORY_MB = 1024.0
OURS = "ours"
ON_DISK = "ours, to a file"
ANSWER = "answer: "


@dataclass(frozen=True)
class Case:
    """A graph, the numbers of sources and targets, from how many sources each peer searches, and what ours does."""

    name: str
    nodes: int | None
    sources: int
    targets: int
    peers: tuple[tuple[str, int], ...]
    ours: str = OURS


CASES = (
    Case("Hong Kong", None, 2000, 2000, (("scipy", 2000), ("networkx", 10), ("pandana", 100))),
    Case("planar, 50,000 nodes", 50_000, 500, 500, (("scipy", 500), ("networkx", 5), ("pandana", 50))),
    Case("planar, 500,000 nodes", 500_000, 5000, 5000, (("scipy", 200), ("networkx", 4), ("pandana", 50))),
    Case("planar, to every node", 500_000, 5000, 500_000, (("scipy", 50),), ON_DISK),
)


@dataclass(frozen=True)
class Measured:
    """What a tool's process tells.

    Parameters
    ----------
    seconds, cpu_s
        From the graph to the pairs, on the clock and of all processors.
    sources
        Searches made.
    peak_mb, before_mb
        Largest resident memory of the process, and that before the clock was started.
    pairs
        Pairs within the cutoff.
    seconds_s
        Sum of the times of the pairs of the first sources, to be compared.
    """

    seconds: float
    cpu_s: float
    sources: int
    peak_mb: float
    before_mb: float
    pairs: int
    seconds_s: float


def main() -> int:
    """Measure and write the table after each tool."""
    options = _options()
    cases = [case for case in CASES if options.only is None or options.only in case.name]
    told: list[list[str]] = []
    numbers: list[dict[str, object]] = []
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            graph = Path(folder) / "graph.npz"
            if not _child("prepare", case.nodes or options.data, graph):
                print(f"{case.name}: skipped, no graph (looked for {options.data})", flush=True)
                continue
            base: Measured | None = None
            for tool, sources in ((case.ours, case.sources), *case.peers):
                line = _child("measure", tool, graph, sources, case.sources, case.targets, options.threads)
                found = Measured(**json.loads(line)) if line else None
                base = found if tool == case.ours else base
                told.append(_row(case, tool, found, base))
                print(" | ".join(told[-1]), flush=True)
                numbers.append({"case": case.name, "tool": tool, **(vars(found) if found else {})})
                _write(options.out, told, numbers, options.threads)
    return 0


def _child(*order: object) -> str:
    """The last line that a process of `bench.travel_runs` prints; empty where it failed."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.travel_runs", *map(str, order)],
            cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"    {order[1]}: ended after {LIMIT_S:g} s", flush=True)
        return ""
    if done.returncode:
        print(f"    {order[1]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}", flush=True)
        return ""
    answer = done.stdout.rpartition(ANSWER)[2].splitlines()  # pandana prints, too
    return answer[0] if answer else ""


HEAD = (
    "graph",
    "tool",
    "sources",
    "pairs",
    "s",
    "s for all sources",
    "ours is faster",
    "peak MB",
    "of it graph MB",
    "target",
)


def _row(case: Case, tool: str, found: Measured | None, ours: Measured | None) -> list[str]:
    if found is None:
        return [case.name, tool, "", "", "failed", "", "", "", "", ""]
    whole_s = found.seconds * case.sources / found.sources
    faster = whole_s / ours.seconds if ours is not None and tool != case.ours else None
    target = ""
    if tool == case.ours:
        target = f"<= {MEMORY_MB:g} MB {'met' if found.peak_mb <= MEMORY_MB else 'not met'}"
    elif tool == "scipy" and faster is not None:
        target = f">= {FASTER:g} x {'met' if faster >= FASTER else 'not met'}"
    return [
        case.name, tool, str(found.sources), str(found.pairs), f"{found.seconds:.2f}", f"{whole_s:.1f}",
        "" if faster is None else f"{faster:.1f} x", f"{found.peak_mb:.0f}", f"{found.before_mb:.0f}", target,
    ]  # fmt: skip


def _write(folder: Path, rows: Sequence[Sequence[str]], numbers: Sequence[dict[str, object]], threads: int) -> None:
    """Write `travel.md` and `travel.json`, each beside its old version before it takes its place."""
    known = machine(threads)
    lines = ["# Travel times", "", *(f"- {what}: {words}" for what, words in known.items()), ""]
    lines += [f"| {' | '.join(cells)} |" for cells in (HEAD, ["-"] * len(HEAD), *rows)]
    folder.mkdir(parents=True, exist_ok=True)
    texts = {".md": "\n".join([*lines, ""]), ".json": json.dumps({"machine": known, "rows": list(numbers)}, indent=1)}
    for suffix, text in texts.items():
        beside = folder / f"travel{suffix}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / f"travel{suffix}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.travel", description="Travel times, ours and those of others."
    )
    parser.add_argument("--only", metavar="NAME", help="graphs whose name contains NAME")
    parser.add_argument("--threads", type=int, default=2, help="threads of ours (default: 2)")
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "roads",
        help="folder with the roads of Hong Kong",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results", help="folder of the table")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
