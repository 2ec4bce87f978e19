"""The bound of a run is computed again from the prices kept with it; whoever claims more is found out."""

import json
import shutil

import numpy as np
import pytest

from siting.formats.price_file import CERTIFICATE, read_certificate, write_certificate
from siting.proof import proof_faults
from siting.run_folder import write_run
from solvers import Certificate


@pytest.fixture(scope="module")
def proved(new_world, tmp_path_factory):
    """A run of the tiny world by the joint method."""
    world = new_world()
    world.study["solver"]["name"] = "joint"
    return write_run(world.run(), tmp_path_factory.mktemp("runs"))


@pytest.fixture
def copy(proved, tmp_path):
    """A copy of the run folder, to be spoiled."""
    return shutil.copytree(proved, tmp_path / "run")


def claim(folder, factor):
    """Let the run report another bound."""
    path = folder / "kpis.json"
    kpis = json.loads(path.read_text(encoding="utf-8"))
    kpis["solve"]["bound"] *= factor
    path.write_text(json.dumps(kpis), encoding="utf-8")


def test_the_prices_of_a_run_prove_its_bound(proved):
    """What the joint method reports follows from the prices that it leaves behind."""
    assert (proved / CERTIFICATE).is_file()
    assert proof_faults(proved) == []


def test_a_bound_better_than_proved_is_named(copy):
    """A bound one per cent lower than the prices prove is not believed; one that is higher claims less."""
    claim(copy, 1.01)
    assert proof_faults(copy) == []
    claim(copy, 0.98)
    assert [fault.partition(",")[0].startswith("kpis.json: the bound is ") for fault in proof_faults(copy)] == [True]


def test_prices_that_prove_nothing_are_named(copy):
    """A negative price, and prices of another study."""
    prices = read_certificate(copy / CERTIFICATE)
    for wrong in (
        Certificate(prices.set_price - prices.set_price.max() - 1, prices.limit_price),
        Certificate(prices.set_price[1:], prices.limit_price),
    ):
        write_certificate(copy / CERTIFICATE, wrong)
        assert [fault.startswith(f"{CERTIFICATE}: proves nothing") for fault in proof_faults(copy)] == [True]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_a_damaged_file_is_named(copy, content):
    """What is no archive of arrays is a fault of the run, not of the program."""
    (copy / CERTIFICATE).write_bytes(content)
    assert [fault.startswith(f"{CERTIFICATE}: cannot be read") for fault in proof_faults(copy)] == [True]


def test_objects_in_the_file_are_not_loaded(copy):
    """An array of objects could run code when it is read; it is refused."""
    np.savez(copy / CERTIFICATE, set_price=np.array([print], dtype=object), limit_price=np.zeros(1))
    assert [fault.startswith(f"{CERTIFICATE}: cannot be read") for fault in proof_faults(copy)] == [True]


def test_a_run_without_prices_has_nothing_to_check(tiny, tmp_path):
    """A bound proved by branching keeps no prices."""
    assert proof_faults(write_run(tiny, tmp_path)) == []
