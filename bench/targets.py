"""What shall be reached on two cores, and whether it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import median

from bench.row import PROVED, Line, Result, Row


@dataclass(frozen=True)
class Target:
    """What is wanted, whether it was reached (`None`: peers were stopped too early to tell), and what was found."""

    wanted: str
    is_met: bool | None
    found: str = ""

    def __str__(self) -> str:
        found = f" ({self.found})" if self.found else ""
        return f"{self.wanted} {_WORDS[self.is_met]}{found}"


_WORDS = {True: "met", False: "not met", None: "not shown"}


CITY_GAPS: dict[str, dict[int, tuple[float | None, float]]] = {
    "small": {60: (1.2, 0.8)},
    "medium": {60: (1.4, 0.9), 300: (None, 0.6)},
    "large": {60: (1.5, 1.0)},
}
"""Size = seconds -> certified gap that must be reached, and the one aimed at, in percent."""

CITY_MB = {"medium": 500.0, "large": 1500.0}
CITY_BOUND_S = {"medium": 4.0, "large": 15.0}
COVERING_S = {3.25: 1.0, 6.25: 3.0}
"""Easy and hard, of 100 sites and 10⁷ points; collapsing included."""


def of_line(line: Line) -> list[Target]:
    """Targets of one instance; none where it has none."""
    judge = _OF_LINE.get(line.ours.run.kind)
    if judge is None:
        return []
    return [Target("a result", False)] if line.ours.result is None else judge(line, line.ours.result)


def of_class(lines: Sequence[Line]) -> list[Target]:
    """Targets of all instances of a class together, as far as they have results."""
    done = [line for line in lines if line.ours.result is not None]
    judge = _OF_CLASS.get(done[0].ours.run.kind) if done else None
    return judge(done) if judge is not None else []


def mean_ratio(lines: Sequence[Line], tool: str, *, cold: bool = False) -> tuple[float, int, int] | None:
    """Geometric mean of how many times longer a peer took, of how many instances, and how many of them at the limit."""
    ratios = [ratio for line in lines if (ratio := line.ratio(tool, cold=cold)) is not None]
    if not ratios:
        return None
    mean = exp(sum(log(ratio.times) for ratio in ratios) / len(ratios))
    return mean, len(ratios), sum(ratio.at_least for ratio in ratios)


def _at_most(what: str, found: float | None, most: float, unit: str) -> Target:
    return Target(f"{what} <= {most:g} {unit}", found is not None and found <= most)


def _faster(what: str, times: float, least: float, at_least: bool, found: str = "") -> Target:
    """A ratio; one that is only a lower bound can meet a target, but not miss it."""
    return Target(what, True if times >= least else None if at_least else False, found)


def _large_median(line: Line, result: Result) -> list[Target]:
    gap = None if line.ours.gap is None else 100 * line.ours.gap
    return [
        _at_most("gap", gap, 0.1, "%"), _at_most("time", result.cold_s, 300, "s"),
        _at_most("memory", result.peak_mb, 4096, "MB"),
    ]  # fmt: skip


def _tsplib(line: Line, result: Result) -> list[Target]:
    """An anytime gap is not told; whoever has proved by then has it."""
    gap = line.ours.gap
    return [Target("gap <= 0.01 % in 10 s", gap is not None and gap <= 1e-4 and result.warm_s <= 10)]


def _covering(line: Line, result: Result) -> list[Target]:
    of = line.ours.run.of
    if of["n"] != 100 or of["m"] != 10**7 or of["p"] != 10:
        return []
    return [_proved_within(result, COVERING_S[of["standard"]])]


def _proved_within(result: Result, seconds: float) -> Target:
    return _at_most("proved", result.warm_s if result.answer.status == PROVED else None, seconds, "s")


def _large_covering(line: Line, result: Result) -> list[Target]:
    gap = line.ours.gap
    return [Target("0.01 % in 10 s", gap is not None and gap <= 1e-4 and result.warm_s <= 10)]


def _capacitated(line: Line, result: Result) -> list[Target]:
    return [_proved_within(result, 5)]


def _refuelling(line: Line, result: Result) -> list[Target]:
    if line.ours.run.model == "25-node":
        return [Target("all equal", bool(line.ours.is_equal))]
    ratio = line.ratio("HiGHS")
    return [] if ratio is None else [_faster("proved >= 10 x", ratio.times, 10, ratio.at_least)]


def _travel(line: Line, result: Result) -> list[Target]:
    of, ratio = line.ours.run.of, line.ratio("scipy")
    targets = [_at_most("memory", result.peak_mb, 1024, "MB")]
    if of["nodes"] == 500_000 and of["targets"] == 5000:
        targets.append(_at_most("time", result.warm_s, 4, "s"))
    return targets + ([] if ratio is None else [_faster("scipy >= 15 x", ratio.times, 15, ratio.at_least)])


def _joint(line: Line, result: Result) -> list[Target]:
    run, size = line.ours.run, line.ours.run.of["size"]
    if run.empty_cache or set(run.of) != {"size", "seed"}:
        return []
    targets = []
    for seconds, (must, aim) in CITY_GAPS.get(size, {}).items():
        if seconds <= run.limit_s:
            targets += _gaps(f"{seconds} s:", line.ours.gap_at(seconds), must, aim)
    if size in CITY_MB:
        targets.append(_at_most("memory", result.peak_mb, CITY_MB[size], "MB"))
        targets.append(_at_most("bound", line.ours.bound_s, CITY_BOUND_S[size], "s"))
    return targets


def _joint_cost(line: Line, _: Result) -> list[Target]:
    return _gaps("gap", line.ours.gap, 4.0, 2.5)


def _gaps(what: str, gap: float | None, must: float | None, aim: float) -> list[Target]:
    percent = None if gap is None else 100 * gap
    wanted = [] if must is None else [_at_most(what, percent, must, "%")]
    return [*wanted, _at_most(f"{what} aim", percent, aim, "%")]


def _handing(_: Line, result: Result) -> list[Target]:
    return [_at_most("per million", result.warm_s, 1, "s")]


def _imports(line: Line, result: Result) -> list[Target]:
    targets = [_at_most("memory", result.peak_mb, 1024, "MB")]
    if line.ours.run.of["rows"] == 1_000_000:
        targets.append(_at_most("time", result.cold_s, 30, "s"))
    return targets


_OF_LINE: dict[str, Callable[[Line, Result], list[Target]]] = {
    "tsplib": _tsplib,
    "large-median": _large_median,
    "covering": _covering,
    "large-covering": _large_covering,
    "capacitated": _capacitated,
    "refuelling": _refuelling,
    "travel": _travel,
    "joint": _joint,
    "joint-cost": _joint_cost,
    "handing-over": _handing,
    "imports": _imports,
}


def _all_pmed(lines: Sequence[Line]) -> list[Target]:
    results = [line.ours.result for line in lines if line.ours.result]
    warm_s, cold_s = sum(r.warm_s for r in results), sum(r.cold_s for r in results)
    peak_mb = max(r.peak_mb for r in results)
    return [
        _all_proved(lines),
        Target("<= 5 s in total", warm_s <= 5, f"{warm_s:.1f} s warm, {cold_s:.1f} s cold"),
        Target("<= 300 MB", peak_mb <= 300, f"{peak_mb:.0f} MB"),
        *_mean(lines, 300),
    ]


def _all_tsplib(lines: Sequence[Line]) -> list[Target]:
    proved = _proved(lines)
    return [Target(">= 80 % proved in 60 s", proved >= 0.8 * len(lines), f"{proved} of {len(lines)}")]


def _all_center(lines: Sequence[Line]) -> list[Target]:
    targets = [_all_proved(lines)]
    for tool in _pair_tools(lines):
        ratios = [ratio for line in lines if (ratio := line.ratio(tool)) is not None]
        if ratios:
            middle = median(ratio.times for ratio in ratios)
            limited = sum(ratio.at_least for ratio in ratios)
            words = f"{middle:,.0f} x, instances: {len(ratios)}, of them at the peer's limit: {limited}"
            targets.append(_faster(f"median >= 200 x {tool}", middle, 200, limited > 0, words))
    return targets


def _mean(lines: Sequence[Line], wanted: float) -> list[Target]:
    targets = []
    for tool in _pair_tools(lines):
        found = mean_ratio(lines, tool)
        if found is not None:
            mean, count, limited = found
            words = f"{mean:,.0f} x, instances: {count}, of them at the peer's limit: {limited}"
            targets.append(_faster(f"geometric mean >= {wanted:g} x {tool}", mean, wanted, limited > 0, words))
    return targets


def _pair_tools(lines: Sequence[Line]) -> list[str]:
    """HiGHS is the peer that targets speak of."""
    tools = dict.fromkeys(peer.run.tool for line in lines for peer in line.peers)
    return [tool for tool in tools if tool.endswith("HiGHS")]


def _all_proved(lines: Sequence[Line]) -> Target:
    return Target("all proved", _proved(lines) == len(lines), f"{_proved(lines)} of {len(lines)}")


def _proved(lines: Sequence[Line]) -> int:
    return sum(_is_proved(line.ours) for line in lines)


def _is_proved(row: Row) -> bool:
    return row.result is not None and row.result.answer.status == PROVED


_OF_CLASS: dict[str, Callable[[Sequence[Line]], list[Target]]] = {
    "p-median": _all_pmed,
    "tsplib": _all_tsplib,
    "p-center": _all_center,
}
