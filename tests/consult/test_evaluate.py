"""Scores against labels that people gave."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import consult
from consult import Run
from consult.evaluate import BASELINES, by_strength, evaluate_run, judge_assignments, read_gold, score_run
from consult.evaluate.scores import agreement
from consult.schemas import ASSIGNMENTS

LIKES = ("more buses every evening", "a library that stays open late", "trees planted along the square")
PLACES = ("North", "South", "East", "West", "Hill")


@pytest.fixture(scope="module")
def run(tmp_path_factory, fake_embedder):
    """Ninety answers of three subjects, thirty each."""
    folder = tmp_path_factory.mktemp("evaluate")
    rows = [f"A{n:02},I would like {LIKES[n % 3]} in {PLACES[n % 5]} street {n // 15}" for n in range(90)]
    (folder / "said.csv").write_text("\n".join(["id,q1", *rows]) + "\n", encoding="utf-8")
    config = consult.AnalysisConfig.model_validate({"columns": {"open": ["q1"]}})
    made = consult.analyse([folder / "said.csv"], config, embedder=fake_embedder)
    # Whatever the engine finds: each answer carries the theme of its subject.
    analysis = made.analysis("q1")
    first = analysis.themes.head(1)
    themes = pl.concat(
        [first.with_columns(theme_id=pl.lit(id_), rank=int(id_), title=pl.lit(f"T{id_}")) for id_ in "123"]
    )
    assignments = [
        {
            "question_id": "q1", "response_id": f"A{n:02}", "theme_id": str(n % 3 + 1), "strength": 0.5,
            "point_id": None, "start": None, "end": None, "assigned_by": "person",
        }
        for n in range(90)
    ]  # fmt: skip
    analysis = replace(
        analysis,
        themes=themes.with_columns(pl.col("rank").cast(pl.Int64)),
        assignments=pl.DataFrame(assignments, schema=ASSIGNMENTS.schema),
    )
    return replace(made, analyses=(analysis,))


def write_gold(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [",".join(row) for row in rows]
    (folder / "labels.csv").write_text("\n".join(["response_id,question_id,theme_id", *lines]) + "\n", encoding="utf-8")
    themes = ["g0,Buses,", "g1,Libraries,", "g2,Trees,", "g9,Cannot be coded,NON_THEME"]
    (folder / "themes.csv").write_text("\n".join(["theme_id,theme_label,parent_id", *themes]) + "\n", encoding="utf-8")
    return folder


def truth(n: int = 90) -> list[tuple[str, str, str]]:
    return [(f"A{place:02}", "q1", f"g{place % 3}") for place in range(n)]


def found_by_hand() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sixty answers: gold g0 30, g1 20, g2 10; found f0 = 25 of g0, f1 = 5 of g0 and 15 of g1, f2 = 6 of g2."""
    ids = [f"r{n:02}" for n in range(60)]
    gold = [(id_, "g0" if n < 30 else "g1" if n < 50 else "g2") for n, id_ in enumerate(ids)]
    found = (
        [(id_, "f0") for id_ in ids[:25]] + [(id_, "f1") for id_ in ids[25:45]] + [(id_, "f2") for id_ in ids[50:56]]
    )
    frames = [pl.DataFrame(rows, schema=["response_id", "theme_id"], orient="row") for rows in (found, gold)]
    a, g = (frame.with_columns(question_id=pl.lit("q1")) for frame in frames)
    return a, g


def test_the_figures_of_a_question_worked_by_hand():
    mean = score_run(*found_by_hand())["mean"]
    assert mean == pytest.approx(
        {
            "f1_one_to_one": 2 * 46 / (51 + 60),
            "f1_many_to_one": 2 * 46 / (51 + 60),
            "macro_f1": (50 / 55 + 30 / 40 + 12 / 16) / 3,
            "coverage": 1.0,
            "rank_corr": 1.0,
            "assigned": 51 / 60,
            "themes": 3,
            "gold": 3,
            # Of 180 pairs of answer and theme, 5 + 5 + 5 + 4 differ; 51 + 60 of 360 are a yes.
            "agreed": 161 / 180,
            "agreed_by_chance": 1 - 2 * 111 * 249 / (360 * 359),
            "alpha": 1 - (19 / 180) / (2 * 111 * 249 / (360 * 359)),
        }
    )


def test_assignments_are_right_where_people_gave_the_theme_that_theirs_stands_for():
    found, gold = found_by_hand()
    # f0 stands for g0, and f1 for g1, which the five of g0 under it do not carry; f2 stands for g2.
    strength = pl.when(pl.col("theme_id") == "f1").then(0.45).when(pl.col("theme_id") == "f2").then(1.0).otherwise(0.8)
    judged = judge_assignments(found.with_columns(strength=strength, assigned_by=pl.lit("machine")), gold)
    assert judged.filter(~pl.col("right"))["response_id"].to_list() == ["r25", "r26", "r27", "r28", "r29"]
    assert by_strength(judged) == [
        {"least": 0.4, "below": 0.5, "assignments": 20, "right": 15, "share": 0.75},
        {"least": 0.8, "below": 0.9, "assignments": 25, "right": 25, "share": 1.0},
        {"least": 0.9, "below": 1.0, "assignments": 6, "right": 6, "share": None},
    ]


def test_what_people_assigned_says_nothing_of_strength():
    found, gold = found_by_hand()
    judged = judge_assignments(found.with_columns(strength=pl.lit(1.0), assigned_by=pl.lit("person")), gold)
    assert len(judged) == 51
    assert by_strength(judged) == []


def test_alpha_is_that_of_the_worked_example():
    """Two observers, ten units, alpha 0.095. Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability."""
    one = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0]], dtype=bool).T
    two = np.array([[1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=bool).T
    assert agreement(one, two)["alpha"] == pytest.approx(0.095, abs=5e-4)


def test_the_figures_are_those_of_the_other_scorer():
    path = Path(__file__).parents[3] / "shared" / "score" / "score.py"
    if not path.is_file():
        pytest.skip("the other scorer is not beside the project (../shared/score/score.py)")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    dice = np.random.default_rng(7)
    for _ in range(20):
        rows = [
            pl.DataFrame(
                [
                    ("q1", f"r{n}", f"t{theme}")
                    for n in range(80)
                    for theme in dice.choice(size, dice.integers(low, 3), False)
                ],
                schema=["question_id", "response_id", "theme_id"],
                orient="row",
            )
            for size, low in ((dice.integers(4, 12), 0), (6, 1))
        ]
        theirs = other.score(*other.matrices(*rows))
        ours = score_run(*rows)["mean"]
        assert {name: ours[name] for name in theirs} == pytest.approx(theirs, abs=5e-4)


def test_themes_stand_beside_those_of_people_with_the_answers_they_got_wrong(run, tmp_path):
    labels = truth()
    labels[0] = ("A00", "q1", "g1")
    [question] = evaluate_run(run, write_gold(tmp_path / "gold", labels))["questions"]
    [buses] = [theme for theme in question["themes"] if theme["gold_title"] == "Buses"]
    assert (buses["wrong"], buses["missed"]) == (["A00"], [])
    assert (buses["precision"], buses["recall"], buses["one_to_one"]) == (29 / 30, 1.0, True)
    [libraries] = [theme for theme in question["themes"] if theme["gold_id"] == "g1"]
    assert (libraries["wrong"], libraries["missed"]) == ([], ["A00"])
    assert libraries["recall"] == 30 / 31
    assert question["unmatched"] == []


def coded(run: Run, theme_of: Callable[[int], str]) -> Run:
    """The run with the answer A00 under the theme of 0, and so on."""
    analysis = run.analysis("q1")
    theme_ids = pl.Series("theme_id", [theme_of(n) for n in range(90)])
    return replace(run, analyses=(replace(analysis, assignments=analysis.assignments.with_columns(theme_ids)),))


def test_a_theme_that_overlaps_peoples_no_more_than_chance_is_no_match(run, tmp_path):
    # A third of each theme of people's is under 3, so that only it is left for their trees.
    other = coded(run, lambda n: "3" if n % 9 < 3 else "12"[n % 3] if n % 3 < 2 else "1")
    [question] = evaluate_run(other, write_gold(tmp_path / "gold", truth()))["questions"]
    told = {theme["theme_id"]: theme for theme in question["themes"]}
    assert [told[id_]["match"] for id_ in "123"] == ["match", "match", "none"]
    assert (told["3"]["one_to_one"], told["3"]["f1"], told["3"]["n_shared"]) == (False, 1 / 3, 10)
    assert (len(told["3"]["wrong"]), told["3"]["missed"]) == (30, [])
    assert [each["gold_title"] for each in question["unmatched"]] == ["Trees"]


def test_an_overlap_of_few_answers_is_weak_where_it_is_sure_and_no_match_where_it_is_not(run, tmp_path):
    # Theme 3 holds six answers, all on buses, of which people found sixty; two thirds of all answers, or few of many.
    labels = [(f"A{n:02}", "q1", "g0" if n < 60 else "g1" if n < 75 else "g2") for n in range(90)]
    more = [(f"Z{n}", "q1", "g2") for n in range(900)]
    other = coded(run, lambda n: "3" if n < 6 else "2" if 60 <= n < 75 else "1")
    told = []
    for place, rows in (("all", labels), ("many", labels + more)):
        [question] = evaluate_run(other, write_gold(tmp_path / place, rows))["questions"]
        told.append([(t["gold_title"], t["match"], t["one_to_one"]) for t in question["themes"]])
    same = [("Buses", "match", True), ("Libraries", "match", True)]
    assert told == [[*same, ("Buses", "none", False)], [*same, ("Buses", "weak", False)]]


def test_a_second_coder_is_scored_on_the_answers_that_both_coded(run, tmp_path):
    gold = write_gold(tmp_path / "gold", truth())
    second = write_gold(tmp_path / "second", [*truth(75)[6:], ("A00", "q1", "g9")]) / "labels.csv"
    mean = evaluate_run(run, gold, second_coder=second)["mean"]
    assert list(mean) == ["consult", "second_coder", "consult_same_answers"]
    assert [scores["responses"] for scores in mean.values()] == [90, 70, 70]
    assert mean["second_coder"]["f1_one_to_one"] == 2 * 69 / (69 + 70)
    assert mean["consult_same_answers"]["f1_one_to_one"] == 1.0


def test_a_second_coder_who_shares_too_few_answers_is_refused(run, tmp_path):
    gold = write_gold(tmp_path / "gold", truth())
    second = write_gold(tmp_path / "second", truth(40))
    with pytest.raises(consult.InputError, match="60 responses and 3 gold themes") as told:
        evaluate_run(run, gold, second_coder=second)
    assert told.value.code == "second_coder_too_few"


def test_baselines_run_on_the_vectors_of_the_run(run, tmp_path):
    mean = evaluate_run(run, write_gold(tmp_path / "gold", truth()), baselines=list(BASELINES))["mean"]
    assert list(mean) == ["consult", "bertopic", "kmeans", "tfidf"]
    assert mean["kmeans"]["f1_one_to_one"] == 1.0
    assert (mean["kmeans"]["themes"], mean["tfidf"]["themes"]) == (3, 3)
    assert all(scores["responses"] == 90 for scores in mean.values())


@pytest.mark.parametrize(
    ("labels", "code", "said"),
    [
        ([(r, "Q1", t) for r, _, t in truth()], "gold_questions_unknown", "they look like 'Q1'. The run has 'q1';"),
        (
            [(f"row {r}", q, t) for r, q, t in truth()],
            "gold_ids_unknown",
            "None of the 90 response ids of the labels is in the run; they look like 'row A00', 'row A01', 'row A02', …"
            ". The run's look like 'A00', 'A01', 'A02', …;",
        ),
        (truth(59), "gold_too_small", "(q1: 59 labelled responses, 3 gold themes)"),
    ],
    ids=["questions", "ids", "few"],
)
def test_labels_that_cannot_be_used_are_told_of(run, tmp_path, labels, code, said):
    with pytest.raises(consult.InputError) as told:
        evaluate_run(run, write_gold(tmp_path / "gold", labels))
    assert told.value.code == code
    assert said in str(told.value)


def test_labels_of_answers_that_are_not_there_count_as_missed_and_are_told_of(run, tmp_path):
    gold = write_gold(tmp_path / "gold", [*truth(), *((f"Z{n}", "q1", "g0") for n in range(10))])
    told = evaluate_run(run, gold)
    assert told["mean"]["consult"]["assigned"] == 0.9
    [note] = told["notes"]
    assert note.startswith("q1: 10 of 100 labelled ids match no response and count as answers without a theme")


@pytest.mark.parametrize("missing", ["folder", "labels.csv", "themes.csv", "column"])
def test_a_folder_of_labels_that_lacks_something_is_told_of(tmp_path, missing):
    gold = write_gold(tmp_path / "gold", truth())
    if missing == "folder":
        gold = tmp_path / "elsewhere"
    elif missing == "column":
        (gold / "labels.csv").write_text("id,theme\n1,2\n", encoding="utf-8")
    else:
        (gold / missing).unlink()
    with pytest.raises(consult.InputError, match=r"labels\.csv needs the columns response_id"):
        read_gold(gold)
