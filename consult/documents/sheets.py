"""Inside the child: workbooks and Parquet files -> frames of text cells, in Arrow's format."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Final

import fastexcel
import polars as pl

from consult.documents.archives import encrypted
from consult.errors import InputError

_CHUNK: Final = 2**20
_VISIBLE: Final = r"[^\s\p{Z}\p{Cc}\p{Cf}]"


def load_workbook(name: str, content: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Every cell of a workbook's sheets as text, the header row included, so that no type is ever inferred.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        options: `sheets`, names of those wanted, or none for all that are visible; `first` ends with the first that
            has two filled rows.

    Returns:
        `names` of all sheets; `sheets`: name and whether it is hidden of those that hold something, a frame each;
        `n_errors`, cells with an error. Rows are those of the sheet, empty ones at the top included.

    Raises:
        InputError: the workbook is encrypted or cannot be read.
    """
    try:
        reader = fastexcel.read_excel(content)
        names = reader.sheet_names
        wanted = options.get("sheets")
        sheets, blobs = [], []
        for sheet in names if wanted is None else [known for known in wanted if known in names]:
            # skip_rows=0 keeps empty rows at the top, so that row numbers are those of the sheet.
            loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            hidden = loaded.visible != "visible"
            if not loaded.width or not loaded.height or (hidden and wanted is None):
                continue
            cells = loaded.to_polars().select(pl.all().cast(pl.String).fill_null(""))
            del loaded
            sheets.append({"name": sheet, "hidden": hidden})
            blobs.append(packed(cells))
            filled = cells.select(pl.any_horizontal(pl.all().str.contains(_VISIBLE)).alias("filled")).to_series()
            if options.get("first") and int(filled.sum()) > 1:
                break
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if "password" in str(error).lower():
            raise encrypted(name) from None
        raise InputError(
            "unreadable_workbook",
            f"{name}: the workbook cannot be read.",
            "Open it in a spreadsheet program, save it as XLSX or CSV, and give that.",
        ) from None
    return {"names": names, "sheets": sheets, "n_errors": _count_errors(content)}, blobs


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


__all__ = ["load_parquet", "load_workbook"]
