"""Points and clusters into response x theme, each with a strength and the point that shows it.

A point belongs to the cluster whose centre is nearest, if it is near enough, and to one as good as nearest; whether it
was there when the clusters were found plays no part. So equal points get equal themes, a late response gets what it
would have got at first, and the reason that is shown for a theme is the reason that it was given.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.arrays import unit
from consult.config import AssignConfig

Floats = npt.NDArray[np.float32]

CONTEXT: Final = 0.5
"""How much of its neighbours a point's vector takes in. Source: swept over the labelled sets, see README."""
COMMON: Final = 0.3
"""How much of the mean of a question's points is left out of each. Source: as `CONTEXT`; 0.2 to 0.3 measured alike."""
FEW: Final = 500
"""With fewer points nothing is left out.

Source: on 38 questions of 66 to 168 answers that people coded, F1 one-to-one is 0.54 so, and 0.51 less a share.
"""

MANY_POINTS: Final = 4
"""Of an answer with more points than this, themes may fall behind the strongest by more, see `margin_of`.

Source: of what a fixed margin of 0.2 dropped from answers of six points and more, people had put 75 % (a traffic trial)
and 46 % (patients) under the theme, nearly as much as of what it kept; of what it dropped from two or three sentences
that a machine wrote on one proposal, 22 %.
"""

SURE: Final = 0.8
"""How far a response's weaker themes may fall behind is told from its strongest, or from here where that is stronger:
what is said in the very words of a theme says no less about the rest.

Source: with no such bound, 0.85, 0.8 and 0.75, F1 was 0.458, 0.459, 0.461 and 0.462 (patients), 0.344, 0.344, 0.343 and
0.343 (patients' comments), 0.838, 0.842, 0.841 and 0.829 (written by a machine), 0.595, 0.595, 0.597 and 0.599 (a
traffic trial), and alike on arguments.
"""

PLACED: Final = pl.Schema({"point_id": pl.String, "cluster": pl.Int64, "similarity": pl.Float64})
"""A row a point and cluster that it belongs to, with the cosine to the centre; a point near to none has no row."""

RAISED: Final = pl.Schema(
    {
        "response_id": pl.String,
        "cluster": pl.Int64,
        "strength": pl.Float64,
        "point_id": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
    }
)
"""ASSIGNMENTS before the clusters are ranked and named."""


def in_context(
    points: pl.DataFrame,
    text_ids: tuple[str, ...],
    vectors: Floats,
    weight: float = CONTEXT,
    copies: pl.DataFrame | None = None,
) -> Floats:
    """Each point's vector with some of its neighbours' in it, so that "they were rude" knows who.

    The context of a point is the mean of itself, the point before and the point after in the same response. A
    campaign's points are no context of a person's own, nor these of a campaign's; and a copy has the vector of what it
    is a copy of.

    Args:
        points: POINTS of one question, sorted by response_id and start.
        text_ids: The text_id of each row of `vectors`.
        vectors: Unit vectors of the distinct points, shape (len(text_ids), d).
        weight: Of the context.
        copies: COPIES; none where None.

    Returns:
        Unit vectors, a row a point in the order of `points`. They depend on the response alone.
    """
    row = {text_id: place for place, text_id in enumerate(text_ids)}
    own = vectors[[row[text_id] for text_id in points["text_id"]]]
    if not len(own):
        return own
    leader = _leaders(points, copies)
    together = (points["response_id"] == points["response_id"].shift(-1)).fill_null(False).to_numpy()[:-1, None]
    together = together & ((leader[:-1] < 0) == (leader[1:] < 0))[:, None]
    context = own.copy()
    context[1:] += np.where(together, own[:-1], 0)
    context[:-1] += np.where(together, own[1:], 0)
    meant = unit(own + weight * unit(context))
    meant[leader >= 0] = meant[leader[leader >= 0]]
    return meant


def _leaders(points: pl.DataFrame, copies: pl.DataFrame | None) -> npt.NDArray[np.int64]:
    """The row of the point that stands for each; -1 for what is no campaign's."""
    if copies is None or copies.is_empty():
        return np.full(len(points), -1, dtype=np.int64)
    rows = points.select(canonical_point_id="point_id").with_row_index("row")
    placed = copies.join(rows, on="canonical_point_id").select("point_id", "row")
    found = points.select("point_id").join(placed, on="point_id", how="left", maintain_order="left")["row"]
    return found.cast(pl.Int64).fill_null(-1).to_numpy()


def shared_direction(vectors: Floats) -> npt.NDArray[np.float64]:
    """The direction in which the points of a question differ most, which tells how they are said, not what they say.

    With it left out (`without`), points part by subject rather than by length and tone.

    Args:
        vectors: Unit vectors of the distinct points, shape (n, d).

    Returns:
        A unit vector, shape (d,); zeros when there are too few points to tell.

    Source: Mu and Viswanath 2018, "All-but-the-top", with one direction, chosen on the labelled sets.
    """
    if len(vectors) < 3:
        return np.zeros(vectors.shape[1])
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    top: npt.NDArray[np.float64] = directions[:, -1]
    return top


def without(vectors: Floats, direction: npt.NDArray[np.float64]) -> Floats:
    """The vectors with a direction taken out, at unit length again. Each row depends on itself alone."""
    along = np.einsum("nd,d->n", vectors, direction)
    return unit(vectors - along[:, None] * direction)


def common_part(vectors: Floats, few: int = FEW) -> npt.NDArray[np.float64]:
    """What the points of a question have in common, as far as it is left out (`less`) before they are compared.

    Where all answers are on one proposal, most of each vector says so, every point is near to every centre, and one
    theme swallows most of the rest. Leaving all of it out parts answers that belong together.

    Args:
        vectors: Unit vectors of the distinct points, shape (n, d).
        few: With fewer points nothing is left out.

    Returns:
        A share of their mean, shape (d,); zeros where there are too few.
    """
    if len(vectors) < max(1, few):
        return np.zeros(vectors.shape[1])
    common: npt.NDArray[np.float64] = COMMON * vectors.mean(axis=0, dtype=np.float64)
    return common


def less(vectors: Floats, common: npt.NDArray[np.float64]) -> Floats:
    """The vectors less what they have in common, at unit length again. Each row depends on itself alone."""
    return unit(vectors - common)


def centres(vectors: Floats, labels: pl.Series, count: int = 0) -> Floats:
    """The unit mean of each cluster's members, shape (clusters, d); zeros for one without.

    Args:
        vectors: A row a distinct text.
        labels: Its cluster, from 0; null for none.
        count: How many clusters there are, where the last may have no member.
    """
    cluster = labels.fill_null(-1).to_numpy()
    count = max(int(cluster.max()) + 1 if len(cluster) else 0, count)
    members = [vectors[cluster == k] for k in range(count)]
    means = [own.mean(axis=0, dtype=np.float64) if len(own) else np.zeros(vectors.shape[1]) for own in members]
    return unit(np.array(means).reshape(count, vectors.shape[1]))


def similarities(vectors: Floats, centre: Floats, offsets: npt.NDArray[np.float64] | None = None) -> Floats:
    """How near points are to centres: the cosine, or what stands for it where given themes have examples.

    Args:
        vectors: Unit vectors, shape (n, d).
        centre: Unit centres, or those of `consult.sharpen.sharpen`, shape (clusters, d).
        offsets: What is taken from the product with each, shape (clusters,); None for nothing.

    Returns:
        Shape (n, clusters); each row depends on its own vector alone, to the bit.
    """
    # A fixed order of additions: one more point in the block must not change another's last bits.
    products: Floats = np.einsum("nd,kd->nk", vectors, centre, optimize=False)
    return products if offsets is None else products - offsets.astype(np.float32)


def held_against(cosines: Floats, behind: npt.NDArray[np.float64] | None, config: AssignConfig) -> Floats:
    """Cosines of points to centres as they are compared: less what a centre stands back by, -inf where too low.

    Args:
        cosines: Shape (points, clusters).
        behind: What each cluster stands back by where another is near enough too, shape (clusters,); None for nothing.
        config: From which similarity a point belongs.
    """
    back = np.zeros(cosines.shape[1], dtype=np.float32) if behind is None else behind.astype(np.float32)
    return np.where(cosines >= config.min_strength, cosines - back, np.float32(-np.inf))


def place_points(
    points: pl.DataFrame,
    vectors: Floats,
    centre: Floats,
    config: AssignConfig,
    behind: npt.NDArray[np.float64] | None = None,
    offsets: npt.NDArray[np.float64] | None = None,
) -> pl.DataFrame:
    """The clusters that each point belongs to: the nearest, and those as good as nearest.

    Args:
        points: POINTS.
        vectors: Their vectors, a row a point, in the space of the centres.
        centre: Centres, shape (clusters, d).
        config: From which similarity a point belongs, and how near to the nearest a second cluster must be.
        behind: See `held_against`.
        offsets: See `similarities`.

    Returns:
        A frame with the schema `PLACED`, in the order of `points` and clusters.
    """
    rows, clusters, near = [], [], []
    for start in range(0, len(vectors) if len(centre) else 0, 65_536):
        cosines = similarities(vectors[start : start + 65_536], centre, offsets)
        held = held_against(cosines, behind, config)
        row, cluster = np.nonzero(np.isfinite(held) & (held >= held.max(axis=1, keepdims=True) - config.tie))
        rows.append(row + start)
        clusters.append(cluster)
        near.append(cosines[row, cluster].clip(0, 1))
    if not rows:
        return pl.DataFrame(schema=PLACED)
    return pl.DataFrame(
        {
            "point_id": points["point_id"].gather(np.concatenate(rows)),
            "cluster": np.concatenate(clusters),
            "similarity": np.concatenate(near),
        },
        schema=PLACED,
    )


def margin_of(n_points: pl.Expr, config: AssignConfig) -> pl.Expr:
    """How far a theme may fall behind the strongest of a response: `margin`, and more in one of many points.

    Of two or three sentences the weaker often only lead up to the strongest. Who writes ten points makes ten.

    Args:
        n_points: How many points the response makes.
        config: The margin of up to `MANY_POINTS`.
    """
    return config.margin * pl.max_horizontal(pl.lit(1.0), n_points / MANY_POINTS)


def assign_responses(
    points: pl.DataFrame, placed: pl.DataFrame, config: AssignConfig, copies: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The clusters that each response raises.

    A response raises the clusters of its points, each as strongly as the nearest of them, but for those that fall
    behind its strongest, or behind `SURE` where that is stronger, by more than the margin (`margin_of`). What it copied
    and what its sender wrote are held apart there, so that a campaign's letter raises the same for all who sent it.

    Args:
        points: POINTS.
        placed: What `place_points` gave.
        config: The margin.
        copies: COPIES; none where None.

    Returns:
        A frame with the schema `RAISED`, sorted by response_id and cluster.
    """
    copied = pl.lit(False) if copies is None else pl.col("point_id").is_in(copies["point_id"].implode())
    counted = points.with_columns(margin=margin_of(pl.len().over("response_id", copied), config))
    strongest = pl.min_horizontal(pl.col("similarity").max(), pl.lit(SURE)).over("response_id", copied)
    ranked = counted.join(placed, on="point_id").filter(pl.col("similarity") >= strongest - pl.col("margin"))
    return (
        ranked.sort(["response_id", "cluster", "similarity", "start"], descending=[False, False, True, False])
        .unique(["response_id", "cluster"], keep="first", maintain_order=True)
        .select("response_id", "cluster", pl.col("similarity").alias("strength"), "point_id", "start", "end")
    )
