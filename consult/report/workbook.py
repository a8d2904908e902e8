"""One Excel workbook for people who work in a spreadsheet: themes, evidence, responses and the ledger.

Text is written as text: never as a formula, a link or a number. What does not fit is continued, never cut: a long text
in further columns, a long table on further sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consult.analysis import Run
from consult.groups import WHAT_GROUPS_ARE_NOT, hiding_sentence, smallest_of
from consult.references import KINDS
from consult.report.frames import join_questions
from consult.report.ledger import ledger_lines, total_line
from consult.report.phrases import (
    all_notes,
    balance_sentence,
    limits_of,
    made_at,
    made_when,
    stability_word,
    what_this_is,
)
from consult.strength import STRENGTH, strength_in_words

# Source: Microsoft, "Excel specifications and limits". Characters are UTF-16 units.
_MAX_CHARACTERS: Final = 32_767
MAX_ROWS: Final = 1_048_576
"""Rows of a sheet, the header's among them."""
_FILE: Final = "report.xlsx"
_WIDE: Final = 70
_WIDTHS: Final = {"text": _WIDE, "quote": _WIDE, "summary": _WIDE, "question": 40, "theme": 40,
                  "broad theme": 40, "part of": 40, "themes": 50,
                  "keywords": 40, "detail": 50, "meaning": 40, "source file": 24, "column": 24}  # fmt: skip
_WIDTH: Final = 14


@dataclass(frozen=True)
class _Sheet:
    """A table of the workbook; `shares` are its columns in [0, 1]."""

    name: str
    rows: pl.DataFrame
    shares: frozenset[str] = field(default_factory=frozenset)


def write_xlsx(run: Run, folder: Path) -> list[str]:
    """Writes report.xlsx: About, Ledger, Themes, Quotes, Groups, Campaigns, Responses and the other frames."""
    options = {
        # Rows go to disk as they are written, so that a million responses do not fill the memory; and to this folder,
        # so that no response is left behind in a shared one.
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(str(folder / _FILE), options) as book:
            made = made_at(run.manifest)
            book.set_properties({"title": run.name[:255]} | ({"created": made.replace(tzinfo=None)} if made else {}))
            formats = {
                "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
                "text": book.add_format({"text_wrap": True, "valign": "top"}),
                "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
                "strength": book.add_format({"num_format": "0.00", "valign": "top"}),
                "share": book.add_format({"num_format": "0%", "valign": "top"}),
            }
            _write_about(book.add_worksheet("About"), run, formats)
            for sheet in _sheets(run):
                for name, rows in _pages(sheet):
                    _write_table(book.add_worksheet(name), rows, sheet.shares, formats)
    except XlsxWriterException as error:
        raise OSError(f"the workbook could not be written ({type(error).__name__})") from None
    return [_FILE]


def _sheets(run: Run) -> Iterator[_Sheet]:
    yield _Sheet("Ledger", _ledger(run))
    yield _Sheet("Themes", _themes(run), frozenset({"share of people who answered"}))
    yield _Sheet("Broad themes", _parents(run), frozenset({"share of people who answered"}))
    titles = join_questions(run, "themes").select("question_id", "theme_id", "rank", theme="title")
    key = ["question_id", "theme_id"]
    yield _Sheet("Quotes", _readable(
        join_questions(run, "quotes").join(titles, on=key, how="left", maintain_order="left")
        .select("question_id", "rank", "theme", "position", "quote", "response_id", "start", "end", "theme_id")
    ))  # fmt: skip
    yield _Sheet("Groups", _groups(run, titles), frozenset({"share of the group", "share of the theme"}))
    yield _Sheet("Campaigns", _campaigns(run, titles))
    texts = join_questions(run, "responses").select("question_id", "response_id", "text")
    yield _Sheet("Alike", _readable(
        join_questions(run, "alike").join(texts, on=["question_id", "response_id"], how="left", maintain_order="left")
        .select("question_id", "alike_id", "response_id", "text", "n_responses", "similarity", "nearest_response_id",
                "by")
        .sort("question_id", "alike_id", "response_id").rename({"n_responses": "responses", "by": "unusual by"})
    ))  # fmt: skip
    yield _Sheet("Responses", _responses(run, titles))
    yield _Sheet("Non-answers", _non_answers(run))
    yield _Sheet("Assignments", _readable(
        join_questions(run, "assignments").join(titles, on=key, how="left", maintain_order="left")
        .with_columns(
            in_words=pl.when(pl.col("assigned_by") == "machine").then(
                pl.col("strength").map_elements(strength_in_words, return_dtype=pl.String)
            )
        )
        .select("question_id", "response_id", "theme", "strength", "in_words", "point_id", "start", "end",
                "assigned_by", "theme_id")
        .rename({"in_words": "strength_in_words"})
    ))  # fmt: skip
    yield _Sheet("Respondents", _readable(run.respondents))
    yield _Sheet("Answers", _readable(run.answers).rename({"question id": "question"}))
    yield _Sheet("Rejects", _readable(run.rejects))


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns named in words, lists joined."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(pl.col(lists).list.join("; ")).rename(lambda name: name.replace("_", " "))


def _ledger(run: Run) -> pl.DataFrame:
    lines = ledger_lines(run)
    return pl.DataFrame(
        [
            (line.question_id, line.label, line.n_read, line.n_responses, line.n_rejected, line.n_blank, line.n_themed,
             line.n_unthemed, line.n_non_answers, line.n_not_analysed, "yes" if line.balances else "NO")
            for line in lines
        ],
        schema={"question id": pl.String, "question": pl.String}
        | dict.fromkeys(("rows read", "responses", "rejected", "blank", "in a theme", "in no theme", "non-answers",
                         "not analysed"), pl.Int64)
        | {"balances": pl.String},
        orient="row",
    )  # fmt: skip


def _themes(run: Run) -> pl.DataFrame:
    key = ["question_id", "theme_id"]
    summaries = (
        join_questions(run, "summaries")
        .sort("position")
        .group_by(key, maintain_order=True)
        .agg(summary=pl.col("sentence").str.join(" "))
    )
    titles = join_questions(run, "parents").select("question_id", "parent_id", part_of="title")
    return _readable(
        join_questions(run, "themes")
        .join(run.questions.rename({"wording": "question"}), on="question_id", how="left", maintain_order="left")
        .join(summaries, on=key, how="left", maintain_order="left")
        .join(titles, on=["question_id", "parent_id"], how="left", maintain_order="left")
        .select(
            "question_id", "question", "rank", "title", "n_respondents", "n_responses", "n_distinct", "share",
            "rank_distinct",
            pl.struct("stability", "source").map_elements(stability_word, return_dtype=pl.String).alias("stability"),
            "source", "keywords", "summary", "part_of", "theme_id",
        )
        .rename({"title": "theme", "n_respondents": "people", "n_responses": "responses",
                 "n_distinct": "distinct texts", "share": "share of people who answered",
                 "rank_distinct": "rank by distinct texts"})
    )  # fmt: skip


def _parents(run: Run) -> pl.DataFrame:
    key = ["question_id", "parent_id"]
    themes = (
        join_questions(run, "themes")
        .sort("rank")
        .drop_nulls("parent_id")
        .group_by(key, maintain_order=True)
        .agg(themes=pl.col("title").str.join("; "))
    )
    return _readable(
        join_questions(run, "parents")
        .join(run.questions.rename({"wording": "question"}), on="question_id", how="left", maintain_order="left")
        .join(themes, on=key, how="left", maintain_order="left")
        .select("question_id", "question", "rank", "title", "n_respondents", "n_responses", "n_distinct", "share",
                "rank_distinct", "n_themes", "themes", "parent_id")
        .rename({"title": "broad theme", "n_respondents": "people", "n_responses": "responses",
                 "n_distinct": "distinct texts", "share": "share of people who answered",
                 "rank_distinct": "rank by distinct texts", "n_themes": "number of themes"})
    )  # fmt: skip


def _groups(run: Run, titles: pl.DataFrame) -> pl.DataFrame:
    return _readable(
        join_questions(run, "groups")
        .join(titles, on=["question_id", "theme_id"], how="left", maintain_order="left")
        .with_columns(
            shown=pl.when(pl.col("n_respondents").is_null()).then(pl.lit("not shown")).otherwise(pl.lit("yes"))
        )
        .select("question_id", "field", "rank", "theme", "group", "n_respondents", "n_group", "share", "compared",
                "share_of_theme", "shown", "theme_id")
        .rename({"n_respondents": "people", "n_group": "people of the group", "share": "share of the group",
                 "compared": "against everyone", "share_of_theme": "share of the theme"})
    )  # fmt: skip


def _campaigns(run: Run, titles: pl.DataFrame) -> pl.DataFrame:
    key = ["question_id", "campaign_id"]
    listed = join_questions(run, "campaigns")
    themes = (
        listed.select(*key, theme_id="theme_ids")
        .explode("theme_id", empty_as_null=False)
        .join(titles, on=["question_id", "theme_id"], how="left", maintain_order="left")
        .group_by(key, maintain_order=True)
        .agg(themes=pl.col("theme").str.join("; "))
    )
    return _readable(
        listed.join(themes, on=key, how="left", maintain_order="left")
        .select("question_id", "campaign_id", "n_respondents", "n_responses", "n_texts", "n_exact", "n_adding",
                "first_on", "last_on", "n_dated", "skeleton", "themes", "canonical_response_id")
        .rename({"n_respondents": "people", "n_responses": "responses", "n_texts": "distinct texts",
                 "n_exact": "in the same words", "n_adding": "with words of their own", "first_on": "first submitted",
                 "last_on": "last submitted", "n_dated": "with a date", "skeleton": "text",
                 "canonical_response_id": "response that stands for it"})
    )  # fmt: skip


def _responses(run: Run, titles: pl.DataFrame) -> pl.DataFrame:
    key = ["question_id", "response_id"]
    themes = (
        join_questions(run, "assignments")
        .join(titles, on=["question_id", "theme_id"], how="left")
        .sort("rank")
        .group_by(key, maintain_order=True)
        .agg(themes=pl.col("theme").str.join("; "))
    )
    told = join_questions(run, "responses").join(themes, on=key, how="left", maintain_order="left")
    columns = ["question_id", "response_id", "text", "status", "themes", "respondent_id", "submitted_at", "source_file",
               "source_row"]  # fmt: skip
    translations = join_questions(run, "translations")
    if translations.height:
        told = told.join(translations, on=key, how="left", maintain_order="left")
        columns[3:3] = ["translation", "language", "translated_by", "translator"]
    return _readable(told.select(columns).rename({"language": "translated into"}, strict=False))


def _non_answers(run: Run) -> pl.DataFrame:
    """Responses that say nothing, by class; and those that people put back, which are answers."""
    columns = [
        "question_id",
        "response_id",
        "respondent_id",
        "class",
        "meaning",
        "counted_as",
        "text",
        "refers_to",
        "that_answer",
    ]
    parts = [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))]
    for analysis in run.analyses:
        back = analysis.responses.filter(pl.col("response_id").is_in(list(analysis.put_back)))
        both = pl.concat(
            [
                run.non_answers(analysis.question_id).with_columns(counted_as=pl.lit("non-answer")),
                back.select("response_id", "respondent_id", "text").with_columns(
                    kind=pl.col("response_id").replace(analysis.put_back),
                    counted_as=pl.lit("answer: put back by a person"),
                ),
            ],
            how="diagonal",
        )
        parts.append(
            both.select(
                pl.lit(analysis.question_id).alias("question_id"), "response_id", "respondent_id",
                pl.col("kind").alias("class"), pl.col("kind").replace(KINDS).alias("meaning"), "counted_as", "text",
                "refers_to", pl.coalesce("refers_to_response_id", "refers_to_option").alias("that_answer"),
            )
        )  # fmt: skip
    return _readable(pl.concat(parts))


def _pages(sheet: _Sheet) -> Iterator[tuple[str, pl.DataFrame]]:
    """The table cut to what a sheet takes: "Responses", "Responses (2)" and so on."""
    rows = sheet.rows.select(part for name in sheet.rows.columns for part in _split(sheet.rows[name]))
    room = MAX_ROWS - 1
    for page, start in enumerate(range(0, max(rows.height, 1), room), start=1):
        yield (sheet.name if page == 1 else f"{sheet.name} ({page})"), rows.slice(start, room)


def _split(column: pl.Series) -> list[pl.Series]:
    """A column as one or more whose cells Excel takes; joined from left to right they are the text unchanged."""
    # A text has no more UTF-16 units than it has bytes of UTF-8, which polars counts fast.
    longest = column.str.len_bytes().max() if column.dtype == pl.String else None
    if not isinstance(longest, int) or longest <= _MAX_CHARACTERS:
        return [column]
    pieces = [None if text is None else _pieces(text) for text in column]
    n_columns = max(len(cut) for cut in pieces if cut is not None)
    return [
        pl.Series(
            column.name if place == 0 else f"{column.name} ({place + 1})",
            [cut[place] if cut is not None and place < len(cut) else None for cut in pieces],
            dtype=pl.String,
        )
        for place in range(n_columns)
    ]


def _pieces(text: str) -> list[str]:
    if len(text.encode("utf-16-le")) <= 2 * _MAX_CHARACTERS:
        return [text]
    # Half as many characters always fit, as a character is at most two units; no character is cut in two.
    size = _MAX_CHARACTERS if text.isascii() else _MAX_CHARACTERS // 2
    return [text[start : start + size] for start in range(0, len(text), size)]


def _write_table(sheet: Worksheet, rows: pl.DataFrame, shares: frozenset[str], formats: dict[str, Format]) -> None:
    kinds = []
    for place, (name, dtype) in enumerate(rows.schema.items()):
        kind = "share" if name in shares else "strength" if dtype.is_float() else "number"
        kinds.append("text" if dtype == pl.String else kind)
        sheet.set_column(place, place, _WIDTHS.get(name.split(" (")[0], _WIDTH))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows.height, 1), rows.width - 1)
    for place, name in enumerate(rows.columns):
        sheet.write_string(0, place, name, formats["header"])
    for row, cells in enumerate(rows.iter_rows(), start=1):
        for place, cell in enumerate(cells):
            if cell is not None:
                _write_cell(sheet, row, place, cell, formats[kinds[place]])


def _write_cell(sheet: Worksheet, row: int, place: int, cell: str | float, style: Format) -> None:
    if isinstance(cell, str):
        refused = sheet.write_string(row, place, cell, style)
    else:
        refused = sheet.write_number(row, place, cell, style)
    if refused:  # xlsxwriter reports what it leaves out instead of raising
        raise AssertionError(f"a cell that does not fit the sheet {sheet.name!r}")


def _write_about(sheet: Worksheet, run: Run, formats: dict[str, Format]) -> None:
    model: Any = run.manifest.get("model")
    total = total_line(ledger_lines(run))
    told: list[tuple[str, str | int]] = [
        ("Consultation", run.name),
        ("What this is", what_this_is(run.manifest)),
        ("Made", made_when(run.manifest)),
        ("Consult version", str(run.manifest.get("consult_version", "not recorded"))),
        ("Model", str(model.get("name", "not recorded") if model else "not recorded")),
        ("Seed", str(run.manifest.get("seed", "not recorded"))),
        ("Questions", run.questions.height),
        ("Rows read", total.n_read),
        ("Responses", total.n_responses),
        ("Rows rejected", total.n_rejected),
        ("Rows blank", total.n_blank),
        ("Responses in a theme", total.n_themed),
        ("Responses in no theme", total.n_unthemed),
        ("Non-answers", total.n_non_answers),
        ("Responses not analysed", total.n_not_analysed),
        ("Does it add up?", balance_sentence(total)),
        *(("" if place else "What these numbers are not", said) for place, said in enumerate(limits_of(run.manifest))),
        ("Groups", f"{WHAT_GROUPS_ARE_NOT} {hiding_sentence(smallest_of(run.manifest))} The sheets Responses, "
         "Assignments, Respondents and Answers hold every person: do not publish those."),
        ("Strength", STRENGTH),
        *(("Note", note) for note in all_notes(run)),
        ("Long texts", "Excel holds 32,767 characters a cell: a longer text goes on in columns named (2), (3) …, and a "
         "table of more than 1,048,575 rows on sheets named (2), (3) …. Nothing is cut."),
    ]  # fmt: skip
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, (name, value) in enumerate(told):
        sheet.write_string(row, 0, name, formats["header"])
        parts: Sequence[str | int] = [value] if isinstance(value, int) else _pieces(value)
        for place, part in enumerate(parts, start=1):
            _write_cell(sheet, row, place, part, formats["number" if isinstance(part, int) else "text"])
