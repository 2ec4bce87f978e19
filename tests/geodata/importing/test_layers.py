"""Every row of any source is kept or rejected for a reason, and nothing is understood silently."""

import json
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon

from geodata.errors import LayerError
from geodata.importing.layers import import_layer, import_pieces, import_table
from geodata.importing.report import merged

SQUARE = Polygon([(113, 23), (113.1, 23), (113.1, 23.1), (113, 23.1)])
BOW_TIE = Polygon([(113, 23), (113.1, 23.1), (113.1, 23), (113, 23.1)])


def csv(folder, text, name="a.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def layer_file(folder, *shapes, crs=4326, name="a.gpkg", **columns):
    frame = gpd.GeoDataFrame(columns or {"n": range(1, len(shapes) + 1)}, geometry=list(shapes), crs=crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(folder / name)
    return folder / name


def said(path, **wishes):
    with pytest.raises(LayerError) as caught:
        import_layer(path, **wishes)
    return str(caught.value)


def test_table_becomes_points_and_every_other_row_has_its_reason(tmp_path):
    """Bad coordinates leave their rows out, by reason, with what stands there."""
    path = csv(tmp_path, 'id,lon,lat\na,113.2,23.1\nb,"113,2",23.1\nc,,\nd,x,23\ne,113.3\nf,inf,23\ng,0,0\n')
    layer, report = import_layer(path, crs=4326)
    assert list(layer["id"]) == ["a"]
    assert (report.rows_in, report.rows_kept, report.rows_rejected) == (7, 1, 6)
    by_row = {row: reason for reason, rows in report.rejected.items() for row in rows}
    for row, word in {2: "decimal comma", 3: "no coordinates", 4: "not a number", 5: "number of fields"}.items():
        assert word in by_row[row]
    assert report.problem_rows[0].cells == {"id": "b", "lon": "113,2", "lat": "23.1"}
    assert "look at the rejected rows" in report.advice[0]


def test_report_is_plain_json(tmp_path):
    """Whatever happened, the report can be written as JSON and says how the source was understood."""
    path = csv(tmp_path, "站点,经度,纬度\n甲,113.2,23.1\n乙,,\n")
    _, report = import_layer(path, crs="EPSG:4490", target_crs=32649)
    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert plain["encoding"] == "utf-8"
    assert plain["encoding_reason"] == "all bytes are valid UTF-8"
    assert (plain["crs_found"], plain["crs_declared"], plain["crs_used"]) == (None, "EPSG:4490", "EPSG:32649")
    assert plain["rejected"] == {"no coordinates; fill them in": [2]}
    assert plain["geometry_types"] == {"Point": 1}
    assert plain["null_share"]["站点"] == 0
    assert len(plain["sha256"]) == 64
    assert plain["size_bytes"] == path.stat().st_size


def test_columns_are_renamed_to_what_an_import_needs(tmp_path):
    """The user says which columns hold longitude, latitude and id; even exchanged names are fine."""
    path = csv(tmp_path, "code,lat,lon\n001,113.2,23.1\n")
    layer, _ = import_layer(path, crs=4326, columns={"code": "id", "lat": "lon", "lon": "lat"})
    assert layer["id"].tolist() == ["001"]
    assert layer.geometry.iloc[0] == Point(113.2, 23.1)
    assert 'no column "cod"; did you mean "code"' in said(path, crs=4326, columns={"cod": "id"})
    assert "several columns would be called 'lon'" in said(path, crs=4326, columns={"code": "lon"})


def test_table_without_positions_says_what_there_is(tmp_path):
    """The way out is to name the columns."""
    assert "name them lon and lat, or geometry, in columns (there are: a, b)" in said(csv(tmp_path, "a,b\n1,2\n"))


def test_columns_that_look_like_coordinates_are_named(tmp_path):
    """Several pairs under unusual names must be chosen from; the message lists them."""
    path = csv(tmp_path, "station_lg,station_lt,WGS84_lg,WGS84_lt\n113,23,113,23\n")
    assert "these look like coordinates: station_lg and station_lt; WGS84_lg and WGS84_lt" in said(path)
    both = csv(tmp_path, "x,y,lon,lat\n1,2,113,23\n", "b.csv")
    assert "positions are from the columns lon and lat; not used: x, y" in import_layer(both, crs=4326)[1].remarks


def test_missing_crs_is_asked_for_with_candidates(tmp_path):
    """The size of the coordinates hints at the system, but is not believed."""
    path = layer_file(tmp_path, Point(113, 23), crs=None, name="a.shp")
    assert "no CRS; set crs" in said(path)
    assert "EPSG:4326 (WGS84), or EPSG:4490 (CGCS2000)" in said(path)
    assert import_layer(path, crs=4490)[1].crs_used == "EPSG:4490"
    zone = layer_file(tmp_path, Point(38_434_000, 2_556_000), crs=None, name="b.shp")
    assert "EPSG:4526 (CGCS2000, 3-degree zone 38)" in said(zone)
    assert 'CRS "EPSG:1" is not known' in said(path, crs="EPSG:1")


def test_swapped_axes_are_refused_until_exchanged(tmp_path):
    """When most rows fit the other way round the user must say so."""
    path = layer_file(tmp_path, Point(23, 113), Point(23.1, 113.2))
    assert "2 of 2 rows would lie in China the other way round" in said(path)
    layer, report = import_layer(path, swap_xy=True)
    assert layer.geometry.iloc[0] == Point(113, 23)
    assert report.repairs[0].what == "x and y exchanged, as asked"
    metres = layer_file(tmp_path, Point(2_556_000, 734_000), crs=32649, name="b.gpkg")
    assert "x and y look swapped" in said(metres)


def test_single_swapped_rows_are_rejected(tmp_path):
    """One row the wrong way round does not condemn the file."""
    _, report = import_layer(layer_file(tmp_path, Point(113, 23), Point(23, 113), Point(113, 24)))
    assert list(report.rejected.values()) == [(2,)]


def test_study_area_says_where_rows_should_lie(tmp_path):
    """Against the study area a swap shows outside of China too, and rows far away are counted but kept."""
    area = gpd.GeoDataFrame(geometry=[Polygon([(2, 48), (3, 48), (3, 49), (2, 49)])], crs=4326)
    assert "study area" in said(layer_file(tmp_path, Point(48.5, 2.5)), area=area)
    layer, report = import_layer(layer_file(tmp_path, Point(2.5, 48.5), Point(10, 50), name="b.gpkg"), area=area)
    assert len(layer) == 2
    assert "1 of 2 rows lie outside of the study area and its surroundings and were kept (rows 2)" in report.remarks


def test_metres_called_degrees_are_refused_with_candidates(tmp_path):
    """GeoJSON in metres is the usual case."""
    path = layer_file(tmp_path, Point(356_000, 3_450_000), crs=None, name="a.geojson")
    assert "the CRS is in degrees, but the coordinates are not" in said(path)
    assert "EPSG:32649" in said(path)
    assert import_layer(path, crs=32651)[1].crs_used == "EPSG:32651"


def test_degrees_called_metres_are_refused(tmp_path):
    """Nothing within a few metres of the origin of a zone is meant."""
    path = layer_file(tmp_path, Point(113, 23))
    assert "is in metres, but the coordinates look like degrees" in said(path, crs=32649)


def test_wanted_type_is_kept_and_the_rest_listed(tmp_path):
    """Points among areas go out with their type; a collection of one point is a point."""
    shapes = [Point(113, 23), SQUARE, LineString([(113, 23), (114, 24)]), MultiPoint([(113, 23)])]
    path = layer_file(tmp_path, *shapes, GeometryCollection([Point(113, 23)]))
    points, report = import_layer(path, wanted="points")
    assert [shape.geom_type for shape in points.geometry] == ["Point", "Point"]
    assert {reason.partition(" ")[0]: rows for reason, rows in report.rejected.items()} == {
        "Polygon": (2,),
        "LineString": (3,),
        "GeometryCollection": (5,),
    }
    assert len(import_layer(path, wanted="areas")[0]) == 1
    everything, report = import_layer(path)
    assert len(everything) == 5
    assert any("import the layer once for each" in advice for advice in report.advice)


def test_heights_are_dropped_or_kept_as_a_column(tmp_path):
    """Layers are flat; heights are not lost without a word."""
    path = layer_file(tmp_path, Point(113, 23, 7), Point(113, 23, 8))
    layer, report = import_layer(path)
    assert not layer.geometry.has_z.any()
    assert "2 of 2 geometries have heights, which were dropped" in report.remarks
    assert import_layer(path, height_column="height_m")[0]["height_m"].tolist() == [7, 8]


def test_invalid_areas_are_mended_with_reason_and_areas(tmp_path):
    """A bow-tie matches nothing silently; mended it does, and the report says what changed."""
    path = layer_file(tmp_path, SQUARE, BOW_TIE, id=["a", "b"])
    layer, report = import_layer(path, wanted="areas")
    assert layer.geometry.is_valid.all()
    (repair,) = report.repairs
    assert (repair.row, repair.key, repair.before) == (2, "b", "0 m2")
    assert "Self-intersection" in repair.what
    assert float(repair.after.removesuffix(" m2")) == pytest.approx(11.3e3 * 10.2e3 / 2, rel=0.03)
    assert any("look at them on a map" in advice for advice in report.advice)


def test_invalid_shape_of_which_nothing_is_left_is_rejected(tmp_path):
    """An area without extent is none."""
    flat = Polygon([(113, 23), (114, 23), (113, 23)])
    _, report = import_layer(layer_file(tmp_path, SQUARE, flat), wanted="areas")
    assert [rows for reason, rows in report.rejected.items() if "nothing is left" in reason] == [(2,)]


def test_missing_empty_and_infinite_geometries_are_rejected_apart(tmp_path):
    """Each has its reason and count."""
    path = layer_file(tmp_path, Point(113, 23), None, Point(), Point(np.nan, 1), Point(np.inf, 1))
    _, report = import_layer(path)
    reasons = {row: reason for reason, rows in report.rejected.items() for row in rows}
    assert "no geometry" in reasons[2]
    assert "empty" in reasons[3]
    assert "not finite" in reasons[4]
    assert "not finite" in reasons[5]


def test_repeated_ids_follow_the_policy(tmp_path):
    """Refused with their rows, or the first kept, or numbered; always listed."""
    path = layer_file(tmp_path, *[Point(113, 23)] * 4, id=["a", "a", "a-2", "a"])
    assert "'a' (rows 1, 2, 4)" in said(path)
    first, report = import_layer(path, duplicate_ids="first")
    assert first["id"].tolist() == ["a", "a-2"]
    assert report.duplicates == {"a": (1, 2, 4)}
    assert report.rows_rejected == 2
    numbered, report = import_layer(path, duplicate_ids="suffix")
    assert numbered["id"].tolist() == ["a", "a-3", "a-2", "a-4"]
    assert [(repair.row, repair.before, repair.after) for repair in report.repairs] == [
        (2, "a", "a-3"),
        (4, "a", "a-4"),
    ]


def test_condition_leaves_rows_out_and_counts_them(tmp_path):
    """Rows left out on demand are in the report, but are no problem."""
    path = layer_file(tmp_path, Point(113, 23), Point(113, 24), n=[1, 2])
    layer, report = import_layer(path, where="n > 1", strict=True)
    assert layer["n"].tolist() == [2]
    assert list(report.rejected.values()) == [(1,)]


def test_strict_makes_errors_of_repairs_and_rejections(tmp_path):
    """All of them at once, with their rows."""
    path = layer_file(tmp_path, SQUARE, BOW_TIE, None)
    words = said(path, strict=True)
    assert "no geometry" in words
    assert "(rows 3)" in words
    assert "invalid geometry repaired" in words
    assert import_layer(layer_file(tmp_path, SQUARE, name="b.gpkg"), strict=True)[1].rows_kept == 1


def test_datum_is_shifted_to_wgs84(tmp_path):
    """A point of a Chinese web map moves by some 600 m; without a datum the report warns."""
    path = csv(tmp_path, "lon,lat\n113.2644,22.9885\n")
    plain, report = import_layer(path, crs=4326)
    assert any("no datum was given" in advice for advice in report.advice)
    shifted, report = import_layer(path, datum="gcj02", target_crs=32649)
    apart = shifted.geometry.iloc[0].distance(plain.to_crs(32649).geometry.iloc[0])
    assert 500 < apart < 700
    assert report.datum == "gcj02"
    assert 'datum "gcj" is not known' in said(path, datum="gcj")
    assert import_layer(layer_file(tmp_path, Point(434_000, 2_556_000), crs=4547), datum="wgs84")[1].rows_kept == 1


def test_reference_speaks_about_the_datum(real_data):
    """Against stations of another source the mixed file of a platform shows its mixture; nothing is averaged."""
    stations = gpd.read_file(real_data / "guangzhou/gz_charging_stations_2021_wgs84.gpkg")
    path = real_data / "dirty/gz_charging_2018_string_coords_bd09_mixed.json"
    _, report = import_layer(path, datum="bd09", references={"stations": stations})
    assert "rows of different datums" in report.datum_reason
    assert any("split the file" in advice for advice in report.advice)


def test_no_row_left_is_a_fault_with_the_reasons(tmp_path):
    """An empty layer is never returned."""
    words = said(csv(tmp_path, "lon,lat\n,\nx,1\n"), crs=4326)
    assert "no row is left" in words
    assert "no coordinates; fill them in (rows 1)" in words


def test_control_totals_are_checked(tmp_path):
    """Rounded rows that add up to something else than the published total are said, and refused under strict."""
    path = csv(tmp_path, "district,pop\na,374\nb,266\n")
    table, report = import_table(path, totals={"pop": 640})
    assert len(table) == 2
    assert not report.advice
    _, report = import_table(path, totals={"pop": 600})
    assert 'column "pop" adds up to 640, 6.67% more than the control total 600' in report.advice[0]
    with pytest.raises(LayerError, match="adds up to 640"):
        import_table(path, totals={"pop": 600}, strict=True)


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_pieces_add_up_to_the_whole(tmp_path, rows):
    """A long table imported in pieces gives the same rows and the same report."""
    lines = "".join(f"{n},{113 + n / 100},{23 if n % 4 else ''}\n" for n in range(1, 11))
    path = csv(tmp_path, f"n,lon,lat\n{lines}")
    whole, report = import_layer(path, crs=4326)
    pieces, reports = zip(*import_pieces(path, rows=rows, crs=4326), strict=True)
    assert pd.concat(pieces)["n"].tolist() == whole["n"].tolist()
    total = merged(reports)
    assert (total.rows_in, total.rows_kept, total.rejected) == (10, 8, report.rejected)
    assert total.bounds_after == report.bounds_after
    assert total.geometry_types == report.geometry_types


@pytest.mark.parametrize("name", ["a.geojson", "a.csv"])
def test_a_column_called_geometry_is_not_lost(tmp_path, name):
    """It gets another name, which is said."""
    feature = '{"type":"Feature","properties":{"geometry":"flat"},"geometry":{"type":"Point","coordinates":[113,23]}}'
    text = feature if name == "a.geojson" else "lon,lat,geometry\n113,23,flat\n"
    layer, report = import_layer(csv(tmp_path, text, name), crs=4326)
    assert layer["geometry_2"].tolist() == ["flat"]
    assert layer.geometry.iloc[0] == Point(113, 23)
    assert 'column "geometry": called "geometry_2"' in report.casts[-1]


def test_ids_are_compared_across_pieces(tmp_path):
    """A repeated id is found however far apart its rows are."""
    path = csv(tmp_path, "id,lon,lat\na,113,23\nb,113,23\n,113,23\n,113,23\na,113,23\n")
    with pytest.raises(LayerError, match=r"ids that earlier rows have: 'a' \(row 5\)"):
        list(import_pieces(path, rows=2, crs=4326))
    reports = [report for _, report in import_pieces(path, rows=2, crs=4326, duplicate_ids="first")]
    assert list(merged(reports).rejected.values()) == [(5,)]


COORDINATE = st.none() | st.floats(width=32) | st.sampled_from([0.0, 113.25, 23.1, 500.0, np.inf])


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=8), st.booleans())
def test_rows_add_up_whatever_the_coordinates_are(tmp_path_factory, pairs, strict):
    """Rows in are rows kept and rows rejected, each row once, or the whole is refused."""
    path = csv(tmp_path_factory.mktemp("any"), "lon,lat\n" + "".join(f"{x},{y}\n" for x, y in pairs))
    try:
        layer, report = import_layer(path, crs=4326, strict=strict)
    except LayerError:
        return
    rejected = [row for rows in report.rejected.values() for row in rows]
    assert len(layer) + len(rejected) == len(pairs) == report.rows_in
    assert len(set(rejected)) == len(rejected)
    assert np.isfinite(layer.total_bounds).all()


@pytest.mark.parametrize(
    ("name", "wishes", "rows"),
    [
        ("gz_charging_2018_string_coords_bd09_mixed.json", {"datum": "bd09", "columns": {"CDZCODE": "id"}}, 890),
        ("gz_districts_datav_gcj02_no_crs.json", {"datum": "gcj02", "columns": {"adcode": "id"}}, 11),
        ("shp_no_prj/sz.shp", {"crs": 4326}, 10),
    ],
)
def test_dirty_files_come_in_once_the_user_has_spoken(real_data, name, wishes, rows):
    """All their rows, with the datum or CRS that the file does not say."""
    layer, report = import_layer(real_data / "dirty" / name, **wishes)
    assert (report.rows_in, report.rows_kept, len(layer)) == (rows, rows, rows)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("gz_charging_2018_string_coords_bd09_mixed.json", "no CRS; set crs"),
        ("gz_district_population_2020_wrong_total.csv", "no geometry"),
        ("shp_no_prj/sz.shp", "no CRS; set crs"),
        ("shp_missing_parts/shenzhen_osmroad.shp", "does not exist"),
        ("shp_missing_parts/shenzhen_osmroad.shx", "ask for all files of the Shapefile"),
    ],
)
def test_dirty_files_are_refused_with_what_is_missing(real_data, name, word):
    """Nothing is guessed about them."""
    assert word in said(real_data / "dirty" / name)


def test_dirty_population_misses_its_census_total(real_data):
    """Eleven rounded figures add to 1882, not to the census figure."""
    path = real_data / "dirty/gz_district_population_2020_wrong_total.csv"
    _, report = import_table(path, totals={"pop_10k": 1867.66})
    assert report.rows_kept == 11
    assert "adds up to 1882, 0.77% more than the control total 1867.66" in report.advice[0]


def test_forced_encoding_against_the_bytes_is_said(real_data):
    """Reading the UTF-8 districts as GBK is allowed, but the report says what speaks against it."""
    _, report = import_layer(real_data / "dirty/shp_no_prj/sz.shp", crs=4326, encoding="gbk")
    assert report.encoding_reason == "given, although all bytes are valid UTF-8"
