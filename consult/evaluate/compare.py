"""A whole run against gold labels, with what it is compared with and the answers that it got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.stats import hypergeom

from consult.analysis import Analysis, Run
from consult.errors import InputError
from consult.evaluate.baselines import run_baseline
from consult.evaluate.gold import check_gold, gold_titles, read_gold, read_labels, read_themes, without_administrative
from consult.evaluate.reliability import by_strength, judge_assignments
from consult.evaluate.scores import both_flags, mean_scores, score_question, too_few

CONSULT: Final = "consult"
SECOND: Final = "second_coder"
SAME: Final = "consult_same_answers"
"""Consult on the answers that the second coder coded too."""
CHANCE: Final = 0.05
"""A theme matches none of people's where as large an overlap with any of them would come by chance this often: the
hypergeometric tail times the number of gold themes. Source: Fisher's exact test, with Bonferroni's correction."""
WEAK: Final = 0.2
"""A match with a lower F1 is weak, however sure. Source: of answers in either theme, one in nine is then in both."""


def evaluate_run(
    run: Run,
    gold_folder: Path,
    *,
    second_coder: Path | None = None,
    baselines: Sequence[str] = (),
    only: str | None = None,
) -> dict[str, Any]:
    """Scores a run by labels that people gave.

    Args:
        run: The run.
        gold_folder: As `read_gold` takes it.
        second_coder: The labels of another person: a CSV file as labels.csv, or a folder that holds one. They are
            scored against the gold on the responses that both coded, and so is the run.
        baselines: Names of BASELINES to run on the same vectors.
        only: The id of the one question to score; None for all.

    Returns:
        JSON values: `mean`, the scores of each method over all questions; `questions`, for each its `scores` and its
        `themes` (see `match_themes`); `reliability`, how often assignments of each strength were right, over all
        questions (see `by_strength`); `notes`, what of the labels does not fit.

    Raises:
        InputError: the labels cannot be used, see `check_gold`, or the second coder's share too few answers with them.
    """
    gold, themes = read_gold(gold_folder), read_themes(gold_folder)
    notes = check_gold(run, gold if only is None else gold.filter(pl.col("question_id") == only), only)
    second = read_labels(second_coder).drop_nulls("response_id") if second_coder is not None else None
    questions, judged = [], []
    for (question_id,), labels in gold.group_by(["question_id"], maintain_order=True):
        analysed = [analysis for analysis in run.analyses if analysis.question_id == question_id]
        if not analysed or too_few(labels) or only not in (None, question_id):
            continue
        [analysis] = analysed
        n = labels["response_id"].n_unique()
        scores: dict[str, dict[str, Any]] = {CONSULT: {"responses": n, **score_question(analysis.assignments, labels)}}
        for name in baselines:
            found = run_baseline(name, analysis, labels["theme_id"].n_unique())
            scores[name] = {"responses": n, **score_question(found, labels)}
        if second is not None:
            of_question = second.filter(pl.col("question_id") == question_id)
            scores |= _second_scores(analysis, labels, of_question, themes)
        judged.append(judge_assignments(analysis.assignments, labels))
        titles = gold_titles(themes, str(question_id))
        questions.append(
            {
                "question_id": question_id,
                "wording": analysis.wording,
                "scores": scores,
                **match_themes(analysis, labels, titles),
            }
        )
    methods = list(dict.fromkeys(name for question in questions for name in question["scores"]))
    if second is not None and SECOND not in methods:
        raise InputError(
            "second_coder_too_few",
            f"{second_coder}: no question has 60 responses and 3 gold themes among those that both people coded.",
            "The second coder's response_id and question_id must be those of the gold, for answers that both coded.",
        )
    mean = {name: mean_scores([q["scores"][name] for q in questions if name in q["scores"]]) for name in methods}
    for name, means in mean.items():
        means["responses"] = sum(q["scores"][name]["responses"] for q in questions if name in q["scores"])
    return {
        "run": run.name,
        "folder": str(run.folder) if run.folder else None,
        "mean": mean,
        "questions": questions,
        "reliability": by_strength(pl.concat(judged)),
        "notes": notes,
    }


def _second_scores(
    analysis: Analysis, labels: pl.DataFrame, second: pl.DataFrame, themes: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """The second coder against the gold, and the run against it, on the responses that both people coded."""
    both = labels.filter(pl.col("response_id").is_in(second["response_id"].unique().to_list()))
    if too_few(both):
        return {}
    n = both["response_id"].n_unique()
    theirs = without_administrative(second, themes).drop_nulls()
    return {
        SECOND: {"responses": n, **score_question(theirs, both)},
        SAME: {"responses": n, **score_question(analysis.assignments, both)},
    }


def match_themes(analysis: Analysis, labels: pl.DataFrame, titles: dict[str, str]) -> dict[str, Any]:
    """Each theme beside the gold theme that is matched with it, and the responses on which they differ.

    Args:
        analysis: A question.
        labels: Its gold labels.
        titles: Of the gold themes.

    Returns:
        `themes`, in order of rank: `match`, "match", "weak" (F1 below `WEAK`) or "none" (it overlaps none of people's
        by more than chance, see `CHANCE`); `gold_id` and `gold_title` of the gold theme matched one-to-one; where there
        is none or it is unrelated, of the one it overlaps best (`one_to_one` false), or None. `precision` is the share
        of its labelled responses that people gave the gold theme, `recall` the share of the gold theme's responses that
        carry it, `f1` their harmonic mean; `wrong` and `missed` are the ids of the others: of "none" all that carry it,
        and no id. `unmatched`, the gold themes that no theme is matched with.
    """
    (a, found), (g, gold) = both_flags(analysis.assignments, labels)
    response_ids = np.array(sorted(labels["response_id"].unique().to_list()))
    shared = a.T.astype(np.float64) @ g
    pair = 2 * shared / np.maximum(a.sum(0)[:, None] + g.sum(0)[None, :], 1)
    sizes = (len(response_ids), g.sum(0)[None, :], a.sum(0)[:, None])
    beyond = hypergeom.sf(shared - 1, *sizes) * g.shape[1] < CHANCE
    one = {int(k): int(j) for k, j in zip(*linear_sum_assignment(-shared), strict=True) if beyond[k, j]}
    themes = []
    for theme_id, title in analysis.themes.sort("rank").select("theme_id", "title").iter_rows():
        theme: dict[str, Any] = {"theme_id": theme_id, "title": title, "n_labelled": 0, "one_to_one": False}
        theme |= {"match": "none", "gold_id": None, "gold_title": None, "n_gold": 0, "n_shared": 0}
        theme |= {"precision": 0.0, "recall": 0.0, "f1": 0.0, "wrong": [], "missed": []}
        themes.append(theme)
        if theme_id not in found:
            continue
        k = found.index(theme_id)
        theme |= {"n_labelled": int(a[:, k].sum()), "wrong": response_ids[a[:, k]].tolist()}
        # The match shares out what is left over as well: where that is unrelated, the nearest of people's tells more.
        j = one.get(k, int(np.where(beyond[k], pair[k] + 1, pair[k]).argmax()))
        if not shared[k, j]:
            continue
        n_shared, n_gold = int(shared[k, j]), int(g[:, j].sum())
        theme |= {
            "one_to_one": k in one,
            "gold_id": gold[j],
            "gold_title": titles.get(gold[j], gold[j]),
            "n_gold": n_gold,
            "n_shared": n_shared,
            "precision": n_shared / theme["n_labelled"],
            "recall": n_shared / n_gold,
            "f1": float(pair[k, j]),
        }
        if beyond[k, j]:
            theme |= {
                "match": "match" if pair[k, j] >= WEAK else "weak",
                "wrong": response_ids[a[:, k] & ~g[:, j]].tolist(),
                "missed": response_ids[g[:, j] & ~a[:, k]].tolist(),
            }
    unmatched = [
        {"gold_id": gold[j], "gold_title": titles.get(gold[j], gold[j]), "n_gold": int(g[:, j].sum())}
        for j in range(g.shape[1])
        if j not in one.values()
    ]
    return {"themes": themes, "unmatched": sorted(unmatched, key=lambda each: (-each["n_gold"], each["gold_id"]))}
