"""Real files with the faults that real files have: what a user is told, and what becomes of every row."""

import pytest

RECORDS = "gz_charging_2018_string_coords_bd09_mixed.json"
POPULATION = "gz_district_population_2020_wrong_total.csv"
OUTLINES = "gz_districts_datav_gcj02_no_crs.json"
NO_PROJECTION = "shp_no_prj/sz.shp"
PARTS = "shp_missing_parts/shenzhen_osmroad.shx"


@pytest.mark.parametrize(
    ("name", "use", "words"),
    [
        (RECORDS, "existing", "no CRS; set --crs to the one the coordinates are in"),
        (POPULATION, "demand", "no geometry, and no usual columns of coordinates"),
        (NO_PROJECTION, "districts", "no CRS; set --crs to the one the coordinates are in; by the size"),
        (PARTS, "roads", "without shenzhen_osmroad.shp and shenzhen_osmroad.dbf"),
        (PARTS.replace("shx", "shp"), "roads", 'the file does not exist; did you mean "shenzhen_osmroad.shx"'),
        (PARTS.replace("shx", "prj"), "roads", "without shenzhen_osmroad.shp and shenzhen_osmroad.dbf"),
    ],
)
def test_what_is_not_clear_is_asked(siting, real_data, tmp_path, name, use, words):
    """Without the user's word nothing is imported, and there is no store."""
    store = tmp_path / "s.gpkg"
    ran = siting("import", real_data / "dirty" / name, "--as", use, "--store", store)
    assert ran.code == 3
    assert words in ran.stderr
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "words", "rows", "told"),
    [
        (
            RECORDS,
            ("--as", "existing", "--datum", "bd09"),
            890,
            "numbers written as text, which stay text: PRICE, MAPX",
        ),
        (OUTLINES, ("--as", "districts"), 11, "no datum was given"),
        (OUTLINES, ("--as", "districts", "--datum", "gcj02"), 11, "the file itself names no CRS"),
        (NO_PROJECTION, ("--as", "districts", "--crs", "EPSG:4326"), 10, "utf-8 (.cpg says UTF-8)"),
    ],
)
def test_what_is_said_is_imported(siting, real_data, tmp_path, name, words, rows, told):
    """Once the user has spoken every row is kept."""
    ran = siting("import", real_data / "dirty" / name, *words, "--store", tmp_path / "s.gpkg")
    assert ran.code == 0, ran.stderr
    assert f"{rows} of {rows} rows kept" in ran.stdout
    assert told in ran.stdout


def test_the_forced_encoding_is_said(siting, real_data, tmp_path):
    """A wrong --encoding is the user's word; the report names it and what became of the texts."""
    source = real_data / "dirty" / NO_PROJECTION
    words = ("--as", "districts", "--crs", "EPSG:4326", "--encoding", "gbk", "--store", tmp_path / "s.gpkg")
    told = siting("import", source, *words, "--json").json()
    assert told["encoding_reason"] == "given, although all bytes are valid UTF-8"
    assert told["rows_kept"] == 10


def test_a_wrong_total_is_a_problem(siting, real_data):
    """Rounded populations add up to more than the census says."""
    ran = siting("inspect", real_data / "dirty" / POPULATION, "--total", "pop_10k=1867.66")
    assert 'column "pop_10k" adds up to 1882, 0.77% more than the control total 1867.66' in ran.stdout


@pytest.mark.parametrize("word", ["pop_10k", "=5", "pop_10k=many"])
def test_a_total_that_is_none(siting, real_data, word):
    """`--total` without a number is one message, and a wrong option."""
    ran = siting("inspect", real_data / "dirty" / POPULATION, "--total", word)
    assert ran.code == 2
    assert "COLUMN=NUMBER" in ran.stderr
