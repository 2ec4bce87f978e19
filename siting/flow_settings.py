"""Vehicles that refuel along their road, in a study file."""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import model_validator

from siting.area_settings import Roads
from siting.document import Document
from siting.facility import NonNegative, Positive, Service, Text, Vehicle


class TripTable(Document):
    """Trips that are given, one row per origin and destination."""

    path: Text
    """File, relative to the study: CSV or Parquet, or a trip table of the TNTP format (.tntp, .tntp.gz)."""
    origin: Text = "origin"
    """Column of the places where the trips begin."""
    destination: Text = "destination"
    """Column of the places where they end."""
    trips: Text = "trips"
    """Number column of the vehicles a day, one way."""


class DistanceTable(Document):
    """Kilometres of road between places, one row per ordered pair."""

    path: Text
    """File, relative to the study: CSV or Parquet; rows of other places are left aside."""
    origin: Text = "origin"
    """Column of the places where the ways begin."""
    destination: Text = "destination"
    """Column of the places where they end."""
    km: Text = "km"
    """Number column of the kilometres."""


class GravityTrips(Document):
    """Trips by a gravity model: every place has its total, and fewer trips go farther."""

    total: Positive
    """Vehicles a day between all places, one way."""
    production: Text
    """Number column of the places by which the total is divided among the origins (any unit)."""
    attraction: Text | None = None
    """The same for the destinations; that of the origins where none is given."""
    deterrence: Literal["exponential", "power"] = "exponential"
    """How trips fall with the km c: exp(-b c), or c^-b."""
    b: NonNegative | None = None
    """Strength of the deterrence (per km; without unit for the power)."""
    mean_km: Positive | None = None
    """Mean length of a trip to which the strength is calibrated, km."""

    @model_validator(mode="after")
    def _one_strength(self) -> "GravityTrips":
        if (self.b is None) == (self.mean_km is None):
            raise ValueError("give one of b and mean_km")
        return self


class Trips(Document):
    """Trips between places, driven along the roads."""

    places: Text
    """Layer of the places between which trips are made."""
    key: Text | None = None
    """Column of that layer with the names that the tables use, unique; without one, the ids."""
    table: TripTable | None = None
    """Trips that are given; or else gravity."""
    gravity: GravityTrips | None = None
    """Trips by a gravity model; or else table."""
    distances: DistanceTable | None = None
    """Kilometres for the gravity model, and for straight lines without roads; otherwise those of the paths."""
    paths: Annotated[int, Ge(1), Le(20)] = 1
    """Number of paths between two places among which their trips are divided; 1: all take the quickest."""
    logit_scale_min: Positive | None = None
    """A path that takes so many minutes more has 1/e of the trips; needed with several paths."""

    @model_validator(mode="after")
    def _one_source(self) -> "Trips":
        if (self.table is None) == (self.gravity is None):
            raise ValueError("give one of table and gravity")
        if (self.paths > 1) != (self.logit_scale_min is not None):
            raise ValueError("give logit_scale_min together with paths above 1")
        return self


class FlowFleet(Document):
    """A fleet that drives there and back along roads, again and again, and refuels beside them."""

    layer: Text | None = None
    """Layer of lines drawn along the road from origin to destination, each row one flow; or else trips."""
    vehicles_column: Text | None = None
    """Number column of that layer with the round trips per day."""
    trips: Trips | None = None
    """Trips between places; or else a layer."""
    roads: Roads | None = None
    """Roads that trips take; without them those on which travel times are computed, else straight lines."""
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
    """Kilometres of road per kilometre of the drawn line, or of the roads that trips take."""
    capacity: bool = True
    """Whether energy counts against a station's capacity; otherwise an open station is enough (flow refuelling)."""
    growth: dict[int, NonNegative] = {}
    """Factor on the vehicles by year; a year between two given ones grows at a constant rate."""
    kind: Literal["modelled", "measured"] = "modelled"
    """Whether the vehicles are modelled or were counted."""
    source: Text
    """Where the numbers come from."""

    @model_validator(mode="after")
    def _layer_or_trips(self) -> "FlowFleet":
        if (self.layer is None) == (self.trips is None):
            raise ValueError("give one of layer and trips")
        if (self.layer is None) != (self.vehicles_column is None):
            raise ValueError("give vehicles_column together with layer")
        if self.roads is not None and self.trips is None:
            raise ValueError("roads: only trips take roads; a layer is drawn along its own")
        return self

    @property
    def places(self) -> str:
        """Layer that the flows are made of: its lines, or the places between which they drive."""
        return self.trips.places if self.trips else str(self.layer)

    def files(self) -> dict[str, str]:
        """Return the files that the fleet names beside its layer, by the key that names them."""
        trips = self.trips
        table, distances = (trips.table, trips.distances) if trips else (None, None)
        named = (("roads", self.roads), ("trips.table", table), ("trips.distances", distances))
        return {key: block.path for key, block in named if block is not None}
