"""What can go wrong while drawing."""

from collections.abc import Sequence


class MapError(ValueError):
    """The tables cannot be drawn, or the page would not be safe offline.

    Parameters
    ----------
    source
        What was being read or built, for example ``map tables``.
    faults
        Every fault found, each naming the table, the row or key, and what to do.
    """

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        one_line = len(self.faults) == 1
        text = f" {self.faults[0]}" if one_line else "".join(f"\n  - {fault}" for fault in self.faults)
        super().__init__(f"{source}:{text}")
