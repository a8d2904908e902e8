"""Clusters into ranked themes, counted as people, as responses and as distinct texts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from consult.distinct import Distinct, tell_distinct
from consult.schemas import ASSIGNMENTS, PARENTS, THEMES, check_frame


def ranking() -> list[tuple[str, bool]]:
    """The ranking rule: columns, first to last, and whether the largest comes first.

    People first; then responses; then distinct texts; then the older number, so that no tie is left to chance.
    """
    return [("n_respondents", True), ("n_responses", True), ("n_distinct", True), ("cluster", False)]


def rank_themes(
    question_id: str,
    raised: pl.DataFrame,
    points: pl.DataFrame,
    placed: pl.DataFrame,
    responses: pl.DataFrame,
    clusters: pl.DataFrame,
    distinct: Distinct | None = None,
    n_known: int = 0,
) -> tuple[pl.DataFrame, pl.DataFrame, list[int]]:
    """Ranks what `consult.assign.assign_responses` found.

    A cluster that no response raises in the end is no theme, unless it was given.

    Args:
        question_id: The question.
        raised: Who raises which cluster, schema `consult.assign.RAISED`.
        points: POINTS.
        placed: The cluster of each point, schema `consult.assign.PLACED`.
        responses: RESPONSES of the question, non-answers marked.
        clusters: CLUSTERS.
        distinct: What the responses count as; equal texts alone count once where None.
        n_known: The first so many clusters are themes that a team gave.

    Returns:
        THEMES in order of rank, titles still empty; ASSIGNMENTS sorted by response_id and rank; the cluster of each
        theme, in order of rank.
    """
    people = responses.select("response_id", "respondent_id")
    distinct = distinct or tell_distinct(responses)
    answered = responses.filter(pl.col("status") != "non_answer")["respondent_id"].n_unique()
    counts = (
        distinct.of(raised)
        .join(people, on="response_id")
        .group_by("cluster")
        .agg(
            n_respondents=pl.col("respondent_id").n_unique().cast(pl.Int64),
            n_responses=pl.col("response_id").n_unique().cast(pl.Int64),
            n_distinct=pl.col("distinct").n_unique().cast(pl.Int64),
        )
    )
    raising = points.join(placed, on="point_id").join(
        raised.select("response_id", "cluster"), on=["response_id", "cluster"]
    )
    n_points = raising.group_by("cluster").agg(n_points=pl.len().cast(pl.Int64))
    rule = ranking()
    ranked = (
        clusters.join(counts.join(n_points, on="cluster"), on="cluster", how="left")
        .filter(pl.col("n_points").is_not_null() | (pl.col("cluster") < n_known))
        .with_columns(pl.col("n_respondents", "n_responses", "n_distinct", "n_points").fill_null(0))
        .sort([name for name, _ in rule], descending=[down for _, down in rule])
        .with_row_index("rank", offset=1)
        .with_columns(
            pl.col("rank").cast(pl.Int64),
            pl.col("rank").cast(pl.String).alias("theme_id"),
            question_id=pl.lit(question_id),
            parent_id=pl.lit(None, dtype=pl.String),
            title=pl.lit(""),
            source=pl.when(pl.col("cluster") < n_known).then(pl.lit("given")).otherwise(pl.lit("found")),
            rank_distinct=pl.struct(-pl.col("n_distinct"), "rank").rank("ordinal").cast(pl.Int64),
        )
    )
    # Divided by numpy: polars multiplies by the inverse, and 3 of 5 would not be 0.6.
    ranked = ranked.with_columns(
        share=pl.Series(ranked["n_respondents"].to_numpy() / max(answered, 1), dtype=pl.Float64)
    )
    assignments = (
        raised.join(ranked.select("cluster", "theme_id", "rank"), on="cluster")
        .sort("response_id", "rank")
        .with_columns(question_id=pl.lit(question_id), assigned_by=pl.lit("machine"))
        .drop("cluster", "rank")
    )
    order: list[int] = ranked["cluster"].to_list()
    return check_frame(ranked.drop("cluster"), THEMES), check_frame(assignments, ASSIGNMENTS), order


def rank_parents(
    themes: pl.DataFrame,
    parts: Sequence[int],
    assignments: pl.DataFrame,
    responses: pl.DataFrame,
    distinct: Distinct | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ranks the parents of themes, by the rule of themes. Who raises several themes of a parent counts once.

    Args:
        themes: THEMES of one question, in order of rank.
        parts: The group that each of them is a part of, from 0; -1 for a theme that stands alone.
        assignments: ASSIGNMENTS.
        responses: RESPONSES of the question, non-answers marked.
        distinct: As in `rank_themes`.

    Returns:
        THEMES that point to their parents; PARENTS in order of rank, titles still empty.
    """
    placed = themes.select("question_id", "theme_id", group=pl.Series(list(parts), dtype=pl.Int64))
    placed = placed.filter(pl.col("group") >= 0)
    people = responses.select("response_id", "respondent_id")
    distinct = distinct or tell_distinct(responses)
    answered = responses.filter(pl.col("status") != "non_answer")["respondent_id"].n_unique()
    names = ["n_respondents", "n_responses", "n_distinct"]
    ranked = (
        placed.join(distinct.of(assignments.select("theme_id", "response_id", "point_id")), on="theme_id")
        .join(people, on="response_id")
        .group_by("question_id", "group")
        .agg(
            n_themes=pl.col("theme_id").n_unique().cast(pl.Int64),
            n_respondents=pl.col("respondent_id").n_unique().cast(pl.Int64),
            n_responses=pl.col("response_id").n_unique().cast(pl.Int64),
            n_distinct=pl.col("distinct").n_unique().cast(pl.Int64),
        )
        .sort([*names, "group"], descending=[True, True, True, False])
        .with_row_index("rank", offset=1)
        .with_columns(
            pl.col("rank").cast(pl.Int64),
            parent_id=pl.format("P{}", "rank"),
            title=pl.lit(""),
            rank_distinct=pl.struct(-pl.col("n_distinct"), "rank").rank("ordinal").cast(pl.Int64),
        )
    )
    ranked = ranked.with_columns(
        share=pl.Series(ranked["n_respondents"].to_numpy() / max(answered, 1), dtype=pl.Float64)
    )
    pointed = placed.join(ranked.select("group", "parent_id"), on="group").select("theme_id", "parent_id")
    parted = themes.drop("parent_id").join(pointed, on="theme_id", how="left", maintain_order="left")
    return check_frame(parted, THEMES), check_frame(ranked.drop("group"), PARENTS)


def mark_themed(responses: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """RESPONSES with status themed, unthemed or non_answer."""
    themed = pl.col("response_id").is_in(assignments["response_id"].unique().to_list())
    return responses.with_columns(
        status=pl.when(pl.col("status") == "non_answer")
        .then(pl.lit("non_answer"))
        .when(themed)
        .then(pl.lit("themed"))
        .otherwise(pl.lit("unthemed"))
    )
