"""`locate`: classic models on layers without a study, against brute force and against what must be refused."""

from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geodata import CrsError, TravelTimes
from siting import locate
from siting.errors import StudyError

SAN_FRANCISCO = Path(__file__).resolve().parents[4] / "shared" / "bench" / "spopt_locate"
RNG = np.random.default_rng(7)
POINTS, SITES = RNG.integers(0, 50, (14, 2)) * 100.0, RNG.integers(0, 50, (7, 2)) * 100.0
POP = RNG.integers(1, 9, 14)
FAR = np.hypot(*(POINTS[:, None] - SITES[None]).transpose(2, 0, 1))


def layer(xy, prefix, crs="EPSG:4547", **columns):
    """Points with labels `prefix0`, `prefix1` and so on."""
    geometry = gpd.points_from_xy(*np.asarray(xy).T)
    return gpd.GeoDataFrame(columns, geometry=geometry, index=[f"{prefix}{n}" for n in range(len(xy))], crs=crs)


@pytest.fixture
def homes():
    """14 places with people."""
    return layer(POINTS, "h", pop=POP)


@pytest.fixture
def plots():
    """7 sites with prices, sizes and attraction."""
    return layer(SITES, "s", price=np.arange(1.0, 8.0), beds=np.full(7, 30.0), pull=np.arange(7.0, 0.0, -1.0))


def best(value, p, pick=max, exactly=True):
    """The best value over all choices of p sites (or at most p)."""
    sizes = [p] if exactly else range(1, p + 1)
    return pick(value(list(chosen)) for size in sizes for chosen in combinations(range(7), size))


def test_p_median_is_the_best_of_all_choices(homes, plots):
    """Value, chosen sites and assignment fit each other and brute force; labels and columns are kept."""
    found = locate(homes, plots, "p_median", p=3, weight="pop")
    assert found.status == "optimal"
    assert found.value == pytest.approx(best(lambda s: POP @ FAR[:, s].min(axis=1), 3, min))
    assert found.bound == pytest.approx(found.value)
    lines = found.assignment
    assert sorted(lines["demand"]) == sorted(homes.index)
    assert set(lines["site"]) <= set(found.sites.index) <= set(plots.index)
    assert found.sites["weight"].sum() == POP.sum()
    assert found.sites["points"].sum() == 14
    pop = homes.loc[lines["demand"], "pop"].to_numpy()
    assert pop @ lines["distance"].to_numpy() == pytest.approx(found.value)
    assert lines.geometry.length.to_numpy() == pytest.approx(lines["distance"].to_numpy())


@pytest.mark.parametrize("kind", ["table", "sparse", "times"])
def test_distances_may_be_given(homes, plots, kind):
    """A table, a sparse one and travel times give the same sites as straight lines of the same length."""
    point, site = np.repeat(np.arange(14), 7), np.tile(np.arange(7), 14)
    cost = {
        "table": FAR,
        "sparse": sparse.csr_matrix(FAR),
        "times": TravelTimes(
            demand=point, site=site, time_s=FAR.ravel(), distance_m=FAR.ravel(), cutoff_s=1e6, method="counted"
        ),
    }[kind]
    straight = locate(homes, plots, "p_center", p=2)
    found = locate(homes, plots, "p_center", p=2, cost=cost)
    assert (
        found.value
        == pytest.approx(straight.value)
        == pytest.approx(best(lambda s: FAR[:, s].min(axis=1).max(), 2, min))
    )
    covered = locate(homes, plots, "max_cover", p=2, weight="pop", standard_m=900, cost=cost)
    assert covered.value == best(lambda s: POP @ (FAR[:, s] <= 900).any(axis=1), 2)
    assert set(covered.assignment["distance"] <= 900) == {True}


def test_covering_models_are_the_best_of_all_choices(homes, plots):
    """Most covered, covered twice, fewest sites for all and for a share, and least money."""
    near = FAR <= 2_500
    asked = {"weight": "pop", "standard_m": 2_500}
    assert locate(homes, plots, "backup_cover", p=3, **asked).value == best(
        lambda s: POP @ (near[:, s].sum(axis=1) > 1), 3
    )
    assert near.any(axis=1).all()
    fewest = min(p for p in range(1, 8) if best(lambda s: near[:, s].any(axis=1).all(), p))
    assert locate(homes, plots, "set_cover", standard_m=2_500).value == fewest
    part = min(p for p in range(1, 8) if best(lambda s: POP @ near[:, s].any(axis=1), p) >= 0.7 * POP.sum())
    assert locate(homes, plots, "partial_cover", share=0.7, **asked).value == part
    rich = locate(homes, plots, "max_cover", budget=6, site_cost="price", **asked)
    price = np.arange(1.0, 8.0)
    most = max(
        POP @ near[:, list(s)].any(axis=1)
        for n in range(8)
        for s in combinations(range(7), n)
        if price[list(s)].sum() <= 6
    )
    assert rich.value == most


def test_gradual_covering_counts_what_is_left(homes, plots):
    """Within 1 km all come, within 2 km half of them."""
    found = locate(homes, plots, "gradual_cover", p=2, weight="pop", steps=[(1_000, 1.0), (2_000, 0.5)])

    def value(sites):
        near = FAR[:, sites].min(axis=1)
        return POP @ np.where(near <= 1_000, 1.0, np.where(near <= 2_000, 0.5, 0.0))

    assert found.value == pytest.approx(best(value, 2))
    lines = found.assignment
    assert homes.loc[lines["demand"], "pop"].to_numpy() @ lines["share"].to_numpy() == pytest.approx(found.value)


def test_market_share_against_competitors(homes, plots):
    """Demand is split by attraction over the square of the distance; a target is reached with the fewest sites."""
    rivals = layer(np.array([[2_500.0, 2_500.0], [800.0, 4_000.0]]), "r", pull=[9.0, 4.0])
    own = np.arange(7.0, 0.0, -1.0) / np.maximum(FAR, 100.0) ** 2
    away = np.hypot(*(POINTS[:, None] - np.array([[2_500.0, 2_500.0], [800.0, 4_000.0]])[None]).transpose(2, 0, 1))
    rival = (np.array([9.0, 4.0]) / np.maximum(away, 100.0) ** 2).sum(axis=1)

    def won(sites):
        return float(POP @ (own[:, sites].sum(axis=1) / (own[:, sites].sum(axis=1) + rival)))

    asked = {"weight": "pop", "competitors": rivals, "attraction": "pull"}
    found = locate(homes, plots, "market_share", p=2, **asked)
    assert found.value == pytest.approx(best(won, 2))
    lines = found.assignment
    assert homes.loc[lines["demand"], "pop"].to_numpy() @ lines["share"].to_numpy() == pytest.approx(found.value)
    fewest = min(p for p in range(1, 8) if best(won, p) >= 0.6 * POP.sum())
    assert locate(homes, plots, "target_share", share=0.6, **asked).value == fewest


def test_dispersion_and_capacities(homes, plots):
    """Sites as far apart as can be; and all demand served from sites with room, at the least cost."""
    apart = np.hypot(*(SITES[:, None] - SITES[None]).transpose(2, 0, 1))
    found = locate(homes, plots, "p_dispersion", p=3)
    assert found.value == pytest.approx(best(lambda s: min(apart[i, j] for i, j in combinations(s, 2)), 3))
    served = locate(
        homes, plots, "capacitated_cost", weight="pop", capacity="beds", fixed_cost="price", cost_per_m=0.01
    )
    assert served.sites["weight"].sum() == pytest.approx(POP.sum())
    assert (served.sites["weight"] <= 30 + 1e-6).all()
    lines = served.assignment
    way = homes.loc[lines["demand"], "pop"].to_numpy() * lines["share"].to_numpy() @ lines["distance"].to_numpy() * 0.01
    assert served.value == pytest.approx(way + served.sites["price"].sum())


def test_required_and_forbidden_sites(homes, plots):
    """They are named by their labels."""
    found = locate(homes, plots, p=2, weight="pop", required=["s1"], forbidden=["s0", "s2"])
    assert "s1" in found.sites.index
    assert not {"s0", "s2"} & set(found.sites.index)


def test_what_cannot_be_is_a_status(homes, plots):
    """No two sites reach everyone within 100 m: infeasible, with the reason and without sites."""
    found = locate(homes, plots, p=2, standard_m=100)
    assert (found.status, len(found.sites), len(found.assignment), found.value) == ("infeasible", 0, 0, None)
    assert found.words


@pytest.mark.parametrize(
    ("objective", "keys", "words"),
    [
        ("p_medain", {"p": 2}, 'did you mean "p_median"'),
        ("p_median", {}, "p: missing; add it"),
        ("p_median", {"p": 9}, "p: 9 sites are asked for, there are 7"),
        ("p_median", {"p": 2, "share": 0.5}, "share: unknown key"),
        ("max_cover", {"p": 2, "standard_m": 5, "budget": 3}, "give either p, or budget and site_cost"),
        ("max_cover", {"standard_m": 5, "budget": 3}, "give either p, or budget and site_cost"),
        ("set_cover", {"standard_m": 5, "site_cost": "prize"}, 'no column "prize"'),
        ("p_median", {"p": 2, "required": ["s99"]}, "required: the sites have no 's99'"),
        ("p_median", {"p": 2, "weight": "people"}, 'no column "people"'),
        ("p_median", {"p": 2, "cost": np.zeros((3, 3))}, "cost: shape (3, 3), expected (14, 7)"),
    ],
)
def test_what_makes_no_sense_is_refused(homes, plots, objective, keys, words):
    """One message names the key and what to do."""
    with pytest.raises(StudyError) as error:
        locate(homes, plots, objective, **keys)
    assert words in str(error.value)


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:3857"])
def test_positions_must_be_in_metres(homes, plots, crs):
    """A missing, a geographic and a distorting CRS are refused, and so are two different ones."""
    with pytest.raises(CrsError):
        locate(homes.set_crs(crs, allow_override=True), plots, p=2)
    with pytest.raises(CrsError):
        locate(homes, plots.to_crs("EPSG:32649"), p=2)


@pytest.mark.skipif(not SAN_FRANCISCO.is_dir(), reason=f"the published case is absent: no {SAN_FRANCISCO}")
def test_the_published_case_of_san_francisco():
    """205 tracts, 16 stores, distances on the network: the optima that spopt publishes."""
    table = pd.read_csv(SAN_FRANCISCO / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    cost = table.pivot_table(values="distance", index="DestinationName", columns="name")
    people = table.groupby("DestinationName")["demand"].first().reindex(cost.index)
    # Only the table of distances is used, not where the layers lie.
    homes = gpd.GeoDataFrame({"pop": people}, geometry=gpd.points_from_xy(*np.zeros((2, 205))), crs="EPSG:26910")
    stores = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.zeros((2, 16))), index=cost.columns, crs="EPSG:26910")
    asked = {"weight": "pop", "cost": cost.to_numpy()}
    median = locate(homes, stores, "p_median", p=4, **asked)
    assert median.value / people.sum() == pytest.approx(2982.1269, rel=1e-6)
    for p, covered in enumerate([448_255, 671_938, 791_499, 875_247], start=1):
        assert locate(homes, stores, "max_cover", p=p, standard_m=5_000, **asked).value == covered
    assert locate(homes, stores, "set_cover", standard_m=5_000, **asked).value == 8
    assert locate(homes, stores, "set_cover", standard_m=8_000, **asked).value == 3
    for p, farthest in enumerate([11577.279, 9130.759, 7529.986, 7403.064, 5985.500], start=1):
        assert locate(homes, stores, "p_center", p=p, cost=cost.to_numpy()).value == pytest.approx(farthest, rel=1e-6)


def test_numbers_for_other_rows_are_refused(homes, plots):
    """A series tells by its labels whose numbers they are; in another order than the demand they are not guessed at."""
    with pytest.raises(StudyError, match="weight: labels are not those of the demand"):
        locate(homes, plots, p=2, weight=homes["pop"].sort_values())
    assert locate(homes, plots, p=2, weight=homes["pop"]).value == locate(homes, plots, p=2, weight="pop").value
