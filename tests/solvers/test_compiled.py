"""Loops that are kept compiled on disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TYPE = "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    one: float\n    other: float\n"
LOOP = "from {package}.compiled import compiled\n\n@compiled\ndef total(pair):\n    return pair.one + pair.other\n"
ASK = """
from {home} import Pair
from loop import total
print(total(Pair(1.0, 2.0)), sum(total.stats.cache_hits.values()))
"""


@pytest.mark.parametrize("package", ["solvers", "geodata"])
def test_a_type_that_an_update_moved_is_compiled_anew(tmp_path, package):
    """The loop's file is the same, and its copy on disk speaks of a type in a module that is gone."""
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}

    def asked(home):
        code = ASK.format(home=home)
        ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.split()

    (tmp_path / "loop.py").write_text(LOOP.format(package=package))
    (tmp_path / "before.py").write_text(TYPE)
    assert asked("before") == ["3.0", "0"]
    assert asked("before") == ["3.0", "1"]
    (tmp_path / "before.py").rename(tmp_path / "after.py")
    assert asked("after") == ["3.0", "0"]
    assert asked("after") == ["3.0", "1"]
