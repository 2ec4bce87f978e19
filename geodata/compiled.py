"""Compiled loops."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Compile a loop over arrays that other threads may run beside; keep the result on disk where that is possible."""
    try:
        return cast("Loop", numba.njit(cache=True, nogil=True)(loop))
    except RuntimeError:  # numba's way to say that no folder is writable
        return cast("Loop", numba.njit(nogil=True)(loop))


def inlined(piece: Loop) -> Loop:
    """Compile a piece into each of the loops that use it: a call would count references to its arrays, each time."""
    return cast("Loop", numba.njit(inline="always")(piece))
