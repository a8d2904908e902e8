"""What stands beside the analysis of a run and enters none of its stages: decisions to check, translations to show."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl

from consult.analysis import Analysis
from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import Ingested, place_translations
from consult.notes import translation_note
from consult.redact import PatternRedactor, Redactor, redact_values
from consult.schemas import TRANSLATIONS


def check_decisions(config: AnalysisConfig, *frames: pl.DataFrame) -> None:
    """Looks whether the responses of which people decided are there.

    Args:
        config: Its section nonanswers.
        frames: RESPONSES, as read and as they are named in the run.

    Raises:
        InputError: one is not.
    """
    for key in ("answers", "set_aside"):
        wanted = getattr(config.nonanswers, key)
        named = pl.col("question_id") + ":" + pl.col("response_id")
        known: set[str] = set()
        for responses in frames if wanted else ():
            known |= {*responses["response_id"], *responses.select(named).to_series()}
        lost = [each for each in wanted if each not in known]
        if lost:
            raise InputError(
                "decision_unknown",
                f"[nonanswers] {key}: {lost[0]!r} is no response of these files"
                + (f", nor are {len(lost) - 1:,} more." if len(lost) > 1 else "."),
                "Give the id that the run shows, or question:id; `consult show RUN --non-answers` lists them.",
            )


def translations_of(
    ingested: Ingested,
    read: pl.DataFrame,
    config: AnalysisConfig,
    redactor: Redactor | None,
    redacted: dict[str, Any] | None,
) -> dict[str, pl.DataFrame]:
    """TRANSLATIONS of each question that has any, without personal data, whose kinds are counted in `redacted`.

    No stage is given them.
    """
    placed = place_translations(ingested.translations, read, ingested.responses)
    if redacted is None or not placed:
        return placed
    by, counts = redactor or PatternRedactor(config.redact), Counter[str]()
    for question_id, each in placed.items():
        placed[question_id], found = redact_values(each, "translation", TRANSLATIONS.key, by, config.redact)
        counts.update(found)
    redacted["translations"] = dict(sorted(counts.items()))
    return placed


def with_translations(analysis: Analysis, translations: pl.DataFrame | None) -> Analysis:
    """An analysis with TRANSLATIONS beside its answers, and a note on who made them."""
    if translations is None:
        return analysis
    notes = [*analysis.manifest["notes"], translation_note(Counter(translations["translated_by"]))]
    return replace(analysis, translations=translations, manifest=analysis.manifest | {"notes": notes})
