"""Themes and broad themes counted again over a group of respondents, and ranked in it.

Counted over arrays of numbers: a group of a run of 100,000 responses is counted while its reader waits.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from api.findings.groups import in_group, people, raised, responses
from api.findings.runs import derived
from consult.analysis import Analysis, Run
from consult.distinct import count_distinct


def count_group(run: Run, analysis: Analysis, field: str | None, group: str | None) -> dict[str, Any]:
    """What is counted of a group, or of everyone: n_answered, n_distinct, counts, themes and parents.

    Each of these has its rank by people and, as `rank_distinct`, by distinct texts, so that one count serves both.

    Raises:
        RunError: the run has no such field or group.
    """
    return derived(run, ("counted", analysis.question_id, field, group), lambda: _count(run, analysis, field, group))


def _count(run: Run, analysis: Analysis, field: str | None, group: str | None) -> dict[str, Any]:
    rows = responses(run, analysis)
    who = rows["who"].to_numpy()
    mine = np.ones(rows.height, dtype=bool)
    if field is not None and group is not None:
        members = np.zeros(people(run).height, dtype=bool)
        members[in_group(run, field, group).to_numpy()] = True
        mine = members[who]
    kinds = ("themed", "unthemed", "non_answer")
    status = {kind: int((mine & (rows["status"] == kind).to_numpy()).sum()) for kind in kinds}
    said = mine & (rows["status"] != "non_answer").to_numpy()
    total = Counts(_n_different(who[said]), int(said.sum()), count_distinct(rows.filter(pl.Series(said))))

    found = raised(run, analysis)
    theme, response = found["theme_id"].to_physical().to_numpy(), found["response_no"].to_numpy()
    inside = said[response]
    theme, response, distinct = theme[inside], response[inside], found["distinct"].to_numpy()[inside]
    themes = tally(theme, analysis.themes.height, response, who[response], distinct)
    numbers = {parent_id: number for number, parent_id in enumerate(analysis.parents["parent_id"])}
    part_of = np.array([numbers.get(each, -1) for each in analysis.themes["parent_id"]], dtype=np.int64)
    parent = part_of[theme]
    part, response, distinct = (each[parent >= 0] for each in (parent, response, distinct))
    parents = tally(part, analysis.parents.height, response, who[response], distinct)
    return {
        "n_answered": total.respondents,
        "n_distinct": total.distinct,
        "counts": {
            "responses": int(mine.sum()),
            "themed": status["themed"],
            "unthemed": status["unthemed"],
            "non_answers": status["non_answer"],
        },
        "themes": _recounted(analysis, None if field is None else themes, total),
        "parents": _parents(analysis, parents, total),
    }


def _n_different(numbers: np.ndarray) -> int:
    seen = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    seen[numbers] = True
    return int(seen.sum())


class Counts(NamedTuple):
    """People, responses and distinct texts."""

    respondents: int
    responses: int
    distinct: int


def tally(
    codes: np.ndarray, n: int, response: np.ndarray, who: np.ndarray, distinct: np.ndarray
) -> dict[str, list[int]]:
    """How many respondents, responses and distinct texts stand beside each number from 0 to `n` - 1.

    Args:
        codes: (rows,) a number a row, such as that of the theme that a response raises.
        n: How many numbers there are.
        response: (rows,) the response, by number, as are `who` and `distinct`.
        who: (rows,) its respondent.
        distinct: (rows,) what it counts as; equal texts share one.
    """

    def count(values: np.ndarray) -> list[int]:
        top = int(values.max(initial=0)) + 1
        pairs = np.sort(codes.astype(np.int64) * top + values)
        first = np.diff(pairs, prepend=-1) != 0
        return [int(each) for each in np.bincount(pairs[first] // top, minlength=n)]

    return {"n_respondents": count(who), "n_responses": count(response), "n_distinct": count(distinct)}


_COUNTS: Final = ("n_respondents", "n_responses", "n_distinct")


def _recounted(analysis: Analysis, counts: dict[str, list[int]] | None, total: Counts) -> list[dict[str, Any]]:
    """THEMES with the counts of some responses, ranked among these; as they are where there are none."""
    rows = [row | {"rank_all": row["rank"]} for row in analysis.themes.drop("question_id").iter_rows(named=True)]
    if counts is not None:
        # How many points raise a theme is known of the whole question only.
        rows = [{key: value for key, value in row.items() if key != "n_points"} for row in rows]
        rows = _ranked(rows, counts, total)
    return [row | {"share_distinct": row["n_distinct"] / max(total.distinct, 1)} for row in rows]


def _parents(analysis: Analysis, counts: dict[str, list[int]], total: Counts) -> list[dict[str, Any]]:
    """PARENTS with the counts of some responses, ranked among these; each with the ids of its themes."""
    named = analysis.parents.select("parent_id", "title", "n_themes", rank_all="rank").to_dicts()
    held: dict[str, list[str]] = {row["parent_id"]: [] for row in named}
    for theme_id, parent_id in analysis.themes.sort("rank").select("theme_id", "parent_id").iter_rows():
        if parent_id is not None:
            held[parent_id].append(theme_id)
    rows = _ranked(named, counts, total)
    return [
        row | {"share_distinct": row["n_distinct"] / max(total.distinct, 1), "theme_ids": held[row["parent_id"]]}
        for row in rows
    ]


def _ranked(rows: list[dict[str, Any]], counts: dict[str, list[int]], total: Counts) -> list[dict[str, Any]]:
    """Themes or parents with their counts, by the rule of `consult.rank`, and after it the rank over everyone."""
    rows = [row | {name: counts[name][place] for name in _COUNTS} for place, row in enumerate(rows)]
    rows.sort(key=lambda row: (*(-row[name] for name in _COUNTS), row["rank_all"]))
    by_distinct = sorted(range(len(rows)), key=lambda place: (-rows[place]["n_distinct"], place))
    rank_distinct = {place: rank for rank, place in enumerate(by_distinct, start=1)}
    return [
        row
        | {
            "rank": place + 1,
            "share": row["n_respondents"] / max(total.respondents, 1),
            "rank_distinct": rank_distinct[place],
        }
        for place, row in enumerate(rows)
    ]
