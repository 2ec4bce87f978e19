"""The manifest: who made a run folder, from what, when, how it ended, and the hash of every file in it."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyogrio
import pyproj

from siting.versions import versions

if TYPE_CHECKING:
    from siting.result import Result
    from solvers.solution import Solution, StageReport

MANIFEST: Final = "manifest.json"

#: What a stage's status says stopped it; the first that applies to any stage speaks for the run.
_STOPPED_BY: Final = (
    ("interrupted", "interrupt"),
    ("time limit", "clock"),
    ("work limit", "work"),
    ("unknown", "unknown"),
    ("gap reached", "gap"),
    ("optimal", "proof"),
)


def build_manifest(
    result: "Result", *, command: str, started: datetime | None, outputs: dict[str, str]
) -> dict[str, Any]:
    """Content of the manifest; with the log the only file that holds a clock.

    Parameters
    ----------
    result
        The result.
    command
        Command line, as the user gave it.
    started
        When the run started; without it the seconds are unknown.
    outputs
        SHA-256 of each file by name.
    """
    finished = datetime.now(UTC)
    solution = result.solution
    first, asked = solution.stages[0], result.kpis.get("objective")
    return {
        "tool": "siting",
        "version": result.meta["version"],
        "run_id": result.run_id,
        "study": result.study.name,
        "study_folder": str(result.study.path_of("").resolve()),
        "command": command,
        "started": None if started is None else _moment(started),
        "finished": _moment(finished),
        "seconds": None if started is None else round((finished - started.astimezone(UTC)).total_seconds(), 3),
        "versions": {**versions(), "gdal": pyogrio.__gdal_version_string__, "proj": pyproj.proj_version_str},
        **({} if asked is None else {"model": asked["model"]}),
        "status": str(first.status),
        "objective": first.value,
        "bound": first.bound,
        "gap": first.gap,
        "stopped_by": stopped_by(solution),
        "check": result.kpis["check"],
        "method": solution.method,
        "notes": solution.notes,
        "seed": solution.seed,
        "threads": result.study.solver.threads,
        "solver": result.study.solver.model_dump(mode="json"),
        "stages": [_stage(stage) for stage in solution.stages],
        "size": result.size,
        "inputs": result.inputs,
        "outputs": outputs,
    }


def stopped_by(solution: "Solution") -> str:
    """What ended the solve: "interrupt", "clock", "work", "gap" or "proof" ("unknown" when the solver did not say)."""
    seen = [str(stage.status) for stage in solution.stages]
    return next((word for status, word in _STOPPED_BY if status in seen), "unknown")


def repeatable(solution: "Solution") -> bool:
    """Whether the same study gives the same answer again: neither a clock nor a person stopped any stage."""
    return stopped_by(solution) not in ("clock", "interrupt")


def solver_log(solution: "Solution") -> str:
    """What the solver said and how much it worked, stage by stage."""
    lines = [f"method: {solution.method}", f"seed: {solution.seed}", *(f"note: {note}" for note in solution.notes)]
    for number, stage in enumerate(solution.stages, start=1):
        lines += ["", f"stage {number}: {stage.objective}"]
        lines += [f"  {key}: {'none' if value is None else value}" for key, value in _stage(stage).items()]
        lines += [f"  seconds: {stage.runtime_s:.3f}"]
    return "\n".join(lines) + "\n"


def file_hashes(folder: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """SHA-256 of files of a folder by name; without names, of all but the manifest."""
    chosen = sorted(path.name for path in folder.iterdir() if path.name != MANIFEST) if names is None else names
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in chosen}


def _stage(stage: "StageReport") -> dict[str, Any]:
    return {
        "objective": stage.objective,
        "status": str(stage.status),
        "value": stage.value,
        "bound": stage.bound,
        "gap": stage.gap,
        "floor": stage.floor,
        "words": stage.words,
        "work": stage.work,
    }


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
