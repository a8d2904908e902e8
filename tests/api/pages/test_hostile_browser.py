"""Text that is made to do harm, in all that a person can name or write, over every page and in every export.

In a real Chromium, with what its policy refuses counted: nothing may be refused, as nothing may be tried.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from api import records
from api.pages import urls
from consult import AnalysisConfig, analyse_into
from tests.api.pages.browsing import serving
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.every import filled, html_routes

TEXTS = [
    "<script>alert(1)</script> the last bus goes too early for the shift",
    "</title></textarea></select></svg><script>alert(2)</script> the last bus goes too early",
    '<img src=x onerror="alert(3)"><svg onload=alert(4)> parking fees are too high',
    '"><iframe src="javascript:alert(5)"></iframe><style>*{display:none}</style> parking fees are too high',
    "[parking](javascript:alert(6)) ![fees](http://elsewhere.example/x.png) are too high in the town",
    "<a href='javascript:alert(7)' onclick='alert(8)'>the last bus</a> goes too early for the shift",
    '=HYPERLINK("http://elsewhere.example","the last bus goes too early")',
    "=cmd|' /C calc'!A0 the last bus goes too early",
    "+1+1 parking fees are too high for the shops",
    "-2+3 parking fees are too high for the market",
    "@SUM(1+1)*cmd|' /C calc'!A0 parking fees are too high",
    "{{ 7*7 }} ${7*7} <%= 7*7 %> {% raw %} the last bus goes too early",
    "<!-- --> ]]> &lt;b&gt; &amp;amp; &#60;script&#62; parking fees are too high",
    "the last bus \u202e goes \u2028 too \u200b early \U0001f68c e\u0301",
    "http://elsewhere.example/ javascript:alert(9) data:text/html,<script>alert(10)</script> the last bus",
    "' OR '1'='1'; DROP TABLE jobs; -- the last bus goes too early",
]
TITLE = "</title><script>alert(11)</script> =1+1 [x](javascript:alert(12))"
WORDING = "What <b onclick=alert(13)>do</b> you/think & why?"
FIELD = '<i>Age</i>" onmouseover="alert(14)'
GROUP = "</option><script>alert(15)</script>"
OPTION = '=1+1"><script>alert(16)</script>'
NAME = "a<img src=x onerror=alert(17)>'=1+1.csv"
PERSON = "<script>alert(18)</script>@example.org"

# Counts what the policy refuses; the browser tells of it in no other way that a page's faults cannot hide.
COUNT = """() => {
  window.refused = [];
  addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective), true);
}"""
# What there is only where text became markup.
FOREIGN = """[...document.querySelectorAll("main img, main script, main iframe, main style, main object, main embed")]
  .concat([...document.querySelectorAll("body *")].filter((each) =>
    [...each.attributes].some((one) => one.name.startsWith("on") || /^\\s*javascript:/i.test(one.value))))
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def poisoned(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A finished run, a failed job, a deleted consultation: every name and text in them is hostile."""
    folder = tmp_path_factory.mktemp("poisoned")
    rows = [["id", WORDING, "<b>Do</b> you agree?", FIELD]]
    rows += [[f"<r>/{n}'&", text, OPTION if n % 2 else "No", GROUP if n % 3 else "b"] for n, text in enumerate(TEXTS)]
    path = write_csv(folder / re.sub(r"[<>]", "_", NAME), rows)
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "layout": "wide", "response_id": "id", "open": [WORDING], "closed": ["<b>Do</b> you agree?"],
                "demographics": [FIELD], "question_ids": {WORDING: "q/<1>"},
            },
            "cluster": {"small_question": 5000, "min_theme_size": 2},
            "assign": {"min_strength": 0.0},
        }
    )  # fmt: skip
    made = make_service(folder / "data")
    made.consultation_id = records.create_consultation(made.engine, TITLE, PERSON, 30).id
    add_upload(made, path)
    records.put_setup(made.engine, made.consultation_id, {"columns": config.columns.model_dump(mode="json")})
    add_run(made, lambda where, name: analyse_into(where, [path], config, name=name, embedder=fake_embedder))
    records.set_member(made.engine, made.consultation_id, GROUP, "viewer")
    records.record_audit(
        made.engine, PERSON, "upload.create", "x", {"filename": NAME, TITLE: [GROUP]},
        consultation_id=made.consultation_id,
    )  # fmt: skip
    error = {"code": "x", "message": TEXTS[0], "hint": TEXTS[2]}
    made.add_job("failed", "failed", stage="embed", question_id="q/<1>", error=error, finished_at=records.now())
    made.add_job("running", "running", stage="embed", question_id="q/<1>", done=1, total=9, started_at=records.now())
    yield made
    made.engine.dispose()


def places(service: Service) -> list[str]:
    """Every page, and the addresses that hold what somebody typed."""
    examples = {
        "consultation_id": service.consultation_id, "job_id": service.run_id, "run_id": service.run_id,
        "upload_id": service.upload_id, "question_id": urls.url_id("q/<1>"), "theme_id": "1", "parent_id": "P1",
        "campaign_id": "C1",
        "response_id": urls.url_id("<r>/0'&"),
    }  # fmt: skip
    question = urls.question(service.run_id, "q/<1>")
    found = [filled(path, examples) for path in html_routes(service.app)]
    found += [urls.response(service.run_id, "q/<1>", f"<r>/{n}'&") for n in range(1, len(TEXTS))]
    found += [f"{question}/search?q={quote(text[:60])}" for text in TEXTS]
    found += [
        urls.question(service.run_id, "q/<1>", field=FIELD, group=GROUP, count="distinct"),
        urls.question(service.run_id, "q/<1>", field=GROUP, group=FIELD),
        urls.question(service.run_id, "q/<1>", "compare", field=FIELD, a=GROUP, b="b"),
        urls.question(service.run_id, "q/<1>", "map", theme="2"),
        urls.question(service.run_id, TITLE),
        "/jobs/failed", "/jobs/running", f"/{quote(TITLE)}", f"/runs/{quote(GROUP, safe='')}",
        f"/?page={quote(GROUP)}", f"{service.run}?format={quote(GROUP)}", f"{service.run}?format=json",
        f"{question}/search?q=bus&format=json",
    ]  # fmt: skip
    return found


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that notes dialogs, faults of scripts, refusals, and what it asks for."""
    context = browser.new_context()
    context.add_init_script(f"({COUNT})()")
    made = context.new_page()
    made.told, made.asked = [], set()
    made.on("dialog", lambda dialog: (made.told.append(f"dialog {dialog.message}"), dialog.dismiss()))
    made.on("pageerror", lambda error: made.told.append(str(error)))
    made.on("console", lambda message: made.told.append(message.text) if "Policy" in message.text else None)
    made.on("request", lambda request: made.asked.add(request.url.split("/", 3)[2]))
    yield made
    context.close()


def look(page: Any, address: str) -> list[str]:
    """What is wrong with a page: what it did, and what in it is markup that should be text."""
    page.goto(address)
    page.mouse.move(200, 400)
    refused = page.evaluate("window.refused")
    found = page.told + [f"refused: {each}" for each in refused] + page.evaluate(FOREIGN)
    page.told.clear()
    return [f"{address}: {each}" for each in found]


def test_every_page_is_inert(browser: Any, page: Any, poisoned: Service) -> None:
    with serving(poisoned.app) as address:
        found = places(poisoned)
        assert len(found) > 60
        assert [fault for each in found for fault in look(page, address + each)] == []
        # The deletion last: its receipt names what was there.
        gone = records.create_consultation(poisoned.engine, TITLE, PERSON, 30).id
        records.purge_consultation(poisoned.engine, poisoned.settings, gone, PERSON)
        for each in ("/", "/receipts", f"/consultations/{gone}", f"/consultations/{gone}/receipts"):
            assert look(page, address + each) == []
        assert page.asked == {address.removeprefix("http://")}


def test_the_counter_counts(browser: Any, page: Any, poisoned: Service) -> None:
    """What the test above finds none of is found where it is."""
    with serving(poisoned.app) as address:
        page.goto(address)
        page.evaluate("document.querySelector('main').innerHTML = '<img src=x onerror=alert(1)>'")
        page.wait_for_function("window.refused.length > 0")
        assert len(page.evaluate(FOREIGN)) >= 1
        assert any("Policy" in each for each in page.told)


def export(client: TestClient, service: Service, name: str) -> bytes:
    answer = client.get(f"/v1{service.run}/exports/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment;")
    return answer.content


def test_the_report_is_inert(page: Any, poisoned: Service, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(export(poisoned.client(), poisoned, "html"))
    assert look(page, file.as_uri()) == []
    shown = page.evaluate("document.body.textContent")
    assert any(text[:30] in shown for text in TEXTS)
    assert page.asked == {""}


def test_no_cell_of_the_tables_is_a_formula(poisoned: Service) -> None:
    n = 0
    with zipfile.ZipFile(io.BytesIO(export(poisoned.client(), poisoned, "csv"))) as archive:
        for name in archive.namelist():
            rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            for cell in (cell for row in rows for cell in row):
                assert not re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell), (name, cell)
                n += cell.startswith("'=")
    assert n >= 2


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(poisoned: Service) -> None:
    held: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(export(poisoned.client(), poisoned, "xlsx"))) as archive:
        for name in archive.namelist():
            assert "externalLink" not in name and "vba" not in name.lower()
            source = archive.read(name)
            if name.endswith((".xml", ".rels")):
                assert b"elsewhere.example" not in source or not name.endswith(".rels")
                for each in ElementTree.fromstring(source).iter():
                    kind = each.tag.rpartition("}")[2]
                    assert kind not in ("f", "hyperlink"), (name, kind)
                    assert each.get("TargetMode") != "External", name
                    if kind == "t" and each.text:
                        held.add(each.text)
    assert set(TEXTS) <= {text.replace("_x005F_", "_") for text in held}


def test_json_lines_hold_every_text_to_the_character(poisoned: Service) -> None:
    held: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(export(poisoned.client(), poisoned, "jsonl"))) as archive:
        for name in archive.namelist():
            for line in archive.read(name).decode().split("\n"):
                if line:
                    held |= {value for value in json.loads(line).values() if isinstance(value, str)}
    assert set(TEXTS) <= held
