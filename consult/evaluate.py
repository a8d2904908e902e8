"""How near found themes come to those that people coded.

Source: the one-to-one match is the assignment problem of Kuhn 1955 over shared responses; the many-to-one match lets
each found theme stand for the gold theme that it overlaps best.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr

from consult.errors import InputError

Flags = npt.NDArray[np.bool_]

LEAST_RESPONSES: Final = 60
LEAST_THEMES: Final = 3
"""A question with fewer labelled responses or gold themes is not scored: its figures would be chance."""
COMMON: Final = 0.02
"""Gold themes that at least this share of the labelled responses raise count towards coverage."""
FOUND_FROM: Final = 0.5
"""F1 from which a gold theme counts as covered."""
KEYS: Final = ("question_id", "response_id", "theme_id")


def read_gold(folder: Path) -> pl.DataFrame:
    """Labels that people gave: columns question_id, response_id, theme_id, a row a label.

    Args:
        folder: Holds labels.csv and themes.csv; a theme whose parent_id there is NON_THEME is an administrative code
            and left out.

    Raises:
        InputError: a file or column is missing.
    """
    try:
        gold = pl.read_csv(folder / "labels.csv", infer_schema=False).select(KEYS)
        themes = pl.read_csv(folder / "themes.csv", infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "gold_unreadable",
            f"{folder}: labels.csv and themes.csv cannot be read ({type(error).__name__}).",
            "labels.csv needs the columns question_id, response_id and theme_id; themes.csv needs theme_id.",
        ) from None
    if "parent_id" in themes.columns:
        administrative = themes.filter(pl.col("parent_id") == "NON_THEME")["theme_id"].to_list()
        gold = gold.filter(~pl.col("theme_id").is_in(administrative))
    return gold.drop_nulls().unique(maintain_order=True)


def score_question(found: pl.DataFrame, gold: pl.DataFrame) -> dict[str, float]:
    """Scores one question.

    Args:
        found: Columns response_id and theme_id, a row a theme that a response raises.
        gold: The same, by people. Only responses in it count.

    Returns:
        f1_one_to_one, f1_many_to_one, macro_f1, coverage, rank_corr, assigned, each in [0, 1] (rank_corr in [-1, 1]),
        and the numbers of themes found and of gold themes.
    """
    responses = {response_id: row for row, response_id in enumerate(sorted(gold["response_id"].unique()))}
    a = _flags(found.filter(pl.col("response_id").is_in(list(responses))), responses)
    g = _flags(gold, responses)
    shared = a.T.astype(np.float64) @ g
    pair = 2 * shared / np.maximum(a.sum(0)[:, None] + g.sum(0)[None, :], 1)
    rows, columns = linear_sum_assignment(-shared)
    mapped = np.zeros_like(g)
    for theme, best in enumerate(pair.argmax(1)):
        mapped[:, best] |= a[:, theme]
    each = np.array([_f1((mapped[:, j] & g[:, j]).sum(), mapped[:, j].sum(), g[:, j].sum()) for j in range(g.shape[1])])
    best_alone = np.maximum(each, pair.max(0))
    common = g.mean(0) >= COMMON
    rank = spearmanr(g.sum(0), mapped.sum(0)).statistic if np.ptp(g.sum(0)) and np.ptp(mapped.sum(0)) else 0.0
    return {
        "f1_one_to_one": _f1(shared[rows, columns].sum(), a.sum(), g.sum()),
        "f1_many_to_one": _f1((mapped & g).sum(), mapped.sum(), g.sum()),
        "macro_f1": float(each.mean()),
        "coverage": float((best_alone[common] >= FOUND_FROM).mean()) if common.any() else 0.0,
        "rank_corr": float(rank),
        "assigned": float(a.any(1).mean()),
        "themes": float(a.any(0).sum()),
        "gold": float(g.shape[1]),
    }


def score_run(found: pl.DataFrame, gold: pl.DataFrame) -> dict[str, Any]:
    """Scores every question that has enough labels.

    Args:
        found: ASSIGNMENTS of one or more questions.
        gold: As `read_gold` gives it.

    Returns:
        `questions`: a dictionary a question, and `mean`: their average, weighted by labelled responses.

    Raises:
        InputError: no question has enough labels.
    """
    rows = []
    for (question_id,), labels in gold.group_by(["question_id"], maintain_order=True):
        n = labels["response_id"].n_unique()
        if n < LEAST_RESPONSES or labels["theme_id"].n_unique() < LEAST_THEMES:
            continue
        mine = found.filter(pl.col("question_id") == question_id)
        rows.append({"question_id": question_id, "responses": n, **score_question(mine, labels)})
    if not rows:
        raise InputError(
            "gold_too_small",
            f"No question has {LEAST_RESPONSES} labelled responses and {LEAST_THEMES} gold themes.",
            "Check that the question ids of the labels are those of the run.",
        )
    weights = [row["responses"] for row in rows]
    names = [name for name in rows[0] if name not in ("question_id", "responses")]
    mean = {name: float(np.average([row[name] for row in rows], weights=weights)) for name in names}
    return {"mean": mean, "questions": rows}


def _flags(labels: pl.DataFrame, responses: dict[str, int]) -> Flags:
    """A row a response, a column a theme: whether it raises it."""
    themes = {theme_id: column for column, theme_id in enumerate(sorted(labels["theme_id"].unique()))}
    flags = np.zeros((len(responses), max(len(themes), 1)), dtype=np.bool_)
    for response_id, theme_id in labels.select("response_id", "theme_id").iter_rows():
        flags[responses[response_id], themes[theme_id]] = True
    return flags


def _f1(shared: float, found: float, gold: float) -> float:
    return float(2 * shared / (found + gold)) if found + gold else 0.0
