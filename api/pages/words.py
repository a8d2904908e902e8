"""How figures, dates, states and stages are put into words on the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from api.access import LOCAL
from api.records import RETENTION
from consult.groups import WHAT_GROUPS_ARE_NOT
from consult.report.phrases import (
    EXTRACTED,
    GIVEN,
    STABILITY,
    STRENGTH,
    bytes_in_words,
    counted,
    duration,
    number,
    percent,
)

STAGES: Final[dict[str, str]] = {
    "read": "Reading the files",
    "redact": "Replacing personal data",
    "campaigns": "Grouping copied texts",
    "points": "Cutting responses into points",
    "embed": "Turning each point into numbers that stand for its meaning",
    "cluster": "Grouping points into themes",
    "assign": "Deciding which responses raise which theme",
    "summarise": "Choosing titles, summaries and quotes",
}
"""The stages of an analysis in their order, as people read them."""
STATES: Final[dict[str, tuple[str, str]]] = {
    "queued": ("Waiting", "grey"),
    "running": ("Running", "blue"),
    "done": ("Finished", "green"),
    "failed": ("Failed", "red"),
    "cancelled": ("Stopped", "yellow"),
}
"""A job's state -> its word and the colour of its tag."""
STATUSES: Final[dict[str, str]] = {
    "themed": "Raises a theme",
    "unthemed": "Raises no theme",
    "non_answer": "Non-answer",
    "received": "Not analysed",
}
ROLES: Final[dict[str, str]] = {
    "open": "People’s own words",
    "text": "The answer, in people’s own words",
    "closed": "A question with options",
    "demographic": "About who responded",
    "response_id": "The id of the response",
    "respondent_id": "Who answered",
    "submitted_at": "When it was submitted",
    "question_id": "The id of the question",
    "question": "The wording of the question",
    "coded": "Labels that people gave to answers",
    "ignored": "Leave out",
}
"""What a column can be -> as people read it."""


MEMBERS: Final[dict[str, tuple[str, str]]] = {
    "viewer": ("Viewer", "reads the findings"),
    "analyst": ("Analyst", "also uploads files and starts analyses"),
    "owner": ("Owner", "also decides who has access, and can delete the consultation"),
}
"""What a member can be -> its word, and what it allows."""
ACTIONS: Final[dict[str, str]] = {
    "consultation.create": "Made the consultation",
    "consultation.purge": "Deleted its files and findings",
    "upload.create": "Uploaded a file",
    "upload.delete": "Removed a file",
    "setup.put": "Changed how it is analysed",
    "member.put": "Gave a role",
    "member.remove": "Took a role away",
    "nonanswers.decide": "Decided what counts as an answer",
    "job.start": "Started an analysis",
    "job.cancel": "Stopped an analysis",
    "job.retry": "Tried an analysis again",
    "run.export": "Downloaded an export",
}
"""What the audit record calls it -> as people read it."""


DETAILS: Final[dict[str, str]] = {
    "filename": "File",
    "sha256": "Its SHA-256",
    "bytes": "Size",
    "upload_ids": "Files, by their ids",
    "keys": "Parts that were set",
    "question_id": "Question",
    "responses": "Responses",
    "as": "Counted as",
    "principal": "Who",
    "role": "Role",
    "format": "Format",
    "receipt": "Receipt",
    "scopes": "Scopes",
}
"""What the audit record's details are called -> as people read it."""


REMOVED: Final[dict[str, str]] = {
    "uploads": "Uploads",
    "setups": "Settings of the analysis",
    "jobs": "Analyses",
    "job_events": "Messages of their progress",
    "runs": "Findings",
}
"""What a receipt counts -> as people read it."""


def actor(name: str) -> str:
    """Who did it, as people read it."""
    return {LOCAL: "The person at this machine", RETENTION: "The service, as its time was up"}.get(name, name)


def days_left(moment: str | None) -> int | None:
    """Whole days until a moment, 0 when it is past; None when it cannot be told."""
    found = _moment(moment)
    return max(0, (found - datetime.now(UTC)).days) if found else None


def when(moment: str | None) -> str:
    """A time of the database: 3 March 2026 at 14:05 UTC."""
    found = _moment(moment)
    return f"{found.day} {found:%B %Y at %H:%M} UTC" if found else "not recorded"


def day(moment: str | None) -> str:
    """Its day: 3 March 2026."""
    found = _moment(moment)
    return f"{found.day} {found:%B %Y}" if found else "not recorded"


def size(n_bytes: float) -> str:
    """A file's size: 482 bytes, 18.2 kB, 3.1 MB, 1.1 GB."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else bytes_in_words(n_bytes)


def by(name: str) -> str:
    """Who did it, where there is more than one person: " by ada@example.org"."""
    return "" if name == LOCAL else f" by {name}"


def _moment(moment: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(moment or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def seconds_between(earlier: str | None, later: str | None) -> float | None:
    """How long it took; None when either moment is not known."""
    begun, ended = _moment(earlier), _moment(later)
    return max(0.0, (ended - begun) / timedelta(seconds=1)) if begun and ended else None


def roughly(seconds: float) -> str:
    """A time that is guessed: no finer than it can be known."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 50:
        return f"about {round(seconds, -1):.0f} seconds"
    return f"about {counted(max(1, round(seconds / 60)), 'minute')}"


def plain(said: str) -> str:
    """What the library says of files, with the advice that fits the page of their check.

    What it says of options and files of the command line is said of the page's own choices; else it is left out.
    """
    for advice, on_page in _ADVICE:
        said = advice.sub(on_page, said)
    kept = []
    for sentence in re.split(r"(?<=[.!?])\s+", said.strip()):
        clauses = [clause for clause in sentence.split("; ") if not _TECHNICAL.search(clause)]
        if clauses:
            kept.append("; ".join(clauses).rstrip(".") + ".")
    return " ".join(kept)


_ADVICE: Final = tuple(
    (re.compile(advice), on_page)
    for advice, on_page in (
        (r"Name one with --id or \[columns\] response_id\.", "If a column holds them, choose so for it below."),
        (r"list it in \[columns\] closed", f"choose “{ROLES['closed']}” for it below"),
        (r"name it with --open or \[columns\] open", f"choose “{ROLES['open']}” for it below"),
        (r"name the right ones with --\S+ or \[columns\] \w+", "choose below what each column is"),
        (
            r"Say what they are in a mapping file \(`consult map`\), or list them in \[columns\] ignored\.",
            f"Choose below what they are, or leave “{ROLES['ignored']}”.",
        ),
        (r"If they are one, join them in a mapping file; else give each its own wording there\.", ""),
        (r"see the rejects", "see “What was read” below"),
    )
)
"""Advice of the library -> what it comes to on the page."""
_TECHNICAL: Final = re.compile(r"\[(?:columns|ingest|letters)\]|(?<!\S)`?--[a-z]|mapping file|`consult ")


def points(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign: +4, −12, 0."""
    whole = round(100 * abs(difference))
    return "0" if not whole else f"{'+' if difference > 0 else '−'}{whole}"


def place(coordinate: float) -> str:
    """A place on the map: 0.38, −0.10, and never −0.00."""
    shown = f"{abs(coordinate):.2f}"
    return f"−{shown}" if coordinate < 0 and float(shown) else shown


def excerpt(text: str, start: int, end: int, most: int = 360) -> dict[str, Any]:
    """A passage of a text with what stands around it.

    Returns:
        before, passage, after (joined they are a part of the text), cut_before and cut_after (whether more stands
        there).
    """
    room = max(0, most - (end - start)) // 2
    first = 0 if start <= room + 20 else text.find(" ", start - room, start) + 1 or start - room
    last = len(text) if len(text) - end <= room + 20 else text.rfind(" ", end, end + room)
    last = last if last >= end else end + room
    return {
        "before": text[first:start],
        "passage": text[start:end],
        "after": text[end:last],
        "cut_before": first > 0,
        "cut_after": last < len(text),
    }


def sentence(words: str) -> str:
    """Words with a capital at their beginning, and the rest as it is."""
    return words[:1].upper() + words[1:]


FILTERS: Final[dict[str, Any]] = {
    "number": number,
    "percent": percent,
    "when": when,
    "day": day,
    "size": size,
    "duration": duration,
    "points": points,
    "place": place,
    "by": by,
    "actor": actor,
    "plain": plain,
    "sentence": sentence,
}
"""For the templates."""
GLOBALS: Final[dict[str, Any]] = {
    "counted": counted,
    "STATES": STATES,
    "STATUSES": STATUSES,
    "STAGES": STAGES,
    "ROLES": ROLES,
    "MEMBERS": MEMBERS,
    "ACTIONS": ACTIONS,
    "DETAILS": DETAILS,
    "REMOVED": REMOVED,
    "stability_means": STABILITY,
    "extracted_means": EXTRACTED,
    "strength_means": STRENGTH,
    "theme_given": GIVEN,
    "WHAT_GROUPS_ARE_NOT": WHAT_GROUPS_ARE_NOT,
}
