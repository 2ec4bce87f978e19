"""The evidence: how a total is split, and that the documentation shows what the commands print."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.evidence import hydrogen
from bench.evidence.__main__ import CASES, DATA
from bench.evidence.picture import dots
from demand_models.scores import Estimate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


def test_split_by_largest_remainder():
    """Needs of 1, 1 and 2 share 5 stations as 1.25, 1.25 and 2.5: the last has the largest remainder."""
    assert hydrogen.split(np.array([1.0, 1, 2]), 5).tolist() == [1, 1, 3]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any), st.integers(0, 200))
def test_split_keeps_the_total(need, total):
    """Whole stations that add up, each within one of its exact part."""
    need = np.array(need, dtype=float)
    found = hydrogen.split(need, total)
    assert found.sum() == total
    assert np.all(np.abs(found - need / need.sum() * total) < 1)


def test_a_picture_is_well_formed():
    """Names are escaped, an estimate is a dot in the middle of its bar, and a constant says that it has none."""
    rows = [("a <b>", Estimate(0.5, 0.1)), ("constant", None)]
    picture = ET.fromstring(dots("x & y", rows, axis="rank", span=(0.0, 1.0)))
    space = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in picture.iter(f"{space}text")]
    assert {"x & y", "a <b>", "constant: has no rank"} <= set(texts)
    (dot,) = picture.iter(f"{space}circle")
    (bar,) = [path.get("d") for path in picture.iter(f"{space}path") if path.get("stroke-width")]
    left, right = (float(number) for number in re.match(r"M([\d.]+) \d+H([\d.]+)", bar).groups())
    assert float(dot.get("cx")) == pytest.approx((left + right) / 2, abs=0.1)
    assert left < right


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="no real data beside the checkout")
@pytest.mark.parametrize("case", CASES)
def test_the_page_shows_what_the_command_prints(case, tmp_path):
    """Every table and every verdict of a command stands in docs/evidence.md."""
    told = CASES[case](DATA, tmp_path)
    written = PAGE.read_text(encoding="utf-8").splitlines()
    missing = [line for line in told.splitlines() if line.startswith(("|", "-")) and line not in written]
    assert not missing
