"""Files of published instances are read."""

from bench.capacitated_files import warehouses
from bench.classic_instances import tsplib_places


def test_tsplib_coordinates(tmp_path):
    """Plain and exponential numbers, with spaces before the index or not."""
    path = tmp_path / "two.tsp"
    path.write_text("NAME : two\nNODE_COORD_SECTION\n1 1.5e+01 2\n 2 3 4.5\nEOF\n", encoding="utf-8")
    assert tsplib_places(path).tolist() == [[15.0, 2.0], [3.0, 4.5]]


def test_a_file_with_a_blank(tmp_path):
    """The word `capacity` is filled in."""
    path = tmp_path / "cap.txt"
    path.write_text(" 2 1 \n capacity 7.5 \n capacity 8. \n 3 \n 10. 20. \n", encoding="ascii")
    case = warehouses(path, "40")
    assert case.capacity.tolist() == [40, 40]
    assert case.fixed_cost.tolist() == [7.5, 8]
    assert (case.demand.tolist(), case.cost.tolist()) == ([3], [[10, 20]])
