"""Runs: what was found, question by question, theme by theme, response by response."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api import findings, records
from api.access import Access, need
from api.findings.search import LONGEST_QUERY
from api.routes import examples
from api.routes.cursors import read_cursor, write_cursor
from api.routes.described import answer, read_answer
from api.routes.meaning import embedder_of
from api.routes.parameters import (
    CampaignId,
    ConsultationId,
    CursorText,
    Field,
    Group,
    Limit,
    NonAnswerKind,
    ParentId,
    QuestionId,
    ResponseId,
    RunId,
    ThemeId,
)
from api.routes.replies import Reply, read_run
from consult.analysis import Run

router = APIRouter(prefix="/v1", tags=["runs"])
Viewer = Annotated[Access, Depends(need("viewer"))]


@router.get(
    "/consultations/{consultation_id}/runs",
    summary="List the runs of a consultation",
    responses=answer("The newest first.", {"items": [examples.RUN]}, 200, 404),
)
def list_runs(request: Request, consultation_id: ConsultationId, access: Viewer) -> Response:
    """A run is a finished analysis. It never changes."""
    found = records.list_runs(request.app.state.engine, consultation_id)
    newest = sorted(found, key=lambda run: (run.created_at, run.id), reverse=True)
    return Reply({"items": [shown(run) for run in newest]})


def shown(run: records.RunRecord) -> dict[str, Any]:
    """A run's record as JSON; where its folder is concerns nobody."""
    return {key: value for key, value in asdict(run).items() if key in examples.RUN}


@router.get(
    "/runs/{run_id}",
    summary="Show a run",
    responses=read_answer("Counts, ledger, and each question with its first themes.", examples.OVERVIEW),
)
def show_run(request: Request, run_id: RunId, access: Viewer) -> Response:
    """The counts are those of `consult show --json`."""
    record = shown(access.resource)
    return read_run(request, access, lambda run: record | findings.overview(run), keep=True)


@router.get(
    "/runs/{run_id}/ledger",
    summary="Account for every row",
    responses=read_answer("A line a question, the total, and what was rejected and why.", examples.LEDGER),
)
def show_ledger(request: Request, run_id: RunId, access: Viewer) -> Response:
    """Rows read = responses + rejected + blank; responses = themed + unthemed + non-answers."""
    return read_run(request, access, findings.ledger, keep=True)


@router.get(
    "/runs/{run_id}/made",
    summary="Show how a run was made",
    responses=read_answer("Method in plain words, limits, model, versions, inputs, settings.", examples.MADE),
)
def show_made(request: Request, run_id: RunId, access: Viewer) -> Response:
    """All that is needed to make it again."""
    return read_run(request, access, findings.made, keep=True)


@router.get(
    "/runs/{run_id}/campaigns",
    summary="List the campaigns of a run",
    responses=read_answer("Letters that several people sent, the largest of each question first.", examples.CAMPAIGNS),
)
def list_campaigns(
    request: Request,
    run_id: RunId,
    access: Viewer,
    question: Annotated[
        str | None, Query(description="Only those of this question.", max_length=2000, examples=["buses"])
    ] = None,
) -> Response:
    """The counts are those of `consult show --campaigns --json`."""
    return read_run(request, access, lambda run: findings.campaigns(run, question), keep=True)


@router.get(
    "/runs/{run_id}/questions/{question_id}/campaigns/{campaign_id}",
    summary="Show a campaign",
    responses=read_answer(
        "Its letter with the differences, its themes, and a page of its versions.", examples.CAMPAIGN
    ),
)
def show_campaign(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    campaign_id: CampaignId,
    access: Viewer,
    cursor: CursorText = None,
    limit: Limit = 25,
) -> Response:
    """The texts of `parts`, joined, are the response that stands for the campaign, to the character."""
    of = f"{run_id}\0{question_id}\0campaign\0{campaign_id}"

    def view(run: Run) -> dict[str, Any]:
        place = _place(request, of, cursor)
        return _signed(request, of, findings.campaign(run, question_id, campaign_id, place, limit))

    return read_run(request, access, view)


@router.get(
    "/runs/{run_id}/questions/{question_id}",
    summary="Show a question",
    responses=read_answer("Wording, counts, notes, and the fields to filter by.", examples.QUESTION),
)
def show_question(request: Request, run_id: RunId, question_id: QuestionId, access: Viewer) -> Response:
    """Its themes are at `themes` below it."""
    return read_run(request, access, lambda run: findings.question(run, question_id), keep=True)


@router.get(
    "/runs/{run_id}/questions/{question_id}/themes",
    summary="List the ranked themes of a question",
    responses=read_answer("The themes, the first raised by most.", examples.THEMES),
)
def list_themes(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    field: Field = None,
    group: Group = None,
    count: Annotated[
        Literal["respondents", "distinct"],
        Query(description="What ranks: people, or distinct texts, where copies of one text count once.",
              examples=["respondents"]),
    ] = "respondents",
) -> Response:  # fmt: skip
    """With a field and a group, all is counted anew over that group's respondents."""
    return read_run(
        request,
        access,
        lambda run: findings.themes(run, question_id, field=field, group=group, count=count),
        keep=True,
    )


@router.get(
    "/runs/{run_id}/questions/{question_id}/themes/{theme_id}",
    summary="Show a theme",
    responses=read_answer("Counts, summary, quotes, and the split by every field.", examples.THEME),
)
def show_theme(request: Request, run_id: RunId, question_id: QuestionId, theme_id: ThemeId, access: Viewer) -> Response:
    """A quote is an exact passage: characters start to end of the response's text."""
    return read_run(request, access, lambda run: findings.theme(run, question_id, theme_id), keep=True)


@router.get(
    "/runs/{run_id}/questions/{question_id}/parents/{parent_id}",
    summary="Show a broad theme",
    responses=read_answer("Counts, its themes, and the split by every field.", examples.PARENT),
)
def show_parent(
    request: Request, run_id: RunId, question_id: QuestionId, parent_id: ParentId, access: Viewer
) -> Response:
    """The broad themes of a question are listed with its themes."""
    return read_run(request, access, lambda run: findings.parent(run, question_id, parent_id), keep=True)


@router.get(
    "/runs/{run_id}/questions/{question_id}/themes/{theme_id}/responses",
    summary="List the responses that raise a theme",
    responses=read_answer("A page of them, strongest first.", examples.RESPONSES),
)
def list_responses(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    theme_id: ThemeId,
    access: Viewer,
    cursor: CursorText = None,
    limit: Limit = 25,
    field: Field = None,
    group: Group = None,
) -> Response:
    """Following `next` to its end gives each response exactly once."""
    of = f"{run_id}\0{question_id}\0{theme_id}\0{field}\0{group}"

    def view(run: Run) -> dict[str, Any]:
        place = _place(request, of, cursor)
        return _signed(request, of, findings.theme_responses(run, question_id, theme_id, place, limit, field, group))

    return read_run(request, access, view)


@router.get(
    "/runs/{run_id}/questions/{question_id}/responses/{response_id}",
    summary="Show a response in full",
    responses=read_answer("Text, points, themes, and why.", examples.RESPONSE),
)
def show_response(
    request: Request, run_id: RunId, question_id: QuestionId, response_id: ResponseId, access: Viewer
) -> Response:
    """The texts of `segments`, joined, are the response to the character."""
    return read_run(request, access, lambda run: findings.response(run, question_id, response_id))


@router.get(
    "/runs/{run_id}/questions/{question_id}/non-answers",
    summary="List the responses that say nothing",
    responses=read_answer("A page of them, by class, with the counts of all classes.", examples.NON_ANSWERS),
)
def list_non_answers(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    kind: NonAnswerKind = None,
    cursor: CursorText = None,
    limit: Limit = 25,
) -> Response:
    """To put one back, start a job whose `config` lists `question:response` in `nonanswers.answers`."""
    of = f"{run_id}\0{question_id}\0non-answers\0{kind}"

    def view(run: Run) -> dict[str, Any]:
        return _signed(request, of, findings.non_answers(run, question_id, kind, _place(request, of, cursor), limit))

    return read_run(request, access, view)


@router.get(
    "/runs/{run_id}/questions/{question_id}/search",
    summary="Search the responses to a question",
    responses=read_answer("What was found, best first.", examples.SEARCH, 409),
)
def search(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    q: Annotated[str, Query(description="What to look for.", max_length=LONGEST_QUERY, examples=["night bus"])],
    by: Annotated[
        Literal["words", "meaning"],
        Query(description="words: every word must be there; meaning: the nearest points, whatever their words.",
              examples=["words"]),
    ] = "words",
    cursor: CursorText = None,
    limit: Limit = 25,
) -> Response:  # fmt: skip
    """By meaning, only the nearest are given: there is no next page, as every response is more or less near."""
    of = f"{run_id}\0{question_id}\0search\0{q}"

    def words(run: Run) -> dict[str, Any]:
        place = _place(request, of, cursor)
        return _signed(request, of, findings.search_words(run, question_id, q, place, limit)) | {"by": by}

    def meaning(run: Run) -> dict[str, Any]:
        found = findings.search_meaning(run, question_id, q, limit, embedder_of(request.app, run))
        return found | {"by": by, "next": None}

    return read_run(request, access, words if by == "words" else meaning)


@router.get(
    "/runs/{run_id}/questions/{question_id}/layout",
    summary="Show the map of responses",
    responses=read_answer("Dots in the plane, near where responses say alike.", examples.LAYOUT),
)
def show_layout(request: Request, run_id: RunId, question_id: QuestionId, access: Viewer) -> Response:
    """At most 2,000 of them, always the same."""
    return read_run(request, access, lambda run: findings.layout(run, question_id), keep=True)


@router.get(
    "/runs/{run_id}/questions/{question_id}/compare",
    summary="Compare two groups",
    responses=read_answer("The themes, those furthest apart first.", examples.COMPARE),
)
def show_compare(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    field: Annotated[str, Query(description="A field or closed question.", max_length=2000, examples=["Age"])],
    a: Annotated[str, Query(description="One of its groups.", max_length=2000, examples=["16-24"])],
    b: Annotated[str, Query(description="Another.", max_length=2000, examples=["75 and over"])],
) -> Response:
    """The difference is the share in `a` less the share in `b`."""
    return read_run(request, access, lambda run: findings.compare(run, question_id, field, a, b), keep=True)


def _place(request: Request, of: str, cursor: str | None) -> int:
    return 0 if cursor is None else int(read_cursor(request.app.state.secret, of, cursor))


def _signed(request: Request, of: str, found: dict[str, Any]) -> dict[str, Any]:
    """A page whose `next` is a cursor."""
    following = found["next"]
    return found | {"next": None if following is None else write_cursor(request.app.state.secret, of, following)}
