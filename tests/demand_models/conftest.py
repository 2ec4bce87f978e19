"""A tiny world: three cells and three hubs, with numbers that are checked in the head."""

import geopandas as gpd
import pytest
from shapely import Point, box

from demand_models import DemandContext

CRS = "EPSG:32649"


@pytest.fixture
def cells():
    """Cells of 100, 300 and 0 people in two districts."""
    return gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "population": [100.0, 300.0, 0.0], "district": ["East", "West", "West"]},
        geometry=[Point(0, 0), Point(1000, 0), Point(2000, 0)],
        crs=CRS,
    )


@pytest.fixture
def hubs():
    """Hubs with 1, 3 and 0 trips, as text like every column of a CSV; one is an area, one outside every district."""
    return gpd.GeoDataFrame(
        {"id": ["airport", "station", "closed"], "district": ["East", "West", ""], "trips": ["1", "3", "0"]},
        geometry=[Point(500, 500), box(1000, 1000, 1200, 1200), Point(9000, 0)],
        crs=CRS,
    )


@pytest.fixture
def context(cells, hubs):
    """The cells and hubs in 2025."""
    return DemandContext(year=2025, cells=cells, layers={"hubs": hubs})


@pytest.fixture
def empty_context(cells):
    """A context with neither cells nor layers."""
    return DemandContext(year=2025, cells=cells.iloc[:0])
