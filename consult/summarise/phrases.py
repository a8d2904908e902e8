"""Phrases of a theme's points that read whole: the candidates for its title.

A phrase is a run of words inside one clause, exactly as somebody wrote it. It begins and ends where a noun phrase, a
verb phrase or a whole statement may, is torn from no "not" and no "if", and each of its words that carries a subject
is used by several people, so that it is nobody's private detail and no slip of the pen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from consult.summarise.grammar import (
    ADDRESSES,
    BEGINNINGS,
    CLAIMS,
    COMPLAINTS,
    COMPLETED,
    COUPLES,
    DANGLING,
    DENIALS,
    ELIDED,
    EXAMPLES,
    GIVEN_NAMES,
    HELPLESS,
    JOINTS,
    LEADERS,
    NEEDS,
    NOTHING,
    OPINIONS,
    OUTCOMES,
    PARTICLES,
    POSSESSIVES,
    PRIVATE,
    SHELLS,
    STRESSES,
    UNFIT,
    URGES,
    WEAK,
    WHY,
    Grammar,
)
from consult.summarise.uses import DENIED, LEAST_PEOPLE, MOST_READ, REACH, RUN_ON, Question, Uses, clauses
from consult.summarise.whole import Span, is_torn
from consult.words import stem

NUMBERS: Final = 0.1
"""Share of the points that must hold a number for a title to hold it: else it is an address, a date or a sum of one."""

_STRUNG: Final = re.compile(r"\w[-_.]\w+[-_.]\w+[-_.]\w|_|www|http", re.IGNORECASE)
"""Words strung together, as in an address on the web."""
_BLANKED: Final = re.compile(r"x{2,}(?:'s)?|html?|com|pdf|u20[0-9a-f]*")
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
        asks: How far it asks for something, from 0 to 1, added up over `times`.
        tells: How far it tells or complains of something, likewise.
        commands: How often it opens with a verb's plain form that asks for nothing: "(could) reduce revenue".
        foretells: How often that verb says what comes of something: "(will) increase costs", which reads as a wish.
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
    asks: float = 0.0
    tells: float = 0.0
    commands: int = 0
    foretells: int = 0

    @property
    def spelling(self) -> str:
        """The commonest spelling; of equally common ones the one that shouts least."""
        return min(self.spellings, key=lambda s: (-self.spellings[s], sum(c.isupper() for c in s), s))


def find_phrases(
    texts: Iterable[str], uses: Uses, known: Question, ignored: frozenset[str], most_words: int
) -> list[Phrase]:
    """The phrases of some points, sorted by their words.

    Args:
        texts: Of the points, nearest first; at most `MOST_READ` are read.
        uses: The words of the theme.
        known: What is known of the question's words.
        ignored: Words that carry no subject.
        most_words: In a phrase.
    """
    grammar = known.grammar
    found: dict[Key, Phrase] = {}
    for place, text in zip(range(MOST_READ), texts, strict=False):
        listed = frozenset(met.group(1).lower() for met in _LISTED.finditer(text))
        for clause, tokens, lower in clauses(text):
            for start, end, opening, closing in runs(lower, ignored, grammar, most_words):
                span = Span(clause, tokens, lower, start, end, opening, closing, listed, uses, known, ignored)
                key, spelling = tuple(span.said), span.text
                twice = any(key.count(word) > 1 for word in key if word not in ignored)
                if twice or len(set(key)) < len(key) - 1 or _STRUNG.search(spelling) or is_torn(span):
                    continue
                phrase = found.get(key)
                if phrase is None:
                    content = frozenset(stem(word) for word in key if word not in ignored)
                    if any(any(map(str.isdigit, word)) and uses.share(word) < NUMBERS for word in key):
                        continue
                    if not content or not content <= known.shared | STRESSES:
                        continue
                    if content <= WEAK and (start or end < len(lower) or end < WHOLE_WORDS):
                        continue
                    phrase = found[key] = Phrase(key, content, bool(DENIALS & set(key)))
                phrase.spellings[" ".join(spelling.split())] += 1
                phrase.places.add(place)
                phrase.times += 1
                phrase.torn += opening < 0
                phrase.fluency += (opening + closing) / 2
                asked = asked_by(span) * (not uses.is_name(key[0]))
                phrase.asks += asked
                phrase.commands += not asked and known.is_plain(key[0]) and span.before in grammar.leading
                phrase.foretells += foretold(span)
                phrase.tells += told_by(span)
                phrase.noun += span.before in grammar.determiners | grammar.links
            _note_nothing(found, place, text, clause, lower, ignored)
    return [found[key] for key in sorted(found) if not (found[key].torn and len(found[key].places) < LEAST_PEOPLE)]


def _note_nothing(
    found: dict[Key, Phrase], place: int, text: str, clause: str, lower: list[str], ignored: frozenset[str]
) -> None:
    """Notes an answer that is a "nothing at all": it carries no subject, and says what a theme of its like says."""
    key = tuple(lower)
    empty = ignored.union(DANGLING, NOTHING).issuperset(key)
    if lower[0] in NOTHING and 1 < len(key) <= SHORT_ANSWER and empty and clause.strip() == text.strip().rstrip(".!"):
        phrase = found.setdefault(key, Phrase(key, frozenset(key[:1]), denies=True))
        phrase.spellings[" ".join(clause.split())] += 1
        phrase.places.add(place)
        phrase.times += 1
        phrase.fluency += 1


def asked_by(span: Span) -> float:
    """How far a run of words asks for something, from 0 to 1."""
    lower, start, end, opening, closing = span.lower, span.start, span.end, span.opening, span.closing
    known, grammar, first, before = span.known, span.grammar, lower[start], lower[:start]
    if end < start + 2:
        return 0.0
    if first in URGES:
        return 1.0
    if first in (grammar.openers | grammar.higher) - COMPLAINTS:
        return float(opening > 0 and not foretold(span))
    if closing == 1 and lower[end - 1].endswith(grammar.closing) and opening >= 0:
        # It may as well tell of something.
        return 0.5 * (lower[end - 1] not in known.named and not COUPLES.intersection(lower[start:end]))
    if before and (before[-1] in grammar.wanting or (before[-1] == "to" and WANTS.intersection(before[-2:-1]))):
        return 1.0
    if foretold(span):
        return 0.0
    if (opening == 1 and not (before and before[-1] in grammar.determiners)) or (before and before[-1] in COUPLES):
        follows = lower[start + 1]
        if first in grammar.wishes:
            return float(follows not in COUPLES)
        takes = follows in grammar.determiners | grammar.openers | grammar.higher | grammar.pointing
        return float(takes and (known.is_plain(first) or first.endswith(grammar.asking)))
    return 0.0


def foretold(span: Span) -> bool:
    """Whether a verb says what will or may come, and so asks for nothing: "(it will hurt trade and) increase costs"."""
    before, first = span.lower[: span.start], span.lower[span.start]
    known, grammar = span.known, span.grammar
    if not before:
        return False
    if first in (grammar.openers | grammar.higher) - grammar.denials - COMPLAINTS:
        return before[-1] in grammar.copulas | grammar.leading - {"to"} and (grammar.wanting | NEEDS).isdisjoint(
            before[-4:]
        )
    if not known.is_plain(first) and first not in grammar.wishes:
        return False
    led = before[-1] in COUPLES or (before[-1] == "to" and WANTS.isdisjoint(before))
    return before[-1] in OUTCOMES or (led and not OUTCOMES.isdisjoint(before))


def told_by(span: Span) -> float:
    """How far a run of words tells or complains of something, from 0 (it names a thing) to 1."""
    known, grammar, opening, closing = span.known, span.grammar, span.opening, span.closing
    first, inner = span.said[0], span.said[1:-1]
    if len(span.said) < 2:
        return 0.0
    if first in COMPLAINTS or first in grammar.refusals:
        return 1.0
    verbs = grammar.copulas | grammar.leading - {"to"} | grammar.refusals
    if opening == 1 and closing > 0 and (verbs.intersection(inner) or any(map(known.is_verb, inner))):
        return 0.6 + 0.4 * (closing == 1)
    if COMPLAINTS.intersection(inner) and closing > 0 and opening > 0:
        return 0.6
    if first.endswith("ing") and first in known.plain and not known.named[first] and opening > 0:
        return 0.4
    return 0.0


WANTS: Final = frozenset("need needs want wants ought like have has".split())
"""Words before "to" and what is asked for."""
NEGATED: Final = frozenset("not never don't do".split())
COUPLED: Final = 3
"""Words up to which what "and" joins before a verb is surely both its subject."""
WHOLE_WORDS: Final = 3
"""Words of an answer, at least, that names no subject and may be a title all the same: "Nothing could be better"."""
SHORT_ANSWER: Final = 3
"""Words at the most of an answer that is a "nothing" and may be a title."""
_LISTED: Final = re.compile(r"(\w+),")


def runs(
    lower: list[str], ignored: frozenset[str], grammar: Grammar, most_words: int
) -> Iterator[tuple[int, int, float, float]]:
    """The runs of words of one clause that could stand as a title, with how whole each begins and ends (-1 to 1)."""
    n = len(lower)
    for start, first in enumerate(lower):
        opening = _opening(lower, start, ignored, grammar)
        only_whole = opening is None and not start and first in grammar.starters and not _runs_together(lower, grammar)
        if opening is None and not only_whole:
            continue
        for end in range(start + 1, min(n, start + most_words) + 1):
            if _is_unfit(lower[end - 1], grammar):
                break
            closing = _closing(lower, start, end, ignored, grammar)
            if closing is None or (only_whole and end < n):
                continue
            opened = 1.0 if opening is None else opening
            if _reads(lower, start, end, opened, closing, ignored, grammar):
                yield start, end, opened, closing


def _runs_together(lower: list[str], grammar: Grammar) -> bool:
    """Whether a clause is two answers: "nothing the care was brilliant"."""
    begins = grammar.determiners | grammar.pointing | grammar.personal | BEGINNINGS
    again = grammar.subjects | {"it", "all", "everything", "everyone"}
    return lower[0] in grammar.denials and bool(begins.intersection(lower[1:2]) or again.intersection(lower[1:4]))


def _goes_on(lower: list[str], grammar: Grammar) -> bool:
    """Whether what follows a first word belongs to it."""
    follows = grammar.copulas | grammar.leading | grammar.links | grammar.turns | COMPLAINTS | grammar.refusals
    return len(lower) > 1 and (lower[1] in follows or lower[0] in grammar.refusals or lower[0] in NEGATED)


def _is_unfit(word: str, grammar: Grammar) -> bool:
    """Whether no title holds a word: it insults, names a person or makes the title one person's story."""
    return (
        word in UNFIT
        or _BLANKED.fullmatch(word) is not None
        or word in ADDRESSES
        or word in GIVEN_NAMES
        or word in PRIVATE
        or word in EXAMPLES
        or (word in grammar.personal and word not in grammar.determiners)
    )


def _reads(
    lower: list[str],
    start: int,
    end: int,
    opening: float,
    closing: float,
    ignored: frozenset[str],
    grammar: Grammar,
) -> bool:
    """Whether a run of words that begins and ends well is whole inside, too."""
    first, after = lower[start], lower[end : end + 1]
    carried = first in grammar.openers | grammar.refusals | grammar.starters
    inner = lower[start + 1 : end] if carried else lower[start:end]
    if sum(word in DENIALS for word in lower[start:end]) > 1:
        return False
    if (opening < 1 or (closing < 1 and JOINTS.isdisjoint(after))) and (DENIALS | grammar.turns).intersection(inner):
        # A statement that denies, or turns on a conjunction, stands whole or not at all.
        return False
    if grammar.conditions.intersection(inner) - {"than"} or (COMPLETED.intersection(inner) and "to" not in inner):
        return False
    verbs = grammar.copulas | grammar.leading - {"to"}
    if verbs.intersection(inner) and (opening < 1 or verbs.intersection(after)):
        # A verb whose subject may be cut off, or whose end is the subject of the next.
        return False
    if verbs.intersection(inner) and closing < 0 and (grammar.capital_nouns or not grammar.links.intersection(after)):
        # What is said of the subject may be cut off: "buses are for workers | very ..."
        return False
    if lower[end - 1].endswith(grammar.closing) and grammar.links.intersection(lower[max(0, start - 2) : start]):
        # Where the verb closes the clause, what it governs begins before the noun: "(auf die) Energie setzen".
        return False
    if first in SHELLS and grammar.copulas.intersection(lower[start + 1 : start + 3]):
        return False
    if first in HELPLESS and closing < 1:
        return False
    if not COUPLES.intersection(inner):
        return True
    if sum(word in verbs for word in inner) > 1:
        # Two statements.
        return False
    if end - start > COUPLED and verbs.intersection(after):
        # Two may be joined, or only the last be meant: "youth club shut and skate park | is falling apart".
        return False
    return not _uncoupled(inner, ignored, grammar, whole=opening == 1, verbs=closing < 1)


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
    before = lower[:start]
    last = before[-1] if before else ""
    if first in grammar.refusals:
        # Whoever refuses is left out: "(I) cannot use an app".
        return 0.7 if not before or last in grammar.personal else None
    if first in URGES and last == "we" and not DENIALS.isdisjoint(lower[start : start + 2]):
        told = not before[:-1] or before[-2] in JOINTS | COUPLES
        return 1.0 if told and not DENIALS.intersection(before) else None
    if not _may_open(lower, start, ignored, grammar):
        return None
    if CLAIMS.intersection(before[-2:]) and not OPINIONS.intersection(before[-4:]):
        # What is said to be said by another: "you would suggest that the ..."
        return None
    if last in POSSESSIVES:
        return 0.5
    bare = before[:-1] if last in grammar.determiners else before
    if not bare or bare[-1] in JOINTS or bare[-1] in CLAIMS:
        return 1.0
    if bare[-1] in COUPLES:
        return 0.3
    if last in grammar.determiners or last in grammar.links:
        return 0.6
    if last in grammar.leading:
        return 0.7
    return 0.4 if last in grammar.openers else -0.6


def _may_open(lower: list[str], start: int, ignored: frozenset[str], grammar: Grammar) -> bool:
    """Whether a word may be the first of a title, by what it is and what stands beside it."""
    first, follows, before = lower[start], lower[start + 1 : start + 2], lower[:start]
    clause = not before or before[-1] in JOINTS | COUPLES | grammar.leading
    if first in ignored and not (first in grammar.openers | grammar.higher or (clause and first in grammar.wishes)):
        return False
    if first in LEADERS or first in grammar.links or first.startswith(ELIDED):
        return False
    if first in DENIALS and not RUN_ON.isdisjoint(follows):
        # "no everything was fine"
        return False
    if first in grammar.openers | grammar.wishes and (grammar.links - {"in"}).intersection(follows):
        # "save for", "stop at"
        return False
    if before and (before[-1] not in ignored or before[-1] in ADDRESSES):
        return False
    # "No good reason to keep it", "why should I pay"
    reach = DENIED if before[-1:] == ["to"] else REACH
    return not (
        DENIALS.intersection(before[-reach:])
        or grammar.conditions.intersection(before[-2:])
        or (WHY.intersection(before[-DENIED:]) and grammar.wanting.intersection(before[-DENIED:]))
    )


def _closing(lower: list[str], start: int, end: int, ignored: frozenset[str], grammar: Grammar) -> float | None:
    """The same for a phrase that ends here."""
    last = lower[end - 1]
    if len(last) == 1 or last in grammar.links:
        return None
    if last in PARTICLES and not (end - start > 2 and lower[start] in grammar.wishes | grammar.openers):
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
