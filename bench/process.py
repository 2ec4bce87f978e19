"""One run in a process of its own: memory is its own, and what hangs is ended."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from bench.row import News, Result, Row
from bench.run import OURS, Run

ROOT = Path(__file__).resolve().parents[1]
READY_S = 240.0
"""Seconds for reading or generating an instance."""


def measure(
    run: Run, *, data: Path, threads: int, tell: Callable[[News], None], patience_s: float | None = None
) -> Row:
    """Run `bench.measure` and collect what it says.

    Parameters
    ----------
    run
        What is run.
    data
        Folder with published instances and roads.
    threads
        Threads of a method or solver.
    tell
        Called with every line of news.
    patience_s
        Seconds from the first news (the instance is there) after which the process is ended, whose news remain;
        without, those of `patience`.
    """
    began = time.perf_counter()
    order = json.dumps({"run": asdict(run), "data": str(data), "threads": threads})
    with ExitStack() as stack:
        cache = {"NUMBA_CACHE_DIR": stack.enter_context(tempfile.TemporaryDirectory())} if run.empty_cache else {}
        errors = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
        # In a session of its own an interruption does not reach it; it is ended here, with what it started.
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "bench.measure", order], cwd=ROOT, env={**os.environ, **cache}, text=True,
                start_new_session=True, stdout=subprocess.PIPE, stderr=errors,
            )
        )  # fmt: skip
        clock = _Clock(process, patience(run) if patience_s is None else patience_s)
        stack.callback(clock.end)
        assert process.stdout is not None
        news, result = _listen(process.stdout, tell, clock)
        killed = process.wait() < 0
        errors.seek(0)
        last_words = errors.read().strip().splitlines() or [f"exit code {process.returncode}"]
    if result is not None:
        return Row(run, tuple(news), result)
    if not killed:
        return Row(run, tuple(news), None, last_words[-1])
    words = f"killed after {time.perf_counter() - began:.0f} s"
    return Row(run, tuple(news), None, words, is_stopped=clock.has_rung and bool(news))


def patience(run: Run) -> float:
    """Seconds after which a run is ended: a peer at its limit, for building its model counts; ours after repetitions.

    Solvers get the same limit for themselves, and look at their clocks now and then: hence the seconds on top.
    """
    if run.tool != OURS:
        return run.limit_s + 3.0
    return 1.5 * run.limit_s * (1 + run.repeats) + 120.0


class _Clock:
    """Ends a process that takes too long, first to get ready, then to answer."""

    def __init__(self, process: "subprocess.Popen[str]", patience_s: float) -> None:
        self.process, self.patience_s, self.has_rung = process, patience_s, False
        self._start(READY_S)

    def ready(self) -> None:
        """Begin anew: the instance is there."""
        self.timer.cancel()
        self._start(self.patience_s)

    def end(self) -> None:
        """End the process and all that it started."""
        self.timer.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _start(self, seconds: float) -> None:
        self.timer = threading.Timer(seconds, self._ring)
        self.timer.daemon = True
        self.timer.start()

    def _ring(self) -> None:
        self.has_rung = True
        self.end()


def _listen(lines: IO[str], tell: Callable[[News], None], clock: _Clock) -> tuple[list[News], Result | None]:
    """News and result, as far as they were told; a line that was cut off by the end is left out."""
    news: list[News] = []
    result = None
    for line in lines:
        if not line.endswith("\n"):
            break
        told = json.loads(line)
        if isinstance(told, list):
            if not news:
                clock.ready()
            news.append(News(*told))
            tell(news[-1])
        else:
            result = Result.of(told)
    return news, result
