"""The OpenAPI document, and the same as a page to read, made here: nothing is fetched from elsewhere."""

from __future__ import annotations

import json
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.routing import RouteContext, iter_route_contexts

import consult
from api.access import Access, need
from api.assets import asset
from api.routes.described import PROBLEM, errors
from api.routes.replies import Reply

router = APIRouter(prefix="/v1", tags=["documentation"])

_ABOUT: Final = """\
Turns public-consultation responses into ranked, evidenced themes.

Make a consultation, upload its files, look at the check, start a job, watch it, read the run.

- **Errors** are `application/problem+json`: a stable `code`, a `detail`, a `hint`, and `errors` that point at where.
- **Reads of a run** carry an `ETag`; send it as `If-None-Match` and get 304 when nothing changed.
- **`Idempotency-Key`** on a POST: sent again, it is answered as it was and not done again.
- **Cursors** are opaque: send `next` back as `cursor`.
- Counts are of people who chose to respond. They are not a survey.
"""
_SECURITY: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, from `POST /v1/keys`."},
}
_VERBS: Final = ("get", "put", "post", "delete", "patch")


@router.get(
    "/openapi.json",
    summary="Give the OpenAPI document",
    responses={
        200: {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"},
                                                                             "example": {"openapi": "3.1.0"}}}},
        **errors(),
    },
)  # fmt: skip
def show_openapi(request: Request, access: Annotated[Access, Depends(need("public"))]) -> Response:
    """What this page is made from, for programs."""
    del access
    return Reply(request.app.openapi(), headers={"Cache-Control": "no-cache"})


@router.get(
    "/docs",
    summary="Show the documentation",
    response_class=HTMLResponse,
    responses={
        200: {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"},
                                                                  "example": "<!doctype html>…"}}},
        **errors(),
    },
)  # fmt: skip
def show_docs(request: Request, access: Annotated[Access, Depends(need("public"))]) -> Response:
    """Every operation with its parameters, examples and errors."""
    del access
    return HTMLResponse(page(request.app.openapi()), headers={"Cache-Control": "no-cache"})


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, with what FastAPI cannot know put in."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    found = get_openapi(
        title="Consult", version=consult.__version__, description=_ABOUT, routes=app.routes, openapi_version="3.1.0"
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    # What FastAPI says of its own validation errors is not what this service answers.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"]["securitySchemes"] = _SECURITY
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = found["paths"].get(str(route.path), {}).get(method.lower())
            if operation is None:
                continue
            level = level_of(route)
            operation["x-consult-needs"] = level
            operation["security"] = [] if level == "public" else [{"key": []}, {}]
            for status, said in route.responses.items():
                for kind, content in said.get("content", {}).items():
                    if "example" in content:
                        # FastAPI leaves nulls out of what it copies.
                        operation["responses"][str(status)]["content"][kind]["example"] = content["example"]
    app.openapi_schema = found
    return found


def level_of(route: RouteContext) -> str | None:
    """What a route says that it needs; None when it says nothing."""
    dependant = getattr(route.original_route, "dependant", None)
    waiting = list(getattr(dependant, "dependencies", []))
    while waiting:
        each = waiting.pop()
        level = getattr(each.call, "level", None)
        if level is not None:
            return str(level)
        waiting += each.dependencies
    return None


def page(found: dict[str, Any]) -> str:
    """The document as HTML, without script or style of its own."""
    parts = [
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Consult: the API</title>',
        f'<link rel="icon" href="{asset("icon.svg")}" type="image/svg+xml">',
        f'<link rel="stylesheet" href="{asset("docs.css")}"></head><body><main>',
        f"<h1>{escape(found['info']['title'])}: the API</h1>",
        *_prose(found["info"]["description"]),
        '<p><a href="/v1/openapi.json">The OpenAPI document</a>, for programs.</p>',
        "<h2>Operations</h2><ul>",
    ]
    operations = [
        (path, verb, operation)
        for path, verbs in found["paths"].items()
        for verb, operation in verbs.items()
        if verb in _VERBS
    ]
    for path, verb, operation in operations:
        anchor = escape(operation["operationId"], quote=True)
        link = f'<a href="#{anchor}"><code>{verb.upper()} {escape(path)}</code></a>'
        parts.append(f"<li>{link} {escape(operation['summary'])}</li>")
    parts.append("</ul>")
    for path, verb, operation in operations:
        parts += _operation(path, verb, operation)
    parts.append("</main></body></html>")
    return "\n".join(parts)


def _prose(text: str) -> list[str]:
    """Paragraphs and lists of the description, with `code` and **strong**."""
    found: list[str] = []
    for block in text.strip().split("\n\n"):
        lines = block.splitlines()
        if all(line.startswith("- ") for line in lines):
            found.append("<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>")
        else:
            found.append(f"<p>{_inline(' '.join(lines))}</p>")
    return found


def _inline(text: str) -> str:
    marked = escape(text)
    for mark, tag in (("**", "strong"), ("`", "code")):
        pieces = marked.split(mark)
        marked = "".join(f"<{tag}>{piece}</{tag}>" if place % 2 else piece for place, piece in enumerate(pieces))
    return marked


def _operation(path: str, verb: str, operation: dict[str, Any]) -> list[str]:
    parts = [
        f'<section id="{escape(operation["operationId"], quote=True)}"><h2>{escape(operation["summary"])}</h2>',
        f"<p><code>{verb.upper()} {escape(path)}</code></p>",
        *_prose(operation.get("description", "")),
        f"<p>Needs: {escape(operation['x-consult-needs'])}.</p>",
    ]
    if operation.get("parameters"):
        parts.append(
            "<table><caption>Parameters</caption><thead><tr><th>Name</th><th>In</th><th>Meaning</th></tr></thead>"
        )
        for each in operation["parameters"]:
            must = " (required)" if each.get("required") else ""
            said = _inline(each.get("description", each.get("schema", {}).get("description", "")))
            parts.append(
                f"<tr><td><code>{escape(each['name'])}</code>{must}</td><td>{escape(each['in'])}</td><td>{said}</td></tr>"
            )
        parts.append("</table>")
    parts.append("<table><caption>Answers</caption><thead><tr><th>Status</th><th>Meaning</th></tr></thead>")
    examples = []
    for status, response in operation["responses"].items():
        parts.append(f"<tr><td>{escape(status)}</td><td>{_inline(response['description'])}</td></tr>")
        example = next((c["example"] for c in response.get("content", {}).values() if "example" in c), None)
        if example is not None and status.startswith("2"):
            examples.append((status, example))
    parts.append("</table>")
    for status, example in examples:
        shown = example if isinstance(example, str) else json.dumps(example, indent=1, ensure_ascii=False)
        parts.append(f"<details><summary>Example of {escape(status)}</summary><pre>{escape(shown)}</pre></details>")
    return [*parts, "</section>"]
