"""Titles from the respondents' own words: what many of a theme's points name, and few of the others do.

A title must be true of the theme, not of one answer in it: its words stand together in several points. It names a
subject and takes no side: what denies is left out, and nothing is torn from its "not".
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from consult.summarise.quotes import Evidence, Floats
from consult.words import PLACEHOLDER, WORD, stem, words

MOST_POINTS: Final = 250
"""Points of a theme that phrases are taken from: those nearest its centre."""
MOST_PHRASES: Final = 60
"""Phrases of a theme that are embedded."""
SAME_WORDS: Final = 0.5
"""Share of content words from which two titles are too alike."""
LEAST_POINTS: Final = 2
LEAST_SHARE: Final = 0.05
LEAST_GAIN: Final = 0.02
"""A phrase names a theme when at least two, and 5 %, of its points hold all of its words, and more than in any other
theme: one voice is no theme, and what everybody names tells none apart."""
CARRIES: Final = 0.4
"""A phrase whose words this share of the points hold stands alone; else a second one may join it."""
MOSTLY: Final = 0.5
ADDS: Final = 0.08
"""A second phrase must bring in this share of the points."""
_BREAK: Final = re.compile(
    PLACEHOLDER.pattern + r"|(?:[.,:](?!\d)|(?<!\d)[.,:])|[;!?()\[\]{}\"“”«»…/\n\r\t|]+|\s[-–—]+\s|\s['‘]|['’]\s"
)
OPENERS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset("more less better fewer keep too".split()),
    "fr": frozenset("plus moins mieux trop".split()),
    "de": frozenset("mehr weniger besser zu".split()),
    "es": frozenset("más menos mejor".split()),
    "cy": frozenset("mwy llai gwell".split()),
}
"""Function words that may open a title that several people put just so."""
_DENIALS: Final = frozenset(
    """no not never without nor neither cannot can't cant don't dont doesn't doesnt didn't didnt won't wont wouldn't
    wouldnt couldn't couldnt shouldn't shouldnt isn't isnt aren't arent wasn't wasnt weren't hardly pas ne sans aucun
    nicht kein keine keinen ohne nie sin nunca ni dim heb ddim nid""".split()
)
"""Words that turn round what follows: no title begins after one."""
_DANGLING: Final = frozenset(
    """very really just also quite much many well good bad great nice lovely able going want need make made get keep let
    think feel used using ensure provide provided having given getting new old first next last sent says said told
    some any whether if when because""".split()
)
"""Words that leave a title hanging when it ends on them, though they carry some sense."""

_WEAK: Final = frozenset(
    """two three four five six seven eight nine ten half hour day week month year time people thing way bit lot place
    number question point part side end week's""".split()
)
"""Words that name no subject by themselves."""
_PERSONAL: Final = frozenset(
    """i i'm i've i'd i'll im ive me my mine he he's him his she she's her hers they they'll they're they've we we'll
    we're we've you you'll you're you've it's that's there's who which ich mein meine je mon ma mes yo mi fi
    fy""".split()
)
"""Words that make a phrase one person's story, or half a sentence, and not a theme."""


@dataclass
class Phrase:
    """A candidate title.

    Attributes:
        key: Its words in lower case.
        spellings: The spellings that it was met in.
        points: The points that it stands in.
        opens: How often it opens a clause.
        closes: How often it closes one.
        content: The stems of its words that carry a subject.
        joint: The points that hold all of these.
        opened: Whether it begins with one of `OPENERS`.
        gain: The share of the theme's points that are joint, less that of the other theme that has most.
    """

    key: tuple[str, ...]
    spellings: Counter[str] = field(default_factory=Counter)
    points: set[int] = field(default_factory=set)
    opens: int = 0
    closes: int = 0
    content: frozenset[str] = frozenset()
    joint: set[int] = field(default_factory=set)
    opened: bool = False
    gain: float = 0.0

    @property
    def spelling(self) -> str:
        """The commonest spelling; of equally common ones the one that shouts least."""
        return min(self.spellings, key=lambda s: (-self.spellings[s], sum(c.isupper() for c in s), s))


def choose_titles(
    themes: Sequence[Evidence],
    embed: Callable[[list[str]], Floats],
    language: str,
    ignored: frozenset[str],
    most_words: int,
) -> list[str]:
    """A title for each theme, no two alike.

    A candidate is a run of at most `most_words` words inside one clause that neither begins nor ends on a word without
    sense, and whose words several of the theme's points hold together. It scores by how many do, by how near it is to
    its theme and how far from the nearest other, and by whether it opens and closes a clause. Where it names a lesser
    part of the theme, a second phrase that names another part joins it. A theme without such a phrase gets its
    keywords.

    Args:
        themes: In order of rank; an earlier theme has the first choice.
        embed: Texts to unit vectors, by the model the points were embedded with.
        language: ISO 639-1 code, for the words that may open a title.
        ignored: Words that carry no subject, in lower case.
        most_words: In a title.
    """
    if not themes:
        return []
    openers = OPENERS.get(language, OPENERS["en"])
    spreads = [_spread(theme, ignored) for theme in themes]
    candidates = [
        _candidates(theme, spreads, place, ignored, openers, most_words) for place, theme in enumerate(themes)
    ]
    spellings = sorted({phrase.spelling for phrases in candidates for phrase, _ in phrases})
    vectors = embed(spellings) if spellings else np.zeros((0, 1), dtype=np.float32)
    row = {spelling: place for place, spelling in enumerate(spellings)}
    centres = np.array([theme.centre for theme in themes])
    taken: list[frozenset[str]] = []
    titles: list[str] = []
    for place, (theme, phrases) in enumerate(zip(themes, candidates, strict=True)):
        scored = []
        for phrase, score in phrases:
            cosines = centres @ vectors[row[phrase.spelling]]
            others = np.delete(cosines, place)
            scored.append((score + float(cosines[place]) - 0.5 * float(others.max() if len(others) else 0), phrase))
        scored.sort(key=lambda pair: (-round(pair[0], 6), pair[1].key))
        n = min(MOST_POINTS, len(theme.points))
        title, used = _title(scored, taken, n, most_words) or _from_keywords(theme, titles)
        titles.append(title)
        taken.append(used)
    return titles


def _title(
    scored: list[tuple[float, Phrase]], taken: list[frozenset[str]], n: int, most_words: int
) -> tuple[str, frozenset[str]] | None:
    """The best phrase that no earlier title says, and with it, where it names too little, a second one."""
    free = [phrase for _, phrase in scored if not any(_alike(phrase.content, other) for other in taken)]
    if not free:
        return None
    first = free[0]
    title = _cased(first.spelling)
    if len(first.joint) >= CARRIES * n and len(first.content) > 1:
        return title, first.content
    seconds = [
        phrase
        for phrase in free[1:]
        if not any(_akin(one, other) for one in phrase.content for other in first.content)
        and not phrase.opened
        and len(phrase.joint - first.joint) >= max(LEAST_POINTS, ADDS * n)
        and len(phrase.key) + len(first.key) < most_words
    ]
    if not seconds:
        # One word names a theme only when most of it turns on that word.
        return (title, first.content) if len(first.key) > 1 or len(first.joint) >= MOSTLY * n else None
    second = max(seconds, key=lambda phrase: (phrase.gain * len(phrase.joint - first.joint), phrase.key))
    spelling = second.spelling if _is_name(second) else second.spelling[:1].lower() + second.spelling[1:]
    return f"{title} and {spelling}", first.content | second.content


def _akin(one: str, other: str) -> bool:
    """Whether two words look like forms of one: "listening" and "listened"."""
    return one.lower()[:5] == other.lower()[:5]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) / max(1, min(len(one), len(other))) > SAME_WORDS


def _spread(theme: Evidence, ignored: frozenset[str]) -> dict[str, frozenset[int]]:
    """For each word with a subject, by its stem, the points of a theme that hold it."""
    spread: defaultdict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(theme.points["text"].head(MOST_POINTS)):
        for word in words(text):
            if word not in ignored:
                spread[stem(word)].add(place)
    return {word: frozenset(places) for word, places in spread.items()}


def _candidates(
    theme: Evidence,
    spreads: list[dict[str, frozenset[int]]],
    own: int,
    ignored: frozenset[str],
    openers: frozenset[str],
    most_words: int,
) -> list[tuple[Phrase, float]]:
    """The most promising phrases of a theme, with the part of the score that needs no vector."""
    texts = theme.points["text"].head(MOST_POINTS).to_list()
    phrases: dict[tuple[str, ...], Phrase] = {}
    for place, text in enumerate(texts):
        for clause in _BREAK.split(text.replace("’", "'")):
            tokens = list(WORD.finditer(clause))
            lower = [token.group().lower() for token in tokens]
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
    least = max(LEAST_POINTS, LEAST_SHARE * n)
    sizes = [min(MOST_POINTS, len(spread)) or 1 for spread in spreads]
    sizes[own] = n
    scored = []
    for phrase in phrases.values():
        phrase.content = frozenset(stem(word) for word in phrase.key if word not in ignored)
        if not phrase.content or phrase.content <= _WEAK:
            continue
        phrase.opened = phrase.key[0] in openers
        held = [
            frozenset.intersection(*(spread.get(word, frozenset()) for word in phrase.content)) for spread in spreads
        ]
        phrase.joint = set(held[own])
        if len(phrase.joint) < least or (len(phrase.key) == 1 and len(phrase.joint) < 3 * least):
            continue
        if len(phrase.points) < 1 + phrase.opened or len(set(phrase.key)) < len(phrase.key):
            continue
        shares = [len(places) / size for places, size in zip(held, sizes, strict=True)]
        elsewhere = max((share for place, share in enumerate(shares) if place != own), default=0.0)
        phrase.gain = len(phrase.joint) / n - elsewhere
        if phrase.gain >= LEAST_GAIN:
            scored.append((phrase, _score(phrase, rank, n)))
    scored.sort(key=lambda pair: (-pair[1], pair[0].key))
    return scored[:MOST_PHRASES]


def _score(phrase: Phrase, rank: dict[str, float], n: int) -> float:
    known = sum(rank.get(word, 0) for word in phrase.content) / len(phrase.content)
    often = math.log1p(len(phrase.points) - 1) / math.log1p(n)
    times = sum(phrase.spellings.values())
    whole = 0.08 * (phrase.opens / times) + 0.12 * (phrase.closes / times)
    length = 0.15 * (len(phrase.key) in range(2, 6)) + 0.3 * (min(len(phrase.content), 2) - 1)
    personal = 0.3 if _PERSONAL & set(phrase.key) else 0
    return 0.9 * math.sqrt(phrase.gain) + 0.35 * known + 0.3 * often + whole + length - personal


def _runs(
    lower: list[str], ignored: frozenset[str], openers: frozenset[str], most_words: int
) -> Iterator[tuple[int, int]]:
    """Spans of words of a clause that could stand as a title: they cut no phrase in two and are torn from no "not"."""
    for start, first in enumerate(lower):
        if (first in ignored and first not in openers) or (start and lower[start - 1] not in ignored):
            continue
        if _DENIALS & set(lower[max(0, start - 3) : start]):
            continue
        for end in range(start + 1, min(len(lower), start + most_words) + 1):
            last = lower[end - 1]
            if last in ignored or last in _DANGLING or (last.isdigit() and (end - start < 2 or len(last) < 2)):
                continue
            if end < len(lower) and lower[end] not in ignored:
                continue
            if _DENIALS & set(lower[start:end]):
                continue
            yield start, end


def _is_name(phrase: Phrase) -> bool:
    """Whether a phrase begins with a capital wherever it stands inside a sentence."""
    return phrase.spelling[:1].isupper() and phrase.opens < sum(phrase.spellings.values())


def _from_keywords(theme: Evidence, titles: list[str]) -> tuple[str, frozenset[str]]:
    """For a theme without a phrase: its keywords, spelt and joined as people would, told from titles already given."""
    text = "\n".join(theme.points["text"].head(MOST_POINTS))
    spelt = [
        _spelling(word, text)
        for word in theme.keywords
        if not word[0].isdigit() and stem(word) not in _WEAK and not _denied(word, text)
    ]
    known: list[str] = []
    for word in spelt or ["answers alike"]:
        if not any(_akin(part, other) for part in word.split() for said in known for other in said.split()):
            known.append(word)
    for count in range(min(3, len(known)), len(known) + 1):
        title = _cased(known[0] if count == 1 else ", ".join(known[: count - 1]) + " and " + known[count - 1])
        if title not in titles:
            return title, frozenset(stem(part.lower()) for word in known[:count] for part in word.split())
    return f"{_cased(known[0])} ({theme.theme_id})", frozenset()


def _denied(keyword: str, text: str) -> bool:
    """Whether people mostly say that it is not so: "couldn't find fault"."""
    before = [
        _DENIALS & set(words(text[max(0, met.start() - 40) : met.start()])[-3:])
        for met in re.finditer(rf"\b{re.escape(keyword)}\b", text, re.IGNORECASE)
    ]
    return sum(map(bool, before)) * 2 > len(before)


def _spelling(keyword: str, text: str) -> str:
    """A keyword as people spell it most: "cardiff" is "Cardiff"."""
    met = Counter(re.findall(rf"(?<![.!?\n] )\b{re.escape(keyword)}\b", text, re.IGNORECASE))
    return min(met, key=lambda spelling: (-met[spelling], spelling)) if met else keyword


def _cased(phrase: str) -> str:
    """First letter up; a shouted phrase lowered."""
    letters = [c for c in phrase if c.isalpha()]
    if len(letters) > 6 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
        phrase = phrase.lower()
    return phrase[:1].upper() + phrase[1:]
