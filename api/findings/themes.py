"""A question and its ranked themes: for everyone, for a group, for two groups side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

import polars as pl

from api.findings.about import counts_sentence
from api.findings.groups import answered, check_shown, fields_of, in_group, raised, responses, table_of
from api.findings.runs import derived
from consult.analysis import Analysis, Run
from consult.distinct import count_distinct
from consult.errors import ConfigError
from consult.groups import Cell, explained_by, hiding_sentence, smallest_of
from consult.report.phrases import describe_stability, people_known

Count = Literal["respondents", "distinct"]


def question(run: Run, question_id: str) -> dict[str, Any]:
    """One question: wording, ledger, notes, fields to filter by, and whether the files say who answered.

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)
    said = answered(run, analysis)
    return {
        "run": run.name,
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "language": analysis.manifest.get("language"),
        "counts": analysis.counts,
        "ledger": counts_sentence(analysis.counts),
        "n_answered": said["who"].n_unique(),
        "n_distinct": count_distinct(said),
        "notes": list(analysis.manifest.get("notes", [])),
        "words": [] if len(analysis.themes) else [list(pair) for pair in analysis.manifest.get("keywords", [])],
        "fields": fields_of(run, question_id),
    }


def themes(
    run: Run,
    question_id: str,
    *,
    field: str | None = None,
    group: str | None = None,
    count: Count = "respondents",
) -> dict[str, Any]:
    """The ranked themes of a question, recounted over a group when one is given.

    Args:
        run: The run.
        question_id: The question.
        field: A demographic field or a closed question; with `group`.
        group: Its value; with `field`.
        count: What ranks: people, or distinct texts, where equal texts count once.

    Returns:
        question_id, wording, respondents_known (where false, each response counts as one person), filter, n_answered
        (people of the group who gave an answer), n_distinct (their distinct texts), counts (responses, themed,
        unthemed, non_answers of the group), longest (the largest count, for bars),
        themes. A theme has rank (by `count`, in this group), rank_all (by people, over everyone), the columns of
        THEMES, and share and share_distinct of the group. A theme that nobody of the group raises is listed with 0.
        parents: the same of PARENTS, with theme_ids: a person who raises several themes of a parent counts once in it.
        Of a group, themes whose count is not shown have None for all their figures and stand last, in the order of
        rank_all; the others are ranked among themselves. Its counts of responses are None, from which small ones
        would follow, unless the run shows all. hiding says so in words; None of everyone.

    Raises:
        RunError: the run has no such question, field or group; or the group is too small to be shown.
        ConfigError: a field without a group or the other way round, or an unknown `count`.
    """
    check_filter(field, group)
    if count not in ("respondents", "distinct"):
        raise ConfigError("count_unknown", f"count={count!r} is not known.", "Use respondents or distinct.")
    analysis = run.analysis(question_id)
    if field is not None and group is not None:
        check_shown(run, analysis, field, group)
    return derived(
        run, ("themes", question_id, field, group, count), lambda: _themes(run, analysis, field, group, count)
    )


def check_filter(field: str | None, group: str | None) -> None:
    """Refuses a half filter.

    Raises:
        ConfigError: a field without a group, or the other way round.
    """
    if (field is None) != (group is None):
        missing = "group" if group is None else "field"
        raise ConfigError("filter_incomplete", f"A filter needs field and group: {missing} is missing.", "Give both.")


def _themes(run: Run, analysis: Analysis, field: str | None, group: str | None, count: Count) -> dict[str, Any]:
    counted = responses(run, analysis)
    if field is not None and group is not None:
        counted = counted.join(in_group(run, field, group).to_frame(), on="who", how="semi")
    said = counted.filter(pl.col("status") != "non_answer")
    everyone = analysis.themes.with_columns(rank_all=pl.col("rank"))
    rows = everyone if field is None else _recount(run, analysis, said)
    n_answered, n_distinct = said["who"].n_unique(), count_distinct(said)
    rows = rows.with_columns(
        share_distinct=_over(rows["n_distinct"], n_distinct),
        rank=pl.col("rank" if count == "respondents" else "rank_distinct"),
    ).sort("rank")
    shown = _shown(run, analysis, rows.drop("question_id").to_dicts(), "theme_id", field, group)
    status = dict(counted["status"].cast(pl.String).value_counts().iter_rows())
    counted_by = "n_respondents" if count == "respondents" else "n_distinct"
    is_whole = field is None or _hiding(run) is None
    return {
        "run": run.name,
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "filter": {"field": field, "group": group, "count": count},
        "hiding": None if is_whole else _hiding(run),
        "n_answered": n_answered,
        "n_distinct": n_distinct,
        "counts": {
            "responses": counted.height if is_whole else None,
            "themed": status.get("themed", 0) if is_whole else None,
            "unthemed": status.get("unthemed", 0) if is_whole else None,
            "non_answers": status.get("non_answer", 0) if is_whole else None,
        },
        "longest": max([0, *(row[counted_by] for row in shown if row[counted_by] is not None)]),
        "themes": shown,
        "parents": _shown(run, analysis, _parents(run, analysis, said, count), "parent_id", field, group),
    }


_FIGURES = ("rank", "n_respondents", "n_responses", "n_distinct", "share", "share_distinct", "rank_distinct")


def _shown(
    run: Run, analysis: Analysis, rows: list[dict[str, Any]], key: str, field: str | None, group: str | None
) -> list[dict[str, Any]]:
    """Ranked rows as they may be shown of a group: what is hidden has no figures and stands last, in nobody's order.

    The others are ranked among themselves, for a gap in the ranks would tell between which counts a hidden one lies.
    """
    if field is None or group is None:
        return rows
    table = table_of(run, analysis, field)
    kept = [row for row in rows if table.shows(row[key], group)]
    for name in ("rank", "rank_distinct"):
        for place, row in enumerate(sorted((r for r in kept if name in r), key=lambda r: int(r[name])), start=1):
            row[name] = place
    gone = [row | dict.fromkeys(name for name in _FIGURES if name in row) for row in rows if row not in kept]
    return kept + sorted(gone, key=lambda row: int(row["rank_all"]))


def _parents(run: Run, analysis: Analysis, said: pl.DataFrame, count: Count) -> list[dict[str, Any]]:
    """PARENTS with the counts of some responses, ranked among these; each with the ids of its themes."""
    part = analysis.themes.sort("rank").select(
        pl.col("theme_id").cast(pl.Enum(analysis.themes["theme_id"])), "parent_id"
    )
    counts = (
        raised(run, analysis)
        .join(part.drop_nulls(), on="theme_id")
        .join(said.drop("distinct", "own"), on="response_no")
        .group_by("parent_id")
        .agg(
            n_respondents=pl.col("who").n_unique().cast(pl.Int64),
            n_responses=pl.col("response_no").n_unique().cast(pl.Int64),
            n_distinct=pl.col("distinct").n_unique().cast(pl.Int64),
        )
    )
    names = ["n_respondents", "n_responses", "n_distinct"]
    rows = (
        analysis.parents.select("parent_id", "title", "n_themes", rank_all="rank")
        .join(counts, on="parent_id", how="left", maintain_order="left")
        .with_columns(pl.col(names).fill_null(0))
        .sort([*names, "rank_all"], descending=[True, True, True, False])
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64))
    )
    rows = rows.with_columns(
        share=_over(rows["n_respondents"], said["who"].n_unique()),
        share_distinct=_over(rows["n_distinct"], count_distinct(said)),
        rank=1 + pl.col("place")
        if count == "respondents"
        else pl.struct(-pl.col("n_distinct"), "place").rank("ordinal").cast(pl.Int64),
    )
    held = dict(
        part.drop_nulls().group_by("parent_id", maintain_order=True).agg(pl.col("theme_id").cast(pl.String)).iter_rows()
    )
    return [row | {"theme_ids": held[row["parent_id"]]} for row in rows.sort("rank").drop("place").to_dicts()]


def _recount(run: Run, analysis: Analysis, said: pl.DataFrame) -> pl.DataFrame:
    """THEMES with the counts of some responses, ranked among these by the rule of `consult.rank`."""
    counts = (
        raised(run, analysis)
        .join(said.drop("distinct", "own"), on="response_no")
        .group_by("theme_id")
        .agg(
            n_respondents=pl.col("who").n_unique().cast(pl.Int64),
            n_responses=pl.col("response_no").n_unique().cast(pl.Int64),
            n_distinct=pl.col("distinct").n_unique().cast(pl.Int64),
        )
        .with_columns(pl.col("theme_id").cast(pl.String))
    )
    # How many points raise a theme is known of the whole question only.
    kept = analysis.themes.drop("n_respondents", "n_responses", "n_distinct", "n_points", "share", "rank_distinct")
    names = ["n_respondents", "n_responses", "n_distinct"]
    ranked = (
        kept.rename({"rank": "rank_all"})
        .join(counts, on="theme_id", how="left", maintain_order="left")
        .with_columns(pl.col(names).fill_null(0))
        .sort([*names, "rank_all"], descending=[True, True, True, False])
        .with_row_index("rank", offset=1)
        .with_columns(pl.col("rank").cast(pl.Int64))
    )
    return ranked.with_columns(
        share=_over(ranked["n_respondents"], said["who"].n_unique()),
        rank_distinct=pl.struct(-pl.col("n_distinct"), "rank").rank("ordinal").cast(pl.Int64),
    )


def _over(counts: pl.Series, total: int) -> pl.Series:
    """Counts as shares; polars multiplies by the inverse, which is off in the last bit."""
    return pl.Series([count / max(total, 1) for count in counts], dtype=pl.Float64)


def theme(run: Run, question_id: str, theme_id: str) -> dict[str, Any]:
    """One theme: counts, summary, quotes, what it is a part of, and its split by every field and closed question.

    Raises:
        RunError: the run has no such question, or the question no such theme.
    """
    analysis = run.analysis(question_id)
    row = analysis.theme(theme_id)
    mine = pl.col("theme_id") == theme_id
    titles = dict(analysis.parents.select("parent_id", "title").iter_rows())
    return {
        "run": run.name,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "n_answered": answered(run, analysis)["who"].n_unique(),
        **row,
        "stability_word": describe_stability(row["stability"]),
        "part_of": titles.get(row["parent_id"]),
        "summary": analysis.summaries.filter(mine)
        .sort("position")
        .select("sentence", "response_ids", "method")
        .to_dicts(),
        "quotes": analysis.quotes.filter(mine)
        .sort("position")
        .select("quote", "response_id", "start", "end")
        .to_dicts(),
        "splits": (splits := _splits(run, analysis, theme_id)),
        "position": _position(run, analysis, splits),
        "hiding": _hiding(run),
    }


def parent(run: Run, question_id: str, parent_id: str) -> dict[str, Any]:
    """One parent, a broad theme: counts, its themes, and its split by every field and closed question.

    Raises:
        RunError: the run has no such question, or the question no such parent.
    """
    analysis = run.analysis(question_id)
    row = analysis.parent(parent_id)
    themes = analysis.themes_of(parent_id)
    return {
        "run": run.name,
        "wording": analysis.wording,
        "respondents_known": people_known(run.manifest),
        "n_answered": answered(run, analysis)["who"].n_unique(),
        **row,
        "themes": themes.select("theme_id", "rank", "title", "n_respondents", "n_distinct", "share").to_dicts(),
        "splits": (splits := _splits(run, analysis, parent_id)),
        "position": _position(run, analysis, splits),
        "hiding": _hiding(run),
    }


def _splits(run: Run, analysis: Analysis, row_id: str) -> list[dict[str, Any]]:
    """By every field, how many respondents of each group raise a theme or broad theme, as far as that is shown."""
    splits = []
    for entry in fields_of(run, analysis.question_id):
        table = table_of(run, analysis, entry["field"])
        cells = [
            {"group": each["group"]}
            | asdict(table.cell(row_id, each["group"]) if each["group"] in table.groups else _NOBODY)
            for each in entry["groups"]
        ]
        splits.append({"field": entry["field"], "kind": entry["kind"], "groups": cells})
    return splits


def _hiding(run: Run) -> str | None:
    smallest = smallest_of(run.manifest)
    return hiding_sentence(smallest) if smallest > 1 else None


_NOBODY = Cell(0, 0, 0.0, None, None)


def _position(run: Run, analysis: Analysis, splits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The split by the closed question whose answer this question gives reasons for; None where there is none.

    What a person is for is what they chose. Of their words nothing is guessed.
    """
    closed = explained_by(run.manifest, analysis.question_id)
    return next((split for split in splits if split["field"] == closed), None)


def compare(run: Run, question_id: str, field: str, a: str, b: str) -> dict[str, Any]:
    """The themes of a question in two groups side by side, those furthest apart first.

    Returns:
        question_id, wording, respondents_known, field, a and b (group, n_answered), themes: theme_id, title, rank_all,
        a and b (n_respondents, n_distinct, share, rank), difference (share in a less share in b, in [-1, 1]). Figures
        that are not shown are None; the difference too then, and such themes stand last. hiding says so in words.

    Raises:
        RunError: the run has no such question, field or group.
    """
    sides = {"a": themes(run, question_id, field=field, group=a), "b": themes(run, question_id, field=field, group=b)}
    rows = {name: {row["theme_id"]: row for row in side["themes"]} for name, side in sides.items()}
    shown = ("n_respondents", "n_distinct", "share", "rank")
    found = [
        {
            "theme_id": theme_id,
            "title": row["title"],
            "rank_all": row["rank_all"],
            "a": {key: row[key] for key in shown},
            "b": {key: rows["b"][theme_id][key] for key in shown},
            "difference": _less(row["share"], rows["b"][theme_id]["share"]),
        }
        for theme_id, row in rows["a"].items()
    ]
    found.sort(key=lambda each: (each["difference"] is None, -abs(each["difference"] or 0), each["rank_all"]))
    return {
        "run": run.name,
        "question_id": question_id,
        "wording": sides["a"]["wording"],
        "respondents_known": sides["a"]["respondents_known"],
        "field": field,
        "a": {"group": a, "n_answered": sides["a"]["n_answered"]},
        "b": {"group": b, "n_answered": sides["b"]["n_answered"]},
        "hiding": _hiding(run),
        "themes": found,
    }


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
