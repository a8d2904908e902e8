"""`consult explain` as its users meet it."""

from __future__ import annotations

import pytest

from consult.analysis import Run
from consult.store import read_run


@pytest.fixture
def run(run_folder) -> Run:
    return read_run(run_folder)


def test_explain_says_by_which_points_a_response_carries_its_themes_and_what_it_missed(consult, run, run_folder):
    wanted = run.analysis("buses").assignments.filter(response_id="MC-0003")["theme_id"].to_list()
    told = consult("explain", run_folder, "MC-0003", "--question", "buses", "--json").json
    [view] = told
    assert [theme["theme_id"] for theme in view["carries"]] == wanted
    assert len(view["missed"]) == 3
    assert all(theme["short"] > 0 for theme in view["missed"])
    ended = consult("explain", run_folder, "MC-0003", "--question", "buses")
    assert (ended.code, ended.err) == (0, "")
    assert "The nearest themes that it does not carry" in ended.out


def test_explain_of_a_response_that_is_not_there(consult, run_folder):
    ended = consult("explain", run_folder, "nobody", "--json")
    assert ended.code == 5
    assert ended.json["error"]["code"] == "response_missing"


def test_explain_tells_what_a_point_was_read_as_saying(consult, tmp_path):
    texts = ["Nothing", "No complaints", "It could not be better", *(f"Mend the lamp in lane {n}" for n in range(20))]
    rows = ["response_id,What could we do better?", *(f"{n},{text}" for n, text in enumerate(texts, start=1))]
    (tmp_path / "answers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert consult("analyse", tmp_path / "answers.csv", "--out", tmp_path / "runs").code == 0
    [view] = consult("explain", tmp_path / "runs" / "answers", "2", "--json").json
    assert list(view["sayings"].values()) == ["that there is nothing to name"]
    assert "read as saying that there is nothing to name" in consult("explain", tmp_path / "runs" / "answers", "2").out
    [view] = consult("explain", tmp_path / "runs" / "answers", "9", "--json").json
    assert view["sayings"] == {}
