"""Whether a run of words stands whole in its clause, or is torn from what it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from consult.summarise.grammar import (
    ARTICLES,
    CLAIMS,
    COMPLETED,
    COUPLES,
    FINITE,
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
_LONG_VERB: Final = 4
"""Letters that a verb of which an adverb is said has at least."""


def is_torn(
    clause: str,
    tokens: Sequence[re.Match[str]],
    lower: list[str],
    start: int,
    end: int,
    ends: tuple[float, float],
    listed: set[str],
    uses: Uses,
    known: Question,
    ignored: frozenset[str],
) -> bool:
    """Whether the words from `start` to `end` of a clause are torn from words beside them.

    Args:
        clause: As it stands.
        tokens: Its words.
        lower: The same in lower case.
        start: The first word.
        end: One past the last.
        ends: How whole the run begins and ends, as `consult.summarise.phrases.runs` tells it.
        listed: Words of the text that a comma follows.
        uses: The words of the theme.
        known: What is known of the question's words.
        ignored: Words that carry no subject.
    """
    grammar, (opening, closing) = known.grammar, ends
    return (
        _is_cut(clause, tokens[start].start(), tokens[end - 1].end(), ignored)
        or _wants_noun(lower, start, end, listed, grammar)
        or ((opening < 1 or _is_open(lower[end:], closing, grammar)) and any(map(known.is_verb, lower[start:end])))
        or (_is_open(lower[end:], closing, grammar) and not MEANS.isdisjoint(lower[start:end]))
        or any(tokens[at].group()[0].isupper() and lower[at] in NAMES_WHEN_CAPITAL for at in range(start, end))
        or any(_is_letter(clause, tokens[at], ignored) for at in range(start, end))
        or _begins_torn(lower, start, end, opening, known, ignored)
        or _ends_torn(lower, start, end, closing, grammar)
        or _breaks(lower, start, end, known, ignored)
        or _is_no_noun(lower, start, end, uses, known)
        or (grammar.capital_nouns and not _stands(lower, start, end, ends, listed, uses, grammar))
    )


def _is_cut(clause: str, start: int, end: int, ignored: frozenset[str]) -> bool:
    """Whether a phrase begins or ends inside what belongs together: "gwyn" of "Rhyd-y-gwyn", "levels" of "A levels"."""
    if _LETTER.search(clause[:start]):
        return True
    if any(met.group(1).lower() in ignored for met in _PLURAL.finditer(clause[start:end])):
        return True
    if clause[:start].rstrip().endswith(_JOINED) or clause[end:].lstrip().startswith(_JOINED):
        return True
    return (
        clause[start - 1 : start] in _STRINGS
        or clause[end : end + 1] in _STRINGS
        or " & " in clause[start:end]
        or "/" in clause[start:end]
    )


def _is_letter(clause: str, token: re.Match[str], ignored: frozenset[str]) -> bool:
    """Whether a word is a lone letter: an initial."""
    alone = (
        clause[token.start() - 1 : token.start()] not in _STRINGS
        and clause[token.end() : token.end() + 1] not in _STRINGS
    )
    return alone and len(token.group()) == 1 and token.group().isalpha() and token.group().lower() not in ignored


def _wants_noun(lower: list[str], start: int, end: int, listed: set[str], grammar: Grammar) -> bool:
    """Whether the last word may be the first of several before a noun: "is a barbaric, outdated act"."""
    goes_on = lower[end] in COUPLES if end < len(lower) else lower[-1] in listed
    if not goes_on or end < 2:
        return False
    at = end - 2
    while at > 0 and lower[at] in STAGES:
        at -= 1
    if at < end - 2 and lower[at] not in ARTICLES:
        # "should have more healthy, local food", but not "is more healthy, and ..."
        return lower[at] not in grammar.copulas - {"have", "has", "had"} and at >= start
    return lower[at] in ARTICLES and (
        end - start == 1 or (end - start > 2 and (at < 1 or lower[at - 1] not in grammar.links))
    )


def _is_open(after: list[str], closing: float, grammar: Grammar) -> bool:
    """Whether what is said may go on after a phrase: "voting means people | have ..."."""
    return bool(after) and (
        after[0] in grammar.copulas | grammar.leading or (closing < 0 and after[0] not in grammar.links)
    )


def _begins_torn(
    lower: list[str], start: int, end: int, opening: float, known: Question, ignored: frozenset[str]
) -> bool:
    """Whether the first word belongs to one before it, or what it governs lies before."""
    grammar, first, inner = known.grammar, lower[start], lower[start + 1 : end]
    before = lower[start - 1] if start else ""
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


def _ends_torn(lower: list[str], start: int, end: int, closing: float, grammar: Grammar) -> bool:
    """Whether what the last words say goes on after them."""
    inner, after = lower[start + 1 : end], lower[end] if end < len(lower) else ""
    if len(inner) > 1 and lower[end - 2] in (CLAIMS | grammar.turns) - {"as", "so"}:
        # "ensures that people"
        return True
    if closing < 1 and HELPLESS.intersection(inner):
        # "makes living in the valley | less attractive"
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


def _breaks(lower: list[str], start: int, end: int, known: Question, ignored: frozenset[str]) -> bool:
    """Whether words inside belong to others than those beside them."""
    grammar = known.grammar
    verbs = grammar.copulas | grammar.leading - {"to"}
    said = lower[start:end]
    if "than" in said:
        upto = said[: said.index("than")]
        if not any(word in _COMPARATIVES or word.endswith("er") for word in upto):
            return True
    for at in range(start + 1, end):
        word, last, follows = lower[at], lower[at - 1], lower[at + 1] if at + 1 < end else ""
        if word in FINITE and last in grammar.links | {"to"}:
            # "the doctor spoke to was kind"
            return True
        if word in grammar.pointing and follows in verbs and (last not in ignored or last in grammar.links):
            # "the first time it was needed"
            return True
        if word in COUPLES and follows:
            verb = follows in HELPLESS | verbs or (at + 2 < end and known.is_plain(follows))
            led = known.is_plain(lower[start]) or lower[start] in grammar.wishes or verbs.intersection(lower[start:at])
            if verb and not led:
                # "(end) suffering and pass with dignity"
                return True
    return False


def _is_no_noun(lower: list[str], start: int, end: int, uses: Uses, known: Question) -> bool:
    """Whether a phrase is one word that nobody uses as a noun: "abandoned"."""
    word = lower[start]
    if end > start + 1:
        return False
    if known.grammar.capital_nouns:
        # Several, inflected by what stood before: "(von) Vermietern".
        return word.endswith("n") and word[:-1] in known.ending
    if uses.is_name(word):
        return False
    return known.named[word] == 0 or known.is_plain(word)


def _stands(
    lower: list[str],
    start: int,
    end: int,
    ends: tuple[float, float],
    listed: set[str],
    uses: Uses,
    grammar: Grammar,
) -> bool:
    """Whether a phrase begins and ends as one may where nouns are capital, and what stands before them is inflected."""
    first, last, (opening, closing) = lower[start], lower[end - 1], ends
    before = lower[start - 1] if start else ""
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
    if (closing < 1 or (last in listed and uses.is_name(last))) and grammar.copulas.intersection(lower[start:end]):
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
