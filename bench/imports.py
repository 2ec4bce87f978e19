"""Long tables into a store: `python -m bench.imports` from the root of the checkout.

Each import is the command `siting import` in a process of its own, from a CSV file that is made first: Chinese column
names, text ids, longitude and latitude, a number and a name. The clock runs from the start of the process to its end,
with the check of every row, the index of positions and the report.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import machine
from bench.process import ROOT

ROWS = (100_000, 1_000_000)
STREAMED = 10_000_000
TARGET_S = 30.0
"""For a million points on two cores."""

MEMORY_MB = 1024.0
"""Whatever the number of rows."""

_MB = 1024.0 if sys.platform != "darwin" else 1024.0**2
"""Units of resident memory, as the system counts it, in a megabyte."""


@dataclass(frozen=True)
class Measured:
    """What one import took.

    Parameters
    ----------
    rows, csv_mb, store_mb
        Size of the table, of its file and of the store.
    seconds, cpu_s
        On the clock, and of all processors.
    peak_mb
        Largest resident memory of the process.
    load
        Processes that wanted a processor in the minute before, ours included: with more than cores the clock says
        little.
    """

    rows: int
    csv_mb: float
    store_mb: float
    seconds: float
    cpu_s: float
    peak_mb: float
    load: float


def main() -> int:
    """Measure and write the table after each import."""
    options = _options()
    told: list[Measured] = []
    for rows in options.rows or (*ROWS, *([STREAMED] if options.streamed else [])):
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            found = _measured(rows, Path(folder))
        told.append(found)
        print(" | ".join(_cells(found)), flush=True)
        _write(options.out, told)
    return 0


def write_table(path: Path, rows: int) -> None:
    """Write a table of points that lie evenly over a city, the same for the same number of rows.

    Parameters
    ----------
    path
        New file.
    rows
        Number of points.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write("编号,经度,纬度,功率,名称\n")
        for row in range(rows):
            lon, lat = 113 + row * 7919 % 1_000_003 / 1_000_003, 22.5 + row * 104_729 % 1_000_033 / 1_000_033
            file.write(f"s{row},{lon:.6f},{lat:.6f},{row % 240},充电站{row % 5000}\n")


def _measured(rows: int, folder: Path) -> Measured:
    table, store = folder / "points.csv", folder / "layers.gpkg"
    write_table(table, rows)
    words = ["import", table, "--as", "demand", "--crs", "EPSG:4326", "--map", "编号=id", "--store", store, "--json"]
    with (folder / "report.json").open("wb") as report:
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "siting", *map(str, words)], cwd=ROOT, stdout=report)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    kept = json.loads((folder / "report.json").read_text(encoding="utf-8"))["rows_kept"] if not status else 0
    if kept != rows:
        raise SystemExit(f"{kept} of {rows} rows are in the store (exit code {process.returncode})")
    return Measured(
        rows, _size_mb(table), _size_mb(store), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / _MB,
        os.getloadavg()[0],
    )  # fmt: skip


def _size_mb(file: Path) -> float:
    return file.stat().st_size / 1e6


HEAD = ("rows", "CSV MB", "store MB", "s", "CPU s", "rows per CPU s", "peak MB", "load", "target")


def _cells(found: Measured) -> list[str]:
    targets = [f"<= {MEMORY_MB:g} MB {_met(found.peak_mb <= MEMORY_MB)}"]
    if found.rows == ROWS[-1]:
        targets.append(f"<= {TARGET_S:g} s {_met(found.seconds <= TARGET_S)}")
    return [
        f"{found.rows:,}", f"{found.csv_mb:.0f}", f"{found.store_mb:.0f}", f"{found.seconds:.1f}", f"{found.cpu_s:.1f}",
        f"{found.rows / found.cpu_s:,.0f}", f"{found.peak_mb:.0f}", f"{found.load:.1f}", ", ".join(targets),
    ]  # fmt: skip


def _met(holds: bool) -> str:
    return "met" if holds else "not met"


def _write(folder: Path, told: Sequence[Measured]) -> None:
    """Write `imports.md` and `imports.json`, each beside its old version before it takes its place."""
    known = machine(threads=1)
    lines = ["# Imports", "", *(f"- {what}: {words}" for what, words in known.items()), ""]
    lines += [f"| {' | '.join(cells)} |" for cells in (HEAD, ["-"] * len(HEAD), *map(_cells, told))]
    folder.mkdir(parents=True, exist_ok=True)
    rows = [vars(found) for found in told]
    texts = {".md": "\n".join([*lines, ""]), ".json": json.dumps({"machine": known, "rows": rows}, indent=1)}
    for suffix, text in texts.items():
        beside = folder / f"imports{suffix}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / f"imports{suffix}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description="Long tables into a store.")
    parser.add_argument("--rows", type=int, nargs="+", metavar="N", help=f"sizes of the tables (default: {ROWS})")
    parser.add_argument("--streamed", action="store_true", help=f"also {STREAMED:,} rows, which takes minutes")
    parser.add_argument("--scratch", type=Path, help="folder for the tables, by default that of the system")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results", help="folder of the table")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
