"""Tools of travel times find the same times."""

import numpy as np
import pytest

from bench.models.travel import TOOLS
from bench.road_graphs import planar


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool != "pandana"])
def test_tools_agree(tool):
    """The sum of times from the first sources, and the number of pairs, are those of scipy."""
    pytest.importorskip({"networkx": "networkx", "ours, to a file": "pyarrow"}.get(tool, "scipy"))
    network, (sources, targets) = planar(200), np.split(np.random.default_rng(0).permutation(200)[:50], [20])
    found, known = (TOOLS[name](network, 1)(sources, targets) for name in (tool, "scipy"))
    assert found.first_s() == pytest.approx(known.first_s())
    assert len(found) == len(known)
