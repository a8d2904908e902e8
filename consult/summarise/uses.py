"""How the words of a theme, and of a whole question, are used: by whom, before what, spelt how, denied or not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from consult.summarise.grammar import (
    ANY,
    BEGINNINGS,
    BLAME,
    COMPARED,
    COMPLAINTS,
    COUPLES,
    DENIALS,
    JOINTS,
    LESS,
    MORE,
    NOTHING,
    PRAISE,
    WISHED,
    Grammar,
)
from consult.words import PLACEHOLDER, WORD, stem, words

MOST_READ: Final = 250
"""Points of a theme that phrases are taken from: those nearest its centre."""
MOST_COUNTED: Final = 1_000
"""Points of a theme in which words are counted, spread evenly from its nearest to its farthest."""
LEAST_PEOPLE: Final = 2
"""People who must use each word of a phrase that carries a subject, in answer to the same question."""
REACH: Final = 3
WISHED_REACH: Final = 4
DENIED: Final = 6
"""Words over which a "not" reaches forward: no phrase begins within three, and six count as denied."""
RUN_ON: Final = BEGINNINGS | frozenset("i it you they we she he the my your".split())
"""Words after a "nothing" that begin an answer of their own: "nothing the care was excellent"."""
BREAK: Final = re.compile(
    PLACEHOLDER.pattern
    + r"|(?:[.,:](?!\d)|(?<!\d)[.,:])|[;!?()\[\]{}\"“”«»…\n\r\t|<>=*•~^\\]+|\s[-–—]+\s|\s['‘]|(?<![sS])['’]\s"
)

_SLIP: Final = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
SLIPS: Final = 20
"""Times that a word may be met with a capital inside it for each time that it is met without."""
ENDINGS: Final = (("ement", 4), ("ment", 4), ("ing", 3), ("ed", 4), ("es", 4), ("e", 4))
"""Endings of the forms of a word, and how many letters are left at least."""
SURE: Final = 4
"""Times that a spelling must be commoner than that of the answer, where a capital tells a noun."""
LONGEST_ACRONYM: Final = 5
"""Letters of a word that keeps its capitals though it is met in no quiet clause."""
_APOSTROPHE: Final = re.compile("[’`´]")
FEW: Final = 0.05
"""Share of the points below which those that ask are not counted."""
MUCH: Final = 0.2
COMMON_THEMES: Final = 0.5
COMMON_POINTS: Final = 0.25
"""A word that a fifth of the points of half of the themes hold, or a quarter of all, is what the question is about."""


def clauses(text: str) -> Iterator[tuple[str, list[re.Match[str]], list[str]]]:
    """The clauses of a text: each with its words, as they stand and in lower case."""
    for clause in BREAK.split(_APOSTROPHE.sub("'", text)):
        tokens = list(WORD.finditer(clause))
        if tokens:
            yield clause, tokens, [token.group().lower() for token in tokens]


def spread_evenly(n: int, most: int = MOST_COUNTED) -> Sequence[int]:
    """At most `most` of the places from 0 to n, at even steps from the first."""
    return range(n) if n <= most else [place * n // most for place in range(most)]


def value_of(lower: Sequence[str]) -> int:
    """1 where words praise, -1 where they blame, 0 where they do neither or both.

    A "not" before turns them round, and so does a "could" before praise: "could not be better" praises.
    """
    return sum(_values_in(lower))


def value_of_clauses(read: Iterable[Sequence[str]]) -> int:
    """The same of a text, clause by clause: in "Nothing, good service" the service is praised."""
    return sum(set[int]().union(*map(_values_in, read)))


def _values_in(lower: Sequence[str]) -> set[int]:
    """The values of the words of one clause."""
    found = set()
    lower = lower[_answered(lower) :]
    for at, word in enumerate(lower):
        value = (word in PRAISE) - (word in BLAME)
        if word in COMPARED and at + 1 < len(lower):
            continue
        if value > 0 and WISHED.intersection(lower[max(0, at - WISHED_REACH) : at]):
            found.add(value if DENIALS.intersection(lower[:at]) else -value)
        elif value:
            near, far = lower[max(0, at - REACH) : at], lower[max(0, at - DENIED) : at]
            found.add(-value if DENIALS.intersection(near) or NOTHING.intersection(far) else value)
    return found


def is_denied(lower: Sequence[str], at: int) -> bool:
    """Whether a word of a clause is denied: by a "not" close before it or that an "any" carries on, or a "nothing"."""
    start = _answered(lower)
    if DENIALS.intersection(lower[max(start, at - DENIED) : at]) or NOTHING.intersection(lower[start:at]):
        return True
    return any(lower[n] in DENIALS and not ANY.isdisjoint(lower[n + 1 : at]) for n in range(start, at))


def _answered(lower: Sequence[str]) -> int:
    """The words at the start of a clause that are an answer of their own: the first of "nothing the care was good"."""
    return int(len(lower) > 1 and lower[0] in NOTHING | {"no"} and lower[1] in RUN_ON)


def root_of(word: str) -> str:
    """What the forms of a verb share: "improve" of "improving" and "improvement"."""
    for ending, least in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            return word[:-1] if len(word) > least and word[-1:] == word[-2:-1] else word
    return word


def _is_loud(tokens: Sequence[re.Match[str]]) -> bool:
    """Whether a clause is mostly in capitals."""
    return len(tokens) > 1 and 2 * sum(token.group().isupper() for token in tokens) > len(tokens)


def _but_names(tokens: Sequence[re.Match[str]]) -> list[str]:
    """The words of a clause in lower case, without its names: "Lower Quay" asks for nothing lower."""
    return [token.group().lower() for at, token in enumerate(tokens) if not at or not token.group().istitle()]


def is_wish(lower: Sequence[str], grammar: Grammar) -> bool:
    """Whether a clause asks for something."""
    first, follows = lower[0], lower[1:2]
    return bool(
        first in grammar.wishes
        or (grammar.openers - grammar.denials - COMPLAINTS | grammar.higher | grammar.wanting).intersection(lower)
        or (first.endswith(grammar.asking) and grammar.determiners.intersection(follows))
        or (len(lower) > 1 and lower[-1].endswith(grammar.closing))
    )


@dataclass(frozen=True)
class Uses:
    """Which points of a theme use which words that carry a subject.

    Attributes:
        n: Points counted.
        points: By stem, the places of the points that hold it.
        denied: By stem, the places of those where a denial stands before it.
        people: By stem, who uses it.
        ended: By word, how often it came, and how often where a phrase may end after it.
        values: Of each point: 1 where it praises, -1 where it blames, 0 where it does neither or both.
        spelt: By word, its spellings inside clauses that do not shout.
        asking: Of the points that ask, or praise without asking, the share that ask; 0 where hardly any do.
        shouted: Whether most letters are capitals.
        plain: By word, how often it follows "to", "should" and the like.
        named: By word, how often it follows "the", "my" and the like.
        more: By stem, the places of the points that ask for more of it.
        less: By stem, the places of the points that ask for less of it, or for its end.
        kin: By root, the stems that have it.
    """

    n: int
    points: dict[str, frozenset[int]]
    denied: dict[str, frozenset[int]]
    people: dict[str, frozenset[str]]
    ended: dict[str, tuple[int, int]]
    values: tuple[int, ...]
    spelt: dict[str, Counter[str]]
    asking: float
    shouted: bool
    plain: dict[str, int]
    named: dict[str, int]
    more: dict[str, frozenset[int]]
    less: dict[str, frozenset[int]]
    kin: dict[str, frozenset[str]]

    def akin(self, word: str) -> frozenset[str]:
        """The stems that are forms of one word: "improve" and "improvement"."""
        return self.kin.get(root_of(word), frozenset()) | {word}

    def share(self, word: str) -> float:
        """Share of the points that hold a word."""
        return len(self.points.get(word, ())) / max(1, self.n)

    def names(self, word: str) -> bool:
        """Whether a word is used as a noun or a name."""
        return self.named.get(word, 0) > 0 or self.is_name(word)

    def is_name(self, word: str) -> bool:
        """Whether a word is mostly spelt with a capital inside clauses, and not all in capitals."""
        met = self.spelt.get(word, Counter())
        return 2 * sum(n for form, n in met.items() if form.istitle()) > met.total() > 0


def count_uses(points: pl.DataFrame, ignored: frozenset[str], grammar: Grammar) -> Uses:
    """Counts the words of a theme's points.

    Args:
        points: As in `Evidence.points`, nearest first.
        ignored: Words that carry no subject.
        grammar: Of the main language.
    """
    closers = JOINTS | COUPLES | grammar.copulas | grammar.leading - {"to"}
    letters = "".join(points["text"].head(MOST_READ))
    came: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    plain: Counter[str] = Counter()
    named: Counter[str] = Counter()
    chosen = points[list(spread_evenly(len(points)))]
    held: defaultdict[str, set[int]] = defaultdict(set)
    denied: defaultdict[str, set[int]] = defaultdict(set)
    people: defaultdict[str, set[str]] = defaultdict(set)
    values: list[int] = []
    more: defaultdict[str, set[int]] = defaultdict(set)
    less: defaultdict[str, set[int]] = defaultdict(set)
    kin: defaultdict[str, set[str]] = defaultdict(set)
    asking = praising = 0
    for place, (text, person) in enumerate(chosen.select("text", "respondent_id").iter_rows()):
        read = list(clauses(text))
        values.append(value_of_clauses(lower for _, _, lower in read))
        asks = any(is_wish(_but_names(tokens), grammar) for _, tokens, _ in read)
        asking += asks
        praising += values[-1] > 0 and not asks
        for _, tokens, lower in read:
            loud = _is_loud(tokens)
            for at, word in enumerate(lower):
                if at and not loud:
                    spelt[word][tokens[at].group()] += 1
                if word in ignored:
                    continue
                root = stem(word)
                came[word] += 1
                plain[word] += at > 0 and lower[at - 1] in grammar.leading
                named[word] += at > 0 and lower[at - 1] in grammar.determiners
                ended[word] += at + 1 == len(lower) or lower[at + 1] in closers
                held[root].add(place)
                kin[root_of(root)].add(root)
                beside = lower[max(0, at - REACH) : at + REACH + 1]
                if not LESS.isdisjoint(beside):
                    less[root].add(place)
                elif not MORE.isdisjoint(beside):
                    more[root].add(place)
                people[root].add(person)
                if is_denied(lower, at):
                    denied[root].add(place)
    return Uses(
        len(chosen),
        {word: frozenset(places) for word, places in held.items()},
        {word: frozenset(places) for word, places in denied.items()},
        {word: frozenset(who) for word, who in people.items()},
        {word: (n, ended[word]) for word, n in came.items()},
        tuple(values),
        dict(spelt),
        asking / (asking + praising) if asking >= FEW * len(chosen) and asking else 0.0,
        2 * sum(map(str.isupper, letters)) > sum(map(str.isalpha, letters)),
        plain,
        named,
        {word: frozenset(places) for word, places in more.items()},
        {word: frozenset(places) for word, places in less.items()},
        {root: frozenset(stems) for root, stems in kin.items()},
    )


@dataclass(frozen=True)
class Question:
    """What the points of all themes together tell of words.

    Attributes:
        common: Words that say what the whole question is about.
        usual: By word, the share of all points that hold it.
        ending: By word, the share of its uses after which a phrase could end: low for what wants a noun, "a vast".
        shared: Words that several people use; all where there are few points.
        plain: By word, how often it follows "to", "should" and the like.
        named: By word, how often it follows "the", "my" and the like.
        spelt: By word, its spellings inside clauses that do not shout.
        grammar: Of the main language.
    """

    common: frozenset[str]
    usual: dict[str, float]
    ending: dict[str, float]
    shared: frozenset[str]
    plain: Counter[str]
    named: Counter[str]
    spelt: dict[str, Counter[str]]
    grammar: Grammar

    def spell(self, phrase: str, *, shouted: bool, title: bool) -> str:
        """A phrase with each word cased as it mostly is inside a clause; as a title, with its first letter up.

        Args:
            phrase: As somebody wrote it.
            shouted: Whether those who wrote it write all in capitals.
            title: Whether it stands first in a title.
        """
        given = [met.group() for met in WORD.finditer(phrase)]
        cased = [word.lower() if shouted else self._cased(word) for word in given]
        for at, word in [*enumerate(given), *reversed(list(enumerate(given)))]:
            # A name of several words keeps its capitals: "Green Valley" of "Green Valley Council".
            beside = [n for n in (at - 1, at + 1) if 0 <= n < len(given) and given[n].istitle() and cased[n].istitle()]
            if not shouted and word.istitle() and beside and word.lower() not in self.grammar.closed:
                cased[at] = word
        forms = iter(cased)
        phrase = WORD.sub(lambda _: next(forms), phrase)
        return phrase[:1].upper() + phrase[1:] if title else phrase

    def _cased(self, word: str) -> str:
        lower = word.lower()
        met = self.spelt.get(lower)
        if not met:
            # Met only where a clause begins, or is shouted.
            return lower if word[1:].islower() or len(word) > LONGEST_ACRONYM else word
        quiet = {form: n for form, n in met.items() if sum(map(str.isupper, form)) < 2}
        if len(word) > LONGEST_ACRONYM and quiet and sum(map(str.isupper, word)) > 2:
            return min(quiet, key=lambda form: (-quiet[form], form))
        best = min(met, key=lambda form: (-met[form], sum(map(str.isupper, form)), form))
        if self.grammar.capital_nouns and lower not in self.grammar.closed and not met[best] >= SURE * met[word]:
            # A noun, or the verb that is spelt alike.
            return word
        if best.istitle() and lower in self.grammar.closed:
            return lower
        # A slip of the machine that read it is put right by those who wrote it well: "polIte".
        return lower if _SLIP.search(best) and met[lower] * SLIPS >= met[best] else best

    def is_plain(self, word: str) -> bool:
        """Whether a word is a verb's plain form: it stands more often after "to" than after "the"."""
        return self.plain[word] > self.named[word]

    def is_verb(self, word: str) -> bool:
        """Whether a word ending in s is a verb's: its plain form stands more often after "to" than after "the"."""
        forms = (word[:-1], word[:-2], f"{word[:-3]}y") if len(word) > 4 and word.endswith("s") else ()
        return any(self.plain[form] > self.named[form] + self.named[word] for form in forms)


def read_question(uses: Sequence[Uses], grammar: Grammar, wording: str = "") -> Question:
    """Reads what the themes' words, and those of the question as it was asked, tell together."""
    held: Counter[str] = Counter()
    much: Counter[str] = Counter()
    came: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    named: Counter[str] = Counter()
    people: defaultdict[str, set[str]] = defaultdict(set)
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mine in uses:
        for word, forms in mine.spelt.items():
            spelt[word].update(forms)
        plain.update(mine.plain)
        named.update(mine.named)
        for word, places in mine.points.items():
            held[word] += len(places)
            much[word] += mine.share(word) >= MUCH
            people[word] |= mine.people[word]
        for word, (n, n_ended) in mine.ended.items():
            came[word] += n
            ended[word] += n_ended
    n_points = sum(mine.n for mine in uses)
    least = LEAST_PEOPLE if n_points >= 4 * LEAST_PEOPLE else 1
    common = {
        word
        for word, themes in much.items()
        if len(uses) > 1 and (themes >= max(2, COMMON_THEMES * len(uses)) or held[word] >= COMMON_POINTS * n_points)
    }
    return Question(
        common=frozenset(common) | frozenset(map(stem, words(wording))),
        usual={word: n / max(1, n_points) for word, n in held.items()} if len(uses) > 1 else {},
        ending={word: (ended[word] + 1) / (n + 2) for word, n in came.items()},
        shared=frozenset(word for word, who in people.items() if len(who) >= least),
        plain=plain,
        named=named,
        spelt=dict(spelt),
        grammar=grammar,
    )
