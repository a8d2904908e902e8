"""Texts as numbers: their words, and the runs of words by which copies are found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.words import PLACEHOLDER

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

SHINGLE: Final = 3
"""Words of a run: the least that tells copying from a shared vocabulary, and survives one edited word in five or so.

Source: swept from 2 to 5 over a set of campaigns with edits of known kinds; see `tests/benchmarks/campaigns.py`.
"""
WINDOW: Final = 4
"""Runs of which one is looked up: any `SHINGLE + WINDOW - 1` words that two texts share, in order, are found.

Source: Schleimer, Wilkerson and Aiken 2003, "Winnowing": the least hash of each window.
"""
VARIANT: Final = 3
VARIANT_SHARE: Final = 0.05
"""Words that this many of a campaign's distinct texts have, and this share of them, are the campaign's own."""
_WORD: Final = re.compile(r"\w+")
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_MORE: Final = np.uint64(0xBF58476D1CE4E5B9)


class _Vocabulary(dict[str, int]):
    """Word, as written -> a number that rests on the word alone; those that differ in case alone share it."""

    def __missing__(self, word: str) -> int:
        folded = word.casefold().encode("utf-8", "surrogatepass")
        number = int.from_bytes(hashlib.blake2b(folded, digest_size=8).digest(), "little")
        self[word] = number
        return number


@dataclass(frozen=True)
class Texts:
    """Distinct sequences of words, one after the other.

    Attributes:
        words: All words as hashes, shape (words,).
        starts: Where each text starts in `words`, and the end of the last, shape (texts + 1,).
        shingles: A hash of the `SHINGLE` words that start at each word, shape (words,); of those that reach into the
            next text nothing may be read.
        which: The text of each string that was given.
    """

    words: Hashes
    starts: Ints
    shingles: Hashes
    which: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def words_of(self, text: int) -> Hashes:
        """The words of one text."""
        return self.words[self.starts[text] : self.starts[text + 1]]

    def shingles_of(self, text: int) -> Hashes:
        """The runs of one text, in order; none where it has fewer words than `SHINGLE`."""
        last = max(self.starts[text], self.starts[text + 1] - SHINGLE + 1)
        return self.shingles[self.starts[text] : last]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word, in characters; what stands for personal data is none."""
    return [match.span() for match in _WORD.finditer(_blanked(text))]


def read_texts(strings: Sequence[str]) -> Texts:
    """The distinct sequences of words among some strings: case, spaces and punctuation do not tell them apart.

    Texts are numbered by their first string. Nothing depends on anything but the strings and their order.
    """
    number = _Vocabulary()
    found: dict[bytes, int] = {}
    kept: list[Hashes] = []
    which = np.empty(len(strings), dtype=np.int64)
    for place, string in enumerate(strings):
        words = np.array([number[word] for word in _WORD.findall(_blanked(string))], dtype=np.uint64)
        text = found.setdefault(words.tobytes(), len(kept))
        if text == len(kept):
            kept.append(words)
        which[place] = text
    starts = np.concatenate([[0], np.cumsum([len(words) for words in kept])]).astype(np.int64)
    words = np.concatenate([*kept, np.zeros(0, dtype=np.uint64)])
    return Texts(words, starts, _hashes(words), which)


@dataclass(frozen=True)
class Runs:
    """Which text has which runs; a run that comes only once is in none of the lists, for it shows no copying.

    Attributes:
        hashes: The hash of each run, ascending, shape (runs,).
        keys: Text * 2 ** 32 + the run's place in `hashes`, ascending, once a text.
        sampled: The same of the runs by which texts are looked up: the least of each window.
        lengths: How many runs each text has, those that come only once among them, shape (texts,).
    """

    hashes: Hashes
    keys: Ints
    sampled: Ints
    lengths: Ints


def find_runs(texts: Texts) -> Runs:
    """The runs of all texts. A text with fewer words than `SHINGLE` has none."""
    lengths = np.diff(texts.starts)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    place = np.arange(len(texts.words), dtype=np.int64) - np.repeat(texts.starts[:-1], lengths)
    n_shingles = np.repeat(lengths - SHINGLE + 1, lengths)
    valid = place < n_shingles
    hashes = np.where(valid, texts.shingles, np.uint64(np.iinfo(np.uint64).max))
    least = hashes.copy()
    for step in range(1, WINDOW):
        # What follows in the next text is not of this window: its place says so.
        reaches = np.flatnonzero(place[:-step] + step < n_shingles[:-step])
        least[reaches] = np.minimum(least[reaches], hashes[reaches + step])
    # Of a text with fewer runs than a window the first window stands for all.
    window = valid & ((place <= n_shingles - WINDOW) | (place == 0))
    found, number, frequency = np.unique(hashes[valid], return_inverse=True, return_counts=True)
    kept = frequency > 1
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1)
    keys = sorted_once((owner[valid] << 32) | number)
    counted = np.bincount(keys >> 32, minlength=len(texts))
    return Runs(
        found[kept],
        _renumber(keys, renumbered),
        _renumber(sorted_once((owner[window] << 32) | np.searchsorted(found, least[window])), renumbered),
        counted,
    )


def sorted_once(numbers: Ints) -> Ints:
    """The different numbers, ascending. Faster than numpy's own where most differ."""
    numbers = np.sort(numbers)
    first = np.ones(len(numbers), dtype=bool)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]


def _renumber(keys: Ints, renumbered: Ints) -> Ints:
    number = renumbered[keys & 0xFFFFFFFF]
    kept: Ints = ((keys >> 32 << 32) | number)[number >= 0]
    return kept


def _blanked(text: str) -> str:
    """A text in which spaces stand for what stands for personal data; every other character keeps its place."""
    return PLACEHOLDER.sub(lambda found: " " * len(found[0]), text) if "[" in text or "(" in text else text


def _hashes(numbers: Hashes) -> Hashes:
    hashes = np.zeros(len(numbers), dtype=np.uint64)
    for step in range(SHINGLE):
        shifted = np.zeros_like(numbers)
        shifted[: len(numbers) - step] = numbers[step:]
        hashes = (hashes ^ (shifted + np.uint64(1))) * _MIX
        hashes ^= hashes >> np.uint64(29)
        hashes *= _MORE
        hashes ^= hashes >> np.uint64(32)
    return hashes
