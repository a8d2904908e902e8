"""Several files of one consultation: which headers mean the same, configured or guessed by their place and words.

An easy-read or paper form asks the same questions in other words and another order of options. A guess is always told,
and a mapping file can change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from consult.config import ColumnsConfig
from consult.errors import ConfigError, InputError
from consult.ingest.guesses import Facts, Guesses, gather_facts, guess_wide, looks_long
from consult.ingest.options import OptionColumn
from consult.ingest.profiles import Profile
from consult.ingest.roles import Role
from consult.ingest.tables import Table
from consult.naming import quoted, suggestion

_SURE: Final = 0.6
"""From this likeness two headers are one; less is asked where their neighbours are pairs."""
_LEAST: Final = 0.3
_ALONE: Final[dict[Role, str]] = {"response_id": "the id", "submitted_at": "the date of submission"}
_SMALL_WORDS: Final = frozenset(
    "the a an of to in on at for is are was were do does did you your with and or if it this that please what which "
    "how have has been be as by from would".split()
)


@dataclass(frozen=True)
class Join:
    """A header that stands for another.

    Attributes:
        file: The file in which it stands.
        header: As it is written there.
        to: The header that it is joined to.
        reason: Why, for people.
        source: guessed or configured.
    """

    file: str
    header: str
    to: str
    reason: str
    source: Literal["guessed", "configured"]


@dataclass(frozen=True)
class _Used:
    """A column that a file uses, as joining sees it."""

    name: str
    role: Role
    words: frozenset[str]
    profile: Profile


def join_tables(tables: Sequence[Table], config: ColumnsConfig, separator: str) -> tuple[list[Table], tuple[Join, ...]]:
    """Gives columns that mean the same one name.

    Args:
        tables: The files, read.
        config: Its `same` says which are joined; where it says nothing of a header, that may be guessed.
        separator: Between the options of one cell.

    Returns:
        The files with joined columns renamed, and what was joined.

    Raises:
        ConfigError: a header is joined to one that its own file has too.
        InputError: a header that is to be joined is in no file.
    """
    joins = _configured(tables, config)
    done = [_renamed(table, [join for join in joins if join.file == table.name]) for table in tables]
    if len(done) > 1 and all(table.found.layout.joins for table in done) and config.layout != "long":
        joins += _guessed(done, _named(config), separator)
        done = [_renamed(table, [join for join in joins if join.file == table.name]) for table in tables]
    return done, tuple(joins)


def _configured(tables: Sequence[Table], config: ColumnsConfig) -> list[Join]:
    joins: list[Join] = []
    for key, to in config.same.items():
        found = [
            (table, name)
            for table in tables
            for name in table.columns
            if key == f"{table.name}: {name}" or (key == name and key != to)
        ]
        if not found:
            raise InputError(
                "column_missing",
                f"{quoted(key)}, named with [columns] same, is in none of the files.",
                suggestion(key, [name for table in tables for name in table.columns])
                + "Name the column as its header is written; a file before it, with a colon and a space.",
            )
        for table, name in found:
            if name == to:
                continue
            if to in table.columns:
                raise ConfigError(
                    "join_conflict",
                    f"{table.name} has both {quoted(name)} and {quoted(to)}, so one cannot be joined to the other.",
                    'Name the file too in [columns] same, as "file: header", or leave the line out.',
                )
            joins.append(Join(table.name, name, to, "named in the configuration", "configured"))
    return joins


def _renamed(table: Table, joins: Sequence[Join]) -> Table:
    names = {join.header: join.to for join in joins if join.header in table.columns}
    if not names:
        return table
    return replace(
        table,
        columns=tuple(names.get(name, name) for name in table.columns),
        rows=table.rows.rename(names),
        wordings={names.get(name, name): wording for name, wording in table.wordings.items() if name not in names},
        roles={names.get(name, name): role for name, role in table.roles.items()},
        parts={names.get(name, name): parts for name, parts in table.parts.items() if name not in names},
    )


def _named(config: ColumnsConfig) -> set[str]:
    """The headers that the configuration says something of: nothing is guessed of those."""
    named = {config.response_id, config.respondent_id, config.submitted_at, *config.question_ids, *config.options}
    named |= {*(config.open or ()), *config.closed, *config.demographics, *config.coded, *config.ignored}
    return {name for name in named if name is not None}


def _guessed(tables: Sequence[Table], named: set[str], separator: str) -> list[Join]:
    """Looks for headers of the other files that the widest file has in other words.

    Args:
        tables: The files, what is configured joined already.
        named: Headers of which the configuration says something; they are left as they are.
        separator: Between the options of one cell.
    """
    guessed = {table.name: _guess(table, separator) for table in tables}
    used = {table.name: _used(table, guessed[table.name]) for table in tables}
    main = max(tables, key=lambda table: len(used[table.name]))
    joins: list[Join] = []
    for table in tables:
        if table is main:
            continue
        left, right = used[main.name], used[table.name]
        pairs = _aligned(left, right)
        for place, (one, other) in enumerate(pairs):
            a, b = left[one], right[other]
            if a.name == b.name or b.name in named or b.name in main.columns or a.name in table.columns:
                continue
            likeness = _likeness(a, b)
            n_beside = _n_beside(place, pairs, len(left), len(right))
            if likeness >= _SURE - 0.2 * n_beside or n_beside == 2:
                why = (
                    f"its words and answers are like {quoted(a.name)} in {main.name}"
                    if likeness >= _SURE - 0.2
                    else f"it stands between the same questions as {quoted(a.name)} does in {main.name}"
                )
                joins.append(Join(table.name, b.name, a.name, why, "guessed"))
        joins += _alone(main, table, guessed, named)
    return joins


_Guess = tuple[Facts, Guesses, dict[str, OptionColumn]]


def _guess(table: Table, separator: str) -> _Guess | None:
    """What the columns of one file are; None for a file with a row an answer."""
    facts = gather_facts([table], {}, separator)
    return None if looks_long(facts) else (facts, *guess_wide(facts, None)[:2])


def _alone(main: Table, table: Table, guessed: dict[str, _Guess | None], named: set[str]) -> Iterator[Join]:
    """The id and the date of a file that calls them otherwise; ids only where the two files have none in common."""
    for role, said in _ALONE.items():
        ours, theirs = (_with_role(guessed[each.name], role) for each in (main, table))
        if ours is None or theirs is None or ours in table.columns or theirs in main.columns or theirs in named:
            continue
        if role == "response_id" and not set(main.rows[ours]).isdisjoint(table.rows[theirs]):
            continue
        yield Join(table.name, theirs, ours, f"it is {said} there, as {quoted(ours)} is in {main.name}", "guessed")


def _with_role(guess: _Guess | None, role: Role) -> str | None:
    return None if guess is None else next((name for name, (found, _) in guess[1].items() if found == role), None)


def _used(table: Table, guess: _Guess | None) -> list[_Used]:
    """The columns of a file that hold answers or demographics, in their order; none of a file with a row an answer."""
    if guess is None:
        return []
    facts, guesses, options = guess
    return [
        _Used(name, guesses[name][0], _words(facts.labels[name]), facts.profiles[name])
        for name in table.columns
        if guesses[name][0] in ("open", "closed", "demographic") and name not in options
    ]


def _words(label: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", label.lower().replace("_", " "))) - _SMALL_WORDS


def _likeness(one: _Used, other: _Used) -> float:
    """0 for two columns that cannot be one; up to 1 by their words; answers that are the same add to it."""
    choices = ("closed", "demographic")
    if one.role != other.role and not (one.role in choices and other.role in choices):
        return 0.0
    if one.name == other.name:
        return 2.0
    # Numbers and single letters tell [thing A] from [thing B] and _1 from _2.
    marks = {word for word in one.words ^ other.words if len(word) == 1}
    worded = len(one.words & other.words) / min(len(one.words), len(other.words)) if one.words and other.words else 0.0
    shared = len({*one.profile.values} & {*other.profile.values})
    answered = 0.3 * shared / max(1, min(len(one.profile.values), len(other.profile.values)))
    base = _LEAST if one.role == other.role else 0.2
    return max(base, min(1.0, worded + answered)) * (0.4 if marks else 1.0) if worded or answered else base


def _aligned(left: Sequence[_Used], right: Sequence[_Used]) -> list[tuple[int, int]]:
    """The pairs of places, both rising, whose likenesses add up to the most."""
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            likeness = _likeness(left[i], right[j])
            paired = best[i + 1][j + 1] + likeness if likeness else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < len(left) and j < len(right):
        likeness = _likeness(left[i], right[j])
        if likeness and best[i][j] == best[i + 1][j + 1] + likeness:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _n_beside(place: int, pairs: Sequence[tuple[int, int]], n_left: int, n_right: int) -> int:
    """How many of the columns right before and right after are a pair too, or the end of both files."""
    one, other = pairs[place]
    before = (one - 1, other - 1) in pairs or (one == 0 and other == 0)
    after = (one + 1, other + 1) in pairs or (one == n_left - 1 and other == n_right - 1)
    return before + after
