"""The study: everything that defines a run, as a TOML file."""

from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Field, PrivateAttr, model_validator

from demand_models import MODELS, ControlTotals, DemandModel
from geodata import ENERGY, SERVICES
from siting.area_settings import AreaSettings, Population, Travel
from siting.document import Document, read_toml, to_toml, validated
from siting.errors import StudyError
from siting.facility import Catalogue, Name, NonNegative, Service, Text, built_in_catalogue, read_catalogue
from siting.flow_settings import FlowFleet
from siting.layer_settings import Layer
from siting.objectives.scope import scope_faults
from siting.objectives.settings import ObjectiveKey, ServedValue
from siting.overrides import overridden
from siting.plan import Line, Plan, read_plan
from siting.site_settings import ExistingSites, Sites
from siting.solver_settings import Solver, Value


class Output(Document):
    """What is written, and how."""

    crs: Text = "EPSG:4326"
    """CRS of the result layers."""
    language: Literal["zh", "en"] = "zh"
    """Language of tables and of the page when it opens."""


if TYPE_CHECKING:
    DemandBlock = DemandModel
else:
    DemandBlock = Annotated[Union[tuple(MODELS.values())], Field(discriminator="model")]  # noqa: UP007


def _is_default(objective: object) -> bool:
    """Whether a study need not say its objective: what is not said does not change a run's id."""
    return isinstance(objective, ServedValue)


class Study(Document):
    """Everything that defines a run."""

    name: Name = "study"
    """Short name, part of the run folder's name."""
    title_zh: str = ""
    """Chinese title."""
    title_en: str = ""
    """English title."""
    year: int = 2025
    """Year studied; the last one where there are several."""
    years: tuple[int, ...] = ()
    """Several years, ascending, instead of `year`: demand grows, and stations open and grow in any of them."""
    year_weight: dict[int, NonNegative] = {}
    """Weight of a year's served value by year; 1 where none is given."""
    plan: str | None = None
    """Plan file, relative to the study."""
    variant: str | None = None
    """Variant of the plan."""
    facilities: str | None = None
    """Catalogue file, relative to the study; without one, the built-in catalogue."""
    notes: tuple[str, ...] = ()
    """What a reader of the result should know, shown on the map."""
    layers: dict[Name, Layer] = {}
    """Layers by name."""
    area: AreaSettings = AreaSettings()
    """Study area."""
    population: Population | None = None
    """Population of the cells."""
    travel: Travel = Travel()
    """Travel times."""
    demand: dict[Name, DemandBlock] = {}
    """Demand models by fleet."""
    totals: dict[Service, ControlTotals] = {}
    """Control totals by service, which the demand of all fleets together is fitted to."""
    flows: dict[Name, FlowFleet] = {}
    """Fleets that refuel along their road, by name."""
    sites: Sites = Sites()
    """Candidate sites."""
    objective: Annotated[ObjectiveKey, Field(exclude_if=_is_default)] = ServedValue()
    """What is asked for: a model's name alone, or a table with the model and what it needs."""
    value: Value = Value()
    """Value of a served unit."""
    solver: Solver = Solver()
    """Solver settings."""
    output: Output = Output()
    """Output settings."""

    @model_validator(mode="before")
    @classmethod
    def _last_year(cls, data: Any) -> Any:  # noqa: ANN401  (any TOML value)
        """The last of several years is the one whose state is shown."""
        years = data.get("years") if isinstance(data, dict) else None
        if not isinstance(years, list | tuple) or not years or "year" in data:
            return data
        return {**data, "year": years[-1]}

    @model_validator(mode="after")
    def _years_ascend(self) -> "Study":
        if any(later <= earlier for earlier, later in pairwise(self.years)):
            raise ValueError(f"years: give them ascending (found {', '.join(map(str, self.years))})")
        if self.years and self.year != self.years[-1]:
            raise ValueError(f"year: leave it out where years are given (found {self.year})")
        unknown = sorted(set(self.year_weight) - set(self.horizon))
        if unknown:
            raise ValueError(f"year_weight: {unknown[0]} is not a year of the study")
        return self

    _folder: Path = PrivateAttr(default=Path())
    _file: str = PrivateAttr(default="study")

    @classmethod
    def from_toml(cls, path: str | Path, *, overrides: tuple[str, ...] = ()) -> "Study":
        """Read a study file.

        Parameters
        ----------
        path
            The file; other files it names are relative to its folder.
        overrides
            `key=value` settings that replace those of the file, for example `demand.taxi.scale=1.2`.

        Raises
        ------
        StudyError
            When the file or an override holds faults; all are named at once.
        """
        path = Path(path)
        return cls.from_dict(overridden(read_toml(path), overrides), folder=path.parent, source=str(path))

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, folder: str | Path = ".", source: str = "study") -> "Study":
        """Make a study from the content of a study file.

        Raises
        ------
        StudyError
            When the content holds faults.
        """
        study = validated(cls, data, source)
        study._folder = Path(folder)  # noqa: SLF001  (its own class)
        study._file = source  # noqa: SLF001  (its own class)
        faults = _reference_faults(study) or scope_faults(
            study.objective, study.horizon, study.flows, study.solver.name
        )
        if faults:
            raise StudyError(source, faults)
        return study

    def __eq__(self, other: object) -> bool:
        """Whether both ask the same question, wherever their files lie."""
        return isinstance(other, Study) and self.model_dump() == other.model_dump()

    def to_toml(self) -> str:
        """Write the study as TOML; reading it gives the same study."""
        return to_toml(self)

    def path_of(self, name: str) -> Path:
        """Return a file named in the study, relative to the study's folder."""
        return self._folder / name

    @property
    def source(self) -> str:
        """File the study was read from, for messages."""
        return self._file

    @cached_property
    def catalogue(self) -> Catalogue:
        """Facility types of the study, of the built-in ones those that offer what it asks for; with the objective's
        standard where it has one.
        """
        if self.facilities is not None:
            catalogue = read_catalogue(self.path_of(self.facilities))
        else:
            catalogue = built_in_catalogue(self._asked)
        standard = self.objective.standard
        return catalogue if standard is None else catalogue.within(standard)

    @property
    def _asked(self) -> set[str]:
        """Services that fleets ask for; those that drive vehicles go together, and stand where nothing is asked for."""
        asked: set[str] = {service for fleet in self.demand for service in self.model_of(fleet).services}
        asked |= {fleet.service for fleet in self.flows.values()}
        return asked | set(ENERGY) if asked & set(ENERGY) or not asked else asked

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Services that the results tell of: those asked for, and what its own catalogue offers."""
        offered = {service for kind in self.catalogue.root.values() for service in kind.services}
        told = self._asked | offered
        return tuple(service for service in SERVICES if service in told)

    @cached_property
    def full_plan(self) -> Plan:
        """The plan with all variants; an empty one when the study names none."""
        if self.plan is None:
            return Plan(title_zh="无规划", title_en="no plan", year=self.year)
        return read_plan(self.path_of(self.plan))

    @cached_property
    def chosen_plan(self) -> Plan:
        """The plan's lines of the study's variant."""
        return self.full_plan.chosen(self.variant)

    @property
    def horizon(self) -> tuple[int, ...]:
        """Years studied, ascending; one or several."""
        return self.years or (self.year,)

    @property
    def phased(self) -> bool:
        """Whether there are several years."""
        return len(self.horizon) > 1

    @property
    def classic(self) -> bool:
        """Whether another objective than the default is asked for."""
        return not _is_default(self.objective)

    def of_served_value(self) -> "Study":
        """Return the same study with the default objective."""
        if not self.classic:
            return self
        asked = self.model_copy(update={"objective": ServedValue()})
        asked.__dict__.pop("catalogue", None)  # it may have had the objective's standard
        return asked

    @property
    def closes(self) -> bool:
        """Whether stations that stand already may be closed."""
        return any(isinstance(source, ExistingSites) and source.closable for source in self.sites.sources.values())

    def year_of(self, line: Line) -> int:
        """Return the year of a plan line: its own, or the last one studied."""
        return self.year if line.year is None else line.year

    def model_of(self, fleet: str) -> DemandModel:
        """Return the demand model of a fleet."""
        return self.demand[fleet]

    @property
    def model_files(self) -> dict[str, str]:
        """Files that demand models read, relative to the study, by the key that names them."""
        files = {f"demand.{fleet}.file": getattr(self.demand[fleet], "file", None) for fleet in self.demand}
        return {key: file for key, file in files.items() if file is not None}

    def value_of(self, service: str) -> float:
        """Return the value of a served unit of a service."""
        return float(getattr(self.value, service))

    def weight_of(self, year: int) -> float:
        """Return the weight of a year's served value."""
        return self.year_weight.get(year, 1.0)


def _reference_faults(study: Study) -> list[str]:
    """Layers and sites that are named and not there."""
    named = {"area.districts": study.area.districts, "area.places": study.area.places}
    named |= {f"area.exclude.{n}": name for n, name in enumerate(study.area.exclude)}
    if study.population:
        named |= {"population.centres": study.population.centres, "population.like": study.population.like}
    named |= {f"demand.{key}.layer": getattr(block, "layer", None) for key, block in study.demand.items()}
    named |= {
        f"demand.{key}.features.{name}.layer": getattr(feature, "layer", None)
        for key, block in study.demand.items()
        for name, feature in getattr(block, "features", {}).items()
    }
    named |= {f"flows.{key}.layer": block.layer for key, block in study.flows.items()}
    named |= {f"flows.{key}.trips.places": block.trips.places for key, block in study.flows.items() if block.trips}
    named["objective.competitors"] = getattr(study.objective, "competitors", None)
    named |= {f"sites.sources.{key}.layer": getattr(block, "layer", None) for key, block in study.sites.sources.items()}
    return [
        f'{key}: layer "{name}" is not among [layers] ({", ".join(study.layers) or "none"})'
        for key, name in named.items()
        if name is not None and name not in study.layers and not (key == "area.districts" and not study.layers)
    ]
