"""The store in PostGIS keeps what the GeoPackage keeps, and undoes what was not finished."""

import os
from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from geodata import LayerError
from geodata.store import Provenance, layers, read_layer, write_layer

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

FROM = Provenance("站点.shp", sha256="ab12", licence="ODbL", date="2026-11-21", command="siting import 站点.shp")
HOSTILE = ['x"; DROP TABLE siting_layers; --', "a'b", "100%s %(x)s", "a{}{0}", "a\\b", "乡镇（2023）", "SELECT"]


class Report:
    """The least that is a report."""

    def to_dict(self):
        return {"rows_in": 2}


def points(**columns):
    rows = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[Point(113 + n, 23) for n in range(rows)], crs=4490)


def execute(statement):
    with psycopg.connect(os.environ["SITING_TEST_DATABASE"].replace("+psycopg", "")) as connection:
        connection.execute(statement)


def test_a_layer_comes_back_as_it_went_in(database):
    """Names, gaps in whole numbers and truth values, text that looks like a number, times and order survive."""
    frame = points(
        编号=["002", "001", None],
        数量=pd.array([7, None, 2**53], dtype="Int64"),
        开放=pd.array([None, True, False], dtype="boolean"),
        功率=[1.5, None, np.inf],
        日期=pd.to_datetime(["2026-01-02T03:04:05+08:00", None, None]),
        fid=["x", "y", "\\N"],
        geom=["p", "q\t\n", ""],
    )
    write_layer(database, "充电站", frame, None, FROM)
    back = read_layer(database, "充电站")
    assert back.crs == 4490
    assert list(back.columns) == list(frame.columns)
    for name in ("编号", "数量", "开放", "功率", "fid", "geom"):
        assert (
            back[name].astype(object).fillna("missing").tolist()
            == frame[name].astype(object).fillna("missing").tolist()
        )
    assert back["日期"][0] == frame["日期"][0]
    assert back.geometry.tolist() == frame.geometry.tolist()


def test_a_hundred_thousand_chinese_rows(database):
    """100,000 rows with Chinese names and values come back in order, cell by cell."""
    number = np.arange(100_000)
    frame = gpd.GeoDataFrame(
        {"名称": [f"充电站{n}号" for n in number], "容量": number * 1.5},
        geometry=shapely.points(113 + number / 1e6, 23 - number / 1e6),
        crs=4490,
    )
    write_layer(database, "广州充电站", frame, None, FROM)
    back = read_layer(database, "广州充电站")
    assert back["名称"].tolist() == frame["名称"].tolist()
    assert (back["容量"] == frame["容量"]).all()
    assert (shapely.get_coordinates(back.geometry) == shapely.get_coordinates(frame.geometry)).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_values_are_data(database, name):
    """Names of layers and columns, and cells, are kept letter by letter; the other tables stay."""
    write_layer(database, "first", points(a=[1]), None, FROM)
    write_layer(database, name, points(**{name: [name, "两\n行"]}), None, FROM)
    back = read_layer(database, name)
    assert list(back.columns) == [name, "geometry"]
    assert back[name].tolist() == [name, "两\n行"]
    assert {layer.name for layer in layers(database)} == {"first", name}


def test_any_name_is_kept_or_refused(database):
    """Of sixty names made of what hurts SQL, format strings and terminals, each is kept or refused with one message."""
    random = Random(7)
    for _ in range(60):
        name = "".join(random.choice("\"';%s(){}$1:-\\/ \t\n\0字é😀A_") for _ in range(random.randrange(1, 12)))
        try:
            write_layer(database, name, points(**{name: [1]}), None, FROM)
        except LayerError as error:
            assert "name" in str(error)  # noqa: PT017 - either outcome is good
        else:
            assert read_layer(database, name)[name].tolist() == [1]


@pytest.mark.parametrize("name", ["a\nb", "", "\0", "pg_class", "字" * 22])
def test_names_that_do_not_fit_are_refused(database, name):
    """One message instead of a name that was cut or changed."""
    with pytest.raises(LayerError, match="name"):
        write_layer(database, name, points(a=[1]), None, FROM)
    assert layers(database) == ()


def test_long_column_names_are_refused(database):
    """PostgreSQL would cut them silently."""
    with pytest.raises(LayerError, match="21 Chinese characters"):
        write_layer(database, "a", points(**{"字" * 22: [1]}), None, FROM)


def test_what_was_imported_is_told(database):
    """Rows, CRS, bounds, provenance and report of every layer are kept beside it."""
    write_layer(database, "demand", points(a=[1, 2]), Report(), FROM, kind="demand")
    execute("CREATE TABLE manual (id int PRIMARY KEY, shape geometry(Polygon, 4326))")
    demand, manual = layers(database)
    assert (demand.name, demand.rows, demand.crs, demand.geometry_type) == ("demand", 2, "EPSG:4490", "Point")
    assert demand.bounds == (113, 23, 114, 23)
    assert (demand.provenance, demand.report, demand.kind) == (FROM, {"rows_in": 2}, "demand")
    assert (manual.rows, manual.bounds, manual.provenance, manual.crs) == (0, None, None, "EPSG:4326")


@pytest.mark.parametrize("statement", ["CREATE TABLE stations (id int)", "CREATE VIEW stations AS SELECT 1 AS id"])
def test_a_table_of_somebody_else_is_not_replaced(database, statement):
    """A database may hold what others need; only our own layers are written anew."""
    execute(statement)
    with pytest.raises(LayerError, match="no layer of this store"):
        write_layer(database, "stations", points(a=[1]), None, FROM)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("bad row"), LayerError("a.csv", ["row 7"])])
def test_what_is_interrupted_leaves_the_old_store(database, error):
    """After an interrupt or error in the middle the old layer stands, with its report, and no draft beside it."""
    write_layer(database, "a", points(a=[1, 2]), Report(), FROM)

    def rows():
        yield points(b=[3])
        raise error

    with pytest.raises(type(error)):
        write_layer(database, "a", rows(), None, Provenance("b.shp"))
    (layer,) = layers(database)
    assert (layer.name, layer.provenance) == ("a", FROM)
    assert read_layer(database, "a")["a"].tolist() == [1, 2]


def test_one_writer_at_a_time(database):
    """While a layer is being written, another writer is refused; readers see the old store."""
    write_layer(database, "a", points(a=[1]), None, FROM)

    def rows():
        yield points(a=[2])
        assert read_layer(database, "a")["a"].tolist() == [1]
        with pytest.raises(LayerError, match="somebody else is writing"):
            write_layer(database, "b", points(b=[1]), None, FROM)
        yield points(a=[3])

    write_layer(database, "a", rows(), None, FROM)
    assert read_layer(database, "a")["a"].tolist() == [2, 3]


def test_shapes_of_all_sorts(database):
    """Single and manifold areas are one type; a mixture of points and areas is kept as such."""
    two = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    write_layer(database, "areas", gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), two], crs=4547), None, FROM)
    write_layer(
        database, "mixed", gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), Point(1, 2), None], crs=4547), None, FROM
    )
    assert [layer.geometry_type for layer in layers(database)] == ["MultiPolygon", "Unknown"]
    assert read_layer(database, "mixed").geometry[1:].tolist() == [Point(1, 2), None]


def test_a_box_reads_what_meets_it(database):
    """Bounds pick rows by position, the edge included."""
    write_layer(database, "a", points(a=[0, 1, 2]), None, FROM)
    assert read_layer(database, "a", bounds=(113.5, 22, 115, 24))["a"].tolist() == [1, 2]


def test_a_system_without_code_is_refused(database):
    """A database knows systems by number."""
    crs = "+proj=tmerc +lon_0=113.28 +x_0=41000 +y_0=230000 +ellps=krass"
    with pytest.raises(LayerError, match="no EPSG code"):
        write_layer(database, "a", points(a=[1]).set_crs(crs, allow_override=True), None, FROM)


def test_faults_of_the_database_hide_the_password(database, monkeypatch):
    """A database that is not there is said in one line without what would open it."""
    monkeypatch.setenv("SITING_TEST_DATABASE", "postgresql+psycopg://me:s3cret@/city?host=/nonexistent&passfile=s3cret")
    with pytest.raises(LayerError, match="the database refused") as caught:
        layers(database)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__
