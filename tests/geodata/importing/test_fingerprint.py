"""A source is known again by its hash."""

import hashlib

from geodata.importing.fingerprint import fingerprint


def test_one_file_has_its_ordinary_hash(tmp_path):
    """The same that other programs give."""
    (tmp_path / "a.csv").write_bytes(b"abc")
    assert fingerprint(tmp_path / "a.csv") == (hashlib.sha256(b"abc").hexdigest(), 3)


def test_all_parts_of_a_shapefile_or_folder_count(tmp_path):
    """A change of any part changes the hash."""
    for suffix in ("shp", "dbf"):
        (tmp_path / f"a.{suffix}").write_bytes(suffix.encode())
    before, size = fingerprint(tmp_path / "a.shp")
    assert size == 6
    (tmp_path / "a.dbf").write_bytes(b"new")
    assert fingerprint(tmp_path / "a.shp")[0] != before
    assert fingerprint(tmp_path)[0] is not None


def test_an_address_has_none():
    """What is not on this disk is not hashed."""
    assert fingerprint("postgresql://host/base") == (None, None)
