"""What a user may say about an import."""

from collections.abc import Mapping
from typing import TypedDict

from geopandas import GeoDataFrame

from geodata.crs import CrsInput
from geodata.importing.repairs import Wanted
from geodata.importing.row_ids import DuplicateIds
from geodata.readers.reader import Reading


class Wishes(TypedDict, total=False):
    """What the user says about an import; everything may be left out.

    ``layer``, ``encoding``, ``header_row``
        As in `geodata.readers.reader.Reading`.
    ``crs``
        The CRS of the coordinates; it fills in a missing one and replaces a wrong one, converting nothing.
    ``datum``
        One of `geodata.datums.shifts.DATUMS`: the coordinates are taken from it to WGS84.
    ``columns``
        Column of the file = its new name. Columns called ``lon`` and ``lat``, or ``geometry`` (well-known text), give a
        table its positions; one called ``id`` must be unique.
    ``where``
        A condition on the columns of the file, in the words of `geodata.importing.row_filter`.
    ``strict``
        Whether repairs and rejections are errors.
    ``wanted``
        ``points``, ``areas`` or ``lines``: other rows are rejected.
    ``area``
        The study area, in which most rows should lie.
    ``target_crs``
        The CRS of the result, by default that of the file, or WGS84 after a shift of datum.
    ``references``
        What it is called = roads, landmarks or districts that are true to WGS84: the report says which datum fits each
        of them best.
    ``swap_xy``
        Exchange x and y first.
    ``duplicate_ids``
        ``error``, ``first`` (keep the first row), ``suffix`` (number the others) or ``keep`` (they name no rows:
        several trips of one vehicle).
    ``totals``
        Column = control total, such as the published population: a column that does not add up to it is a fault under
        ``strict``, else advice.
    ``height_column``
        New column for the heights of points, which are dropped otherwise.
    """

    layer: str | None
    encoding: str | None
    header_row: int | None
    crs: CrsInput
    datum: str | None
    columns: Mapping[str, str] | None
    where: str | None
    strict: bool
    wanted: Wanted | None
    area: GeoDataFrame | None
    target_crs: CrsInput
    references: Mapping[str, GeoDataFrame] | None
    swap_xy: bool
    duplicate_ids: DuplicateIds
    height_column: str | None
    totals: Mapping[str, float] | None


def reading_of(wishes: Wishes) -> Reading:
    """What of this concerns the reader of the source.

    Parameters
    ----------
    wishes
        What the user says.
    """
    return Reading(wishes.get("layer"), wishes.get("encoding"), wishes.get("header_row"))
