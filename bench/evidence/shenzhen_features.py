"""What the models of Shenzhen look at, by when it is known."""

from demand_models.learned import Kernel, Nearest, OfArea, Own, Within
from demand_models.learned.features import Feature

STATION_PLACES: tuple[Feature, ...] = (
    Kernel(name="points of interest around", unit="points", layer="poi", bandwidth_m=1000),
    Within(name="places to eat within 1 km", unit="points", layer="food", reach_m=1000, sign=1),
    Within(name="schools within 1 km", unit="points", layer="schools", reach_m=1000),
    Within(name="car parks within 500 m", unit="points", layer="parking", reach_m=500, sign=1),
    Within(name="services within 1 km", unit="points", layer="services", reach_m=1000),
    Within(name="fuel stations within 1 km", unit="points", layer="fuel", reach_m=1000),
    Kernel(name="taxi arrivals around", unit="trips", layer="taxi", bandwidth_m=500, column="arrivals", sign=1),
    Within(name="bus routes within 500 m", unit="routes", layer="stops", reach_m=500, column="n_routes"),
    OfArea(name="road density", unit="km/km²", layer="zones", column="road_km_km2", tolerance_m=3000),
    OfArea(name="people of the district", unit="1/km²", layer="districts", column="people_km2", tolerance_m=3000),
    Nearest(name="nearest hub", layer="hubs", at_most_km=20),
)
"""Known of any place, before there is a station."""

STATION_NETWORK: tuple[Feature, ...] = tuple(
    Within(
        name=f"other {what} within {km} km",
        unit=what,
        layer="network",
        reach_m=1000 * km,
        column=column,
        not_itself=True,
    )
    for what, column in (("stations", None), ("piles", "piles"))
    for km in (1, 3)
)
"""Known of any place once the network around it stands."""

STATION_SIZE: tuple[Feature, ...] = (Own(name="own piles", unit="piles", column="piles", sign=1),)
"""Known only of a station that stands, or of a plan for one."""

ZONE_PLACES: tuple[Feature, ...] = (
    Within(name="points of interest", unit="points", layer="poi", reach_m=0, sign=1),
    Within(name="places to eat", unit="points", layer="food", reach_m=0, sign=1),
    Within(name="car parks", unit="points", layer="parking", reach_m=0, sign=1),
    Within(name="taxi arrivals", unit="trips", layer="taxi", reach_m=250, column="arrivals", sign=1),
    Within(name="bus routes", unit="routes", layer="stops", reach_m=0, column="n_routes", sign=1),
    Own(name="area", unit="km²", column="area_km2", sign=1),
    OfArea(name="road density", unit="km/km²", layer="zones", column="road_km_km2", tolerance_m=3000),
    OfArea(name="people of the district", unit="1/km²", layer="districts", column="people_km2", tolerance_m=3000),
    Nearest(name="nearest hub", layer="hubs", at_most_km=20),
)

ZONE_NETWORK: tuple[Feature, ...] = (
    Within(name="stations", unit="stations", layer="network", reach_m=0, sign=1),
    Within(name="piles", unit="piles", layer="network", reach_m=0, column="piles", sign=1),
)
"""Known of a zone only once its stations stand."""

STATION_DEMAND = Within(
    name="the study's demand within 1 km", unit="kWh", layer="demand", reach_m=1000, column="demand"
)
"""What the example study models, to be judged beside the learned formula and not learned from."""

ZONE_DEMAND = Within(name="the study's demand", unit="kWh", layer="demand", reach_m=500, column="demand")
"""The same for a zone; its cells are points 1 km apart, so those half of that away count too."""
