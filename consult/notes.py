"""Plain sentences that a reader of a run must see: what was left undone, and where its figures are weak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from consult.words import FEW_TEXTS, LANGUAGES, PERSONAL, language_of


def question_notes(answered: pl.DataFrame, themes: pl.DataFrame, language: str) -> list[str]:
    """Notes on one question.

    Args:
        answered: RESPONSES that say something.
        themes: THEMES.
        language: The ISO 639-1 code that most of them are in.
    """
    notes = []
    n = len(answered)
    if not n:
        notes.append("No response has something to say, so there are no themes.")
    elif themes.is_empty():
        notes.append(
            f"{n} response{'' if n == 1 else 's'} with something to say: too few to find themes. "
            "Every text is listed, with the words that most of them use."
        )
    others = Counter(found for found in map(language_of, answered["text"]) if found not in (None, language))
    for other, n in sorted(others.items(), key=lambda item: (-item[1], item[0])):
        if n >= FEW_TEXTS:
            notes.append(
                f"{n:,} of {len(answered):,} answers look {LANGUAGES[other]}. The embedding model reads one language "
                f"best, so some themes may gather answers by their language and not by their subject: read every "
                f"answer in {LANGUAGES[other]} beside the themes."
            )
    return notes


def run_notes(
    *, redacted: Mapping[str, Any] | None, respondents_known: bool, languages: list[str], builtin: bool
) -> list[str]:
    """Notes on the whole run.

    Args:
        redacted: What was counted of personal data; None where it was not looked for.
        respondents_known: Whether the file says who gave which answers.
        languages: The main language of each question.
        builtin: Whether the built-in embedding model was used.
    """
    notes = [redaction_note(redacted), "Copied campaigns were not grouped: this version does not do it."]
    if not respondents_known:
        notes.append("The file does not say who answered: each response is counted as one person.")
    foreign = sorted({LANGUAGES[language] for language in languages if language != "en"})
    if builtin and foreign:
        notes.append(
            f"The built-in embedding model reads English best, and most answers here are in {' and '.join(foreign)}: "
            "themes are coarser than they would be with a multilingual model, which [embedding] can name."
        )
    return notes


def redaction_note(redacted: Mapping[str, Any] | None) -> str:
    """What was done about personal data, and what cannot be."""
    if redacted is None:
        return "Personal data was not removed: [redact] on = false. Every text is as it was submitted."
    kinds: Mapping[str, int] = redacted["texts"]
    ranked = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{PERSONAL.get(kind, kind)} {n:,}" for kind, n in ranked)
    n, n_responses, n_ids = sum(kinds.values()), redacted["responses"], redacted["ids"]
    found = (
        f"{n:,} in {n_responses:,} response{'' if n_responses == 1 else 's'} ({listed})"
        if n
        else "none in the responses"
    )
    also = f", and {sum(redacted['values'].values()):,} in other columns" if redacted["values"] else ""
    ids = f" {n_ids:,} ids that were personal data got stand-ins, such as person-1." if n_ids else ""
    return (
        f"Personal data was looked for by its form and the words beside it, and replaced: {found}{also}.{ids} "
        "Names that no title, introduction or signature marks, and details told in words, are not found: read "
        "before you publish."
    )


def respondents_known(layout: str, respondent_column: str | None, responses: pl.DataFrame) -> bool:
    """Whether a run of several questions knows which answers are one person's: an id that stands for more than one."""
    several = responses["question_id"].n_unique() > 1
    crossing = responses["respondent_id"].n_unique() < len(responses)
    return layout == "wide" or respondent_column is not None or not several or crossing
