"""From a study to its result: the same answer every time, and what happens when there is none."""

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from siting import run
from siting.errors import NoAnswerError
from siting.pipeline import prepare
from solvers import Solution, Status
from solvers.solution import StageReport

FRAMES = ("sites", "demand", "assignment", "districts", "places")


def assert_same(one, other):
    for name in FRAMES:
        assert_geodataframe_equal(getattr(one, name), getattr(other, name))
    assert one.scorecard == other.scorecard
    assert one.kpis | {"run_id": ""} == other.kpis | {"run_id": ""}


def test_two_runs_give_the_same_tables(world, tiny):
    """The same study gives the same tables, figures and run id, wherever its files lie."""
    result = world.run()
    assert_same(result, tiny)
    assert result.run_id == tiny.run_id
    assert result.meta == tiny.meta
    assert result.draw() == tiny.draw()


def test_the_order_of_rows_decides_nothing(world, tiny):
    """Files with their rows in another order give the same answer; they are other files, so the run id differs."""
    for rows in ("demand", "sites", "facilities"):
        setattr(world, rows, dict(reversed(getattr(world, rows).items())))
    world.districts.reverse()
    result = world.run()
    for name in FRAMES:
        assert_geodataframe_equal(getattr(result, name), getattr(tiny, name))
    assert result.run_id != tiny.run_id


@pytest.mark.parametrize(
    "override", ["solver.seed=1", "travel.speed_kmh=59", "demand.cars.scale=1.01", 'output.language="en"', "year=2026"]
)
def test_a_setting_changes_the_run_id(world, override):
    """Another setting is another run."""
    assert prepare(world.read(override)).run_id != prepare(world.read()).run_id


@pytest.mark.parametrize("file", ["districts.geojson", "demand.csv", "sites.csv", "plan.toml", "facilities.toml"])
def test_an_input_changes_the_run_id(world, file):
    """Another byte in any file of the study is another run; a file that the study does not name is none of it."""
    before = prepare(world.read()).run_id
    (world.folder / "stray.csv").write_text("x", encoding="utf-8")
    study = world.read()
    assert prepare(study).run_id == before
    path = world.folder / file
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert prepare(study).run_id != before


def test_the_run_id_is_a_short_hash(tiny):
    """A run id is twelve hexadecimal digits."""
    assert len(tiny.run_id) == 12
    int(tiny.run_id, 16)


def test_size_is_said(tiny):
    """The result says how large the problem was."""
    assert tiny.size == {"sites": 2, "demand_rows": 5, "options": 2, "pairs": 4}


def crowded(world):
    """A world of many sites and places of odd sizes, which takes the solver longer to prove than a test may take."""
    world.sites = {f"s{n:03}": {"km": 0.3 + n * 0.613 % 19.4, "north_km": n * 3.37 % 10} for n in range(20)}
    world.demand = {
        f"p{n:03}": {"km": 0.2 + n * 0.917 % 19.6, "north_km": n * 2.71 % 10, "kwh": 40 + n * 37 % 91}
        for n in range(40)
    }
    return world.require(budgets={"b": {"cny": 8_000}})


def test_interrupted_before_an_answer(world):
    """A run that is stopped before it found anything ends with 130 and says so."""
    with pytest.raises(NoAnswerError, match="interrupted before an answer was found") as caught:
        crowded(world).run(should_stop=lambda: True)
    assert caught.value.exit_code == 130


def test_interrupted_with_an_answer(world):
    """A run that is stopped on its way gives the best answer so far, checked like any other, and says what it is."""
    asked, news = [], []

    def stop():
        asked.append(None)
        return len(asked) > 5

    result = crowded(world).run(should_stop=stop, progress=news.append)
    assert result.solution.status is Status.INTERRUPTED
    assert result.kpis["solve"]["status"] == "interrupted"
    assert result.kpis["check"] == "passed"
    assert 0 < result.kpis["cost_cny"] <= 8_000
    assert result.kpis["solve"]["gap"] > 0
    assert news
    assert all(one.seconds >= 0 and one.stage for one in news)


def test_counted_work_gives_the_same_answer(world):
    """A run that counted work stops gives the same answer again, and says that work stopped it."""
    study = crowded(world).read("solver.work_limit=20")
    one, other = run(study), run(study)
    assert one.solution.status is Status.WORK_LIMIT
    assert_same(one, other)


def test_no_answer_in_time(world, monkeypatch):
    """A run whose limits end it before it found anything ends with 6 and says which settings to raise."""
    report = StageReport("served_value", Status.TIME_LIMIT, None, None, "HiGHS: Time limit reached", 1, 1.0)
    monkeypatch.setattr("siting.solving.solve", lambda *_, **__: Solution(None, None, (report,), "", 0))
    with pytest.raises(
        NoAnswerError, match=r"Time limit reached.*raise solver.time_limit_s or solver.work_limit"
    ) as caught:
        world.run()
    assert caught.value.exit_code == 6


def test_the_plan_binds_the_answer(world):
    """A study without its plan serves more than one whose plan allows a single station."""
    world.count(exactly=1)
    bound = world.run()
    del world.study["plan"]
    free = world.run()
    assert (len(bound.sites), len(free.sites)) == (1, 2)
    assert free.scorecard == []


def test_map_tables_are_in_degrees(tiny):
    """What the map is drawn from lies at the longitudes and latitudes of the world in metres."""
    tables = tiny.map_tables()
    for name in FRAMES:
        assert getattr(tables, name).crs == "EPSG:4326"
    assert tables.sites.geometry.x.between(113.9, 114.3).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(tables.sites.drop(columns="geometry")), pd.DataFrame(tiny.sites.drop(columns="geometry"))
    )
