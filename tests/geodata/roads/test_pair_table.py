"""Travel times on disk are those in memory."""

import numpy as np
import pytest

from geodata.errors import LayerError, TravelStoppedError
from geodata.roads import TravelRules, Work, read_road_times, road_times, write_road_times

pytest.importorskip("pyarrow", reason='pyarrow is not installed (extra "parquet")')

FIELDS = ("demand", "site", "time_s", "distance_m")


@pytest.fixture
def asked(network, points):
    """A street of 100 s, 9 demand points and 4 sites along it."""
    street = network([(0, 0), (100, 0)], [(0, 1, 100), (1, 0, 100)])
    return street, points([(10 * i, 0) for i in range(9)]), points([(5, 0), (95, 0), (50, 0), (50, 900)])


@pytest.mark.parametrize("nearest", [None, 1])
def test_the_file_holds_what_memory_would(asked, tmp_path, monkeypatch, nearest):
    """Written in parts of 2 demand rows with 4 sites each, read back as a whole."""
    monkeypatch.setattr("geodata.roads.pair_table.PART_PAIRS", 8)
    rules = TravelRules(cutoff_s=60, nearest=nearest)
    report = write_road_times(tmp_path / "times.parquet", *asked, rules)
    times, expected = road_times(*asked, rules)
    again = read_road_times(tmp_path / "times.parquet")
    assert all(np.array_equal(getattr(times, name), getattr(again, name)) for name in FIELDS)
    assert (again.cutoff_s, again.method) == (60, times.method)
    assert report.pairs == expected.pairs == len(times)
    assert report.unreached_sites.tolist() == expected.unreached_sites.tolist() == [3]
    assert [path.name for path in tmp_path.iterdir()] == ["times.parquet"]


def test_a_stopped_search_leaves_the_old_file(asked, tmp_path):
    """Nothing half-written, nothing left beside."""
    path = tmp_path / "times.parquet"
    write_road_times(path, *asked, TravelRules(cutoff_s=60))
    before = path.read_bytes()
    with pytest.raises(TravelStoppedError):
        write_road_times(path, *asked, TravelRules(cutoff_s=90), work=Work(should_stop=lambda: True))
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_another_file_is_refused(tmp_path):
    """A text, and a table of something else."""
    import pandas as pd

    (tmp_path / "text.parquet").write_text("demand,site")
    pd.DataFrame({"demand": [1]}).to_parquet(tmp_path / "table.parquet")
    for name in ("text.parquet", "table.parquet", "none.parquet"):
        with pytest.raises(LayerError, match=name):
            read_road_times(tmp_path / name)
