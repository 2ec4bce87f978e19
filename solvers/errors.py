"""What can go wrong with a problem handed to the solvers."""

from collections.abc import Sequence


class SolversError(Exception):
    """Base of every error raised by this package."""


class ProblemError(SolversError, ValueError):
    """Arrays that do not make a problem: a wrong shape, an index out of range, a number that is not one.

    Parameters
    ----------
    faults
        One sentence per fault; all of a problem's faults are reported together.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class VerificationError(SolversError, AssertionError):
    """A solution that its own problem contradicts; it is never handed on as a result."""


class BackendError(SolversError, RuntimeError):
    """A solver that is not installed, or that stopped without saying anything usable."""
