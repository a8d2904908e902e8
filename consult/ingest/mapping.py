"""Which column is what: configured, else guessed from header and content, with a reason a person can check."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from consult.config import ColumnsConfig
from consult.errors import ConfigError, InputError
from consult.ingest.grid import is_blank
from consult.ingest.headers import LOOSE_IDS, QUESTION_IDS, QUESTIONS, RESPONDENT_IDS, RESPONSE_IDS, TEXTS, key_of
from consult.ingest.profiles import Profile, profile_of
from consult.ingest.questions import Question, asked_questions, question_ids
from consult.ingest.roles import Role, long_role, settle_dates, wide_role
from consult.ingest.tables import Table

Layout = Literal["wide", "long"]

_SINGLE: Final[tuple[Role, ...]] = ("response_id", "respondent_id", "question_id", "question", "text", "submitted_at")
_ONLY_QUESTION: Final = "q1"
# From this share of differing values a column with an id's name is taken as one, and its repeats are then reported.
_MOSTLY_UNIQUE: Final = 0.5


_KEYS: Final[dict[Role, str]] = {
    "response_id": "--id or [columns] response_id",
    "text": "--text or [columns] text",
    "open": "--open, [columns] open or question_ids",
    "demographic": "[columns] demographics",
}
"""How a role is given, where that is not by the key of its own name."""


@dataclass(frozen=True)
class Column:
    """One column of the files and what it is taken for.

    Attributes:
        name: The header.
        role: What it is.
        reason: Why, in plain English.
        source: guessed or configured.
        is_multi: For a closed question: whether a cell lists several options.
    """

    name: str
    role: Role
    reason: str
    source: Literal["guessed", "configured"]
    is_multi: bool = False


@dataclass(frozen=True)
class Mapping:
    """What every column is, and which questions follow.

    Attributes:
        layout: wide, a row a respondent and a column a question; long, a row an answer.
        columns: Every column of the files, in file order.
        questions: The open questions, in file order.
    """

    layout: Layout
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]

    def names(self, role: Role) -> tuple[str, ...]:
        """The headers of the columns with this role, in file order."""
        return tuple(column.name for column in self.columns if column.role == role)

    def name(self, role: Role) -> str | None:
        """The header of the one column with this role, or None."""
        return next(iter(self.names(role)), None)

    def to_dict(self) -> dict[str, object]:
        """The mapping as JSON holds it."""
        return {
            "layout": self.layout,
            "columns": [
                {
                    "name": column.name,
                    "role": column.role,
                    "reason": column.reason,
                    "source": column.source,
                    "is_multi": column.is_multi,
                }
                for column in self.columns
            ],
            "questions": [
                {"question_id": question.question_id, "wording": question.wording, "column": question.column}
                for question in self.questions
            ],
        }


@dataclass(frozen=True)
class _Facts:
    """What the guesses rest on: the files, their columns together, and what the configuration says of each."""

    tables: Sequence[Table]
    profiles: dict[str, Profile]
    configured: dict[str, Role]

    def free(self) -> list[str]:
        """Headers that the configuration does not name."""
        return [name for name in self.profiles if name not in self.configured]

    def called(self, keys: Iterable[str]) -> list[str]:
        """Free, filled columns whose header is one of `keys`, in the order of `keys`."""
        filled = [name for name in self.free() if self.profiles[name].n_filled]
        return [name for key in keys for name in filled if key_of(name) == key]

    def with_role(self, role: Role) -> str | None:
        """The column configured for a role, or None."""
        return next((name for name, wanted in self.configured.items() if wanted == role), None)


def map_columns(tables: Sequence[Table], config: ColumnsConfig, *, option_separator: str = ";") -> Mapping:
    """Says what each column is: as configured, the rest guessed from headers and content.

    Args:
        tables: The files, read; one mapping must hold for all.
        config: The columns that are named there are taken at their word.
        option_separator: What stands between the options of one cell of a closed question.

    Raises:
        ConfigError: a column is given two roles, or keys of both layouts are set.
        InputError: a configured column is not there, no column holds answers, or the files differ in a column in use.
    """
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    configured = _configured_roles(config, names, tables)
    profiles = {
        name: profile_of(pl.concat([table.rows[name] for table in tables if name in table.columns]), option_separator)
        for name in names
    }
    facts = _Facts(tables, profiles, configured)
    layout = _layout(config, facts)
    guesses = _guess_long(facts) if layout == "long" else _guess_wide(facts, only=config.open)
    columns = []
    for name in names:
        profile = profiles[name]
        role = configured.get(name)
        if role is not None:
            multi = role == "closed" and profile.n_options > 0
            columns.append(Column(name, role, "named in the configuration", "configured", multi))
        else:
            role, reason = guesses[name]
            columns.append(Column(name, role, reason, "guessed", role == "closed" and profile.is_multi))
    wanted: Role = "text" if layout == "long" else "open"
    if not any(column.role == wanted for column in columns):
        raise _no_text(tables, columns)
    _check_alike(tables, columns)
    return Mapping(layout, tuple(columns), _questions(layout, tables, columns, config))


def _configured_roles(config: ColumnsConfig, names: list[str], tables: Sequence[Table]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    single: list[tuple[str | None, Role]] = [(getattr(config, role), role) for role in _SINGLE]
    several: list[tuple[str | None, Role]] = [(name, "open") for name in config.open or ()]
    several += [(name, "open") for name in config.question_ids]
    several += [(name, "closed") for name in config.closed]
    several += [(name, "demographic") for name in config.demographics]
    several += [(name, "ignored") for name in config.ignored]
    for name, role in single + several:
        if name is None:
            continue
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            files = ", ".join(table.name for table in tables)
            raise InputError(
                "column_missing",
                f"{name!r}, named with {_key(role)}, is not in {files}. Columns found: {_listed(names)}.",
                f"Did you mean {near[0]!r}?" if near else "Name the column exactly as its header is written.",
            )
        if roles.setdefault(name, role) != role:
            raise ConfigError(
                "column_twice",
                f"{name!r} is named twice, with {_key(roles[name])} and with {_key(role)}.",
                "Keep one of the two.",
            )
    return roles


def _layout(config: ColumnsConfig, facts: _Facts) -> Layout:
    of_long: tuple[Role, ...] = ("text", "question_id", "question")
    long_keys = [key for key in of_long if getattr(config, key) is not None]
    if long_keys and (config.open or config.layout == "wide"):
        raise ConfigError(
            "columns_conflict",
            f"{_key(long_keys[0])} is set, which is of a long file (a row an answer), and also "
            + (_key("open") if config.open else "[columns] layout = 'wide'")
            + ", which is of a wide one (a column a question).",
            "Keep the one that fits the file.",
        )
    if config.open and config.layout == "long":
        raise ConfigError(
            "columns_conflict",
            f"{_key('open')} is set, and also [columns] layout = 'long'.",
            f"A long file has {_key('text')} instead.",
        )
    if config.layout != "auto":
        return config.layout
    if config.open or long_keys:
        return "wide" if config.open else "long"
    texts = [name for name in facts.called(TEXTS) if wide_role(name, facts.profiles[name])[0] not in ("closed", "date")]
    open_columns = {name for name in facts.free() if wide_role(name, facts.profiles[name])[0] == "open"}
    asked = facts.called(QUESTION_IDS) + [name for name in facts.called(QUESTIONS) if facts.profiles[name].is_few]
    if asked and (texts or len(open_columns - set(asked)) == 1):
        return "long"
    return "long" if texts and open_columns <= {texts[0]} else "wide"


def _guess_long(facts: _Facts) -> dict[str, tuple[Role, str]]:
    guesses: dict[str, tuple[Role, str]] = {}
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
            guesses[name] = long_role(name, facts.profiles[name])
    return settle_dates(guesses, facts.with_role("submitted_at"))


def _text_column(facts: _Facts, guesses: dict[str, tuple[Role, str]]) -> tuple[str, str] | None:
    named = [name for name in facts.called(TEXTS) if name not in guesses]
    if named:
        return named[0], "its header says that it holds the answer"
    wordy = [name for name in facts.free() if name not in guesses and facts.profiles[name].is_wordy]
    longest = max(wordy, key=lambda name: facts.profiles[name].median_words, default=None)
    return (longest, "of all columns it reads most like prose") if longest is not None else None


def _guess_wide(facts: _Facts, only: tuple[str, ...] | None) -> dict[str, tuple[Role, str]]:
    guesses: dict[str, tuple[Role, str]] = {}
    _guess_ids(facts, guesses, RESPONSE_IDS + RESPONDENT_IDS, None)
    for name in facts.free():
        if name in guesses:
            continue
        role, reason = wide_role(name, facts.profiles[name])
        if role == "open" and only:
            role, reason = "ignored", f"{reason}; but the configuration names the open questions, and not this"
        guesses[name] = (role, reason)
    return settle_dates(guesses, facts.with_role("submitted_at"))


def _guess_ids(facts: _Facts, guesses: dict[str, tuple[Role, str]], firm: tuple[str, ...], asked: str | None) -> None:
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
                f"{chosen!r} is taken" if chosen is not None and unique[name] >= _MOSTLY_UNIQUE else "it mostly repeats"
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


def _first(guesses: dict[str, tuple[Role, str]], role: Role) -> str | None:
    return next((name for name, (guessed, _) in guesses.items() if guessed == role), None)


def _key(role: Role) -> str:
    return _KEYS.get(role, f"[columns] {role}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _no_text(tables: Sequence[Table], columns: list[Column]) -> InputError:
    files = ", ".join(table.name for table in tables)
    lines = "".join(f"\n  {column.name!r}: {column.role} ({column.reason})" for column in columns)
    return InputError(
        "no_text_column",
        f"{files}: no column was recognised as answers in people's own words. What each was taken for:{lines}\n",
        'Name the column: `--open COLUMN` or `[columns] open = ["COLUMN"]` where each question has its column; '
        '`--text COLUMN` or `[columns] text = "COLUMN"` where each row is one answer.',
    )


def _check_alike(tables: Sequence[Table], columns: list[Column]) -> None:
    used = [column.name for column in columns if column.role != "ignored"]
    lacking = [(table.name, [name for name in used if name not in table.columns]) for table in tables]
    told = "; ".join(f"{name} has no {_listed(missing)}" for name, missing in lacking if missing)
    if told:
        raise InputError(
            "columns_differ",
            f"The files do not have the same columns: {told}.",
            "Give those files these columns, list the columns in [columns] ignored, or analyse the files apart.",
        )


def _questions(
    layout: Layout, tables: Sequence[Table], columns: list[Column], config: ColumnsConfig
) -> tuple[Question, ...]:
    if layout == "wide":
        headers = [column.name for column in columns if column.role == "open"]
        ids = question_ids(headers, config.question_ids)
        wordings = {header: wording for table in reversed(tables) for header, wording in table.wordings.items()}
        return tuple(
            Question(question_id, wordings.get(header, header), header)
            for question_id, header in zip(ids, headers, strict=True)
        )
    by_role = {column.role: column.name for column in columns}
    text = by_role["text"]
    return asked_questions(tables, by_role.get("question_id"), by_role.get("question"), text, default=_ONLY_QUESTION)
