"""One file of responses -> a table of text cells, exactly as submitted."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from consult.config import IngestConfig
from consult.errors import ConfigError, InputError
from consult.ingest.delimited import parse_delimited
from consult.ingest.encoding import decode
from consult.ingest.grid import Grid, drop_empty_rows
from consult.ingest.headings import Heading, Role
from consult.ingest.layouts import LAYOUT_TITLES, Found
from consult.ingest.nested import is_input_folder, parse_input_folder, parse_json
from consult.ingest.records import parse_jsonl, parse_parquet
from consult.ingest.rowmarks import clear_missing, reject_marked
from consult.ingest.sniff import kind_of, misnamed
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
        parts: Header -> (question, option), where a header row stands over several columns, or a header says both.
        found: The layout that was recognised, and why.
        roles: Header -> (role, why), where the file itself says what a column is.
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
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    found: Found = field(default_factory=lambda: Heading(()).found)
    roles: dict[str, tuple[Role, str]] = field(default_factory=dict)


def read_table(path: Path, config: IngestConfig, *, stdin: bytes | None = None) -> Table:
    """Reads a file as `read_tables` does; of several sheets the first."""
    return read_tables(path, config, stdin=stdin)[0]


def read_tables(path: Path, config: IngestConfig, *, stdin: bytes | None = None) -> list[Table]:
    """Reads a CSV, TSV, TXT, JSONL, Parquet, XLSX, XLSB, XLS or ODS file, every cell as text.

    "None", "N/A", "NA" and "null" are answers; only a cell that is not there or null in its format is blank, and what
    the layout says stands for no answer.

    Args:
        path: The file; `-` reads standard input.
        config: Encoding, delimiter, sheet and layout, where they are not to be detected.
        stdin: What stands on standard input, for a caller that has read it already.

    Returns:
        One table; several where visible sheets of a workbook have the same header.

    Raises:
        ConfigError: there is no such layout.
        InputError: the file is missing, empty, of another kind, encrypted or damaged; the message says what was found.
    """
    if is_input_folder(path):
        grid, heading, digest, n_bytes = parse_input_folder(path)
        return [replace(_table(path.resolve().name, b"", None, grid, heading, config), sha256=digest, n_bytes=n_bytes)]
    name, content = load(path, stdin)
    ending = "" if name == "stdin" and str(path) == "-" else path.suffix.lower()
    return parse_tables(name, ending, content, config)


def parse_table(name: str, ending: str, content: bytes, config: IngestConfig) -> Table:
    """As `parse_tables`; of several sheets the first."""
    return parse_tables(name, ending, content, config)[0]


def parse_tables(name: str, ending: str, content: bytes, config: IngestConfig) -> list[Table]:
    """As `read_tables`, of a file that has been read: one inside an archive, say.

    Args:
        name: What it is called from here on.
        ending: Its suffix with the dot, in lower case; "" for standard input.
        content: The whole file.
        config: As in `read_tables`.

    Raises:
        ConfigError, InputError: as in `read_tables`.
    """
    if config.layout is not None and config.layout not in LAYOUT_TITLES:
        raise ConfigError(
            "layout_unknown",
            f"There is no layout {config.layout!r}.",
            f"Known are: {', '.join(sorted(LAYOUT_TITLES))}.",
        )
    return [_table(name, content, *sheet, config) for sheet in _parse(name, ending, content, config)]


def _table(file: str, content: bytes, sheet: str | None, grid: Grid, heading: Heading, config: IngestConfig) -> Table:
    name = file if sheet is None else f"{file} [{sheet}]"
    layout = heading.found.layout
    grid = reject_marked(drop_empty_rows(grid), layout, config.unfinished)
    grid = clear_missing(grid, layout)
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
    return Table(
        name,
        grid.columns,
        grid.rows,
        grid.source_rows,
        rejects,
        hashlib.sha256(content).hexdigest(),
        len(content),
        tuple(grid.notes),
        heading.wordings,
        heading.parts,
        heading.found,
        heading.roles,
    )


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


def _parse(name: str, ending: str, content: bytes, config: IngestConfig) -> list[tuple[str | None, Grid, Heading]]:
    """(sheet, grid, heading) of what a file holds; the sheet is None where only one was read."""
    kind = kind_of(name, ending, content)
    if kind == "parquet":
        return [(None, *parse_parquet(name, content, config.layout))]
    if kind == "workbook":
        sheets = parse_workbook(name, content, config.sheet, config.layout)
        return [(sheet.name if len(sheets) > 1 else None, sheet.grid, sheet.heading) for sheet in sheets]
    text, note = decode(name, content, config.encoding)
    if not text.strip():
        raise InputError("file_empty", f"{name}: is empty.", "Check that the export finished and the file is whole.")
    if kind == "json":
        grid, heading = parse_json(name, text, config.layout)
    elif kind == "jsonl":
        grid, heading = parse_jsonl(name, text, config.layout)
    else:
        grid, heading = parse_delimited(name, text, config.delimiter, config.layout)
    notes = [note, *grid.notes]
    if misnamed(kind, ending):
        notes.insert(0, f"Caution: the file is text and no workbook, though its name ends in {ending}")
    return [(None, Grid(grid.columns, grid.rows, grid.source_rows, grid.rejects, notes), heading)]
