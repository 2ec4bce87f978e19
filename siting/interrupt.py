"""Ctrl-C during a run: the first one asks for the best answer so far, a second one ends at once."""

import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """Listens for Ctrl-C while it is entered; calling it says whether one came."""

    def __init__(self) -> None:
        self._asked = False
        self._previous: Any = None

    def __call__(self) -> bool:
        """Whether the planner asked to stop."""
        return self._asked

    def __enter__(self) -> "Interrupt":
        """Take over Ctrl-C."""
        self._previous = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give Ctrl-C back."""
        signal.signal(signal.SIGINT, self._previous)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        # The next one is the operating system's: it ends the process even while the solver computes.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # Written past all buffers and locks, which the interrupted code may hold. The live line hides the cursor.
        cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
        message = "Stopping with the best answer so far; press Ctrl-C again to end at once."
        os.write(2, f"{cursor}\n{message}\n".encode())
