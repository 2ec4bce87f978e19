"""What stands in files and arguments is text: never SQL, never markup, never a path, nothing that a terminal obeys."""

import csv

import pytest

from geodata.store import layers, read_layer

CELLS = [
    "'; DROP TABLE siting_layers; --",
    "</td><script>alert(1)</script>",
    "\x1b]0;renamed\x07",
    "a\nb",
    "\u202eabc",
    "{{ 7*7 }}",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
]
COLUMNS = [
    "'; DROP TABLE x; --", 'a"b', "../x", "<img src=x onerror=alert(1)>", "{{7*7}}", "a%sb", "fid", "geom", "rowid",
    "[x]", "x.y", "select",
]  # fmt: skip
BAD_NAMES = [
    "'; DROP TABLE x; --",
    "../../etc/x",
    "<script>x</script>",
    "a\nb",
    "\x1b[31mred",
    "gpkg_contents",
    "\u202ea",
]
ODD_NAMES = ['a"b', "a'b", "a`b", "a;b", "a/b", "a%s{}", "select", "站点"]


@pytest.fixture
def table(tmp_path):
    """Every hostile text as an id, in every column, and again in a row that is rejected."""
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "lon", "lat", *COLUMNS])
        for row, cell in enumerate(CELLS):
            rows.writerow([cell, 113.3 + row / 100, 23.1, *[cell] * len(COLUMNS)])
            rows.writerow([f"{cell} bad", cell, 23.1, *[cell] * len(COLUMNS)])
    return path


def importing(source, store, *more):
    return "import", source, "--as", "demand", "--crs", "EPSG:4326", "--store", store, *more


def test_cells_and_columns_come_back_as_they_were(siting, table, tmp_path):
    """Letter by letter, and the page shows them as text."""
    store, page = tmp_path / "s.gpkg", tmp_path / "r.html"
    ran = siting(*importing(table, store, "--report", page, "--licence", "<script>x</script>"))
    assert ran.code == 0, ran.stderr
    stored = read_layer(store, "demand")
    assert stored["id"].tolist() == CELLS
    assert set(COLUMNS) <= set(stored.columns)
    assert all(stored[name].tolist() == CELLS for name in COLUMNS)
    text = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_kept(siting, table, tmp_path, name):
    """The layer is called as it was asked for; the others stay."""
    store = tmp_path / "s.gpkg"
    assert siting(*importing(table, store, "--name", "first")).code == 0
    assert siting(*importing(table, store, "--name", name)).code == 0
    assert {layer.name for layer in layers(store)} == {"first", name}
    assert len(read_layer(store, name)) == len(CELLS)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names_are_refused(siting, table, tmp_path, name):
    """One message that can be printed; there is no store."""
    ran = siting(*importing(table, tmp_path / "s.gpkg", "--name", name))
    assert ran.code == 3
    assert len(ran.stderr.splitlines()) == 1
    assert "\x1b" not in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize("name", ["a\nb.gpkg", "\x1b[31m.gpkg"])
def test_a_store_is_no_other_file(siting, table, tmp_path, name):
    """GDAL would drop such characters and write elsewhere."""
    ran = siting(*importing(table, tmp_path / name))
    assert ran.code == 3
    assert "cannot be shown" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_terminal_obeys_no_file(siting, tmp_path):
    """Names of files and columns with escapes and line breaks are shown, not obeyed; so are ids in a refusal."""
    path = tmp_path / "\x1b[31mred.csv"
    path.write_text('id,lon,lat,"a\nb",\x1b[2Jx\n\x1b]0;x\x07,113,23,,\n\x1b]0;x\x07,113,23,,\n', encoding="utf-8")
    inspected, refused = siting("inspect", path), siting(*importing(path, tmp_path / "s.gpkg"))
    assert (inspected.code, refused.code) == (0, 3)
    assert "\\x1b[2Jx" in inspected.stdout
    assert "a\\nb" in inspected.stdout
    assert "\\x1b]0;x\\x07" in refused.stderr
    assert not set("\x1b\x07") & set(inspected.stdout + refused.stderr)


@pytest.mark.parametrize("report", ["r.txt", "missing/r.html", "r"])
def test_a_report_that_cannot_be_is_said_before_the_import(siting, table, tmp_path, report):
    """The store is not touched when the report could not be written afterwards."""
    ran = siting(*importing(table, tmp_path / "s.gpkg", "--report", tmp_path / report))
    assert ran.code == 3
    assert "report" in ran.stderr
    assert not (tmp_path / "s.gpkg").exists()
