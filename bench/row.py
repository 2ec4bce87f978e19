"""What came of a run: news while it ran, and the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bench.runs import Run

READY = 5e-4  # a bound within this of the last one is as good as there


class News(NamedTuple):
    """Value and bound at a time since the solve began; both are maximised values."""

    seconds: float
    value: float | None
    bound: float | None


class End(NamedTuple):
    """How a stage ended."""

    objective: str
    status: str
    value: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound."""
        return _gap(self.value, self.bound)


@dataclass(frozen=True)
class Result:
    """What a run's process tells at its end.

    Parameters
    ----------
    took_s
        Seconds of the solve: building models, proof and check included, generating the instance not.
    peak_mb
        Largest resident memory of the process, instance included.
    all_value
        Value of all demand; 0 for the 25-node network.
    ends
        One per stage.
    cases, equal
        Cases of the 25-node network, and how many were proved at the published optimum.
    """

    took_s: float
    peak_mb: float
    all_value: float = 0.0
    ends: tuple[End, ...] = ()
    cases: int = 0
    equal: int = 0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Result":
        """Read what was told as JSON."""
        return cls(**{**told, "ends": tuple(End(*end) for end in told["ends"])})


@dataclass(frozen=True)
class Row:
    """A run with what came of it; without a result the reason stands in `failure`."""

    run: Run
    news: tuple[News, ...] = ()
    result: Result | None = None
    failure: str = ""

    @property
    def end(self) -> End | None:
        """End of the first stage."""
        return self.result.ends[0] if self.result and self.result.ends else None

    def gap_at(self, seconds: float) -> float | None:
        """Gap of the best value and the best bound known at a time; `None` where there was none or the run was shorter.

        At the time limit, and after the run had ended by itself, it is the gap of the result.
        """
        if seconds > self.run.seconds:
            return None
        if self.result and self.end and (seconds >= self.result.took_s or seconds == self.run.seconds):
            return self.end.gap
        known = [news for news in self.news if news.seconds <= seconds]
        value = max((news.value for news in known if news.value is not None), default=None)
        return _gap(value, min((news.bound for news in known if news.bound is not None), default=None))

    @property
    def bound_s(self) -> float | None:
        """Seconds until the bound was as good as the last one."""
        if not self.result or not self.end or self.end.bound is None:
            return None
        good = self.end.bound + READY * abs(self.end.bound)
        return next((n.seconds for n in self.news if n.bound is not None and n.bound <= good), self.result.took_s)


def _gap(value: float | None, bound: float | None) -> float | None:
    if value is None or bound is None or value == 0:
        return None
    return abs(bound - value) / abs(value)
