"""Tables, views and queries of a database are read as they are, by a transaction that cannot change anything."""

import os

import pytest
from shapely.geometry import Point

from geodata import LayerError
from geodata.importing.layers import import_layer
from geodata.readers.postgis import POSTGIS
from geodata.readers.reader import Reading, Source
from geodata.readers.registry import reader_of

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

STATIONS = """
CREATE TABLE "充电站" (id int PRIMARY KEY, 名称 text, "power kW" float8, 数量 int, code numeric(20),
                      tags jsonb, day date, geom geometry(Point, 4490));
INSERT INTO "充电站" VALUES
    (2, '乙''; DROP TABLE x; --', 1.5, NULL, 12345678901234567890, '{"a": [1]}', '2026-11-21',
     'SRID=4490;POINT(114 23)'),
    (1, '甲', NULL, 7, NULL, NULL, NULL, 'SRID=4490;POINT(113 23)'),
    (3, NULL, 0, 8, 1, NULL, NULL, NULL);
"""


@pytest.fixture
def run(database):
    """Execute statements in the schema of the test, and give the rows of the last one."""
    address = os.environ["SITING_TEST_DATABASE"].replace("+psycopg", "")

    def run(statements):
        with psycopg.connect(address) as connection:
            found = connection.execute(statements)
            return found.fetchall() if found.description else []

    return run


@pytest.fixture
def source(database, run):
    run(STATIONS)
    return Source(database, database)


def test_a_table_is_read_in_the_order_of_its_key(source):
    """Texts stay texts, gaps stay gaps, a number too long for a float and a structure become text."""
    raw = POSTGIS.read(source, Reading(layer="充电站"))
    assert raw.crs == 4490
    assert raw.frame.to_dict("list")["id"] == [1, 2, 3]
    assert raw.frame["名称"].iloc[:2].tolist() == ["甲", "乙'; DROP TABLE x; --"]
    assert raw.frame["数量"].dtype == "Int64"
    assert raw.frame["code"].iloc[1:].tolist() == ["12345678901234567890", "1"]
    assert raw.frame["tags"][1] == '{"a": [1]}'
    assert raw.frame["day"][1] == "2026-11-21"
    assert raw.geometry.tolist() == [Point(113, 23), Point(114, 23), None]
    assert raw.row.tolist() == [1, 2, 3]
    assert raw.rows_in == 3


def test_the_only_table_needs_no_name(run, source):
    """With several, the message lists them; a view is as good as a table."""
    run('CREATE VIEW "v%s" AS SELECT id, geom FROM "充电站" WHERE id = 1')
    schema = run("SELECT current_schema()")[0][0]
    with pytest.raises(LayerError, match="tables with geometry; set layer to one of"):
        POSTGIS.read(source, Reading())
    assert POSTGIS.read(source, Reading(layer=f"{schema}.v%s")).frame["id"].tolist() == [1]
    known = {layer.name: layer for layer in POSTGIS.layers(source)}
    assert (known[f"{schema}.充电站"].geometry_type, known[f"{schema}.充电站"].crs.to_epsg()) == ("Point", 4490)
    assert known[f"{schema}.充电站"].fields["数量"] == "int4"


def test_a_name_in_several_schemas(run, source):
    """A table of the search path comes first; of those elsewhere one must be named with its schema."""
    here = run("SELECT current_schema()")[0][0]
    run(f"CREATE SCHEMA {here}_a; CREATE SCHEMA {here}_b")
    for name in ("a", "b"):
        run(f'CREATE TABLE {here}_{name}.away AS SELECT 5 AS id, geom FROM "充电站"')
    run(f'CREATE TABLE {here}_a."充电站" AS SELECT 5 AS id, geom FROM "充电站"')
    assert POSTGIS.read(source, Reading(layer="充电站")).frame["id"].tolist() == [1, 2, 3]
    assert POSTGIS.read(source, Reading(layer=f"{here}_a.充电站")).frame["id"].tolist() == [5, 5, 5]
    with pytest.raises(LayerError, match="the name of several tables"):
        POSTGIS.read(source, Reading(layer="away"))


def test_pieces_are_the_table(source):
    """Rows come a few at a time, numbered through."""
    found = list(POSTGIS.pieces(source, Reading(layer="充电站"), 2))
    assert [part.row.tolist() for part in found] == [[1, 2], [3]]
    assert found[0].crs == 4490


def test_a_table_without_srid_has_no_crs(run, source):
    """Nobody said what the coordinates are; that is for the user to say, as with a missing .prj."""
    run("CREATE TABLE plain AS SELECT 1 AS id, ST_MakePoint(113, 23) AS geom")
    raw = POSTGIS.read(source, Reading(layer="plain"))
    assert raw.crs is None
    assert raw.remarks == ("the table names no system (SRID 0)",)


def test_a_table_is_imported_like_a_file(run, database, source):
    """The checks of an import are those of files: a missing SRID is a missing CRS, a null position a rejected row."""
    layer, report = import_layer(database, layer="充电站", columns={"名称": "name"})
    assert layer["name"].tolist() == ["甲", "乙'; DROP TABLE x; --"]
    assert (report.source, report.rows_in, report.rows_kept) == (database, 3, 2)
    run("CREATE TABLE plain AS SELECT 1 AS id, ST_MakePoint(113, 23) AS geom")
    with pytest.raises(LayerError, match="no CRS"):
        import_layer(database, layer="plain")


def test_rows_in_several_systems_are_refused(run, source):
    """Positions of different systems are never mixed."""
    run("CREATE TABLE mixed AS SELECT ST_SetSRID(ST_MakePoint(1, 2), srid) AS geom FROM unnest(ARRAY[4326, 4490]) srid")
    with pytest.raises(LayerError, match="SRID 4326, 4490"):
        POSTGIS.read(source, Reading(layer="mixed"))


def test_several_geometry_columns_are_refused(run, source):
    """Which of them is meant is for the user to say."""
    run('CREATE TABLE two AS SELECT geom AS a, geom AS b FROM "充电站"')
    with pytest.raises(LayerError, match=r"several columns hold geometries \(a, b\)"):
        POSTGIS.read(source, Reading(layer="two"))


@pytest.mark.parametrize("name", ['充电站"; DROP TABLE "充电站"; --', "a' OR '1'='1", "", "%s", "充电"])
def test_a_hostile_table_name_finds_nothing(run, source, name):
    """A name is compared, never run."""
    with pytest.raises(LayerError, match="no table"):
        POSTGIS.read(source, Reading(layer=name))
    assert run('SELECT count(*) FROM "充电站"') == [(3,)]


def test_a_query_stands_in_a_file(source, tmp_path):
    """Only what the user wrote into a file is run, percent signs and all."""
    (tmp_path / "近.sql").write_text("SELECT 名称, geom FROM \"充电站\" WHERE 名称 LIKE '甲%';", encoding="utf-8-sig")
    raw = POSTGIS.read(source, Reading(layer=f"@{tmp_path / '近.sql'}"))
    assert raw.frame["名称"].tolist() == ["甲"]
    assert raw.crs == 4490


@pytest.mark.parametrize(
    "query",
    [
        'DROP TABLE "充电站"',
        'DELETE FROM "充电站" RETURNING *',
        'WITH gone AS (DELETE FROM "充电站" RETURNING *) SELECT * FROM gone',
        'SELECT 1; DROP TABLE "充电站"',
        'SELECT 1; COMMIT; DROP TABLE "充电站"',
        "SELECT nextval('counter')",
        "SELECT destroy()",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "not a query",
        'SELECT id AS a, geom AS a FROM "充电站"',
        "",
    ],
)
def test_a_query_cannot_change_anything(run, source, tmp_path, query):
    """Whatever the file says, the transaction is READ ONLY and takes one statement."""
    run("CREATE SEQUENCE counter")
    run('CREATE FUNCTION destroy() RETURNS int AS $$ DELETE FROM "充电站"; SELECT 1 $$ LANGUAGE sql')
    (tmp_path / "q.sql").write_text(query, encoding="utf-8")
    with pytest.raises(LayerError):
        POSTGIS.read(source, Reading(layer=f"@{tmp_path / 'q.sql'}"))
    assert run('SELECT count(*) FROM "充电站"') == [(3,)]


def test_a_missing_query_file_is_said(source):
    """The message names the file."""
    with pytest.raises(LayerError, match=r"nowhere\.sql cannot be read"):
        POSTGIS.read(source, Reading(layer="@nowhere.sql"))


@pytest.mark.parametrize("address", ["postgresql://me:s3cret@db/city", "postgresql+psycopg://me:s3cret@db/city"])
def test_an_address_is_refused_without_repeating_it(address):
    """Passwords belong into the environment."""
    reader, source = reader_of(address)
    assert reader is POSTGIS
    assert "s3cret" not in source.name
    with pytest.raises(LayerError, match="in the environment only") as caught:
        reader.layers(source)
    assert "s3cret" not in str(caught.value)
