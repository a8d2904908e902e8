"""What each theme rests on: its points, nearest first, and its quotes."""

from __future__ import annotations

import polars as pl

from consult.config import SummariseConfig
from consult.summarise.quotes import Evidence, Floats, Quote, choose_quotes


def gather_evidence(
    themes: pl.DataFrame,
    order: list[int],
    placed: pl.DataFrame,
    raised: pl.DataFrame,
    points: pl.DataFrame,
    responses: pl.DataFrame,
    texts: pl.DataFrame,
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
        texts: The distinct points: column text_id.
        vectors: Their vectors without context, a row a distinct point: a quote must speak for itself.
        centre: Unit centres, a row a cluster.
        config: How many quotes, and how different.
    """
    told = (
        points.join(texts.select("text_id").with_row_index("row"), on="text_id")
        .join(placed, on="point_id")
        .join(raised.select("response_id", "cluster"), on=["response_id", "cluster"])
        .join(responses.select("response_id", "respondent_id", "text"), on="response_id")
        .with_columns(text=pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
        .sort(["similarity", "text", "response_id", "start"], descending=[True, False, False, False])
        .unique(["cluster", "text_id"], keep="first", maintain_order=True)
    )
    evidence = []
    taken: set[Quote] = set()
    for theme_id, keywords, cluster in zip(themes["theme_id"], themes["keywords"], order, strict=True):
        own = told.filter(pl.col("cluster") == cluster)
        quotes = choose_quotes(own, vectors[own["row"].to_numpy()], centre[cluster], keywords, config, taken)
        taken.update(quotes)
        evidence.append(Evidence(theme_id, tuple(keywords), own, centre[cluster], quotes))
    return evidence
