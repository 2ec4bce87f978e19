"""What is known of Shenzhen: charging stations with their energy, and what stands and moves around them."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.datums.shifts import shift_layer, to_wgs84
from geodata.joins import area_of
from siting.area import build_area
from siting.demand import build_demand
from siting.layers import read_layers
from siting.study import Study

CRS = "EPSG:4547"

HOURS_OF_A_YEAR = 8760.0

SAME_PLACE_M = 30.0
"""The same station in two tables."""

PLACES = {
    "food": ("restaurant", "fast_food", "cafe", "bar", "pub", "food_court", "ice_cream", "nightclub", "karaoke_box"),
    "schools": ("school", "kindergarten", "college", "university", "library"),
    "parking": ("parking", "parking_entrance", "parking_space"),
    "services": ("bank", "hospital", "clinic", "post_office", "police", "townhall", "marketplace", "community_centre"),
    "fuel": ("fuel",),
}
"""Classes of points of interest by OpenStreetMap's type. Its 24 charging stations are in none of them: they are what is
to be predicted."""

FILES = {
    "charged_szh_stations.csv": "CHARGED (no licence stated): stations, energy of about half of the zones",
    "charged_szh_poi.csv": "OpenStreetMap through CHARGED (ODbL)",
    "st_evcdp_stations.csv": "ST-EVCDP (MIT): stations with fast and slow piles",
    "shenzhen_taz491_wgs84.gpkg": "ST-EVCDP (MIT): traffic zones with road length",
    "taxi_grid_500m_wgs84.parquet": "ni1o1/pygeo-tutorial (MIT): 500 m cells",
    "taxi_od_500m_grid.parquet": "ni1o1/pygeo-tutorial (MIT): taxi trips between them",
    "bus_stops_termini.csv": "ni1o1/pygeo-tutorial (MIT): bus stops with their routes, moved to WGS84",
}


@dataclass(frozen=True, eq=False)
class Shenzhen:
    """Stations and zones to be predicted, and the layers to do it with, all in EPSG:4547.

    Parameters
    ----------
    stations
        id, zone, kwh (missing where unknown), piles, plausible, district.
    zones
        Zones that hold stations: id, kwh, kwh_plausible, known, district; outlines where the stations truly are.
    layers
        Layers by name.
    """

    stations: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    layers: dict[str, gpd.GeoDataFrame]


def read(data: Path, examples: Path) -> Shenzhen:
    """Read the files.

    Parameters
    ----------
    data
        Folder of the real data.
    examples
        Folder of the example study: people by district, hubs, and the fleets of the demand that it models.
    """
    districts = _districts(data, examples)
    network = _network(data)
    stations = _stations(data, network, districts)
    zones = _zones(data)
    layers = {
        **_points_of_interest(data),
        "taxi": _taxi(data),
        "stops": _points(_table(data, "bus_stops_termini.csv"), "lon_wgs84", "lat_wgs84"),
        "hubs": _points(pd.read_csv(examples / "hubs.csv"), "lon", "lat"),
        "zones": zones.to_crs(CRS),
        "districts": districts,
        "network": network,
        "demand": _demand(examples),
    }
    return Shenzhen(stations, _asked_zones(zones, stations, districts), layers)


def _stations(data: Path, network: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stations with the piles that the other table counts at their place; its ids are given to the network."""
    table = _table(data, "charged_szh_stations.csv")
    stations = _points_of_gcj02(table)
    tree = cKDTree(shapely.get_coordinates(network.geometry.to_numpy()))
    near = tree.query(shapely.get_coordinates(stations.geometry.to_numpy()))
    found, row = np.asarray(near[0]) <= SAME_PLACE_M, np.asarray(near[1])
    ids = np.array([f"s{number}" for number in table["station_id"]], dtype=object)
    network["id"] = pd.Series(ids[found], index=row[found]).reindex(range(len(network))).fillna(network["id"])
    counted = network["piles"].to_numpy(dtype=np.float64)
    piles = np.where(found, counted[row], np.median(counted))
    return stations.assign(
        id=ids,
        zone=table["taz"],
        kwh=table["total_volume"].where(table["energy_known"]),
        piles=piles,
        plausible=table["total_duration"] <= piles * HOURS_OF_A_YEAR,
        district=_district(stations, districts),
    )


def _network(data: Path) -> gpd.GeoDataFrame:
    """Stations that stand, rows at one position taken together."""
    table = _table(data, "st_evcdp_stations.csv")
    table = table.groupby(["longitude", "latitude"], as_index=False)[["fast", "slow", "count"]].sum()
    points = _points_of_gcj02(table)
    return points.assign(id=[f"n{row}" for row in range(len(points))], piles=table["count"])


def _zones(data: Path) -> gpd.GeoDataFrame:
    zones = gpd.read_file(data / "shenzhen" / "shenzhen_taz491_wgs84.gpkg").to_crs(4326)
    # Two zones state an area of 0, so areas are measured.
    return zones.assign(road_km_km2=zones["LENG_ROAD"] / (zones.to_crs(CRS).geometry.area / 1e6))


def _asked_zones(zones: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Zones with stations.

    The source put shifted positions into unshifted zones, so the ground from which a zone's stations come is its
    outline moved back like them.
    """
    moved = shift_layer(zones, "gcj02").to_crs(CRS)
    sums = stations.groupby("zone").agg(
        known=("kwh", lambda kwh: kwh.notna().all()), kwh=("kwh", "sum"), stations=("id", "size")
    )
    sums["kwh_plausible"] = stations[stations["plausible"]].groupby("zone")["kwh"].sum()
    joined = moved.merge(sums.fillna({"kwh_plausible": 0.0}), left_on="TAZID", right_index=True)
    areas = joined.assign(id="z" + joined["TAZID"].astype(int).astype(str), area_km2=joined.geometry.area / 1e6)
    return areas.assign(district=_district(areas, districts)).sort_values("id", ignore_index=True)


def _points_of_interest(data: Path) -> dict[str, gpd.GeoDataFrame]:
    table = _table(data, "charged_szh_poi.csv")
    points = _points(table[table["type"] != "charging_station"], "longitude", "latitude")
    return {"poi": points, **{name: points[points["type"].isin(types)] for name, types in PLACES.items()}}


def _taxi(data: Path) -> gpd.GeoDataFrame:
    """Middles of the taxi cells with the trips that begin and end there."""
    trips = pd.read_parquet(data / "shenzhen" / "taxi_od_500m_grid.parquet")
    grid = gpd.read_parquet(data / "shenzhen" / "taxi_grid_500m_wgs84.parquet").set_crs(4326, allow_override=True)
    keys = ["LONCOL", "LATCOL"]
    sums = [
        trips.groupby([f"{side}LONCOL", f"{side}LATCOL"])["VehicleNum"].sum().rename_axis(keys).rename(name)
        for side, name in (("E", "arrivals"), ("S", "departures"))
    ]
    joined = grid.merge(pd.concat(sums, axis=1).fillna(0.0), left_on=keys, right_index=True).to_crs(CRS)
    return joined.set_geometry(joined.geometry.centroid)


def _demand(examples: Path) -> gpd.GeoDataFrame:
    """Charging demand as the example study models it: cars by people, taxis by counted trips, trucks at hubs."""
    study = Study.from_toml(examples / "study.toml")
    frame = build_demand(study, build_area(study, read_layers(study))).frame
    return frame[frame["service"] == "charging"].to_crs(CRS)


def _districts(data: Path, examples: Path) -> gpd.GeoDataFrame:
    outlines = gpd.read_file(data / "boundaries" / "guangdong_boundaries_wgs84.gpkg", layer="districts")
    people = pd.read_csv(examples / "districts.csv").set_index("district")["population"]
    city = outlines[outlines["city_name"] == "深圳市"].to_crs(CRS)
    return city.assign(people_km2=people.loc[city["district_name"]].to_numpy() / (city.geometry.area / 1e6))


def _district(places: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    row = area_of(places.geometry.representative_point(), districts.geometry, tolerance_m=5000)
    names: npt.NDArray[np.object_] = districts["district_name"].to_numpy(dtype=object)[row]
    return names


def _points_of_gcj02(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Stations in their true place: the tables say WGS84, and are in GCJ-02."""
    lon, lat = to_wgs84(table["longitude"], table["latitude"], "gcj02")
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326).to_crs(CRS)


def _points(table: pd.DataFrame, lon: str, lat: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table[lon], table[lat]), crs=4326).to_crs(CRS)


def _table(data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(data / "shenzhen" / name)
