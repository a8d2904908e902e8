"""Translations beside answers: given as a file, shown with who made them at every door, never analysed or quoted."""

from __future__ import annotations

import json

import fastexcel
import pytest

import consult as library

ANSWERS = """id,What should change?,Any other comments?
A,Mae'r bws olaf yn rhy gynnar i bobl sy'n gweithio gyda'r nos,The road by the school is not safe for children
B,The last bus is too early for people who work at night,More benches would help me to walk to the shop
C,Mwy o feinciau yn y parc os gwelwch yn dda,No
D,More benches in the park please,No
ann@example.org,Rhaid cael mwy o fysiau,No
"""
TRANSLATIONS = """response_id,question_id,translation,translated_by,translator,language
A,What_should_change,"The last bus is too early. Ring Ann on 07700 900123",person,Welsh unit,
C,What_should_change,More benches in the park please,Service,,en
ann@example.org,What_should_change,There must be more buses,service,DeepL,
"""


@pytest.fixture
def analysed(consult, tmp_path):
    """Analyses the answers beside a file of translations; gives the run's folder, and how it ended."""
    (tmp_path / "one.csv").write_text(ANSWERS, encoding="utf-8")

    def run(told, name="one"):
        (tmp_path / "translations.csv").write_text(told, encoding="utf-8")
        given = ("--translations", tmp_path / "translations.csv", "--name", name)
        ended = consult("analyse", tmp_path / "one.csv", "--out", tmp_path / "runs", *given)
        return tmp_path / "runs" / name, ended

    return run


def with_question(told, folder_ids):
    return told.replace("What_should_change", folder_ids)


@pytest.fixture
def first(consult, tmp_path):
    """The id of the first question."""
    (tmp_path / "one.csv").write_text(ANSWERS, encoding="utf-8")
    return consult("check", tmp_path / "one.csv", "--json").json["questions"][0]["question_id"]


def test_a_translation_stands_beside_its_answer_at_every_door(consult, analysed, first, tmp_path):
    folder, ended = analysed(with_question(TRANSLATIONS, first))
    assert (ended.code, ended.err) == (0, "")
    run = library.read_run(folder)
    frame = run.analysis(first).translations
    # Personal data is replaced in a translation as in an answer, and so is an id that is an address.
    assert frame.rows() == [
        ("A", "The last bus is too early. Ring Ann on [phone]", "en", "person", "Welsh unit"),
        ("C", "More benches in the park please", "en", "service", None),
        (frame["response_id"][2], "There must be more buses", "en", "service", "DeepL"),
    ]
    assert frame["response_id"][2].startswith("person-")
    assert run.manifest["redacted"]["translations"] == {"phone": 1}
    assert [source["name"] for source in run.manifest["inputs"]] == ["one.csv", "translations.csv"]
    note = "3 answers have a translation beside them, made 1 by a person and 2 by a service."
    assert any(each.startswith(note) for each in run.analysis(first).manifest["notes"])
    shown = consult("show", folder, "--question", first, "--response", "A", "--json").json[0]
    assert shown["text"].startswith("Mae'r bws olaf") and shown["language"] == {"code": "cy", "name": "Welsh"}
    assert shown["translation"] == {
        "translation": "The last bus is too early. Ring Ann on [phone]", "language": "en", "translated_by": "person",
        "translator": "Welsh unit",
        "heading": "Translation into English, made by a person, Welsh unit. These are not the respondent’s words.",
    }  # fmt: skip
    assert "made by a person, Welsh unit" in consult("show", folder, "--question", first, "--response", "A").out
    consult("export", folder, "--format", "jsonl", "--out", tmp_path / "out")
    lines = (tmp_path / "out" / "translations.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["translated_by"] for line in lines] == ["person", "service", "service"]
    consult("export", folder, "--format", "xlsx", "--out", tmp_path / "out")
    sheet = fastexcel.read_excel(tmp_path / "out" / "report.xlsx").load_sheet("Responses", dtypes="string").to_polars()
    assert sheet.filter(sheet["response id"] == "C")["translated by"].to_list()[:1] == ["service"]


def test_it_is_never_analysed_and_never_quoted(consult, analysed, first, tmp_path):
    told, _ = analysed(with_question(TRANSLATIONS, first))
    consult("analyse", tmp_path / "one.csv", "--out", tmp_path / "runs", "--name", "bare")
    with_them, without = library.read_run(told), library.read_run(tmp_path / "runs" / "bare")
    for name in ("responses", "points", "themes", "assignments", "quotes", "summaries", "languages", "non_answers"):
        for mine, other in zip(with_them.analyses, without.analyses, strict=True):
            assert getattr(mine, name).equals(getattr(other, name)), name
    assert without.analysis(first).translations.is_empty()


def test_a_table_of_translations_is_known_by_its_columns(consult, analysed, first, tmp_path):
    (tmp_path / "beside.csv").write_text(with_question(TRANSLATIONS, first), encoding="utf-8")
    both = (tmp_path / "one.csv", tmp_path / "beside.csv")
    report = consult("check", *both, "--json").json
    assert report["totals"]["n_read"] == consult("check", both[0], "--json").json["totals"]["n_read"]
    assert [source["read_as"] for source in report["sources"]] == ["table", "translations"]
    assert any(note.startswith("3 translations: shown beside") for note in report["sources"][1]["notes"])
    assert "translations" in consult("check", *both).out
    assert consult("analyse", *both, "--out", tmp_path / "runs").code == 0
    assert library.read_run(tmp_path / "runs" / "one").analysis(first).translations.height == 3


def test_ids_that_the_run_shows_in_place_of_personal_data_are_taken_too(analysed, first):
    shown = library.read_run(analysed(with_question(TRANSLATIONS, first))[0]).analysis(first).translations
    again = TRANSLATIONS.replace("ann@example.org", shown["response_id"][2])
    folder, ended = analysed(with_question(again, first), "again")
    assert ended.code == 0 and library.read_run(folder).analysis(first).translations.equals(shown)


HEAD = "response_id,question_id,translation,translated_by,language\n"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("response_id,translation\nA,Hello\n", "translations.csv: has no column translated_by."),
        (HEAD + "Z,,Hello,person,\n", "translations.csv, row 2: there is no answer 'Z'."),
        (HEAD + "person-99,,Hello,person,\n", "translations.csv, row 2: there is no answer 'person-99'."),
        (HEAD + "A,other,Hello,person,\n", "row 2: there is no answer 'A' to the question 'other'."),
        (HEAD + "A,,Hello,person,\n", "translations.csv, row 2: 'A' answered 2 questions:"),
        (HEAD + "A,FIRST,Hello,person,\nC,FIRST, ,person,\n", "translations.csv, row 3: the translation is empty."),
        (HEAD + ",,Hello,person,\n", "translations.csv, row 2: the column response_id is empty."),
        (HEAD + "A,FIRST,Hello,me,\n", "row 2, column translated_by: 'me' is neither person nor service."),
        (HEAD + "A,FIRST,Hello,person,Welsh\n", "row 2, column language: 'welsh' is no code of a language."),
        (HEAD + "A,FIRST,Hi,person,\nA,FIRST,Ho,person,\n", "row 3: the answer 'A' has a translation in"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_by_row(analysed, first, told, said):
    folder, ended = analysed(told.replace("FIRST", first))
    assert ended.code == 4 and said in ended.err and not folder.exists()
    assert "Hello" not in ended.err
