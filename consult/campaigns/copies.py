"""Points of a campaign's members: which are the campaign's, said once and inherited, and which a person's own."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import polars as pl

from consult.campaigns.shingles import VARIANT, VARIANT_SHARE
from consult.schemas import COPIES, check_frame

_WORD: Final = re.compile(r"\w+")
_ALIKE: Final = 0.5
"""The share of the shorter of two points' runs of three words that makes one a copy of the other."""

Grams = frozenset[tuple[str, ...]]
Point = tuple[str, int, int, str]


def copy_points(
    points: pl.DataFrame, responses: pl.DataFrame, members: pl.DataFrame, own_words: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Gives the points that are a campaign's the `text_id` of the one that stands for them.

    A point that lies mostly in a person's own words is that person's. Another is the campaign's where it has half its
    words from a point of the canonical response, or from one that several versions of the campaign share.

    Args:
        points: POINTS, cut at the edges of OWN_WORDS.
        responses: RESPONSES that they are of.
        members: CAMPAIGNS.
        own_words: OWN_WORDS.

    Returns:
        POINTS, and COPIES: a row a point that is a campaign's. Every span is still one of its own response.
    """
    if members.is_empty() or points.is_empty():
        return points, COPIES.empty()
    texts = dict(responses.select("response_id", "text").iter_rows())
    cut: dict[str, list[Point]] = {}
    inside = points.join(members.select("response_id"), on="response_id", how="semi")
    for point_id, response_id, start, end, text in inside.select(
        "point_id", "response_id", "start", "end", "text_id"
    ).iter_rows():
        cut.setdefault(response_id, []).append((point_id, start, end, text))
    own: dict[str, list[tuple[int, int]]] = {}
    for response_id, start, end in own_words.select("response_id", "start", "end").iter_rows():
        own.setdefault(response_id, []).append((start, end))
    rows: list[tuple[str, str]] = []
    for _, campaign in members.group_by("campaign_id", maintain_order=True):
        rows += _copies_of(campaign, texts, cut, own)
    copies = check_frame(pl.DataFrame(rows, schema=COPIES.schema, orient="row").sort("point_id"), COPIES)
    named = copies.join(
        points.select(canonical_point_id="point_id", shared="text_id"), on="canonical_point_id", how="left"
    )
    points = points.join(named.select("point_id", "shared"), on="point_id", how="left", maintain_order="left")
    return points.with_columns(text_id=pl.coalesce("shared", "text_id")).drop("shared"), copies


def _copies_of(
    campaign: pl.DataFrame, texts: dict[str, str], cut: dict[str, list[Point]], own: dict[str, list[tuple[int, int]]]
) -> list[tuple[str, str]]:
    """Point and the point that stands for it, for every point that is one campaign's."""
    canonical = campaign["canonical_response_id"][0]
    senders: dict[str, list[str]] = {}
    for response_id in sorted(campaign["response_id"]):
        senders.setdefault(texts[response_id], []).append(response_id)
    order = sorted(senders, key=lambda text: (text != texts[canonical], -len(senders[text]), text))
    # The canonical response speaks for those who sent its very text.
    senders[texts[canonical]].sort(key=lambda response_id: (response_id != canonical, response_id))
    common = _common(order)
    leaders: list[tuple[str, Grams]] = []
    holding: dict[tuple[str, ...], list[int]] = {}
    rows: list[tuple[str, str]] = []
    for text in order:
        first = senders[text][0]
        standing: list[str | None] = []
        for point_id, start, end, _ in cut.get(first, []):
            mine = _grams(text[start:end])
            if _mostly(start, end, own.get(first, [])):
                standing.append(None)
                continue
            leader = _nearest(mine, leaders, holding)
            if leader is None and (text == order[0] or len(mine & common) >= _ALIKE * max(1, len(mine))):
                leader = point_id
                for gram in mine:
                    holding.setdefault(gram, []).append(len(leaders))
                leaders.append((point_id, mine))
            standing.append(leader)
        for response_id in senders[text]:
            # Equal texts are cut alike, place by place.
            rows += [
                (point[0], leader)
                for point, leader in zip(cut.get(response_id, []), standing, strict=True)
                if leader is not None
            ]
    return rows


def _common(texts: list[str]) -> Grams:
    """Runs that several distinct texts of a campaign have."""
    held = Counter(gram for text in texts for gram in _grams(text))
    return frozenset(gram for gram, n in held.items() if n >= max(VARIANT, VARIANT_SHARE * len(texts)))


def _nearest(mine: Grams, leaders: list[tuple[str, Grams]], holding: dict[tuple[str, ...], list[int]]) -> str | None:
    """The leader that a point is a copy of: of several the one that it shares most with, then the first."""
    met = Counter(leader for gram in mine for leader in holding.get(gram, ()))
    shares = [(-n / min(len(mine), len(leaders[leader][1])), leader) for leader, n in met.items()]
    most, leader = min(shares, default=(0.0, 0))
    return leaders[leader][0] if -most >= _ALIKE else None


def _grams(text: str) -> Grams:
    """The runs of three words of a text; all of its words where it has fewer."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < 3:
        return frozenset([tuple(words)])
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _mostly(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    inside = sum(max(0, min(end, b) - max(start, a)) for a, b in spans)
    return 2 * inside > end - start
