"""Descent of a smooth function over a box: a projected quasi-Newton method of limited memory."""

from collections.abc import Callable

import numpy as np

from solvers.compiled import compiled
from solvers.problem import Booleans, Floats

_MEMORY = 20  # steps remembered
_ENOUGH = 1e-4  # share of the decrease that the slope promises which a step must reach
_HALVINGS = 20
_BOTTOMLESS = -1e6  # no function of interest is lower

Function = Callable[[Floats], tuple[float, Floats]]


def descend(
    function: Function, begin: Floats, most: Floats, *, iterations: int, should_stop: Callable[[], bool]
) -> tuple[Floats, int]:
    """Lower a function of `0 <= x <= most`; return the best point and the number of evaluations.

    L-BFGS (Liu & Nocedal 1989) on the coordinates that are not held at a bound, with a backtracking search along the
    projected direction (Bertsekas 1982). No step is longer than the method's own: one evaluation for most iterations.
    A function without a least value is left at -1e6.

    Parameters
    ----------
    function
        Value and gradient at a point.
    begin, most
        First point and upper bounds, infinite where there is none, shape (N,).
    iterations
        Number of steps at most.
    should_stop
        Whether to stop with the best point so far.
    """
    x = np.clip(begin, 0.0, most)
    value, gradient = function(x)
    steps, changes = np.zeros((_MEMORY, len(x))), np.zeros((_MEMORY, len(x)))
    n_kept, evaluations = 0, 1
    for _ in range(iterations):
        free = ((x > 0.0) | (gradient < 0.0)) & ((x < most) | (gradient > 0.0))
        direction = quasi_newton(gradient, free, steps, changes, n_kept)
        if n_kept == 0:
            direction /= max(float(np.sqrt(np.sum(direction * direction))), 1e-300)
        moved, length = False, 1.0
        for _ in range(_HALVINGS):
            point = np.clip(x + length * direction, 0.0, most)
            new_value, new_gradient = function(point)
            evaluations += 1
            promised = float(np.sum(gradient * (point - x)))
            if new_value <= value + _ENOUGH * promised and promised < 0.0:
                moved = True
                break
            curved = 2 * (new_value - value - promised)
            length *= min(max(-promised / curved, 0.1), 0.5) if curved > 0.0 and promised < 0.0 else 0.5
        if (not moved and n_kept == 0) or new_value < _BOTTOMLESS or should_stop():
            break
        if not moved:
            n_kept = 0
            continue
        step, change = point - x, new_gradient - gradient
        if np.sum(step * change) > 1e-10 * np.sum(change * change):
            steps[n_kept % _MEMORY], changes[n_kept % _MEMORY] = step, change
            n_kept += 1
        x, value, gradient = point, new_value, new_gradient
    return x, evaluations


@compiled
def product(a: Floats, b: Floats, free: Booleans) -> float:
    """Scalar product over the free coordinates."""
    total = 0.0
    for i in range(len(a)):
        if free[i]:
            total += a[i] * b[i]
    return total


@compiled
def add(to: Floats, factor: float, what: Floats, free: Booleans) -> None:
    """Add a multiple of a vector on the free coordinates."""
    for i in range(len(to)):
        if free[i]:
            to[i] += factor * what[i]


@compiled
def quasi_newton(gradient: Floats, free: Booleans, steps: Floats, changes: Floats, n_kept: int) -> Floats:
    """Downhill direction on the free coordinates from the last steps and the gradient's changes (two loops)."""
    memory = len(steps)
    direction = np.where(free, -gradient, 0.0)
    share, along = np.zeros(memory), np.zeros(memory)
    scale = 0.0
    oldest = max(n_kept - memory, 0)
    for n in range(n_kept - 1, oldest - 1, -1):
        m = n % memory
        size = product(changes[m], changes[m], free)
        along[m] = product(steps[m], changes[m], free)
        if along[m] > 1e-12 * size:
            scale = along[m] / size if scale == 0.0 else scale
            share[m] = product(steps[m], direction, free) / along[m]
            add(direction, -share[m], changes[m], free)
    if scale > 0.0:
        direction *= scale
    for n in range(oldest, n_kept):
        m = n % memory
        if share[m] != 0.0:
            add(direction, share[m] - product(changes[m], direction, free) / along[m], steps[m], free)
    return direction
