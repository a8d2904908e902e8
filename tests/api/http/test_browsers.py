"""What keeps a browser, and a page of somebody else's in it, from doing harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from api.access import CSRF_COOKIE, Access, checked_form, csrf_token, need
from api.limits import Buckets
from api.problems import ProblemError
from tests.api.http.conftest import Service, make_service

HERE = "http://127.0.0.1:8000"


@pytest.fixture
def local(tmp_path: Path) -> Service:
    return make_service(tmp_path, auth="local")


def test_the_local_person_owns_everything(local: Service) -> None:
    client = TestClient(local.app, base_url=HERE)
    assert client.get("/v1/me").json()["name"] == "local"
    assert client.get(local.consultation).json()["role"] == "owner"
    assert client.post("/v1/consultations", json={"title": "x"}).status_code == 201


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "consult.local:8000", "", "169.254.169.254"]
)
def test_another_name_for_this_machine_is_refused(local: Service, host: str) -> None:
    answer = TestClient(local.app, base_url=HERE).get("/v1/me", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "host_unknown")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "127.0.0.1:9"])
def test_the_names_of_loopback_are_taken(local: Service, host: str) -> None:
    assert TestClient(local.app, base_url=HERE).get("/v1/me", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": HERE}, 201),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_a_page_elsewhere_changes_nothing(local: Service, headers: dict[str, str], status: int) -> None:
    client = TestClient(local.app, base_url=HERE)
    answer = client.post("/v1/consultations", json={"title": "x"}, headers=headers)
    assert answer.status_code == status, answer.text
    assert client.get("/v1/me", headers=headers).status_code == 200


def with_form(service: Service) -> TestClient:
    signed_in = Depends(need("signed_in"))

    async def show(request: Request, access: Any = signed_in) -> JSONResponse:
        return JSONResponse({"token": csrf_token(request)})

    async def send(request: Request, access: Access = signed_in) -> JSONResponse:
        form = await checked_form(request)
        return JSONResponse({"title": form["title"]})

    show.__annotations__ |= {"request": Request, "return": None}
    send.__annotations__ |= {"request": Request, "access": Access, "return": None}
    service.app.add_api_route("/form", show, methods=["GET"], response_model=None)
    service.app.add_api_route("/form", send, methods=["POST"], response_model=None)
    return TestClient(service.app, base_url=HERE)


def test_a_form_needs_the_token_of_this_browser(local: Service) -> None:
    client = with_form(local)
    token = client.get("/form").json()["token"]
    cookie = client.get("/form").headers.get("set-cookie")
    assert cookie is None, "one token a browser"
    good = client.post("/form", data={"title": "x", "csrf_token": token})
    assert (good.status_code, good.json()) == (200, {"title": "x"})
    other = with_form(local).get("/form").json()["token"]
    nonce = token.partition(".")[0]
    for bad in (None, "", other, token + "x", f"{nonce}.{'0' * 32}", "é"):
        answer = client.post("/form", data={"title": "x"} | ({"csrf_token": bad} if bad is not None else {}))
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), bad
    client.cookies.clear()
    assert client.post("/form", data={"title": "x", "csrf_token": token}).status_code == 403
    # A cookie that another site planted does not help, as it is signed.
    client.cookies.set(CSRF_COOKIE, "forged.0")
    assert client.post("/form", data={"title": "x", "csrf_token": "forged.0"}).status_code == 403


def test_the_token_is_kept_from_scripts_and_other_sites(local: Service) -> None:
    cookie = with_form(local).get("/form").headers["set-cookie"]
    assert cookie.startswith(f"{CSRF_COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_every_answer_is_dressed(service: Service) -> None:
    for who, address in (("viewer", service.run), (None, "/healthz"), (None, "/v1/nothing"), (None, "/v1/docs")):
        answer = service.client(who).get(address)
        csp = answer.headers["content-security-policy"]
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ):
            assert part in csp
        assert "unsafe" not in csp
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] in ("no-store", "private, no-cache", "no-cache")
        assert len(answer.headers["x-request-id"]) >= 8


def test_a_request_id_is_taken_over_when_it_is_one(service: Service) -> None:
    client = service.client("viewer")
    assert client.get("/v1/me", headers={"X-Request-ID": "trace-12345678"}).headers["x-request-id"] == "trace-12345678"
    for bad in ("short", "a b c d e f g", "x" * 65, "<script>alert(1)"):
        assert client.get("/v1/me", headers={"X-Request-ID": bad}).headers["x-request-id"] != bad


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    service = make_service(tmp_path, rate_per_minute=5)
    client = service.client("viewer")
    answers = [client.get("/v1/me") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].json()["code"] == "rate_limited"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 12
    assert service.client("owner").get("/v1/me").status_code == 200, "each has a bucket of their own"
    guesses = [service.client().get("/v1/me", headers={"Authorization": f"Bearer {n}"}) for n in range(7)]
    assert [answer.status_code for answer in guesses] == [401] * 5 + [429] * 2
    assert service.client().get("/healthz").status_code == 200


def test_a_bucket_fills_again() -> None:
    time = [0.0]
    buckets = Buckets(60, clock=lambda: time[0])
    for _ in range(60):
        buckets.take("ada")
    with pytest.raises(ProblemError, match="Try again in 1 seconds"):
        buckets.take("ada")
    time[0] = 2.0
    buckets.take("ada")
    buckets.take("ada")
    with pytest.raises(ProblemError):
        buckets.take("ada")
    buckets.take("bea")
