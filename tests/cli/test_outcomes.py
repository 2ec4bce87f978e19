"""Exit codes of a solve, and Ctrl-C."""

import os
import signal
from types import SimpleNamespace

import pytest

from siting.cli import _exit_code
from siting.interrupt import Interrupt
from solvers import Status


@pytest.mark.parametrize(
    ("statuses", "gap", "code"),
    [
        ([Status.OPTIMAL, Status.OPTIMAL], 0.0, 0),
        ([Status.GAP, Status.TIME_LIMIT], 0.02, 0),
        ([Status.WORK_LIMIT, Status.GAP], 0.02, 0),
        ([Status.WORK_LIMIT, Status.GAP], 0.021, 5),
        ([Status.TIME_LIMIT], 0.5, 5),
        ([Status.TIME_LIMIT], None, 5),
        ([Status.INTERRUPTED], 0.01, 130),
        ([Status.GAP, Status.INTERRUPTED], 0.01, 130),
    ],
)
def test_exit_codes(statuses, gap, code):
    """Reaching the study's gap is success, whatever stopped the solver; an interrupt is always told."""
    stages = [SimpleNamespace(status=status, gap=gap) for status in statuses]
    study = SimpleNamespace(solver=SimpleNamespace(gap=0.02))
    assert _exit_code(SimpleNamespace(study=study, solution=SimpleNamespace(stages=stages))) == code


def test_first_interrupt_only_asks(capfd):
    """The first Ctrl-C is a question to the solver; from then on Ctrl-C is the system's, and in the end as before."""
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        assert not interrupt()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is before
    assert "again" in capfd.readouterr().err


def test_an_interrupted_run_ends_with_130(siting, template, tmp_path, monkeypatch):
    """A run that is asked to stop at once ends with 130 and without a traceback, answer or not."""

    class Asked(Interrupt):
        def __call__(self):
            return True

    monkeypatch.setattr("siting.cli.Interrupt", Asked)
    ran = siting("run", template, "--out", tmp_path / "runs", "--quiet")
    assert ran.code == 130
    assert "Traceback" not in ran.stderr
