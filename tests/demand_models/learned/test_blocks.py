"""Folds that keep neighbours together."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from demand_models import DemandError
from demand_models.learned import blocked_folds, tiles
from geodata.errors import CrsError

CRS = "EPSG:32649"
COORDINATES = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=15, max_size=40, unique=True)


def points(pairs):
    at = np.array(pairs, dtype=float)
    return gpd.GeoSeries(gpd.points_from_xy(at[:, 0], at[:, 1]), crs=CRS)


def test_tiles_start_at_the_origin():
    """The border belongs to the tile above it, and negative coordinates have tiles of their own."""
    assert tiles(points([(0, 0), (9.9, 9.9), (10, 0), (-0.1, 0)]), 10).tolist() == [1, 1, 2, 0]


@given(pairs=COORDINATES, buffer_m=st.sampled_from([0.0, 3.0]))
def test_no_tile_is_on_both_sides(pairs, buffer_m):
    """Every point is tested once; learned points lie in other tiles, and no nearer than the buffer."""
    at = points(pairs)
    tile = tiles(at, 10)
    assume(len(set(tile)) >= 3)
    folds = blocked_folds(at, side_m=10, folds=3, buffer_m=buffer_m)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(len(at)))
    xy = np.array(pairs, dtype=float)
    for fold in folds:
        assert not set(tile[fold.train]) & set(tile[fold.test])
        gap = np.hypot(*(xy[fold.train][:, None] - xy[fold.test][None]).transpose(2, 0, 1))
        assert gap.min() >= buffer_m


def test_folds_are_of_like_size():
    """Tiles of 3, 2, 2 and 1 points make two folds of 4."""
    pairs = [(0, 0)] * 3 + [(10, 0)] * 2 + [(20, 0)] * 2 + [(30, 0)]
    assert [len(fold.test) for fold in blocked_folds(points(pairs), side_m=10, folds=2)] == [4, 4]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"side_m": 0, "folds": 2}, "positive length"),
        ({"side_m": 10, "folds": 1}, "at least 2"),
        ({"side_m": 10, "folds": 2, "buffer_m": -1}, "at least 0 m"),
        ({"side_m": 100, "folds": 2}, "1 tiles of 100 m for 2 folds"),
        ({"side_m": 10, "folds": 2, "buffer_m": 1000}, "leaves nothing to learn from"),
    ],
)
def test_what_cannot_be_is_refused(settings, words):
    """Each message says which setting to change."""
    with pytest.raises(DemandError, match=words):
        blocked_folds(points([(0, 0), (20, 0)]), **settings)


def test_degrees_are_refused():
    """Tiles are squares in metres."""
    with pytest.raises(CrsError):
        tiles(points([(0, 0)]).set_crs(4326, allow_override=True), 10)
