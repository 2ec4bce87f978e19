"""How a long computation is gone about: threads, progress, and a way to stop it."""

from collections.abc import Callable
from dataclasses import dataclass

from geodata.errors import TravelStoppedError


@dataclass(frozen=True, kw_only=True)
class Work:
    """How to go about a long search; none of it changes what is found.

    Parameters
    ----------
    threads
        Searches made side by side.
    progress
        Called with the number of searches done and their total.
    should_stop
        Asked now and then; the search ends with `TravelStoppedError` when it says yes.
    """

    threads: int = 1
    progress: Callable[[int, int], None] | None = None
    should_stop: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ValueError(f"Expected threads >= 1, found {self.threads}.")

    def done(self, searches: int, of: int) -> None:
        """Tell the progress, and stop where that is asked for."""
        if self.progress is not None:
            self.progress(searches, of)
        if self.should_stop is not None and self.should_stop():
            raise TravelStoppedError(f"stopped after {searches} of {of} searches; nothing was kept")
