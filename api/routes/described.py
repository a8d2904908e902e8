"""What the OpenAPI document says of answers: schemas, examples, and every problem that an operation can give."""

from __future__ import annotations

from typing import Any, Final

from api.problems import MEDIA_TYPE

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "hint"],
    "properties": {
        "type": {"type": "string", "description": "`urn:consult:problem:` and the code."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A stable name, for programs."},
        "detail": {"type": "string", "description": "What was found. Never what a respondent wrote."},
        "hint": {"type": "string", "description": "What to do about it."},
        "request_id": {"type": "string", "description": "Under which the log has it."},
        "errors": {
            "type": "array",
            "description": "Where: in the body (pointer), a parameter, or a row and column of a file.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "in": {"type": "string"},
                    "source_file": {"type": "string"},
                    "row": {"type": "integer"},
                    "column": {"type": ["string", "null"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_SAID: Final = {
    304: ("Not changed since the answer with that ETag.", ""),
    400: ("The body cannot be read.", "not_json"),
    401: ("Nobody that is known.", "not_signed_in"),
    403: ("Known, but not allowed.", "forbidden"),
    404: ("There is no such thing, or it is not yours to see.", "not_found"),
    409: ("It cannot be done in the state that things are in.", "busy"),
    410: ("The consultation was purged, and takes no more.", "consultation_purged"),
    413: ("The body is too large.", "too_large"),
    415: ("The body is not of a type that this takes.", "media_type"),
    421: ("The service does not answer under this name.", "host_unknown"),
    422: ("Well-formed, but it cannot be used; `errors` points at where.", "request_invalid"),
    429: ("Too many requests; Retry-After says when to come back.", "rate_limited"),
    500: ("A defect, or a damaged run.", "internal"),
    503: ("The database or the model does not answer.", "database_unreachable"),
    507: ("The data folder cannot be written.", "data_unwritable"),
}
_ALWAYS: Final = (400, 401, 403, 421, 422, 429, 500, 503)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can give: those named, and those that every operation can."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*_ALWAYS, *statuses}):
        said, code = _SAID[status]
        found[status] = {"description": said}
        if status == 304:
            continue
        example = {
            "type": f"urn:consult:problem:{code}", "title": said.rstrip("."), "status": status, "code": code,
            "detail": said, "hint": "", "request_id": "4bf92f3577b34da6",
        }  # fmt: skip
        found[status]["content"] = {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        }
    return found


def answer(description: str, example: Any, status: int = 200, *extra: int) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401
    """An operation's answer, its schema taken from an example, and its problems."""
    content = {"application/json": {"schema": shape(example), "example": example}}
    return {status: {"description": description, "content": content}, **errors(*extra)}


def read_answer(description: str, example: Any, *extra: int) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401
    """The answer of a read of a run, which has an ETag."""
    found = answer(description, example, 200, 304, 404, *extra)
    found[200]["headers"] = {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}}
    return found


class Count(int):
    """A count in an example, which is null where it is not shown of a group."""


class Share(float):
    """A share in an example, null as `Count` is."""


def shape(example: Any) -> dict[str, Any]:  # noqa: ANN401 (any JSON value)
    """The schema of values like an example: every key that it has is there; null stands for anything."""
    if isinstance(example, dict):
        if "…" in example:
            return {"type": "object", "additionalProperties": shape(example["…"])}
        return {
            "type": "object",
            "required": list(example),
            "properties": {key: shape(value) for key, value in example.items()},
        }
    if isinstance(example, list):
        return {"type": "array", "items": shape(example[0]) if example else {}}
    if isinstance(example, Count | Share):
        kind = "integer" if isinstance(example, Count) else "number"
        return {"type": [kind, "null"], "description": "null where it is not shown of a group: too few people."}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    name = kinds.get(type(example))
    return {"type": name} if name else {}
