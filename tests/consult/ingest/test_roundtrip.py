"""Whatever a writer of tables writes comes back cell for cell, to the character.

`CONSULT_EXAMPLES=1000 pytest tests/consult/ingest/test_roundtrip.py` runs 1,000 tables a format; the suite a few.

What a format cannot hold: XLSX holds no cell of more than 32,767 characters, and its writers none of U+FFFE and U+FFFF;
ODS, being XML, no control characters but tab and line ends, and none of those two.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import odfdo
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consult.config import IngestConfig
from consult.documents import sandboxed
from consult.ingest import read_table

Cells = list[list[str]]
"""Rows; the first cell of each is its id, and none is missing unless the format can leave one out."""

EXAMPLES = int(os.environ.get("CONSULT_EXAMPLES", "20"))
XLSX_MOST = 32_767

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TRICKY = (
    ["", " ", "None", "N/A", "null", "\0", "a\0b", "\r", "\r\n", "\n", "a\rb", '"', '""', "'", ",", ";", "\t", "|"],
    ["=1+1", "-5", "1.0", "007", "1E+5", "true", "\ufeff", "\u202bשלום\u202c", "e\u0301", "👩🏽\u200d🌾", "\x85"],
    ["\u2028", "_x0041_", "\\n", "<b>"],
)
tricky = st.sampled_from([each for line in TRICKY for each in line])
cells = st.one_of(texts, tricky, st.lists(tricky, min_size=1, max_size=4).map("".join))


def tables(cell: st.SearchStrategy[str], ragged: bool = False) -> st.SearchStrategy[Cells]:
    """Tables of one to six columns and as many rows as it takes."""

    def of(width: int) -> st.SearchStrategy[Cells]:
        row = st.lists(cell, min_size=0 if ragged else width, max_size=width)
        return st.lists(row, min_size=1, max_size=8).map(
            lambda rows: [[f"R{number}", *row] for number, row in enumerate(rows, start=1)]
        )

    return st.integers(1, 6).flatmap(of)


def header(rows: Cells) -> list[str]:
    return ["response_id", *(f"Question {place}" for place in range(1, max(map(len, rows))))]


def check(content: bytes, rows: Cells, **config: Any) -> None:
    table = read_table(Path("-"), IngestConfig(**config), stdin=content)
    width = len(header(rows))
    assert table.columns == tuple(header(rows))
    assert table.rows.rows() == [tuple(row + [""] * (width - len(row))) for row in rows]
    assert table.rejects.height == 0


def delimited(rows: Cells, delimiter: str, line_end: str, quoting: int, encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(header(rows))
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


dialects = st.tuples(
    st.sampled_from(",;\t|"),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)


@pytest.fixture(autouse=True, scope="module")
def one_child() -> Iterator[None]:
    with sandboxed():
        yield


repeatedly = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 1000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
WIDE = [["R1", *(f"cell {place}" for place in range(299))]]
LONG = [["R1", "é" * 1_000_000]]


@repeatedly
@given(tables(cells, ragged=True), dialects)
@example(WIDE, (",", "\r\n", csv.QUOTE_ALL, "utf-8"))
@example(LONG, (";", "\n", csv.QUOTE_MINIMAL, "utf-16"))
def test_delimited_text(rows: Cells, dialect: tuple[str, str, int, str]) -> None:
    delimiter, line_end, quoting, encoding = dialect
    if line_end == "\n" and any("\r" in cell for row in rows for cell in row):
        # This version of Python's writer leaves a lone CR unquoted, which no reader can tell from a line end.
        quoting = csv.QUOTE_ALL
    check(delimited(rows, delimiter, line_end, quoting, encoding), rows, delimiter=delimiter)


@repeatedly
@given(tables(st.text(st.characters(codec="cp1252", exclude_characters="\r"), max_size=60)), st.sampled_from(",;\t|"))
def test_delimited_text_of_windows(rows: Cells, delimiter: str) -> None:
    content = delimited(rows, delimiter, "\r\n", csv.QUOTE_ALL, "cp1252")
    check(content, rows, delimiter=delimiter, encoding="cp1252")


@repeatedly
@given(tables(cells, ragged=True), st.booleans(), st.booleans())
@example(WIDE, True, False)
@example(LONG, False, True)
def test_json_lines(rows: Cells, ascii_only: bool, blank_lines: bool) -> None:
    names = header(rows)
    first = json.dumps(dict.fromkeys(names, None) | dict(zip(names, rows[0], strict=False)), ensure_ascii=ascii_only)
    rest = [json.dumps(dict(zip(names, row, strict=False)), ensure_ascii=ascii_only) for row in rows[1:]]
    check(("\n\n" if blank_lines else "\n").join([first, *rest, ""]).encode(), rows)


@repeatedly
@given(tables(cells))
@example(WIDE)
@example(LONG)
def test_parquet(rows: Cells) -> None:
    buffer = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(header(rows), pl.String), orient="row").write_parquet(buffer)
    check(buffer.getvalue(), rows)


def workbook(rows: Cells) -> bytes:
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet()
    for number, row in enumerate([header(rows), *rows]):
        for place, cell in enumerate(row):
            assert sheet.write_string(number, place, cell) == 0
    book.close()
    return buffer.getvalue()


@repeatedly
@given(tables(cells.filter(lambda cell: not set(cell) & {"\ufffe", "\uffff"}), ragged=True))
@example(WIDE)
@example([["R1", "é" * XLSX_MOST]])
def test_xlsx(rows: Cells) -> None:
    check(workbook(rows), rows)


def sheet(rows: Cells) -> bytes:
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    table = odfdo.Table("Answers")
    for row in [header(rows), *rows]:
        written = odfdo.Row()
        for cell in row:
            written.append_cell(odfdo.Cell(text=cell, value=cell, cell_type="string"))
        table.append_row(written)
    document.body.append(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def is_xml(cell: str) -> bool:
    return all(each in "\t\n\r" or each >= " " for each in cell) and not set(cell) & {"\ufffe", "\uffff"}


@repeatedly
@given(tables(cells.filter(is_xml)))
@example(WIDE)
@example(LONG)
def test_ods(rows: Cells) -> None:
    check(sheet(rows), rows)


WRITERS: dict[str, Callable[[Cells], bytes]] = {"xlsx": workbook, "ods": sheet}


@pytest.mark.parametrize("writer", WRITERS)
def test_what_xml_cannot_hold_is_refused_by_the_writer_or_comes_back_as_written(writer: str) -> None:
    rows = [["R1", "a\ufffeb"]]
    if writer == "ods":
        with pytest.raises(ValueError, match="XML"):
            sheet(rows)
    else:
        # xlsxwriter's own escape for it, which no reader takes back: the text of the file is what is kept.
        assert read_table(Path("-"), IngestConfig(), stdin=workbook(rows)).rows.rows() == [("R1", "a_xFFFE_b")]


def test_xlsx_holds_no_longer_cell() -> None:
    book = xlsxwriter.Workbook(io.BytesIO())
    assert book.add_worksheet().write_string(0, 0, "x" * (XLSX_MOST + 1)) == -2
    book.close()
