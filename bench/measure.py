"""One run in this process: `python -m bench.measure ORDER` takes a run in JSON and writes lines of JSON.

Lists are news (`bench.row.News`), the object on the last line is the result (`bench.row.Result`). Everything else that
is printed here goes to the standard error: solvers and tools talk.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.models import Setting, call_of
from bench.row import ENDED, Answer, News, Result
from bench.run import Run

MANY_S, FEW_S = 20.0, 60.0
"""First calls that take at most as long are repeated as often as the run says, and once; longer ones are not."""

PER_MB = 1e6 if sys.platform == "darwin" else 1024
"""Units of the system's count of resident memory: bytes there, KiB elsewhere."""


def main() -> None:
    """Measure the run that comes in, and print what came of it."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    order = json.loads(sys.argv[1])

    def tell(news: News) -> None:
        print(json.dumps(news), file=told, flush=True)

    result = measured(Run(**order["run"]), Setting(Path(order["data"]), int(order["threads"]), tell))
    print(json.dumps(asdict(result)), file=told, flush=True)


def measured(run: Run, setting: Setting) -> Result:
    """Make the instance ready, call the tool once, and again for the warm time."""
    call = call_of(run, setting)
    children_mb = _peak_mb(resource.RUSAGE_CHILDREN)
    setting.tell(News(0.0, None, None))
    seconds: list[float] = []
    cpu_s: list[float] = []
    answer: Answer | None = None
    while answer is None or len(seconds) <= _repeats(run, answer, seconds[0]):
        began, cpu_began = time.perf_counter(), time.process_time()
        answer = call()
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - cpu_began)
    peak_mb = _peak_mb(resource.RUSAGE_SELF)
    if _peak_mb(resource.RUSAGE_CHILDREN) > children_mb:  # not those that made the instance
        peak_mb = max(peak_mb, _peak_mb(resource.RUSAGE_CHILDREN))
    return Result(answer, tuple(seconds), tuple(cpu_s), peak_mb, os.getloadavg()[0])


def _peak_mb(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / PER_MB


def _repeats(run: Run, answer: Answer, first_s: float) -> int:
    if answer.status not in ENDED or first_s > FEW_S:
        return 0
    return run.repeats if first_s <= MANY_S else min(run.repeats, 1)


if __name__ == "__main__":
    main()
