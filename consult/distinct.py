"""What counts as one text: equal texts count once, and so does a campaign beside what its members added."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from consult.schemas import CAMPAIGNS, COPIES, POINTS
from consult.words import text_keys


@dataclass(frozen=True)
class Distinct:
    """What each response to a question counts as.

    Attributes:
        texts: A row a response: response_id; distinct, its campaign, else a key that equal texts share; own, the key
            of its text where it is of a campaign and makes points of its own beside it, else null.
        copies: COPIES.
    """

    texts: pl.DataFrame
    copies: pl.DataFrame

    @property
    def n_texts(self) -> int:
        """Distinct texts of all the responses."""
        return count_distinct(self.texts)

    def of(self, raised: pl.DataFrame) -> pl.DataFrame:
        """Rows of response_id and point_id with `distinct`: what the point shown counts as.

        A campaign's point counts as the campaign, a member's own as that member's text.
        """
        return (
            raised.join(self.copies.select("point_id", copied=pl.lit(True)), on="point_id", how="left")
            .join(self.texts, on="response_id")
            .with_columns(distinct=pl.when(pl.col("copied")).then("distinct").otherwise(pl.coalesce("own", "distinct")))
            .drop("copied", "own")
        )


def count_distinct(texts: pl.DataFrame) -> int:
    """Distinct texts among rows of `distinct` and `own`."""
    return pl.concat([texts["distinct"], texts["own"].drop_nulls()]).n_unique()


def tell_distinct(
    responses: pl.DataFrame,
    points: pl.DataFrame | None = None,
    members: pl.DataFrame | None = None,
    copies: pl.DataFrame | None = None,
) -> Distinct:
    """What the responses to one question count as.

    Args:
        responses: RESPONSES.
        points: POINTS of those in campaigns, at the least.
        members: CAMPAIGNS; none where None.
        copies: COPIES.
    """
    points = POINTS.empty() if points is None else points
    members = CAMPAIGNS.empty() if members is None else members
    copies = COPIES.empty() if copies is None else copies
    adding = points.join(copies, on="point_id", how="anti")["response_id"].unique()
    texts = (
        responses.select("response_id", key=text_keys(responses["text"]))
        # No text begins so.
        .join(
            members.select("response_id", campaign=pl.format("\0{}", "campaign_id")),
            on="response_id",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            distinct=pl.coalesce("campaign", "key"),
            own=pl.when(pl.col("campaign").is_not_null() & pl.col("response_id").is_in(adding.implode())).then("key"),
        )
    )
    return Distinct(texts.select("response_id", "distinct", "own"), copies.select("point_id"))
