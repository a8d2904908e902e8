"""What kind of file it is: by its first bytes, and only for text by its name."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from itertools import islice
from typing import Final, Literal

from consult.documents.archives import BROKEN, damaged, encrypted, open_archive
from consult.errors import InputError
from consult.ingest.headers import TEXTS, key_of

Kind = Literal[
    "delimited", "json", "jsonl", "workbook", "parquet",
    "text", "html", "word", "opendocument", "pdf", "mail", "outlook", "archive", "picture",
]  # fmt: skip
TABLES: Final = frozenset({"delimited", "json", "jsonl", "workbook", "parquet"})
LETTERS: Final = frozenset({"text", "html", "word", "opendocument", "pdf", "mail", "outlook"})

READABLE: Final = "CSV, TSV, TXT, JSONL, JSON, Parquet, XLSX, XLSB, XLS or ODS"
READABLE_LETTERS: Final = "DOCX, ODT, PDF, TXT, HTML, EML or MSG"

_SHEET_ENDINGS: Final = frozenset({".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"})
_TEXT_ENDINGS: Final = _SHEET_ENDINGS | {"", ".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"}
_JSON_ENDINGS: Final = frozenset({".json", ".qsf"})
_JSONL_ENDINGS: Final = frozenset({".jsonl", ".ndjson"})
_PAGE_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml"})
_NOTHING: Final = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
_START: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES: Final = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"ID3", "a recording (MP3)"),
)
_UNPACK: Final = "Unpack it, and give the files in it, or a ZIP file of them."
_SAVE_SHEET: Final = "Open it in a spreadsheet program, save it as XLSX or CSV, and give that."
_SAVE_LETTER: Final = "Open it in a word processor, save it as DOCX or ODT, and give that."
_BINARY: Final = (
    (b"\x1f\x8b", "compressed (gzip)", _UNPACK),
    (b"BZh", "compressed (bzip2)", _UNPACK),
    (b"\xfd7zXZ", "compressed (xz)", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "Export its tables as CSV, and give those."),
    (b"{\\rtf", "a rich-text document (RTF)", _SAVE_LETTER),
)
_OLD_WORD: Final = "an old Word document (DOC)"
_OTHER_OLE: Final = (
    ("WordDocument", _OLD_WORD, _SAVE_LETTER),
    ("PowerPoint Document", "an old presentation (PPT)", "Save its text as DOCX or PDF, and give that."),
)
_NAMES: Final = {
    "word": "a Word document",
    "opendocument": "an OpenDocument text",
    "pdf": "a PDF",
    "html": "a web page",
    "mail": "a mail",
    "outlook": "a mail saved by Outlook",
    "archive": "an archive without a workbook in it",
}
_SAMPLE: Final = 20_000
_RECORDS: Final = 200
_AGREEMENT: Final = 0.9
_LONGEST_NAME: Final = 200


def kind_of(name: str, ending: str, content: bytes) -> Kind:
    """Says how a table is to be read.

    Args:
        name: The file's name, for errors.
        ending: Its suffix with the dot, in lower case; "" for standard input.
        content: The whole file.

    Raises:
        InputError: it is empty, no table, encrypted, or an archive that unpacks beyond reason.
    """
    kind = file_kind(name, ending, content)
    if kind in TABLES:
        return kind
    what = next((what for magic, what in _PICTURES if content.startswith(magic)), None) or _NAMES.get(kind, "no table")
    raise _not_read("binary_file" if kind in ("pdf", "picture") else "unknown_format", name, what)


def file_kind(name: str, ending: str, content: bytes) -> Kind:
    """Says how a file is to be read, whatever it holds.

    Args:
        name: The file's name, for errors.
        ending: Its suffix with the dot, in lower case; "" for standard input.
        content: The whole file.

    Raises:
        InputError: it is empty, of no kind that is read here, encrypted, or an archive that unpacks beyond reason.
    """
    if not content[:_START].strip(_NOTHING) and not content.strip(_NOTHING):
        raise InputError("file_empty", f"{name}: is empty.", "Check that the export finished and the file is whole.")
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(name, content)
    if content.startswith(_OLE):
        return _compound(name, ending, content)
    if content[:1024].lstrip().startswith(b"%PDF"):
        return "pdf"
    if any(content.startswith(magic) for magic, _ in _PICTURES) or content[4:8] == b"ftyp":
        return "picture"
    for magic, what, hint in _BINARY:
        if content.startswith(magic):
            raise _not_read("binary_file", name, what, hint)
    return _text_kind(name, ending, content)


def misnamed(kind: Kind, ending: str) -> bool:
    """Whether a table is text, and its name says that it is a workbook."""
    return kind == "delimited" and ending in _SHEET_ENDINGS


def is_prose(text: str) -> bool:
    """Whether a text file is a letter and not a table: no separator cuts its lines into as many cells as the first."""
    sample = text[:_SAMPLE]
    first = next((line for line in sample.splitlines() if line.strip()), "")
    if key_of(first) in TEXTS or re.match(r'"?sep=.', first, flags=re.IGNORECASE):
        return False
    return not any(_is_table(sample, len(sample) < len(text), delimiter) for delimiter in ",;\t|")


def _is_table(sample: str, is_cut: bool, delimiter: str) -> bool:
    try:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        records = [record for record in islice(rows, _RECORDS) if any(cell.strip() for cell in record)]
    except csv.Error:
        return False
    if is_cut and len(records) > 2:
        records.pop()
    if len(records) < 2 or len(records[0]) < 2:
        return False
    header = [cell.strip() for cell in records[0]]
    if not all(header) or len(set(header)) < len(header) or max(map(len, header)) > _LONGEST_NAME:
        return False
    return sum(len(record) == len(header) for record in records[1:]) >= _AGREEMENT * (len(records) - 1)


def _not_read(code: str, name: str, what: str, hint: str = "") -> InputError:
    return InputError(
        code,
        f"{name}: is {what}, which is not read here.",
        hint or f"Give a {READABLE} file, or letters as {READABLE_LETTERS}.",
    )


def _text_kind(name: str, ending: str, content: bytes) -> Kind:
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if ending in _PAGE_ENDINGS:
        return "html"
    if ending == ".eml":
        return "mail"
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise _not_read(
            "unknown_format", name, "a web page or XML, whatever its name says", _SAVE_SHEET * (ending != ".xml")
        )
    if ending in _JSONL_ENDINGS or (ending == "" and start.startswith(b"{")):
        return "jsonl"
    if ending in _JSON_ENDINGS:
        return "json"
    if ending in _TEXT_ENDINGS:
        return "delimited"
    raise InputError(
        "unknown_format",
        f"{name}: files ending in {ending} are not read here.",
        f"Give a {READABLE} file, or letters as {READABLE_LETTERS}; a table in text needs the ending .csv, .tsv or "
        ".txt.",
    )


def _compound(name: str, ending: str, content: bytes) -> Kind:
    """Old Office files and Outlook's mails are folders in a file, whose entries have names in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted(name)
    if "__properties_version1.0".encode("utf-16-le") in content:
        return "outlook"
    for entry, what, hint in _OTHER_OLE:
        if entry.encode("utf-16-le") in content:
            raise _not_read("unknown_format", name, what, hint)
    if ending in (".doc", ".dot"):
        raise _not_read("unknown_format", name, _OLD_WORD, _SAVE_LETTER)
    return "workbook"


def _archive(name: str, content: bytes) -> Kind:
    with open_archive(name, content, judge=False) as archive:
        names = set(archive.namelist())
        is_open = "content.xml" in names
        manifest = _part(name, archive, "META-INF/manifest.xml", names) if is_open else b""
        mimetype = _part(name, archive, "mimetype", names)
        is_office = is_open or "[Content_Types].xml" in names or bool(names & {"xl/workbook.xml", "xl/workbook.bin"})
        if b"encryption-data" in manifest or (is_office and any(entry.flag_bits & 1 for entry in archive.infolist())):
            raise encrypted(name)
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or (is_open and b"opendocument.text" not in mimetype):
        return "workbook"
    if is_open:
        return "opendocument"
    if any(part.startswith("word/") and part.endswith(".xml") for part in names):
        return "word"
    if is_office or mimetype:
        raise _not_read("unknown_format", name, "an Office file or book of a kind")
    return "archive"


def _part(name: str, archive: zipfile.ZipFile, path: str, names: set[str]) -> bytes:
    try:
        return archive.read(path) if path in names else b""
    except BROKEN:
        raise damaged(name) from None
