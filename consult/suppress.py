"""Which counts by group are not shown, so that no small one can be read or worked out.

A cell is the number of people of one group who raise one theme; its complement is the rest of the group. What is
public beside the cells that are shown: how many people each theme has, how many answered, how many of these raise any
theme, and the sizes of the groups that are not too small.

Source: secondary suppression and its audit by linear programming as in Hundepool and others, "Statistical Disclosure
Control" (2012), chapter 4. The threshold of 5 is the project's own default.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from consult.pinned import Bools, Counts, Hidden, Ints, find_pinned

_ROUNDS: Final = 12
_MOST_CELLS: Final = 20_000
"""Above so many cells the audit would take minutes: every row with a hidden cell is hidden whole instead."""


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
    pinned = find_pinned(counts, hidden, small)
    if pinned:
        # What follows from the totals alone cannot be helped by hiding cells.
        helpless = find_pinned(counts, Hidden(hidden.groups, present), _marked(small, pinned))
        pinned = [at for at in pinned if at not in helpless]
    for _ in range(_ROUNDS):
        if not pinned:
            return
        for row, group in pinned:
            _hide_more(counts, hidden, row, group)
            for masked, cells in zip(hidden.cells, counts.cells, strict=True) if adds_up else ():
                _complete(masked, cells, counts.sizes, smallest)
        # The more is hidden, the more fits: a cell that did not follow before does not now.
        pinned = find_pinned(counts, hidden, _marked(small, pinned))
    if pinned:
        hidden.cells[present] = True


def _marked(like: Bools, places: list[tuple[int, int]]) -> Bools:
    marked = np.zeros_like(like)
    marked[tuple(np.array(places, dtype=np.int64).reshape(-1, 2).T)] = True
    return marked


def _hide_more(counts: Counts, hidden: Hidden, row: int, group: int) -> None:
    """Hides what a cell most likely follows from: of what is akin to its row the next smallest cell of its column, else
    of the whole column; else its row; else what is akin.
    """  # noqa: D205
    shown = ~hidden.cells & (counts.sizes > 0)
    akin = np.arange(len(counts.cells)) == counts.parents[row]
    akin |= (counts.parents == row) | ((counts.parents == counts.parents[row]) & (counts.parents >= 0))
    others = np.flatnonzero(shown[:, group] & akin)
    if not len(others):
        others = np.flatnonzero(shown[:, group])
    if len(others):
        hidden.cells[others[np.argmin(counts.cells[others, group])], group] = True
    elif shown[row].any():
        hidden.cells[row] |= shown[row]
    else:
        hidden.cells[shown & (akin[:, None] if shown[akin].any() else True)] = True
