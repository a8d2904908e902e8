"""Bytes to text: the configured encoding, else a byte order mark, else strict UTF-8, else a guess that is shown.

How the guess is made: the text is taken for cp1252, which Windows and Excel write in western Europe, unless it reads
as words there in no western language, and does in a language of another encoding. Encodings are told apart by
misfits: letters that the language does not have, capitals inside words, symbols between letters.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Final, Literal

from charset_normalizer import from_bytes

from consult.errors import InputError
from consult.ingest.grid import plural

# The UTF-32 marks begin with the UTF-16 ones, so they are tried first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES: Final = 4096
_GUESS_LINES: Final = 2000
_GUESS_BYTES: Final = 200_000

_HAN: Final = "".join(map(chr, range(0x4E00, 0xA000)))
_KANA: Final = "".join(map(chr, range(0x3041, 0x30FF)))
_HANGUL: Final = "".join(map(chr, range(0xAC00, 0xD7A4)))
_CHINESE: Final = "的一是不了人我在有他中大上以和要到地可得下自年之子也多用出生好"
_CYRILLIC: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћђџѓќ"
_GREEK: Final = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
_HEBREW: Final = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
_ARABIC: Final = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکںھہےٹڈڑـ"
_WESTERN: Final = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßéà",  # German
    "áéíñóúüïçàèòªº",  # Spanish, Catalan, Irish
    "áàâãçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùúªº",  # Italian
    "åäöæøéüóòôàšž",  # Danish, Finnish, Norwegian, Swedish
    "áðéíóúýþæö",  # Icelandic
    "áéíóúëïöüèêç",  # Dutch
    "âêîôûáéíóúàèìòùäëïöüýÿ",  # Welsh, as far as cp1252 has it: not ŵ and ŷ
)
_CENTRAL: Final = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")


@dataclass(frozen=True)
class _Reading:
    """An encoding, and what a language written in it looks like.

    Attributes:
        encoding: As Python names it.
        letters: The letters of the language beyond a to z, in lower case.
        common: Those of them that are frequent; they decide between alphabets that fit alike.
        script: latin: its letters stand among a to z; other: they do not; wide: they do, but never one alone.
    """

    encoding: str
    letters: frozenset[str]
    common: frozenset[str] = frozenset()
    script: Literal["latin", "other", "wide"] = "latin"


def _latin(encoding: str, *alphabets: str) -> Iterator[_Reading]:
    return (_Reading(encoding, frozenset(alphabet)) for alphabet in alphabets)


def _other(encoding: str, letters: str, common: str) -> _Reading:
    return _Reading(encoding, frozenset(letters), frozenset(common), "other")


def _wide(encoding: str, letters: str, common: str) -> _Reading:
    return _Reading(encoding, frozenset(letters), frozenset(common), "wide")


_DEFAULT: Final = tuple(_latin("cp1252", *_WESTERN))
_SINGLE_BYTE: Final = (
    *_latin("cp1250", *_CENTRAL),
    *_latin("iso8859_2", *_CENTRAL),
    *_latin("cp1254", "çğıİöşü"),
    *_latin("cp1257", "āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
    *_latin("mac_roman", *_WESTERN),
    *_latin("cp850", *_WESTERN),
    _other("cp1251", _CYRILLIC, "оеаинтсрвл"),
    _other("cp1253", _GREEK, "αοιετνσηρπ"),
    _other("cp1255", _HEBREW, "יוהלארתבשמ"),
    _other("cp1256", _ARABIC, "اليمونرتبة"),
    _other("koi8_r", _CYRILLIC, "оеаинтсрвл"),
    _other("cp866", _CYRILLIC, "оеаинтсрвл"),
)
# A letter takes two bytes or more here.
_MULTI_BYTE: Final = {
    "cp932": _wide("cp932", _KANA + _HAN, _KANA),
    "euc_jp": _wide("euc_jp", _KANA + _HAN, _KANA),
    "gb18030": _wide("gb18030", _HAN, _CHINESE + "们这来国时说为对会"),
    "big5": _wide("big5", _HAN, _CHINESE + "們這來國時說為對會"),
    "cp949": _wide("cp949", _HANGUL, _HANGUL),
}
# So many letters that are UTF-8 to one place that is not: no other encoding has that by chance.
_UTF8_LETTERS: Final = 3
# What joins or parts letters without a space.
_BETWEEN_LETTERS: Final = frozenset("’‘“”´·…–—\xa0\xad«»•")
_DIGITS: Final = frozenset("0123456789")
# Fewer misfits than so many, or than this share of the letters, prove nothing against cp1252 ...
_MISFITS: Final = 2
_MISFIT_SHARE: Final = 0.05
# ... and another encoding must have at most this share of them.
_FEWER: Final = 0.25


def decode(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Decodes a text file without changing a character; only a leading byte order mark is taken off.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        encoding: What the configuration says, or None.

    Returns:
        The text, and a note that says which encoding was used and how it was found.

    Raises:
        InputError: the configured encoding is unknown or does not fit, or the bytes are no text at all.
    """
    if encoding is not None:
        return _configured(name, content, encoding), f"encoding: {encoding} (configured)"
    for mark, marked in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(marked), f"encoding: {marked} (byte order mark)"
            except UnicodeDecodeError:
                break
    if unmarked := _utf16_without_mark(content):
        try:
            return content.decode(unmarked), f"encoding: {unmarked} (guessed: no byte order mark)"
        except UnicodeDecodeError:
            pass
    try:
        return content.decode("utf-8"), "encoding: utf-8 (strict)"
    except UnicodeDecodeError:
        return _guessed(name, content)


def _configured(name: str, content: bytes, encoding: str) -> str:
    try:
        # A decoder that gives bytes (hex, zip) or lone surrogates is no text encoding for our purpose.
        text = content.decode(codecs.lookup(encoding).name)
        text.encode("utf-8")
    except LookupError:
        raise InputError(
            "unknown_encoding",
            f"{name}: there is no text encoding named {encoding!r}.",
            "Name one such as utf-8, cp1252 or utf-16 in [ingest] encoding, or leave it out to have it detected.",
        ) from None
    except (UnicodeError, ValueError) as error:
        where = f" (first at byte {error.start + 1:,})" if isinstance(error, UnicodeDecodeError) else ""
        raise InputError(
            "wrong_encoding",
            f"{name}: is not {encoding}{where}.",
            "Name another in [ingest] encoding, or leave it out to have it detected.",
        ) from None
    return text.removeprefix("\ufeff")


def _utf16_without_mark(content: bytes) -> str | None:
    """Text in western letters has a NUL in nearly every second byte when it is UTF-16."""
    sample = content[:_SAMPLE_BYTES]
    if len(content) % 2 or len(sample) < 4:
        return None
    half = len(sample) // 2
    first, second = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if second > 0.9 and first < 0.05:
        return "utf-16-le"
    if first > 0.9 and second < 0.05:
        return "utf-16-be"
    return None


def _guessed(name: str, content: bytes) -> tuple[str, str]:
    if b"\0" in content:
        raise InputError(
            "binary_file",
            f"{name}: is not a text file: it holds zero bytes and is not Unicode.",
            "Give a CSV, TSV, TXT, JSONL, Parquet, XLSX, XLSB, XLS or ODS file.",
        )
    _refuse_damaged_utf8(name, content)
    # Only lines with bytes above 127 tell encodings apart, and those may come late in a large file.
    telling = islice((line for line in content.splitlines(keepends=True) if not line.isascii()), _GUESS_LINES)
    sample = b"".join(telling)[:_GUESS_BYTES]
    for candidate in chain(_better_than_default(content, sample), ["cp1252"], _last_resort(sample)):
        if _decodes(content, candidate):
            note = f"Caution: encoding guessed: {candidate}: check accented letters; set [ingest] encoding if wrong"
            return content.decode(candidate), note
    raise AssertionError("latin-1 decodes any bytes")


def _refuse_damaged_utf8(name: str, content: bytes) -> None:
    """Read in any other encoding, every letter beyond a to z would be wrong for the sake of a few bytes."""
    text = content.decode("utf-8", "replace")
    n_damaged = text.count("\ufffd")
    n_letters = sum(count for char, count in Counter(text).items() if not char.isascii()) - n_damaged
    if n_letters <= _UTF8_LETTERS * n_damaged:
        return
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            "wrong_encoding",
            f"{name}: is UTF-8 but for {plural(n_damaged, 'place')}, the first at byte {error.start + 1:,}.",
            "Correct it there and save it as UTF-8, or name another encoding in [ingest] encoding.",
        ) from None


def _last_resort(sample: bytes) -> Iterator[str]:
    yield from (match.encoding for match in from_bytes(sample))
    yield "latin-1"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _better_than_default(content: bytes, sample: bytes) -> list[str]:
    """The encodings in which the text makes words as it does not in cp1252, best first; usually none."""
    seen = _in_context(sample, "cp1252")
    misfits = min(_misfits(seen, reading) for reading in _DEFAULT)
    enough = max(_MISFITS, _MISFIT_SHARE * seen.total()) if _decodes(content, "cp1252") else 1
    if misfits < enough:
        return []
    # Nearly any bytes make Chinese: charset-normalizer knows which of these texts are a mess.
    sound = [match.encoding for match in from_bytes(sample, cp_isolation=list(_MULTI_BYTE))]
    ranked = []
    for order, reading in enumerate([*_SINGLE_BYTE, *(_MULTI_BYTE[name] for name in sound if name in _MULTI_BYTE)]):
        found = _in_context(sample, reading.encoding)
        n_misfits = _misfits(found, reading)
        if n_misfits <= _FEWER * misfits:
            n_common = sum(count for (_, char, _), count in found.items() if char.lower() in reading.common)
            ranked.append((n_misfits, -n_common / max(1, found.total()), order, reading.encoding))
    return [encoding for *_, encoding in sorted(ranked)]


def _in_context(sample: bytes, encoding: str) -> Counter[tuple[str, str, str]]:
    """Counts each character that is not ASCII with the one before and the one after it."""
    text = f" {sample.decode(encoding, 'replace')} "
    return Counter(
        (before, char, after)
        for (before, char), after in zip(pairwise(text), islice(text, 2, None), strict=False)
        if not char.isascii()
    )


def _misfits(seen: Counter[tuple[str, str, str]], reading: _Reading) -> int:
    return sum(count for (before, char, after), count in seen.items() if _is_misfit(before, char, after, reading))


def _is_misfit(before: str, char: str, after: str, reading: _Reading) -> bool:
    if not char.isalpha() or char == "µ":
        between = before.isalpha() and after.isalpha()
        return char == "\ufffd" or (char < "\xa0") or (between and char not in _BETWEEN_LETTERS)
    if char not in reading.letters and char.lower() not in reading.letters:
        return True
    if char.isupper() and before.islower():
        return True
    if reading.script == "latin":
        # A pound sign that is read in the wrong encoding is a letter before a number.
        return after in _DIGITS
    beside = [neighbour.isascii() and neighbour.isalpha() for neighbour in (before, after)]
    alone = before.isascii() and after.isascii()
    return any(beside) and (alone or reading.script == "other")
