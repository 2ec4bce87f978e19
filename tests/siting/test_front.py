"""What each budget buys, in the tiny world: p alone covers 360 of 510 kWh for 1,100 CNY, p and q 460 for 2,200."""

import csv
import json
import xml.etree.ElementTree as ET

import pytest

from siting.errors import NoAnswerError, StudyError
from siting.front import cost_front, parse_budgets, write_front

COVER = "objective=max_cover"


def rows(front, *keys):
    """Some columns of a front."""
    return [tuple(row[key] for key in keys) for row in front.rows]


def test_each_budget_buys_what_it_can(world):
    """Nothing, one station, two; more money buys no more and is dominated."""
    front = cost_front(world.read(COVER), (500, 1_100, 2_200, 9_000))
    assert rows(front, "cost_cny", "value", "stations") == [
        (0, 0, 0),
        (1_100, 360, 1),
        (2_200, 460, 2),
        (2_200, 460, 2),
    ]
    assert [row["dominated"] for row in front.rows] == [False, False, False, True]
    assert all(row["bound"] == pytest.approx(row["value"], abs=1e-3) for row in front.rows)


def test_capacities_have_a_front_too(world):
    """With 2,000 CNY p serves all of its own, with 2,500 q serves d as well."""
    front = cost_front(world.read(), (2_000, 2_500))
    assert rows(front, "value") == [pytest.approx((360,), abs=0.1), pytest.approx((460,), abs=0.1)]


def test_equal_steps_lead_to_the_plans_budget_or_to_all_that_can_be_had(world):
    """Without a budget the last step is what everything costs; the plan's own budget gives way to the steps."""
    assert rows(cost_front(world.read(COVER), 2), "budget_cny") == [(1_100,), (2_200,)]
    world.spend(1_200)
    assert rows(cost_front(world.read(COVER), 3), "budget_cny") == [(400,), (800,), (1_200,)]
    assert rows(cost_front(world.read(COVER), (2_200,)), "value") == [(460,)]


def test_the_plan_holds_within_every_budget(world):
    """A quota that a budget cannot pay for has no answer there, and one where it can."""
    world.count(at_least_by_district={"东区": 1})
    assert rows(cost_front(world.read(COVER), (500, 1_100)), "value", "status") == [
        (None, "infeasible"),
        (100, "optimal"),
    ]
    with pytest.raises(NoAnswerError, match="within any of the budgets"):
        cost_front(world.read(COVER), (500,))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("500M,1_000M", (5e8, 1e9)),
        ("2亿, 300万", (2e8, 3e6)),
        ("1.5B,2e3,7k", (1.5e9, 2e3, 7e3)),
        ("5", 5),
        ("700", (700.0,)),
    ],
)
def test_budgets_are_read(text, amounts):
    """Amounts with their multiples, or how many."""
    assert parse_budgets(text) == amounts


@pytest.mark.parametrize("text", ["", "many", "5M,-1", "1", "3 apples"])
def test_what_is_no_budget_is_refused(text):
    """One message that says how they are written."""
    with pytest.raises(StudyError, match="--budgets"):
        parse_budgets(text)


def test_a_front_is_of_what_is_served_or_covered(world):
    """Money against minutes is another question."""
    with pytest.raises(StudyError, match="use one of served_value, max_cover"):
        cost_front(world.read("objective=p_median", "objective.p=1"), (1_000,))


def test_files_and_command(world, tmp_path, siting):
    """The command prints a table and writes CSV, JSON and a picture; the same study gives the same bytes."""
    world.study["title_en"] = "<Tiny> & small"
    path = world.write()
    ran = siting("pareto", path, "--budgets", "1100,2200", "--set", COVER, "--out", tmp_path / "fronts")
    assert ran.code == 0
    assert "70.6%" in ran.stdout
    folder = next((tmp_path / "fronts").iterdir())
    with (folder / "front.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["360.0", "460.0"]
    assert json.loads((folder / "front.json").read_text(encoding="utf-8"))["model"] == "max_cover"
    assert "&lt;Tiny&gt; &amp; small" in (folder / "front.svg").read_text(encoding="utf-8")
    ET.parse(folder / "front.svg")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert write_front(cost_front(world.read(COVER), (1_100, 2_200)), tmp_path / "fronts") == folder
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
