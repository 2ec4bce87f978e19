"""Which datum positions are in, by where they lie under each reading, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geodata.columns import text_column
from geodata.crs import known_crs
from geodata.datums.evidence import (
    LINE_NEAR_M,
    NAMESAKE_NEAR_M,
    POINT_NEAR_M,
    REACH_M,
    READINGS,
    Evidence,
    by_distance,
    in_metres,
    inside,
    namesake,
    nearest,
    readings_of,
)
from geodata.errors import CrsError, LayerError
from geodata.mainland import in_mainland_china
from geodata.points import coordinates_of

NAMES: Final = {"wgs84": "WGS84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
"""Datums as people write them."""

SURE: Final = "sure"
LIKELY: Final = "likely"
NOT_SURE: Final = "not sure"
MIXED: Final = "mixed"

LEAST_ROWS: Final = 20
"""Fewer points near a reference without names are no evidence."""

_SURE_AT: Final = 4.0
_LIKELY_AT: Final = 3.0
_MIXED_AT: Final = 5.0
"""Standard deviations from chance."""

_MIXED_SHARE: Final = 0.01
_MIXED_ROWS: Final = 3
"""Share and number of the rows that must fit a reading alone for it to be one of several."""

Layer: TypeAlias = GeoDataFrame | GeoSeries


@dataclass(frozen=True, eq=False, kw_only=True)
class DatumVerdict:
    """Which datum positions are in.

    Parameters
    ----------
    datum
        ``wgs84``, ``gcj02`` or ``bd09``; None when the evidence does not tell, or rows are in different datums.
    sure
        ``sure``, ``likely``, ``not sure`` or ``mixed``.
    words
        The verdict with its figures, to be shown.
    distances_m
        Median distance to the reference under each reading, in metres; empty where areas are the reference.
    shares
        Share of the compared rows that lie on their reference under each reading.
    stated
        The datum that the file states, None where it states none.
    rows
        When mixed: rows (from 0) that fit one datum only, by datum. The other rows fit several or none. Of more than
        100,000 rows, so many spread evenly are compared.
    """

    datum: str | None
    sure: str
    words: str
    distances_m: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    stated: str | None = None
    rows: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    @property
    def warning(self) -> str:
        """What to look into before the layer is used; empty when nothing speaks against the datum stated."""
        if self.sure == MIXED:
            return "rows are in different datums; split the file by the source of its rows, each with its own datum"
        stated = "wgs84" if self.stated == "cgcs2000" else self.stated
        if self.datum is None or stated is None or stated == self.datum:
            return ""
        looks = "is" if self.sure == SURE else "looks like"
        label = NAMES.get(stated, stated)
        return f"labelled {label}, but {looks} {NAMES[self.datum]}; set datum to {self.datum} if its source agrees"


def likely_datum(
    points: Layer, reference: Layer, *, name: str | None = None, stated: str | None = "wgs84"
) -> DatumVerdict:
    """The datum under which a layer lies on a reference of true position as no chance would have it.

    - Lines (roads): the share of points on a carriageway, within 8 m of a line, is compared with chance. Stops and
      trips lie there more often, stations and other buildings less often than chance has it; both tell the datum,
      while the median distance tells only the former.
    - Points (places of the same kind from another source): likewise, within 20 m.
    - Points that have a `name` in common with rows (landmarks): likewise, within 100 m of the namesake.
    - Areas (districts, or those of each row's own `name`): the number of points outside. This is never more than
      likely: files are cut to an area, and their names filled in by a join, before anybody looks at the datum.

    Of lines and areas the vertices count as points, or the centroids where they have a `name`; areas are compared with
    the outlines or the centroids of areas.

    Parameters
    ----------
    points
        Geometries as longitude and latitude; missing ones are left out.
    reference
        Lines, points or areas, in WGS84 or another CRS that is true to it.
    name
        Column of both layers by which a row finds its namesake.
    stated
        The datum that the file states; a CRS of EPSG:4326 states WGS84.

    Returns
    -------
    verdict
        ``sure`` from four standard deviations from chance on, ``likely`` from three, provided that every other reading
        is at most half as far from it; ``mixed`` when several readings fit far more rows than chance would.

    Raises
    ------
    CrsError
        When the points are in a projected CRS, or the reference has none.
    LayerError
        When `name` is not a column of both.
    """
    lon_lat, owner, shapes = _to_compare(points, reference, name=name)
    readings = readings_of(*lon_lat)
    inland = np.any([in_mainland_china(*reading) for reading in readings], axis=0)
    owner, shapes = owner[inland], shapes if name is None else shapes[inland]
    if not len(owner) or not len(shapes):
        return DatumVerdict(datum=None, sure=NOT_SURE, words="nothing in mainland China to compare", stated=stated)
    places, true = in_metres(readings[:, :, inland], GeoSeries(shapes, crs=reference.crs))
    if shapely.get_dimensions(true.to_numpy()).max() == 2:
        areas = shapely.make_valid(true.to_numpy())
        return replace(_by_area(inside(places, areas if name else shapely.union_all(areas))), stated=stated)
    evidence, on = _near(places, true, named=name is not None)
    if len(evidence.rows) < LEAST_ROWS and name is None:
        few = f"only {len(evidence.rows)} points lie within {REACH_M:g} m of the reference under every reading"
        return DatumVerdict(datum=None, sure=NOT_SURE, words=f"{few}; {LEAST_ROWS} are needed", stated=stated)
    verdict = _by_chance(evidence, on=on)
    rows = {reading: np.unique(owner[found]) for reading, found in verdict.rows.items()}
    return replace(verdict, stated=stated, rows=rows)


def _to_compare(
    points: Layer, reference: Layer, *, name: str | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Positions of shape (2, n), the row of each, and the reference: all of it, or the namesake of each position."""
    known_crs(reference.crs, what="reference")
    if points.crs is not None and not known_crs(points.crs, what="points").is_geographic:
        found = points.crs.to_string()
        raise CrsError(
            f"points: a datum shows in longitude and latitude, but the CRS is {found}; give them unconverted"
        )
    own: npt.NDArray[np.object_] = np.asarray(points.geometry.to_numpy(), dtype=object)
    true: npt.NDArray[np.object_] = np.asarray(reference.geometry.to_numpy(), dtype=object)
    kind = shapely.get_dimensions(own)
    if name is None:
        if (kind == 2).any():
            true = np.where(shapely.get_dimensions(true) == 2, shapely.boundary(true), true)
        there = true[~(shapely.is_missing(true) | shapely.is_empty(true))]
        vertices, owner = shapely.get_coordinates(own, return_index=True)
        return vertices.T, owner, there
    if (kind == 2).any():
        true = shapely.centroid(true)
    rows, namesakes = _namesakes(points, reference, true, name=name)
    return coordinates_of(GeoSeries(shapely.centroid(own[rows])), what="points").T, rows, namesakes


def _namesakes(
    points: Layer, reference: Layer, shapes: npt.NDArray[np.object_], *, name: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Rows of the points that have a namesake in the reference, and its shape."""
    if not (isinstance(points, GeoDataFrame) and isinstance(reference, GeoDataFrame)):
        raise LayerError("reference", [f'a column "{name}" in common needs two layers with columns'])
    known = dict(zip(text_column(reference, name, source="reference", allow_blank=True), shapes, strict=True))
    named = text_column(points, name, source="points", allow_blank=True)
    rows = np.array([row for row, text in enumerate(named) if text.strip() and known.get(text)], dtype=np.int64)
    return rows, np.array([known[text] for text in named[rows]], dtype=object)


def _near(places: list[npt.NDArray[np.float64]], true: GeoSeries, *, named: bool) -> tuple[Evidence, str]:
    """Evidence from what is near, and the words for being there."""
    if named:
        distances = namesake(true.to_numpy())
        return by_distance(places, distances, near_m=NAMESAKE_NEAR_M), f"within {NAMESAKE_NEAR_M:g} m of its namesake"
    if shapely.get_dimensions(true.to_numpy()).max() == 0:
        evidence = by_distance(places, nearest(true), near_m=POINT_NEAR_M)
        return evidence, f"within {POINT_NEAR_M:g} m of a place of the reference"
    evidence = by_distance(places, nearest(true, reach_m=REACH_M), near_m=LINE_NEAR_M, reach_m=REACH_M)
    return evidence, f"within {LINE_NEAR_M:g} m of a line of the reference"


def _by_chance(evidence: Evidence, *, on: str) -> DatumVerdict:
    """The verdict from how far each reading is from chance."""
    words, figures = _words(evidence, on=on), _figures(evidence)
    rows = _several(evidence)
    if rows:
        counts = ", ".join(f"{len(found)} as {NAMES[reading]}" for reading, found in rows.items())
        said = f"rows of different datums ({counts}; the others fit several or none): {words}"
        return DatumVerdict(datum=None, sure=MIXED, words=said, rows=rows, **figures)
    far = np.abs(evidence.surprise)
    second, first = np.argsort(far)[-2:]
    if far[first] < _LIKELY_AT or far[second] > far[first] / 2:
        return DatumVerdict(datum=None, sure=NOT_SURE, words=f"{NOT_SURE}: {words}", **figures)
    datum, sure = READINGS[first], SURE if far[first] >= _SURE_AT else LIKELY
    return DatumVerdict(datum=datum, sure=sure, words=f"{NAMES[datum]}, {sure}: {words}", **figures)


def _several(evidence: Evidence) -> dict[str, npt.NDArray[np.int64]]:
    """Rows by datum, when more than one reading fits far more rows than chance would."""
    least = max(_MIXED_ROWS, _MIXED_SHARE * len(evidence.rows))
    far = dict(zip(READINGS, evidence.surprise, strict=True))
    rows = {name: found for name, found in evidence.only().items() if far[name] >= _MIXED_AT and len(found) >= least}
    return rows if len(rows) > 1 else {}


def _words(evidence: Evidence, *, on: str) -> str:
    figures = "; ".join(
        f"as {NAMES[reading]} {share:.1%} ({far:+.1f} standard deviations, median distance {median_m:.0f} m)"
        for reading, share, far, median_m in zip(
            READINGS, evidence.shares, evidence.surprise, evidence.median_m, strict=True
        )
    )
    chance = f"{evidence.chance:.1%} ± {evidence.spread:.1%} by chance"
    return f"{len(evidence.rows)} points compared, {on}: {chance}; {figures}"


def _figures(evidence: Evidence) -> dict[str, Any]:
    return {"distances_m": _by_reading(evidence.median_m), "shares": _by_reading(evidence.shares)}


def _by_area(fits: npt.NDArray[np.bool_]) -> DatumVerdict:
    """The verdict from the number of rows outside of their area."""
    outside, shares = (~fits).sum(axis=0), _by_reading(fits.mean(axis=0))
    first, second = np.argsort(outside, kind="stable")[:2]
    figures = ", ".join(f"{outside[at]} as {NAMES[reading]}" for at, reading in enumerate(READINGS))
    words = f"of {len(fits)} points these lie outside of their area: {figures}"
    # Readings differ only for the rows near a border, so a few of them have to speak.
    if outside[second] < 3 * outside[first] + 5 or outside[first] > len(fits) / 2:
        return DatumVerdict(datum=None, sure=NOT_SURE, words=f"{NOT_SURE}: {words}", shares=shares)
    datum = READINGS[first]
    said = f"{NAMES[datum]}, {LIKELY}: {words} (unless the file was cut to the area, or the names joined from it)"
    return DatumVerdict(datum=datum, sure=LIKELY, words=said, shares=shares)


def _by_reading(values: npt.NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(READINGS, map(float, values), strict=True))
