"""Themes by group: who raises what, of each answer to a closed question or each value of a demographic.

The only place where people are counted by group for a reader: what must not be shown leaves it as None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from consult.config import GroupsConfig
from consult.pinned import Counts, Hidden, Ints
from consult.suppress import hide, hide_groups

NOT_GIVEN: Final = "Not given"
"""The group of those who left the field blank; a value of the same words counts with them."""
WHAT_GROUPS_ARE_NOT: Final = (
    "Groups are of those who chose to respond. They do not stand for all of their kind: a difference between two "
    "groups is one between those who wrote, not a finding about a population, not a vote and not a survey, and nothing "
    "here is tested for significance."
)
FEW: Final = 30
"""Below so many people of a group nothing is said of what it raises more often.

Source: the usual rule of thumb for a sample too small for percentages; one person is then over 3 % of it.
"""
_APART: Final = 1.25
"""From what ratio of shares a group raises a theme more often, or less; the project's own choice."""
_PEOPLE_APART: Final = 5
"""How many people at the least that ratio must come to; the project's own choice."""


@dataclass(frozen=True)
class Cell:
    """How many of a group raise a theme.

    Attributes:
        n_respondents: People; None where that is not shown.
        n_group: People of the group who gave an answer; None where that is not shown.
        share: Their quotient, in [0, 1]; None where it is not shown, or nobody is in the group.
        share_of_theme: Of those who raise the theme, how many are of the group, in [0, 1]; None as `n_respondents`.
        compared: In words, against everyone: more often, less often, about as often, too few to say; None as `share`.
    """

    n_respondents: int | None
    n_group: int | None
    share: float | None
    share_of_theme: float | None
    compared: str | None


@dataclass(frozen=True)
class GroupTable:
    """The themes of a question by the groups of one field, with what must not be shown.

    Attributes:
        groups: The groups, in order.
        rows: Row of each theme and each broad theme, by its id.
        counts: What was counted.
        hidden: What of it must not be shown.
    """

    groups: tuple[str, ...]
    rows: Mapping[str, int]
    counts: Counts = field(repr=False)
    hidden: Hidden = field(repr=False)

    @property
    def is_hiding(self) -> bool:
        """Anything at all is not shown."""
        return bool(self.hidden.cells.any() or self.hidden.groups.any())

    def size(self, group: str) -> int | None:
        """People of a group who gave an answer; None where that is not shown."""
        place = self.groups.index(group)
        return None if self.hidden.groups[place] else int(self.counts.sizes[place])

    def shows(self, row_id: str, group: str) -> bool:
        """Whether the count of a theme or broad theme in a group is shown; nobody of a group unknown here is."""
        return group not in self.groups or not self.hidden.cells[self.rows[row_id], self.groups.index(group)]

    def cell(self, row_id: str, group: str) -> Cell:
        """What is shown of a theme or broad theme in a group."""
        row, place = self.rows[row_id], self.groups.index(group)
        size = self.size(group)
        if size is None or self.hidden.cells[row, place]:
            return Cell(None, size, None, None, None)
        n, total = int(self.counts.cells[row, place]), int(self.counts.totals[row])
        share = n / size if size else None
        everyone = total / max(self.counts.n_people, 1)
        return Cell(n, size, share, n / total if total else None, compare_words(n, size, everyone))


def smallest_of(manifest: Mapping[str, Any]) -> int:
    """The smallest count by group that a run shows; the default for a run of before it was asked."""
    config = manifest.get("config") or {}
    return int((config.get("groups") or {}).get("smallest", GroupsConfig().smallest))


def explained_by(manifest: Mapping[str, Any], question_id: str) -> str | None:
    """The closed question whose answer an open question gives reasons for, as the mapping has it; None for none."""
    questions = (manifest.get("mapping") or {}).get("questions", [])
    return next((each.get("explains") for each in questions if each["question_id"] == question_id), None)


def hiding_sentence(smallest: int) -> str:
    """What "not shown" means."""
    return (
        f"“Not shown” stands for a count from 1 to {smallest - 1}, for all of a group but so few, and for what such "
        "a number could be worked out from."
    )


def compare_words(n: int, size: int, everyone: float) -> str | None:
    """How often a group raises a theme against everyone, in words; None of nobody.

    Args:
        n: People of the group who raise it.
        size: People of the group.
        everyone: The share of all people who raise it, in [0, 1].
    """
    if not size:
        return None
    if size < FEW:
        return "too few to say"
    expected = size * everyone
    if abs(n - expected) < _PEOPLE_APART:
        return "about as often"
    if n >= expected * _APART:
        return "more often"
    return "less often" if n * _APART <= expected else "about as often"


@dataclass(frozen=True)
class Raising:
    """Who raises what of a question, told once and counted by any field.

    Attributes:
        people: Who gave an answer, each once, in order.
        rows: Row of each theme and each broad theme, by its id.
        row: The row of each pair of a theme or broad theme and a person who raises it, each pair once, (pairs,).
        person: The person of each pair, as their place in `people`, (pairs,).
        parents: The row of the broad theme that each row is a part of; -1 for none, (rows,).
        n_themed: People who raise any theme.
    """

    people: pl.Series = field(repr=False)
    rows: Mapping[str, int]
    row: Ints = field(repr=False)
    person: Ints = field(repr=False)
    parents: Ints
    n_themed: int


def tell_raising(raised: pl.DataFrame, people: pl.Series, parents: Mapping[str, str | None]) -> Raising:
    """Who raises which themes and broad themes.

    Args:
        raised: Who raises what: columns theme_id and who.
        people: Who gave an answer.
        parents: Every theme -> the broad theme that it is a part of, or None.
    """
    answered = people.unique().sort()
    rows = {row_id: at for at, row_id in enumerate([*parents, *sorted({p for p in parents.values() if p is not None})])}
    of = np.array(
        [-1 if parents.get(row_id) is None else rows[str(parents[row_id])] for row_id in rows], dtype=np.int64
    )
    numbers = pl.DataFrame({"theme_id": list(parents), "row": range(len(parents))}, schema=_ROW)
    pairs = (
        raised.select(pl.col("theme_id").cast(pl.String), "who")
        .join(numbers, on="theme_id")
        .join(_places(answered), on="who")
    )
    row, person = pairs["row"].to_numpy(), pairs["person"].to_numpy()
    broad = of[row] >= 0
    n = max(len(answered), 1)
    each = _once(np.concatenate([row * n + person, of[row[broad]] * n + person[broad]]))
    themed = np.bincount(person, minlength=1) > 0
    return Raising(answered, rows, each // n, each % n, of, int(themed.sum()))


def tabulate(members: pl.DataFrame, raising: Raising, smallest: int) -> GroupTable:
    """Counts people by theme and group, and hides what must not be shown.

    Args:
        members: Who belongs to what: columns who and group; of people who did not answer too.
        raising: Who raises what.
        smallest: The smallest count that is shown.

    Returns:
        The groups that anybody who gave an answer belongs to; those who are in none are `NOT_GIVEN`.
    """
    person, group, names = _belonging(members, raising.people)
    n_rows, n_people, n_groups = len(raising.rows), len(raising.people), len(names)
    # Of each pair of a theme and a person, the groups of the person: `held` of them from `first` on.
    held = np.bincount(person, minlength=n_people)
    first = np.cumsum(held) - held
    again = held[raising.person]
    within = np.arange(int(again.sum())) - np.repeat(np.cumsum(again) - again, again)
    of = group[np.repeat(first[raising.person], again) + within]
    cells = np.bincount(np.repeat(raising.row, again) * n_groups + of, minlength=n_rows * n_groups)
    counts = Counts(
        cells.reshape(n_rows, n_groups).astype(np.int64),
        np.bincount(group, minlength=n_groups).astype(np.int64),
        np.bincount(raising.row, minlength=n_rows).astype(np.int64),
        n_people,
        raising.n_themed,
        raising.parents,
    )
    return GroupTable(names, raising.rows, counts, hide(counts, smallest))


def sizes_of(members: pl.DataFrame, people: pl.Series, smallest: int) -> dict[str, int | None]:
    """The people of each group who gave an answer, by the group's name; None where that is not shown.

    Args:
        members: As for `tabulate`.
        people: Who gave an answer.
        smallest: As for `tabulate`.
    """
    answered = people.unique().sort()
    _, group, names = _belonging(members, answered)
    sizes = np.bincount(group, minlength=len(names)).astype(np.int64)
    gone = hide_groups(sizes, len(answered), smallest)
    return {name: None if hidden else int(n) for name, n, hidden in zip(names, sizes, gone, strict=True)}


def _once(numbers: Ints) -> Ints:
    """Each number once, in order. numpy's own `unique` hashes, which took ten times as long."""
    ordered = np.sort(numbers)
    once: Ints = ordered[np.diff(ordered, prepend=-1) != 0]
    return once


_ROW: Final = {"theme_id": pl.String, "row": pl.Int64}


def _places(people: pl.Series) -> pl.DataFrame:
    """The place of each person: who, person."""
    return pl.DataFrame({"who": people, "person": np.arange(len(people))})


def _belonging(members: pl.DataFrame, people: pl.Series) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Who gave an answer and belongs to what: person and group by number, by person; and the groups.

    The group with the first person stands first, so that ties are settled: not by their names, for a field that stands
    twice in a file under other words must be hidden alike both times. Who is in no group is of NOT_GIVEN.
    """
    found = members.join(_places(people), on="who").select("person", pl.col("group").cast(pl.String))
    named = found["group"].unique(maintain_order=True)
    found = found.join(pl.DataFrame({"group": named, "number": np.arange(len(named))}), on="group")
    person, number, names = found["person"].to_numpy(), found["number"].to_numpy(), list(named)
    blank = np.flatnonzero(np.bincount(person, minlength=len(people)) == 0)
    if len(blank):
        names += [] if NOT_GIVEN in names else [NOT_GIVEN]
        person = np.concatenate([person, blank])
        number = np.concatenate([number, np.full(len(blank), names.index(NOT_GIVEN))])
    n = max(len(names), 1)
    pairs = _once(person * n + number)
    person, number = pairs // n, pairs % n
    first = np.full(len(names), len(people))
    np.minimum.at(first, number, person)
    order = sorted(range(len(names)), key=lambda at: (first[at], names[at]))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return person, place[number], tuple(names[at] for at in order)


def members_of(respondents: pl.DataFrame, answers: pl.DataFrame, field_name: str) -> pl.DataFrame:
    """Who belongs to what by one field: who, group; empty where there is no such field.

    Args:
        respondents: RESPONDENTS.
        answers: ANSWERS.
        field_name: A demographic field, or a closed question.
    """
    return pl.concat(
        [
            respondents.filter(pl.col("field") == field_name).select(who="respondent_id", group="value"),
            answers.filter(pl.col("question_id") == field_name).select(who="respondent_id", group="option"),
        ]
    ).unique()


def fields_in(respondents: pl.DataFrame, answers: pl.DataFrame) -> list[str]:
    """The fields that people can be grouped by, demographics first, each in the order of the file."""
    return list(dict.fromkeys([*respondents["field"], *answers["question_id"]]))
