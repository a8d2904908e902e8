"""The bar of an upload in a real Chromium: how far it is, stopped, refused, cut off; and the form without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import records
from tests.api.pages.browsing import serving
from tests.api.pages.conftest import Service, make_service
from tests.api.pages.test_forms import FILE

LARGE = 60_000_000
MOST = 80_000_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    made = make_service(tmp_path_factory.mktemp("data"), max_upload_bytes=MOST)
    with serving(made.app) as address:
        yield made, address
    made.engine.dispose()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes a while: one column of words, so that its check is quick."""
    path = tmp_path_factory.mktemp("files") / "large.csv"
    row = b"x" * 999_990
    with path.open("wb") as file:
        file.write(b"Ref,What do you think?\n")
        for n in range(LARGE // 1_000_000):
            file.write(b"%d,%b\n" % (n, row))
    return path


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    made = context.new_page()
    made.set_default_timeout(60_000)
    made.told = []
    made.on("console", lambda message: made.told.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: made.told.append(str(error)))
    yield made
    context.close()


def slow(page: Any, bytes_a_second: int) -> None:
    """Makes the network of a page as slow as one wants."""
    session = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", limits)


# Notes what the bar and its words say, as often as the page is drawn.
NOTE = """() => {
  window.seen = [];
  const look = () => {
    const bar = document.querySelector("form progress");
    if (bar) window.seen.push([bar.value / bar.max, bar.previousElementSibling.textContent]);
    requestAnimationFrame(look);
  };
  look();
}"""


def choose(page: Any, path: Path) -> None:
    page.get_by_text("or drop them here").wait_for()
    page.locator("input[type=file]").set_input_files(str(path))


def test_a_large_file_shows_how_far_it_is(page: Any, place: tuple[Service, str], large: Path) -> None:
    service, address = place
    page.goto(f"{address}/consultations/new")
    page.get_by_label("Title").fill("Large")
    choose(page, large)
    page.evaluate(NOTE)
    slow(page, 20_000_000)
    page.get_by_role("button", name="Upload and check").click()
    page.locator("form progress").wait_for()
    seen: list[tuple[float, str]] = []
    while "/new" in page.url and (not seen or seen[-1][0] < 0.3):
        page.wait_for_timeout(100)
        seen = page.evaluate("window.seen")
    assert page.get_by_role("button", name="Upload and check").is_disabled()
    page.wait_for_url("**/check")
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert len({share for share in shares if 0 < share < 1}) >= 2, shares
    assert any("MB of 60" in words and "%" in words for _, words in seen), seen
    made = next(each for each in records.list_consultations(service.engine, None) if each.title == "Large")
    assert [each.bytes for each in records.list_uploads(service.engine, made.id)] == [large.stat().st_size]
    # Chromium tells of the check itself, which finds no answers in such a file.
    assert all("422" in each for each in page.told)


def test_a_stopped_upload_leaves_nothing_and_can_be_sent_again(
    page: Any, place: tuple[Service, str], large: Path, tmp_path: Path
) -> None:
    service, address = place
    page.goto(address + service.consultation)
    choose(page, large)
    slow(page, 2_000_000)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Stop the upload").click()
    page.get_by_role("heading", name="The upload was stopped").wait_for()
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert records.list_uploads(service.engine, service.consultation_id) == []
    slow(page, -1)
    # A second press within a second counts as a double click.
    page.wait_for_timeout(1100)
    (tmp_path / "answers.csv").write_bytes(FILE)
    page.locator("input[type=file]").set_input_files(str(tmp_path / "answers.csv"))
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/check")
    kept = records.list_uploads(service.engine, service.consultation_id)
    assert [each.filename for each in kept] == ["answers.csv"]
    records.delete_upload(service.engine, service.settings, kept[0].id)
    assert list(service.settings.incoming.glob("*")) == []


def test_what_is_wrong_is_said_on_the_page(page: Any, place: tuple[Service, str], tmp_path: Path) -> None:
    _, address = place
    page.goto(f"{address}/consultations/new")
    (tmp_path / "answers.csv").write_bytes(FILE)
    choose(page, tmp_path / "answers.csv")
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("link", name="Enter a title for the consultation").wait_for()
    assert page.title().startswith("Error: New consultation")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    # The form that was answered is watched as well.
    page.get_by_label("Title").fill("Second try")
    page.locator("input[type=file]").set_input_files(str(tmp_path / "answers.csv"))
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/check")
    # Chromium tells of the 422 itself.
    assert all("422" in each for each in page.told)


def test_a_file_that_is_too_large_is_not_sent(page: Any, place: tuple[Service, str], tmp_path: Path) -> None:
    service, address = place
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MOST + 1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(address + service.consultation)
    choose(page, path)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_text("A file is larger than 80 MB, which is the most that can be uploaded.").wait_for()
    assert sent == []


def test_a_lost_connection_is_told_of(page: Any, place: tuple[Service, str], tmp_path: Path) -> None:
    service, address = place
    (tmp_path / "answers.csv").write_bytes(FILE)
    page.goto(address + service.consultation)
    choose(page, tmp_path / "answers.csv")
    page.route("**/uploads", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("heading", name="The upload was cut off").wait_for()
    assert page.get_by_role("button", name="Upload and check").is_enabled()


def test_a_browser_sees_a_page_when_a_form_is_too_large(place: tuple[Service, str]) -> None:
    service, _ = place
    answer = service.client().post(
        f"{service.consultation}/uploads", content=b"", headers={"Content-Length": str(MOST + 2_000_000)}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "That is too large" in answer.text
