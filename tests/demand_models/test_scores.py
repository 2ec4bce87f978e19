"""Figures of a prediction, beside sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, spearmanr

from demand_models.scores import auc, lead, misplaced_share, over_blocks, rank_correlation

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=4, max_size=30)


def arrays(*lists):
    return [np.array(numbers, dtype=float) for numbers in lists]


@given(PAIRS)
def test_rank_correlation_is_spearmans(pairs):
    """Ties included, it is what scipy computes; a constant side has none."""
    predicted, observed = np.array(pairs, dtype=float).T
    found = rank_correlation(predicted, observed)
    if np.ptp(predicted) == 0 or np.ptp(observed) == 0:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(predicted, observed).statistic)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_order(pairs):
    """It equals counting the pairs one by one, and Mann and Whitney's statistic."""
    predicted, observed = np.array(pairs, dtype=float).T
    there, empty = predicted[observed > 0], predicted[observed == 0]
    found = auc(predicted, observed)
    if not len(there) or not len(empty):
        assert found is None
        return
    counted = np.mean([(a > b) + (a == b) / 2 for a in there for b in empty])
    assert found == pytest.approx(counted)
    assert found == pytest.approx(mannwhitneyu(there, empty).statistic / (len(there) * len(empty)))


def test_misplaced_share():
    """3 of 4 on the left where it should be 1 of 4: half of the total must move, whatever the units."""
    assert misplaced_share(*arrays([3, 1], [100, 300])) == 0.5
    assert misplaced_share(*arrays([0, 0], [1, 1])) is None


def test_jackknife_of_a_mean():
    """For a mean over blocks of one row each the jackknife gives the textbook's standard error."""
    numbers = np.array([1.0, 4.0, 2.0, 8.0])
    found = over_blocks(lambda predicted, observed: float(predicted.mean()), numbers, numbers, np.arange(4))
    assert found.value == numbers.mean()
    assert found.error == pytest.approx(numbers.std(ddof=1) / 2)


def test_blocks_keep_neighbours_together():
    """Every row written four times in one block is no more certain than once."""
    predicted, observed = np.random.default_rng(2).normal(size=(2, 30))
    once = over_blocks(rank_correlation, predicted, observed, np.arange(30))
    often = over_blocks(
        rank_correlation, *(np.repeat(side, 4) for side in (predicted, observed)), np.repeat(np.arange(30), 4)
    )
    assert often.value == pytest.approx(once.value, abs=0.02)
    assert often.error == pytest.approx(once.error, rel=0.05)


def test_no_error_without_a_second_block():
    """One block, or a block without which the figure is not defined, leaves the error unknown."""
    predicted, observed = arrays([1, 2, 3], [0, 0, 1])
    assert over_blocks(auc, predicted, observed, np.zeros(3, dtype=int)).error is None
    assert over_blocks(auc, predicted, observed, np.array([0, 1, 2])).error is None
    assert over_blocks(auc, predicted, np.ones(3), np.array([0, 1, 2])) is None


def test_lead_is_paired():
    """A prediction leads itself by nothing, and nothing is uncertain about that."""
    predicted, observed = np.random.default_rng(3).normal(size=(2, 20))
    same = lead(rank_correlation, observed, predicted, predicted, np.arange(20))
    assert (same.value, same.error) == (0, 0)
    ahead = lead(rank_correlation, observed, observed, -observed, np.arange(20))
    assert ahead.value == pytest.approx(2)
    assert lead(rank_correlation, observed, observed, np.ones(20), np.arange(20)) is None
