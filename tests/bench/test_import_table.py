"""The table that imports are measured with."""

from bench.models.imports import write_table


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
