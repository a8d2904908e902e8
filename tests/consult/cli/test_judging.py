"""`consult evaluate` as its users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.evaluate import read_gold


@pytest.fixture
def gold(samples: Path) -> Path:
    return samples / "gold"


def test_evaluate_prints_each_figure_with_what_it_says_and_no_answer(consult, run_folder, gold):
    ended = consult("evaluate", run_folder, gold)
    assert (ended.code, ended.err) == (0, "")
    for said in ("f1_one_to_one: labels right", "Krippendorff's alpha", "By chance it would be", "Precision", "buses"):
        assert said in ended.out
    assert "people say no [" not in ended.out


def test_evaluate_says_how_often_assignments_of_each_strength_were_right(consult, run_folder, gold):
    steps = consult("evaluate", run_folder, gold, "--json").json["reliability"]
    assert [step["least"] for step in steps] == sorted({step["least"] for step in steps})
    assert sum(step["assignments"] for step in steps) > 500
    assert all(step["right"] <= step["assignments"] and step["least"] < step["below"] for step in steps)
    printed = consult("evaluate", run_folder, gold).out
    assert "How often an assignment named a theme that people gave, by its strength" in printed
    assert "0.5 to 0.6" in printed


def test_evaluate_as_json_has_every_method_and_theme(consult, run_folder, gold):
    given = ("--baseline", "kmeans,tfidf", "--second-coder", gold / "labels.csv", "--question", "street", "--json")
    told = consult("evaluate", run_folder, gold, *given).json
    assert list(told["mean"]) == ["consult", "kmeans", "tfidf", "second_coder", "consult_same_answers"]
    [street] = told["questions"]
    assert street["question_id"] == "street"
    labels = read_gold(gold).filter(question_id="street")
    assert street["scores"]["consult"]["responses"] == labels["response_id"].n_unique()
    assert told["mean"]["second_coder"]["alpha"] == 1.0
    assert all(set(theme) >= {"precision", "recall", "wrong", "missed"} for theme in street["themes"])
    assert "wrong_texts" not in street["themes"][0]


def test_evaluate_marks_a_theme_that_matches_none_of_peoples(consult, run_folder, gold):
    told = consult("evaluate", run_folder, gold, "--question", "buses", "--json").json
    themes = {theme["title"]: theme for theme in told["questions"][0]["themes"]}
    [welsh] = [theme for title, theme in themes.items() if "bws" in title.lower()]
    assert (welsh["match"], welsh["one_to_one"]) == ("none", False)
    [hill] = [theme for title, theme in themes.items() if "Bryn Road" in title]
    assert hill["match"] == "match"
    printed = consult("evaluate", run_folder, gold, "--question", "buses").out
    assert "no match (best F1" in printed
    assert "share no more answers with any of people's than chance would give" in printed


def test_a_claim_of_some_gives_way_to_the_subject_that_all_speak_of(consult, run_folder):
    [question] = consult("show", run_folder, "--question", "street", "--json").json["questions"]
    titles = [theme["title"] for theme in question["themes"]]
    assert [title for title in titles if "Chapel Lane" in title] == ["Chapel Lane"]


def test_texts_of_wrong_answers_are_printed_when_they_are_asked_for(consult, run_folder, gold):
    told = consult("evaluate", run_folder, gold, "--texts", "2", "--json").json
    texts = [theme["wrong_texts"] for question in told["questions"] for theme in question["themes"]]
    assert max(len(each) for each in texts) == 2
    assert "people say no [" in consult("evaluate", run_folder, gold, "--texts", "1").out


def test_a_baseline_that_is_none_is_a_wrong_option(consult, run_folder, gold):
    ended = consult("evaluate", run_folder, gold, "--baseline", "magic")
    assert ended.code == 2
    assert "'magic' is none of bertopic, kmeans, tfidf" in ended.err


def test_labels_that_are_not_there_are_an_input_error(consult, run_folder, tmp_path):
    ended = consult("evaluate", run_folder, tmp_path / "none", "--json")
    assert ended.code == 4
    assert ended.json["error"]["code"] == "gold_missing"
