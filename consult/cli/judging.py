"""`consult evaluate`: how near a run comes to what people coded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typer

from consult.cli.looking import open_run
from consult.cli.render import bar, print_plain, put_json, put_table, share
from consult.evaluate import BASELINES, evaluate_run

_METHODS: Final = {
    "consult": "Consult",
    "bertopic": "plain BERTopic",
    "kmeans": "k-means on vectors",
    "tfidf": "TF-IDF + k-means",
    "second_coder": "second coder",
    "consult_same_answers": "Consult, answers both coded",
}
_MEANING: Final = {
    "f1_one_to_one": "labels right, each theme matched with at most one of people's: splitting and lumping both cost; "
    "two people reach about 0.7 to 0.8",
    "f1_many_to_one": "the same where several themes may stand for one of people's: far above the line before, themes "
    "are split finer than people's",
    "macro_f1": "the mean over people's themes, small ones as heavy as large: low where small themes are lost",
    "coverage": "of people's themes that 2 % of answers raise, the share found at F1 0.5 or more; 1 is all of them",
    "rank_corr": "whether large themes come out large: 1 the same order, 0 no connection",
    "assigned": "the share of the coded answers that carry any theme",
    "alpha": "Krippendorff's alpha: agreement beyond chance; from 0.8 reliable, from 0.67 for tentative conclusions, "
    "0 is chance",
    "agreed": "the yes or no of each answer and theme on which both agree",
    "agreed_by_chance": "what they would agree on if both said yes as often, but at random: most are no for both",
    "themes": "number found, mean over questions",
    "gold": "number that people used",
    "responses": "coded answers that were scored",
}
_IDS: Final = 5
"""Ids of wrong answers that a terminal lists a theme; `--json` gives all."""


def evaluate_command(
    folder: Path,
    gold: Path,
    second_coder: Path | None,
    baselines: Sequence[str],
    question: str | None,
    texts: int,
    *,
    as_json: bool,
) -> None:
    """Scores a run against labels and prints what came of it."""
    names = list(dict.fromkeys(name.strip() for each in baselines for name in each.split(",")))
    for name in names:
        if name not in BASELINES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(BASELINES)}.", param_hint="--baseline")
    run, question = open_run(folder, question)
    analysed = [run.analysis(question)] if question is not None else list(run.analyses)
    told = evaluate_run(run, gold, second_coder=second_coder, baselines=names, only=question)
    for analysis in analysed if texts else []:
        said = dict(analysis.responses.select("response_id", "text").iter_rows())
        for theme in (t for q in told["questions"] if q["question_id"] == analysis.question_id for t in q["themes"]):
            for kind in ("wrong", "missed"):
                theme[f"{kind}_texts"] = {id_: said[id_] for id_ in theme[kind] if id_ in said}
                theme[f"{kind}_texts"] = dict(list(theme[f"{kind}_texts"].items())[:texts])
    put_json(told) if as_json else _put(told)


def _put(told: dict[str, Any]) -> None:
    mean = told["mean"]
    rows = [(name, *(_figure(name, scores[name]) for scores in mean.values())) for name in _MEANING]
    n = len(told["questions"])
    heads = ("Figure", *(_METHODS[name] for name in mean))
    title = (
        "Over all questions, weighted by coded answers" if n > 1 else f"Question {told['questions'][0]['question_id']}"
    )
    put_table(title, heads, rows, numbers=range(1, len(mean) + 1))
    print_plain("\n".join(f"{name}: {meaning}." for name, meaning in _MEANING.items()) + "\n")
    if n > 1:
        names = ("responses", "themes", "gold", "f1_one_to_one", "f1_many_to_one", "macro_f1", "coverage", "rank_corr",
                 "assigned", "alpha")  # fmt: skip
        lines = [
            (q["question_id"], _METHODS[method], *(_figure(name, scores[name]) for name in names))
            for q in told["questions"]
            for method, scores in q["scores"].items()
        ]
        put_table("By question", ("Question", "By", *names), lines, numbers=range(2, len(names) + 2))
    scores = mean["consult"]
    print_plain(
        f"Agreement: of all the answers and people's themes, each a yes or a no, Consult and people say the same for "
        f"{scores['agreed']:.1%}. By chance it would be {scores['agreed_by_chance']:.1%}. Alpha "
        f"{scores['alpha']:.2f} is the share of that gap which is closed.\n"
    )
    _put_reliability(told["reliability"])
    for each in told["questions"]:
        _put_question(each)
    for note in told["notes"]:
        print_plain(f"Note: {note}")


def _put_reliability(steps: list[dict[str, Any]]) -> None:
    rows = [
        (
            f"{step['least']:.1f} to {step['below']:.1f}",
            f"{step['assignments']:,}",
            f"{step['right']:,}",
            "too few" if step["share"] is None else share(step["share"]),
            "" if step["share"] is None else bar(step["share"]),
        )
        for step in steps
    ]
    if rows:
        title = (
            "How often an assignment named a theme that people gave, by its strength; each theme stands for the one of "
            "people's that fits it best"
        )
        put_table(title, ("Strength", "Assignments", "Right", "Share", ""), rows, numbers=(1, 2, 3))


def _put_question(view: dict[str, Any]) -> None:
    rows = []
    for theme in view["themes"]:
        figures = (f"{theme[name]:.2f}" for name in ("precision", "recall", "f1"))
        ids = (_ids(theme["wrong"]), _ids(theme["missed"]))
        rows.append((theme["theme_id"], theme["title"], _beside(theme), *figures, *ids))
    heads = (
        "",
        "Theme",
        "People's theme",
        "Precision",
        "Recall",
        "F1",
        "Carries it, people say no",
        "People say yes, lacks it",
    )
    title = (
        f"{view['question_id']}: each theme beside people's. Precision: of the answers that carry it, how many people "
        "agree on; recall: of people's answers, how many carry it; F1: both in one"
    )
    put_table(title, heads, rows, numbers=(0, 3, 4, 5))
    n_none = sum(theme["match"] == "none" for theme in view["themes"])
    if n_none:
        print_plain(
            f"No match: {n_none:,} of {len(view['themes']):,} themes share no more answers with any of people's than "
            "chance would give. They are other themes than people's, not poor copies of the nearest.\n"
        )
    if view["unmatched"]:
        missing = "; ".join(f"{each['gold_title']} ({each['n_gold']})" for each in view["unmatched"])
        print_plain(f"People's themes without one of their own, with their answers: {missing}\n")
    for theme in view["themes"]:
        for kind, words in (("wrong", "carries it, people say no"), ("missed", "people say yes, lacks it")):
            for response_id, text in theme.get(f"{kind}_texts", {}).items():
                print_plain(
                    f"{theme['theme_id']}. {theme['title']}: {words} [{response_id}]\n  {' '.join(text.split())}"
                )


def _beside(theme: dict[str, Any]) -> str:
    """The theme of people's that a theme is matched with, and whether that says anything."""
    if theme["match"] == "none":
        if theme["gold_id"] is None:
            return "no match"
        return f"no match (best F1 {theme['f1']:.2f}, no better than chance: {theme['gold_title']})"
    gold = f"weak match: {theme['gold_title']}" if theme["match"] == "weak" else str(theme["gold_title"])
    return gold if theme["one_to_one"] else f"{gold} (also: another theme fits it better)"


def _figure(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "responses" else f"{value:.1f}" if name in ("themes", "gold") else f"{value:.3f}"


def _ids(response_ids: list[str]) -> str:
    more = len(response_ids) - _IDS
    return ", ".join(response_ids[:_IDS]) + (f" and {more:,} more" if more > 0 else "")
