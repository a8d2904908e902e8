"""The whole way with a keyboard: Tab, Enter and the arrow keys, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.pages.browsing import serving
from tests.api.pages.conftest import Service

# Whether what has the keyboard is drawn as having it, and can be seen: an outline or shadow, inside the window.
SEEN = """() => {
  let each = document.activeElement;
  const box = each.getBoundingClientRect();
  // A radio button or a file field that is drawn by what stands beside or around it.
  const drawn = [each, each.parentElement, each.nextElementSibling].filter(Boolean).flatMap((one) => [
    getComputedStyle(one), getComputedStyle(one, "::before"), getComputedStyle(one, "::after")]);
  const marked = drawn.some((s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)
    || s.boxShadow !== "none");
  return marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
NAME = """() => {
  const each = document.activeElement;
  const label = each.labels && each.labels[0];
  return (label ? label.innerText : each.getAttribute("aria-label") || each.innerText || "").trim();
}"""


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with serving(service.app) as found:
        yield found


class Hands:
    """A person who has only a keyboard."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.unseen: list[str] = []

    def tab_to(self, name: str) -> None:
        """Goes on with Tab until what has the keyboard begins with the name."""
        passed = []
        for _ in range(120):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(NAME)
            if self.page.evaluate("document.activeElement !== document.body") and not self.page.evaluate(SEEN):
                self.unseen.append(f"{self.page.url}: {here}")
            if here.startswith(name):
                return
            passed.append(here)
        raise AssertionError(f"Tab never came to {name}: {passed}")

    def follow(self, name: str, arrives: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(arrives)


def test_from_home_to_a_response_and_back(browser: Any, service: Service, address: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    hands = Hands(page)
    page.goto(address)
    hands.follow("Moving Celyn", f"**{service.consultation}")
    finished = page.locator("table tbody a").first.inner_text()
    hands.follow(finished, f"**{service.run}")
    hands.follow("What do you think of the proposed changes to bus services?", "**/q/buses")

    # The filter: a choice by typing its first letters, the other ranking by an arrow key.
    hands.tab_to("Show")
    page.keyboard.type("16-24")
    hands.tab_to("People")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(NAME) == "Distinct texts"
    hands.follow("Apply", "**/q/buses?field=Age&group=16-24&count=distinct")
    hands.follow("Show everyone", "**/q/buses?count=distinct")

    theme = page.locator("table.consult-ranked tbody a").first.inner_text()
    hands.follow(theme, "**/themes/*")
    response = page.locator("figure.consult-quote figcaption a").first.inner_text()
    hands.follow(response, "**/responses/*")
    page.get_by_role("heading", name="Why it is where it is").wait_for()
    # Back by the breadcrumb: headless Chromium has no key for it.
    hands.follow("Themes", "**/q/buses")
    assert hands.unseen == []
    page.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_the_upload_form(browser: Any, address: str, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    if not scripts:
        # Ours are held back; the page can still be asked where the keyboard is.
        page.route("**/assets/js/*", lambda route: route.abort())
    hands = Hands(page)
    page.goto(address)
    hands.follow("New consultation", "**/consultations/new")
    hands.tab_to("Title")
    page.keyboard.type("By keyboard")
    if scripts:
        page.get_by_text("or drop them here").wait_for()
    hands.tab_to("Files of responses")
    # The chooser itself is the browser's own; here it is enough that the keyboard comes to the field.
    assert page.evaluate("document.activeElement.type") == ("button" if scripts else "file")
    page.get_by_label("Title").fill("")
    hands.tab_to("Upload and check")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    problem = page.locator(".govuk-error-summary__list a").first.inner_text()
    page.locator("h1").wait_for()
    hands.tab_to(problem)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "title"
    assert hands.unseen == []
    context.close()


def test_the_skip_link(browser: Any, service: Service, address: str) -> None:
    page = browser.new_page()
    for path in ("/", service.consultation, f"{service.consultation}/check", f"{service.run}/q/buses"):
        page.goto(address + path)
        page.keyboard.press("Tab")
        assert page.evaluate(NAME) == "Skip to main content"
        assert page.evaluate(SEEN)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("#main-content$"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), path
    page.close()
