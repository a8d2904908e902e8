"""Responses that say nothing, by class, and the answers that they refer to."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from api.findings.runs import derived, read
from consult.analysis import Analysis, Run
from consult.errors import RunError
from consult.references import KINDS, chosen_by, describe_reference, list_non_answers
from consult.report.phrases import people_known
from consult.store import scan_frame


def non_answers(
    run: Run, question_id: str, kind: str | None = None, cursor: int = 0, limit: int = 25
) -> dict[str, Any]:
    """The responses to a question that say nothing, a page at a time, and those that people put back.

    Args:
        run: The run.
        question_id: The question.
        kind: Shows one class only, of `consult.references.KINDS`.
        cursor: The place of the first, from 0; `next` of the page before.
        limit: How many at the most.

    Returns:
        kinds (kind, meaning, n), the commonest first; n_non_answers, of all classes; filter; items (response_id,
        respondent_id, kind, meaning, text, refers_to, refers_to_response_id, refers_to_option); next (None at the end);
        total, of the class; put_back (response_id, looks_like, meaning, text).

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)
    listed = derived(run, ("non_answers", question_id), lambda: _list(run, analysis))
    counts = Counter(listed["kind"])
    chosen = listed if kind is None else listed.filter(pl.col("kind") == kind)
    items = chosen.slice(max(cursor, 0), limit).to_dicts()
    return {
        "run": run.name,
        "question_id": question_id,
        "wording": analysis.wording,
        "kinds": [
            {"kind": name, "meaning": KINDS.get(name, name), "n": n}
            for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        "n_non_answers": listed.height,
        "filter": {"kind": kind},
        "items": [item | {"meaning": KINDS.get(item["kind"], item["kind"])} for item in items],
        "next": cursor + limit if cursor + limit < chosen.height else None,
        "total": chosen.height,
        "put_back": _put_back(run, analysis),
    }


def _list(run: Run, analysis: Analysis) -> pl.DataFrame:
    found = read(scan_frame(analysis, "non_answers"), run)
    mine = scan_frame(analysis, "responses").filter(pl.col("status") == "non_answer")
    named = set(found["refers_to"].drop_nulls())
    others = {
        other.question_id: read(scan_frame(other, "responses").select("response_id", "respondent_id"), run)
        for other in run.analyses
        if other.question_id in named
    }
    responses = read(mine.select("response_id", "respondent_id", "text"), run)
    answers = read(scan_frame(run, "answers").filter(pl.col("question_id").is_in(list(named))), run)
    return list_non_answers(found, responses, others, answers, people_known=people_known(run.manifest))


def _put_back(run: Run, analysis: Analysis) -> list[dict[str, Any]]:
    back = analysis.put_back
    if not back:
        return []
    rows = scan_frame(analysis, "responses").filter(pl.col("response_id").is_in(list(back)))
    return [
        {"response_id": response_id, "looks_like": back[response_id], "meaning": KINDS[back[response_id]], "text": text}
        for response_id, text in read(rows.select("response_id", "text"), run).sort("response_id").iter_rows()
    ]


def nothing_of(run: Run, analysis: Analysis, row: dict[str, Any]) -> dict[str, Any]:
    """What a response says of itself as a non-answer.

    Args:
        run: The run.
        analysis: Its question.
        row: Its row of RESPONSES.

    Returns:
        non_answer (kind, meaning; None for an answer), put_back (the class that it looks like; None where nobody put it
        back), refers (as `consult.analysis.Run.referred`; None where it refers to none).
    """
    found = read(scan_frame(analysis, "non_answers").filter(pl.col("response_id") == row["response_id"]), run)
    kind = None if found.is_empty() else str(found["kind"][0])
    return {
        "non_answer": None if kind is None else {"kind": kind, "meaning": KINDS.get(kind, kind)},
        "put_back": analysis.put_back.get(row["response_id"]),
        "refers": _refers(run, found["refers_to"][0], row) if kind == "refers" else None,
    }


def _refers(run: Run, named: str | None, row: dict[str, Any]) -> dict[str, Any]:
    other = next((each for each in run.analyses if each.question_id == named), None)
    theirs = pl.col("respondent_id") == row["respondent_id"]
    texts = [] if other is None else [
        *read(scan_frame(other, "responses").filter(theirs).select("response_id", "text"), run).iter_rows(named=True)
    ]  # fmt: skip
    wording = dict(run.questions.iter_rows()).get(named)
    known = people_known(run.manifest)
    closed = [] if named is None or wording is not None else [named]
    answers = scan_frame(run, "answers").filter(pl.col("question_id").is_in(closed))
    chosen = chosen_by(read(answers, run), row["respondent_id"])
    return describe_reference(named, wording, texts, chosen=chosen, analysed=other is not None, people_known=known)


def known_responses(run: Run, question_id: str, response_ids: list[str]) -> list[str]:
    """Those of some ids that are responses to a question, in their order.

    Raises:
        RunError: the run has no such question, or one of the ids is no response to it.
    """
    rows = scan_frame(run.analysis(question_id), "responses").filter(pl.col("response_id").is_in(response_ids))
    there = set(read(rows.select("response_id"), run)["response_id"])
    lost = [each for each in response_ids if each not in there]
    if lost:
        raise RunError(
            "response_missing", f"Run {run.name!r} has no response {lost[0]!r} to {question_id!r}.",
            "Choose them on the page of the question’s non-answers.",
        )  # fmt: skip
    return response_ids
