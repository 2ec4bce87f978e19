"""Whatever measures says that it needs a metric CRS, and refuses degrees."""

import importlib
import inspect
import pkgutil

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

import geodata
from geodata.crs import same_metric, scale_error_ppm, to_metric
from geodata.dasymetric import spread_totals
from geodata.demand import COLUMNS as DEMAND
from geodata.demand import DemandPoints
from geodata.districts import Districts
from geodata.errors import CrsError
from geodata.flows import COLUMNS as FLOWS
from geodata.flows import PATH_COLUMNS, DemandFlows
from geodata.grid import square_areas
from geodata.hexagons import hexagon_areas
from geodata.joins import area_in_m2, area_of, length_in_m, sum_in
from geodata.places import nearest_places
from geodata.sites import COLUMNS as SITES
from geodata.sites import CandidateSites
from geodata.travel import straight_line_times

DEGREES = "EPSG:4326"
SQUARE = box(113, 23, 114, 24)
AREAS = gpd.GeoSeries([SQUARE], crs=DEGREES)
POINTS = gpd.GeoSeries([Point(113, 23)], crs=DEGREES)
LINES = gpd.GeoSeries([LineString([(113, 23), (114, 24)])], crs=DEGREES)


def layer(geometry, columns):
    return gpd.GeoDataFrame({column: ["a"] for column in columns}, geometry=geometry)


#: What measures, called with degrees.
CALLS = {
    "same_metric": lambda: same_metric(DEGREES, DEGREES, what="layers"),
    "scale_error_ppm": lambda: scale_error_ppm(AREAS, DEGREES),
    "to_metric": lambda: to_metric(layer(POINTS, ["name"]), DEGREES),
    "spread_totals": lambda: spread_totals(layer(AREAS, ["district", "area_km2"]), {"a": 1}),
    "DemandPoints": lambda: DemandPoints(layer(POINTS, DEMAND)),
    "DemandFlows": lambda: DemandFlows(layer(LINES, FLOWS), layer(LINES, PATH_COLUMNS)),
    "CandidateSites": lambda: CandidateSites(layer(POINTS, SITES)),
    "Districts": lambda: Districts(layer(AREAS, ["district", "name_en"])),
    "square_areas": lambda: square_areas(SQUARE, 1000, crs=DEGREES),
    "hexagon_areas": lambda: hexagon_areas(SQUARE, 5, crs=DEGREES),
    "area_of": lambda: area_of(POINTS, AREAS),
    "sum_in": lambda: sum_in(AREAS, POINTS),
    "length_in_m": lambda: length_in_m(AREAS, LINES),
    "area_in_m2": lambda: area_in_m2(AREAS, AREAS),
    "nearest_places": lambda: nearest_places(POINTS, layer(POINTS, ["name_zh", "name_en"])),
    "straight_line_times": lambda: straight_line_times(
        POINTS, POINTS, cutoff_s=60, detour_factor=1.3, origin_speed_kmh=30, site_speed_kmh=30
    ),
}
#: What takes degrees and converts them to metres itself.
CONVERTING = {"metric_crs_for", "in_metres"}


@pytest.mark.parametrize("name", CALLS)
def test_degrees_are_refused(name):
    """No length or area is ever computed from degrees."""
    with pytest.raises(CrsError, match="not projected"):
        CALLS[name]()


def test_everything_that_measures_is_tested():
    """Each public function and noun whose description asks for a metric CRS stands in the list above."""
    measuring = set()
    for found in pkgutil.walk_packages(geodata.__path__, "geodata."):
        module = importlib.import_module(found.name)
        for name, item in vars(module).items():
            public = not name.startswith("_") and callable(item) and getattr(item, "__module__", None) == found.name
            if public and "metric CRS" in (inspect.getdoc(item) or ""):
                measuring.add(name)
    assert measuring - CONVERTING <= set(CALLS), "call it with degrees in CALLS"
