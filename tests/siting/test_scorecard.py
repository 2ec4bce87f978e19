"""The scorecard: target, achieved and gap of every line."""

import pytest


def rows_of(result):
    return {(row["line"], row["district"]): row for row in result.scorecard}


def figures(row):
    return row["sense"], row["target"], row["achieved"], row["gap"], row["met"]


@pytest.fixture(scope="module")
def scored(new_world):
    """The tiny world solved under a plan with a line of every kind."""
    world = new_world()
    world.count("met", at_least=2)
    world.count("missed", exactly=3, enforce=False)
    world.count("modules", counts="modules", at_most=4, enforce=False)
    world.count("quota", at_least_by_district={"西区": 1, "东区": 2}, at_most_by_district={"西区": 1}, enforce=False)
    world.count("later", at_least=9, year=2030)
    world.require(
        budgets={"money": {"cny": 3000}, "some": {"cny": 2499, "types": ["charger"], "enforce": False}},
        shares={
            "share": {"service": "charging", "at_least": 0.5, "year": 2025},
            "swaps": {"service": "swapping", "at_least": 0.5, "year": 2025},
            "then": {"service": "charging", "at_least": 1, "year": 2030},
        },
        must_serve={"hubs": {"layer": "demand", "ids": ["c", "d"], "service": "charging", "standard_min": 5}},
        price_ceilings={"price": {"service": "hydrogen", "cny_per_unit": 35, "year": 2025}},
    )
    return world.run()


def test_every_line_is_held_against_the_answer(scored):
    """Counts, modules, quotas, money, shares and places: what was asked, what there is, and the difference."""
    rows = rows_of(scored)
    assert figures(rows["met", ""]) == (">=", 2, 2, 0, True)
    assert figures(rows["missed", ""]) == ("=", 3, 2, -1, False)
    assert figures(rows["modules", ""]) == ("<=", 4, 5, 1, False)
    assert figures(rows["quota", "东区"]) == (">=", 2, 1, -1, False)
    assert figures(rows["money", ""]) == ("<=", 3000, 2500, -500, True)
    assert figures(rows["some", ""]) == ("<=", 2499, 2500, 1, False)
    assert figures(rows["hubs", ""]) == (">=", 2, 2, 0, True)
    share = rows["share", ""]
    assert share["achieved"] == pytest.approx(460 / 510, abs=1e-3)
    assert share["met"]


def test_a_district_has_a_row_per_bound(scored):
    """A district with a least and a most number has a row for each."""
    rows = [row for row in scored.scorecard if row["line"] == "quota"]
    assert [(row["district"], row["sense"], row["met"]) for row in rows] == [
        ("东区", ">=", False),
        ("西区", ">=", True),
        ("西区", "<=", True),
    ]


@pytest.mark.parametrize("line", ["later", "then", "price", "swaps"])
def test_lines_that_cannot_be_evaluated(scored, line):
    """A line of another year, a price, and a share of a demand that is not there are shown, and not evaluated."""
    row = rows_of(scored)[line, ""]
    assert (row["achieved"], row["gap"], row["met"]) == (None, None, None)
    assert not row["evaluated"]
    assert not row["enforced"]


def test_what_binds_is_said(scored):
    """A line that only informs is not called enforced."""
    rows = rows_of(scored)
    assert rows["met", ""]["enforced"]
    assert not rows["missed", ""]["enforced"]


def test_units_years_and_sources(scored):
    """Every row has its unit, its year and where its number comes from."""
    rows = rows_of(scored)
    units = {line: rows[line, ""]["unit"] for line in ("met", "modules", "money", "share", "hubs", "price")}
    assert units == {
        "met": "stations",
        "modules": "modules",
        "money": "CNY",
        "share": "share",
        "hubs": "places",
        "price": "CNY/kg",
    }
    assert rows["later", ""]["year"] == 2030
    assert {row["source"] for row in rows.values()} == {"invented"}


def test_what_stands_counts(world):
    """A count is of what stands in the end, so a station that stands already counts."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2}).count(exactly=1)
    result = world.run()
    assert list(result.sites["site_id"]) == ["old:o"]
    assert figures(result.scorecard[0]) == ("=", 1, 1, 0, True)


def test_a_mixed_station_counts_for_both_services(world):
    """A mixed station counts once in the target of each service it offers."""
    world.offer("mixed", charging=(100, 5), hydrogen=(20, 5)).allow("mixed")
    world.count("charging", types=["charger", "mixed"], exactly=1)
    world.count("hydrogen", types=["pump", "mixed"], exactly=1)
    result = world.run()
    assert len(result.sites) == 1
    assert [row["met"] for row in result.scorecard] == [True, True]


def test_exact_counts_are_met_exactly(world):
    """An exact count of one leaves out the second station, though it would serve more."""
    result = world.count(exactly=1).run()
    assert list(result.sites["site_id"]) == ["site:p"]


def test_places_that_must_be_served(world):
    """A place with little to ask for is served because the plan says so, its standard's boundary included."""
    world.count(exactly=1)
    line = {"layer": "demand", "ids": ["e"], "service": "charging", "standard_min": 5.5}
    result = world.require(must_serve={"m": line}).run()
    assert list(result.sites["site_id"]) == ["site:q"]
    assert figures(result.scorecard[1]) == (">=", 1, 1, 0, True)


def test_places_are_served_by_the_right_stations(world):
    """A truck charger does not serve a place whose cars must be served."""
    world.offer("hub", charging=(100, 5), vehicles=["truck"], fixed_cost_cny=1)
    line = {"layer": "demand", "ids": ["d"], "service": "charging", "vehicle": "car", "standard_min": 5}
    world.demand["d"]["kwh"] = 0
    sites = world.require(must_serve={"m": line}).run().sites.set_index("site_id")
    assert sites.loc["site:q", "type"] == "charger"
    assert sites.loc["site:q", "reason_en"].startswith("Opened to meet a must-serve line")


def test_a_share_is_reached(world):
    """A share that must be served is, though the budget's value would be better spent elsewhere."""
    world.allow("charger", "swapper").ask("swapping", "swaps").demand["a"]["swaps"] = 40
    world.require(budgets={"b": {"cny": 2400}})
    free = world.run()
    assert free.kpis["services"]["charging"]["share"] < 0.7
    world.require(shares={"s": {"service": "charging", "at_least": 0.7, "year": 2025}})
    result = world.run()
    assert result.kpis["services"]["charging"]["share"] >= 0.7 - 1e-6
    assert result.scorecard[-1]["met"]
