"""Iterative proportional fitting: demand changed as little as possible until all its control totals hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError
from geodata.errors import listed

EXACT: Final = 1e-9
"""Relative deviation at which a total counts as met."""

_WANTED: Final = 1e-12
"""Relative deviation at which fitting stops, well below what counts as met."""
_SWEEPS: Final = 100
"""Rounds after which Newton's method takes over; totals that agree well take some tens."""
_STEPS: Final = 100
"""Steps of Newton's method after which totals that do not come together are given up; others take some ten."""
_LEAP: Final = 20.0
"""Largest logarithm by which a step may change a value."""
_FREE: Final = -1


@dataclass(frozen=True, eq=False)
class Margin:
    """Totals of the groups that some rows fall into.

    Parameters
    ----------
    name
        What the totals are, for messages and reports.
    groups
        Group of each row; None for a row that these totals do not speak of.
    totals
        Finite number of at least 0 by group, in the unit of the values.
    """

    name: str
    groups: Sequence[str | None]
    totals: Mapping[str, float]


@dataclass(frozen=True)
class Change:
    """What fitting did to a group.

    Parameters
    ----------
    margin, group
        The total.
    before, wanted, after
        Sum of the group before, what was asked for, and the sum that was reached.
    """

    margin: str
    group: str
    before: float
    wanted: float
    after: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Factors that make all totals hold.

    Parameters
    ----------
    factors
        Shape (n,): factor on each value, 1 where no total speaks of it.
    changes
        One per group, in the order of the margins.
    """

    factors: NDArray[np.float64]
    changes: tuple[Change, ...]


def fit(values: ArrayLike, margins: Sequence[Margin]) -> Fit:
    """Scale values until the groups of every margin have their totals.

    In turn each margin's groups are multiplied by ``total / sum``, until all hold; Newton's method on the logarithms of
    the factors helps where that is slow. Of all values with these totals, and zeros where the given ones are zero, the
    result is the one nearest to the given ones in the sense of Kullback and Leibler; each row's factor is a product of
    one number per margin.

    Parameters
    ----------
    values
        Shape (n,): finite numbers of at least 0.
    margins
        Totals that are to hold together.

    Raises
    ------
    DemandError
        When a value is negative or not finite; with every fault of the totals: one that is no number, a group with
        values and without a total, a total above 0 where all values are zero, margins over the same rows with different
        sums; and when the totals contradict each other in another way, with the groups that stay away from theirs, and
        the combinations of groups without values.

    Notes
    -----
    W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency table when the expected
    marginal totals are known", Annals of Mathematical Statistics 11(4), 1940, 427-444. Convergence to the nearest table
    whenever there is one: L. M. Bregman, "Proof of the convergence of Sheleikhovskii's method for a problem with
    transportation constraints", USSR Computational Mathematics and Mathematical Physics 7(1), 1967, 191-204.
    """
    seeds = np.asarray(values, dtype=np.float64)
    bad = ~(np.isfinite(seeds) & (seeds >= 0))
    if bad.any():
        raise DemandError(f"demand to be fitted: found {seeds[bad][0]}; give finite values of at least 0")
    faults = [fault for margin in margins for fault in _faults(seeds, margin)] or _unequal_sums(seeds, margins)
    if faults:
        raise DemandError("; ".join(faults))
    table, cell_of = _table(margins, len(seeds))
    before = np.asarray(np.bincount(cell_of, weights=seeds, minlength=len(table.groups)), dtype=np.float64)
    after = before
    for _ in range(_SWEEPS):
        if table.deviation(after) <= _WANTED:
            break
        after = table.swept(after)
    changes = table.changes(before, after)
    if table.deviation(after) > EXACT:
        after = table.swept(table.solved(after))
    if table.deviation(after) > EXACT:
        raise DemandError(table.contradiction(before, changes))
    factor_of_cell = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return Fit(factor_of_cell[cell_of], table.changes(before, after))


@dataclass(frozen=True, eq=False)
class _Table:
    """Cells of rows that fall into the same groups, which keep their proportions.

    Parameters
    ----------
    margins
        The totals.
    groups
        Number of each cell's group in each margin, shape (cells, margins); `_FREE` where the margin speaks of none.
    """

    margins: Sequence[Margin]
    groups: NDArray[np.intp]

    def sums(self, values: NDArray[np.float64], column: int) -> NDArray[np.float64]:
        """Sum of each group of a margin."""
        member = self.groups[:, column] != _FREE
        length = len(self.margins[column].totals)
        sums = np.bincount(self.groups[member, column], weights=values[member], minlength=length)
        return np.asarray(sums, dtype=np.float64)

    def wanted(self, column: int) -> NDArray[np.float64]:
        """Total of each group of a margin."""
        return np.array(list(self.margins[column].totals.values()), dtype=np.float64)

    def deviation(self, values: NDArray[np.float64]) -> float:
        """Largest relative deviation from any total; infinite as long as anything is left where it is 0."""
        worst = 0.0
        for column in range(len(self.margins)):
            wanted = self.wanted(column)
            away = np.abs(self.sums(values, column) - wanted)
            relative = np.divide(away, wanted, out=np.where(away > 0, np.inf, 0.0), where=wanted > 0)
            worst = max(worst, float(relative.max(initial=0.0)))
        return worst

    def swept(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values after one margin after the other was made to hold."""
        values = values.copy()
        for column in range(len(self.margins)):
            sums = self.sums(values, column)
            factors = np.divide(self.wanted(column), sums, out=np.zeros_like(sums), where=sums > 0)
            member = self.groups[:, column] != _FREE
            values[member] *= factors[self.groups[member, column]]
        return values

    def solved(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values where the rounds lead to, found faster where small values between large ones slow them down.

        Newton's method for the logarithms ``u`` of the groups' factors, with which ``sum_c x_c exp(sum_g u_g) - sum_g
        T_g u_g`` over cells ``c`` in groups ``g`` is least: a convex function, whose gradient is how far each group is
        from its total.
        """
        member = np.hstack(
            [
                (self.groups[:, [column]] == np.arange(len(margin.totals))).astype(np.float64)
                for column, margin in enumerate(self.margins)
            ]
        )
        wanted = np.concatenate([self.wanted(column) for column in range(len(self.margins))])
        for _ in range(_STEPS):
            if self.deviation(values) <= _WANTED:
                break
            gap = wanted - member.T @ values
            direction = _newton(member.T @ (values[:, None] * member), gap)
            rise, slope = member @ direction, float(gap @ direction)
            part = min(1.0, _LEAP / max(float(np.abs(rise).max()), 1.0))
            while part > EXACT and values @ (np.expm1(part * rise) - part * rise) > 0.75 * part * slope:
                part /= 2
            values = values * np.exp(part * rise)
        return values

    def changes(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[Change, ...]:
        """What became of every group."""
        return tuple(
            Change(margin.name, group, old, float(margin.totals[group]), new)
            for column, margin in enumerate(self.margins)
            for group, old, new in zip(
                margin.totals, self.sums(before, column).tolist(), self.sums(after, column).tolist(), strict=True
            )
        )

    def contradiction(self, before: NDArray[np.float64], changes: Sequence[Change]) -> str:
        """The groups that miss their totals, and with which groups of other margins they have no demand in common."""
        lines = []
        for change in changes:
            if abs(change.after - change.wanted) > EXACT * change.wanted:
                absent = self._absent(before, change)
                zeros = f" (no demand in common with {listed(absent)})" if absent else ""
                reached = f"{_named(change.group)} comes to {change.after:.6g} of {change.wanted:.6g}"
                lines.append(f"{change.margin}: {reached}{zeros}")
        return "the totals cannot all be met: " + "; ".join(lines)

    def _absent(self, before: NDArray[np.float64], change: Change) -> list[str]:
        """Groups of other margins with a total, none of whose demand lies in a group: the table's zeros."""
        column = next(column for column, margin in enumerate(self.margins) if margin.name == change.margin)
        code = list(self.margins[column].totals).index(change.group)
        here = self.groups[(self.groups[:, column] == code) & (before > 0)]
        return [
            f"{_named(group)} of {margin.name}"
            for other, margin in enumerate(self.margins)
            if other != column
            for number, (group, total) in enumerate(margin.totals.items())
            if total > 0 and number not in here[:, other]
        ]


def _newton(hessian: NDArray[np.float64], gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """Direction of a step; scaled, since sums of groups may be of very different size."""
    size = np.sqrt(np.diag(hessian))
    scale = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    direction: NDArray[np.float64] = scale * np.linalg.lstsq(scale[:, None] * hessian * scale, scale * gap)[0]
    return direction


def _table(margins: Sequence[Margin], n: int) -> tuple[_Table, NDArray[np.intp]]:
    """The cells, and the cell of each row."""
    codes = np.full((n, len(margins)), _FREE, dtype=np.intp)
    for column, margin in enumerate(margins):
        number = {group: code for code, group in enumerate(margin.totals)}
        codes[:, column] = [_FREE if group is None else number.get(group, _FREE) for group in margin.groups]
    groups, cell_of = np.unique(codes, axis=0, return_inverse=True)
    return _Table(margins, groups), cell_of.ravel()


def _faults(seeds: NDArray[np.float64], margin: Margin) -> list[str]:
    """What is wrong with one margin by itself."""
    faults = []
    for group, total in margin.totals.items():
        if not (isfinite(total) and total >= 0):
            faults.append(f"{margin.name}: the total of {_named(group)} is {total}; give a finite total of at least 0")
    groups = np.array(margin.groups, dtype=object)
    present = set(groups[(seeds > 0) & (groups != None)])  # noqa: E711  (element by element)
    missing = sorted(present - set(margin.totals))
    if missing:
        faults.append(f"{margin.name}: no total for {_names(missing)}, where there is demand; give one (0 is a total)")
    empty = [group for group, total in margin.totals.items() if total > 0 and group not in present]
    if empty:
        faults.append(
            f"{margin.name}: a total for {_names(empty)}, where there is no demand to be scaled; give the model places "
            "there, or a total of 0"
        )
    return faults


def _unequal_sums(seeds: NDArray[np.float64], margins: Sequence[Margin]) -> list[str]:
    """Margins over the same rows that do not add up to the same."""
    first: dict[bytes, Margin] = {}
    faults = []
    for margin in margins:
        covered = np.array([group is not None for group in margin.groups], dtype=bool) & (seeds > 0)
        other = first.setdefault(covered.tobytes(), margin)
        a, b = fsum(other.totals.values()), fsum(margin.totals.values())
        if abs(a - b) > EXACT * max(a, b):
            faults.append(
                f"{other.name} and {margin.name}: they add up to {a:.12g} and {b:.12g} for the same demand; "
                "give totals that agree"
            )
    return faults


def _names(groups: Sequence[str]) -> str:
    return listed(_named(group) for group in groups)


def _named(group: str) -> str:
    return repr(group) if group else "'' (places outside every district)"
