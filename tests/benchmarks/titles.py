"""How near titles come to those that people gave, and how well quotes cover their themes, beside named baselines.

    python tests/benchmarks/titles.py FOLDER [SET ...] [--read]

FOLDER holds sets: each a folder with responses.csv. Every set is analysed as `consult analyse` does it, with no
options.

Titles, where the set has labels.csv and themes.csv: each theme is matched with at most one gold theme, by shared
responses, and its title is held against the gold one by the cosine of their vectors, by the model that points are
embedded with; beside it, for the same themes,

  keywords   the four best words by c-TF-IDF, as BERTopic would name the theme

`right` is the share of themes whose title is nearer to the gold title matched than to any other of the question. The
judge is the model that helped to choose the titles, so it flatters them; the keywords it did not help to choose.

Quotes: the share of a theme's points that some quote of it comes near to (cosine of at least 0.5 and of 0.6), beside as
many points of the theme drawn at random (the mean of 20 draws), and as many nearest its centre.

`--read` prints every title beside the gold one, and the quotes, to be read: no figure tells whether they make sense.
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

import consult.pipeline
from consult.config import AnalysisConfig
from consult.embed import embed_texts, make_embedder
from consult.evaluate import read_gold
from consult.evaluate.gold import gold_titles, read_themes
from consult.evaluate.scores import both_flags, too_few
from consult.pipeline import analyse
from consult.summarise import Evidence, gather_evidence

SETS = (
    "argkp", "gambling", "nhs_fft", "nhs_feedback", "banking77", "ottensen", "egalite", "polis", "regsgov", "campaigns",
    "fcc_sentences",
)  # fmt: skip
DRAWS = 20
NEAR = (0.5, 0.6)


def run_set(folder: Path, config: AnalysisConfig, embedder: Any) -> tuple[list[Any], list[Sequence[Evidence]]]:
    """The analyses of a set and, question by question, the evidence of its themes."""
    kept: list[Sequence[Evidence]] = []

    def keep(*args: Any, **keywords: Any) -> list[Evidence]:
        found = gather_evidence(*args, **keywords)
        kept.append(found)
        return found

    with patch.object(consult.pipeline, "gather_evidence", keep):
        run = analyse([folder / "responses.csv"], config, embedder=embedder)
    return list(run.analyses), kept


def matched(analysis: Any, gold: pl.DataFrame, titles: dict[str, str]) -> list[tuple[str, str, str, list[str]]]:
    """(our title, our keywords, the gold title, the question's other gold titles) of each theme that has a match."""
    (a, found), (g, known) = both_flags(analysis.assignments, gold)
    shared = a.T.astype(np.float64) @ g
    named = {row["theme_id"]: row for row in analysis.themes.iter_rows(named=True)}
    spoken = [titles.get(theme, theme).replace("_", " ") for theme in known]
    rows = []
    for ours, theirs in zip(*linear_sum_assignment(-shared), strict=True):
        if shared[ours, theirs] > 0:
            row = named[found[ours]]
            others = [spoken[at] for at in range(len(spoken)) if at != theirs]
            rows.append((row["title"], ", ".join(row["keywords"][:4]), spoken[theirs], others))
    return rows


def all_matched(folder: Path, analyses: Sequence[Any]) -> list[tuple[str, str, str, list[str]]]:
    """`matched` over the questions that have enough labels; none where the set has no labels."""
    if not (folder / "themes.csv").exists():
        return []
    gold, themes = read_gold(folder), read_themes(folder)
    rows = []
    for analysis in analyses:
        labels = gold.filter(pl.col("question_id") == analysis.question_id)
        if not too_few(labels):
            rows += matched(analysis, labels, gold_titles(themes, analysis.question_id))
    return rows


def score_titles(rows: list[tuple[str, str, str, list[str]]], embedder: Any) -> dict[str, tuple[float, float]]:
    """Mean cosine to the gold title, and share nearest to the right one, of our titles and of the keywords."""
    texts = sorted({text for ours, words, gold, others in rows for text in (ours, words, gold, *others)})
    vector = dict(zip(texts, embed_texts(texts, embedder), strict=True))
    scores = {}
    for name, column in (("consult", 0), ("keywords", 1)):
        cosines, right = [], []
        for row in rows:
            own = float(vector[str(row[column])] @ vector[row[2]])
            cosines.append(own)
            right.append(all(own >= float(vector[str(row[column])] @ vector[other]) for other in row[3]))
        scores[name] = (float(np.mean(cosines)), float(np.mean(right)))
    return scores


def cover(theme: Evidence, rows: Sequence[int]) -> np.ndarray[Any, Any]:
    """The share of a theme's points near one of some of them, for each cosine of `NEAR`."""
    best = (theme.vectors @ theme.vectors[list(rows)].T).max(axis=1)
    return np.array([(best >= near).mean() for near in NEAR])


def score_quotes(themes: Sequence[Evidence], seed: int) -> dict[str, np.ndarray[Any, Any]]:
    """Mean coverage over themes with more points than quotes: ours, random and centroid's nearest."""
    draw = np.random.default_rng(seed)
    found: dict[str, list[np.ndarray[Any, Any]]] = {"consult": [], "random": [], "nearest": []}
    for theme in themes:
        spans = zip(*(theme.points[name] for name in ("response_id", "start", "end")), strict=True)
        place = {span: row for row, span in enumerate(spans)}
        ours = [place[quote.response_id, quote.start, quote.end] for quote in theme.quotes]
        n = len(theme.points)
        if n <= len(ours):
            continue
        found["consult"].append(cover(theme, ours))
        draws = [cover(theme, draw.choice(n, len(ours), replace=False)) for _ in range(DRAWS)]
        found["random"].append(np.mean(draws, axis=0))
        found["nearest"].append(cover(theme, range(len(ours))))
    return {name: np.mean(each, axis=0) for name, each in found.items()}


def show(rows: list[tuple[str, str, str, list[str]]], analyses: Sequence[Any]) -> None:
    """Prints titles beside gold ones, and every theme's quotes."""
    for ours, words, gold_title, _ in rows:
        print(f"    {ours}  |  {words}  |  {gold_title}")
    for analysis in analyses:
        for theme_id, title in analysis.themes.select("theme_id", "title").iter_rows():
            print(f"  {analysis.question_id}: {title}")
            for quote in analysis.quotes.filter(pl.col("theme_id") == theme_id)["quote"]:
                print(f"      {' '.join(quote.split())}")


def main() -> None:
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--read", action="store_true", help="print every title and quote")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    config = AnalysisConfig()
    embedder = make_embedder(config.embedding)
    ratios: dict[str, list[float]] = {"keywords": [], "random": [], "nearest": []}
    for name in chosen.sets:
        folder = chosen.folder / name
        analyses, evidence = run_set(folder, config, embedder)
        rows = all_matched(folder, analyses)
        if rows:
            scores = score_titles(rows, embedder)
            ratio = scores["consult"][0] / scores["keywords"][0]
            ratios["keywords"].append(ratio)
            figures = "  ".join(f"{who} {cosine:.3f} right {right:.2f}" for who, (cosine, right) in scores.items())
            print(f"{name:<14}titles  {len(rows):>3} themes  {figures}  ratio {ratio:.2f}", flush=True)
        quotes = score_quotes([theme for question in evidence for theme in question], config.cluster.seed)
        for other in ("random", "nearest"):
            ratios[other].append(float(quotes["consult"][0] / quotes[other][0]))
        figures = "  ".join(f"{who} {shares[0]:.3f} {shares[1]:.3f}" for who, shares in quotes.items())
        print(
            f"{name:<14}quotes  {figures}  ratio to random {ratios['random'][-1]:.2f}, "
            f"to nearest {ratios['nearest'][-1]:.2f}",
            flush=True,
        )
        seconds = [analysis.manifest["seconds"] for analysis in analyses]
        spent = sum(each["summarise"] for each in seconds)
        print(f"{name:<14}summarising took {spent:.1f} s of {sum(sum(e.values()) for e in seconds):.1f} s", flush=True)
        if chosen.read:
            show(rows, analyses)
    for baseline, each in ratios.items():
        if each:
            mean = math.exp(sum(map(math.log, each)) / len(each))
            print(f"geometric mean over {len(each)} sets of Consult's over {baseline}: {mean:.2f}")


if __name__ == "__main__":
    main()
