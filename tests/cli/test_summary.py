"""The summary in the terminal."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from siting.summary import summary_text


def line(label, target, achieved, met, **rest):
    """A row of the scorecard."""
    return {
        "label_zh": label,
        "label_en": label,
        "district": "",
        "sense": ">=",
        "target": target,
        "achieved": achieved,
        "unit": "stations",
        "met": met,
        "enforced": met is not None,
        **rest,
    }


@pytest.fixture
def result():
    """One type, one service, a line met, one missed, one not evaluated, and one of each of two districts."""
    service = {"unit": "kWh", "demand": 1000.0, "share": 0.5, "share_before": 0.1, "unreachable": 20.0}
    solve = {"status": "work limit", "objective": 500.0, "bound": 510.0, "gap": 0.02, "stage2_gap": None}
    return SimpleNamespace(
        meta={"title_zh": "标题", "title_en": "Title", "year": 2025},
        types=[
            {"id": "hub", "label_zh": "快充站", "label_en": "Hub"},
            {"id": "none", "label_zh": "无", "label_en": "No"},
        ],
        kpis={
            "stations": {"hub": {"existing": 2, "new": 3}, "none": {"existing": 0, "new": 0}},
            "services": {"charging": service},
            "cost_cny": 2e8,
            "budget_cny": None,
            "solve": solve,
            "check": "passed",
        },
        scorecard=[
            line("kept", 5.0, 5.0, met=True),
            line("missed", 9.0, 5.0, met=False),
            line("price", 35.0, None, met=None),
            line("quota", 1.0, 1.0, met=True, district="East"),
            line("quota", 4.0, 1.0, met=False, district="West"),
        ],
    )


def test_lines_that_are_missed_or_not_evaluated_are_named(result):
    """Every line of the whole area is shown with its state, of the districts only what is missed."""
    text = summary_text(result, Path("runs/x"), 1.5, "en")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "kept ≥ 5 5 met" in lines
    assert "missed ≥ 9 5 missed" in lines
    assert "price ≥ 35 – not evaluated (for comparison)" in lines
    assert "quota, West ≥ 4 1 missed" in lines
    assert "quota, East" not in text


def test_numbers_carry_units(result):
    """Demand, money, gap, time and the demand out of reach carry their units; a type without stations is left out."""
    text = summary_text(result, Path("runs/x"), 1.5, "en")
    for shown in (
        "1,000 kWh/day",
        "CNY 200 million (no budget set)",
        "2%",
        "1.5 s",
        "Charging 20 kWh/day",
        "10%",
        "50%",
    ):
        assert shown in text
    assert "No " not in text


def test_chinese_columns_line_up(result):
    """A Chinese letter takes two columns, so that numbers stand below their heads."""
    lines = summary_text(result, Path("runs/x"), 1.5, "zh").splitlines()
    head = next(n for n, text in enumerate(lines) if text.startswith("各类站点"))
    assert lines[head] == "各类站点  现有  新增  合计"
    assert lines[head + 1] == "快充站       2     3     5"
