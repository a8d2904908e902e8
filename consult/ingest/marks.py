"""Parts of a letter that are not its writer's answer: found, marked, and left where they are.

Quoted mail, signatures, disclaimers, letterheads, running headers and footers, and the ends of lines that a program
broke. The text stays as it was submitted; `consult.points.leave_out` keeps what is marked out of the analysis.
Where it is not plain what a passage is, it is the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

Mark = tuple[int, int, str]
"""(start, end, kind), offsets in characters."""
Line = tuple[int, int, int]
"""(start, end of what it says, end with its line end)."""

SET_APART: Final = {
    "quoted": "quoted mail", "signature": "signature", "disclaimer": "disclaimer", "letterhead": "letterhead",
    "running": "page headers and footers",
}  # fmt: skip
"""Kinds of marks that keep a passage out of the analysis -> what it is; headings aside."""
_LINE: Final = re.compile(r"([^\r\n\f\x0b\x85\u2028\u2029]*)(\r\n|[\r\n\f\x0b\x85\u2028\u2029]|$)")
_REPLY: Final = re.compile(
    r"\s*[-_*]{2,}\s*(?:original message|original appointment|urspr(?:ü|u)ngliche nachricht|message d['’]origine"
    r"|mensaje original|neges wreiddiol)\s*[-_*]{2,}\s*",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(
    r"\s*(?:[-_*]{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transf(?:é|e)r(?:é|e)|mensaje reenviado"
    r"|neges a anfonwyd ymlaen)\s*[-_*]{2,}|begin forwarded message:)\s*",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"[ \t>]*(?:on|am|le|el|ar)\b.{6,220}\b"
    r"(?:wrote|schrieb(?: .{1,80})?|a (?:é|e)crit|escribi(?:ó|o)|ysgrifennodd(?: .{1,80})?)\s*:\s*",
    re.IGNORECASE | re.DOTALL,
)
_FROM: Final = re.compile(r"\s*\*?(?:From|Von|De|Oddi wrth)\s*:\s?\*?\s*\S.*")
_FIELD: Final = re.compile(
    r"\s*\*?(?:Sent|Date|To|Cc|Subject|Reply-To|Gesendet|Datum|An|Betreff|Envoyé|Objet|À|Enviado|Para|Asunto|Anfonwyd"
    r"|Dyddiad|At|Pwnc)\s*:\*?.*"
)
_FORWARDED_SUBJECT: Final = re.compile(r"\s*(?:fwd?|wg|tr|rv|yml)\s*:", re.IGNORECASE)
_CLOSING: Final = re.compile(
    r"(?:yours?(?: very)? (?:sincerely|faithfully|truly)"
    r"|(?:with )?(?:my |our )?(?:kind(?:est)?|best|warm(?:est)?|many)? ?(?:regards|wishes)"
    r"|(?:many )?thanks(?: (?:again|and (?:kind |best )?regards))?|thank you|cheers|sincerely|faithfully"
    r"|cofion(?: (?:gorau|cynnes))?|yn gywir|yr eiddoch yn (?:gywir|ffyddlon)|diolch(?: yn fawr)?"
    r"|(?:mit (?:freundlichen|besten) |viele |beste |liebe )gr(?:ü|u)(?:ß|ss)en?|cordialement|bien cordialement"
    r"|un cordial saludo|saludos|atentamente)",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(
    r"(?:sent from my \w+.*|sent from (?:outlook|mail|yahoo).*|get outlook for (?:ios|android).*"
    r"|anfonwyd o(?:'m| fy) \w+.*|von meinem \w+ gesendet.*|envoy(?:é|e) de mon \w+.*)",
    re.IGNORECASE,
)
_POSTSCRIPT: Final = re.compile(r"p\.? ?s\b|n\.? ?b\b", re.IGNORECASE)
_DISCLAIMER: Final = re.compile(
    r"this (?:e-?mail|message|communication)\b.{0,120}\b(?:confidential|intended (?:solely|only)|privileged|originated)"
    r"|(?:e-?mail|message).{0,80}\bintended (?:solely|only) for"
    r"|if you (?:are not the intended recipient"
    r"|have received this (?:e-?mail|message|communication|transmission) in error)"
    r"|consider the environment before printing|(?:views|opinions) expressed .{0,80}\bdo not necessarily"
    r"|(?:scanned|checked) (?:for|by) .{0,40}\bvirus|registered office:|caution: this e-?mail originated"
    r"|mae'r (?:e-?bost|neges) (?:hwn|hon) .{0,80}\bcyfrinachol|diese (?:e-?mail|nachricht) .{0,80}\bvertraulich",
    re.IGNORECASE | re.DOTALL,
)
_SALUTATION: Final = re.compile(
    r"(?:dear|annwyl|hello|hi|good (?:morning|afternoon|evening)|sehr geehrte\w*|guten tag|bonjour|madame|monsieur"
    r"|estimad\w+|to whom it may concern|fao|for the attention of)\b[^.!?]{0,80}",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(
    r"(?:page|tudalen|seite)?\s*[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|o|von|/)\s*\d{1,4})?", re.IGNORECASE
)
_PAGE_WORD: Final = re.compile(r"(?:page|tudalen|seite) \d{1,4}(?: (?:of|o|von) \d{1,4})?\b.{0,60}", re.IGNORECASE)
_ENDS: Final = frozenset(".!?:;…")
_MOST_FIELDS: Final = 6
_MOST_SIGNED: Final = 12
_MOST_TOP: Final = 30
_SHORT: Final = 12
"""Words; a line of an address or a job title is shorter, one of prose is not."""
_BULLETS: Final = frozenset("-–—*•·▪●○‣◦")
_NARROWEST: Final = 25
"""Characters; a narrower column is a list."""
_FEWEST: Final = 3
"""Broken lines; fewer prove nothing."""
_WIDEST: Final = 110
"""Characters of a line that a program broke; where a longer one stands the lines are paragraphs."""


def lines_of(text: str) -> list[Line]:
    """The lines of a text, whatever ends them."""
    found = [(match.start(), match.end(1), match.end()) for match in _LINE.finditer(text)]
    return [line for line in found if line[0] < line[2]]


def find_marks(
    text: str,
    *,
    is_mail: bool,
    subject: str = "",
    spans: Sequence[Mark] = (),
    pages: Sequence[int] = (),
) -> list[Mark]:
    """What in a letter is not its writer's answer.

    Args:
        text: As it was submitted.
        is_mail: Whether it came by mail; quoting and disclaimers are looked for only there.
        subject: Of the mail: it says whether what follows is forwarded or answered.
        spans: What the format itself tells apart.
        pages: Where each page begins, in a PDF.

    Returns:
        Marks in order, none overlapping. Kinds: quoted, signature, disclaimer, letterhead, running.
    """
    lines = lines_of(text)
    marks = [mark for mark in spans if mark[2] != "quoted"] + _running(text, pages)
    quoted = [mark for mark in spans if mark[2] == "quoted"] if is_mail else []
    if is_mail:
        marks += _disclaimers(text, lines)
        quoted += _replies(text, lines, subject)
        angled = [(start, stop, "quoted") for start, end, stop in lines if text[start:end].lstrip().startswith(">")]
        quoted += angled
        rest = _left(text, marks + quoted)
        if not _has_words(rest):
            # Nothing else was written: what is quoted is what somebody passed on to be read.
            quoted = [mark for mark in quoted if mark not in angled and mark not in spans]
    top = _letterhead(text, lines)
    written = [line for line in lines if not any(start <= line[0] < end for start, end, _ in marks + quoted)]
    return apart([*marks, *quoted, *top, *_signature(text, written)])


def line_ends(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Where a program broke a line within a sentence: the next word would not have fitted.

    Text that is not broken so at all has lines longer than any program leaves, or too few to tell.
    """
    lines = [line for line in lines_of(text) if not any(start <= line[0] < end for start, end, _ in marks)]
    widths = sorted(end - start for start, end, _ in lines if text[start:end].strip())
    width = widths[int(0.8 * (len(widths) - 1))] if widths else 0
    if width < _NARROWEST or widths[-1] > _WIDEST:
        return []
    found, n_unended = [], 0
    for (start, end, stop), (after, after_end, _) in pairwise(lines):
        said = text[start:end].rstrip()
        following = text[after:after_end].split(maxsplit=1)
        if not said or not following or stop != after or said[-1] in _ENDS or following[0][0] in _BULLETS:
            continue
        n_unended += 1
        if 0.85 * width < len(said) + 1 + len(following[0]) and len(said) < 1.2 * width:
            found.append((start + len(said), stop, "line_end"))
    return found if len(found) >= max(_FEWEST, 0.7 * n_unended) else []


def _running(text: str, pages: Sequence[int]) -> list[Mark]:
    """Lines at the top and foot of pages that come back on most pages, or that number the page."""
    edges: list[tuple[str, Line]] = []
    for start, end in pairwise([*pages, len(text)]):
        page = [
            (a + start, b + start, c + start)
            for a, b, c in lines_of(text[start:end])
            if text[a + start : b + start].strip()
        ]
        places = {*range(min(2, len(page))), *range(max(0, len(page) - 2), len(page))}
        edges += [(re.sub(r"\d+", "0", text[page[at][0] : page[at][1]]).strip(), page[at]) for at in sorted(places)]
    counts = Counter(edge for edge, _ in edges)
    return [
        (start, stop, "running")
        for edge, (start, end, stop) in edges
        if (len(pages) > 2 and counts[edge] > len(pages) / 2)
        or _PAGE.fullmatch(text[start:end].strip())
        or _PAGE_WORD.fullmatch(text[start:end].strip())
    ]


def _disclaimers(text: str, lines: Sequence[Line]) -> list[Mark]:
    return [
        (start, end, "disclaimer") for start, end in _paragraphs(text, lines) if _DISCLAIMER.search(text, start, end)
    ]


def _paragraphs(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Lines together, parted by blank ones."""
    begun: int | None = None
    for start, end, _ in lines:
        if text[start:end].strip():
            begun = start if begun is None else begun
        elif begun is not None:
            yield begun, start
            begun = None
    if begun is not None:
        yield begun, len(text)


def _replies(text: str, lines: Sequence[Line], subject: str) -> list[Mark]:
    """The mail that is answered, to the end; of one that is forwarded, only its heading."""
    marks: list[Mark] = []
    place = 0
    while place < len(lines):
        kind, n_lines = _separator(text, lines, place)
        if not kind:
            place += 1
            continue
        start, last = lines[place][0], place + n_lines
        written = _has_words(_left(text[:start], [*marks, *_letterhead(text[:start], lines_of(text[:start]))]))
        if kind == "reply" and written and not _FORWARDED_SUBJECT.match(subject):
            return [*marks, (start, len(text), "quoted")]
        while last < len(lines) and (
            _FROM.fullmatch(text, lines[last][0], lines[last][1])
            or _FIELD.fullmatch(text, lines[last][0], lines[last][1])
        ):
            last += 1
        marks.append((start, lines[last - 1][2], "quoted"))
        # What is forwarded may answer another mail in its turn.
        subject = ""
        place = last
    return marks


def _separator(text: str, lines: Sequence[Line], place: int) -> tuple[str, int]:
    """Whether another mail begins at a line: reply or forward, else "", and how many lines say so."""
    start, end, _ = lines[place]
    if _REPLY.fullmatch(text, start, end):
        return "reply", 1
    if _FORWARD.fullmatch(text, start, end):
        return "forward", 1
    for n_lines in (1, 2):
        if place + n_lines <= len(lines) and _WROTE.fullmatch(text, start, lines[place + n_lines - 1][1]):
            return "reply", n_lines
    if _FROM.fullmatch(text, start, end):
        below = lines[place + 1 : place + 1 + _MOST_FIELDS]
        n_fields = sum(_FIELD.fullmatch(text, line[0], line[1]) is not None for line in below)
        return ("reply", 1) if n_fields >= 2 else ("", 0)
    return "", 0


def _letterhead(text: str, lines: Sequence[Line]) -> list[Mark]:
    """Addresses, date and subject above a salutation, and the salutation; short lines all of them."""
    for start, end, stop in lines[:_MOST_TOP]:
        said = text[start:end].strip()
        if _SALUTATION.fullmatch(said.rstrip(" ,:!")) and len(said.split()) <= _SHORT:
            return [(0, stop, "letterhead")]
        if len(said.split()) > _SHORT or said.startswith(">") or said[-1:] == "?":
            return []
    return []


def _signature(text: str, lines: Sequence[Line]) -> list[Mark]:
    """From the last closing phrase, or the dashes of mail programs, to the end of the short lines below it."""
    marks: list[Mark] = []
    filled = [line for line in lines if text[line[0] : line[1]].strip()]
    for start, end, stop in filled:
        if _DEVICE.fullmatch(text[start:end].strip()):
            marks.append((start, stop, "signature"))
    for place in range(len(filled) - 1, max(-1, len(filled) - 2 - _MOST_SIGNED), -1):
        start, end, _ = filled[place]
        said = text[start:end].rstrip("\r\n ")
        dashes = said == "--"
        if not dashes and not _CLOSING.fullmatch(said.strip(" ,.!\t")):
            continue
        last = place
        for at in range(place + 1, len(filled)):
            below = text[filled[at][0] : filled[at][1]].strip()
            if _POSTSCRIPT.match(below) or (not dashes and (len(below.split()) > _SHORT or below.endswith("?"))):
                break
            last = at
        marks.append((start, filled[last][2], "signature"))
        break
    return marks


def _left(text: str, marks: Sequence[Mark]) -> str:
    """The text without what is marked."""
    left, at = [], 0
    for start, end, _ in apart(marks):
        left.append(text[at:start])
        at = end
    return "".join([*left, text[at:]])


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def apart(marks: Sequence[Mark], start: int = 0, end: int | None = None) -> list[Mark]:
    """Marks in order, each cut where the one before has not ended; those of a part, with offsets in it."""
    cut: list[Mark] = []
    for begin, stop, kind in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        first = max(begin - start, cut[-1][1] if cut else 0)
        last = (stop if end is None else min(stop, end)) - start
        if first < last:
            cut.append((first, last, kind))
    return cut


__all__ = ["Mark", "apart", "find_marks", "line_ends", "lines_of"]
