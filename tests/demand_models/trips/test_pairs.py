"""Tables of pairs of places."""

import numpy as np
import pandas as pd
import pytest

from demand_models.trips import Columns, read_impedances, read_trips
from geodata import LayerError

PLACES = ["guangzhou", "foshan", "yunfu"]
COLUMNS = Columns("from", "to", "n")


def table(*rows):
    return pd.DataFrame(rows, columns=["from", "to", "n"])


def faults(reader, *rows):
    """What a reader says about some rows."""
    with pytest.raises(LayerError) as caught:
        reader(table(*rows), PLACES, COLUMNS, source="od.csv")
    assert caught.value.source == "od.csv"
    return "; ".join(caught.value.faults)


def test_trips_stand_where_their_pair_is():
    """Rows in any order, numbers as text; what is not there is 0, and so is the diagonal."""
    trips = read_trips(
        table(("foshan", "yunfu", "7"), ("guangzhou", "foshan", 5), ("yunfu", "yunfu", 0)), PLACES, COLUMNS, source="x"
    )
    assert trips.tolist() == [[0, 5, 0], [0, 0, 7], [0, 0, 0]]


def test_all_faults_of_trips_come_at_once():
    """Unknown places and negative trips, each with its row and what is near."""
    told = faults(read_trips, ("guangzhou", "fosan", 5), ("yunfo", "guangzhou", -3))
    assert 'column "to": places that are not known: \'fosan\' (rows 1; did you mean "foshan"?)' in told
    assert 'column "from": places that are not known: \'yunfo\' (rows 2; did you mean "yunfu"?)' in told
    assert "column \"n\": below 0 in rows 2 ('-3')" in told


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("foshan", "foshan", 2)], "from a place to itself in rows 1"),
        ([("foshan", "yunfu", 0)], "the trips add up to 0"),
        ([("foshan", "yunfu", 1), ("foshan", "yunfu", 2)], "given more than once: foshan to yunfu (rows 1, 2)"),
        ([("foshan", "yunfu", "many")], "not a number in rows 1"),
    ],
)
def test_a_fault_of_trips_names_its_row(rows, words):
    """A trip that goes nowhere, none at all, a pair twice, no number."""
    assert words in faults(read_trips, *rows)


def test_a_missing_column_is_named():
    """With the ones that are there."""
    with pytest.raises(LayerError, match='no column "n"'):
        read_trips(table(("foshan", "yunfu", 1)).rename(columns={"n": "trips"}), PLACES, COLUMNS, source="od.csv")


def pairs(**changes):
    """A row of every ordered pair, 10 km each."""
    km = {(a, b): 10 for a in PLACES for b in PLACES if a != b}
    return [(a, b, changes.get(f"{a}_{b}", n)) for (a, b), n in km.items()]


def test_impedances_are_infinite_on_the_diagonal():
    """Rows of a place to itself and of other places are left aside."""
    rows = [*pairs(), ("foshan", "foshan", 0), ("foshan", "zhuhai", 120)]
    impedance = read_impedances(table(*rows), PLACES, COLUMNS, source="km.csv")
    assert impedance.tolist() == [[np.inf, 10, 10], [10, np.inf, 10], [10, 10, np.inf]]


def test_a_missing_pair_is_named():
    """All that are missing, in the order of the places."""
    assert "no row for guangzhou to foshan, yunfu to foshan" in faults(
        read_impedances, *(row for row in pairs() if row[1] != "foshan")
    )


def test_an_impedance_of_nothing_is_named_with_its_row():
    """Rows are counted in the whole table."""
    told = faults(read_impedances, ("zhuhai", "foshan", 1), *pairs(guangzhou_yunfu=0))
    assert "not above 0 in rows 3" in told
