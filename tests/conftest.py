"""What all tests share: the versions they ran with, and the template study, solved once."""

import io
import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from siting import cli
from siting.starter import copy_template
from siting.versions import versions

# Speed is not asserted: a busy machine is no fault of the code.
settings.register_profile("siting", deadline=None)
settings.load_profile("siting")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_report_header():
    """Versions, and whether the real data that some tests read lies beside the checkout."""
    numbers = ", ".join(f"{name} {number}" for name, number in versions().items() if number)
    return [f"versions: {numbers}", f"real data: {SHARED_DATA if SHARED_DATA.is_dir() else 'absent, its tests skip'}"]


class Ran(NamedTuple):
    """What a command did."""

    code: int
    stdout: str
    stderr: str

    def json(self):
        """The one object on stdout."""
        return json.loads(self.stdout)


def run_siting(*arguments):
    """Run the command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["siting", *map(str, arguments)])
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", err)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    for stream in (out, err):
        stream.flush()
    return Ran(ended.value.code or 0, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))


@pytest.fixture
def siting():
    """The command line as a function of its arguments."""
    return run_siting


@pytest.fixture
def template(tmp_path):
    """Study file of a fresh copy of the template: 30 places, 12 sites, 2 stations that stand already."""
    return copy_template(tmp_path / "town")


@pytest.fixture(scope="session")
def solved(tmp_path_factory):
    """The template study solved by `siting run --json`: what the command did."""
    folder = tmp_path_factory.mktemp("solved")
    return run_siting("run", copy_template(folder / "town"), "--out", folder / "runs", "--json")


@pytest.fixture
def run_folder(solved, tmp_path):
    """A fresh copy of the run folder of the template study, to spoil at will."""
    assert solved.code == 0, solved.stderr
    source = Path(solved.json()["run_dir"])
    return Path(shutil.copytree(source, tmp_path / source.name))
