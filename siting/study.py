"""The study: everything that defines a run, as a TOML file."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field, PrivateAttr, StringConstraints

from demand_models import MODELS, DemandModel
from siting.document import Document, read_toml, to_toml, validated
from siting.errors import StudyError
from siting.facility import Catalogue, Text, read_catalogue
from siting.layer_settings import Layer
from siting.overrides import overridden
from siting.plan import Plan, read_plan

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Positive = Annotated[float, Gt(0)]
NonNegative = Annotated[float, Ge(0)]
Share = Annotated[float, Ge(0), Le(1)]


class AreaSettings(Document):
    """Study area: districts, metric CRS and cells."""

    districts: Text = "districts"
    """Layer of district polygons."""
    district: Text = "district"
    """Column of district names in that layer."""
    district_en: str | None = None
    """Column of English district names."""
    crs: Text = "EPSG:4547"
    """Metric CRS in which distances are computed."""
    cell_m: Positive | None = None
    """Side of the demand cells in metres; without one there are no cells."""
    exclude: tuple[Text, ...] = ()
    """Polygon layers where neither cells nor candidate sites may be."""
    tolerance_m: NonNegative = 500.0
    """How far outside of all districts a point may lie and still be counted to the nearest, metres."""
    places: str | None = None
    """Layer of named places with columns name_zh, name_en (and rank: 1 = show first), for orientation."""


class Population(Document):
    """How district populations are spread over the cells (Clark's density around centres)."""

    column: Text = "population"
    """Column of the district layer with the population."""
    centres: Text
    """Layer of centres."""
    weight: Text = "weight"
    """Column of the centres with their weight."""
    decay_km: Positive
    """Distance over which density falls to 1/e, km."""
    background_share: Share
    """Share of a district's population spread evenly."""
    source: Text
    """Where the numbers come from."""


class Travel(Document):
    """Travel times: straight line × detour factor at a speed by area."""

    detour_factor: Annotated[float, Ge(1)] = 1.3
    """Road distance over straight-line distance."""
    speed_kmh: Positive = 30.0
    """Speed where no district says otherwise, km/h."""
    speed_column: str | None = None
    """Column of the district layer with speeds in km/h."""
    source: Text = "assumption"
    """Where the numbers come from."""


class GridSites(Document):
    """Candidate sites on the cells of a grid: search areas, not parcels."""

    kind: Literal["grid"]
    """Kind of source."""
    cell_m: Positive | None = None
    """Side of a cell in metres; without one, that of the demand cells."""
    most: Annotated[int, Ge(1)] | None = None
    """Keep only so many cells, those with the most demand within 3 km (ties by id)."""
    site_class: Text = "cell"
    """Class of place, which decides the facility types allowed."""
    grid_kw: NonNegative | None = None
    """Grid power of a site in kW; without one, not limited."""
    site_cost_cny: NonNegative = 0.0
    """Cost of preparing a site, added to each facility on it, CNY."""
    source: Text
    """Where it comes from."""


class LayerSites(Document):
    """Candidate sites from a layer of points or polygons."""

    kind: Literal["layer"]
    """Kind of source."""
    layer: Text
    """Layer."""
    status: Literal["candidate", "required", "forbidden"] = "candidate"
    """Whether a facility may, must or must not open."""
    site_class: Text | None = None
    """Class of place, which decides the facility types allowed."""
    site_class_column: str | None = None
    """Column with the class of place, instead of one for all."""
    grid_kw: NonNegative | None = None
    """Grid power of a site in kW; without one, not limited."""
    grid_kw_column: str | None = None
    """Column with the grid power in kW."""
    site_cost_cny: NonNegative = 0.0
    """Cost of preparing a site, added to each facility on it, CNY."""
    precision: Text = "as given"
    """How exactly the positions are known."""
    precision_column: str | None = None
    """Column with the precision."""
    source: Text
    """Where it comes from."""


class ExistingSites(Document):
    """Stations that stand already, kept and paid for."""

    kind: Literal["existing"]
    """Kind of source."""
    layer: Text
    """Layer."""
    modules: dict[Text, Text] = {}
    """Facility type = column with its modules."""
    type_column: str | None = None
    """Column with the facility type, for one type per row."""
    modules_column: str | None = None
    """Column with the modules of that type."""
    expand: bool = False
    """Whether modules may be added up to the type's most."""
    site_class: Text = "existing"
    """Class of place."""
    precision: Text = "as given"
    """How exactly the positions are known."""
    precision_column: str | None = None
    """Column with the precision."""
    source: Text
    """Where it comes from."""


SiteSource = Annotated[GridSites | LayerSites | ExistingSites, Field(discriminator="kind")]


class SpacingRule(Document):
    """Least distance between stations of a kind; stations that stand already keep their places."""

    types: Annotated[tuple[Text, ...], MinLen(1)]
    """Facility types it speaks of."""
    min_km: Positive
    """Least straight-line distance, km."""
    source: Text
    """Where the number comes from."""


class Sites(Document):
    """Where facilities may stand."""

    sources: dict[Name, SiteSource] = {}
    """Sources of sites by name."""
    types_by_class: dict[Text, tuple[Text, ...]] = {}
    """Facility types allowed by class of place."""
    max_types_per_site: Annotated[int, Ge(1)] = 1
    """Facility types at a site; a mixed type counts as one."""
    spacing: dict[Name, SpacingRule] = {}
    """Least distances by name."""
    require: dict[Text, str] = {}
    """Site id = facility type that must open there ("" for any allowed)."""
    forbid: tuple[Text, ...] = ()
    """Ids of sites where nothing may open; an existing station there is closed."""


class Value(Document):
    """Value of a served unit: roughly the energy that reaches the vehicle, in kWh."""

    charging: NonNegative = 1.0
    """Per kWh."""
    swapping: NonNegative = 45.0
    """Per swap."""
    hydrogen: NonNegative = 20.0
    """Per kg."""


class Solver(Document):
    """How the problem is solved."""

    name: Annotated[str, StringConstraints(pattern=r"^(auto|compact|pulp:.+)$")] = "auto"
    """Method: auto, compact, or pulp:NAME for a solver that PuLP knows."""
    gap: Annotated[float, Ge(0)] = 0.02
    """Relative gap of the served value that is good enough."""
    cost_gap: Annotated[float, Ge(0)] = 0.05
    """Relative gap of the second stage's cost that is good enough."""
    work_limit: Annotated[int, Gt(0)] | None = None
    """Counted work (branch-and-bound checks) after which to stop; repeatable on every machine."""
    time_limit_s: NonNegative = 60.0
    """Seconds after which to stop; 0: no clock."""
    threads: Annotated[int, Ge(1)] = 1
    """Solver threads."""
    seed: Annotated[int, Ge(0)] = 0
    """Random seed."""

    @property
    def slack(self) -> float:
        """Share of the served value that the cost stage may give up; none when the gap asked for is 0."""
        return min(1e-4, self.gap / 4)


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


class Study(Document):
    """Everything that defines a run."""

    name: Name = "study"
    """Short name, part of the run folder's name."""
    title_zh: str = ""
    """Chinese title."""
    title_en: str = ""
    """English title."""
    year: int = 2025
    """Year studied."""
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
    sites: Sites = Sites()
    """Candidate sites."""
    value: Value = Value()
    """Value of a served unit."""
    solver: Solver = Solver()
    """Solver settings."""
    output: Output = Output()
    """Output settings."""

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
        faults = _reference_faults(study)
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
        """Facility types of the study."""
        return read_catalogue(None if self.facilities is None else self.path_of(self.facilities))

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

    def model_of(self, fleet: str) -> DemandModel:
        """Return the demand model of a fleet."""
        return self.demand[fleet]

    def value_of(self, service: str) -> float:
        """Return the value of a served unit of a service."""
        return float(getattr(self.value, service))


def _reference_faults(study: Study) -> list[str]:
    """Layers and sites that are named and not there."""
    named = {"area.districts": study.area.districts, "area.places": study.area.places}
    named |= {f"area.exclude.{n}": name for n, name in enumerate(study.area.exclude)}
    if study.population:
        named["population.centres"] = study.population.centres
    named |= {f"demand.{key}.layer": getattr(block, "layer", None) for key, block in study.demand.items()}
    named |= {f"sites.sources.{key}.layer": getattr(block, "layer", None) for key, block in study.sites.sources.items()}
    return [
        f'{key}: layer "{name}" is not among [layers] ({", ".join(study.layers) or "none"})'
        for key, name in named.items()
        if name is not None and name not in study.layers and not (key == "area.districts" and not study.layers)
    ]
