"""The result as an Excel workbook."""

import runpy
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from siting.formats.workbook import write_workbook

TINY = runpy.run_path(str(Path(__file__).with_name("test_run_folder.py")))
tiny_result, hostile_result = TINY["tiny_result"], TINY["hostile_result"]


def written(path: Path, *, hostile: bool = False, language: str = "zh") -> Workbook:
    result = hostile_result() if hostile else tiny_result()
    write_workbook(path / "sites.xlsx", result.map_tables(), language)
    return openpyxl.load_workbook(path / "sites.xlsx")


def rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    header, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in body]


def test_sites_are_listed_by_priority_in_chinese(tmp_path: Path) -> None:
    """The first row is the facility with most value; figures are those of the tiny world."""
    found = rows(written(tmp_path), "选址结果")
    assert [row["优先级"] for row in found] == [1, 2, 3]
    assert found[0] == {
        "优先级": 1,
        "设施编号": "f-s2",
        "经度": 113.27,
        "纬度": 23.06,
        "最近地名": "东站",
        "距地名(公里)": 1.2,
        "行政区": "甲区",
        "类型": "快充站",
        "状态": "新建",
        "开站年份": 2025,
        "模块数": 4,
        "新增模块数": 4,
        "投资(元)": 24_000_000,
        "年运营成本(元)": 500_000,
        "用电功率(kW)": 480,
        "利用率": 0.5,
        "充电服务量(kWh/日)": 150,
        "换电服务量(次/日)": 0,
        "加氢服务量(kg/日)": 0,
        "服务需求点数": 1,
        "选址理由": "服务价值最高",
        "位置精度": "约 1.7 公里见方的选址范围，并非具体地块",
        "来源": "grid of the study",
    }


def test_figures_are_rounded_to_what_they_mean(tmp_path: Path) -> None:
    """Noise of floating point does not reach the reader: 107.69999999999999 swaps are 107.7."""
    tables = tiny_result().map_tables()
    tables.sites["demand_swapping_swaps"] = 107.69999999999999
    tables.sites["place_km"] = 0.22150054196461408
    write_workbook(tmp_path / "sites.xlsx", tables, "zh")
    first = rows(openpyxl.load_workbook(tmp_path / "sites.xlsx"), "选址结果")[0]
    assert (first["换电服务量(次/日)"], first["距地名(公里)"]) == (107.7, 0.222)


def test_english_workbook_speaks_english(tmp_path: Path) -> None:
    """Sheets, headers, types, districts and reasons are in the language asked for."""
    book = written(tmp_path, language="en")
    assert book.sheetnames == ["Sites", "Scorecard", "KPIs"]
    first = rows(book, "Sites")[0]
    assert (first["Type"], first["District"], first["Status"]) == ("Fast-charging hub", "Jia", "new")
    assert first["Reason"] == "most value served"


def test_header_stays_and_filters(tmp_path: Path) -> None:
    """The header is frozen and filters all rows; coordinates show six decimals, shares per cent."""
    sheet = written(tmp_path)["选址结果"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:W4"
    assert sheet["C2"].number_format == "0.000000"
    assert sheet["P2"].number_format == "0%"
    assert sheet.column_dimensions["B"].width > 15


def test_scorecard_leaves_what_is_not_evaluated_empty(tmp_path: Path) -> None:
    """Targets, results and gaps per line and district; no number stands for what was not evaluated."""
    lines = rows(written(tmp_path), "指标")
    assert [(line["目标"], line["结果"], line["差额"], line["达标"]) for line in lines] == [
        (2, 2, 0, "达标"),
        (35, None, None, "未评估"),
        (2, 0, -2, "未达标"),
    ]
    assert lines[2]["行政区"] == "乙区"


def test_key_figures_are_listed(tmp_path: Path) -> None:
    """Services, stations by type and the solver's figures stand below each other."""
    cells = list(written(tmp_path)["汇总"].iter_rows(values_only=True))
    assert ("充电", "kWh", 400, 250, 0.625, 0.25, 0.75, 100) in cells
    assert ("快充站", 1, 1) in [row[:3] for row in cells]
    assert ("投资(元)", 48_000_000) in [row[:2] for row in cells]
    assert ("gap", 0.01) in [row[:2] for row in cells]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_text(tmp_path: Path, language: str) -> None:
    """No cell is a formula or a link; every hostile name is read back as it was."""
    book = written(tmp_path, hostile=True, language=language)
    sheet = book.worksheets[0]
    assert [sheet.cell(row, 5).value for row in range(2, sheet.max_row + 1)] == list(TINY["HOSTILE"])
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)


def test_workbook_repeats_byte_for_byte(tmp_path: Path) -> None:
    """The same tables give the same file."""
    tables = tiny_result().map_tables()
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, tables, "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_text_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    """Excel holds 32,767 characters in a cell; a longer source does not stop the run."""
    result = tiny_result()
    tables = result.map_tables()
    tables.sites["source"] = "长" * 40_000
    write_workbook(tmp_path / "sites.xlsx", tables, "zh")
    first = rows(openpyxl.load_workbook(tmp_path / "sites.xlsx"), "选址结果")[0]
    assert first["来源"] == "长" * 32_767
