"""A made-up Guangzhou: districts, towns, demand cells and candidate sites on a plane."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solvers.problem import Booleans, Floats, Integers


class _District(NamedTuple):
    name: str
    east_km: float
    north_km: float
    radius_km: float
    people: float  # millions, census of 2020
    outer: bool  # where lorries run


_DISTRICTS = (
    _District("Yuexiu", 0, 0, 3.3, 1.04, False),
    _District("Haizhu", 5, -5, 5.3, 1.82, False),
    _District("Liwan", -4, -3, 4.3, 1.24, False),
    _District("Tianhe", 9, 2, 6.6, 2.24, False),
    _District("Baiyun", 3, 14, 16.0, 3.74, True),
    _District("Huangpu", 22, 6, 12.4, 1.26, True),
    _District("Panyu", 11, -18, 13.0, 2.66, True),
    _District("Huadu", -7, 32, 17.6, 1.64, True),
    _District("Nansha", 27, -39, 15.8, 0.85, True),
    _District("Conghua", 34, 50, 25.0, 0.72, True),
    _District("Zengcheng", 52, 17, 22.7, 1.47, True),
)
_PEOPLE = np.array([d.people for d in _DISTRICTS]) / sum(d.people for d in _DISTRICTS)
_TOWN_RADIUS = 0.13  # of the district's radius
_SLOW_KMH, _FAST_KMH, _FAST_FROM_KM = 22.0, 45.0, 40.0


@dataclass(frozen=True, eq=False)
class City:
    """Where demand arises and where stations may stand.

    Parameters
    ----------
    districts
        Name and share of the people.
    cell_km, site_km
        East and north in km from the centre, shape (cells, 2) and (sites, 2).
    cell_outer
        Whether a cell lies in an outer district, shape (cells,).
    site_district
        District of each site, shape (sites,).
    """

    districts: tuple[tuple[str, float], ...]
    cell_km: Floats
    site_km: Floats
    cell_outer: Booleans
    site_district: Integers

    @property
    def speed_kmh(self) -> Floats:
        """Speed around each cell, growing from the centre outward, shape (cells,)."""
        out = np.minimum(np.hypot(*self.cell_km.T) / _FAST_FROM_KM, 1.0)
        return np.asarray(_SLOW_KMH + (_FAST_KMH - _SLOW_KMH) * out)


def city(rng: np.random.Generator, *, cells: int, sites: int, width: float = 1.0) -> City:
    """Draw a city: 4 to 13 towns of uneven size in each district, cells and sites around them and in between.

    Sites are spread slightly more evenly than cells; `width` shrinks all distances.
    """
    towns = [_towns(rng, district) for district in _DISTRICTS]
    cell_km, cell_district = _places(rng, towns, n=cells, evenness=1.0, between=0.2)
    site_km, site_district = _places(rng, towns, n=sites, evenness=0.8, between=0.3)
    outer = np.array([district.outer for district in _DISTRICTS])
    names = tuple((d.name, float(share)) for d, share in zip(_DISTRICTS, _PEOPLE, strict=True))
    return City(names, width * cell_km, width * site_km, outer[cell_district], site_district)


class _Towns(NamedTuple):
    centre_km: Floats
    weight: Floats


def _towns(rng: np.random.Generator, district: _District) -> _Towns:
    n = int(rng.integers(4, 14))
    return _Towns(_in_disc(rng, district, n), rng.lognormal(0.0, 0.8, n))


def _in_disc(rng: np.random.Generator, district: _District, n: int) -> Floats:
    angle, far = rng.uniform(0, 2 * np.pi, n), district.radius_km * np.sqrt(rng.random(n))
    return np.column_stack([district.east_km + far * np.cos(angle), district.north_km + far * np.sin(angle)])


def _places(
    rng: np.random.Generator, towns: list[_Towns], *, n: int, evenness: float, between: float
) -> tuple[Floats, Integers]:
    """Points and their districts, in the order of districts."""
    share = _PEOPLE**evenness
    in_district = rng.multinomial(n, share / share.sum())
    points = []
    for district, (centre_km, weight), count in zip(_DISTRICTS, towns, in_district, strict=True):
        pull = weight**evenness
        town = rng.choice(len(pull), count, p=pull / pull.sum())
        near = centre_km[town] + rng.normal(0.0, _TOWN_RADIUS * district.radius_km, (count, 2))
        away = rng.random(count) < between
        points.append(np.where(away[:, None], _in_disc(rng, district, count), near))
    return np.concatenate(points), np.repeat(np.arange(len(_DISTRICTS)), in_district)
