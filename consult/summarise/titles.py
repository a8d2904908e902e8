"""Titles from the respondents' own words: what most of a theme's points come near to saying.

A title is an exact span of what somebody wrote, or two such spans joined by "and"; only its case is changed. It must be
true of the theme and not of one answer in it: it lies near to the theme's points in meaning, and several people use its
words. It takes a side only where the points that speak of the same do: what they deny it does not claim, and what they
blame it does not praise. A theme that has no such phrase gets a list of its keywords; one of which no phrase says
what more than a few of its points say is called mixed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import polars as pl

from consult.sayings import GOOD_ASKED, NONE_TO_NAME, NOTHING, asks_what_was_good, saying_of
from consult.sayings.lexicon import FAULTS
from consult.summarise.grammar import COUPLE, DANGLING, DENIALS, GIVEN_NAMES, PARTICLES, UNFIT, WEAK, grammar_of
from consult.summarise.parts import Part, responses_in, tell_parts
from consult.summarise.phrases import Phrase, find_phrases
from consult.summarise.quotes import Evidence, Floats
from consult.summarise.unspaced import find_clauses, is_unspaced
from consult.summarise.uses import MOST_READ, Question, Uses, count_uses, read_question, value_of
from consult.summarise.weigh import Scored, promising, score_phrases, siblings_of
from consult.words import function_words, language_of, stem, words

SAME_WORDS: Final = 0.5
SAME_SENSE: Final = 0.85
"""Two titles are too alike above this share of their telling words, or from this cosine."""
CARRIES: Final = 0.35
ADDS: Final = 0.12
"""A short phrase that fewer of the points come near to is joined by a second one, if that brings in this share."""
SHORT: Final = 3
"""Words at the most in a phrase that is joined with another."""

HEAP: Final = 0.5
BEARS: Final = 0.1
"""Of a theme that more than the first share of the responses with a theme raise (all others are not known here, as they
are to `consult.notes.broad_themes`), a phrase names it only where the second share of its points come near to saying
it: else it would put one answer's words into the mouths of most people. So too in languages other than `READ_BEST`,
where nearness tells little."""
CLAIM_BEARS: Final = 0.08
"""What asks for something or says something names a theme only where this share of its points come near to it."""
LOOSE: Final = 0.45
LOOSE_LEXICAL: Final = 0.3
LOOSE_NEAR: Final = 0.06
"""A theme is mixed where its best phrase scores below the first (the second in languages other than `READ_BEST`), and
fewer of its points than this share come near to it.

Source: of these and the shares above and below, titles of seven consultations, read beside their quotes.
"""
CLAIMED: Final = 0.5
CLAIMED_GAP: Final = 0.25
"""A claim that fewer of the points than the first come near to gives way to the bare subject that it speaks of, where
as many come near to that and it scores hardly less: people speak of a thing, and not all of them say the same."""
SEVERAL: Final = 5
"""Points in which that subject stands alone, where what gives way to it claims nothing, but stands in one answer."""
SAID: Final = 0.5
"""Where more than this share of a theme's points are one of `consult.sayings.KINDS`, its title is one too."""
STATES: Final = 0.2
"""What it counts there, in shares of the points, that a phrase says what there is none of."""
MIXED_LEAD: Final = {"en": "Mixed", "cy": "Cymysg", "fr": "Divers", "de": "Gemischtes", "es": "Varios"}
MIXED_WORDS: Final = 3
ALIKE: Final = {
    "en": "answers alike", "cy": "atebion tebyg", "fr": "réponses semblables", "de": "ähnliche Antworten",
    "es": "respuestas parecidas",
}  # fmt: skip
"""The title of a theme that has not even a keyword."""

MOST_KEYWORDS: Final = 6
"""Keywords, the best first, that may stand in a title."""
READ_BEST: Final = "en"
"""The language that the built-in model reads; in others a point comes near to a phrase only with most of its words."""
LONGEST: Final = 40
"""Letters of a keyword, at the most, that stands in a title."""


@dataclass(frozen=True)
class Named:
    """A theme's title, and what it is made of: none where no phrase names it."""

    title: str
    parts: tuple[Part, ...]


@dataclass
class _Given:
    """Titles given so far: their texts, telling words, all words that carry a subject, and vectors."""

    titles: list[str]
    words: list[frozenset[str]] = field(default_factory=list)
    contents: list[frozenset[str]] = field(default_factory=list)
    vectors: list[Floats] = field(default_factory=list)

    def alike(self, content: frozenset[str], common: frozenset[str], vector: Floats) -> bool:
        """Whether one of them says much the same, in more words or in fewer."""
        telling = content - common or content
        return (
            any(len(telling & other) / max(2, min(len(telling), len(other))) > SAME_WORDS for other in self.words)
            or any(len(content & other) > 1 and len(content ^ other) < 2 for other in self.contents)
            or any(float(other @ vector) >= SAME_SENSE for other in self.vectors)
        )

    def has(self, title: str) -> bool:
        """Whether one of them is the same but for case."""
        return title.lower() in {other.lower() for other in self.titles}


def choose_titles(
    themes: Sequence[Evidence],
    embed: Callable[[list[str]], Floats],
    language: str,
    ignored: frozenset[str],
    most_words: int,
    taken: Sequence[str] = (),
    *,
    broad: bool = False,
    wording: str = "",
) -> list[str]:
    """The titles that `name_themes` gives."""
    named = name_themes(themes, embed, language, ignored, most_words, taken, broad=broad, wording=wording)
    return [one.title for one in named]


def name_themes(
    themes: Sequence[Evidence],
    embed: Callable[[list[str]], Floats],
    language: str,
    ignored: frozenset[str],
    most_words: int,
    taken: Sequence[str] = (),
    *,
    broad: bool = False,
    wording: str = "",
) -> list[Named]:
    """A title for each theme, no two alike, and its parts.

    Any grouping of points will do: `pool` makes one of several themes.

    Of a theme's phrases (`consult.summarise.phrases`) those that its points do not contradict are weighed
    (`consult.summarise.weigh`), and the best that says what no earlier title says is taken. Where it is short and names
    a lesser part of the theme, a second short one that names another part joins it.

    Args:
        themes: In order of rank; an earlier theme has the first choice.
        embed: Texts to unit vectors, by the model the points were embedded with and in their space.
        language: ISO 639-1 code.
        ignored: Words that carry no subject, in lower case.
        most_words: In a title.
        taken: Titles that may not be given again.
        broad: Whether they are named for what they are about, not for what they say.
        wording: Of the question: a title says more than it does.
    """
    if not themes:
        return []
    grammar = grammar_of(language)
    uses = [count_uses(theme.points, ignored, grammar) for theme in themes]
    known = read_question(uses, grammar, wording)
    candidates = [
        _candidates(list(theme.points["text"].head(MOST_READ)), mine, known, ignored, most_words)
        for theme, mine in zip(themes, uses, strict=True)
    ]
    spellings = sorted({phrase.spelling for phrases in candidates for phrase in phrases})
    vectors = embed(spellings) if spellings else np.zeros((0, len(themes[0].centre)), dtype=np.float32)
    row = {spelling: place for place, spelling in enumerate(spellings)}
    siblings = siblings_of(themes)
    raised = [responses_in(theme.points).explode().unique() for theme in themes]
    everyone = pl.concat(raised).n_unique()
    given = _Given(list(taken))
    named = []
    for place, (theme, mine, phrases) in enumerate(zip(themes, uses, candidates, strict=True)):
        rows = vectors[[row[phrase.spelling] for phrase in phrases]]
        told = language_of(" ".join(theme.points["text"].head(50))) or language
        unspaced = is_unspaced(theme.points["text"].head(50).to_list())
        lexical = told != READ_BEST or unspaced
        scored = score_phrases(phrases, rows, theme, siblings, place, mine, known, broad=broad, lexical=lexical)
        said = _saying(scored, theme, wording)
        lead, scored = "", said or scored
        if not said and not broad and not unspaced and len(themes) > 1:
            heap = len(raised[place]) > HEAP * everyone
            scored, mixed = _standing(scored, BEARS if lexical or heap else 0.0, lexical=lexical)
            lead = MIXED_LEAD.get(told, MIXED_LEAD["en"]) if mixed else ""
        chosen = _give(scored, given, theme, mine, known, told, most_words, lead)
        spell = partial(known.spell, shouted=mine.shouted, title=True)
        parts = tell_parts(chosen, scored, theme, spell, lexical=lexical) if chosen else ()
        named.append(Named(given.titles[-1], parts))
    return named


def _candidates(
    texts: list[str], uses: Uses, known: Question, ignored: frozenset[str], most_words: int
) -> list[Phrase]:
    """The phrases of a theme that are weighed."""
    if is_unspaced(texts):
        return find_clauses(texts)
    return promising(find_phrases(texts, uses, known, ignored, most_words), uses, known)


def _saying(scored: list[Scored], theme: Evidence, wording: str) -> list[Scored]:
    """Of a theme whose points mostly say one thing in many words, the phrases that say it too; none of another theme.

    Where that is that there is nothing to name, the phrase that most come near to is first, and rather one that says
    what there is none of.
    """
    asked = GOOD_ASKED if asks_what_was_good(wording) else ""
    texts = theme.points["text"].head(MOST_READ)
    kinds = Counter(saying_of(text, asked) for text in texts)
    kind, n = kinds.most_common(1)[0]
    if not kind or n <= SAID * len(texts):
        return []
    same = [one for one in scored if saying_of(one.phrase.spelling, asked) == kind]
    if kind in (NOTHING, NONE_TO_NAME):
        same.sort(key=lambda one: (-_says_it(one), -one.score, one.phrase.key))
    return same


def _says_it(one: Scored) -> float:
    """How well a phrase says that there is nothing to name: "Nothing could be better" rather than "Nothing at all"."""
    return float(one.near.mean()) + STATES * (not FAULTS.isdisjoint(one.phrase.key))


def _claims(phrase: Phrase) -> bool:
    """Whether a phrase mostly asks for something, says something or denies it, and does not only name it."""
    return bool(phrase.denies) or 2 * (phrase.asks + phrase.tells + phrase.commands) >= phrase.times


def _subject(standing: Sequence[Scored]) -> Scored | None:
    """The bare subject of the best phrase, where that claims what few say, or stands in one answer and the subject in
    several; None where the phrase may stand, or has none.
    """  # noqa: D205
    if not standing or float(standing[0].near.mean()) >= CLAIMED:
        return None
    first = standing[0]
    claims, once = _claims(first.phrase), len(first.phrase.places) < 2
    for one in standing[1:]:
        names = not _claims(one.phrase) and not value_of(one.phrase.key) and one.phrase.content < first.phrase.content
        many = once and len(one.phrase.places) >= SEVERAL
        if (
            names
            and (claims or many)
            and one.near.mean() >= first.near.mean()
            and one.score >= first.score - CLAIMED_GAP
        ):
            return one
    return None


def _standing(scored: list[Scored], least: float, *, lexical: bool) -> tuple[list[Scored], bool]:
    """The phrases that stand for a theme's points and not for one of them; and whether it is mixed, and has none.

    Args:
        scored: Its phrases, best first.
        least: The share of its points that must come near to a phrase.
        lexical: See `score_phrases`.
    """

    def bears(one: Scored) -> bool:
        covered = float(one.near.mean())
        if least and (one.score <= 0 or covered < least):
            return False
        return covered >= CLAIM_BEARS or not _claims(one.phrase)

    def is_loose(one: Scored) -> bool:
        return one.score < (LOOSE_LEXICAL if lexical else LOOSE) and float(one.near.mean()) < LOOSE_NEAR

    standing = [one for one in scored if bears(one)]
    subject = _subject(standing)
    if subject is not None:
        standing = [subject, *(one for one in standing if one is not subject)]
    mixed = bool(scored) and (is_loose(scored[0]) or (bool(standing) and is_loose(standing[0])))
    return ([] if mixed else standing), mixed


def _give(
    scored: list[Scored],
    given: _Given,
    theme: Evidence,
    uses: Uses,
    known: Question,
    told: str,
    most_words: int,
    lead: str,
) -> list[Scored]:
    """Gives a theme its title, notes it and says of which phrases it is.

    `told` is the language of the theme; `lead` stands before the keywords of one without a phrase.
    """
    couple, common = COUPLE.get(told, COUPLE["en"]), known.common
    spell = partial(known.spell, shouted=uses.shouted)
    new = [one for one in scored if not given.has(one.phrase.spelling)]
    free = [one for one in new if not given.alike(one.phrase.content, common, one.vector)]
    # Where every phrase says much what another title says, one that at least adds a word is better than keywords.
    free = free or [one for one in new if not any(one.phrase.content <= other for other in given.words)][:1]
    if not free:
        title, content = _from_keywords(theme, uses, given.titles, told, lead)
        given.titles.append(title)
        given.words.append(content)
        given.contents.append(content)
        return []
    first = free[0]
    title, content = spell(first.phrase.spelling, title=True), first.phrase.content
    chosen = [first]
    second = _second(first, free[1:], most_words)
    if second is not None:
        both = f"{title} {couple} {spell(second.phrase.spelling, title=False)}"
        if not given.has(both):
            title, content = both, content | second.phrase.content
            chosen.append(second)
    given.titles.append(title)
    given.words.append(content - common or content)
    given.contents.append(content)
    given.vectors.append(first.vector)
    return chosen


def _second(first: Scored, others: Sequence[Scored], most_words: int) -> Scored | None:
    """The short phrase that brings in most of what the first leaves out; None where the first needs none."""

    def joins(one: Scored) -> bool:
        """Two nouns can be coupled; what else a phrase may be, cannot be told."""
        names = not one.phrase.asks and not one.phrase.tells and not one.phrase.commands
        return names and len(one.phrase.key) <= SHORT and 3 * one.phrase.noun >= one.phrase.times

    def adds(one: Scored) -> float:
        return round(float((one.near & ~first.near).mean()), 6)

    if first.near.mean() >= CARRIES or not joins(first):
        return None
    seconds = [
        one
        for one in others
        if joins(one)
        and len(one.phrase.key) + len(first.phrase.key) < most_words
        and not any(_akin(a, b) for a in one.phrase.content for b in first.phrase.content)
        and adds(one) >= ADDS
    ]
    return max(seconds, key=lambda one: (adds(one) + one.score, one.phrase.key), default=None)


def _akin(one: str, other: str) -> bool:
    """Whether two words look like forms of one: "listening" and "listened"."""
    return one.lower()[:5] == other.lower()[:5]


def _from_keywords(
    theme: Evidence,
    uses: Uses,
    titles: list[str],
    told: str,
    lead: str,
) -> tuple[str, frozenset[str]]:
    """For a theme without a phrase: its keywords, spelt and joined as people would, told from titles already given.

    `lead`, where there is one, stands before a list of more.
    """
    couple, ignored = COUPLE.get(told, COUPLE["en"]), function_words(told)
    text = "\n".join(theme.points["text"].head(MOST_READ))
    spelt = [
        _spelling(word, text)
        for word in theme.keywords
        if (" " not in word or word in text.lower())
        and not any(map(str.isdigit, word))
        and stem(word) not in WEAK
        and len(word) <= LONGEST
        and max(map(len, re.split(r"[ '’]", word))) > 2
        and len(set(word)) > 1
        and not (UNFIT | GIVEN_NAMES).intersection(words(word))
        and not ignored.union(PARTICLES, DANGLING).issuperset(re.split(r"[ '’]", word))
        and not _denied(word, text)
    ]
    # What people name, not what they only say: "grown".
    nouns = [word for word in spelt[:MOST_KEYWORDS] if any(map(uses.names, words(word)[-1:]))]
    spelt = nouns if len(nouns) > 1 else spelt
    known: list[str] = []
    for word in spelt or [ALIKE.get(told, ALIKE["en"])]:
        if not any(_akin(part, other) for part in word.split() for said in known for other in said.split()):
            known.append(word)
    for count in range(min(MIXED_WORDS if lead else 2, len(known)), len(known) + 1):
        title = (
            ", ".join(known[:count])
            if lead or count == 1
            else (", ".join(known[: count - 1]) + f" {couple} " + known[count - 1])
        )
        title = f"{lead}: {title}" if lead else _cased(title)
        if title not in titles:
            return title, frozenset(stem(part.lower()) for word in known[:count] for part in word.split())
    return f"{lead or _cased(known[0])} ({theme.theme_id})", frozenset()


def _denied(keyword: str, text: str) -> bool:
    """Whether people mostly say that it is not so: "couldn't find fault"."""
    before = [
        DENIALS & set(words(text[max(0, met.start() - 40) : met.start()])[-3:])
        for met in re.finditer(rf"\b{re.escape(keyword)}\b", text, re.IGNORECASE)
    ]
    return sum(map(bool, before)) * 2 > len(before)


def _spelling(keyword: str, text: str) -> str:
    """A keyword as people spell it most: "cardiff" is "Cardiff"."""
    met = Counter(re.findall(rf"(?<![.!?\n] )\b{re.escape(keyword)}\b", text, re.IGNORECASE))
    return min(met, key=lambda spelling: (-met[spelling], spelling)) if met else keyword


def _cased(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
