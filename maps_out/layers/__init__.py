"""The layers of the map, each in its own file; the order is the one of the layer control."""

from collections.abc import Callable

from maps_out.layers import assignment, coverage, demand, districts, facilities, flows, places, roads, unserved
from maps_out.layers.layer import Layer as Layer
from maps_out.tables import MapTables

LAYERS: tuple[Callable[[MapTables], list[Layer]], ...] = (
    facilities.layers,
    flows.layers,
    demand.layers,
    unserved.layers,
    coverage.layers,
    assignment.layers,
    places.layers,
    roads.layers,
    districts.layers,
)


def build_layers(tables: MapTables) -> list[Layer]:
    """Every layer that has something to draw."""
    return [layer for layers in LAYERS for layer in layers(tables)]
