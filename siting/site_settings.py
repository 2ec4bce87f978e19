"""Where facilities may stand, in a study file: sources of sites and the rules that hold between them."""

from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from pydantic import Field, model_validator

from siting.document import Document
from siting.facility import Name, NonNegative, Positive, Text


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
    closable: bool = False
    """Whether a station may be closed at the start; otherwise it is kept."""
    closing_cost_cny: NonNegative = 0.0
    """Cost of closing a facility, CNY."""
    closing_cost_column: str | None = None
    """Column with the cost of closing a facility there in CNY, instead of one for all."""
    site_class: Text = "existing"
    """Class of place."""
    precision: Text = "as given"
    """How exactly the positions are known."""
    precision_column: str | None = None
    """Column with the precision."""
    source: Text
    """Where it comes from."""

    @model_validator(mode="after")
    def _closes_at_a_cost(self) -> "ExistingSites":
        if not self.closable and (self.closing_cost_cny or self.closing_cost_column):
            raise ValueError("a closing cost needs closable = true")
        return self


SiteSource = Annotated[GridSites | LayerSites | ExistingSites, Field(discriminator="kind")]


class SpacingRule(Document):
    """Least distance between stations of a kind; stations that stand already keep their places."""

    types: Annotated[tuple[Text, ...], MinLen(1)]
    """Facility types it speaks of."""
    min_km: Positive
    """Least straight-line distance, km."""
    source: Text
    """Where the number comes from."""


class BundleRule(Document):
    """Facilities that open all or not at all."""

    facilities: Annotated[tuple[Text, ...], MinLen(2)]
    """Facilities: "SITE|TYPE", or "SITE" for any type there."""
    source: Text
    """Where the rule comes from."""


class ExclusionRule(Document):
    """Facilities of which at most one may be open."""

    facilities: Annotated[tuple[Text, ...], MinLen(2)]
    """Facilities: "SITE|TYPE", or "SITE" for any type there."""
    source: Text
    """Where the rule comes from."""


class PrecedenceRule(Document):
    """A facility that may open only where others are open: in the same year or before."""

    facility: Text
    """Facility: "SITE|TYPE", or "SITE" for any type there."""
    needs: Annotated[tuple[Text, ...], MinLen(1)]
    """Facilities that it needs, every one: "SITE|TYPE", or "SITE" for any type there."""
    source: Text
    """Where the rule comes from."""


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
    bundles: dict[Name, BundleRule] = {}
    """Facilities that open together, by name."""
    exclusions: dict[Name, ExclusionRule] = {}
    """Facilities that exclude each other, by name."""
    precedence: dict[Name, PrecedenceRule] = {}
    """Facilities that need others, by name."""
    require: dict[Text, str] = {}
    """Site id = facility type that must open there ("" for any allowed)."""
    forbid: tuple[Text, ...] = ()
    """Ids of sites where nothing may open; an existing station there is closed."""
    built: Text | None = None
    """Table (CSV) of what was built so far: facility_id, or site_id and type; modules; year. It is taken as given."""
