"""`siting inspect` and `siting import`: what was understood is said, and every row is accounted for."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geodata.store import layers, read_layer

ROOT = Path(__file__).resolve().parents[2]

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
    """`--map` without an equals sign is one message and exit code 2, as any wrong option."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", "--map", "经度")
    assert ran.code == 2
    assert "FIELD=NAME" in ran.stderr


def test_json_is_one_object(siting, table, tmp_path):
    """`--json` prints the report."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", *MAPPED, "--json")
    told = json.loads(ran.stdout)
    assert (told["rows_in"], told["rows_kept"], told["rows_rejected"]) == (3, 2, 1)


def test_the_record_holds_the_hash_of_the_source(siting, table, tmp_path):
    """Record and report agree on the bytes that were imported."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", *MAPPED, "--json")
    [stored] = layers(tmp_path / "s.gpkg")
    assert stored.provenance.sha256 == ran.json()["sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()


def test_a_store_shows_its_layers_only(siting, table, tmp_path):
    """The tables in which a store keeps records and styles are no layers; a single layer needs no --layer."""
    store = tmp_path / "s.gpkg"
    siting("import", table, "--as", "demand", "--store", store, *MAPPED)
    ran = siting("inspect", store, "--json")
    assert [layer["name"] for layer in ran.json()["layers"]] == ["demand"]
    assert ran.json()["problems"] == []
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["s.gpkg", "站点.csv"]


@pytest.fixture
def long_table(tmp_path):
    """Rows enough for a while of reading."""
    path = tmp_path / "long.csv"
    rows = (f"s{row},{113 + row % 1000 / 1000:.6f},{22.5 + row % 777 / 1000:.6f}\n" for row in range(400_000))
    path.write_text("".join(["id,lon,lat\n", *rows]), encoding="utf-8")
    return path


def test_ctrl_c_leaves_the_store_as_it_was(siting, table, long_table, tmp_path):
    """In the middle of a long table: exit code 130, one sentence, the same bytes, nothing beside them."""
    store = tmp_path / "store" / "layers.gpkg"
    siting("import", table, "--as", "existing", "--store", store, *MAPPED)
    before = store.read_bytes()
    words = ["import", long_table, "--as", "demand", "--store", store, "--crs", "EPSG:4326"]
    with subprocess.Popen(
        [sys.executable, "-m", "siting", *map(str, words)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        _wait_for(lambda: any("parts" in path.name for path in store.parent.iterdir()), process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert err == f"siting: interrupted; {store} is as it was before\n"
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir()] == ["layers.gpkg"]


def _wait_for(test, process):
    """Wait until something has happened, at most as long as the process runs."""
    while process.poll() is None and not test():
        time.sleep(0.01)
    assert process.poll() is None, process.stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals here")
@pytest.mark.parametrize("quiet", [(), ("--json",)])
def test_progress_on_a_terminal_only(table, tmp_path, quiet):
    """The number of rows read so far is shown where somebody looks, and not with --json."""
    import pty

    ours, theirs = pty.openpty()
    words = ["import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", *MAPPED, *quiet]
    shown = []
    # Read all the time: a terminal that nobody reads holds up who writes to it.
    reader = threading.Thread(target=lambda: shown.extend(iter(lambda: _read(ours), b"")))
    reader.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "siting", *map(str, words)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=120,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
        )  # fmt: skip
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    assert (b"3 rows" in b"".join(shown)) != bool(quiet)
    assert b"3 rows" in done.stdout or quiet


def _read(terminal):
    """What was written next; nothing after the last writer has gone, which Linux makes an error of."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_no_progress_elsewhere(siting, table, tmp_path):
    """In a log there is the result and nothing else."""
    ran = siting("import", table, "--as", "demand", "--store", tmp_path / "s.gpkg", *MAPPED)
    assert ran.stderr == ""


def test_an_import_that_keeps_nothing_leaves_what_is_there(siting, table, tmp_path):
    """A condition that no row fulfils, and numbers that are none: exit code 3, and the layer is as it was."""
    store = tmp_path / "layers.gpkg"
    words = ("import", table, "--as", "existing", "--store", store, *MAPPED)
    assert siting(*words).code == 0
    ran = siting(*words, "--where", "kw > 500")
    assert ran.code == 3
    assert "no row is left" in ran.stderr
    table.write_bytes(ROWS.replace("60", '"60,5"').replace("120", '"120,5"').encode("gb18030"))
    ran = siting(*words, "--where", "kw > 50")
    assert ran.code == 3
    assert "the cell holds a text that is none" in ran.stderr
    assert read_layer(store, "existing")["id"].tolist() == ["a", "b"]


def test_a_column_without_name_gets_one(siting, tmp_path):
    """The first column of an exported table of pandas has no name; it becomes column 1."""
    path = tmp_path / "export.csv"
    path.write_text(",lon,lat\n0,113.3,23.1\n", encoding="utf-8")
    assert siting("import", path, "--as", "demand", "--store", tmp_path / "s.gpkg", "--crs", "EPSG:4326").code == 0
    assert read_layer(tmp_path / "s.gpkg", "demand")["column 1"].tolist() == ["0"]
