"""Inside the child: workbooks and Parquet files -> frames of text cells, in Arrow's format."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import fastexcel
import polars as pl

from consult.documents.archives import encrypted
from consult.errors import InputError

_WORKBOOKS: Final[dict[str, fastexcel.ExcelReader]] = {}
"""The workbook that is open, by its name."""


def open_workbook(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Opens a workbook, which stays open for `load_sheet`.

    Returns:
        `names` of all sheets.

    Raises:
        InputError: the workbook is encrypted or cannot be read.
    """
    _WORKBOOKS.clear()
    with _reading(name):
        _WORKBOOKS[name] = fastexcel.read_excel(content)
        return {"names": _WORKBOOKS[name].sheet_names}, []


def load_sheet(name: str, _: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Every cell of a sheet as text, the header row included, so that no type is ever inferred.

    Args:
        name: The file's name, for errors.
        _: Nothing: the workbook is open.
        options: `sheet`, its name; `n_rows`, how many of its first rows, or none for all.

    Returns:
        `is_hidden`, and a frame of its cells. Rows are those of the sheet, empty ones at the top included.

    Raises:
        InputError: the sheet cannot be read.
    """
    with _reading(name):
        # skip_rows=0 keeps empty rows at the top, so that row numbers are those of the sheet.
        loaded = _WORKBOOKS[name].load_sheet(
            options["sheet"], header_row=None, skip_rows=0, n_rows=options["n_rows"], dtypes="string"
        )
        is_hidden = loaded.visible != "visible"
        cells = loaded.to_polars().select(pl.all().cast(pl.String).fill_null(""))
        del loaded
        return {"is_hidden": is_hidden}, [packed(cells)]


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException, KeyError) as error:
        if "password" in str(error).lower():
            raise encrypted(name) from None
        raise InputError(
            "unreadable_workbook",
            f"{name}: the workbook cannot be read.",
            "Open it in a spreadsheet program, save it as XLSX or CSV, and give that.",
        ) from None


def load_parquet(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Every value of a Parquet file as text; null is an empty cell.

    Raises:
        InputError: the file is damaged, or a column holds what has no text.
    """
    try:
        records = pl.read_parquet(io.BytesIO(content))
        rows = records.select([_as_text(records[column]) for column in records.columns])
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, UnicodeDecodeError, OSError):
        raise InputError(
            "unreadable_parquet",
            f"{name}: the Parquet file is damaged, or a column holds values that are no text.",
            "Write it again with text columns.",
        ) from None
    return {}, [packed(rows)]


def packed(rows: pl.DataFrame) -> bytes:
    """A frame in Arrow's format, made small: it goes through a pipe."""
    buffer = io.BytesIO()
    rows.write_ipc(buffer, compression="lz4")
    return buffer.getvalue()


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype.is_nested():
        compact = [None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
                   for value in column.to_list()]  # fmt: skip
        return pl.Series(column.name, compact, dtype=pl.String).fill_null("")
    return column.cast(pl.String).fill_null("")


__all__ = ["load_parquet", "load_sheet", "open_workbook"]
