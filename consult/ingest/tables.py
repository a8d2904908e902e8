"""One file of responses -> a table of text cells, exactly as submitted."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from consult.config import IngestConfig
from consult.errors import InputError
from consult.ingest.delimited import parse_delimited
from consult.ingest.encoding import decode
from consult.ingest.grid import Grid, drop_empty_rows, take_header_rows
from consult.ingest.records import parse_jsonl, parse_parquet
from consult.ingest.sniff import kind_of
from consult.ingest.workbooks import parse_workbook
from consult.schemas import REJECTS


@dataclass(frozen=True, eq=False)
class Table:
    """A file as it was read: text cells under named columns.

    Attributes:
        name: The file's name without its folder; "stdin" for standard input.
        columns: Header names, unique and never blank, in file order.
        rows: One String column a header; never null: a cell that is not there is "".
        source_rows: Int64, the row of each of `rows` in the file, from 1, the header counted; the line in JSONL, the
            record in Parquet. A CSV record that spans lines counts once.
        rejects: REJECTS of the rows that could not be read; question_id and column are null.
        sha256: Of the file's bytes, in hexadecimal.
        n_bytes: The file's size.
        notes: What was found and decided while reading, in plain English.
        wordings: Header -> the question's wording, where the file has it in a header row of its own (Qualtrics).
    """

    name: str
    columns: tuple[str, ...]
    rows: pl.DataFrame
    source_rows: pl.Series
    rejects: pl.DataFrame
    sha256: str
    n_bytes: int
    notes: tuple[str, ...]
    wordings: dict[str, str] = field(default_factory=dict)


def read_table(path: Path, config: IngestConfig, *, stdin: bytes | None = None) -> Table:
    """Reads a CSV, TSV, TXT, JSONL, Parquet, XLSX, XLSB, XLS or ODS file, every cell as text.

    "None", "N/A", "NA" and "null" are answers; only a cell that is not there or null in its format is blank.

    Args:
        path: The file; `-` reads standard input.
        config: Encoding, delimiter and sheet, where they are not to be detected.
        stdin: What stands on standard input, for a caller that has read it already.

    Raises:
        InputError: the file is missing, empty, of another kind, encrypted or damaged; the message says what was found.
    """
    name, content = load(path, stdin)
    ending = "" if name == "stdin" and str(path) == "-" else path.suffix.lower()
    return parse_table(name, ending, content, config)


def parse_table(name: str, ending: str, content: bytes, config: IngestConfig) -> Table:
    """As `read_table`, of a file that has been read: one inside an archive, say.

    Args:
        name: What it is called from here on.
        ending: Its suffix with the dot, in lower case; "" for standard input.
        content: The whole file.
        config: As in `read_table`.

    Raises:
        InputError: as in `read_table`.
    """
    grid, wordings = take_header_rows(drop_empty_rows(_parse(name, ending, content, config)))
    if not grid.rows.height and not grid.rejects:
        raise InputError(
            "header_only",
            f"{name}: has a header ({len(grid.columns)} columns) and no rows.",
            "Check that the export holds responses, and that the right sheet was read.",
        )
    n_rejects = len(grid.rejects)
    rejects = pl.DataFrame(
        {
            "source_file": [name] * n_rejects,
            "source_row": [row for row, _, _ in grid.rejects],
            "question_id": [None] * n_rejects,
            "column": [None] * n_rejects,
            "reason": [reason for _, reason, _ in grid.rejects],
            "detail": [detail for _, _, detail in grid.rejects],
        },
        schema=REJECTS.schema,
    )
    digest = hashlib.sha256(content).hexdigest()
    notes = tuple(grid.notes)
    return Table(name, grid.columns, grid.rows, grid.source_rows, rejects, digest, len(content), notes, wordings)


def load(path: Path, stdin: bytes | None) -> tuple[str, bytes]:
    """A file's name, without its folder, and what it holds.

    Raises:
        InputError: it is missing, is a folder, or cannot be opened.
    """
    if str(path) == "-":
        return "stdin", sys.stdin.buffer.read() if stdin is None else stdin
    if path.is_dir():
        raise InputError("file_is_folder", f"{path}: is a folder.", "Name the files in it that hold responses.")
    try:
        # A name may hold bytes that are no Unicode; what is kept of it must be text.
        return path.name.encode("utf-8", "replace").decode(), path.read_bytes()
    except FileNotFoundError:
        raise InputError("file_missing", f"{path}: there is no such file.", "Check the path.") from None
    except OSError as error:
        raise InputError(
            "file_unreadable", f"{path}: cannot be read ({error.strerror}).", "Check that you may open it."
        ) from None


def _parse(name: str, ending: str, content: bytes, config: IngestConfig) -> Grid:
    kind = kind_of(name, ending, content)
    if kind == "parquet":
        return parse_parquet(name, content)
    if kind == "workbook":
        return parse_workbook(name, content, config.sheet)
    text, note = decode(name, content, config.encoding)
    if not text.strip():
        raise InputError("file_empty", f"{name}: is empty.", "Check that the export finished and the file is whole.")
    grid = parse_jsonl(name, text) if kind == "jsonl" else parse_delimited(name, text, config.delimiter)
    return Grid(grid.columns, grid.rows, grid.source_rows, grid.rejects, [note, *grid.notes])
