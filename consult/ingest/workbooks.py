"""XLSX, XLSB, XLS and ODS -> grids of the cells as text.

How cells come back: a whole number without a decimal point (`1`, `11834560000`), other numbers to nine decimals
(`0.333333333`), dates as `2025-03-01 09:15:00` whatever their format on screen, booleans as `true` and `false`, a
formula as the value that was saved with it. A cell with an error (`#NAME?`, which Excel makes of an answer that starts
with a minus sign) comes back empty: a note counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

import polars as pl

from consult.documents.workbooks import Workbook, open_workbook
from consult.errors import InputError
from consult.ingest.formulas import Formulas, read_formulas
from consult.ingest.grid import Grid, is_blank, plural
from consult.ingest.headers import HEADER_SAMPLE
from consult.ingest.headings import Heading, read_heading
from consult.ingest.layouts import PLAIN


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet that is read.

    Attributes:
        name: Its name in the workbook.
        grid: Its cells.
        heading: Its header.
    """

    name: str
    grid: Grid
    heading: Heading


@dataclass(frozen=True, eq=False)
class _Seen:
    """A sheet as its first rows show it; `rank` is how well it looks like a table of responses, 0 being best."""

    name: str
    is_hidden: bool
    heading: Heading
    rank: int


def parse_workbook(name: str, content: bytes, sheet: str | None, layout: str | None = None) -> list[Sheet]:
    """Reads a sheet, and the visible ones that have the same header; every cell as text, so no type is ever inferred.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        sheet: What the configuration says, or None for the first visible sheet that holds a table: one that is
            recognised, else one whose columns all have headers, else any with a header and a row.
        layout: The layout that the configuration names, or None to recognise it.

    Raises:
        InputError: the workbook cannot be opened, or has no such sheet, or no sheet with a table.
    """
    with open_workbook(name, content) as workbook:
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise InputError(
                "sheet_missing",
                f"{name}: has no sheet named {sheet!r}; it has: {', '.join(names)}.",
                "Name one of them in [ingest] sheet.",
            )
        seen = [found for found in (_look(workbook, each, layout) for each in ([sheet] if sheet else names)) if found]
        if sheet is None:
            seen = [each for each in seen if not each.is_hidden]
        if not seen:
            raise InputError(
                "file_empty",
                f"{name}: no visible sheet holds anything; sheets: {', '.join(names)}.",
                "Name one in [ingest] sheet if the table is on a hidden sheet.",
            )
        chosen = min(seen, key=lambda each: each.rank)
        alike = [each for each in seen if each is chosen or (each.rank < 3 and _same_header(each, chosen))]
        formulas = read_formulas(content)
        return [_read(workbook, each, names, len(alike) > 1, formulas, layout) for each in alike]


_LOOKED_AT: Final = 2 * HEADER_SAMPLE


def _look(workbook: Workbook, name: str, layout: str | None) -> _Seen | None:
    """A sheet by its first rows, or None when nothing is on it."""
    cells, is_hidden = workbook.load(name, _LOOKED_AT)
    if not cells.width or not cells.height:
        return None
    filled = _filled(cells)
    if not filled.any():
        return None
    first = int(filled.arg_max() or 0)
    rows = cells.slice(first, HEADER_SAMPLE).rows()
    heading = read_heading(rows, first + 1, layout)
    below = [row for row in rows[heading.start + heading.n_rows :] if any(cell.strip() for cell in row)]
    layout_found = heading.found.layout
    if not below:
        rank = 3
    elif layout_found is not PLAIN and heading.found.source == "guessed":
        rank = 1 if layout_found.needs else 0
    else:
        named = [cell for cell in rows[heading.start] if cell.strip()]
        width = median(sum(bool(cell.strip()) for cell in row) for row in below)
        under = any(
            cell.strip() and not head.strip()
            for row in below
            for cell, head in zip(row, rows[heading.start], strict=True)
        )
        is_table = len(set(named)) == len(named) and 2 * width >= len(named) and not under
        rank = 1 if is_table else 2
    return _Seen(name, is_hidden, heading, rank)


def _same_header(one: _Seen, other: _Seen) -> bool:
    return (
        len(one.heading.columns) > 1
        and not one.heading.found.layout.needs
        and set(one.heading.columns) == set(other.heading.columns)
    )


def _read(
    workbook: Workbook, seen: _Seen, names: list[str], several: bool, formulas: Formulas, layout: str | None
) -> Sheet:
    cells, _ = workbook.load(seen.name)
    cells, mended = formulas.put_into(seen.name, cells)
    first = int(_filled(cells).arg_max() or 0)
    heading = read_heading(cells.slice(first, HEADER_SAMPLE).rows(), first + 1, layout)
    others = [other for other in names if other != seen.name]
    note = f"sheet: {seen.name}" + (f" (also has: {', '.join(others)})" if others and not several else "")
    notes = [note + (" (hidden)" if seen.is_hidden else ""), *mended]
    if formulas.n_errors:
        notes.append(
            f"{plural(formulas.n_errors, 'cell')} of the workbook holding an error such as #NAME?: read as blank"
        )
    top = first + heading.start + heading.n_rows
    rows = cells.slice(top)
    numbers = pl.Series("source_row", range(top + 1, cells.height + 1), dtype=pl.Int64)
    named = rows.rename(dict(zip(rows.columns, heading.columns, strict=True)))
    return Sheet(seen.name, Grid(heading.columns, named, numbers, [], [*notes, *heading.notes]), heading)


def _filled(cells: pl.DataFrame) -> pl.Series:
    return cells.select(pl.any_horizontal(~is_blank(pl.all())).alias("filled")).to_series()
