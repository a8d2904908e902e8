"""What kind of file it is: by its first bytes, and only for text by its name."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final, Literal

from consult.documents.archives import damaged, encrypted, open_archive
from consult.errors import InputError

Kind = Literal["delimited", "json", "jsonl", "workbook", "parquet"]

READABLE: Final = "CSV, TSV, TXT, JSONL, JSON, Parquet, XLSX, XLSB, XLS or ODS"

_TEXT_ENDINGS: Final = frozenset({"", ".csv", ".tsv", ".tab", ".txt", ".psv", ".xls"})
_JSON_ENDINGS: Final = frozenset({".json", ".qsf"})
_JSONL_ENDINGS: Final = frozenset({".jsonl", ".ndjson"})
_NOTHING: Final = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
_START: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"{\\rtf", "a rich-text document (RTF)"),
)


def kind_of(name: str, ending: str, content: bytes) -> Kind:
    """Says how a file is to be read.

    Args:
        name: The file's name, for errors.
        ending: Its suffix with the dot, in lower case; "" for standard input.
        content: The whole file.

    Raises:
        InputError: it is empty, of no kind that is read here, encrypted, or a workbook that unpacks beyond reason.
    """
    if not content[:_START].strip(_NOTHING) and not content.strip(_NOTHING):
        raise InputError("file_empty", f"{name}: is empty.", "Check that the export finished and the file is whole.")
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith(b"PK\x03\x04"):
        return _archive(name, content)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise encrypted(name)
        return "workbook"
    for magic, what in _BINARY:
        if content.startswith(magic):
            raise _not_read("binary_file", name, what)
    return _text_kind(name, ending, content)


def _not_read(code: str, name: str, what: str) -> InputError:
    return InputError(code, f"{name}: is {what}, which is not read here.", f"Give a {READABLE} file.")


def _text_kind(name: str, ending: str, content: bytes) -> Kind:
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise _not_read("unknown_format", name, "a web page or XML, whatever its name says")
    if ending in _JSONL_ENDINGS or (ending == "" and start.startswith(b"{")):
        return "jsonl"
    if ending in _JSON_ENDINGS:
        return "json"
    if ending in _TEXT_ENDINGS:
        return "delimited"
    raise InputError(
        "unknown_format",
        f"{name}: files ending in {ending} are not read here.",
        f"Give a {READABLE} file; a table in text needs the ending .csv, .tsv or .txt.",
    )


def _archive(name: str, content: bytes) -> Kind:
    with open_archive(name, content, office=True) as archive:
        names = set(archive.namelist())
        is_ods = "content.xml" in names
        try:
            manifest = archive.read("META-INF/manifest.xml") if is_ods and "META-INF/manifest.xml" in names else b""
        except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError, EOFError, zlib.error):
            raise damaged(name) from None
        if b"encryption-data" in manifest or any(entry.flag_bits & 1 for entry in archive.infolist()):
            raise encrypted(name)
    if is_ods or names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "workbook"
    what = "a Word document" if "word/document.xml" in names else "an archive without a workbook in it"
    raise _not_read("unknown_format", name, what)
