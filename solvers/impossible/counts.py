"""Counts that required options, quotas and other counts make impossible."""

from collections.abc import Iterable, Sequence

import numpy as np

from solvers.impossible.scope import Counted, Scope

_NAMED = 3  # limits quoted in one message; the others are counted


def count_messages(count: Counted, scope: Scope) -> list[str]:
    """A count that asks for more than it allows, than can be, or allows less than there must be."""
    asked = f"{count.name}: at least {count.at_least:.10g} {count.of} are asked for"
    allowed = f"the count allows {count.at_most:.10g}"
    if count.at_least > count.at_most:
        return [f"{asked}, {allowed}"]
    messages = []
    given = scope.required(count.members, count.of)
    least, quotas = _fewest(count, scope)
    if given > count.at_most:
        messages.append(f"{count.name}: {given:.10g} {count.of} are required, {allowed}")
    elif least > count.at_most:
        what = "quotas and required stations" if given else "quotas"
        messages.append(f"{count.name}: {what} add up to {least:.10g} {count.of}, {allowed} ({names(quotas)})")
    possible = scope.possible(count.members, count.of)
    most, ceilings = _greatest(count, scope)
    if possible < count.at_least:
        messages.append(f"{asked}, the options can give {possible:.10g}")
    elif most < count.at_least:
        messages.append(f"{asked}, other limits allow {most:.10g} ({names(ceilings)})")
    return messages


def _fewest(count: Counted, scope: Scope) -> tuple[float, list[Counted]]:
    """Stations or modules that required options and quotas of disjoint sets inside a count's set add up to."""
    inside = (
        (other.at_least - scope.required(other.members, other.of), other)
        for other in scope.counts
        if other is not count and other.of == count.of and not np.any(other.members & ~count.members)
    )
    extra, quotas = disjoint(inside)
    return scope.required(count.members, count.of) + extra, quotas


def _greatest(count: Counted, scope: Scope) -> tuple[float, list[Counted]]:
    """Stations or modules that a count's set can have, given the ceilings of other counts that overlap it."""
    left = count.members.copy()
    total = 0.0
    used = []
    for other in sorted(scope.counts, key=lambda other: other.at_most):
        if other is count or other.of != count.of or not np.any(left & other.members):
            continue
        # Required options that are not in question here use up the ceiling first.
        ceiling = max(other.at_most - scope.required(other.members & ~left, other.of), 0.0)
        if ceiling < scope.possible(left & other.members, count.of):
            total += ceiling
            left &= ~other.members
            used.append(other)
    return total + scope.possible(left, count.of), used


def disjoint(weighted: Iterable[tuple[float, Counted]]) -> tuple[float, list[Counted]]:
    """Disjoint counts of great total weight: the better of heaviest first and smallest set first."""
    useful = [(weight, count) for weight, count in weighted if weight > 0]
    best: tuple[float, list[Counted]] = (0.0, [])
    for order in (
        sorted(useful, key=lambda pair: -pair[0]),
        sorted(useful, key=lambda pair: int(pair[1].members.sum())),
    ):
        total, chosen = 0.0, list[Counted]()
        for weight, count in order:
            if not any(np.any(count.members & other.members) for other in chosen):
                total += weight
                chosen.append(count)
        best = max(best, (total, chosen), key=lambda found: found[0])
    return best


def names(counts: Sequence[Counted]) -> str:
    """The first few counts by name, the others counted."""
    more = f" and {len(counts) - _NAMED} more" if len(counts) > _NAMED else ""
    return ", ".join(count.name for count in counts[:_NAMED]) + more
