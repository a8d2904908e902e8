"""Groups of respondents: by a demographic field, or by what they chose in a closed question.

Respondents, responses and groups are counted by numbers: a run of 100,000 responses then takes some megabytes to hold
and milliseconds to count.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from api.findings.runs import derived, read
from consult import Analysis, Run
from consult.distinct import Distinct, tell_distinct
from consult.errors import RunError
from consult.groups import (
    NOT_GIVEN,
    GroupTable,
    Raising,
    hiding_sentence,
    sizes_of,
    smallest_of,
    tabulate,
    tell_raising,
)
from consult.store import scan_frame


def people(run: Run) -> pl.DataFrame:
    """The number of each respondent: respondent_id, who; by respondent_id."""

    def make() -> pl.DataFrame:
        frames = [scan_frame(run, "respondents"), scan_frame(run, "answers")]
        frames += [scan_frame(analysis, "responses") for analysis in run.analyses]
        ids = [read(frame.select(pl.col("respondent_id").unique()), run) for frame in frames]
        return pl.concat(ids).unique().sort("respondent_id").with_row_index("who")

    return derived(run, ("people",), make)


def groups(run: Run) -> pl.DataFrame:
    """The groups in the order of the files: group_no, field, kind (demographic or closed), group."""
    return _memberships(run)[0]


def members(run: Run) -> pl.DataFrame:
    """Who belongs to what: who, group_no; each once."""
    return _memberships(run)[1]


def _memberships(run: Run) -> tuple[pl.DataFrame, pl.DataFrame]:
    return derived(run, ("memberships",), lambda: _number(run))


def _number(run: Run) -> tuple[pl.DataFrame, pl.DataFrame]:
    respondents = scan_frame(run, "respondents").select("respondent_id", "field", group="value")
    answers = scan_frame(run, "answers").select("respondent_id", field="question_id", group="option")
    # Found first, so that of the rows no more than two numbers each are ever held.
    found = [
        read(frame.select("field", pl.lit(kind).alias("kind"), "group").unique(maintain_order=True), run)
        for frame, kind in ((respondents, "demographic"), (answers, "closed"))
    ]
    known = pl.concat(found).unique(["field", "group"], keep="first", maintain_order=True).with_row_index("group_no")
    numbers, who = known.lazy().select("field", "group", "group_no"), people(run).lazy()
    numbered = [
        read(
            frame.join(numbers, on=["field", "group"]).join(who, on="respondent_id").select("who", "group_no"),
            run,
        )
        for frame in (respondents, answers)
    ]
    return known, pl.concat(numbered).unique().sort("group_no", "who")


def answered(run: Run, analysis: Analysis) -> pl.DataFrame:
    """The responses that say something: response_no, who, distinct (equal texts share it)."""
    return responses(run, analysis).filter(pl.col("status") != "non_answer").drop("status")


def responses(run: Run, analysis: Analysis) -> pl.DataFrame:
    """Every response in the order of RESPONSES: response_no, who, status, distinct (equal texts share it, and the
    members of a campaign), own (what a member added to it; null where nothing).
    """  # noqa: D205

    def make() -> pl.DataFrame:
        rows = read(scan_frame(analysis, "responses").select("respondent_id", "status"), run)
        texts = _distinct(run, analysis).texts
        kinds = pl.Enum(sorted({"non_answer", "themed", "unthemed", *rows["status"]}))
        return (
            rows.select("respondent_id", pl.col("status").cast(kinds))
            .with_columns(texts["distinct"], texts["own"])
            .with_row_index("response_no")
            .join(people(run), on="respondent_id", maintain_order="left")
            .select("response_no", "who", "status", "distinct", "own")
        )

    return derived(run, ("responses", analysis.question_id), make)


def _distinct(run: Run, analysis: Analysis) -> Distinct:
    """What each response counts as, by numbers."""

    def make() -> Distinct:
        rows = read(scan_frame(analysis, "responses").select("response_id", "text"), run)
        members = read(scan_frame(analysis, "campaigns"), run)
        points = read(
            scan_frame(analysis, "points")
            .select("point_id", "response_id")
            .join(members.lazy().select("response_id"), on="response_id", how="semi"),
            run,
        )
        told = tell_distinct(rows, points, members, read(scan_frame(analysis, "copies"), run))
        numbers = pl.concat([told.texts["distinct"], told.texts["own"]]).rank("dense").cast(pl.UInt32)
        texts = told.texts.with_columns(distinct=numbers.head(len(told.texts)), own=numbers.tail(len(told.texts)))
        return Distinct(texts, told.copies)

    return derived(run, ("distinct", analysis.question_id), make)


def raised(run: Run, analysis: Analysis) -> pl.DataFrame:
    """Which response raises which theme: theme_id, response_no, distinct (the text that it counts as); by theme."""

    def make() -> pl.DataFrame:
        ids = read(scan_frame(analysis, "responses").select("response_id").with_row_index("response_no"), run)
        rows = read(scan_frame(analysis, "assignments").select("theme_id", "response_id", "point_id"), run)
        return (
            _distinct(run, analysis)
            .of(rows)
            .join(ids, on="response_id")
            .select(pl.col("theme_id").cast(pl.Enum(analysis.themes["theme_id"])), "response_no", "distinct")
            .sort("theme_id", "response_no")
        )

    return derived(run, ("raised", analysis.question_id), make)


def check_group(run: Run, field: str, group: str) -> int | None:
    """The number of a group; None of those who left the field blank, where it is the group of nobody else.

    Raises:
        RunError: the run has no such field, or the field no such group.
    """
    known = groups(run)
    of_field = known.filter(pl.col("field") == field)
    if of_field.is_empty():
        names = ", ".join(repr(name) for name in known["field"].unique().sort()) or "none"
        raise RunError("field_missing", f"Run {run.name!r} has no field {field!r}.", f"It has: {names}.")
    found = of_field.filter(pl.col("group") == group)
    if found.is_empty():
        if group == NOT_GIVEN:
            return None
        names = ", ".join(repr(name) for name in of_field["group"].unique().sort())
        raise RunError("group_missing", f"Field {field!r} has no group {group!r}.", f"It has: {names}.")
    return int(found["group_no"][0])


def in_group(run: Run, field: str, group: str) -> pl.Series:
    """The numbers of the respondents of a group.

    Raises:
        RunError: the run has no such field, or the field no such group.
    """
    number = check_group(run, field, group)
    mine = [] if number is None else [members(run).filter(pl.col("group_no") == number)["who"]]
    if group == NOT_GIVEN:
        blank = people(run).join(_members_of(run, field), on="who", how="anti")["who"]
        mine.append(blank)
    return pl.concat(mine)


def fields_of(run: Run, question_id: str) -> list[dict[str, Any]]:
    """The fields that a question's themes can be filtered by, in the order of the file.

    Returns:
        A dictionary a field: field, kind (demographic or closed), groups; each group with n_group, the respondents of
        it who gave an answer; None where that is not shown.

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)

    def make() -> list[dict[str, Any]]:
        people, smallest = answered(run, analysis)["who"].unique(), smallest_of(run.manifest)
        known = groups(run)
        found = []
        for field, kind in known.select("field", "kind").unique("field", keep="first", maintain_order=True).iter_rows():
            counted = sizes_of(_members_of(run, field), people, smallest)
            names = sorted({*known.filter(pl.col("field") == field)["group"], *counted})
            entries = [{"group": name, "n_group": counted.get(name, 0)} for name in names]
            found.append({"field": field, "kind": kind, "groups": entries})
        return found

    return derived(run, ("fields", question_id), make)


def table_of(run: Run, analysis: Analysis, field: str) -> GroupTable:
    """The themes of a question by the groups of a field, with what must not be shown; see `consult.groups`."""
    return derived(
        run,
        ("table", analysis.question_id, field),
        lambda: tabulate(_members_of(run, field), _raising(run, analysis), smallest_of(run.manifest)),
    )


def _raising(run: Run, analysis: Analysis) -> Raising:
    """Who raises what, for the tables of all fields."""

    def make() -> Raising:
        said = answered(run, analysis)
        parents = dict(analysis.themes.sort("rank").select("theme_id", "parent_id").iter_rows())
        return tell_raising(raised(run, analysis).join(said, on="response_no"), said["who"], parents)

    return derived(run, ("raising", analysis.question_id), make)


def check_shown(run: Run, analysis: Analysis, field: str, group: str, row_id: str | None = None) -> GroupTable:
    """The table of a field, where a group, and of it a theme or broad theme, may be shown.

    Raises:
        RunError: the run has no such field, or the field no such group; or it, or the theme in it, is not shown.
    """
    check_group(run, field, group)
    table = table_of(run, analysis, field)
    if group in table.groups and (table.size(group) is None or not (row_id is None or table.shows(row_id, group))):
        what = f"Group {group!r} of {field!r}" if table.size(group) is None else f"This theme in group {group!r}"
        raise RunError(
            "group_small",
            f"{what} is not shown.",
            hiding_sentence(smallest_of(run.manifest)) + " Choose another group, or everyone.",
        )
    return table


def _members_of(run: Run, field: str) -> pl.DataFrame:
    """Who belongs to what by one field: who, group."""
    numbers = groups(run).filter(pl.col("field") == field).select("group_no", "group")
    return members(run).join(numbers, on="group_no").select("who", "group")
