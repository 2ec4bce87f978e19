"""Compiled loops."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Loop = TypeVar("Loop", bound=Callable[..., object])


class _Kept(FunctionCache):
    """Compiled loops on disk; what speaks of types that an update has moved elsewhere is compiled anew."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401  (as numba has it)
        """A compiled loop from the disk, or nothing."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except (ImportError, AttributeError):
            self.flush()  # type: ignore[no-untyped-call]
            return None


def compiled(loop: Loop) -> Loop:
    """Compile a loop over arrays; keep the result on disk where there is a place to write to."""
    made: Any = numba.njit(loop)
    with suppress(RuntimeError):  # numba's way to say that no folder is writable
        made._cache = _Kept(loop)  # type: ignore[no-untyped-call]  # noqa: SLF001  (as enable_caching does)
    return cast("Loop", made)
