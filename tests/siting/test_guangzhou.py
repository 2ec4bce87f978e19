"""The embedded Guangzhou study: its data agree with its documents and with each other, and it solves."""

import csv
import re

import geopandas as gpd
import pytest

from demand_models import stock_in
from geodata import Districts
from siting import Study, run
from siting.pipeline import prepare
from siting.starter import copy_demo, demo_study
from solvers import Status
from solvers.impossible import impossible

FOLDER = demo_study().parent
DISTRICTS = gpd.read_file(FOLDER / "districts.geojson").set_index("district")
POPULATION = 18_827_000  # end of 2023
CHARGERS = {"fast_hub": "fast_2021", "slow_lot": "slow_2021"}


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ready():
    """The embedded study, read and assembled."""
    return prepare(Study.from_toml(demo_study()))


def test_files_are_small():
    """No file of the package's data is above 250 kB."""
    assert max(path.stat().st_size for path in FOLDER.parent.rglob("*") if path.is_file()) < 250_000


def test_study_and_plan_are_short():
    """Study and plan are read in two minutes."""
    for name in ("study.toml", "plan.toml"):
        assert len((FOLDER / name).read_text(encoding="utf-8").splitlines()) < 200


def test_districts():
    """There are the eleven districts, valid, without overlaps, of about the city's size."""
    areas = DISTRICTS.to_crs("EPSG:4547").geometry
    assert len(areas) == 11
    assert areas.is_valid.all()
    assert areas.area.sum() / 1e6 == pytest.approx(areas.union_all().area / 1e6, rel=1e-6)
    assert 7_000 < areas.area.sum() / 1e6 < 7_500


def test_populations_sum_to_the_control_total():
    """The districts' people add up to the city's."""
    assert DISTRICTS["population"].sum() == POPULATION


def test_quotas_of_the_layer_are_those_of_the_plan():
    """The siting guide's quotas stand alike in the district layer and in the plan, and add up to 163."""
    quotas = Study.from_toml(demo_study()).full_plan.targets["hydrogen_guide_districts"].at_least_by_district
    layer = DISTRICTS["h2_quota"]
    assert layer.sum() == 163
    assert layer[layer > 0].to_dict() == quotas


@pytest.mark.parametrize("name", ["hubs.csv", "places.csv", "existing.csv"])
def test_points_lie_in_the_district_they_name(name):
    """Every hub, place and station lies in the district that its row says, without any tolerance."""
    rows = rows_of(name)
    points = gpd.GeoSeries.from_xy(
        [float(row["lon"]) for row in rows], [float(row["lat"]) for row in rows], crs="EPSG:4326"
    )
    located = Districts(DISTRICTS.reset_index().to_crs("EPSG:4547")).locate(points.to_crs("EPSG:4547"))
    assert {row["id"]: row["district"] for row in rows} == dict(zip([r["id"] for r in rows], located, strict=True))


@pytest.mark.parametrize("name", ["hubs.csv", "places.csv", "existing.csv"])
def test_rows_are_named_and_sourced(name):
    """Every row has an id of its own, a name in both languages, and a source."""
    rows = rows_of(name)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert re.search("[\u4e00-\u9fff]", row["name_zh"])
        assert re.fullmatch("[^\u4e00-\u9fff]+", row["name_en"])
        assert row["source"]


def test_places_come_from_geonames():
    """Most place names are those of GeoNames; the others say that they were entered by hand."""
    sources = [row["source"] for row in rows_of("places.csv")]
    assert sum("GeoNames" in source for source in sources) == 84
    assert all("GeoNames" in source or "hand" in source for source in sources)
    assert "GeoNames" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_hubs_say_how_exact_they_are():
    """Coordinates entered by hand are marked so, with their precision."""
    for row in rows_of("hubs.csv"):
        assert re.fullmatch(r"about (500 m|1 km|2 km)", row["precision"])
        assert "by hand" in row["source"]


def test_the_stock_of_chargers_is_that_of_the_districts():
    """Guns that stand add up to the published stock of every district."""
    for type_id, column in CHARGERS.items():
        for district, stock in DISTRICTS[column].items():
            here = [row for row in rows_of("existing.csv") if (row["district"], row["type"]) == (district, type_id)]
            assert sum(int(row["modules"]) for row in here) == stock


def test_five_hydrogen_stations_stand():
    """The plan counts five hydrogen stations in 2020."""
    hydrogen = [row for row in rows_of("existing.csv") if row["type"].startswith("hydrogen")]
    assert len(hydrogen) == 5


@pytest.mark.parametrize(("year", "vehicles"), [(2020, 270_000), (2025, 800_000)])
def test_fleets_add_up_to_the_plan(year, vehicles):
    """The stocks of all fleets are the plan's 270,000 vehicles in 2020 and 800,000 in 2025."""
    study = Study.from_toml(demo_study())
    stocks = [
        getattr(block, name)
        for block in study.demand.values()
        for name in ("stock", "battery_stock", "fuel_cell_stock")
        if getattr(block, name, None)
    ]
    assert sum(stock_in(year, stock, what="stock") for stock in stocks) == vehicles


@pytest.mark.parametrize(
    ("fleet", "service", "per_day"),
    [
        ("private", "charging", 680_000 * 35 * 0.15 * 0.45 * 0.85),
        ("private", "swapping", 680_000 * 35 * 0.15 * 0.45 * 0.15 / 45),
        ("taxi", "charging", 90_000 * 1.5 * 170 * 0.16 * 0.9 * 0.55),
        ("taxi", "swapping", 90_000 * 1.5 * 170 * 0.16 * 0.9 * 0.45 / 45),
        ("freight", "charging", 15_000 * 120 * 0.8 * 0.5 * 0.6),
        ("freight", "swapping", 15_000 * 120 * 0.8 * 0.5 * 0.4 / 200),
        ("freight", "hydrogen", 1_750 * 200 * 0.09),
        ("delivery", "charging", 12_500 * 100 * 0.35 * 0.5),
        ("delivery", "hydrogen", 750 * 150 * 0.05),
    ],
)
def test_demand_totals(ready, fleet, service, per_day):
    """A fleet's demand adds up to vehicles × distance × consumption × shares, exactly."""
    totals = ready.demand.frame.groupby(["fleet", "service"])["demand"].sum()
    assert len(totals) == 9
    assert totals[fleet, service] == pytest.approx(per_day, rel=1e-9)


def test_the_parts_add_up_to_the_whole(ready):
    """Demand rows hold all demand, and cells all people of every district."""
    rows = ready.assembly.rows.groupby("service")["demand"].sum()
    fleets = ready.demand.frame.groupby("service")["demand"].sum()
    assert rows.to_dict() == pytest.approx(fleets.to_dict(), rel=1e-12)
    people = ready.area.cells.groupby("district")["population"].sum()
    assert people.to_dict() == pytest.approx(DISTRICTS["population"].to_dict(), rel=1e-9)


def test_size(ready):
    """The study has over 7,000 cells of 1 km and 1,500 candidates beside what stands, for three services."""
    assert 7_000 <= len(ready.area.cells) <= 8_000
    status = ready.sites.frame["status"].value_counts()
    assert 1_400 <= status["candidate"] <= 1_600
    assert status["existing"] == len(rows_of("existing.csv"))
    assert set(ready.assembly.rows["service"]) == {"charging", "swapping", "hydrogen"}


def test_cells_are_search_areas(ready):
    """A site on a cell is called a search area, and every site has a district and a named place."""
    sites = ready.sites.frame
    assert set(sites.loc[sites["site_class"] == "cell", "precision"]) == {"search area of 1.7 km"}
    assert set(sites["district"]) == set(DISTRICTS.index)
    assert (sites["place_zh"] != "").all()


@pytest.mark.parametrize("variant", ["plan", "guide"])
def test_no_limit_contradicts_another_by_arithmetic(variant):
    """Both variants leave room: counts, quotas, budgets, spacing and hubs are not impossible on their face."""
    study = Study.from_toml(demo_study(), overrides=(f"variant={variant}",))
    made = prepare(study)
    assert impossible(made.assembly.problem, made.limits) == []


@pytest.fixture(scope="module")
def coarse(tmp_path_factory):
    """The embedded study on cells of 5 km with a tenth of the sites and of the targets, solved."""
    path = copy_demo(tmp_path_factory.mktemp("coarse") / "guangzhou")
    plan = path.with_name("plan.toml")
    text = plan.read_text(encoding="utf-8")
    for old, new in (("exactly = 400", "exactly = 40"), ("at_least = 51", "at_least = 8")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    plan.write_text(text, encoding="utf-8")
    overrides = ("area.cell_m=5000", "sites.sources.cell.most=150", "solver.gap=0.05", "solver.cost_gap=0.5")
    return run(Study.from_toml(path, overrides=overrides))


def test_coarse_study_solves(coarse):
    """The coarse study reaches its gap, and its answer passed its check."""
    assert coarse.solution.status in (Status.OPTIMAL, Status.GAP)
    assert coarse.kpis["solve"]["gap"] <= 0.05
    assert coarse.kpis["check"] == "passed"


def test_coarse_scorecard(coarse):
    """Every enforced line is met; yearly targets and price ceilings are shown as not evaluated."""
    rows = coarse.scorecard
    assert all(row["met"] for row in rows if row["enforced"])
    assert {row["line"] for row in rows if not row["evaluated"]} == {"hydrogen_stations_2020", "hydrogen"}
    assert next(row for row in rows if row["line"] == "swap_stations")["achieved"] == 40


def test_coarse_answer_makes_sense(coarse):
    """All three services are served more than before, within the budget, and nothing is served twice."""
    for figures in coarse.kpis["services"].values():
        assert figures["share_before"] < figures["share"] <= figures["covered_share"] + 1e-9
    assert coarse.kpis["cost_cny"] <= coarse.kpis["budget_cny"] * (1 + 1e-9)
    assert (coarse.demand["served"] <= coarse.demand["demand"] * (1 + 1e-9)).all()
    assert (coarse.sites["use_share"] <= 1).all()
    assert coarse.sites["reason_zh"].str.len().min() > 5
    assert sorted(coarse.sites["priority"]) == list(range(1, len(coarse.sites) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["plan", "guide"])
def test_full_study(variant):
    """The full study reaches its gap with exactly 400 swap stations and the hydrogen target of either variant."""
    result = run(Study.from_toml(demo_study(), overrides=(f"variant={variant}",)))
    assert result.kpis["solve"]["gap"] <= 0.02
    rows = [row for row in result.scorecard if row["enforced"]]
    assert all(row["met"] for row in rows)
    assert next(row for row in rows if row["line"] == "swap_stations")["achieved"] == 400
