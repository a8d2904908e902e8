"""The OpenAPI document says all, and what it says is so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.problems import MEDIA_TYPE
from tests.api.http.conftest import Service

VERBS = {"get", "put", "post", "delete"}


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.client().get("/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{verb} {path}", operation) for path, verbs in document["paths"].items() for verb, operation in verbs.items()
    ]


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert len(operations(document)) >= 38
    for name, operation in operations(document):
        assert operation["summary"] and operation["description"], name
        assert operation["tags"], name
        assert name.split()[0] in VERBS
        for parameter in operation.get("parameters", []):
            schema = parameter.get("schema", {})
            assert parameter.get("description") or schema.get("description"), (name, parameter["name"])
            examples = parameter.get("examples") or schema.get("examples") or parameter.get("example")
            assert examples or parameter["name"] in ("Idempotency-Key", "Last-Event-ID"), (name, parameter["name"])


def test_every_operation_has_examples_and_errors(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert good, name
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                if kind in ("application/json", MEDIA_TYPE, "text/event-stream", "text/plain"):
                    assert "example" in content, (name, status)
                if status[0] in "45" and kind != "application/json":
                    assert kind == MEDIA_TYPE and content["schema"] == {"$ref": "#/components/schemas/Problem"}
        for status in ("400", "401", "403", "422", "429", "500"):
            assert status in operation["responses"], (name, status)
        if "{" in name:
            assert "404" in operation["responses"], name


def test_names_are_distinct_and_nothing_of_the_framework_is_left(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert "HTTPValidationError" not in str(document)


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                if "example" in content and "schema" in content:
                    schema = content["schema"] | {"components": document["components"]}
                    jsonschema.validate(content["example"], schema), (name, status)


def test_every_read_fits_its_schema(service: Service, document: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from tests.api.http.test_access import address

    query = {"search": "?q=bus", "compare": "?field=Age&a=16-24&b=75 and over"}
    owner, admin, n = service.client("owner"), service.client("admin"), 0
    for name, operation in operations(document):
        verb, path = name.split()
        if verb != "get" or path.endswith(("/events", "/docs", "/metrics", "/exports/{format}")):
            continue
        client = admin if operation["x-consult-needs"] == "admin" else owner
        answer = client.get(address(service, path) + query.get(path.rsplit("/", 1)[1], ""))
        assert answer.status_code == 200, (name, answer.text)
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), schema | {"components": document["components"]})
        n += 1
    assert n >= 25


def test_every_problem_fits_its_schema(service: Service, document: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    viewer = service.client("viewer")
    problems = [
        service.client().get("/v1/me"),
        viewer.get("/v1/keys"),
        viewer.get("/v1/nothing"),
        viewer.put("/v1/me"),
        viewer.get(f"{service.run}/questions/buses/themes?count=x"),
        viewer.get(f"{service.run}/questions/none"),
        service.client("admin").post("/v1/consultations", content=b"{", headers={"Content-Type": "application/json"}),
    ]
    assert [answer.status_code for answer in problems] == [401, 403, 404, 405, 422, 404, 400]
    for answer in problems:
        assert answer.headers["content-type"] == MEDIA_TYPE
        jsonschema.validate(answer.json(), document["components"]["schemas"]["Problem"])
        assert answer.json()["status"] == answer.status_code
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_the_documentation_is_from_here_alone(service: Service, document: dict[str, Any]) -> None:
    answer = service.client().get("/v1/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.findall(r'(?:src|href)="(?!/|#)', answer.text)
    assert "<script" not in answer.text and "style=" not in answer.text
    for _, operation in operations(document):
        assert operation["operationId"] in answer.text
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_operators_see_how_it_is(service: Service) -> None:
    assert service.client().get("/healthz").json() == {"alive": True}
    ready = service.client().get("/readyz")
    assert ready.status_code == 200, ready.text
    assert set(ready.json()["checks"]) == {"database", "disk", "model"}
    service.client("viewer").get(service.run)
    figures = service.client("admin").get("/metrics").text
    assert 'consult_requests_total{method="GET",route="/v1/runs/{run_id}",status="200"}' in figures
    assert re.search(r'consult_jobs\{state="done"\} [1-9]', figures)
    assert service.job_id not in figures
