"""The study area in a study file: districts, cells, population and travel."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Field, model_validator

from geodata.roads.rules import WALK_KMH
from siting.document import Document
from siting.facility import NonNegative, Positive, Share, Text

Resolution = Annotated[int, Ge(0), Le(15)]
"""Resolution of the H3 grid."""


def _is_unsaid(value: object) -> bool:
    """Whether a study does not say a key: what is not said does not change a run's id."""
    return value is None


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
    """Side of the demand cells in metres; without it and h3_resolution there are no cells."""
    h3_resolution: Annotated[Resolution | None, Field(exclude_if=_is_unsaid)] = None
    """Instead of cell_m: the demand cells are those of the H3 grid of this resolution, which have some 5 km² at 7,
    0.7 km² at 8 and 0.1 km² at 9."""
    exclude: tuple[Text, ...] = ()
    """Polygon layers where neither cells nor candidate sites may be."""
    tolerance_m: NonNegative = 500.0
    """How far outside of all districts a point may lie and still be counted to the nearest, metres."""
    places: str | None = None
    """Layer of named places with columns name_zh, name_en (and rank: 1 = show first), for orientation."""

    @model_validator(mode="after")
    def _has_one_kind_of_cells(self) -> "AreaSettings":
        if self.cell_m is not None and self.h3_resolution is not None:
            raise ValueError("cells are squares (cell_m) or those of H3 (h3_resolution); give one of the two")
        return self


class Population(Document):
    """How district populations are spread over the cells: by Clark's density around centres, or like a layer."""

    column: Text = "population"
    """Column of the district layer with the population."""
    centres: Text | None = None
    """Layer of centres; they need decay_km and background_share."""
    like: Annotated[Text | None, Field(exclude_if=_is_unsaid)] = None
    """Instead of centres: layer in proportion to which people live. Of lines (roads) the length in a cell counts, of
    areas (buildings) the area, of points (places) the number."""
    weight: Text | None = None
    """Column with the weight of a centre (without one, "weight"), or by which each row of `like` is multiplied: people
    of a place, floors of a building (without one, every row counts once)."""
    decay_km: Positive | None = None
    """Distance from a centre over which density falls to 1/e, km."""
    background_share: Share | None = None
    """Share of a district's population spread evenly over its area; with `like` 0 unless given."""
    source: Text
    """Where the numbers come from."""

    @model_validator(mode="after")
    def _has_one_way(self) -> "Population":
        if (self.centres is None) == (self.like is None):
            raise ValueError("people are spread around centres, or like a layer; give one of the two keys")
        if self.like is not None and self.decay_km is not None:
            raise ValueError("decay_km: belongs to centres; leave it out with like")
        missing = [key for key in ("decay_km", "background_share") if getattr(self, key) is None]
        if self.centres is not None and missing:
            raise ValueError(f"{' and '.join(missing)}: missing; centres need both")
        return self


SpeedShare = Annotated[float, Gt(0), Le(1.5)]
"""Share of the free speed; per cent are a mistake."""


class Roads(Document):
    """Roads on which travel times are computed, and how they are driven."""

    path: Text
    """File, relative to the study: OpenStreetMap (PBF, XML), GraphML, or a layer of lines."""
    layer: str | None = None
    """Layer inside the file, where there are several."""
    crs: str | None = None
    """Coordinate reference system of a layer of lines, where the file states none (for example "EPSG:4326")."""
    speeds: Literal["CN", "HK"] = "CN"
    """Country whose speeds by class of road hold where none is tagged."""
    speed_share: SpeedShare = 1.0
    """Speed in the period studied as a share of the free speed."""
    speed_share_by_class: dict[Text, SpeedShare] = {}
    """The same for single classes of road, such as motorway."""
    period: Text = "free flow"
    """Period that the shares speak of, stated with the result."""
    access_kmh: Positive = WALK_KMH
    """Speed on the straight way between a point and the nearest road, km/h."""
    reach_m: Positive = 1_000.0
    """A point farther than this from all roads cannot be reached, metres."""
    cache: str | None = None
    """Folder, relative to the study, where travel times are kept between runs; without one they are computed anew."""
    source: Text
    """Where roads and shares come from, with the licence."""


class Travel(Document):
    """Travel times: straight line × detour factor at a speed by area, or on roads."""

    method: Literal["straight_line", "roads"] = "straight_line"
    """How the times between demand and sites are computed."""
    detour_factor: Annotated[float, Ge(1)] = 1.3
    """Road distance over straight-line distance."""
    speed_kmh: Positive = 30.0
    """Speed where no district says otherwise, km/h."""
    speed_column: str | None = None
    """Column of the district layer with speeds in km/h."""
    source: Text = "assumption"
    """Where the numbers come from."""
    roads: Roads | None = None
    """Roads, for `method = "roads"`."""

    @model_validator(mode="after")
    def _has_roads(self) -> "Travel":
        if self.method == "roads" and self.roads is None:
            raise ValueError('method: "roads" needs [travel.roads] with a path and a source')
        return self

    @property
    def on_roads(self) -> "Roads | None":
        """Return the roads, where times are computed on them."""
        return self.roads if self.method == "roads" else None
