"""Letters and mails -> responses: split over questions where their headings name them, else whole.

The parts of a letter together are the letter, to the character. What is not its writer's answer is marked in MARKS and
stays in the text. Who sent a mail, what was attached to it included, is one respondent; the address is not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from consult.ingest.files import File
from consult.ingest.grid import VISIBLE, plural
from consult.ingest.marks import SET_APART, Mark, apart, find_marks, line_ends, lines_of
from consult.ingest.sections import Asked, Section, asked, split_letter
from consult.schemas import LEDGER, MARKS, QUESTIONS, REJECTS, RESPONDENTS, RESPONSES

GENERAL: Final = "letter"
GENERAL_WORDING: Final = "Letters and e-mails, as a whole"
CHANNEL: Final = "channel"
_MAILS: Final = frozenset({"mail", "outlook"})
_WRAPPED: Final = frozenset({"mail", "outlook", "pdf", "text"})
_SHOWS: Final = re.compile(r"[^\W_]|[^\s\w]")
_LISTED: Final = 5
_TITLES: Final = {
    "letter": "letter", "e-mail": "e-mail", "archive": "archive of files", "not used": "file that cannot be used",
}  # fmt: skip
"""How a file was read -> what that is called."""
_KINDS: Final = {
    "word": "it holds a Word document",
    "opendocument": "it holds an OpenDocument text",
    "pdf": "it holds a PDF document",
    "text": "it holds running text, and no table",
    "html": "it holds a web page",
    "mail": "it holds a mail message",
    "outlook": "it holds an Outlook message",
    "archive": "it holds other files",
}
"""A file's kind -> why it is read as it is."""
_REPORT: Final = 50_000
"""Characters, some twenty pages: a response that is longer may be a report, or many responses."""


@dataclass(frozen=True)
class _Part:
    """A part of a letter that is a response.

    Attributes:
        question_id: The question; None for what answers none alone.
        response_id: The letter's name, with a number where it answers a question twice.
        text: Exactly as submitted.
        row: The page of a PDF, else the line.
        marks: In it.
        wording: What its heading says of the question.
    """

    question_id: str | None
    response_id: str
    text: str
    row: int
    marks: tuple[Mark, ...]
    wording: str


@dataclass
class Letters:
    """What letters hold, as frames of `consult.schemas`.

    Attributes:
        warnings: What a person should look at, in plain English.
    """

    questions: pl.DataFrame
    responses: pl.DataFrame
    respondents: pl.DataFrame
    rejects: pl.DataFrame
    ledger: pl.DataFrame
    marks: pl.DataFrame
    sources: tuple[dict[str, object], ...]
    warnings: tuple[str, ...] = field(default=())


def read_letters(files: Sequence[File], known: Sequence[tuple[str, str, str]], chosen: Mapping[str, str]) -> Letters:
    """Reads letters, mails and what else is no table: archives and files that cannot be used.

    Args:
        files: In order.
        known: (question_id, wording, column) of the questions that tables ask.
        chosen: Question id -> wording, as configured.

    Returns:
        Their frames. Questions are those that no table has: the configured ones that are answered, those found in the
        letters, and `letter` for what answers none alone.
    """
    questions = [asked(*question) for question in known]
    there = {question.question_id for question in questions}
    questions += [asked(question_id, wording) for question_id, wording in chosen.items() if question_id not in there]
    general = GENERAL if GENERAL not in {question.question_id for question in questions} else f"{GENERAL}s"
    responses: list[dict[str, Any]] = []
    marks: list[tuple[str, str, int, int, str]] = []
    ledger: list[tuple[str, str | None, int, int, int, int]] = []
    sources: list[dict[str, object]] = []
    wordings: dict[str, Counter[str]] = {}
    unmatched: Counter[str] = Counter()
    for file in files:
        parts, n_blank, strange = _parts(file, questions) if file.is_letter else ([], Counter(), [])
        unmatched.update(strange)
        counts: Counter[str | None] = Counter()
        for part in parts:
            question_id = part.question_id or general
            wordings.setdefault(question_id, Counter()).update([part.wording] if part.wording else [])
            counts[question_id] += 1
            responses.append(
                {"response_id": part.response_id, "question_id": question_id, "respondent_id": file.sender,
                 "text": part.text, "submitted_at": file.submitted_at, "source_file": file.name,
                 "source_row": part.row, "status": "received"}
            )  # fmt: skip
            marks += [(question_id, part.response_id, *mark) for mark in part.marks]
        ledger += _entries(file, counts, n_blank)
        sources.append(_source(file, parts, strange, general))
    found = _questions(wordings, questions, there, general)
    return Letters(
        questions=found,
        responses=pl.DataFrame(responses, schema=RESPONSES.schema),
        respondents=_channels(files, responses),
        rejects=_rejects(files),
        ledger=pl.DataFrame(ledger, schema=LEDGER.schema, orient="row"),
        marks=pl.DataFrame(marks, schema=MARKS.schema, orient="row"),
        sources=tuple(sources),
        warnings=tuple(_warnings(files, responses, unmatched, general)),
    )


def _parts(file: File, questions: Sequence[Asked]) -> tuple[list[_Part], Counter[str | None], list[str]]:
    """The parts of a letter, how many headings have nothing under them, and those that match no question."""
    text: str = file.found["text"]
    n_blank: Counter[str | None] = Counter()
    if not re.search(r"\S", text) or not pl.select(pl.lit(text).str.contains(VISIBLE)).item():
        # A scan is rejected, and a mail that only carries an attachment is blank.
        return [], Counter() if file.rejects else Counter([None]), []
    is_mail = file.kind in _MAILS
    pages: list[int] = file.found.get("pages", [])
    spans = [(start, end, kind) for start, end, kind in file.found.get("spans", [])]
    marks = find_marks(text, is_mail=is_mail, subject=file.found.get("subject", ""), spans=spans, pages=pages)
    sections, strange = split_letter(text, questions, marks)
    broken = line_ends(text, marks) if file.kind in _WRAPPED else []
    parts: list[_Part] = []
    seen: Counter[str | None] = Counter()
    for section in _joined(text, sections, marks):
        if section.question_id is not None and not _SHOWS.search(text, section.heading, section.end):
            n_blank[section.question_id] += 1
            continue
        seen[section.question_id] += 1
        number = seen[section.question_id]
        heading = []
        if section.heading > section.named_at:
            heading = [(section.named_at, section.heading, "heading")]
        if section.named_at > section.start:
            heading.append((section.start, section.named_at, "letterhead"))
        inside = apart([*heading, *marks, *broken], section.start, section.end)
        parts.append(
            _Part(
                section.question_id,
                file.name if number == 1 else f"{file.name}#{number}",
                text[section.start : section.end],
                _row(text, section.start, pages),
                tuple(inside),
                section.wording,
            )
        )
    return parts, n_blank, strange


def _joined(text: str, sections: Sequence[Section], marks: Sequence[Mark]) -> Iterator[Section]:
    """Sections; an address and a salutation before the first heading belong to what follows them."""
    first = sections[0]
    if len(sections) > 1 and first.question_id is None:
        left = apart(marks, first.start, first.end)
        said = list(text[first.start : first.end])
        for start, end, _ in left:
            said[start:end] = " " * (end - start)
        if not any(map(str.isalnum, said)) or _is_title(text[first.start : first.end]):
            second = sections[1]
            yield Section(0, second.end, second.question_id, second.heading, second.wording, second.start)
            yield from sections[2:]
            return
    yield from sections


def _is_title(text: str) -> bool:
    """Whether what stands above the first heading are titles only: a few short lines that end as no sentence does."""
    said = [text[start:end].strip() for start, end, _ in lines_of(text) if text[start:end].strip()]
    return len(said) <= 6 and all(len(line.split()) <= 12 and line[-1] not in ".!?;" for line in said)


def _row(text: str, start: int, pages: Sequence[int]) -> int:
    if pages:
        return max(1, sum(page <= start for page in pages))
    return len(lines_of(text[:start])) + 1


def _entries(
    file: File, counts: Counter[str | None], n_blank: Counter[str | None]
) -> Iterator[tuple[str, str | None, int, int, int, int]]:
    rejected: Counter[str | None] = Counter([None] * len(file.rejects))
    for question_id in dict.fromkeys([*counts, *n_blank, *rejected]):
        n = (counts[question_id], rejected[question_id], n_blank[question_id])
        yield file.name, question_id, sum(n), *n


def _source(file: File, parts: Sequence[_Part], strange: Sequence[str], general: str) -> dict[str, object]:
    notes = list(file.notes)
    if strange:
        notes.append(f"headings that match no question: {', '.join(strange[:_LISTED])}")
    notes += [f"rejected: {reject.detail}" for reject in file.rejects[:_LISTED]]
    read_as = "e-mail" if file.kind in _MAILS else "letter" if file.is_letter else file.kind or "not used"
    kinds = {kind for part in parts for _, _, kind in part.marks}
    return {
        "name": file.name,
        "sha256": file.sha256,
        "bytes": file.n_bytes,
        "rows": len(parts) + len(file.rejects),
        "notes": notes,
        "layout": "letter",
        "layout_title": _TITLES[read_as],
        "layout_reasons": [_KINDS.get(str(file.kind), "its content is that of no file that is read")],
        "layout_source": "guessed",
        "needs": "",
        "read_as": read_as,
        "answers": list(dict.fromkeys(part.question_id or general for part in parts)),
        "set_apart": [said for kind, said in SET_APART.items() if kind in kinds],
    }


def _questions(
    wordings: Mapping[str, Counter[str]], questions: Sequence[Asked], there: set[str], general: str
) -> pl.DataFrame:
    """QUESTIONS that are answered and that no table asks, in the order of their numbers; the general one last."""
    told = {question.question_id: question.wording for question in questions}
    ids = [question.question_id for question in questions if question.question_id in wordings]
    ids += sorted((found for found in wordings if found not in told and found != general), key=_in_order)
    ids += [general] if general in wordings else []
    rows = []
    for question_id in [found for found in ids if found not in there]:
        common = wordings[question_id].most_common(1)
        said = told.get(question_id) or (common[0][0] if common else "")
        made = GENERAL_WORDING if question_id == general else f"Question {question_id.removeprefix('q')}"
        rows.append((question_id, said or made))
    return pl.DataFrame(rows, schema=QUESTIONS.schema, orient="row")


def _in_order(question_id: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.findall(r"\d+|\D+", question_id)]


def _channels(files: Sequence[File], responses: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    mails = {file.name for file in files if file.kind in _MAILS}
    people = dict.fromkeys(str(response["respondent_id"]) for response in responses)
    rows = [(person, CHANNEL, "e-mail" if person in mails else "letter") for person in people]
    return pl.DataFrame(rows, schema=RESPONDENTS.schema, orient="row")


def _rejects(files: Sequence[File]) -> pl.DataFrame:
    rows = [
        (file.name, reject.row, None, None, reject.reason, reject.detail) for file in files for reject in file.rejects
    ]
    return pl.DataFrame(rows, schema=REJECTS.schema, orient="row")


def _warnings(
    files: Sequence[File], responses: Sequence[Mapping[str, Any]], unmatched: Counter[str], general: str
) -> Iterator[str]:
    scans = [reject for file in files for reject in file.rejects if reject.reason == "needs_transcription"]
    if scans:
        yield (
            f"{'1 file or page needs' if len(scans) == 1 else f'{len(scans):,} files or pages need'} transcription, "
            "for they show text and hold none. Type each letter into a TXT or DOCX file, and give that too."
        )
    if unmatched:
        named = ", ".join(repr(heading) for heading, _ in unmatched.most_common(_LISTED))
        yield (
            f"Letters have headings that match no question: {named}. What stands under them is read under "
            f"{general!r}; name such questions in [letters] questions."
        )
    long = [response for response in responses if len(response["text"]) > _REPORT]
    for response in long[:_LISTED]:
        yield (
            f"{response['source_file']!r} is read as one response of {len(response['text']):,} characters. If it is a "
            "report or a collection of responses, leave it out, or give each response a file of its own."
        )
    if len(long) > _LISTED:
        yield f"So are {plural(len(long) - _LISTED, 'more letter')}."
    n_whole = sum(response["question_id"] == general for response in responses)
    if n_whole:
        yield (
            f"Read under {general!r}, as it answers no question alone: {n_whole:,} of "
            f"{plural(len(responses), 'response')} in letters."
        )


__all__ = ["CHANNEL", "GENERAL", "Letters", "read_letters"]
