"""Workbooks and tables of text."""

import codecs

import pytest

from tests.parsers.documents import links_of, open_document, read, text_of, xlsx

URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-pmtd22sw1"


def cell(place: str, text: str, formula: str = "") -> str:
    inside = f"<f>{formula}</f>" if formula else ""
    return f'<c r="{place}" t="str">{inside}<v>{text}</v></c>'


def test_a_row_is_a_line_and_a_cell_shows_what_was_saved_in_it() -> None:
    rows = '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Link</t></is></c></row><row><c r="A2"><v>1</v></c><c r="C2" t="s"><v>1</v></c></row>'
    assert text_of(xlsx(rows, strings=["STT", "Ngày hội & bạn bè"]), "a.xlsx") == ["STT\tLink", "1\tNgày hội & bạn bè"]


def test_a_cell_links_by_its_hyperlink() -> None:
    book = xlsx(
        f"<row>{cell('A1', 'Ngày hội')}</row><row>{cell('A2', 'Hội thi')}</row>",
        {"l": f"{URL}?a=1&b=2"},
        '<hyperlink ref="A1:C1" r:id="l"/><hyperlink ref="A2" location="Sheet2!A1"/>',
    )
    assert links_of(book, "a.xlsx") == [(f"{URL}?a=1&b=2", "Ngày hội")]


@pytest.mark.parametrize(
    "formula",
    [
        f'HYPERLINK("{URL}","xem")',
        f'HYPERLINK("{URL}")',
        f'hyperlink( "{URL[:30]}" &amp; "{URL[30:]}" ; "xem")',
        "HYPERLINK($A$1,B1)",
        'HYPERLINK("https://c1kimdong.giangvo.example/tin-tuc/"&amp;A2,"xem")',
    ],
)
def test_a_cell_links_by_its_formula(formula: str) -> None:
    rows = f"<row>{cell('A1', URL)}</row><row>{cell('A2', 'ngay-hoi-pmtd22sw1')}{cell('B2', 'xem', formula)}</row>"
    assert links_of(xlsx(rows), "a.xlsx") == [(URL, "xem")]


def test_other_formulas_show_their_result_and_are_not_computed() -> None:
    assert text_of(xlsx(f"<row>{cell('A1', '3', 'SUM(B1:B9)')}</row>"), "a.xlsx") == ["3"]


def test_hidden_sheets_and_rows_are_not_read() -> None:
    rows = f'<row hidden="1">{cell("A1", "ẩn")}</row><row>{cell("A2", "hiện")}</row>'
    assert text_of(xlsx(rows), "a.xlsx") == ["hiện"]
    assert text_of(xlsx(rows, state="hidden"), "a.xlsx") == []


def test_several_lines_in_two_cells_go_together() -> None:
    rows = f"<row>{cell('A1', 'Bài một&#10;Bài hai')}{cell('B1', 'https://a.example/1&#10;https://a.example/2')}</row>"
    assert text_of(xlsx(rows), "a.xlsx") == ["Bài một\thttps://a.example/1", "Bài hai\thttps://a.example/2"]


def test_a_sheet_of_open_document_is_read() -> None:
    row = (
        "<table:table-row><table:table-cell><text:p>Ngày hội</text:p></table:table-cell>"
        f'<table:table-cell table:formula="of:=HYPERLINK(&quot;{URL}&quot;;&quot;xem&quot;)"><text:p>xem</text:p></table:table-cell></table:table-row>'
    )
    book = open_document(f"<table:table>{row}</table:table>", media="spreadsheet")
    assert text_of(book, "a.ods") == ["Ngày hội\txem"]
    assert links_of(book, "a.ods") == [(URL, "xem")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_text_table_is_read_by_its_delimiter(delimiter: str, charset: str) -> None:
    table = f'STT{delimiter}Tên bài{delimiter}Link\n1{delimiter}"Ngày hội"{delimiter}{URL}\n'
    assert text_of(table.encode(charset), "a.csv") == ["STT\tTên bài\tLink", f"1\tNgày hội\t{URL}"]


def test_a_page_named_as_a_workbook_is_read_as_the_page_it_is() -> None:
    page = f"<html><table><tr><td>1</td><td><a href='{URL}'>Ngày hội</a></td></tr></table></html>"
    assert links_of(codecs.BOM_UTF8 + page.encode(), "Tổng hợp.xls") == [(URL, "Ngày hội")]
    assert read(page.encode(), "a.xls")[0].file is not None
