"""Candidate sites: from layers, from cells, from what stands; required and forbidden ones."""

import numpy as np
import pytest

from siting.errors import StudyError
from siting.pipeline import prepare


def sites_of(study):
    return prepare(study).sites.frame.set_index("id")


def refused(study):
    with pytest.raises(StudyError) as caught:
        prepare(study)
    return caught.value.faults


def test_sites_of_a_layer(world):
    """A row of a layer is a candidate with the types of its class, its grid power, district, place and source."""
    site = sites_of(world.read()).loc["site:q"]
    assert site[["status", "site_class", "types", "grid_kw", "district"]].to_list() == [
        "candidate",
        "lot",
        ("charger",),
        1000.0,
        "东区",
    ]
    assert site[["place_zh", "place_km", "precision", "source"]].to_list() == ["d地", 2.0, "as given", "invented"]
    assert site["modules"] == {}


def test_polygons_are_sites_too(world):
    """A polygon is a site at a point inside it."""
    world.study["sites"]["sources"]["area"] = {
        "kind": "layer",
        "layer": "districts",
        "site_class": "lot",
        "source": "invented",
    }
    points = sites_of(world.read()).loc[["area:row0001", "area:row0002"]]
    assert list(points["district"]) == ["西区", "东区"]
    assert np.isinf(points["grid_kw"]).all()


def grid(**keys):
    return {"kind": "grid", "cell_m": 5000, "site_class": "lot", "source": "derived"} | keys


def test_sites_on_cells(world):
    """A cell is a candidate that calls itself a search area of its size."""
    world.study["sites"]["sources"] = {"cell": grid(grid_kw=30, site_cost_cny=7)}
    sites = sites_of(world.read())
    assert len(sites) == 8
    assert set(sites["precision"]) == {"search area of 5 km"}
    assert set(sites["grid_kw"]) == {30.0}
    assert set(sites["site_cost_cny"]) == {7.0}


def test_the_busiest_cells(world):
    """Where only so many cells are wanted, those with the most value within 3 km are kept."""
    world.study["sites"]["sources"] = {"cell": grid(cell_m=2000, most=4)}
    sites = sites_of(world.read())
    # Centres lie at odd kilometres. The one at 5, 5 has a, b and c within 3 km, boundary included (360 kWh); four have
    # a and b (300 kWh), and the first three of them by id are kept.
    at_km = sorted(zip(sites.geometry.x / 1000 - 500, sites.geometry.y / 1000 - 2500, strict=True))
    assert at_km == [(1, 5), (3, 3), (3, 5), (5, 5)]


def test_exclusions(world):
    """Neither cells nor candidates of a layer may be where the study excludes places."""
    world.study["layers"]["lake"] = {"path": "districts.geojson", "crs": "EPSG:4547", "where": {"name_en": ["West"]}}
    world.study["area"]["exclude"] = ["lake"]
    world.study["sites"]["sources"]["cell"] = grid()
    sites = sites_of(world.read())
    assert set(sites["district"]) == {"东区"}
    assert "site:q" in sites.index
    assert len(sites) == 5


def test_stations_that_stand(world):
    """A station that stands has exactly its types and modules, whatever its grid power is said to be."""
    world.stand(o={"km": 5, "type": "swapper", "modules": 3})
    site = sites_of(world.read()).loc["old:o"]
    assert (site["status"], site["types"], site["modules"]) == ("existing", ("swapper",), {"swapper": 3})
    assert np.isinf(site["grid_kw"])


def test_several_types_stand_at_a_place(world):
    """Columns of modules by type make one site; a row without any modules is no site."""
    world.stand(o={"km": 5, "fast": 2, "swap": 1}, none={"km": 6, "fast": 0, "swap": 0})
    old = world.study["sites"]["sources"]["old"]
    del old["type_column"], old["modules_column"]
    old["modules"] = {"charger": "fast", "swapper": "swap"}
    sites = sites_of(world.read())
    assert sites.loc["old:o", "modules"] == {"charger": 2, "swapper": 1}
    assert "old:none" not in sites.index


def test_require_and_forbid(world):
    """The study's own words change the status of a site; a forbidden station no longer stands."""
    world.stand(o={"km": 5, "type": "charger", "modules": 1})
    sites = sites_of(world.read('sites.require."site:p"=charger', 'sites.forbid=["old:o"]'))
    assert sites.loc["site:p", "status"] == "required"
    assert (sites.loc["old:o", "status"], sites.loc["old:o", "modules"]) == ("forbidden", {})


def test_requiring_more_at_a_station_keeps_it(world):
    """A type required where a station stands does not take the station away."""
    world.stand(o={"km": 5, "type": "charger", "modules": 1})
    site = sites_of(world.read('sites.require."old:o"=swapper', "sites.max_types_per_site=2")).loc["old:o"]
    assert (site["status"], site["modules"]) == ("existing", {"charger": 1})


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        (
            'sites.types_by_class.lot=["chargr"]',
            'sites.types_by_class.lot: "chargr" is not a facility type of the catalogue; did you mean "charger"?',
        ),
        (
            'sites.require."site:p"=chargr',
            'sites.require.site:p: "chargr" is not a facility type of the catalogue; did you mean "charger"?',
        ),
        ('sites.require."site:x"=charger', 'sites.require or sites.forbid: no site "site:x"; did you mean "site:q"?'),
        ('sites.forbid=["sit:p"]', 'sites.require or sites.forbid: no site "sit:p"; did you mean "site:p"?'),
        ("sites.sources={}", "sites.sources: none; add at least one [sites.sources.NAME]"),
        (
            "sites.types_by_class={}",
            'sites.sources.site: sites.types_by_class: class "lot" of a site source is not there; '
            "say which types it allows",
        ),
        (
            "sites.types_by_class.lot=[]",
            "sites: nothing may open at any site; check sites.types_by_class, sites.forbid and the sites' grid power",
        ),
        (
            'sites.spacing.s={types=["chargr"],min_km=1,source="x"}',
            'sites.spacing.s: "chargr" is not a facility type of the catalogue; did you mean "charger"?',
        ),
    ],
)
def test_rules_that_cannot_be(world, override, fault):
    """A type, class or site that is not there is named by the key that names it."""
    assert refused(world.read(override)) == (fault,)


def test_required_and_forbidden(world):
    """A site cannot be both required and forbidden."""
    study = world.read('sites.require."site:p"=charger', 'sites.forbid=["site:p"]')
    assert refused(study) == ('sites.require and sites.forbid both name "site:p"; take it out of one',)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("type", "chargr", 'column "type": "chargr" in rows 1 is not a facility type of the catalogue; did you mean'),
        ("modules", 1.5, 'column "modules": not a whole number of modules in rows 1 (1.5)'),
        ("modules", -1, "column \"modules\": below 0 in rows 1 ('-1'); give at least 0"),
        ("modules", "", 'column "modules": blank in rows 1; fill in a number'),
        ("type", "", 'column "type": blank in rows 1; fill in a text'),
    ],
)
def test_bad_station(world, column, value, words):
    """A standing station with a wrong cell is told with source, file, column, row and what stands there."""
    world.stand(o={"km": 5, "type": "charger", "modules": 1, column: value})
    (fault,) = refused(world.read())
    assert fault.startswith(f"sites.sources.old: {world.folder / 'existing.csv'}: ")
    assert words in fault


def test_faults_of_several_sources_in_one_report(world):
    """Every source of sites that cannot be used is named in one report."""
    world.stand(o={"km": 5, "type": "chargr", "modules": 1})
    world.sites["p"]["grid_kw"] = "lots"
    old, site = sorted(refused(world.read()))
    assert old.startswith("sites.sources.old: ")
    assert site.startswith("sites.sources.site: ")
    assert "not a number in rows 1 ('lots')" in site


@pytest.mark.parametrize(("key", "source"), [("site_class_column", "site"), ("modules_column", "old")])
def test_a_source_without_its_columns(world, key, source):
    """A source that does not say what stands or may stand at its sites is told which keys it needs."""
    world.stand(o={"km": 5, "type": "charger", "modules": 1})
    del world.study["sites"]["sources"][source][key]
    (fault,) = refused(world.read())
    assert "give " in fault
    assert key in fault


def test_a_grid_without_a_size(world):
    """A grid of sites needs a size, its own or that of the demand cells."""
    cells = grid()
    del cells["cell_m"]
    world.study["sites"]["sources"] = {"cell": cells}
    assert refused(world.read()) == ("sites.sources.cell: a grid of sites needs cell_m, there or in [area]",)
    (said,) = refused(world.read("sites.sources.cell.cell_m=1"))
    assert said.startswith("sites.sources.cell: ")
    assert "cell_m: A grid of 1.0 m has more than 5000000 cells here" in said


def test_sites_on_squares_beside_cells_of_h3(world):
    """A grid of sites keeps its own squares where demand stands in cells of H3, and needs their side."""
    pytest.importorskip("h3", reason="the optional h3 is not installed")
    world.study["sites"]["sources"] = {"cell": grid()}
    assert len(sites_of(world.read("area.h3_resolution=7"))) == 8
    del world.study["sites"]["sources"]["cell"]["cell_m"]
    assert "needs cell_m" in refused(world.read("area.h3_resolution=7"))[0]
