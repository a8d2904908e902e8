"""Dates as files write them, read so that first and last can be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

_MONTHS: Final = {
    name: place
    for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}  # fmt: skip
_TIME: Final = (
    r"(?:[T, ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE: Final = r"(?: ?(?:Z|[A-Z]{2,5}|(?:UTC|GMT)?[+-]\d{1,2}:?(?:\d{2})?))?"
_WEEKDAY: Final = r"(?:[A-Za-z]{3,9},? )?"
_YEAR_FIRST: Final = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}{_ZONE}")
_YEAR_LAST: Final = re.compile(rf"(?P<one>\d{{1,2}})([-/.])(?P<two>\d{{1,2}})\2(?P<year>\d{{4}}|\d\d){_TIME}{_ZONE}")
_DAY_NAMED: Final = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[- ](?P<name>[A-Za-z]{{3,9}})\.?,?[- ](?P<year>\d{{4}})"
    rf"{_TIME}{_ZONE}"
)
_NAME_FIRST: Final = re.compile(
    rf"{_WEEKDAY}(?P<name>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_TIME}{_ZONE}"
)


def read_dates(written: Sequence[str | None]) -> list[datetime | None]:
    """When each of a column's dates was, as it was written: a time zone is left out.

    Of 3/4/2026 the order is that of the column's other dates: 13 and more is a day. Where none of them tells, the day
    is taken to come first, as it does in the United Kingdom.

    Returns:
        The moments, at midnight where no time was given; None where there is no date that can be read.
    """
    found = [None if text is None else _YEAR_LAST.fullmatch(text.strip()) for text in written]
    known = [match for match in found if match is not None]
    day_first = any(int(match["one"]) > 12 for match in known)
    month_first = any(int(match["two"]) > 12 for match in known)
    moments: list[datetime | None] = []
    for text, match in zip(written, found, strict=True):
        if match is None:
            moments.append(None if text is None else _named(text.strip()))
            continue
        one, two = int(match["one"]), int(match["two"])
        if one <= 12 and two <= 12 and day_first and month_first:
            moments.append(None)  # Both orders stand in the column.
            continue
        american = two > 12 or (month_first and one <= 12)
        month, day = (one, two) if american else (two, one)
        moments.append(_moment(match, month, day))
    return moments


def first_and_last(moments: Iterable[datetime | None]) -> tuple[str | None, str | None, int]:
    """The first and last day, as 2026-03-03, and how many moments are known; None, None, 0 where none is."""
    known = [moment for moment in moments if moment is not None]
    if not known:
        return None, None, 0
    return min(known).date().isoformat(), max(known).date().isoformat(), len(known)


def share_between(some: Sequence[datetime], known: Sequence[datetime]) -> float:
    """The share of all known moments that lie from the first to the last of some, in [0, 1]."""
    first, last = min(some), max(some)
    return sum(first <= moment <= last for moment in known) / max(1, len(known))


def _named(text: str) -> datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return _moment(match, int(match["month"]), int(match["day"]))
    match = _DAY_NAMED.fullmatch(text) or _NAME_FIRST.fullmatch(text)
    if match is None or match["name"][:3].lower() not in _MONTHS:
        return None
    return _moment(match, _MONTHS[match["name"][:3].lower()], int(match["day"]))


def _moment(match: re.Match[str], month: int, day: int) -> datetime | None:
    year, hour = int(match["year"]), int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    try:
        return datetime(
            year if year > 99 else 2000 + year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0)
        )
    except ValueError:
        return None
