"""Workbooks are read as offices fill them: titles above, merged cells, codes as text."""

import zipfile
from datetime import date

import pytest

from geodata.errors import LayerError
from geodata.importing.layers import import_layer
from geodata.readers import workbook
from geodata.readers.reader import Reading, Source

openpyxl = pytest.importorskip("openpyxl")


def written(folder, *sheets, merged=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
    book.save(folder / "a.xlsx")
    return Source(str(folder / "a.xlsx"), "t")


def read(source, layer=None, header_row=None):
    return workbook.read(source, Reading(layer=layer, header_row=header_row))


def test_codes_stay_text_and_numbers_numbers(tmp_path):
    """Text "001" keeps its zeros; blanks do not make floats of whole numbers; dates keep their day."""
    rows = [["编号", "枪数", "价格", "日期"], ["001", 4, 1.5, date(2023, 5, 1)], ["002", None, 2, None]]
    raw = read(written(tmp_path, ("站点", rows)))
    assert raw.frame["编号"].tolist() == ["001", "002"]
    assert raw.frame["枪数"].dtype == "Int64"
    assert raw.frame["价格"].tolist() == [1.5, 2.0]
    assert raw.frame["日期"].tolist()[0].startswith("2023-05-01")
    assert raw.layer == "站点"
    assert raw.row.tolist() == [2, 3]


def test_one_bad_cell_makes_the_column_text_and_is_said(tmp_path):
    """Nothing is dropped to save a number type."""
    raw = read(written(tmp_path, ("a", [["n"], [4], ["约5"]])))
    assert raw.frame["n"].tolist() == ["4", "约5"]
    assert raw.casts == ('column "n": text and whole cells, kept as text',)


def test_header_is_found_below_merged_titles(tmp_path):
    """Titles fill a cell or two; the header fills most columns; where it was found is said."""
    rows = [["广州市充电站一览表"], ["单位：个", None, None], ["名称", "经度", "纬度"], ["甲", 113.2, 23.1]]
    raw = read(written(tmp_path, ("a", rows), merged=["A1:C1"]))
    assert raw.frame.to_dict("list") == {"名称": ["甲"], "经度": [113.2], "纬度": [23.1]}
    assert raw.row.tolist() == [4]
    assert raw.remarks == ("column names are in row 3; above it stands: 广州市充电站一览表, 单位：个",)


def test_header_row_can_be_given(tmp_path):
    """The user's word goes first, and a row that is not there is refused."""
    source = written(tmp_path, ("a", [["x", "y"], ["a", "b"], ["1", "2"]]))
    assert list(read(source, header_row=2).frame.columns) == ["a", "b"]
    with pytest.raises(LayerError, match="the sheet has 3 rows"):
        read(source, header_row=9)


def test_merged_cells_in_rows_are_repeated_and_said(tmp_path):
    """A district written once for several rows belongs to all of them."""
    rows = [["区", "站"], ["白云区", "a"], [None, "b"], ["天河区", "c"]]
    raw = read(written(tmp_path, ("a", rows), merged=["A2:A3"]))
    assert raw.frame["区"].tolist() == ["白云区", "白云区", "天河区"]
    assert [(repair.row, repair.after) for repair in raw.repairs] == [(3, "白云区")]


def test_merged_cells_of_the_last_column_are_repeated(tmp_path):
    """Rows end with their last cell; a district merged over the last column of three rows stands in all of them."""
    rows = [["id", "区"], ["a", "天河"], ["b"], ["c"]]
    raw = read(written(tmp_path, ("a", rows), merged=["B2:B4"]))
    assert raw.frame["区"].tolist() == ["天河"] * 3
    assert len(raw.repairs) == 2


def test_sheets_are_chosen_from(tmp_path):
    """Blank sheets do not count; of several others one must be named."""
    source = written(tmp_path, ("空", []), ("甲", [["a"], ["1"]]), ("乙", [["b"], ["2"]]))
    assert [(layer.name, layer.rows) for layer in workbook.layers(source)] == [("甲", 1), ("乙", 1)]
    with pytest.raises(LayerError, match="2 sheets with rows; set layer to one of: 甲, 乙"):
        read(source)
    with pytest.raises(LayerError, match='no sheet "丙"'):
        read(source, "丙")
    assert read(source, "乙").frame["b"].tolist() == ["2"]


def test_columns_without_name_keep_their_cells(tmp_path):
    """A blank header over cells gets a name, a repeated one is refused."""
    raw = read(written(tmp_path, ("a", [["a", None, "c"], ["1", "2", "3"]])))
    assert raw.frame.to_dict("list") == {"a": ["1"], "column 2": ["2"], "c": ["3"]}
    with pytest.raises(LayerError, match="more than one column called 'a'"):
        read(written(tmp_path, ("a", [["a", "a"], ["1", "2"]])))


def test_blank_rows_are_no_rows(tmp_path):
    """Row numbers are those of the sheet."""
    raw = read(written(tmp_path, ("a", [["a"], ["1"], [None], ["3"], [None]])))
    assert raw.row.tolist() == [2, 4]


def test_workbook_becomes_a_layer(tmp_path):
    """Chinese coordinate columns are found, bad rows are named by their row of the sheet."""
    rows = [["名称", "经度", "纬度"], ["甲", 113.2, 23.1], ["乙", "113,2", 23.1], ["丙", None, None]]
    written(tmp_path, ("a", rows))
    layer, report = import_layer(tmp_path / "a.xlsx", crs=4326)
    assert layer["名称"].tolist() == ["甲"]
    assert sorted(report.rejected.values()) == [(3,), (4,)]


@pytest.mark.parametrize("row", [b"1048577", b"99999999999"])
def test_a_row_that_no_sheet_has_is_not_waited_for(tmp_path, row):
    """A hostile row number ends the reading, not the patience of the user."""
    written(tmp_path, ("a", [["a"], ["1"]]))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<row r="2">', b'<row r="%b">' % row))
    with pytest.raises(LayerError, match="cannot be read: more than 1048576 rows"):
        read(Source(str(tmp_path / "b.xlsx"), "t"))


def test_a_sheet_of_too_many_cells_is_refused(tmp_path, monkeypatch):
    """Memory has a bound."""
    source = written(tmp_path, ("a", [["a", "b"], ["1", "2"]]))
    monkeypatch.setattr(workbook, "MOST_CELLS", 3)
    with pytest.raises(LayerError, match="or 3 cells"):
        read(source)


def test_a_sheet_that_claims_a_million_rows_is_read_by_its_cells(tmp_path):
    """The size in the file is not believed."""
    written(tmp_path, ("a", [["a"], ["1"]]))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert read(Source(str(tmp_path / "b.xlsx"), "t")).rows_in == 1


GROUPS = ["编号", "2023年", None, "2024年", None, "位置", None]
UNDER = [None, "充电量", "次数", "充电量", "次数", "经度", "纬度"]
SPANS = ["B1:C1", "D1:E1", "F1:G1"]


@pytest.mark.parametrize("upright", [["A1:A2"], []])
@pytest.mark.parametrize("header_row", [None, 1, 2])
def test_groups_over_columns_are_a_header_of_two_rows(tmp_path, upright, header_row):
    """A name that is there twice gets its group before it; the others stay as they are, and all of it is said."""
    source = written(tmp_path, ("a", [GROUPS, UNDER, ["s1", 1, 2, 3, 4, 113.3, 23.1]]), merged=[*SPANS, *upright])
    raw = read(source, header_row=header_row)
    names = ["编号", "2023年 充电量", "2023年 次数", "2024年 充电量", "2024年 次数", "经度", "纬度"]
    assert raw.frame.columns.tolist() == names
    assert raw.row.tolist() == [3]
    assert raw.remarks == ("column names are in rows 1 and 2, with the group before a name that is there twice",)
    (summary,) = workbook.layers(source)
    assert (list(summary.fields), summary.rows, summary.remarks) == (names, 1, raw.remarks)


def test_few_groups_below_a_title(tmp_path):
    """The row of groups fills most columns itself, and a title over all of them is no group."""
    rows = [["站点表"], ["编号", "位置", None, "功率"], [None, "经度", "纬度", None], ["a", 113.3, 23.1, 60]]
    raw = read(written(tmp_path, ("a", rows), merged=["A1:D1", "A2:A3", "B2:C2", "D2:D3"]))
    assert raw.frame.to_dict("list") == {"编号": ["a"], "经度": [113.3], "纬度": [23.1], "功率": [60]}
    assert raw.remarks[0].endswith("; above it stands: 站点表")


def test_a_row_of_texts_below_a_wide_name_is_data(tmp_path):
    """A merged name takes no row of data for names of columns."""
    rows = [["编号", "地址", None], ["a", "白云区", "机场路"], ["b", "天河区", "体育西路"]]
    raw = read(written(tmp_path, ("a", rows), merged=["B1:C1"]))
    assert raw.frame["编号"].tolist() == ["a", "b"]
    assert raw.row.tolist() == [2, 3]
