"""Inside the child: Word documents (DOCX, DOCM, DOTX) -> the text that a reader of the printed page sees.

Kept: paragraphs, tables (a row a line, a tab between its cells), text boxes and notes after the paragraph that they
belong to, content controls, insertions that are tracked. Left out: what is struck out or hidden, comments, the
instructions of fields, pictures. Headers and footers come first and last, marked `running`. Numbers that Word counts
itself are not in the file, and so not in the text.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from consult.documents.markup import Element, attribute, children, damaged, local_name, parse_xml, part
from consult.documents.writing import Writing

_SKIPPED: Final = frozenset(
    {"rPr", "pPr", "tblPr", "tcPr", "trPr", "sdtPr", "sectPr", "instrText", "delText", "delInstrText", "del",
     "moveFrom", "annotation", "Fallback", "commentReference", "footnoteRef", "endnoteRef", "separator", "tblGrid"}
)  # fmt: skip
_CHARACTERS: Final = {
    "tab": "\t",
    "ptab": "\t",
    "cr": "\n",
    "br": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}
_READ: Final = frozenset({"footnotes", "endnotes", "header", "footer"})
"""Parts beside the body that a reader sees."""
_PRIVATE: Final = range(0xE000, 0xF900)
"""Where fonts of symbols keep their signs: they are bullets and ticks, and have no meaning as characters."""


class _Document:
    """A document that is being read: its notes by id, and the text so far."""

    def __init__(self, notes: dict[tuple[str, str], Element]) -> None:
        self.out = Writing()
        self.notes = notes
        self.pictures = False
        self._after: list[Element] = []

    def blocks(self, element: Element) -> None:
        """What stands in a body, a cell, a text box or a note, each paragraph on lines of its own."""
        for tag, child in children(element):
            if tag == "p":
                self._paragraph(child)
            elif tag == "tbl":
                self._table(child)
            elif tag == "altChunk":
                self.out.note("holds a document within it that is not read")
            elif tag not in _SKIPPED:
                self._changed(tag)
                self.blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        outer, self._after = self._after, []
        self._inline(paragraph)
        self.out.add("\n")
        for boxed in self._after:
            self.blocks(boxed)
        self._after = outer

    def _table(self, table: Element) -> None:
        for tag, row in children(table):
            if tag != "tr":
                if tag not in _SKIPPED:
                    self._table(row)
                continue
            cells = [cell for cell in row.iter() if local_name(cell) == "tc" and _row_of(cell) is row]
            self.out.end_line()
            for place, cell in enumerate(cells):
                if place:
                    self.out.add("\t")
                inner = _Document(self.notes)
                inner.blocks(cell)
                self.pictures = self.pictures or inner.pictures
                self.out.add(inner.out.text().removesuffix("\n"))
                for note in inner.out.notes:
                    self.out.note(note)
            self.out.end_line()

    def _inline(self, element: Element) -> None:
        for tag, child in children(element):
            self._changed(tag)
            if tag == "t":
                self.out.add(child.text)
            elif tag in _CHARACTERS:
                self.out.add(_CHARACTERS[tag])
            elif tag == "sym":
                self.out.add(_symbol(child))
            elif tag == "r" and _is_hidden(child):
                self.out.note("hidden text was left out")
            elif tag in ("footnoteReference", "endnoteReference"):
                note = self.notes.get((tag.removesuffix("Reference"), attribute(child, "id") or ""))
                if note is not None:
                    self._after.append(note)
            elif tag == "txbxContent":
                self._after.append(child)
            elif tag not in _SKIPPED:
                self.pictures = self.pictures or tag in ("blip", "imagedata")
                self._inline(child)

    def _changed(self, tag: str) -> None:
        if tag in ("ins", "del", "moveFrom", "moveTo"):
            self.out.note("tracked changes were read as accepted")
        elif tag == "commentReference":
            self.out.note("comments in the margin were left out")


def read_word(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The text of a Word document.

    Raises:
        InputError: it is damaged, or declares entities.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        related = _related(archive, name, "")
        main = next((path for kind, path in related if kind == "officeDocument"), "word/document.xml")
        raw = part(archive, main)
        if raw is None:
            raise damaged(name)
        parts = {path: kind for kind, path in _related(archive, name, main)}
        read = {path: parse_xml(name, found) for path, kind in sorted(parts.items())
                if kind in _READ and (found := part(archive, path))}  # fmt: skip
        body = parse_xml(name, raw)
    notes = {
        (local_name(note), attribute(note, "id") or ""): note
        for path, root in read.items()
        if parts[path] in ("footnotes", "endnotes")
        for note in root
    }
    document = _Document(notes)
    document.out.running(_running(document, [read[path] for path in read if parts[path] == "header"]))
    document.blocks(body)
    document.out.running(_running(document, [read[path] for path in read if parts[path] == "footer"]))
    return document.out.found(pictures=document.pictures), []


def _running(document: _Document, roots: list[Element]) -> Iterator[str]:
    for root in roots:
        alone = _Document(document.notes)
        alone.blocks(root)
        yield alone.out.text()


def _related(archive: zipfile.ZipFile, name: str, path: str) -> list[tuple[str, str]]:
    """(kind, path) of each part inside the file that another part refers to; what lies outside is never followed."""
    folder, base = posixpath.split(path)
    raw = part(archive, posixpath.join(folder, "_rels", f"{base}.rels"))
    if raw is None:
        return []
    return [
        (str(link.get("Type", "")).rpartition("/")[2], posixpath.normpath(posixpath.join(folder, target)).lstrip("/"))
        for _, link in children(parse_xml(name, raw))
        if link.get("TargetMode") != "External" and (target := link.get("Target"))
    ]


def _row_of(cell: Element) -> Element | None:
    return next(cell.iterancestors("{*}tr"), None)


def _is_hidden(run: Element) -> bool:
    vanish = run.find("{*}rPr/{*}vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _symbol(symbol: Element) -> str:
    try:
        code = int(attribute(symbol, "char") or "", 16)
        return "" if code in _PRIVATE else chr(code)
    except (ValueError, OverflowError):
        return ""


__all__ = ["read_word"]
