"""Groups of respondents: by a demographic field, or by what they chose in a closed question."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.findings.runs import derived
from consult import Analysis, Run, text_id
from consult.errors import RunError


def members(run: Run) -> pl.DataFrame:
    """Who belongs to what: respondent_id, field, kind (demographic or closed), group."""

    def make() -> pl.DataFrame:
        return pl.concat(
            [
                run.respondents.select("respondent_id", "field", kind=pl.lit("demographic"), group=pl.col("value")),
                run.answers.select(
                    "respondent_id", field=pl.col("question_id"), kind=pl.lit("closed"), group=pl.col("option")
                ),
            ]
        ).unique(["respondent_id", "field", "group"], keep="first", maintain_order=True)

    return derived(run, ("members",), make)


def answered(run: Run, analysis: Analysis) -> pl.DataFrame:
    """The responses that say something: response_id, respondent_id, distinct (equal texts share it)."""

    def make() -> pl.DataFrame:
        said = analysis.responses.filter(pl.col("status") != "non_answer")
        distinct = pl.Series("distinct", [text_id(text) for text in said["text"]], dtype=pl.String)
        return said.select("response_id", "respondent_id").with_columns(distinct)

    return derived(run, ("answered", analysis.question_id), make)


def in_group(run: Run, field: str, group: str) -> pl.Series:
    """The respondents of a group.

    Raises:
        RunError: the run has no such field, or the field no such group.
    """
    of_field = members(run).filter(pl.col("field") == field)
    if of_field.is_empty():
        known = ", ".join(repr(name) for name in members(run)["field"].unique().sort()) or "none"
        raise RunError("field_missing", f"Run {run.name!r} has no field {field!r}.", f"It has: {known}.")
    found = of_field.filter(pl.col("group") == group)["respondent_id"]
    if found.is_empty():
        known = ", ".join(repr(name) for name in of_field["group"].unique().sort())
        raise RunError("group_missing", f"Field {field!r} has no group {group!r}.", f"It has: {known}.")
    return found


def fields_of(run: Run, question_id: str) -> list[dict[str, Any]]:
    """The fields that a question's themes can be filtered by, in the order of the file.

    Returns:
        A dictionary a field: field, kind (demographic or closed), groups; each group with n_group, the respondents of
        it who gave an answer.

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)

    def make() -> list[dict[str, Any]]:
        people = answered(run, analysis).select("respondent_id").unique()
        sizes = (
            members(run)
            .join(people, on="respondent_id", how="semi")
            .group_by("field", "group")
            .agg(n_group=pl.col("respondent_id").n_unique().cast(pl.Int64))
        )
        known = members(run).select("field", "kind", "group").unique(maintain_order=True)
        rows = known.join(sizes, on=["field", "group"], how="left", maintain_order="left").fill_null(0)
        found: dict[str, dict[str, Any]] = {}
        for field, kind, group, n_group in rows.iter_rows():
            entry = found.setdefault(field, {"field": field, "kind": kind, "groups": []})
            entry["groups"].append({"group": group, "n_group": n_group})
        for entry in found.values():
            entry["groups"].sort(key=lambda each: str(each["group"]))
        return list(found.values())

    return derived(run, ("fields", question_id), make)
