"""What stands around every request: its id, its size, its log line, and the headers that keep a browser strict."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.access import CSRF_COOKIE
from api.metrics import Metrics
from api.problems import INTERNAL, problem, unforeseen
from api.settings import ServiceSettings

CSP: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: a browser would then send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
MAX_BODY: Final = 1_048_576
"""Bytes of a body that is no upload."""
_OVERHEAD: Final = 1_048_576
"""Bytes that a form may add to the files that it carries."""
_UPLOADS: Final = re.compile(r"^(/v1)?/consultations/[^/]+/uploads$|^/consultations/new$")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LOGGED: Final = ("consultation_id", "cid", "upload_id", "uid", "job_id", "jid", "run_id", "rid")


class TooLargeError(HTTPException):
    """The body is larger than this address takes."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """The outermost layer of the application.

    Args:
        app: What it stands around.
        settings: Of the service.
        metrics: Who counts.
        error_page: Makes a page of a problem, for a browser; None where there are no pages.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: ServiceSettings,
        metrics: Metrics,
        error_page: Callable[[Request, dict[str, Any]], Response] | None = None,
    ) -> None:
        self.app = app
        self._error_page = error_page
        self._settings = settings
        self._metrics = metrics
        self._secure = (settings.public_url or "").startswith("https://")
        self._log = structlog.get_logger("api.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        given = headers.get("x-request-id", "")
        state["request_id"] = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        began, status, started, taken = time.perf_counter(), 500, False, 0
        most = self._most(scope)

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > most:
                    raise TooLargeError
            return message

        async def dressed(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                self._dress(MutableHeaders(scope=message), state)
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=state["request_id"])
        try:
            length = headers.get("content-length", "")
            if length.isdigit() and int(length) > most:
                raise TooLargeError
            await self.app(scope, counted, dressed)
        except TooLargeError:
            if not started:
                # What is left of the body is not read, so the connection cannot be used again.
                refusal = self._answer(Request(scope), _too_large(most), {"Connection": "close"})
                await refusal(scope, receive, dressed)
        except Exception as error:
            # Let through, it would be logged with its message, which may hold what people wrote.
            self._log.error("request_failed", **unforeseen(error))
            if not started:
                await self._answer(Request(scope), INTERNAL)(scope, receive, dressed)
        finally:
            seconds = time.perf_counter() - began
            self._tell(scope, state, status, seconds)

    def _answer(self, request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
        """A problem that no route saw, as a page for a browser and as JSON for a program."""
        if self._error_page is None or not problems.wants_page(request):
            return problems.respond(request, body, headers)
        page = self._error_page(request, body)
        page.headers.update(headers or {})
        return page

    def _most(self, scope: Scope) -> int:
        upload = scope["method"] == "POST" and _UPLOADS.fullmatch(scope["path"])
        return self._settings.max_upload_bytes + _OVERHEAD if upload else MAX_BODY

    def _dress(self, headers: MutableHeaders, state: dict[str, Any]) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        # Answers hold what people wrote: only the browser that asked may keep them, and only where a route says so.
        headers.setdefault("cache-control", "no-store")
        headers["x-request-id"] = state["request_id"]
        if self._secure:
            headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")
        if "csrf" in state:
            secure = "; Secure" if self._secure else ""
            headers.append("set-cookie", f"{CSRF_COOKIE}={state['csrf']}; Path=/; HttpOnly; SameSite=Strict{secure}")

    def _tell(self, scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
        """The log line, by route: what stands in a path or a query may be what people wrote, and is left out."""
        route = getattr(scope.get("route"), "path", None) or "unknown"
        self._metrics.observe(scope["method"], route, status, seconds)
        who = state.get("principal")
        ids = {name: value for name, value in scope.get("path_params", {}).items() if name in _LOGGED}
        self._log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            principal=who.name if who else None,
            **ids,
        )


def _too_large(most: int) -> dict[str, Any]:
    return problem(413, "too_large", f"The body is larger than {most:,} bytes.", "Send less, or in parts.")
