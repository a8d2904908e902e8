"""Headings such as "Question 4" in a letter -> which question each part of it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from consult.ingest.marks import Mark, lines_of

_NUMBER: Final = r"(\d{1,3}(?:\.\d{1,2}){0,2})\s?\(?([a-z]?)\)?"
_NAMED: Final = re.compile(
    r"[\s>#*_]*(?:(?:my |our )?(?:answers?|responses?|reply|comments?)\s+(?:to|on)\s+)?(?:consultation\s+)?"
    r"(?:questions?|qu?\.?|cwestiwn|frage|pregunta)\s*(?:no\.?|number|rhif|nr\.?)?\s*" + _NUMBER + r"(?![\w])",
    re.IGNORECASE,
)
"""A question named by its number, in English, Welsh, German, French and Spanish, at the start of a line."""
_SEVERAL: Final = re.compile(
    r"\s*(?:,|&|and|to|or|-|–|a|und|et|y)\s*(?:q(?:uestion)?s?\.?\s*)?\d{1,3}[a-z]?\b", re.IGNORECASE
)
_AFTER: Final = re.compile(r"\s*(?:[.:)\]\-–—*_]+\s*|\t+\s*|\s{2,})|\s+(?=[A-Z\"'“‘À-Þ])|\s*$")
_LEADING: Final = re.compile(
    r"\s*(?:q(?:uestion|u)?\.?\s*(?:no\.?|number)?\s*)?" + _NUMBER + r"(?![\w])", re.IGNORECASE
)
_LONGEST: Final = 600
_FEWEST_WORDS: Final = 4
_ALIKE: Final = 0.9
"""Of characters in common: a heading that was typed again differs in a word or two."""


@dataclass(frozen=True)
class Asked:
    """A question that headings are held against.

    Attributes:
        question_id: Its id.
        wording: As it was put to people.
        numbers: By which it may be called: "4", "4a".
    """

    question_id: str
    wording: str
    numbers: frozenset[str]
    folded: str = field(default="")


@dataclass(frozen=True)
class Section:
    """A part of a letter.

    Attributes:
        start: Its first character.
        end: One past its last.
        question_id: The question that its heading names; None for what answers none.
        heading: End of the heading, from `start`; equal to it where there is none.
        wording: What the heading says after the number, where it says the question again.
        at: Where the heading begins, when that is not at `start`.
    """

    start: int
    end: int
    question_id: str | None
    heading: int
    wording: str = ""
    at: int = -1

    @property
    def named_at(self) -> int:
        """Where its heading begins; an address may stand above it."""
        return self.start if self.at < 0 else self.at


def asked(question_id: str, wording: str, column: str = "") -> Asked:
    """A question, and the numbers that stand in its id, its column's header or its wording."""
    numbers = set()
    for name in (question_id, column, wording):
        match = _LEADING.match(name)
        if match and (name[: match.start(1)].strip() or len(name.strip()) <= len(match.group().strip()) + 1
                      or _AFTER.match(name, match.end())):  # fmt: skip
            numbers.add(_number(match))
    return Asked(question_id, wording, frozenset(numbers), _fold(_bare(wording)))


def split_letter(text: str, questions: Sequence[Asked], marks: Sequence[Mark]) -> tuple[list[Section], list[str]]:
    """Cuts a letter at headings that name a question.

    Args:
        text: The letter.
        questions: Those of the consultation. When there are none, each heading with a number names a question of its
            own, `q4` for "Question 4".
        marks: What is not the writer's own: a heading in a mail that is answered is none, but one that is quoted just
            above an answer is.

    Returns:
        Sections that together are the whole letter, in order, and the headings that match no question. What stands
        before the first heading, or under one that matches none, answers none.
    """
    lines = lines_of(text)
    cuts: list[Section] = []
    unmatched: list[str] = []
    skip = 0
    for place, (start, _, stop) in enumerate(lines):
        if start < skip or _is_foreign(text, start, marks):
            continue
        block = [(a, b) for a, b, _ in lines[place : place + 4]]
        found = _heading(text, block, questions)
        if found is None:
            continue
        question_id, end, wording, called = found
        if question_id is None and called:
            unmatched.append(called)
        if not called and question_id is None:
            continue
        cuts.append(Section(start, len(text), question_id, end, wording))
        skip = max(end, stop) if end > stop else end
    return _sections(text, cuts), list(dict.fromkeys(unmatched))


def _sections(text: str, cuts: Sequence[Section]) -> list[Section]:
    sections = [Section(0, len(text), None, 0)]
    for cut in cuts:
        last = sections[-1]
        if cut.question_id is None and last.question_id is None:
            continue
        sections[-1] = Section(last.start, cut.start, last.question_id, last.heading, last.wording)
        heading = cut.heading if cut.question_id is not None else cut.start
        sections.append(Section(cut.start, len(text), cut.question_id, heading, cut.wording))
    return [section for section in sections if section.start < section.end]


def _is_foreign(text: str, start: int, marks: Sequence[Mark]) -> bool:
    """Whether a line belongs to a mail that is answered; a single quoted line above an answer does not."""
    for begin, end, kind in marks:
        if begin <= start < end and kind in ("quoted", "running", "disclaimer"):
            return kind != "quoted" or end == len(text) or not text[start:end].lstrip().startswith(">")
    return False


def _heading(
    text: str, block: Sequence[tuple[int, int]], questions: Sequence[Asked]
) -> tuple[str | None, int, str, str] | None:
    """(question_id, end of the heading, its wording, how it calls the question) of a line that is one, else None."""
    start, end = block[0]
    named = _NAMED.match(text, start, end)
    if named is None:
        by_wording = _by_wording(text, block, questions)
        return None if by_wording is None else (*by_wording, "")
    if _SEVERAL.match(text, named.end(), end):
        # An answer to several questions at once answers none of them alone.
        return None, start, "", text[start:end].strip()[:40]
    after = _AFTER.match(text, named.end(), end)
    number = _number(named)
    known = [question for question in questions if number in question.numbers]
    if questions and not known:
        return (None, start, "", text[start : named.end()].strip(" >#*_")) if after else None
    worded = _wording_end(text, named.end(), block, known)
    if worded is not None:
        question, stop = worded
        return question.question_id, stop, question.wording, ""
    if after is None:
        return None
    question_id = known[0].question_id if known else f"q{number}"
    stop, wording = after.end(), ""
    rest = text[stop:end].split("\t")[0]
    if rest.rstrip().endswith("?") and not questions:
        stop, wording = stop + len(rest), rest.strip()
    return question_id, stop, wording, ""


def _by_wording(text: str, block: Sequence[tuple[int, int]], questions: Sequence[Asked]) -> tuple[str, int, str] | None:
    """A heading that says the question itself, with or without a number of its own."""
    start = block[0][0]
    leading = re.compile(r"[\s>#*_]*(?:\d{1,3}[a-z]?[.)]?\s+)?").match(text, start)
    found = _wording_end(text, leading.end() if leading else start, block, questions)
    return None if found is None else (found[0].question_id, found[1], found[0].wording)


def _wording_end(
    text: str, start: int, block: Sequence[tuple[int, int]], questions: Sequence[Asked]
) -> tuple[Asked, int] | None:
    """The question whose wording stands from `start` on, over one line or a few, and where that ends."""
    for n_lines in range(1, len(block) + 1):
        end = block[n_lines - 1][1]
        said = text[start:end].split("\t")[0]
        if len(said) > _LONGEST:
            return None
        folded = _fold(said)
        for question in questions:
            if len(question.folded.split()) >= _FEWEST_WORDS and _is_alike(folded, question.folded):
                return question, start + len(said)
    return None


def _is_alike(said: str, wording: str) -> bool:
    if said == wording:
        return True
    if abs(len(said) - len(wording)) > 0.2 * len(wording):
        return False
    return SequenceMatcher(None, said, wording, autojunk=False).ratio() >= _ALIKE


def _number(match: re.Match[str]) -> str:
    return match.group(1).lstrip("0") + match.group(2).lower() or "0"


def _bare(wording: str) -> str:
    """A wording without the number in front of it."""
    match = _LEADING.match(wording)
    if match and (after := _AFTER.match(wording, match.end())):
        return wording[after.end() :] or wording
    return wording


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


__all__ = ["Asked", "Section", "asked", "split_letter"]
