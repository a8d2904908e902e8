"""What was read and how, as a report that JSON can hold: for people before they run, and for the page of a run."""

from __future__ import annotations

from typing import Final

import polars as pl

from consult.ingest.grid import REASONS, plural
from consult.ingest.headers import expects_prose
from consult.ingest.responses import Ingested

_LISTED: Final = 20
# Of an open question with at least so many answers, so few of which differ: it may be a closed one.
_ENOUGH: Final = 20
_REPEATING: Final = 0.2


def describe(ingested: Ingested) -> dict[str, object]:
    """Reports on what was read: sources, columns with reasons, questions, ledger, rejects and warnings.

    No text of an answer is in it. Counts are rows, or in a wide file rows for each open question.
    """
    counts = ("n_read", "n_responses", "n_rejected", "n_blank")
    mapping = ingested.mapping.to_dict()
    per_question = ingested.ledger.group_by("question_id").agg(pl.col(counts).sum())
    questions = ingested.questions.join(per_question, on="question_id", how="left", maintain_order="left")
    return {
        "sources": [dict(source) for source in ingested.sources],
        "layout": mapping["layout"],
        "columns": mapping["columns"],
        "questions": questions.with_columns(pl.col(counts).fill_null(0)).to_dicts(),
        "ledger": ingested.ledger.to_dicts(),
        "totals": {name: int(ingested.ledger[name].sum()) for name in counts},
        "n_respondents": ingested.responses["respondent_id"].n_unique(),
        "rejects": _rejects(ingested.rejects),
        "warnings": _warnings(ingested),
    }


def _rejects(rejects: pl.DataFrame) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for (reason,), rows in rejects.group_by("reason", maintain_order=True):
        listed = rows.head(_LISTED).drop("reason").to_dicts()
        found.append({"reason": reason, "meaning": REASONS[str(reason)], "n_rejected": rows.height, "rows": listed})
    return found


def _warnings(ingested: Ingested) -> list[str]:
    warnings = []
    mapping = ingested.mapping
    if mapping.name("response_id") is None:
        warnings.append(
            "No column of ids was found: row numbers are used. Name one with --id or [columns] response_id."
        )
    distinct = ingested.responses.group_by("question_id").agg(pl.len().alias("n"), pl.col("text").n_unique().alias("d"))
    measured = {question_id: (n, d) for question_id, n, d in distinct.iter_rows()}
    for question in mapping.questions:
        n, d = measured.get(question.question_id, (0, 0))
        if not n:
            warnings.append(f"Question {question.question_id!r} has no answers.")
        elif n >= _ENOUGH and d < _REPEATING * n:
            warnings.append(
                f"Question {question.question_id!r}: {plural(n, 'answer')}, but only {d:,} different texts; if people "
                f"chose among options, list it in [columns] closed."
            )
    guessed = [
        repr(column.name)
        for column in mapping.columns
        if column.role in ("open", "text") and column.source == "guessed" and not expects_prose(column.name)
    ]
    if guessed:
        flag = "--text or [columns] text" if mapping.layout == "long" else "--open or [columns] open"
        warnings.append(
            f"Taken as people's own words by what {'it holds' if len(guessed) == 1 else 'they hold'}: "
            f"{', '.join(guessed)}. If that is wrong, name the right ones with {flag}."
        )
    seen: dict[object, object] = {}
    for source in ingested.sources:
        first = seen.setdefault(source["sha256"], source["name"])
        if first != source["name"]:
            warnings.append(f"{source['name']} holds exactly the same bytes as {first}.")
        notes = source["notes"]
        for note in notes if isinstance(notes, list) else []:
            if "cells" in note or "guessed" in note or "repeated headers" in note:
                warnings.append(f"{source['name']}: {note}.")
    if ingested.rejects.height:
        was = "was" if ingested.rejects.height == 1 else "were"
        warnings.append(f"{plural(ingested.rejects.height, 'row')} {was} rejected: see the rejects.")
    return warnings
