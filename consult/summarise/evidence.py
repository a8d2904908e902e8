"""What each theme rests on: its points, nearest first, and its quotes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

import numpy as np
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
    copies: pl.DataFrame | None = None,
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
        copies: COPIES: what stands for a campaign's points is quoted before a copy of it.
    """
    told = (
        points.join(texts.select("text_id").with_row_index("row"), on="text_id")
        .join(placed, on="point_id")
        .join(raised.select("response_id", "cluster"), on=["response_id", "cluster"])
        .join(responses.select("response_id", "respondent_id", "text"), on="response_id")
        .with_columns(text=pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
        .with_columns(copied=pl.col("point_id").is_in(_copied(copies).implode()))
        .sort(["similarity", "copied", "text", "response_id", "start"], descending=[True, False, False, False, False])
        .drop("copied")
    )
    sent = told.group_by("cluster", "text_id").agg(response_ids=pl.col("response_id").unique().sort())
    told = told.unique(["cluster", "text_id"], keep="first", maintain_order=True).join(
        sent, on=["cluster", "text_id"], maintain_order="left"
    )
    evidence = []
    taken: set[Quote] = set()
    for theme_id, keywords, cluster in zip(themes["theme_id"], themes["keywords"], order, strict=True):
        own = told.filter(pl.col("cluster") == cluster)
        mine = vectors[own["row"].to_numpy()]
        quotes = choose_quotes(own, mine, centre[cluster], keywords, config, taken)
        taken.update(quotes)
        evidence.append(Evidence(theme_id, tuple(keywords), own, mine, centre[cluster], quotes))
    return evidence


def _copied(copies: pl.DataFrame | None) -> pl.Series:
    """The points for which another stands."""
    if copies is None:
        return pl.Series("point_id", [], dtype=pl.String)
    return copies.filter(pl.col("point_id") != pl.col("canonical_point_id"))["point_id"]


def pool(theme_id: str, parts: Sequence[Evidence]) -> Evidence:
    """The evidence of a group of themes, such as the parent of some, to be named as a theme is.

    Args:
        theme_id: Of the group.
        parts: Its themes, at least one.

    Returns:
        Their points, a row a distinct text, nearest first to the mean of the parts' centres weighed by their points;
        their keywords, the best of each first; no quotes.
    """
    sizes = np.array([len(part.points) for part in parts], dtype=np.float64)
    centre = np.average([part.centre for part in parts], axis=0, weights=np.maximum(sizes, 1)).astype(np.float32)
    centre /= np.linalg.norm(centre) or 1
    vectors = np.concatenate([part.vectors for part in parts])
    points = (
        pl.concat([part.points.drop("similarity") for part in parts], how="diagonal_relaxed")
        .with_columns(similarity=pl.Series(np.einsum("nd,d->n", vectors, centre), dtype=pl.Float64))
        .with_row_index("place")
        .sort(["similarity", "text", "response_id", "start"], descending=[True, False, False, False])
        .unique("text", keep="first", maintain_order=True)
    )
    keywords = dict.fromkeys(word for word in chain(*zip_longest(*(part.keywords for part in parts))) if word)
    order = points["place"].to_numpy()
    return Evidence(theme_id, tuple(keywords), points.drop("place"), vectors[order], centre, ())
