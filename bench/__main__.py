"""`python -m bench` from the root of the checkout: run the benchmarks and write the table."""

import argparse
import time
from pathlib import Path

from bench.machine import machine
from bench.process import ROOT, measure
from bench.row import News, Row
from bench.runs import Run, full_runs, quick_runs, warm_up
from bench.table import write

_TOLD_EVERY_S = 10.0


def main() -> int:
    """Run what was asked for; after each run the table is written with all rows so far."""
    options = _options()
    runs = quick_runs(**_methods(options)) if options.quick else full_runs(long=options.long, **_methods(options))
    runs = [run for run in runs if options.only is None or options.only in run.name]
    if options.list:
        print("\n".join(f"{run.name:24} {run.method:10} {run.seconds:g} s" for run in runs))
        return 0
    return _measure(runs, options)


def _measure(runs: list[Run], options: argparse.Namespace) -> int:
    name = "quick" if options.quick else "long" if options.long else "full"
    name += f"-{options.only}" if options.only else ""
    rows: list[Row] = []
    print(f"{len(runs)} runs, {_minutes(runs):.0f} minutes at most if none ends before its limit", flush=True)
    try:
        for run in warm_up(runs):
            _row(run, options, run.name)
        for number, run in enumerate(runs, start=1):
            rows.append(_row(run, options, f"[{number}/{len(runs)}] {run.name} ({run.method})"))
            write(options.out, name, rows, machine(options.threads))
    except KeyboardInterrupt:
        print(f"interrupted with {len(rows)} of {len(runs)} rows" + (f" in {options.out / name}.md" if rows else ""))
        return 130
    print(f"written: {options.out / name}.md and .json")
    return 1 if any(row.failure and row.run.kind != "known" for row in rows) else 0


def _row(run: Run, options: argparse.Namespace, title: str) -> Row:
    if run.kind == "known" and not (options.data / "frlm").is_dir():
        reason = f"skipped: no folder frlm in {options.data}"
        print(f"{title}: {reason}", flush=True)
        return Row(run, failure=reason)
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
        return f"failed: {row.failure}"
    words = f"{row.result.took_s:.1f} s, {row.result.peak_mb:.0f} MB"
    if row.run.kind == "known":
        return f"{row.result.equal} of {row.result.cases} at the published optimum, {words}"
    gaps = ["none" if end.gap is None else f"{100 * end.gap:.2f} %" for end in row.result.ends]
    return f"gap {', '.join(gaps)}, {words}"


def _minutes(runs: list[Run]) -> float:
    return sum(run.seconds * (2 if run.again else 1) for run in runs) / 60


def _methods(options: argparse.Namespace) -> dict[str, str]:
    return {} if options.method is None else {"method": options.method, "covering": options.method}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the benchmarks, one process per run.")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a few runs within two minutes")
    extent.add_argument("--long", action="store_true", help="five minutes for every seed")
    parser.add_argument("--only", metavar="NAME", help="runs whose name contains NAME")
    parser.add_argument("--list", action="store_true", help="list the runs and stop")
    parser.add_argument("--method", help="measure this method instead of 'joint' and 'covering'")
    parser.add_argument("--threads", type=int, default=2, help="threads of a method or solver (default: 2)")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "bench", help="folder with published instances"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results", help="folder of the table")
    return parser.parse_args()


if __name__ == "__main__":
    began = time.perf_counter()
    status = main()
    print(f"{time.perf_counter() - began:.0f} s in all")
    raise SystemExit(status)
