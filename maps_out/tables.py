"""The result tables a map or a summary page is drawn from, checked once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from geodata.services import SERVICES, amount_name
from maps_out.errors import MapError

STATUSES = ("existing", "required", "new")
MARKERS = ("circle", "square", "triangle", "diamond", "star", "hexagon", "cross", "pentagon", "drop", "bolt")
SERVED_COLUMNS = {service: amount_name("demand", service) for service in SERVICES}
SHARE_COLUMNS = {service: f"share_served_{service}" for service in SERVICES}
#: Columns that stand only where the result has the service.
BY_SERVICE = {*SERVED_COLUMNS.values(), *SHARE_COLUMNS.values()}
COLUMNS = {
    "sites": [
        "facility_id",
        "site_id",
        "type",
        "status",
        "year",
        "modules",
        "new_modules",
        "district",
        "place_zh",
        "place_en",
        "place_km",
        "site_class",
        "precision",
        "cost_cny",
        "yearly_cost_cny",
        "power_kw",
        "grid_kw",
        "standard_min",
        "reach_km",
        *SERVED_COLUMNS.values(),
        "use_share",
        "value_served",
        "priority",
        "points_served",
        "reason_zh",
        "reason_en",
        "source",
        "geometry",
    ],
    "demand": [
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
        "geometry",
    ],
    "assignment": ["row_id", "facility_id", "service", "served", "time_min", "distance_km", "geometry"],
    "districts": [
        "district",
        "name_en",
        "population",
        *SHARE_COLUMNS.values(),
        "stations",
        "geometry",
    ],
    "places": ["name_zh", "name_en", "rank", "geometry"],
}
#: Columns of the tables that only some results have.
OPTIONAL_COLUMNS = {
    "flows": [
        "row_id",
        "flow",
        "name_zh",
        "name_en",
        "fleet",
        "service",
        "vehicle",
        "vehicles_per_day",
        "vehicles_served",
        "share",
        "length_km",
        "range_km",
        "unit",
        "demand",
        "served",
        "facility_ids",
        "source",
        "geometry",
    ],
    "roads": ["road_class", "geometry"],
}
TYPE_KEYS = ["id", "label_zh", "label_en", "colour", "marker", "services", "module_zh", "module_en"]
KPI_KEYS = [
    "services",
    "cost_cny",
    "budget_cny",
    "value",
    "value_demand",
    "stations",
    "solve",
    "check",
    "travel_method",
    "run_id",
]
SERVICE_KEYS = ["unit", "demand", "served", "share", "share_before", "covered_share", "unreachable"]
SCORECARD_KEYS = [
    "line",
    "label_zh",
    "label_en",
    "district",
    "sense",
    "target",
    "achieved",
    "gap",
    "unit",
    "met",
    "evaluated",
    "enforced",
    "basis",
    "source",
]
META_KEYS = [
    "title_zh",
    "title_en",
    "year",
    "run_id",
    "version",
    "sources",
    "modelled",
    "measured",
    "method_zh",
    "method_en",
    "crs",
]


@dataclass(frozen=True)
class MapTables:
    """A result as tables: everything a page shows and nothing of the solver.

    The frames are in a geographic CRS (EPSG:4326 or one that equals it), points and lines as longitude, latitude.

    Parameters
    ----------
    sites
        One row per opened facility; ``year`` of opening, missing where it stands already; powers in kW, costs in CNY,
        ``place_km`` and ``reach_km`` in km, ``standard_min`` in minutes, served amounts per day, ``use_share`` from 0
        to 1, ``priority`` 1 for the most value among what is to be built.
    demand
        One row per place, service and vehicle class; ``demand`` and ``served`` per day in ``unit``.
    assignment
        One row per demand row and the facility that serves it; ``served`` per day, ``time_min``, ``distance_km``.
    districts
        Outlines with population, stations and shares served (0 to 1, missing where there is no demand).
    places
        Named places for orientation; ``rank`` 1 is shown first.
    types
        The catalogue: label in both languages, colour ``#rrggbb``, marker shape, services, name of a module.
    kpis, scorecard, meta
        Key figures, the plan's lines with target and achievement, and the texts about the run.
    flows
        Vehicles that refuel along their road, one line per flow that is also a row of ``demand``; round trips per day,
        ``share`` from 0 to 1, ``facility_ids`` the stations on the way as a comma list. Nothing without flows.
    roads
        Lines of the main roads by ``road_class``, the most important first. Nothing where travel is not on roads.

    Raises
    ------
    MapError
        When a column, key, CRS, service, status, type, colour or marker is missing or unknown; all faults at once.
    """

    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    types: list[dict[str, Any]]
    kpis: dict[str, Any]
    scorecard: list[dict[str, Any]]
    meta: dict[str, Any]
    flows: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None

    def __post_init__(self) -> None:
        faults = [*self._shape_faults()]
        # Values are looked at only when every column and key is there to be looked at.
        if not faults:
            faults = [*self._value_faults()]
        if faults:
            raise MapError("map tables", faults)

    def points(self) -> gpd.GeoDataFrame:
        """Demand rows that are no flows, as they stand."""
        if self.flows is None:
            return self.demand
        return self.demand[~self.demand["row_id"].isin(self.flows["row_id"])]

    def services(self) -> list[str]:
        """Services with key figures, in the order all pages use."""
        return [service for service in SERVICES if service in self.kpis.get("services", ())]

    def served_columns(self) -> dict[str, str]:
        """Columns of the sites with what each gives of a service, by service."""
        return {service: column for service, column in SERVED_COLUMNS.items() if column in self.sites.columns}

    def _shape_faults(self) -> Iterator[str]:
        given = {name: columns for name, columns in OPTIONAL_COLUMNS.items() if getattr(self, name) is not None}
        for name, columns in (COLUMNS | given).items():
            frame = getattr(self, name)
            yield from _missing(f"table {name!r}", "columns", self._wanted(columns), frame.columns)
            crs = getattr(frame, "crs", None)
            if crs is None or not crs.is_geographic:
                yield f"table {name!r}: longitude and latitude are needed, found CRS {crs}; use to_crs(4326)"
        for number, entry in enumerate(self.types):
            yield from _missing(f"type {entry.get('id', number)!r}", "keys", TYPE_KEYS, entry)
        for number, line in enumerate(self.scorecard):
            yield from _missing(f"scorecard line {line.get('line', number)!r}", "keys", SCORECARD_KEYS, line)
        yield from _missing("kpis", "keys", KPI_KEYS, self.kpis)
        yield from _missing("meta", "keys", META_KEYS, self.meta)
        for service, figures in self.kpis.get("services", {}).items():
            yield from _missing(f"kpis of service {service!r}", "keys", SERVICE_KEYS, figures)

    def _wanted(self, columns: Iterable[str]) -> set[str]:
        """Columns that must stand in this result: those of other services need not."""
        told = {by[service] for service in self.services() for by in (SERVED_COLUMNS, SHARE_COLUMNS)}
        return set(columns) - BY_SERVICE | set(columns) & told

    def _value_faults(self) -> Iterator[str]:
        types = [entry["id"] for entry in self.types]
        yield from _unknown("kpis: service", self.kpis["services"], SERVICES)
        yield from _unknown("table 'demand': service", self.demand["service"], self.kpis["services"])
        yield from _unknown("table 'assignment': service", self.assignment["service"], self.kpis["services"])
        yield from _unknown("table 'sites': status", self.sites["status"], STATUSES)
        yield from _unknown("table 'sites': type", self.sites["type"], types)
        yield from _unknown("kpis: stations of type", self.kpis["stations"], types)
        yield from _unknown("types: marker", [entry["marker"] for entry in self.types], MARKERS)
        yield from _unknown(
            "table 'assignment': facility_id", self.assignment["facility_id"], self.sites["facility_id"]
        )
        yield from _unknown("table 'assignment': row_id", self.assignment["row_id"], self.demand["row_id"])
        if self.flows is not None:
            yield from _unknown("table 'flows': row_id", self.flows["row_id"], self.demand["row_id"])
            if not (self.flows.geom_type == "LineString").all():
                yield "table 'flows': every geometry must be a line"
        for entry in self.types:
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(entry["colour"])):
                yield f"type {entry['id']!r}: colour {entry['colour']!r} is not of the form '#1f77b4'"
        for name in ("sites", "demand", "places"):
            if not (getattr(self, name).geom_type == "Point").all():
                yield f"table {name!r}: every geometry must be a point"
        if self.districts.empty:
            yield "table 'districts': no district; at least one outline is needed"


def _missing(owner: str, what: str, wanted: Iterable[str], present: Iterable[object]) -> Iterator[str]:
    absent = sorted(set(wanted) - set(present))
    if absent:
        yield f"{owner}: missing {what} {', '.join(absent)}"


def _unknown(what: str, values: Iterable[object], known: Iterable[object] | Mapping[str, object]) -> Iterator[str]:
    allowed = set(known)
    for value in sorted({str(value) for value in values if value not in allowed}):
        yield f"{what} {value!r} is not one of {', '.join(map(str, sorted(map(str, allowed))[:12]))}"
