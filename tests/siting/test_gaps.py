"""The longest drive without a station, on the straight road of 150 km."""

import pytest

from siting.errors import NoAnswerError, StudyError
from siting.pipeline import prepare


def gap(world, max_km, **keys):
    """A line of the plan for the road's longest gap."""
    return world.require(
        gaps={"h2": {"roads": "roads", "max_km": max_km, "service": "hydrogen", "max_detour_km": 0} | keys}
    )


def row(result):
    """The line's row of the scorecard."""
    return next(line for line in result.scorecard if line["line"] == "h2")


def test_stations_open_so_that_no_gap_is_longer(world):
    """At most 60 km: of 30, 60 and 100 km the stations at 60 and 100 are enough, with gaps of 60, 40 and 50 km."""
    result = gap(world.road(30, 60, 100, trucks=1, range_km=1000), 60).run()
    assert set(result.sites["site_id"]) >= {"site:k60", "site:k100"}
    assert (row(result)["achieved"], row(result)["target"], row(result)["met"]) == (60, 60, True)


def test_a_line_for_comparison_shows_the_gap_achieved(world):
    """Not enforced, the trucks of a long range open one station, and the gap is what it leaves."""
    world.road(50, trucks=1, range_km=1000, capacity=False)
    result = gap(world, 60, enforce=False).run()
    assert (row(result)["achieved"], row(result)["met"], row(result)["unit"]) == (100, False, "km")


def test_without_a_candidate_the_part_is_named(world):
    """From 30 to 150 km there is no site: the answer names the part of the road."""
    with pytest.raises(NoAnswerError, match=r"r, km 90.0 to 150.0"):
        gap(world.road(30), 60).run()


def test_roads_off_the_line_do_not_count(world):
    """A site a kilometre off the road fills no gap where no detour is allowed."""
    with pytest.raises(NoAnswerError):
        gap(world.road((60, 1), 100, max_detour_km=5), 60).run()
    assert row(gap(world.road((60, 1), 100, max_detour_km=5), 60, max_detour_km=2).run())["met"]


def test_faults_are_named(world):
    """An unknown layer and an unknown road are faults of the plan."""
    with pytest.raises(StudyError, match=r'gaps\.h2: layer "roads" has no row "x"'):
        prepare(gap(world.road(50, 100), 60, ids=["x"]).read())
    with pytest.raises(StudyError, match=r'gaps\.h2: layer "rods" is not among'):
        prepare(gap(world.road(50, 100), 60, roads="rods").read())
