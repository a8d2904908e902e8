"""How good the themes are, beside named baselines in the same run.

    python tests/benchmarks/themes.py FOLDER [SET ...]

FOLDER holds labelled sets: each a folder with responses.csv, labels.csv and themes.csv. For every set this runs, on
the same vectors and the same responses,

  consult    the whole job as `consult analyse` does it, with no options
  bertopic   BERTopic as it comes (UMAP 15 neighbours, 5 dimensions, cosine, seed 42; whole answers; outliers out)
  k-means    TF-IDF, SVD to 100 dimensions and k-means, at the number of themes that people used

and prints the scores of `consult.evaluate`, then the geometric mean of f1_one_to_one over each baseline's.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
import warnings
from pathlib import Path

import numpy as np
import polars as pl

from consult.cluster import plain_bertopic
from consult.config import AnalysisConfig
from consult.embed import embed_texts, make_embedder
from consult.evaluate import read_gold, score_run, tfidf_kmeans
from consult.pipeline import analyse

SETS = ("nhs_fft", "argkp", "gambling", "ottensen", "banking77")


def baseline(method, folder: Path, gold: pl.DataFrame, embedder) -> pl.DataFrame:
    """Assignments of a baseline over the questions that are scored."""
    with (folder / "responses.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    found = []
    for (question_id,), labels in gold.group_by(["question_id"], maintain_order=True):
        mine = sorted((r["response_id"], r["text"]) for r in rows if r["question_id"] == question_id)
        n_themes = labels["theme_id"].n_unique()
        if labels["response_id"].n_unique() < 60 or n_themes < 3:
            continue
        ids, texts = [r for r, _ in mine], [t for _, t in mine]
        distinct = sorted(set(texts))
        vectors = dict(zip(distinct, embed_texts(distinct, embedder), strict=True))
        topics = method(texts, np.array([vectors[t] for t in texts]), n_themes)
        found += [(question_id, r, str(t)) for r, t in zip(ids, topics, strict=True) if t >= 0]
    return pl.DataFrame(found, schema=["question_id", "response_id", "theme_id"], orient="row")


def main() -> None:
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    config = AnalysisConfig()
    embedder = make_embedder(config.embedding)
    one_to_one: dict[str, list[float]] = {"consult": [], "bertopic": [], "k-means": []}
    for name in chosen.sets:
        folder = chosen.folder / name
        gold = read_gold(folder)

        def ours(folder: Path = folder) -> pl.DataFrame:
            run = analyse([folder / "responses.csv"], config, embedder=embedder)
            return pl.concat([analysis.assignments for analysis in run.analyses])

        for method, work in (
            ("consult", ours),
            (
                "bertopic",
                lambda: baseline(lambda texts, vectors, _: plain_bertopic(texts, vectors), folder, gold, embedder),
            ),
            ("k-means", lambda: baseline(lambda texts, _, n: tfidf_kmeans(texts, n), folder, gold, embedder)),
        ):
            began = time.perf_counter()
            mean = score_run(work(), gold)["mean"]
            one_to_one[method].append(mean["f1_one_to_one"])
            figures = "  ".join(f"{key} {value:.3f}" for key, value in mean.items())
            print(f"{name:<14}{method:<10}{figures}  seconds {time.perf_counter() - began:.0f}", flush=True)
    for method in ("bertopic", "k-means"):
        ratios = [ours / theirs for ours, theirs in zip(one_to_one["consult"], one_to_one[method], strict=True)]
        mean_ratio = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"geometric mean of f1_one_to_one, consult over {method}: {mean_ratio:.3f}")


if __name__ == "__main__":
    main()
