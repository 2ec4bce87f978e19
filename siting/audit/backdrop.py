"""The roads under the map: they are lines of the network that the study drives on, and of no other."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geodata.roads import RoadNetwork
from siting.audit.case import Case
from siting.audit.files import GEOPACKAGE
from siting.audit.sentences import Floats

_NEAR_M: Final = 0.5
"""Room for a conversion to the CRS of the output and back."""


def strange_roads(case: Case) -> Iterator[str]:
    """Yield a sentence when drawn roads have vertices that are no nodes of the study's network.

    Lines are drawn with fewer vertices than there are nodes, never with others.
    """
    drawn = case.written.roads
    if drawn is None:
        return
    networks = _networks(case)
    if not networks:
        yield f"{GEOPACKAGE}, layer roads: the study drives on no roads, expected no such layer"
        return
    vertices = shapely.get_coordinates(drawn.geometry.to_numpy())
    away_m = min((_away_m(network, vertices) for network in networks), key=np.sum)
    strange = int((away_m > _NEAR_M).sum())
    if strange:
        yield (
            f"{GEOPACKAGE}, layer roads: {strange:,} of {len(vertices):,} vertices are no nodes of the study's roads, "
            f"up to {away_m.max():,.0f} m off; run the study again"
        )


def _networks(case: Case) -> tuple[RoadNetwork, ...]:
    """The networks of travel and of flows."""
    question = case.question
    if question.study.travel.on_roads is not None:
        for vehicle in sorted(set(question.rows["vehicle"])):
            question.area.roads(vehicle)
    return question.area.networks


def _away_m(network: RoadNetwork, vertices: Floats) -> Floats:
    return np.asarray(cKDTree(np.column_stack([network.x, network.y])).query(vertices)[0], dtype=np.float64)
