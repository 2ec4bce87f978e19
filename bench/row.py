"""What came of a run: news while it ran, and the result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

from bench.run import OURS, Run

EQUAL = 1e-6
"""Relative difference of two values that count as equal."""

READY = 5e-4
"""A bound within this of the last one is as good as there."""

PROVED = "optimal"
DONE = "done"
"""Status of what is no search: a table of times, a model handed over, a file imported."""

ENDED = (PROVED, DONE, "gap reached")


class News(NamedTuple):
    """Value and bound at a time since the solve began; the first one says that the instance is there."""

    seconds: float
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Answer:
    """What a model's call comes back with.

    Parameters
    ----------
    status
        How it ended: a status of the solvers, or `DONE`.
    value, bound
        Of the objective, in the unit of the class.
    size
        Size of the instance, in words.
    part
        Part of the work that was done; the seconds of the whole are in proportion.
    units
        What the seconds are divided by in a class of seconds per unit.
    """

    status: str
    value: float | None = None
    bound: float | None = None
    size: str = ""
    part: float = 1.0
    units: float = 1.0


@dataclass(frozen=True)
class Result:
    """What a run's process tells at its end.

    Parameters
    ----------
    answer
        That of the last call.
    seconds
        Of the first call in the process and of its repetitions; reading or generating the instance not included.
    cpu_s
        The same in processor time of the process.
    peak_mb
        Largest resident memory of the process, instance included, or of one that it started to do the work.
    load
        Processes that wanted a processor in the minute before the end, ours included: with more of them than cores
        the clock says little.
    """

    answer: Answer
    seconds: tuple[float, ...]
    cpu_s: tuple[float, ...]
    peak_mb: float
    load: float

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Result":
        """Read what was told as JSON."""
        times = {key: tuple(told[key]) for key in ("seconds", "cpu_s")}
        return cls(**{**told, **times, "answer": Answer(**told["answer"])})

    @property
    def cold_s(self) -> float:
        """First call in a fresh process, of the whole and per unit."""
        return self.seconds[0] / self.answer.part / self.answer.units

    @property
    def warm_s(self) -> float:
        """Median of the repetitions; the first call where there are none."""
        return median(self.seconds[1:] or self.seconds) / self.answer.part / self.answer.units

    @property
    def has_ended(self) -> bool:
        """Whether it ended by itself, with what it was asked for."""
        return self.answer.status in ENDED


@dataclass(frozen=True)
class Row:
    """A run with what came of it; without a result the reason stands in `failure`.

    Parameters
    ----------
    run, news, result
        What was asked and what was told.
    failure
        Why there is no result.
    is_stopped
        Whether the process was ended because it did not keep its limit.
    """

    run: Run
    news: tuple[News, ...] = ()
    result: Result | None = None
    failure: str = ""
    is_stopped: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Row":
        """Read a row of the JSON file."""
        result = None if told["result"] is None else Result.of(told["result"])
        news = tuple(News(*news) for news in told["news"])
        return cls(Run(**told["run"]), news, result, told["failure"], told["is_stopped"])

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound at the end."""
        return None if self.result is None else relative(self.result.answer.value, self.result.answer.bound)

    @property
    def is_equal(self) -> bool | None:
        """Whether the value is the known optimum; `None` where none is known or found."""
        value = None if self.result is None else self.result.answer.value
        if self.run.optimum is None or value is None:
            return None
        return abs(value - self.run.optimum) <= EQUAL * abs(self.run.optimum)

    def gap_at(self, seconds: float) -> float | None:
        """Gap of the best value and the best bound known at a time; `None` where there was none or the run was shorter.

        At the time limit, and after the run had ended by itself, it is the gap of the result.
        """
        if seconds > self.run.limit_s:
            return None
        if self.result and (seconds >= self.result.seconds[0] or seconds == self.run.limit_s):
            return self.gap
        known = [news for news in self.news if news.seconds <= seconds]
        value = max((news.value for news in known if news.value is not None), default=None)
        return relative(value, min((news.bound for news in known if news.bound is not None), default=None))

    @property
    def bound_s(self) -> float | None:
        """Seconds until the bound was as good as the last one."""
        if not self.result or self.result.answer.bound is None:
            return None
        good = self.result.answer.bound * (1 + READY)
        told = (news.seconds for news in self.news if news.bound is not None and news.bound <= good)
        return next(told, self.result.seconds[0])


@dataclass(frozen=True)
class Line:
    """Ours and all peers on one instance."""

    ours: Row
    peers: tuple[Row, ...] = ()

    def peer(self, tool: str) -> Row | None:
        """Row of a peer, if it was measured."""
        return next((row for row in self.peers if row.run.tool == tool), None)

    def ratio(self, tool: str, *, cold: bool = False) -> "Ratio | None":
        """How many times longer a peer took than ours; `None` where ours did not get to the end that was asked for."""
        ours, peer = self.ours.result, self.peer(tool)
        if ours is None or peer is None or not ours.has_ended:
            return None
        ours_s = ours.cold_s if cold else ours.warm_s
        if peer.result is not None and peer.result.has_ended:
            return Ratio(peer.result.cold_s / ours_s, at_least=False)
        if peer.result is None and not peer.is_stopped:
            return None
        return Ratio(peer.run.limit_s / ours_s, at_least=True)


class Ratio(NamedTuple):
    """Seconds of a peer over ours; at least that, where the peer was stopped at its limit."""

    times: float
    at_least: bool


def lines(rows: Iterable[Row]) -> list[Line]:
    """Bring together the rows of one instance, in the order of ours; peers without ours are left out."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.run.kind, row.run.name), []).append(row)
    return [
        Line(row, tuple(other for other in group if other.run.tool != OURS))
        for group in groups.values()
        for row in group
        if row.run.tool == OURS
    ]


def relative(value: float | None, bound: float | None) -> float | None:
    """Relative distance of value and bound."""
    if value is None or bound is None or value == 0:
        return None
    return abs(bound - value) / abs(value)
