"""Plain sentences that a reader of a run must see: what was left undone, and where its figures are weak."""

from __future__ import annotations

from collections import Counter

import polars as pl

from consult.words import FEW_TEXTS, LANGUAGES, language_of


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


def run_notes(*, respondents_known: bool, languages: list[str], builtin: bool) -> list[str]:
    """Notes on the whole run.

    Args:
        respondents_known: Whether the file says who gave which answers.
        languages: The main language of each question.
        builtin: Whether the built-in embedding model was used.
    """
    notes = ["Personal data was not removed and copied campaigns were not grouped: this version does neither."]
    if not respondents_known:
        notes.append("The file does not say who answered: each response is counted as one person.")
    foreign = sorted({LANGUAGES[language] for language in languages if language != "en"})
    if builtin and foreign:
        notes.append(
            f"The built-in embedding model reads English best, and most answers here are in {' and '.join(foreign)}: "
            "themes are coarser than they would be with a multilingual model, which [embedding] can name."
        )
    return notes


def respondents_known(layout: str, respondent_column: str | None, responses: pl.DataFrame) -> bool:
    """Whether a run of several questions knows which answers are one person's: an id that stands for more than one."""
    several = responses["question_id"].n_unique() > 1
    crossing = responses["respondent_id"].n_unique() < len(responses)
    return layout == "wide" or respondent_column is not None or not several or crossing
