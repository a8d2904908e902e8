"""What people write may hold anything: it comes out as they wrote it, and does nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consult import analyse_into, load_config
from consult.embed import Embedder
from tests.api.http.conftest import Service, add_run, make_service

HOSTILE = [
    "<script>alert(1)</script> the buses are late in the morning",
    "</script><img src=x onerror=alert(1)> the buses are late at night",
    "[click](javascript:alert(1)) the buses are late on Sundays",
    "=cmd|' /C calc'!A0 the buses are late",
    '=HYPERLINK("http://evil.example","the buses are late")',
    "@SUM(1+1) the buses are late, {{7*7}} ${7*7} <%= 7*7 %>",
    "the buses are late \u2028\u2029 \u202e late are \u0000? & &amp; &lt;b&gt;",
    "-1+1 the buses are late' OR '1'='1",
    "the buses\r\n\r\nSet-Cookie: x=1\r\nare late",
    "the buses are late \U0001f68c\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, fake_embedder: Embedder) -> tuple[Service, dict[str, str]]:
    """A service whose run has nothing but hostile ids, texts, headers and groups."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "a<b>.csv"
    texts: dict[str, str] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "<b>Age</b>", "What/do <i>you</i> think?"])
        for n in range(30):
            text = f"{HOSTILE[n % len(HOSTILE)].replace(chr(0), '')} {n}"
            texts[f"<id>/{n}&"] = text
            rows.writerow([f"<id>/{n}&", "</td><script>", text])
    service = make_service(folder / "data")
    service.job_id = "ffee00112233"
    config = load_config(
        None,
        {
            "columns": {"response_id": "id", "open": ["What/do <i>you</i> think?"], "demographics": ["<b>Age</b>"],
                        "question_ids": {"What/do <i>you</i> think?": "q/<1>"}},
            "cluster": {"small_question": 5000}, "points": {"language": "en"},
        },
    )  # fmt: skip
    add_run(service, lambda runs, name: analyse_into(runs, [path], config, name=name, embedder=fake_embedder))
    return service, texts


def all_text(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in (key, *all_text(each))]
    if isinstance(value, list):
        return [text for each in value for text in all_text(each)]
    return [value] if isinstance(value, str) else []


def test_every_read_is_inert_and_exact(hostile: tuple[Service, dict[str, str]]) -> None:
    from api.routes.parameters import encode_id

    service, texts = hostile
    client = service.client("viewer")
    of = f"{service.run}/questions/{encode_id('q/<1>')}"
    themes = client.get(f"{of}/themes").json()["themes"]
    assert themes
    addresses = [
        service.run, f"{service.run}/ledger", f"{service.run}/made", of, f"{of}/themes", f"{of}/layout",
        f"{of}/search?q=buses&limit=200", f"{of}/themes?field=<b>Age</b>&group=</td><script>",
        *(f"{of}/themes/{t['theme_id']}" for t in themes),
        *(f"{of}/themes/{t['theme_id']}/responses?limit=200" for t in themes),
        *(f"{of}/responses/{encode_id(each)}" for each in texts),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert not {"<", ">", "&"} & set(answer.text), address
        assert "set-cookie" not in answer.headers
    for each, text in texts.items():
        found = client.get(f"{of}/responses/{encode_id(each)}").json()
        assert found["text"] == text
        assert found["respondent"] == {"<b>Age</b>": "</td><script>"}
        assert "".join(segment["text"] for segment in found["segments"]) == text


def test_errors_do_not_repeat_what_was_typed(hostile: tuple[Service, dict[str, str]]) -> None:
    service, _ = hostile
    client = service.client("viewer")
    for below in ("themes?count=<script>", "themes?limit=<script>", "search?q=" + "<script>" * 40, "search"):
        answer = client.get(f"{service.run}/questions/buses/{below}")
        assert answer.status_code in (404, 422)
        assert "<script>" not in answer.text


def test_no_text_is_logged(
    hostile: tuple[Service, dict[str, str]], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    service, _ = hostile
    client = service.client("viewer")
    for address in (
        "search?q=buses",
        "search?q=" + "x" * 300,
        "themes?field=secretfield&group=x",
        "responses/secretid",
    ):
        client.get(f"{service.run}/questions/~cS88MT4/{address}")
    out = "".join(capsys.readouterr()) + caplog.text
    assert "request" in out
    for word in ("buses", "late", "secretfield", "secretid", "xxx", "q/<1>"):
        assert word not in out


def test_an_unforeseen_error_tells_nothing(
    hostile: tuple[Service, dict[str, str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _ = hostile
    from api import findings

    def fail(run: object) -> dict[str, Any]:
        raise ValueError("what somebody wrote")

    monkeypatch.setattr(findings, "layout", lambda run, question_id: fail(run))
    answer = service.client("viewer").get(f"{service.run}/questions/~cS88MT4/layout?fresh=1")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    out = "".join(capsys.readouterr())
    assert "wrote" not in answer.text + out and "ValueError" in out


def test_a_csv_export_runs_no_formula(hostile: tuple[Service, dict[str, str]], tmp_path: Path) -> None:
    import io
    import zipfile

    service, _ = hostile
    answer = service.client("viewer").get(f"{service.run}/exports/csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")):
                    assert not any(cell.startswith(("=", "@", "+", "\t")) for cell in row), name


def test_json_keeps_every_character(hostile: tuple[Service, dict[str, str]]) -> None:
    from api.routes.replies import encode

    value = {"<&>": ["\u2028\u2029\x00\x1f\x7f é 🚌 </script> \\ \" '"]}
    assert json.loads(encode(value)) == value


def test_a_client_that_is_no_browser_sees_json_errors(hostile: tuple[Service, dict[str, str]]) -> None:
    service, _ = hostile
    answer = TestClient(service.app, base_url="http://127.0.0.1").get("/v1/nothing", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
