"""Arguments and options that several commands have, and what they stand for."""

import shlex
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Languages of tables and pages."""

    ZH = "zh"
    EN = "en"


StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (.toml).", show_default=False)]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Replace a setting, for example demand.taxi.scale=1.2. May be repeated."
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder below which the folder is written.")]
Lang = Annotated[
    Language | None, typer.Option("--lang", help="Language of the result, instead of the study's.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="All progress; the traceback of an unexpected error.")]
Store = Annotated[str, typer.Option("--store", metavar="GPKG", help="GeoPackage, or postgis://VARIABLE.")]
Licence = Annotated[str, typer.Option("--licence", metavar="TEXT", help="Terms of use, for the record.")]


def text(name: str, metavar: str, words: str) -> typer.models.OptionInfo:
    """An option without a default worth showing."""
    option: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=words, show_default=False)
    return option


def settings_of(overrides: Sequence[str] | None, lang: Language | None = None) -> tuple[str, ...]:
    """Settings that replace those of the study, the language among them."""
    return (*(overrides or ()), *([f'output.language="{lang.value}"'] if lang else []))


def command_line() -> str:
    """The command as it was given, for the record."""
    return shlex.join(["siting", *sys.argv[1:]])
