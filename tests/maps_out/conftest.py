"""A tiny world: two square districts, three demand places, three facilities; sums can be done in the head."""

import copy
import json
from html.parser import HTMLParser
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, MultiLineString, Point, box

from maps_out import MapTables

WGS84 = "EPSG:4326"
PLACES = {"c1": Point(113.25, 23.05), "c2": Point(113.28, 23.05), "c3": Point(113.35, 23.05)}
SITES = {"s1": Point(113.24, 23.05), "s2": Point(113.27, 23.06), "s3": Point(113.34, 23.06)}

TYPES: list[dict[str, Any]] = [
    {
        "id": "fast_hub",
        "label_zh": "快充站",
        "label_en": "Fast-charging hub",
        "colour": "#0072b2",
        "marker": "square",
        "services": ["charging"],
        "module_zh": "快充桩",
        "module_en": "fast charger",
    },
    {
        "id": "car_swap",
        "label_zh": "换电站",
        "label_en": "Swap station",
        "colour": "#e69f00",
        "marker": "diamond",
        "services": ["swapping"],
        "module_zh": "换电工位",
        "module_en": "swap bay",
    },
]


def _sites() -> gpd.GeoDataFrame:
    def row(name: str, kind: str, status: str, priority: int, **rest: object) -> dict[str, object]:
        return {
            "facility_id": f"f-{name}",
            "site_id": name,
            "type": kind,
            "status": status,
            "year": None if status == "existing" else 2025,
            "modules": 4,
            "new_modules": 0 if status == "existing" else 4,
            "district": "甲区" if name != "s3" else "乙区",
            "place_zh": "东站",
            "place_en": "East Station",
            "place_km": 1.2,
            "site_class": "cell",
            "precision": "search area of 1.7 km",
            "cost_cny": 0.0 if status == "existing" else 24_000_000.0,
            "yearly_cost_cny": 500_000.0,
            "power_kw": 480.0,
            "grid_kw": float("inf") if name == "s1" else 600.0,
            "standard_min": 15.0,
            "reach_km": 3.0,
            "demand_charging_kwh": 0.0,
            "demand_swapping_swaps": 0.0,
            "demand_hydrogen_kg": 0.0,
            "use_share": 0.5,
            "value_served": 100.0,
            "priority": priority,
            "points_served": 1,
            "reason_zh": "服务价值最高",
            "reason_en": "most value served",
            "source": "grid of the study",
            "geometry": SITES[name],
            **rest,
        }

    rows = [
        row("s1", "fast_hub", "existing", 2, demand_charging_kwh=100.0),
        row("s2", "fast_hub", "new", 1, demand_charging_kwh=150.0),
        row("s3", "car_swap", "required", 3, demand_swapping_swaps=10.0),
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)


def _demand() -> gpd.GeoDataFrame:
    # c1: 100 kWh of cars all served; c2: 200 kWh of cars and 100 of trucks, 150 served; c3: 20 swaps, 10 served.
    # The trucks at c2 could be reached by no candidate.
    rows = [
        ("p:c1:charging", "c1", "charging", "car", "kWh", 100.0, 100.0, True, True, "modelled", "private", "甲区"),
        ("p:c2:charging", "c2", "charging", "car", "kWh", 200.0, 150.0, True, True, "modelled", "private,taxi", "甲区"),
        ("t:c2:charging", "c2", "charging", "truck", "kWh", 100.0, 0.0, False, False, "measured", "freight", "甲区"),
        ("p:c3:swapping", "c3", "swapping", "car", "swaps", 20.0, 10.0, True, True, "modelled", "taxi", "乙区"),
    ]
    names = [
        "row_id",
        "place",
        "service",
        "vehicle",
        "unit",
        "demand",
        "served",
        "covered",
        "reachable",
        "kind",
        "fleets",
        "district",
    ]
    geometry = [PLACES[row[1]] for row in rows]
    rows_of = [dict(zip(names, row, strict=True)) | {"year": 2025} for row in rows]
    return gpd.GeoDataFrame(rows_of, geometry=geometry, crs=WGS84)


def _assignment() -> gpd.GeoDataFrame:
    rows = [
        ("p:c1:charging", "f-s1", "charging", 100.0, "c1", "s1"),
        ("p:c2:charging", "f-s2", "charging", 150.0, "c2", "s2"),
        ("p:c3:swapping", "f-s3", "swapping", 10.0, "c3", "s3"),
    ]
    return gpd.GeoDataFrame(
        [
            {
                "row_id": row,
                "facility_id": site,
                "service": service,
                "served": served,
                "time_min": 3.0,
                "distance_km": 1.5,
            }
            for row, site, service, served, _, _ in rows
        ],
        geometry=[LineString([PLACES[place], SITES[site]]) for *_, place, site in rows],
        crs=WGS84,
    )


def _line(**rest: Any) -> dict[str, Any]:
    return {
        "line": "hubs",
        "label_zh": "快充站数量",
        "label_en": "Fast-charging hubs",
        "district": "",
        "sense": ">=",
        "target": 2,
        "achieved": 2,
        "gap": 0,
        "unit": "stations",
        "met": True,
        "evaluated": True,
        "enforced": True,
        "basis": "document",
        "source": "plan, section 3",
        **rest,
    }


def tiny_parts() -> dict[str, Any]:
    """Arguments of the tiny world's tables, fresh at every call."""
    charging = {"unit": "kWh", "demand": 400.0, "served": 250.0, "share": 0.625, "share_before": 0.25}
    swapping = {"unit": "swaps", "demand": 20.0, "served": 10.0, "share": 0.5, "share_before": None}
    return {
        "sites": _sites(),
        "demand": _demand(),
        "assignment": _assignment(),
        "districts": gpd.GeoDataFrame(
            {
                "district": ["乙区", "甲区"],
                "name_en": ["Yi", "Jia"],
                "population": [20_000, 10_000],
                "share_served_charging": [None, 0.625],
                "share_served_swapping": [0.5, None],
                "share_served_hydrogen": [None, None],
                "stations": [1, 2],
            },
            geometry=[box(113.3, 23.0, 113.4, 23.1), box(113.2, 23.0, 113.3, 23.1)],
            crs=WGS84,
        ),
        "places": gpd.GeoDataFrame(
            {"name_zh": ["东站"], "name_en": ["East Station"], "rank": [1]}, geometry=[Point(113.26, 23.08)], crs=WGS84
        ),
        "types": copy.deepcopy(TYPES),
        "kpis": {
            "services": {
                "charging": {**charging, "covered_share": 0.75, "unreachable": 100.0},
                "swapping": {**swapping, "covered_share": 1.0, "unreachable": 0.0},
            },
            "cost_cny": 48_000_000.0,
            "budget_cny": 100_000_000.0,
            "value": 700.0,
            "value_demand": 1300.0,
            "stations": {"fast_hub": {"existing": 1, "new": 1}, "car_swap": {"existing": 0, "new": 1}},
            "solve": {"status": "optimal", "objective": 700.0, "bound": 707.0, "gap": 0.01, "stage2_gap": 0.0},
            "check": "passed",
            "travel_method": "straight line × 1.3 at 30 km/h",
            "run_id": "abc123",
        },
        "scorecard": [
            _line(),
            _line(line="price", unit="CNY/kg", target=35, achieved=None, gap=None, met=None, evaluated=False),
            _line(line="quota", district="乙区", achieved=0, gap=-2, met=False, basis="derived", source=""),
        ],
        "meta": {
            "title_zh": "两区布局",
            "title_en": "Two districts",
            "year": 2025,
            "run_id": "abc123",
            "version": "0.1.0",
            "sources": ["made by hand, https://example.org/about"],
            "modelled": ["cars"],
            "measured": ["trucks"],
            "method_zh": "先求服务价值最大。",
            "method_en": "Most value first.",
            "crs": "EPSG:4547",
        },
    }


@pytest.fixture
def parts() -> dict[str, Any]:
    return tiny_parts()


@pytest.fixture
def tiny(parts: dict[str, Any]) -> MapTables:
    return MapTables(**parts)


def driven_parts() -> dict[str, Any]:
    """The tiny world with roads, and two flows of trucks past f-s1 and f-s3: 30 of 40 on one, none of 10 on another."""
    parts = tiny_parts()
    flow = {
        "name_zh": "东西路",
        "name_en": "East-West road",
        "fleet": "trucks",
        "service": "charging",
        "vehicle": "truck",
        "length_km": 80.5,
        "range_km": 200.0,
        "unit": "kWh",
        "source": "assumption",
    }
    flows = gpd.GeoDataFrame(
        [
            flow
            | {"row_id": "trucks:b", "flow": "trucks:b", "vehicles_per_day": 10.0, "vehicles_served": 0.0, "share": 0.0}
            | {"demand": 100.0, "served": 0.0, "facility_ids": None},
            flow
            | {"row_id": "trucks:a", "flow": "trucks:a", "vehicles_per_day": 40.0, "vehicles_served": 30.0}
            | {"share": 0.75, "demand": 400.0, "served": 300.0, "facility_ids": "f-s1, f-s3"},
        ],
        geometry=[
            LineString([(113.2, 23.02), (113.4, 23.02)]),
            LineString([(113.2, 23.08), (113.3, 23.07), (113.4, 23.08)]),
        ],
        crs=WGS84,
    )
    rows = flows[["row_id", "service", "vehicle", "unit", "demand", "served"]].assign(
        place=flows["flow"], covered=False, reachable=True, kind="modelled", fleets="trucks", district=""
    )
    rows = gpd.GeoDataFrame(rows, geometry=[Point(113.3, 23.02), Point(113.3, 23.07)], crs=WGS84)
    line = parts["assignment"].iloc[[0]].assign(row_id="trucks:a", facility_id="f-s1", service="charging", served=300.0)
    parts["demand"] = pd.concat([parts["demand"], rows], ignore_index=True)
    parts["assignment"] = pd.concat([parts["assignment"], line], ignore_index=True)
    parts["flows"] = flows
    parts["kpis"]["flows"] = {"trucks": {"vehicles": 50.0, "served": 30.0, "share": 0.6}}
    motorways = MultiLineString([[(113.2, 23.02), (113.4, 23.02)], [(113.2, 23.05), (113.4, 23.05)]])
    street = MultiLineString([[(113.3, 23.0), (113.3, 23.1)]])
    parts["roads"] = gpd.GeoDataFrame(
        {"road_class": ["motorway", "residential"]}, geometry=[motorways, street], crs=WGS84
    )
    return parts


@pytest.fixture
def driven() -> MapTables:
    return MapTables(**driven_parts())


class PageReader(HTMLParser):
    """Start tags with their attributes, and what stands inside scripts, style sheets and as text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"script", "style"}:
            self.code.append((self._inside, data))
        else:
            self.texts.append(data)

    def data(self) -> dict[str, Any]:
        """Data block of a map page."""
        place = [tag for tag in self.tags if tag[0] == "script"].index(
            ("script", {"type": "application/json", "id": "siting-data"})
        )
        found = json.loads([code for kind, code in self.code if kind == "script"][place])
        assert isinstance(found, dict)
        return found


@pytest.fixture
def read_page() -> type[PageReader]:
    return PageReader
