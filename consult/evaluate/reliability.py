"""What the strength of an assignment is worth: how often the theme was right, by strength.

Source: the reliability diagram of DeGroot and Fienberg 1983, "The comparison and evaluation of forecasters". Strength
is a cosine and claims no probability, so this says what it is worth and not how far it is off.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import polars as pl

EDGES: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Of the steps of strength that are told apart; the last holds 1."""
FEWEST: Final = 10
"""Of fewer assignments no share is told: it would be chance."""


def judge_assignments(assignments: pl.DataFrame, gold: pl.DataFrame) -> pl.DataFrame:
    """Whether each assignment of a labelled response names what people gave it.

    A theme stands for the gold theme with which its F1 is highest, as in the many-to-one match of `score_question`;
    of two alike, for the one whose id comes first. A theme that shares no response with any gold theme is wrong.

    Args:
        assignments: ASSIGNMENTS, of one question or more.
        gold: As `read_gold` gives it.

    Returns:
        The assignments of labelled responses, in their order, with the column `right`.
    """
    keys = ["question_id", "response_id"]
    mine = assignments.join(gold.select(keys).unique(), on=keys, how="semi", maintain_order="left")
    pairs = mine.join(gold.select(*keys, gold_id="theme_id"), on=keys)
    both = pairs.group_by("question_id", "theme_id", "gold_id").agg(both=pl.len())
    n_found = mine.group_by("question_id", "theme_id").agg(n_found=pl.len())
    n_gold = gold.group_by("question_id", gold_id="theme_id").agg(n_gold=pl.len())
    stands_for = (
        both.join(n_found, on=["question_id", "theme_id"])
        .join(n_gold, on=["question_id", "gold_id"])
        .with_columns(f1=2 * pl.col("both") / (pl.col("n_found") + pl.col("n_gold")))
        .sort("f1", "gold_id", descending=[True, False])
        .unique(["question_id", "theme_id"], keep="first", maintain_order=True)
        .select("question_id", "theme_id", "gold_id")
    )
    given = gold.select(*keys, gold_id="theme_id").unique().with_columns(right=pl.lit(True))
    return (
        mine.join(stands_for, on=["question_id", "theme_id"], how="left", maintain_order="left")
        .join(given, on=[*keys, "gold_id"], how="left", maintain_order="left")
        .with_columns(pl.col("right").fill_null(False))
        .drop("gold_id")
    )


def by_strength(judged: pl.DataFrame) -> list[dict[str, Any]]:
    """How often assignments were right, by strength.

    Args:
        judged: What `judge_assignments` gave; those that a person made have no strength, and are left out.

    Returns:
        A dictionary a step of strength that holds any: `least` and `below`, its bounds; `assignments`, how many;
        `right`, of these; and `share`, None where there are fewer than `FEWEST`.
    """
    strength = pl.col("strength")
    told = []
    for least, below in pairwise(EDGES):
        inside = (strength >= least) & ((strength < below) | (pl.lit(below == EDGES[-1]) & (strength <= below)))
        step = judged.filter(pl.col("assigned_by") == "machine", inside)
        n, right = len(step), int(step["right"].sum())
        if n:
            share = right / n if n >= FEWEST else None
            told.append({"least": least, "below": below, "assignments": n, "right": right, "share": share})
    return told
