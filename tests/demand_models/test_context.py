"""The places on which demand may stand."""

import pytest

from demand_models import DemandContext, DemandError
from geodata.errors import CrsError


def test_every_fault_is_told_at_once(cells, hubs):
    """One error names the faults of the cells and of each layer."""
    cells["population"] = [1.0, -2.0, float("nan")]
    hubs["id"] = ["airport", "airport", "station"]
    hubs["district"] = ["East", None, "West"]
    with pytest.raises(DemandError) as caught:
        DemandContext(
            year=2025,
            cells=cells,
            layers={"hubs": hubs, "parks": hubs.drop(columns="district"), "far": hubs.to_crs("EPSG:32650")},
        )
    message = str(caught.value)
    assert "cells: population must be finite and at least 0, found in b: -2.0, c: nan" in message
    assert "layer 'hubs': ids stand more than once: airport" in message
    assert "layer 'hubs': district must be a text, found" in message
    assert "layer 'parks': column 'district' is missing" in message
    assert "layer 'far' is in EPSG:32650, the cells in EPSG:32649" in message


def test_a_cell_cannot_be_mistaken_for_a_hub(cells, hubs):
    """A cell whose id is the place id of a layer's row is refused."""
    cells["id"] = ["a", "b", "hubs:airport"]
    with pytest.raises(DemandError, match="cells have the ids hubs:airport of layer rows"):
        DemandContext(year=2025, cells=cells, layers={"hubs": hubs})


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_cells_must_be_metric(cells, crs):
    """Cells in degrees, or in no CRS at all, are refused."""
    with pytest.raises(CrsError, match="cells"):
        DemandContext(year=2025, cells=cells.set_crs(crs, allow_override=True))
