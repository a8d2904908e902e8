"""Every route by everybody, against one table: a route that the table does not name fails, and so opens to nobody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import Request
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from api import records
from api.access import CSRF_COOKIE, CSRF_FIELD, Principal, csrf_token
from api.app import create_app
from api.database import metadata, runs
from api.routes.documentation import level_of
from consult import AnalysisConfig, analyse_into
from tests.api.http.conftest import ADDRESS, Service, add_job, make_service

PROXY = ("10.1.2.3", 40000)
ELSEWHERE = ("10.9.9.9", 40000)
BROWSER = "text/html,application/xhtml+xml"
TITLE = "Moving Celyn"

# What a route needs, and what it answers to who may use it. Pages are listed beside the API.
READS = {
    "/healthz": "public", "/readyz": "public", "/v1/openapi.json": "public", "/v1/docs": "public",
    "/metrics": "admin", "/v1/keys": "admin",
    "/": "signed_in", "/receipts": "signed_in", "/v1/me": "signed_in", "/v1/consultations": "signed_in",
    "/v1/receipts": "signed_in",
    "/consultations/new": "creator",
    "/consultations/{consultation_id}": "viewer", "/v1/consultations/{consultation_id}": "viewer",
    "/v1/consultations/{consultation_id}/setup": "viewer", "/v1/consultations/{consultation_id}/uploads": "viewer",
    "/v1/consultations/{consultation_id}/jobs": "viewer", "/v1/consultations/{consultation_id}/runs": "viewer",
    "/v1/uploads/{upload_id}": "viewer",
    "/jobs/{job_id}": "viewer", "/v1/jobs/{job_id}": "viewer", "/v1/jobs/{job_id}/events": "viewer",
    "/runs/{run_id}": "viewer", "/runs/{run_id}/ledger": "viewer", "/runs/{run_id}/made": "viewer",
    "/runs/{run_id}/exports": "viewer", "/runs/{run_id}/q/{question_id}": "viewer",
    "/runs/{run_id}/q/{question_id}/themes/{theme_id}": "viewer",
    "/runs/{run_id}/q/{question_id}/themes/{theme_id}/responses": "viewer",
    "/runs/{run_id}/q/{question_id}/parents/{parent_id}": "viewer",
    "/runs/{run_id}/campaigns": "viewer", "/v1/runs/{run_id}/campaigns": "viewer",
    "/runs/{run_id}/q/{question_id}/campaigns/{campaign_id}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/campaigns/{campaign_id}": "viewer",
    "/runs/{run_id}/q/{question_id}/responses/{response_id}": "viewer",
    "/runs/{run_id}/q/{question_id}/responses/{response_id}/decide": "viewer",
    "/runs/{run_id}/q/{question_id}/non-answers": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/non-answers": "viewer",
    "/runs/{run_id}/q/{question_id}/search": "viewer", "/runs/{run_id}/q/{question_id}/map": "viewer",
    "/runs/{run_id}/q/{question_id}/compare": "viewer",
    "/v1/runs/{run_id}": "viewer", "/v1/runs/{run_id}/ledger": "viewer", "/v1/runs/{run_id}/made": "viewer",
    "/v1/runs/{run_id}/exports": "viewer", "/v1/runs/{run_id}/exports/{format}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/themes": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/themes/{theme_id}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/themes/{theme_id}/responses": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/parents/{parent_id}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/responses/{response_id}": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/search": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/layout": "viewer",
    "/v1/runs/{run_id}/questions/{question_id}/compare": "viewer",
    "/consultations/{consultation_id}/check": "analyst", "/v1/consultations/{consultation_id}/check": "analyst",
    "/v1/uploads/{upload_id}/check": "analyst",
    "/consultations/{consultation_id}/people": "owner", "/consultations/{consultation_id}/record": "owner",
    "/consultations/{consultation_id}/delete": "owner", "/consultations/{consultation_id}/receipts": "owner",
    "/v1/consultations/{consultation_id}/members": "owner", "/v1/consultations/{consultation_id}/audit": "owner",
    "/v1/consultations/{consultation_id}/receipts": "owner",
}  # fmt: skip
# Those that do not answer 200, and what stands behind the address of some.
GIVES = {"/v1/jobs/{job_id}/events": 204}
ASKED = {
    "/v1/runs/{run_id}/questions/{question_id}/search": "?q=bus",
    "/v1/runs/{run_id}/questions/{question_id}/compare": "?field=Age&a=16-24&b=75+and+over",
}
CSV = b"id,What do you think?\n1,More buses are needed\n"
# What a write needs, what it answers to who may, and what is sent: JSON, or the fields of a form, or a file.
WRITES: dict[str, tuple[str, int, dict[str, Any] | bytes | None]] = {
    "POST /v1/consultations": ("creator", 201, {"title": "Another"}),
    "DELETE /v1/consultations/{consultation_id}": ("owner", 200, None),
    "PUT /v1/consultations/{consultation_id}/setup": ("analyst", 200, {"config": {"cluster": {"seed": 7}}}),
    "PUT /v1/consultations/{consultation_id}/members/{principal}": ("owner", 200, {"role": "analyst"}),
    "DELETE /v1/consultations/{consultation_id}/members/{principal}": ("owner", 204, None),
    "POST /v1/consultations/{consultation_id}/uploads": ("analyst", 201, CSV),
    "DELETE /v1/uploads/{upload_id}": ("analyst", 204, None),
    "POST /v1/consultations/{consultation_id}/jobs": ("analyst", 202, {}),
    "POST /v1/jobs/{job_id}/cancel": ("analyst", 200, None),
    "POST /v1/jobs/{job_id}/retry": ("analyst", 202, None),
    "POST /v1/keys": ("admin", 201, {"name": "k", "principal": "k", "scopes": ["read"]}),
    "DELETE /v1/keys/{key_id}": ("admin", 204, None),
    "POST /consultations/new": ("creator", 303, CSV),
    "POST /consultations/{consultation_id}/start": ("analyst", 303, {}),
    "POST /consultations/{consultation_id}/uploads": ("analyst", 303, CSV),
    "POST /consultations/{consultation_id}/check": ("analyst", 303, {"then": "guess"}),
    "POST /consultations/{consultation_id}/people": ("owner", 303, {"principal": "bea", "role": "viewer"}),
    "POST /consultations/{consultation_id}/people/remove": ("owner", 303, {"principal": "gone"}),
    "POST /consultations/{consultation_id}/delete": ("owner", 303, {"name": TITLE}),
    "POST /uploads/{upload_id}/remove": ("analyst", 303, {}),
    "POST /jobs/{job_id}/cancel": ("analyst", 303, {}),
    "POST /jobs/{job_id}/retry": ("analyst", 303, {}),
    "POST /runs/{run_id}/q/{question_id}/non-answers": ("analyst", 303, {"response": "MC-0003", "then": "answer"}),
}

# What each of them gets at each level: 0 is let in, else the status of the refusal.
LEVELS = ("public", "signed_in", "creator", "viewer", "analyst", "owner", "admin")
OUTCOMES: dict[str, tuple[int, int, int, int, int, int, int]] = {
    "nobody":             (0, 401, 401, 401, 401, 401, 401),
    "a forged key":       (0, 401, 401, 401, 401, 401, 401),
    "a revoked key":      (0, 401, 401, 401, 401, 401, 401),
    "not by the proxy":   (0, 401, 401, 401, 401, 401, 401),
    "a key of no scope":  (0, 403, 403, 403, 403, 403, 403),
    "a key that writes":  (0, 403, 403, 403, 403, 403, 403),
    "a key that reads":   (0,   0, 403,   0,   0,   0, 403),
    "another's owner":    (0,   0, 403, 404, 404, 404, 403),
    "viewer":             (0,   0, 403,   0, 403, 403, 403),
    "analyst":            (0,   0, 403,   0,   0, 403, 403),
    "owner":              (0,   0, 403,   0,   0,   0, 403),
    "administrator":      (0,   0,   0, 404, 404, 404,   0),
    "by proxy, stranger": (0,   0, 403, 404, 404, 404, 403),
    "by proxy, viewer":   (0,   0, 403,   0, 403, 403, 403),
    "by proxy, a group":  (0,   0, 403,   0,   0, 403, 403),
    "by proxy, owner":    (0,   0, 403,   0,   0,   0, 403),
    "by proxy, operator": (0,   0,   0, 404, 404, 404,   0),
    "the local person":   (0,   0,   0,   0,   0,   0,   0),
}  # fmt: skip
# Where reading and writing differ.
WRITING = {
    "a key that writes": (0, 0, 403, 0, 0, 0, 403),
    "a key that reads": (0, 403, 403, 403, 403, 403, 403),
}


@dataclass
class People:
    """Everybody, each with a client, and what the paths name."""

    service: Service
    clients: dict[str, Callable[[], TestClient]]
    names: dict[str, Principal]
    key_id: str

    def address(self, path: str, *, job_id: str | None = None) -> str:
        of = self.service
        ids = {
            "consultation_id": of.consultation_id, "upload_id": of.upload_id, "job_id": job_id or of.job_id,
            "run_id": of.run_id or of.job_id, "question_id": "buses", "theme_id": "1", "parent_id": "P1",
            "campaign_id": "C1",
            "response_id": "MC-0003",
            "format": "jsonl", "principal": "gone", "key_id": self.key_id,
        }  # fmt: skip
        return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)


def everybody(service: Service) -> People:
    """The service behind a proxy and with keys, and the same for the local person."""
    engine, of = service.engine, service.consultation_id
    for who, role in (("vera", "viewer"), ("group:team", "analyst"), ("olga", "owner"), ("gone", "viewer")):
        records.set_member(engine, of, who, role)
    records.create_consultation(engine, "Somebody else's", "elsewhere", 30)
    keys = {
        "a key of no scope": ("owner", []), "a key that writes": ("owner", ["write"]),
        "a key that reads": ("owner", ["read"]), "another's owner": ("elsewhere", ["read", "write"]),
        "viewer": ("viewer", ["read", "write"]), "analyst": ("analyst", ["read", "write"]),
        "owner": ("owner", ["read", "write"]), "administrator": ("admin", ["read", "write", "admin"]),
        "a revoked key": ("owner", ["read", "write"]),
    }  # fmt: skip
    made = {who: records.make_key(engine, who, name, scopes) for who, (name, scopes) in keys.items()}
    records.revoke_key(engine, made["a revoked key"][0].id)
    proxied = {
        "not by the proxy": ("olga", ""), "by proxy, stranger": ("sid", "others"), "by proxy, viewer": ("vera", ""),
        "by proxy, a group": ("gus", "others, team"), "by proxy, owner": ("olga", ""), "by proxy, operator": ("op", ""),
    }  # fmt: skip
    more = {"auth": "proxy", "trusted_proxies": ("10.1.2.3/32",), "owners": ("op",)}
    app = create_app(service.settings.model_copy(update=more), engine)
    local = create_app(service.settings.model_copy(update={"auth": "local"}), engine)

    def maker(app: Any, headers: dict[str, str], peer: tuple[str, int] = PROXY) -> Callable[[], TestClient]:
        return lambda: TestClient(app, base_url=ADDRESS, headers=headers, client=peer, follow_redirects=False)

    clients = {who: maker(app, {"Authorization": f"Bearer {secret}"}) for who, (_, secret) in made.items()}
    for who, (name, groups) in proxied.items():
        peer = ELSEWHERE if who == "not by the proxy" else PROXY
        clients[who] = maker(app, {"X-Forwarded-User": name, "X-Forwarded-Groups": groups}, peer)
    clients |= {"nobody": maker(app, {}), "a forged key": maker(app, {"Authorization": "Bearer consult_x"})}
    clients["the local person"] = maker(local, {})
    names = {who: Principal(name, "key", frozenset()) for who, (name, _) in keys.items()}
    names |= {who: Principal(name, "proxy", frozenset()) for who, (name, _) in proxied.items()}
    names["the local person"] = Principal("local", "local", frozenset())
    key, _ = records.make_key(engine, "to revoke", "nobody", ["read"])
    return People(service, clients, names, key.id)


@pytest.fixture(scope="module")
def people(service: Service) -> People:
    return everybody(service)


def routes(service: Service) -> dict[str, str | None]:
    """Every route of the application but the files of the pages: "GET /v1/me" -> the level that it says."""
    return {
        f"{method} {route.path}": level_of(route)
        for route in iter_route_contexts(service.app.routes)
        for method in route.methods or ()
    }


def test_the_table_names_every_route_and_no_other(service: Service) -> None:
    table = {f"GET {path}": level for path, level in READS.items()}
    table |= {route: level for route, (level, *_) in WRITES.items()}
    assert routes(service) == table
    documented = {
        f"{verb.upper()} {path}": operation["x-consult-needs"]
        for path, verbs in service.app.openapi()["paths"].items()
        for verb, operation in verbs.items()
    }
    api = {route for route in table if re.search(r" /(v1/|healthz|readyz|metrics)", route)}
    assert documented == {route: table[route] for route in api}


def expected(who: str, verb: str, level: str) -> int:
    outcomes = OUTCOMES[who] if verb == "GET" else WRITING.get(who, OUTCOMES[who])
    return outcomes[LEVELS.index(level)]


def refused(answer: Any, path: str, status: int) -> None:
    """A refusal is a problem for a program and a page for a person, and names nothing that is there."""
    assert answer.status_code == status, f"{path}: {answer.status_code}: {answer.text[:300]}"
    kind = "application/problem+json" if path.startswith(("/v1/", "/metrics")) else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind, path
    assert TITLE not in answer.text and "celyn.csv" not in answer.text, path
    assert ("www-authenticate" in answer.headers) == (status == 401), path


@pytest.mark.parametrize("who", OUTCOMES)
def test_every_read(people: People, who: str) -> None:
    with people.clients[who]() as client:
        for path, level in READS.items():
            status = expected(who, "GET", level)
            accept = "application/json" if path.startswith(("/v1/", "/metrics")) else BROWSER
            answer = client.get(people.address(path) + ASKED.get(path, ""), headers={"Accept": accept})
            if status:
                refused(answer, path, status)
            else:
                assert answer.status_code == GIVES.get(path, 200), f"{path}: {answer.text[:300]}"


@pytest.fixture(scope="module")
def scene(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A consultation to write into: a file, a waiting job, a failed one, a run."""
    made = make_service(tmp_path_factory.mktemp("scene"))
    file = made.settings.data / "one.csv"
    file.write_text("id,What of the buses?\nMC-0003,No\nMC-0004,The last bus goes too early for me\n", encoding="utf-8")
    config = AnalysisConfig.model_validate({"columns": {"question_ids": {"What of the buses?": "buses"}}})
    analyse_into(made.settings.data, [file], config, name="kept", embedder=fake_embedder)
    yield everybody(prepare(made))
    made.engine.dispose()


def prepare(service: Service) -> Service:
    """Another consultation, as the first was before anybody wrote."""
    service.consultation_id = records.create_consultation(service.engine, TITLE, "owner", 30).id
    for who, role in (("viewer", "viewer"), ("analyst", "analyst")):
        records.set_member(service.engine, service.consultation_id, who, role)
    with service.client("owner") as client:
        sent = client.post(f"{service.consultation}/uploads?filename=celyn.csv", content=CSV)
    service.upload_id = sent.json()["items"][0]["id"]
    # One that waits for no file: the file can be removed.
    service.job_id = add_job(service, "queued", upload_ids=[])
    add_job(service, "failed")
    service.run_id = add_job(service)
    folder = Path("runs") / service.consultation_id / f"run-{service.run_id}"
    shutil.copytree(service.settings.data / "kept", service.settings.data / folder)
    row = {"id": service.run_id, "job_id": service.run_id, "name": "kept", "folder": str(folder), "counts": {}}
    row |= {"consultation_id": service.consultation_id, "created_at": records.now()}
    with service.engine.begin() as connection:
        connection.execute(insert(runs).values(row))
    return service


def held(service: Service) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the database."""
    with service.engine.connect() as connection:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def send(people: People, who: str, route: str, job_id: str) -> Any:
    """Sends what a write takes; a form carries the token that this person's browser would have."""
    verb, path = route.split()
    _, _, sent = WRITES[route]
    address = people.address(path, job_id=job_id)
    with people.clients[who]() as client:
        if path.startswith("/v1/"):
            if isinstance(sent, bytes):
                return client.post(address, params={"filename": "more.csv"}, content=sent)
            return client.request(verb, address, json=sent)
        scope = {"type": "http", "headers": [], "app": client.app, "state": {"principal": people.names.get(who)}}
        token = csrf_token(Request(scope))
        client.cookies.set(CSRF_COOKIE, token)
        fields = {CSRF_FIELD: token}
        if isinstance(sent, bytes):
            title = {"title": "Another"} if path.endswith("/new") else {}
            return client.post(
                address, data=fields | title, files={"file": ("more.csv", sent)}, headers={"Accept": BROWSER}
            )
        body, kind = urlencode(fields | (sent or {})), "application/x-www-form-urlencoded"
        return client.post(address, content=body, headers={"Accept": BROWSER, "Content-Type": kind})


@pytest.mark.parametrize("who", OUTCOMES)
def test_every_write(scene: People, who: str) -> None:
    before = held(scene.service)
    for route, (level, good, _) in WRITES.items():
        status = expected(who, "WRITE", level)
        failed = next(job.id for job in jobs_of(scene) if job.state == "failed")
        job_id = failed if route.endswith("/retry") else scene.service.job_id
        answer = send(scene, who, route, job_id)
        if status:
            refused(answer, route.split()[1], status)
            assert held(scene.service) == before, f"{route} as {who} was refused, and changed something"
        else:
            assert answer.status_code == good, f"{route} as {who}: {answer.status_code}: {answer.text[:300]}"
            assert held(scene.service) != before, f"{route} as {who} was done, and changed nothing"
            renew(scene)
            before = held(scene.service)


def jobs_of(people: People) -> list[records.Job]:
    return list(records.list_jobs(people.service.engine, people.service.consultation_id))


def renew(people: People) -> None:
    """After a write: all is there again."""
    service = prepare(people.service)
    for name, role in (("vera", "viewer"), ("group:team", "analyst"), ("olga", "owner"), ("gone", "viewer")):
        records.set_member(service.engine, service.consultation_id, name, role)
    people.key_id = records.make_key(service.engine, "to revoke", "nobody", ["read"])[0].id


def test_no_other_method_is_taken(people: People) -> None:
    known = routes(people.service)
    with people.clients["the local person"]() as client:
        for path in {route.split()[1] for route in known}:
            for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"):
                if f"{verb} {path}" not in known:
                    answer = client.request(verb, people.address(path))
                    assert answer.status_code == 405, f"{verb} {path}: {answer.status_code}"
