"""One straight line from a study to the diagnosis of the network that stands."""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import UNITS, amount_name
from siting import __version__
from siting.about import type_entries
from siting.diagnosis.coverage import coverage, place_table
from siting.diagnosis.gains import gains
from siting.diagnosis.losses import losses
from siting.diagnosis.nearest import nearest_stations
from siting.diagnosis.network import Network, build_networks
from siting.diagnosis.use import station_table, use_figures
from siting.pipeline import Prepared, prepare
from siting.study import Study

#: Candidates of each service and facility type whose gain is made exact.
EXACT: Final = 10


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the network that stands does already, before anything new is placed.

    Parameters
    ----------
    about
        study, name, title_zh, title_en, year, run_id, version, language; travel_method; flows (demand along roads that
        is left out: number and units a day by service); types (label by facility type, both languages).
    services
        Figures of each service: those of the whole area as in `districts`, and the spread of use.
    districts
        One row per district and service, see `coverage`; whole area first, with an empty district.
    stations, places, candidates
        See `station_table`, `place_table` and `gains`; all with lon and lat, and the nearest named place.
    outlines
        Outlines of the districts in longitude and latitude: district, name_en.
    """

    about: dict[str, Any]
    services: dict[str, dict[str, Any]]
    districts: pd.DataFrame
    stations: pd.DataFrame
    places: pd.DataFrame
    candidates: pd.DataFrame
    outlines: gpd.GeoDataFrame


def diagnose(study: Study) -> Diagnosis:
    """Diagnose the network that stands in the last year of a study.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit, nothing stands, or no place asks for anything.
    """
    study = study.of_served_value()  # what stands has its sizes, whatever is asked of what is to come
    ready = prepare(study)
    area, assembly = ready.area, ready.assembly
    networks = build_networks(study, assembly)
    names = list(area.layers.districts.frame["district"])
    districts, stations, places, services = [], [], [], {}
    for network in networks:
        nearest = nearest_stations(study, area, assembly, network)
        rows = coverage(assembly, network, nearest, names)
        table = station_table(assembly, network, losses(network))
        districts += rows
        stations.append(table)
        places.append(place_table(assembly, network, nearest))
        services[network.service] = {**rows[0], **use_figures(table)}
    return Diagnosis(
        about=_about(ready, networks),
        services=services,
        districts=pd.DataFrame(districts),
        stations=_with_points(pd.concat(stations, ignore_index=True), "station", assembly.sites.frame, "id"),
        places=_named(ready, pd.concat(places, ignore_index=True)),
        candidates=_candidate_table(ready, gains(study, assembly, networks, again=EXACT)),
        outlines=area.layers.districts.frame[["district", "name_en", "geometry"]].to_crs("EPSG:4326"),
    )


def _about(ready: Prepared, networks: tuple[Network, ...]) -> dict[str, Any]:
    study, assembly = ready.study, ready.assembly
    flows = assembly.rows[assembly.is_flow & (assembly.rows["year"] == study.year).to_numpy()]
    return {
        "study": study.source,
        "name": study.name,
        "title_zh": study.title_zh or study.name,
        "title_en": study.title_en or study.name,
        "year": study.year,
        "run_id": ready.run_id,
        "version": __version__,
        "language": study.output.language,
        "travel_method": assembly.travel_method,
        "stations": len(np.unique(np.concatenate([network.site for network in networks]))),
        "flows": {
            service: {"unit": UNITS[service], "flows": len(rows), "demand": float(rows["demand"].sum())}
            for service in study.services
            if len(rows := flows[flows["service"] == service])
        },
        "types": {
            entry["id"]: {key: entry[key] for key in ("label_zh", "label_en", "module_zh", "module_en")}
            for entry in type_entries(study)
        },
    }


def _candidate_table(ready: Prepared, found: pd.DataFrame) -> pd.DataFrame:
    """Candidates by site and type: candidate (site id), type, with what they would bring."""
    assembly = ready.assembly
    options = assembly.options.iloc[found["option"]]
    sites = assembly.sites.frame.iloc[options["site"]]
    named = {name: sites[name].to_numpy() for name in ("district", "place_zh", "place_en")}
    table = found.drop(columns=["option", "near"]).assign(
        candidate=sites["id"].to_numpy(), type=options["type"].to_numpy(), **named
    )
    gained = {service: amount_name("gain", service) for service in ready.study.services}
    first = ["candidate", "type", *named, "service", "modules", "cost_cny", *gained.values()]
    table = table.rename(columns=gained).rename(columns={"per_million": "value_per_million_cny"})
    columns = [*first, "value", "value_per_million_cny", "exact"]
    return _with_points(table[columns], "candidate", assembly.sites.frame, "id")


def _named(ready: Prepared, places: pd.DataFrame) -> pd.DataFrame:
    """Places with their position and the nearest named place: place_zh, place_en, place_km."""
    located = ready.assembly.places
    near = ready.area.place_names(located.geometry)
    at = pd.Index(located["place"]).get_indexer(places["place"])
    named = places.assign(**{name: near[name].to_numpy()[at] for name in ("place_zh", "place_en", "place_km")})
    return _with_points(named, "place", located, "place")


def _with_points(table: pd.DataFrame, name: str, located: gpd.GeoDataFrame, key: str) -> pd.DataFrame:
    """The table with longitude and latitude of what a column names."""
    points = located.geometry.to_crs("EPSG:4326")
    at = pd.Index(located[key]).get_indexer(table[name])
    return table.assign(lon=points.x.to_numpy()[at].round(6), lat=points.y.to_numpy()[at].round(6))
