"""Long tables into a store: the command `siting import` in a process of its own, from a CSV file that is made first.

The table has Chinese column names, text ids, longitude and latitude, a number and a name. The clock runs from the start
of the process to its end, with the check of every row, the index of positions and the report.
"""

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.models import Call, Setting
from bench.process import ROOT
from bench.row import DONE, Answer
from bench.run import Run


def prepare(run: Run, _: Setting) -> Call:
    """A table of `of["rows"]` rows."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    table, rows = folder / "points.csv", int(run.of["rows"])
    write_table(table, rows)

    def call() -> Answer:
        store = folder / "layers.gpkg"
        store.unlink(missing_ok=True)
        words = ["--as", "demand", "--crs", "EPSG:4326", "--map", "编号=id", "--store", str(store), "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "siting", "import", str(table), *words], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        kept = json.loads(done.stdout)["rows_kept"]
        if kept != rows:
            raise RuntimeError(f"{kept} of {rows} rows are in the store")
        return Answer(DONE, float(kept), size=f"{_size_mb(table):.0f} MB of CSV, {_size_mb(store):.0f} MB stored")

    return call


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


def _size_mb(file: Path) -> float:
    return file.stat().st_size / 1e6
