"""Which counts by group are not shown, so that no small one can be read or worked out.

A cell is the number of people of one group who raise one theme; its complement is the rest of the group. What is
public beside the cells that are shown: how many people each theme has, how many answered, how many of these raise any
theme, and the sizes of the groups that are not too small.

Source: secondary suppression and its audit by linear programming as in Hundepool and others, "Statistical Disclosure
Control" (2012), chapter 4. The threshold of 5 is the project's own default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_Terms = list[tuple[int, float]]

_OBJECTIVES: Final = 6
"""Random directions tried before a cell is examined by itself."""
_ROUNDS: Final = 12
_TOGETHER: Final = -1
_MOST_CELLS: Final = 20_000
"""Above so many cells the audit would take minutes: every row with a hidden cell is hidden whole instead."""


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


def hide(counts: Counts, smallest: int) -> Hidden:
    """Chooses what is not shown.

    Groups of fewer than `smallest` people are hidden whole, and cells from 1 to one less, or whose complement is such.
    Where people belong to one group each, rows add up: then the next smallest cells go too until at least two are
    gone and what is gone together, and its complement, is no small number. At last it is tried whether any small cell
    that is hidden follows from all that is shown; while one does, more is hidden.

    Args:
        counts: What was counted.
        smallest: The smallest number that is shown, zero apart; 0 or 1 shows all.
    """
    groups = hide_groups(counts.sizes, counts.n_people, smallest)
    cells = np.repeat(groups[None, :], len(counts.cells), axis=0)
    if smallest < 2 or not counts.cells.size:
        return Hidden(groups, cells)
    adds_up = counts.overlap < smallest
    small = _is_small(counts.cells, smallest) | _is_small(counts.sizes - counts.cells, smallest)
    cells |= small
    for row, masked in enumerate(cells):
        if adds_up:
            _complete(masked, counts.cells[row], counts.sizes, smallest)
    if cells.size > _MOST_CELLS:
        for masked in cells:
            if masked.any():
                masked |= counts.sizes > 0
    else:
        _audit(counts, small, Hidden(groups, cells), smallest, adds_up=adds_up)
    return Hidden(groups, cells)


def hide_groups(sizes: Ints, n_people: int, smallest: int) -> Bools:
    """The groups whose size is not shown, (groups,): the small ones, and others from which these would follow.

    Args:
        sizes: People of each group.
        n_people: Who answered, in any group.
        smallest: As in `hide`.
    """
    hidden = _is_small(sizes, smallest)
    if int(sizes.sum()) - n_people < smallest:
        _complete(hidden, sizes, sizes, smallest)
    else:
        hidden |= _is_small(n_people - sizes, smallest) & (sizes > 0)
    return hidden


def _is_small(numbers: Ints, smallest: int) -> Bools:
    found: Bools = (numbers > 0) & (numbers < smallest)
    return found


def _complete(hidden: Bools, cells: Ints, sizes: Ints, smallest: int) -> None:
    """Hides more of a row that adds up, in place, until what is hidden of it cannot be worked out by subtraction."""
    rest = sizes - cells
    present = sizes > 0
    while hidden.any():
        n_hidden = int(hidden.sum())
        poor = [part for part in (cells, rest) if not _is_enough(int(part[hidden].sum()), n_hidden, smallest)]
        if n_hidden > 1 and not poor:
            return
        part = poor[0] if poor else cells
        candidates = np.flatnonzero(~hidden & present & (part > 0))
        if not len(candidates):
            hidden |= present
            return
        # Ties go by the order of the groups, so that the same people are hidden whatever the field is called.
        hidden[candidates[np.argmin(part[candidates])]] = True


def _is_enough(total: int, n_hidden: int, smallest: int) -> bool:
    # As many people as cells would be one in each, to whoever knows that zeros are shown.
    return total == 0 or total >= max(smallest, n_hidden + 1)


def _audit(counts: Counts, small: Bools, hidden: Hidden, smallest: int, *, adds_up: bool) -> None:
    """Hides more, in place, while a small cell follows from what is shown."""
    present = np.repeat(counts.sizes[None, :] > 0, len(counts.cells), axis=0)
    for _ in range(_ROUNDS):
        pinned = find_pinned(counts, hidden, small)
        if pinned:
            # What follows from the totals alone cannot be helped by hiding groups.
            asked = np.zeros_like(small)
            asked[tuple(np.array(pinned).T)] = True
            helpless = find_pinned(counts, Hidden(hidden.groups, present), asked)
            pinned = [at for at in pinned if at not in helpless]
        if not pinned:
            return
        for row, group in pinned:
            _hide_more(counts, hidden, row, group)
            for masked, cells in zip(hidden.cells, counts.cells, strict=True) if adds_up else ():
                _complete(masked, cells, counts.sizes, smallest)
    hidden.cells[present] = True


def _hide_more(counts: Counts, hidden: Hidden, row: int, group: int) -> None:
    """Hides what a cell most likely follows from: the column's next smallest cell; else its row; else what is akin."""
    shown = ~hidden.cells & (counts.sizes > 0)
    others = np.flatnonzero(shown[:, group])
    if len(others):
        hidden.cells[others[np.argmin(counts.cells[others, group])], group] = True
    elif shown[row].any():
        hidden.cells[row] |= shown[row]
    else:
        akin = np.arange(len(counts.cells)) == counts.parents[row]
        akin |= (counts.parents == row) | ((counts.parents == counts.parents[row]) & (counts.parents >= 0))
        hidden.cells[shown & (akin[:, None] if shown[akin].any() else True)] = True


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
    system = _System(counts, hidden)
    truth = counts.cells.astype(np.float64)
    generator = np.random.default_rng(0)
    for _ in range(_OBJECTIVES):
        found = system.solve(generator.normal(size=system.n))
        asked = [at for at in asked if abs(found[system.place[at]] - truth[at]) < 0.999]
        if not asked:
            return []
    pinned = []
    for at in asked:
        direction = np.zeros(system.n)
        direction[system.place[at]] = 1.0
        low, high = (system.solve(sign * direction)[system.place[at]] for sign in (1.0, -1.0))
        if high - low < 0.999:
            pinned.append(at)
    return pinned


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
