"""Campaigns: texts that several people sent, and which response is a copy of which."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.findings.runs import derived, read
from api.findings.texts import following, page
from consult.analysis import Analysis, Run
from consult.copied import COLUMNS, WHAT_ALIKE_IS, WHAT_CAMPAIGNS_ARE, Copied, alike_groups, say_when
from consult.report.phrases import people_known
from consult.store import scan_frame


def campaigns(run: Run, question_id: str | None = None) -> dict[str, Any]:
    """The campaigns of a run, or of one of its questions, the largest of each question first.

    Returns:
        question_id (what was asked for, or None), what (what campaigns are, in words), respondents_known, campaigns: a
        row of CAMPAIGN_LIST each, with wording, when (the days, in words) and themes (theme_id, title); what_alike and
        alike: the texts alike in other words, as `consult.copied.alike_groups` gives them, with wording.

    Raises:
        RunError: the run has no such question.
    """
    asked = run.analyses if question_id is None else (run.analysis(question_id),)
    return {
        "run": run.name,
        "question_id": question_id,
        "what": WHAT_CAMPAIGNS_ARE,
        "respondents_known": people_known(run.manifest),
        "campaigns": [
            _shown(run, analysis, row) for analysis in asked for row in _table(run, analysis).iter_rows(named=True)
        ],
        "what_alike": WHAT_ALIKE_IS,
        "alike": [{**group, "wording": analysis.wording} for analysis in asked for group in _alike(run, analysis)],
    }


def campaign(run: Run, question_id: str, campaign_id: str, cursor: int = 0, limit: int = 25) -> dict[str, Any]:
    """One campaign, with its versions a page at a time.

    Args:
        run: The run.
        question_id: The question.
        campaign_id: The campaign.
        cursor: The place of the first version, from 0; `next` of the page before.
        limit: How many at the most.

    Returns:
        Its row as in `campaigns`; parts, that joined are the letter to the character (text, kept, n_texts); themes
        (theme_id, title, n_responses, n_own); versions (response_id, n_responses, kind, similarity, own), next, total.

    Raises:
        RunError: the run has no such question, or the question no such campaign.
    """
    analysis = run.analysis(question_id)
    view = _copied(run, analysis).view(campaign_id, _table(run, analysis))
    versions = derived(
        run, ("versions", question_id, campaign_id), lambda: _copied(run, analysis).versions(campaign_id)
    )
    return {
        "run": run.name,
        "respondents_known": people_known(run.manifest),
        **_shown(run, analysis, view),
        "parts": view["parts"],
        "themes": view["themes"],
        "versions": page(versions, cursor, limit),
        "next": following(versions.height, cursor, limit),
        "total": versions.height,
    }


def _shown(run: Run, analysis: Analysis, row: dict[str, Any]) -> dict[str, Any]:
    titles = dict(analysis.themes.select("theme_id", "title").iter_rows())
    themes = [{"theme_id": theme_id, "title": titles[theme_id]} for theme_id in row["theme_ids"]]
    return {**row, "wording": analysis.wording, "when": say_when(row, dated=_dated(run, analysis)), "themes": themes}


def _dated(run: Run, analysis: Analysis) -> bool:
    return derived(run, ("dated", analysis.question_id), lambda: _copied(run, analysis).dated)


def _alike(run: Run, analysis: Analysis) -> list[dict[str, Any]]:
    def make() -> list[dict[str, Any]]:
        members = read(scan_frame(analysis, "alike"), run)
        if members.is_empty():
            return []
        responses = scan_frame(analysis, "responses")
        texts = read(
            responses.select("response_id", "text").join(
                members.lazy().select("response_id"), on="response_id", how="semi"
            ),
            run,
        )
        dates = read(responses.select("response_id", "submitted_at"), run)
        return alike_groups(analysis.question_id, members, analysis.manifest["alike"], texts, dates)

    return derived(run, ("alike", analysis.question_id), make)


def _table(run: Run, analysis: Analysis) -> pl.DataFrame:
    return derived(run, ("campaigns", analysis.question_id), lambda: _copied(run, analysis).table())


def _copied(run: Run, analysis: Analysis) -> Copied:
    """The campaigns of a question; of its large frames no more is read than the members' rows."""
    members = read(scan_frame(analysis, "campaigns"), run)
    ids = members.lazy().select("response_id")
    mine = {
        name: read(scan_frame(analysis, name).select(columns).join(ids, on="response_id", how="semi"), run)
        for name, columns in COLUMNS.items()
    }
    small = {name: read(scan_frame(analysis, name), run) for name in ("skeletons", "own_words", "copies")}
    dates = read(scan_frame(analysis, "responses").select("response_id", "submitted_at"), run)
    return Copied(
        question_id=analysis.question_id, members=members, themes=analysis.themes, dates=dates, **mine, **small
    )
