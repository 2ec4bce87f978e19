"""A layer of the study: which file, which rows and columns of it."""

from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import model_validator

from siting.document import Document
from siting.facility import Text


class Join(Document):
    """A table whose columns are joined to the rows of a layer."""

    table: Text
    """File without positions (CSV or Parquet), relative to the study."""
    on: Annotated[dict[Text, Text], MinLen(1)]
    """The layer's column = the table's column; rows fit where all are equal as text."""
    take: dict[Text, Text] = {}
    """Column taken as it is: the name used here = the table's own; exactly one row of the table must fit."""
    sum: dict[Text, Text] = {}
    """Numbers added up over the rows that fit (0 where none does): the name used here = the table's own."""


class Layer(Document):
    """A file of places: points or polygons."""

    path: Text
    """File, relative to the study."""
    layer: str | None = None
    """Layer inside the file, where there are several."""
    crs: str | None = None
    """Coordinate reference system, where the file states none (for example "EPSG:4326")."""
    lon: str | None = None
    """Column of longitudes or eastings in a table."""
    lat: str | None = None
    """Column of latitudes or northings in a table."""
    encoding: str | None = None
    """Text encoding, where it is neither UTF-8 nor GB18030."""
    id: str | None = None
    """Column of unique ids; without one, rows are numbered."""
    columns: dict[Text, Text] = {}
    """Columns renamed: the name used here = the file's own name."""
    where: dict[Text, Annotated[tuple[str, ...], MinLen(1)]] = {}
    """Keep only rows whose column (a file's own name) holds one of these values."""
    at_least: dict[Text, float] = {}
    """Keep only rows whose number column (a file's own name, or a joined one) is at least this."""
    join: Join | None = None
    """Table with further columns for the rows that `where` keeps."""
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"
    """What its degrees refer to; GCJ-02 and BD-09, of Chinese web maps, are shifted to WGS84."""
    clip: bool = False
    """Leave out rows outside of all districts by more than area.tolerance_m; otherwise a site there is a fault."""
    source: str = ""
    """Where the layer comes from, with its licence."""

    @model_validator(mode="after")
    def _keeps_own_columns(self) -> "Layer":
        taken = sorted({"id", "geometry"} & set(self.columns))
        if taken:
            raise ValueError(f'columns: "{taken[0]}" is a column that every layer has; choose another name')
        return self
