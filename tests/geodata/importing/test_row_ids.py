"""No id twice, by the policy of the user, within a layer and across its pieces."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LayerError
from geodata.importing.row_ids import NUMBERED, TRIMMED, SeenIds, duplicate_ids, with_unique_ids
from geodata.readers.raw import RawLayer


def layer(*ids, first=1):
    rows = np.arange(first, first + len(ids))
    return RawLayer(frame=pd.DataFrame({"id": list(ids)}), geometry=None, row=rows, driver="")


def unique(found, policy, seen=None):
    return with_unique_ids(found, policy, source="t", seen=seen)


def test_numbers_and_their_text_are_the_same_id():
    """7, 7.0 and "7" stand for one thing; blank cells for none."""
    assert duplicate_ids(layer(7, "7", 7.0, None, "", None)) == {"7": (1, 2, 3)}


def test_a_layer_without_ids_passes():
    """Ids are needed only where there are some."""
    plain = RawLayer(frame=pd.DataFrame({"n": [1]}), geometry=None, row=np.array([1]), driver="")
    assert unique(plain, "error") is plain
    with pytest.raises(LayerError, match='duplicate_ids "last" is not known'):
        unique(plain, "last")


@given(st.lists(st.sampled_from(["a", "b", "a-2", "a-3", "b-2", ""]), max_size=12))
def test_numbered_ids_are_unique_and_lose_no_row(ids):
    """Whatever ids there are already."""
    numbered = unique(layer(*ids), "suffix").frame["id"].tolist()
    assert len(numbered) == len(ids)
    assert len(set(numbered)) == len(ids)
    assert all(numbered)


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), max_size=5))
def test_first_rows_are_the_same_in_pieces_and_whole(pieces):
    """Where a piece ends makes no difference."""
    ids = [name for piece in pieces for name in piece]
    seen, start, kept = SeenIds(), 1, []
    for piece in pieces:
        kept += unique(layer(*piece, first=start), "first", seen).row.tolist()
        start += len(piece)
    assert kept == unique(layer(*ids), "first").row.tolist()


def test_numbering_across_pieces_is_refused():
    """The numbers that are free are known only for a whole layer."""
    seen = SeenIds()
    unique(layer("a"), "suffix", seen)
    with pytest.raises(LayerError, match=r"ids that earlier rows have: 'a' \(row 2\).*set duplicate_ids to first"):
        unique(layer("a", first=2), "suffix", seen)


def test_blanks_around_an_id_are_no_part_of_it():
    """1 with blanks around it repeats 1, also in a later piece; alone it becomes 1, and that is said."""
    assert duplicate_ids(layer("1", " 1 ", "\u30001")) == {"1": (1, 2, 3)}
    with pytest.raises(LayerError, match=r"the same id more than once: '1' \(rows 1, 2\)"):
        unique(layer("1", " 1 "), "error")
    seen = SeenIds()
    unique(layer("1"), "error", seen)
    with pytest.raises(LayerError, match=r"ids that earlier rows have: '1' \(row 2\)"):
        unique(layer(" 1 ", first=2), "error", seen)
    [repair] = unique(layer("2", " 3 "), "error").repairs
    assert (repair.row, repair.what, repair.before, repair.after) == (2, TRIMMED, "' 3 '", "3")


def test_a_row_without_id_is_called_by_its_number():
    """Blank and missing ids are not each other's duplicates; each row is kept, named, and said."""
    named = unique(layer("a", "", None, "  ", first=5), "error")
    assert named.frame["id"].tolist() == ["a", "row6", "row7", "row8"]
    assert [repair.row for repair in named.repairs] == [6, 7, 8]
    assert {repair.what for repair in named.repairs} == {NUMBERED}


def test_numbers_with_gaps_keep_their_digits():
    """A column of whole numbers with a gap is read as 7.0; its ids are 7 and the number of the row without one."""
    gap = RawLayer(frame=pd.DataFrame({"id": [7.0, np.nan]}), geometry=None, row=np.array([1, 2]), driver="")
    assert unique(gap, "error").frame["id"].tolist() == ["7", "row2"]


def test_ids_that_are_as_they_should_be_are_not_touched():
    """Texts and numbers alike."""
    for found in (layer("a", "b"), layer(1, 2)):
        assert unique(found, "error") is found
