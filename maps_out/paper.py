"""A stamp of paper on which small maps are drawn: longitude and latitude to pixels."""

import math

import geopandas as gpd
import shapely

from maps_out.columns import rings

_WIDTH = 300.0
_MARGIN = 4.0
_SIMPLIFY_DEGREES = 0.001


class Paper:
    """Where places lie on the paper, north up.

    Longitudes are narrowed by the cosine of the middle latitude, which is true enough at the size of a stamp.

    Parameters
    ----------
    districts
        Outlines in longitude and latitude; they fill the paper.
    """

    def __init__(self, districts: gpd.GeoDataFrame) -> None:
        self._districts = districts
        self._west, south, east, self._north = (float(bound) for bound in districts.total_bounds)
        self._narrowing = math.cos(math.radians((south + self._north) / 2))
        wide, high = (east - self._west) * self._narrowing, self._north - south
        self._scale = (_WIDTH - 2 * _MARGIN) / max(wide, high, 1e-9)
        self.width = round(wide * self._scale + 2 * _MARGIN, 1)
        self.height = round(high * self._scale + 2 * _MARGIN, 1)
        degrees = float(shapely.area(districts.geometry.to_numpy()).sum())
        self.area = degrees * self._narrowing * self._scale**2
        """Of the districts, in square pixels."""

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        left = _MARGIN + (x - self._west) * self._narrowing * self._scale
        return round(left, 1), round(_MARGIN + (self._north - y) * self._scale, 1)

    def pixel(self, x: float, y: float) -> str:
        """Pixels from the left and from the top, as path data."""
        left, top = self.place(x, y)
        return f"{left:.1f} {top:.1f}"

    def outlines(self) -> list[str]:
        """The districts as path data."""
        return [
            "".join(f"M{'L'.join(self.pixel(x, y) for y, x in ring)}Z" for part in rings(outline) for ring in part)
            for outline in self._districts.geometry.simplify(_SIMPLIFY_DEGREES)
        ]
