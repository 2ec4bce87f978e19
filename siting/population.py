"""People of the cells: the population of each district spread around centres, or like what stands in the cells."""

from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from demand_models import spread_population
from geodata import LayerError, as_points, number_column
from geodata.dasymetric import Spread, spread_totals
from geodata.joins import area_in_m2, length_in_m, sum_in
from siting.errors import StudyError
from siting.layers import Layers
from siting.study import Study

_KINDS: Final = ("points", "lines", "areas")
"""Kinds of layers by the dimension of their geometry."""


def around_centres(study: Study, layers: Layers, cells: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """People per cell, denser near the centres of the study.

    Parameters
    ----------
    study, layers
        The study, with a population around centres, and its layers.
    cells
        Points with the columns `district` and `area_km2`.

    Raises
    ------
    LayerError
        When a weight is not a number of at least 0.
    DemandError
        When a district has people and no cell, or no centre has a weight.
    """
    settings = study.population
    assert settings is not None
    assert settings.centres is not None
    assert settings.decay_km is not None
    assert settings.background_share is not None
    centres = layers.frames[settings.centres]
    source = str(study.path_of(study.layers[settings.centres].path))
    weight = number_column(centres, settings.weight or "weight", source=source, minimum=0.0)
    return spread_population(
        cells,
        _people(study, layers),
        centres.assign(weight=weight),
        decay_km=settings.decay_km,
        background_share=settings.background_share,
    )


def like_layer(study: Study, layers: Layers, outlines: gpd.GeoDataFrame) -> Spread:
    """People per cell, in proportion to what of a layer of the study stands in it.

    Parameters
    ----------
    study, layers
        The study, with a population like a layer, and its layers.
    outlines
        Outlines of the cells with the columns `district` and `area_km2`.

    Raises
    ------
    StudyError
        When nothing of the layer stands in any cell.
    LayerError
        When the layer mixes points, lines and areas, a weight is not a number of at least 0, or a district has people
        and no cell.
    """
    settings = study.population
    assert settings is not None
    assert settings.like is not None
    layer, people = layers.frames[settings.like], _people(study, layers)
    source = str(study.path_of(study.layers[settings.like].path))
    weight = 1.0 if settings.weight is None else number_column(layer, settings.weight, source=source, minimum=0.0)
    standing = _standing(outlines, layer, weight, source)
    if not standing.any():
        what = f'nothing of layer "{settings.like}" ({source}) stands in any cell, or all its weights are 0'
        raise StudyError(study.source, [f"population.like: {what}; check its crs and where, or name another layer"])
    spread = spread_totals(outlines, people, weight=standing)
    if not settings.background_share:
        return spread
    even = spread_totals(outlines, people).values
    share = settings.background_share
    return replace(spread, values=share * even + (1 - share) * spread.values, empty=spread.empty[:0])


def _people(study: Study, layers: Layers) -> dict[str, float]:
    """Population of each district."""
    assert study.population is not None
    frame = layers.districts.frame
    return dict(zip(frame["district"], frame[study.population.column].astype(float), strict=True))


def _standing(
    outlines: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, weight: ArrayLike, source: str
) -> NDArray[np.float64]:
    """Points, metres of lines or square metres of areas in each cell, times the weight."""
    dimensions = np.unique(shapely.get_dimensions(layer.geometry.to_numpy()))
    if len(dimensions) > 1:
        found = " and ".join(_KINDS[dimension] for dimension in dimensions)
        raise LayerError(source, [f"{found} cannot be weighed against each other; keep one kind in the layer"])
    if dimensions[0] == 0:
        return sum_in(outlines.geometry, as_points(layer).geometry, weight=weight)
    if dimensions[0] == 1:
        return length_in_m(outlines.geometry, layer.geometry, weight=weight)
    areas = layer.geometry.make_valid()
    # An outline that encloses nothing becomes a line when it is repaired; it counts for nothing.
    return area_in_m2(outlines.geometry, areas.where(areas.area > 0, shapely.Polygon()), weight=weight)
