"""From a dictionary to a page, or to its JSON twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from jinja2.loaders import ChoiceLoader

from api.access import Access, csrf_token, may_create
from api.assets import asset
from api.pages import charts, urls, words
from api.routes.replies import Reply

_ROOM: Final = Path(__file__).parents[1]
Crumb = tuple[str, str | None]
"""The words of a link and its address; None for the page itself."""


def _environment() -> Environment:
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    environment = Environment(
        loader=ChoiceLoader([macros, FileSystemLoader(_ROOM / "templates")]),
        # The components read keys that are not there.
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(words.FILTERS)
    environment.globals.update(words.GLOBALS)
    environment.globals.update(u=urls, charts=charts, asset=asset)
    return environment


_ENVIRONMENT: Final = _environment()


def show(
    request: Request,
    access: Access,
    template: str,
    page: Mapping[str, Any],
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
    kept: bool = False,
    **chrome: Any,  # noqa: ANN401 (what a template needs beside its figures)
) -> Response:
    """A page, or its JSON twin.

    Args:
        request: The request.
        access: Who asks.
        template: The template's name.
        page: Everything that the page says, as JSON values; the twin is this.
        crumbs: Where the page is, from the top down.
        status: The HTTP status.
        kept: Whether the page is kept for other requests: it may then hold no token.
        chrome: What the template needs to be a page, and that is no finding: errors of a form, what was typed.
    """
    if wants_json(request):
        return Reply(dict(page), status_code=status)
    context = {
        "page": page,
        "crumbs": list(crumbs),
        "who": access.name,
        "may_create": access.principal is not None and may_create(request, access.principal),
        "csrf": _none if kept else lambda: csrf_token(request),
        "is_here": lambda address: unquote(address) == request.scope["path"],
        "turn": lambda number: _turned(request, number),
        **chrome,
    }
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(context), status_code=status)


def _none() -> str:
    raise AssertionError("a page that is kept for others asks for the token of one browser's forms")


def _turned(request: Request, page: int) -> str:
    """The address of another page of the same list. The path is taken as it was sent, which is still encoded."""
    asked = [(key, value) for key, value in request.query_params.multi_items() if key != "page"]
    path = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return f"{path.decode('ascii')}?{urlencode([*asked, ('page', page)])}"


def wants_json(request: Request) -> bool:
    """Whether the JSON twin is asked for: by `?format=json`, or by accepting JSON and not HTML."""
    asked = request.query_params.get("format")
    if asked is not None:
        return asked == "json"
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def error_page(request: Request, problem: Mapping[str, Any]) -> Response:
    """A problem as a page, for who asked for one."""
    shown = {key: value for key, value in problem.items() if key in ("status", "code", "detail", "hint", "errors")}
    request_id = request.scope.get("state", {}).get("request_id")
    path = request.scope.get("raw_path", b"").decode("ascii", "replace")
    is_choice = problem["status"] == 422 and bool(request.scope.get("query_string")) and path.startswith("/runs/")
    context = {"page": shown, "request_id": request_id, "crumbs": [], "who": None, "may_create": False}
    context["without"] = path if is_choice else None
    return HTMLResponse(_ENVIRONMENT.get_template("error.html").render(context), status_code=problem["status"])
