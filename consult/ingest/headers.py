"""The words by which survey tools and people name columns.

Headers are compared in lower case without spaces and punctuation: "Response ID", "response_id" and "ResponseId" are
one name. **Source** of the names: the exports of Citizen Space, Google Forms, GOV.UK Forms, LimeSurvey, Microsoft
Forms, Polis, Qualtrics, regulations.gov, SmartSurvey, SurveyMonkey, Typeform and Unipark.
"""

from __future__ import annotations

import re
from typing import Final

# In order of preference. The first group names a response and nothing else; the last may also mean other things.
RESPONSE_IDS: Final = (
    "responseid", "submissionid", "answerid", "commentid", "documentid", "submissionreference", "responsereference",
    "responseref", "submissionref", "responsenumber", "id",
)  # fmt: skip
RESPONDENT_IDS: Final = (
    "respondentid", "participantid", "userid", "personid", "authorid", "respondentnumber", "respondentno", "userno",
    "respondent", "participant",
)  # fmt: skip
LOOSE_IDS: Final = (
    "reference", "ref", "referencenumber", "refno", "uniqueid", "recordid", "record", "recordno", "rowid", "uid",
    "uuid", "guid", "caseid", "lfdn", "serial", "serialnumber", "token", "trackingnumber", "#",
)  # fmt: skip
QUESTION_IDS: Final = (
    "questionid", "qid", "questioncode", "questionnumber", "questionno", "questionref", "questionkey", "qno",
)  # fmt: skip
QUESTIONS: Final = ("question", "questiontext", "questionwording", "wording", "questiontitle", "prompt")
TEXTS: Final = (
    "text", "responsetext", "answertext", "commenttext", "commentbody", "freetext", "freetextresponse", "verbatim",
    "comment", "comments", "response", "answer", "feedback", "submissiontext", "submission", "body", "content",
)  # fmt: skip

_CONTACT: Final = re.compile(
    r"\b(first|last|full|middle|given|family|your|respondent|contact|user|sender)( and last)? ?names?\b|^names?$"
    r"|\b(surname|forename)|e ?mail|\b(tele)?phone\b|^mobile\b|\bip ?addr|^ip$|\brecipient"
    r"|^location ?(latitude|longitude)|date of birth|\bdob\b|\bwhat is your name\b|national insurance|nhs number"
)
_ADDRESS: Final = re.compile(r"^(what is )?(your |postal |home |street |full )*(address|postcode)\b|^address line")
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
    r"|identify|pregnan\w*|carer|individual|live|old)\b"
)
_ABOUT_YOU: Final = re.compile(
    r"^(what is|what's|which|where do|where does|are you|do you (have|identify|consider|live|work)|how old"
    r"|how would you describe|in what capacity|in which|i am|your|is the gender|please (select|tell us) (your|which))\b"
)
_OPEN: Final = re.compile(
    r"\b(explain|comments?|tell us|why|describe|reasons?|suggest\w*|thoughts|views?|feedback|elaborate|further"
    r"|anything else|other|details?|what (could|can|would|should|was|do you like)"
    r"|how (could|can|would|should|might)|improve\w*|concerns|free ?text|open ended|verbatim|please (give"
    r"|provide|say|specify|use))\b"
)
_ASKS: Final = re.compile(
    r"\?|^(q(uestion)? ?\d+|\d+[.)]|prop\w* \d+)|^(do|does|did|should|would|to what extent|how|what|which|why"
    r"|where|when"
    r"|who|are|is|have|has|please)\b"
)
_WHEN: Final = (
    "submittedat", "submitted", "submitdate", "submitdateutc", "datesubmitted", "submissiondate", "completed",
    "completiontime", "timestamp", "receiveddate", "received", "datereceived", "recordeddate", "responsedate",
    "datestamp", "enddate", "ended", "date", "datetime", "posteddate", "created", "createdat", "startdate", "starttime",
)  # fmt: skip


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
    if not _DEMOGRAPHIC.search(words):
        return False
    return len(words.split()) <= 4 or "responding as" in words or bool(_ABOUT_YOU.match(words))


def invites_prose(header: str) -> bool:
    """Whether the header asks people to write in their own words."""
    return bool(_OPEN.search(words_of(header)))


def asks(header: str) -> bool:
    """Whether the header reads as a question."""
    return bool(_ASKS.search(words_of(header)))


def when_rank(header: str) -> int:
    """How well the header fits the moment of submission: 0 is best; a large number says it does not."""
    key = key_of(header)
    return _WHEN.index(key) if key in _WHEN else len(_WHEN)
