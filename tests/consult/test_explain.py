"""Why a response carries its themes."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import consult
from consult.explain import explain_response, find_space

LIKES = ("more buses every evening", "a library that stays open late", "trees planted along the square")
PLACES = ("North", "South", "East", "West", "Hill")


@pytest.fixture(scope="module")
def run(tmp_path_factory, fake_embedder):
    """Forty-five answers of three subjects, some of two points; and one of none of them."""
    folder = tmp_path_factory.mktemp("explain")
    rows = [f"A{n:02},I would like {LIKES[n % 3]} in {PLACES[n % 5]} street {n}" for n in range(45)]
    rows += [f"B{n},Please build {LIKES[0]} at number {n}. And we ask for {LIKES[1]} there {n}" for n in range(5)]
    rows.append("C1,Quantum marmalade bothers sleepy zebras")
    (folder / "said.csv").write_text("\n".join(["id,q1", *rows]) + "\n", encoding="utf-8")
    config = consult.AnalysisConfig.model_validate({"columns": {"open": ["q1"]}, "campaigns": {"on": False}})
    return consult.write_run(consult.analyse([folder / "said.csv"], config, embedder=fake_embedder), folder)


def test_similarities_found_again_are_the_strengths_that_are_stored(run):
    analysis = run.analysis("q1")
    space = find_space(run, analysis)
    theme_ids = analysis.themes["theme_id"].to_list()
    assert analysis.assignments.height >= 45
    for row in analysis.assignments.iter_rows(named=True):
        _, cosines = space.similarities(row["response_id"])
        assert cosines[:, theme_ids.index(row["theme_id"])].max() == pytest.approx(row["strength"], abs=1e-5)


def test_a_theme_is_explained_by_points_of_others_as_they_stand_in_their_texts(run):
    analysis = run.analysis("q1")
    told = explain_response(run, analysis, "A00")
    [first, *_] = told["carries"]
    texts = dict(analysis.responses.select("response_id", "text").iter_rows())
    assert 1 <= len(first["like"]) <= 3
    for other in first["like"]:
        assert other["response_id"] != "A00"
        assert other["quote"] in texts[other["response_id"]]
    near = [other["similarity"] for other in first["like"]]
    assert near == sorted(near, reverse=True)


def test_what_was_missed_says_by_how_much(run):
    analysis = run.analysis("q1")
    for response_id in ("A00", "B1", "C1"):
        told = explain_response(run, analysis, response_id)
        carried = {theme["theme_id"] for theme in told["carries"]}
        for theme in told["missed"]:
            assert theme["theme_id"] not in carried
            assert theme["short"] > 0
            assert theme["short"] == theme["threshold"] - theme["similarity"]


def test_a_response_near_no_theme_is_told_what_it_would_take(run):
    analysis = run.analysis("q1")
    assert analysis.responses.filter(response_id="C1")["status"].item() == "unthemed"
    told = explain_response(run, analysis, "C1")
    assert told["carries"] == []
    assert told["missed"][0]["threshold"] >= 0.32


def test_a_run_whose_themes_are_not_found_again_is_not_explained(run):
    analysis = run.analysis("q1")
    altered = replace(analysis, assignments=analysis.assignments.with_columns(strength=pl.lit(0.5)))
    with pytest.raises(consult.RunError, match="are not found again") as told:
        explain_response(run, altered, "A00")
    assert told.value.code == "run_other_versions"


def test_a_run_of_before_centres_were_kept_has_them_found_again(run, tmp_path):
    folder = shutil.copytree(run.folder, tmp_path / "older")
    for name in ("centres.npy", "shared.npy"):
        (folder / "q1" / name).unlink()
    older = consult.read_run(folder)
    assert older.analysis("q1").centres is None
    again = find_space(older, older.analysis("q1"))
    np.testing.assert_allclose(again.centre, run.analysis("q1").centres, atol=1e-6)


def test_centres_of_another_shape_are_refused(run, tmp_path):
    folder = shutil.copytree(run.folder, tmp_path / "altered")
    np.save(folder / "q1" / "centres.npy", np.zeros((1, 2), dtype=np.float32))
    with pytest.raises(consult.RunError, match=r"centres\.npy: cannot be read"):
        consult.read_run(folder)
