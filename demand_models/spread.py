"""People spread over the cells of their district."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from demand_models.calibrate import calibrate
from demand_models.errors import DemandError
from geodata.crs import require_metric

_WHAT = "population of the cells"


def spread_population(
    cells: gpd.GeoDataFrame,
    district_population: Mapping[str, float],
    centres: gpd.GeoDataFrame,
    *,
    decay_km: float,
    background_share: float,
) -> NDArray[np.float64]:
    """Spread each district's population over its cells, denser near centres.

    ``P_c = P_d * (b * A_c / sum A + (1 - b) * A_c D_c / sum A D)``, sums over the cells of the district ``d`` of cell
    ``c``, with the density ``D_c = sum over centres k of w_k exp(-r_ck / L)``:

    - ``P_d`` population of the district (people), ``A_c`` area of the cell (km²),
    - ``w_k`` weight of the centre (its central density relative to the others),
    - ``r_ck`` straight-line distance from the cell's point to the centre (km),
    - ``L`` the decay length ``decay_km`` (km), ``b`` the share ``background_share`` spread evenly.

    Parameters
    ----------
    cells
        Points with the columns `district`, `area_km2` and geometry, in a metric CRS.
    district_population
        People by district; a district's sum over its cells equals it to 1e-9 relative.
    centres
        Points with the columns `weight` (at least 0) and geometry, in the CRS of the cells.
    decay_km
        Distance over which the density falls to 1/e, positive.
    background_share
        Share of each district's people spread evenly over its area, 0 to 1.

    Returns
    -------
    NDArray[np.float64]
        People per cell, in the order of the cells.

    Raises
    ------
    DemandError
        When a parameter is out of range, there is no centre of positive weight though one is needed, a cell's district
        has no population, or a district with people has no cell.

    Notes
    -----
    The density of urban population falls off exponentially with the distance from the centre: C. Clark, "Urban
    Population Densities", Journal of the Royal Statistical Society A 114(4), 1951, 490-496. Adding several centres and
    an even background, and scaling to each district's total, are assumptions of this program.
    """
    _check(cells, centres, decay_km, background_share)
    area = cells["area_km2"].to_numpy(dtype=np.float64)
    district = [str(name) for name in cells["district"]]
    even = {name: people * background_share for name, people in district_population.items()}
    people = calibrate(area, even, groups=district, what=_WHAT)
    if background_share == 1:
        return people
    dense = {name: people * (1 - background_share) for name, people in district_population.items()}
    density = _relative_density(cells, centres, decay_km, district)
    return people + calibrate(area * density, dense, groups=district, what=_WHAT)


def _check(cells: gpd.GeoDataFrame, centres: gpd.GeoDataFrame, decay_km: float, background_share: float) -> None:
    require_metric(cells.crs, what=_WHAT)
    if not decay_km > 0:
        raise DemandError(f"{_WHAT}: decay_km is {decay_km}; give a positive length in km")
    if not 0 <= background_share <= 1:
        raise DemandError(f"{_WHAT}: background_share is {background_share}; give a share from 0 to 1")
    if background_share == 1:
        return
    if centres.crs != cells.crs:
        raise DemandError(f"{_WHAT}: the centres are in {centres.crs}, the cells in {cells.crs}; reproject the centres")
    weight = centres["weight"].to_numpy(dtype=np.float64)
    if not (np.all(weight >= 0) and np.any(weight > 0) and np.all(np.isfinite(weight))):
        raise DemandError(
            f"{_WHAT}: centre weights are {weight.tolist()}; give finite weights of at least 0, one of them positive, "
            "or set background_share = 1"
        )


def _relative_density(
    cells: gpd.GeoDataFrame, centres: gpd.GeoDataFrame, decay_km: float, district: list[str]
) -> NDArray[np.float64]:
    """Density of each cell relative to the densest of its district, between 0 and 1."""
    used = centres[centres["weight"] > 0]
    points = shapely.get_coordinates(cells.geometry.to_numpy())
    middles = shapely.get_coordinates(used.geometry.to_numpy())
    distance_km = np.hypot(*(points[:, None, :] - middles[None, :, :]).transpose(2, 0, 1)) / 1000
    log_weight = np.log(used["weight"].to_numpy(dtype=np.float64))
    log_density = np.logaddexp.reduce(log_weight - distance_km / decay_km, axis=1)
    # Relative to the district's densest cell, so that a district far from every centre does not vanish to zero.
    _, member = np.unique(np.array(district, dtype=object), return_inverse=True)
    densest = np.full(member.max(initial=-1) + 1, -np.inf)
    np.maximum.at(densest, member, log_density)
    relative: NDArray[np.float64] = np.exp(log_density - densest[member])
    return relative
