"""A world small enough to solve in the head: every kilometre is driven in a minute, and every cost is a round number.

Two districts, west (0 to 10 km) and east (10 to 20 km). Five places on a line ask for charging; two sites may take
chargers of 100 kWh a day that reach 5 km::

    km        2   3   4       8   |   12   14        19.5
    place     a       b       c   |   d              e
    kWh      100     200     60   |  100             50
    site          p               |         q

The answer: p serves a, b and (exactly at the standard) c with 4 chargers, q serves d with one; nothing reaches e.
"""

import csv
import json
from pathlib import Path

import pytest
import tomli_w

from geodata import SERVICES
from siting import Study, run

EAST_M, NORTH_M = 500_000, 2_500_000

TYPE = {
    "label_zh": "站",
    "label_en": "Station",
    "vehicles": ["car"],
    "module_zh": "模块",
    "module_en": "module",
    "min_modules": 1,
    "max_modules": 4,
    "fixed_cost_cny": 1000,
    "module_cost_cny": 100,
    "yearly_fixed_cny": 10,
    "yearly_module_cny": 1,
    "kw_per_module": 10,
    "land_m2": 5,
    "land_m2_per_module": 2,
    "life_years": 10,
    "colour": "#000000",
    "marker": "circle",
    "source": "assumption",
}
ASSUMED = {"label_zh": "指标", "label_en": "line", "basis": "assumption", "rule": "invented"}


def facility(**changes):
    """Facility type of the tiny world; a service is given as (units per module and day, standard in minutes)."""
    services = {
        name: dict(zip(("capacity_per_module", "standard_min"), changes.pop(name), strict=True))
        for name in SERVICES
        if name in changes
    }
    return TYPE | {"services": services} | changes


def square(west_km, east_km, **properties):
    """District of a height of 10 km as a GeoJSON feature."""
    west, east, south, north = EAST_M + west_km * 1000, EAST_M + east_km * 1000, NORTH_M, NORTH_M + 10_000
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def layer(path, **keys):
    """Layer of the tiny study."""
    return {"path": path, "crs": "EPSG:4547", "id": "id", "source": "invented"} | keys


class World:
    """The tiny study as plain data, to be changed and then written."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.districts = [
            square(0, 10, district="西区", name_en="West"),
            square(10, 20, district="东区", name_en="East"),
        ]
        self.demand = {
            "a": {"km": 2, "kwh": 100},
            "b": {"km": 4, "kwh": 200},
            "c": {"km": 8, "kwh": 60},
            "d": {"km": 12, "kwh": 100},
            "e": {"km": 19.5, "kwh": 50},
        }
        self.sites = {"p": {"km": 3}, "q": {"km": 14}}
        self.existing = {}
        self.reality = None
        self.roads = {}
        self.facilities = {
            "charger": facility(charging=(100, 5)),
            "swapper": facility(swapping=(10, 5), marker="square"),
            "pump": facility(hydrogen=(20, 10), marker="star", vehicles=["car", "truck"]),
        }
        self.plan = {"title_zh": "规划", "title_en": "Plan", "year": 2025}
        self.study = {
            "name": "tiny",
            "plan": "plan.toml",
            "facilities": "facilities.toml",
            "layers": {
                "districts": {"path": "districts.geojson", "crs": "EPSG:4547"},
                "demand": layer("demand.csv"),
                "sites": layer("sites.csv"),
            },
            "area": {"district_en": "name_en", "places": "demand", "tolerance_m": 0},
            "travel": {"detour_factor": 1.0, "speed_kmh": 60.0},
            "demand": {
                "cars": {
                    "model": "measured",
                    "layer": "demand",
                    "column": "kwh",
                    "service": "charging",
                    "vehicle": "car",
                    "source": "counted",
                }
            },
            "sites": {
                "sources": {
                    "site": {
                        "kind": "layer",
                        "layer": "sites",
                        "site_class_column": "class",
                        "grid_kw_column": "grid_kw",
                        "source": "invented",
                    }
                },
                "types_by_class": {"lot": ["charger"]},
            },
            "solver": {"gap": 0, "cost_gap": 0, "time_limit_s": 0},
        }

    @property
    def path(self):
        """The study file."""
        return self.folder / "study.toml"

    def require(self, **lines):
        """Add lines to the plan: `kind={key: line}`."""
        for kind, entries in lines.items():
            self.plan.setdefault(kind, {}).update({key: ASSUMED | entry for key, entry in entries.items()})
        return self

    def count(self, key="n", **keys):
        """Add a line of the plan that counts stations of the type charger."""
        return self.require(targets={key: {"counts": "stations", "types": ["charger"], "year": 2025} | keys})

    def ask(self, service, column, vehicle="car"):
        """Add a fleet that asks for what stands in a column of the places."""
        block = self.study["demand"]["cars"] | {"service": service, "column": column, "vehicle": vehicle}
        self.study["demand"][f"{vehicle}-{service}"] = block
        return self

    def offer(self, type_id, **keys):
        """Add a facility type and allow it at every lot."""
        self.facilities[type_id] = facility(**keys)
        return self.allow(*self.study["sites"]["types_by_class"]["lot"], type_id)

    def allow(self, *types):
        """Facility types of a lot."""
        self.study["sites"]["types_by_class"]["lot"] = list(types)
        return self

    def stand(self, **stations):
        """Let stations stand already: `id={"km", "type", "modules"}`."""
        self.existing |= stations
        self.study["layers"]["existing"] = layer("existing.csv")
        self.study["sites"]["sources"]["old"] = {
            "kind": "existing",
            "layer": "existing",
            "type_column": "type",
            "modules_column": "modules",
            "source": "register",
        }
        return self

    def grow(self, **factors):
        """Study several years: `y2025=1.0` gives a year and the factor on its demand."""
        years = {int(name.removeprefix("y")): factor for name, factor in factors.items()}
        self.study["years"] = sorted(years)
        self.study["demand"]["cars"]["growth"] = {str(year): factor for year, factor in years.items()}
        return self

    def spend(self, cny, year=None):
        """Add a budget of a year, or of all years."""
        key, line = ("all", {}) if year is None else (f"in{year}", {"year": year})
        return self.require(budgets={key: {"cny": cny} | line})

    def rule(self, kind, **keys):
        """Add a rule between facilities: bundles, exclusions or precedence."""
        self.study["sites"].setdefault(kind, {})["rule"] = {"source": "invented"} | keys
        return self

    def built(self, *rows):
        """Name a table of what was built: (facility_id, modules, year)."""
        self.study["sites"]["built"] = "built.csv"
        self.reality = rows
        return self

    def road(self, *stations, trucks=10, end_km=150, **keys):
        """Let hydrogen trucks of a range of 100 km drive a straight road of 150 km, with sites at some of its km.

        A site is given as km along the road, or as (km, km off the road).
        """
        self.districts = [
            square(0, 100, district="西区", name_en="West"),
            square(100, 200, district="东区", name_en="East"),
        ]
        self.demand, self.sites = {}, {}
        for station in stations:
            km, off = station if isinstance(station, tuple) else (station, 0)
            self.sites[f"k{km}"] = {"km": 10 + km, "north_km": 5 + off, "grid_kw": 1e6}
        self.facilities["pump"] = facility(hydrogen=(100, 10), marker="star", vehicles=["truck"], max_modules=9)
        self.allow("pump")
        self.roads = {"r": {"km": [10, 10 + end_km], "trucks": trucks}}
        self.study["layers"]["roads"] = {"path": "roads.geojson", "crs": "EPSG:4547", "id": "id"}
        self.study["layers"].pop("demand", None)
        self.study["area"].pop("places", None)
        self.study["demand"] = {}
        self.study["flows"] = {
            "fuel": {
                "layer": "roads",
                "vehicles_column": "trucks",
                "service": "hydrogen",
                "range_km": 100,
                "energy_per_km": 0.1,
                "max_detour_km": 0,
                "source": "invented",
            }
            | keys
        }
        return self

    def drive(self, *stretches, **keys):
        """Let travel follow a road along the places, given as stretches (km, km, speed in km/h[, oneway])."""
        self.roads = {
            f"way{n}": {"km": stretch[:2], "maxspeed": stretch[2], "oneway": (*stretch, "no")[3]}
            for n, stretch in enumerate(stretches)
        }
        roads = {"path": "roads.geojson", "crs": "EPSG:4547", "period": "always", "source": "invented"} | keys
        self.study["travel"] |= {"method": "roads", "roads": roads}
        return self

    def write(self):
        """Write all files and return the path of the study."""
        self.folder.mkdir(parents=True, exist_ok=True)
        collection = {"type": "FeatureCollection", "features": self.districts}
        self._text("districts.geojson", json.dumps(collection, ensure_ascii=False))
        self._rows("demand.csv", self.demand, {"kwh": 0, "swaps": 0, "kg": 0, "rank": 1})
        self._rows("sites.csv", self.sites, {"class": "lot", "grid_kw": 1000})
        self._rows("existing.csv", self.existing, {})
        self._roads()
        if self.reality is not None:
            lines = ["facility_id,modules,year", *(",".join(map(str, row)) for row in self.reality)]
            self._text("built.csv", "\n".join(lines) + "\n")
        for name in ("facilities", "plan", "study"):
            self._text(f"{name}.toml", tomli_w.dumps(getattr(self, name)))
        return self.path

    def read(self, *overrides):
        """Write all files and read the study."""
        return Study.from_toml(self.write(), overrides=overrides)

    def run(self, *overrides, **options):
        """Write all files and solve the study."""
        return run(self.read(*overrides), **options)

    def _roads(self):
        features = [
            {
                "type": "Feature",
                "properties": {"id": key, **{name: value for name, value in row.items() if name != "km"}},
                "geometry": {
                    "type": "LineString",
                    "coordinates": [[EAST_M + km * 1000, NORTH_M + 5_000] for km in row["km"]],
                },
            }
            for key, row in self.roads.items()
        ]
        self._text("roads.geojson", json.dumps({"type": "FeatureCollection", "features": features}))

    def _text(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def _rows(self, name, rows, defaults):
        plain = [
            {
                "id": key,
                "name_zh": f"{key}地",
                "name_en": f"Place {key}",
                **defaults,
                "x": EAST_M + row["km"] * 1000,
                "y": NORTH_M + row.get("north_km", 5) * 1000,
                **{column: value for column, value in row.items() if column not in ("km", "north_km")},
            }
            for key, row in rows.items()
        ]
        columns = list(dict.fromkeys(column for row in plain for column in row)) or ["id", "x", "y"]
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(plain)


@pytest.fixture(scope="session")
def new_world(tmp_path_factory):
    """A function that returns a tiny world of its own."""
    return lambda: World(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def world(tmp_path):
    """The tiny world, to be changed and then read or run."""
    return World(tmp_path / "tiny")


@pytest.fixture(scope="session")
def tiny(new_world):
    """The tiny world as it is, solved once."""
    return new_world().run()
