"""Titles from the respondents' own words: the phrase that says most of this theme and least of the others."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from consult.summarise.quotes import Evidence, Floats
from consult.words import WORD, function_words, stem

MOST_POINTS: Final = 250
"""Points of a theme that phrases are taken from: those nearest its centre."""
MOST_PHRASES: Final = 60
"""Phrases of a theme that are embedded."""
SAME_WORDS: Final = 0.5
"""Share of content words from which two titles are too alike."""
_BREAK: Final = re.compile(r"(?:[.,:](?!\d)|(?<!\d)[.,:])|[;!?()\[\]{}\"“”«»…/\n\r\t|]+|\s[-–—]+\s|\s['‘]|['’]\s")
OPENERS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        "no not more less better fewer keep need needs never stop make get too lack without against "
        "don't doesn't can't cannot should".split()
    ),
    "fr": frozenset("plus moins pas non mieux sans trop ne tous toutes".split()),
    "de": frozenset("mehr weniger kein keine nicht besser ohne zu alle".split()),
    "es": frozenset("más menos no mejor sin todos todas".split()),
    "cy": frozenset("mwy llai dim gwell heb cadw angen pob".split()),
}
"""Function words that may open a title: they carry what is asked for, or that something is not so."""
_DANGLING: Final = frozenset(
    """very really just also quite much many well good bad great nice lovely able going want need make made get keep let
    think feel used using ensure provide provided having given getting new old first next last sent says said told
    some any whether if when because""".split()
)
"""Words that leave a title hanging when it ends on them, though they carry some sense."""

_PERSONAL: Final = frozenset(
    """i i'm i've i'd i'll im ive me my mine he he's him his she she's her hers they they'll they're they've we we'll
    we're we've you you'll you're you've it's that's there's who which ich mein meine je mon ma mes yo mi fi
    fy""".split()
)
"""Words that make a phrase one person's story, or half a sentence, and not a theme."""


@dataclass
class Phrase:
    """A candidate title, under all the spellings that it was met in."""

    key: tuple[str, ...]
    spellings: Counter[str] = field(default_factory=Counter)
    points: set[int] = field(default_factory=set)
    opens: int = 0
    closes: int = 0

    @property
    def spelling(self) -> str:
        """The commonest spelling; of equally common ones the one that shouts least."""
        return min(self.spellings, key=lambda s: (-self.spellings[s], sum(c.isupper() for c in s), s))


def choose_titles(
    themes: Sequence[Evidence], embed: Callable[[list[str]], Floats], language: str, most_words: int
) -> list[str]:
    """A title for each theme, no two alike.

    A candidate is a run of two to `most_words` words inside one clause that neither begins nor ends on a word without
    sense. It scores by how near it is to its theme and how far from the nearest other, by how many of the theme's
    points share its words, by how often people put it just so, and by whether it opens and closes a clause.

    Args:
        themes: In order of rank; an earlier theme has the first choice.
        embed: Texts to unit vectors, by the model the points were embedded with.
        language: ISO 639-1 code.
        most_words: In a title.
    """
    if not themes:
        return []
    ignored = function_words(language)
    openers = OPENERS.get(language, OPENERS["en"])
    candidates = [_candidates(theme, ignored, openers, most_words) for theme in themes]
    spellings = sorted({phrase.spelling for phrases in candidates for phrase, _ in phrases})
    vectors = embed(spellings) if spellings else np.zeros((0, 1), dtype=np.float32)
    row = {spelling: place for place, spelling in enumerate(spellings)}
    centres = np.array([theme.centre for theme in themes])
    taken: list[frozenset[str]] = []
    titles: list[str] = []
    for place, (theme, phrases) in enumerate(zip(themes, candidates, strict=True)):
        title, used = _best(place, phrases, vectors, row, centres, taken, ignored) or _from_keywords(theme, titles)
        titles.append(title)
        taken.append(used)
    return titles


def _candidates(
    theme: Evidence, ignored: frozenset[str], openers: frozenset[str], most_words: int
) -> list[tuple[Phrase, float]]:
    """The most promising phrases of a theme, with the part of the score that needs no vector."""
    texts = theme.points["text"].head(MOST_POINTS).to_list()
    phrases: dict[tuple[str, ...], Phrase] = {}
    spread: defaultdict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(texts):
        for clause in _BREAK.split(text.replace("’", "'")):
            tokens = list(WORD.finditer(clause))
            lower = [token.group().lower() for token in tokens]
            for word in lower:
                if word not in ignored:
                    spread[stem(word)].add(place)
            for start, end in _runs(lower, ignored, openers, most_words):
                key = tuple(lower[start:end])
                phrase = phrases.setdefault(key, Phrase(key))
                phrase.spellings[" ".join(clause[tokens[start].start() : tokens[end - 1].end()].split())] += 1
                phrase.points.add(place)
                phrase.opens += start == 0
                phrase.closes += end == len(tokens)
    rank = {
        stem(part): 1 / (1 + i / 3) for i, word in reversed(list(enumerate(theme.keywords))) for part in word.split()
    }
    n = len(texts)

    def score(phrase: Phrase) -> float:
        content = {stem(word) for word in phrase.key if word not in ignored}
        shared = sum(len(spread[word]) for word in content) / (n * len(content))
        known = sum(rank.get(word, 0) for word in content) / len(content)
        often = math.log1p(len(phrase.points) - 1) / math.log1p(n)
        times = sum(phrase.spellings.values())
        whole = 0.08 * (phrase.opens / times) + 0.12 * (phrase.closes / times)
        length = 0.12 * (1 if 3 <= len(phrase.key) <= 6 else 0) + 0.1 * (min(len(content), 3) - 1) / 2
        personal = 0.15 if _PERSONAL & set(phrase.key) else 0
        return 0.5 * shared + 0.35 * known + 0.3 * often + whole + length - personal

    scored = sorted(((phrase, score(phrase)) for phrase in phrases.values()), key=lambda pair: (-pair[1], pair[0].key))
    return scored[:MOST_PHRASES]


def _runs(
    lower: list[str], ignored: frozenset[str], openers: frozenset[str], most_words: int
) -> Iterator[tuple[int, int]]:
    """Spans of words of a clause that could stand as a title: they cut no phrase in two."""
    for start, first in enumerate(lower):
        if (first in ignored and first not in openers) or (start and lower[start - 1] not in ignored):
            continue
        for end in range(start + 2, min(len(lower), start + most_words) + 1):
            last = lower[end - 1]
            if last in ignored or last in _DANGLING or (last.isdigit() and (end - start < 3 or len(last) < 2)):
                continue
            if end < len(lower) and lower[end] not in ignored:
                continue
            content = [word for word in lower[start:end] if word not in ignored]
            if len(content) >= 2 or (first in openers and content):
                yield start, end


def _best(
    place: int,
    phrases: list[tuple[Phrase, float]],
    vectors: Floats,
    row: dict[str, int],
    centres: Floats,
    taken: list[frozenset[str]],
    ignored: frozenset[str],
) -> tuple[str, frozenset[str]] | None:
    best: tuple[float, str, frozenset[str]] | None = None
    for phrase, score in phrases:
        used = frozenset(stem(word) for word in phrase.key if word not in ignored)
        if any(len(used & other) / max(1, min(len(used), len(other))) > SAME_WORDS for other in taken):
            continue
        cosines = centres @ vectors[row[phrase.spelling]]
        others = np.delete(cosines, place)
        total = score + float(cosines[place]) - 0.5 * float(others.max() if len(others) else 0)
        if best is None or total > best[0] + 1e-9:
            best = (total, phrase.spelling, used)
    return (_cased(best[1]), best[2]) if best else None


def _from_keywords(theme: Evidence, titles: list[str]) -> tuple[str, frozenset[str]]:
    """For a theme without a phrase: its keywords, joined as a person would, and told from titles already given."""
    words = list(theme.keywords) or ["answers alike"]
    for count in range(min(2, len(words)), len(words) + 1):
        title = _cased(words[0] if count == 1 else ", ".join(words[: count - 1]) + " and " + words[count - 1])
        if title not in titles:
            return title, frozenset(stem(part) for word in words[:count] for part in word.split())
    return f"{_cased(words[0])} ({theme.theme_id})", frozenset()


def _cased(phrase: str) -> str:
    """First letter up; a shouted phrase lowered."""
    letters = [c for c in phrase if c.isalpha()]
    if len(letters) > 6 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
        phrase = phrase.lower()
    return phrase[:1].upper() + phrase[1:]
