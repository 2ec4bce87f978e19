"""Edge lists of two tables."""

import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.roads import TRUCK, read_edge_list

NODES = {"id": [7, 8, 9], "x": [0, 100, 100], "y": [0, 0, 100]}
RING = {"from": [7, 8, 9], "to": [8, 9, 7]}


@pytest.fixture
def read(tmp_path):
    """A function: tables as columns to a network, through CSV files."""

    def through_files(nodes, edges, **settings):
        for name, columns in (("nodes", nodes), ("edges", edges)):
            pd.DataFrame(columns).to_csv(tmp_path / f"{name}.csv", index=False)
        files = tmp_path / "nodes.csv", tmp_path / "edges.csv"
        return read_edge_list(*files, crs="EPSG:32649", nodes_crs="EPSG:32649", **settings)

    return through_files


@pytest.mark.parametrize(
    ("columns", "times"),
    [
        ({"time_s": [5, 6, 7]}, [5, 6, 7]),
        ({"speed_kmh": [36, 36, 36]}, [10, 10, 14.142]),
        ({"speed_kmh": [36, 36, 36], "length_m": [200, 200, 200]}, [20, 20, 20]),
        ({"class": ["primary", "primary", "residential"], "length_m": [100, 100, 100]}, [6, 6, 12]),
        ({"maxspeed": [72, 72, 72], "class": ["primary"] * 3, "length": [100, 100, 100]}, [5, 5, 5]),
    ],
)
def test_times(read, columns, times):
    """A given time, else a given speed, else that of the class; a length that is not given is straight."""
    network = read(NODES, {**RING, **columns})
    assert sorted(network.time_s) == pytest.approx(times, rel=1e-3)
    assert sorted(network.node_id) == [7, 8, 9]


def test_two_way(read):
    """Each edge is one direction, unless said otherwise."""
    edges = {**RING, "time_s": [5, 6, 7]}
    assert (read(NODES, edges).n_arcs, read(NODES, edges, two_way=True).n_arcs) == (3, 6)


def test_columns_by_any_name(read):
    """A column that has no usual name is named."""
    edges = {"a": [7, 8, 9], "b": [8, 9, 7], "seconds": [1, 2, 3]}
    network = read(NODES, edges, columns={"from": "a", "to": "b", "time_s": "seconds"})
    assert sorted(network.time_s) == [1, 2, 3]


def test_a_profile_caps_speeds_and_closes_classes(read):
    """A truck does 80 km/h at most, and may not use a living street."""
    edges = {**RING, "speed_kmh": [200, 200, 200], "length_m": [800, 800, 800], "class": ["trunk"] * 3}
    assert read(NODES, edges, profile=TRUCK).time_s == pytest.approx([36, 36, 36])
    streets = {name: [*cells, 7 if name == "from" else 9] for name, cells in RING.items()}
    report = read(
        NODES, {**streets, "time_s": [1] * 4, "class": ["trunk"] * 3 + ["living_street"]}, profile=TRUCK
    ).report
    assert report.excluded == {"class forbidden to a truck": 1}
    assert (report.ways_read, report.ways_kept) == (4, 3)


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        (
            NODES,
            {"from": [7], "to": [10], "time_s": [1]},
            r"edges\.csv: column \"to\": no such node in rows 1 \('10'\)",
        ),
        (NODES, {"from": [7], "to": [8], "time_s": [-1]}, r"below 0 in rows 1"),
        (NODES, {"from": [7], "to": [8], "time_s": ["soon"]}, r"not a number in rows 1"),
        (NODES, {"from": [7], "to": [8]}, "no time_s, no speed_kmh above 0 and no class with a known speed in rows 1"),
        (NODES, {"from": [7], "to": [8], "class": ["path"]}, "no class with a known speed in rows 1"),
        (NODES, {"start": [7], "to": [8]}, 'no column "from" for from'),
        ({"id": [7, 7], "x": [0, 1], "y": [0, 1]}, RING, r"nodes\.csv: column \"id\"|same id more than once"),
        ({"id": [7], "x": ["a"], "y": [0]}, RING, "not a number in rows 1"),
    ],
)
def test_bad_cells_are_named(read, nodes, edges, message):
    """The file, the column, the row and what stands there."""
    with pytest.raises(LayerError, match=message):
        read(nodes, edges)


def test_a_wrong_name_of_a_column_is_named(read):
    """With the nearest that there is."""
    with pytest.raises(LayerError, match='did you mean "time_s"'):
        read(NODES, {**RING, "time_s": [1, 2, 3]}, columns={"time_s": "time_ss"})


def test_hong_kong(real_data):
    """43,620 nodes in one part, 91,542 arcs, 4 of which took no time."""
    files = (real_data / "roads" / f"hongkong_{name}.parquet" for name in ("nodes", "edges"))
    report = read_edge_list(*files, crs="EPSG:32650").report
    assert (report.nodes, report.arcs, report.zero_time_arcs, report.strong_parts) == (43_620, 91_542, 4, 1)
