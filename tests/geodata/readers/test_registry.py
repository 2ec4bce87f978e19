"""Each source has one reader, or the message says which there are."""

import pytest

from geodata.errors import LayerError
from geodata.readers.registry import READERS, reader_of


def test_every_suffix_and_scheme_has_one_reader():
    """No two readers claim the same sources, and each can do both."""
    claims = [claim for reader in READERS for claim in (*reader.suffixes, *reader.schemes)]
    assert len(set(claims)) == len(claims)
    assert all(callable(reader.read) and callable(reader.layers) for reader in READERS)


@pytest.mark.parametrize("suffix", sorted({suffix for reader in READERS for suffix in reader.suffixes}))
def test_suffix_leads_to_its_reader_in_capitals_too(tmp_path, suffix):
    """Whatever the case of the name."""
    path = tmp_path / f"a{suffix.upper()}"
    path.mkdir() if suffix == ".gdb" else path.write_bytes(b"")
    reader, source = reader_of(path)
    assert suffix in reader.suffixes
    assert source.location == str(path)


def test_unknown_kinds_are_refused_with_the_known_ones(tmp_path):
    """The way out is to save the file in one of them."""
    (tmp_path / "a.dwg").write_bytes(b"x")
    with pytest.raises(LayerError, match=r'no reader for "\.dwg"; save it in one of the known formats \(\.shp, \.gpkg'):
        reader_of(tmp_path / "a.dwg")


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000 + ".csv"])
def test_names_that_no_disk_has_are_refused(name):
    """No exception of the system comes through."""
    with pytest.raises(LayerError, match=r"cannot be read|does not exist"):
        reader_of(name)
