"""`consult analyse --themes FILE --examples FILE`: themes that are there already, from the command line."""

from __future__ import annotations

import pytest

BUSES = ["The last bus leaves too early", "Buses should run later", "No bus after nine at night", "A later bus please",
         "Evening buses were cut", "We need a bus in the evening"]  # fmt: skip
DOGS = ["Dogs run off the lead", "Keep dogs on a lead", "A loose dog bit me", "Dogs on leads near the swans",
        "Owners never use a lead", "My son is afraid of loose dogs"]  # fmt: skip


@pytest.fixture
def said(tmp_path):
    """Six answers on buses, B0 to B5, and six on dogs, D0 to D5; themes.csv and examples.csv beside."""
    rows = [f"{text[0]}{n},{each}" for text, group in (("B", BUSES), ("D", DOGS)) for n, each in enumerate(group)]
    (tmp_path / "said.csv").write_text("\n".join(["id,What else?", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "themes.csv").write_text(
        "title,description\nLater BUSES,Buses should run later in the evening\nZoo,Animals behind bars\n",
        encoding="utf-8",
    )
    (tmp_path / "examples.csv").write_text("response_id,theme\nB0,later buses\nB2,Later buses\n", encoding="utf-8")
    return tmp_path


def test_given_themes_are_marked_wherever_a_run_is_shown(consult, said):
    options = ("--open", "What else?", "--id", "id", "--out", said / "runs")
    told = consult("analyse", said / "said.csv", *options, "--themes", said / "themes.csv", "--examples",
                   said / "examples.csv")  # fmt: skip
    assert (told.code, told.err) == (0, "")
    assert "Later BUSES (given)" in told.out
    assert "2 themes were given, and answers assigned to them first." in " ".join(told.out.split())
    [question] = consult("show", said / "runs" / "said", "--json").json["questions"]
    sources = {theme["title"]: (theme["source"], theme["stability"]) for theme in question["themes"]}
    assert sources["Later BUSES"] == ("given", None)
    assert sources["Zoo"] == ("given", None)
    [place] = [theme["theme_id"] for theme in question["themes"] if theme["title"] == "Later BUSES"]
    shown = consult("show", said / "runs" / "said", "--theme", place).out
    assert "Given to the analysis by those who ran it, not found in the responses." in shown
    explained = consult("explain", said / "runs" / "said", "B1").out
    assert "near the given theme's title and description and to the 2 examples given of it" in explained


@pytest.mark.parametrize(
    ("themes", "examples", "named"),
    [
        ("name\nBuses\n", "response_id,theme\nB0,Buses\n", "themes.csv: has no column title"),
        ("title\n", "response_id,theme\nB0,Buses\n", "themes.csv: holds no themes"),
        ("title\nBuses\nbuses\n", "response_id,theme\nB0,Buses\n", "themes.csv: row 3, column title"),
        ("title\nBuses\n", "response_id,theme\nB0,Trains\n", "examples.csv: row 2, column theme"),
        ("title\nBuses\n", "response_id,theme\nX0,Buses\n", "examples.csv: row 2, column response_id"),
    ],
)
def test_files_that_cannot_be_used_are_refused_by_their_row(consult, said, themes, examples, named):
    (said / "themes.csv").write_text(themes, encoding="utf-8")
    (said / "examples.csv").write_text(examples, encoding="utf-8")
    ended = consult("analyse", said / "said.csv", "--open", "What else?", "--id", "id", "--out", said / "runs",
                    "--themes", said / "themes.csv", "--examples", said / "examples.csv")  # fmt: skip
    assert ended.code == 4
    assert named in " ".join(ended.err.split())
    assert not (said / "runs").exists()
