"""Street addresses and dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from consult.redact.labels import find_homes
from consult.redact.numbers import Found
from consult.words import FUNCTION_WORDS

_NUMBER: Final = (
    r"(?:(?:flat|apartment|apt\.?|unit|room|studio|fflat)\s+\w{1,4}[\s,]+)?(?:no\.?\s?|number\s+)?"
    r"\d{1,5}\s?[a-d]?(?:\s?[-–/&]\s?\d{1,4}[a-d]?)?"
)
_SURE: Final = (
    r"(?:road|rd|street|str|avenue|ave|av|close|drive|lane|ln|crescent|cres|gardens|gdns|terrace|terr|grove|mews|parade"
    r"|boulevard|blvd|villas|cul-de-sac|circle|highway|trail)"
)
_CAPITAL_ONLY: Final = (
    r"(?:Place|Pl|Court|Ct|Way|Square|Sq|Row|Walk|Rise|Hill|View|Park|Green|Mount|St|Dr|Cl|Quay|Wharf|Yard|Croft|Fields"
    r"|Meadows?|Vale|Broadway|Bank|Side|Cottages|Buildings|Mansions|House|Gate|End|Heights|Orchard|Paddock|Loke|Wynd)"
)
_ENGLISH: Final = re.compile(
    rf"(?<![\w£$€.,:/-])(?i:{_NUMBER})[,\s]+(?:The\s+)?(?:(?:St\.?|[A-Z][\w'’-]*|of|the|y|yr)\s+){{1,4}}?(?:(?i:{_SURE})|{_CAPITAL_ONLY})\b\.?"
)
_LOWER: Final = re.compile(
    rf"(?<![\w£$€.,:/-]){_NUMBER}[,\s]+(?:[a-z'’-]+\s+){{1,3}}?(?:{_SURE}|place|court|way|square|row|walk|rise|hill|view|st|dr)\b\.?",
    re.IGNORECASE,
)
_WELSH: Final = re.compile(
    rf"(?<![\w£$€.,:/-])(?i:{_NUMBER})[,\s]+(?:Heol|Ffordd|Stryd|Lôn|Lon|Rhodfa|Clos|Maes|Cilgant|Teras|Trem|Rhiw|Gerddi|Llys|Parc|Bryn|Tan)"
    r"[\s-]+(?:(?:y|yr|Y|Yr|'r|’r|a)[\s-]+)?[A-ZÂÊÎÔÛŴŶ][\w'’-]+(?:\s+[A-ZÂÊÎÔÛŴŶ][\w'’-]+)?"
)
_FRENCH: Final = re.compile(
    r"(?<![\w€.,:/-])\d{1,4}(?:\s?(?:bis|ter|[a-d]))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|cours|square|ruelle)"
    r"\s+(?:(?:de|du|des|la|le|les)\s+|d['’]|l['’])*[A-ZÀ-Þ][\w'’-]+(?:[\s-]+(?:(?:de|du|des|la|le|et)[\s-]+)*[A-ZÀ-Þ][\w'’-]+){0,3}"
)
_GERMAN: Final = re.compile(
    r"(?<!\w)(?:(?-i:[A-ZÄÖÜ])[\wäöüß]*er\s|(?:Gro(?:ß|ss)en?|Kleinen?|Alten?|Neuen?|Hohen?|Langen?)\s)?(?![Ll]and(?:str|weg)|[Bb]undesstr)[A-ZÄÖÜ]?[\wäöüß-]*(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|weg|allee|platz|gasse|damm|ufer|chaussee|steig|stieg)\s+"
    r"\d{1,3}\s?[a-f]?\b(?!\s*(?:km|uhr|euro|jahre?|autos?|meter|m|prozent|min|%|€|mal|wochen|tage|parkpl\w*|mio|kfz|pkw)\b|[.,:]\d|\s?%)",
    re.IGNORECASE,
)
_GERMAN_HINT: Final = re.compile(
    r"(?:stra(?:ß|ss)e|str\.|weg|allee|platz|gasse|damm|ufer|chaussee|steig|stieg)\s+\d", re.IGNORECASE
)
_DIGIT: Final = re.compile(r"\d")
_SPANISH: Final = re.compile(
    r"(?<!\w)(?:[Cc]alle|[Cc]/|[Aa]venida|[Aa]vda\.|[Pp]laza|[Pp]aseo)\s+(?:(?:de|del|la|los|las)\s+)*[A-ZÁÉÍÓÚÑ]\w+(?:\s+(?:(?:de|del|la)\s+)*[A-ZÁÉÍÓÚÑ]\w+){0,2}"
    r",?\s+(?:n[ºo°]\.?\s*|número\s+)?\d{1,4}\b"
)
_NAMED_HOUSE: Final = re.compile(
    r"\b(?i:(?:live|lives|lived|living|reside|residing|based|address|byw)(?:\s+(?:at|in|is|yn)|\s*:)?)\s+"
    r"((?:The\s+)?(?:[A-ZÂÊÎÔÛŴŶ][\w'’-]+\s+){1,3}(?:Cottage|Farm|Farmhouse|Lodge|Barn|Bungalow|Villa|House|Manor|Mill|Rectory|Vicarage)\b)"
)
_PO_BOX: Final = re.compile(r"\bP\.?\s?O\.?\s?Box\s+\d{1,6}\b", re.IGNORECASE)
_HOME: Final = re.compile(
    r"\b(?:live|lives|lived|living|reside|resides|residing|resident|address|home|house|flat|property|at|neighbours?|moved to"
    r"|we are|i am|i'm|from|byw yn|byw|number|no)\b[\s:,.]{0,3}(?:(?:at|in|is|of|on|to)\s+)?$",
    re.IGNORECASE,
)
_NO_HOME: Final = re.compile(
    r"\b(?:phase|stage|junction|jct|j|exit|option|question|q|section|site|zone|table|page|figure|route|bus|buses|number \d+ bus"
    r"|item|policy|para|paragraph|over|about|than|least|approximately|around|nearly|another|only|these|those|all|the|first"
    r"|last|next|next to|class|grade|area|plot|plots|lot|scheme|proposal|map|plan|drawing|sheet|appendix|annex|lane|of|had"
    r"|have|has|with|are|were|took|takes|waited|wait|spent|up to|cost|costs|per|every|in|since|by|until|till|before|after"
    r"|during|year|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\s+$",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d\b")
_MEASURES: Final = re.compile(
    r"^\D*\d+(?:\s*,\s*|\s+)(?:mph|kph|km|miles?|metres?|meters?|m|feet|ft|foot|yards?|years?|hours?|hrs?|mins?|minutes?|days?|weeks?"
    r"|months?|people|cars?|buses|lorries|houses|homes|flats|new|more|extra|other|different|main|busy|local|residents?|of"
    r"|way|lanes?|lane|side|per|percent|pm|am|times|or|and|to|in|on|for|at|parking|residential|minor|major|shops"
    r"|schools?|pedestrian|bus|traffic|cycle|safe|quiet|wide|narrow|is|are|was|a|(?-i:the|st|nd|rd|th))\b",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(r"^(?:No\.?\s?|Number\s)?(?:10|11)\s+Downing\s+St(?:reet)?", re.IGNORECASE)

_GRAMMAR: Final = FUNCTION_WORDS["en"] - {"st", "no", "number"}
_MONTHS: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr"
    r"|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|januar|februar|märz|juni|juli"
    r"|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DATE: Final = (
    rf"(?:\d{{1,2}}\s?[/.\-–\s]\s?\d{{1,2}}\s?[/.\-–\s]\s?(?:\d{{4}}|\d{{2}})\b|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b"
    rf"|(?<!\d)\d{{6}}(?:\d\d)?(?!\d)"
    rf"|\d{{1,2}}(?:\s?(?:st|nd|rd|th|er|ydd|fed|af|ain|\.|º))?\s*(?:of\s+|de\s+|o\s+)?{_MONTHS}\.?,?\s*(?:de\s+|del\s+)?(?:\d{{4}}|['’]?\d{{2}})\b"
    rf"|{_MONTHS}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b)"
)
_BIRTH: Final = re.compile(
    rf"(?:\bborn\b|\bd\.?\s?o\.?\s?b\b\.?|\bdate\s+of\s+birth\b|\bbirth\s?-?(?:date|day)\b|\bdyddiad\s+geni\b|\b(?:g|c|ng)(?:h)?aned\b"
    rf"|\b(?:fy\s+)?(?:mh|p)en-?blwydd\b|\bnée?\b|\bdate\s+de\s+naissance\b|\bgeb(?:oren)?\b\.?|\bgeburts(?:datum|tag)\b|\bnacid[oa]\b"
    rf"|\bfecha\s+de\s+nacimiento\b)[^\d.!?]{{0,28}}?({_DATE})",
    re.IGNORECASE,
)
_BIRTH_AFTER: Final = re.compile(
    rf"(?<![\w/.-])({_DATE})[)\s,]{{1,3}}(?:(?:is|was|as|being)\s+)?(?:not\s+)?(?:my|her|his|our|their)\s+(?:date\s+of\s+birth|d\.?o\.?b\b|birth\s?da(?:y|te))",
    re.IGNORECASE,
)
_NO_BIRTH: Final = re.compile(
    r"\b(?:nhs|service|institution|scheme|idea|union|movement|party|project|plan|country|company|charity)\s+(?:was\s+)?$",
    re.IGNORECASE,
)


def find_places(text: str) -> Iterator[Found]:
    """Street addresses and dates of birth of one text; what it finds may overlap."""
    if _DIGIT.search(text):
        streets = list(_streets(text))
        yield from streets
        # "at 12 Acacia Avenue Cardiff": where the form tells how far an address goes, it goes no further.
        known = {start for start, _, _ in streets}
        for start, end, kind in find_homes(text):
            if start not in known and not (kind == "address" and _is_no_home(text[start:end])):
                yield start, end, kind
        for match in _BIRTH.finditer(text):
            if not _NO_BIRTH.search(text, 0, match.start()):
                yield match.start(1), match.end(1), "birth"
        for match in _BIRTH_AFTER.finditer(text):
            yield match.start(1), match.end(1), "birth"
        german = (_GERMAN,) if _GERMAN_HINT.search(text) else ()
        for pattern in (_FRENCH, *german, _SPANISH, _PO_BOX):
            for match in pattern.finditer(text):
                yield match.start(), match.start() + len(match.group().rstrip()), "address"
    else:
        yield from find_homes(text)
    for match in _NAMED_HOUSE.finditer(text):
        yield match.start(1), match.end(1), "address"


def _is_no_home(written: str) -> bool:
    """Whether what follows "I live at" is a measure ("20 miles from town") or a phrase ("2 to be near")."""
    return _MEASURES.match(written) is not None or any(word in _GRAMMAR for word in written.split()[1:])


def _streets(text: str) -> Iterator[Found]:
    for pattern in (_ENGLISH, _WELSH, _LOWER):
        for match in pattern.finditer(text):
            written, before = match.group(), text[max(0, match.start() - 30) : match.start()]
            home = bool(_HOME.search(before))
            if _PUBLIC.match(written) or (_NO_HOME.search(before) and not home):
                continue
            if _YEAR.match(written) or _MEASURES.match(written):
                continue
            if pattern is _LOWER and any(word in _GRAMMAR for word in written.lower().split()[1:-1]):
                continue
            after = text[match.end() : match.end() + 12]
            # In lower case "3 lane road" looks like an address: something must say that it is one.
            if pattern is _LOWER and not (home or re.match(r"\s*(?:$|[,\n]|[A-Z]{1,2}\d)", after)):
                continue
            yield match.start(), match.end() - (written.endswith(".") and not after.strip()), "address"
