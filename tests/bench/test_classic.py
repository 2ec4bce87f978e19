"""The table of the classic models: one small run, and what its row says."""

import pytest

from bench.classic import Run, line, measured, runs
from bench.classic_instances import tsplib_places


@pytest.mark.parametrize("model", ["p-median", "p-center", "p-dispersion"])
def test_a_run_tells_what_its_row_says(model, tmp_path):
    """Value, bound and proof of thirty places in a plane, which need no file."""
    told = measured(Run(model, "plane-30", 3, 20.0), tmp_path)
    assert (told["n"], told["m"], told["status"]) == (30, 30, "optimal")
    row = line(Run(model, "plane-30", 3, 20.0, optimum=told["value"]), told)
    assert row[-2:] == ["yes", "yes"]
    assert line(Run(model, "plane-30", 3, 20.0, optimum=2 * told["value"]), told)[-1] == "no"


def test_a_run_that_did_not_end_says_so():
    """Its row has the limit, and no number."""
    row = line(Run("p-median", "plane-30", 3, 20.0), None)
    assert row[6] == "> 20"
    assert set(row[7:]) == {""}


def test_quick_runs_are_few(tmp_path):
    """The quick table reads graphs of the OR-Library only, and generated planes."""
    (tmp_path / "optima.csv").write_text(
        "problem,instance,parameter,n,p,optimum,source\np-median,pmed1,,100,5,5819,\np-center,pmed6,,200,5,84,\n"
        "p-median TSPLIB floor(dist),rl1304,,1304,5,3099073,\nCFL (split),cap41,,,,1,\n",
        encoding="utf-8",
    )
    quick = {run.instance for run in runs(tmp_path, quick=True, peer=False)}
    whole = runs(tmp_path, quick=False, peer=True)
    assert quick == {"pmed1", "pmed6", "plane-100"}
    assert {"rl1304", "plane-100000"} <= {run.instance for run in whole}
    assert [run.instance for run in whole if run.peer] == ["pmed1", "pmed6"]


def test_tsplib_coordinates_are_read(tmp_path):
    """Plain and exponential numbers, with spaces before the index or not."""
    path = tmp_path / "two.tsp"
    path.write_text("NAME : two\nNODE_COORD_SECTION\n1 1.5e+01 2\n 2 3 4.5\nEOF\n", encoding="utf-8")
    assert tsplib_places(path).tolist() == [[15.0, 2.0], [3.0, 4.5]]
