"""The generated cities are those of the table: repeatable, of the right size, and possible."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from bench.instances import joint_instance
from solvers import Budget, Spacing
from solvers.problem import Problem


def arrays(problem):
    """All arrays of a problem by name."""
    return {name: getattr(problem, name) for name in Problem.__dataclass_fields__}


def side_answer(problem, limits):
    """Openings and modules that keep to every limit and every module range, or `None`."""
    n = problem.n_options
    links = [
        sparse.hstack([sparse.diags(-problem.min_modules.astype(float)), sparse.eye(n)]),
        sparse.hstack([sparse.diags(-problem.max_modules.astype(float)), sparse.eye(n)]),
    ]
    rows = [LinearConstraint(links[0], 0, np.inf), LinearConstraint(links[1], -np.inf, 0)]
    for limit in limits:
        form, (lo, hi) = limit.form(problem), limit.bounds(problem)
        rows.append(
            LinearConstraint(sparse.hstack([form.opened, form.modules]), lo - form.constant, hi - form.constant)
        )
    least = np.concatenate([problem.required.astype(float), np.zeros(n)])
    most = np.concatenate([np.ones(n), problem.max_modules.astype(float)])
    return milp(np.zeros(2 * n), constraints=rows, bounds=Bounds(least, most), integrality=np.ones(2 * n)).x


def test_same_seed_same_city():
    """The same arguments give the same arrays, another seed gives another city."""
    first, again, other = (arrays(joint_instance("tiny", seed).problem) for seed in (3, 3, 4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["demand"], other["demand"])


@pytest.mark.parametrize("seed", range(3))
def test_small_has_the_size_of_the_table(seed):
    """Rows, options and pairs of the small city lie near 3,428, 916 and 27,009, its value at a fifth of 16.175 M."""
    problem = joint_instance("small", seed).problem
    assert problem.n_rows == pytest.approx(3428, rel=0.05)
    assert problem.n_options == pytest.approx(916, rel=0.08)
    assert problem.n_pairs == pytest.approx(27_009, rel=0.25)
    assert problem.demand @ problem.value == pytest.approx(3.235e6)


@pytest.mark.parametrize(("size", "seed"), [("tiny", 0), ("tiny", 1), ("tiny", 2), ("small", 0)])
def test_limits_can_be_kept(size, seed):
    """Some openings and modules keep to all counts, quotas, budgets, connections and spacings at once."""
    city = joint_instance(size, seed)
    assert side_answer(city.problem, city.limits) is not None


def test_regimes_change_nothing_else():
    """Scarce and abundant demand are half and twice as much in the same places; a loose budget is the same city."""
    plain = arrays(joint_instance("tiny", 1).problem)
    for regime, factor in (("scarce", 0.5), ("abundant", 2.0)):
        other = arrays(joint_instance("tiny", 1, demand=regime).problem)
        assert np.allclose(other.pop("demand"), factor * plain["demand"])
        assert all(np.array_equal(other[name], plain[name]) for name in other)
    loose = joint_instance("tiny", 1, budget="loose")
    tight = joint_instance("tiny", 1)
    money = [[limit.at_most for limit in city.limits if isinstance(limit, Budget)] for city in (tight, loose)]
    assert np.all(np.array(money[1]) > np.array(money[0]))


def test_spacing_asks_nothing_of_what_must_stand():
    """Two stations that must both stand are in no conflict."""
    city = joint_instance("small", 0)
    conflicts = next(limit.conflicts for limit in city.limits if isinstance(limit, Spacing))
    assert len(conflicts) > 100
    assert not city.problem.required[conflicts].all(axis=1).any()
