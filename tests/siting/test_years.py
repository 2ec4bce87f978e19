"""Several years at once: demand grows, stations open once, stay and grow; lines and budgets speak of their years."""

import csv

import openpyxl
import pytest

from siting.audit import audit_run
from siting.run_folder import write_run
from siting.summary import summary_text

P, Q = "site:p|charger", "site:q|charger"


def standing(result):
    """Modules by facility and year."""
    return result.phases.set_index(["facility_id", "year"])["modules"].to_dict()


def test_a_station_opens_and_grows_with_its_budgets(world, tmp_path):
    """1,300 CNY open a site with 3 modules, 100 more add one: 300 of 360 kWh are served, and then 400 of 540."""
    result = world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030).run()
    assert standing(result) == {(P, 2025): 3, (P, 2030): 4}
    assert result.phases["cost_cny"].tolist() == [1300, 100]
    assert result.phases["new_modules"].tolist() == [3, 1]
    (site,) = result.sites.to_dict("records")
    assert (site["year"], site["modules"], site["new_modules"], site["cost_cny"]) == (2025, 4, 4, 1400)
    served = result.demand.groupby("year")["served"].sum()
    assert served.to_dict() == pytest.approx({2025: 300, 2030: 400})
    assert site["demand_charging_kwh"] == pytest.approx(400)
    assert "opens in 2025; 1 module more in 2030; serves 400 kWh" in site["reason_en"].lower().replace("kwh", "kWh")
    assert audit_run(write_run(result, tmp_path)) == []


def test_key_figures_by_year(world):
    """Services tell of the last year, money and value of all; each year stands by itself below `years`."""
    kpis = world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030).run().kpis
    assert kpis["services"]["charging"]["demand"] == pytest.approx(765)
    assert (kpis["cost_cny"], kpis["value"]) == (1400, pytest.approx(700))
    first, last = kpis["years"]["2025"], kpis["years"]["2030"]
    assert (first["cost_cny"], last["cost_cny"]) == (1300, 100)
    assert (first["modules"], last["modules"]) == ({"charger": 3}, {"charger": 4})
    assert first["services"]["charging"]["share"] == pytest.approx(300 / 510)


def test_a_count_of_a_year_counts_all_that_stands_then(world):
    """At most one station in 2025 and two in 2030: the second waits, what opened first stays."""
    result = world.grow(y2025=1, y2030=1).count("one", exactly=1, year=2025).count("two", exactly=2, year=2030).run()
    assert standing(result) == {(P, 2025): 4, (P, 2030): 4, (Q, 2030): 1}
    assert [(row["year"], row["achieved"], row["met"]) for row in result.scorecard] == [
        (2025, 1, True),
        (2030, 2, True),
    ]


def test_a_line_without_a_year_binds_in_the_last_one(world):
    """Without a year a count speaks of the last year, whatever stood before."""
    result = (
        world.grow(y2025=1, y2030=1)
        .require(targets={"n": {"counts": "modules", "types": ["charger"], "at_least": 7}})
        .run()
    )
    (row,) = result.scorecard
    assert (row["year"], row["target"], row["met"]) == (2030, 7, True)


def test_modules_of_a_year_are_counted_with_what_was_added(world):
    """A count of modules counts openings and additions up to its year."""
    result = world.grow(y2025=1, y2030=1).count(counts="modules", exactly=2, year=2025).run()
    by_year = result.phases.groupby("year")["modules"].sum()
    assert by_year[2025] == 2
    assert by_year[2030] == 5


def test_a_share_speaks_of_its_year(world):
    """90 % of what can be reached in 2025 are asked for in that year alone."""
    result = world.grow(y2025=1, y2030=1).require(shares={"s": {"service": "charging", "at_least": 0.9, "year": 2025}})
    row = result.run().scorecard[0]
    assert row["year"] == 2025
    assert row["achieved"] == pytest.approx(460 / 510)


def test_a_line_of_a_year_that_is_not_studied_is_only_shown(world):
    """Neither a count nor a budget of another year binds or is evaluated."""
    result = world.grow(y2025=1, y2030=1).count(at_least=50, year=2027).spend(1, 2028).run()
    assert [row["evaluated"] for row in result.scorecard] == [False, False]


def test_a_weight_makes_a_year_count(world):
    """Money for one site goes where the years that count need it: with weight 0, what 2030 needs is not looked at."""
    world.ask("charging", "kg")
    for name, kwh in (("a", 0), ("b", 0), ("c", 0), ("d", 100)):
        world.demand[name]["kwh"] = kwh
    world.demand["b"]["kg"] = 300
    world.grow(y2025=1, y2030=1).spend(1400)
    world.study["demand"]["car-charging"]["growth"] = {"2025": 0.1, "2030": 1.0}
    assert set(world.run().sites["facility_id"]) == {P}
    world.study["year_weight"] = {"2030": 0.0}
    assert set(world.run().sites["facility_id"]) == {Q}


def test_the_map_shows_the_last_year(world, tmp_path):
    """The tables of the map hold the demand and the assignment of the last year, and the year of opening."""
    result = world.grow(y2025=1, y2030=1).run()
    tables = result.map_tables()
    assert set(tables.demand["year"]) == {2030}
    assert set(tables.assignment["row_id"]) <= set(tables.demand["row_id"])
    assert tables.meta["years"] == [2025, 2030]
    assert tables.sites["year"].tolist() == [2025, 2025]


def test_the_tables_of_years_are_written(world, tmp_path):
    """A sheet and a CSV file hold each facility in every year; a study of one year has neither."""
    folder = write_run(
        world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030).run('output.language="en"'), tmp_path
    )
    sheet = openpyxl.load_workbook(folder / "sites.xlsx")["Years"]
    assert [row[3:6] for row in sheet.iter_rows(min_row=2, values_only=True)] == [(2025, 3, 3), (2030, 4, 1)]
    with (folder / "phases.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["year"], row["modules"], row["cost_cny"]) for row in csv.DictReader(file)] == [
            ("2025", "3", "1300.0"),
            ("2030", "4", "100.0"),
        ]


def test_a_study_of_one_year_has_no_such_tables(world, tmp_path):
    """Its folder has the files it always had, and its key figures no years."""
    result = world.run()
    folder = write_run(result, tmp_path)
    assert not {"phases.csv", "closed.csv"} & {path.name for path in folder.iterdir()}
    assert "years" not in result.kpis
    assert "years" not in result.meta


def test_the_summary_has_a_line_per_year(world, tmp_path):
    """Stations, money and shares of each year stand in the terminal's summary."""
    result = world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030).run()
    lines = summary_text(result, tmp_path, 1.0, "en").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("By year"))
    assert [line.split()[0] for line in lines[at + 1 : at + 3]] == ["2025", "2030"]
    assert lines[at + 1].endswith("59%")


def test_spacing_and_types_at_a_site_hold_over_the_years(world):
    """Two sites too near to each other never stand together, and a site carries one type whatever grows there."""
    world.sites["near"] = {"km": 4}
    world.study["sites"]["spacing"] = {"s": {"types": ["charger"], "min_km": 5.0, "source": "invented"}}
    result = world.grow(y2025=1, y2030=2).run()
    assert set(result.sites["facility_id"]) in ({P, Q}, {"site:near|charger", Q})
