"""The classic models are at hand without making everybody wait for them."""

import subprocess
import sys

import pytest

import solvers


@pytest.mark.parametrize("name", solvers.ON_DEMAND)
def test_a_name_leads_to_its_model(name):
    """Every name on demand is found, and shown by `dir`."""
    assert getattr(solvers, name).__name__ == name
    assert name in dir(solvers)


def test_an_unknown_name_is_refused():
    """What is not there is said as for any module."""
    with pytest.raises(AttributeError, match="no attribute 'maximum_cover'"):
        _ = solvers.maximum_cover


def test_import_waits_for_no_compiler():
    """`import solvers` alone does not import numba, and a model does."""
    code = "import sys, solvers; a = 'numba' in sys.modules; solvers.max_cover; print(a, 'numba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True"]
