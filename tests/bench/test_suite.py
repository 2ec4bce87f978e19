"""The suites hold what they say."""

from pathlib import Path

import pytest

from bench.classes import CLASSES
from bench.models import MODELS
from bench.run import OURS
from bench.suite import suite, warm_up


def published(folder):
    """A folder with a few known optima and the files they need."""
    (folder / "bench" / "cap").mkdir(parents=True)
    (folder / "bench" / "cap" / "capa.txt").touch()
    (folder / "bench" / "optima.csv").write_text(
        "problem,instance,parameter,n,p,optimum,source\np-median,pmed1,,100,5,5819,\np-center,pmed6,,200,5,84,\n"
        "p-median TSPLIB floor(dist),rl1304,,1304,5,3099073,\nCFL (split),capa,capacity=10000,,,18438046.5,\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize("extent", ["quick", "full", "long"])
def test_ours_comes_first(extent, tmp_path):
    """Every peer follows ours on the same instance, and every class and model is known."""
    runs = suite(published(tmp_path), extent)
    seen = set()
    for run in runs:
        assert run.kind in CLASSES
        assert run.model in MODELS
        assert run.tool == OURS or (run.kind, run.name) in seen
        seen.add((run.kind, run.name))
    assert len({(run.kind, run.name, run.tool) for run in runs}) == len(runs)


def test_instances_without_a_file_are_left_out(tmp_path):
    """Published instances need their files, generated ones nothing."""
    names = {run.kind for run in suite(published(tmp_path), "full")}
    assert {"p-median", "p-center", "capacitated", "covering", "joint"} <= names
    assert "tsplib" not in names
    assert not {"p-median", "p-center", "capacitated"} & {run.kind for run in suite(Path("nowhere"), "full")}


def test_models_are_warmed_up_once(tmp_path):
    """Each model with compiled loops that is measured is warmed up, and no other."""
    runs = [run for run in suite(published(tmp_path), "full") if run.kind in ("p-median", "imports")]
    assert [told["model"] for told in warm_up(runs).of["runs"]] == ["p-median"]
