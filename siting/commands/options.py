"""Options that several commands offer."""

from enum import StrEnum
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="The traceback of an unexpected error.")]
Store = Annotated[str, typer.Option("--store", metavar="GPKG", help="GeoPackage, or postgis://VARIABLE.")]
Licence = Annotated[str, typer.Option("--licence", metavar="TEXT", help="Terms of use, for the record.")]


class Language(StrEnum):
    """Languages of a page."""

    ZH = "zh"
    EN = "en"


Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="Language that the page opens in, instead of the study's.", show_default=False),
]


def text(name: str, metavar: str, words: str) -> typer.models.OptionInfo:
    """An option without a default worth showing."""
    option: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=words, show_default=False)
    return option
