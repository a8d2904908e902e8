"""Bytes to text: the configured encoding, else a byte order mark, else strict UTF-8, else a guess that is shown."""

from __future__ import annotations

import codecs
from itertools import islice
from typing import Final

from charset_normalizer import from_bytes

from consult.errors import InputError

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
    # Only lines with bytes above 127 tell encodings apart, and those may come late in a large file.
    telling = islice((line for line in content.splitlines(keepends=True) if not line.isascii()), _GUESS_LINES)
    matches = from_bytes(b"".join(telling)[:_GUESS_BYTES])
    best = matches.best()
    candidates = [best.encoding] if best else []
    if best is None or any(
        match.chaos <= best.chaos and "cp1252" in (match.encoding, *match.could_be_from_charset) for match in matches
    ):
        # Where it reads as well as the guess, the encoding that Windows and Excel write in western Europe is likelier.
        candidates.insert(0, "cp1252")
    for candidate in [*candidates, "latin-1"]:
        try:
            text = content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        return text, f"encoding: {candidate} (guessed; set [ingest] encoding if letters look wrong)"
    raise AssertionError("latin-1 decodes any bytes")
