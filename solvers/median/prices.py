"""A price on serving each point: the Lagrangian bound of the p-median (Cornuejols, Fisher & Nemhauser 1977).

Points buy at their price, each site sells to those that it costs less, and the p sites that earn most are open.
Whatever the prices, no answer costs less than the prices together minus what these sites earn.
"""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Floats, Integers

_OUTWARD = 1e-10  # share of the sizes of all terms that rounding may have cost
_MEMORY = 0.6  # of the last direction (Camerini, Fratta & Maffioli 1975)
_OVERSHOOT = 1.02  # of the best cost: the bound that steps aim at
_NEWS = 1e-6  # relative gain of the bound that counts as one


class Pace(NamedTuple):
    """Rounds of an ascent; its step, which after `patience` rounds in vain is `shorter` times itself; its least."""

    rounds: int
    step: float
    patience: int
    least_step: float
    shorter: float


class Aim(NamedTuple):
    """Cost of the best answer, and the bound beyond which nothing better can be."""

    best: float
    cut: float


class Ascent(NamedTuple):
    """Where an ascent ended: the bound, the sites open there, how often each was open lately, the rounds, the step."""

    bound: float
    opened: Booleans
    lean: Floats
    rounds: int
    step: float


@compiled
def ascend(lists: Neighbours, far: Floats, price: Floats, state: Integers, p: int, aim: Aim, pace: Pace) -> Ascent:
    """Raise the bound by changing the prices, in place, and fix sites by what the other choice would cost.

    Parameters
    ----------
    lists, far
        Costs by point; and what a point costs at least beyond its list, which is the most its price may be.
    price
        Prices to begin from; those of the best bound at the end, shape (I,).
    state
        1 for sites that must be open, -1 for closed ones, 0 for those to be decided, shape (J,); sites are fixed here.
    p
        Number of open sites.
    aim
        When to stop, and what to fix against.
    pace
        Rounds and steps.
    """
    earned, chosen = np.zeros(len(state)), np.zeros(len(state), dtype=np.bool_)
    now, ahead = price.copy(), np.zeros(len(price))
    best, step, idle, done = -np.inf, pace.step, 0, 0
    opened, lean = chosen.copy(), np.zeros(len(state))
    while done < pace.rounds and step >= pace.least_step:
        done += 1
        _earn(lists, now, earned)
        bound, last_in, first_out = _choose(earned, state, p, now, chosen)
        idle = 0 if bound > best + _NEWS * abs(best) else idle + 1
        if bound > best:
            best, price[:], opened[:] = bound, now, chosen
            if best > aim.cut:
                break
            _fix(earned, state, chosen, last_in, first_out, aim.cut - best)
        if idle >= pace.patience:
            step, idle, now[:] = step * pace.shorter, 0, price
            continue
        lean *= 0.9
        lean += 0.1 * chosen
        if not _follow(lists, far, now, ahead, chosen, step * (_OVERSHOOT * aim.best - bound)):
            step = 0.0
    return Ascent(best, opened, lean, done, step)


@compiled
def _earn(lists: Neighbours, price: Floats, earned: Floats) -> None:
    """What each site earns at these prices, as a negative number."""
    earned[:] = 0.0
    for i in range(len(price)):
        for k in range(lists.begin[i], lists.begin[i + 1]):
            if lists.cost[k] >= price[i]:
                break
            earned[lists.site[k]] += lists.cost[k] - price[i]


@compiled
def _choose(earned: Floats, state: Integers, p: int, price: Floats, chosen: Booleans) -> tuple[float, float, float]:
    """Open the p sites that earn most; the bound, and the last earning that was in and the first that was out."""
    free = earned[state == 0]
    left = p - (state > 0).sum()
    if left < 0 or left > len(free):
        return np.inf, 0.0, 0.0
    last_in, first_out = -np.inf, np.inf
    if 0 < left < len(free):
        cut = np.partition(free, left)
        first_out = cut[left]
        last_in = cut[:left].max()
    elif left == len(free):
        last_in = np.inf
    below = (free < last_in).sum() if left < len(free) else left
    total, size = 0.0, 0.0
    for i in range(len(price)):
        total += price[i]
    size = total
    for j in range(len(state)):
        chosen[j] = state[j] > 0 or (state[j] == 0 and earned[j] < last_in)
        if state[j] == 0 and earned[j] == last_in and below < left:
            chosen[j] = True
            below += 1
        if chosen[j]:
            total += earned[j]
            size -= earned[j]
    return total - _OUTWARD * size, last_in, first_out


@compiled
def _fix(earned: Floats, state: Integers, chosen: Booleans, last_in: float, first_out: float, room: float) -> None:
    """Fix sites whose other choice would raise the bound by more than there is room for."""
    for j in range(len(state)):
        if state[j] == 0:
            if chosen[j] and first_out - earned[j] > room:
                state[j] = 1
            elif not chosen[j] and earned[j] - last_in > room:
                state[j] = -1


@compiled
def _follow(lists: Neighbours, far: Floats, price: Floats, ahead: Floats, chosen: Booleans, reach: float) -> bool:
    """Raise the price of points that nobody serves, lower that of points served twice; whether any price is wrong."""
    norm = 0.0
    for i in range(len(price)):
        short = 1.0
        for k in range(lists.begin[i], lists.begin[i + 1]):
            if lists.cost[k] >= price[i]:
                break
            short -= chosen[lists.site[k]]
        ahead[i] = short + _MEMORY * ahead[i]
        norm += ahead[i] * ahead[i]
    if norm == 0.0:
        return False
    for i in range(len(price)):
        price[i] = min(max(price[i] + reach / norm * ahead[i], 0.0), far[i])
    return True


@compiled
def without_closed(lists: Neighbours, state: Integers) -> Neighbours:
    """Take closed sites out of the lists, and what follows a site that must be open."""
    begin = np.zeros(len(lists.begin), dtype=np.int64)
    kept = np.zeros(len(lists.site), dtype=np.bool_)
    beyond = lists.beyond.copy()
    for i in range(len(begin) - 1):
        begin[i + 1] = begin[i]
        for k in range(lists.begin[i], lists.begin[i + 1]):
            if state[lists.site[k]] >= 0:
                kept[k] = True
                begin[i + 1] += 1
                if state[lists.site[k]] > 0:
                    beyond[i] = np.inf
                    break
    return Neighbours(begin, lists.site[kept], lists.cost[kept], beyond)
