"""The command line of the network that stands: `siting diagnose`."""

from pathlib import Path

import typer

from siting.commands.options import Json, Lang, Out, Overrides, Quiet, StudyFile, Verbose, settings_of
from siting.console import ProgressLine, emit_json, guarded

diagnoses = typer.Typer()


@diagnoses.command("diagnose")
@guarded
def diagnose_(
    study: StudyFile,
    overrides: Overrides = None,
    out: Out = Path("diagnoses"),
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show what the network that stands does: coverage, overlap, use, gaps, and what one station changes."""
    from siting.diagnosis import diagnose
    from siting.diagnosis.folder import PAGE, figures, write_diagnosis
    from siting.diagnosis.text import diagnosis_text
    from siting.formats.json_file import plain
    from siting.run_folder import make_runs_folder
    from siting.study import Study

    read = Study.from_toml(study, overrides=settings_of(overrides, lang))
    make_runs_folder(out)  # where this fails, it should before the work and not after
    with ProgressLine(quiet=quiet, verbose=False) as line:
        line.begin(f"diagnosing {study}")
        found = diagnose(read)
        folder = write_diagnosis(found, out)
    if as_json:
        emit_json({"folder": str(folder), "page": str(folder / PAGE), **plain(figures(found))})
    else:
        typer.echo(diagnosis_text(found, folder, folder / PAGE))
    return 0
