"""Ways are cut into arcs that keep the whole's length and time."""

import numpy as np
import pytest
from pyproj import CRS

from geodata.roads.ways import Ways, arcs_of, identifiers


def ways(position, starts, nodes, crs="EPSG:32649", **told):
    """Ways at 36 km/h both ways, unless told otherwise."""
    count = len(starts) - 1
    given = {
        "kmh": np.full((count, 2), 36.0),
        "length_m": np.full(count, np.nan),
        "time_s": np.full(count, np.nan),
        **told,
    }
    return Ways(
        position=np.array(position, dtype=float), crs=CRS.from_user_input(crs), node_id=np.arange(len(position)),
        start=np.array(starts), node=np.array(nodes), class_code=np.zeros(count, dtype=np.int16), classes=("road",),
        speed_source=np.zeros(count, dtype=np.int8), speed_sources=("class",), **given,
    )  # fmt: skip


def test_a_way_is_cut_at_its_nodes_in_both_directions():
    """Three nodes, two pieces, each there and back, at 10 m/s."""
    arcs = arcs_of(ways([(0, 0), (30, 40), (30, 140)], [0, 3], [0, 1, 2]))
    assert arcs.tail.tolist() == [0, 1, 1, 2]
    assert arcs.head.tolist() == [1, 2, 0, 1]
    assert arcs.length_m.tolist() == [50, 100, 50, 100]
    assert arcs.time_s.tolist() == [5, 10, 5, 10]


def test_a_closed_direction_has_no_arcs():
    """Along the first way only, against the second only."""
    kmh = np.array([[36.0, np.nan], [np.nan, 36.0]])
    arcs = arcs_of(ways([(0, 0), (10, 0), (20, 0)], [0, 2, 4], [0, 1, 1, 2], kmh=kmh))
    assert sorted(zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)) == [(0, 1), (2, 1)]


def test_told_lengths_and_times_are_spread_over_the_pieces():
    """In proportion to their lengths, or evenly where all of them are 0."""
    arcs = arcs_of(
        ways(
            [(0, 0), (30, 0), (40, 0), (40, 0)], [0, 3, 5], [0, 1, 2, 2, 3],
            kmh=np.tile([36.0, np.nan], (2, 1)), length_m=np.array([80.0, np.nan]), time_s=np.array([8.0, 6.0]),
        )
    )  # fmt: skip
    assert arcs.length_m.tolist() == [60, 20, 0]
    assert arcs.time_s.tolist() == [6, 2, 6]


def test_degrees_are_measured_on_the_ellipsoid():
    """A minute of latitude is a nautical mile, within half a percent."""
    arcs = arcs_of(ways([(113.0, 23.0), (113.0, 23.0 + 1 / 60)], [0, 2], [0, 1], crs="EPSG:4326"))
    assert arcs.length_m[0] == pytest.approx(1852, rel=5e-3)


def test_ids_are_numbers_or_texts():
    """Whole numbers where all of them are; a node without an id has -1 or nothing."""
    assert identifiers(["7", "42"], 3).tolist() == [7, 42, -1]
    assert identifiers(["7", "a"], 3).tolist() == ["7", "a", ""]
