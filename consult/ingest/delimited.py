"""CSV, TSV and other delimited text -> a grid, cell by cell as submitted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Final

import polars as pl

from consult.errors import InputError
from consult.ingest.grid import Grid, plural
from consult.ingest.headers import HEADER_SAMPLE, find_header
from consult.ingest.headings import Heading, read_heading

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_CHARACTERS: Final = 200_000
_SAMPLE_RECORDS: Final = 200
_BATCH: Final = 500
"""Records; few enough that their cells are still in the processor's cache when they become columns."""
_NO_DELIMITERS: Final = '"\r\n'
# Fed to the parser after the last line: if it does not come back as a record of its own, a quote is still open.
_END: Final = "\x00end of file\x00"


def parse_delimited(name: str, text: str, delimiter: str | None, layout: str | None = None) -> tuple[Grid, Heading]:
    """Parses delimited text with Python's csv module, which keeps every character of a cell.

    Args:
        name: The file's name, for errors.
        text: The decoded file.
        delimiter: What the configuration says, or None to detect it.
        layout: The layout that the configuration names, or None to recognise it.

    Raises:
        InputError: there is no header, a quote is opened and never closed, or the delimiter cannot be one.
    """
    text, first_row, told = _hint_line(text)
    with _large_fields():
        if delimiter is None:
            delimiter, how = (told, "named in the first line") if told else (detect_delimiter(text), "detected")
        else:
            how = "configured"
        if delimiter in _NO_DELIMITERS:
            raise InputError(
                "bad_delimiter", f"{name}: {delimiter!r} cannot separate cells.", "Set another [ingest] delimiter."
            )
        notes = [f"delimiter: {_DELIMITERS.get(delimiter, repr(delimiter))} ({how})"]
        batches = _batches(name, text, delimiter, first_row)
        row, records = _from_first_filled(name, batches)
        heading = read_heading(records[:HEADER_SAMPLE], row, layout)
        taken = heading.start + heading.n_rows
        grid = _fill(heading.columns, chain([(row + taken, records[taken:])], batches))
    notes = [*notes, *heading.notes, *grid.notes]
    return Grid(grid.columns, grid.rows, grid.source_rows, grid.rejects, notes), heading


def detect_delimiter(text: str) -> str:
    """The delimiter under which most records have as many cells as the header; comma where nothing tells."""
    sample = text[:_SAMPLE_CHARACTERS]
    best, best_score = ",", (-1.0, -1.0, 0)
    for delimiter in _DELIMITERS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        records = [record for record in islice(rows, _SAMPLE_RECORDS) if record]
        if len(sample) < len(text) and len(records) > 2:
            records.pop()  # it may be cut off
        if not records:
            continue
        records = records[find_header(records) :]
        width = len(records[0])
        agreement = sum(len(record) == width for record in records[1:]) / max(1, len(records) - 1)
        # A file of one column: prose holds commas, so the delimiter that never occurs is the one that agrees.
        score = (round(agreement, 2) if width > 1 else 0.0, agreement, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _hint_line(text: str) -> tuple[str, int, str | None]:
    """Excel's `sep=;` in the first line: (the rest, the number of its first record, the delimiter)."""
    hint = re.match(r'"?sep=(.)"?(?:\r\n|\n|\r)', text, flags=re.IGNORECASE)
    return (text[hint.end() :], 2, hint.group(1)) if hint else (text, 1, None)


@contextmanager
def _large_fields() -> Iterator[None]:
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _batches(name: str, text: str, delimiter: str, first_row: int) -> Iterator[tuple[int, list[list[str]]]]:
    """Records many at a time, each time with the number of the first; whether the last is whole is seen to."""
    # As bytes: a StringIO holds four bytes a character, and takes twice as long to give lines.
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter, strict=False)
    row = first_row
    batch = list(islice(reader, _BATCH))
    while batch:
        following = list(islice(reader, _BATCH))
        if not following and batch.pop() != [_END]:
            raise InputError(
                "open_quote",
                f"{name}: record {row + len(batch):,} opens a quotation mark that is never closed, so the file cannot "
                "be cut into rows.",
                "Check that the file is whole, correct that record, or save it from a spreadsheet program as XLSX.",
            )
        yield row, batch
        row += len(batch)
        batch = following


def _from_first_filled(name: str, batches: Iterator[tuple[int, list[list[str]]]]) -> tuple[int, list[list[str]]]:
    """The first records from one that shows something, enough to find the header in, and the number of the first."""
    for row, records in batches:
        start = next((place for place, record in enumerate(records) if any(cell.strip() for cell in record)), None)
        if start is not None:
            found = records[start:]
            while len(found) < HEADER_SAMPLE and (more := next(batches, None)) is not None:
                found += more[1]
            return row + start, found
    raise InputError("file_empty", f"{name}: holds no header and no rows.", "Check that the export finished.")


def _fill(columns: Sequence[str], batches: Iterator[tuple[int, list[list[str]]]]) -> Grid:
    width = len(columns)
    frames = [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))]
    numbers = [pl.Series("source_row", [], dtype=pl.Int64)]
    rejects: list[tuple[int, str, str]] = []
    n_short = n_trimmed = 0
    for first, batch in batches:
        rows: Sequence[int] = range(first, first + len(batch))
        kept = batch
        if set(map(len, batch)) - {width}:
            rows, kept, short, trimmed = _made_even(first, batch, width, rejects)
            n_short, n_trimmed = n_short + short, n_trimmed + trimmed
        if kept:
            by_column = zip(columns, zip(*kept, strict=True), strict=True)
            frames.append(pl.DataFrame([pl.Series(column, values, dtype=pl.String) for column, values in by_column]))
            numbers.append(pl.Series("source_row", rows, dtype=pl.Int64))
    notes = []
    if n_short:
        notes.append(f"{plural(n_short, 'row')} with fewer cells than the header: the missing cells are blank")
    if n_trimmed:
        notes.append(f"{plural(n_trimmed, 'row')} with blank cells beyond the header: these were left out")
    return Grid(tuple(columns), pl.concat(frames, rechunk=True), pl.concat(numbers, rechunk=True), rejects, notes)


def _made_even(
    first: int, batch: list[list[str]], width: int, rejects: list[tuple[int, str, str]]
) -> tuple[list[int], list[list[str]], int, int]:
    """Row numbers and records of the header's width, how many were too short, and how many had blank cells too many.

    A record with filled cells beyond the header is added to `rejects`.
    """
    rows, kept = [], []
    n_short = n_trimmed = 0
    for row, record in enumerate(batch, start=first):
        if len(record) > width and any(cell.strip() for cell in record[width:]):
            rejects.append((row, "too_many_cells", f"{len(record)} cells under {plural(width, 'header')}"))
            continue
        n_short += len(record) < width and bool(record) and width > 1
        n_trimmed += len(record) > width
        rows.append(row)
        kept.append(record[:width] + [""] * (width - len(record)))
    return rows, kept, n_short, n_trimmed
