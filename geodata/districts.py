"""Districts: the areas by which quotas are given and results are reported."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from geodata._canonical import canonical, failing, is_text
from geodata.crs import same_metric
from geodata.errors import LayerError, listed
from geodata.joins import area_of

WHAT = "districts"
COLUMNS = ("district", "name_en")


@dataclass(frozen=True, eq=False)
class Districts:
    """Areas with a name, in a metric CRS, sorted by name.

    Parameters
    ----------
    frame
        Columns ``district`` (the name used everywhere, unique), ``name_en`` and areas; numeric columns such as
        ``population`` or ``speed_kmh`` are kept, other columns dropped. Invalid areas are repaired.

    Attributes
    ----------
    repaired
        Names of the districts whose outline was invalid and has been repaired.

    Raises
    ------
    CrsError
        When the CRS is not metric.
    LayerError
        When a name is blank or repeated, or a geometry is missing or not an area.
    """

    frame: GeoDataFrame
    repaired: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        frame = canonical(self.frame, what=WHAT, key="district", columns=COLUMNS)
        numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name].dtype)]
        frame = frame[[*COLUMNS, *(name for name in numeric if name not in COLUMNS), "geometry"]]
        faults = failing(frame, "name_en", is_text, key="district", must="be text")
        geometry = shapely.force_2d(frame.geometry.to_numpy())
        invalid = ~shapely.is_valid(geometry)
        geometry[invalid] = [_polygonal(shape) for shape in geometry[invalid]]
        flat = shapely.area(geometry) <= 0
        if flat.any():
            faults.append(f"geometry must be an area for {listed(frame.loc[flat, 'district'])}")
        if faults:
            raise LayerError(WHAT, faults)
        object.__setattr__(self, "frame", frame.set_geometry(GeoSeries(geometry, crs=frame.crs)))
        object.__setattr__(self, "repaired", tuple(frame.loc[invalid, "district"]))

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def area(self) -> BaseGeometry:
        """Union of all districts."""
        return shapely.union_all(self.frame.geometry.to_numpy())

    def locate(self, points: GeoSeries, *, tolerance_m: float = 0.0) -> npt.NDArray[np.object_]:
        """The district in which each point lies.

        A point on a common border belongs to the first district in sorted order.

        Parameters
        ----------
        points
            Points in the CRS of the districts.
        tolerance_m
            A point outside of every district, but no farther than this from one, belongs to the nearest; of equally
            near ones to the first in sorted order.

        Returns
        -------
        district
            Name per point, or None for a point that belongs nowhere.

        Raises
        ------
        CrsError
            When the CRS differ.
        ValueError
            When the tolerance is negative or not finite.
        """
        same_metric(points.crs, self.frame.crs, what="points and districts")
        names = np.array([*self.frame["district"], None], dtype=object)
        located: npt.NDArray[np.object_] = names[area_of(points, self.frame.geometry, tolerance_m=tolerance_m)]
        return located


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The areas left when an invalid shape is repaired, without the lines and points that repair can leave."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
