"""How near found themes come to those that people coded.

Source: the one-to-one match is the assignment problem of Kuhn 1955 over shared responses; the many-to-one match lets
each found theme stand for the gold theme that it overlaps best. Agreement is Krippendorff's alpha for nominal data
(Krippendorff 2004, "Content Analysis", chapter 11), see `agreement`.
"""

from __future__ import annotations

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


def score_question(found: pl.DataFrame, gold: pl.DataFrame) -> dict[str, float]:
    """Scores one question.

    Args:
        found: Columns response_id and theme_id, a row a theme that a response raises.
        gold: The same, by people. Only responses in it count.

    Returns:
        f1_one_to_one, f1_many_to_one, macro_f1, coverage, rank_corr, assigned, each in [0, 1] (rank_corr in [-1, 1]),
        the numbers of themes found and of gold themes, and what `agreement` gives.
    """
    a, g = (flags for flags, _ in both_flags(found, gold))
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
        **agreement(a, g),
    }


def agreement(a: Flags, g: Flags) -> dict[str, float]:
    """Krippendorff's alpha of two coders, the machine and people, each theme of each response a yes or a no.

    Units are the pairs of a labelled response and a gold theme. The one says yes where people gave the response that
    theme, the other where it carries the theme that is matched with it one-to-one; a gold theme without a match is all
    no. A theme found beyond those matched is not seen. This is not the alpha over whole sets with the MASI distance.

    Args:
        a: Responses x themes found.
        g: Responses x gold themes.

    Returns:
        alpha, 1 for the same answers throughout and 0 for what chance gives; agreed, the share of pairs on which both
        say the same; agreed_by_chance, that share if yes and no fell at random as often as they do.
    """
    rows, columns = linear_sum_assignment(-(a.T.astype(np.float64) @ g))
    matched = np.zeros_like(g)
    matched[:, columns] = a[:, rows]
    n = g.size
    yes = int(matched.sum() + g.sum())
    differ = float((matched != g).sum()) / n
    by_chance = 2 * yes * (2 * n - yes) / (2 * n * (2 * n - 1))
    return {
        "alpha": 1 - differ / by_chance if by_chance else 1.0,
        "agreed": 1 - differ,
        "agreed_by_chance": 1 - by_chance,
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
        if too_few(labels):
            continue
        n = labels["response_id"].n_unique()
        mine = found.filter(pl.col("question_id") == question_id)
        rows.append({"question_id": question_id, "responses": n, **score_question(mine, labels)})
    if not rows:
        raise InputError(
            "gold_too_small",
            f"No question has {LEAST_RESPONSES} labelled responses and {LEAST_THEMES} gold themes.",
            "Check that the question ids of the labels are those of the run.",
        )
    return {"mean": mean_scores(rows), "questions": rows}


def too_few(labels: pl.DataFrame) -> bool:
    """Whether the labels of a question are too few to score it by."""
    return labels["response_id"].n_unique() < LEAST_RESPONSES or labels["theme_id"].n_unique() < LEAST_THEMES


def mean_scores(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The mean of scores over questions, weighted by their labelled responses."""
    weights = [row["responses"] for row in rows]
    names = [name for name in rows[0] if name not in ("question_id", "responses")]
    return {name: float(np.average([row[name] for row in rows], weights=weights)) for name in names}


def both_flags(found: pl.DataFrame, gold: pl.DataFrame) -> list[tuple[Flags, list[str]]]:
    """For the themes found and then the gold themes: labelled responses x themes, and the ids of the themes.

    Rows are the labelled responses, sorted by id. Nothing found is one theme that nobody raises, with the id "".
    """
    responses = {response_id: row for row, response_id in enumerate(sorted(gold["response_id"].unique()))}
    mine = found.filter(pl.col("response_id").is_in(list(responses)))
    return [_flags(mine, responses), _flags(gold, responses)]


def _flags(labels: pl.DataFrame, responses: dict[str, int]) -> tuple[Flags, list[str]]:
    """A row a response, a column a theme: whether it raises it; and the themes."""
    themes = {theme_id: column for column, theme_id in enumerate(sorted(labels["theme_id"].unique()))}
    flags = np.zeros((len(responses), max(len(themes), 1)), dtype=np.bool_)
    for response_id, theme_id in labels.select("response_id", "theme_id").iter_rows():
        flags[responses[response_id], themes[theme_id]] = True
    return flags, list(themes) or [""]


def _f1(shared: float, found: float, gold: float) -> float:
    return float(2 * shared / (found + gold)) if found + gold else 0.0
