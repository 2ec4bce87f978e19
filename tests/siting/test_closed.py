"""Stations that may be closed: they are when it pays, at their cost, and the run says which and why."""

import csv

import pytest

from siting.audit import audit_run
from siting.errors import StudyError
from siting.run_folder import write_run

OLD, P, Q = "old:old|charger", "site:p|charger", "site:q|charger"


@pytest.fixture
def lonely(world):
    """A station far in the east that serves 50 kWh, and a plan that allows one station."""
    world.stand(old={"km": 19, "type": "charger", "modules": 1})
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_cny": 500}
    return world.count(exactly=1)


def test_it_is_closed_when_its_place_is_worth_more(lonely, tmp_path):
    """One station alone may stand: the one that serves 360 kWh replaces the one that serves 50."""
    result = lonely.run()
    assert result.sites["facility_id"].tolist() == [P]
    (closed,) = result.closed.to_dict("records")
    assert (closed["facility_id"], closed["modules"], closed["closing_cost_cny"]) == (OLD, 1, 500)
    assert closed["reason_en"] == "Closed: kept, it would break line (指标)."
    assert result.kpis["cost_cny"] == 1400 + 500
    assert result.kpis["closing_cost_cny"] == 500
    assert result.kpis["stations"]["charger"] == {"existing": 0, "new": 1, "modules": 4, "closed": 1}
    folder = write_run(result, tmp_path)
    with (folder / "closed.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["facility_id"] for row in csv.DictReader(file)] == [OLD]
    assert audit_run(folder) == []


def test_it_is_kept_where_the_study_does_not_let_it_go(lonely):
    """Without `closable` the station stands, and takes the place."""
    lonely.study["sites"]["sources"]["old"] |= {"closable": False, "closing_cost_cny": 0}
    result = lonely.run()
    assert result.sites["facility_id"].tolist() == [OLD]
    assert result.closed.empty
    assert "closing_cost_cny" not in result.kpis


def test_closing_is_paid_for_out_of_the_budget(lonely):
    """Of 1,700 CNY, 500 go to closing and 1,200 open a site with two modules; with 1,500, the station stays."""
    assert lonely.spend(1700).run().sites[["facility_id", "modules"]].values.tolist() == [[P, 2]]
    lonely.plan["budgets"]["all"]["cny"] = 1500
    assert lonely.run().sites["facility_id"].tolist() == [OLD]


def test_nothing_is_closed_without_a_need(lonely):
    """Where more stations are allowed the old one stays: keeping it costs nothing."""
    lonely.plan["targets"]["n"]["exactly"] = 3
    assert set(lonely.run().sites["facility_id"]) == {OLD, P, Q}


def test_a_cost_of_closing_needs_a_station_that_may_be_closed(lonely):
    """A cost without `closable` would never be paid: it is refused."""
    lonely.study["sites"]["sources"]["old"]["closable"] = False
    with pytest.raises(StudyError, match="closing cost needs closable = true"):
        lonely.read()
