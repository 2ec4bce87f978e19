"""Where the real files are."""

from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data():
    """Folder of real files beside the checkout; they may not be distributed with it."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real data not found beside the checkout ({REAL_DATA})")
    return REAL_DATA
