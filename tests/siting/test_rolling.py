"""Year by year: what the years before built is given, and the years together are never better than jointly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.audit import audit_run
from siting.errors import NoAnswerError
from siting.run_folder import write_run

P, Q = "site:p|charger", "site:q|charger"
JOINT, ROLLING = "solver.years=joint", "solver.years=rolling"


def shifting(world):
    """East asks now, west later; the money is enough for one of them."""
    world.ask("charging", "kg")
    for name, kwh, kg in (("a", 100, 0), ("b", 200, 0), ("c", 60, 0), ("d", 0, 100), ("e", 0, 0)):
        world.demand[name] |= {"kwh": kwh, "kg": kg}
    world.grow(y2025=0.1, y2030=1).spend(1400)
    world.study["demand"]["car-charging"]["growth"] = {"2025": 1.0, "2030": 0.5}
    return world


def test_looking_ahead_pays(world, tmp_path):
    """Year by year the east is served at once (100, then 50); together the west is prepared for (36, then 360)."""
    shifting(world)
    joint, rolling = world.run(JOINT), world.run(ROLLING)
    assert (set(joint.sites["facility_id"]), set(rolling.sites["facility_id"])) == ({P}, {Q})
    assert joint.kpis["value"] == pytest.approx(396)
    assert rolling.kpis["value"] == pytest.approx(150)
    assert [audit_run(write_run(result, tmp_path)) for result in (joint, rolling)] == [[], []]


def test_what_is_proven_is_said_year_by_year(world):
    """Each year has its bound; the years together have none and are not called optimal."""
    solve = shifting(world).run(ROLLING).kpis["solve"]
    assert (solve["status"], solve["bound"], solve["gap"]) == ("gap reached", None, None)
    assert {year: own["status"] for year, own in solve["years"].items()} == {"2025": "optimal", "2030": "optimal"}
    assert solve["years"]["2025"]["objective"] == pytest.approx(100)
    assert "2025 optimal, 2030 optimal" in solve["solver"]


def test_what_opened_is_kept_and_may_grow(world):
    """The second year adds to what the first one opened, out of its own budget."""
    result = world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030).run(ROLLING)
    assert result.phases[["facility_id", "modules", "new_modules", "cost_cny"]].values.tolist() == [
        [P, 3, 3, 1300],
        [P, 4, 1, 100],
    ]


def test_a_year_without_an_answer_is_named(world):
    """What the first year leaves may not be enough for the second; the message names the year."""
    world.grow(y2025=1, y2030=1).spend(1400).count(at_least=2, year=2030)
    with pytest.raises(NoAnswerError) as caught:
        world.run(ROLLING)
    assert caught.value.exit_code == 4
    assert "2030" in str(caught.value)


def test_it_continues_from_what_was_built(world, tmp_path):
    """Years that are over are taken as they were, the others follow one by one."""
    world.grow(y2025=1, y2030=1, y2035=1).built((Q, 1, 2025)).spend(1100, 2030)
    result = world.run(ROLLING)
    phases = result.phases.set_index(["facility_id", "year"])["modules"].to_dict()
    assert phases[Q, 2025] == 1
    assert (P, 2025) not in phases
    assert phases[P, 2030] == 1
    assert audit_run(write_run(result, tmp_path)) == []


def test_what_was_closed_stays_closed(world, tmp_path):
    """A station that the first year closes is not there in the second, and its closing is paid for once."""
    world.stand(old={"km": 19, "type": "charger", "modules": 1}).grow(y2025=1, y2030=1)
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_cny": 50}
    world.count("now", exactly=1, year=2025).count("then", exactly=2, year=2030)
    result = world.run(ROLLING)
    assert set(result.sites["facility_id"]) == {P, Q}
    assert result.closed["facility_id"].tolist() == ["old:old|charger"]
    assert result.kpis["closing_cost_cny"] == 50
    assert audit_run(write_run(result, tmp_path)) == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    demand=st.lists(st.integers(0, 300), min_size=5, max_size=5).filter(any),
    growth=st.floats(0.5, 3),
    money=st.integers(1100, 3000),
)
def test_together_is_at_least_as_good_as_one_by_one(new_world, demand, growth, money):
    """Deciding all years together never serves less than deciding them one by one."""
    world = new_world().grow(y2025=1, y2030=growth).spend(money)
    for name, kwh in zip("abcde", demand, strict=True):
        world.demand[name]["kwh"] = kwh
    joint, rolling = (world.run(mode).kpis["value"] for mode in (JOINT, ROLLING))
    assert joint >= rolling - 1e-6 * max(rolling, 1.0)
