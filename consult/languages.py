"""The language of each response: a lexicon for answers of up to three words, then lingua; `und` when it is not sure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from consult.schemas import LANGUAGES, check_frame
from consult.words import FUNCTION_WORDS, without_placeholders, words

if TYPE_CHECKING:
    from lingua import LanguageDetector

UNDETERMINED: Final = "und"
"""Of ISO 639-2: the language is not told by the text."""
NAMES: Final = {
    "en": "English", "cy": "Welsh", "fr": "French", "de": "German", "es": "Spanish", "ar": "Arabic", "bn": "Bengali",
    "ga": "Irish", "gu": "Gujarati", "it": "Italian", "lt": "Lithuanian", "nl": "Dutch", "pa": "Punjabi",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "so": "Somali", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "zh": "Chinese", UNDETERMINED: "not told",
}  # fmt: skip
"""The languages that are told apart: the five with word lists of ours, and those most met in the UK beside them."""
_LINK: Final = re.compile(r"https?://\S+|www\.\S+")
SURE: Final = 0.5
"""By how much the likeliest language must lead the next, both in [0, 1], for a text of four words or more.

Source: measured on six sets in English, French and German: at 0.5 at most 1.5 % were `und` and 0.3 % wrong.
"""
FEW_WORDS: Final = 3
NOT_ENGLISH: Final = 0.1
"""The share of answers that are not English from which a reader is warned."""
_KNOWN: Final[dict[str, frozenset[str]]] = {
    "cy": frozenset(
        """diolch bws bysiau ysgol ysgolion ffordd ffyrdd gwell gwaeth mwy llai da iawn ardderchog cymraeg iaith cymru dim byd sylw
        sylwadau parcio cerdded beicio plant pobl gwasanaeth gwasanaethau iechyd tai cytuno anghytuno cefnogi gwrthwynebu
        nac ydw oes ydy ie uchod gweler popeth staff cyfeillgar hyfryd gofal cyngor""".split()
    )
    - {"staff", "da", "bob"},
    "fr": frozenset("bonjour merci rien aucun aucune oui néant égalité femmes école santé travail mieux pire".split()),
    "de": frozenset("danke nichts keine nein schule straße verkehr besser schlechter mehr weniger busse radweg".split()),
    "es": frozenset("gracias nada ninguno ninguna escuela calle mejor peor salud trabajo más".split()),
    "en": frozenset(
        """thanks bus buses school schools road roads street better worse good great excellent friendly staff nothing none parking
        cycling walking children people service services health housing agree disagree support oppose care help helpful
        kind cost time waiting food communication everything traffic pollution comment comments""".split()
    ),
}  # fmt: skip
"""Words of short answers, beside the function words, that are of one language alone."""


def detect_languages(texts: Sequence[str]) -> list[str]:
    """The language of each text: a key of `NAMES`.

    What is in capitals is read in lower case, and what stands for personal data is left out.
    """
    bare = [_LINK.sub(" ", without_placeholders(text)) for text in texts]
    bare = [text.lower() if text.isupper() else text for text in bare]
    found = [UNDETERMINED] * len(bare)
    longer: list[int] = []
    for place, text in enumerate(bare):
        parts = [word for word in words(text) if not word[0].isdigit()]
        # Scripts without spaces make one long word.
        if len(parts) <= FEW_WORDS and not any(ord(character) > 0x5FF for character in text):
            found[place] = _by_lexicon(parts)
        else:
            longer.append(place)
    if longer:
        chosen = [bare[place] for place in longer]
        for place, scores in zip(
            longer, _detector().compute_language_confidence_values_in_parallel(chosen), strict=True
        ):
            best = scores[0].language.iso_code_639_1.name.lower()
            lead = scores[0].value - (scores[1].value if len(scores) > 1 else 0.0)
            if lead >= SURE and _is_borne_out(best, bare[place], lead):
                found[place] = best
            elif (known := _by_lexicon(words(bare[place]), least=2)) != UNDETERMINED:
                found[place] = known
    return found


def tag_languages(responses: pl.DataFrame) -> pl.DataFrame:
    """LANGUAGES of responses; equal texts are looked at once.

    Args:
        responses: RESPONSES of one question.
    """
    distinct = responses["text"].unique().sort().to_list()
    language = dict(zip(distinct, detect_languages(distinct), strict=True))
    rows = [(response_id, language[text]) for response_id, text in responses.select("response_id", "text").iter_rows()]
    return check_frame(pl.DataFrame(rows, schema=LANGUAGES.schema, orient="row").sort("response_id"), LANGUAGES)


def count_languages(languages: Iterable[str]) -> dict[str, int]:
    """How many responses are in each language, the commonest first."""
    return dict(sorted(Counter(languages).items(), key=lambda item: (-item[1], item[0])))


def not_english(counts: dict[str, int]) -> float:
    """The share of the responses whose language is told that are not English, in [0, 1]."""
    told = {language: n for language, n in counts.items() if language != UNDETERMINED}
    return 1 - told.get("en", 0) / sum(told.values()) if told else 0.0


def main_of(counts: dict[str, int]) -> str | None:
    """The commonest language of those with word lists of ours; None where none was told."""
    return next((language for language in counts if language in FUNCTION_WORDS), None)


def _by_lexicon(parts: Sequence[str], least: int = 1) -> str:
    """The language that knows most words of a text, and more than the next does; letters alone are no words."""
    parts = [word for word in parts if len(word) > 1]
    score = {
        language: sum(word in FUNCTION_WORDS[language] or word in _KNOWN[language] for word in parts)
        for language in _KNOWN
    }
    best, second = sorted(score, key=lambda language: -score[language])[:2]
    return best if score[best] >= least and score[best] > score[second] else UNDETERMINED


def _is_borne_out(language: str, text: str, lead: float) -> bool:
    """Whether a word of grammar of that language stands in the text; only asked of the languages that we have lists for.

    English speakers' lists of nouns ("Information, explanation, discussion") are else taken for French.
    """
    known = FUNCTION_WORDS.get(language)
    return (
        known is None
        or language == "en"
        or any(word in known for word in words(text))
        or (lead > 0.98 and len(text) > 60)
    )


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in NAMES if code != UNDETERMINED]
    # Trigrams alone: 40 times as fast as all n-grams, in a seventh of the memory, and no worse above three words.
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


__all__ = ["NAMES", "UNDETERMINED", "count_languages", "detect_languages", "main_of", "not_english", "tag_languages"]
