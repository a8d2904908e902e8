"""CSV for spreadsheets and JSON Lines for programs: a file a frame, all questions together."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from consult.analysis import Run
from consult.report.frames import EXPORTED, join_questions
from consult.report.phrases import all_notes, limits_of, made_when

# What makes a spreadsheet take a cell for a formula.
# Source: OWASP, "CSV Injection".
_FORMULA: Final = r"^([=+\-@\t\r])"

_ESCAPING: Final = """\
Escaping
  A cell that starts with = + - @, a tab or a carriage return has an apostrophe (') put in front of it here, so that no
  spreadsheet runs it as a formula. This is so in every column, ids included. Nothing else is changed.
  The jsonl export is exact: use it for programs.
  Several values in one cell (keywords, response_ids) are joined with "; ".
  An empty cell without quotation marks holds no value; "" is an empty text.
  Files are UTF-8 with a byte order mark, which Excel needs to show accents. When Excel opens a CSV by a double click it
  turns ids such as 0012 into numbers; import it through Data > From Text/CSV with the columns as text, or use the
  xlsx export.
"""


def write_jsonl(run: Run, folder: Path) -> list[str]:
    """Writes each frame as JSON Lines: every value exactly as the run holds it, null where there is none."""
    for name in EXPORTED:
        join_questions(run, name).write_ndjson(folder / f"{name}.jsonl")
    return [f"{name}.jsonl" for name in EXPORTED]


def write_csv(run: Run, folder: Path) -> list[str]:
    """Writes each frame as CSV that a spreadsheet opens safely, and README.txt that says what they hold."""
    heights = {}
    for name in EXPORTED:
        frame = join_questions(run, name)
        heights[name] = frame.height
        _escape_formulas(frame).write_csv(folder / f"{name}.csv", include_bom=True, quote_style="non_numeric")
    (folder / "README.txt").write_text(_describe(run, heights), encoding="utf-8-sig")
    return ["README.txt", *(f"{name}.csv" for name in EXPORTED)]


def _escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    joined = frame.with_columns(
        pl.col(name).list.join("; ") for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)
    )
    return joined.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${1}"))


def _describe(run: Run, heights: dict[str, int]) -> str:
    lines = [
        run.name,
        "",
        f"Made {made_when(run.manifest)}.",
        *limits_of(run.manifest),
        *all_notes(run),
        "",
        _ESCAPING,
        "Files",
    ]
    for name, (spec, meaning) in EXPORTED.items():
        lines += ["", f"  {name}.csv ({heights[name]:,} rows). {meaning}"]
        if "question_id" not in spec.columns and name == "points":
            lines.append("    question_id: the question that the response answers")
        lines += [f"    {column}: {said}" for column, (_, said) in spec.columns.items()]
    return "\n".join(lines) + "\n"
