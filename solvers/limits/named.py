"""What options and sites are called in messages."""

from collections.abc import Iterable, Sequence


def named(what: str, rows: Iterable[int], names: Sequence[str]) -> str:
    """Things by their names, or by index where they have none: ``S1|fast, S2|fast`` or ``options 0, 1``."""
    called = dict.fromkeys(names[row] if len(names) else str(row) for row in rows)
    return ", ".join(called) if len(names) else f"{what} {', '.join(called)}"
