"""Responses: those of a theme, and one in full with its points marked and why it raises what it raises."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl

from api.findings.beside import language_of, translations_of
from api.findings.groups import check_shown, in_group, people
from api.findings.nothing import nothing_of
from api.findings.runs import derived, read
from api.findings.themes import check_filter
from consult.analysis import Analysis, Run
from consult.copied import tell_member
from consult.errors import RunError
from consult.report.phrases import counted, strength_in_words
from consult.store import scan_frame


def theme_responses(
    run: Run,
    question_id: str,
    theme_id: str,
    cursor: int = 0,
    limit: int = 25,
    field: str | None = None,
    group: str | None = None,
) -> dict[str, Any]:
    """The responses that raise a theme, strongest first, a page at a time.

    Args:
        run: The run.
        question_id: The question.
        theme_id: The theme.
        cursor: The place of the first, from 0; `next` of the page before.
        limit: How many at the most.
        field: With `group`, shows only the respondents of that group.
        group: With `field`.

    Returns:
        items (response_id, respondent_id, strength, text, start and end of the point that shows it, quote: that point,
        translation as in `translations_of`),
        next (None at the end), total.

    Raises:
        RunError: the run has no such question, theme, field or group; or how many they are is not shown.
        ConfigError: a field without a group, or the other way round.
    """
    check_filter(field, group)
    analysis = run.analysis(question_id)

    title = analysis.theme(theme_id)["title"]
    if field is not None and group is not None:
        check_shown(run, analysis, field, group, theme_id)

    def make() -> pl.DataFrame:
        rows = scan_frame(analysis, "assignments").filter(pl.col("theme_id") == theme_id)
        found = read(rows.select("response_id", "strength", "start", "end", "assigned_by"), run)
        if field is not None and group is not None:
            # The ids are read only of the group's members.
            mine = people(run).join(in_group(run, field, group).to_frame(), on="who", how="semi")
            owners = read(scan_frame(analysis, "responses").select("response_id", "respondent_id"), run)
            found = found.join(owners.join(mine, on="respondent_id", how="semi"), on="response_id", how="semi")
        return found.sort(["strength", "response_id"], descending=[True, False])

    found = derived(run, ("theme_responses", question_id, theme_id, field, group), make)
    items = page(found, cursor, limit)
    shown = [item["response_id"] for item in items]
    texts, translated = texts_of(run, analysis, shown), translations_of(run, analysis, shown)
    items = [
        _said(item, texts[item["response_id"]]) | {"translation": translated.get(item["response_id"])} for item in items
    ]
    return {
        "run": run.name,
        "question_id": question_id,
        "theme_id": theme_id,
        "title": title,
        "filter": {"field": field, "group": group},
        "items": items,
        "next": following(found.height, cursor, limit),
        "total": found.height,
    }


def _said(item: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    text, start, end = row["text"], item["start"], item["end"]
    return {
        "response_id": item["response_id"],
        "respondent_id": row["respondent_id"],
        "strength": item["strength"],
        "text": text,
        "start": start,
        "end": end,
        "assigned_by": item["assigned_by"],
        "quote": span(text, start, end),
    }


def texts_of(run: Run, analysis: Analysis, response_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Of some responses, by their ids: response_id, respondent_id, status, text."""
    rows = scan_frame(analysis, "responses").filter(pl.col("response_id").is_in(response_ids))
    found = read(rows.select("response_id", "respondent_id", "status", "text"), run)
    return {row["response_id"]: row for row in found.iter_rows(named=True)}


def page(rows: pl.DataFrame, cursor: int, limit: int) -> list[dict[str, Any]]:
    """The rows of one page."""
    return rows.slice(max(cursor, 0), limit).to_dicts()


def following(height: int, cursor: int, limit: int) -> int | None:
    """Where the next page starts, or None at the end."""
    return cursor + limit if cursor + limit < height else None


def span(text: str, start: int | None, end: int | None) -> str | None:
    """The characters from `start` to `end`; None where a person gave no place."""
    return None if start is None or end is None else text[start:end]


def response(run: Run, question_id: str, response_id: str) -> dict[str, Any]:
    """A response in full.

    Returns:
        The row of RESPONSES; points (point_id, start, end, text, themes that rest on it); themes (with strength, the
        point that shows them, quote, why in words); marks (start, end, kind): the parts of a letter that are not its
        writer's answer and were not analysed; language (code, name); translation, None where there is none; segments,
        which joined are the text to the character, each with point_id or None, the ids of the themes that rest on it,
        and the kind of mark that it stands in or None; non_answer, put_back and refers (see
        `api.findings.nothing.nothing_of`); explanation in words; campaign, where it is a copy (see
        `consult.copied.tell_member`), else None; respondent (field -> value); answers to closed questions; others: the
        respondent's responses to other questions.

    Raises:
        RunError: the run has no such question, or the question no such response.
    """
    analysis = run.analysis(question_id)
    mine = pl.col("response_id") == response_id
    rows = read(scan_frame(analysis, "responses").filter(mine), run)
    if rows.is_empty():
        raise RunError(
            "response_missing", f"Run {run.name!r} has no response {response_id!r} to {question_id!r}.",
            "Ids are those of the file; rows that were rejected are in the ledger.",
        )  # fmt: skip
    row = rows.row(0, named=True)
    themes = _themes_of(run, analysis, row)
    resting: dict[str | None, list[str]] = {}
    for each in themes:
        resting.setdefault(each["point_id"], []).append(each["theme_id"])
    points = [
        point | {"text": row["text"][point["start"] : point["end"]], "themes": resting.get(point["point_id"], [])}
        for point in read(scan_frame(analysis, "points").filter(mine).select("point_id", "start", "end"), run)
        .sort("start", "end")
        .to_dicts()
    ]
    marks = (
        read(scan_frame(analysis, "marks").filter(mine, pl.col("kind") != "line_end"), run)
        .select("start", "end", "kind")
        .sort("start")
        .to_dicts()
    )
    theirs = pl.col("respondent_id") == row["respondent_id"]
    return {
        "run": run.name,
        "wording": analysis.wording,
        **row,
        "points": points,
        "themes": themes,
        "campaign": _campaign(run, analysis, response_id),
        "marks": marks,
        "segments": _segments(row["text"], points, marks),
        "language": language_of(run, analysis, response_id),
        "translation": translations_of(run, analysis, [response_id]).get(response_id),
        **nothing_of(run, analysis, row),
        "explanation": _explain(row["status"], len(points), themes),
        "respondent": dict(
            read(scan_frame(run, "respondents").filter(theirs).select("field", "value"), run).iter_rows()
        ),
        "answers": read(scan_frame(run, "answers").filter(theirs), run)
        .group_by("question_id", maintain_order=True)
        .agg(options=pl.col("option"))
        .to_dicts(),
        "others": [
            {"question_id": other.question_id, "wording": other.wording, "response_id": found}
            for other in run.analyses
            if other.question_id != question_id
            for found in read(scan_frame(other, "responses").filter(theirs).select("response_id"), run)["response_id"]
        ],
    }


def _campaign(run: Run, analysis: Analysis, response_id: str) -> dict[str, Any] | None:
    """What a response is as a copy; None where it is none."""
    members, mine = scan_frame(analysis, "campaigns"), pl.col("response_id") == response_id
    found = read(members.filter(mine), run)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    kinds = read(members.filter(pl.col("campaign_id") == row["campaign_id"]).select("kind"), run)["kind"]
    return tell_member(row, kinds, read(scan_frame(analysis, "own_words").filter(mine), run))


def _themes_of(run: Run, analysis: Analysis, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The themes that a response raises, strongest first, each with the reason."""
    found = (
        read(scan_frame(analysis, "assignments").filter(pl.col("response_id") == row["response_id"]), run)
        .join(analysis.themes.select("theme_id", "title", "rank", "keywords", "source"), on="theme_id")
        .sort(["strength", "rank"], descending=[True, False])
        .select(
            "theme_id", "title", "rank", "keywords", "source", "strength", "point_id", "start", "end", "assigned_by"
        )
        .to_dicts()
    )
    for each in found:
        each["quote"] = span(row["text"], each["start"], each["end"])
        if each["assigned_by"] == "person":
            each["why"] = "A person decided that the response raises this theme."
        else:
            near = "near the given theme's title, description and examples, and " if each["source"] == "given" else ""
            each["why"] = (
                f"Of the response's points, this one is {near}nearest to the theme: similarity {each['strength']:.2f} "
                f"on a scale from 0 to 1, which is {strength_in_words(each['strength'])}."
            )
    return found


def _segments(text: str, points: list[dict[str, Any]], marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The text cut where points and marks begin and end; nothing is left out, so that joined they are the text."""
    edges = sorted({0, len(text), *(each[side] for each in [*points, *marks] for side in ("start", "end"))})
    segments = []
    for start, end in pairwise(edges):
        inside = [p for p in points if p["start"] <= start and end <= p["end"]]
        marked = [m["kind"] for m in marks if m["start"] <= start and end <= m["end"]]
        segments.append(
            {
                "text": text[start:end],
                "start": start,
                "end": end,
                "point_id": inside[0]["point_id"] if inside else None,
                "themes": [theme_id for p in inside for theme_id in p["themes"]],
                "mark": marked[0] if marked else None,
            }
        )
    return segments


def _explain(status: str, n_points: int, themes: list[dict[str, Any]]) -> str:
    """In a sentence or two, why the response is where it is."""
    if status == "non_answer":
        return (
            "The response says nothing on the question (such as “no comment” or “see attached”), so it is counted as a "
            "non-answer."
        )
    made = f"It was cut into {counted(n_points, 'point')}."
    if not themes and not n_points:
        return f"{made} So the response is in no theme."
    if not themes:
        none = "It is not" if n_points == 1 else "None of them is"
        return f"{made} {none} near enough to a theme, so the response is in none."
    if len(themes) == 1:
        return f"{made} The response raises 1 theme, which rests on the point marked with its number."
    return f"{made} The response raises {len(themes):,} themes; each rests on the point marked with its number."
