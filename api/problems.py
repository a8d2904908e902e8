"""Every error as problem+json: what was found, what to do, and where (RFC 9457).

No problem holds the text of a response, nor what a person typed: a request that is wrong is pointed at, not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from consult.errors import Cancelled, ConfigError, ConsultError, InputError, ModelError, RunError, SchemaError

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[dict[str, int]] = {
    "not_found": 404,
    "question_missing": 404,
    "campaign_missing": 404,
    "parent_missing": 404,
    "theme_missing": 404,
    "response_missing": 404,
    "run_missing": 404,
    "format_unknown": 404,
    "not_signed_in": 401,
    "key_unknown": 401,
    "forbidden": 403,
    "csrf": 403,
    "origin": 403,
    "host_unknown": 421,
    "field_missing": 422,
    "group_missing": 422,
    "group_small": 422,
    "cursor_invalid": 422,
    "too_large": 413,
    "rate_limited": 429,
    "run_damaged": 500,
    "run_newer": 500,
    "database_unreachable": 503,
    "database_newer": 503,
    "data_unwritable": 507,
    "folder_unwritable": 507,
    "export_unwritable": 507,
    "media_type": 415,
    "upload_incomplete": 400,
    "bad_request": 400,
    "consultation_purged": 410,
    "busy": 409,
    "check_failed": 422,
}
"""A code's status, where the class of the error does not give it."""

_BY_CLASS: Final[tuple[tuple[type[ConsultError], int], ...]] = (
    (ConfigError, 422),
    (InputError, 422),
    (ModelError, 503),
    (RunError, 409),
    (Cancelled, 409),
    (SchemaError, 500),
)
# Where a filter's or search's error points.
_AT: Final[dict[str, str]] = {
    "field_missing": "field",
    "group_missing": "group",
    "group_small": "group",
    "cursor_invalid": "cursor",
    "count_unknown": "count",
    "query_empty": "q",
    "query_long": "q",
    "query_terms": "q",
}
_PATHS: Final = re.compile(r"(?:/[\w.~ -]+){2,}/([\w.~-]+)")


class ProblemError(ConsultError):
    """An error of the service with its own status, headers or places.

    Args:
        code: As in `ConsultError`; in `_STATUS` when `status` is None.
        message: What was found.
        hint: What to do.
        status: The HTTP status.
        headers: Sent along.
        errors: Where: dictionaries with `detail` and any of `pointer`, `parameter`, `source_file`, `row`, `column`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(code, message, hint)
        self.status = status
        self.headers = dict(headers or {})
        self.errors = [dict(error) for error in errors]


def status_of(error: ConsultError) -> int:
    """The HTTP status that an error of the library or the service means."""
    if isinstance(error, ProblemError) and error.status is not None:
        return error.status
    if error.code in _STATUS:
        return _STATUS[error.code]
    return next((status for kind, status in _BY_CLASS if isinstance(error, kind)), 409)


def problem_of(error: ConsultError) -> dict[str, Any]:
    """An error as the members of a problem; paths of this machine are cut down to a file's name."""
    status = status_of(error)
    errors = list(error.errors) if isinstance(error, ProblemError) else []
    if not errors and error.code in _AT:
        errors = [{"parameter": _AT[error.code], "detail": error.message}]
    return problem(status, error.code, bare(error.message), bare(error.hint), errors)


def problem(
    status: int, code: str, detail: str, hint: str = "", errors: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The members of a problem."""
    found: dict[str, Any] = {
        "type": f"urn:consult:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "hint": hint,
    }
    return found | ({"errors": [dict(error) for error in errors]} if errors else {})


def bare(message: str) -> str:
    """A message without the folders of this machine."""
    return _PATHS.sub(lambda match: match.group(1), message)


def respond(request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as a response, with the id under which the log has it."""
    request_id = request.scope.get("state", {}).get("request_id")
    if request_id:
        body = body | {"request_id": request_id}
    return JSONResponse(body, status_code=body["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)


def pointed(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pydantic's errors as places: a JSON pointer into the body, or the name of a parameter; never the value."""
    found = []
    for error in errors:
        where, *parts = error["loc"] or ("body",)
        place: dict[str, Any] = (
            {"pointer": "#/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)}
            if where == "body"
            else {"parameter": ".".join(map(str, parts)), "in": str(where)}
        )
        found.append(place | {"detail": str(error["msg"])})
    return found


def config_problem(error: ValidationError, above: str = "") -> ProblemError:
    """An analysis configuration that is not one, pointing at its keys."""
    places = pointed([{**each, "loc": ("body", *([above] if above else []), *each["loc"])} for each in error.errors()])
    return ProblemError(
        "config_value",
        f"The configuration has {len(places)} key{'' if len(places) == 1 else 's'} that cannot be used.",
        "See errors; `consult config` prints every key with its meaning.",
        status=422,
        errors=places,
    )


INTERNAL: Final = problem(
    500, "internal", "Something went wrong in the service.", "Try again; if it stays, give the request id."
)


def install(app: FastAPI) -> None:
    """Makes every error of an application a problem, or a page where the pages say so (`app.state.error_page`)."""

    def answer(request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401
        page = getattr(request.app.state, "error_page", None)
        if page is not None and wants_page(request):
            shown = page(request, body)
            shown.headers.update(headers or {})
            return shown
        return respond(request, body, headers)

    @app.exception_handler(ConsultError)
    async def of_consult(request: Request, error: ConsultError) -> Any:  # noqa: ANN401
        if status_of(error) >= 500:
            structlog.get_logger("api").error("request_failed", code=error.code)
        return answer(request, problem_of(error), error.headers if isinstance(error, ProblemError) else None)

    @app.exception_handler(RequestValidationError)
    async def of_request(request: Request, error: RequestValidationError) -> Any:  # noqa: ANN401
        errors = error.errors()
        if any(each["type"] == "json_invalid" for each in errors):
            return answer(request, problem(400, "not_json", "The body is not valid JSON.", "Send a JSON object."))
        return answer(
            request, problem(422, "request_invalid", "The request cannot be used.", "See errors.", pointed(errors))
        )

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> Any:  # noqa: ANN401
        code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "http")
        detail = {404: "There is nothing at this address.", 405: "This address does not take this method."}
        said = detail.get(error.status_code, f"{HTTPStatus(error.status_code).phrase}.")
        return answer(request, problem(error.status_code, code, said), error.headers)


def unforeseen(error: Exception) -> dict[str, str]:
    """What may be told of an unforeseen error: its kind and place, as its message may hold what people wrote."""
    trace, at = error.__traceback__, ""
    while trace is not None:
        at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"code": "internal", "error": type(error).__name__, "at": at}


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page, rather than a program for JSON."""
    if request.url.path.startswith("/v1/") or request.query_params.get("format") == "json":
        return False
    return "text/html" in request.headers.get("accept", "")
