"""Who is let in: keys, levels, and what a refusal gives away. Every route by everybody is in `test_roles`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import need
from api.app import check_routes, create_app
from consult.errors import SchemaError
from tests.api.http.conftest import Service

LEVELS = {"public", "signed_in", "creator", "viewer", "analyst", "owner", "admin"}


def operations(service: Service) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (verb, path, operation)
        for path, verbs in service.app.openapi()["paths"].items()
        for verb, operation in verbs.items()
    ]


def address(service: Service, path: str) -> str:
    ids = {
        "consultation_id": service.consultation_id, "upload_id": service.upload_id, "job_id": service.job_id,
        "run_id": service.job_id, "question_id": "buses", "theme_id": "1", "parent_id": "P1", "campaign_id": "C1",
        "response_id": "MC-0003",
        "format": "jsonl",
        "principal": "viewer", "key_id": "nokey",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: ids[found.group(1)], path)


def test_every_operation_has_a_level(service: Service) -> None:
    found = {operation["x-consult-needs"] for *_, operation in operations(service)}
    assert found == LEVELS


def test_who_is_no_member_does_not_learn_that_it_exists(service: Service) -> None:
    client = service.client("stranger")
    theirs, none = client.get(service.consultation), client.get("/v1/consultations/ffff")
    assert theirs.status_code == none.status_code == 404
    assert client.get(service.run).status_code == client.get("/v1/runs/ffff").status_code == 404
    assert client.get("/v1/consultations").json() == {"items": []}


def test_an_id_of_another_consultation_opens_nothing(service: Service) -> None:
    assert service.client("viewer").get("/v1/runs/..%2f..%2fetc").status_code == 404


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic b3duZXI6", "Bearer \u00e9", "owner"])
def test_a_key_that_is_not_known_is_refused(service: Service, header: str) -> None:
    answer = service.client().get("/v1/me", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert header[-8:] not in answer.text or header in ("Bearer ", "owner")


def test_a_service_with_an_undeclared_route_does_not_start(service: Service) -> None:
    app = create_app(service.settings, service.engine)
    app.add_api_route("/v1/open", lambda: {})
    with pytest.raises(SchemaError, match="/v1/open does not say who may use it"):
        check_routes(app)


def test_a_role_needs_a_consultation(service: Service) -> None:
    app = FastAPI()
    app.state = service.app.state
    from fastapi import Depends

    app.add_api_route("/x", lambda access: {}, dependencies=[Depends(need("viewer"))])
    with pytest.raises(AssertionError, match="the path names none"):
        TestClient(app, headers={"Authorization": f"Bearer {service.keys['owner']}"}).get("/x?access=1")
