"""Every tool answers a small instance of its model, and all agree."""

from pathlib import Path

import pytest

from bench.measure import measured
from bench.models import Setting, call_of
from bench.run import OURS, Run

PLANE = {"instance": "plane-12", "p": 3}
SETTING = Setting(Path("nowhere"), 1, lambda news: None)


def answer(run):
    """Answer of a run in this process."""
    return call_of(run, SETTING)()


@pytest.mark.parametrize(
    ("model", "of"),
    [
        ("p-median", PLANE),
        ("p-center", PLANE),
        ("maximal", {"n": 12, "m": 200, "standard": 5.0, "p": 3}),
        ("capacitated", {"file": ""}),
    ],
)
@pytest.mark.parametrize("tool", ["PuLP + HiGHS", "PuLP + CBC"])
def test_the_textbook_agrees(model, of, tool):
    """Ours and the model of the textbook prove the same value."""
    if tool.endswith("CBC"):
        pytest.importorskip("cbcbox")
    ours, peer = (answer(Run("", "", model, of, tool=name, limit_s=30.0)) for name in (OURS, tool))
    assert ours.status == peer.status == "optimal"
    assert peer.value == pytest.approx(ours.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what spopt imports
@pytest.mark.parametrize("model", ["p-median", "p-center"])
def test_spopt_agrees(model):
    """So does spopt, where it is installed."""
    pytest.importorskip("spopt")
    ours, peer = (answer(Run("", "", model, PLANE, tool=name, limit_s=30.0)) for name in (OURS, "spopt + HiGHS"))
    assert peer.value == pytest.approx(ours.value)


def test_a_peer_without_time_says_so():
    """A model that is not built within the limit ends at the limit."""
    assert answer(Run("", "", "p-median", PLANE, tool="PuLP + HiGHS", limit_s=0.0)).status == "time limit"


def test_flows():
    """The compact model in HiGHS serves as much flow as ours."""
    of = {"seed": 0, "nodes": 40, "paths": 60}
    ours, peer = (answer(Run("", "", "flows", of, tool=name, limit_s=30.0)) for name in (OURS, "HiGHS"))
    assert peer.value == pytest.approx(ours.value)
    assert 0 < ours.value <= 100


def test_handing_over():
    """Both ways hand over the same model, and seconds are per million nonzeros."""
    of = {"size": "tiny", "seed": 0}
    ours, peer = (answer(Run("", "", "handing over", of, tool=name)) for name in (OURS, "PuLP"))
    assert ours == peer
    assert 0 < ours.units < 1


def test_imports():
    """A small table is written, imported by the command in a process of its own, and its memory is that process's."""
    result = measured(Run("", "", "import", {"rows": 1000}, repeats=0), SETTING)
    assert result.answer.value == 1000
    assert result.peak_mb > 50
