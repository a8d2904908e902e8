"""How well each phrase of a theme would name it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.summarise.grammar import ANAPHORS, LESS, MORE, NOTHING, POSSESSIVES, WEAK
from consult.summarise.phrases import Phrase
from consult.summarise.quotes import Evidence, Floats
from consult.summarise.uses import Question, Uses, root_of, spread_evenly, value_of
from consult.words import stem

MOST_PHRASES: Final = 60
"""Phrases of a theme that are embedded."""
MOST_COMPARED: Final = 100
"""Points of each theme that the phrases of the others are held against."""
NEAR: Final = 0.45
"""Cosine from which a point comes near to saying what a phrase says."""
MIXED: Final = 1 / 3
"""A phrase falls where more than this share of the points that speak of the same say otherwise."""
SEEN: Final = 0.2
"""What praises or blames names a theme only where this share of what speaks of the same does so too."""
TURNED: Final = 0.2
"""A word of a phrase that more than this share of the points hold, and mostly deny, turns the phrase round."""
TURNS_ON: Final = 0.5
"""One word alone names a theme only where more than this share of its points hold it."""
OTHER: Final = 0.7
MISLEADS: Final = 0.5
APART: Final = 0.18
STATED: Final = 0.5
COVER: Final = 0.25
MOST: Final = 0.15
HELD: Final = 0.3
USUAL: Final = 0.7
KEY: Final = 0.14
KEYS: Final = 0.05
WHOLE: Final = 0.18
OFTEN: Final = 0.02
EMPTY: Final = 0.02
LONG: Final = 0.01
POINTING: Final = 0.1
OURS: Final = 0.4
SINGLE: Final = 0.35
GENERAL: Final = 0.3
UNENDED: Final = 0.15
COMMAND: Final = 0.1
LONE: Final = 0.15
THIN: Final = 0.3
THINLY: Final = 0.6
RARE: Final = 0.25
RARELY: Final = 0.15
RARE_NAME: Final = 0.1
DETAIL: Final = 0.04
SAYS: Final = 0.06
BARE: Final = 0.08
MANY: Final = 0.05
"""Weights in `score_phrases`.

Source: set by reading titles of ten consultations, and checked by the cosine to the titles that people gave on five
labelled sets, where it hardly moves with any of them. `APART` and `MISLEADS` move the share of
titles nearest to the right one of people's, on three of four such sets upward. `STATED` is there because a statement
names the subject that all themes share, which a bare name does not.
"""


SELDOM: Final = 0.04
ALONE: Final = 1.5
"""A word that a smaller share of the points than this holds counts against a phrase; of few points the share of one and
a half, and never more than twice the first."""
BARE_WORDS: Final = 4
MANY_WORDS: Final = 7
BROAD_WORDS: Final = 3
"""Below the first a phrase that says nothing is bare: "phone line"; above the second any is long, above the third one
that names several themes."""
FEW_ASK: Final = 0.25
"""Of the points that ask or praise, the share from which a title may ask: praise is not called "More staff"."""
VALUES: Final = 0.4
HALF: Final = 0.5


@dataclass(frozen=True)
class Siblings:
    """The themes of one question, against which a phrase of one of them is held.

    Attributes:
        centres: Unit, a row a theme.
        vectors: Of some points of each theme, spread evenly from its nearest to its farthest, theme by theme.
        ends: By theme, one past its last row of `vectors`.
    """

    centres: Floats
    vectors: Floats
    ends: npt.NDArray[np.int64]

    def near(self, phrases: Floats) -> Floats:
        """The share of each theme's points that come near to each phrase; a row a theme."""
        close = np.einsum("nd,kd->nk", self.vectors, phrases) >= NEAR
        met = np.diff(np.cumsum(close, axis=0)[self.ends - 1], axis=0, prepend=0)
        return (met / np.diff(self.ends, prepend=0)[:, None]).astype(np.float32)


def siblings_of(themes: Sequence[Evidence]) -> Siblings:
    """The themes of one question, of which each has a point."""
    some = [theme.vectors[list(spread_evenly(len(theme.vectors), MOST_COMPARED))] for theme in themes]
    centres = np.array([theme.centre for theme in themes])
    return Siblings(centres, np.concatenate(some), np.cumsum([len(rows) for rows in some]))


@dataclass(frozen=True)
class Scored:
    """A phrase weighed against its theme.

    Attributes:
        phrase: The phrase.
        score: How well it names the theme; only the order matters.
        vector: Its unit vector.
        near: Which of the theme's points, of those counted, come near to it.
    """

    phrase: Phrase
    score: float
    vector: Floats
    near: npt.NDArray[np.bool_]


def promising(phrases: Sequence[Phrase], uses: Uses, known: Question) -> list[Phrase]:
    """The phrases worth embedding, by what needs no vector; none that the theme's points contradict."""
    weighed = []
    for phrase in phrases:
        shares = [uses.share(word) for word in phrase.content]
        if _names_somebody(phrase, uses, known):
            continue
        if 2 * phrase.foretells > phrase.times:
            continue
        usual = sum(known.usual.get(word, 0.0) for word in phrase.content)
        if len(phrase.key) == 1 and shares[0] <= TURNS_ON:
            continue
        promise = (
            (sum(shares) - USUAL * usual) / len(shares)
            + 0.05 * min(4, len(phrase.content))
            + 0.1 * phrase.fluency / phrase.times
            + 0.15 * (phrase.asks + phrase.tells) / phrase.times
            - 0.01 * len(phrase.key)
        )
        weighed.append((round(promise, 6), phrase))
    weighed.sort(key=lambda pair: (-pair[0], pair[1].key))
    kept: list[Phrase] = []
    for _, phrase in weighed:
        if len(kept) == MOST_PHRASES:
            break
        if not _contradicted(phrase, uses):
            kept.append(phrase)
    return kept


def _names_somebody(phrase: Phrase, uses: Uses, known: Question) -> bool:
    """Whether a phrase holds a very rare name, or only rare ones; it cannot be told where nouns are capital anyway."""
    telling = [word for word in phrase.key if stem(word) in phrase.content - WEAK]
    names = [uses.share(stem(word)) for word in telling if uses.is_name(word)]
    return (
        not known.grammar.capital_nouns
        and bool(names)
        and (min(names) < DETAIL or (len(names) == len(telling) and max(names) < RARE_NAME))
    )


def _contradicted(phrase: Phrase, uses: Uses) -> bool:
    """Whether too many of the points that speak of the same deny it, or value it the other way."""
    if phrase.content <= NOTHING:
        return False
    names = not phrase.tells or len(phrase.content) < 2
    forms = {word: uses.akin(word) if names else frozenset({word}) for word in phrase.content}
    held = _held(phrase.content, forms, uses)
    kin = {place for place, n in held.items() if 2 * n >= len(phrase.content)}
    denied = kin & {place for stems in forms.values() for each in stems for place in uses.denied.get(each, ())}
    value = value_of(phrase.key)
    if phrase.denies:
        # "Nothing could be better" is told by what others value, "not closed" by what they deny.
        if not value and len(kin - denied) > MIXED * len(kin):
            return True
    elif len(denied) > (MIXED if len(phrase.content) > 2 or phrase.tells else 0.5) * len(kin):
        # A short phrase names a subject more than it takes a side: "evening buses", of which there are none.
        return True
    if (
        (phrase.asks or phrase.tells)
        and not phrase.denies
        and any(
            uses.share(word) >= TURNED and len(uses.denied.get(word, ())) > HALF * len(uses.points[word])
            for word in phrase.content
        )
    ):
        # "Better beds", of a theme that nothing could be better.
        return True
    asked = {phrase.key[0], phrase.key[-1]}
    if not asked.isdisjoint(MORE | LESS):
        wanted = (uses.more, uses.less) if asked.isdisjoint(LESS) else (uses.less, uses.more)
        told_of = [word for word in phrase.content if word not in MORE | LESS]
        same, other = (set[int]().union(*(way.get(word, frozenset()) for word in told_of)) for way in wanted)
        if len(other - same) > MIXED * len(same | other):
            return True
    if not value:
        return False
    # Of "service is terrible" the service is what others may praise, in words of their own.
    subject = sorted(word for word in phrase.content if word not in WEAK and not value_of((word,)))
    about = set(_held([max(subject, key=uses.share)], forms, uses)) if subject else kin
    nearly = [uses.values[place] for place in about if uses.values[place]]
    told = [other for other in uses.values if other]
    if len(phrase.content) > 1 and sum(v == value for v in nearly) < SEEN * len(about):
        return True
    return (
        sum(other != value for other in nearly) > MIXED * len(nearly)
        or sum(other != value for other in told) > 0.5 * len(told)
    )  # fmt: skip


def _held(content: Iterable[str], forms: Mapping[str, frozenset[str]], uses: Uses) -> Counter[int]:
    """By point, how many of the words it holds, in any of their forms."""
    return Counter(
        place
        for word in content
        for place in set[int]().union(*(uses.points.get(each, frozenset()) for each in forms[word]))
    )


def _length(phrase: Phrase, said: float, uses: Uses, known: Question, *, broad: bool) -> float:
    """What counts against a phrase that is bare, or long."""
    n = len(phrase.key)
    if broad:
        return MANY * max(0, n - BROAD_WORDS) + SAYS * (phrase.asks + phrase.tells) / phrase.times
    telling = [word for word in phrase.key if stem(word) in phrase.content]
    named = not known.grammar.capital_nouns and all(map(uses.is_name, telling))
    missing = BARE_WORDS - (1 if named else n)
    return BARE * max(0, missing) * (1 - max(0.0, said)) + MANY * max(0, n - MANY_WORDS)


def says(phrase: Phrase, uses: Uses) -> float:
    """How far a phrase says something, from 0 (it names a thing) to 1; below 0 where it asks for what few ask for."""
    asked = phrase.asks / phrase.times * min(1.0, (uses.asking - FEW_ASK) / FEW_ASK)
    return asked if asked < 0 else max(asked, phrase.tells / phrase.times, VALUES * bool(value_of(phrase.key)))


def share_words(contents: Sequence[frozenset[str]], texts: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Which texts hold most of the words of which phrase, parts of longer words included; a row a text."""
    lower = [text.lower().replace("’", "'") for text in texts]
    return np.array(
        [[2 * sum(word in text for word in content) > len(content) for content in contents] for text in lower]
    ).reshape(len(lower), len(contents))


def score_phrases(
    phrases: Sequence[Phrase],
    vectors: Floats,
    theme: Evidence,
    siblings: Siblings,
    place: int,
    uses: Uses,
    known: Question,
    *,
    broad: bool = False,
    lexical: bool = False,
) -> list[Scored]:
    """The phrases of one theme with their scores, best first.

    For a phrase speak: its cosine to the theme's centre, the share of points that come near it, how much
    more of the theme's points than of all points hold its words, the rank of its words among the theme's keywords, and
    how whole it stands. Against it:
    its cosine to the nearest other theme, the more where it is nearer to that one, the share of the points of another
    theme that come near it as they do here, words without a subject and more than four with one, pronouns that point at
    something unsaid, one word alone, words of which the whole question is full, a last word that wants another after
    it, standing in one answer that few come near to, being near to far fewer
    points than another phrase is, and a word that hardly any of the points hold.

    Args:
        phrases: Of the theme.
        vectors: Theirs, unit, a row a phrase.
        theme: The theme.
        siblings: All themes.
        place: The theme's row.
        uses: Its words.
        known: What is known of the question's words.
        broad: Whether it is named for what it is about, not for what it says.
        lexical: Whether a point comes near to a phrase only where it holds words of it, too.
    """
    if not phrases:
        return []
    cosines = np.einsum("nd,kd->nk", vectors, siblings.centres)
    alone = len(siblings.centres) < 2
    others = np.zeros(len(phrases)) if alone else np.delete(cosines, place, axis=1).max(axis=1)
    shares = siblings.near(vectors)
    elsewhere = np.zeros(len(phrases)) if alone else np.delete(shares, place, axis=0).max(axis=0)
    told = list(spread_evenly(len(theme.vectors)))
    near = np.einsum("nd,kd->nk", theme.vectors[told], vectors) >= NEAR
    says_so = near
    if lexical:
        says_so = near & share_words([phrase.content for phrase in phrases], theme.points["text"][told])
    weight = {
        stem(part): 1 / (1 + at / 3) for at, word in reversed(list(enumerate(theme.keywords))) for part in word.split()
    }
    most = max(float(near.mean(axis=0).max()), 1e-9)
    told_before = set(map(root_of, known.common))
    seldom = max(SELDOM, min(2 * SELDOM, ALONE / max(1, uses.n)))
    scored = []
    for at, phrase in enumerate(phrases):
        n = len(phrase.content)
        weights = [weight.get(word, 0.0) for word in phrase.content]
        covered = float(near[:, at].mean())
        said = 0.0 if broad else says(phrase, uses)
        score = (
            float(cosines[at, place])
            + COVER * covered
            + MOST * covered / most
            + HELD * sum(uses.share(word) - USUAL * known.usual.get(word, 0.0) for word in phrase.content) / n
            + KEY * max(weights)
            + KEYS * sum(weights) / n
            + WHOLE * phrase.fluency / phrase.times
            + OFTEN * math.log(len(phrase.places))
            + SAYS * said
            - _length(phrase, said, uses, known, broad=broad)
            - OTHER * float(others[at])
            - MISLEADS * max(0.0, float(others[at] - cosines[at, place]))
            + APART * (covered - float(elsewhere[at]) * (1 - STATED * max(0.0, said))) * (not lexical)
            - EMPTY * (len(phrase.key) - n)
            - LONG * max(0, n - 4)
            - POINTING * bool((known.grammar.pointing | ANAPHORS).intersection(phrase.key))
            - OURS * bool(POSSESSIVES.intersection(phrase.key))
            - SINGLE * (n == 1 and said < HALF)
            - GENERAL * (1 + phrase.denies) * (set(map(root_of, phrase.content)) <= told_before)
            - UNENDED * max(0.0, 1 - 2 * known.ending.get(phrase.key[-1], 0.5))
            - COMMAND * (0 if broad else phrase.commands / phrase.times)
            - LONE * (len(phrase.places) < 2) * max(0.0, 1 - 4 * covered)
            - THIN * max(0.0, 1 - covered / most / THINLY)
            - RARE
            * (1 - RARELY * max(0.0, said))
            * max(0.0, 1 - min(uses.share(word) for word in phrase.content) / seldom)
        )
        scored.append(Scored(phrase, round(score, 6), vectors[at], says_so[:, at]))
    return sorted(scored, key=lambda one: (-one.score, one.phrase.key))
