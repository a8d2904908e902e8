"""Cells that stand for no answer; rows that are no response: totals, tests, an agency's papers, unfinished ones."""

from __future__ import annotations

import re
from typing import Final, Literal

import polars as pl

from consult.ingest.grid import Grid, plural
from consult.ingest.headers import key_of
from consult.ingest.layouts import Layout

_TOTAL: Final = re.compile(r"(grand |sub ?-?)?totals?:?|sum|count|no\. of responses|number of responses|cyfanswm", re.I)
_NUMERIC: Final = r"^\s*[-+£$€]?\d[\d.,\s]*%?\s*$"


def clear_missing(grid: Grid, layout: Layout) -> Grid:
    """Makes the cells blank that the tool writes for no answer, and notes how many."""
    if not layout.missing or not grid.rows.height:
        return grid
    stands_for_none = pl.all().str.strip_chars().is_in(sorted(layout.missing))
    n_cells = int(grid.rows.select(pl.sum_horizontal(stands_for_none.sum())).item())
    if not n_cells:
        return grid
    rows = grid.rows.with_columns(pl.when(stands_for_none).then(pl.lit("")).otherwise(pl.all()).name.keep())
    codes = ", ".join(sorted(layout.missing))
    note = (
        f"{plural(n_cells, 'cell')} holding {codes} read as blank, as {layout.title} writes where nothing was answered"
    )
    return Grid(grid.columns, rows, grid.source_rows, grid.rejects, [*grid.notes, note])


def reject_marked(grid: Grid, layout: Layout, unfinished: Literal["keep", "reject"]) -> Grid:
    """Rejects the last row where it is a total, and rows that the tool marks as no response; notes what it marks else.

    Args:
        grid: The rows below the header.
        layout: What its columns say of rows.
        unfinished: What the configuration wants done with responses that were never sent.
    """
    grid = _reject_total(grid)
    for mark in layout.marks:
        column = next((name for name in grid.columns if key_of(name) == mark.column), None)
        if column is None:
            continue
        fits = pl.col(column).str.strip_chars().str.to_lowercase().str.contains(f"^({mark.pattern})$")
        marked = grid.rows.select((fits != mark.is_inverse).alias("marked")).to_series()
        n_marked = int(marked.sum())
        if not n_marked:
            continue
        if mark.reason == "told" or (mark.reason == "unfinished" and unfinished == "keep"):
            note = f"{plural(n_marked, 'response')} {mark.says}"
            if mark.reason == "unfinished":
                note = f'Caution: {note}: kept; [ingest] unfinished = "reject" leaves them out'
            grid = Grid(grid.columns, grid.rows, grid.source_rows, grid.rejects, [*grid.notes, note])
            continue
        grid = _without(grid, marked, mark.reason, f"{column}: {mark.says}")
    return grid


def _reject_total(grid: Grid) -> Grid:
    """A last row that begins with "Total" and holds nothing else but numbers is no response."""
    if grid.rows.height < 2 or len(grid.columns) < 2:
        return grid
    last = grid.rows.row(-1)
    first, *rest = [cell for cell in last if cell.strip()] or [""]
    if not _TOTAL.fullmatch(first.strip()) or not all(re.match(_NUMERIC, cell) for cell in rest):
        return grid

    marked = pl.Series("marked", [*[False] * (grid.rows.height - 1), True])
    return _without(grid, marked, "totals_row", f"it begins with {first.strip()!r} and holds nothing but numbers")


def _without(grid: Grid, marked: pl.Series, reason: str, detail: str) -> Grid:
    rejects = [*grid.rejects, *((row, reason, detail) for row in grid.source_rows.filter(marked))]
    return Grid(grid.columns, grid.rows.filter(~marked), grid.source_rows.filter(~marked), rejects, grid.notes)
