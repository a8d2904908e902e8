"""Whether a count by group that is not shown follows from what is.

Source: the audit of suppressed tables by linear programming, as in Hundepool and others, "Statistical Disclosure
Control" (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_Terms = list[tuple[int, float]]

_OBJECTIVES: Final = 6
"""Random directions tried before cells are examined one by one, where they are more than half as many."""
_TOGETHER: Final = -1
_APART: Final = 0.999
"""From how far apart two numbers that fit are two; the solver's are near to whole."""


@dataclass(frozen=True)
class Counts:
    """People by theme and by group of one field.

    Attributes:
        cells: Who of each group raises each theme, (rows, groups); rows are themes, and broad themes after them.
        sizes: People of each group, (groups,).
        totals: Who raises each theme, in any group, (rows,).
        n_people: Who answered, in any group.
        n_themed: Who raises any theme.
        parents: The row of the broad theme that each row is a part of; -1 for none, (rows,).
    """

    cells: Ints
    sizes: Ints
    totals: Ints
    n_people: int
    n_themed: int
    parents: Ints

    @property
    def overlap(self) -> int:
        """By how many the groups together exceed the people: 0 where each belongs to just one."""
        return int(self.sizes.sum()) - self.n_people


@dataclass(frozen=True)
class Hidden:
    """What is not shown: `groups` whole with their size, (groups,); `cells`, those of hidden groups included."""

    groups: Bools
    cells: Bools


def find_pinned(counts: Counts, hidden: Hidden, small: Bools) -> list[tuple[int, int]]:
    """The small cells that are hidden and follow, to the number, from what is shown.

    Args:
        counts: What was counted.
        hidden: What is hidden.
        small: The cells that matter, (rows, groups).

    Returns:
        Row and group of each. A cell counts as safe when two numbers at least would fit with all that is shown.
    """
    # Groups that are hidden whole stand together as one where people belong to one group each.
    apart = hidden.cells & small if counts.overlap else hidden.cells & small & ~hidden.groups[None, :]
    asked = [(int(row), int(group)) for row, group in np.argwhere(apart)]
    if not asked:
        return []
    free = find_free(counts, hidden)
    asked = [at for at in asked if not free[at]]
    if not asked:
        return []
    system = _System(counts, hidden)
    truth = counts.cells.astype(np.float64)
    generator = np.random.default_rng(0)
    for _ in range(_OBJECTIVES if 2 * len(asked) > _OBJECTIVES else 0):
        found = system.solve(generator.normal(size=system.n))
        asked = [at for at in asked if abs(found[system.place[at]] - truth[at]) < _APART]
        if not asked:
            return []
    pinned = []
    for at in asked:
        direction = np.zeros(system.n)
        direction[system.place[at]] = 1.0
        low, high = (system.solve(sign * direction)[system.place[at]] for sign in (1.0, -1.0))
        if high - low < _APART:
            pinned.append(at)
    return pinned


def find_free(counts: Counts, hidden: Hidden) -> Bools:
    """The cells that are seen to be safe without a solver, (rows, groups): most of those that are.

    A count that can rise in one group while it falls in another, by a person in all, does not follow from what is
    shown: all of that, but for the totals of rows and of people, ties numbers of one group. Where people belong to
    several groups, a count may rise or fall alone.
    """
    moves = _Moves(counts, hidden)
    free = np.zeros_like(hidden.cells)
    real = np.array(moves.columns, dtype=np.int64) >= 0
    places = np.array(moves.columns, dtype=np.int64)[real]
    over = moves.cells.sum(axis=1) - counts.totals
    for rows, up, down in moves.ways():
        alone = np.minimum(up, counts.overlap - over[rows[0]]) + np.minimum(down, over[rows[0]])
        by_two = np.minimum(down[:, None], up[None, :]) + np.minimum(up[:, None], down[None, :])
        np.fill_diagonal(by_two, 0.0)
        found = by_two.max(axis=1, initial=0.0) >= _APART
        if counts.overlap and len(rows) == 1:
            found |= alone >= _APART
        for row in rows:
            free[row, places] |= found[real] & moves.hidden[row, real]
    return free


class _Moves:
    """How far each count can rise and fall, with what must go with it in the same group.

    It starts from the counts as they are, and a number of people that raise no theme which fits them.

    Attributes:
        columns: The groups; those that are hidden whole as one, where people belong to one group each.
        cells: The counts, (rows, columns).
        hidden: Those that are not shown, (rows, columns).
    """

    def __init__(self, counts: Counts, hidden: Hidden) -> None:
        shown = np.flatnonzero(~hidden.groups & (counts.sizes > 0))
        gone = np.flatnonzero(hidden.groups)
        cells = [counts.cells[:, shown], counts.cells[:, gone]]
        sizes = [counts.sizes[shown], np.full(len(gone), counts.n_people)]
        self.columns = [*shown.tolist(), *gone.tolist()]
        if not counts.overlap and len(gone):
            cells[1] = cells[1].sum(axis=1, keepdims=True)
            sizes[1] = np.array([counts.n_people - sizes[0].sum()])
            self.columns = [*shown.tolist(), _TOGETHER]
        # Of a group that is hidden whole the size ties nothing.
        self._tied = np.arange(len(self.columns)) < (len(shown) if counts.overlap else len(self.columns))
        self.cells = np.hstack(cells).astype(np.float64)
        self.hidden = np.hstack([hidden.cells[:, shown], np.ones_like(cells[1], dtype=bool)])
        self._counts, self._sizes = counts, np.concatenate(sizes).astype(np.float64)
        most = np.minimum(counts.totals[:, None], self._sizes)
        self._up = np.where(self.hidden, most - self.cells, 0.0)
        self._down = np.where(self.hidden, self.cells, 0.0)
        self._children = [np.flatnonzero(counts.parents == row) for row in range(len(counts.cells))]
        self._tie()

    def ways(self) -> Iterator[tuple[tuple[int, ...], Floats, Floats]]:
        """Rows that move together, and how far they can rise and fall in each column."""
        for row, children in enumerate(self._children):
            for up, down in self._by_itself(row):
                yield (row,), np.maximum(up, 0.0), np.maximum(down, 0.0)
            for child in children:
                for up, down in self._with_parent(int(child), row):
                    yield (int(child), row), np.maximum(up, 0.0), np.maximum(down, 0.0)

    def _tie(self) -> None:
        """How far the numbers of each group may go before they break what is shown of it."""
        counts, cells, sizes = self._counts, self.cells, self._sizes
        spare = counts.n_people - counts.n_themed
        outside = sizes + spare - counts.n_people
        themes = np.array([not len(children) for children in self._children])
        top = counts.parents < 0
        again_in_all = float(counts.totals[themes].sum()) - counts.n_themed
        least, most = counts.totals[:, None] + outside - cells, sizes - cells
        raised, broad = cells[themes].sum(axis=0), cells[top].sum(axis=0)
        low = np.maximum.reduce([0 * sizes, sizes - raised, least.max(axis=0), sizes - broad])
        ends = counts.totals[top].sum() + outside - broad
        high = np.minimum.reduce([np.minimum(spare, sizes), again_in_all - raised + sizes, most.min(axis=0), ends])
        part = 0.5 if counts.overlap else (spare - low.sum()) / max(float((high - low).sum()), 1.0)
        idle = low + np.clip(part, 0.0, 1.0) * (high - low)
        again = raised + idle - sizes

        def tied(room: Floats) -> Floats:
            return np.where(self._tied, room, np.inf)

        self._idle = tied(np.minimum(spare, sizes) - idle), tied(idle)
        self._again = tied(again_in_all - again), tied(again)
        self._both = tied(most - idle), tied(idle - least)
        self._either = tied(ends - idle), tied(broad + idle - sizes)

    def _by_itself(self, row: int) -> Iterator[tuple[Floats, Floats]]:
        """Beside it goes either who is counted again, or who raises nothing."""
        is_broad, parent = len(self._children[row]) > 0, int(self._counts.parents[row])
        up, down = self._up[row], self._down[row]
        if is_broad:
            rise, fall = self._within(row)
            rest, more = self._over(row)
            up, down = (
                np.minimum.reduce([up, rest.min(axis=0), rise]),
                np.minimum.reduce([down, more.min(axis=0), fall]),
            )
        if parent >= 0:
            place = int(np.flatnonzero(self._children[parent] == row)[0])
            rest, more = self._over(parent)
            rise, fall = self._within(parent)
            up, down = np.minimum.reduce([up, more[place], fall]), np.minimum.reduce([down, rest[place], rise])
        ends = [np.inf + self._sizes] * 2
        again, either = (ends if is_broad else self._again), (ends if parent >= 0 else self._either)
        yield (
            np.minimum.reduce([up, self._both[0][row], again[0], either[0]]),
            np.minimum.reduce([down, self._both[1][row], again[1], either[1]]),
        )
        again, either = (self._again if is_broad else ends), (self._either if parent >= 0 else ends)
        yield (
            np.minimum.reduce([up, self._idle[1], self._both[1].min(axis=0), again[1], either[1]]),
            np.minimum.reduce([down, self._idle[0], self._both[0].min(axis=0), again[0], either[0]]),
        )

    def _with_parent(self, row: int, parent: int) -> Iterator[tuple[Floats, Floats]]:
        """As `_by_itself`, with the broad theme that it is a part of."""
        rest, more = (np.delete(each, np.flatnonzero(self._children[parent] == row), axis=0)
                      for each in self._over(parent))  # fmt: skip
        pair = [row, parent]
        up = np.minimum(self._up[pair].min(axis=0), rest.min(axis=0, initial=np.inf))
        down = np.minimum(self._down[pair].min(axis=0), more.min(axis=0, initial=np.inf))
        yield (
            np.minimum.reduce([up, self._both[0][pair].min(axis=0), self._again[0], self._either[0]]),
            np.minimum.reduce([down, self._both[1][pair].min(axis=0), self._again[1], self._either[1]]),
        )
        yield (
            np.minimum.reduce([up, self._idle[1], self._both[1].min(axis=0)]),
            np.minimum.reduce([down, self._idle[0], self._both[0].min(axis=0)]),
        )

    def _over(self, parent: int) -> tuple[Floats, Floats]:
        """By how much a broad theme may rise over each of its themes, and fall towards it, (themes, columns) each."""
        children = self._children[parent]
        more = self.cells[parent] - self.cells[children]
        return (self._counts.totals[parent] - self._counts.totals[children])[:, None] - more, more

    def _within(self, parent: int) -> tuple[Floats, Floats]:
        """By how much a broad theme may rise, and fall, against the sum of its themes, (columns,) each."""
        children = self._children[parent]
        less = self.cells[children].sum(axis=0) - self.cells[parent]
        return less, float(self._counts.totals[children].sum() - self._counts.totals[parent]) - less


class _System:
    """What is shown as linear equations and inequalities of what is hidden.

    Groups that are hidden whole stand together as one, whose size follows from the others', where people belong to
    one group each. Of the people of each group, `idle` raise no theme; those who raise several are counted `again`,
    once for each beyond the first.
    """

    def __init__(self, counts: Counts, hidden: Hidden) -> None:
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[tuple[float, float, _Terms]] = []
        self.place: dict[tuple[int, int], int] = {}
        shown = [int(group) for group in np.flatnonzero(~hidden.groups & (counts.sizes > 0))]
        gone = [int(group) for group in np.flatnonzero(hidden.groups)]
        columns = [*shown, *(gone if counts.overlap else gone and [_TOGETHER])]
        sizes = {group: int(counts.sizes[group]) for group in shown}
        sizes |= {} if counts.overlap else {_TOGETHER: counts.n_people - sum(sizes.values())}
        for row in range(len(counts.cells)):
            for group in columns:
                if group != _TOGETHER and not hidden.cells[row, group]:
                    low = high = float(counts.cells[row, group])
                else:
                    low, high = 0.0, float(min(counts.totals[row], sizes.get(group, counts.n_people)))
                self.place[row, group] = self._add(low, high)
            slack = self._add(0.0, float(counts.overlap))
            members = [(self.place[row, group], 1.0) for group in columns]
            self._tie(float(counts.totals[row]), float(counts.totals[row]), [*members, (slack, -1.0)])
        self._columns(counts, columns[: len(shown)] if counts.overlap else columns, sizes)
        self._broad(counts, columns)
        self.n = len(self._low)
        self._matrix()

    def _columns(self, counts: Counts, columns: list[int], sizes: dict[int, int]) -> None:
        themes = [row for row in range(len(counts.cells)) if row not in set(counts.parents.tolist())]
        spare = counts.n_people - counts.n_themed
        again_in_all = int(counts.totals[themes].sum()) - counts.n_themed
        idle = {group: self._add(0.0, float(min(spare, sizes[group]))) for group in columns}
        again = {group: self._add(0.0, float(again_in_all)) for group in columns}
        for group in columns:
            mine = [(self.place[row, group], 1.0) for row in themes]
            self._tie(sizes[group], sizes[group], [*mine, (idle[group], 1.0), (again[group], -1.0)])
            # Whoever raises a theme is not idle; and whoever is not raises one that is broad or stands alone. The same
            # holds of those outside the group.
            outside = sizes[group] + spare - counts.n_people
            for row in range(len(counts.cells)):
                both = [(self.place[row, group], 1.0), (idle[group], 1.0)]
                self._tie(float(counts.totals[row] + outside), float(sizes[group]), both)
            top = np.flatnonzero(counts.parents < 0)
            either = [*((self.place[int(row), group], 1.0) for row in top), (idle[group], 1.0)]
            self._tie(float(sizes[group]), float(counts.totals[top].sum() + outside), either)
        if counts.overlap == 0:
            self._tie(spare, spare, [(place, 1.0) for place in idle.values()])
            self._tie(again_in_all, again_in_all, [(place, 1.0) for place in again.values()])

    def _broad(self, counts: Counts, columns: list[int]) -> None:
        for parent in sorted({*counts.parents.tolist()} - {-1}):
            children = [int(row) for row in np.flatnonzero(counts.parents == parent)]
            for group in columns:
                whole, total = self.place[parent, group], int(counts.totals[parent])
                for row in children:
                    both = [(whole, 1.0), (self.place[row, group], -1.0)]
                    self._tie(0.0, float(total - counts.totals[row]), both)
                mine = [(self.place[row, group], 1.0) for row in children]
                self._tie(0.0, float(counts.totals[children].sum() - total), [*mine, (whole, -1.0)])

    def _add(self, low: float, high: float) -> int:
        self._low.append(low)
        self._high.append(max(low, high))
        return len(self._low) - 1

    def _tie(self, low: float, high: float, terms: _Terms) -> None:
        self._rows.append((low, high, terms))

    def _matrix(self) -> None:
        equal = [(low, terms) for low, high, terms in self._rows if low == high]
        most = [(high, terms) for low, high, terms in self._rows if low < high < np.inf]
        most += [
            (-low, [(place, -weight) for place, weight in terms])
            for low, high, terms in self._rows
            if -np.inf < low < high
        ]
        self._equal, self._equal_to = self._sparse(equal)
        self._most, self._most_to = self._sparse(most)

    def _sparse(self, rows: list[tuple[float, _Terms]]) -> tuple[Any, list[float] | None]:
        """The rows as a sparse matrix, and their ends; None of both where there are none."""
        if not rows:
            return None, None
        terms = [(at, place, weight) for at, (_, mine) in enumerate(rows) for place, weight in mine]
        across, down, weights = zip(*terms, strict=True)
        # Brought in where it is needed: the service hides small counts without it, and keeps 40 MB.
        from scipy.sparse import coo_matrix

        matrix = coo_matrix((weights, (across, down)), shape=(len(rows), self.n)).tocsr()
        return matrix, [end for end, _ in rows]

    def solve(self, direction: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The hidden numbers that are least along a direction among all that fit."""
        from scipy.optimize import linprog

        found = linprog(
            direction,
            A_eq=self._equal,
            b_eq=self._equal_to,
            A_ub=self._most,
            b_ub=self._most_to,
            bounds=list(zip(self._low, self._high, strict=True)),
            method="highs",
        )
        if found.x is None:
            raise AssertionError(f"the counts do not fit themselves: {found.message}")
        values: npt.NDArray[np.float64] = found.x
        return values
