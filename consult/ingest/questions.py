"""The open questions: their ids and wordings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from consult.ingest.grid import is_blank
from consult.ingest.tables import Table

_MAX_ID: Final = 40


@dataclass(frozen=True)
class Question:
    """One open question.

    Attributes:
        question_id: Its id, as in the file or made from the header.
        wording: As it was put to people, or the header.
        column: The header of the column with its answers.
    """

    question_id: str
    wording: str
    column: str


def question_ids(wordings: Sequence[str], chosen: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """An id for each wording: the chosen one; itself where it is short and plain; else its first words; all unique."""
    ids: list[str] = []
    for place, wording in enumerate(wordings, start=1):
        base = chosen.get(wording) or _plain(wording) or f"q{place}"
        question_id, number = base, 2
        while question_id in ids:
            question_id, number = f"{base}-{number}", number + 1
        ids.append(question_id)
    return ids


def asked_questions(
    tables: Sequence[Table], id_column: str | None, wording_column: str | None, text_column: str, default: str
) -> tuple[Question, ...]:
    """The questions of a long file, in the order in which they first appear.

    Args:
        tables: The files.
        id_column: The column with question ids, or None: then each wording is a question of its own.
        wording_column: The column with the wording, or None: then the id stands for it.
        text_column: The column with the answers.
        default: The id of the only question, where the file names none.
    """
    key = id_column if id_column is not None else wording_column
    if key is None:
        return (Question(default, default, text_column),)
    rows = pl.concat([table.rows.select(pl.col(key).alias("key"), pl.col(wording_column or key).alias("wording"))
                      for table in tables])  # fmt: skip
    first = (
        rows.filter(~is_blank(pl.col("key")))
        .group_by("key", maintain_order=True)
        .agg(pl.col("wording").filter(~is_blank(pl.col("wording"))).first())
    )
    keys = first["key"].to_list()
    wordings = [wording if wording is not None else name for name, wording in first.iter_rows()]
    ids = keys if id_column is not None else question_ids(keys)
    return tuple(
        Question(question_id, wording, text_column) for question_id, wording in zip(ids, wordings, strict=True)
    )


def _plain(wording: str) -> str:
    """The wording if it can name a folder, else a lower-case slug of its first words, at most 40 characters."""
    stripped = wording.strip()
    if len(stripped) <= _MAX_ID and re.fullmatch(r"[\w .\-]+", stripped) and stripped.strip(". "):
        return stripped
    slug = ""
    for word in re.findall(r"\w+", re.sub(r"['’]", "", wording.lower())):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > _MAX_ID:
            break
        slug = longer
    return slug
