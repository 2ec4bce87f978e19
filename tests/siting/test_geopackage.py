"""The result layers as a GeoPackage."""

import runpy
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from geodata import CrsError
from maps_out.tables import MARKERS
from siting.errors import RunFolderError
from siting.formats.geopackage import read_layers, write_geopackage
from siting.formats.layer_styles import SHAPES, layer_style

TINY = runpy.run_path(str(Path(__file__).with_name("test_run_folder.py")))
tiny_result, hostile_result = TINY["tiny_result"], TINY["hostile_result"]


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.execute(query))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4547", "EPSG:32649"])
def test_layers_are_in_the_output_crs_and_read_back_in_degrees(tmp_path: Path, crs: str) -> None:
    """Every layer carries the output CRS; read back, a site stands where it stood within 1e-8 degrees."""
    path = tmp_path / "sites.gpkg"
    write_geopackage(path, tiny_result(output={"crs": crs}))
    for layer in ("sites", "demand", "assignment", "districts", "places"):
        assert gpd.read_file(path, layer=layer).crs == crs
    site = read_layers(path)["sites"].set_index("facility_id").geometry["f-s2"]
    assert (site.x, site.y) == pytest.approx((113.27, 23.06), abs=1e-8)


def test_unserved_is_demand_less_served_and_never_negative(tmp_path: Path) -> None:
    """Of 200 kWh 150 are served: 50 are not; solver dust above the demand is no negative remainder."""
    result = tiny_result()
    dusty = result.demand.assign(served=result.demand["served"] + 1e-12 * (result.demand["row_id"] == "p:c1:charging"))
    write_geopackage(tmp_path / "sites.gpkg", replace(result, demand=dusty))
    demand = gpd.read_file(tmp_path / "sites.gpkg", layer="demand").set_index("row_id")
    assert demand["unserved"].to_dict() == {
        "p:c1:charging": 0.0,
        "p:c2:charging": 50.0,
        "p:c3:swapping": 10.0,
        "t:c2:charging": 100.0,
    }
    assert demand["covered"].dtype == bool


def test_column_types_do_not_depend_on_the_rows(tmp_path: Path) -> None:
    """Empty tables, and columns without any value, have the types of full ones."""
    result = tiny_result()
    empty = replace(
        result,
        assignment=result.assignment.iloc[:0],
        sites=result.sites.iloc[:0],
        places=gpd.GeoDataFrame({"name_zh": [], "name_en": [], "rank": []}, geometry=[], crs="EPSG:4547"),
    )
    for name, content in (("full", result), ("empty", empty)):
        write_geopackage(tmp_path / f"{name}.gpkg", content)
    for layer in ("sites", "assignment", "districts", "places"):
        types = [rows(tmp_path / f"{name}.gpkg", f"PRAGMA table_info({layer})") for name in ("full", "empty")]
        assert types[0] == types[1]
    districts = dict(row[1:3] for row in rows(tmp_path / "full.gpkg", "PRAGMA table_info(districts)"))
    assert districts["share_served_hydrogen"] == "REAL"


def test_extra_columns_are_kept(tmp_path: Path) -> None:
    """A column that only the result knows, such as land, is written too."""
    result = tiny_result()
    write_geopackage(tmp_path / "sites.gpkg", replace(result, sites=result.sites.assign(land_m2=[1.5, 2.0, 3.0])))
    assert gpd.read_file(tmp_path / "sites.gpkg", layer="sites")["land_m2"].tolist() == [1.5, 2.0, 3.0]


def test_chinese_and_hostile_text_come_back_unchanged(tmp_path: Path) -> None:
    """Text is stored as it is; nothing is escaped, cut or run."""
    write_geopackage(tmp_path / "sites.gpkg", hostile_result())
    sites = gpd.read_file(tmp_path / "sites.gpkg", layer="sites").set_index("priority")
    assert tuple(sites.sort_index()["place_zh"]) == TINY["HOSTILE"]
    assert set(sites["district"]) == {"甲区"}


def test_clock_of_the_file_is_fixed_and_the_setting_is_given_back(tmp_path: Path) -> None:
    """The date in the file is the fixed one; GDAL's own setting is afterwards what it was."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-02-03T00:00:00.000Z"})
    try:
        write_geopackage(tmp_path / "sites.gpkg", tiny_result())
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-02-03T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    dates = rows(tmp_path / "sites.gpkg", "SELECT last_change FROM gpkg_contents")
    assert set(dates) == {("2000-01-01T00:00:00.000Z",)}


def test_output_crs_that_is_unknown_or_does_not_reach_is_named(tmp_path: Path) -> None:
    """An unknown code, and positions without a place in the CRS, stop the writing with a sentence."""
    with pytest.raises(CrsError, match=r"output\.crs"):
        write_geopackage(tmp_path / "a.gpkg", tiny_result(output={"crs": "EPSG:1"}))
    result = tiny_result()
    lost = gpd.GeoSeries.from_xy([np.inf] * 3, [0.0] * 3, crs=result.sites.crs)
    with pytest.raises(RunFolderError, match="layer sites: 3 of 3 rows have no position in EPSG:4326"):
        write_geopackage(tmp_path / "b.gpkg", replace(result, sites=result.sites.set_geometry(lost)))


class TestStyles:
    """The table in which QGIS finds a layer's style when it opens it."""

    @pytest.fixture
    def styles(self, tmp_path: Path) -> dict[str, ET.Element]:
        write_geopackage(tmp_path / "sites.gpkg", hostile_result())
        found = rows(tmp_path / "sites.gpkg", "SELECT f_table_name, styleQML FROM layer_styles")
        return {str(name): ET.fromstring(str(qml).split("\n", 1)[1]) for name, qml in found}

    def test_every_layer_has_one_default_style(self, tmp_path: Path) -> None:
        """QGIS asks by table, empty schema and geometry column; the table is known to GDAL as well."""
        write_geopackage(tmp_path / "sites.gpkg", tiny_result())
        query = "SELECT f_table_schema, f_table_name, f_geometry_column, useAsDefault, update_time FROM layer_styles"
        found = rows(tmp_path / "sites.gpkg", query)
        layers = ("sites", "demand", "assignment", "districts", "places")
        assert found == [("", layer, "geom", 1, "2000-01-01T00:00:00.000Z") for layer in layers]
        columns = rows(tmp_path / "sites.gpkg", "SELECT table_name, column_name FROM gpkg_geometry_columns")
        assert set(columns) == {(layer, "geom") for layer in layers}
        assert "layer_styles" in {name for name, _ in pyogrio.list_layers(tmp_path / "sites.gpkg")}

    def test_sites_are_told_apart_by_type_with_colour_and_shape(self, styles: dict[str, ET.Element]) -> None:
        """A category per type with the catalogue's colour and marker; labels survive as text, whatever they say."""
        renderer = styles["sites"].find("renderer-v2")
        assert renderer is not None
        assert renderer.get("attr") == "type"
        assert [entry.get("value") for entry in renderer.iter("category")] == ["fast_hub", "car_swap"]
        labels = [entry.get("label") for entry in renderer.iter("category")]
        assert labels == [" | ".join(TINY["HOSTILE"]), "换电站"]
        looks = [
            {option.get("name"): option.get("value") for option in layer.findall("./Option/Option")}
            for layer in renderer.iter("layer")
        ]
        assert [(look["name"], look["color"]) for look in looks] == [("square", "#0072b2"), ("diamond", "#e69f00")]

    def test_demand_by_cover_and_districts_as_outlines(self, styles: dict[str, ET.Element]) -> None:
        """Demand is split by its column `covered`; districts have no fill and are named."""
        assert [rule.get("filter") for rule in styles["demand"].iter("rule")] == ['"covered"', 'NOT "covered"']
        fill = {option.get("name"): option.get("value") for option in styles["districts"].iter("Option")}
        assert fill["style"] == "no"
        assert [entry.get("fieldName") for entry in styles["districts"].iter("text-style")] == ["district"]

    def test_every_marker_of_the_map_has_a_shape(self) -> None:
        """No facility type is without a shape in QGIS, and no two share one."""
        assert set(SHAPES) == set(MARKERS)
        assert len(set(SHAPES.values())) == len(MARKERS)

    def test_control_characters_do_not_break_the_style(self) -> None:
        """XML knows no control characters; they are shown as unknown."""
        entry = tiny_result().types[0] | {"label_en": "a\x00b\x1bc"}
        qml = layer_style("sites", [entry], "en")
        category = ET.fromstring(qml.split("\n", 1)[1]).find(".//category")
        assert category is not None
        assert category.get("label") == "a\ufffdb\ufffdc"
