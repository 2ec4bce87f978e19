"""What CRS some coordinates may be in, told from their size: a hint for the user, never a decision."""

from geodata.importing.report import Bounds

CHINA_LON_LAT: Bounds = (73.0, 3.0, 136.0, 54.0)
"""Longitudes and latitudes of China, outlying islands included, in degrees."""

ZONE_EASTING_M = (100_000.0, 900_000.0)
NORTHING_M = (300_000.0, 6_000_000.0)
"""False easting of one zone, and northings from the south to the north of China, in metres."""

MERCATOR_X_M = (8_100_000.0, 15_200_000.0)
"""China in Web Mercator."""

MILLION = 1_000_000
GEOGRAPHIC = ("EPSG:4326", "EPSG:4490")


def crs_candidates(bounds: Bounds) -> tuple[str, ...]:
    """Systems that coordinates of this size may be in.

    Parameters
    ----------
    bounds
        Smallest and largest x and y as they stand in the file.

    Returns
    -------
    candidates
        Codes with names, the likeliest first; none when the numbers fit nothing usual in China.
    """
    xmin, ymin, xmax, ymax = bounds
    if within((xmin, xmax), (-180, 180)) and within((ymin, ymax), (-90, 90)):
        return tuple(f"{code} ({name})" for code, name in zip(GEOGRAPHIC, ("WGS84", "CGCS2000"), strict=True))
    if within((ymin, ymax), ZONE_EASTING_M) and not within((xmin, xmax), ZONE_EASTING_M):
        xmin, ymin, xmax, ymax = ymin, xmin, ymax, xmax
    if not within((ymin, ymax), NORTHING_M) and not within((xmin, xmax), MERCATOR_X_M):
        return ()
    found = [_numbered_zone(xmin, xmax)]
    if within((xmin, xmax), MERCATOR_X_M):
        found.append("EPSG:3857 (Web Mercator)")
    if within((xmin, xmax), ZONE_EASTING_M):
        found += [
            "EPSG:4546 or 4547 (CGCS2000, 3-degree zones of 111 or 114 degrees east; EPSG:4534 to 4554 for others)",
            "EPSG:32649 or EPSG:32650 (UTM zones 49N and 50N)",
        ]
    return tuple(name for name in found if name)


def within(span: tuple[float, float], limits: tuple[float, float]) -> bool:
    """Whether a span lies within limits, these included.

    Parameters
    ----------
    span, limits
        Smallest and largest value.
    """
    return limits[0] <= span[0] and span[1] <= limits[1]


def _numbered_zone(xmin: float, xmax: float) -> str:
    """The zone whose number stands before the easting (38 500 000 is zone 38)."""
    zone = int(xmin // MILLION)
    if zone != int(xmax // MILLION) or not within((xmin % MILLION, xmax % MILLION), ZONE_EASTING_M):
        return ""
    if 25 <= zone <= 45:
        return f"EPSG:{4488 + zone} (CGCS2000, 3-degree zone {zone})"
    if 13 <= zone <= 23:
        return f"EPSG:{4478 + zone} (CGCS2000, 6-degree zone {zone})"
    return ""


def candidate_words(bounds: Bounds | None) -> str:
    """The candidates as the end of a sentence; empty when there are none.

    Parameters
    ----------
    bounds
        Smallest and largest x and y as they stand in the file.
    """
    found = () if bounds is None else crs_candidates(bounds)
    return f"; by the size of the coordinates it may be {', or '.join(found)}" if found else ""
