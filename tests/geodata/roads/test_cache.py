"""Answers are kept under the hash of the question."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.errors import CrsError, TravelStoppedError
from geodata.roads import TravelRules, Work, cached_road_times, road_times
from geodata.roads.cache import question_hash

RULES = TravelRules(cutoff_s=60)
NEVER = Work(should_stop=lambda: True)


@pytest.fixture
def asked(network, points):
    """A street with two demand points and one site."""
    street = network([(0, 0), (100, 0)], [(0, 1, 100), (1, 0, 100)])
    return street, points([(10, 0), (95, 0)]), points([(5, 0)])


def test_the_second_time_nothing_is_searched(asked, tmp_path):
    """The same question is answered from the file, equal in all parts."""
    first, _ = cached_road_times(tmp_path / "kept", *asked, RULES)
    again, report = cached_road_times(tmp_path / "kept", *asked, RULES, work=NEVER)
    expected, expected_report = road_times(*asked, RULES)
    for times in (first, again):
        assert times.time_s.tolist() == expected.time_s.tolist()
        assert times.method == expected.method
    assert report.pairs == expected_report.pairs
    assert report.unreached_demand.tolist() == [1]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_another_question_is_another_file(asked, points):
    """Roads, points and every rule are part of the question; where the roads come from is not."""
    street, demand, sites = asked
    questions = [
        (street, demand, sites, RULES), (street.with_speeds({}, period="night", otherwise=0.9), demand, sites, RULES),
        (street, sites, demand, RULES), (street, demand, points([(6, 0)]), RULES),
        *((street, demand, sites, replace(RULES, **change)) for change in (
            {"cutoff_s": 61}, {"direction": "from_site"}, {"nearest": 1}, {"access_kmh": 4}, {"reach_m": 9},
        )),
    ]  # fmt: skip
    assert len({question_hash(*question) for question in questions}) == len(questions)
    named = replace(street, provenance={"source": "elsewhere"})
    assert question_hash(named, demand, sites, RULES) == question_hash(street, demand, sites, RULES)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a whole archive", b"text"])
def test_a_spoilt_file_is_computed_anew(asked, tmp_path, content):
    """What cannot be read is replaced."""
    expected, _ = cached_road_times(tmp_path, *asked, RULES)
    kept = next(tmp_path.iterdir())
    kept.write_bytes(content)
    again, _ = cached_road_times(tmp_path, *asked, RULES)
    assert np.array_equal(again.time_s, expected.time_s)
    cached_road_times(tmp_path, *asked, RULES, work=NEVER)


def test_a_stopped_search_keeps_nothing(asked, tmp_path):
    """No file, whole or half."""
    with pytest.raises(TravelStoppedError):
        cached_road_times(tmp_path, *asked, RULES, work=NEVER)
    assert not list(tmp_path.iterdir())


def test_points_in_another_system_never_meet_a_kept_answer(asked, tmp_path):
    """Equal numbers in another zone are other places."""
    street, demand, sites = asked
    cached_road_times(tmp_path, street, demand, sites, RULES)
    with pytest.raises(CrsError, match="differ"):
        cached_road_times(tmp_path, street, demand.set_crs("EPSG:32650", allow_override=True), sites, RULES)
