"""The command line of the network that stands: `siting diagnose`."""

from pathlib import Path
from typing import Annotated

import typer

from siting.commands.options import Lang
from siting.console import ProgressLine, emit_json, guarded

diagnoses = typer.Typer()


@diagnoses.command("diagnose")
@guarded
def diagnose_(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (.toml).", show_default=False)],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a setting of the study. May be repeated."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder below which the folder is written.")] = Path(
        "diagnoses"
    ),
    lang: Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="The traceback of an unexpected error.")] = False,
) -> int:
    """Show what the network that stands does: coverage, overlap, use, gaps, and what one station changes."""
    from siting.diagnosis import diagnose
    from siting.diagnosis.folder import PAGE, figures, write_diagnosis
    from siting.diagnosis.text import diagnosis_text
    from siting.formats.json_file import plain
    from siting.run_folder import make_runs_folder
    from siting.study import Study

    chosen = [*(overrides or ()), *([f'output.language="{lang.value}"'] if lang else [])]
    read = Study.from_toml(study, overrides=tuple(chosen))
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
