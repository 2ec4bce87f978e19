"""The networks that really stand: every station is diagnosed, and they serve what `run` says of today."""

from pathlib import Path

import numpy as np
import pytest

from siting import Study
from siting.diagnosis import diagnose
from siting.diagnosis.network import build_networks
from siting.pipeline import prepare
from solvers import serve

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are absent: no {DATA}"),
]


def read(name):
    """A study of the examples; skips where its Parquet files cannot be read."""
    if name == "shenzhen":
        pytest.importorskip("pyarrow", reason="reading Parquet needs pyarrow")
    return Study.from_toml(ROOT / "examples" / name / "study.toml")


@pytest.mark.parametrize(("name", "stations"), [("guangzhou_2021", 1591), ("shenzhen", 1357)])
def test_every_station_is_diagnosed(name, stations):
    """Each station has its use and its loss, and no loss is above what the station gives."""
    found = diagnose(read(name))
    assert found.about["stations"] == stations
    assert found.stations["station"].nunique() == stations
    assert (found.stations["lost"] <= found.stations["given"] * (1 + 1e-6)).all()
    assert (found.stations["given"] <= found.stations["capacity"] * (1 + 1e-6)).all()
    assert found.places["unserved"].gt(0).all()


@pytest.mark.parametrize("name", ["guangzhou_2021", "shenzhen"])
def test_what_stands_serves_what_a_run_says_of_today(name):
    """The service by service answer equals the one answer over all services that key figures are made of."""
    ready = prepare(read(name))
    problem = ready.assembly.problem
    today = serve(problem, np.where(problem.base_modules > 0, problem.base_modules, 0)).served(problem)
    for network in build_networks(ready.study, ready.assembly):
        assert network.served.sum() == pytest.approx(today[network.rows].sum(), rel=1e-6, abs=1e-6)
