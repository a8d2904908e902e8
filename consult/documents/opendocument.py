"""Inside the child: OpenDocument texts (ODT) -> the text that a reader of the printed page sees.

As with Word: tables a row a line, text boxes and notes after their paragraph; what is struck out, hidden or a comment
is left out; headers and footers come first and last, marked `running`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from consult.documents.markup import Element, attribute, children, damaged, parse_xml, part
from consult.documents.writing import Writing

_SKIPPED: Final = frozenset(
    {"tracked-changes", "annotation", "sequence-decls", "forms", "hidden-text", "note-citation", "desc", "title",
     "bookmark", "table-column", "script", "image", "object"}
)  # fmt: skip
_MOST_SPACES: Final = 10_000
_PARAGRAPHS: Final = frozenset({"p", "h"})


class _Text:
    """A text that is being read."""

    def __init__(self) -> None:
        self.out = Writing()
        self._after: list[Element] = []

    def blocks(self, element: Element) -> None:
        """What stands in a body, a cell, a text box or a note."""
        for tag, child in children(element):
            if tag in _PARAGRAPHS:
                outer, self._after = self._after, []
                self._inline(child)
                self.out.add("\n")
                for boxed in self._after:
                    self.blocks(boxed)
                self._after = outer
            elif tag == "table-row":
                self._row(child)
            elif not self._left_out(tag):
                self.blocks(child)

    def _row(self, row: Element) -> None:
        self.out.end_line()
        for place, (_, cell) in enumerate(pair for pair in children(row) if pair[0] == "table-cell"):
            if place:
                self.out.add("\t")
            inner = _Text()
            inner.blocks(cell)
            self.out.add(inner.out.text().removesuffix("\n"))
            for note in inner.out.notes:
                self.out.note(note)
        self.out.end_line()

    def _inline(self, element: Element) -> None:
        self.out.add(element.text)
        for tag, child in children(element):
            if tag == "s":
                count = attribute(child, "c") or "1"
                self.out.add(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1))
            elif tag == "tab":
                self.out.add("\t")
            elif tag in ("line-break", "soft-page-break"):
                self.out.add("\n" if tag == "line-break" else "")
            elif tag in ("text-box", "note-body"):
                self._after.append(child)
            elif not self._left_out(tag):
                self._inline(child)
            self.out.add(child.tail)

    def _left_out(self, tag: str) -> bool:
        if tag == "tracked-changes":
            self.out.note("tracked changes were read as accepted")
        elif tag == "annotation":
            self.out.note("comments in the margin were left out")
        return tag in _SKIPPED


def read_opendocument(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The text of an OpenDocument text.

    Raises:
        InputError: it is damaged, or declares entities.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        raw, styles = part(archive, "content.xml"), part(archive, "styles.xml")
    if raw is None:
        raise damaged(name)
    body = parse_xml(name, raw).find("{*}body")
    if body is None:
        raise damaged(name)
    masters = parse_xml(name, styles) if styles else None
    text = _Text()
    text.out.running(_running(masters, "header"))
    text.blocks(body)
    text.out.running(_running(masters, "footer"))
    return text.out.found(pictures=body.find(".//{*}image") is not None), []


def _running(masters: Element | None, kind: str) -> Iterator[str]:
    for element in masters.iter(f"{{*}}{kind}") if masters is not None else ():
        alone = _Text()
        alone.blocks(element)
        yield alone.out.text()


__all__ = ["read_opendocument"]
