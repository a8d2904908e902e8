"""The whole way in a real Chromium, with JavaScript and without: from the file to a finding and its export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import records
from api.app import create_app
from api.jobs import Worker
from tests.api.pages.browsing import CHROMIUM, serving
from tests.api.pages.conftest import Service, make_service

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service with its worker."""
    made = make_service(tmp_path_factory.mktemp("data"))
    app = create_app(made.settings, made.engine, Worker(made.settings, made.engine, poll=0.1))
    with serving(app) as address:
        yield made, address
    made.engine.dispose()


@pytest.fixture(scope="module")
def dangerous(hostile: Service) -> Iterator[tuple[Service, str]]:
    with serving(hostile.app) as address:
        yield hostile, address


def watched(page: Any) -> list[str]:
    """What the browser complains of from now on: refusals of its policy, faults of scripts, dialogs."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append("dialog"), dialog.dismiss()))
    return told


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_from_a_file_to_a_finding(
    browser: Any, working: tuple[Service, str], celyn: Path, samples: Path, tmp_path: Path, scripts: bool
) -> None:
    service, address = working
    # The sample as it is, and once its first rows, which take less time.
    file = samples / "moving-celyn.csv" if scripts else celyn
    context = browser.new_context(java_script_enabled=scripts, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    told = watched(page)

    page.goto(address)
    page.get_by_role("button", name="New consultation").click()
    page.get_by_label("Title").fill("Symud Celyn")
    if scripts:
        # The drop zone takes the place of the browser's own field, which still holds the files.
        page.get_by_text("or drop them here").wait_for()
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="Upload and check").click()

    assert page.get_by_label("Age", exact=True).input_value() == "demographic"
    page.get_by_label("Disability").select_option("ignored")
    page.get_by_role("button", name="Save and check again").click()
    page.get_by_text("The files were read again with your choices.").wait_for()
    made = next(each for each in records.list_consultations(service.engine, None) if each.title == "Symud Celyn")
    setup = records.get_setup(service.engine, made.id)
    assert setup["columns"]["ignored"] == ["Disability"]
    # Without UMAP, whose first use takes half a minute.
    records.put_setup(service.engine, made.id, setup | {"cluster": {"small_question": 5000}})
    page.get_by_role("button", name="Save and start the analysis").click()

    assert "/jobs/" in page.url
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("heading", name="Stages").wait_for()
    page.get_by_role("button", name="See the findings").click(timeout=240_000)

    page.get_by_role("link", name="What do you think of the proposed changes to bus services?", exact=True).click()
    page.get_by_label("Show").select_option(value='["Age", "16-24"]')
    page.get_by_role("button", name="Apply").click()
    assert page.url.endswith("?field=Age&group=16-24")
    page.get_by_text("Showing only Age: 16-24").wait_for()
    page.get_by_role("link", name="Show everyone").click()

    page.locator("table.consult-ranked tbody a").first.click()
    page.locator("figure.consult-quote figcaption a").first.click()
    page.get_by_role("heading", name="Why it is where it is").wait_for()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Themes").click()
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Look for").fill("bus")
    page.get_by_role("button", name="Search").click()
    assert page.locator("ol.consult-found mark").first.inner_text().lower().startswith("bus")

    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Findings").click()
    page.get_by_role("link", name="Exports").click()
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download CSV tables").click()
    begun.value.save_as(tmp_path / "export.zip")
    assert (tmp_path / "export.zip").read_bytes()[:2] == b"PK"
    assert told == []
    # The next journey makes its own.
    records.purge_consultation(service.engine, service.settings, made.id, "local")
    context.close()


@pytest.mark.parametrize("colours", ["none", "active"])
def test_no_page_is_wider_than_a_small_screen(browser: Any, dangerous: tuple[Service, str], colours: str) -> None:
    service, address = dangerous
    page = browser.new_page(viewport={"width": 320, "height": 640}, forced_colors=colours)
    page.goto(address + service.run)
    page.locator("section a").first.click()
    question = page.url
    above = [address, address + service.consultation, address + service.run]
    above += [f"{address}{service.run}/{part}" for part in ("ledger", "made", "exports")]
    for place in [*above, *(f"{question}{part}" for part in ("", "/themes/1", "/search?q=bus", "/map", "/compare"))]:
        page.goto(place)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, place
    page.close()


def test_by_keyboard(browser: Any, dangerous: tuple[Service, str]) -> None:
    service, address = dangerous
    page = browser.new_page()
    page.goto(address + service.run)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#main-content$"))
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.getAttribute('href')"))
        # What has the keyboard is seen to have it.
        drawn = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; })()"
        )
        assert drawn or page.evaluate("document.activeElement === document.body")
    assert any(href and "/themes/" in href for href in seen)
    page.close()
