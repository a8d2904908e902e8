"""Phrases of a theme's points that read whole: the candidates for its title.

A phrase is a run of words inside one clause, exactly as somebody wrote it. It begins and ends where a noun phrase, a
verb phrase or a whole statement may, is torn from no "not" and no "if", and each of its words that carries a subject
is used by several people, so that it is nobody's private detail and no slip of the pen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from consult.summarise.grammar import (
    ADDRESSES,
    BLAME,
    CLAIMS,
    COMPLETED,
    DANGLING,
    DENIALS,
    GIVEN_NAMES,
    NAMES_WHEN_CAPITAL,
    OPINIONS,
    PRAISE,
    UNFIT,
    WEAK,
    Grammar,
)
from consult.words import PLACEHOLDER, WORD, stem

MOST_READ: Final = 250
"""Points of a theme that phrases are taken from: those nearest its centre."""
MOST_COUNTED: Final = 1_000
"""Points of a theme in which words are counted, spread evenly from its nearest to its farthest."""
LEAST_PEOPLE: Final = 2
"""People who must use each word of a phrase that carries a subject."""
NUMBERS: Final = 0.1
"""Share of the points that must hold a number for a title to hold it: else it is an address, a date or a sum of one."""
REACH: Final = 3
DENIED: Final = 6
"""Words over which a "not" reaches forward: no phrase begins within three, and six count as denied."""
BREAK: Final = re.compile(
    PLACEHOLDER.pattern + r"|(?:[.,:](?!\d)|(?<!\d)[.,:])|[;!?()\[\]{}\"“”«»…/\n\r\t|]+|\s[-–—]+\s|\s['‘]|['’]\s"
)

_APOSTROPHE: Final = re.compile("[’`´]")

_STRUNG: Final = re.compile(r"\w[-_.]\w+[-_.]\w+[-_.]\w|_|www|http", re.IGNORECASE)
"""Words strung together, as in an address on the web."""
_BLANKED: Final = re.compile(r"x{2,}|html?|com|pdf")
"""What stands for a name that was taken out, and the ends of addresses on the web."""

Key = tuple[str, ...]


@dataclass
class Phrase:
    """A run of words that could be a title.

    Attributes:
        key: Its words in lower case.
        content: The stems of those that carry a subject.
        denies: Whether it holds a denial.
        spellings: The spellings that it was met in.
        places: The points that it stands in.
        times: How often it was met.
        fluency: How whole it stands, from -1 (torn) to 1 (a clause of its own), added up over `times`.
        noun: How often what stands before it makes it a noun phrase.
        torn: How often what stands before it belongs to it.
    """

    key: Key
    content: frozenset[str]
    denies: bool
    spellings: Counter[str] = field(default_factory=Counter)
    places: set[int] = field(default_factory=set)
    times: int = 0
    fluency: float = 0.0
    noun: int = 0
    torn: int = 0

    @property
    def spelling(self) -> str:
        """The commonest spelling; of equally common ones the one that shouts least."""
        return min(self.spellings, key=lambda s: (-self.spellings[s], sum(c.isupper() for c in s), s))


@dataclass(frozen=True)
class Uses:
    """Which points of a theme use which words that carry a subject.

    Attributes:
        n: Points counted.
        points: By stem, the places of the points that hold it.
        denied: By stem, the places of those where a denial stands before it.
        people: By stem, how many people use it.
        ended: By word, how often it came, and how often where a phrase may end after it.
        values: Of each point: 1 where it praises, -1 where it blames, 0 where it does neither or both.
        spelt: By word, its spellings inside clauses.
        shouted: Whether most letters are capitals.
        plain: By word, how often it follows "to", "should" and the like.
        named: By word, how often it follows "the", "my" and the like.
    """

    n: int
    points: dict[str, frozenset[int]]
    denied: dict[str, frozenset[int]]
    people: dict[str, int]
    ended: dict[str, tuple[int, int]]
    values: tuple[int, ...]
    spelt: dict[str, Counter[str]]
    shouted: bool
    plain: dict[str, int]
    named: dict[str, int]

    def share(self, word: str) -> float:
        """Share of the points that hold a word."""
        return len(self.points.get(word, ())) / max(1, self.n)

    def spell(self, phrase: str, *, title: bool) -> str:
        """A phrase with each word cased as it mostly is inside a clause; as a title, with its first letter up."""
        phrase = WORD.sub(lambda met: self._cased(met.group()), phrase)
        return phrase[:1].upper() + phrase[1:] if title else phrase

    def _cased(self, word: str) -> str:
        met = self.spelt.get(word.lower())
        if self.shouted or (not met and word[1:].islower()):
            return word.lower()
        return min(met, key=lambda form: (-met[form], sum(map(str.isupper, form)), form)) if met else word

    def is_name(self, word: str) -> bool:
        """Whether a word is mostly spelt with a capital inside clauses, and not all in capitals."""
        met = self.spelt.get(word, Counter())
        return 2 * sum(n for form, n in met.items() if form.istitle()) > met.total() > 0

    def is_verb(self, word: str) -> bool:
        """Whether a word ending in s is a verb's: its plain form stands more often after "to" than after "the"."""
        forms = (word[:-1], word[:-2], f"{word[:-3]}y") if len(word) > 4 and word.endswith("s") else ()
        return any(self.plain.get(form, 0) > self.named.get(form, 0) + self.named.get(word, 0) for form in forms)


def clauses(text: str) -> Iterator[tuple[str, list[re.Match[str]], list[str]]]:
    """The clauses of a text: each with its words, as they stand and in lower case."""
    for clause in BREAK.split(_APOSTROPHE.sub("'", text)):
        tokens = list(WORD.finditer(clause))
        if tokens:
            yield clause, tokens, [token.group().lower() for token in tokens]


def spread_evenly(n: int, most: int = MOST_COUNTED) -> Sequence[int]:
    """At most `most` of the places from 0 to n, at even steps from the first."""
    return range(n) if n <= most else [place * n // most for place in range(most)]


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
    for place, (text, person) in enumerate(chosen.select("text", "respondent_id").iter_rows()):
        values.append(value_of([word for _, _, lower in clauses(text) for word in lower]))
        for _, tokens, lower in clauses(text):
            for at, word in enumerate(lower):
                if at:
                    spelt[word][tokens[at].group()] += 1
                if word in ignored:
                    continue
                root = stem(word)
                came[word] += 1
                plain[word] += at > 0 and lower[at - 1] in grammar.leading
                named[word] += at > 0 and lower[at - 1] in grammar.determiners
                ended[word] += at + 1 == len(lower) or lower[at + 1] in closers
                held[root].add(place)
                people[root].add(person)
                if DENIALS.intersection(lower[max(0, at - DENIED) : at]):
                    denied[root].add(place)
    return Uses(
        len(chosen),
        {word: frozenset(places) for word, places in held.items()},
        {word: frozenset(places) for word, places in denied.items()},
        {word: len(who) for word, who in people.items()},
        {word: (n, ended[word]) for word, n in came.items()},
        tuple(values),
        dict(spelt),
        2 * sum(map(str.isupper, letters)) > sum(map(str.isalpha, letters)),
        plain,
        named,
    )


def value_of(lower: Sequence[str]) -> int:
    """1 where words praise, -1 where they blame, 0 where they do neither or both. A "not" before turns them round."""
    found = set()
    for at, word in enumerate(lower):
        value = (word in PRAISE) - (word in BLAME)
        if value:
            found.add(-value if DENIALS.intersection(lower[max(0, at - REACH) : at]) else value)
    return sum(found)


def find_phrases(
    texts: Iterable[str], uses: Uses, ignored: frozenset[str], grammar: Grammar, most_words: int
) -> list[Phrase]:
    """The phrases of some points, sorted by their words.

    Args:
        texts: Of the points, nearest first; at most `MOST_READ` are read.
        uses: The words of the theme.
        ignored: Words that carry no subject.
        grammar: Of the main language.
        most_words: In a phrase.
    """
    least = LEAST_PEOPLE if uses.n >= 4 * LEAST_PEOPLE else 1
    shared = {word for word, n in uses.people.items() if n >= least}
    found: dict[Key, Phrase] = {}
    for place, text in zip(range(MOST_READ), texts, strict=False):
        for clause, tokens, lower in clauses(text):
            for start, end, opening, closing in runs(lower, ignored, grammar, most_words):
                if any(tokens[at].group()[0].isupper() and lower[at] in NAMES_WHEN_CAPITAL for at in range(start, end)):
                    continue
                key, spelling = tuple(lower[start:end]), clause[tokens[start].start() : tokens[end - 1].end()]
                if (
                    len(set(key)) < len(key) - 1
                    or _STRUNG.search(spelling)
                    or (opening < 1 and any(map(uses.is_verb, key)))
                ):
                    continue
                phrase = found.get(key)
                if phrase is None:
                    content = frozenset(stem(word) for word in key if word not in ignored)
                    if any(any(map(str.isdigit, word)) and uses.share(word) < NUMBERS for word in key):
                        continue
                    if not content or not content <= shared or content <= WEAK:
                        continue
                    phrase = found[key] = Phrase(key, content, bool(DENIALS & set(key)))
                phrase.spellings[" ".join(spelling.split())] += 1
                phrase.places.add(place)
                phrase.times += 1
                phrase.torn += opening < 0
                phrase.fluency += (opening + closing) / 2
                before = lower[start - 1] if start else ""
                phrase.noun += before in grammar.determiners or before in grammar.links
    return [found[key] for key in sorted(found) if not (found[key].torn and len(found[key].places) < LEAST_PEOPLE)]


def runs(
    lower: list[str], ignored: frozenset[str], grammar: Grammar, most_words: int
) -> Iterator[tuple[int, int, float, float]]:
    """The runs of words of one clause that could stand as a title, with how whole each begins and ends (-1 to 1)."""
    n = len(lower)
    for start, first in enumerate(lower):
        opening = _opening(lower, start, ignored, grammar)
        if opening is None:
            continue
        for end in range(start + 1, min(n, start + most_words) + 1):
            word = lower[end - 1]
            if (
                word in UNFIT
                or _BLANKED.fullmatch(word)
                or word in ADDRESSES
                or word in GIVEN_NAMES
                or (word in grammar.personal and word not in grammar.determiners)
            ):
                break
            closing = _closing(lower, start, end, ignored, grammar)
            if closing is None:
                continue
            inner = lower[start + 1 : end] if first in grammar.openers else lower[start:end]
            whole = opening == 1 and closing == 1
            if not whole and (DENIALS | grammar.turns).intersection(inner):
                # A statement that denies, or turns on a conjunction, stands whole or not at all.
                continue
            if grammar.conditions.intersection(inner) - {"than"} or (
                COMPLETED.intersection(inner) and "to" not in inner
            ):
                continue
            verbs = grammar.copulas | grammar.leading - {"to"}
            if verbs.intersection(inner) and (opening < 1 or (end < n and lower[end] in verbs)):
                # A verb whose subject may be cut off, or whose end is the subject of the next.
                continue
            if COUPLES.intersection(inner) and _uncoupled(
                inner, ignored, grammar, whole=opening == 1, verbs=closing < 1
            ):
                continue
            yield start, end, opening, closing


def _uncoupled(lower: list[str], ignored: frozenset[str], grammar: Grammar, *, whole: bool, verbs: bool) -> bool:
    """Whether an "and" inside a phrase couples what does not stand beside it: "talk to and"."""
    if verbs and (grammar.copulas | grammar.leading - {"to"}).intersection(lower):
        return True
    for at, word in enumerate(lower):
        if word in COUPLES:
            before, after = lower[at - 1 : at], lower[at + 1 : at + 2]
            if (before and before[0] in ignored) or (
                not whole and after and (after[0] in grammar.links or after[0] in grammar.determiners)
            ):
                return True
    return False


def _opening(lower: list[str], start: int, ignored: frozenset[str], grammar: Grammar) -> float | None:
    """How whole a phrase is that begins here: 1 a clause, less a noun or a verb, below 0 torn; None where none may."""
    first = lower[start]
    if first in ignored and first not in grammar.openers:
        return None
    if first in grammar.openers and lower[start + 1 : start + 2] and lower[start + 1] in grammar.links:
        return None
    before = lower[:start]
    if before and before[-1] not in ignored:
        return None
    if DENIALS.intersection(before[-REACH:]) or grammar.conditions.intersection(before[-2:]):
        return None
    if before and before[-1] in ADDRESSES:
        return None
    if CLAIMS.intersection(before[-2:]) and not OPINIONS.intersection(before[-4:]):
        # What is said to be said by another: "you would suggest that the ..."
        return None
    bare = before[:-1] if before and before[-1] in grammar.determiners else before
    if not bare or bare[-1] in JOINTS or bare[-1] in CLAIMS:
        return 1.0
    if bare[-1] in COUPLES:
        return 0.3
    if before[-1] in grammar.determiners or before[-1] in grammar.links:
        return 0.6
    if before[-1] in grammar.leading:
        return 0.7
    if before[-1] in grammar.openers:
        return 0.4
    return -0.6


JOINTS: Final = frozenset(
    "because but so since think believe feel also plus weil aber denn mais car ond achos pero porque".split()
)
COUPLES: Final = frozenset("and or as und oder et ou ac neu y o".split())
"""Words between clauses, after which one begins; and those that may as well couple two words."""


def _closing(lower: list[str], start: int, end: int, ignored: frozenset[str], grammar: Grammar) -> float | None:
    """The same for a phrase that ends here."""
    last = lower[end - 1]
    if len(last) == 1 or (last.isdigit() and lower[end - 2] in grammar.determiners):
        return None
    if last in ignored or last in DANGLING or (last.isdigit() and (end - start < 2 or len(last) < 2)):
        return None
    if end == len(lower):
        return 1.0
    after = lower[end]
    if after not in ignored or after in DENIALS or after in grammar.conditions:
        return None
    if after in grammar.determiners or after in ("to", "zu", "à", "of", "de", "du") or after in grammar.personal:
        return None
    if after in JOINTS or after in COUPLES:
        return 0.4
    if after in grammar.copulas or after in grammar.leading:
        return 0.5
    return -0.3
