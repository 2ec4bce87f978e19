"""What `locate` is asked: whatever cannot be is refused in the package's own words, all of it at once."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import sparse

from geodata import CrsError
from siting import locate
from siting.errors import StudyError
from siting.placement.models import MODELS
from solvers import ProblemError

CRS = "EPSG:32650"
HOMES = gpd.GeoDataFrame(
    {"pop": [4.0, 2.0], "name": ["a", "b"], "debt": [1.0, -2.0]},
    geometry=gpd.points_from_xy([500_000, 501_000], [2_500_000, 2_500_000]),
    index=["h0", "h1"],
    crs=CRS,
)
PLOTS = gpd.GeoDataFrame(
    {"price": [1.0, 2.0, 3.0], "beds": [9.0, 9.0, 9.0], "pull": [1.0, 2.0, 3.0], "grade": ["A", "B", "C"]},
    geometry=gpd.points_from_xy([500_000, 500_500, 501_000], [2_500_100] * 3),
    index=["s0", "s1", "s2"],
    crs=CRS,
)
RIVALS = gpd.GeoDataFrame({"pull": [5.0]}, geometry=gpd.points_from_xy([500_200], [2_500_300]), index=["r0"], crs=CRS)
ASKED = {
    "max_cover": {"p": 1, "standard_m": 300},
    "set_cover": {"standard_m": 700, "site_cost": "price"},
    "partial_cover": {"standard_m": 700, "share": 0.5, "site_cost": "price"},
    "backup_cover": {"standard_m": 700, "budget": 5, "site_cost": "price", "all_once": False},
    "gradual_cover": {"p": 1, "steps": [(300, 1.0), (600, 0.5)]},
    "market_share": {"p": 1, "competitors": RIVALS, "attraction": "pull", "beta": 1, "nearest_m": 50},
    "target_share": {"share": 0.1, "competitors": RIVALS, "attraction": "pull", "beta": 1, "nearest_m": 50},
    "p_median": {"p": 1, "standard_m": 5_000},
    "p_center": {"p": 1, "standard_m": 5_000},
    "p_dispersion": {"p": 2},
    "capacitated_cost": {"capacity": "beds", "fixed_cost": "price", "cost_per_m": 0.1, "single_source": True},
}
FOR_ALL = {
    "weight": "pop",
    "cost": np.array([[100.0, 510.0, 1005.0], [1005.0, 510.0, 100.0]]),
    "required": ["s1"],
    "forbidden": ["s0"],
    "gap": 0.0,
    "time_limit_s": 60,
}


def faults(objective, demand=HOMES, sites=PLOTS, **keys):
    """What a call is refused with."""
    with pytest.raises(StudyError) as error:
        locate(demand, sites, objective, **keys)
    return error.value.faults


@pytest.mark.parametrize("objective", MODELS)
def test_a_right_question_is_answered(objective):
    """Every model answers its keys together with those of all models."""
    keys = {key: value for key, value in FOR_ALL.items() if key != "cost" or "competitors" not in ASKED[objective]}
    assert locate(HOMES, PLOTS, objective, **keys, **ASKED[objective]).status == "optimal"


@pytest.mark.parametrize(
    "junk", [object(), -1, np.nan, "no such", [[None]]], ids=str.split("object negative nan text list")
)
@pytest.mark.parametrize("objective", MODELS)
def test_junk_is_refused_by_its_key(objective, junk):
    """Whatever stands under any key, the message is about that key and nothing else."""
    for key in [*FOR_ALL, *ASKED[objective]]:
        told = faults(objective, **ASKED[objective] | {key: junk})
        assert told, key
        assert all(one.startswith(f"{key}") for one in told), (key, told)


def test_all_faults_come_at_once():
    """Layers, numbers, columns, labels and keys that do not fit are named in one message."""
    told = faults(
        "max_cover",
        standard_m="5km",
        p=4,
        weight=[1.0],
        cost=np.full((2, 3), np.nan),
        required=1,
        forbidden=["s9"],
        gap=-1,
        site_cost="grade",
        standart=3,
    )
    keys = {"standard_m", "p", "weight", "cost", "required", "forbidden", "gap", "site_cost", "standart"}
    assert {one.split(":")[0] for one in told} == keys


@pytest.mark.parametrize(
    ("objective", "keys", "words"),
    [
        (
            "p_median",
            {"weight": "name"},
            "weight: 2 of the demand have no finite number of at least 0, the first is 'a'",
        ),
        (
            "p_median",
            {"weight": "debt"},
            "weight: 1 of the demand have no finite number of at least 0, the first is -2.0",
        ),
        ("p_dispersion", {"weight": [1.0, np.nan]}, "the first is nan of 'h1'"),
        ("p_dispersion", {"weight": [1.0, 2.0, 3.0]}, "weight: 3 numbers for the 2 rows of the demand"),
        ("p_median", {"weight": {"h1": 1.0, "h0": 2.0}}, "weight: give one number for each row of the demand"),
        ("set_cover", {"site_cost": "grade"}, "site_cost: 3 of the sites have no finite number"),
        ("gradual_cover", {"steps": [1000]}, "steps.0: give a list"),
        ("capacitated_cost", {"cost": [[1.0, 2.0, 3.0], [np.nan] * 3]}, "the first is nan from 'h1' to 's0'"),
        ("max_cover", {"cost": sparse.csr_matrix([[0, -1.0, 0], [0, 0, 0]])}, "the first is -1.0 from 'h0' to 's1'"),
        ("market_share", {"cost": np.ones((2, 3))}, "cost: competitors are reached in straight lines"),
        ("market_share", {"competitors": RIVALS[["geometry"]]}, 'attraction: no column "pull" in the competitors'),
        ("market_share", {"competitors": 5}, "competitors: give a layer of points or areas"),
        ("p_median", {"required": ["s1"], "forbidden": ["s0", "s1"]}, "forbidden: s1 are required and forbidden"),
        ("max_cover", {"site_cost": "price"}, "budget: give either p, or budget and site_cost together"),
        ("p_dispersion", {"p": 1}, "p: must be at least 2"),
    ],
)
def test_a_fault_names_key_row_and_what_was_found(objective, keys, words):
    """One fault of a number, a column, a table or a label is told so that it can be found."""
    (told,) = faults(objective, **ASKED[objective] | keys)
    assert words in told


@pytest.mark.parametrize(
    ("name", "layers", "words"),
    [
        ("sites", {"sites": PLOTS.assign(weight=1.0)}, "the answer adds the columns points and weight; rename weight"),
        ("sites", {"sites": PLOTS.iloc[[0, 0]]}, "not unique"),
        ("sites", {"sites": PLOTS[:0]}, "no row"),
        ("demand", {"demand": pd.DataFrame(HOMES)}, "give a layer"),
        ("demand", {"demand": HOMES.set_geometry([None, shapely.Polygon()], crs=CRS)}, "h0, h1"),
    ],
)
def test_layers_that_cannot_be_used(name, layers, words):
    """Columns that would be overwritten, labels given twice, no rows and no places are refused by the layer's name."""
    (told,) = faults("p_center", p=1, **layers)
    assert told.startswith(f"{name}: ")
    assert words in told


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:32649"])
def test_competitors_share_the_system_of_the_demand(crs):
    """Competitors without a CRS, in degrees, or in another zone are refused and never measured as they stand."""
    rivals = RIVALS.to_crs(crs) if crs else RIVALS.set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="demand and competitors"):
        locate(HOMES, PLOTS, "market_share", p=1, competitors=rivals)


@pytest.mark.parametrize("kind", [list, tuple, set, pd.Index, np.array, iter])
def test_labels_come_in_any_list(kind):
    """Lists, sets, indexes, arrays and iterators of labels mean the same sites."""
    found = locate(HOMES, PLOTS, p=2, required=kind(["s1"]))
    assert "s1" in found.sites.index


def test_shares_of_steps_fall():
    """Steps come in any order, and a farther one that counts no less than a nearer one is refused."""
    near_first = locate(HOMES, PLOTS, "gradual_cover", p=1, steps=[(300, 1.0), (600, 0.5)])
    far_first = locate(HOMES, PLOTS, "gradual_cover", p=1, steps=[(600, 0.5), (300, 1.0)])
    assert near_first.value == far_first.value == 1.0
    with pytest.raises(ProblemError, match="shares: must fall"):
        locate(HOMES, PLOTS, "gradual_cover", p=1, steps=[(300, 0.5), (600, 1.0)])


def test_ways_that_cost_nothing():
    """At no cost per metre only the sites cost, and a pair that is too far stays impossible."""
    cost = np.array([[np.inf, 1.0, 1.0], [1.0, np.inf, 1.0]])
    keys = {"capacity": "beds", "fixed_cost": "price", "cost_per_m": 0}
    found = locate(HOMES, PLOTS, "capacitated_cost", weight="pop", cost=cost, **keys)
    assert found.value == 3.0
    assert all(np.isfinite(found.assignment["distance"]))


def test_the_page_names_the_keys_of_every_model():
    """The table of docs/classic.md has a row for each model with its keys, and one with those of all models."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "classic.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r'^\| (?:`"(?=\w+"`))?(\w+)(?:"`)? \| (`[^|]*) \|', page, flags=re.MULTILINE))
    told = {name: set(re.findall(r"`(\w+)`", keys)) for name, keys in rows.items()}
    assert told.pop("all") == set(FOR_ALL)
    layers = {"demand", "sites"}
    fields = {name: {field.alias or key for key, field in model.model_fields.items()} for name, model in MODELS.items()}
    assert told == {name: keys - set(FOR_ALL) - layers for name, keys in fields.items()}
