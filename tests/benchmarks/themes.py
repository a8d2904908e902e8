"""How good the themes are, beside named baselines and a ceiling in the same run.

    python tests/benchmarks/themes.py FOLDER [SET ...] [--seeds 3] [--methods consult,bertopic] [--json FILE]

FOLDER holds labelled sets: each a folder with responses.csv, labels.csv and themes.csv. For every set this runs, on
the same vectors and the same responses,

  consult    the whole job as `consult analyse` does it, with no options but the seed
  bertopic   BERTopic as it comes (UMAP 15 neighbours, 5 dimensions, cosine; whole answers; outliers out)
  tfidf      TF-IDF, SVD to 100 dimensions and k-means, told the number of themes that people used
  k-means    k-means on the vectors of whole answers, told the number
  ceiling    logistic regression on the vectors of whole answers, learnt from people's codes of the other four fifths:
             what the vectors could tell one who knew the themes; no method without codes should reach it
  centres    centres that are the mean points of the answers that people put under a theme, and points placed at them as
             Consult places them: what clusters could give that gathered just what people gathered

each the mean of as many seeds, and prints the scores of `consult.evaluate`; then the ratios to each baseline: geometric
mean and least of f1_one_to_one, mean of macro_f1 (without banking77, which BERTopic splits in hundreds) and of coverage
(where the baseline's is not 0); seconds that finding themes took over those of plain BERTopic; and, of assignments,
how often the theme was the right one (after the many-to-one match), by the stated strength, and by whether the point
that shows it was in the theme's cluster when clusters were found, in another, or brought in by similarity.

With --count-over-seeds 10 it only counts the themes of each question under ten seeds: least, most, and their difference
over the mean.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from consult import cluster, pipeline
from consult.analysis import Run
from consult.assign import assign_responses, place_points
from consult.cluster import plain_bertopic
from consult.config import AnalysisConfig
from consult.embed import embed_texts, make_embedder
from consult.evaluate import by_strength, judge_assignments, read_gold, score_run, tfidf_kmeans
from consult.evaluate.baselines import kmeans
from consult.explain import find_space
from consult.pipeline import analyse
from consult.summarise import Summary

SETS = ("nhs_fft", "nhs_feedback", "argkp", "gambling", "ottensen", "banking77")
KINDS = ("in its cluster", "moved to it", "brought in")
BASELINES = ("bertopic", "tfidf", "k-means")
KNOWING = ("ceiling", "centres")
SHOWN = ("f1_one_to_one", "f1_many_to_one", "macro_f1", "coverage", "rank_corr", "assigned", "themes", "gold")


class Remembering:
    """An embedder that embeds a text once, so that methods and seeds share vectors."""

    def __init__(self, embedder) -> None:
        self._embedder, self._kept = embedder, {}
        self.name, self.fingerprint = embedder.name, embedder.fingerprint

    def embed(self, texts, progress=lambda _: None):
        new = sorted({text for text in texts if text not in self._kept})
        if new:
            self._kept.update(zip(new, embed_texts(new, self._embedder), strict=True))
        progress(len(texts))
        return np.array([self._kept[text] for text in texts], dtype=np.float32)


def answers(folder: Path, gold: pl.DataFrame):
    """Every question that is scored: its id, ids and texts of its answers, and its labels."""
    with (folder / "responses.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    for (question_id,), labels in gold.group_by(["question_id"], maintain_order=True):
        if labels["response_id"].n_unique() < 60 or labels["theme_id"].n_unique() < 3:
            continue
        mine = sorted((row["response_id"], row["text"]) for row in rows if row["question_id"] == question_id)
        yield question_id, [i for i, _ in mine], [t for _, t in mine], labels


def run_baseline(method: str, folder: Path, gold: pl.DataFrame, embedder, seed: int) -> tuple[pl.DataFrame, float]:
    """Assignments of a baseline, and the seconds that finding them took beside embedding."""
    found, seconds = [], 0.0
    for question_id, ids, texts, labels in answers(folder, gold):
        vectors = embedder.embed(texts)
        began = time.perf_counter()
        n_themes = labels["theme_id"].n_unique()
        if method == "bertopic":
            topics = plain_bertopic(texts, vectors, seed)
        elif method == "tfidf":
            topics = tfidf_kmeans(texts, n_themes, seed)
        else:
            topics = kmeans(vectors, n_themes, seed)
        seconds += time.perf_counter() - began
        found += [(question_id, i, str(topic)) for i, topic in zip(ids, topics, strict=True) if topic >= 0]
    return pl.DataFrame(found, schema=["question_id", "response_id", "theme_id"], orient="row"), seconds


def ceiling(folder: Path, gold: pl.DataFrame, embedder, seed: int) -> pl.DataFrame:
    """Assignments by logistic regression, each answer's by a model that did not see its codes."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold

    found = []
    for question_id, ids, texts, labels in answers(folder, gold):
        codes = defaultdict(set)
        for response_id, theme_id in labels.select("response_id", "theme_id").iter_rows():
            codes[response_id].add(theme_id)
        coded = [place for place, i in enumerate(ids) if i in codes]
        vectors = embedder.embed([texts[place] for place in coded])
        themes = sorted(set().union(*codes.values()))
        truth = np.array([[theme in codes[ids[place]] for theme in themes] for place in coded])
        scores = np.zeros(truth.shape)
        for learn, rest in KFold(5, shuffle=True, random_state=seed).split(vectors):
            for column in range(len(themes)):
                if 2 <= truth[learn, column].sum() < len(learn):
                    model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
                    model.fit(vectors[learn], truth[learn, column])
                    scores[rest, column] = model.predict_proba(vectors[rest])[:, 1]
        chosen = (scores >= 0.5) & (scores >= scores.max(1, keepdims=True) - 0.15)
        chosen[np.arange(len(chosen)), scores.argmax(1)] = True
        found += [(question_id, ids[coded[row]], themes[column]) for row, column in np.argwhere(chosen)]
    return pl.DataFrame(found, schema=["question_id", "response_id", "theme_id"], orient="row")


def run_centres(folder: Path, gold: pl.DataFrame, embedder, seed: int) -> pl.DataFrame:
    """Assignments at centres made from people's own codes, of answers that these were made from."""
    config = AnalysisConfig(cluster={"seed": seed, "stability_fits": 0})
    run, found = analyse([folder / "responses.csv"], config, embedder=embedder, summariser=Unnamed()), []
    for analysis in run.analyses:
        coded = gold.filter(pl.col("question_id") == analysis.question_id)
        if coded["response_id"].n_unique() < 60 or coded["theme_id"].n_unique() < 3:
            continue
        space = find_space(run, analysis)
        row_of = space.points.with_row_index("row").select("row", "response_id")
        means = {}
        for (theme_id,), rows in coded.join(row_of, on="response_id").group_by("theme_id", maintain_order=True):
            mean = space.vectors[rows["row"].to_numpy()].mean(axis=0)
            means[theme_id] = mean / np.linalg.norm(mean)
        placed = place_points(space.points, space.vectors, np.array(list(means.values())), space.config)
        raised = assign_responses(space.points, placed, space.config, analysis.copies)
        names = list(means)
        found += [
            (analysis.question_id, response_id, names[cluster])
            for response_id, cluster in raised.select("response_id", "cluster").iter_rows()
        ]
    return pl.DataFrame(found, schema=["question_id", "response_id", "theme_id"], orient="row")


def run_consult(folder: Path, embedder, seed: int) -> tuple[pl.DataFrame, float]:
    """Assignments with their kinds, and the seconds that finding and placing themes took beside embedding."""
    config = AnalysisConfig(cluster={"seed": seed})
    with watch_clusters() as seen:
        run = analyse([folder / "responses.csv"], config, embedder=embedder)
    seconds = run.manifest["seconds"]
    return with_kinds(run, seen), seconds["cluster"] + seconds["assign"]


@contextmanager
def watch_clusters() -> Iterator[list[dict[str, int]]]:
    """Keeps, of each question that is analysed inside, the cluster that each text was found in, by text_id.

    That is where it stood when clusters had been grown and merged, before centres settled and points were placed; -1 is
    a text that HDBSCAN left out, and one beyond the sample is not there.
    """
    seen: list[dict[str, int]] = []
    settle, cluster_points = cluster.settle, pipeline.cluster_points

    def settled(vectors, labels, *others):
        seen[-1]["labels"] = labels
        return settle(vectors, labels, *others)

    def clustered(texts, *others):
        seen.append({})
        found = cluster_points(texts, *others)
        rows = cluster._sample(texts, others[-1].max_fit)
        labels = seen[-1].pop("labels", [])
        seen[-1].update(zip(texts["text_id"].gather(rows), map(int, labels), strict=len(labels) > 0))
        return found

    cluster.settle, pipeline.cluster_points = settled, clustered
    try:
        yield seen
    finally:
        cluster.settle, pipeline.cluster_points = settle, cluster_points


def with_kinds(run: Run, seen: list[dict[str, int]]) -> pl.DataFrame:
    """ASSIGNMENTS of all questions with `kind`, one of KINDS: where the point that shows it stood at first."""
    frames = []
    for analysis, clusters in zip(run.analyses, seen, strict=True):
        text_of = dict(analysis.points.select("point_id", "text_id").iter_rows())
        stood = [clusters.get(text_of[point_id], -1) for point_id in analysis.assignments["point_id"]]
        frame = analysis.assignments.with_columns(stood=pl.Series(stood, dtype=pl.Int64))
        inside = frame.filter(pl.col("stood") >= 0)
        home = inside.group_by("theme_id").agg(home=pl.col("stood").mode().min())
        own = pl.when(pl.col("stood") == pl.col("home")).then(pl.lit(KINDS[0])).otherwise(pl.lit(KINDS[1]))
        kind = pl.when(pl.col("stood") < 0).then(pl.lit(KINDS[2])).otherwise(own)
        frames.append(frame.join(home, on="theme_id", how="left").with_columns(kind=kind))
    return pl.concat(frames)


def print_kinds(told: dict[str, list[pl.DataFrame]]) -> None:
    """How often an assignment was right, by where the point that shows it stood when clusters were found."""
    print("\nof assignments, how often the theme was right, by the point that shows it, and their share of all")
    print(f"{'set':<14}" + "".join(f"{kind:>22}" for kind in KINDS))
    for name, frames in told.items():
        judged, cells = pl.concat(frames), []
        for kind in KINDS:
            part = judged.filter(pl.col("kind") == kind)
            right = f"{part['right'].mean():.2f}" if len(part) >= 30 else "-"
            cells.append(f"{f'{right} of {len(part) / len(judged):.0%}':>22}")
        print(f"{name:<14}" + "".join(cells))


def print_reliability(told: dict[str, list[pl.DataFrame]]) -> None:
    """How often an assignment was right, by its strength: each set, and the mean of the sets."""
    print("\nof assignments, how often the theme was right, by strength (a dash: fewer than 30)")
    print(f"{'strength':<14}" + "".join(f"{name:>14}" for name in told) + f"{'mean':>10}")
    shares: dict[tuple[float, float], dict[str, float]] = defaultdict(dict)
    for name, frames in told.items():
        for step in by_strength(pl.concat(frames)):
            if step["assignments"] >= 30:
                shares[step["least"], step["below"]][name] = step["share"]
    for (least, below), row in sorted(shares.items()):
        cells = "".join(f"{row[name]:>14.2f}" if name in row else f"{'-':>14}" for name in told)
        print(f"{least:.1f} to {below:.1f}".ljust(14) + cells + f"{np.mean(list(row.values())):>10.2f}")


class Unnamed:
    """A summariser that names no theme, where titles do not matter."""

    name = "unnamed"

    def summarise(self, themes):
        return [Summary(f"Theme {place}", ()) for place, _ in enumerate(themes, start=1)]


def count_over_seeds(folder: Path, embedder, n_seeds: int) -> dict[str, list[int]]:
    """How many themes each question has under each seed."""
    counts: dict[str, list[int]] = defaultdict(list)
    for seed in range(n_seeds):
        config = AnalysisConfig(cluster={"seed": seed, "stability_fits": 0})
        run = analyse([folder / "responses.csv"], config, embedder=embedder, summariser=Unnamed())
        for analysis in run.analyses:
            counts[analysis.question_id].append(len(analysis.themes))
    return counts


def print_counts(name: str, counts: dict[str, list[int]]) -> None:
    """The least and the most themes of each question, and the difference over the mean."""
    spreads = {question_id: (max(found) - min(found)) / max(np.mean(found), 1) for question_id, found in counts.items()}
    for question_id, found in counts.items():
        print(f"{name:<14}{question_id[:60]:<62}{min(found):>4} to {max(found):>3}{spreads[question_id]:>9.1%}")
    within = sum(spread <= 0.2 for spread in spreads.values())
    print(f"{name:<14}{within} of {len(spreads)} questions within 20 %, most {max(spreads.values()):.1%}", flush=True)


def print_ratios(means: dict[str, dict[str, dict[str, float]]], seconds: dict[str, dict[str, float]]) -> None:
    """Consult over each baseline."""
    sets = list(means)
    print()
    for baseline in (each for each in BASELINES if all({each, "consult"} <= set(means[s]) for s in sets)):
        over = {s: means[s]["consult"]["f1_one_to_one"] / max(means[s][baseline]["f1_one_to_one"], 1e-9) for s in sets}
        macro = [means[s]["consult"]["macro_f1"] / means[s][baseline]["macro_f1"] for s in sets if s != "banking77"]
        covered = [s for s in sets if means[s][baseline]["coverage"] > 0]
        coverage = [means[s]["consult"]["coverage"] / means[s][baseline]["coverage"] for s in covered]
        least = min(over, key=over.__getitem__)
        print(
            f"over {baseline:<9} f1_one_to_one, geometric mean {math.exp(np.mean(np.log(list(over.values())))):.3f}"
            f", least {over[least]:.3f} ({least})"
            + (f"; macro_f1 {np.mean(macro):.2f}" if macro else "")
            + (f"; coverage {np.mean(coverage):.2f}" if coverage else "")
        )
    if all({"centres", "bertopic"} <= set(means[s]) for s in sets):
        over = [means[s]["centres"]["f1_one_to_one"] / means[s]["bertopic"]["f1_one_to_one"] for s in sets]
        print(
            f"people's own centres over bertopic: f1_one_to_one, geometric mean {math.exp(np.mean(np.log(over))):.3f}"
        )
    for name in (each for each in sets if {"consult", "bertopic"} <= set(means[each])):
        print(
            f"seconds to find themes, {name}: {seconds[name]['consult'] / seconds[name]['bertopic']:.2f} x bertopic's"
        )


def main() -> None:
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", default=",".join(("consult", *BASELINES, *KNOWING)))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--count-over-seeds", type=int, metavar="N", help="only count themes, under N seeds")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    embedder = Remembering(make_embedder(AnalysisConfig().embedding))
    if chosen.count_over_seeds:
        for name in chosen.sets:
            print_counts(name, count_over_seeds(chosen.folder / name, embedder, chosen.count_over_seeds))
        return
    means: dict[str, dict[str, dict[str, float]]] = {}
    seconds: dict[str, dict[str, float]] = {}
    told: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for name in chosen.sets:
        folder, gold = chosen.folder / name, read_gold(chosen.folder / name)
        means[name], seconds[name] = {}, {}
        for method in chosen.methods.split(","):
            rows, took = [], []
            for seed in (42, 1, 7, 11, 23)[: 1 if method in KNOWING else chosen.seeds]:
                if method == "consult":
                    found, spent = run_consult(folder, embedder, seed)
                    told[name].append(judge_assignments(found, gold))
                elif method == "centres":
                    found, spent = run_centres(folder, gold, embedder, seed), 0.0
                elif method == "ceiling":
                    found, spent = ceiling(folder, gold, embedder, seed), 0.0
                else:
                    found, spent = run_baseline(method, folder, gold, embedder, seed)
                rows.append(score_run(found, gold)["mean"])
                took.append(spent)
            means[name][method] = {key: float(np.mean([row[key] for row in rows])) for key in SHOWN}
            seconds[name][method] = float(np.mean(took))
            figures = "  ".join(f"{key} {value:.3f}" for key, value in means[name][method].items())
            print(f"{name:<14}{method:<10}{figures}  seconds {seconds[name][method]:.0f}", flush=True)
    print_ratios(means, seconds)
    print_reliability(told)
    print_kinds(told)
    if chosen.json:
        chosen.json.write_text(json.dumps({"scores": means, "seconds": seconds}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
