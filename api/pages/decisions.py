"""Non-answers, and what people decide of them: each decision starts a new analysis, and is kept for those to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api import findings, records
from api.pages import urls
from api.pages.consultations import Analyst, Form, Page, Viewer
from api.pages.questions import page_of_question, pages
from api.problems import ProblemError
from api.routes.consultations import audit
from api.routes.jobs import submit
from api.routes.parameters import NonAnswerKind, QuestionId, ResponseId, RunId
from api.routes.replies import open_run
from consult.analysis import Run
from consult.config import NonAnswersConfig
from consult.nonanswers import decide

router = APIRouter(prefix="/runs/{run_id}/q/{question_id}")

PER_PAGE: Final = 50
_NONE_CHOSEN: Final = [{"text": "Select the responses to put back", "href": "#non-answers"}]


@router.get("/non-answers")
def show_non_answers(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    kind: NonAnswerKind = None,
    page: Page = 1,
    chosen: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    """The responses that say nothing, by class, with a form to put some back."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        found = findings.non_answers(run, question_id, kind, (page - 1) * PER_PAGE, PER_PAGE)
        return found | pages(page, found["total"], PER_PAGE)

    errors = _NONE_CHOSEN if chosen == "none" else []
    return page_of_question(
        request, access, question_id, "nonanswers.html", view, ("Non-answers", None), keep=False, errors=errors,
        may_analyse=access.role in ("analyst", "owner"), status=422 if errors else 200,
    )  # fmt: skip


@router.post("/non-answers")
def decide_all(request: Request, run_id: RunId, question_id: QuestionId, access: Analyst, form: Form) -> Response:
    """Takes a person's decision on some responses, keeps it, and analyses again with it."""
    wanted, answer = [str(each) for each in form.getlist("response")], form.get("then") == "answer"
    if not wanted:
        return RedirectResponse(urls.question(run_id, question_id, "non-answers", chosen="none"), status_code=303)
    chosen = findings.known_responses(open_run(request, access), question_id, list(dict.fromkeys(wanted)))
    engine, consultation_id = request.app.state.engine, str(access.consultation_id)
    job = records.get_job(engine, run_id)
    lost = {*job.upload_ids} - {each.id for each in records.list_uploads(engine, consultation_id)}
    if lost:
        raise ProblemError(
            "upload_missing", "A file of this analysis was removed, so it cannot be done again.",
            "Upload it again, start the analysis anew, and decide there.", status=409,
        )  # fmt: skip
    setup = records.get_setup(engine, consultation_id)
    section = decide(_decided(job.config, setup), question_id, chosen, answer=answer).model_dump(mode="json")
    new = submit(
        request, access, consultation_id, list(job.upload_ids), dict(job.config) | {"nonanswers": section}, again=True
    )
    records.put_setup(engine, consultation_id, setup | {"nonanswers": section})
    said = {"question_id": question_id, "responses": len(chosen), "as": "answer" if answer else "set_aside"}
    audit(request, access, "nonanswers.decide", run_id, said)
    return RedirectResponse(urls.job(new.id), status_code=303)


def _decided(*configs: Mapping[str, Any]) -> NonAnswersConfig:
    """What was decided so far, in a run's own configuration and since; what is later goes before."""
    found: dict[str, str] = {}
    for config in configs:
        section = NonAnswersConfig(**(config.get("nonanswers") or {}))
        found |= dict.fromkeys(section.answers, "answers") | dict.fromkeys(section.set_aside, "set_aside")
    lists = {key: tuple(name for name, of in found.items() if of == key) for key in ("answers", "set_aside")}
    return NonAnswersConfig(**lists)


@router.get("/responses/{response_id}/decide")
def show_decision(
    request: Request, run_id: RunId, question_id: QuestionId, response_id: ResponseId, access: Viewer
) -> Response:
    """One response, with the form to count it as an answer or as none."""

    def view(run: Run) -> dict[str, Any]:
        return findings.response(run, question_id, response_id)

    above = ("Response", urls.response(run_id, question_id, response_id))
    return page_of_question(
        request, access, question_id, "decide.html", view, above, ("Answer or not", None), keep=False,
        may_analyse=access.role in ("analyst", "owner"),
    )  # fmt: skip
