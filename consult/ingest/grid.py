"""The rows of one file as text cells, whatever the format was: named columns, row numbers, and what was noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

# One visible character: anything but white space, separators, controls and marks of no width (Unicode Z*, Cc, Cf).
VISIBLE: Final = r"[^\s\p{Z}\p{Cc}\p{Cf}]"

REASONS: Final[dict[str, str]] = {
    "totals_row": "The row is a total below the table, and not a response.",
    "test_row": "The survey tool marks the row as a test or a preview.",
    "unfinished": "The response was started and not finished; [ingest] unfinished says to leave such out.",
    "agency_document": "The row is a document of the agency itself, and not a comment on it.",
    "too_many_cells": "The row has more filled cells than the header has columns, so its answers cannot be placed.",
    "not_json": "The line is not one JSON object, or holds what is not Unicode text.",
    "blank_id": "The row has no response id, so nothing could be traced back to it.",
    "blank_question_id": "The row does not say which question it answers.",
    "needs_transcription": "The page or file shows text, or lets it be heard, and holds none: it must be typed first.",
    "unreadable_file": "The file could not be used; what was found says why.",
    "not_read": "The file is of a kind that is not read where it stands.",
    "duplicate_id": "An earlier row has the same response id for the same question; the first was kept.",
}


@dataclass(frozen=True, eq=False)
class Grid:
    """What a parser found in one file.

    Attributes:
        columns: Header names, unique and never blank, in file order.
        rows: One String column a header; no nulls: a cell that is not there is "".
        source_rows: Int64, the row of each of `rows` in the file, from 1, the header counted.
        rejects: (source_row, reason, detail) of each row that could not be read.
        notes: What was noticed and decided, in plain English.
    """

    columns: tuple[str, ...]
    rows: pl.DataFrame
    source_rows: pl.Series
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_blank(cells: pl.Expr) -> pl.Expr:
    """True where a text cell shows nothing: empty, or only spaces, no-break and zero-width marks included."""
    return ~cells.str.contains(VISIBLE)


def plural(count: int, noun: str) -> str:
    """Count and noun: 1 row, 2,000 rows."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def name_columns(header: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Makes header cells into column names: unique and never blank.

    Returns:
        The names, in order, and a note for each kind of change.
    """
    names: list[str] = []
    blank: list[str] = []
    repeated: list[str] = []
    taken = set(header)
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    showing = pl.DataFrame({"cell": pl.Series(header, dtype=pl.String)}).select(~is_blank(pl.col("cell"))).to_series()
    for place, (cell, shows) in enumerate(zip(header, showing, strict=True), start=1):
        name = cell if shows else f"column {place}"
        if name in seen or (not shows and name in taken):
            name = _numbered(name, seen, taken, numbers)
            repeated.append(name)
        elif not shows:
            blank.append(name)
        seen.add(name)
        names.append(name)
    notes = []
    if blank:
        notes.append(f"blank headers named: {', '.join(blank)}")
    if repeated:
        notes.append(f"repeated headers numbered: {', '.join(repeated)}")
    return tuple(names), notes


def _numbered(name: str, seen: set[str], taken: set[str], numbers: dict[str, int]) -> str:
    """The name with the first free number; `numbers` has the last one tried for each name, and is added to."""
    number = numbers.get(name, 1) + 1
    while (numbered := f"{name} ({number})") in seen or numbered in taken:
        number += 1
    numbers[name] = number
    return numbered


def drop_empty_rows(grid: Grid) -> Grid:
    """Leaves out rows in which every cell is empty, and notes how many; they are padding, not answers.

    In a file of one column an empty cell is a blank answer, so nothing is left out there.
    """
    if len(grid.columns) < 2 or not grid.rows.height:
        return grid
    filled = grid.rows.select(pl.any_horizontal(pl.all() != "")).to_series()
    n_empty = grid.rows.height - int(filled.sum())
    if not n_empty:
        return grid
    note = f"{plural(n_empty, 'wholly empty row')} left out"
    return Grid(
        grid.columns, grid.rows.filter(filled), grid.source_rows.filter(filled), grid.rejects, [*grid.notes, note]
    )
