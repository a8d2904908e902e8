"""What the addresses of the API are made of."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Literal

from fastapi import Depends, Path, Query

from api.problems import ProblemError

_ID: Final = r"^[A-Za-z0-9_-]{1,64}$"
_GIVEN: Final = (
    " Percent-encoded. An id that holds a slash, is empty, `.` or `..`, or starts with `~`, is written as `~` and its "
    "UTF-8 bytes in base64url without padding."
)

ConsultationId = Annotated[str, Path(description="The consultation's id.", pattern=_ID, examples=["6f1d0c9be2a34c55"])]
UploadId = Annotated[str, Path(description="The upload's id.", pattern=_ID, examples=["b0a1c2d3e4f50617"])]
JobId = Annotated[str, Path(description="The job's id.", pattern=_ID, examples=["0f9e8d7c6b5a4938"])]
RunId = Annotated[
    str, Path(description="The run's id, which is that of its job.", pattern=_ID, examples=["0f9e8d7c6b5a4938"])
]
KeyId = Annotated[str, Path(description="The key's id.", pattern=_ID, examples=["27ac41b09d6e8f35"])]

Limit = Annotated[int, Query(description="How many at the most.", ge=1, le=200, examples=[25])]
CursorText = Annotated[
    str | None,
    Query(description="Where to go on: `next` of the page before.", max_length=400, examples=["k3J5…"], alias="cursor"),
]
Field = Annotated[
    str | None, Query(description="A demographic field, or a closed question.", max_length=2000, examples=["Age"])
]
Group = Annotated[
    str | None,
    Query(description="A value of that field; only its respondents count.", max_length=2000, examples=["16-24"]),
]

NonAnswerKind = Annotated[
    Literal[
        "blank_like", "none", "no_comment", "unsure", "refers", "attached", "thin", "noise", "set_aside", "personal"
    ]
    | None,
    Query(description="A class of non-answers; all when absent.", examples=["refers"]),
]  # fmt: skip


def decode_id(given: str) -> str:
    """An id of a question, theme or response as it stands in an address."""
    if not given.startswith("~"):
        return given
    try:
        return base64.b64decode(given[1:] + "=" * (-(len(given) - 1) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ProblemError("not_found", "The address holds an id that starts with ~ and is not base64url.") from None


def encode_id(raw: str) -> str:
    """An id as it is written into an address, before percent-encoding."""
    if raw in ("", ".", "..") or "/" in raw or raw.startswith("~"):
        return "~" + base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")
    return raw


def _question(
    question_id: Annotated[str, Path(description="The question's id." + _GIVEN, max_length=8000, examples=["buses"])],
) -> str:
    return decode_id(question_id)


def _theme(
    theme_id: Annotated[str, Path(description="The theme's id." + _GIVEN, max_length=8000, examples=["1"])],
) -> str:
    return decode_id(theme_id)


def _parent(
    parent_id: Annotated[str, Path(description="The broad theme's id." + _GIVEN, max_length=8000, examples=["P1"])],
) -> str:
    return decode_id(parent_id)


def _campaign(
    campaign_id: Annotated[str, Path(description="The campaign's id." + _GIVEN, max_length=8000, examples=["C1"])],
) -> str:
    return decode_id(campaign_id)


def _response(
    response_id: Annotated[str, Path(description="The response's id." + _GIVEN, max_length=8000, examples=["MC-0003"])],
) -> str:
    return decode_id(response_id)


QuestionId = Annotated[str, Depends(_question)]
ThemeId = Annotated[str, Depends(_theme)]
CampaignId = Annotated[str, Depends(_campaign)]
ParentId = Annotated[str, Depends(_parent)]
ResponseId = Annotated[str, Depends(_response)]
