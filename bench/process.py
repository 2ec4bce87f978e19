"""One run in a process of its own: memory is its own, and what hangs is ended."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO

from bench.row import News, Result, Row
from bench.runs import Run

ROOT = Path(__file__).resolve().parents[1]


def measure(
    run: Run, *, data: Path, threads: int, tell: Callable[[News], None], patience_s: float | None = None
) -> Row:
    """Run `bench.measure` and collect what it says.

    A cold run gets an empty cache of compiled loops.

    Parameters
    ----------
    run
        What is run.
    data
        Folder with published instances.
    threads
        Threads of a method or solver.
    tell
        Called with every line of news.
    patience_s
        Seconds after which the process is ended, whose news remain; without, far beyond the run's own limit.
    """
    began = time.perf_counter()
    order = json.dumps({"run": asdict(run), "data": str(data), "threads": threads})
    with ExitStack() as stack:
        cache = {"NUMBA_CACHE_DIR": stack.enter_context(tempfile.TemporaryDirectory())} if run.cold else {}
        errors = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
        # In a session of its own an interruption does not reach it; it is ended here.
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "bench.measure", order], cwd=ROOT, env={**os.environ, **cache}, text=True,
                start_new_session=True, stdout=subprocess.PIPE, stderr=errors,
            )
        )  # fmt: skip
        stack.callback(process.kill)
        clock = threading.Timer(_patience_s(run) if patience_s is None else patience_s, process.kill)
        stack.callback(clock.cancel)
        clock.start()
        assert process.stdout is not None
        news, result = _listen(process.stdout, tell)
        killed = process.wait() < 0
        errors.seek(0)
        words = errors.read().strip().splitlines()
    if result is not None:
        return Row(run, tuple(news), result)
    return Row(run, tuple(news), None, f"killed after {time.perf_counter() - began:.0f} s" if killed else words[-1])


def _listen(lines: IO[str], tell: Callable[[News], None]) -> tuple[list[News], Result | None]:
    """News and result, as far as they were told; a line that was cut off by the end is left out."""
    news: list[News] = []
    result = None
    for line in lines:
        if not line.endswith("\n"):
            break
        told = json.loads(line)
        if isinstance(told, list):
            news.append(News(*told))
            tell(news[-1])
        else:
            result = Result.of(told)
    return news, result


def _patience_s(run: Run) -> float:
    """Half as long again, and two minutes for instances and models; the many small cases of `known` end soon."""
    return 1.5 * run.seconds * (2 if run.again else 1) + 120.0
