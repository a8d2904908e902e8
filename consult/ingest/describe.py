"""What was read and how, as a report that JSON can hold: for people before they run, and for the page of a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import polars as pl

from consult.ingest.grid import REASONS
from consult.ingest.preflight import find_needs, find_warnings
from consult.ingest.responses import Ingested

_LISTED: Final = 20


def describe(ingested: Ingested) -> dict[str, object]:
    """Reports on what was read: sources, columns with reasons, joins, questions, ledger, rejects, needs and warnings.

    `needs` is what a person must do before the files can be analysed.

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
        "joins": [asdict(join) for join in ingested.joins],
        "questions": questions.with_columns(pl.col(counts).fill_null(0)).to_dicts(),
        "ledger": ingested.ledger.to_dicts(),
        "totals": {name: int(ingested.ledger[name].sum()) for name in counts},
        "n_respondents": ingested.responses["respondent_id"].n_unique(),
        "rejects": _rejects(ingested.rejects),
        "needs": find_needs(ingested),
        "warnings": find_warnings(ingested),
    }


def _rejects(rejects: pl.DataFrame) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for (reason,), rows in rejects.group_by("reason", maintain_order=True):
        listed = rows.head(_LISTED).drop("reason").to_dicts()
        found.append({"reason": reason, "meaning": REASONS[str(reason)], "n_rejected": rows.height, "rows": listed})
    return found
