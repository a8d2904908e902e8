"""How well answers are assigned to themes that a team has already, at 0, 5 and 20 examples a theme.

    python tests/benchmarks/known.py FOLDER [SET ...] [--examples 0,5,20] [--seeds 3] [--json FILE]

FOLDER holds labelled sets: each a folder with responses.csv, labels.csv and themes.csv. The themes that people coded by
are given, by title and description, with so many answers a theme as examples, drawn with a seed, of no theme more than
half of its answers. Answers that were drawn are left out of all scores, of every method.

  consult       `analyse` as it comes, with themes and examples; new themes beside are left out of `given`
  nearest       the theme whose title and description are nearest to the whole answer by cosine, from one threshold:
                the one that does best on the very labels that are scored, which no user could know
  knn           the themes of the five nearest examples, each weighed by its cosine: those with a third of the best
  logistic      a logistic regression a theme on the vectors of the whole answers of the examples

`f1` is micro F1 of (answer, theme) pairs, a theme being the one given: no matching. `one-to-one` is `f1_one_to_one` of
consult.evaluate, with the new themes in it, which are then wrong by their being there; `given` is it without them.
`none` is the share of answers that people put under no theme (argkp alone has such) that got no given theme either, and
`f1 of all` counts what these got as wrong.
`half` gives every second theme only, drawn with the seed: F1 of these, precision beside, and of the answers that
people put under none of these the share that got none.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl
from themes import Remembering, answers

from consult.config import AnalysisConfig
from consult.embed import make_embedder
from consult.evaluate import read_gold, score_run
from consult.pipeline import analyse

SETS = ("gambling", "nhs_fft", "argkp")
KEYS = ["question_id", "response_id", "theme_id"]
NEIGHBOURS = 5
NONE = "NON_THEME"


def read_themes(folder: Path, gold: pl.DataFrame) -> list[dict[str, str]]:
    """The themes of a set, one a question that is scored: question_id, theme_id, title, description."""
    with (folder / "themes.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["parent_id"] != NONE]
    asked = gold["question_id"].unique().sort().to_list()
    return [
        {"question_id": question_id, "theme_id": row["theme_id"], "title": row["theme_label"],
         "description": row["theme_description"] or ""}
        for row in rows for question_id in (asked if row["question_id"] == "*" else [row["question_id"]])
    ]  # fmt: skip


def draw(gold: pl.DataFrame, n: int, seed: int) -> pl.DataFrame:
    """So many labels of each theme of each question, and no more than half of them."""
    drawn = [gold.clear()]
    for key, rows in sorted(gold.group_by("question_id", "theme_id"), key=lambda each: each[0]):
        rng = np.random.default_rng([seed, n, *map(ord, "".join(key))])
        drawn.append(rows.sort(KEYS)[np.sort(rng.permutation(len(rows))[: min(n, len(rows) // 2)])])
    return pl.concat(drawn)


def run_consult(
    folder: Path, themes: list[dict[str, str]], shown: pl.DataFrame, embedder, scored: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Assignments to the given themes under the ids of the gold ones, and all of them."""
    titles = {(t["question_id"], t["theme_id"]): t["title"] for t in themes}
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("themes.csv", "examples.csv")]
        pl.DataFrame(themes).select("title", "description", question="question_id").write_csv(files[0])
        rows = [(r, titles[q, t], q) for q, r, t in shown.select("question_id", "response_id", "theme_id").iter_rows()]
        pl.DataFrame(rows, schema=["response_id", "theme", "question"], orient="row").write_csv(files[1])
        config = AnalysisConfig(questions=tuple(scored), cluster={"stability_fits": 0})
        run = analyse([folder / "responses.csv"], config, embedder=embedder, themes=files[0],
                      examples=files[1] if rows else None)  # fmt: skip
    ids = pl.DataFrame(themes).select("question_id", "title", gold_id="theme_id")
    found = pl.concat(
        a.assignments.join(
            a.themes.select("question_id", "theme_id", "title", "source"), on=["question_id", "theme_id"]
        )
        for a in run.analyses
    )
    given = found.filter(pl.col("source") == "given").join(ids, on=["question_id", "title"])
    new = found.filter(pl.col("source") == "found").with_columns(theme_id=pl.format("new {}", "theme_id"))
    given = given.select("question_id", "response_id", theme_id="gold_id")
    return given, pl.concat([given, new.select(KEYS)])


def run_baselines(
    folder: Path, gold: pl.DataFrame, themes: list[dict[str, str]], shown: pl.DataFrame, embedder
) -> dict[str, pl.DataFrame]:
    """Assignments of each baseline; of `nearest` at the threshold that scores best."""
    from sklearn.linear_model import LogisticRegression

    near, knn, logistic = [], [], []
    for question_id, ids, texts, _ in answers(folder, gold):
        mine = [t for t in themes if t["question_id"] == question_id]
        names = [t["theme_id"] for t in mine]
        vectors = embedder.embed(texts)
        titles = embedder.embed([f"{t['title']}. {t['description']}" if t["description"] else t["title"] for t in mine])
        cosines = vectors @ titles.T
        near += [(question_id, i, names[row.argmax()], float(row.max())) for i, row in zip(ids, cosines, strict=True)]
        codes = defaultdict(set)
        for response_id, theme_id in (
            shown.filter(question_id=question_id).select("response_id", "theme_id").iter_rows()
        ):
            codes[response_id].add(theme_id)
        rows = [place for place, i in enumerate(ids) if i in codes]
        if not rows:
            continue
        told = np.array([[name in codes[ids[place]] for name in names] for place in rows])
        learnt = vectors[rows]
        for i, vector in zip(ids, vectors, strict=True):
            cosine = learnt @ vector
            best = np.argsort(-cosine, kind="stable")[:NEIGHBOURS]
            votes = (told[best] * np.maximum(cosine[best], 0)[:, None]).sum(0)
            knn += [(question_id, i, names[k]) for k in np.flatnonzero((votes > 0) & (votes >= votes.max() / 3))]
        scores = np.zeros((len(ids), len(names)))
        for k in range(len(names)):
            if 1 <= told[:, k].sum() < len(told):
                model = LogisticRegression(C=10, class_weight="balanced", max_iter=300).fit(learnt, told[:, k])
                scores[:, k] = model.predict_proba(vectors)[:, 1]
        chosen = (scores >= 0.5) & (scores >= scores.max(1, keepdims=True) - 0.15)
        chosen[np.arange(len(chosen)), scores.argmax(1)] = True
        logistic += [(question_id, ids[row], names[k]) for row, k in np.argwhere(chosen)]
    nearest = pl.DataFrame(near, schema=[*KEYS, "cosine"], orient="row")
    best = max((nearest.filter(pl.col("cosine") >= t) for t in np.arange(-0.1, 0.9, 0.02)),
               key=lambda found: f1(found.select(KEYS), left(gold, shown))[0])  # fmt: skip
    told = {"knn": knn, "logistic": logistic}
    return {"nearest": best.select(KEYS)} | {
        name: pl.DataFrame(rows, schema=KEYS, orient="row") for name, rows in told.items() if rows
    }


def left(frame: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Without the answers that were shown."""
    return frame.join(shown, on=["question_id", "response_id"], how="anti")


def f1(found: pl.DataFrame, gold: pl.DataFrame) -> tuple[float, float, float]:
    """Micro F1, precision and recall of pairs, over the answers that have a label."""
    found = found.join(gold.select(KEYS[:2]).unique(), on=KEYS[:2]).unique()
    both = found.join(gold, on=KEYS).height
    return (
        2 * both / max(1, found.height + gold.height),
        both / max(1, found.height),
        both / max(1, gold.height),
    )


def f1_of_all(found: pl.DataFrame, gold: pl.DataFrame, nothing: pl.DataFrame) -> float | None:
    """Micro F1 of pairs, over the answers that have a label and those that people put under no theme."""
    if nothing.is_empty():
        return None
    asked = pl.concat([gold.select(KEYS[:2]), nothing.select(KEYS[:2])]).unique()
    found = found.select(KEYS).join(asked, on=KEYS[:2]).unique()
    return 2 * found.join(gold, on=KEYS).height / max(1, found.height + gold.height)


def none_right(found: pl.DataFrame, nothing: pl.DataFrame) -> float | None:
    """Of answers under no theme, the share that got none."""
    if nothing.is_empty():
        return None
    return nothing.join(found, on=KEYS[:2], how="anti").height / nothing.height


def measure(name: str, folder: Path, n: int, seed: int, embedder) -> dict[str, float | None]:
    """All figures of one set, one number of examples and one seed."""
    gold = read_gold(folder)
    scored = [question_id for question_id, *_ in answers(folder, gold)]
    gold = gold.filter(pl.col("question_id").is_in(scored))
    themes = read_themes(folder, gold)
    themes = [theme for theme in themes if theme["question_id"] in scored]
    # A label of a theme that the list lacks for this question cannot be given.
    shown = draw(gold, n, seed) if n else gold.clear()
    rest = left(gold, shown)
    coded = pl.read_csv(folder / "labels.csv", infer_schema=False).select(KEYS[:2]).unique()
    everyone = pl.DataFrame(
        [(q, i) for q, ids, _, _ in answers(folder, gold) for i in ids], schema=KEYS[:2], orient="row"
    )
    nothing = everyone.join(coded, on=KEYS[:2], how="anti") if name == "argkp" else everyone.clear()
    given, all_of_them = run_consult(folder, themes, shown, embedder, scored)
    score, precision, recall = f1(given, rest)
    told: dict[str, float | None] = {"consult f1": score, "precision": precision, "recall": recall}
    for what, frame in (("one-to-one", all_of_them), ("given", given)):
        told[what] = score_run(left(frame, shown), rest)["mean"]["f1_one_to_one"]
    told["none"] = none_right(given, nothing)
    told["f1 of all"] = f1_of_all(left(given, shown), rest, nothing)
    for method, frame in run_baselines(folder, gold, themes, shown, embedder).items():
        told[f"{method} f1"] = f1(frame, rest)[0]
        told[f"{method} f1 of all"] = f1_of_all(left(frame, shown), rest, nothing)
    kept = {
        (q, themes_of[place]["theme_id"])
        for q in scored
        for themes_of in [[theme for theme in themes if theme["question_id"] == q]]
        for place in np.random.default_rng([seed, len(themes_of)]).permutation(len(themes_of))[
            : (len(themes_of) + 1) // 2
        ]
    }
    some = [theme for theme in themes if (theme["question_id"], theme["theme_id"]) in kept]
    names = pl.DataFrame(sorted(kept), schema=["question_id", "theme_id"], orient="row")
    ours, theirs = (frame.join(names, on=["question_id", "theme_id"]) for frame in (gold, shown))
    given, _ = run_consult(folder, some, theirs, embedder, scored)
    # Whoever was coded under none of these is scored as well: a theme that they get is wrong.
    labelled = rest.select(KEYS[:2]).unique()
    found = left(given, shown).join(labelled, on=KEYS[:2])
    wanted = left(ours, shown)
    both = found.join(wanted, on=KEYS).height
    told["half f1"] = 2 * both / max(1, found.height + wanted.height)
    told["half precision"] = both / max(1, found.height)
    told["half none"] = none_right(found, labelled.join(wanted, on=KEYS[:2], how="anti"))
    return told


def main() -> None:
    """Measures and prints, a line a set and number of examples, then the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--examples", default="0,5,20")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    embedder = Remembering(make_embedder(AnalysisConfig().embedding))
    results: dict[str, dict[str, dict[str, float]]] = {}
    for name in chosen.sets:
        for n in map(int, chosen.examples.split(",")):
            rows = [measure(name, chosen.folder / name, n, seed, embedder) for seed in range(chosen.seeds)]
            mean = {
                key: float(np.mean([row[key] for row in rows]))
                for key in rows[0]
                if all(row[key] is not None for row in rows)
            }
            results.setdefault(name, {})[str(n)] = mean
            print(f"{name:<9}{n:>3} examples  " + "  ".join(f"{k} {v:.3f}" for k, v in mean.items()), flush=True)
    methods = ["consult f1", "nearest f1", "knn f1", "logistic f1"]
    print("\nF1 of (answer, theme) pairs at " + ", ".join(chosen.examples.split(",")) + " examples a theme")
    for name, by_n in results.items():
        for method in methods:
            cells = [f"{by_n[n][method]:.3f}" if method in by_n[n] else "    -" for n in by_n]
            print(f"{name:<10}{method.removesuffix(' f1'):<10}" + "  ".join(cells))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
