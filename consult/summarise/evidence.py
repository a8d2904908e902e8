"""What each theme rests on: its points, nearest first, and its quotes."""

from __future__ import annotations

import polars as pl

from consult.config import SummariseConfig
from consult.summarise.quotes import Evidence, Floats, choose_quotes


def gather_evidence(
    themes: pl.DataFrame,
    order: list[int],
    placed: pl.DataFrame,
    raised: pl.DataFrame,
    points: pl.DataFrame,
    responses: pl.DataFrame,
    vectors: Floats,
    centre: Floats,
    config: SummariseConfig,
) -> list[Evidence]:
    """Gathers the evidence of every theme.

    Args:
        themes: THEMES in order of rank.
        order: The cluster of each theme.
        placed: The clusters of each point, schema `consult.assign.PLACED`.
        raised: Who raises which cluster, schema `consult.assign.RAISED`.
        points: POINTS.
        responses: RESPONSES that they are of.
        vectors: The points' vectors, a row a point.
        centre: Unit centres, a row a cluster.
        config: How many quotes, and how different.
    """
    told = (
        points.with_row_index("row")
        .join(placed, on="point_id")
        .join(raised.select("response_id", "cluster"), on=["response_id", "cluster"])
        .join(responses.select("response_id", "respondent_id", "text"), on="response_id")
        .with_columns(text=pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
        .sort(["similarity", "text", "response_id", "start"], descending=[True, False, False, False])
        .unique(["cluster", "text_id"], keep="first", maintain_order=True)
    )
    evidence = []
    for theme_id, keywords, cluster in zip(themes["theme_id"], themes["keywords"], order, strict=True):
        own = told.filter(pl.col("cluster") == cluster)
        quotes = choose_quotes(own, vectors[own["row"].to_numpy()], centre[cluster], keywords, config)
        evidence.append(Evidence(theme_id, tuple(keywords), own, centre[cluster], quotes))
    return evidence
