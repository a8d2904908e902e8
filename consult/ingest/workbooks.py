"""XLSX, XLSB, XLS and ODS -> a grid of the cells as text.

How cells come back: a whole number without a decimal point (`1`, `11834560000`), other numbers to nine decimals
(`0.333333333`), dates as `2025-03-01 09:15:00` whatever their format on screen, booleans as `true` and `false`, a
formula as the value that was saved with it. A cell with an error (`#NAME?`, which Excel makes of an answer that starts
with a minus sign) comes back empty: a note counts them.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

import polars as pl

from consult.documents.workbooks import Workbook, open_workbook
from consult.errors import InputError
from consult.ingest.grid import Grid, is_blank, name_columns, plural
from consult.ingest.headers import HEADER_SAMPLE, find_header, title_block_notes

_CHUNK: Final = 2**20


def parse_workbook(name: str, content: bytes, sheet: str | None) -> Grid:
    """Reads one sheet, every cell as text, header row included, so that no type is ever inferred.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        sheet: What the configuration says, or None for the first visible sheet that holds a header and a row.

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
        chosen, cells, hidden = _choose(workbook, names if sheet is None else [sheet], configured=sheet is not None)
    if chosen is None or cells is None:
        raise InputError(
            "file_empty",
            f"{name}: no visible sheet holds anything; sheets: {', '.join(names)}.",
            "Name one in [ingest] sheet if the table is on a hidden sheet.",
        )
    others = [other for other in names if other != chosen]
    note = f"sheet: {chosen}" + (f" (also has: {', '.join(others)})" if others else "")
    notes = [note + (" (hidden)" if hidden else "")]
    if n_errors := _count_errors(content):
        notes.append(f"{plural(n_errors, 'cell')} of the workbook holding an error such as #NAME?: read as blank")
    return _grid(cells, notes)


def _choose(workbook: Workbook, names: list[str], *, configured: bool) -> tuple[str | None, pl.DataFrame | None, bool]:
    """(name, cells, hidden) of the first sheet with two filled rows, else of the first with one."""
    only_header: tuple[str | None, pl.DataFrame | None, bool] = (None, None, False)
    for name in names:
        cells, hidden = workbook.load(name)
        if not cells.width or not cells.height or (hidden and not configured):
            continue
        n_filled = int(_filled(cells).sum())
        if n_filled > 1:
            return name, cells, hidden
        if n_filled and only_header[0] is None:
            only_header = (name, cells, hidden)
    return only_header


def _filled(cells: pl.DataFrame) -> pl.Series:
    return cells.select(pl.any_horizontal(~is_blank(pl.all())).alias("filled")).to_series()


def _grid(cells: pl.DataFrame, notes: list[str]) -> Grid:
    first = int(_filled(cells).arg_max() or 0)
    title = find_header(cells.slice(first, HEADER_SAMPLE).rows())
    notes.extend(title_block_notes(first + 1, title))
    top = first + title
    columns, renamed = name_columns(cells.row(top))
    rows = cells.slice(top + 1)
    numbers = pl.Series("source_row", range(top + 2, cells.height + 1), dtype=pl.Int64)
    return Grid(columns, rows.rename(dict(zip(rows.columns, columns, strict=True))), numbers, [], notes + renamed)


def _count_errors(content: bytes) -> int:
    """Cells of type error in an XLSX; the other formats do not say it in text, and give 0."""
    if not content.startswith(b"PK"):
        return 0
    count = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
                with archive.open(entry) as sheet:
                    tail = b""
                    while chunk := sheet.read(_CHUNK):
                        count += (tail + chunk).count(b' t="e"')
                        tail = chunk[-5:]
    return count
