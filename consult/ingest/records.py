"""JSONL and Parquet -> a grid of text cells."""

from __future__ import annotations

import json
from typing import Final

import polars as pl

from consult.documents import sandboxed
from consult.errors import InputError
from consult.ingest.grid import Grid
from consult.ingest.headers import HEADER_SAMPLE
from consult.ingest.headings import Heading, read_heading

_BATCH: Final = 50_000


def parse_jsonl(name: str, text: str, layout: str | None = None) -> tuple[Grid, Heading]:
    """Reads one JSON object a line; a line that is none becomes a reject, an empty line is passed over.

    Numbers stay as written, null is a blank cell, true and false are those words, and a nested value is compact JSON.

    Raises:
        InputError: no line holds an object.
    """
    columns: dict[str, None] = {}
    batch: list[dict[str, str]] = []
    frames: list[pl.DataFrame] = []
    numbers: list[int] = []
    rejects: list[tuple[int, str, str]] = []
    # Only line feeds end a line: U+2028 and others may stand inside a JSON string.
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        record = _record(line)
        if isinstance(record, str):
            rejects.append((row, "not_json", record))
            continue
        columns.update(dict.fromkeys(record))
        batch.append(record)
        numbers.append(row)
        if len(batch) == _BATCH:
            frames.append(_frame(batch, columns))
            batch = []
    if not columns:
        raise InputError(
            "not_json", f"{name}: no line holds a JSON object with keys.", "JSONL needs one object a line."
        )
    frames.append(_frame(batch, columns))
    rows = pl.concat(frames, how="diagonal").select(pl.col(list(columns)).fill_null(""))
    source_rows = pl.Series("source_row", numbers, dtype=pl.Int64)
    return _keyed(rows, source_rows, rejects, layout)


def parse_parquet(name: str, content: bytes, layout: str | None = None) -> tuple[Grid, Heading]:
    """Reads a Parquet file with every value as text; null is a blank cell, records count from 1.

    Raises:
        InputError: the file is damaged, or a column holds what has no text.
    """
    with sandboxed() as box:
        rows = pl.read_ipc(box.parse("parquet", name, content, len(content)).blobs[0])
    return _keyed(rows, pl.Series("source_row", range(1, rows.height + 1), dtype=pl.Int64), [], layout)


def _keyed(
    rows: pl.DataFrame, numbers: pl.Series, rejects: list[tuple[int, str, str]], layout: str | None
) -> tuple[Grid, Heading]:
    """The grid of records whose keys are the header; of header rows among the records the layout says how many."""
    heading = read_heading([tuple(rows.columns), *rows.head(HEADER_SAMPLE).rows()], 1, layout)
    if heading.start:  # a key is a header, whatever the records look like
        heading = read_heading([tuple(rows.columns)], 1, layout)
    rest = rows.rename(dict(zip(rows.columns, heading.columns, strict=True))).slice(heading.n_rows - 1)
    return Grid(heading.columns, rest, numbers.slice(heading.n_rows - 1), rejects, list(heading.notes)), heading


def _record(line: str) -> dict[str, str] | str:
    """The cells of a line, or what is wrong with it."""
    try:
        values = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        if not isinstance(values, dict):
            return "the line is JSON, but not an object"
        if any(isinstance(value, dict | list) for value in values.values()):
            # Read again so that numbers inside a nested value are not put between quotes.
            plain = json.loads(line)
            values = {key: plain[key] if isinstance(value, dict | list) else value for key, value in values.items()}
        record = {key: _cell(value) for key, value in values.items()}
        if "\\u" in line:
            # An escape can spell half of a surrogate pair, which is not a character.
            "".join(_strings_of(record)).encode("utf-8")
    except json.JSONDecodeError as error:
        return f"not JSON from character {error.pos + 1}: {error.msg}"
    except UnicodeEncodeError:
        return "an escape stands for half a character"
    except (ValueError, RecursionError):
        return "the JSON is nested too deeply or holds a number that is too long"
    return record


def _strings_of(record: dict[str, str]) -> list[str]:
    """Keys and cells of a record, one after the other."""
    return [*record, *record.values()]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _frame(batch: list[dict[str, str]], columns: dict[str, None]) -> pl.DataFrame:
    return pl.DataFrame(
        [pl.Series(column, [record.get(column, "") for record in batch], dtype=pl.String) for column in columns]
    )
