"""Compiled loops."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Compile a loop over arrays; keep the result on disk where there is a place to write to."""
    try:
        return cast("Loop", numba.njit(cache=True)(loop))
    except RuntimeError:  # numba's way to say that no folder is writable
        return cast("Loop", numba.njit(loop))
