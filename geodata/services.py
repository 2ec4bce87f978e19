"""The words that every layer shares: services with their units, vehicle classes, site statuses, kinds of demand."""

from typing import Final, Literal

Service = Literal["charging", "swapping", "hydrogen", "parts", "take_back"]

#: Unit of a day's demand, by service. A new service is a line here, its name above, and its words in `maps_out`.
UNITS: Final[dict[str, str]] = {
    "charging": "kWh",
    "swapping": "swaps",
    "hydrogen": "kg",
    "parts": "t",
    "take_back": "kg",
}

SERVICES: Final[tuple[str, ...]] = tuple(UNITS)

#: Services that drive vehicles: where one of them is asked for, a result tells of all.
ENERGY: Final[tuple[str, ...]] = ("charging", "swapping", "hydrogen")


def amount_name(begin: str, service: str) -> str:
    """Name of a column with amounts of a service, such as ``demand_charging_kwh``."""
    return f"{begin}_{service}_{UNITS[service].lower()}"


VEHICLES: Final[tuple[str, ...]] = ("car", "truck")

#: What may happen at a site: it stands already, must open, may open, must not open.
STATUSES: Final[tuple[str, ...]] = ("existing", "required", "candidate", "forbidden")

#: Whether a demand was computed from a model or counted in the world.
KINDS: Final[tuple[str, ...]] = ("modelled", "measured")
