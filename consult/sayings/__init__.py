"""What many words say alike: that there is nothing to name, and how people treat one.

"Nothing", "No complaints" and "It could not be better" lie as far apart for a sentence model as any three answers, and
so do "Friendly", "They were so kind" and "Polite staff"; people who read answers put each of these together. A point
that says such a thing, and nothing of substance beside it, is drawn to what all such points of the question mean,
before themes are found and points are placed. Which point does is told clause by clause, by forms of speech and by
lists of every word that may stand in them, in five languages: another word, a wish or a fault that is found, and it is
left as it is. Praise and blame of people's manner are drawn apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.arrays import unit
from consult.sayings.lexicon import (
    AFFAIRS,
    ASKS,
    COMPARED,
    FAULTS,
    GOOD,
    KIND_OF,
    KINDNESS,
    LISTS,
    MAY,
    NONE_GOOD,
    NOT_GOOD,
    REFUSALS,
    RUN_ON,
    SPENT,
    THAN,
    Words,
)
from consult.words import FUNCTION_WORDS, words

Floats = npt.NDArray[np.float32]
Kinds = npt.NDArray[np.int8]

NOTHING, KIND, UNKIND, NONE_TO_NAME = 1, 2, 3, 4
"""Kinds of saying: that there is nothing to find fault with or to add, that people treat one well, or badly; and, where
a question asks what was good, that nothing was. 0 is what says anything else."""
KINDS: Final = (NOTHING, KIND, UNKIND, NONE_TO_NAME)
IN_WORDS: Final = {
    NOTHING: "that there is nothing to name",
    KIND: "that people treat one well",
    UNKIND: "that people treat one badly",
    NONE_TO_NAME: "that nothing was good",
}
DRAWN: Final = {NOTHING: 2.0, KIND: 1.5, UNKIND: 1.5, NONE_TO_NAME: 2.0}
"""How much of what its kind means is added to a point's unit vector.

Source: two sets of patients' answers, seven questions, the only hand-coded ones with such points. F1 one-to-one was
0.405 and 0.294 without, 0.445 and 0.330 with 1 and 0.7, 0.461 and 0.353 with 2 and 1.5, and alike from there to 4 (told
by lists alone, before forms of speech). With points that only praise the whole ("Excellent service") drawn as well it
was 0.458 and 0.374, but the share of people's themes that are found fell, 0.55 to 0.53 and 0.43 to 0.37.
"""
GOOD_ASKED, YES_NO = "good", "yes_no"
"""What a question asks for, where that turns what "nothing" says."""
FEWEST: Final = 3
"""With fewer distinct points of a kind there is nothing to draw together."""
LONGEST: Final = 25
"""Words of a point that is read: what says more says something else."""
SHORT: Final = 4
"""Words of a point at the most that may leave out who is helpful: "Very helpful"."""
_BACK: Final = 4
"""Words over which a "not" or a "more" reaches forward."""
_CLAUSES: Final = re.compile(
    r"[.,;:!?()…\n]+|\s[-–—]+\s?|\b(?:but|because|although|though|however|ond|mais|parce que|aber|weil|pero|porque)\b",
    re.IGNORECASE,
)


def saying_of(text: str, asked: str = "") -> int:
    """Which of `KINDS` a point says; 0 where it says anything else, too.

    Args:
        text: The point.
        asked: What for: `GOOD_ASKED`, of which "nothing" finds fault and "no complaints" none; `YES_NO`, to which "not
            really" is the answer; anything else.
    """
    said = words(text)
    if not said or len(said) > LONGEST:
        return 0
    clauses = [found for clause in _CLAUSES.split(text) if (found := words(clause))]
    for language, lists in LISTS.items():
        kinds = {_clause(clause, lists, FUNCTION_WORDS[language], len(said), asked) for clause in clauses} - {None}
        refuses = " ".join(clauses[0]) in REFUSALS and asked not in (YES_NO, GOOD_ASKED)
        if not kinds and refuses and not lists.praise.isdisjoint(said):
            return NOTHING
        if not kinds or 0 in kinds or {KIND, UNKIND} <= kinds or {NOTHING, NONE_TO_NAME} <= kinds:
            continue
        if kinds & {KIND, UNKIND}:
            # "Nothing, lovely staff" praises; of "nothing, rude staff" it cannot be told.
            return KIND if KIND in kinds else UNKIND if kinds == {UNKIND} else 0
        return NOTHING if NOTHING in kinds else NONE_TO_NAME
    return 0


def asks_what_was_good(wording: str) -> bool:
    """Whether a question asks for what was good or liked, and not for what was not or could be better."""
    asked = set(words(wording))
    return bool(asked & GOOD) and bool(asked & ASKS) and not asked & NOT_GOOD


def _clause(clause: list[str], lists: Words, function_words: frozenset[str], n_words: int, asked: str) -> int | None:
    """What one clause says: one of `KINDS`, None where it only praises the whole or says nothing at all, else 0."""
    text = " ".join(clause)
    if text in REFUSALS or KINDNESS.fullmatch(text):
        return None
    allowed = function_words.union(lists.praise, lists.kind, lists.unkind, lists.people, lists.general, SPENT)
    form = _form(clause, lists, allowed)
    if form:
        if FAULTS.isdisjoint(form) and asked in (GOOD_ASKED, YES_NO):
            return NONE_TO_NAME if asked == GOOD_ASKED else 0
        return NOTHING
    if asked == GOOD_ASKED and NONE_GOOD.search(text) and not lists.denials.isdisjoint(clause):
        return NONE_TO_NAME
    opened = RUN_ON.match(text)
    if opened:
        rest = _clause(text[opened.end() :].split(), lists, function_words, n_words, asked)
        if rest is None and asked not in (YES_NO, GOOD_ASKED) and not lists.praise.isdisjoint(clause):
            return NOTHING
        return rest
    if not allowed.issuperset(clause) or KIND_OF.search(text):
        return 0
    if not lists.kind.union(lists.unkind).isdisjoint(clause):
        found = _manner(clause, lists, n_words)
        if found is not None:
            return found
    return None if _is_plain(clause, lists, allowed) else 0


def _form(clause: Sequence[str], lists: Words, allowed: frozenset[str]) -> Sequence[str]:
    """The words of the form that says that there is nothing to name, after praise alone; empty where there is none."""
    if lists.denials.isdisjoint(clause):
        return ()
    for at in range(len(clause)):
        form = clause[at:]
        praised = not at or not lists.praise.isdisjoint(clause[:at])
        if praised and lists.nothing.fullmatch(" ".join(form)):
            return form
        before = clause[: at + 1]
        if not _is_plain(before, lists, allowed):
            return ()
    return ()


def _is_plain(clause: Sequence[str], lists: Words, allowed: frozenset[str]) -> bool:
    """Whether words say nothing of substance but praise."""
    barred = lists.denials.union(lists.wished, lists.unkind, MAY - {"can"})
    return allowed.issuperset(clause) and barred.isdisjoint(clause)


def _manner(clause: Sequence[str], lists: Words, n_words: int) -> int | None:
    """KIND or UNKIND where a clause praises or blames people's manner; None where it may be of anything, 0 of both."""
    named = not lists.people.isdisjoint(clause)
    sure = {word for word in clause if word in lists.kind or word in lists.unkind} - lists.vague
    found = set()
    used = 0
    for at, word in enumerate(clause):
        value = (word in lists.kind) - (word in lists.unkind)
        if not value:
            continue
        before = clause[max(0, at - _BACK) : at]
        if not lists.things.isdisjoint(before):
            return 0
        spent = not SPENT.isdisjoint(clause[:at])
        denied = not lists.denials.isdisjoint(clause[:at]) and not spent
        used += sum(each in lists.denials for each in clause[:at])
        wished = word in COMPARED or (at == 1 and clause[0] == "be") or clause[-1] == "sein"
        wished |= not lists.wished.isdisjoint(before) and not THAN & set(before)
        if wished and not denied and word in lists.vague and (not named or "would" in before):
            # "It would be helpful", "I need professional help"
            return UNKIND if clause[0] == "be" else 0
        if value < 0 and (denied or wished or not MAY.isdisjoint(before)):
            return 0
        if value > 0 and not denied and not wished and not MAY.isdisjoint(before[-2:]) and not spent:
            return 0
        found.add(value if denied == wished else -value)
    if len(found) > 1 or (not lists.denials.isdisjoint(clause) and not used):
        return 0
    if not named and not sure and (n_words > SHORT or not AFFAIRS.isdisjoint(clause)):
        return None
    if not named and not sure and lists.praise.issuperset(lists.kind.intersection(clause)):
        # "Lovely" alone may be said of anything.
        return None
    return KIND if found == {1} else UNKIND


@dataclass(frozen=True)
class Sayings:
    """What the points of a question say of `KINDS`, and where that draws them.

    Attributes:
        kinds: One of `KINDS` a distinct text, or 0; shape (texts,).
        towards: A unit vector a kind, zeros where too few points say it; shape (len(KINDS), d).
    """

    kinds: Kinds
    towards: Floats

    def drawn(self, rows: npt.ArrayLike, vectors: Floats) -> Floats:
        """The vectors of points, those of sayings drawn; shape (n, d), at unit length.

        Args:
            rows: Of each point, the row of its text in `kinds`; shape (n,).
            vectors: Unit vectors, shape (n, d).
        """
        return _drawn(self.kinds[np.asarray(rows, dtype=np.int64)], self.towards, vectors)

    def drawn_phrases(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """The same of phrases that are none of the texts, as titles that were given."""
        return _drawn(kinds_of(texts), self.towards, vectors)


def kinds_of(texts: Sequence[str], asked: str = "") -> Kinds:
    """What each text says, as `saying_of` tells it; shape (len(texts),)."""
    return np.array([saying_of(text, asked) for text in texts], dtype=np.int8)


def find_sayings(kinds: Kinds, rows: npt.ArrayLike, vectors: Floats) -> Sayings:
    """Learns what each kind of saying means among the points of a question: the mean of those that say it.

    Args:
        kinds: As `kinds_of` tells them of the distinct texts.
        rows: The texts that are learnt from; none where nothing is to be drawn.
        vectors: Their unit vectors, a row each; shape (n, d).
    """
    heard = kinds[np.asarray(rows, dtype=np.int64)]
    towards = np.zeros((len(KINDS), vectors.shape[1]), dtype=np.float32)
    for place, kind in enumerate(KINDS):
        if (heard == kind).sum() >= FEWEST:
            towards[place] = unit(vectors[heard == kind].mean(axis=0, dtype=np.float64)[None])[0]
    return Sayings(kinds, towards)


def _drawn(kinds: Kinds, towards: Floats, vectors: Floats) -> Floats:
    drawn = vectors
    for place, kind in enumerate(KINDS):
        mine = kinds == kind
        if towards[place].any() and mine.any():
            drawn = drawn.copy() if drawn is vectors else drawn
            drawn[mine] = unit(vectors[mine] + np.float32(DRAWN[kind]) * towards[place])
    return drawn


__all__ = [
    "GOOD_ASKED",
    "IN_WORDS",
    "KIND",
    "KINDS",
    "NONE_TO_NAME",
    "NOTHING",
    "UNKIND",
    "YES_NO",
    "Sayings",
    "asks_what_was_good",
    "find_sayings",
    "kinds_of",
    "saying_of",
]
