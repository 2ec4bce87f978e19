"""Answers that are not what they say are refused, by code that did not build them."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import VerificationError, distances_of, p_center, p_dispersion, p_median
from solvers.center.check import check_center
from solvers.choice import Choice
from solvers.dispersion.check import check_dispersion
from solvers.median.check import check_median

TABLE = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 5.0], [9.0, 5.0, 0.0]])
WRONG = {
    "value": {"value": 1.0},
    "bound": {"bound": 100.0},
    "sites": {"sites": np.array([0])},
    "forbidden": {"sites": np.array([0, 2])},
}
CHOICE = Choice.of(3, 2, [0], [2], [])


@pytest.mark.parametrize("spoilt", WRONG)
def test_spoilt_medians_and_centers_are_refused(spoilt):
    """A wrong value, a bound on the wrong side, a missing or a forbidden site."""
    distances, ones = distances_of(TABLE), np.ones(3)
    for model, check in ((p_median, check_median), (p_center, check_center)):
        found = model(distances, 2, required=[0], forbidden=[2])
        check(distances, ones, CHOICE, np.inf, found)
        with pytest.raises(VerificationError):
            check(distances, ones, CHOICE, np.inf, replace(found, **WRONG[spoilt]))


def test_an_assignment_that_is_not_the_nearest_or_too_far_is_refused():
    """Who is assigned past a nearer site, to a closed one, or beyond the standard."""
    distances, ones = distances_of(TABLE), np.ones(3)
    found = p_median(distances, 2, required=[0], forbidden=[2])
    for assigned in ([1, 1, 1], [0, 1, 2]):
        with pytest.raises(VerificationError):
            check_median(distances, ones, CHOICE, np.inf, replace(found, assigned=np.array(assigned)))
    with pytest.raises(VerificationError, match="standard"):
        check_median(distances, ones, CHOICE, 1.0, found)


@pytest.mark.parametrize("spoilt", [{"value": 1.0}, {"bound": 1.0}, {"sites": np.array([0, 1])}])
def test_spoilt_dispersions_are_refused(spoilt):
    """A wrong value, a bound below it, other sites."""
    found = p_dispersion(distances_of(TABLE), 2)
    assert (found.value, found.sites.tolist()) == (9.0, [0, 2])
    choice = Choice.of(3, 2, [], [], [])
    check_dispersion(TABLE, choice, found)
    with pytest.raises(VerificationError):
        check_dispersion(TABLE, choice, replace(found, **spoilt))
