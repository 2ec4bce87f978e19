"""The report of an import as a file: JSON, or a page that opens anywhere."""

import json
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader

from geodata import LayerError
from geodata.importing.report import ImportReport

_TEMPLATE: Final = "import_report.html.j2"


def write_report(report: ImportReport, path: Path) -> None:
    """Write a report beside its place, then move it there.

    Raises
    ------
    geodata.LayerError
        When the name ends with neither .json nor .html.
    """
    kind = path.suffix.lower()
    if kind == ".json":
        text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
    elif kind in {".html", ".htm"}:
        text = report_page(report)
    else:
        raise LayerError(str(path), ["a report is a .json or .html file; give such a name"])
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def report_page(report: ImportReport) -> str:
    """One HTML page without anything from elsewhere; whatever was imported is text in it."""
    environment = Environment(
        loader=PackageLoader("siting", "data"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(report=report.to_dict())
