"""The ledger: every row that was read is accounted for, to the end."""

from __future__ import annotations

from collections import Counter

import polars as pl

from consult.errors import SchemaError


def balance_ledger(
    question_id: str,
    ledger: pl.DataFrame,
    responses: pl.DataFrame,
    points: pl.DataFrame,
    texts: pl.DataFrame,
    themes: pl.DataFrame,
) -> dict[str, int]:
    """The ledger of a question, from the rows read to the themes.

    Args:
        question_id: The question.
        ledger: LEDGER of all files.
        responses: RESPONSES of the question, marked.
        points: Their POINTS.
        texts: The distinct ones.
        themes: THEMES.

    Returns:
        read = responses + rejected + blank; responses = themed + unthemed + non_answers; and respondents, points,
        distinct_points, themes.

    Raises:
        SchemaError: it does not balance: a response was lost, which must never be written.
    """
    entries = ledger.filter(pl.col("question_id") == question_id)
    status = Counter(responses["status"])
    counts = {
        "read": int(entries["n_read"].sum()),
        "responses": int(entries["n_responses"].sum()),
        "rejected": int(entries["n_rejected"].sum()),
        "blank": int(entries["n_blank"].sum()),
        "themed": status["themed"],
        "unthemed": status["unthemed"],
        "non_answers": status["non_answer"],
        "respondents": responses["respondent_id"].n_unique(),
        "points": len(points),
        "distinct_points": len(texts),
        "themes": len(themes),
    }
    first = counts["responses"] + counts["rejected"] + counts["blank"]
    second = counts["themed"] + counts["unthemed"] + counts["non_answers"]
    if counts["read"] != first or counts["responses"] != second or len(responses) != second:
        raise SchemaError("ledger_unbalanced", f"The ledger of {question_id!r} does not balance: {counts}.")
    return counts
