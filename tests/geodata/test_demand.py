"""Demand points are valid, or refused with every faulty row named."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from geodata.demand import COLUMNS, DemandPoints, concat
from geodata.errors import CrsError, LayerError

CRS = "EPSG:32649"


def rows(**changed):
    """Two rows, the second id first: 20 swaps of a taxi fleet and 500 kWh of a private one."""
    columns = {
        "id": ["t", "p"],
        "place": ["hubs:1", "c1"],
        "service": ["swapping", "charging"],
        "vehicle": ["car", "car"],
        "fleet": ["taxi", "private"],
        "demand": [20.0, 500.0],
        "unit": ["swaps", "kWh"],
        "year": [2025, 2025],
        "kind": ["measured", "modelled"],
        "district": ["", "East"],
        "source": ["assumption", "assumption"],
        "geometry": [Point(0, 0), Point(1000, 0)],
    } | changed
    return gpd.GeoDataFrame(columns, geometry="geometry", crs=CRS)


def test_rows_are_sorted_by_id_and_extra_columns_left_out():
    """The layer holds its own columns, in order of id, and leaves the frame given to it alone."""
    given = rows(note=["x", "y"])
    frame = DemandPoints(given).frame
    assert list(frame["id"]) == ["p", "t"]
    assert list(frame.columns) == [*COLUMNS, "geometry"]
    assert list(given["id"]) == ["t", "p"]


def test_whole_numbers_are_demand_too():
    """A demand of 20 is stored as 20.0."""
    assert DemandPoints(rows(demand=[20, 500])).frame["demand"].dtype == np.float64


def test_totals_are_by_service_and_fleet():
    """Two private rows of 500 and 100 kWh add up, apart from the taxis' swaps."""
    points = concat([DemandPoints(rows()), DemandPoints(rows(id=["t2", "p2"], demand=[0.0, 100.0]))])
    assert points.totals().to_dict() == {("charging", "private"): 600.0, ("swapping", "taxi"): 20.0}
    assert len(points) == 4


def test_scaling_multiplies_the_demand_only():
    """A fifth more demand at the same places; the original stays."""
    points = DemandPoints(rows())
    scaled = points.scaled(1.2)
    assert list(scaled.frame["demand"]) == [600.0, 24.0]
    pd.testing.assert_frame_equal(scaled.frame.drop(columns="demand"), points.frame.drop(columns="demand"))
    assert list(points.frame["demand"]) == [500.0, 20.0]


@pytest.mark.parametrize("factor", [-1.0, float("nan"), float("inf")])
def test_scaling_by_nonsense_is_refused(factor):
    """A factor is finite and at least 0."""
    with pytest.raises(LayerError, match="cannot be scaled by"):
        DemandPoints(rows()).scaled(factor)


def test_an_empty_layer_is_valid_and_joins():
    """A layer without rows keeps its columns and adds nothing."""
    empty = DemandPoints(rows().iloc[:0])
    assert len(empty) == 0
    assert empty.totals().empty
    assert len(concat([empty, DemandPoints(rows())])) == 2
    assert len(concat([empty, empty])) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": ["p", "p"]}, ["id", "p"]),
        ({"id": ["", "p"]}, ["id"]),
        ({"place": [None, "c1"]}, ["place", "t "]),
        ({"fleet": [" ", "private"]}, ["fleet", "t "]),
        ({"source": ["", "x"]}, ["source", "t "]),
        ({"district": [None, "East"]}, ["district", "t "]),
        ({"service": ["parking", "charging"]}, ["service", "t 'parking'", "hydrogen"]),
        ({"vehicle": ["bus", "car"]}, ["vehicle", "t 'bus'", "truck"]),
        ({"kind": ["guessed", "modelled"]}, ["kind", "t 'guessed'", "measured"]),
        ({"unit": ["kWh", "kWh"]}, ["unit", "t 'kWh'", "swaps"]),
        ({"demand": [-1.0, 500.0]}, ["demand", "t -1.0"]),
        ({"demand": [float("nan"), 500.0]}, ["demand", "t nan"]),
        ({"demand": [float("inf"), 500.0]}, ["demand", "t inf"]),
        ({"demand": ["20", 500.0]}, ["demand", "t '20'"]),
        ({"year": [2025.5, 2025]}, ["year", "t 2025.5"]),
        ({"geometry": [LineString([(0, 0), (1, 1)]), Point(0, 0)]}, ["point", "t"]),
        ({"geometry": [None, Point(0, 0)]}, ["geometry", "t"]),
        ({"geometry": [Point(np.inf, 0), Point(0, 0)]}, ["finite", "t"]),
    ],
)
def test_a_faulty_value_is_refused_with_its_row(changed, words):
    """A value that breaks a rule of the layer is refused with the column, the row's id and the value."""
    with pytest.raises(LayerError) as caught:
        DemandPoints(rows(**changed))
    message = str(caught.value)
    assert message.startswith("demand points")
    assert [word for word in words if word not in message] == []


def test_all_faults_are_told_at_once():
    """A negative demand and a wrong unit stand in one message."""
    with pytest.raises(LayerError) as caught:
        DemandPoints(rows(demand=[-1.0, 500.0], unit=["kg", "kWh"]))
    assert len(caught.value.faults) == 2


def test_a_missing_column_is_named():
    """A layer without units is refused."""
    with pytest.raises(LayerError, match="unit"):
        DemandPoints(rows().drop(columns="unit"))


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_only_a_metric_crs_will_do(crs):
    """Degrees, or no CRS at all, are refused."""
    with pytest.raises(CrsError, match="demand points"):
        DemandPoints(rows().set_crs(crs, allow_override=True))


def test_joining_needs_layers_with_different_ids_in_one_crs():
    """Nothing, an id in two layers, and two CRSs are refused."""
    points = DemandPoints(rows())
    with pytest.raises(LayerError, match="nothing to join"):
        concat([])
    with pytest.raises(LayerError, match="p, t"):
        concat([points, points])
    with pytest.raises(CrsError):
        concat([points, DemandPoints(rows().to_crs("EPSG:32650"))])
