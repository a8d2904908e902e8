"""What is hidden of counts by group cannot be worked out from all that is shown."""

from __future__ import annotations

from itertools import combinations
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from consult.pinned import Counts, Hidden, find_free, find_pinned
from consult.suppress import hide, hide_groups

Person = tuple[frozenset[int], frozenset[int]]
"""The groups that a person belongs to, and the themes that they raise."""


def count(people: list[Person], n_themes: int, n_groups: int, parents: list[int] | None = None) -> Counts:
    """What is counted of people; `parents` gives the place of a broad theme, from 0, or -1 for each theme."""
    of = parents or [-1] * n_themes
    broad = [{t for t, parent in enumerate(of) if parent == place} for place in range(max(of, default=-1) + 1)]
    rows = [{t} for t in range(n_themes)] + broad
    raising = [[bool(raised & row) for _, raised in people] for row in rows]
    cells = [
        [sum(yes and g in mine for yes, (mine, _) in zip(row, people, strict=True)) for g in range(n_groups)]
        for row in raising
    ]
    return Counts(
        cells=np.array(cells, dtype=np.int64).reshape(len(rows), n_groups),
        sizes=np.array([sum(g in mine for mine, _ in people) for g in range(n_groups)], dtype=np.int64),
        totals=np.array([sum(row) for row in raising], dtype=np.int64),
        n_people=len(people),
        n_themed=sum(bool(raised) for _, raised in people),
        parents=np.array([n_themes + p if p >= 0 else -1 for p in of] + [-1] * len(broad), dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("sizes", "row", "shown"),
    [
        ([50, 50, 50], [20, 30, 25], [20, 30, 25]),
        ([50, 50, 50], [3, 30, 25], [None, 30, None]),  # the next smallest goes too
        ([50, 50, 50], [0, 30, 25], [0, 30, 25]),  # nobody is no small number
        ([50, 50, 50], [3, 0, 25], [None, 0, None]),
        ([50, 50, 50, 50], [1, 2, 9, 30], [None, None, None, 30]),  # 1 + 2 would be 3, a small number itself
        ([50, 50, 50, 50], [3, 4, 9, 30], [None, None, 9, 30]),
        ([50, 50, 50], [48, 20, 30], [None, 20, None]),  # all but 2 of the first raise it: its rest is small
        ([50, 50], [3, 30], [None, None]),
        ([50, 50, 50], [1, 1, 1], [None, None, None]),
        ([3, 50, 50], [3, 20, 30], [None, None, 30]),
        ([0, 50, 50], [0, 20, 30], [0, 20, 30]),
    ],
)
def test_a_row(sizes: list[int], row: list[int], shown: list[int | None]) -> None:
    counts = Counts(
        np.array([row]), np.array(sizes), np.array([sum(row)]), sum(sizes), sum(row), np.array([-1])
    )  # fmt: skip
    hidden = hide(counts, 5)
    assert [None if gone else n for n, gone in zip(row, hidden.cells[0], strict=True)] == shown


@pytest.mark.parametrize(
    ("sizes", "n_people", "shown"),
    [
        ([50, 60, 70], 180, [50, 60, 70]),
        ([3, 60, 70], 133, [None, None, 70]),
        ([1, 1, 1, 1, 1, 9, 70], 84, [None, None, None, None, None, None, 70]),  # five people in five groups
        ([4, 4, 70], 78, [None, None, 70]),
        ([2, 98], 100, [None, None]),
        ([0, 60, 70], 130, [0, 60, 70]),
        ([3, 60, 70], 90, [None, 60, 70]),  # several options each: sizes do not add up to the people
        ([50, 98], 100, [50, None]),  # two people did not choose it
    ],
)
def test_sizes_of_groups(sizes: list[int], n_people: int, shown: list[int | None]) -> None:
    gone = hide_groups(np.array(sizes), n_people, 5)
    assert [None if hidden else n for n, hidden in zip(sizes, gone, strict=True)] == shown


@pytest.mark.parametrize("smallest", [0, 1])
def test_a_threshold_of_none_shows_all(smallest: int) -> None:
    people: list[Person] = [(frozenset({n % 3}), frozenset({0} if n < 4 else ())) for n in range(7)]
    hidden = hide(count(people, 1, 3), smallest)
    assert not hidden.cells.any()
    assert not hidden.groups.any()


def test_options_of_which_people_choose_several_do_not_add_up() -> None:
    """Beside 3 of one group stands no other's count from which they follow."""
    people: list[Person] = [(frozenset({0, 1}), frozenset({n % 2})) for n in range(40)]
    people += [(frozenset({2}), frozenset({0} if n < 3 else {1})) for n in range(20)]
    hidden = hide(count(people, 2, 3), 5)
    assert hidden.cells[0].tolist() == [False, False, True]


def test_a_column_that_would_give_a_cell_away_loses_another() -> None:
    """Everybody raises one theme, so columns add up too: three themes by two groups, of which one row is small."""
    people: list[Person] = []
    for group, numbers in enumerate([(3, 20, 17), (6, 15, 19)]):
        for theme, n in enumerate(numbers):
            people += [(frozenset({group}), frozenset({theme}))] * n
    counts = count(people, 3, 2)
    hidden = hide(counts, 5)
    assert hidden.cells.all(axis=1).sum() >= 2
    assert hidden.cells[0].all()


def attack(counts: Counts, hidden: Hidden, n_themes: int, asked: list[tuple[int, int]]) -> dict[tuple[int, int], bool]:
    """Whether each cell follows from what is shown, to one who weighs every way in which people can be shared out.

    The unknowns are how many people there are of each kind: of one set of groups, with one set of themes.
    """
    n_groups = len(counts.sizes)
    several = counts.overlap > 0
    sets = [frozenset(s) for k in range(1, (n_groups if several else 1) + 1) for s in combinations(range(n_groups), k)]
    raised = [frozenset(s) for k in range(n_themes + 1) for s in combinations(range(n_themes), k)]
    kinds = [(mine, themes) for mine in sets for themes in raised]
    rows = [{t} for t in range(n_themes)]
    rows += [{int(t) for t in np.flatnonzero(counts.parents == place)} for place in range(n_themes, len(counts.totals))]

    def where(group: int | None, row: set[int] | None) -> list[float]:
        return [
            float((group is None or group in mine) and (row is None or bool(row & themes))) for mine, themes in kinds
        ]

    facts = [(where(None, None), counts.n_people), (where(None, set(range(n_themes))), counts.n_themed)]
    facts += [(where(None, row), int(total)) for row, total in zip(rows, counts.totals, strict=True)]
    facts += [(where(g, None), int(counts.sizes[g])) for g in range(n_groups) if not hidden.groups[g]]
    for at, row in enumerate(rows):
        facts += [(where(g, row), int(counts.cells[at, g])) for g in range(n_groups) if not hidden.cells[at, g]]
    found = {}
    for at, group in asked:
        direction = np.array(where(group, rows[at]))
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * direction,
                A_eq=np.array([left for left, _ in facts]),
                b_eq=np.array([right for _, right in facts]),
                bounds=(0, counts.n_people),
                method="highs",
            )
            ends.append(float(direction @ solved.x))
        found[at, group] = ceil(ends[0] - 1e-6) == floor(ends[1] + 1e-6)
    return found


def small_cells(counts: Counts, hidden: Hidden, smallest: int) -> list[tuple[int, int]]:
    """Small numbers, and cells whose complement is one; that nobody of a group of hidden size raises it tells none."""
    rest = np.where(hidden.groups, 0, counts.sizes - counts.cells)
    small = (counts.cells > 0) & (counts.cells < smallest) | (rest > 0) & (rest < smallest)
    return [(int(row), int(group)) for row, group in np.argwhere(small)]


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Counts, int]:
    n_themes, n_groups = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    several = draw(st.booleans())
    themes = st.frozensets(st.integers(0, n_themes - 1), max_size=draw(st.integers(0, n_themes)))
    groups = st.frozensets(st.integers(0, n_groups - 1), min_size=1, max_size=2 if several else 1)
    kinds = draw(st.lists(st.tuples(groups, themes, st.integers(1, 9)), min_size=1, max_size=10))
    people = [(mine, raised) for mine, raised, n in kinds for _ in range(n)]
    parents = draw(st.none() | st.just([0] * n_themes) | st.just([0, 0, -1][:n_themes]))
    return count(people, n_themes, n_groups, parents), n_themes


@settings(max_examples=60, deadline=None, derandomize=True)
@given(crowds())
def test_no_small_number_follows_from_what_is_shown(crowd: tuple[Counts, int]) -> None:
    """But for those that follow from the totals of the themes alone, which are shown whatever the groups are."""
    counts, n_themes = crowd
    hidden = hide(counts, 5)
    asked = small_cells(counts, hidden, 5)
    assert all(hidden.cells[at] for at in asked)
    follows = [at for at, yes in attack(counts, hidden, n_themes, asked).items() if yes]
    nothing = Hidden(hidden.groups, np.ones_like(hidden.cells))
    unavoidable = attack(counts, nothing, n_themes, follows)
    assert [at for at in follows if not unavoidable[at]] == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(crowds(), st.integers(0, 2**32 - 1))
def test_what_is_seen_to_be_safe_without_a_solver_is_safe_to_the_solver(crowd: tuple[Counts, int], seed: int) -> None:
    """Whatever is hidden: a cell that a move frees has two numbers at least that fit."""
    counts, _ = crowd
    groups = hide_groups(counts.sizes, counts.n_people, 5)
    drawn = np.random.default_rng(seed).random(counts.cells.shape) < 0.5
    hidden = Hidden(groups, (drawn & (counts.sizes > 0)) | groups)
    free = find_free(counts, hidden)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("consult.pinned.find_free", lambda *_: np.zeros_like(free))
        follows = find_pinned(counts, hidden, hidden.cells)
    assert not [at for at in follows if free[at]]


def test_most_safe_cells_are_seen_without_a_solver() -> None:
    """Two groups, of which 3 and 4 people raise one theme of two: one more here and one fewer there fits as well."""
    people: list[Person] = []
    for group, numbers in enumerate([(3, 20, 5), (4, 15, 9)]):
        for raised, n in zip([{0}, {1}, {0, 1}], numbers, strict=True):
            people += [(frozenset({group}), frozenset(raised))] * n
        people += [(frozenset({group}), frozenset())] * 8
    counts = count(people, 2, 2)
    row_hidden = Hidden(np.zeros(2, dtype=bool), np.array([[True, True], [False, False]]))
    assert find_free(counts, row_hidden).tolist() == [[True, True], [False, False]]
    assert not find_free(counts, Hidden(row_hidden.groups, np.array([[True, False], [False, False]]))).any()


def test_a_large_table_keeps_most_of_what_it_can_show() -> None:
    """3,000 people, 40 themes in 8 broad ones and on their own, 12 groups: no cell that follows takes all with it."""
    chance = np.random.default_rng(0)
    likely = 1 / np.arange(1, 13) ** 1.2
    group = chance.choice(12, size=3000, p=likely / likely.sum())
    often = 1 / np.arange(1, 41) ** 0.8
    raises = chance.random((3000, 40)) < 1.6 * often / often.sum()
    of = [theme % 8 if theme % 3 else -1 for theme in range(40)]
    people = [
        (frozenset({int(g)}), frozenset(np.flatnonzero(yes).tolist())) for g, yes in zip(group, raises, strict=True)
    ]
    counts = count(people, 40, 12, of)
    hidden = hide(counts, 5)
    asked = small_cells(counts, hidden, 5)
    assert all(hidden.cells[at] for at in asked)
    assert len(asked) > 150
    assert hidden.cells.mean() < 0.5
    assert find_pinned(counts, hidden, hidden.cells) == []
