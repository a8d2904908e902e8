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
