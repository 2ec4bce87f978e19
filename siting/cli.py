"""The command line: `siting run`, `check`, `demo`, `new`, `map`, `verify`, `compare`, `schema`, `versions`.

The others are in `siting.commands`, by what they work on.

Whatever is heavy is imported by the command that needs it, so that `siting --help` answers at once.
"""

import shlex
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.commands.demand import demand
from siting.commands.diagnose import diagnoses
from siting.commands.front import fronts
from siting.commands.layers import layers
from siting.commands.options import (
    Json,
    Lang,
    Language,
    Out,
    Overrides,
    Quiet,
    StudyFile,
    Verbose,
    command_line,
    settings_of,
)
from siting.commands.travel import travel
from siting.console import ProgressLine, emit_json, guarded, say
from siting.interrupt import Interrupt

if TYPE_CHECKING:
    from siting.result import Result

app = typer.Typer(
    help="Decide where charging, battery-swap and hydrogen stations go: layers in, sites and an offline map out.",
    epilog="Exit codes: 0 ok, 1 unexpected or not verified, 2 usage, 3 study or data invalid, 4 infeasible, "
    "5 stopped by a limit with an answer written, 6 no answer in time, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(demand, name="demand")
app.add_typer(diagnoses)
app.add_typer(fronts)
app.add_typer(layers)
app.add_typer(travel)


class Schema(StrEnum):
    """Files that have a schema."""

    STUDY = "study"
    PLAN = "plan"
    FACILITIES = "facilities"


RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="Folder that a run wrote.", show_default=False)]
StartRun = Annotated[
    Path | None,
    typer.Option("--start", metavar="RUN_DIR", help="Begin from an earlier run's stations.", show_default=False),
]


@app.command()
@guarded
def run(
    study: StudyFile,
    overrides: Overrides = None,
    start: StartRun = None,
    out: Out = Path("runs"),
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Solve a study, check the answer, and write a run folder with tables and the map."""
    settings = settings_of(overrides, lang)
    return _solve_and_write(study, settings, start=start, out=out, as_json=as_json, quiet=quiet, verbose=verbose)


@app.command()
@guarded
def demo(
    copy: Annotated[
        Path | None,
        typer.Option("--copy", metavar="DIR", help="Copy the study into a new folder instead.", show_default=False),
    ] = None,
    overrides: Overrides = None,
    out: Out = Path("runs"),
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Run the embedded Guangzhou study, or copy it to change it."""
    from siting.starter import copy_demo, demo_study

    if copy is not None:
        return _tell_study(copy_demo(copy), as_json=as_json)
    settings = settings_of(overrides, lang)
    return _solve_and_write(demo_study(), settings, out=out, as_json=as_json, quiet=quiet, verbose=verbose)


@app.command()
@guarded
def check(
    study: StudyFile,
    overrides: Overrides = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Validate a study and all it names; list inputs and model size. Solves nothing."""
    from siting.check import check_study, check_text
    from siting.study import Study

    found = check_study(Study.from_toml(study, overrides=settings_of(overrides)))
    if as_json:
        emit_json(found)
    else:
        typer.echo(check_text(found))
    return 0


@app.command()
@guarded
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.", show_default=False)],
    as_json: Json = False,
) -> int:
    """Start a study from a commented template that runs as it is."""
    from siting.starter import copy_template

    return _tell_study(copy_template(folder), as_json=as_json)


@app.command("map")
@guarded
def map_(run_dir: RunFolder, as_json: Json = False, verbose: Verbose = False) -> int:
    """Draw map and summary page of a run again, without solving."""
    from siting.run_folder import redraw

    path = redraw(run_dir)
    if as_json:
        emit_json({"map": str(path)})
    else:
        typer.echo(path)
    return 0


@app.command()
@guarded
def verify(run_dir: RunFolder, as_json: Json = False, verbose: Verbose = False) -> int:
    """Check the files of a run against its inputs, and its bound again; exit code 1 when they contradict each other."""
    from siting.audit import audit_run
    from siting.proof import proof_faults
    from siting.run_folder import require_run_folder

    faults = audit_run(require_run_folder(run_dir)) or proof_faults(run_dir)
    if as_json:
        emit_json({"run_dir": str(run_dir), "passed": not faults, "violations": faults})
    elif faults:
        typer.echo("\n".join([f"{run_dir}: NOT verified", *(f"  - {fault}" for fault in faults)]))
    else:
        typer.echo(f"{run_dir}: verified")
    return 1 if faults else 0


@app.command()
@guarded
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Run folder.", show_default=False)],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Run folder.", show_default=False)],
    lang: Annotated[Language, typer.Option("--lang", help="Language of the labels.")] = Language.ZH,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Show sites gained and lost, and differences of key figures and plan lines, from one run to another."""
    from siting.compare import NO_DIFFERENCE, compare_runs, comparison_tables, warning

    difference = compare_runs(run_a, run_b)
    if as_json:
        emit_json(difference)
        return 0
    tables = comparison_tables(difference, lang.value)
    if warned := warning(difference, lang.value):
        typer.echo(warned)
    if not tables:
        typer.echo(NO_DIFFERENCE[lang.value])
        return 0
    from rich.console import Console

    # Elsewhere than on a terminal nobody can scroll, but lines may be long.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    for table in tables:
        console.print(table)
    return 0


@app.command()
@guarded
def schema(
    of: Annotated[Schema, typer.Argument(metavar="WHICH", help="study, plan or facilities.")] = Schema.STUDY,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print tables for people instead.")] = False,
) -> int:
    """Print the JSON Schema of a file, for editors and for reference."""
    from siting.reference import FILES, reference_markdown

    if markdown:
        typer.echo(reference_markdown(of.value), nl=False)
    else:
        _, model = FILES[of.value]
        emit_json(model.model_json_schema())
    return 0


@app.command()
@guarded
def versions(as_json: Json = False) -> int:
    """Print versions, for bug reports."""
    from siting.versions import versions as found_versions

    found = found_versions()
    if as_json:
        emit_json(found)
    else:
        typer.echo("\n".join(f"{name:<12} {number or 'not installed'}" for name, number in found.items()))
    return 0


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page shows a question mark rather than stopping a finished run.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app(prog_name="siting")


def _tell_study(study: Path, *, as_json: bool) -> int:
    if as_json:
        emit_json({"study": str(study)})
    else:
        typer.echo(f"{study}\nNext: siting run {shlex.quote(str(study))}")
    return 0


def _solve_and_write(
    path: Path,
    overrides: tuple[str, ...],
    *,
    start: Path | None = None,
    out: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    from siting.pipeline import run as run_study
    from siting.run_folder import make_runs_folder, write_run
    from siting.study import Study
    from siting.summary import summary_text

    started, clock = datetime.now(UTC), time.monotonic()
    study = Study.from_toml(path, overrides=overrides)
    make_runs_folder(out)  # where this fails, it should before the work and not after
    with Interrupt() as interrupt, ProgressLine(quiet=quiet, verbose=verbose) as progress:
        progress.begin(f"reading {path}")
        result = run_study(study, start=start, progress=progress, should_stop=interrupt)
        progress.begin("writing the run folder")
        folder = write_run(result, out, command=command_line(), started=started)
    seconds = time.monotonic() - clock
    code = _exit_code(result)
    if as_json:
        emit_json(_report(result, folder, seconds, code))
    else:
        typer.echo(summary_text(result, folder, seconds, study.output.language))
    if code == 5:
        say(f"siting: stopped by a limit before the gap of {study.solver.gap:.2%} was proven; the answer is written")
    return code


def _report(result: "Result", folder: Path, seconds: float, code: int) -> dict[str, object]:
    return {
        "run_dir": str(folder),
        "map": str(folder / "map.html"),
        "run_id": result.run_id,
        "exit_code": code,
        "seconds": round(seconds, 3),
        "size": result.size,
        "kpis": result.kpis,
        "scorecard": result.scorecard,
    }


def _exit_code(result: "Result") -> int:
    """0 when the study's gap was reached, whatever stopped the solver; 130 or 5 when something came first."""
    from solvers import Status

    stages = result.solution.stages
    if any(stage.status is Status.INTERRUPTED for stage in stages):
        return 130
    first = stages[0]
    proven = first.gap is not None and first.gap <= result.study.solver.gap
    return 0 if proven or first.status in (Status.OPTIMAL, Status.GAP) else 5
