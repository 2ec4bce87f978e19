"""Messages about settings, in the words of the command line: who typed `--crs` is told of `--crs`."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from geodata import CrsError, LayerError
from geodata.importing.inspecting import Inspection
from geodata.importing.report import ImportReport

IMPORT: Final = {
    "crs =": "--crs",
    "crs or datum": "--crs or --datum",
    "layer =": "--layer",
    "crs": "--crs",
    "datum": "--datum",
    "layer": "--layer",
    "encoding": "--encoding",
    "swap_xy": "--swap-xy",
    "duplicate_ids": "--duplicate-ids",
    "columns": "--map",
}
"""Setting of an import = option of `siting import`."""

TRAVEL: Final = {
    "crs =": "--source-crs",
    "crs": "--crs",
    "layer": "--roads-layer, --demand-layer or --sites-layer",
    "lon and lat": "columns named lon and lat",
}
"""Setting of a layer = option of `siting travel`."""

_AS_A_WORD: Final = {
    "header_row": "--header-row",
    "duplicate_ids": "--duplicate-ids",
    "with wanted": "with an --as for it",
}
"""Settings whose names are no words of the language, and words that are."""


def in_options(text: str, options: Mapping[str, str] = IMPORT) -> str:
    """A message that says which option to set, where it spoke of a setting.

    Parameters
    ----------
    text
        The message; settings stand behind "set", "needs", "remove" or "in".
    options
        Setting = option.
    """
    names = "|".join(map(re.escape, sorted(options, key=len, reverse=True)))
    said = re.sub(rf"\b(set|needs|remove|in) ({names})(?!\w)", lambda found: f"{found[1]} {options[found[2]]}", text)
    for name, option in _AS_A_WORD.items():
        said = re.sub(rf"(?<![\w\"-]){name}(?!\w)", option, said)
    return said


def report_in_options(report: ImportReport) -> ImportReport:
    """The report of an import whose advice names options."""
    return replace(report, advice=tuple(map(in_options, report.advice)))


def inspection_in_options(found: Inspection) -> Inspection:
    """What a look found, its problems naming options."""
    layers = tuple(replace(layer, problems=tuple(map(in_options, layer.problems))) for layer in found.layers)
    return replace(found, layers=layers, problems=tuple(map(in_options, found.problems)))


@contextmanager
def naming_options(options: Mapping[str, str] = IMPORT) -> Iterator[None]:
    """Let what goes wrong with a layer be said in the words of a command.

    Parameters
    ----------
    options
        Setting = option.
    """
    try:
        yield
    except LayerError as error:
        raise LayerError(error.source, [in_options(fault, options) for fault in error.faults]) from error
    except CrsError as error:
        raise CrsError(in_options(str(error), options)) from error
