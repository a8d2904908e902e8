"""Files are read as text, exactly as submitted."""

import hashlib
import io
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from consult.config import IngestConfig
from consult.errors import InputError
from consult.ingest import REASONS, Table, read_table

PLAIN = IngestConfig()


def read(tmp_path: Path, content: bytes | str, name: str = "a.csv", **config: str) -> Table:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, IngestConfig(**config))


def refused(tmp_path: Path, content: bytes | str, name: str = "a.csv", **config: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, name, **config)
    assert name in caught.value.message
    assert caught.value.hint
    return caught.value


def workbook(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd/mm/yyyy"}
    )
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
    book.close()
    return buffer.getvalue()


def test_a_csv_is_read_cell_by_cell(tmp_path: Path) -> None:
    content = 'id,text\r\n1,"Two\r\nlines, ""quoted"""\r\n2,  None  \r\n3,N/A\r\n4,null\r\n5,\r\n'
    table = read(tmp_path, content)
    assert table.name == "a.csv"
    assert table.columns == ("id", "text")
    assert table.rows.to_dict(as_series=False) == {
        "id": ["1", "2", "3", "4", "5"],
        "text": ['Two\r\nlines, "quoted"', "  None  ", "N/A", "null", ""],
    }
    assert table.rows.schema == {"id": pl.String, "text": pl.String}
    assert table.source_rows.to_list() == [2, 3, 4, 5, 6]
    assert table.rejects.height == 0
    assert table.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert table.n_bytes == len(content)
    assert table.notes == ("encoding: utf-8 (strict)", "delimiter: comma (detected)")


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "👍🏽 family 👨‍👩‍👧",
        "مرحبا بالعالم \u200f!",
        "tab\there",
        "\u2028line\u2029",
        "a\rb",
        "=1+1",
        "é vs e\u0301",
        "'",
    ],
)
def test_no_character_changes(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f'id,text\n1,"{text}"\n').rows["text"].to_list() == [text]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"\xef\xbb\xbfid,text\n1,caf\xc3\xa9\n", "encoding: utf-8 (byte order mark)"),
        ("id,text\n1,café\n".encode("utf-16"), "encoding: utf-16-le (byte order mark)"),
        (b"\xfe\xff" + "id,text\n1,café\n".encode("utf-16-be"), "encoding: utf-16-be (byte order mark)"),
        (b"\xff\xfe\0\0" + "id,text\n1,café\n".encode("utf-32-le"), "encoding: utf-32-le (byte order mark)"),
        ("id,text\n1,café\n".encode("utf-16-le"), "encoding: utf-16-le (guessed: no byte order mark)"),
        (
            b"id,text\n1,caf\xe9\n",
            "Caution: encoding guessed: cp1252: check accented letters; set [ingest] encoding if wrong",
        ),
    ],
)  # fmt: skip
def test_the_encoding_is_found_and_told(tmp_path: Path, content: bytes, note: str) -> None:
    table = read(tmp_path, content)
    assert table.rows.rows() == [("1", "café")]
    assert table.notes[0] == note


def test_windows_punctuation_is_guessed_in_a_long_file(tmp_path: Path) -> None:
    content = ("id,text\n" + "1,plain\n" * 50_000 + "2,It’s £20 – too much\n").encode("cp1252")
    assert read(tmp_path, content).rows["text"][-1] == "It’s £20 – too much"


def test_a_configured_encoding_is_used(tmp_path: Path) -> None:
    table = read(tmp_path, "id,text\n1,Śródmieście\n".encode("cp1250"), encoding="cp1250")
    assert table.rows.rows() == [("1", "Śródmieście")]
    assert table.notes[0] == "encoding: cp1250 (configured)"


@pytest.mark.parametrize("encoding", ["klingon", "hex"])
def test_an_unknown_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    error = refused(tmp_path, "id,text\n1,x\n", encoding=encoding)
    assert error.code == "unknown_encoding"
    assert repr(encoding) in error.message


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "id,text\n1,caf\xe9\n".encode("latin-1"), encoding="utf-8")
    assert (error.code, error.message) == ("wrong_encoding", "a.csv: is not utf-8 (first at byte 14).")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("id;text\n1;one, two\n2;a, b, c\n", "semicolon"),
        ("id\ttext\n1\tone, two\n2\tb\n", "tab"),
        ("id|text\n1|one, two\n2|b; c\n", "vertical bar"),
        ("id,text\n1,one; two\n2,b; c\n", "comma"),
        ('"Why, please; say";text\n1;x\n2;y\n', "semicolon"),
    ],
)
def test_the_delimiter_is_found_by_content(tmp_path: Path, content: str, name: str) -> None:
    table = read(tmp_path, content, "a.txt")
    assert f"delimiter: {name} (detected)" in table.notes
    assert len(table.columns) == 2
    assert table.rejects.height == 0


def test_a_delimiter_can_be_configured_or_named_in_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,2\n", delimiter=";").columns == ("a,b",)
    hinted = read(tmp_path, "sep=;\r\na;b\r\n1;2\r\n")
    assert hinted.rows.rows() == [("1", "2")]
    assert hinted.source_rows.to_list() == [3]


def test_a_delimiter_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "a,b\n1,2\n", delimiter='"').code == "bad_delimiter"


def test_prose_in_one_column_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    table = read(tmp_path, "comment\nMore buses, please\n\nNo, thanks, really\n")
    assert table.rows.rows() == [("More buses, please",), ("",), ("No, thanks, really",)]


def test_ragged_rows(tmp_path: Path) -> None:
    table = read(tmp_path, "id,text,area\n1,a\n2,b,c,,\n3,d,e,secret words\n4,f,g\n")
    assert table.rows.rows() == [("1", "a", ""), ("2", "b", "c"), ("4", "f", "g")]
    assert table.source_rows.to_list() == [2, 3, 5]
    assert table.rejects.to_dicts() == [
        {
            "source_file": "a.csv",
            "source_row": 4,
            "question_id": None,
            "column": None,
            "reason": "too_many_cells",
            "detail": "4 cells under 3 headers",
        }
    ]
    assert table.notes[2:] == (
        "1 row with fewer cells than the header: the missing cells are blank",
        "1 row with blank cells beyond the header: these were left out",
    )


def test_headers_become_unique_and_named(tmp_path: Path) -> None:
    table = read(tmp_path, "text,text,,text (2),\xa0\n1,2,3,4,5\n")
    assert table.columns == ("text", "text (3)", "column 3", "text (2)", "column 5")
    assert table.notes[2:] == ("blank headers named: column 3, column 5", "repeated headers numbered: text (3)")


def test_empty_rows_are_padding_and_told(tmp_path: Path) -> None:
    table = read(tmp_path, "\nid,text\n1,a\n,\n\n2,b\n")
    assert table.source_rows.to_list() == [3, 6]
    assert table.notes[2:] == ("header: row 2", "2 wholly empty rows left out")


def test_qualtrics_header_rows_are_taken_off(tmp_path: Path) -> None:
    content = (
        "ResponseId,Q1\n"
        "Response ID,What should change?\n"
        '"{""ImportId"":""_id""}","{""ImportId"":""QID1""}"\n'
        "R_1,Buses\n"
    )
    table = read(tmp_path, content)
    assert table.rows.rows() == [("R_1", "Buses")]
    assert table.source_rows.to_list() == [4]
    assert table.wordings == {"ResponseId": "Response ID", "Q1": "What should change?"}
    assert table.notes[-1] == "header: 3 rows, as Qualtrics writes them"


def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, 'id,text\n1,fine\n2,"secret\n3,x\n')
    assert error.code == "open_quote"
    assert "record 3" in error.message
    assert "secret" not in str(error)


def test_very_long_cells_are_read(tmp_path: Path) -> None:
    long = "word " * 100_000
    assert read(tmp_path, f"id,text\n1,{long}\n").rows["text"][0] == long


def test_jsonl_keeps_values_as_written(tmp_path: Path) -> None:
    content = (
        '{"id": 1.10, "text": "a", "tags": ["x", {"n": 2}]}\n'
        "\n"
        '{"id": 12345678901234567890123, "text": null, "new": true}\n'
        "secret\n"
        "[1]\n"
        '{"text": "\\ud800"}\r\n'
        '{"text": "\u2028"}'
    )
    table = read(tmp_path, content, "a.jsonl")
    assert table.columns == ("id", "text", "tags", "new")
    assert table.rows.rows() == [
        ("1.10", "a", '["x",{"n":2}]', ""),
        ("12345678901234567890123", "", "", "true"),
        ("", "\u2028", "", ""),
    ]
    assert table.source_rows.to_list() == [1, 3, 7]
    assert table.rejects.select("source_row", "reason", "detail").rows() == [
        (4, "not_json", "not JSON from character 1: Expecting value"),
        (5, "not_json", "the line is JSON, but not an object"),
        (6, "not_json", "an escape stands for half a character"),
    ]


def test_json_nested_without_end_is_a_reject(tmp_path: Path) -> None:
    table = read(tmp_path, '{"text": "x"}\n{"text": ' + "[" * 100_000 + "\n", "a.jsonl")
    assert table.rejects["reason"].to_list() == ["not_json"]


def test_parquet_values_become_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": [1, 2], "text": ["None", None], "tags": [["a"], None], "yes": [True, False]}).write_parquet(
        path
    )
    table = read_table(path, PLAIN)
    assert table.rows.rows() == [("1", "None", '["a"]', "true"), ("2", "", "", "false")]
    assert table.source_rows.to_list() == [1, 2]


def test_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    content = workbook(
        {
            "Empty": [],
            "Hidden": [["a"], ["b"]],
            "Data": [
                [],
                ["id", "text", None, "when"],
                [1, "  kept \n as is ", 0.5, datetime(2025, 3, 1, 9, 15)],
                [11834560000, "None", True, None],
                [],
                ["007", "=1+1", "", "-77"],
            ],
        },
        hidden=("Hidden",),
    )
    table = read(tmp_path, content, "a.xlsx")
    assert table.columns == ("id", "text", "column 3", "when")
    assert table.rows.rows() == [
        ("1", "  kept \n as is ", "0.5", "2025-03-01 09:15:00"),
        ("11834560000", "None", "true", ""),
        ("007", "=1+1", "", "-77"),
    ]
    assert table.source_rows.to_list() == [3, 4, 6]
    assert table.notes == (
        "sheet: Data (also has: Empty, Hidden)",
        "header: row 2",
        "blank headers named: column 3",
        "1 wholly empty row left out",
    )


def test_a_sheet_can_be_named_even_a_hidden_one(tmp_path: Path) -> None:
    content = workbook({"Data": [["a"], ["1"]], "Old": [["b"], ["2"]]}, hidden=("Old",))
    assert read(tmp_path, content, "a.xlsx", sheet="Old").columns == ("b",)
    error = refused(tmp_path, content, "a.xlsx", sheet="Nope")
    assert (error.code, error.message) == ("sheet_missing", "a.xlsx: has no sheet named 'Nope'; it has: Data, Old.")


def test_cells_with_a_spreadsheet_error_are_counted(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "text"])
    sheet.write(1, 0, "1")
    sheet.write_formula(1, 1, "=more", None, "#NAME?")
    book.close()
    table = read(tmp_path, buffer.getvalue(), "a.xlsx")
    assert table.rows.rows() == [("1", "")]
    assert table.notes[1] == "1 cell of the workbook holding an error such as #NAME?: read as blank"


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n\r\n", "file_empty"),
        ("a.csv", b"id,text\n", "header_only"),
        ("a.csv", b"id,text\n,\n", "header_only"),
        ("a.csv", b"%PDF-1.7 ...", "binary_file"),
        ("a.csv", bytes(range(256)) * 4, "binary_file"),
        ("a.csv", b"<!DOCTYPE html><table>", "unknown_format"),
        ("a.docx", zipped({"word/document.xml": b"<x/>"}), "unknown_format"),
        ("a.py", b"id,text\n1,a\n", "unknown_format"),
        ("a.json", b'{"id": 1}', "unknown_format"),
        ("a.jsonl", b"1\n2\n", "not_json"),
        ("a.xlsx", b"PK\x03\x04 broken", "unreadable_workbook"),
        ("a.xlsx", zipped({"xl/workbook.xml": b"<x/>"}), "unreadable_workbook"),
        ("a.xlsx", workbook({"Empty": []}), "file_empty"),
        ("a.xlsx", workbook({"Data": [["id", "text"]]}), "header_only"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        ("a.ods", zipped({"content.xml": b"", "META-INF/manifest.xml": b"<m:encryption-data/>"}), "encrypted_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable_workbook"),
        ("a.xlsx", zipped({"xl/workbook.xml": bytes(110 * 1024**2)}), "workbook_too_large"),
        ("a.parquet", b"PAR1 broken PAR1", "unreadable_parquet"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert refused(tmp_path, content, name).code == code


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods", "a.dat"])
def test_text_is_read_as_text_whatever_its_name_says(tmp_path: Path, name: str) -> None:
    table = read(tmp_path, "id;text\n1;late, again\n", name)
    assert table.rows.rows() == [("1", "late, again")]
    said = "Caution: the file is text and no workbook, though its name ends in "
    assert [note for note in table.notes if "Caution" in note] == ([] if name == "a.dat" else [said + name[1:]])


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.rtf", b"{\\rtf1 late}", "word processor"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "word processor"),
        ("a.xls", b"<html><table><tr><td>id", "spreadsheet program"),
        ("a.csv.gz", b"\x1f\x8b\x08", "Unpack"),
    ],
)
def test_what_is_not_read_is_told_with_what_to_do(tmp_path: Path, name: str, content: bytes, hint: str) -> None:
    assert hint in refused(tmp_path, content, name).hint


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        read_table(tmp_path / "no.csv", PLAIN)
    assert missing.value.code == "file_missing"
    with pytest.raises(InputError) as folder:
        read_table(tmp_path, PLAIN)
    assert folder.value.code == "file_is_folder"


@pytest.mark.parametrize("content", [b"id,text\n1,a\n", b'{"id": "1", "text": "a"}\n'])
def test_standard_input_is_read(content: bytes) -> None:
    table = read_table(Path("-"), PLAIN, stdin=content)
    assert (table.name, table.columns, table.rows.rows()) == ("stdin", ("id", "text"), [("1", "a")])


def test_every_reason_is_a_sentence() -> None:
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in REASONS.values())
