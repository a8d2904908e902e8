"""The row of names is found below a title, and is the first row wherever that is in doubt."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from consult.config import AnalysisConfig, IngestConfig
from consult.ingest import describe, read_responses, read_table
from consult.ingest.headers import find_header

HEADER = ["Ref", "Do you support it?", "Please say why"]
ANSWERS = [["1", "Yes", "The bus is late"], ["2", "No", "It is dear, and slow"], ["3", "Yes", ""]]
TITLE = ["Anytown streets: all responses", "", ""]
DATE = ["Downloaded 14/03/2025", "", ""]
BLANK = ["", "", ""]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([HEADER, *ANSWERS], 0),
        ([TITLE, HEADER, *ANSWERS], 1),
        ([TITLE, DATE, BLANK, HEADER, *ANSWERS], 3),
        ([TITLE, ["Downloaded by", "A. Officer", ""], BLANK, HEADER, *ANSWERS], 3),
        ([TITLE, *[DATE] * 14, HEADER, *ANSWERS], 15),
        ([TITLE, *[DATE] * 15, HEADER, *ANSWERS], 0),  # a block of more rows than a title block has
        ([TITLE, HEADER], 0),  # no rows below that it could be like
        ([["Title"], [], ["Ref", "Yes or no", "Why"], *ANSWERS], 2),  # rows are as long as what is in them
        ([["Title"], [], ["Ref", "Why"], ["1", "a"], ["2", "b"], ["3", "c"]], 0),  # or prose with a comma
        ([["comment"], ["dear", " slow"], ["late", " full"], ["good", " quick"]], 0),
        ([["What do you think?"], ["dear", " slow", " far"], ["late"], ["good", " quick"], ["no", " but"]], 0),
        # The first row names some columns, and the next is somebody's answers.
        ([["Ref", "", ""], ["R1", "Yes", "The bus"], ["R2", "No", "Slow"]], 0),
        ([["Reply", "", ""], ["R1", "Yes", "The bus"], ["R2", "No", "Slow"]], 0),  # codes of one kind
        ([["Reply", "", ""], ["Ann", "Yes", "The bus"], ["Bob", "Yes", "Slow"]], 0),  # an option comes again
        ([["Reply", "", ""], ["1", "Yes", "The bus"], ["2", "No", "Slow"]], 0),  # a number names no column
        ([["Reply", "", ""], ["Ann", "Yes", "Late. " * 200], ["Bob", "No", "Slow. " * 200]], 0),
        ([["Reply", "", ""], ["Ann", "Yes", "Yes"], ["Bob", "No", "No"]], 0),
        # Two rows of names, as SurveyMonkey writes them: the second lacks what the first has.
        (
            [
                ["Person", "", "Which matter to you?", "", "", "", ""],
                ["", "", "Buses", "Trams", "Trains", "Roads", "Other"],
                ["a", "x", "Yes", "", "Yes", "", "Boats"],
                ["b", "y", "", "Yes", "Yes", "No", ""],
            ],
            0,
        ),
        ([["Name", "", "", ""], ["Ann", "", "", ""], ["Bob", "", "x", ""]], 0),  # a sparse table
    ],
)
def test_the_header_is_found(rows: list[list[str]], header: int) -> None:
    assert find_header(rows) == header


def test_a_workbook_with_a_title_block_is_read_from_its_header(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Export")
    for number, row in enumerate([TITLE, DATE, BLANK, HEADER, *ANSWERS]):
        for place, value in enumerate(row):
            if value:
                sheet.write(number, place, value)
    book.close()
    path = tmp_path / "a.xlsx"
    path.write_bytes(buffer.getvalue())
    table = read_table(path, IngestConfig())
    assert table.columns == tuple(HEADER)
    assert table.rows.rows() == [tuple(row) for row in ANSWERS]
    assert table.source_rows.to_list() == [5, 6, 7]
    assert table.rejects.height == 0
    assert table.notes == (
        "sheet: Export",
        "header: row 4",
        "Caution: rows 1 to 3 taken as a title above the header (guessed: 3 rows with far fewer filled cells than "
        "below) and not read as responses",
    )


@pytest.mark.parametrize(
    "content",
    [
        "Anytown streets;;\n\nRef;Do you support it?;Please say why\n1;Yes;a, b, c\n2;No;d\n3;Yes;\n",
        "Anytown streets\n\nRef;Do you support it?;Please say why\n1;Yes;a, b, c\n2;No;d\n3;Yes;\n",
    ],
    ids=["padded", "ragged"],
)
def test_a_csv_with_a_title_block_is_read_from_its_header(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    ingested = read_responses([path], AnalysisConfig())
    assert ingested.mapping.name("response_id") == "Ref"
    assert ingested.responses.select("source_row", "text").rows() == [(4, "a, b, c"), (5, "d")]
    # The title is in the note and in no count.
    assert ingested.ledger.select("n_read", "n_responses", "n_rejected", "n_blank").rows() == [(3, 2, 0, 1)]
    warnings = describe(ingested)["warnings"]
    assert isinstance(warnings, list)
    assert any("Caution: rows 1 to 2 taken as a title" in warning for warning in warnings)


def test_one_column_of_prose_keeps_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("What do you think?\nYes, good, thanks\nNo, bad, sorry\nFine\nDear, slow\n")
    table = read_table(path, IngestConfig())
    assert (table.columns, table.rows.height) == (("What do you think?",), 4)
