"""What the methods shall reach on two cores."""

from bench.row import Row
from bench.runs import PEER, Run

#: Size = seconds -> certified gap that must be reached, and the one aimed at, in percent.
GAPS: dict[str, dict[int, tuple[float | None, float]]] = {
    "small": {60: (1.2, 0.8)},
    "medium": {60: (1.4, 0.9), 300: (None, 0.6)},
    "large": {60: (1.5, 1.0)},
}
MEMORY_MB = {"medium": 500.0, "large": 1500.0}
BOUND_S = {"medium": 4.0, "large": 15.0}
COST_GAP = (4.0, 2.5)
FLOWS_FASTER = 10.0


def verdict(row: Row, peer: Row | None) -> str:
    """Say which targets a row meets, in words; empty where there is none.

    Parameters
    ----------
    row
        The row.
    peer
        Row of HiGHS for the same flows, if any.
    """
    if row.run.method == PEER:
        return ""
    if row.result is None:
        return "not met"
    words = {"city": _city, "flows": _flows, "known": _known}[row.run.kind](row, peer)
    return "; ".join(words)


def speed_up(row: Row, peer: Row | None) -> float | None:
    """How many times longer HiGHS took for the same flows; at least that, where it found no proof."""
    if row.result is None or peer is None or peer.result is None:
        return None
    return peer.result.took_s / row.result.took_s


def _city(row: Row, _: Row | None) -> list[str]:
    run, result = row.run, row.result
    assert result is not None
    words = []
    if run.cost_stage:
        gap = result.ends[1].gap if len(result.ends) > 1 else None
        return [_gap_words("cost", gap, *COST_GAP)]
    if not _is_plain(run):
        return []
    for seconds, (must, aim) in GAPS.get(run.size, {}).items():
        if seconds <= run.seconds:
            words.append(_gap_words(f"{seconds} s", row.gap_at(seconds), must, aim))
    if run.size in MEMORY_MB:
        words.append(_word(f"memory <= {MEMORY_MB[run.size]:g} MB", result.peak_mb <= MEMORY_MB[run.size]))
    if run.size in BOUND_S:
        bound_s = row.bound_s
        words.append(_word(f"bound <= {BOUND_S[run.size]:g} s", bound_s is not None and bound_s <= BOUND_S[run.size]))
    return words


def _is_plain(run: Run) -> bool:
    return run.budget == "tight" and run.demand == "normal" and not run.cold and not run.again


def _flows(row: Row, peer: Row | None) -> list[str]:
    faster = speed_up(row, peer)
    proved = row.end is not None and row.end.status == "optimal"
    if faster is None:
        return []
    return [_word(f"proved >= {FLOWS_FASTER:g} x faster", proved and faster >= FLOWS_FASTER)]


def _known(row: Row, _: Row | None) -> list[str]:
    assert row.result is not None
    return [_word("all equal", row.result.equal == row.result.cases)]


def _gap_words(what: str, gap: float | None, must: float | None, aim: float) -> str:
    words = []
    for name, percent in (("", must), ("aim ", aim)):
        if percent is not None:
            words.append(_word(f"{name}<= {percent:g} %", gap is not None and 100 * gap <= percent))
    return f"{what}: " + ", ".join(words)


def _word(what: str, met: bool) -> str:
    return f"{what} {'met' if met else 'not met'}"
