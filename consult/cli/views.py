"""A run, a theme, a response as JSON values: what `--json` prints and the tables are made from."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import polars as pl

from consult.analysis import Analysis, Run
from consult.copied import tell_member
from consult.errors import RunError
from consult.languages import NAMES
from consult.naming import find_name, quoted
from consult.report.phrases import says_something, sum_of_responses, sum_of_rows, translation_heading

_TEXTS: Final = 20
"""Responses that are listed for a question without themes; the exports hold all."""


def run_view(run: Run) -> dict[str, Any]:
    """The run: ledger and ranked themes of every question."""
    return {
        "run": run.name,
        "folder": str(run.folder) if run.folder else None,
        "report": str(run.folder / "report.html") if run.folder else None,
        "counts": run.manifest["counts"],
        "whole_ledger": whole_ledger(run),
        "questions": [question_view(analysis) for analysis in run.analyses],
        "notes": run.manifest.get("notes", []),
    }


def question_view(analysis: Analysis) -> dict[str, Any]:
    """One question: ledger, ranked themes, notes; without themes the first texts, and the words of several of them."""
    themed = len(analysis.themes) > 0
    unthemed = analysis.responses.filter(pl.col("status") == "unthemed").sort("response_id")
    return {
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "ledger": ledger_sentence(analysis.counts),
        "counts": analysis.counts,
        "themes": analysis.themes.drop("question_id").to_dicts(),
        "parents": analysis.parents.drop("question_id").to_dicts(),
        "notes": analysis.manifest.get("notes", []),
        "non_answers": analysis.manifest.get("non_answers", {}),
        "languages": analysis.manifest.get("languages", {}),
        "words": [] if themed else [[word, n] for word, n in analysis.manifest.get("keywords", []) if n > 1],
        "texts": [] if themed else unthemed.head(_TEXTS).select("response_id", "text").to_dicts(),
    }


def theme_view(analysis: Analysis, theme_id: str) -> dict[str, Any]:
    """One theme: counts, summary, quotes, and every response that raises it."""
    mine = pl.col("theme_id") == theme_id
    row = analysis.theme(theme_id)
    return {
        **row,
        "part_of": None if row["parent_id"] is None else analysis.parent(row["parent_id"])["title"],
        "summary": analysis.summaries.filter(mine).select("sentence", "response_ids", "method").to_dicts(),
        "quotes": [
            quote | {"translation": translation_of(analysis, quote["response_id"])}
            for quote in analysis.quotes.filter(mine).select("quote", "response_id", "start", "end").to_dicts()
        ],
        "responses": analysis.responses_of(theme_id)
        .select("response_id", "strength", "start", "end", "text")
        .to_dicts(),
    }


def parent_view(analysis: Analysis, parent_id: str) -> dict[str, Any]:
    """One broad theme: its counts, and the themes that are a part of it.

    Raises:
        RunError: there is no such parent.
    """
    return {
        **analysis.parent(parent_id),
        "themes": analysis.themes_of(parent_id).drop("question_id", "parent_id").to_dicts(),
    }


def response_view(run: Run, question: str | None, response_id: str) -> list[dict[str, Any]]:
    """A response in full, with its points and themes: one entry for each question that has one of this id.

    Raises:
        RunError: no question has a response of this id.
    """
    analyses = [run.analysis(question)] if question is not None else list(run.analyses)
    ids = list(dict.fromkeys(each for analysis in analyses for each in analysis.responses["response_id"]))
    given, response_id = response_id, find_name(response_id, ids) or response_id
    found = []
    for analysis in analyses:
        rows = analysis.responses.filter(pl.col("response_id") == response_id)
        if rows.is_empty():
            continue
        row = rows.row(0, named=True)
        points = analysis.points.filter(pl.col("response_id") == response_id).select("point_id", "start", "end")
        titles = analysis.themes.select("theme_id", "title")
        themes = analysis.assignments.filter(pl.col("response_id") == response_id).join(titles, on="theme_id")
        found.append(
            {
                **row,
                "language": language_of(analysis, response_id),
                "translation": translation_of(analysis, response_id),
                "campaign": _campaign_of(analysis, response_id),
                "put_back": response_id in analysis.put_back,
                "refers": run.referred(analysis.question_id, response_id),
                "points": [p | {"text": row["text"][p["start"] : p["end"]]} for p in points.to_dicts()],
                "themes": themes.select(
                    "theme_id", "title", "strength", "point_id", "start", "end", "assigned_by"
                ).to_dicts(),
            }
        )
    if not found:
        raise RunError(
            "response_missing",
            f"Run {run.name!r} has no response {quoted(given)}" + (f" to {quoted(question)}." if question else "."),
            (f"Ids are written like {quoted(min(ids))}. " if ids else "")
            + "Ids are those of the file; rows that were rejected are in rejects.parquet.",
        )
    return found


def _campaign_of(analysis: Analysis, response_id: str) -> dict[str, Any] | None:
    """What a response is as a copy; None where it is none."""
    mine = pl.col("response_id") == response_id
    found = analysis.campaigns.filter(mine)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    kinds = analysis.campaigns.filter(pl.col("campaign_id") == row["campaign_id"])["kind"]
    return tell_member(row, kinds, analysis.own_words.filter(mine))


def language_of(analysis: Analysis, response_id: str) -> dict[str, str] | None:
    """The language that a response is in: code and name; None in a run of before it was kept."""
    found = analysis.languages.filter(pl.col("response_id") == response_id)["language"]
    return {"code": found[0], "name": NAMES.get(found[0], found[0])} if len(found) else None


def translation_of(analysis: Analysis, response_id: str) -> dict[str, Any] | None:
    """The translation of a response, with a heading that says who made it; None where there is none."""
    rows = analysis.translations.filter(pl.col("response_id") == response_id).drop("response_id")
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return row | {"heading": translation_heading(row["language"], row["translated_by"], row["translator"])}


def non_answers_view(run: Run, analysis: Analysis) -> dict[str, Any]:
    """Every response that says nothing, with its class and the answer that it refers to; and those put back."""
    listed = run.non_answers(analysis.question_id)
    texts = analysis.responses.filter(pl.col("response_id").is_in(list(analysis.put_back)))
    return {
        "counts": dict(sorted(Counter(listed["kind"]).items())),
        "non_answers": listed.to_dicts(),
        "put_back": [
            {"response_id": response_id, "looks_like": analysis.put_back[response_id], "text": text}
            for response_id, text in texts.select("response_id", "text").sort("response_id").iter_rows()
        ],
    }


def ledger_sentence(counts: dict[str, int]) -> str:
    """The ledger of a question in words."""
    rows = sum_of_rows(*(counts[name] for name in ("read", "responses", "rejected", "blank")))
    responses = sum_of_responses(*(counts[name] for name in ("responses", "themed", "unthemed", "non_answers")))
    nothing = counts["responses"] and counts["responses"] == counts["non_answers"]
    return f"{rows}. {responses}." + (f" {says_something(0, counts['responses'])}" if nothing else "")


def whole_ledger(run: Run) -> str:
    """The ledger of all that was read, where the questions alone do not add up to it; else ""."""
    if not run.ledger.filter(pl.col("question_id").is_null(), pl.col("n_read") > 0).height:
        return ""
    rows = sum_of_rows(*(int(run.ledger[name].sum()) for name in ("n_read", "n_responses", "n_rejected", "n_blank")))
    n_files = run.ledger["source_file"].n_unique()
    return f"The whole {'file' if n_files == 1 else f'of {n_files} files'}: {rows}."
