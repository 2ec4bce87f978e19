"""No id twice, by the policy of the user, within a layer and across its pieces."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LayerError
from geodata.importing.row_ids import SeenIds, duplicate_ids, with_unique_ids
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
    named = [name for name in numbered if name]
    assert len(numbered) == len(ids)
    assert len(set(named)) == len(named)


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
