"""People spread over cells."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from demand_models import DemandError, spread_population
from geodata.errors import CrsError

CRS = "EPSG:32649"


def line(*kilometres):
    """Points on a line, at these distances from the origin."""
    return [Point(1000 * km, 0) for km in kilometres]


def cells_at(*kilometres, district=None, area_km2=1.0, crs=CRS):
    """Cells on the line."""
    return gpd.GeoDataFrame(
        {"district": district or ["D"] * len(kilometres), "area_km2": np.broadcast_to(area_km2, len(kilometres))},
        geometry=line(*kilometres),
        crs=crs,
    )


def centres_at(*kilometres, weight=1.0, crs=CRS):
    """Centres on the same line."""
    return gpd.GeoDataFrame({"weight": np.broadcast_to(weight, len(kilometres))}, geometry=line(*kilometres), crs=crs)


def test_density_falls_to_one_e_th_over_the_decay_length():
    """At 0 and 2 km from the centre, with a decay length of 2 km, densities are as e to 1."""
    people = spread_population(cells_at(0, 2), {"D": 1000}, centres_at(0), decay_km=2, background_share=0)
    assert people[0] / people[1] == pytest.approx(np.e)
    assert people.sum() == pytest.approx(1000, rel=1e-9)


def test_the_background_follows_the_area_alone():
    """With a background share of 1 cells of 1 and 3 km2 hold a quarter and three quarters, wherever the centre is."""
    cells = cells_at(0, 2, area_km2=[1.0, 3.0])
    people = spread_population(cells, {"D": 1000}, centres_at(0, weight=0.0), decay_km=2, background_share=1)
    np.testing.assert_allclose(people, [250, 750])


def test_a_clipped_cell_holds_fewer_people():
    """At the same distance half the area holds half the people."""
    cells = cells_at(-1, 1, area_km2=[1.0, 0.5])
    people = spread_population(cells, {"D": 900}, centres_at(0), decay_km=3, background_share=0.4)
    np.testing.assert_allclose(people, [600, 300])


def test_a_heavier_centre_draws_more():
    """Two far centres weighing 3 and 1 hold people as 3 to 1."""
    centres = centres_at(0, 500, weight=[3.0, 1.0])
    people = spread_population(cells_at(0, 500), {"D": 400}, centres, decay_km=2, background_share=0)
    np.testing.assert_allclose(people, [300, 100])


def test_a_district_far_from_every_centre_keeps_its_people():
    """Densities of exp(-50,000) do not vanish: the district still adds up, denser towards the centre."""
    people = spread_population(cells_at(100_000, 100_002), {"D": 10}, centres_at(0), decay_km=2, background_share=0)
    assert people[0] / people[1] == pytest.approx(np.e)
    assert people.sum() == pytest.approx(10, rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.sampled_from("DEF")), min_size=1, max_size=20),
    st.floats(0.1, 50),
    st.floats(0, 1),
)
def test_districts_add_up(cells, decay_km, background_share):
    """For any cells, decay and background every district's cells hold its people to 1e-9 relative."""
    district = [name for _, name in cells]
    population = {name: 1000.0 * (1 + ord(name)) for name in set(district)}
    people = spread_population(
        cells_at(*[km for km, _ in cells], district=district),
        population,
        centres_at(3, 40),
        decay_km=decay_km,
        background_share=background_share,
    )
    sums = {name: people[np.array(district) == name].sum() for name in population}
    assert sums == pytest.approx(population, rel=1e-9, abs=0)
    assert (people >= 0).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"decay_km": 0}, "decay_km is 0"),
        ({"background_share": 1.2}, r"background_share is 1\.2"),
        ({"centres": centres_at(0, weight=0.0)}, "centre weights are"),
        ({"centres": centres_at(0, weight=-1.0)}, "centre weights are"),
        ({"centres": centres_at(0, crs="EPSG:32650")}, "reproject the centres"),
        ({"district_population": {}}, "no total for 'D'"),
        ({"district_population": {"D": 1, "E": 5}}, "of 'E': there are none"),
        ({"district_population": {"D": -1}}, "of 'D': the total is -"),
    ],
)
def test_faults_are_named(changed, message):
    """What is out of range or missing is refused by its name."""
    given_ = {
        "cells": cells_at(0, 1),
        "district_population": {"D": 10},
        "centres": centres_at(0),
        "decay_km": 2,
        "background_share": 0.5,
    } | changed
    with pytest.raises(DemandError, match=message):
        spread_population(given_.pop("cells"), given_.pop("district_population"), given_.pop("centres"), **given_)


def test_degrees_are_refused():
    """Distances are computed in metres or not at all."""
    with pytest.raises(CrsError, match="population of the cells"):
        spread_population(
            cells_at(0, crs="EPSG:4326"), {"D": 10}, centres_at(0, crs="EPSG:4326"), decay_km=2, background_share=0.5
        )
