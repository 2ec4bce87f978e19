"""The prices that prove a run's bound, as numpy arrays in a file."""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from solvers import Certificate

CERTIFICATE: Final = "certificate.npz"


def write_certificate(path: Path, certificate: Certificate) -> None:
    """Write prices; the same prices give the same bytes."""
    np.savez(path, set_price=certificate.set_price, limit_price=certificate.limit_price)


def read_certificate(path: Path) -> Certificate:
    """Read prices.

    Raises
    ------
    OSError, ValueError
        When the file cannot be read or is not what was written.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Certificate(arrays["set_price"], arrays["limit_price"])
    except (KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ValueError(f"not the arrays of a certificate: {error}") from error
