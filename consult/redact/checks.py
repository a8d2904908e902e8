"""Check digits and ranges: what tells a number that stands for a person from one that only looks like it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import phonenumbers

IBAN_LENGTHS: Final = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21,
    "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
    "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "KW": 30, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters of an IBAN by country. **Source**: SWIFT, IBAN Registry."""

POSTCODE_AREAS: Final = frozenset(
    """AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
    FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR
    NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC
    WD WF WN WR WS WV YO ZE""".split()
)
"""Letters that a UK postcode begins with. **Source**: Royal Mail, Postcode Address File."""

_NO_PERSON: Final = re.compile(r"0(?:3[0347]|8[04-9]|500|55|56|9)")
"""How numbers begin that ring at an organisation: freephone, one price everywhere, premium.

Source: Ofcom, The National Telephone Numbering Plan.
"""
_DRAMA: Final = re.compile(r"0(?:1632960|1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960|1514960"
                           r"|1614960|191498|2079460|2896496|2920180|7700900)\d+")  # fmt: skip
"""Numbers kept free for invented people. **Source**: Ofcom, Telephone numbers for use in TV and radio drama."""


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check of those before it (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether 13 to 19 digits are a payment card's: an issuer's first digit and the Luhn check."""
    return 13 <= len(digits) <= 19 and digits[0] in "3456" + "2" * (len(digits) == 16) and is_luhn(digits)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits hold the Modulus 11 check of an NHS number (NHS Data Dictionary), and are not all alike."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and int(digits[9]) == check % 11


def is_iban(iban: str) -> bool:
    """Whether capitals and digits are an IBAN: its country's length and modulus 97 (ISO 13616)."""
    if IBAN_LENGTHS.get(iban[:2]) != len(iban) or not iban.isalnum() or not iban.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def is_phone(number: str, *, said: bool = False) -> bool:
    """Whether a number as written rings at a person: valid in the UK, in France, or abroad with its country's code.

    Args:
        number: Digits, with a leading + where it is written so.
        said: A word such as "phone" stands before it: then a possible number is enough, in Germany and Spain too.
    """
    number = re.sub(r"^(?:\+|00)440?", "0", number)
    if number.startswith("0") and not number.startswith("00"):
        if _NO_PERSON.match(number):
            return False
        if _DRAMA.fullmatch(number) or (said and re.fullmatch(r"0[127]\d{8,9}", number)):
            return True
        return any(_is_valid(number, region) for region in (("GB", "FR", "DE") if said else ("GB", "FR")))
    if number.startswith("+"):
        # Nothing but a telephone number is written with a plus and so many digits: a wrong digit makes it no less one.
        return 9 <= len(number) <= 16
    if number.startswith("00"):
        return _is_valid("+" + number[2:], None)
    return (len(number) == 10 and _is_valid(number, "US")) or (said and _is_valid(number, "ES"))


def is_organisation(number: str) -> bool:
    """Whether a UK number as written rings at an organisation: freephone, one price everywhere, premium."""
    return _NO_PERSON.match(re.sub(r"^(?:\+|00)440?", "0", re.sub(r"[^\d+]", "", number))) is not None


def is_ip(address: str) -> bool:
    """Whether an address is one of the internet's, version 4 or 6."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
