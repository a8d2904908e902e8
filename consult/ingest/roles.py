"""A column's role from its header and its profile, with the reason in plain English."""

from __future__ import annotations

from typing import Final

from consult.ingest import headers
from consult.ingest.grid import plural
from consult.ingest.headings import Role
from consult.ingest.profiles import Profile
from consult.naming import quoted

WEAK: Final = (
    "short values",
    "numbers",
    "an attribute with too many",
    "almost empty",
    "values that mostly",
    "reads as",
)
"""How the reasons begin with which a column is left out for want of a better guess."""
NOTHING: Final = "no cell holds anything"
_MOST_OF_SCALE: Final = 30
"""Different values. An open question that most people answer with No has many more beside it."""
CONTACT_REASON: Final = "contact details: not needed for analysis"


def wide_role(name: str, profile: Profile) -> tuple[Role, str]:
    """The role of a column of a wide file that is no id, and why."""
    if (plain := _left_out(name, profile)) is not None:
        return plain
    values = _values(profile)
    if profile.n_filled <= 2 and profile.n_rows >= 200:
        return "ignored", f"almost empty: {values}"
    if headers.is_bookkeeping(name):
        return "ignored", "filled in by the survey tool, not by people"
    if profile.is_multi:
        return _several(profile)
    if (attribute := _attribute(name, profile)) is not None:
        return attribute
    if profile.scale >= 0.8 and profile.n_distinct <= _MOST_OF_SCALE:
        return "closed", f"{values}, such as agree or disagree, yes or no"
    return _prose_or_options(name, profile)


def long_role(name: str, profile: Profile) -> tuple[Role, str]:
    """The role of a column of a long file that is no id, question or text, and why."""
    if (plain := _left_out(name, profile)) is not None:
        return plain
    if (attribute := _attribute(name, profile)) is not None:
        return attribute
    values = _values(profile)
    if profile.is_few:
        return "demographic", values
    if profile.numbers >= 0.9:
        return "ignored", f"numbers: {values}"
    if profile.is_wordy:
        return "ignored", f"reads as prose ({values}), but a file with a row an answer has one column of answers"
    return "ignored", f"values that mostly differ: {values}"


def settle_dates(guesses: dict[str, tuple[Role, str]], configured: str | None) -> dict[str, tuple[Role, str]]:
    """Takes the date whose header fits submission best as submitted_at, and leaves out the other dates."""
    dates = [name for name, (role, _) in guesses.items() if role == "date"]
    chosen = configured or min(dates, key=headers.when_rank, default="")
    settled = dict(guesses)
    for name in dates:
        if name == chosen:
            settled[name] = ("submitted_at", "dates, and the header fits when it was submitted")
        else:
            settled[name] = ("ignored", f"another date: {quoted(chosen)} is taken as when it was submitted")
    return settled


def _left_out(name: str, profile: Profile) -> tuple[Role, str] | None:
    """Blank columns, contact details, addresses of the web, dates."""
    if not profile.n_filled:
        return "ignored", NOTHING
    chosen = profile.scale >= 0.5
    if profile.emails >= 0.5 or (headers.is_contact(name) and profile.median_words <= 4 and not chosen):
        return "ignored", CONTACT_REASON
    if headers.is_address(name) and profile.median_words <= 12 and not profile.is_few:
        return "ignored", CONTACT_REASON
    if profile.urls >= 0.5:
        return "ignored", "web addresses"
    if profile.dates >= 0.9:
        return ("ignored", "dates that people gave as an answer") if headers.asks(name) else ("date", "dates")
    return None


def _several(profile: Profile) -> tuple[Role, str]:
    between = " with a vertical bar between them" * (profile.separator == "|")
    return "closed", f"cells list options{between}: {plural(profile.n_options, 'different one')}"


def _attribute(name: str, profile: Profile) -> tuple[Role, str] | None:
    """What is known of people and organisations, by the header."""
    if not headers.is_demographic(name) or headers.invites_prose(name):
        return None
    values = _values(profile)
    if profile.median_words >= 12 and not profile.is_few and "?" not in name:
        return None
    if profile.n_distinct <= 30 or 4 * profile.n_distinct <= min(profile.n_filled, 400):
        return "demographic", f"its header names an attribute of people or organisations; {values}"
    if profile.is_wordy and profile.median_words >= 7:
        return None
    return "ignored", f"an attribute with too many values to compare groups by: {values}"


def _prose_or_options(name: str, profile: Profile) -> tuple[Role, str]:
    values = _values(profile)
    prose = f"a median of {profile.median_words:g} words, {values}"
    if profile.is_wordy:
        return "open", f"reads as prose: {prose}"
    if headers.invites_prose(name) and profile.max_words >= 4 and (not profile.is_few or profile.median_words >= 5):
        return "open", f"its header asks for people's own words: {prose}"
    if headers.asks(name) and profile.max_words == 1 and profile.n_distinct < min(profile.n_filled, 11):
        return "closed", f"a question answered with single words or codes that come again: {values}"
    if headers.asks(name) and headers.invites_prose(name) and not profile.is_few and profile.numbers < 0.5:
        return "open", f"its header asks for people's own words, though they wrote few: {prose}"
    if profile.is_few:
        return ("closed", f"a question with {values}") if headers.asks(name) else ("demographic", values)
    if profile.numbers >= 0.9:
        return "ignored", f"numbers: {values}"
    if headers.asks(name) and profile.median_words >= 2:
        return "open", f"a question answered in words that differ: {prose}"
    return "ignored", f"short values that mostly differ: {values}"


def _values(profile: Profile) -> str:
    return f"{plural(profile.n_distinct, 'different value')} in {plural(profile.n_filled, 'filled cell')}"


__all__ = ["CONTACT_REASON", "NOTHING", "WEAK", "Role", "long_role", "settle_dates", "wide_role"]
