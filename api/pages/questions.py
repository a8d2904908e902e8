"""The pages of a question: ranked themes, a theme, its responses, a response, search, the map, two groups compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api import findings
from api.access import Access
from api.findings.search import LONGEST_QUERY
from api.pages import urls
from api.pages.consultations import Page, Viewer
from api.pages.render import Crumb
from api.pages.runs import page_of
from api.pages.words import excerpt
from api.problems import ProblemError, problem_of
from api.routes.meaning import embedder_of
from api.routes.parameters import CampaignId, Field, Group, ParentId, QuestionId, ResponseId, RunId, ThemeId
from consult.analysis import Run
from consult.errors import ConsultError

router = APIRouter(prefix="/runs/{run_id}/q/{question_id}")

PER_PAGE: Final = 20
_MAP_ROWS: Final = 50
ASIDES: Final = {
    "quoted": "quoted from another mail",
    "signature": "signature",
    "disclaimer": "disclaimer",
    "letterhead": "letterhead or greeting",
    "heading": "heading",
    "running": "page header or footer",
}
"""What is kept of a letter and not analysed, in words."""
Text = Annotated[str | None, Query(max_length=2000)]


@router.get("")
def show_question(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    field: Field = None,
    group: Group = None,
    count: Literal["respondents", "distinct"] = "respondents",
    show: Annotated[str | None, Query(max_length=8000)] = None,
) -> Response:
    """The ranked themes; the filter stands in the address, so that a link is a finding."""
    if show is not None:
        # The form has one list of all groups; the address that one sends has their names.
        field, group = chosen_group(show)
        counted = None if count == "respondents" else count
        return RedirectResponse(
            urls.question(run_id, question_id, field=field, group=group, count=counted), status_code=303
        )
    # A group that was typed may have been left empty.
    group = group or None
    field = field if group is not None or not request.query_params.get("typed") else None

    def view(run: Run) -> dict[str, Any]:
        ranking = findings.themes(run, question_id, field=field, group=group, count=count)
        return {"question": findings.question(run, question_id), "ranking": ranking}

    return page_of_question(request, access, question_id, "question.html", view, as_choice=as_choice)


@router.get("/themes/{theme_id}")
def show_theme(request: Request, run_id: RunId, question_id: QuestionId, theme_id: ThemeId, access: Viewer) -> Response:
    """A theme: summary, quotes, parts, and who raises it."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        return {"question_id": question_id} | findings.theme(run, question_id, theme_id)

    return page_of_question(request, access, question_id, "theme.html", view, ("Theme", None))


@router.get("/parents/{parent_id}")
def show_parent(
    request: Request, run_id: RunId, question_id: QuestionId, parent_id: ParentId, access: Viewer
) -> Response:
    """A broad theme: its themes, and who raises any of them."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        return {"question_id": question_id} | findings.parent(run, question_id, parent_id)

    return page_of_question(request, access, question_id, "parent.html", view, ("Broad theme", None))


@router.get("/campaigns/{campaign_id}")
def show_campaign(
    request: Request, run_id: RunId, question_id: QuestionId, campaign_id: CampaignId, access: Viewer, page: Page = 1
) -> Response:
    """A campaign: its letter with the differences marked, what its members raise, and its versions."""

    def view(run: Run) -> dict[str, Any]:
        found = findings.campaign(run, question_id, campaign_id, (page - 1) * PER_PAGE, PER_PAGE)
        return found | pages(page, found["total"])

    campaigns: Crumb = ("Campaigns", urls.campaigns(run_id, question_id))
    return page_of_question(request, access, question_id, "campaign.html", view, campaigns, ("Campaign", None))


@router.get("/themes/{theme_id}/responses")
def list_responses(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    theme_id: ThemeId,
    access: Viewer,
    page: Page = 1,
    field: Field = None,
    group: Group = None,
) -> Response:
    """The responses that raise a theme, those that say it most plainly first."""

    def view(run: Run) -> dict[str, Any]:
        place = (page - 1) * PER_PAGE
        found = findings.theme_responses(run, question_id, theme_id, place, PER_PAGE, field, group)
        return found | pages(page, found["total"])

    theme: Crumb = ("Theme", urls.theme(run_id, question_id, theme_id))
    return page_of_question(
        request, access, question_id, "responses.html", view, theme, ("Responses", None), passage=passage
    )


@router.get("/responses/{response_id}")
def show_response(
    request: Request, run_id: RunId, question_id: QuestionId, response_id: ResponseId, access: Viewer
) -> Response:
    """A response in full, with its points marked and why it raises what it raises."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        return findings.response(run, question_id, response_id)

    return page_of_question(request, access, question_id, "response.html", view, ("Response", None), marked=marked)


@router.get("/search")
def search(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    q: Annotated[str, Query(max_length=8000)] = "",
    by: Literal["words", "meaning"] = "words",
    page: Page = 1,
) -> Response:
    """Search by words or by meaning; what cannot be searched for is said on the page."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        head = {"question_id": question_id, "wording": run.analysis(question_id).wording, "query": q, "by": by}
        nothing = {"items": None, "total": 0, "problem": None} | pages(1, 0)
        if not q.strip():
            return head | nothing
        try:
            if by == "words":
                found = findings.search_words(run, question_id, q, (page - 1) * PER_PAGE, PER_PAGE)
                return head | nothing | found | pages(page, found["total"])
            embed = embedder_of(request.app, run)
            return head | nothing | findings.search_meaning(run, question_id, q, PER_PAGE, embed)
        except ConsultError as error:
            return head | nothing | {"problem": problem_of(error)}

    return page_of_question(
        request, access, question_id, "search.html", view, ("Search", None), keep=False, pieces=pieces,
        passage=passage, longest=LONGEST_QUERY,
    )  # fmt: skip


@router.get("/map")
def show_map(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    theme: Text = None,
    page: Page = 1,
) -> Response:
    """The responses as a picture, and as its table."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        layout = findings.layout(run, question_id)
        if theme is not None and theme not in [each["theme_id"] for each in layout["themes"]]:
            raise ProblemError("not_found", "The map has no such theme.", "Choose one of its themes.", status=404)
        rows = [dot for dot in layout["points"] if theme is None or dot["theme_id"] == theme]
        return layout | {"theme": theme, "n_rows": len(rows)} | pages(page, len(rows), _MAP_ROWS)

    return page_of_question(request, access, question_id, "map.html", view, ("Map", None), rows=map_rows)


@router.get("/compare")
def compare(
    request: Request,
    run_id: RunId,
    question_id: QuestionId,
    access: Viewer,
    field: Text = None,
    a: Text = None,
    b: Text = None,
) -> Response:
    """Two groups side by side; asked for step by step."""
    del run_id

    def view(run: Run) -> dict[str, Any]:
        question = findings.question(run, question_id)
        said = {"question": question, "wording": question["wording"], "question_id": question_id}
        chosen = next((each for each in question["fields"] if each["field"] == field), None)
        if field is not None and chosen is None:
            findings.in_group(run, field, "")  # raises, naming the fields that there are
        said |= {"chosen": chosen, "asked": {"field": field, "a": a, "b": b}, "comparison": None}
        if field is not None and a and b:
            said["comparison"] = findings.compare(run, question_id, field, a, b)
        return said

    return page_of_question(request, access, question_id, "compare.html", view, ("Compare groups", None))


def page_of_question(
    request: Request,
    access: Access,
    question_id: str,
    template: str,
    view: Any,  # noqa: ANN401 (Callable[[Run], dict[str, Any]])
    *below: Crumb,
    **chrome: Any,  # noqa: ANN401 (as `show` takes it)
) -> Response:
    """A page of a question of a run; `below` says where it is, below the ranked themes."""
    run_id = access.resource.id
    question: Crumb = ("Themes", urls.question(run_id, question_id) if below else None)
    return page_of(
        request, access, template, view, question, *below, run_id=run_id, question_id=question_id, **chrome
    )  # fmt: skip


def as_choice(field: str, group: str) -> str:
    """An entry of the list of all groups."""
    return json.dumps([field, group], ensure_ascii=False)


def chosen_group(show: str) -> tuple[str | None, str | None]:
    """The field and group that an entry of the form's list stands for; everyone when it is none."""
    try:
        field, group = json.loads(show)
    except (ValueError, TypeError):
        return None, None
    return (field, group) if isinstance(field, str) and isinstance(group, str) else (None, None)


def pages(page: int, total: int, size: int = PER_PAGE) -> dict[str, int]:
    """Where in a list a page is: page, pages, first and last (from 1; 0 when it is empty)."""
    n_pages = max(1, -(-total // size))
    first = (page - 1) * size + 1
    return {
        "page": page,
        "pages": n_pages,
        "first": first if first <= total else 0,
        "last": min(total, page * size) if first <= total else 0,
    }


def map_rows(layout: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The part of the map's table that the page shows."""
    rows = [dot for dot in layout["points"] if layout["theme"] is None or dot["theme_id"] == layout["theme"]]
    return rows[(layout["page"] - 1) * _MAP_ROWS : layout["page"] * _MAP_ROWS]


def passage(item: Mapping[str, Any]) -> dict[str, Any]:
    """A response's passage that shows the theme, with what stands around it."""
    if item.get("start") is None:
        return excerpt(item["text"], 0, 0)
    return excerpt(item["text"], item["start"], item["end"])


def pieces(item: Mapping[str, Any], most: int = 420) -> list[tuple[str, bool]]:
    """The beginning of what was found, as texts that are marked or not; "…" where something is left out."""
    spans = item["matches"]
    first = spans[0] if spans else (0, 0)
    around = excerpt(item["text"], first[0], first[1], most)
    start = first[0] - len(around["before"])
    end = first[1] + len(around["after"])
    edges = sorted({start, end, *(edge for span in spans for edge in span if start < edge < end)})
    found = [
        (item["text"][left:right], any(span[0] <= left and right <= span[1] for span in spans))
        for left, right in pairwise(edges)
    ]
    return (
        ([("… ", False)] if around["cut_before"] else []) + found + ([(" …", False)] if around["cut_after"] else [])
    )  # fmt: skip


def marked(response: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The segments of a response for its page.

    Returns:
        text; kind (theme, point, aside: what is not the writer's answer, none); numbers of the themes that rest on the
        point, at the last segment of it; begins: in words what the aside is, at the first segment of it, else None.
    """
    place = {each["theme_id"]: number for number, each in enumerate(response["themes"], start=1)}
    segments = response["segments"]
    found: list[dict[str, Any]] = []
    for at, segment in enumerate(segments):
        following = segments[at + 1]["point_id"] if at + 1 < len(segments) else None
        ends = segment["point_id"] is not None and following != segment["point_id"]
        numbers = sorted({place[theme_id] for theme_id in segment["themes"] if theme_id in place})
        mark = segment["mark"]
        kind = "theme" if segment["themes"] else "point" if segment["point_id"] is not None else "none"
        kind = "aside" if kind == "none" and mark is not None and segment["text"].strip() else kind
        new = kind == "aside" and (at == 0 or segments[at - 1]["mark"] != mark)
        begins = ASIDES.get(mark, mark) if new else None
        found.append({"text": segment["text"], "kind": kind, "numbers": numbers if ends else [], "begins": begins})
    return found
