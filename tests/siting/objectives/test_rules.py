"""Objectives that do not fit the sites or the plan."""

import pytest

from siting import run
from siting.errors import StudyError


def refused(world):
    """What the world's study is refused for, as one text."""
    with pytest.raises(StudyError) as error:
        run(world.read())
    return str(error.value)


def test_a_budget_of_another_year_holds_nothing_back(world):
    """Without p, maximal covering needs a budget or a most of stations that counts in the studied year."""
    world.study["objective"] = "max_cover"
    assert "objective.p: missing" in refused(world.spend(1_100, 2030))
    assert len(run(world.spend(1_100).read()).sites) == 1


def test_every_type_that_serves_somebody_must_be_held_back(world):
    """A most of one type leaves the other free to open everywhere."""
    world.offer("dear", charging=(100, 5)).allow("charger", "dear").count(at_most=1)
    world.study["objective"] = "max_cover"
    assert "for dear; without one of them" in refused(world)
    world.plan["targets"]["n"]["types"] = ["charger", "dear"]
    assert len(run(world.read()).sites) == 1


def test_types_that_serve_nobody_need_not_be_held_back(world):
    """A swap station where nobody swaps is never opened; a most of chargers is enough."""
    world.offer("swapper", swapping=(10, 5)).allow("charger", "swapper").count(at_most=1)
    world.study["objective"] = "max_cover"
    assert run(world.read()).sites["type"].tolist() == ["charger"]


def test_stations_that_may_close_do_not_stand_in_the_way_of_a_p_dispersion(world):
    """Two stand 11 km apart with one between them that may close: p and q alone are farthest apart."""
    world.stand(
        o={"km": 3, "type": "charger", "modules": 1}, u={"km": 14, "type": "charger", "modules": 1},
        v={"km": 4, "type": "charger", "modules": 1},
    )  # fmt: skip
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_cny": 70}
    world.study["objective"] = {"model": "p_dispersion", "p": 2}
    assert len(run(world.read()).sites) == 2


@pytest.mark.parametrize("method", ["joint", "pulp:NOSUCH"])
def test_a_question_takes_no_other_method(world, method):
    """Whoever names one is told, instead of being solved by another silently."""
    world.study["objective"] = {"model": "p_center", "p": 2}
    world.study["solver"]["name"] = method
    assert f'solver.name: p_center has a method of its own, found "{method}"' in refused(world)
