"""Themes that a team has already: planted ones are found, none is allowed, what is left over is new, examples help."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import consult
from consult.analysis import Run
from consult.errors import ConfigError, InputError, RunError
from consult.explain import explain_response

BUSES = """
The last bus home leaves before my shift ends
Please run a bus after nine at night
There is no bus in the evening so I take a taxi
We need later buses on weekdays
Buses stop far too early for the cinema
The evening timetable has one bus every two hours
My daughter cannot get back from college because the bus stops at six
A night bus to the villages would help young people
Extend the bus service until midnight
I would go out more if buses ran in the evening
The 14 should run later than half past seven
Nobody without a car can get home after dark by bus
Evening buses were cut last year and should come back
More buses after work please
""".strip().splitlines()
DOGS = """
Dogs off the lead chase the sheep
Keep dogs on a lead near the playground
A loose dog knocked my son over in the park
Too many dog owners let their dogs run free
Dogs should be on leads by the lake where the swans nest
I am afraid of big dogs without a lead
Please make leads compulsory for dogs in the park
My guide dog was attacked by a dog that was off its lead
Owners must hold their dogs on a short lead
Loose dogs frighten horses on the bridleway
Fence off an area where dogs may run and keep them on leads elsewhere
The warden never fines people whose dogs are off the lead
Dogs run at joggers because nobody uses a lead
Let dogs off the lead only before eight in the morning
""".strip().splitlines()
LIBRARY = """
The library should open on Saturdays
Longer opening hours at the library please
I can never get to the library because it shuts at four
Keep the library open for students in the evening
The reading room is the only warm quiet place to study
New books have not been bought for the library in years
The library needs more computers
Do not close our library
Children's story time at the library was wonderful and should return
The librarian knows every reader and must stay
Borrowing books is the only thing I can afford to do
The library roof leaks onto the shelves
A library that opens two days a week is no library
Please let volunteers run the library at weekends
""".strip().splitlines()
STRAY = ["Quantum marmalade bothers sleepy zebras", "My grandmother baked cakes with almonds and honey"]
THEMES = [
    ("Later buses in the evening", "Buses should run later at night and more often in the evening"),
    ("Dogs must be kept on a lead", ""),
    ("Free swimming for pensioners", "The pool should cost nothing for people over sixty-five"),
]
OPTIONS: dict[str, Any] = {
    "columns": {"response_id": "id", "open": ["What else?"], "question_ids": {"What else?": "q"}}
}


def rows_of(*groups: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"{'BDLS'[place]}{n:02}", text) for place, group in enumerate(groups) for n, text in enumerate(group)]


ROWS = rows_of(BUSES, DOGS, LIBRARY, STRAY)


def put(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def ask(folder: Path, rows: Sequence[tuple[str, str]] = ROWS, name: str = "said.csv") -> Path:
    return put(folder / name, [("id", "What else?"), *rows])


def themes_in(folder: Path, themes: Sequence[tuple[str, str]] = THEMES, name: str = "themes.csv") -> Path:
    return put(folder / name, [("title", "description"), *themes])


def config(**more: Any) -> consult.AnalysisConfig:
    return consult.load_config(None, OPTIONS | more)


def raising(run: Run, title: str) -> set[str]:
    """The ids of the responses that raise a theme of this title."""
    analysis = run.analyses[0]
    [theme_id] = analysis.themes.filter(pl.col("title") == title)["theme_id"]
    return set(analysis.assignments.filter(pl.col("theme_id") == theme_id)["response_id"])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("known")
    made = consult.analyse([ask(folder)], config(), themes=themes_in(folder))
    return consult.write_run(made, folder)


def f1(found: set[str], wanted: set[str]) -> float:
    return 2 * len(found & wanted) / (len(found) + len(wanted))


@pytest.mark.parametrize(("title", "letter"), [(THEMES[0][0], "B"), (THEMES[1][0], "D")])
def test_answers_are_assigned_to_a_given_theme(run: Run, title: str, letter: str) -> None:
    wanted = {response_id for response_id, _ in ROWS if response_id[0] == letter}
    assert f1(raising(run, title), wanted) >= 0.75


def test_a_given_theme_keeps_its_title_and_is_marked(run: Run) -> None:
    given = run.analyses[0].themes.filter(pl.col("source") == "given")
    assert sorted(given["title"]) == sorted(title for title, _ in THEMES)
    assert given["stability"].to_list() == [None, None, None]


def test_a_given_theme_that_nobody_raises_stays_with_none(run: Run) -> None:
    [row] = run.analyses[0].themes.filter(pl.col("title") == THEMES[2][0]).to_dicts()
    assert [row[n] for n in ("n_respondents", "n_responses", "n_distinct", "n_points", "share", "parent_id")] == [
        0, 0, 0, 0, 0.0, None,
    ]  # fmt: skip
    assert row["rank"] == len(run.analyses[0].themes)
    assert any(
        note.startswith("No answer raises this given theme: “Free swim") for note in run.analyses[0].manifest["notes"]
    )


def test_an_answer_may_raise_none_of_them(run: Run) -> None:
    given = run.analyses[0].themes.filter(pl.col("source") == "given")["theme_id"].to_list()
    raised = run.analyses[0].assignments.filter(pl.col("theme_id").is_in(given))["response_id"].to_list()
    assert [response_id for response_id in raised if response_id.startswith("S")] == []
    assert run.analyses[0].responses.filter(pl.col("status") == "unthemed")["response_id"].str.starts_with("S").any()


def test_what_is_left_over_is_found_as_new_themes(run: Run) -> None:
    analysis = run.analyses[0]
    new = analysis.themes.filter(pl.col("source") == "found")
    found = analysis.assignments.filter(pl.col("theme_id").is_in(new["theme_id"].to_list()))["response_id"]
    library = {response_id for response_id, _ in ROWS if response_id.startswith("L")}
    assert len(library & set(found)) >= 0.7 * len(library)
    largest = analysis.assignments.filter(pl.col("theme_id") == new["theme_id"][0])["response_id"]
    assert largest.str.starts_with("L").mean() >= 0.8
    assert new["stability"].null_count() == 0


def test_nothing_new_is_looked_for_where_that_is_off(tmp_path: Path) -> None:
    made = consult.analyse([ask(tmp_path)], config(known={"new": False}), themes=themes_in(tmp_path))
    assert set(made.analyses[0].themes["source"]) == {"given"}
    status = dict(made.analyses[0].responses.select("response_id", "status").iter_rows())
    assert sum(status[f"L{n:02}"] == "unthemed" for n in range(14)) >= 10


def test_examples_raise_what_a_title_does_not_say(tmp_path: Path) -> None:
    themes = themes_in(tmp_path, [("Category 7b", ""), ("Dogs must be kept on a lead", "")])
    wanted = {response_id for response_id, _ in ROWS if response_id.startswith("L")}
    alone = consult.analyse([ask(tmp_path)], config(), themes=themes)
    examples = put(
        tmp_path / "examples.csv",
        [("response_id", "text", "theme"), ("L00", "", "Category 7b"), ("L03", "", "category 7b"),
         ("L07", "", "Category 7b"), ("L09", "", "Category 7b"), ("", "Our library needs longer hours", "Category 7b")],
    )  # fmt: skip
    shown = consult.analyse([ask(tmp_path)], config(), themes=themes, examples=examples)
    before, after = (f1(raising(made, "Category 7b") - {"L00", "L03", "L07", "L09"}, wanted) for made in (alone, shown))
    assert before < 0.3
    assert after >= 0.6
    told = [
        each["n_examples"] for each in shown.analyses[0].manifest["given"].values() if each["title"] == "Category 7b"
    ]
    assert told == [5]


SHOWN = [("B00", THEMES[0][0]), ("B04", THEMES[0][0]), ("B09", THEMES[0][0]), ("D00", THEMES[1][0]),
         ("D04", THEMES[1][0]), ("D09", THEMES[1][0])]  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """As `run`, with three examples of two themes."""
    folder = tmp_path_factory.mktemp("shown")
    examples = put(folder / "examples.csv", [("response_id", "theme"), *SHOWN])
    made = consult.analyse([ask(folder)], config(), themes=themes_in(folder), examples=examples)
    return consult.write_run(made, folder)


def test_examples_tell_themes_apart_and_what_is_none(shown: Run) -> None:
    for title, letter in ((THEMES[0][0], "B"), (THEMES[1][0], "D")):
        wanted = {response_id for response_id, _ in ROWS if response_id[0] == letter}
        assert f1(raising(shown, title), wanted) >= 0.7
        assert {response_id for response_id in raising(shown, title) if response_id[0] != letter} == set()


def test_a_run_with_examples_is_read_and_explained_as_it_was_made(shown: Run) -> None:
    """An explanation finds every strength again from what the run holds, or says nothing."""
    assert shown.folder is not None
    again = consult.read_run(shown.folder)
    analysis = again.analyses[0]
    carried = explain_response(again, analysis, "B03")["carries"]
    assert [each["title"] for each in carried] == [THEMES[0][0]]
    assert carried[0]["given"]["why"] == (
        "near the given theme's title and description and to the 3 examples given of it, and to the points that are "
        "nearest to these; what tells the themes apart counts for more than what all points share"
    )
    stored = analysis.assignments.filter(pl.col("response_id") == "B03")["strength"].to_list()
    assert [each["strength"] for each in carried] == stored
    for response_id in ("L00", "S00"):
        for each in explain_response(again, analysis, response_id)["missed"]:
            assert each["similarity"] == pytest.approx(each["threshold"] - each["short"])
            assert each["short"] > 0


def test_the_order_of_the_rows_changes_nothing_where_there_are_examples(tmp_path: Path, shown: Run) -> None:
    shuffled = random.Random(5).sample(ROWS, len(ROWS))
    examples = put(tmp_path / "examples.csv", [("response_id", "theme"), *SHOWN])
    again = consult.analyse([ask(tmp_path, shuffled)], config(), themes=themes_in(tmp_path), examples=examples)
    for frame in ("themes", "assignments", "quotes"):
        assert getattr(again.analyses[0], frame).equals(getattr(shown.analyses[0], frame)), frame


def test_examples_without_themes_are_refused(tmp_path: Path) -> None:
    examples = put(tmp_path / "examples.csv", [("response_id", "theme"), *SHOWN])
    with pytest.raises(InputError, match=r"examples.csv: there are examples and no themes.*--themes"):
        consult.analyse([ask(tmp_path)], config(), examples=examples)


def test_a_title_of_one_word_gathers_what_is_said_of_it(tmp_path: Path) -> None:
    """It is as far from the answers as a heading is, and no second theme says the same beside it."""
    said = rows_of(BUSES, DOGS, LIBRARY)
    made = consult.analyse([ask(tmp_path, said)], config(), themes=themes_in(tmp_path, [("Library", ""), ("Dogs", "")]))
    analysis = made.analyses[0]
    library = {response_id for response_id, _ in said if response_id.startswith("L")}
    assert f1(raising(made, "Library"), library) >= 0.6
    new = analysis.themes.filter(pl.col("source") == "found")["theme_id"].to_list()
    twins = analysis.assignments.filter(pl.col("theme_id").is_in(new))["response_id"].to_list()
    assert len([response_id for response_id in twins if response_id.startswith(("L", "D"))]) <= 3
    told = "1 group of points found beside said much the same as “Dogs”, which was given, and joined it."
    assert told in analysis.manifest["notes"]


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path, run: Run) -> None:
    shuffled = list(ROWS)
    random.Random(3).shuffle(shuffled)
    again = consult.analyse([ask(tmp_path, shuffled)], config(), themes=themes_in(tmp_path))
    for frame in ("themes", "assignments", "quotes"):
        assert getattr(again.analyses[0], frame).equals(getattr(run.analyses[0], frame)), frame


def test_themes_of_the_configuration_are_those_of_a_file(tmp_path: Path, run: Run) -> None:
    written = [{"title": title, "description": description} for title, description in THEMES]
    again = consult.analyse([ask(tmp_path)], config(known={"themes": written}))
    assert again.analyses[0].assignments.equals(run.analyses[0].assignments)


def test_a_run_rests_on_what_the_file_of_themes_holds(tmp_path: Path) -> None:
    said = ask(tmp_path)
    first = consult.analyse_into(tmp_path / "runs", [said], config(), themes=themes_in(tmp_path))
    moved = themes_in(tmp_path, name="the same.csv")
    again = consult.analyse_into(tmp_path / "runs", [said], config(), themes=moved)
    assert again.manifest["created_at"] == first.manifest["created_at"]
    with pytest.raises(RunError, match=r"another configuration \(known\.themes\)"):
        consult.analyse_into(tmp_path / "runs", [said], config(), themes=themes_in(tmp_path, THEMES[:2]))


def test_an_explanation_says_that_a_point_is_near_what_was_given(run: Run) -> None:
    [first, *_] = explain_response(run, run.analyses[0], "B03")["carries"]
    assert first["title"] == THEMES[0][0]
    assert first["given"]["why"].startswith("near the given theme's title and description, and to the points")
    assert 0.3 <= first["given"]["similarity"] <= 1
    library = explain_response(run, run.analyses[0], "L00")["carries"]
    assert [each["given"] for each in library] == [None] * len(library)
    assert library


def test_a_given_theme_that_was_missed_is_told(run: Run) -> None:
    missed = {each["title"]: each for each in explain_response(run, run.analyses[0], "L00")["missed"]}
    for each in missed.values():
        assert each["short"] >= -1e-6
    assert set(missed) & {title for title, _ in THEMES}


def test_no_personal_data_of_an_example_is_kept(tmp_path: Path) -> None:
    said = [(f"{row[0].lower()}@example.org", row[1]) for row in ROWS]
    examples = put(
        tmp_path / "examples.csv",
        [("response_id", "text", "theme"), ("b01@example.org", "", THEMES[0][0]),
         ("", "Mail me at jo.bloggs@example.org about evening buses", THEMES[0][0])],
    )  # fmt: skip
    made = consult.analyse_into(
        tmp_path / "runs", [ask(tmp_path, said)], config(), themes=themes_in(tmp_path), examples=examples
    )
    assert made.folder is not None
    kept = (made.folder / "manifest.json").read_text(encoding="utf-8")
    assert "@example.org" not in kept
    assert [each["n_examples"] for each in made.analyses[0].manifest["given"].values() if each["n_examples"]] == [2]


def test_a_run_of_before_has_themes_that_were_found(tmp_path: Path, run: Run) -> None:
    """One of format 2, whose themes had no source."""
    made = consult.analyse([ask(tmp_path)], config())
    folder = consult.write_run(made, tmp_path).folder
    assert folder is not None
    path = folder / "q" / "themes.parquet"
    pl.read_parquet(path).drop("source").write_parquet(path)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"format": 3', '"format": 2'), encoding="utf-8")
    assert consult.read_run(folder).analyses[0].themes.equals(made.analyses[0].themes)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"themes": [{"title": "Dogs"}, {"title": " dogs "}]}, "stands there twice"),
        ({"themes": [{"title": ""}]}, "known.themes.0.title"),
        ({"themes": [{"title": "Dogs"}], "examples": [{"theme": "Cats", "text": "Meow"}]}, "'Cats' is no title"),
        ({"themes": [{"title": "Dogs"}], "examples": [{"theme": "Dogs"}]}, "response_id or text"),
        ({"themes": [{"title": f"Theme {n}"} for n in range(201)]}, "more than 200"),
        ({"themes": [{"title": "Dogs", "name": "Dogs"}]}, "known.themes.0.name"),
    ],
)
def test_a_configuration_of_themes_that_cannot_be_used(known: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        consult.load_config(None, {"known": known})
    assert told in str(caught.value)


def test_an_example_that_is_no_answer_is_refused_by_its_row(tmp_path: Path) -> None:
    examples = put(tmp_path / "examples.csv", [("response_id", "theme"), ("B00", THEMES[0][0]), ("X9", THEMES[0][0])])
    with pytest.raises(InputError, match=r"examples.csv: row 3, column response_id: .* id 'X9'"):
        consult.analyse([ask(tmp_path)], config(), themes=themes_in(tmp_path), examples=examples)


def test_themes_of_one_question_are_not_asked_of_another(tmp_path: Path) -> None:
    said = put(
        tmp_path / "two.csv",
        [("id", "Buses?", "Parks?"), *[(f"R{n}", BUSES[n], DOGS[n]) for n in range(14)]],
    )
    themes = put(
        tmp_path / "themes.csv",
        [("title", "question"), ("Later buses in the evening", "Buses?"), ("Dogs on a lead", "parks?"), ("Costs", "")],
    )
    options = consult.load_config(None, {"columns": {"response_id": "id", "open": ["Buses?", "Parks?"]}})
    made = consult.analyse([said], options, themes=themes)
    given = [set(a.themes.filter(pl.col("source") == "given")["title"]) for a in made.analyses]
    assert given == [{"Later buses in the evening", "Costs"}, {"Dogs on a lead", "Costs"}]


def test_a_given_theme_of_which_nobody_speaks_gathers_hardly_anything_and_is_told(
    samples: Path, tmp_path: Path
) -> None:
    title = "Space for unicorns"
    themes = [(title, "Unicorns need their own lane"), ("Keep the bus 14", "The 14 must go on running")]
    settings = consult.load_config(samples / "moving-celyn.toml", {"cluster": {"stability_fits": 0}})
    made = consult.analyse([samples / "moving-celyn.csv"], settings, themes=themes_in(tmp_path, themes))
    for analysis in made.analyses:
        [n] = analysis.themes.filter(pl.col("title") == title)["n_responses"]
        assert n <= 5
        notes = [note for note in analysis.manifest["notes"] if title in note]
        assert [note[:16] for note in notes] == ["Hardly any point" if n else "No answer raises"]
    buses = made.analyses[0].themes
    assert buses.filter(pl.col("title") == themes[1][0])["n_responses"][0] >= 60
