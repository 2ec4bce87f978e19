"""Trip tables of the TNTP format."""

import gzip
from pathlib import Path

import pytest

from demand_models import DemandError
from demand_models.trips import read_tntp

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench" / "tntp"
TEXT = """<NUMBER OF ZONES> 3
<TOTAL OD FLOW> 600.0
<END OF METADATA>

~ a remark
Origin \t1
    2 :    100.0;    3 :  200.0;
Origin 3
    1 :  300.0;
"""


@pytest.fixture
def written(tmp_path):
    """A function: text to the path of a file."""

    def write(text):
        path = tmp_path / "x_trips.tntp"
        path.write_text(text)
        return path

    return write


def test_entries_are_rows(written):
    """Each entry is a row, with zones as text."""
    table = read_tntp(written(TEXT))
    assert table.to_numpy().tolist() == [["1", "2", 100.0], ["1", "3", 200.0], ["3", "1", 300.0]]


def test_packed_files_are_read(tmp_path):
    """The same, packed."""
    path = tmp_path / "x_trips.tntp.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert read_tntp(path)["trips"].sum() == 600


@pytest.mark.parametrize(
    ("name", "total", "pairs"),
    [
        ("SiouxFalls/SiouxFalls_trips.tntp", 360_600, 576),
        ("Anaheim/Anaheim_trips.tntp", 104_694.4, 1_406),
        ("Chicago-Sketch/ChicagoSketch_trips.tntp.gz", 1_260_907.44, 142_890),
    ],
)
def test_published_networks(name, total, pairs):
    """The totals are those that the files state."""
    if not BENCH.is_dir():
        pytest.skip(f"the benchmark networks are absent: no {BENCH}")
    table = read_tntp(BENCH / name)
    assert len(table) == pairs
    assert table["trips"].sum() == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<END OF METADATA>", "", "no line"),
        ("2 :    100.0", "2 :    many", "line 7: found 'many'"),
        ("100.0;", "100.0; what?", 'line 7: found "what?"'),
        ("Origin \t1\n", "", "line 6: found trips before any line Origin"),
        ("<NUMBER OF ZONES> 3", "<NUMBER OF ZONES> 2", "zones 3 are not among the stated 2"),
        ("300.0", "30.0", "add up to 330, stated are 600"),
        (TEXT[TEXT.index("Origin") :], "", "there are no trips"),
    ],
)
def test_faults_name_the_line(written, old, new, words):
    """What does not fit is named with its line."""
    with pytest.raises(DemandError) as caught:
        read_tntp(written(TEXT.replace(old, new)))
    assert words in str(caught.value)
    assert "x_trips.tntp" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    """Its path is named."""
    with pytest.raises(DemandError, match="does not exist"):
        read_tntp(tmp_path / "no.tntp")
