"""Inside the child: HTML -> the text that a browser shows, without running or fetching anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final

from consult.documents.writing import Writing

_BLOCKS: Final = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul
    """.split()
)
_SPACED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"})
_UNSEEN: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select", "textarea",
     "iframe"}
)  # fmt: skip
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source"})
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_QUOTE: Final = re.compile(r"gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|OLK_SRC_BODY", re.IGNORECASE)
"""Classes and ids under which mail programs put the mail that is answered.

**Source**: mails of Gmail, Thunderbird, Yahoo, Proton and Outlook.
"""
_DEEPEST: Final = 2000
"""Open elements; what is deeper is no page that somebody wrote."""


class _Page(HTMLParser):
    """A page that is being read. Elements that are left open are closed by what follows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out = Writing()
        self._open: list[tuple[str, bool, int | None]] = []
        self._unseen = 0
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag == "br":
            self.out.add("\n") if not self._unseen else None
            return
        if tag in _BLOCKS and not self._unseen:
            self._break(tag)
        if tag in ("td", "th") and not self._unseen and not self.out.at_line_start:
            self.out.add("\t")
        if tag in _VOID or len(self._open) >= _DEEPEST:
            return
        given = {key: value or "" for key, value in attrs}
        unseen = tag in _UNSEEN or "hidden" in given or bool(_HIDDEN.search(given.get("style", "")))
        quotes = (tag == "blockquote" and given.get("type") == "cite") or bool(
            _QUOTE.search(f"{given.get('class', '')} {given.get('id', '')}")
        )
        self._unseen += unseen
        self._pre += tag == "pre"
        self._open.append((tag, unseen, len(self.out) if quotes or tag == "blockquote" else None))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside that were left open."""
        if tag in ("br", "p") and not any(name == tag for name, _, _ in self._open):
            self.out.add("\n") if not self._unseen else None
            return
        place = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if place is None:
            return
        for name, unseen, start in self._open[place:]:
            self._unseen -= unseen
            self._pre -= name == "pre"
            if start is not None:
                self.out.mark(start, "quoted")
        del self._open[place:]
        if tag in _BLOCKS and not self._unseen:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        """Text: outside `pre`, any run of spaces is one."""
        if self._unseen:
            return
        if not self._pre:
            data = _SPACE.sub(" ", data)
            if self.out.at_line_start or (data == " " and self.out.ends_with(" ")):
                data = data.lstrip(" ")
        self.out.add(data)

    def finish(self) -> None:
        """The page ends."""
        self.close()
        for _, _, start in self._open:
            if start is not None:
                self.out.mark(start, "quoted")

    def _break(self, tag: str) -> None:
        self.out.end_line()
        if tag in _SPACED and len(self.out) and not self.out.ends_with("\n\n"):
            self.out.add("\n")


def page_text(html: str) -> Writing:
    """The text of a page; `quoted` marks block quotes and what mail programs put as the mail that is answered."""
    page = _Page()
    page.feed(html)
    page.finish()
    return page.out


def read_page(_name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The text of an HTML file. A quotation in it is the writer's own choice, so nothing is marked."""
    out = page_text(decode_page(content))
    out.spans.clear()
    return out.found(pictures=b"<img" in content.lower()), []


def decode_page(content: bytes, declared: str | None = None) -> str:
    """The characters of a page: by its mark, what is declared for it, UTF-8, what it says itself, else Windows-1252."""
    for mark, marked in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(marked, "replace")
    told = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", content[:4096], re.IGNORECASE)
    for encoding in (declared, "utf-8", told.group(1).decode("ascii", "replace") if told else None, "cp1252"):
        try:
            if encoding:
                return content.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")


__all__ = ["decode_page", "page_text", "read_page"]
