"""Files of themes that a team has, and of examples of them: what is read, and what is said of what cannot be."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from consult.errors import InputError
from consult.ingest import Example, GivenTheme, check_given, given_themes, read_given

QUESTIONS = pl.DataFrame({"question_id": ["q1", "q2"], "wording": ["What about buses?", "What about parks?"]})
RESPONSES = pl.DataFrame({"response_id": ["R1", "R2", "R2", "001"], "question_id": ["q1", "q1", "q2", "q1"]})


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_of_themes_with_all_its_columns(tmp_path):
    themes = put(
        tmp_path, "themes.csv",
        "Title,description,examples,question\n"
        "Later  buses,More of them after nine,The last bus is too early | No bus at night,q1\n"
        '"Dogs, and leads",,"Dogs run loose\nOn a lead, please",*\n'
        ",,,\n"
        "Prices,,-,\n",
    )  # fmt: skip
    given = read_given(themes)
    assert given.themes == (
        GivenTheme("Later buses", "More of them after nine", ("The last bus is too early", "No bus at night"), "q1", 2),
        GivenTheme("Dogs, and leads", "", ("Dogs run loose", "On a lead, please"), "", 3),
        GivenTheme("Prices", row=5),
    )
    assert given.sources["themes"]["name"] == "themes.csv"
    assert len(given.sources["themes"]["sha256"]) == 64
    assert [theme.title for theme in given_themes(given, "q2", "What about parks?")] == ["Dogs, and leads", "Prices"]


def test_a_question_may_be_named_by_its_wording_and_titles_of_two_questions_may_be_one(tmp_path):
    given = read_given(put(tmp_path, "themes.csv", "title,question\nCost,what about  BUSES?\nCost,q2\n"))
    check_given(given, QUESTIONS, RESPONSES)
    assert [theme.row for theme in given_themes(given, "q1", "What about buses?")] == [2]
    assert [theme.row for theme in given_themes(given, "q2", "What about parks?")] == [3]


def test_examples_by_id_and_by_text(tmp_path):
    themes = put(tmp_path, "themes.csv", "title\nLater buses\nDogs\n")
    examples = put(
        tmp_path, "examples.csv",
        "response_id,text,theme,question\nR1,,later buses,\n,My dog is good,Dogs,q2\nR2,cut short,Dogs,q1\n",
    )  # fmt: skip
    given = read_given(themes, examples)
    check_given(given, QUESTIONS, RESPONSES)
    assert given.examples == (
        Example("later buses", "R1", "", "", 2),
        Example("Dogs", "", "My dog is good", "q2", 3),
        Example("Dogs", "R2", "", "q1", 4),
    )


THEMES = [
    # what the file holds, code, what the message names
    ("", "given_empty", ["themes.csv"]),
    ("title,description\n", "given_empty", ["themes.csv"]),
    ("title,description\n,\n", "given_empty", ["themes.csv"]),
    ("name,meaning\nBuses,Late\n", "given_column_missing", ["themes.csv", "column title", "'name', 'meaning'"]),
    ("title,Theme\nBuses,Late\n", "given_column_twice", ["'title' and 'Theme'"]),
    ("title,description\nBuses,\n,Late\n", "given_title_missing", ["row 3", "column title"]),
    ("title\nBuses\nDogs\n buses \n", "given_title_twice", ["row 4", "row 2"]),
    ("title,question\nBuses,\nBuses,q1\n", "given_title_twice", ["row 3", "row 2"]),
    ("title\n" + "long " * 41 + "\n", "given_title_long", ["row 2", "204"]),
    ("title\n" + "".join(f"Theme {n}\n" for n in range(201)), "given_too_many", ["201", "200"]),
    ("title,question\nBuses,q1\nDogs,q7\n", "given_question_unknown", ["row 3", "column question", "'q7'", "q1, q2"]),
]
EXAMPLES = [
    ("", "given_empty", ["examples.csv"]),
    ("response_id,theme\n", "given_empty", ["examples.csv"]),
    ("response_id\nR1\n", "given_column_missing", ["examples.csv", "column theme"]),
    ("id,theme\nR1,Dogs\n", "given_column_missing", ["column response_id"]),
    ("response_id,theme\nR1,Dogs\n,Dogs\n", "given_example_missing", ["row 3"]),
    ("response_id,theme\nR1,Cats\n", "given_theme_unknown", ["row 2", "column theme", "themes.csv"]),
    ("response_id,theme\nR1,Buses.\n", "given_theme_unknown", ["row 2", "'Buses.' is no title", "mean 'Buses'?"]),
    ("response_id,theme\nR1,\n", "given_theme_unknown", ["row 2", "names no theme"]),
    ("response_id,theme\nr1,Dogs\n", "given_response_unknown", ["row 2", "'r1'", "Do you mean 'R1'?"]),
    ("response_id,theme\n1,Dogs\n", "given_response_unknown", ["row 2", "'1'", "Do you mean '001'?"]),
    ("response_id,theme\nR1,Dogs\nR1,Dogs, loose\n", "given_row", ["row 3", "3 cells under 2", "double quotes"]),
    ("response_id,theme\nR1,Dogs\nR9,Dogs\n", "given_response_unknown", ["row 3", "column response_id", "'R9'"]),
    ("response_id,theme,question\nR1,Dogs,q2\n", "given_response_unknown", ["row 2", "'R1'"]),
    ("response_id,theme,question\nR1,Dogs,q7\n", "given_question_unknown", ["examples.csv", "row 2", "'q7'"]),
    ("response_id,theme\nR2,Dogs\n", "given_response_of_several", ["row 2", "'R2'", "q1, q2"]),
]


@pytest.mark.parametrize(("text", "code", "named"), THEMES)
def test_a_file_of_themes_that_cannot_be_used(tmp_path, text, code, named):
    with pytest.raises(InputError) as error:
        check_given(read_given(put(tmp_path, "themes.csv", text)), QUESTIONS, RESPONSES)
    assert error.value.code == code
    assert error.value.hint
    for name in named:
        assert name in error.value.message + error.value.hint


@pytest.mark.parametrize(("text", "code", "named"), EXAMPLES)
def test_a_file_of_examples_that_cannot_be_used(tmp_path, text, code, named):
    themes = put(tmp_path, "themes.csv", "title\nBuses\nDogs\n")
    with pytest.raises(InputError) as error:
        check_given(read_given(themes, put(tmp_path, "examples.csv", text)), QUESTIONS, RESPONSES)
    assert error.value.code == code
    assert error.value.hint
    for name in named:
        assert name in error.value.message + error.value.hint


def test_no_error_holds_what_stands_in_a_cell_of_text(tmp_path):
    themes = put(tmp_path, "themes.csv", "title\nBuses\n")
    swapped = put(tmp_path, "examples.csv", "text,theme\nBuses,My neighbour has a loud dog\n")
    with pytest.raises(InputError) as error:
        read_given(themes, swapped)
    assert "neighbour" not in str(error.value)
