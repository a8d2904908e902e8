"""Points of a campaign's members: which are the campaign's, said once and inherited, and which a person's own."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Final

import polars as pl

from consult.campaigns.shingles import VARIANT, VARIANT_SHARE
from consult.schemas import COPIES, POINTS, check_frame
from consult.words import text_id

_WORD: Final = re.compile(r"\w+")
_ALIKE: Final = 0.5
"""The share of the shorter of two points' runs of three words that makes one a copy of the other; and of a campaign's
point, the share that a longer one must hold to hold it beside another."""

Grams = frozenset[tuple[str, ...]]
Span = tuple[int, int]


def copy_points(
    points: pl.DataFrame, responses: pl.DataFrame, members: pl.DataFrame, own_words: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Gives the points that are a campaign's the `text_id` of the one that stands for them.

    A point that lies mostly in a person's own words is that person's. Another is the campaign's where it has half its
    words from a point of the canonical response, or from one that several versions of the campaign share. One that
    holds several of these, such as two sentences whose full stop was lost, is cut where the next begins.

    Args:
        points: POINTS, cut at the edges of OWN_WORDS.
        responses: RESPONSES that they are of.
        members: CAMPAIGNS.
        own_words: OWN_WORDS.

    Returns:
        POINTS, cut once more, and COPIES: a row a point that is a campaign's. Every span is still one of its own
        response.
    """
    if members.is_empty() or points.is_empty():
        return points, COPIES.empty()
    texts = dict(responses.select("response_id", "text").iter_rows())
    cut: dict[str, list[Span]] = {}
    inside = points.join(members.select("response_id"), on="response_id", how="semi")
    for response_id, start, end in inside.sort("response_id", "start").select(
        "response_id", "start", "end"
    ).iter_rows():  # fmt: skip
        cut.setdefault(response_id, []).append((start, end))
    own: dict[str, list[Span]] = {}
    for response_id, start, end in own_words.select("response_id", "start", "end").iter_rows():
        own.setdefault(response_id, []).append((start, end))
    rows: list[tuple[str, str]] = []
    for _, campaign in members.group_by("campaign_id", maintain_order=True):
        rows += _copies_of(campaign, texts, cut, own)
    points = _cut_again(points, cut, texts)
    copies = check_frame(pl.DataFrame(rows, schema=COPIES.schema, orient="row").sort("point_id"), COPIES)
    named = copies.join(
        points.select(canonical_point_id="point_id", shared="text_id"), on="canonical_point_id", how="left"
    )
    points = points.join(named.select("point_id", "shared"), on="point_id", how="left", maintain_order="left")
    return points.with_columns(text_id=pl.coalesce("shared", "text_id")).drop("shared"), copies


def _cut_again(points: pl.DataFrame, cut: dict[str, list[Span]], texts: dict[str, str]) -> pl.DataFrame:
    """POINTS with those of the responses that were cut into more."""
    n_points = dict(points.group_by("response_id").len().iter_rows())
    more = [response_id for response_id, spans in cut.items() if len(spans) > n_points[response_id]]
    if not more:
        return points
    rows = [
        (_name(response_id, place), response_id, start, end, text_id(texts[response_id][start:end]))
        for response_id in more
        for place, (start, end) in enumerate(cut[response_id])
    ]
    others = points.filter(~pl.col("response_id").is_in(more))
    cut_points = pl.DataFrame(rows, schema=POINTS.schema, orient="row")
    return check_frame(pl.concat([others, cut_points]).sort("response_id", "start"), POINTS)


def _name(response_id: str, place: int) -> str:
    return f"{response_id}:{place + 1}"


def _copies_of(
    campaign: pl.DataFrame, texts: dict[str, str], cut: dict[str, list[Span]], own: dict[str, list[Span]]
) -> list[tuple[str, str]]:
    """Point and the point that stands for it, for every point that is one campaign's; in `cut` some are cut again."""
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
        spans = cut.get(first, [])
        if leaders:
            spans = [
                part
                for span in spans
                for part in ([span] if _mostly(*span, own.get(first, [])) else _parts(text, *span, leaders, holding))
            ]
        for place, (start, end) in enumerate(spans):
            mine = frozenset(_grams(text[start:end]))
            if _mostly(start, end, own.get(first, [])):
                standing.append(None)
                continue
            leader = _nearest(mine, leaders, holding)
            if leader is None and (text == order[0] or len(mine & common) >= _ALIKE * max(1, len(mine))):
                leader = _name(first, place)
                for gram in mine:
                    holding.setdefault(gram, []).append(len(leaders))
                leaders.append((leader, mine))
            standing.append(leader)
        for response_id in senders[text]:
            # Equal texts are cut alike, place by place.
            if spans:
                cut[response_id] = spans
            rows += [(_name(response_id, place), leader) for place, leader in enumerate(standing) if leader is not None]
    return rows


def _parts(
    text: str, start: int, end: int, leaders: list[tuple[str, Grams]], holding: dict[tuple[str, ...], list[int]]
) -> list[Span]:
    """A point, cut where each but the first of the leaders that it holds begins."""
    grams = _grams(text[start:end])
    met = Counter(leader for gram in set(grams) for leader in holding.get(gram, ()))
    held = {leader for leader, n in met.items() if n >= _ALIKE * len(leaders[leader][1])}
    if len(held) < 2:
        return [(start, end)]
    begins = {min(k for k, gram in enumerate(grams) if leader in holding.get(gram, ())) for leader in held}
    words = [match.start() for match in _WORD.finditer(text, start, end)]
    edges = [start, *(words[k] for k in sorted(begins)[1:]), end]
    return [(a, a + len(text[a:b].rstrip())) for a, b in itertools.pairwise(edges)]


def _common(texts: list[str]) -> Grams:
    """Runs that several distinct texts of a campaign have."""
    held = Counter(gram for text in texts for gram in set(_grams(text)))
    return frozenset(gram for gram, n in held.items() if n >= max(VARIANT, VARIANT_SHARE * len(texts)))


def _nearest(mine: Grams, leaders: list[tuple[str, Grams]], holding: dict[tuple[str, ...], list[int]]) -> str | None:
    """The leader that a point is a copy of: of several the one that it shares most with, then the first."""
    met = Counter(leader for gram in mine for leader in holding.get(gram, ()))
    shares = [(-n / min(len(mine), len(leaders[leader][1])), leader) for leader, n in met.items()]
    most, leader = min(shares, default=(0.0, 0))
    return leaders[leader][0] if -most >= _ALIKE else None


def _grams(text: str) -> list[tuple[str, ...]]:
    """The runs of three words of a text, in order; all of its words where it has fewer."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < 3:
        return [tuple(words)]
    return list(zip(words, words[1:], words[2:], strict=False))


def _mostly(start: int, end: int, spans: list[Span]) -> bool:
    inside = sum(max(0, min(end, b) - max(start, a)) for a, b in spans)
    return 2 * inside > end - start
