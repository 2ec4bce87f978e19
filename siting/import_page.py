"""The report of an import as a file: JSON, or a page that opens anywhere."""

import json
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader

from geodata import LayerError
from geodata.importing.report import ImportReport

_TEMPLATE: Final = "import_report.html.j2"
_PAGES: Final = frozenset({".html", ".htm"})


def require_report_path(path: Path) -> None:
    """Refuse a path that no report can be written to; asked before the work, and not after.

    Raises
    ------
    geodata.LayerError
        When the name ends with neither .json nor .html, or there is no such folder.
    """
    if path.suffix.lower() not in {".json", *_PAGES}:
        raise LayerError(str(path), ["a report is a .json or .html file; give such a name"])
    if not path.parent.is_dir():
        raise LayerError(str(path), ["there is no such folder for the report; make it, or give another"])


def write_report(report: ImportReport, path: Path) -> None:
    """Write a report beside its place, then move it there.

    Raises
    ------
    geodata.LayerError
        As of `require_report_path`.
    """
    require_report_path(path)
    is_page = path.suffix.lower() in _PAGES
    text = report_page(report) if is_page else json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def report_page(report: ImportReport) -> str:
    """One HTML page without anything from elsewhere; whatever was imported is text in it."""
    environment = Environment(
        loader=PackageLoader("siting", "data"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(report=report.to_dict())
