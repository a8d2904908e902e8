"""Reading a page as a person does: its text, its tables, its links."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient

from consult.report.phrases import percent

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Reader(HTMLParser):
    """Collects what a page holds, and what is wrong with how it is written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        if len(named) != len(attrs):
            self.faults.append(f"<{tag}> says an attribute twice")
        if "id" in named:
            self.ids.append(str(named["id"]))
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> where {self._open[-1:]} is open")
        elif self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.rows and {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def cells(self) -> list[list[str]]:
        """The rows of all tables, each cell with its spaces made even."""
        return [[" ".join(cell.split()) for cell in row] for row in self.rows]


def read(body: str) -> Reader:
    reader = Reader()
    reader.feed(body)
    reader.close()
    reader.faults += [f"<{tag}> is never closed" for tag in reader._open]
    return reader


def page_and_twin(client: TestClient, address: str) -> tuple[Reader, dict[str, Any]]:
    """A page and its JSON twin."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith("text/html")
    twin = client.get(address, params=None, headers={"Accept": "application/json"})
    assert twin.status_code == 200
    asked = client.get(address + ("&" if "?" in address else "?") + "format=json")
    assert asked.json() == twin.json()
    return read(page.text), json.loads(twin.text)


def strict_faults(body: str) -> list[str]:
    """What a browser under our Content-Security-Policy would refuse, and what is not well written."""
    reader = read(body)
    faults = list(reader.faults)
    for tag, attributes in reader.tags:
        if tag == "style" or "style" in attributes:
            faults.append(f"<{tag}> has a style")
        if tag == "script" and not str(attributes.get("src", "")).startswith("/assets/js/"):
            faults.append("a script that is not ours")
        faults += [f"<{tag}> has {name}" for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            value = attributes.get(name)
            if value is not None and not re.match(r"^(/(?!/)|#)", value):
                faults.append(f"<{tag}> {name} leads elsewhere")
    faults += [f"id {id_} twice" for id_ in sorted(set(reader.ids)) if reader.ids.count(id_) > 1]
    return faults


def stability_line(theme: dict[str, Any]) -> str:
    """What the table of ranked themes says below a title of how far the theme comes back."""
    if theme["source"] == "given":
        return " Stability: none, as it was given"
    if theme["stability"] is None:
        return " Stability: not measured"
    word = "solid" if theme["stability"] >= 0.75 else "fair" if theme["stability"] >= 0.5 else "fragile"
    assert theme["stability_word"] == word
    return f" Stability: {word}, {percent(theme['stability'])}"
