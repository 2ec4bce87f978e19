"""Demand flows are valid, or refused with every faulty flow and path named."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from geodata.errors import CrsError, LayerError
from geodata.flows import COLUMNS, PATH_COLUMNS, DemandFlows

CRS = "EPSG:32649"


def rows(**changed):
    """Two flows, the second id first: cars over 30 km and hydrogen trucks over 100 km."""
    columns = {
        "id": ["t", "c"],
        "service": ["hydrogen", "charging"],
        "vehicle": ["truck", "car"],
        "fleet": ["freight", "private"],
        "vehicles_per_day": [10, 200.0],
        "range_km": [400.0, 300.0],
        "energy_per_km": [0.08, 0.15],
        "unit": ["kg", "kWh"],
        "year": [2025, 2025],
        "district": ["", "East"],
        "source": ["assumption", "assumption"],
        "geometry": [LineString([(0, 0), (1e5, 0)]), LineString([(0, 0), (0, 3e4)])],
    } | changed
    return gpd.GeoDataFrame(columns, geometry="geometry", crs=CRS)


def places(**changed):
    """The trucks pass a, b and d, the cars a and c; the rows of the table are in no order."""
    columns = {
        "flow": ["t", "c", "t", "c", "t"],
        "seq": [3, 1, 1, 2, 2],
        "place": ["d", "a", "a", "c", "b"],
        "km": [100.0, 0.0, 0.0, 30, 40.0],
    } | changed
    return pd.DataFrame(columns)


def test_flows_and_their_paths_are_sorted():
    """Flows stand in order of id, the places of each in order along its path; extra columns are left out."""
    flows = DemandFlows(rows(note=["x", "y"]), places(lanes=[1, 2, 3, 4, 5]))
    assert list(flows.frame["id"]) == ["c", "t"]
    assert list(flows.frame.columns) == [*COLUMNS, "geometry"]
    assert list(flows.path.columns) == list(PATH_COLUMNS)
    assert list(zip(flows.path["flow"], flows.path["place"], flows.path["km"], strict=True)) == [
        ("c", "a", 0.0), ("c", "c", 30.0), ("t", "a", 0.0), ("t", "b", 40.0), ("t", "d", 100.0),
    ]  # fmt: skip
    assert len(flows) == 2


def test_the_demand_is_that_of_the_way_there_and_back():
    """200 cars use 0.15 kWh per km over 60 km, 10 trucks 0.08 kg over 200 km."""
    flows = DemandFlows(rows(), places())
    assert flows.length_km.tolist() == [30, 100]
    assert flows.demand == pytest.approx([1800, 160])


def test_a_layer_without_flows_is_valid():
    """Nobody drives, and nothing is asked for."""
    flows = DemandFlows(rows().iloc[:0], places().iloc[:0])
    assert len(flows) == 0
    assert flows.demand.tolist() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": ["c", "c"]}, ["id", "c"]),
        ({"fleet": [" ", "private"]}, ["fleet", "t "]),
        ({"source": ["", "x"]}, ["source", "t "]),
        ({"district": [None, "East"]}, ["district", "t "]),
        ({"service": ["parking", "charging"]}, ["service", "t 'parking'", "hydrogen"]),
        ({"vehicle": ["bus", "car"]}, ["vehicle", "t 'bus'", "truck"]),
        ({"unit": ["kWh", "kWh"]}, ["unit", "t 'kWh'", "kg"]),
        ({"vehicles_per_day": [-1.0, 5]}, ["vehicles_per_day", "t -1.0"]),
        ({"range_km": [0.0, 300.0]}, ["range_km", "t 0.0"]),
        ({"range_km": [np.inf, 300.0]}, ["range_km", "t inf"]),
        ({"energy_per_km": [0, 1]}, ["energy_per_km", "t 0"]),
        ({"year": [2025.5, 2025]}, ["year", "t 2025.5"]),
        ({"geometry": [Point(0, 0), LineString([(0, 0), (1, 1)])]}, ["lines", "t"]),
        ({"geometry": [None, LineString([(0, 0), (1, 1)])]}, ["geometry", "t"]),
    ],
)
def test_a_faulty_flow_is_refused_by_its_id(changed, words):
    """A value that breaks a rule is refused with the column, the flow's id and the value."""
    with pytest.raises(LayerError) as caught:
        DemandFlows(rows(**changed), places())
    message = str(caught.value)
    assert message.startswith("demand flows")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"flow": ["t", "c", "t", "c", " "]}, ['"flow"', "row 5 ' '"]),
        ({"seq": [3, 1, 1, 2.5, 2]}, ['"seq"', "row 4 2.5"]),
        ({"seq": [3, 1, 1, 2, 3]}, ['"seq"', "unique", "t"]),
        ({"place": ["d", "a", "", "c", "b"]}, ['"place"', "row 3 ''"]),
        ({"km": [100.0, 0.0, 0.0, np.nan, 40.0]}, ['"km"', "row 4 nan"]),
        ({"km": [100.0, -1.0, 0.0, 30.0, 40.0]}, ['"km"', "row 2 -1.0"]),
        ({"km": [100.0, 1.0, 0.0, 30.0, 40.0]}, ["begin at 0", "c"]),
        ({"km": [40.0, 0.0, 0.0, 30.0, 40.0]}, ["increase", "t"]),
        ({"flow": ["t", "c", "t", "x", "t"]}, ["two places", "c", "unknown", "x"]),
    ],
)
def test_a_faulty_path_is_refused(changed, words):
    """A path that is no path is refused, by its flow or, where a cell means nothing, by its row."""
    with pytest.raises(LayerError) as caught:
        DemandFlows(rows(), places(**changed))
    assert [word for word in words if word not in str(caught.value)] == []


def test_all_faults_are_told_at_once():
    """A range of 0, a wrong unit and a path that turns back stand in one message."""
    with pytest.raises(LayerError) as caught:
        DemandFlows(rows(range_km=[0.0, 1.0], unit=["kg", "kg"]), places(km=[1.0, 0.0, 0.0, 30.0, 40.0]))
    assert len(caught.value.faults) == 3


def test_missing_columns_are_named():
    """Flows without a range and paths without distances are refused."""
    with pytest.raises(LayerError, match="range_km"):
        DemandFlows(rows().drop(columns="range_km"), places())
    with pytest.raises(LayerError, match="km"):
        DemandFlows(rows(), places().drop(columns="km"))


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_only_a_metric_crs_will_do(crs):
    """Degrees, or no CRS at all, are refused."""
    with pytest.raises(CrsError, match="demand flows"):
        DemandFlows(rows().set_crs(crs, allow_override=True), places())


def test_energy_beyond_all_numbers_is_refused():
    """1e308 trucks a day are a finite number whose energy is none: the flow is named."""
    with pytest.raises(LayerError, match=r"more energy a day than a number can hold: t; check"):
        DemandFlows(rows(vehicles_per_day=[1e308, 200.0], energy_per_km=[5.0, 0.15]), places())
