"""The backdrop of a map: main roads of a drawn network."""

import shapely

from geodata.roads.main_roads import main_roads

CLASSES = ("motorway", "motorway_link", "residential", "service")


def rows(network, **keys):
    """Class and line of each row as text."""
    found = main_roads(network, **keys)
    return [(row.road_class, shapely.to_wkt(row.geometry, rounding_precision=0)) for row in found.itertuples()]


def both_ways(*arcs):
    """Arcs (from, to, seconds, metres, class) in both directions."""
    return [arc for a, b, s, m, name in arcs for arc in ((a, b, s, m, name), (b, a, s, m, name))]


def test_roads_are_drawn_once_and_in_one_piece(network):
    """A motorway of two arcs there and back is one line; its ramp goes with it, and a service road is not drawn."""
    position = [(0, 0), (1000, 0), (2000, 0), (2000, 500), (0, 500)]
    arcs = both_ways(
        (0, 1, 10, 1000, "motorway"), (1, 2, 10, 1000, "motorway"), (2, 3, 9, 500, "motorway_link"),
        (3, 4, 99, 2000, "residential"), (4, 0, 99, 500, "service"),
    )  # fmt: skip
    assert rows(network(position, arcs, CLASSES)) == [
        ("motorway", "MULTILINESTRING ((0 0, 2000 0, 2000 500))"),
        ("residential", "MULTILINESTRING ((0 500, 2000 500))"),
    ]


def test_the_least_important_classes_go_first(network):
    """With room for four points the motorway is drawn and the residential road not; with room for two nothing is."""
    position = [(0, 0), (1000, 900), (2000, 0)]
    arcs = both_ways(
        (0, 1, 10, 1000, "motorway"), (1, 2, 10, 1000, "motorway"), (2, 0, 90, 2000, "residential")
    )  # fmt: skip
    drawn = network(position, arcs, CLASSES)
    assert [name for name, _ in rows(drawn, most_points=5)] == ["motorway", "residential"]
    assert [name for name, _ in rows(drawn, most_points=4)] == ["motorway"]
    assert rows(drawn, most_points=2) == []
