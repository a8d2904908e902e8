"""What the exports say in words: counts, shares, dates, and the sentences that every reader must see."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from consult.analysis import Run
from consult.ingest.grid import REASONS
from consult.languages import NAMES
from consult.report.ledger import LedgerLine
from consult.strength import STRENGTH as STRENGTH
from consult.strength import strength_in_words as strength_in_words

GIVEN: Final = "Given to the analysis by those who ran it, not found in the responses."
WHAT_THIS_IS: Final = (
    "This report groups what people wrote in answer to a consultation into themes, ranks the themes by how many people "
    "raise them, and shows the words that each theme rests on."
)
_PEOPLE: Final = "“People” stands for everyone who responded, organisations included, and each counts once."
LIMITS: Final = (
    "Counts are of the people who chose to respond. They are not a vote and not a survey of the population.",
    "Themes were found by a machine and a person should check them.",
    "A person may raise several themes, so the shares of the themes do not add up to 100%.",
    _PEOPLE,
    "Many copies of one text may be a campaign. They are all counted; the count of distinct texts, where equal texts "
    "count once, stands beside.",
)
_OF_RESPONSES: Final = {
    LIMITS[0]: "Counts are of responses, as the files do not say who sent them. They are not a vote and not a survey "
    "of the population.",
    LIMITS[2]: "A response may raise several themes, so the shares of the themes do not add up to 100%.",
    _PEOPLE: None,
}
"""What is said in the place of limits that speak of people, where people were not told apart; None: nothing."""


SOLID: Final = 0.75
FAIR: Final = 0.5
"""From what stability a theme is solid, and from what fair.

Source: Hennig 2007: a cluster whose mean Jaccard similarity over resamplings is 0.75 or more is stable, and one below
0.5 has dissolved.
"""
STABILITY: Final = (
    "Stability says how far a theme comes back when themes are found again on samples of the points: "
    f"solid from {SOLID:.0%}, fair from {FAIR:.0%}, fragile below. A fragile theme may be cut otherwise next time, or "
    "be part of another: read its responses before you rest anything on its number."
)


EXTRACTED: Final = (
    "What stands in quotation marks is respondents’ words. Counted are the responses that come near to it in meaning: "
    "to speak of a thing is not to be for it."
)


def describe_stability(stability: float | None) -> str:
    """A theme's stability in one word: solid, fair or fragile; "not measured" where it is None."""
    if stability is None:
        return "not measured"
    return "solid" if stability >= SOLID else "fair" if stability >= FAIR else "fragile"


def stability_word(row: Mapping[str, Any]) -> str:
    """`describe_stability` of a row of THEMES; "given" of a theme that was not found, so that there is none."""
    return "given" if row["source"] == "given" else describe_stability(row["stability"])


def number(count: int) -> str:
    """A count with commas: 1,347."""
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 person, 1,347 people."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share in [0, 1] as a whole percentage; one that would wrongly round to none or all says so."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    # Halves go up, as a reader and Excel expect; Python alone would take 0.5% for 0%.
    return f"{math.floor(100 * share + 0.5)}%"


def reason_sentence(reason: str) -> str:
    """Why rows were rejected; a reason without a sentence is named."""
    return REASONS.get(reason, reason.replace("_", " ").capitalize() + ".")


def balance_sentence(total: LedgerLine) -> str:
    """Whether every row is accounted for."""
    if total.balances:
        return f"The ledger balances: {counted(total.n_read, 'row was', 'rows were')} read and all are accounted for."
    return "The ledger does not balance: do not rely on the counts until the difference is explained."


def sum_of_rows(n_read: int, n_responses: int, n_rejected: int, n_blank: int) -> str:
    """What became of rows: 13 rows read = 10 responses + 1 rejected + 2 blank."""
    responses = counted(n_responses, "response")
    return f"{counted(n_read, 'row')} read = {responses} + {n_rejected:,} rejected + {n_blank:,} blank"


def sum_of_responses(n_responses: int, n_themed: int, n_unthemed: int, n_non_answers: int) -> str:
    """What became of responses: 10 responses = 6 with a theme + 3 with none + 1 non-answer."""
    non_answers = counted(n_non_answers, "non-answer")
    return f"{counted(n_responses, 'response')} = {n_themed:,} with a theme + {n_unthemed:,} with none + {non_answers}"


def says_something(n_answered: int, n_responses: int) -> str:
    """How many responses are no non-answers: 0 of 10 responses say something of substance."""
    verb = "says" if n_responses == 1 else "say"
    return f"{n_answered:,} of {counted(n_responses, 'response')} {verb} something of substance."


def made_at(manifest: Mapping[str, Any]) -> datetime | None:
    """When the run was made, in UTC; None when the manifest does not say so readably."""
    try:
        moment = datetime.fromisoformat(str(manifest.get("created_at", "")))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def made_when(manifest: Mapping[str, Any]) -> str:
    """When the run was made: 3 March 2026 at 14:05 UTC, or "not recorded"."""
    moment = made_at(manifest)
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC" if moment else "not recorded"


def run_notes(manifest: Mapping[str, Any]) -> list[str]:
    """What every reader of the run or of a question must know, such as that personal data was not removed."""
    return [str(note) for note in manifest.get("notes") or []]


def all_notes(run: Run) -> list[str]:
    """The notes of the run, then those of its questions, which they name."""
    own = [f"{a.question_id}: {note}" for a in run.analyses for note in run_notes(a.manifest)]
    return [*run_notes(run.manifest), *own]


def people_known(manifest: Mapping[str, Any]) -> bool:
    """Whether the run says who answered; where it does not, each response was counted as one person."""
    return manifest.get("respondents_known") is not False


def limits_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """`LIMITS` as they hold for the run: of responses where people were not told apart."""
    if people_known(manifest):
        return LIMITS
    said = (_OF_RESPONSES.get(limit, limit) for limit in LIMITS)
    return tuple(limit for limit in said if limit is not None)


def what_this_is(manifest: Mapping[str, Any]) -> str:
    """`WHAT_THIS_IS`, of responses where people were not told apart."""
    return (
        WHAT_THIS_IS
        if people_known(manifest)
        else WHAT_THIS_IS.replace("how many people raise", "how many responses raise")
    )


def bytes_in_words(size: float) -> str:
    """A file's size: 482 bytes, 18.2 kB, 3.1 MB."""
    if size < 1000:
        return f"{size:.0f} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def duration(seconds: float) -> str:
    """How long it took: 0.4 seconds, 12 seconds, 3 minutes 5 seconds."""
    if seconds < 60:
        return f"{seconds:.1f} seconds" if seconds < 10 else f"{seconds:.0f} seconds"
    minutes, rest = divmod(round(seconds), 60)
    return counted(minutes, "minute") + (f" {counted(rest, 'second')}" if rest else "")


def translation_heading(language: str, translated_by: str, translator: str | None) -> str:
    """What stands above a translation: into what it is, and who made it."""
    into = NAMES.get(language, language)
    named = f", {translator}" if translator else ""
    return f"Translation into {into}, made by a {translated_by}{named}. These are not the respondent’s words."
