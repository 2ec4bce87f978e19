"""`python -m bench` from the root of the checkout: run the benchmarks and write the tables."""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from bench.classes import CLASSES
from bench.machine import machine
from bench.process import ROOT, measure
from bench.row import News, Row
from bench.run import OURS, Run
from bench.suite import Extent, suite, warm_up
from bench.table import write

_TOLD_EVERY_S = 10.0


def main() -> int:
    """Run what was asked for; after each run the tables are written with all rows so far."""
    options = _options()
    extent: Extent = "quick" if options.quick else "long" if options.long else "full"
    wanted = options.only or [""]
    runs = [run for run in suite(options.data, extent) if any(word in f"{run.kind} {run.name}" for word in wanted)]
    if options.peer_s is not None:
        runs = [run if run.tool == OURS else replace(run, limit_s=options.peer_s) for run in runs]
    if not (options.data / "bench" / "optima.csv").is_file():
        print(f"published instances are left out: no {options.data / 'bench' / 'optima.csv'}", flush=True)
    if options.list:
        print("\n".join(f"{run.kind:14} {run.name:36} {run.tool:14} {run.limit_s:g} s" for run in runs))
        return 0
    name = "-".join([extent, *options.only]).replace("/", "_").replace(" ", "_")
    return _measure(runs, name, options)


def _measure(runs: list[Run], name: str, options: argparse.Namespace) -> int:
    rows: list[Row] = []
    known, began = machine(options.threads), time.perf_counter()
    try:
        warm = _row(warm_up(runs), options, f"{len(runs)} runs; compiling first")
        for number, run in enumerate(runs, start=1):
            so_far = f"{(time.perf_counter() - began) / 60:.0f} min"
            rows.append(_row(run, options, f"[{number}/{len(runs)}] {so_far} {run.kind}: {run.name} ({run.tool})"))
            write(options.out, name, rows, known)
    except KeyboardInterrupt:
        print(f"interrupted with {len(rows)} of {len(runs)} rows" + (f" in {options.out / name}.md" if rows else ""))
        return 130
    print(f"written: {options.out / name}.md and .json")
    return 1 if warm.failure or any(row.failure for row in rows if row.run.tool == OURS) else 0


def _row(run: Run, options: argparse.Namespace, title: str) -> Row:
    print(title, flush=True)
    row = measure(run, data=options.data, threads=options.threads, tell=_Printer())
    print(f"    {_words(row)}", flush=True)
    return row


class _Printer:
    """Prints news of a running solve now and then."""

    def __init__(self) -> None:
        self.told_s = 0.0

    def __call__(self, news: News) -> None:
        """Print one line where enough time has passed."""
        if news.seconds - self.told_s >= _TOLD_EVERY_S:
            self.told_s = news.seconds
            value, bound = ("-" if number is None else f"{number:.6g}" for number in (news.value, news.bound))
            print(f"    {news.seconds:5.0f} s  value {value}  bound {bound}", flush=True)


def _words(row: Row) -> str:
    if row.result is None:
        return row.failure
    gap = "" if row.gap is None else f", gap {100 * row.gap:.3g} %"
    times = f"cold {row.result.cold_s:.3g} s, warm {row.result.warm_s:.3g} s, {row.result.peak_mb:.0f} MB"
    return f"{row.result.answer.status}{gap}, {times}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the benchmarks, one process per run.")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a few runs of every class within two minutes")
    extent.add_argument("--long", action="store_true", help="all seeds, peers of five minutes: half a day")
    parser.add_argument(
        "--only", metavar="WORD", nargs="+", default=[],
        help=f"runs whose class and name contain one of these words; classes: {', '.join(CLASSES)}",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="list the runs and stop")
    parser.add_argument(
        "--peer-s", type=float, metavar="S", help="limit of every peer in seconds, not that of its class"
    )
    parser.add_argument("--threads", type=int, default=2, help="threads of a method or solver (default: 2)")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared", help="folder with published instances (bench/) and data/"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results", help="folder of the tables")
    return parser.parse_args()


if __name__ == "__main__":
    began = time.perf_counter()
    status = main()
    print(f"{time.perf_counter() - began:.0f} s in all")
    raise SystemExit(status)
