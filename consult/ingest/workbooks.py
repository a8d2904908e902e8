"""XLSX, XLSB, XLS and ODS -> a grid of the cells as text.

How cells come back: a whole number without a decimal point (`1`, `11834560000`), other numbers to nine decimals
(`0.333333333`), dates as `2025-03-01 09:15:00` whatever their format on screen, booleans as `true` and `false`, a
formula as the value that was saved with it. A cell with an error (`#NAME?`, which Excel makes of an answer that starts
with a minus sign) comes back empty: a note counts them.
"""

from __future__ import annotations

import polars as pl

from consult.documents import Parsed, sandboxed
from consult.documents.archives import open_archive, unpacked_size
from consult.errors import InputError
from consult.ingest.grid import Grid, is_blank, name_columns, plural
from consult.ingest.headers import HEADER_SAMPLE, find_header, title_block_notes


def parse_workbook(name: str, content: bytes, sheet: str | None) -> Grid:
    """Reads one sheet, every cell as text, header row included, so that no type is ever inferred.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        sheet: What the configuration says, or None for the first visible sheet that holds a header and a row.

    Raises:
        InputError: the workbook cannot be opened, or has no such sheet, or no sheet with a table.
    """
    unpacked = len(content)
    if content.startswith(b"PK"):
        with open_archive(name, content, office=True) as archive:
            unpacked = unpacked_size(archive)
    with sandboxed() as box:
        options = {"sheets": None if sheet is None else [sheet], "first": sheet is None}
        parsed = box.parse("workbook", name, content, unpacked, options)
    names: list[str] = parsed.found["names"]
    if sheet is not None and sheet not in names:
        raise InputError(
            "sheet_missing",
            f"{name}: has no sheet named {sheet!r}; it has: {', '.join(names)}.",
            "Name one of them in [ingest] sheet.",
        )
    chosen, cells, hidden = _choose(parsed)
    if chosen is None or cells is None:
        raise InputError(
            "file_empty",
            f"{name}: no visible sheet holds anything; sheets: {', '.join(names)}.",
            "Name one in [ingest] sheet if the table is on a hidden sheet.",
        )
    others = [other for other in names if other != chosen]
    note = f"sheet: {chosen}" + (f" (also has: {', '.join(others)})" if others else "")
    notes = [note + (" (hidden)" if hidden else "")]
    if n_errors := parsed.found["n_errors"]:
        notes.append(f"{plural(n_errors, 'cell')} of the workbook holding an error such as #NAME?: read as blank")
    return _grid(cells, notes)


def _choose(parsed: Parsed) -> tuple[str | None, pl.DataFrame | None, bool]:
    """(name, cells, hidden) of the first sheet with two filled rows, else of the first with one."""
    only_header: tuple[str | None, pl.DataFrame | None, bool] = (None, None, False)
    for sheet, blob in zip(parsed.found["sheets"], parsed.blobs, strict=True):
        cells = pl.read_ipc(blob)
        n_filled = int(_filled(cells).sum())
        if n_filled > 1:
            return sheet["name"], cells, sheet["hidden"]
        if n_filled and only_header[0] is None:
            only_header = (sheet["name"], cells, sheet["hidden"])
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
