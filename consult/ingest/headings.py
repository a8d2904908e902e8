"""The header rows of a table -> the names of its columns, the questions' wordings, and the parts of option columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from consult.ingest.grid import name_columns, plural
from consult.ingest.headers import HEADER_SAMPLE, find_header, key_of, title_block_notes
from consult.ingest.layouts import PLAIN, Found, recognise

Role = Literal[
    "response_id", "respondent_id", "question_id", "question", "text", "submitted_at", "open", "closed", "demographic",
    "coded", "ignored", "date",
]  # fmt: skip
"""What a column can be; `coded` holds labels that people gave to answers; `date` is a candidate for submitted_at while
guessing, and never in a mapping."""

_PLAIN_OPTIONS: Final = frozenset({"response", "openendedresponse", "freetext", "answer", "text", "comments"})
"""Labels under a question that say that it has one column, and name no option."""
_BRACKETED: Final = re.compile(r"(?s)(.+?)\s*\[([^\[\]]+)\]")
_AS: Final = {"codes_above": ": codes, and the questions below them", "spans": ": questions over their options"}
_SEPARATORS: Final = (" -> ", " - ", " – ", " — ", " | ")


@dataclass(frozen=True)
class Heading:
    """What the first rows of a table say of its columns.

    Attributes:
        columns: Names, unique and never blank.
        found: The layout.
        start: The place of the first header row.
        n_rows: How many rows the header takes.
        wordings: Name -> the question's wording, where it is in a row of its own.
        parts: Name -> (question, option), where a header row over several columns, or a header, says both.
        notes: What was found and decided.
        roles: Name -> (role, why), where the file itself says what a column is.
    """

    columns: tuple[str, ...]
    found: Found = field(default_factory=lambda: Found(PLAIN, ()))
    start: int = 0
    n_rows: int = 1
    wordings: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    roles: dict[str, tuple[Role, str]] = field(default_factory=dict)


def read_heading(rows: Sequence[Sequence[str]], first_row: int, chosen: str | None = None) -> Heading:
    """Finds the layout and the header rows, and puts together what they say.

    Args:
        rows: The first rows of a table, from the first that is filled on; at most `HEADER_SAMPLE` are looked at.
        first_row: The number in the file, from 1, of the first of them.
        chosen: The name of a layout that a person has set.
    """
    rows = rows[:HEADER_SAMPLE]
    found = recognise(rows, chosen)
    start = 0
    if found.layout is PLAIN or chosen:
        start = find_header(rows)
        if start:
            found = recognise(rows[start:], chosen)
    names, wordings, parts = _names(rows[start : start + len(found.rows)], found)
    notes = title_block_notes(first_row, start)
    if len(found.rows) > 1:
        said = _AS.get(found.layout.name, f", as {found.layout.title} writes them")
        notes.append(f"header: {plural(len(found.rows), 'row')}{said}")
    columns, renamed = name_columns(names)
    return Heading(
        columns,
        found,
        start,
        len(found.rows),
        {column: wordings[place] for place, column in enumerate(columns) if wordings.get(place, column) != column},
        {column: parts[place] for place, column in enumerate(columns) if place in parts},
        (*notes, *renamed),
    )


def _names(
    header: Sequence[Sequence[str]], found: Found
) -> tuple[list[str], dict[int, str], dict[int, tuple[str, str]]]:
    """Names of the columns, and by place the wordings and the parts that stand in rows of their own."""
    width = max(len(row) for row in header)
    by_kind = {
        kind: [*row, *[""] * (width - len(row))]
        for kind, row in zip(found.rows, header, strict=True)
        if kind is not None
    }
    stems = by_kind.get("stems")
    if stems is not None and "names" not in by_kind:
        stems = _filled_forward(stems, by_kind.get("options"))
    if stems is None or "options" not in by_kind:
        names = by_kind.get("names") or by_kind["stems"]
        wordings = {place: cell for place, cell in enumerate(by_kind.get("wording", [])) if cell.strip()}
        return list(names), wordings, {}
    options = by_kind["options"]
    parts: dict[int, tuple[str, str]] = {}
    joined = []
    for place, (stem, option) in enumerate(zip(stems, options, strict=True)):
        several = stems.count(stem) > 1
        if stem.strip() and option.strip() and several and key_of(option) not in _PLAIN_OPTIONS:
            parts[place] = (stem, option)
            joined.append(f"{stem} - {option}")
        else:
            joined.append(stem if stem.strip() else option)
    if "names" in by_kind:
        return list(by_kind["names"]), {place: cell for place, cell in enumerate(joined) if cell.strip()}, parts
    return joined, {}, parts


def _filled_forward(stems: Sequence[str], options: Sequence[str] | None) -> list[str]:
    """A stem stands over the blank cells to its right that have an option of their own."""
    filled: list[str] = []
    for place, stem in enumerate(stems):
        under = options[place].strip() if options else ""
        filled.append(filled[-1] if not stem.strip() and under and filled else stem)
    return filled


def split_label(label: str) -> tuple[str, str] | None:
    """The question and the option of a header that says both: `Q3[SQ001]`, `Topics - Buses`, `Topics -> Buses`."""
    if bracketed := _BRACKETED.fullmatch(label.strip()):
        return bracketed.group(1), bracketed.group(2)
    for separator in _SEPARATORS:
        stem, _, option = label.rpartition(separator)
        if stem.strip() and option.strip():
            return stem.strip(), option.strip()
    return None
