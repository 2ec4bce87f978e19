"""Candidate sites are complete and consistent, or every fault is named by id."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geodata.errors import CrsError, LayerError
from geodata.sites import CandidateSites, concat

UTM = "EPSG:32649"
HOSTILE = ["{{7*7}}", "</script>", "=cmd", "two\nlines"]


def frame(ids=("b", "a"), **columns):
    n = len(ids)
    values = {
        "id": list(ids),
        "status": ["candidate"] * n,
        "site_class": ["fuel"] * n,
        "types": pd.Series([("slow", "fast")] * n, dtype=object),
        "modules": pd.Series([{} for _ in ids], dtype=object),
        "grid_kw": [np.inf] * n,
        "site_cost_cny": [0] * n,
        "district": ["白云区"] * n,
        "place_zh": ["石楼"] * n,
        "place_en": ["Shilou"] * n,
        "place_km": [1.5] * n,
        "precision": ["as surveyed"] * n,
        "source": ["survey"] * n,
    }
    for name, cells in columns.items():
        values[name] = pd.Series(list(cells), dtype=object) if name in {"types", "modules"} else cells
    return gpd.GeoDataFrame(values, geometry=[Point(k, k) for k in range(n)], crs=UTM)


def test_sites_are_sorted_with_canonical_columns():
    """Order and additional columns of the file leave no trace; the cost factor is 1 when left out."""
    sites = CandidateSites(frame(note=["x", "y"]))
    assert list(sites.frame["id"]) == ["a", "b"]
    assert list(sites.frame.geometry) == [Point(1, 1), Point(0, 0)]
    assert list(sites.frame["cost_factor"]) == [1.0, 1.0]
    assert "note" not in sites.frame
    assert sites.frame["site_cost_cny"].dtype == float
    assert len(sites) == 2


def test_hostile_names_are_plain_data():
    """Names that mean something to a template, a browser or a spreadsheet stay what they are."""
    sites = CandidateSites(frame(ids=HOSTILE, place_zh=HOSTILE))
    assert sorted(sites.frame["id"]) == sorted(HOSTILE)
    assert list(sites.frame["place_zh"]) == list(sites.frame["id"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"ids": ["a", "a"]}, 'column "id" must be unique; repeated: a'),
        ({"ids": ["a", " "]}, 'column "id" must hold text; blank or not text in rows 2'),
        ({"ids": [1, 2]}, "not text in rows 1, 2"),
        ({"status": ["open", "candidate"]}, "must be one of existing, required, candidate, forbidden; found b 'open'"),
        ({"types": [["slow"], ("slow",)]}, r"tuple of different facility types; found b \['slow'\]"),
        ({"types": [("slow", "slow"), ()]}, "found b"),
        ({"modules": [{"slow": 0}, {}]}, "whole numbers above 0"),
        ({"modules": [{"slow": 1.5}, {}]}, "whole numbers above 0"),
        ({"grid_kw": [-1, 0]}, 'column "grid_kw" must be a number of at least 0, or infinite; found b -1'),
        ({"grid_kw": [np.nan, 0]}, "found b nan"),
        ({"site_cost_cny": [np.inf, 0]}, 'column "site_cost_cny" must be a number of at least 0; found b inf'),
        ({"cost_factor": [0, 1]}, 'column "cost_factor" must be a number above 0; found b 0'),
        ({"district": [None, "x"]}, 'column "district" must be text .*outside of all.*found b'),
        ({"place_km": [np.nan, 1]}, "at least 0 where a place is named; found b nan"),
    ],
)
def test_every_fault_is_named_by_id(columns, said):
    """A value out of its range is refused with the site and what stands there."""
    with pytest.raises(LayerError, match=said):
        CandidateSites(frame(**columns))


def test_all_faults_come_in_one_error():
    """One report holds the faults of all columns."""
    with pytest.raises(LayerError) as caught:
        CandidateSites(frame(status=["open", "shut"], grid_kw=[-1, -2], cost_factor=[0, 1]))
    assert len(caught.value.faults) == 3


def test_sites_are_points_in_metres():
    """Areas, missing positions and degrees are refused."""
    with pytest.raises(LayerError, match="not a point in id b; turn areas into points"):
        CandidateSites(frame().set_geometry(gpd.GeoSeries([box(0, 0, 1, 1), Point(0, 0)], crs=UTM)))
    with pytest.raises(LayerError, match="no geometry in id b"):
        CandidateSites(frame().set_geometry(gpd.GeoSeries([None, Point(0, 0)], crs=UTM)))
    with pytest.raises(LayerError, match="not finite in id a"):
        CandidateSites(frame().set_geometry(gpd.GeoSeries([Point(0, 0), Point(np.nan, 0)], crs=UTM)))
    with pytest.raises(CrsError, match="candidate sites: CRS EPSG:4326"):
        CandidateSites(frame().set_crs(4326, allow_override=True))


def test_missing_columns_are_listed_together():
    """Every missing column is named at once."""
    with pytest.raises(LayerError) as caught:
        CandidateSites(frame().drop(columns=["status", "precision"]))
    assert len(caught.value.faults) == 2


def test_a_table_without_geometry_is_refused():
    """Sites have positions."""
    with pytest.raises(LayerError, match="expected a GeoDataFrame"):
        CandidateSites(pd.DataFrame(frame()))


def test_places_may_be_missing_as_a_whole():
    """Without named places there is no distance either."""
    sites = CandidateSites(frame(place_zh=["", ""], place_en=["", ""], place_km=[np.nan, np.nan]))
    assert sites.frame["place_km"].isna().all()


def test_existing_sites_have_modules_of_exactly_their_types():
    """What stands is counted by type; what does not stand has no modules."""
    standing = frame(
        status=["existing", "candidate"], types=[("fast",), ("fast",)], modules=[{"fast": np.int64(6)}, {}]
    )
    assert CandidateSites(standing).frame.loc[1, "modules"] == {"fast": 6}
    with pytest.raises(LayerError, match="b: an existing site needs modules of exactly its types"):
        CandidateSites(frame(status=["existing", "candidate"]))
    with pytest.raises(LayerError, match="b: only an existing site has modules"):
        CandidateSites(frame(modules=[{"slow": 1}, {}]))


def test_later_changes_of_the_source_do_not_reach_in():
    """The noun holds its own copy, down to the modules."""
    modules = {"fast": 6}
    source = frame(ids=["a"], status=["existing"], types=[("fast",)], modules=[modules])
    sites = CandidateSites(source)
    modules["fast"] = 7
    source.loc[0, "status"] = "forbidden"
    assert sites.frame.loc[0, "modules"] == {"fast": 6}
    assert sites.frame.loc[0, "status"] == "existing"


def test_status_can_be_replaced():
    """Named sites change, the others and the original stay."""
    sites = CandidateSites(frame())
    changed = sites.with_status({"a": "required"})
    assert list(changed.frame["status"]) == ["required", "candidate"]
    assert list(sites.frame["status"]) == ["candidate", "candidate"]


def test_a_closed_site_loses_its_modules():
    """An existing site that is forbidden counts as if nothing stood there."""
    standing = frame(status=["existing", "candidate"], types=[("fast",), ("fast",)], modules=[{"fast": 6}, {}])
    closed = CandidateSites(standing).with_status({"b": "forbidden"})
    assert closed.frame.loc[1, "modules"] == {}


def test_unknown_ids_and_statuses_are_refused():
    """A misspelt id is answered with the nearest, a wrong status with those that exist."""
    sites = CandidateSites(frame(ids=["station-1", "cell-7"]))
    with pytest.raises(LayerError, match=r'no site "station1"; did you mean "station-1"\?'):
        sites.with_status({"station1": "required"})
    with pytest.raises(LayerError, match="must be one of existing"):
        sites.with_status({"cell-7": "open"})
    with pytest.raises(LayerError, match="needs modules"):
        sites.with_status({"cell-7": "existing"})


def test_sets_are_joined():
    """Joining keeps every site and sorts them."""
    joined = concat([CandidateSites(frame()), CandidateSites(frame(ids=["c"])), CandidateSites(frame().iloc[:0])])
    assert list(joined.frame["id"]) == ["a", "b", "c"]
    assert len(concat([CandidateSites(frame().iloc[:0])])) == 0


def test_sets_that_do_not_fit_are_not_joined():
    """Ids in two sets, two CRS, and nothing at all are refused."""
    sites = CandidateSites(frame())
    with pytest.raises(LayerError, match="repeated: a, b"):
        concat([sites, sites])
    with pytest.raises(CrsError, match="the CRS differ"):
        concat([sites, CandidateSites(frame().set_crs(32650, allow_override=True))])
    with pytest.raises(LayerError, match="nothing to join"):
        concat([])
