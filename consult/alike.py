"""Answers that say nearly the same in other words: for a person to look at, with what shows it. Nothing rests on it.

Copies share their words and are campaigns; what was worded anew, by a person or a machine, shares its meaning alone.
How alike two answers are is held against how alike answers to the same question usually are, and, where the files say
when they were sent, against when the others came.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.arrays import unit
from consult.dates import read_dates
from consult.languages import UNDETERMINED
from consult.schemas import ALIKE, check_frame

Floats = npt.NDArray[np.float32]

WORDS: Final = 25
"""A shorter answer is not compared: people say the same in few words by themselves."""
FEWEST: Final = 50
"""With fewer answers as long as that nobody can say what is usual."""
SMALLEST: Final = 3
"""Texts at the least, as two people may well think alike."""
_APART: Final = 4.0
_APART_TIMED: Final = 2.0
"""How far above the usual, in standard deviations of the nearest answers' similarity, alone and with times."""
_LEAST: Final = 0.7
_LEAST_TIMED: Final = 0.5
"""The similarity that there must be, however unlike the answers to a question are.

Source: on four hand-coded sets and 1,755 letters to a regulator no three answers are so near, see README.
"""
_WINDOW: Final = 0.1
"""The share of all responses in which those of a group that is close in time came, at the most; between any two."""
_CHANCE: Final = 0.01
"""Below what chance of coming so close together by themselves answers are close in time."""
_SAMPLED: Final = 2_000
_EXACT: Final = 8_000
"""Up to so many answers all are held against all; above, those that share one of their `_CELLS` nearest pivots."""
_CELLS: Final = 3


@dataclass(frozen=True)
class Alike:
    """What was found among the answers to one question.

    Attributes:
        members: ALIKE.
        told: What they were held against: compared (answers), usual (the median similarity of an answer to its
            nearest), bar (from which three are flagged), bar_timed (the same where they were sent close together in
            time), dated (answers whose date can be read). Empty where there was too little to compare.
    """

    members: pl.DataFrame = field(default_factory=ALIKE.empty)
    told: dict[str, Any] = field(default_factory=dict)


def find_alike(
    responses: pl.DataFrame,
    points: pl.DataFrame,
    rows: Mapping[str, int],
    vectors: Floats,
    campaigns: pl.DataFrame,
    languages: pl.DataFrame,
) -> Alike:
    """Flags the answers to one question that are unusually close in meaning, and share no campaign.

    Args:
        responses: RESPONSES that say something.
        points: Their POINTS.
        rows: text_id -> its row of `vectors`.
        vectors: Unit vectors of the distinct points, shape (n, d).
        campaigns: CAMPAIGNS: of each its canonical response is compared, and stands for all of them.
        languages: LANGUAGES of the responses: those of the commonest are compared, and those whose language cannot be
            told. Answers in another language are near one another by that alone.

    Returns:
        Groups L1, L2 … the largest first; who heads one is near to all of it, so that no chain of likenesses joins
        what is unlike.
    """
    texts = _texts(_of_one_language(responses, languages), campaigns)
    if len(texts) < FEWEST:
        return Alike()
    of: dict[str, list[int]] = {}
    for response_id, text_id in points.select("response_id", "text_id").iter_rows():
        of.setdefault(response_id, []).append(rows[text_id])
    texts = [each for each in texts if each.response_id in of]
    means = np.array([vectors[of[each.response_id]].mean(axis=0, dtype=np.float64) for each in texts])
    space = unit(means - means.mean(axis=0))
    usual, spread = _usual(space)
    bar, timed = max(_LEAST, usual + _APART * spread), max(_LEAST_TIMED, usual + _APART_TIMED * spread)
    moments = dict(zip(responses["response_id"], _moments(responses["submitted_at"]), strict=True))
    known = sorted(moment for moment in moments.values() if moment is not None)
    near = _near(space, timed if known else bar)
    found = [
        (mine, "meaning and time") for mine in _timed(near, [moments[each.response_id] for each in texts], known, timed)
    ]
    taken = {row for mine, _ in found for row in mine}
    found += [(mine, "meaning") for _, mine in _gather(near, bar, taken)]
    found.sort(key=lambda each: (-sum(texts[row].n_responses for row in each[0]), each[0]))
    members = []
    for number, (mine, by) in enumerate(found, start=1):
        for row in mine:
            similarity, nearest = max((near[row].get(other, -1.0), -other) for other in mine if other != row)
            members.append((texts[row].response_id, f"L{number}", texts[row].n_responses,
                            texts[-nearest].response_id, similarity, by))  # fmt: skip
    told = {"compared": len(texts), "usual": round(usual, 4), "bar": round(bar, 4), "bar_timed": round(timed, 4),
            "dated": len(known)}  # fmt: skip
    frame = pl.DataFrame(members, schema=ALIKE.schema, orient="row").sort("response_id")
    return Alike(check_frame(frame, ALIKE), told)


@dataclass(frozen=True)
class _Text:
    """A distinct text: the response that stands for it, and how many have it or are copies of it."""

    response_id: str
    n_responses: int


def _texts(responses: pl.DataFrame, campaigns: pl.DataFrame) -> list[_Text]:
    """The texts that are compared, in an order that rests on them alone."""
    sizes = Counter(campaigns["canonical_response_id"])
    copied = set(campaigns["response_id"])
    sent = Counter(text for response_id, text in responses.select("response_id", "text").iter_rows()
                   if response_id not in copied)  # fmt: skip
    texts, seen = [], set()
    for response_id, text in responses.select("response_id", "text").sort("text", "response_id").iter_rows():
        stands = response_id not in copied or response_id in sizes
        if stands and text not in seen and len(text.split()) >= WORDS:
            seen.add(text)
            texts.append(_Text(response_id, sizes[response_id] or sent[text]))
    return texts


def _of_one_language(responses: pl.DataFrame, languages: pl.DataFrame) -> pl.DataFrame:
    told = Counter(languages["language"])
    others = sorted(told.keys() - {UNDETERMINED}, key=lambda code: (-told[code], code))[1:]
    other = languages.filter(pl.col("language").is_in(others))
    return responses.join(other, on="response_id", how="anti", maintain_order="left")


def _moments(written: pl.Series) -> list[datetime | None]:
    distinct = written.unique().to_list()
    known = dict(zip(distinct, read_dates(distinct), strict=True))
    return [known[each] for each in written]


def _usual(space: Floats) -> tuple[float, float]:
    """The median similarity of an answer to its nearest, and how far they spread about it as a standard deviation."""
    asked = np.arange(0, len(space), math.ceil(len(space) / _SAMPLED))
    nearest = np.empty(len(asked))
    for start in range(0, len(asked), 256):
        mine = asked[start : start + 256]
        cosines = space[mine] @ space.T
        cosines[np.arange(len(mine)), mine] = -1
        nearest[start : start + 256] = cosines.max(axis=1)
    middle = float(np.median(nearest))
    return middle, 1.4826 * float(np.median(np.abs(nearest - middle)))


def _near(space: Floats, bar: float) -> list[dict[int, float]]:
    """Of each answer those that are at least as near as the bar, with their similarity."""
    near: list[dict[int, float]] = [{} for _ in range(len(space))]
    for cell in _cells(space):
        for start in range(0, len(cell), 2_048):
            mine = cell[start : start + 2_048]
            cosines = space[mine] @ space[cell].T
            one, other = np.nonzero(cosines >= bar)
            found = np.round(cosines[one, other].astype(np.float64), 6).tolist()
            for a, b, cosine in zip(mine[one].tolist(), cell[other].tolist(), found, strict=True):
                if a != b:
                    near[a][b] = cosine
    return near


def _cells(space: Floats) -> list[npt.NDArray[np.int64]]:
    """Rows that are held against one another."""
    if len(space) <= _EXACT:
        return [np.arange(len(space))]
    pivots = space[:: math.ceil(math.sqrt(len(space)))]
    chosen = np.empty((len(space), _CELLS), dtype=np.int64)
    for start in range(0, len(space), 4_096):
        cosines = space[start : start + 4_096] @ pivots.T
        chosen[start : start + 4_096] = np.argpartition(-cosines, _CELLS, axis=1)[:, :_CELLS]
    owner = np.repeat(np.arange(len(space)), _CELLS)
    order = np.lexsort((owner, chosen.ravel()))
    bounds = np.searchsorted(chosen.ravel()[order], np.arange(len(pivots) + 1))
    return [owner[order[a:b]] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True) if b - a > 1]


def _gather(near: list[dict[int, float]], bar: float, taken: set[int] | None = None) -> list[tuple[int, list[int]]]:
    """Head and rows of each group, all of which are as near as the bar to the head: the head of most first."""
    links = {
        row: {other for other, cosine in mine.items() if cosine >= bar and other not in (taken or ())}
        for row, mine in enumerate(near)
        if row not in (taken or ())
    }
    links = {row: others for row, others in links.items() if len(others) + 1 >= SMALLEST}
    groups: list[tuple[int, list[int]]] = []
    while links:
        head = max(links, key=lambda row: (len(links[row]), -row))
        mine = {head, *links[head]}
        if len(mine) < SMALLEST:
            break
        groups.append((head, sorted(mine)))
        links = {row: others - mine for row, others in links.items() if row not in mine}
    return groups


def _timed(
    near: list[dict[int, float]], moments: Sequence[datetime | None], known: list[datetime], bar: float
) -> list[list[int]]:
    """Groups that are near in meaning and were sent close together, more so than would come about by itself.

    Of those as near to the head of a group in meaning, each would fall into a window as short as theirs, on either side
    of it, with a chance of twice the share of all responses that came in it. That as many do has the chance of a
    binomial's tail; and as every text that could head a group was looked at, that is multiplied by their number.
    """
    if not known:
        return []
    at = [None if moment is None else (bisect_left(known, moment), bisect_right(known, moment)) for moment in moments]

    def share(rows: Sequence[int]) -> float:
        spans = [span for row in rows if (span := at[row]) is not None]
        return (max(end for _, end in spans) - min(start for start, _ in spans)) / len(known)

    similar = [
        {other: cosine for other, cosine in mine.items() if cosine >= bar and at[other] is not None}
        if at[row] is not None
        else {}
        for row, mine in enumerate(near)
    ]
    close = [
        {other: cosine for other, cosine in mine.items() if share((row, other)) <= _WINDOW}
        for row, mine in enumerate(similar)
    ]
    n_heads = sum(len(mine) + 1 >= SMALLEST for mine in close)
    return [
        mine
        for head, mine in _gather(close, bar)
        if _tail(len(similar[head]), min(1.0, 2 * share(mine)), len(mine) - 1) * n_heads <= _CHANCE
    ]


def _tail(n: int, chance: float, least: int) -> float:
    """The chance that of `n` at least so many fall where each does with this chance."""
    return math.fsum(math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(least, n + 1))
