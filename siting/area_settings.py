"""The study area in a study file: districts, cells, population and travel."""

from typing import Annotated

from annotated_types import Ge

from siting.document import Document
from siting.facility import NonNegative, Positive, Share, Text


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
