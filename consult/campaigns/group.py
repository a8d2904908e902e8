"""Distinct texts into groups of copies: candidates by the runs of words they share, confirmed by how much that is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.campaigns.shingles import Hashes, Ints, Runs, Texts, find_runs, sorted_once
from consult.config import CampaignsConfig

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_TRIED: Final = 8
"""Groups that a text is compared with in full: those that share most of its sampled runs."""
_LOOKED_UP: Final = 64
"""Groups that a run is remembered for; one that stands in the heads of more is a common phrase and tells nothing."""
_HOPELESS: Final = 0.3
"""Of `near`: where two texts share less than this of the sampled runs of the shorter, they are not compared in full."""
_LONG: Final = 40
"""Runs shared word for word that show copying even in a letter several times as long."""
_PART: Final = 0.5
"""Of `near`: the share of the shorter text that those runs must still be."""
_STOCK: Final = 5
_STOCK_SHARE: Final = 0.005
"""A run that this many groups have, and this share of them, is a stock phrase."""


@dataclass(frozen=True)
class _Index:
    """Runs by text, those left out that show no copying.

    Attributes:
        runs: Of each text, by text, ascending; shape (runs,).
        bounds: Where each text's are in `runs`, shape (texts + 1,).
    """

    runs: Ints
    bounds: Ints

    def of(self, text: int) -> list[int]:
        """The runs of one text."""
        runs: list[int] = self.runs[self.bounds[text] : self.bounds[text + 1]].tolist()
        return runs


def group_texts(texts: Texts, copies: Ints, known: Hashes, config: CampaignsConfig) -> tuple[Ints, Floats]:
    """Puts every distinct text that is a copy of another into that one's group.

    The text that heads a group is the one sent most often, then the one whose runs the others share most. A text joins
    the head that it shares most with, so no chain of small likenesses brings unlike texts together. It is done twice:
    what several groups share after the first time are stock phrases, which show no copying the second time.

    Args:
        texts: Distinct texts.
        copies: How often each was sent.
        known: Runs that show no copying, such as those of the question itself.
        config: From how many words a text can be a copy, and how much must be shared.

    Returns:
        For each text the text that heads its group, itself where it is alone; and how much it shares with it: runs of
        the shorter of the two that the other has too, in [0, 1]. A text's place decides only
        where all else is equal, so texts that are given in an order of their own are grouped alike every time.
    """
    runs = find_runs(texts)
    idle = np.isin(runs.hashes, known)
    head, _ = _group(texts, copies, runs, idle, config)
    stock = _stock(runs, head)
    return _group(texts, copies, runs, idle | stock, config)


def _stock(runs: Runs, head: Ints) -> Flags:
    """Runs that texts of several groups have: "thank you for the opportunity to", or a law that they quote."""
    held = sorted_once((head[runs.keys >> 32] << 32) | (runs.keys & 0xFFFFFFFF))
    n_groups = np.bincount(held & 0xFFFFFFFF, minlength=len(runs.hashes))
    stock: Flags = n_groups >= max(_STOCK, _STOCK_SHARE * len(np.unique(head)))
    return stock


def _index(keys: Ints, n_texts: int, idle: Flags) -> _Index:
    keys = keys[~idle[keys & 0xFFFFFFFF]]
    return _Index(keys & 0xFFFFFFFF, np.searchsorted(keys >> 32, np.arange(n_texts + 1)))


def _group(texts: Texts, copies: Ints, runs: Runs, idle: Flags, config: CampaignsConfig) -> tuple[Ints, Floats]:
    whole, looked_up = _index(runs.keys, len(texts), idle), _index(runs.sampled, len(texts), idle)
    # Those that are idle are no part of a text's length; those that come only once are.
    lengths = runs.lengths - np.bincount(runs.keys[idle[runs.keys & 0xFFFFFFFF]] >> 32, minlength=len(texts))
    head, similarity = np.arange(len(texts), dtype=np.int64), np.ones(len(texts))
    remembered: dict[int, list[int]] = {}
    heads: dict[int, frozenset[int]] = {}
    n_words: list[int] = np.diff(texts.starts).tolist()
    needed: list[float] = (config.near * _HOPELESS * np.diff(looked_up.bounds)).tolist()
    n_runs: list[int] = lengths.tolist()
    for text in _order(texts, copies, looked_up):
        if n_words[text] < config.min_words or looked_up.bounds[text] == looked_up.bounds[text + 1]:
            continue
        mine = looked_up.of(text)
        met = Counter([found for run in mine for found in remembered.get(run, ())])
        enough = min(needed[text], _LONG / 2)
        tried = [(-n, found) for found, n in met.items() if n >= enough or n >= needed[found]]
        own = frozenset(whole.of(text))
        best, most = text, 0.0
        for _, found in sorted(tried)[:_TRIED]:
            alike = likeness(len(own & heads[found]), min(n_runs[text], n_runs[found]), config)
            if alike > most:
                best, most = found, alike
        if best != text:
            head[text], similarity[text] = best, most
            continue
        heads[text] = own
        for run in mine:
            groups = remembered.setdefault(run, [])
            if len(groups) < _LOOKED_UP:
                groups.append(text)
    return head, similarity


def _order(texts: Texts, copies: Ints, looked_up: _Index) -> list[int]:
    """Heads first: by copies, by the runs that others share, short before long; then by place."""
    frequency = np.bincount(looked_up.runs, minlength=1)
    owner = np.repeat(np.arange(len(texts)), np.diff(looked_up.bounds))
    shared = np.round(np.bincount(owner, np.log(frequency[looked_up.runs]), minlength=len(texts)), 6)
    order: list[int] = np.lexsort((np.arange(len(texts)), np.diff(texts.starts), -shared, -copies)).tolist()
    return order


def likeness(n_shared: int, n_shorter: int, config: CampaignsConfig) -> float:
    """The share of the shorter text's runs that the other has too; 0 where that does not show copying."""
    share = n_shared / max(1, n_shorter)
    enough = config.near if n_shared < _LONG else config.near * _PART
    return share if n_shared > config.min_words // 2 and share >= enough else 0.0
