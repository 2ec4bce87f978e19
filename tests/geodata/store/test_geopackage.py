"""The store in one file: layers come back as they went in, one at a time, and never half."""

import json
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geodata import LayerError
from geodata.store import Provenance, layers, read_layer, write_layer
from geodata.store.styles import LOOKS

FROM = Provenance("站点.shp", sha256="ab12", licence="ODbL", date="2026-11-21", command="siting import 站点.shp")
HOSTILE = ['x"; DROP TABLE siting_layers; --', "a'b", "100%s %(x)s", "a{{7*7}}", "a</script>", "a/../b", "乡镇（2023）"]


class Report:
    """The least that is a report."""

    def __init__(self, rows):
        self.rows = rows

    def to_dict(self):
        return {"rows_in": self.rows, "source": "站点.shp"}


def points(**columns):
    rows = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[Point(113 + n, 23) for n in range(rows)], crs=4490)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "study.gpkg"


def rows_of(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_a_layer_comes_back_as_it_went_in(store):
    """Chinese names, gaps in whole numbers and truth values, text that looks like a number, and times survive."""
    frame = points(
        编号=["001", "002"],
        数量=pd.array([7, None], dtype="Int64"),
        开放=pd.array([None, True], dtype="boolean"),
        功率=[1.5, None],
        日期=pd.to_datetime(["2026-01-02T03:04:05+08:00", None]),
        fid=["x", "y"],
        geom=["p", "q"],
    )
    write_layer(store, "充电站", frame, None, FROM)
    back = read_layer(store, "充电站")
    assert back.crs == 4490
    assert list(back.columns) == list(frame.columns)
    assert back["编号"].tolist() == ["001", "002"]
    assert back["数量"].tolist() == [7, pd.NA]
    assert back["开放"].tolist() == [pd.NA, True]
    assert back["日期"][0] == frame["日期"][0]
    assert back.geometry.tolist() == frame.geometry.tolist()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_values_are_data(store, name):
    """Names of layers and columns, and cells, are kept letter by letter; the other tables stay."""
    write_layer(store, "first", points(a=[1]), None, FROM)
    write_layer(store, name, points(**{name: [name, "两\n行"]}), None, FROM)
    back = read_layer(store, name)
    assert list(back.columns) == [name, "geometry"]
    assert back[name].tolist() == [name, "两\n行"]
    assert {layer.name for layer in layers(store)} == {"first", name}


def said(action, words):
    """The message of an action that was refused, which holds the words; None when it was done."""
    try:
        action()
    except LayerError as error:
        return str(error) if words in str(error) else pytest.fail(str(error))
    return None


@given(st.text(max_size=80))
@settings(max_examples=40)
def test_any_name_is_kept_or_refused_with_one_message(tmp_path_factory, name):
    """No text is a name that the store changes or stumbles over."""
    store = tmp_path_factory.mktemp("store") / "study.gpkg"
    if not said(lambda: write_layer(store, name, points(a=[1]), None, FROM), "layer name"):
        assert [layer.name for layer in layers(store)] == [name]
        assert read_layer(store, name)["a"].tolist() == [1]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4, unique=True))
@settings(max_examples=40)
def test_any_column_names_are_kept_or_refused(tmp_path_factory, names):
    """Columns come back under their names, or one message says which name is none."""
    store = tmp_path_factory.mktemp("store") / "study.gpkg"
    frame = (
        points(**{name: [number] for number, name in enumerate(names)}) if "geometry" not in names else points(a=[0])
    )
    if not said(lambda: write_layer(store, "layer", frame, None, FROM), "column name"):
        assert read_layer(store, "layer").equals(frame)


def test_what_was_imported_is_told(store):
    """Rows, CRS, bounds, provenance and report of every layer are kept beside it."""
    write_layer(store, "demand", points(a=[1, 2]), Report(2), FROM, kind="demand")
    (layer,) = layers(store)
    assert (layer.name, layer.rows, layer.crs, layer.geometry_type) == ("demand", 2, "EPSG:4490", "Point")
    assert layer.bounds == (113, 23, 114, 23)
    assert layer.provenance == FROM
    assert layer.report == {"rows_in": 2, "source": "站点.shp"}
    assert layer.kind == "demand"


def test_secrets_do_not_enter_the_store(store):
    """An address in source, command or report is written without its password."""
    address = "postgresql://me:s3cret@db/city"
    report = Report(1)
    report.to_dict = lambda: {"source": address}
    write_layer(store, "a", points(a=[1]), report, Provenance(address, command=f"siting import {address}"))
    assert b"s3cret" not in store.read_bytes()
    assert layers(store)[0].report == {"source": "postgresql://***@db/city"}


def test_a_layer_of_somebody_else_is_listed_without_provenance(store):
    """What was added in QGIS is a layer too."""
    write_layer(store, "a", points(a=[1]), None, FROM)
    pyogrio.write_dataframe(points(b=[1, 2]), store, layer="manual", driver="GPKG")
    assert [(layer.name, layer.rows, layer.provenance) for layer in layers(store)] == [
        ("a", 1, FROM),
        ("manual", 2, None),
    ]


def test_replacing_a_layer_leaves_the_others(store):
    """The second writing of a layer is what counts; its neighbour has the same rows as before."""
    write_layer(store, "a", points(a=[1, 2]), Report(2), FROM)
    write_layer(store, "b", points(b=["x"]), None, FROM)
    write_layer(store, "a", points(c=[3]), Report(1), FROM)
    assert read_layer(store, "a")["c"].tolist() == [3]
    assert read_layer(store, "b")["b"].tolist() == ["x"]
    assert [layer.rows for layer in layers(store)] == [1, 1]


def failing_after(frame, error):
    yield frame
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("bad row"), LayerError("a.csv", ["row 7"])])
def test_what_is_interrupted_leaves_the_old_store(store, error):
    """After an interrupt or error in the middle the file has the same bytes, and nothing else lies beside it."""
    write_layer(store, "a", points(a=[1, 2]), None, FROM)
    before = store.read_bytes()
    with pytest.raises(type(error)):
        write_layer(store, "a", failing_after(points(a=[3]), error), None, FROM)
    assert store.read_bytes() == before
    assert [file.name for file in store.parent.iterdir()] == ["study.gpkg"]


def test_one_writer_at_a_time(store):
    """While a layer is being written, another writer is refused; readers see the old store."""
    write_layer(store, "a", points(a=[1]), None, FROM)

    def rows():
        yield points(a=[2])
        assert read_layer(store, "a")["a"].tolist() == [1]
        with pytest.raises(LayerError, match="somebody else is writing"):
            write_layer(store, "b", points(b=[1]), None, FROM)
        yield points(a=[3])

    write_layer(store, "a", rows(), None, FROM)
    assert read_layer(store, "a")["a"].tolist() == [2, 3]


def test_a_store_that_another_program_changes_is_refused(store):
    """Changes that QGIS keeps in its own file would be lost or would spoil the new one."""
    write_layer(store, "a", points(a=[1]), None, FROM)
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE siting_layers SET licence = 5")
        database.commit()
        with pytest.raises(LayerError, match="another program has it open"):
            write_layer(store, "b", points(b=[1]), None, FROM)


def test_what_a_killed_writer_left_does_no_harm(store):
    """A draft and its journal from before are removed, not used."""
    write_layer(store, "a", points(a=[1]), None, FROM)
    for ending in ("", "-journal", "-wal", ".parts.gpkg"):
        (store.parent / f".study.draft.gpkg{ending}").write_bytes(b"left over")
    write_layer(store, "b", points(b=[2]), None, FROM)
    assert [layer.name for layer in layers(store)] == ["a", "b"]
    assert [file.name for file in store.parent.iterdir()] == ["study.gpkg"]


def test_a_link_is_followed(store, tmp_path):
    """The file that a link names is replaced; the link stays one, and the file keeps its permissions."""
    (tmp_path / "elsewhere").mkdir()
    real = tmp_path / "elsewhere" / "real.gpkg"
    write_layer(real, "a", points(a=[1]), None, FROM)
    real.chmod(0o640)
    store.symlink_to(real)
    write_layer(store, "b", points(b=[2]), None, FROM)
    assert store.is_symlink()
    assert len(layers(real)) == 2
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_is_none_is_said(tmp_path):
    """A store below a file cannot be written; the message names it."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LayerError, match="cannot be written"):
        write_layer(tmp_path / "file" / "study.gpkg", "a", points(a=[1]), None, FROM)


def test_a_fault_of_the_rows_is_not_one_of_the_store(store):
    """What the source of the rows raises reaches the caller as it is."""
    with pytest.raises(InterruptedError):
        write_layer(store, "a", failing_after(points(a=[3]), InterruptedError()), None, FROM)


def test_same_layers_same_bytes(tmp_path):
    """Two stores into which the same was written in the same order do not differ in a byte."""
    for name in ("one", "two"):
        for layer, frame in (("a", points(a=[1, 2])), ("b", points(b=["x"])), ("a", points(a=[5]))):
            write_layer(tmp_path / f"{name}.gpkg", layer, frame, Report(1), FROM, kind="demand")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_rows_may_come_in_parts_and_are_counted(store):
    """Parts are one layer in their order, and the listener hears how many rows are written."""
    heard = []
    parts = (points(a=[n], b=pd.array([None if n else 1], dtype="Int64")) for n in range(3))
    write_layer(store, "a", parts, None, FROM, progress=heard.append)
    assert heard == [1, 2, 3]
    assert read_layer(store, "a")["a"].tolist() == [0, 1, 2]


def test_parts_without_rows_are_skipped(store):
    """A piece of which nothing is left decides neither types nor geometry."""
    none = gpd.GeoDataFrame({"a": pd.Series([], dtype=object)}, geometry=[], crs=4490)
    write_layer(store, "a", iter([none, points(a=[1]), none, points(a=[2])]), None, FROM)
    assert read_layer(store, "a")["a"].tolist() == [1, 2]
    assert layers(store)[0].geometry_type == "Point"
    write_layer(store, "none", iter([none, none]), None, FROM)
    assert layers(store)[1].rows == 0
    with pytest.raises(LayerError, match="no rows"):
        write_layer(store, "b", iter([]), None, FROM)


@pytest.mark.parametrize(
    ("second", "word"),
    [
        (points(b=[1]), "columns or CRS"),
        (points(a=["x"]), "other types"),
        (points(a=[1]).set_crs(4326, allow_override=True), "columns or CRS"),
        (gpd.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 1, 1)], crs=4490), "two layers"),
    ],
)
def test_parts_that_do_not_fit_are_refused(store, second, word):
    """Nothing is written when a later part has other columns, types, CRS or geometries."""
    with pytest.raises(LayerError, match=word):
        write_layer(store, "a", iter([points(a=[1]), second]), None, FROM)
    assert not store.exists()


def test_single_and_manifold_shapes_are_one_layer(store):
    """An area of one part beside one of two becomes an area of parts, in whatever row it stands."""
    two = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    for frame in ([box(0, 0, 1, 1), two], [two, box(0, 0, 1, 1)]):
        write_layer(store, "a", gpd.GeoDataFrame(geometry=frame, crs=4490), None, FROM)
        assert layers(store)[0].geometry_type == "MultiPolygon"
        assert all(shape.equals(other) for shape, other in zip(read_layer(store, "a").geometry, frame, strict=True))
    parts = (gpd.GeoDataFrame(geometry=[shape], crs=4490) for shape in (box(0, 0, 1, 1), two))
    write_layer(store, "b", parts, None, FROM)
    assert layers(store)[1].rows == 2


def test_an_empty_layer_is_a_layer(store):
    """No rows, and rows without geometry, are kept."""
    write_layer(store, "none", points(a=[1])[:0], None, FROM)
    write_layer(store, "null", gpd.GeoDataFrame({"a": [1]}, geometry=[None], crs=4490), None, FROM)
    none, _ = layers(store)
    assert (none.rows, none.bounds) == (0, None)
    assert read_layer(store, "null").geometry.tolist() == [None]


@pytest.mark.parametrize(
    ("frame", "word"),
    [
        (points(a=[1]).set_crs(None, allow_override=True), "no CRS"),
        (points(a=[{"x": 1}]), "holds dict"),
        (points(a=[1, "x"]), "holds int, str"),
        (points(a=["x\0y"]), "zero character"),
        (points(a=pd.array([2**60 + 1, None], dtype="Int64")), "digits"),
        (points(a=pd.array([2**63], dtype="uint64")), "digits"),
        (points(a=[1 + 2j]), "complex"),
        (points(a=pd.to_timedelta([1])), "timedelta"),
        (points(Name=[1], name=[2]), "capitals"),
        (points(a=[1]).rename_geometry("shape").assign(geometry=[1]), "geometries are read under"),
        (points(a=[1]).assign(other=gpd.GeoSeries([Point(0, 0)])), "holds geometry"),
    ],
)
def test_what_would_change_is_refused(store, frame, word):
    """A cell that no column type keeps is said, with its column; nothing is written."""
    with pytest.raises(LayerError, match=word):
        write_layer(store, "a", frame, None, FROM)
    assert not store.exists()


def test_names_that_differ_in_capitals_are_refused(store):
    """One table of the file cannot be called Sites and sites."""
    write_layer(store, "Sites", points(a=[1]), None, FROM)
    with pytest.raises(LayerError, match="there is a layer 'Sites'"):
        write_layer(store, "sites", points(a=[1]), None, FROM)


@pytest.mark.parametrize("name", ["gpkg_contents", "rtree_a", "sqlite_master", "layer_styles", "Siting_Layers"])
def test_tables_of_the_database_are_no_layers(store, name):
    """What the format needs cannot be overwritten."""
    with pytest.raises(LayerError, match="belongs to the database"):
        write_layer(store, name, points(a=[1]), None, FROM)


def test_a_box_reads_what_meets_it(store):
    """Bounds pick rows by position, the edge included."""
    write_layer(store, "a", points(a=[0, 1, 2]), None, FROM)
    assert read_layer(store, "a", bounds=(113.5, 22, 115, 24))["a"].tolist() == [1, 2]


def test_what_is_not_there_is_said(tmp_path, store):
    """A missing store, a missing layer with the nearest name, and a file that is no store."""
    with pytest.raises(LayerError, match="no such store"):
        read_layer(store, "a")
    write_layer(store, "charging", points(a=[1]), None, FROM)
    with pytest.raises(LayerError, match='did you mean "charging"'):
        read_layer(store, "chargin")
    with pytest.raises(LayerError, match=r'ends with "\.gpkg"'):
        write_layer(tmp_path / "study.shp", "a", points(a=[1]), None, FROM)
    with pytest.raises(LayerError, match="a store is a path") as caught:
        layers("postgresql://me:s3cret@db/city")
    assert "s3cret" not in str(caught.value)
    store.write_bytes(b"no database")
    for action in (lambda: layers(store), lambda: write_layer(store, "a", points(a=[1]), None, FROM)):
        with pytest.raises(LayerError, match=r"cannot be (read|written)"):
            action()
    assert store.read_bytes() == b"no database"


class TestStyles:
    """How QGIS draws a layer when it is opened for the first time."""

    SHAPES = (Point(0, 0), LineString([(0, 0), (1, 1)]), Polygon([(0, 0), (1, 0), (1, 1)]))

    @pytest.mark.parametrize("kind", [*LOOKS, ""])
    @pytest.mark.parametrize(("shape", "symbol"), list(zip(SHAPES, ("marker", "line", "fill"), strict=True)))
    def test_every_kind_has_a_default_style(self, store, kind, shape, symbol):
        """The style is of the symbol that the geometries need, and known to QGIS by layer and geometry column."""
        write_layer(store, "图层", gpd.GeoDataFrame(geometry=[shape], crs=4490), None, FROM, kind=kind)
        ((schema, table, column, default, qml),) = rows_of(
            store, "SELECT f_table_schema, f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        )
        assert (schema, table, column, default) == ("", "图层", "geom", 1)
        assert ET.fromstring(qml.split("\n", 1)[1]).find(".//symbol").get("type") == symbol

    def test_a_style_changed_in_qgis_is_kept(self, store):
        """Importing anew does not undo somebody's work, unless points became areas."""
        write_layer(store, "a", points(a=[1]), None, FROM)
        with closing(sqlite3.connect(store)) as database, database:
            database.execute("UPDATE layer_styles SET styleQML = 'mine'")
        write_layer(store, "a", points(a=[2]), None, FROM)
        assert rows_of(store, "SELECT styleQML FROM layer_styles") == [("mine",)]
        write_layer(store, "a", gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4490), None, FROM)
        assert "SimpleFill" in rows_of(store, "SELECT styleQML FROM layer_styles")[0][0]

    def test_tables_are_known_to_other_programs(self, store):
        """GDAL lists records and styles as tables without geometry; the report is JSON."""
        write_layer(store, "a", points(a=[1]), Report(1), FROM)
        tables = {str(name): kind for name, kind in pyogrio.list_layers(store)}
        assert tables == {"a": "Point", "siting_layers": None, "layer_styles": None}
        record = pyogrio.read_dataframe(store, layer="siting_layers")
        assert json.loads(record["report"][0])["rows_in"] == 1
