"""`consult show --by`: the themes of a run by the groups of one field."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from consult.analysis import Run
from consult.cli.looking import open_run
from consult.cli.render import print_plain, put_json, put_table, share
from consult.groups import WHAT_GROUPS_ARE_NOT, hiding_sentence, smallest_of
from consult.naming import plain


def by_command(folder: Path, question: str | None, field: str, *, as_json: bool) -> None:
    """Prints each theme by group, question by question."""
    run, question = open_run(folder, question)
    field = run.field(field)
    asked = [run.analysis(question)] if question is not None else run.analyses
    tables = {each.question_id: run.by_group(each.question_id, field) for each in asked}
    if as_json:
        put_json({question_id: frame.to_dicts() for question_id, frame in tables.items()})
        return
    for question_id, frame in tables.items():
        _put(run, question_id, field, frame)
    print_plain(WHAT_GROUPS_ARE_NOT)
    if any(frame["n_respondents"].null_count() for frame in tables.values()):
        print_plain(hiding_sentence(smallest_of(run.manifest)))


def _put(run: Run, question_id: str, field: str, frame: pl.DataFrame) -> None:
    groups = frame["group"].unique().sort().to_list()
    sizes = dict(frame.select("group", "n_group").unique().iter_rows())
    heads = [f"{group} ({'not shown' if sizes[group] is None else sizes[group]})" for group in groups]
    rows = []
    for row in run.analysis(question_id).themes.sort("rank").iter_rows(named=True):
        mine = {each["group"]: each for each in frame.filter(pl.col("theme_id") == row["theme_id"]).to_dicts()}
        rows.append((row["theme_id"], row["title"], *(_cell(mine[group]) for group in groups)))
    numbers = (0, *range(2, 2 + len(groups)))
    put_table(f"{plain(question_id)}: themes by {plain(field)}", ("", "Theme", *heads), rows, numbers=numbers)


def _cell(cell: dict[str, object]) -> str:
    if not isinstance(cell["share"], float):
        return "not shown" if cell["n_respondents"] is None else "0"
    return f"{cell['n_respondents']} ({share(cell['share'])})"
