"""`siting inspect` and `siting import`: what was understood is said, and every row is accounted for."""

import json

import pytest

from geodata.store import layers, read_layer

ROWS = "编号,经度,纬度,kw\na,113.30,23.10,60\nb,113.31,23.11,120\nc,,23.12,60\n"
MAPPED = ("--map", "编号=id", "--map", "经度=lon", "--map", "纬度=lat", "--crs", "EPSG:4326")


@pytest.fixture
def table(tmp_path):
    """Two good rows and one without longitude, as a Chinese office saves them."""
    path = tmp_path / "站点.csv"
    path.write_bytes(ROWS.encode("gb18030"))
    return path


def test_inspect_says_what_is_in_a_file(siting, table):
    """Encoding, rows and fields of a GB18030 table."""
    ran = siting("inspect", table)
    assert ran.code == 0
    assert "gb18030" in ran.stdout
    assert "3 rows" in ran.stdout
    assert "经度" in ran.stdout


def test_import_keeps_what_is_good_and_names_the_rest(siting, table, tmp_path):
    """Two rows are stored with their provenance; the third is rejected by its number, in terminal, JSON and page."""
    store, page = tmp_path / "layers.gpkg", tmp_path / "report.html"
    ran = siting(
        "import", table, "--as", "existing", "--store", store, "--report", page, *MAPPED, "--licence", "<b>own</b>"
    )
    assert ran.code == 0
    assert "2 of 3 rows kept" in ran.stdout
    assert "rejected" in ran.stdout
    assert read_layer(store, "existing")["id"].tolist() == ["a", "b"]
    [stored] = layers(store)
    assert stored.provenance.licence == "<b>own</b>"
    assert len(stored.provenance.sha256) == 64
    assert "站点.csv" in page.read_text(encoding="utf-8")


def test_strict_stores_nothing(siting, table, tmp_path):
    """With a row to reject, --strict is exit code 3, and there is no store."""
    store = tmp_path / "layers.gpkg"
    ran = siting("import", table, "--as", "existing", "--store", store, "--strict", *MAPPED)
    assert ran.code == 3
    assert not store.exists()


def test_hostile_cells_are_text_in_the_page(siting, tmp_path):
    """A script in a rejected row is shown, not run."""
    path, page = tmp_path / "x.csv", tmp_path / "x.html"
    path.write_text("id,lon,lat\na,113.3,23.1\n<script>alert(1)</script>{{ 7*7 }},,23.1\n", encoding="utf-8")
    ran = siting(
        "import", path, "--as", "demand", "--store", tmp_path / "s.gpkg", "--crs", "EPSG:4326", "--report", page
    )
    assert ran.code == 0
    text = page.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text


def test_a_wrong_map_is_refused(siting, table, tmp_path):
    """`--map` without an equals sign is one message and exit code 3."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", "--map", "经度")
    assert ran.code == 3
    assert "FIELD=NAME" in ran.stderr


def test_json_is_one_object(siting, table, tmp_path):
    """`--json` prints the report."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", *MAPPED, "--json")
    told = json.loads(ran.stdout)
    assert (told["rows_in"], told["rows_kept"], told["rows_rejected"]) == (3, 2, 1)
