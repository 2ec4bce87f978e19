"""Open, close and exchange options as long as it pays: vertex substitution (Teitz & Bart 1968) under limits."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.covering.tangents import Cover
from solvers.problem import Booleans, Floats, Integers

_ROUNDING = 1e-9


class Rules(NamedTuple):
    """Limit rows by option: what opening option `o` adds to row `row[n]`, for `n` in `begin[o]:begin[o + 1]`."""

    begin: Integers
    row: Integers
    amount: Floats
    constant: Floats
    lo: Floats
    hi: Floats


class Aim(NamedTuple):
    """What pays: `price` per unit of worth, `profit` per open option; the worth must not fall below `least`."""

    price: float
    profit: Floats
    least: float


class _Books(NamedTuple):
    """What is open, and what follows: kept true step by step.

    `n_open` counts the open options of each set, `missing` the sets of each family that have none, `gain` the worth
    that opening an option would add; `activity` are the left sides of the limit rows. `hits`, `touched` and `stamp` are
    scratch; `sums` holds the worth and the number of rows out of bounds.
    """

    opened: Booleans
    n_open: Integers
    missing: Integers
    gain: Floats
    activity: Floats
    hits: Integers
    touched: Integers
    stamp: Integers
    sums: Floats


@compiled
def exchange(wish: Floats, kept: Booleans, cover: Cover, rules: Rules, aim: Aim) -> tuple[Booleans, bool]:
    """Open what is wished for as far as the limits allow, then open, close and exchange as long as it pays.

    Parameters
    ----------
    wish
        Options are first opened by falling wishes above 0, shape (O,).
    kept
        Options that are open from the beginning and stay so, shape (O,).
    cover, rules, aim
        What is covered, what is allowed, what pays.

    Returns
    -------
    opened, fine
        What is open at the end, shape (O,), and whether it keeps to all limits and the least worth.
    """
    books = _opened_books(kept, cover, rules)
    for o in np.argsort(-wish, kind="mergesort"):
        if wish[o] > 0 and not books.opened[o] and _fits(o, books, rules, False):
            _turn(o, 1, books, cover, rules)
    improved = True
    while improved:
        improved = False
        for out in range(-1, len(wish)):
            if out < 0 or (books.opened[out] and not kept[out]):
                improved = _step(out, books, cover, rules, aim) or improved
    return books.opened, books.sums[1] == 0 and books.sums[0] >= aim.least


@compiled
def _step(out: int, books: _Books, cover: Cover, rules: Rules, aim: Aim) -> bool:
    """Close one option (none: -1) and open the best other, or none, if that pays; say whether it did."""
    before, lost, best, into = books.sums[0], 0.0, 0.0, -1
    if out >= 0:
        _turn(out, -1, books, cover, rules)
        lost = aim.profit[out]
    room = _ROUNDING * max(1.0, abs(aim.price * before))
    drop = aim.price * (books.sums[0] - before) - lost
    found = out >= 0 and books.sums[1] == 0 and books.sums[0] >= aim.least and drop > room
    best = drop if found else room
    for o in range(len(books.opened)):
        if not books.opened[o] and o != out and books.sums[0] + books.gain[o] >= aim.least:
            better = drop + aim.price * books.gain[o] + aim.profit[o]
            if better > best and _fits(o, books, rules, True):
                best, into, found = better, o, True
    if into >= 0:
        _turn(into, 1, books, cover, rules)
    elif out >= 0 and not found:
        _turn(out, 1, books, cover, rules)
    return found


@compiled
def _fits(o: int, books: _Books, rules: Rules, whole: bool) -> bool:
    """Whether opening an option leaves its limit rows within bounds: none beyond, or `whole`, no row at all is out."""
    mended = 0
    for n in range(rules.begin[o], rules.begin[o + 1]):
        r = rules.row[n]
        after = books.activity[r] + rules.amount[n]
        if whole:
            if _is_out(after, r, rules):
                return False
            mended += _is_out(books.activity[r], r, rules)
        elif _is_out(after, r, rules) and (after > rules.hi[r]) == (rules.amount[n] > 0):
            return False
    return not whole or mended == int(books.sums[1])


@compiled
def _is_out(activity: float, r: int, rules: Rules) -> bool:
    room = _ROUNDING * max(1.0, abs(activity))
    return bool(activity > rules.hi[r] + room or activity < rules.lo[r] - room)


@compiled
def _turn(o: int, change: int, books: _Books, cover: Cover, rules: Rules) -> None:
    """Open (1) or close (-1) an option and keep the books."""
    n_touched, turning = 0, 0 if change > 0 else 1
    for n in range(cover.at_begin[o], cover.at_begin[o + 1]):
        f = cover.set_family[cover.at[n]]
        if books.n_open[cover.at[n]] == turning and books.stamp[f] == 0:
            books.stamp[f] = 1
            books.touched[n_touched] = f
            n_touched += 1
            books.sums[0] -= cover.weight[f] * (books.missing[f] == 0)
            _add_gain(f, -cover.weight[f], books, cover)
    for n in range(cover.at_begin[o], cover.at_begin[o + 1]):
        s = cover.at[n]
        if books.n_open[s] == turning:
            books.missing[cover.set_family[s]] -= change
        books.n_open[s] += change
    for t in range(n_touched):
        f = books.touched[t]
        books.stamp[f] = 0
        books.sums[0] += cover.weight[f] * (books.missing[f] == 0)
        _add_gain(f, cover.weight[f], books, cover)
    for n in range(rules.begin[o], rules.begin[o + 1]):
        r = rules.row[n]
        books.sums[1] -= _is_out(books.activity[r], r, rules)
        books.activity[r] += change * rules.amount[n]
        books.sums[1] += _is_out(books.activity[r], r, rules)
    books.opened[o] = change > 0


@compiled
def _add_gain(f: int, amount: float, books: _Books, cover: Cover) -> None:
    """Add an amount to the gain of every option that alone would complete a family."""
    if books.missing[f] == 0 or books.missing[f] > cover.most_hit[f]:
        return
    last = -1
    for s in range(cover.set_begin[f], cover.set_begin[f + 1]):
        if books.n_open[s] == 0:
            last = s
            for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
                books.hits[cover.member[k]] += 1
    for k in range(cover.member_begin[last], cover.member_begin[last + 1]):
        if books.hits[cover.member[k]] == books.missing[f]:
            books.gain[cover.member[k]] += amount
    for s in range(cover.set_begin[f], cover.set_begin[f + 1]):
        if books.n_open[s] == 0:
            for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
                books.hits[cover.member[k]] = 0


@compiled
def _opened_books(kept: Booleans, cover: Cover, rules: Rules) -> _Books:
    """Books of all that is kept open."""
    n_options, n_families = len(kept), len(cover.weight)
    books = _Books(
        np.zeros(n_options, dtype=np.bool_),
        np.zeros(len(cover.member_begin) - 1, dtype=np.int64),
        np.diff(cover.set_begin),
        np.zeros(n_options),
        rules.constant.copy(),
        np.zeros(n_options, dtype=np.int64),
        np.zeros(n_families, dtype=np.int64),
        np.zeros(n_families, dtype=np.int64),
        np.zeros(2),
    )
    for f in range(n_families):
        _add_gain(f, cover.weight[f], books, cover)
    for r in range(len(rules.lo)):
        books.sums[1] += _is_out(books.activity[r], r, rules)
    for o in range(n_options):
        if kept[o]:
            _turn(o, 1, books, cover, rules)
    return books
