"""Personal data made of digits and codes, by its written form, its check digits and the words before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from consult.redact.checks import POSTCODE_AREAS, is_card, is_iban, is_ip, is_luhn, is_nhs_number, is_phone
from consult.words import FUNCTION_WORDS

Found = tuple[int, int, str]
"""start, end, kind."""

_BEFORE: Final = 40
"""Characters before a number in which the words are sought that say what it is."""
_NAMED: Final = r"(?:[ ]?\([^()]{1,12}\))?(?:(?:'s)?[ \t]+(?:no|number|num|nr|id|code|details|plate|mark)\b\.?)?[\W_]{0,4}(?:(?:is|was|are|of|on|ending|yw|est|ist|es)\b\W{0,3})?$"
"""What may stand between the word for a number and the number."""


def _says(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b\.?{_NAMED}", re.IGNORECASE)


_REFERENCE: Final = _says(
    r"ref|refs|reference|case|application|app|order|invoice|complaint|ticket|planning|claim|policy|docket|docs?|document"
    r"|enquiry|inquiry|incident|crime|permit|isbn|issn|doi|serial|tracking|receipt|booking|part|model|item|batch"
    r"|uprn|usrn|petition|consultation|project|grant|contract|tender|licen[cs]e plate frame|charity|company|registered"
    r"|registration|barcode|sku|version|file|folio|cyfeirnod|référence|dossier|aktenzeichen|expediente"
)
_PHONE_SAID: Final = _says(
    r"(?:tele)?phone|tel|mobile|mob|cell|call|ring|text|whats\s?app|contact|landline|fax|me on|ffôn|ffonio|symudol"
    r"|téléphone|tél|portable|telefon|handy|mobil|rufnummer|teléfono|móvil"
)
_NHS_SAID: Final = _says(r"nhs|patient|health|gig|rhif (?:y )?gig")
_NI_SAID: Final = _says(r"ni|n\.i|nino|nat(?:ional|\.)?\s+ins(?:urance)?|yswiriant\s+gwladol")
_PASSPORT_SAID: Final = _says(r"passport|pasbort|passeport|reisepass|pasaporte")
_LICENCE_SAID: Final = _says(r"driv(?:ing|er'?s?)\s+licen[cs]e|licen[cs]e|trwydded(?:\s+yrru)?")
_VEHICLE_SAID: Final = re.compile(
    r"\b(?:reg|regd|registration|registered|plates?|vrm|car|van|vehicle|lorry|truck|taxi|bus|motorbike|transit|ford|vauxhall|bmw|audi|nissan|toyota|vw|mercedes|peugeot|renault|honda|skoda|car is a?"
    r"|cerbyd)\b[^.!?\n]{0,25}$",
    re.IGNORECASE,
)
_SORT_SAID: Final = _says(r"sort(?:\s?-?code)?|s/?c|cod didoli")
_ACCOUNT_SAID: Final = _says(r"(?:bank\s+)?(?:account|acc|acct|a/?c)|cyfrif")
_CARD_SAID: Final = _says(r"card|visa|mastercard|amex|credit|debit")
_NUMBERED: Final = re.compile(
    r"(?:\b(?:section|sect?|para(?:graph)?|clause|chapter|ch|version|ver|policy|figure|fig|table|annex|appendix|article"
    r"|rule|regulation|item|part|page|v|adran|option)s?\.?\s*|[§¶]\s*)$",
    re.IGNORECASE,
)
_ABROAD: Final = re.compile(r"\+\d{0,3}[\s(-]*$")
_SUM: Final = re.compile(r"[£$€]\s*$")

EMAIL: Final = re.compile(
    r"(?<![\w.@+-])[\w.+%'&=-]*\w[\w.+%'&=-]*@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?![\w@])", re.UNICODE
)
_HOSTS: Final = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|btinternet|btopenworld|live|msn|aol|sky|talktalk|virginmedia"
    r"|ntlworld|tiscali|protonmail|proton|gmx|orange|wanadoo|laposte|free)"
)
_ENDS: Final = r"(?:com|org|net|uk|wales|cymru|scot|gov|edu|fr|de|es|eu|ie|info|me|io|co|ac|nhs|biz|us|ca|au|example)"
_LOOSE_EMAIL: Final = re.compile(
    rf"(?<![\w.@])[\w.+-]*\w\s{{0,2}}@\s{{0,2}}[\w-]+(?:\s?\.\s?[\w-]+){{0,3}}\s?\.\s?{_ENDS}\b"
    rf"|(?<![\w.@])[\w.+-]*\w\s{{0,2}}@\s{{0,2}}{_HOSTS}\b"
    rf"|(?<![\w.@])\w[\w.+-]*\s*[(\[{{<]\s*at\s*[)\]}}>]\s*[\w-]+(?:(?:\s*[(\[{{<]\s*dot\s*[)\]}}>]\s*|\s*\.\s*|\s+dot\s+)[\w-]+)+"
    rf"|(?<![\w.@])\w[\w.+-]*(?:\s+(?:dot|dash|underscore)\s+[\w-]+){{0,3}}\s+at\s+(?:{_HOSTS}(?:\s*\.\s*|\s+dot\s+)[\w-]+(?:(?:\s*\.|\s+dot\s+)\s*{_ENDS}\b)?"
    rf"|[\w-]+(?:\s+dot\s+[\w-]+){{0,2}}\s+dot\s+{_ENDS}\b)",
    re.IGNORECASE,
)
_USER_URL: Final = re.compile(
    r"\bhttps?://[^\s/@]+:[^\s/@]*@[^\s<>]+"
    r"|(?<![\w@.])(?:https?://)?(?:[a-z-]{1,7}\.)?(?:"
    r"(?:facebook|fb|twitter|x|instagram|tiktok|threads|github|flickr|snapchat|pinterest|mastodon|bsky)\.(?:com|net|social|app)/"
    r"(?!(?:groups?|pages?|events?|watch|hashtag|shar(?:e|er)|search|explore|i|intent|home|policy|privacy|terms|tos|legal|help|about|features|p|reel|stories|marketplace|login|orgs|sponsors|topics)\b)"
    r"(?:profile\.php\?id=|profile/|people/|add/|photos/|@)?[\w.%-]{2,}"
    r"|linkedin\.com/(?:in|pub)/[\w%-]+|youtube\.com/(?:@|user/)[\w.-]+|medium\.com/@[\w.-]+|reddit\.com/u(?:ser)?/[\w-]+)"
    r"(?:/(?![\s])[^\s,;)\]<>]*)?"
    r"|\b(?:https?://|www\.)[^\s?#]+[?&#][^\s<>]*?\b(?:user(?:_?name|_?id)?|e-?mail|uid|token|auth|session(?:_?id)?|sid|api_?key|password|pwd|login)=[^\s<>]+"
    r"|\b(?:https?://|www\.)[^\s/]+/(?:[^\s/]+/)*(?:users?|members?|profiles?|accounts?|people)/(?!(?:guide|help|search|login|register)\b)[\w.@%-]+(?:/[^\s,;)\]<>]*)?"
    r"|\b(?:https?://|www\.)[^\s/]+/~[\w.-]+(?:/[^\s,;)\]<>]*)?",
    re.IGNORECASE,
)

_PHONE: Final = re.compile(
    r"(?<![\w.,/£$€-])(?:\+|\(\+?|00)?\(?[0-9OoIl](?:[\s\u00a0]?[().\-–/\s]{0,3}[0-9OoIl]){8,14}(?![\w])(?!,\d|\.\d)"
)
_OCR: Final = str.maketrans("OoIl", "0011")
_NI: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[\s.\-–/]{0,2}[0-9O]){6}(?:[\s.\-–/]{0,2}[A-D](?![A-Za-z0-9])|(?![0-9A-Za-z]))",
    re.IGNORECASE,
)
_NO_NI: Final = frozenset("BG GB KN NK NT TN ZZ".split())
_NHS: Final = re.compile(r"(?<![\w.£$€-])\d{3}([\s\u00a0.\-–]{0,2})\d{3}[\s\u00a0.\-–]{0,2}\d{4}(?![\w-]|[.,]\d)")
_PASSPORT: Final = re.compile(
    r"(?<![\w-])(?:[A-Za-z]{0,2}\d{6,9}|\d{3}[ -]\d{3}[ -]\d{3}|[A-Za-z]\d{2}[ -]?\d{3}[ -]?\d{3})(?![\w-])"
)
_LICENCE: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z9]{5}[\s-]?\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d[\s-]?[A-Z9]{2}[A-Z0-9]{1,2}[A-Z]{2}(?:[\s-]?\d{2})?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_NORTHERN_LICENCE: Final = re.compile(r"(?<![\w-])\d{8}(?![\w-])")
_VEHICLE: Final = re.compile(
    r"(?<![A-Za-z0-9£])(?:(?P<now>[A-HJ-PR-Y][A-HJ-PR-Y](?:[0-2]\d|[5-7]\d)[ \u00a0-]?[A-HJ-PR-Z]{3})"
    r"|(?P<old>[A-HJ-NPR-TV-Y]\d{1,3}[ \u00a0-]?[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3}[ \u00a0-]?\d{1,3}[A-HJ-NPR-TV-Y]|[A-Z]{2,3}[ \u00a0-]?\d{2,4}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_CARD: Final = re.compile(r"(?<![\w.£$€-])\d(?:[\s\u00a0\-–.]{0,2}\d){12,18}(?![\w]|[-.]\d)")
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[\s-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_SORT_AND_ACCOUNT: Final = re.compile(r"(?<![\w-])(\d{2}[-–]\d{2}[-–]\d{2})[\s,/;:&+-]{1,4}(\d{8})(?![\w-])")
_SORT: Final = re.compile(r"(?<![\w-])\d{2}[-–.\s/]?\d{2}[-–.\s/]?\d{2}(?![\w-])")
_ACCOUNT: Final = re.compile(r"(?<![\w-])(?:\d{7,8}|\d{4}[ -]\d{4}|\d{2} \d{3} \d{3})(?![\w-])")
_IPV4: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6: Final = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_POSTCODE: Final = re.compile(
    r"(?<!\w)([A-Z]{1,2})([0-9OIl][0-9OIl]?|[0-9][A-Z])([ \t\u00a0]{0,2}[\-–.]?[ \t\u00a0]?|\s?\n\s?)([0-9OIl])([ABD-HJLNP-UW-Z]{2})(?!\w)",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"1st|2nd|3rd|\dth", re.IGNORECASE)
_TRIPLES: Final = frozenset(word for word in FUNCTION_WORDS["en"] if len(word) == 3) | frozenset(
    "bus car day end had let new old per see top two way far ago bad big run set yet men act era".split()
)
"""Words that end a shouted sentence as letters end a number plate: "THE A470 AND"."""


def find_codes(text: str) -> Iterator[Found]:
    """Finds everything that this module knows in one text; what it finds may overlap."""
    if "@" in text or " at " in text or "(at" in text or "[at" in text or " AT " in text or " At " in text:
        for pattern in (EMAIL, _LOOSE_EMAIL):
            yield from ((match.start(), match.end(), "email") for match in pattern.finditer(text))
    if "/" in text:
        for match in _USER_URL.finditer(text):
            yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)'\"”’")), "url"
    if not re.search(r"\d", text):
        return
    for find in _WITH_DIGITS:
        yield from find(text)


def outward(postcode: str) -> str:
    """The first half of a postcode in capitals: "cf10 3nq" gives CF10, the district."""
    return re.sub(r"[\W_]+", "", postcode).upper()[:-3]


def _before(text: str, start: int) -> str:
    return text[max(0, start - _BEFORE) : start]


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _phones(text: str) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        before = _before(text, match.start())
        said = bool(_PHONE_SAID.search(before))
        if _SUM.search(before) or (not said and _REFERENCE.search(before)):
            continue
        written = match.group()
        if sum(character.isdigit() for character in written) < 6:
            continue
        number = re.sub(r"[^\d+]", "", written.translate(_OCR).replace("(0)", ""))
        # Two dates or times beside each other have as many digits: "01/02/2023 10:30".
        if re.search(r"\d{1,2}([/.\-])\d{1,2}\1\d{2,4}", written) and not said and "/" in written:
            continue
        grouped = (
            number.startswith(("0", "+"))
            or re.fullmatch(r"\(\d{3}\)[\s.\-]\s?\d{3}[\s.\-]\d{4}|\d{3}[.\-]\d{3}[.\-]\d{4}", written)
            or said
        )
        if grouped and is_phone(number, said=said):
            # An area code in brackets was opened before the digits.
            yield match.start(), match.end(), "phone"


def _insurance(text: str) -> Iterator[Found]:
    for match in _NI.finditer(text):
        code = re.sub(r"[\W_]", "", match.group()).upper()
        said = _NI_SAID.search(_before(text, match.start()))
        whole = code[-1].isalpha()
        if code[:2] not in _NO_NI and (said or (whole and (match.group()[:2].isupper() or len(match.group()) == 9))):
            yield match.start(), match.end(), "ni_number"


def _health(text: str) -> Iterator[Found]:
    for match in _NHS.finditer(text):
        before, digits = _before(text, match.start()), _digits(match.group())
        if _ABROAD.search(before):
            continue
        said = _NHS_SAID.search(before)
        if said or (is_nhs_number(digits) and not _REFERENCE.search(before) and not _SUM.search(before)):
            yield match.start(), match.end(), "nhs_number"


def _said(kind: str, pattern: re.Pattern[str], words: re.Pattern[str]) -> Callable[[str], Iterator[Found]]:
    """Finds numbers of a form too common to be told without the words before them."""

    def find(text: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            if words.search(_before(text, match.start())):
                yield match.start(), match.end(), kind

    return find


def _licences(text: str) -> Iterator[Found]:
    for match in _LICENCE.finditer(text):
        if any(character.isalpha() for character in match.group()[:5]):
            yield match.start(), match.end(), "driving_licence"


def _vehicles(text: str) -> Iterator[Found]:
    for match in _VEHICLE.finditer(text):
        written = match.group()
        said = bool(_VEHICLE_SAID.search(_before(text, match.start())))
        letters = re.findall(r"[A-Za-z]+", written)
        joined = written.isalnum()
        if letters[-1].lower() in _TRIPLES and not (said and written.isupper()):
            continue
        if match["now"]:
            likely = said or (written.upper() == written) or (joined and written.islower())
        else:
            likely = said and written.upper() == written and len(_digits(written)) < 4
            # Roads are written as old number plates are begun: A470, B4301.
            likely = likely and not re.fullmatch(r"[ABM]\d{1,4}", written)
        if likely:
            yield match.start(), match.end(), "vehicle"


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits, before = _digits(match.group()), _before(text, match.start())
        said = _CARD_SAID.search(before)
        if is_card(digits) and (said or not _REFERENCE.search(before)):
            yield match.start(), match.end(), "card"


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        # The pattern may run on into the words that follow: the country says how long it is.
        kept = ""
        for place, character in enumerate(match.group()):
            kept += character.upper() if character.isalnum() else ""
            if is_iban(kept):
                yield match.start(), match.start() + place + 1, "iban"
                break


def _accounts(text: str) -> Iterator[Found]:
    for match in _SORT_AND_ACCOUNT.finditer(text):
        yield match.start(1), match.end(1), "bank"
        yield match.start(2), match.end(2), "bank"


def _addresses(text: str) -> Iterator[Found]:
    for match in _IPV4.finditer(text):
        before = _before(text, match.start())
        octets = [int(octet) for octet in match.group().split(".")]
        if is_ip(match.group()) and not _NUMBERED.search(before) and (max(octets) > 31 or re.search(r"\bIP\b", before)):
            yield match.start(), match.end(), "ip"
    for match in _IPV6.finditer(text):
        if len(match.group()) > 6 and match.group().count(":") > 2 and is_ip(match.group()):
            yield match.start(), match.end(), "ip"


def _postcodes(text: str) -> Iterator[Found]:
    for match in _POSTCODE.finditer(text):
        area, district, gap, sector, unit = match.groups()
        written = match.group()
        shouted, quiet = written.upper() == written, written.lower() == written
        if area.upper() not in POSTCODE_AREAS or (_ORDINAL.fullmatch(sector + unit) and not shouted):
            continue
        # A letter may have been read for a digit, as in "CF1O 3NQ"; without a digit it is a word, such as "CHOOSE".
        n_digits = sum(character.isdigit() for character in district + sector)
        misread = not district[0].isdigit() or not sector.isdigit() or district.endswith(("O", "I", "l"))
        if misread and not (shouted and n_digits):
            continue
        if shouted or quiet or not gap.strip():
            yield match.start(), match.end(), "postcode"


_WITH_DIGITS: Final[tuple[Callable[[str], Iterator[Found]], ...]] = (
    _phones, _insurance, _health, _licences, _vehicles, _cards, _ibans, _accounts, _addresses, _postcodes,
    _said("passport", _PASSPORT, _PASSPORT_SAID),
    _said("driving_licence", _NORTHERN_LICENCE, _LICENCE_SAID),
    _said("bank", _SORT, _SORT_SAID),
    _said("bank", _ACCOUNT, _ACCOUNT_SAID),
)  # fmt: skip

__all__ = ["EMAIL", "Found", "find_codes", "is_luhn", "outward"]
