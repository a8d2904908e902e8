"""Personal data that the words beside it name: "my NI number is", "postcode", "I live at".

Where its kind is said, what follows is replaced even where no such number is given out, or its check digit is wrong:
people mistype their own numbers, and what they meant is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from consult.redact.checks import is_organisation
from consult.redact.numbers import Found

_GAP: Final = r"[ \u00a0.\-–/]{0,2}"
_DIGITS: Final = rf"\d(?:{_GAP}\d)"
_CODE: Final = rf"(?:[A-Za-z]{{1,3}}{_GAP})?{_DIGITS}{{4,17}}(?:{_GAP}[A-Za-z](?![A-Za-z0-9'’]))?(?![A-Za-z0-9])"
"""At least five digits, letters before them and one behind."""
_INSURANCE: Final = rf"[A-Za-z]{{2}}{_GAP}{_DIGITS}{{5}}(?:{_GAP}[A-Za-z])?(?![A-Za-z0-9])"
_POSTCODE: Final = r"[A-Za-z]{1,2}[0-9OIl][0-9A-Za-z]?[ \u00a0]{0,2}[\-–.]?[ \u00a0]?[0-9OIl][A-Za-z]{2}(?![A-Za-z0-9])"
_NUMBER: Final = r"\s+(?:number|no|num|nr)\b\.?"
_TAIL: Final = (
    r"(?:\s*\([^()]{1,12}\))?\s*[:=,\-–]{0,2}\s*(?:(?:which\s+)?(?:is|was|yw|ydy|est|ist|es)\b\s*[:\-–]?\s*)?"
)
"""What may stand between the words and what they name."""

_LABELLED: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "ni_number",
        rf"(?:n\.?i\.?|nat(?:ional|\.)?\s+ins(?:urance)?){_NUMBER}|nino|rhif\s+(?:yswiriant\s+(?:gwladol|cenedlaethol)|yg)",
        _CODE,
    ),
    ("ni_number", r"n\.?i\.?|nat(?:ional|\.)?\s+ins(?:urance)?|yswiriant\s+gwladol", _INSURANCE),
    ("nhs_number", rf"nhs{_NUMBER}|rhif\s+(?:y\s+)?gig", _CODE),
    ("passport", rf"passport{_NUMBER}|rhif\s+pasbort", _CODE),
    (
        "driving_licence",
        rf"driv(?:ing|er['’]?s?)\s+licen[cs]e{_NUMBER}|rhif\s+trwydded(?:\s+yrru)?",
        r"(?=[A-Za-z ]{0,6}\d)[A-Za-z0-9]{5,}(?:[ -]?[A-Z0-9]*\d[A-Z0-9]*){0,4}(?![A-Za-z0-9])",
    ),
    ("bank", rf"(?:bank\s+)?account{_NUMBER}|sort\s?-?code(?:{_NUMBER})?|rhif\s+cyfrif|cod\s+didoli", _CODE),
    ("card", rf"(?:credit|debit|bank|visa|mastercard)(?:\s+card)?{_NUMBER}|card{_NUMBER}", rf"{_DIGITS}{{11,18}}(?!\w)"),
    ("iban", rf"iban(?:{_NUMBER})?", r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){2,8}(?![A-Za-z0-9])"),
    (
        "phone",
        rf"(?:(?:tele)?phone|tel|mobile|mob|landline){_NUMBER}|rhif\s+(?:ff[oô]n|symudol)",
        rf"\+?\(?\d(?:{_GAP}[()]?\d){{6,14}}(?!\w)",
    ),
    ("postcode", r"post\s?-?code|cod\s+post", _POSTCODE),
    ("vehicle", rf"number\s?plate|(?:car|vehicle)\s+reg(?:istration)?(?:{_NUMBER})?", r"[A-Z]{2}\d{2}[ -]?[A-Z]{3}(?!\w)"),
    ("email", r"e-?mail(?:\s+address)?|e-?bost", r"[^\s@,;<>()]+@[^\s@,;<>()]*[^\s@,;<>().!?]"),
)  # fmt: skip
"""Kind, the words that name it, and the loose form of what follows them."""
_FOLLOWS: Final = [(kind, re.compile(_TAIL + rf"({form})")) for kind, _, form in _LABELLED]
_LABEL: Final = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<_{place}>{words})" for place, (_, words, _) in enumerate(_LABELLED)) + r")(?!\w)",
    re.IGNORECASE,
)
_LABEL_AFTER: Final = re.compile(
    rf"(?<![\w£$€])(?:(?P<code>{_CODE})|(?P<postcode>{_POSTCODE}))(?:\s+(?:is|was)|\s*[,(–-])\s+(?:my|our|her|his)\s+"
    rf"(?:(?P<ni_number>(?:n\.?i\.?|national\s+insurance){_NUMBER})|(?P<nhs_number>nhs{_NUMBER})"
    rf"|(?P<passport>passport{_NUMBER})|(?P<home>post\s?-?code))",
    re.IGNORECASE,
)

_CAPITAL: Final = r"[A-ZÂÊÎÔÛŴŶÀ-Þ](?:[^\W\d_]|['’-])*(?!\w)"
_HOUSE: Final = (
    r"(?:(?i:flat|apartment|apt\.?|unit|room|fflat)\s+\w{1,4}[\s,]+)?(?i:no\.?\s?|number\s+|rhif\s+)?"
    r"\d{1,5}\s?[A-Da-d]?(?:\s?[-–/]\s?\d{1,4}[A-Da-d]?)?"
)
_LIVES: Final = (
    r"(?i:\b(?:i|we)(?:\s+(?:currently|now|still|have|both|all))?\s+(?:live|lived|reside|am\s+living|are\s+living)\s+at"
    r"|\b(?:i['’]?m|i\s+am|we\s+are|we['’]re)\s+living\s+at|\bbyw\s+yn)\s+"
)
_ADDRESS: Final = r"(?i:\b(?:(?:my|our|home|postal|full)\s+)+address|\bfy\s+nghyfeiriad(?:\s+i)?)" + _TAIL
_HEAD: Final = re.compile(rf"(?P<lives>{_LIVES})|{_ADDRESS}")
_NUMBERED: Final = re.compile(
    rf"{_HOUSE}[,\s]+(?:(?i:the|y|yr)\s+)?{_CAPITAL}(?:\s+(?:(?:of|the|y|yr)\s+)?{_CAPITAL}){{0,3}}"
    rf"|{_HOUSE}[,\s]+[a-z'’-]+(?:\s+[a-z'’-]+){{0,2}}(?=\s*(?:[,.;!?\n]|$)|\s+{_POSTCODE})"
)
_NAMED: Final = re.compile(rf"{_CAPITAL}(?:\s+{_CAPITAL}){{0,3}}")
_NAMED_CODED: Final = re.compile(rf"{_NAMED.pattern}(?=,?\s+{_POSTCODE})")
_CODED: Final = re.compile(rf"[^.!?\n]{{0,90}}?(?<![\w£$€])({_POSTCODE})")
_ANY: Final = re.compile(r"[\d@]")
_OWN: Final = re.compile(r"\b(?:my|our|her|his)\s+(?:n\.?i|nat|nhs|pass|post)", re.IGNORECASE)
_TRIGGER: Final = re.compile(r"[Aa]ddress| at |nghyfeiriad|[Bb]yw ", re.IGNORECASE)
_TIME: Final = re.compile(r"\d{1,4}(?:st|nd|rd|th|am|pm)\b|\d{1,5}\s+(?:am|pm|mph|o['’]clock)\b", re.IGNORECASE)


def find_labelled(text: str) -> Iterator[Found]:
    """Finds what the words beside it name in one text; what it finds may overlap."""
    for label in _LABEL.finditer(text) if _ANY.search(text) else ():
        kind, follows = _FOLLOWS[int(str(label.lastgroup)[1:])]
        match = follows.match(text, label.end())
        if match is not None and not (kind == "phone" and is_organisation(match[1])):
            yield match.start(1), match.end(1), kind
    for match in _LABEL_AFTER.finditer(text) if _OWN.search(text) else ():
        named = str(match.lastgroup)
        if (named == "home") == (match["postcode"] is not None):
            written = "code" if match["code"] else "postcode"
            yield match.start(written), match.end(written), "postcode" if named == "home" else named


def find_homes(text: str) -> Iterator[Found]:
    """Finds where "I live at" or "my address is" says that an address or a postcode follows."""
    for head in _HEAD.finditer(text) if _TRIGGER.search(text) else ():
        at = head.end()
        match = _NUMBERED.match(text, at) or (_NAMED_CODED if head["lives"] else _NAMED).match(text, at)
        if match is not None and not _TIME.match(match.group()):
            yield at, match.end(), "address"
        coded = _CODED.match(text, at)
        if coded is not None:
            yield coded.start(1), coded.end(1), "postcode"


__all__ = ["find_homes", "find_labelled"]
