"""Key figures: shares before and after, money, stations, and the proof."""

import json

import pytest


def about(value):
    """Later stages may give up 0.01 % of all value, so an amount that is served is known to that."""
    return pytest.approx(value, abs=1e-4)


def test_services(tiny):
    """460 of 510 kWh a day are served, nothing before; 50 kWh in one row lie beyond every candidate."""
    figures = tiny.kpis["services"]["charging"]
    assert set(tiny.kpis["services"]) == {"charging"}
    assert figures["unit"] == "kWh"
    assert figures["demand"] == 510
    assert figures["served"] == about(460)
    assert figures["share"] == figures["served"] / 510
    assert figures["share_before"] == 0
    assert figures["covered_share"] == pytest.approx(460 / 510)
    assert (figures["unreachable"], figures["unreachable_rows"]) == (50, 1)


def test_money_and_stations(tiny):
    """What is built costs 2,500 CNY and 25 CNY a year; without a plan there is no budget."""
    kpis = tiny.kpis
    assert (kpis["cost_cny"], kpis["yearly_cost_cny"], kpis["land_m2"], kpis["budget_cny"]) == (2500, 25, 20, None)
    assert kpis["stations"]["charger"] == {"existing": 0, "new": 2, "modules": 5}
    assert kpis["stations"]["pump"] == {"existing": 0, "new": 0, "modules": 0}
    assert kpis["value"] == about(460)
    assert kpis["value_demand"] == 510
    assert kpis["fleets"]["cars: charging"]["demand"] == 510


def test_proof(tiny):
    """The answer is proven: the bound is what can be served at all, the gap what later stages gave up."""
    solve = tiny.kpis["solve"]
    assert solve["status"] == "optimal"
    assert solve["bound"] == pytest.approx(460)
    assert solve["objective"] == about(460)
    assert 0 <= solve["gap"] <= 1.1e-4
    assert solve["gap_wanted"] == 0
    assert solve["stage2_cost"] == 2500
    assert "served value >=" in solve["stage2_floor"]
    assert "HiGHS" in solve["solver"]
    assert tiny.kpis["check"] == "passed"
    assert "detour factor 1" in tiny.kpis["travel_method"]
    assert tiny.kpis["run_id"] == tiny.run_id


def test_before_and_after(world):
    """Two modules that stand serve 200 of 510 kWh before anything is built."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    figures = world.run().kpis["services"]["charging"]
    assert figures["share_before"] == pytest.approx(200 / 510)
    assert figures["share"] == pytest.approx(460 / 510, abs=1e-3)


def test_what_stands_at_a_forbidden_site_counted_for_nothing(world):
    """Before is the network that the study keeps: a station it closes serves nothing before either."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    assert world.run('sites.forbid=["old:o"]').kpis["services"]["charging"]["share_before"] == 0


def test_budget_is_that_of_all_types(world):
    """The budget shown is the least one for all types that binds; one for some types is in the scorecard."""
    world.require(
        budgets={
            "all": {"cny": 2000},
            "shown": {"cny": 10, "enforce": False},
            "some": {"cny": 1900, "types": ["charger"]},
        }
    )
    kpis = world.run().kpis
    assert kpis["budget_cny"] == 2000
    # 1,900 CNY pay for p with all its modules, not for both stations.
    assert kpis["cost_cny"] <= 1900


def test_plain_numbers(tiny):
    """Key figures hold plain numbers and texts alone, so that any JSON writer takes them."""

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()), map(type, value))
        return set().union(*map(kinds, value)) if isinstance(value, list) else {type(value)}

    assert kinds(tiny.kpis) <= {str, int, float, bool, type(None)}
    assert json.loads(json.dumps(tiny.kpis, allow_nan=False)) == tiny.kpis


def test_values_weigh_services(world):
    """With one module to spend, the service of more value per module is served: 10 swaps of 45 beat 100 kWh."""
    world.allow("charger", "swapper").ask("swapping", "swaps").demand["a"] |= {"swaps": 10}
    world.demand["b"]["kwh"] = world.demand["c"]["kwh"] = 0
    world.require(budgets={"b": {"cny": 1100}})
    swaps = world.run("value.charging=1", "value.swapping=45")
    assert swaps.kpis["services"]["swapping"]["share"] == pytest.approx(1, abs=1e-3)
    assert swaps.kpis["services"]["charging"]["share"] == 0
    assert swaps.kpis["value"] == about(450)
    energy = world.run("value.charging=1", "value.swapping=5")
    assert energy.kpis["services"]["swapping"]["share"] == 0
