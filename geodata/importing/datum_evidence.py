"""What references of true position say of the datum of a layer of any geometry."""

from collections.abc import Mapping

import shapely
from geopandas import GeoDataFrame

from geodata.datums.detection import MIXED, DatumVerdict, likely_datum
from geodata.points import as_points

References = Mapping[str, GeoDataFrame]
"""What it is called = roads, landmarks or districts that are true to WGS84."""


def datum_against(
    layer: GeoDataFrame, references: References, *, stated: str | None = "wgs84"
) -> dict[str, DatumVerdict]:
    """The likely datum of a layer against each reference.

    Rows are compared as points on them; where that does not tell, lines and areas by their vertices, as districts are
    with the outlines of districts.

    Parameters
    ----------
    layer
        Rows in longitude and latitude.
    references
        What to compare with.
    stated
        The datum that the file states.
    """
    return {name: _verdict(layer, true, stated) for name, true in references.items()}


def _verdict(layer: GeoDataFrame, true: GeoDataFrame, stated: str | None) -> DatumVerdict:
    verdict = likely_datum(as_points(layer).geometry, true, stated=stated)
    if verdict.datum or verdict.sure == MIXED or not shapely.get_dimensions(layer.geometry.to_numpy()).any():
        return verdict
    by_vertices = likely_datum(layer.geometry, true, stated=stated)
    return by_vertices if by_vertices.datum else verdict
