"""Vehicles that refuel along their road, in a study file."""

# ruff: noqa: RUF012  (pydantic copies default values)

from typing import Annotated, Literal

from annotated_types import Ge

from siting.document import Document
from siting.facility import NonNegative, Positive, Service, Text, Vehicle


class FlowFleet(Document):
    """A fleet that drives there and back along roads, again and again, and refuels beside them."""

    layer: Text
    """Layer of lines drawn along the road from origin to destination; each row is one flow."""
    vehicles_column: Text
    """Number column of that layer with the round trips per day."""
    service: Service
    """Service that the vehicles ask for."""
    vehicle: Vehicle = "truck"
    """Vehicle class."""
    range_km: Positive
    """What a full tank or battery drives, km."""
    energy_per_km: Positive
    """Energy per km of road, in the unit of the service (kWh, swaps or kg)."""
    max_detour_km: NonNegative
    """Longest extra way of a stop: off the path and back to it, km of road (travel.detour_factor × straight line)."""
    length_factor: Annotated[float, Ge(1)] = 1.0
    """Kilometres of road per kilometre of the drawn line."""
    capacity: bool = True
    """Whether energy counts against a station's capacity; otherwise an open station is enough (flow refuelling)."""
    growth: dict[int, NonNegative] = {}
    """Factor on the vehicles by year; a year between two given ones grows at a constant rate."""
    kind: Literal["modelled", "measured"] = "modelled"
    """Whether the vehicles are modelled or were counted."""
    source: Text
    """Where the numbers come from."""
