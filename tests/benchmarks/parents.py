"""How far the broad themes found agree with the groups that people put their themes in, beside named baselines.

    python tests/benchmarks/parents.py FOLDER [SET ...]

FOLDER holds labelled sets: each a folder with responses.csv, labels.csv and themes.csv, whose parent_id names the group
of a theme. Every set is analysed as `consult analyse` does it, with no options. Each theme found stands for the gold
theme that it agrees with best, by F1, and so for its group. Printed is the adjusted Rand index of the parents found
with these groups (1: the same; 0: no better than chance), a theme that stands alone being a group of its own; beside it

  k-means   on the centres of the same themes, told how many groups Consult made; the mean of ten seeds
  shuffled  Consult's own parents, given to the themes at random; the mean of a hundred draws
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from consult.config import AnalysisConfig
from consult.evaluate import read_gold
from consult.evaluate.gold import read_themes
from consult.evaluate.scores import both_flags, too_few
from consult.pipeline import analyse

SETS = ("nhs_feedback", "gambling", "ottensen")


def groups_of(analysis: Any, labels: pl.DataFrame, parents: dict[str, str]) -> tuple[list[str], list[int]]:
    """The gold group of each theme that a labelled response raises, and the place of that theme."""
    (found, ours), (gold, theirs) = both_flags(analysis.assignments, labels)
    both = found.T.astype(np.float64) @ gold
    f1 = 2 * both / np.maximum(found.sum(0)[:, None] + gold.sum(0)[None, :], 1)
    stands_for = {ours[at]: parents.get(theirs[best]) or theirs[best] for at, best in enumerate(f1.argmax(1))}
    places = [at for at, theme_id in enumerate(analysis.themes["theme_id"]) if theme_id in stands_for]
    return [stands_for[analysis.themes["theme_id"][at]] for at in places], places


def main() -> None:
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    scores: list[tuple[float, float, float]] = []
    for name in chosen.sets:
        folder = chosen.folder / name
        gold, themes = read_gold(folder), read_themes(folder)
        parents = dict(themes.select("theme_id", "parent_id").iter_rows())
        for analysis in analyse([folder / "responses.csv"], AnalysisConfig()).analyses:
            labels = gold.filter(pl.col("question_id") == analysis.question_id)
            if too_few(labels) or analysis.parents.is_empty():
                continue
            truth, places = groups_of(analysis, labels, parents)
            ids = [analysis.themes["parent_id"][at] or f"alone {at}" for at in places]
            centres = np.asarray(analysis.centres, dtype=np.float64)[places]
            n_groups = len(set(ids))
            kmeans = [
                adjusted_rand_score(truth, KMeans(n_groups, n_init=10, random_state=seed).fit_predict(centres))
                for seed in range(10)
            ]
            draw = np.random.default_rng(0)
            shuffled = [adjusted_rand_score(truth, draw.permutation(ids)) for _ in range(100)]
            scores.append((adjusted_rand_score(truth, ids), float(np.mean(kmeans)), float(np.mean(shuffled))))
            print(
                f"{name:<14}{analysis.question_id:<14}{len(places):>3} themes  {len(set(truth))} groups of people  "
                f"{analysis.parents.height} parents  consult {scores[-1][0]:.3f}  k-means {scores[-1][1]:.3f}  "
                f"shuffled {scores[-1][2]:.3f}",
                flush=True,
            )
    means = np.mean(scores, axis=0)
    print(f"mean of {len(scores)} questions: consult {means[0]:.3f}  k-means {means[1]:.3f}  shuffled {means[2]:.3f}")
    print(f"consult over k-means: {means[0] / means[1]:.2f}")


if __name__ == "__main__":
    main()
