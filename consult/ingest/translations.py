"""Translations of answers that a person or a service made: kept and shown beside the answers, never analysed or quoted.

    response_id,question_id,translation,translated_by,translator,language
    812,q1,The last bus is too early.,person,Welsh unit,en

A table with the columns response_id, translation and translated_by is one of translations, wherever it is given.
question_id may be left out where an id has one answer, translator always, and language where it is English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from consult.config import IngestConfig
from consult.errors import InputError
from consult.ingest.tables import Table, read_table
from consult.schemas import TRANSLATIONS, check_frame

MAKERS: Final = ("person", "service")
_NEEDED: Final = ("response_id", "translation", "translated_by")
_COLUMNS: Final = (*_NEEDED, "question_id", "translator", "language")
_SHAPE: Final = (
    "A file of translations has the columns response_id, translation and translated_by (person or service), and may "
    "have question_id, translator (a name) and language (of the translation, such as en)."
)
_CODE: Final = re.compile(r"[a-z]{2,3}")
_STAND_IN: Final = re.compile(r"person-\d+x*")
"""What a run shows in place of an id that is personal data: which that is, is known once it is replaced."""


@dataclass(frozen=True)
class Translation:
    """A row of a file of translations.

    Attributes:
        place: The file and its row, in words.
        response_id: Whose answer.
        question_id: To which question; "" where the file does not say.
        text: The translation.
        translated_by: person or service.
        translator: The name of either; "" where the file does not say.
        language: ISO 639-1 code of the translation.
    """

    place: str
    response_id: str
    question_id: str
    text: str
    translated_by: str
    translator: str
    language: str


def is_translations(table: Table) -> bool:
    """Whether a table has the columns of one of translations."""
    return set(_NEEDED) <= {_key(header) for header in table.columns}


def read_translations(
    tables: Sequence[Table], path: Path | None, responses: pl.DataFrame
) -> tuple[tuple[Translation, ...], list[dict[str, Any]]]:
    """The translations in what was given, and what the manifest says of their files.

    Args:
        tables: Tables of any kind; those of translations are known by their columns.
        path: A file that is given as one of translations; None where there is none.
        responses: RESPONSES as read.

    Raises:
        InputError: the file cannot be read or lacks a column; a row cannot be read, has no translation or no id, does
            not say who made it, or is of no answer, of several, or of one that has a translation already.
    """
    beside = [table for table in tables if is_translations(table)]
    if path is not None:
        table = read_table(path, IngestConfig(layout="table"))
        missing = [name for name in _NEEDED if name not in {_key(header) for header in table.columns}]
        if missing:
            raise InputError("translations_column", f"{table.name}: has no column {missing[0]}.", _SHAPE)
        beside.append(table)
    given = tuple(row for table in beside for row in _rows(table))
    known = [row for row in given if not _STAND_IN.fullmatch(row.response_id)]
    _resolve(known, responses.select("question_id", "response_id", shown="response_id"))
    return given, [_source_of(table) for table in beside]


def _rows(table: Table) -> Iterator[Translation]:
    if not table.rejects.is_empty():
        row, detail = table.rejects.select("source_row", "detail").row(0)
        raise InputError("translations_row", f"{table.name}, row {row}: cannot be read: {detail}", _SHAPE)
    headers = {_key(header): header for header in table.columns}
    cells = {name: table.rows[headers[name]].to_list() for name in _COLUMNS if name in headers}
    for at, number in enumerate(table.source_rows.to_list()):
        found = {name: values[at] for name, values in cells.items()}
        place = f"{table.name}, row {number}"
        told = {name: value.strip() for name, value in found.items()}
        maker, language = told["translated_by"].casefold(), told.get("language", "").casefold() or "en"
        if not told["response_id"]:
            raise InputError("translations_row", f"{place}: the column response_id is empty.", _SHAPE)
        if not told["translation"]:
            raise InputError(
                "translations_empty", f"{place}: the translation is empty.",
                "Write it, or leave the row out: an answer without a translation is shown as it is.",
            )  # fmt: skip
        if maker not in MAKERS:
            raise InputError(
                "translations_maker",
                f"{place}, column translated_by: {told['translated_by'][:40]!r} is neither person nor service.",
                "Readers are told who made a translation: write person, or service for a machine’s.",
            )  # fmt: skip
        if not _CODE.fullmatch(language):
            raise InputError(
                "translations_language", f"{place}, column language: {language[:20]!r} is no code of a language.",
                "Write an ISO 639-1 code such as en or cy, or leave it out for English.",
            )  # fmt: skip
        yield Translation(
            place, told["response_id"], told.get("question_id", ""), found["translation"], maker,
            told.get("translator", ""), language,
        )  # fmt: skip


def place_translations(
    given: Sequence[Translation], read: pl.DataFrame, shown: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """TRANSLATIONS of each question.

    Args:
        given: What was read. Its ids are those of the files, or those that a run shows in place of personal data.
        read: RESPONSES as read.
        shown: RESPONSES as the run has them: of the questions that it analyses.

    Returns:
        Of each question that has any; what is of a question that is not analysed is left out.

    Raises:
        InputError: one is of an answer that is not there.
    """
    if not given:
        return {}
    row = ["question_id", "source_file", "source_row"]
    names = read.select(*row, "response_id").join(
        shown.select(*row, shown="response_id"), on=row, how="left"
    ).select("question_id", "response_id", "shown")  # fmt: skip
    stand_ins = names.drop_nulls().filter(pl.col("shown") != pl.col("response_id"))
    names = pl.concat([names, stand_ins.with_columns(response_id="shown")]).unique(maintain_order=True)
    found: dict[str, list[tuple[str, str, str, str, str | None]]] = {}
    for each, (question_id, response_id) in zip(given, _resolve(given, names), strict=True):
        if response_id is not None:
            told = (response_id, each.text, each.language, each.translated_by, each.translator or None)
            found.setdefault(question_id, []).append(told)
    return {
        question_id: check_frame(
            pl.DataFrame(rows, schema=TRANSLATIONS.schema, orient="row").sort("response_id"), TRANSLATIONS
        )
        for question_id, rows in found.items()
    }


def _resolve(given: Sequence[Translation], names: pl.DataFrame) -> list[tuple[str, str | None]]:
    """The question and the shown id of each row; that id is None where the answer is to a question left out.

    Args:
        given: The rows.
        names: question_id, response_id as it may be given, and shown.
    """
    wanted = names.filter(pl.col("response_id").is_in([each.response_id for each in given]))
    where: dict[str, dict[str, str | None]] = {}
    for question_id, response_id, shown in wanted.iter_rows():
        where.setdefault(response_id, {})[question_id] = shown
    taken: dict[tuple[str, str], str] = {}
    found: list[tuple[str, str | None]] = []
    for each in given:
        answers = where.get(each.response_id, {})
        meant = [q for q in answers if not each.question_id or q == each.question_id]
        if not meant:
            to = f" to the question {each.question_id!r}" if each.question_id else ""
            raise InputError(
                "translations_unknown", f"{each.place}: there is no answer {each.response_id!r}{to}.",
                "Ids are those of the file of answers; `consult check` shows which column they are taken from.",
            )  # fmt: skip
        if len(meant) > 1:
            raise InputError(
                "translations_several",
                f"{each.place}: {each.response_id!r} answered {len(meant)} questions: {', '.join(meant)}.",
                "Say in a column question_id which answer is translated.",
            )  # fmt: skip
        key = (meant[0], each.response_id)
        if key in taken:
            raise InputError(
                "translations_twice",
                f"{each.place}: the answer {each.response_id!r} has a translation in {taken[key]}.",
                "Keep one of them.",
            )  # fmt: skip
        taken[key] = each.place
        found.append((meant[0], answers[meant[0]]))
    return found


def _source_of(table: Table) -> dict[str, Any]:
    """What the manifest says of a file of translations, as of any file."""
    n = table.rows.height
    note = f"{n:,} translation{'' if n == 1 else 's'}: shown beside the answers, and neither analysed nor quoted"
    return {
        "name": table.name, "sha256": table.sha256, "bytes": table.n_bytes, "rows": n, "notes": [*table.notes, note],
        "layout": table.found.layout.name, "layout_title": "Translations", "layout_reasons": ["of its columns"],
        "layout_source": "guessed", "needs": "", "read_as": "translations", "answers": [], "set_apart": [],
    }  # fmt: skip


def _key(header: str) -> str:
    return header.strip().casefold().replace(" ", "_")
