"""A small world to learn from: 200 places on a grid, whose target follows two of three features."""

import geopandas as gpd
import numpy as np
import pytest

from demand_models.learned import About, Blocking, Boosted, Features, Ridge, learn


@pytest.fixture(scope="session")
def world():
    """Features, targets and points: log(1 + y) = 1 + 2 log(1 + shops) - log(1 + km) + noise; `luck` says nothing."""
    generator = np.random.default_rng(5)
    shops, km, luck = generator.integers(0, 20, 200), generator.uniform(0, 3, 200), generator.uniform(0, 1, 200)
    log = 1 + 2 * np.log1p(shops) - np.log1p(km) + generator.normal(0, 0.3, 200)
    column, row = np.divmod(np.arange(200), 20)
    points = gpd.GeoSeries(gpd.points_from_xy(column * 500.0 + 1, row * 500.0 + 1), crs="EPSG:32649")
    features = Features(
        ids=tuple(f"p{number:03d}" for number in range(200)),
        names=("shops", "km", "luck"),
        units=("shops", "km", "1"),
        signs=(1, -1, 0),
        values=np.column_stack([shops, km, luck]).astype(float),
    )
    return features, np.expm1(np.maximum(log, 0)), points


@pytest.fixture(scope="session")
def blocking():
    """Ten tiles of 1 km by 5 km or so, in four folds."""
    return Blocking(side_m=1000, folds=4)


@pytest.fixture(scope="session")
def learned(world, blocking):
    """A model of the world from the candidates given, as a function of them."""
    features, target, points = world
    about = About(title="tiny <world>", target="energy", unit="kWh", limits=("made | up",))

    def build(*candidates):
        return learn(features, target, points, blocking=blocking, about=about, candidates=candidates)

    return build


@pytest.fixture(scope="session", params=[Ridge(0.01), Boosted(leaves=4, rounds=20)], ids=["linear", "trees"])
def model(request, learned):
    """A model of each kind."""
    return learned(request.param)
