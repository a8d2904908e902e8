"""Answers that say nothing: "no comment", "n/a", "see above", "-". A class of their own, never a theme."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import polars as pl

from consult.words import without_placeholders

NON_ANSWERS: Final = frozenset(
    """
    no|none|nope|nil|na|n a|not applicable|nothing|nothing really|not really|no not really|not at all
    no comment|no comments|no comment to make|no further comment|no further comments|no other comments|no more comments
    absolutely nothing|nothing absolutely nothing|no nothing|not a thing
    no additional comments|no comments at this time|no comment at this time|without comment|nothing to say
    nothing to add|nothing more to add|nothing further to add|nothing else to add|nothing else|nothing more
    nothing further|nothing i can think of|nothing comes to mind|nothing to report|nothing to comment|nothing at all
    nothing at this time|nothing at the moment|cant think of anything|i cant think of anything|can not think of anything
    cannot think of anything|no opinion|no view|no views|no strong views|no strong opinion|no response|no answer
    no reply|no feedback|no suggestions|no thanks|no thank you|no idea|no issues|no concerns|none at all|none really
    none that i can think of|none at this time|none known|none given|not answered|did not answer|didnt answer|unanswered
    dont know|do not know|i dont know|i do not know|dk|dunno|not sure|unsure|im not sure|i am not sure|idk|tbc|tba|yes
    y|n|x|xx|xxx|ok|okay|test|blank|left blank|skip|pass|null|undefined|rather not say|prefer not to say|no i dont|no i do not
    see above|as above|see previous|see previous answer|see previous answers|see previous comments|see previous comment
    see my previous answer|see other answers|as before|as previously stated|as stated above|as already stated|same as above
    same as before|same again|ditto|see below|already answered|see attached|see attachment|see attached file
    see attached document|see attached letter|see attached files|please see attached|please see attachment|attached
    please see above|please see attached letter|please see attached file|please see attached document|please see attached comments
    see attached comments|see attached comment letter|please see attached comment letter|comment attached|comments attached
    letter attached|response attached|see email|see letter|see covering letter|see cover letter|see covering email
    dim|dim diolch|dim byd|nac oes|dim sylw|dim sylwadau|dim sylwadau pellach|dim barn|dim ateb|amherthnasol|ddim yn gwybod
    gweler uchod|fel uchod|gweler ynghlwm|na|nage|nac ydw|dim byd arall|dim byd i ychwanegu
    non|non merci|r a s|aucun|aucune|rien|rien a signaler|rien a ajouter|sans opinion|sans avis|pas de commentaire|pas de commentaires
    aucun commentaire|pas davis|sans commentaire|ne sait pas|je ne sais pas|nsp|ras|neant|voir ci dessus|idem
    voir piece jointe|sans objet|oui
    nein|nein danke|keine|keiner|nichts|kein kommentar|keine angabe|keine angaben|keine meinung|keine ahnung|weiss nicht|siehe oben
    entfallt|ja|keine anmerkungen|nada|ninguno|ninguna|sin comentarios|no se|no aplica
    """.replace("\n", "|")
    .replace("  ", "")
    .strip("|")
    .split("|")
)
"""Whole answers, in the form that `fold` gives, in English, Welsh, French, German and Spanish."""

_SEE: Final = re.compile(
    r"(?:please )?(?:see|refer to|as (?:in|for|per)|same as|as) (?:my |our |the )?(?:(?:answer|response|comment)s?|reply)?"
    r"(?: (?:to|in|at|for|given))?(?: (?:in|to|at))? ?(?:questions?|qs?|no|number)? ?\d{1,2}[a-z]?"
    r"(?: (?:and |or )?q?\d{1,2}[a-z]?)*(?: above| below)?"
)
_ATTACHED: Final = re.compile(
    r"(?=.*\battach(?:ed|ment|ments)\b)(?:please )?(?:see|find|refer to|view|read)(?: (?!(?:map|photo|photograph|picture|plan|table)\b)\w+){1,14}"
    r"|(?:\w+ ){0,3}(?:comments?|letter|response|report|document|file|submission)(?: is| are)? attached(?: as (?:a )?pdf)?"
    r"|attached(?: (?:as|is|are|please|here|below|separately|for|a|an|my|our|the|pdf|file|document|letter|response|report"
    r"|comments?))*"
)
_NO_THOUGHT: Final = re.compile(
    r"(?:sorry |i |we |honestly |really )*(?:cant|cannot|can not|couldnt|could not) (?:really |honestly )?"
    r"(?:think of|fault|suggest) (?:anything|any)"
    r"(?: (?:in|particular|specific|specifically|else|more|right|now|at|the|moment|present|this|time|off|hand|offhand|to"
    r"|add|say|suggest|improve|change|really|that|needs|improving|could|be|improved|changes|improvements|done|better))*"
)
_CONTACT: Final = re.compile(
    r"(?:(?:my|our|the|full|first|last|sur|name|names|is|are|e|mail|email|address|phone|tel|telephone|mobile|mob|number|no|nr|contact|me|us|on"
    r"|at|by|call|ring|text|or|and|i|im|we|live|living|in|postcode|post|code|dob|date|of|birth|born|was|am|home|house|ni|nino|nhs|national"
    r"|insurance|passport|card|account|sort|bank|iban|car|reg|registration|plate|ip|licence|driving|signed|from|mr|mrs|ms|miss|dr|prof|rev|fy|enw"
    r"|yw|ebost|ffon|cyfeiriad|nom|mon|tel|adresse|telefon|straat|yours|sincerely|faithfully|regards|kind|best|wishes|thanks|thank|you) ?)*"
)
"""What is left of contact details when they are replaced."""
_SAME: Final = re.compile(r"(.)\1*")
_LONGEST: Final = 120
"""Characters; a longer text says something, whatever it is made of."""
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: the form in which non-answers are looked up."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", bare.replace("'", "").replace("’", "")).split())


def is_non_answer(text: str) -> bool:
    """Whether the whole text says nothing: stock phrases, references to another answer, or no word at all."""
    bare = without_placeholders(text)
    folded = fold(bare)
    if bare is not text and _CONTACT.fullmatch(folded):
        return True
    text = bare
    if not any(character.isalpha() for character in folded):
        return True
    if len(folded) > _LONGEST:
        return False
    parts = [fold(part) for part in re.split(r"[.;,!?\n]", text)]
    return _says_nothing(folded) or all(_says_nothing(part) for part in parts if part)


def _says_nothing(folded: str) -> bool:
    if folded in NON_ANSWERS:
        return True
    return any(pattern.fullmatch(folded) for pattern in (_SEE, _ATTACHED, _NO_THOUGHT)) or bool(
        _SAME.fullmatch(folded.replace(" ", ""))
    )


def mark_non_answers(responses: pl.DataFrame) -> pl.DataFrame:
    """RESPONSES with status `non_answer` on those that say nothing; the others keep theirs."""
    found = pl.Series([is_non_answer(text) for text in responses["text"]], dtype=pl.Boolean)
    return responses.with_columns(pl.when(found).then(pl.lit("non_answer")).otherwise(pl.col("status")).alias("status"))


__all__ = ["NON_ANSWERS", "fold", "is_non_answer", "mark_non_answers"]
