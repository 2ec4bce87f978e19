"""Reports add up or do not exist."""

import pytest

from geodata.importing.report import ImportReport, merged


def report(kept, bounds=(0.0, 0.0, 1.0, 1.0), nulls=0.0, **rejected):
    gone = {reason: tuple(rows) for reason, rows in rejected.items()}
    rows = kept + sum(map(len, gone.values()))
    return ImportReport("a", "CSV", rows, kept, gone, bounds_after=bounds, null_share={"n": nulls}, remarks=("once",))


def test_rows_must_add_up():
    """A row that is neither kept nor rejected is a fault of the program."""
    with pytest.raises(ValueError, match="1 rows are neither kept nor rejected"):
        ImportReport("a", "CSV", rows_in=3, rows_kept=1, rejected={"bad": (2,)})


def test_reports_of_pieces_become_one():
    """Rows and reasons add up, shares are weighted, remarks are said once, bounds enclose all."""
    total = merged([report(3, bad=[1], nulls=1.0), report(1, bounds=(-1.0, 0.5, 0.5, 2.0), bad=[5], worse=[6])])
    assert (total.rows_in, total.rows_kept, total.rejected) == (7, 4, {"bad": (1, 5), "worse": (6,)})
    assert total.null_share == {"n": 0.75}
    assert total.remarks == ("once",)
    assert total.bounds_after == (-1, 0, 1, 2)
    assert merged([report(0, bounds=None)]).bounds_after is None
