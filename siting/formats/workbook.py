"""The result as an Excel workbook: sites, scorecard and key figures, in the study's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from maps_out import MapTables
from maps_out.strings import words
from siting.formats.json_file import plain
from siting.formats.site_table import Column, records, sheet_columns, site_table

#: The clock of the file: a fixed one, so that equal tables give equal bytes.
_DATE: Final = datetime(2000, 1, 1)
_MOST_CHARACTERS: Final = 32_767  # of a cell in Excel

_SHEETS: Final = {
    "zh": {"sites": "选址结果", "scorecard": "指标", "kpis": "汇总", "phases": "分年", "closed": "关闭"},
    "en": {"sites": "Sites", "scorecard": "Scorecard", "kpis": "KPIs", "phases": "Years", "closed": "Closed"},
}
_LINE_COLUMNS: Final = (
    Column("label", "指标", "Line", 34),
    Column("district", "行政区", "District", 12),
    Column("sense", "关系", "Sense", 7),
    Column("target", "目标", "Target", 14, "#,##0.##"),
    Column("achieved", "结果", "Achieved", 14, "#,##0.##"),
    Column("gap", "差额", "Gap", 14, "#,##0.##"),
    Column("unit", "单位", "Unit", 12),
    Column("met", "达标", "Met", 12),
    Column("enforced", "性质", "Binding", 14),
    Column("basis", "依据", "Basis", 12),
    Column("source", "来源", "Source", 60),
)
_SERVICE_COLUMNS: Final = (
    Column("name", "服务", "Service", 34),
    Column("unit", "单位(每日)", "Unit (per day)", 14),
    Column("demand", "需求", "Demand", 14, "#,##0.0"),
    Column("served", "已服务", "Served", 14, "#,##0.0"),
    Column("share", "满足率", "Share served", 14, "0.0%"),
    Column("share_before", "现状满足率", "Share served today", 14, "0.0%"),
    Column("covered_share", "标准内覆盖率", "Share within standard", 14, "0.0%"),
    Column("unreachable", "无法到达的需求", "Demand out of reach", 14, "#,##0.0"),
)
_STATION_COLUMNS: Final = (
    Column("label", "类型", "Type", 34),
    Column("existing", "现有", "Existing", 14, "0"),
    Column("new", "新增", "New", 14, "0"),
)
_FIGURE_COLUMNS: Final = (
    Column("label", "项目", "Figure", 34),
    Column("value", "数值", "Value", 14, "#,##0.0###"),
)
_FIGURES: Final = (
    ("cost_cny", "投资(元)", "Investment (CNY)"),
    ("budget_cny", "预算(元)", "Budget (CNY)"),
    ("value", "服务价值", "Value served"),
    ("value_demand", "全部需求的价值", "Value of all demand"),
    ("check", "独立复核", "Independent check"),
    ("travel_method", "出行时间方法", "Travel times"),
    ("run_id", "运行编号", "Run"),
)


def write_workbook(
    path: Path, tables: MapTables, language: str, extra: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Write the workbook; the same tables and language give the same bytes.

    Text is always text: nothing in the file is a formula or a link, whatever a name looks like.

    Parameters
    ----------
    path
        New file.
    tables
        The result.
    language
        "zh" or "en", of sheets and headers.
    extra
        Further tables: "phases", "closed".
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _DATE, "title": str(tables.meta[f"title_{language}"])})
        sheet = _Sheet(book, _SHEETS[language]["sites"], language)
        columns = sheet_columns(tables, language)
        frame = site_table(tables)
        sheet.table(columns, records(frame, [column.name for column in columns]))
        sheet.keep_header(len(frame), columns)
        sheet = _Sheet(book, _SHEETS[language]["scorecard"], language)
        sheet.table(_LINE_COLUMNS, [_line(line, language) for line in tables.scorecard])
        sheet.keep_header(len(tables.scorecard), _LINE_COLUMNS)
        sheet = _Sheet(book, _SHEETS[language]["kpis"], language)
        sheet.table(_SERVICE_COLUMNS, _services(tables, language))
        sheet.table(_STATION_COLUMNS, _stations(tables, language))
        sheet.table(_FIGURE_COLUMNS, _figures(tables, language))
        for name, frame in (extra or {}).items():
            sheet = _Sheet(book, _SHEETS[language][name], language)
            columns = _extra_columns(name, language)
            sheet.table(columns, records(frame, [column.name for column in columns]))
            sheet.keep_header(len(frame), columns)


class _Sheet:
    """A sheet that tables are written onto from top to bottom."""

    def __init__(self, book: Any, name: str, language: str) -> None:  # noqa: ANN401  (xlsxwriter has no types)
        self._book = book
        self._sheet = book.add_worksheet(name)
        self._language = language
        self._row = 0
        self._header = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True})
        self._formats: dict[str, Any] = {}
        self._widths: dict[int, int] = {}

    def table(self, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a header and rows, then leave a line free."""
        for place, column in enumerate(columns):
            self._widths[place] = max(self._widths.get(place, 0), column.width)
            self._sheet.set_column(place, place, self._widths[place])
            self._sheet.write_string(self._row, place, getattr(column, self._language), self._header)
        for row in rows:
            self._row += 1
            for place, column in enumerate(columns):
                self._cell(place, plain(row[column.name]), column.format)
        self._row += 2

    def keep_header(self, rows: int, columns: Sequence[Column]) -> None:
        """Keep the first line in sight and let it filter the rows."""
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, rows, len(columns) - 1)

    def _cell(self, place: int, value: object, number_format: str) -> None:
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        if isinstance(value, str):
            self._sheet.write_string(self._row, place, value[:_MOST_CHARACTERS])
        elif value is not None:
            self._sheet.write_number(self._row, place, value, self._format(number_format))

    def _format(self, number_format: str) -> Any:  # noqa: ANN401  (xlsxwriter has no types)
        if number_format not in self._formats:
            self._formats[number_format] = self._book.add_format({"num_format": number_format or "General"})
        return self._formats[number_format]


def _extra_columns(name: str, language: str) -> list[Column]:
    identity = Column("facility_id", "设施编号", "Facility", 22), Column("type", "类型", "Type", 22)
    there, modules = Column("district", "行政区", "District", 12), Column("modules", "模块数", "Modules", 9, "0")
    if name == "phases":
        return [
            *identity,
            there,
            Column("year", "年份", "Year", 9, "0"),
            modules,
            Column("new_modules", "当年新增模块数", "New modules that year", 14, "0"),
            Column("cost_cny", "当年投资(元)", "Investment that year (CNY)", 16, "#,##0"),
        ]
    return [
        *identity,
        there,
        Column(f"place_{language}", "最近地名", "Nearest place", 18),
        modules,
        Column("closing_cost_cny", "关闭费用(元)", "Cost of closing (CNY)", 16, "#,##0"),
        Column(f"reason_{language}", "关闭理由", "Reason", 48),
    ]


def _line(line: Mapping[str, Any], language: str) -> dict[str, Any]:
    say = words(language)
    met = "met_unknown" if not line["evaluated"] or line["met"] is None else "met_yes" if line["met"] else "met_no"
    return {
        **line,
        "label": _either(line, "label", language),
        "met": say[met],
        "enforced": say["enforced_yes" if line["enforced"] else "enforced_no"],
        "basis": say.get(f"basis_{line['basis']}", line["basis"]),
    }


def _services(tables: MapTables, language: str) -> list[dict[str, Any]]:
    say = words(language)
    return [{"name": say[f"service_{name}"], **tables.kpis["services"][name]} for name in tables.services()]


def _stations(tables: MapTables, language: str) -> list[dict[str, Any]]:
    counts = tables.kpis["stations"]
    return [
        {"label": _either(entry, "label", language), **counts[entry["id"]]}
        for entry in tables.types
        if entry["id"] in counts
    ]


def _figures(tables: MapTables, language: str) -> list[dict[str, Any]]:
    rows = [{"label": {"zh": zh, "en": en}[language], "value": tables.kpis[key]} for key, zh, en in _FIGURES]
    asked = tables.kpis.get("objective")
    if asked is not None:
        rows += [{"label": each[f"label_{language}"], "value": each["value"]} for each in asked["figures"]]
    # The solver's figures carry their own names, as they do in the JSON file.
    return rows + [{"label": name, "value": value} for name, value in _flat(tables.kpis["solve"])]


def _flat(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Figures with those of tables inside, named by their path."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from ((f"{name} {inner}", figure) for inner, figure in _flat(value))
        else:
            yield name, value


def _either(entry: Mapping[str, Any], name: str, language: str) -> str:
    """The text in a language, or in the other one when it is empty."""
    other = "en" if language == "zh" else "zh"
    return str(entry[f"{name}_{language}"] or entry[f"{name}_{other}"])
