"""What each column that nobody named is taken for: from its header, what it holds, and what the file's layout says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import polars as pl

from consult.ingest import tongues
from consult.ingest.grid import is_blank
from consult.ingest.headers import LOOSE_IDS, QUESTION_IDS, QUESTIONS, RESPONDENT_IDS, RESPONSE_IDS, TEXTS, key_of
from consult.ingest.headings import split_label
from consult.ingest.options import OptionColumn, comma_options, option_columns
from consult.ingest.profiles import Profile, profile_of
from consult.ingest.roles import Role, long_role, settle_dates, wide_role
from consult.ingest.tables import Table
from consult.naming import quoted

# From this share of differing values a column with an id's name is taken as one, and its repeats are then reported.
_MOSTLY_UNIQUE: Final = 0.5
_EXPLAINS: Final = re.compile(
    r"\b(explain|why|reasons?|reasoning|elaborate|tell us (more|anything|why)|more detail|further detail"
    r"|about (this|your answer)|your answer|if (yes|no|so)\b|please (give|provide|say) (details|more)"
    rf"|({tongues.EXPLAINS})\b)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"^((?:prop\w*|section|part) *\d+\W+)?(?:q(?:uestion)?\W*)?(\d+)(?![\d-])", re.IGNORECASE)
_NOTES: Final = re.compile(r"(?s).*\banaly(st|sis) notes?\b.*", re.IGNORECASE)
_CODES: Final = re.compile(
    r"(?s)(hand.?)?(code|coding|coded|theme|tag)s?( ?\d+)?|.*- (tags|codes|themes)", re.IGNORECASE
)
_LONGEST_CODE: Final = 6
"""Words."""
_MOST_LISTED: Final = 20
_LEAST_SHARING: Final = 3
_MOST_SHARED: Final = 60

Guesses = dict[str, tuple[Role, str]]


@dataclass(frozen=True)
class Facts:
    """What the guesses rest on.

    Attributes:
        tables: The files, read.
        cells: Header -> its cells in all files.
        profiles: Header -> what they hold.
        configured: Header -> its role, where the configuration says one.
        labels: Header -> what it says in words.
        parts: Header -> (question, option), where header rows say both.
        tools: Header -> why the layout says that respondents have no part in the column.
        told: Header -> its role and why, where a file says itself what the column is.
        coded: Headers by which the layout says that people coded answers there.
    """

    tables: Sequence[Table]
    cells: dict[str, pl.Series]
    profiles: dict[str, Profile]
    configured: dict[str, Role]
    labels: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    told: Guesses = field(default_factory=dict)
    coded: frozenset[str] = frozenset()

    def free(self) -> list[str]:
        """Headers that the configuration does not name."""
        return [name for name in self.profiles if name not in self.configured]

    def called(self, keys: Iterable[str]) -> list[str]:
        """Free, filled columns whose header is one of `keys`, in the order of `keys`; none that a tool fills."""
        filled = [name for name in self.free() if self.profiles[name].n_filled and name not in self.tools]
        return [name for key in keys for name in filled if key_of(name) == key]

    def with_role(self, role: Role) -> str | None:
        """The column configured for a role, or None."""
        return next((name for name, wanted in self.configured.items() if wanted == role), None)


def gather_facts(tables: Sequence[Table], configured: dict[str, Role], separator: str) -> Facts:
    """Measures the columns of files together, and asks their layouts what they know of them."""
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    cells = {name: pl.concat([table.rows[name] for table in tables if name in table.columns]) for name in names}
    labels = {name: name for name in names}
    parts: dict[str, tuple[str, str]] = {}
    tools: dict[str, str] = {}
    coded: set[str] = set()
    told: Guesses = {}
    for table in tables:
        layout = table.found.layout
        labels |= {name: " ".join(wording.split()) for name, wording in table.wordings.items()}
        parts |= table.parts
        told = table.roles | told
        for name in table.columns:
            if layout.needs:
                tools[name] = "the file holds no responses"
            if key_of(name) in layout.ignored or (
                layout.ignored_like and re.fullmatch(layout.ignored_like, key_of(name))
            ):
                tools[name] = f"filled in by {layout.title}, not by people"
            if layout.coded and re.fullmatch(layout.coded, name.strip().lower()):
                coded.add(name)
    profiles = {name: profile_of(series, separator) for name, series in cells.items()}
    return Facts(tables, cells, profiles, configured, labels, parts, tools, told, frozenset(coded))


def looks_long(facts: Facts) -> bool:
    """Whether a row is an answer, and not a respondent."""
    texts = [name for name in facts.called(TEXTS) if wide_role(name, facts.profiles[name])[0] not in ("closed", "date")]
    wide = {
        name: wide_role(facts.labels[name], facts.profiles[name])[0] for name in facts.free() if name not in facts.tools
    }
    open_columns = {name for name, role in wide.items() if role == "open"}
    asked = facts.called(QUESTION_IDS) + [name for name in facts.called(QUESTIONS) if facts.profiles[name].is_few]
    if asked and (texts or len(open_columns - set(asked)) == 1):
        return True
    return bool(texts) and open_columns <= {texts[0]}


def guess_long(facts: Facts) -> Guesses:
    """What the free columns of a file with a row an answer are."""
    guesses: Guesses = {}
    question_id = facts.with_role("question_id")
    if question_id is None and (found := facts.called(QUESTION_IDS)):
        question_id = found[0]
        guesses[question_id] = ("question_id", "its header says that it names the question")
    if facts.with_role("question") is None:
        wordings = [name for name in facts.called(QUESTIONS) if name not in guesses]
        if wordings:
            guesses[wordings[0]] = ("question", "its header says that it holds the question's wording")
    if facts.with_role("text") is None and (text := _text_column(facts, guesses)):
        guesses[text[0]] = ("text", text[1])
    asked = question_id or facts.with_role("question") or _first(guesses, "question")
    _guess_ids(facts, guesses, RESPONSE_IDS, asked)
    for name in facts.free():
        if name not in guesses:
            guesses[name] = _by_tool(facts, name) or long_role(facts.labels[name], facts.profiles[name])
    return settle_dates(guesses, facts.with_role("submitted_at"))


def _text_column(facts: Facts, guesses: Guesses) -> tuple[str, str] | None:
    named = [name for name in facts.called(TEXTS) if name not in guesses]
    if named:
        return named[0], "its header says that it holds the answer"
    wordy = [name for name in facts.free() if name not in guesses and facts.profiles[name].is_wordy]
    longest = max(wordy, key=lambda name: facts.profiles[name].median_words, default=None)
    return (longest, "of all columns it reads most like prose") if longest is not None else None


def guess_wide(
    facts: Facts, only: tuple[str, ...] | None
) -> tuple[Guesses, dict[str, OptionColumn], dict[str, tuple[str, ...]]]:
    """What the columns of a wide file are.

    Args:
        facts: What the guess rests on.
        only: The open questions that the configuration names; no others are then taken.

    Returns:
        The roles of the free columns with their reasons; the columns that are an option each, configured closed ones
        among them; and the options of columns whose cells list them with commas.
    """
    guesses: Guesses = {name: told for name, told in facts.told.items() if name not in facts.configured}
    if not any(role == "response_id" for role, _ in guesses.values()):
        _guess_ids(facts, guesses, RESPONSE_IDS + RESPONDENT_IDS, None)
    for name in facts.free():
        told = guesses.get(name) or _by_tool(facts, name) or _codes(facts, name)
        if told is not None:
            guesses[name] = told
    grouped = [
        name for name in facts.profiles if name not in guesses and facts.configured.get(name, "closed") == "closed"
    ]
    options = option_columns(grouped, facts.labels, facts.parts, facts.profiles)
    for name, (role, reason) in facts.told.items():
        if role == "closed" and name in facts.parts and facts.configured.get(name, "closed") == "closed":
            options[name] = OptionColumn(*facts.parts[name], reason)
    lists: dict[str, tuple[str, ...]] = {}
    for name, profile in facts.profiles.items():
        if name in guesses or name in options or facts.configured.get(name, "closed") != "closed":
            continue
        role, reason = wide_role(facts.labels[name], profile)
        if name in facts.configured or (role != "date" and profile.n_filled and profile.median_words <= _MOST_LISTED):
            lists[name] = comma_options(facts.cells[name]) if profile.n_options == 0 else ()
        if name in facts.configured:
            continue
        if lists.get(name):
            role, reason = "closed", f"cells list options with commas between them: {len(lists[name])} different ones"
        if role == "open" and only:
            role, reason = "ignored", f"{reason}; but the configuration names the open questions, and not this"
        guesses[name] = (role, reason)
    guesses |= {name: ("closed", option.reason) for name, option in options.items() if name not in facts.configured}
    guesses |= {name: told for name, told in _of_shared_answers(facts, guesses).items() if not only}
    return (
        settle_dates(guesses, facts.with_role("submitted_at")),
        options,
        {n: found for n, found in lists.items() if found},
    )


def explained(names: Sequence[str], closed: Mapping[str, str], opened: Mapping[str, str]) -> dict[str, str]:
    """The open questions that ask for the reasons of the closed question right before them -> that question.

    Two questions with different numbers, or one with a number and one without, are not taken together.

    Args:
        names: Headers in file order.
        closed: Header of a closed question's column -> the question.
        opened: Header of an open question -> what it says in words.
    """
    found: dict[str, str] = {}
    before: str | None = None
    for name in names:
        if name in opened and before is not None and (_EXPLAINS.search(opened[name]) or before == opened[name]):
            one, other = _NUMBER.match(before), _NUMBER.match(opened[name])
            if (one and one.group(2)) == (other and other.group(2)):
                found[name] = before
        before = closed.get(name)
    return found


def _of_shared_answers(facts: Facts, guesses: Guesses) -> Guesses:
    """Columns of one question that look like prose each, but hold the same long options over and over together."""
    found: Guesses = {}
    stems = {name: (facts.parts.get(name) or split_label(facts.labels[name]) or ("", ""))[0] for name in guesses}
    for stem, members in groupby(facts.profiles, key=lambda name: stems.get(name, "")):
        run = [name for name in members if guesses.get(name, ("", ""))[0] in ("open", "closed")]
        if not stem or len(run) < _LEAST_SHARING:
            continue
        cells = pl.concat([facts.cells[name].rename("cell") for name in run]).str.strip_chars()
        cells = cells.filter(cells != "")
        if cells.n_unique() <= min(_MOST_SHARED, cells.len() / 3):
            why = f"{cells.n_unique()} different values that come again in {len(run)} columns of one question"
            found |= {name: ("closed", why) for name in run if guesses[name][0] == "open"}
    return found


def _by_tool(facts: Facts, name: str) -> tuple[Role, str] | None:
    if name in facts.tools:
        return "ignored", facts.tools[name]
    return None


def _codes(facts: Facts, name: str) -> tuple[Role, str] | None:
    """Columns in which people have coded the answers already, and the notes that they made."""
    profile, header = facts.profiles[name], name.strip()
    if _NOTES.fullmatch(header):
        return "ignored", "notes of analysts, not of respondents"
    is_called = name in facts.coded or _CODES.fullmatch(header)
    if not is_called or not profile.n_filled or profile.numbers > 0.5 or profile.median_words > _LONGEST_CODE * 2:
        return None
    return "coded", "codes that people gave to answers: `consult gold` takes them as labels to evaluate with"


def _guess_ids(facts: Facts, guesses: Guesses, firm: tuple[str, ...], asked: str | None) -> None:
    """Adds the columns of ids: the response's, and the respondent's where another column has the first.

    Args:
        facts: What the guesses rest on.
        guesses: What is guessed so far; added to.
        firm: Names of response ids, the best first.
        asked: The column that tells questions apart in a long file, where an id may come back for each.
    """
    named = {group: [name for name in facts.called(group) if name not in guesses]
             for group in (firm, RESPONDENT_IDS, LOOSE_IDS)}  # fmt: skip
    ids = list(dict.fromkeys(name for group in (firm, LOOSE_IDS, RESPONDENT_IDS) for name in named[group]))
    unique = {name: _unique_share(facts.tables, name, asked) for name in ids}
    chosen = facts.with_role("response_id")
    if chosen is None:
        exact = [name for name in named[firm] if key_of(name) == firm[0]]
        wholly = [name for name in ids if unique[name] == 1]
        mostly = [name for name in named[firm] if unique[name] >= _MOSTLY_UNIQUE]
        chosen = next(iter(exact + wholly + mostly), None)
        if chosen is not None:
            how = "and no value repeats" if unique[chosen] == 1 else "though some cells repeat or are blank"
            guesses[chosen] = ("response_id", f"its header names an id, {how}")
    wide = firm != RESPONSE_IDS
    if chosen is not None and facts.with_role("respondent_id") is None:
        # A row of a wide file is a person: an id that mostly repeats there is damaged, as Excel damages long numbers.
        least = _MOSTLY_UNIQUE if wide else 0
        others = [name for name in named[RESPONDENT_IDS] if name not in guesses and unique[name] >= least]
        if others:
            guesses[others[0]] = ("respondent_id", "its header says that it names who answered")
    for name in ids:
        if name not in guesses:
            why = (
                f"{quoted(chosen)} is taken"
                if chosen is not None and unique[name] >= _MOSTLY_UNIQUE
                else "it mostly repeats"
            )
            guesses[name] = ("ignored", f"its header names an id, but {why}")


def _unique_share(tables: Sequence[Table], name: str, asked: str | None) -> float:
    """Distinct ids over rows, file by file and question by question, in [0, 1]; blank cells count against it."""
    n_rows = n_distinct = 0
    for table in tables:
        if name not in table.columns:
            continue
        keys = [name] + ([asked] if asked is not None and asked != name and asked in table.columns else [])
        ids = table.rows.select(keys)
        n_rows += ids.height
        n_distinct += ids.filter(~is_blank(pl.col(name))).unique().height
    return n_distinct / n_rows if n_rows else 0.0


def _first(guesses: Guesses, role: Role) -> str | None:
    return next((name for name, (guessed, _) in guesses.items() if guessed == role), None)
