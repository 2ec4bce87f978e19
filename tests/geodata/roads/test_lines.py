"""Layers of lines become networks, joined where lines end."""

import geopandas as gpd
import pytest
from shapely import LineString, MultiLineString, Point

from geodata.errors import CrsError, LayerError
from geodata.roads import network_of_lines, read_roads

METRES = "EPSG:32649"


def layer(lines, crs=METRES, **columns):
    """Lines with columns."""
    return gpd.GeoDataFrame(columns, geometry=list(lines), crs=crs)


def network(lines, settings=None, **columns):
    """The network of some lines."""
    return network_of_lines(layer(lines, **columns), crs=METRES, source="lines", **(settings or {}))


def test_lines_meet_where_one_ends_and_cross_on_bridges():
    """A line that ends on a vertex of another is a junction; two lines with a common vertex within are not."""
    east = LineString([(0, 0), (50, 0), (100, 0)])
    met = network([east, LineString([(50, 50), (50, 0)])])
    assert (met.n_nodes, met.n_arcs) == (4, 6)
    crossed = network([east, LineString([(50, 50), (50, 0), (50, -50)])])
    assert crossed.n_nodes == 3
    assert crossed.report.nodes_outside == 3


def test_ends_meet_within_a_centimetre():
    """Coordinates written with different precision are one place."""
    joined = network([LineString([(0, 0), (50, 0)]), LineString([(50.001, 0.001), (90, 0)])])
    assert joined.n_nodes == 3


def test_parts_of_a_multiline_are_lines():
    """A row of two parts is two lines with the same columns."""
    parts = MultiLineString([[(0, 0), (50, 0)], [(50, 0), (90, 0)]])
    assert network([parts], maxspeed=["36"]).time_s.tolist() == pytest.approx([5, 5, 4, 4])


def test_columns_say_class_speed_and_direction():
    """As in layers made from OpenStreetMap: fclass, maxspeed with 0 for unknown, oneway F, T and B."""
    lines = [LineString([(0, 0), (60, 0)]), LineString([(60, 0), (60, 60)]), LineString([(0, 0), (60, 60)])]
    found = network(lines, fclass=["primary"] * 3, maxspeed=[36, 0, 36], oneway=["F", "B", "T"])
    assert sorted(found.time_s) == pytest.approx([3.6, 3.6, 6, 8.485], rel=1e-3)
    assert network(lines, road=["primary"] * 3, settings={"columns": {"highway": "road"}}).classes


def test_what_is_not_for_driving_is_excluded():
    """A footway is counted, not driven on."""
    report = network(
        [LineString([(0, 0), (60, 0)]), LineString([(60, 0), (90, 0)])], fclass=["primary", "footway"]
    ).report
    assert report.excluded == {"class not for motor vehicles": 1}


def test_a_file_of_lines(tmp_path):
    """Through the one door."""
    path = tmp_path / "roads.gpkg"
    layer([LineString([(0, 0), (60, 0)])]).to_file(path)
    assert read_roads(path, crs=METRES).n_arcs == 2


def test_what_is_not_lines_is_refused():
    """Points, columns that are not there, and no system."""
    with pytest.raises(LayerError, match="lines: not a line in rows 1"):
        network([Point(0, 0)])
    with pytest.raises(LayerError, match='no column "clas" for highway; did you mean "class"'):
        network([LineString([(0, 0), (9, 0)])], {"columns": {"highway": "clas"}}, **{"class": ["primary"]})
    with pytest.raises(CrsError, match="no CRS"):
        network_of_lines(layer([LineString([(0, 0), (9, 0)])], crs=None), crs=METRES, source="lines")
