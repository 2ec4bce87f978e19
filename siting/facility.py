"""Facility types: kinds of station as entries of a TOML catalogue."""

from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field, RootModel, StringConstraints, model_validator

from geodata import Service as Service
from siting.document import Document, read_toml, validated

Vehicle = Literal["car", "truck"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Positive = Annotated[float, Gt(0)]
NonNegative = Annotated[float, Ge(0)]
Share = Annotated[float, Ge(0), Le(1)]

_DATA = Path(str(files("siting") / "data"))


class ServiceOffer(Document):
    """What a facility type offers of one service."""

    capacity_per_module: Annotated[float, Gt(0)]
    """Units of the service per module and day (kWh, swaps, kg or t)."""
    standard_min: Annotated[float, Gt(0)]
    """Largest acceptable travel time to it in minutes, boundary included."""


class FacilityType(Document):
    """A kind of station."""

    label_zh: Text
    """Chinese name."""
    label_en: Text
    """English name."""
    vehicles: Annotated[tuple[Vehicle, ...], MinLen(1)]
    """Vehicle classes it serves."""
    services: Annotated[dict[Service, ServiceOffer], MinLen(1)]
    """Services it offers."""
    module_zh: Text
    """Chinese name of a module."""
    module_en: Text
    """English name of a module."""
    min_modules: Annotated[int, Ge(1)]
    """Least modules of a station."""
    max_modules: Annotated[int, Ge(1)]
    """Most modules of a station."""
    fixed_cost_cny: Annotated[float, Ge(0)]
    """Investment in a station without its modules, CNY."""
    module_cost_cny: Annotated[float, Ge(0)]
    """Investment in a module, CNY."""
    yearly_fixed_cny: Annotated[float, Ge(0)] = 0.0
    """Yearly cost of a station, CNY."""
    yearly_module_cny: Annotated[float, Ge(0)] = 0.0
    """Yearly cost of a module, CNY."""
    kw_per_module: Annotated[float, Ge(0)]
    """Grid power per module after coincidence, kW."""
    onsite_kw: Annotated[float, Ge(0)] = 0.0
    """On-site power of a station that lowers its grid power, kW."""
    land_m2: Annotated[float, Ge(0)] = 0.0
    """Land of a station without its modules, m²."""
    land_m2_per_module: Annotated[float, Ge(0)] = 0.0
    """Land of a module, m²."""
    life_years: Annotated[float, Gt(0)]
    """Technical life, years."""
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
    """Colour on the map."""
    marker: Literal["circle", "square", "triangle", "diamond", "star", "hexagon", "cross", "pentagon", "drop", "bolt"]
    """Shape on the map."""
    source: Text
    """Where the numbers come from: a document, `derived: ...` or `assumption`."""

    @model_validator(mode="after")
    def _fits_together(self) -> "FacilityType":
        if self.min_modules > self.max_modules:
            raise ValueError(f"min_modules {self.min_modules} is above max_modules {self.max_modules}")
        if len(set(self.vehicles)) < len(self.vehicles):
            raise ValueError(f"vehicles names a class twice ({', '.join(self.vehicles)})")
        return self

    @property
    def standard_min(self) -> float:
        """Largest standard of its services, minutes."""
        return max(offer.standard_min for offer in self.services.values())

    def offers(self, service: str, vehicle: str) -> bool:
        """Whether a class of vehicle gets a service there."""
        return service in self.services and vehicle in self.vehicles


class Catalogue(RootModel[Annotated[dict[Text, FacilityType], Field(min_length=1)]]):
    """Facility types by id."""

    def __getitem__(self, type_id: str) -> FacilityType:
        """Return the facility type of an id."""
        return self.root[type_id]

    def within(self, standard_min: float) -> "Catalogue":
        """Return the same types with one standard for all their services, minutes."""
        return Catalogue(
            {
                type_id: facility.model_copy(
                    update={
                        "services": {
                            name: offer.model_copy(update={"standard_min": standard_min})
                            for name, offer in facility.services.items()
                        }
                    }
                )
                for type_id, facility in self.root.items()
            }
        )

    def offering(self, service: str) -> list[str]:
        """Return the ids of the types that offer a service."""
        return [type_id for type_id, facility in self.root.items() if service in facility.services]


def read_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue file; without a path, the built-in one of vehicles' energy.

    Raises
    ------
    StudyError
        When the file is missing or holds faults.
    """
    chosen = path or _DATA / "facilities.toml"
    return _validated(read_toml(chosen), str(chosen))


def built_in_catalogue(services: Collection[str]) -> Catalogue:
    """Built-in types that offer one of some services: of vehicles' energy, of parts and retired batteries."""
    types = read_catalogue().root | read_catalogue(_DATA / "supply.toml").root
    return Catalogue({name: kind for name, kind in types.items() if not kind.services.keys().isdisjoint(services)})


def _validated(data: dict[str, Any], source: str) -> Catalogue:
    return validated(Catalogue, data, source)
