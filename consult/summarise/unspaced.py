"""Phrases of answers in a script that puts no spaces between words: whole clauses, for nothing tells a word's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from consult.summarise.phrases import Phrase
from consult.words import without_placeholders

_SCRIPT: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
"""Letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese."""
_BREAK: Final = re.compile(r"[^\w\s&'’+%-]+|[\r\n\t]+|\s{2,}|_+")
SHARE: Final = 0.3
"""Share of the letters of some texts, at least, that makes them unspaced."""
SHORTEST: Final = 4
LONGEST: Final = 24
"""Letters of a clause that may be a title."""
MOST_CLAUSES: Final = 120
"""Clauses of a theme that are weighed."""


def is_unspaced(texts: Sequence[str]) -> bool:
    """Whether some texts are mostly in a script without spaces."""
    letters = "".join(texts)
    return len(_SCRIPT.findall(letters)) > SHARE * max(1, sum(map(str.isalpha, letters)))


def find_clauses(texts: Sequence[str]) -> list[Phrase]:
    """The clauses of some points that are short enough for a title, as they stand, sorted.

    Args:
        texts: Of the points, nearest first.
    """
    found: dict[str, Phrase] = {}
    for place, text in enumerate(texts):
        for part in _BREAK.split(without_placeholders(text)):
            clause = " ".join(part.split())
            letters = len(_SCRIPT.findall(clause))
            if not letters >= SHORTEST or len(clause) > LONGEST or 2 * letters < len(clause.replace(" ", "")):
                continue
            key = clause.lower()
            if key not in found:
                if len(found) == MOST_CLAUSES:
                    continue
                found[key] = Phrase((key,), frozenset({key}), denies=False, spellings=Counter())
            phrase = found[key]
            phrase.spellings[clause] += 1
            phrase.places.add(place)
            phrase.times += 1
            phrase.fluency += 1
    return [found[key] for key in sorted(found)]
