"""Words of an import that the command line offers; nothing heavy is loaded for them."""

from enum import StrEnum


class Use(StrEnum):
    """What a layer is for."""

    DEMAND = "demand"
    CANDIDATES = "candidates"
    EXISTING = "existing"
    DISTRICTS = "districts"
    AREA = "area"
    ROADS = "roads"


class Datum(StrEnum):
    """What the coordinates refer to."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class DuplicateIds(StrEnum):
    """What happens to rows that share an id."""

    ERROR = "error"
    FIRST = "first"
    SUFFIX = "suffix"
