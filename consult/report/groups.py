"""Themes by group for exports and terminals: as far as `consult.groups` shows them, in figures and in words."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

import polars as pl

from consult.analysis import Analysis, Run
from consult.groups import GroupTable, explained_by, hiding_sentence, smallest_of
from consult.report.phrases import counted, percent
from consult.schemas import GROUPS, check_frame

_MOST_GROUPS: Final = 60
"""A field of more groups is an address or a name rather than a kind of people: it is in the tables only."""


def count_groups(run: Run) -> pl.DataFrame:
    """GROUPS of a run: every theme by every group of every field, question by question."""
    rows = [
        (analysis.question_id, field, theme_id, group, *astuple(table.cell(theme_id, group)))
        for analysis in run.analyses
        for field, table in tables_of(run, analysis).items()
        for theme_id in analysis.themes.sort("rank")["theme_id"]
        for group in sorted(table.groups)
    ]
    return check_frame(pl.DataFrame(rows, schema=GROUPS.schema, orient="row"), GROUPS)


def tables_of(run: Run, analysis: Analysis) -> dict[str, GroupTable]:
    """The table of each field that has two groups at least among those who answered."""
    if analysis.themes.is_empty():
        return {}
    tables = {field: run.group_table(analysis.question_id, field) for field in run.fields()}
    return {field: table for field, table in tables.items() if len(table.groups) > 1}


def theme_sentences(
    run: Run, analysis: Analysis, tables: dict[str, GroupTable], one: str, many: str
) -> dict[str, list[str]]:
    """What is to be said of each theme by group: how those who raise it chose, and who raises it more often, or less.

    Args:
        run: The run.
        analysis: The question.
        tables: Its tables, by field.
        one: What is counted: "person", or "response".
        many: The same for more than one.

    Returns:
        Sentences by theme_id.
    """
    closed = explained_by(run.manifest, analysis.question_id)
    said: dict[str, list[str]] = {}
    for row in analysis.themes.iter_rows(named=True):
        theme_id = row["theme_id"]
        mine = said.setdefault(theme_id, [])
        if closed in tables:
            mine.append(_position(tables[closed], theme_id, closed, counted(row["n_respondents"], one, many)))
        for field, table in tables.items():
            if field != closed and len(table.groups) <= _MOST_GROUPS:
                mine += _apart(table, theme_id, field, row["share"])
    return said


def groups_note(run: Run, tables: dict[str, GroupTable]) -> str:
    """What "not shown" means, where something is not; else ""."""
    return hiding_sentence(smallest_of(run.manifest)) if any(table.is_hiding for table in tables.values()) else ""


def _position(table: GroupTable, theme_id: str, field: str, whole: str) -> str:
    cells = {group: table.cell(theme_id, group) for group in sorted(table.groups)}
    shown = [(cell.n_respondents, group, cell.share_of_theme) for group, cell in cells.items() if cell.n_respondents]
    shown.sort(key=lambda each: (-(each[0] or 0), each[1]))
    parts = [f"{n:,} ({percent(share or 0.0)}) “{group}”" for n, group, share in shown]
    if any(cell.n_respondents is None for cell in cells.values()):
        parts.append("the rest is not shown" if parts else "which is not shown")
    return f"To “{field}” the {whole} answered: {', '.join(parts)}."


def _apart(table: GroupTable, theme_id: str, field: str, everyone: float) -> list[str]:
    found = []
    for group in sorted(table.groups):
        cell = table.cell(theme_id, group)
        if cell.compared in ("more often", "less often") and cell.share is not None:
            found.append(
                f"Raised {cell.compared} by “{group}” ({field}): {percent(cell.share)} of {cell.n_group:,}, against "
                f"{percent(everyone)} of everyone."
            )
    return found
