"""The words by which survey tools and people name columns, and the row in which they stand.

Headers are compared in lower case without spaces and punctuation: "Response ID", "response_id" and "ResponseId" are
one name. **Source** of the names: the exports of Citizen Space, Google Forms, GOV.UK Forms, LimeSurvey, Microsoft
Forms, Polis, Qualtrics, regulations.gov, SmartSurvey, SurveyMonkey, Typeform and Unipark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from consult.ingest import tongues
from consult.ingest.grid import plural
from consult.ingest.profiles import DATE, EMAIL, NUMBER, URL

# In order of preference. The first group names a response and nothing else; the last may also mean other things.
RESPONSE_IDS: Final = (
    "responseid", "submissionid", "answerid", "commentid", "documentid", "submissionreference", "responsereference",
    "responseref", "submissionref", "responsenumber", "id",
    *tongues.RESPONSE_IDS,
)  # fmt: skip
RESPONDENT_IDS: Final = (
    "respondentid", "participantid", "userid", "personid", "authorid", "respondentnumber", "respondentno", "userno",
    "respondent", "participant",
    *tongues.RESPONDENT_IDS,
)  # fmt: skip
LOOSE_IDS: Final = (
    "reference", "ref", "referencenumber", "refno", "uniqueid", "recordid", "record", "recordno", "rowid", "uid",
    "uuid", "guid", "caseid", "lfdn", "serial", "serialnumber", "token", "trackingnumber", "#",
    *tongues.LOOSE_IDS,
)  # fmt: skip
QUESTION_IDS: Final = (
    "questionid", "qid", "questioncode", "questionnumber", "questionno", "questionref", "questionkey", "qno",
    *tongues.QUESTION_IDS,
)  # fmt: skip
QUESTIONS: Final = (
    "question",
    "questiontext",
    "questionwording",
    "wording",
    "questiontitle",
    "prompt",
    *tongues.QUESTIONS,
)
TEXTS: Final = (
    "text", "responsetext", "answertext", "commenttext", "commentbody", "freetext", "freetextresponse", "verbatim",
    "comment", "comments", "response", "answer", "feedback", "submissiontext", "submission", "body", "content",
    *tongues.TEXTS,
)  # fmt: skip

_CONTACT: Final = re.compile(
    r"\b(first|last|full|middle|given|family|your|respondent|contact|user|sender)( and last)? ?names?\b|^names?$"
    r"|\b(surname|forename)|e ?mail|\b(tele)?phone\b|^mobile\b|\bip ?addr|^ip$|\brecipient"
    r"|^location ?(latitude|longitude)|date of birth|\bdob\b|\bwhat is your name\b|national insurance|nhs number"
    rf"|{tongues.CONTACT}"
)
_ADDRESS: Final = re.compile(
    r"^(what is )?(your |postal |home |street |full )*(address|postcode)\b|^address line"
    rf"|{tongues.ADDRESS}"
)
_BOOKKEEPING: Final = re.compile(
    r"^(status|progress|finished|duration.*|time taken|seed|last ?page|start ?language|collector ?id|custom data.*"
    r"|distribution ?channel|network ?id|ending|tags|response ?type|ref ?url|referrer|user ?agent|tracking.*"
    r"|interview ?time|group ?time.*|.*q\d+ ?time|moderated|group ?id|external reference|user ?language"
    r"|.*\banalyst notes|.* tags)$"
)
_DEMOGRAPHIC: Final = re.compile(
    r"\b(age|ages|gender|sex|ethnic|ethnicity|race|disab\w*|religion|belief|sexual orientation|marital|region|area"
    r"|nation|country|county|city|town|ward|district|borough|constituency|state|postcode|locality|responding as"
    r"|respondent ?type|organi[sz]ations?|organi[sz]ation ?type|sector|role|job|occupation|profession|employer|trust"
    r"|service|department|school|stakeholder|capacity|education|qualification|income|household|tenure|language|lang"
    rf"|identify|pregnan\w*|carer|individual|live|old|{tongues.DEMOGRAPHIC})\b"
)
_ABOUT_YOU: Final = re.compile(
    r"^(what is|what's|what (type|kind|sort) of|which|where do|where does|are you|how old"
    r"|do you (have|identify|consider|live|work)"
    r"|how would you describe|in what capacity|in which|i am|your|is the gender|please (select|tell us) (your|which))\b"
    rf"|^({tongues.ABOUT_YOU})"
)
_OPEN: Final = re.compile(
    r"\b(explain|comments?|tell us|why|describe|reasons?|suggest\w*|thoughts|views?|feedback|elaborate|further"
    r"|anything else|other|another|details?|what (could|can|would|should|was|do you like)"
    r"|how (could|can|would|should|might)|improve\w*|concerns|free ?text|open ended|verbatim|please (give"
    rf"|provide|say|specify|use)|{tongues.OPEN})\b"
)
_CONSENT: Final = re.compile(r"\b(e ?mail|publish\w*|confidential\w*|contact(ed)? (you|me))\b")
_ASKS: Final = re.compile(
    r"\?|^(q(uestion)? ?\d+|\d+[.)]|prop\w* \d+)|^(do|does|did|should|would|to what extent|how|what|which|why"
    r"|where|when"
    rf"|who|are|is|have|has|please|{tongues.ASKS})\b"
)
_WHEN: Final = (
    "submittedat", "submitted", "submitdate", "submitdateutc", "datesubmitted", "submissiondate", "completed",
    "completiontime", "timestamp", "receiveddate", "received", "datereceived", "recordeddate", "responsedate",
    "datestamp", "enddate", "ended", "date", "datetime", "posteddate", "created", "createdat", "startdate", "starttime",
    *tongues.WHEN,
)  # fmt: skip

HEADER_SAMPLE: Final = 200
"""Rows from the first filled one on that `find_header` needs to see, where the file has so many."""

_MOST_TITLE_ROWS: Final = 15
_LONG_NAME: Final = 150
_LONGEST_NAME: Final = 500
_NO_NAME: Final = re.compile("|".join((NUMBER, DATE, EMAIL, URL)))
_SURE_NAMES: Final = frozenset((*RESPONSE_IDS, *RESPONDENT_IDS, *LOOSE_IDS, *QUESTION_IDS, *QUESTIONS, *TEXTS))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Which row names the columns: the first, unless it belongs to a title block (a title, a date, blank lines).

    Rows are a title block where they fill at most half as many cells as a row soon after them (or one or two cells),
    and that row is filled like the rows below it, in short, different texts, and no cell is like one below it.

    Args:
        rows: The first rows of a file, from the first that is filled on; more than `HEADER_SAMPLE` are not looked at.

    Returns:
        The place of the header in `rows`; 0 unless there is strong evidence of a title block.
    """
    rows = rows[:HEADER_SAMPLE]
    filled = [{place for place, cell in enumerate(row) if cell.strip()} for row in rows]
    if len(rows) < 3 or any(key_of(cell) in _SURE_NAMES for cell in rows[0]):
        return 0
    ends_block = [
        place
        for place in range(1, min(_MOST_TITLE_ROWS + 1, len(rows)))
        if 2 * len(filled[0]) <= len(filled[place])
        and all(_is_sparse(len(before), len(filled[place])) for before in filled[:place])
    ]
    header = max(ends_block, key=lambda place: len(filled[place]), default=0)
    return header if header and _heads(rows, filled, header) else 0


def title_block_notes(first_row: int, header: int) -> list[str]:
    """Says which row of the file is the header, and which filled and blank rows above it were left out as a title.

    Args:
        first_row: The number in the file, from 1, of the first filled row.
        header: What `find_header` found.
    """
    notes = [f"header: row {first_row + header}"] if first_row + header > 1 else []
    if header:
        block = f"row {first_row}" if header == 1 else f"rows {first_row} to {first_row + header - 1}"
        notes.append(
            f"Caution: {block} taken as a title above the header (guessed: {plural(header, 'row')} with far fewer "
            f"filled cells than below) and not read as responses"
        )
    return notes


def _is_sparse(n_filled: int, n_header: int) -> bool:
    return 2 * n_filled <= n_header or (n_filled <= 2 and n_filled < n_header)


def _heads(rows: Sequence[Sequence[str]], filled: Sequence[set[int]], header: int) -> bool:
    """Whether a row that ends sparse rows is the header of those below."""
    names = rows[header]
    below = [place for place in range(header + 1, len(rows)) if filled[place]]
    # Short rows are cut by nobody but hand: prose with commas looks like this, so more is asked of it.
    padded = len(rows[0]) == len(names)
    if len(below) < (1 if padded else 3) or (not padded and len(filled[header]) < 3):
        return False
    if sum(len(rows[place]) == len(names) for place in below) < 0.8 * len(below):
        return False
    if 2 * median(len(filled[place]) for place in below) < len(filled[header]):
        return False
    # A header in two rows: the names that the second lacks stand in the first.
    under_title = set().union(*filled[:header]) - filled[header]
    if under_title & set().union(*(filled[place] for place in below)):
        return False
    return _are_names(names, filled[header], [rows[place] for place in below])


def _are_names(names: Sequence[str], filled: set[int], below: Sequence[Sequence[str]]) -> bool:
    texts = [names[place].strip() for place in sorted(filled)]
    lengths = [len(text) for text in texts]
    if median(lengths) > _LONG_NAME or max(lengths) > _LONGEST_NAME or len(set(texts)) < 0.8 * len(texts):
        return False
    if any(_NO_NAME.search(text) for text in texts):
        return False
    return not any(_shape(row[place]) == _shape(names[place]) for row in below for place in filled if place < len(row))


def _shape(cell: str) -> str:
    """The cell with every number alike: R1 and R20 are of one kind."""
    return re.sub(r"\d+", "0", cell.strip())


def key_of(header: str) -> str:
    """The header in lower case, letters and digits only; "#" stays itself."""
    return re.sub(r"[\W_]+", "", header.lower()) or header.strip()


def words_of(header: str) -> str:
    """The header in lower case with single spaces for underscores, hyphens and line ends."""
    return re.sub(r"[\s_\-]+", " ", header.lower()).strip()


def is_contact(header: str) -> bool:
    """Whether the header asks who or where somebody is, in a way that points at one person."""
    words = words_of(header)
    return len(words.split()) <= 12 and bool(_CONTACT.search(words))


def is_address(header: str) -> bool:
    """Whether the header asks for a postal address or postcode."""
    return bool(_ADDRESS.search(words_of(header)))


def is_bookkeeping(header: str) -> bool:
    """Whether survey tools fill this column for themselves."""
    return bool(_BOOKKEEPING.match(words_of(header)))


def is_demographic(header: str) -> bool:
    """Whether the header is the name of an attribute of people or organisations, or asks for one."""
    words = re.sub(r"^(q(uestion)? ?)?\d+[a-z]?[.):]? ", "", words_of(header))
    if not _DEMOGRAPHIC.search(words) or _CONSENT.search(words):
        return False
    return len(words.split()) <= 4 or "responding as" in words or bool(_ABOUT_YOU.match(words))


def invites_prose(header: str) -> bool:
    """Whether the header asks people to write in their own words."""
    return bool(_OPEN.search(words_of(header)))


def expects_prose(header: str) -> bool:
    """Whether the header itself leads one to expect people's own words: it names them, asks for them, or asks."""
    return key_of(header) in TEXTS or invites_prose(header) or asks(header)


def asks(header: str) -> bool:
    """Whether the header reads as a question."""
    return bool(_ASKS.search(words_of(header)))


def when_rank(header: str) -> int:
    """How well the header fits the moment of submission: 0 is best; a large number says it does not."""
    key = key_of(header)
    return _WHEN.index(key) if key in _WHEN else len(_WHEN)
