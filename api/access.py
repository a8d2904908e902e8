"""Who asks, and what they may do: deny by default.

Every route of the service, of the API and of the pages alike, has a dependency made by `need`, which says what it takes
to use it; `create_app` refuses to start with a route that has none.

    public      anybody
    signed_in   anybody who is known
    creator     who may create consultations
    viewer      reads a consultation        (a role by consultation: the ids in the path say which)
    analyst     uploads, sets up, starts and stops jobs
    owner       names members, purges
    admin       keys, the audit record, metrics
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from api import records
from api.limits import Buckets
from api.problems import ProblemError
from api.settings import ServiceSettings, is_loopback

Level = Literal["public", "signed_in", "creator", "viewer", "analyst", "owner", "admin"]
ROLES: Final = ("viewer", "analyst", "owner")
ALL_SCOPES: Final = frozenset({"read", "write", "admin"})
LOCAL: Final = "local"
"""The principal of the local single-user mode."""
CSRF_COOKIE: Final = "consult_csrf"
CSRF_FIELD: Final = "csrf_token"
_IDS: Final = frozenset({"consultation_id", "cid", "upload_id", "uid", "job_id", "jid", "run_id", "rid"})
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Principal:
    """Somebody who is known.

    Attributes:
        name: Under which they are a member.
        kind: How they are known.
        scopes: What they may do at the most: read, write, admin.
        groups: Names of groups that may be members too, as `group:<name>`.
    """

    name: str
    kind: Literal["local", "proxy", "key"]
    scopes: frozenset[str]
    groups: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which they may be a member."""
        return (self.name, *(f"group:{group}" for group in self.groups))


@dataclass(frozen=True)
class Access:
    """What `need` found.

    Attributes:
        principal: Who asks; None on a public route.
        role: Their role in the consultation that the path names; None where it names none.
        consultation_id: That consultation.
        resource: The record that the path names: a Consultation, Upload, Job or RunRecord.
    """

    principal: Principal | None
    role: str | None = None
    consultation_id: str | None = None
    resource: Any = None

    @property
    def name(self) -> str:
        """Who asks, for records."""
        return self.principal.name if self.principal else "nobody"


def principal(request: Request) -> Principal:
    """Who asks.

    Raises:
        ProblemError: nobody that is known.
    """
    known = getattr(request.state, "principal", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    found = _find(request)
    request.state.principal = found
    return found


def _find(request: Request) -> Principal:
    settings: ServiceSettings = request.app.state.settings
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and secret:
        key = records.find_key(request.app.state.engine, secret.strip())
        if key is None:
            raise ProblemError("key_unknown", "The API key is not known, or was revoked.", headers=_challenge())
        return Principal(key.principal, "key", frozenset(key.scopes) & ALL_SCOPES)
    if settings.auth == "local":
        return Principal(LOCAL, "local", ALL_SCOPES)
    if settings.auth == "proxy" and _trusted(request, settings):
        name = request.headers.get(settings.proxy_user_header, "").strip()
        if name:
            groups = request.headers.get(settings.proxy_groups_header, "").split(",")
            scopes = ALL_SCOPES if name in settings.owners else ALL_SCOPES - {"admin"}
            return Principal(name, "proxy", scopes, tuple(group.strip() for group in groups if group.strip()))
    raise ProblemError(
        "not_signed_in",
        "You are not signed in.",
        "Sign in, or send an API key as a bearer token.",
        headers=_challenge(),
    )


def _challenge() -> dict[str, str]:
    return {"WWW-Authenticate": 'Bearer realm="consult"'}


def _trusted(request: Request, settings: ServiceSettings) -> bool:
    """Whether the other end of the connection is a proxy whose headers are believed."""
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(network, strict=False) for network in settings.trusted_proxies)


def need(level: Level) -> Callable[[Request], Access]:
    """A dependency that lets in who has at least `level`; the route's ids say in which consultation.

    The path's parameters may be consultation_id, upload_id, job_id or run_id, or cid, uid, jid, rid for short.
    """

    def allow(request: Request) -> Access:
        check_host(request)
        if level == "public":
            return Access(None)
        found = _limited(request)
        check_origin(request, found)
        scope = "admin" if level == "admin" else "write" if request.method in _UNSAFE else "read"
        if scope not in found.scopes:
            raise _forbidden(f"This needs the scope {scope}.")
        if level in ("signed_in", "admin"):
            return Access(found)
        if level == "creator":
            if not may_create(request, found):
                raise _forbidden("You may not create consultations.")
            return Access(found)
        try:
            consultation_id, resource = _resource(request)
            role = role_in(request, found, consultation_id)
        except records.NotFound:
            role = None
        if role is None:
            # Who is no member does not learn that it exists.
            raise ProblemError("not_found", "There is no such thing, or it is not yours to see.")
        if ROLES.index(role) < ROLES.index(level):
            raise _forbidden(f"This needs the role {level}; yours is {role}.")
        return Access(found, role, consultation_id, resource)

    allow.level = level  # type: ignore[attr-defined]
    return allow


def _limited(request: Request) -> Principal:
    """Who asks, when they do not ask too often; strangers are counted by address."""
    buckets: Buckets = request.app.state.buckets
    peer = f"peer:{request.client.host if request.client else ''}"
    try:
        found = principal(request)
    except ProblemError:
        buckets.take(peer)
        raise
    if not getattr(request.state, "counted", False):
        buckets.take(f"{found.kind}:{found.name}")
        request.state.counted = True
    return found


def _forbidden(message: str) -> ProblemError:
    return ProblemError("forbidden", message, "Ask an owner of the consultation, or the administrator.")


def may_create(request: Request, who: Principal) -> bool:
    """Whether somebody may create consultations."""
    owners = request.app.state.settings.owners
    return who.kind == "local" or any(name in owners for name in who.names) or "admin" in who.scopes


def role_in(request: Request, who: Principal, consultation_id: str) -> str | None:
    """The highest role that somebody has in a consultation; the local person owns all."""
    if who.kind == "local":
        return "owner"
    engine = request.app.state.engine
    roles = [role for name in who.names if (role := records.role_of(engine, consultation_id, name)) in ROLES]
    return max(roles, key=ROLES.index, default=None)


def _resource(request: Request) -> tuple[str, Any]:
    """The consultation that the path's ids name, and the record of the most particular id."""
    engine = request.app.state.engine
    ids = request.path_params
    for name, value in ids.items():
        # What cannot be an id is not looked for: PostgreSQL takes no NUL.
        if name in _IDS and not _ID.fullmatch(value):
            raise records.NotFound(name, value)
    getters: tuple[tuple[tuple[str, str], Callable[..., Any]], ...] = (
        (("run_id", "rid"), records.get_run),
        (("job_id", "jid"), records.get_job),
        (("upload_id", "uid"), records.get_upload),
    )
    named = next((value for name in ("consultation_id", "cid") if (value := ids.get(name)) is not None), None)
    for names, get in getters:
        for name in names:
            if name in ids:
                found = get(engine, ids[name])
                if named is not None and found.consultation_id != named:
                    raise records.NotFound(name, ids[name])
                return found.consultation_id, found
    if named is None:
        raise AssertionError("a role is by consultation, and the path names none")
    return named, records.get_consultation(engine, named)


# Requests that another site makes a browser send


def check_host(request: Request) -> None:
    """In local mode, refuses names that are not this machine's: a page elsewhere may have pointed its name here."""
    settings: ServiceSettings = request.app.state.settings
    if settings.auth != "local":
        return
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    own = urlsplit(settings.public_url).hostname if settings.public_url else None
    if not is_loopback(host) and host != own:
        raise ProblemError(
            "host_unknown", "The service does not answer under this name.", "Open it as http://127.0.0.1 or localhost."
        )


def check_origin(request: Request, who: Principal) -> None:
    """Refuses a change that a page of another site asks for in the name of who is signed in by being there."""
    if request.method not in _UNSAFE or who.kind == "key":
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    settings: ServiceSettings = request.app.state.settings
    ours = {request.headers.get("host", "")} | (
        {urlsplit(settings.public_url).netloc} if settings.public_url else set()
    )
    foreign = site in ("cross-site", "same-site") if site is not None else False
    if foreign or (origin is not None and urlsplit(origin).netloc not in ours):
        raise ProblemError("origin", "The request comes from another site.", "Use the service's own pages.")


def csrf_token(request: Request) -> str:
    """The token that a form must send back; its cookie goes out with the response."""
    found = request.cookies.get(CSRF_COOKIE, "")
    if not _signed(request, found):
        found = getattr(request.state, "csrf", None) or _sign(request, secrets.token_urlsafe(24))
        request.state.csrf = found
    return found


def check_csrf(request: Request, token: str | None) -> None:
    """Refuses a form without the token that this browser was given.

    Raises:
        ProblemError: it is missing, forged, or another's.
    """
    cookie = request.cookies.get(CSRF_COOKIE, "")
    if not token or not hmac.compare_digest(token.encode(), cookie.encode()) or not _signed(request, cookie):
        raise ProblemError(
            "csrf", "The form is not from this browser, or is too old.", "Open the page again, and send it."
        )


async def checked_form(request: Request) -> FormData:
    """The fields of a form whose token was checked. For small forms: files are streamed by `api.routes.forms`."""
    form = await request.form(max_files=0, max_fields=1000)
    token = form.get(CSRF_FIELD)
    check_csrf(request, token if isinstance(token, str) else None)
    return form


def _sign(request: Request, nonce: str) -> str:
    who = getattr(request.state, "principal", None)
    said = f"csrf:{who.name if who else ''}:{nonce}"
    return f"{nonce}.{hmac.new(request.app.state.secret, said.encode(), sha256).hexdigest()[:32]}"


def _signed(request: Request, token: str) -> bool:
    nonce, _, _ = token.partition(".")
    return bool(nonce) and hmac.compare_digest(token.encode(), _sign(request, nonce).encode())
