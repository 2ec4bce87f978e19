"""The measurement of imports measures whole imports."""

from bench.imports import _measured, write_table


def test_every_row_is_stored(tmp_path):
    """A small table is written, imported by the command in a process of its own, and measured."""
    found = _measured(1000, tmp_path)
    assert found.rows == 1000
    assert found.cpu_s > 0
    assert found.peak_mb > 50
    assert found.store_mb > found.csv_mb > 0


def test_the_same_table(tmp_path):
    """The number of rows says all; ids are unique and points lie in the box."""
    for name in ("a", "b"):
        write_table(tmp_path / name, 500)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    header, *lines = (tmp_path / "a").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    assert header.count(",") == 4
    assert len({row[0] for row in rows}) == 500
    assert all(113 <= float(row[1]) <= 114 and 22.5 <= float(row[2]) <= 23.5 for row in rows)
