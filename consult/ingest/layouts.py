"""The layouts that survey tools and departments write, declared: how each is recognised, and what its rows mean.

A layout is recognised by content, never by a file's name: by the headers that stand in a row, or by the form of cells.
**Source** of the signs: exports, help pages and export code of the tools named in `title`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from consult.ingest import tongues
from consult.ingest.headers import key_of

Kind = Literal["names", "wording", "stems", "options", "ids"]
"""What a header row holds: names of columns; the questions in full; stems over several columns; the options under
them; the tool's own ids."""


@dataclass(frozen=True)
class Sign:
    """One thing by which a layout is recognised; all signs of a layout must hold.

    Attributes:
        says: What was found, for people.
        names: Headers, as `key_of` gives them.
        least: How many of them must be there.
        first: Of them, how many stand at the start of the row, in this order.
        cell: A pattern that a cell must fit, in place of names.
        row: Which row from the header on, from 0; -1 for any of the rows that were looked at.
    """

    says: str
    names: tuple[str, ...] = ()
    least: int = 0
    first: int = 0
    cell: str = ""
    row: int = 0


@dataclass(frozen=True)
class Mark:
    """Rows that a tool marks, by a cell: tests, papers of the agency, responses that were never sent.

    Attributes:
        column: The header, as `key_of` gives it.
        pattern: Of the cell, whole, in lower case.
        reason: The code of `REASONS` with which the row is rejected; "unfinished" follows the configuration, and
            "told" keeps the row and says how many there are.
        says: What such rows are, after their number.
        is_inverse: Whether the rows are those whose cell does not fit.
    """

    column: str
    pattern: str
    reason: str
    says: str
    is_inverse: bool = False


@dataclass(frozen=True)
class Layout:
    """What a tool writes.

    Attributes:
        name: As `--layout` takes it.
        title: As people know it.
        signs: How it is recognised; none: never by itself.
        rows: The header rows, in their order; the first is always there, the others where they are found.
        missing: Cells that stand for no answer.
        ignored: Headers, as `key_of` gives them, of columns that the tool fills.
        ignored_like: A pattern of further ones.
        coded: A pattern of headers, in lower case, of columns in which people coded the answers.
        marks: Rows that are no response, or no finished one.
        chosen: Words that say in a column of one option that it was chosen, or not, beyond the common ones.
        needs: What a person must do, where the file holds no responses.
        joins: Whether questions under different wordings are looked for in files of this layout.
    """

    name: str
    title: str
    signs: tuple[Sign, ...] = ()
    rows: tuple[Kind, ...] = ("names",)
    missing: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    ignored_like: str = ""
    coded: str = ""
    marks: tuple[Mark, ...] = ()
    needs: str = ""
    joins: bool = True


def _has(names: str, least: int = 0, *, first: int = 0, row: int = 0) -> Sign:
    keys = tuple(key_of(name) for name in names.split(", "))
    where = "starts with" if first else "has"
    return Sign(f"the header {where} {names}", keys, least or len(keys), first, row=row)


_QUALTRICS: Final = "Start Date, End Date, Status, Progress, Finished, Recorded Date, ResponseId, Distribution Channel"

LAYOUTS: Final[tuple[Layout, ...]] = (
    Layout(
        "qualtrics",
        "Qualtrics",
        (_has(_QUALTRICS, 4),),
        ("names", "wording", "ids"),
        ignored=frozenset(
            {"startdate", "enddate", "status", "progress", "durationinseconds", "finished", "distributionchannel",
             "userlanguage", "externalreference", "externaldatareference"}
        ),
        marks=(
            Mark("status", r"survey (preview|test)|spam|1|2", "test_row", "marked as a test or preview"),
            Mark("finished", r"false|0", "unfinished", "started and not finished"),
        ),
    ),
    Layout(
        "qualtrics",
        "Qualtrics",
        (Sign("a header row holds Qualtrics' import ids", cell=r'\{"ImportId":.*', row=-1),),
        ("names", "wording", "ids"),
    ),
    Layout(
        "surveymonkey",
        "SurveyMonkey",
        (_has("Respondent ID, Collector ID", first=2),),
        ("stems", "options"),
        ignored=frozenset({"collectorid", "startdate"}),
        ignored_like=r"customdata\d*",
    ),
    Layout(
        "typeform",
        "Typeform",
        (
            _has("#", first=1),
            _has("Response Type, Start Date (UTC), Stage Date (UTC), Submit Date (UTC), Network ID, Tags, Ending", 3),
        ),
        ignored=frozenset({"responsetype", "startdateutc", "stagedateutc", "networkid", "tags", "ending", "score"}),
        marks=(Mark("responsetype", r"started|partial", "unfinished", "started and not submitted"),),
    ),
    Layout(
        "microsoft_forms",
        "Microsoft Forms",
        (_has("ID, Start time, Completion time", first=3),),
        ignored=frozenset({"starttime", "email", "name", "lastmodifiedtime", "totalpoints", "quizfeedback"}),
        ignored_like=r"(points|feedback)\w+",
    ),
    Layout("google_forms", "Google Forms", (_has("Timestamp", first=1), Sign("the first column holds dates with times",
           cell=r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}[:.]\d\d.*", row=1))),
    Layout("govuk_forms", "GOV.UK Forms", (Sign("the header starts with Reference and Submitted at",
           ("reference", "submittedat"), 2, 2),), joins=False),
    Layout("govuk_forms", "GOV.UK Forms", (Sign("the header starts with Cyfeirnod and Cyflwynwyd",
           ("cyfeirnod", "cyflwynwyd"), 2, 2),), joins=False),
    Layout(
        "limesurvey",
        "LimeSurvey",
        (_has("id, submitdate, lastpage, startlanguage, seed, startdate, datestamp", 3),),
        ignored=frozenset({"lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"}),
        ignored_like=r"(group|q)\w*time\w*|interviewtime",
        marks=(Mark("submitdate", r"", "unfinished", "started and not submitted"),),
    ),
    Layout(
        "citizen_space",
        "Citizen Space",
        (Sign("response ids look like ANON-1A2B-3C4D-E", cell=r"ANON-\w{4}-\w{4}-\w", row=-1),),
        missing=frozenset({"Not Answered"}),
        coded=r".* tags",
    ),
    Layout(
        "citizen_space",
        "Citizen Space",
        (Sign("cells say Not Answered", cell=r"Not Answered", row=-1),
         Sign("headers name a question and its component", cell=r"[^-]{2,200} - .+")),
        missing=frozenset({"Not Answered"}),
        coded=r".* tags",
    ),
    Layout(
        "citizen_space",
        "Citizen Space",
        (Sign("a header repeats its question's title as its component", cell=r"(.{3,80}) - \1"),
         Sign("headers name a question and its component", cell=r"[^-]{2,200} - .+")),
        missing=frozenset({"Not Answered"}),
        coded=r".* tags",
    ),
    Layout(
        "unipark",
        "EFS Survey (Unipark, Tivian)",
        (Sign("the third row names the variables, lfdn first", ("lfdn",), 1, 1, row=2),),
        ("stems", "options", "names"),
        missing=frozenset({"-77", "-66", "-99"}),
        ignored=frozenset(
            {"externallfdn", "tester", "dispcode", "lastpage", "quality", "duration", "browser", "referer",
             "devicetype", "quota", "quotaassignment", "pagehistory", "hflip", "vflip", "outputmode", "javascript",
             "flash", "sessionid", "language", "cleaned", "ats", "datetime", "dateoffirstmail"}
        ),
        ignored_like=r"rts\d+|participant\w+",
        marks=(
            Mark("tester", r"tester|1", "test_row", "marked as a test"),
            Mark("dispcode", r"(suspended|not yet completed|started).*|2[0-9]", "unfinished", "broken off"),
        ),
    ),
    Layout(
        "dhsc",
        "DHSC survey tool",
        (_has("Response ID, Status, Created, Started, Updated, Completed, Modified", 6),),
        ignored=frozenset({"status", "created", "started", "updated", "modified"}),
        marks=(Mark("status", r"(in ?progress|started|incomplete|partial).*", "unfinished", "not completed"),),
    ),
    Layout(
        "smartsurvey",
        "SmartSurvey",
        (_has("UserID, UserNo, Name, Email, IP Address, Unique ID, Started, Ended, Tracking, Device", 4),),
        ("stems", "options"),
        ignored=frozenset({"userid", "started", "tracking", "device", "name", "email", "ipaddress"}),
    ),
    Layout(
        "regulations_gov",
        "regulations.gov bulk download",
        (_has("Document ID, Agency ID, Docket ID, Tracking Number, Document Type, Comment", 5),),
        ignored=frozenset(
            {"agencyid", "docketid", "trackingnumber", "title", "commentondocumentid", "posteddate", "contentfiles",
             "attachmentfiles", "documenttype", "documentsubtype", "pagecount", "iswithdrawn", "allowlatecomments",
             "displaypropertiesnamelabeltooltip", "firstname", "lastname", "city", "zippostalcode",
             "representativesaddress", "submitterrepresentative"}
        ),
        marks=(
            Mark("documenttype", r"public submission|", "agency_document", "the agency's own documents", True),
            Mark("attachmentfiles", r".+", "told", "with attachments, which are not in this file"),
        ),
    ),
    Layout(
        "polis",
        "Polis comments",
        (_has("timestamp, comment-id, author-id, agrees, disagrees, moderated, comment-body", 6),),
        ignored=frozenset({"agrees", "disagrees", "timestamp", "importance"}),
        marks=(Mark("moderated", r"-1", "told", "that the conversation's moderators rejected, and kept here"),),
    ),
    Layout(
        "polis_votes",
        "Polis votes",
        (_has("participant, group-id, n-comments, n-votes, n-agree, n-disagree", 4),),
        needs="It holds votes and not words: give the conversation's comments file.",
    ),
    Layout(
        "polis_summary",
        "Polis summary",
        (_has("topic", first=1), Sign("rows name views, voters and comments", cell=r"voters(-in-conv)?", row=-1)),
        needs="It describes a conversation and holds no responses: give the conversation's comments file.",
    ),
    Layout("opinions", "Talk to the City or Kouchou-AI comments", (_has("comment-id, comment-body", first=1),)),
    Layout(
        "column_list",
        "list of columns for i.AI Consult",
        (Sign("headers name columns by letter", cell=r"(?s)(.* )?(Column ID|column letter).*", row=-1),
         Sign("the sheet is a list of questions", cell=r"(?s)(Demographic (data|title)|.*Questions|Demographics label"
              r"|Question number|Number)", row=-1)),
        needs="It says what the columns of another file are and holds no responses: give that file, and name its open "
        "questions with --open or in a mapping file (`consult map`).",
    ),
    Layout("analyser", "i.AI consultation-analyser"),
    Layout("iai_consult", "input folder of i.AI Consult", joins=False),
    Layout(
        "qualtrics_survey",
        "Qualtrics survey definition",
        needs="It holds the questions of a survey and no responses: export the responses from Qualtrics as CSV.",
    ),
    Layout(
        "manifest",
        "list of questions over several files",
        (_has("question, type, col_id"),),
        needs="It says what the columns of other files are and holds no responses: give those files together; "
        "`consult map` guesses which questions are the same, and its mapping file can be edited.",
    ),
)  # fmt: skip
"""Every layout that is known by its tool, the more telling first. One name may have several ways to be recognised."""

DEPARTMENT: Final = Layout("codes_above", "two header rows: codes, and the wording below", rows=("names", "wording"))
SPANS: Final = Layout("spans", "two header rows: questions over their options", rows=("stems", "options"))
PLAIN: Final = Layout("table", "plain table")
LAYOUT_TITLES: Final = {layout.name: layout.title for layout in (*LAYOUTS, DEPARTMENT, SPANS, PLAIN)}
"""What `--layout` takes -> its title."""

NOT_CHOSEN: Final = frozenset(
    {
        "",
        "0",
        "0.0",
        "no",
        "n",
        "false",
        "not quoted",
        "not selected",
        "unchecked",
        "not answered",
        "not chosen",
        "-",
        *tongues.NOT_CHOSEN,
    }
)
CHOSEN: Final = frozenset(
    {"1", "1.0", "yes", "y", "true", "quoted", "selected", "checked", "x", "✓", "✔", "ticked", "on", *tongues.YES}
)
"""What a column of one option says, in lower case, where it does not repeat the option."""

_LOOKED_AT: Final = 12
"""Rows in which a cell of a certain form is looked for."""
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z_ .]{0,11}\d{1,4}[A-Za-z]?(_\w{1,6})?")
_LABELS: Final = frozenset({"response", "openendedresponse"})


@dataclass(frozen=True)
class Found:
    """A layout, and why.

    Attributes:
        layout: What was recognised or configured.
        reasons: Why, for people.
        source: guessed or configured.
        rows: What each header row holds, in their order; None for a blank one.
    """

    layout: Layout
    reasons: tuple[str, ...]
    source: Literal["guessed", "configured"] = "guessed"
    rows: tuple[Kind | None, ...] = field(default=("names",))


def recognise(rows: Sequence[Sequence[str]], chosen: str | None = None) -> Found:
    """The layout of a table.

    Args:
        rows: Its first rows, from the header on.
        chosen: The name of a layout that a person has set, a key of `LAYOUT_TITLES`.
    """
    known = [layout for layout in (*LAYOUTS, DEPARTMENT, SPANS, PLAIN) if layout.name == chosen]
    for layout in known or LAYOUTS:
        if layout.signs and all(_holds(sign, rows) for sign in layout.signs):
            said = tuple(sign.says for sign in layout.signs)
            return Found(layout, said, "configured" if chosen else "guessed", _header_rows(layout, rows))
    if known:
        return Found(known[0], ("named in the configuration",), "configured", _header_rows(known[0], rows))
    if _codes_above(rows):
        said = ("the first row holds codes of one form, the second the questions in words",)
        return Found(DEPARTMENT, said, rows=_header_rows(DEPARTMENT, rows))
    if _is_spanned(rows):
        return Found(
            SPANS, ("blank cells of the first row stand over options in the second",), rows=("stems", "options")
        )
    return Found(PLAIN, ("no tool was recognised: one header row, and a row each below it",))


def _holds(sign: Sign, rows: Sequence[Sequence[str]]) -> bool:
    if sign.cell:
        looked = rows[:_LOOKED_AT] if sign.row < 0 else rows[sign.row : sign.row + 1]
        return any(re.fullmatch(sign.cell, cell.strip()) for row in looked for cell in row)
    if sign.row >= len(rows):
        return False
    keys = [key_of(cell) for cell in rows[sign.row]]
    return keys[: sign.first] == list(sign.names[: sign.first]) and len({*keys} & {*sign.names}) >= sign.least


def _header_rows(layout: Layout, rows: Sequence[Sequence[str]]) -> tuple[Kind | None, ...]:
    """What the header rows hold: the first row always; a further one where it looks like what it should be."""
    found: list[Kind | None] = [layout.rows[0]]
    for kind in layout.rows[1:]:
        place = len(found)
        blank = place < len(rows) and not any(cell.strip() for cell in rows[place])
        if blank and place + 1 < len(rows) and kind == "wording":
            found.append(None)
            place += 1
        if place < len(rows) and _fits(kind, layout, rows, place):
            found.append(kind)
        elif found[-1] is None:
            found.pop()
    while len(found) > 1 and len(found) < len(rows) and not any(cell.strip() for cell in rows[len(found)]):
        found.append(None)
    return tuple(found)


def _fits(kind: Kind, layout: Layout, rows: Sequence[Sequence[str]], place: int) -> bool:
    cells = [cell.strip() for cell in rows[place]]
    keys = [key_of(cell) for cell in cells]
    if kind == "ids":
        return any(cell.startswith('{"ImportId"') for cell in cells)
    if kind == "wording" and layout.name == "qualtrics":
        # The tool's own columns carry their names in both rows, or the ids stand below.
        above = [key_of(cell) for cell in rows[0]]
        alike = sum(one == other != "" for one, other in zip(above, keys, strict=False))
        ids = place + 1 < len(rows) and _fits("ids", layout, rows, place + 1)
        return (alike >= 2 or ids) and not _fits("ids", layout, rows, place)
    if kind == "options" and layout.name in ("surveymonkey", "smartsurvey"):
        return not any(cells) or bool(_LABELS & {*keys}) or (not cells[0] and sum(map(bool, cells)) >= 2)
    return True


def _codes_above(rows: Sequence[Sequence[str]]) -> bool:
    """Ident 1, Ident 2 … or Q1, Q2 … above the questions in words, with or without a blank row between."""
    below = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if len(below) < 2 or len(rows[0]) < 2:
        return False
    codes, words = [cell.strip() for cell in rows[0]], [cell.strip() for cell in below[0]]
    filled = [cell for cell in codes if cell]
    if len(filled) < 0.8 * len(codes) or len(set(filled)) < len(filled) or not all(map(_CODE.fullmatch, filled)):
        return False
    asked = [cell for cell in words if len(cell.split()) >= 3]
    seen = {cell.strip() for row in below[1:] for cell in row}
    questions = [cell for cell in asked if cell.endswith("?") or len(cell.split()) >= 4]
    # Answers below Q1, Q2, … are not all there, not all different, and hardly ask.
    return (
        2 * len(questions) > len(codes)
        and len([cell for cell in words if cell]) >= 0.9 * len(codes)
        and len(set(words)) == len(words)
        and not seen & set(asked)
        and (any(cell.endswith("?") for cell in asked) or all(not row[0].strip() for row in rows[1:2]))
    )


def _is_spanned(rows: Sequence[Sequence[str]]) -> bool:
    """Two rows of names: where the first is blank after a question, the second has its options."""
    if len(rows) < 3 or not rows[0] or len(rows[1]) < len(rows[0]):
        return False
    top, under = [cell.strip() for cell in rows[0]], [cell.strip() for cell in rows[1]]
    gaps = [place for place in range(1, len(top)) if not top[place] and under[place]]
    names = [cell for cell in under if cell]
    if len(gaps) < 2 or not top[0] or len(set(names)) < 0.8 * len(names) or (under[0] and under[0] != top[0]):
        return False
    fill = sum(not cell and not other for cell, other in zip(top, under, strict=False))
    return fill <= 1 and all(len(cell) <= 200 for cell in names)
