"""Copied texts of one question into campaigns: who sent which, what all of them share, and what a person added."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.campaigns.group import group_texts, likeness
from consult.campaigns.shingles import (
    SHINGLE,
    VARIANT,
    VARIANT_SHARE,
    Hashes,
    Ints,
    Texts,
    read_texts,
    sorted_once,
    word_spans,
)
from consult.config import CampaignsConfig
from consult.schemas import CAMPAIGNS, OWN_WORDS, SKELETONS, check_frame

Flags = npt.NDArray[np.bool_]

_STOP: Final = re.compile(r"[.!?…。\n\r\v\f\x85\u2028\u2029]")
_PARTS: Final = re.compile(rf"\s|{_STOP.pattern}")
_QUESTION: Final = re.compile(r"^(?:\W*[\w-]{1,6}[.):])?[^.!\n\r]*\?[^\w\n\r]*$", re.MULTILINE)
"""A line that asks and says nothing else, with the number that it may have in front."""
_SPACE: Final = re.compile(r"\s+")
_AGAINST: Final = re.compile(r"[\n\r].*\Z|\s+\S*\Z")
_FEW: Final = 100
"""Up to how many distinct texts, each sent once, all are looked at for the one that stands for them."""
_KEPT: Final = 0.9
"""The share of a campaign's distinct texts that must hold a word for it to be shown as kept."""


@dataclass(frozen=True)
class Campaigns:
    """What was found among the responses to one question.

    Attributes:
        members: CAMPAIGNS.
        skeletons: SKELETONS of theirs.
        own_words: OWN_WORDS of those who added or changed some.
    """

    members: pl.DataFrame = field(default_factory=CAMPAIGNS.empty)
    skeletons: pl.DataFrame = field(default_factory=SKELETONS.empty)
    own_words: pl.DataFrame = field(default_factory=OWN_WORDS.empty)

    def copies(self) -> pl.DataFrame:
        """The rows of members that are not the canonical response of their campaign."""
        return self.members.filter(pl.col("response_id") != pl.col("canonical_response_id"))

    def once(self, responses: pl.DataFrame, *, letters: bool = True) -> list[str]:
        """The texts of responses, a campaign's once, or not at all without `letters`, and then what its members added,
        so that size gives no weight.
        """  # noqa: D205
        alone = responses.join(self.members.select("response_id"), on="response_id", how="anti")["text"].to_list()
        texts = dict(responses.select("response_id", "text").iter_rows())
        canonical = self.members["canonical_response_id"].unique().sort().to_list()
        added = self.own_words.select("response_id", "start", "end").iter_rows()
        return [*alone, *(texts[each] for each in canonical if letters), *(texts[each][a:b] for each, a, b in added)]


def find_campaigns(responses: pl.DataFrame, wording: str, config: CampaignsConfig) -> Campaigns:
    """Groups the texts of one question that are copies of one another, whole or in good part.

    Args:
        responses: RESPONSES of one question that say something; what is not to be read is blank in them.
        wording: The question. Its words show no copying: people quote what they were asked.
        config: How near a copy is.

    Returns:
        Campaigns C1, C2 … the largest first. They rest on the texts alone: the order of rows plays no part.
    """
    if not config.on or responses.is_empty():
        return Campaigns()
    ordered = responses.select("response_id", "text").sort("text", "response_id")
    ids, strings = ordered["response_id"].to_list(), ordered["text"].to_list()
    texts = read_texts(strings)
    copies = np.bincount(texts.which, minlength=len(texts))
    asked = asked_runs(wording, strings)
    head, similarity = group_texts(texts, copies, asked, config)
    sizes = np.bincount(head[texts.which], minlength=len(texts))
    long_enough = np.diff(texts.starts) >= config.min_words
    heads = np.flatnonzero((sizes >= config.smallest) & long_enough)
    ranked = heads[np.lexsort((heads, -np.bincount(head, minlength=len(texts))[heads], -sizes[heads]))].tolist()
    senders: dict[int, list[int]] = {}
    for place, text in enumerate(texts.which.tolist()):
        senders.setdefault(text, []).append(place)
    of_head: dict[int, list[int]] = {}
    for text, its_head in enumerate(head.tolist()):
        of_head.setdefault(its_head, []).append(text)
    usual = np.union1d(asked, _usual(texts, ~np.isin(head, heads)))
    members: list[tuple[str, str, str, str, float]] = []
    skeletons: list[tuple[str, int, int, bool, int]] = []
    own: list[tuple[str, int, int, str]] = []
    for number, first in enumerate(ranked, start=1):
        its_head, shares = first, {text: float(similarity[text]) for text in of_head[first]}
        if copies[first] == 1 and len(shares) <= _FEW:
            its_head, shares = _core(texts, shares, asked, config) or (first, shares)
        campaign_id, canonical = f"C{number}", _most_sent(senders[its_head], strings)
        for text, share in shares.items():
            kind = "exact" if text == its_head else "near"
            for place in senders[text]:
                members.append((ids[place], campaign_id, kind, ids[canonical], round(share, 6)))
        compared = _compare(texts, its_head, of_head[first], int(copies[its_head]), usual, config.own_words)
        spans = word_spans(strings[canonical])
        skeletons += [(campaign_id, spans[a][0], spans[b][1], kept, n) for a, b, kept, n in compared.skeleton]
        for text, runs in compared.own.items():
            for place in senders[text]:
                own += [(ids[place], a, b, campaign_id) for a, b in _passages(strings[place], runs)]
    return Campaigns(
        check_frame(pl.DataFrame(members, schema=CAMPAIGNS.schema, orient="row").sort("response_id"), CAMPAIGNS),
        check_frame(pl.DataFrame(skeletons, schema=SKELETONS.schema, orient="row"), SKELETONS),
        check_frame(pl.DataFrame(own, schema=OWN_WORDS.schema, orient="row").sort("response_id", "start"), OWN_WORDS),
    )


def _core(
    texts: Texts, of_head: Iterable[int], asked: Hashes, config: CampaignsConfig
) -> tuple[int, dict[int, float]] | None:
    """Of texts that were each sent once the one that shows best what they share, and how much each shares with it.

    What several of them have counts for a text, and what it alone has against it: a long letter of which the others
    took a sentence does not stand for these. None where no such text is like all of the others.
    """
    runs = {text: frozenset(texts.shingles_of(text).tolist()).difference(asked.tolist()) for text in of_head}
    held = Counter(run for mine in runs.values() for run in mine)
    core = min(runs, key=lambda text: (sum(1 if held[run] == 1 else -1 for run in runs[text]), text))
    shares = {
        text: likeness(len(mine & runs[core]), min(len(mine), len(runs[core])), config) for text, mine in runs.items()
    }
    return (core, shares) if all(shares.values()) else None


def _most_sent(places: list[int], strings: list[str]) -> int:
    """Of strings of the same words the first of those sent most: one in capitals does not stand for all."""
    sent = Counter(strings[place] for place in places)
    return min(places, key=lambda place: (-sent[strings[place]], place))


@dataclass(frozen=True)
class _Compared:
    """One campaign, word by word.

    Attributes:
        skeleton: Parts of the head's text: first word, last word, whether nearly all keep it, and in how many distinct
            texts it stands.
        own: By text, the first and last word of each run that is not the campaign's.
    """

    skeleton: list[tuple[int, int, bool, int]]
    own: dict[int, list[tuple[int, int]]]


def asked_runs(wording: str, texts: Sequence[str]) -> Hashes:
    """Runs that show no copying, for people quote what they were asked: those of the question, and of questions that
    stand on a line of their own in several texts that say more.

    Args:
        wording: The question.
        texts: The answers to it.
    """  # noqa: D205
    quoted = Counter(
        line for text in set(texts) if "?" in text and "\n" in text.strip() for line in set(_QUESTION.findall(text))
    )
    lines = read_texts([wording, *sorted(line for line, n in quoted.items() if n > 1)])
    return np.unique(np.concatenate([lines.shingles_of(text) for text in range(len(lines))]))


def _usual(texts: Texts, alone: Flags) -> Hashes:
    """Runs that several texts of no campaign have: how people put it, no version of a letter."""
    lengths = np.diff(texts.starts)
    owner = np.repeat(np.arange(len(texts)), lengths)
    place = np.arange(len(owner)) - np.repeat(texts.starts[:-1], lengths)
    read = alone[owner] & (place <= lengths[owner] - SHINGLE)
    hashes, number = np.unique(texts.shingles[read], return_inverse=True)
    held = sorted_once(owner[read] * max(1, len(hashes)) + number)
    usual: Hashes = hashes[np.bincount(held % max(1, len(hashes)), minlength=len(hashes)) > 1]
    return usual


def _compare(texts: Texts, head: int, of_head: list[int], copies: int, usual: Hashes, own_words: int) -> _Compared:
    order = [head, *(text for text in of_head if text != head)]
    lengths = np.diff(texts.starts)[order]
    owner = np.repeat(np.arange(len(order)), lengths)
    ends = np.cumsum(lengths)
    place = np.arange(len(owner)) - np.repeat(ends - lengths, lengths)
    at = np.repeat(texts.starts[order], lengths) + place
    valid = place <= np.repeat(lengths, lengths) - SHINGLE
    runs, number = np.unique(texts.shingles[at], return_inverse=True)
    held = np.unique(owner[valid] * len(runs) + number[valid])
    n_texts = np.bincount(held % len(runs), minlength=len(runs))
    of_the_head = np.zeros(len(runs), dtype=bool)
    of_the_head[number[valid & (owner == 0)]] = True
    # Of a text that was sent once only what others have too is known to be the campaign's.
    copied = valid & of_the_head[number] & ((n_texts > 1) | (copies > 1))[number]
    versions = (n_texts >= max(VARIANT, VARIANT_SHARE * len(order))) & ~of_the_head & ~np.isin(runs, usual)
    covered = _covered(copied & _used_once(number, owner, place))
    # A few words that several have are a version of the letter, but beside words of their own a way to put these.
    versions_too = covered | _covered(valid & versions[number])
    for start, end in _stretches(versions_too & ~covered, owner):
        covered[start:end] = end - start >= own_words
    own: dict[int, list[tuple[int, int]]] = {}
    if len(order) > 1:
        for start, end in _stretches(~covered, owner):
            if int((~versions_too[start:end]).sum()) >= own_words:
                own.setdefault(order[owner[start]], []).append((int(place[start]), int(place[end - 1])))
    standing = np.where(valid & (owner == 0), n_texts[number], 0)[: lengths[0]]
    most = standing.copy()
    for step in range(1, SHINGLE):
        most[step:] = np.maximum(most[step:], standing[:-step])
    kept = most >= _KEPT * len(order)
    parts = _stretches(kept, kept) + _stretches(~kept, kept)
    return _Compared([(a, b - 1, bool(kept[a]), int(most[a:b].min())) for a, b in sorted(parts)], own)


def _used_once(number: Ints, owner: Ints, place: Ints) -> Flags:
    """Whether each run is a copy of one of the head's: of more in a text than the head has, those in the longest copy.

    The head's words in the order of the head are a copy; a few of them that somebody also says elsewhere are not.

    Args:
        number: The run that starts at each word.
        owner: The text of each word; 0 is the head.
        place: Its place in that text.
    """
    n_head = int((owner == 0).sum())
    at_head = np.full(int(number.max(initial=0)) + 1, -1, dtype=np.int64)
    at_head[number[:n_head][::-1]] = np.arange(n_head)[::-1]
    n_of_head = np.bincount(number[:n_head], minlength=len(at_head))
    at = at_head[number]
    goes_on = np.zeros(len(number), dtype=bool)
    goes_on[1:] = (owner[1:] == owner[:-1]) & (at[1:] >= 0) & (at[1:] == at[:-1] + 1)
    stretch = np.cumsum(~goes_on) - 1
    length = np.bincount(stretch)[stretch]
    order = np.lexsort((place, -length, number, owner))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (owner[order][1:] != owner[order][:-1]) | (number[order][1:] != number[order][:-1])
    nth = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    used = np.zeros(len(order), dtype=bool)
    used[order] = nth < n_of_head[number[order]]
    return used


def _covered(runs: Flags) -> Flags:
    """Whether each word stands in a run that is flagged at its first word."""
    covered = runs.copy()
    for step in range(1, SHINGLE):
        covered[step:] |= runs[:-step]
    return covered


def _stretches(flags: Flags, owner: Ints | Flags) -> list[tuple[int, int]]:
    """Start and end of each stretch of flags of one owner."""
    breaks = np.ones(len(flags), dtype=bool)
    breaks[1:] = (flags[1:] != flags[:-1]) | (owner[1:] != owner[:-1])
    starts = np.flatnonzero(breaks)
    ends = np.append(starts[1:], len(flags))
    return [(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if flags[a]]


def _passages(text: str, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Start and end, in characters, of what is a person's own in a text.

    The marks about its words are theirs, and so is what is left of their sentence, where that is too short to be known
    as the letter's.

    Args:
        text: The text.
        runs: First and last word of each run that is not the letter's.
    """
    words = word_spans(text)
    gaps = [text[b[1] : a[0]] for b, a in itertools.pairwise([(0, 0), *words, (len(text), len(text))])]
    passages: list[tuple[int, int]] = []
    for first, last in runs:
        # A word is not parted from what it is joined to, as in "TD-12".
        while first and gaps[first] and not _PARTS.search(gaps[first]):
            first -= 1
        while last + 1 < len(words) and gaps[last + 1] and not _PARTS.search(gaps[last + 1]):
            last += 1
        first = next((k for k in range(first, max(-1, first - SHINGLE), -1) if k == 0 or _STOP.search(gaps[k])), first)
        after = range(last, min(len(words), last + SHINGLE))
        last = next((k for k in after if k + 1 == len(words) or _STOP.search(gaps[k + 1])), last)
        start, end = 0, len(text)
        if first:
            # What stands against the word before goes with that, and what stands against the next word with that.
            against = _SPACE.search(gaps[first])
            start = words[first][0] - (len(gaps[first]) - against.end() if against else 0)
        if last + 1 < len(words):
            end = words[last][1] + len(_AGAINST.sub("", gaps[last + 1]))
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        if passages and start <= passages[-1][1]:
            passages[-1] = (passages[-1][0], end)
        else:
            passages.append((start, end))
    return passages
