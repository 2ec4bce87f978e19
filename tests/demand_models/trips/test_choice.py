"""Trips divided among paths."""

import numpy as np
import pytest

from demand_models import DemandError
from demand_models.trips import logit_shares


def test_a_scale_more_is_an_eth_of_the_trips():
    """Shares add up to 1, and fall by e with every scale."""
    shares = logit_shares([30, 40, 50], scale=10)
    assert shares.sum() == pytest.approx(1)
    assert shares[:-1] / shares[1:] == pytest.approx([np.e, np.e])


def test_only_differences_count():
    """A thousand minutes on all paths change nothing, and overflow nothing."""
    assert logit_shares([0, 5], scale=2) == pytest.approx(logit_shares([1e6, 1e6 + 5], scale=2))


def test_one_path_has_all():
    """A single path has every trip."""
    assert logit_shares([7], scale=1).tolist() == [1]


@pytest.mark.parametrize(("cost", "scale"), [([], 1), ([np.inf], 1), ([1], 0), ([1], np.nan)])
def test_misuse_is_refused(cost, scale):
    """No paths, no number, no scale."""
    with pytest.raises(DemandError):
        logit_shares(cost, scale=scale)
