"""The studies on real data: what they read, what they stop at, and (slow) that they solve to their gap."""

import shutil
from pathlib import Path

import pytest

from siting import Study, run
from siting.audit import audit_run
from siting.errors import StudyError
from siting.layers import read_layers
from siting.pipeline import prepare
from siting.run_folder import write_run
from solvers import Status, serve

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DATA = ROOT.parent / "shared" / "data"
STUDIES = ["guangzhou_2021", "shenzhen"]

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are absent: no {DATA}")


def read(name):
    """A study of the examples; skips where its Parquet files cannot be read."""
    if name == "shenzhen":
        pytest.importorskip("pyarrow", reason="reading Parquet needs pyarrow")
    return Study.from_toml(EXAMPLES / name / "study.toml")


@pytest.fixture(scope="module")
def guangzhou():
    return prepare(read("guangzhou_2021"))


@pytest.fixture(scope="module")
def shenzhen():
    return prepare(read("shenzhen"))


def standing(ready):
    """Modules of the existing sites by facility type."""
    total = {}
    for modules in ready.sites.frame["modules"]:
        for kind, number in modules.items():
            total[kind] = total.get(kind, 0) + number
    return total


def totals(ready):
    """Demand per day by service."""
    return ready.demand.totals().groupby("service").sum().round().astype(int).to_dict()


def sources(ready):
    """Sites by the source of the study that they come from."""
    return ready.sites.frame["id"].str.split(":").str[0].value_counts().to_dict()


@needs_data
def test_trips_between_the_cities_have_their_totals_and_lengths():
    """Half of 1,200 and of 800 trips are round trips, and there is a way to serve each."""
    ready = prepare(read("guangdong_cities"))
    flows = ready.assembly.flows
    own = flows.frame.assign(km=flows.length_km).groupby("fleet")
    assert own["vehicles_per_day"].sum().to_dict() == pytest.approx({"heavy": 600, "medium": 400}, rel=1e-9)
    assert own.size().to_dict() == {"heavy": 418, "medium": 15}
    ends = flows.path.groupby("flow")["place"].agg(["first", "last"])
    assert ends.loc["heavy:guangzhou-zhanjiang"].tolist() == ["guangzhou", "zhanjiang"]
    assert ready.assembly.reachable.all()


@needs_data
@pytest.mark.slow
def test_trucks_drive_between_the_cities(tmp_path):
    """The audit drives every flow that is said to be served, and no corridor is too long without hydrogen."""
    study = Study.from_toml(EXAMPLES / "guangdong_cities" / "study.toml", overrides=("solver.gap=0.06",))
    result = run(study)
    assert audit_run(write_run(result, tmp_path)) == []
    assert all(line["met"] for line in result.scorecard if line["enforced"])
    assert {fleet for fleet, found in result.kpis["flows"].items() if found["share"] > 0.9} == {"heavy", "medium"}


@needs_data
def test_every_gun_of_guangzhou_stands_and_empty_rows_do_not(guangzhou):
    """Of 1,907 rows 1,586 have guns, as many as the district table of 2021 adds up to."""
    assert sources(guangzhou) == {"station": 1586, "cell": 1300, "town": 136, "hub": 64, "hydrogen": 5}
    assert standing(guangzhou) == {"fast_hub": 24_980, "slow_lot": 6_160, "hydrogen_second": 10}


@needs_data
def test_stations_of_guangzhou_lie_in_the_district_that_they_name(guangzhou):
    """The spatial join agrees with the table's own district in every row."""
    stations = guangzhou.area.layers.frames["stations_2021"]
    assert len(stations) == 1907
    assert (stations["district"] == stations["district_name"]).all()


@needs_data
def test_guangzhou_asks_what_the_embedded_study_asks(guangzhou):
    """Demand does not depend on the network that stands."""
    assert guangzhou.area.cells["population"].sum() == pytest.approx(18_827_000, rel=1e-9)
    assert totals(guangzhou) == {"charging": 3_833_915, "hydrogen": 37_125, "swapping": 39_843}


@needs_data
def test_shenzhen_stands_on_counted_trips_and_the_census(shenzhen):
    """Arrivals come out of the trip table, people out of the census."""
    cells = shenzhen.area.layers.frames["taxi_cells"]
    assert (len(cells), cells["trips"].sum(), cells["trips"].min()) == (1509, 436_512, 30)
    assert shenzhen.area.cells["population"].sum() == pytest.approx(17_494_398, rel=1e-9)
    assert totals(shenzhen) == {"charging": 2_970_270, "hydrogen": 20_016, "swapping": 17_958}


@needs_data
def test_shenzhen_has_real_sites_only(shenzhen):
    """Fuel stations, car parks, termini and freight places; stations that stand, but for 5 of no known kind."""
    assert sources(shenzhen) == {"station": 1357, "parking": 976, "terminus": 252, "fuel": 137, "hub": 25}
    assert standing(shenzhen) == {"slow_lot": 16_583, "fast_hub": 1_289}


@needs_data
def test_moved_stations_of_shenzhen_lie_in_the_city(shenzhen):
    """All of them, whereas 40 lie outside as they stand in the file."""
    city = shenzhen.area.layers.districts.area
    as_filed = read_layers(
        Study.from_toml(EXAMPLES / "shenzhen" / "study.toml", overrides=("layers.stations.datum=wgs84",))
    )
    assert shenzhen.area.layers.frames["stations"].within(city).all()
    assert (~as_filed.frames["stations"].within(city)).sum() == 40


CENTRE = EXAMPLES / "shenzhen" / "centre.toml"


@pytest.fixture(scope="module")
def centre():
    """The centre of Shenzhen on roads, and the same with straight lines."""
    pytest.importorskip("pyarrow", reason="reading Parquet needs pyarrow")
    pytest.importorskip("osmium", reason="reading OpenStreetMap needs osmium")
    return prepare(Study.from_toml(CENTRE)), prepare(
        Study.from_toml(CENTRE, overrides=("travel.method=straight_line",))
    )


@needs_data
def test_the_centre_asks_the_same_on_roads_and_on_straight_lines(centre):
    """Demand, sites and options are equal; straight lines reach every row, roads do not."""
    roads, straight = (ready.assembly for ready in centre)
    assert roads.rows["demand"].tolist() == straight.rows["demand"].tolist()
    assert roads.options["facility_id"].tolist() == straight.options["facility_id"].tolist()
    assert straight.reachable.all()
    assert 0.9 < roads.reachable.mean() < 1
    assert "on roads" in roads.travel_method


@needs_data
@pytest.mark.slow
def test_stations_chosen_by_straight_lines_serve_less_on_roads(centre):
    """On the roads they serve less than was promised, and less than stations chosen on roads."""
    roads, _ = centre
    promised, chosen = (
        run(Study.from_toml(CENTRE, overrides=("travel.method=straight_line",))),
        run(Study.from_toml(CENTRE)),
    )
    stand = promised.sites.set_index("facility_id")["modules"]
    modules = roads.assembly.options["facility_id"].map(stand).fillna(0).to_numpy(dtype=int)
    problem = roads.assembly.problem
    value = float(problem.value @ serve(problem, modules).served(problem))
    assert value < 0.96 * promised.kpis["value"]
    assert value < 0.97 * chosen.kpis["value"]


@pytest.mark.parametrize("name", STUDIES)
def test_absent_data_are_named(name, tmp_path):
    """Where the data are not beside the checkout, every missing file is named in one message."""
    study = Path(shutil.copytree(EXAMPLES / name, tmp_path / "checkout" / "examples" / name)) / "study.toml"
    with pytest.raises(StudyError) as error:
        prepare(Study.from_toml(study))
    message = str(error.value)
    missing = {layer.path for layer in Study.from_toml(study).layers.values() if "shared/data" in layer.path}
    assert missing
    for path in missing:
        assert f"{path}: the file does not exist" in message


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_a_study_on_real_data_reaches_its_gap(name):
    """Proven gap, more served than before for every service, and every enforced line of the plan met."""
    study = read(name)
    result = run(study)
    first = result.solution.stages[0]
    assert first.status in (Status.OPTIMAL, Status.GAP)
    assert first.gap <= study.solver.gap
    for service in result.kpis["services"].values():
        assert service["share_before"] < service["share"] <= 1
        assert service["share"] > 0.9
    assert all(line["met"] for line in result.scorecard if line["enforced"] and line["evaluated"])


def test_the_three_steps_of_guangzhou():
    """Demand grows over the years, five stations may be closed, and lines bind in each year and in all together."""
    ready = prepare(read("guangzhou_phases"))
    hydrogen = ready.demand.frame[ready.demand.frame["service"] == "hydrogen"].groupby("year")["demand"].sum()
    assert hydrogen.round().to_dict() == {2025: 37125, 2030: 62657, 2035: 105750}
    options = ready.assembly.options
    assert options["closable"].sum() == 5
    assert options.groupby(["year", "expands"]).size().index.tolist() == [
        (2025, False),
        (2030, False),
        (2030, True),
        (2035, False),
        (2035, True),
    ]
    names = {limit.name.split(" (")[0] for limit in ready.limits}
    assert names >= {
        "Hydrogen stations standing in 2025",
        "Hydrogen stations standing in 2030",
        "Share of hydrogen demand served in 2035",
        "Investment up to 2025",
        "Investment of all three steps",
        "precedence supply",
        "years",
    }


@pytest.mark.slow
@pytest.mark.parametrize("years", ["joint", "rolling"])
def test_the_three_steps_solve_and_pass_the_audit(tmp_path, years):
    """Together and year by year the study is solved, every line is met, and the written files are verified."""
    study = Study.from_toml(EXAMPLES / "guangzhou_phases" / "study.toml", overrides=(f"solver.years={years}",))
    result = run(study)
    assert all(row["met"] for row in result.scorecard if row["enforced"])
    assert audit_run(write_run(result, tmp_path)) == []


def test_trucks_drive_the_corridors(tmp_path):
    """The corridor example reads what is beside it; the audit drives its trucks again, and no gap is too long."""
    study = Study.from_toml(EXAMPLES / "guangdong_corridor" / "study.toml", overrides=("solver.gap=0.05",))
    result = run(study)
    assert audit_run(write_run(result, tmp_path)) == []
    assert result.solution.status in (Status.GAP, Status.OPTIMAL)
    assert result.kpis["flows"]["fuel_cell"]["vehicles"] == 465
    assert [line["met"] for line in result.scorecard if line["enforced"]] == [True] * 3


@pytest.mark.parametrize(
    ("asked", "stations", "key", "value"),
    [
        (("objective=p_center", "objective.p=20"), 20, "longest_min", 24.5),
        pytest.param(("objective=set_cover",), 30, "longest_min", 19.9, marks=pytest.mark.slow),
        pytest.param(("objective=p_dispersion", "objective.p=20"), 20, "apart_km", 17.2, marks=pytest.mark.slow),
        pytest.param(("objective=p_median", "objective.p=20"), 20, "mean_min", 6.4, marks=pytest.mark.slow),
    ],
)
def test_classic_questions_of_guangzhou(tmp_path, asked, stations, key, value):
    """The figures of the example's page are proved, and the run passes its audit."""
    result = run(Study.from_toml(EXAMPLES / "guangzhou_classic" / "study.toml", overrides=asked))
    assert result.solution.status is Status.OPTIMAL
    assert len(result.sites) == stations
    figures = {figure["key"]: figure["value"] for figure in result.kpis["objective"]["figures"]}
    assert figures[key] == pytest.approx(value, abs=0.06)
    assert audit_run(write_run(result, tmp_path)) == []


def test_parts_and_batteries_of_guangzhou_have_their_totals():
    """Seven plants take 3.5 million x 1.4 t x 0.3 / 250 = 5,880 t a day; batteries lie in every cell with people."""
    ready = prepare(read("guangzhou_supply"))
    assert ready.study.services == ("parts", "take_back")
    assert totals(ready) == {"parts": 5880, "take_back": 33846}
    assert set(ready.study.catalogue.root) == {
        "parts_centre",
        "transit_warehouse",
        "take_back_point",
        "take_back_centre",
    }
