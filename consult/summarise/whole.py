"""Whether a run of words stands whole in its clause, or is torn from what it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from consult.summarise.grammar import (
    ARTICLES,
    BETWEEN,
    BY,
    CLAIMS,
    COMPLETED,
    COUPLES,
    DOES,
    FINITE,
    FLOATING,
    FROM_TO,
    GENITIVES,
    HALVES,
    HELPLESS,
    LEADERS,
    LENT,
    MANNER,
    MEANS,
    NAMES_WHEN_CAPITAL,
    OF,
    PARTICIPLES,
    PREVENTS,
    STAGES,
    TORN_PAIRS,
    Grammar,
)
from consult.summarise.uses import Question, Uses

_PLURAL: Final = re.compile(r"[sS]' (\w+)")
"""An apostrophe after an s, and the next word: where that is a function word, a quotation ends."""
_LETTER: Final = re.compile(r"\w.*\b(?!I\b)[A-Z] $")
_STRINGS: Final = frozenset("-‐‑&'@#+")
_JOINED: Final = ("&", "+", "/")
_COMPARATIVES: Final = frozenset("more less fewer better worse rather other further".split())
_BE: Final = frozenset("be been being".split())
_PLAIN: Final = frozenset(
    """improve provide include make do give take go see get have say allow keep listen explain reduce remove solve
    resolve require add""".split()
)
"""Verbs that no writer puts after a "be" in their plain form but by a slip."""
SELDOM_ENDS: Final = 0.34
"""Share of the uses of a word after which a phrase could end, below which one that goes on after it is torn: under a
third, so that a word met once, and not at an end, is below it."""
_LONG_VERB: Final = 4
"""Letters that a verb of which an adverb is said has at least."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words of one clause, what stands beside it, and what is known of how its words are used.

    Attributes:
        clause: As it stands.
        tokens: Its words.
        lower: The same in lower case.
        start: The first word of the run.
        end: One past the last.
        opening: How whole the run begins, as `consult.summarise.phrases.runs` tells it.
        closing: How whole it ends, likewise.
        listed: Words of the text that a comma follows.
        uses: The words of the theme.
        known: What is known of the question's words.
        ignored: Words that carry no subject.
    """

    clause: str
    tokens: Sequence[re.Match[str]]
    lower: Sequence[str]
    start: int
    end: int
    opening: float
    closing: float
    listed: frozenset[str]
    uses: Uses
    known: Question
    ignored: frozenset[str]

    @property
    def grammar(self) -> Grammar:
        """Of the main language."""
        return self.known.grammar

    @property
    def said(self) -> Sequence[str]:
        """Its words."""
        return self.lower[self.start : self.end]

    @property
    def inner(self) -> Sequence[str]:
        """Its words but the first."""
        return self.lower[self.start + 1 : self.end]

    @property
    def before(self) -> str:
        """The word before it; empty where it begins the clause."""
        return self.lower[self.start - 1] if self.start else ""

    @property
    def after(self) -> Sequence[str]:
        """The words after it."""
        return self.lower[self.end :]

    @property
    def text(self) -> str:
        """As somebody wrote it."""
        return self.clause[self.tokens[self.start].start() : self.tokens[self.end - 1].end()]


def is_torn(span: Span) -> bool:
    """Whether a run of words is torn from words beside it."""
    chosen = range(span.start, span.end)
    is_verb = span.known.is_verb
    return (
        _is_cut(span)
        or _wants_noun(span)
        or ((span.opening < 1 or _is_open(span)) and any(map(is_verb, span.said)))
        or (_is_open(span) and not MEANS.isdisjoint(span.said))
        or any(span.tokens[at].group()[0].isupper() and span.lower[at] in NAMES_WHEN_CAPITAL for at in chosen)
        or any(_is_letter(span, at) for at in chosen)
        or _begins_torn(span)
        or _lacks_its_start(span)
        or _ends_torn(span)
        or _breaks(span)
        or _is_no_noun(span)
        or (span.grammar.capital_nouns and not _stands(span))
    )


def _is_cut(span: Span) -> bool:
    """Whether a phrase begins or ends inside what belongs together: "gwyn" of "Rhyd-y-gwyn", "levels" of "A levels"."""
    clause, start, end = span.clause, span.tokens[span.start].start(), span.tokens[span.end - 1].end()
    if _LETTER.search(clause[:start]):
        return True
    if any(met.group(1).lower() in span.ignored for met in _PLURAL.finditer(clause[start:end])):
        return True
    if clause[:start].rstrip().endswith(_JOINED) or clause[end:].lstrip().startswith(_JOINED):
        return True
    return (
        clause[start - 1 : start] in _STRINGS
        or clause[end : end + 1] in _STRINGS
        or " & " in clause[start:end]
        or "/" in clause[start:end]
    )


def _is_letter(span: Span, at: int) -> bool:
    """Whether a word is a lone letter: an initial."""
    token, clause = span.tokens[at], span.clause
    alone = (
        clause[token.start() - 1 : token.start()] not in _STRINGS
        and clause[token.end() : token.end() + 1] not in _STRINGS
    )
    return alone and len(token.group()) == 1 and token.group().isalpha() and span.lower[at] not in span.ignored


def _wants_noun(span: Span) -> bool:
    """Whether the last word may be the first of several before a noun: "is a barbaric, outdated act"."""
    lower, start, end, grammar = span.lower, span.start, span.end, span.grammar
    goes_on = lower[end] in COUPLES if end < len(lower) else lower[-1] in span.listed
    if not goes_on or end < 2:
        return False
    if not grammar.capital_nouns and span.known.is_verb(lower[end - 2]) and _seldom_ends(lower[end - 1], span.known):
        # "provides valuable, lifelong skills"
        return True
    at = end - 2
    while at > 0 and lower[at] in STAGES:
        at -= 1
    if at < end - 2 and lower[at] not in ARTICLES:
        # "should have more healthy, local food", but not "is more healthy, and ..."
        return lower[at] not in grammar.copulas - {"have", "has", "had"} and at >= start
    return lower[at] in ARTICLES and (
        end - start == 1 or (end - start > 2 and (at < 1 or lower[at - 1] not in grammar.links))
    )


def _seldom_ends(word: str, known: Question) -> bool:
    """Whether hardly any phrase could end on a word, by what mostly follows it."""
    return known.ending.get(word, 1.0) < SELDOM_ENDS


def _is_open(span: Span) -> bool:
    """Whether what is said may go on after a phrase: "voting means people | have ..."."""
    after, grammar = span.after, span.grammar
    return bool(after) and (
        after[0] in grammar.copulas | grammar.leading or (span.closing < 0 and after[0] not in grammar.links)
    )


def _begins_torn(span: Span) -> bool:
    """Whether the first word belongs to one before it, or what it governs lies before."""
    lower, start, opening, known, grammar = span.lower, span.start, span.opening, span.known, span.grammar
    first, inner, before = lower[start], span.inner, span.before
    if (before, first) in TORN_PAIRS or (first, *inner[:1]) in TORN_PAIRS:
        return True
    if before in grammar.determiners and first in grammar.openers - grammar.denials and before not in grammar.personal:
        # "the more proportional the system"
        return True
    if before == "for" and "to" in inner:
        # "hard for small businesses to survive"
        return True
    if "to" in inner and COMPLETED.intersection(lower[max(0, start - 2) : start]):
        # "allowing the patients to see"
        return True
    if LENT.intersection(lower[max(0, start - 2) : start]) and any(map(known.is_plain, inner)):
        # "help a child learn"
        return True
    if PREVENTS.intersection(lower[max(0, start - 4) : start]):
        return True
    if opening < 1 and LEADERS.intersection(inner):
        # "(comments to) the council regarding buses"
        return True
    if before in OF and (grammar.links - OF).intersection(inner):
        # "a sharing of tasks between men and women"
        return True
    if opening < 1 and MANNER.intersection(inner):
        # What is done with something: "(learn about) the universe with space exploration".
        return True
    follows = inner[0] if inner else ""
    if start and follows in grammar.links and first.endswith(PARTICIPLES):
        # "(money is) spent on improving"
        return True
    return bool(start and first.endswith("ly") and len(follows) >= _LONG_VERB and known.is_plain(follows))


def _lacks_its_start(span: Span) -> bool:
    """Whether a word joins the run to what stands outside it, or lies between that and its subject."""
    lower, start, inner, before, grammar = span.lower, span.start, span.inner, span.before, span.grammar
    run = list(lower[start : span.end])
    if any(word in BETWEEN and COUPLES.isdisjoint(run[at:]) for at, word in enumerate(run)):
        # "a path between the mill (and the church)"
        return True
    if before in BETWEEN and not COUPLES.isdisjoint(inner) and any(map(str.isdigit, span.text)):
        # "(between) 16 and 25 years old"
        return True
    if FROM_TO.get(before) in inner:
        # "(from) Bryn to the station"
        return True
    if before in grammar.links and any(
        word == "to" and span.known.is_plain(follows) for word, follows in pairwise(inner)
    ):
        # "(work with) parishes to plant trees"
        return True
    if before in STAGES and not span.known.named[lower[start]]:
        # "(more) humane over the years"
        return True
    if before in FLOATING and start > 1 and lower[start - 2] in grammar.copulas:
        # "(they are all) nice at the desk"
        return True
    # "(the state of the) lanes makes driving dangerous"
    return span.opening < 1 and not DOES.isdisjoint(inner)


def _ends_torn(span: Span) -> bool:
    """Whether what the last words say goes on after them."""
    lower, start, end, closing, grammar = span.lower, span.start, span.end, span.closing, span.grammar
    inner, after = span.inner, lower[end] if end < len(lower) else ""
    if len(inner) > 1 and lower[end - 2] in (CLAIMS | grammar.turns) - {"as", "so"}:
        # "ensures that people"
        return True
    if closing < 1 and HELPLESS.intersection(inner):
        # "makes living in the valley | less attractive"
        return True
    if (
        closing < 1
        and len(inner) > 1
        and span.known.is_verb(lower[end - 2])
        and _seldom_ends(lower[end - 1], span.known)
    ):
        # "trade brings cheap | and ..."
        return True
    if len(inner) and lower[end - 2] in grammar.leading and _seldom_ends(lower[end - 1], span.known):
        # "the council might explore"
        return True
    if span.opening < 1 and len(inner) and lower[end - 1] in grammar.higher and lower[end - 2] not in span.ignored:
        # "(get to) work quicker"
        return True
    if closing < 0 and len(inner) and lower[end - 2] in grammar.leading - {"to"}:
        # "young people can look | up to ..."
        return True
    if after in BY and lower[end - 1].endswith(PARTICIPLES) and grammar.copulas.isdisjoint(inner):
        # "the growth promoted | by trade is ..."
        return True
    if lower[start] in grammar.refusals and len(inner) == 1:
        # "can't ban (it)"
        return True
    verbs = grammar.copulas | grammar.leading - {"to"}
    return after in verbs and any(
        # "goes against everything this country | was founded on"
        lower[at] in grammar.determiners and lower[at - 1] not in grammar.links | COUPLES | verbs
        for at in range(start + 1, end)
    )


def _breaks(span: Span) -> bool:
    """Whether words inside belong to others than those beside them."""
    lower, start, end, known, grammar, said = span.lower, span.start, span.end, span.known, span.grammar, span.said
    verbs = grammar.copulas | grammar.leading - {"to"}
    if "than" in said:
        upto = said[: said.index("than")]
        if not any(word in _COMPARATIVES or word.endswith("er") for word in upto):
            return True
    for at in range(start + 1, end):
        word, last, follows = lower[at], lower[at - 1], lower[at + 1] if at + 1 < end else ""
        if last in _BE and word in _PLAIN:
            # "nothing could be improve"
            return True
        if word in FINITE and last in grammar.links | {"to"}:
            # "the doctor spoke to was kind"
            return True
        if word in grammar.pointing and follows in verbs and (last not in span.ignored or last in grammar.links):
            # "the first time it was needed"
            return True
        if word in COUPLES and follows:
            verb = follows in HELPLESS | verbs or (at + 2 < end and known.is_plain(follows))
            led = known.is_plain(lower[start]) or lower[start] in grammar.wishes or verbs.intersection(lower[start:at])
            if verb and not led:
                # "(end) suffering and pass with dignity"
                return True
    return False


def _is_no_noun(span: Span) -> bool:
    """Whether a phrase is one word that nobody uses as a noun: "abandoned"."""
    known, word = span.known, span.lower[span.start]
    if span.end > span.start + 1:
        return False
    if known.grammar.capital_nouns:
        # Several, inflected by what stood before: "(von) Vermietern".
        return word.endswith("n") and word[:-1] in known.ending
    if span.uses.is_name(word):
        return False
    return known.named[word] == 0 or known.is_plain(word)


def _stands(span: Span) -> bool:
    """Whether a phrase begins and ends as one may where nouns are capital, and what stands before them is inflected."""
    lower, start, end, uses, grammar = span.lower, span.start, span.end, span.uses, span.grammar
    first, last, opening, closing, before = lower[start], lower[end - 1], span.opening, span.closing, span.before
    governed = before in grammar.determiners | grammar.links
    opens = uses.is_name(first) or (
        not governed
        and (opening == 1 or first in grammar.openers)
        and (
            first in grammar.openers | grammar.higher | grammar.starters
            or (end > 1 and uses.is_name(lower[start + 1 if end > start + 1 else start]))
        )
    )
    if not opens or not (uses.is_name(last) or any(map(str.isdigit, last)) or closing == 1):
        return False
    if (
        before in GENITIVES
        and start > 1
        and uses.is_name(lower[start - 2])
        and grammar.links.intersection(lower[start:end])
    ):
        # What belongs to the noun before: "(Verpflichtung der) Gemeinden zu mehr Grün".
        return False
    if before in grammar.turns | CLAIMS and not uses.is_name(last):
        # A clause that something leads in, with its verb at the end: "(weil) Straßen zu Verkehr führen".
        return False
    if governed and (first.endswith(("n", "s")) or COUPLES.intersection(lower[start:end])):
        # Inflected by what stands before: "in (den) Städten", "(des) Verkehrs".
        return False
    if HALVES.intersection(lower[start:end]) and uses.is_name(last):
        return False
    if (closing < 1 or (last in span.listed and uses.is_name(last))) and grammar.copulas.intersection(lower[start:end]):
        # The verb's other half comes at the end of the clause.
        return False
    if not uses.is_name(last) and end - start > 1 and lower[end - 2] in grammar.determiners | grammar.links:
        # What comes before a noun: "Förderung für klimaneutrales".
        return False
    for at in range(start + 1, end - 1):
        if lower[at] in grammar.determiners - GENITIVES and uses.is_name(lower[at - 1]):
            # Two nouns side by side, and no verb: "Kraftwerke eine Kombination".
            return False
        if lower[at] in COUPLES and uses.is_name(lower[at - 1]) and not any(map(uses.is_name, lower[at + 1 : end])):
            # A noun, and a verb that has another subject: "(habe ein) Auto und fahre täglich".
            return False
    return True
