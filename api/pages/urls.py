"""The addresses of the pages. Ids are written as the API writes them, so that one rule holds for both."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from api.routes.parameters import encode_id

HOME = "/"
NEW = "/consultations/new"
RECEIPTS = "/receipts"


def url_id(raw: str) -> str:
    """An id of a question, theme or response as a part of a path, whatever characters it holds."""
    return quote(encode_id(raw), safe="")


def with_query(path: str, **values: str | int | None) -> str:
    """A path with those values that are not None as its query."""
    given = {key: str(value) for key, value in values.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def consultation(consultation_id: str, page: str = "") -> str:
    """A consultation: its files, jobs and runs; `page` is people, record, delete or receipts."""
    return f"/consultations/{url_id(consultation_id)}" + (f"/{page}" if page else "")


def job(job_id: str) -> str:
    """A job's progress."""
    return f"/jobs/{url_id(job_id)}"


def run(run_id: str, page: str = "") -> str:
    """A run; `page` is ledger, exports, made or campaigns."""
    return f"/runs/{url_id(run_id)}" + (f"/{page}" if page else "")


def question(run_id: str, question_id: str, page: str = "", **query: str | int | None) -> str:
    """A question's ranked themes; `page` is search, map, compare or non-answers."""
    path = f"{run(run_id)}/q/{url_id(question_id)}" + (f"/{page}" if page else "")
    return with_query(path, **query)


def theme(run_id: str, question_id: str, theme_id: str, page: str = "", **query: str | int | None) -> str:
    """A theme; `page` is responses."""
    path = f"{question(run_id, question_id)}/themes/{url_id(theme_id)}" + (f"/{page}" if page else "")
    return with_query(path, **query)


def parent(run_id: str, question_id: str, parent_id: str) -> str:
    """A broad theme."""
    return f"{question(run_id, question_id)}/parents/{url_id(parent_id)}"


def campaigns(run_id: str, question_id: str | None = None) -> str:
    """The campaigns of a run, or of one of its questions."""
    return with_query(run(run_id, "campaigns"), question=question_id)


def campaign(run_id: str, question_id: str, campaign_id: str) -> str:
    """A campaign."""
    return f"{question(run_id, question_id)}/campaigns/{url_id(campaign_id)}"


def response(run_id: str, question_id: str, response_id: str, page: str = "") -> str:
    """A response in full; `page` is decide."""
    return f"{question(run_id, question_id)}/responses/{url_id(response_id)}" + (f"/{page}" if page else "")
