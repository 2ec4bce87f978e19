"""Contract of every layer, and the numbers each hands to the page."""

import json

import geopandas as gpd
import pytest

from maps_out import MapTables
from maps_out.cells import cell_services, cells
from maps_out.layers import LAYERS, build_layers
from maps_out.layers.facilities import MARKER_LIMIT


@pytest.mark.parametrize("layers", LAYERS, ids=lambda layers: layers.__module__.rsplit(".", 1)[1])
def test_every_layer_keeps_the_contract(layers, driven):
    """A layer of the tiny world has an id fit for a script, names in both languages and data fit for JSON."""
    found = layers(driven)
    assert found
    for layer in found:
        assert layer.id.replace("-", "").isalpha()
        assert all(layer.title[language] for language in ("zh", "en"))
        assert layer.title["zh"] != layer.title["en"]
        assert all(entry["label"]["zh"] and entry["label"]["en"] for entry in layer.legend)
        json.dumps([layer.data, layer.legend], allow_nan=False)


def test_layer_ids_are_unique(tiny):
    """Two layers never share an element id."""
    ids = [layer.id for layer in build_layers(tiny)]
    assert len(ids) == len(set(ids))


def layer(tables, name):
    return next(layer for layer in build_layers(tables) if layer.id == name)


def test_demand_rows_of_a_place_are_merged_per_service(tiny):
    """Cars (200, 150 served) and trucks (100, none served) at c2 are 300 with 150 served, half of it."""
    rows = cell_services(tiny).set_index(["service", "cell"])
    row = rows.loc[("charging", 1)]
    assert (row["demand"], row["served"], row["unserved"], row["unreachable"]) == (300.0, 150.0, 150.0, 100.0)
    assert (row["kind"], row["fleets"]) == ("measured, modelled", "freight, private, taxi")
    assert list(cells(tiny)["place"]) == ["c1", "c2", "c3"]


def test_demand_circles_come_largest_first(tiny):
    """Small circles are drawn later, so that a large one never hides them."""
    assert layer(tiny, "demand-charging").data["demand"] == [300, 100]


def test_unserved_rows_say_what_no_candidate_reaches(tiny):
    """c2 misses 150 kWh, of which 100 no candidate reaches; c3 misses 10 swaps, all within reach."""
    data = layer(tiny, "unserved").data
    assert data["cell"] == [1, 2]
    assert data["unserved"] == [150, 10]
    assert data["unreachable"] == [100, 0]


def test_rounding_of_the_solver_is_not_unserved_demand(parts):
    """A row served but for one part in a million gets no mark."""
    parts["demand"]["served"] = parts["demand"]["demand"] * (1 - 1e-6)
    assert "unserved" not in {found.id for found in build_layers(MapTables(**parts))}


def test_reach_holds_the_facilities_that_offer_the_service(tiny):
    """The swap station reaches for swapping only."""
    assert layer(tiny, "reach-charging").data["rows"] == [0, 1]
    assert layer(tiny, "reach-swapping").data["rows"] == [2]


def test_assignment_points_at_cells_and_facilities(tiny):
    """Rows are sorted by facility and carry minutes and kilometres."""
    data = layer(tiny, "lines").data
    assert (data["facility"], data["cell"], data["served"]) == ([0, 1, 2], [0, 1, 2], [100, 150, 10])
    assert (data["time_min"], data["distance_km"]) == ([3, 3, 3], [1.5, 1.5, 1.5])


def test_many_facilities_go_to_the_canvas(parts):
    """Up to the limit stations are markers of their own, above it they are drawn on a canvas."""
    assert layer(MapTables(**parts), "sites-new").data["canvas"] is False
    many = parts["sites"].loc[[1] * (MARKER_LIMIT + 1)].reset_index(drop=True)
    many["facility_id"] = [f"f{number}" for number in range(len(many))]
    parts["sites"] = gpd.GeoDataFrame(many, geometry="geometry", crs=parts["sites"].crs)
    parts["assignment"] = parts["assignment"].iloc[:0]
    assert layer(MapTables(**parts), "sites-new").data["canvas"] is True


def test_a_layer_without_rows_is_left_out(parts):
    """No required station, no assignment: no line in the layer control."""
    parts["sites"]["status"] = "new"
    parts["assignment"] = parts["assignment"].iloc[:0]
    ids = {found.id for found in build_layers(MapTables(**parts))}
    assert not ids & {"sites-required", "sites-existing", "lines"}


def test_flows_come_widest_first_with_their_stations(driven):
    """40 trucks before 10, with the rows of the two stations on their way; the other road has none."""
    data = layer(driven, "flows").data
    assert data["vehicles"] == [40, 10]
    assert data["share"] == [0.75, 0]
    ids = list(driven.sites["facility_id"])
    assert data["stations"] == [[ids.index("f-s1"), ids.index("f-s3")], []]
    assert data["lines"][1] == [[23.02, 113.2], [23.02, 113.4]]


def test_flows_are_no_circles(driven, tiny):
    """The middle of a road is no place of demand: circles, marks and lines are those of the world without flows."""
    for name in ("demand-charging", "unserved", "lines"):
        assert layer(driven, name).data == layer(tiny, name).data
    assert "flows" not in {found.id for found in build_layers(tiny)}


def test_main_roads_lie_on_top_of_lesser_ones(driven, tiny):
    """Every piece is a line, residential first and thin, motorways last and wide; without roads there is no layer."""
    data = layer(driven, "roads").data
    assert data["lines"][0] == [[23.0, 113.3], [23.1, 113.3]]
    assert len(data["lines"]) == 3
    assert data["width"][0] < data["width"][1] == data["width"][2]
    assert "roads" not in {found.id for found in build_layers(tiny)}
