"""`consult map`, `check --mapping` and `analyse --mapping`: a mapping is guessed, written, edited and used."""

from __future__ import annotations

import tomllib

import pytest

MAIN = (
    "Response ID,What is your age?,To what extent do you agree with plan A?,Please explain your answer_1,"
    "To what extent do you agree with plan B?,Please explain your answer_2,Completed\n"
    + "".join(
        f"m{n},{'16 to 24' if n % 2 else '25 to 34'},{'Agree' if n % 3 else 'Disagree'},The path floods in month {n},"
        f"{'Agree' if n % 2 else 'Disagree'},The hill is too steep on day {n},2025-01-0{n}\n"
        for n in range(1, 9)
    )
)
EASY = (
    "Response ID,How old are you?,How much do you agree with plan A?,If you want to tell us more write it here_1,"
    "How much do you agree with plan B?,If you want to tell us more write it here_2,Completed\n"
    + "".join(
        f"e{n},{'16 to 24' if n % 2 else '25 to 34'},{'Agree' if n % 3 else 'Disagree'},Water is on the path {n},"
        f"{'Agree' if n % 2 else 'Disagree'},I cannot walk up number {n},2025-01-0{n}\n"
        for n in range(1, 5)
    )
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "main.csv").write_text(MAIN, encoding="utf-8")
    (tmp_path / "easy.csv").write_text(EASY, encoding="utf-8")
    return [tmp_path / "main.csv", tmp_path / "easy.csv"]


def test_a_mapping_is_written_read_back_and_means_the_same(consult, files, tmp_path):
    mapping = tmp_path / "mapping.toml"
    ended = consult("map", *files, "--out", mapping)
    assert (ended.code, ended.err) == (0, "")
    assert "2 columns of people's own words" in ended.out
    questions = {question["columns"][0]: question for question in tomllib.loads(mapping.read_text())["question"]}
    assert questions["Please explain your answer_1"] == {
        "kind": "open",
        "id": "Please explain your answer_1",
        "wording": "Please explain your answer_1",
        "columns": ["Please explain your answer_1", "If you want to tell us more write it here_1"],
        "explains": "To what extent do you agree with plan A?",
    }
    assert questions["What is your age?"]["columns"] == ["What is your age?", "How old are you?"]
    guessed, mapped = (consult("check", *files, *more, "--json").json for more in ([], ["--mapping", mapping]))
    for key in ("ledger", "questions", "n_respondents"):
        assert guessed[key] == mapped[key]
    assert [(c["name"], c["role"]) for c in guessed["columns"]] == [(c["name"], c["role"]) for c in mapped["columns"]]
    assert {join["source"] for join in guessed["joins"]} == {"guessed"}
    assert {join["source"] for join in mapped["joins"]} == {"configured"}
    assert [question["n_responses"] for question in mapped["questions"]] == [12, 12]


def test_a_guess_of_one_question_is_told(consult, files):
    said = consult("check", *files).out
    assert "'How old are you?' in easy.csv is taken as 'What is your age?'" in said
    assert "Needed:" not in said


def test_a_mapping_is_edited_and_used_by_analyse(consult, files, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'rows = "wide"\n'
        'response_id = "Response ID"\n'
        "[[question]]\n"
        'kind = "open"\n'
        'id = "path"\n'
        'wording = "What do you think of the path?"\n'
        'columns = ["Please explain your answer_1", "easy.csv: If you want to tell us more write it here_1"]\n'
        "[[question]]\n"
        'kind = "demographic"\n'
        'columns = ["What is your age?", "How old are you?"]\n',
        encoding="utf-8",
    )
    ended = consult("analyse", *files, "--mapping", mapping, "--layout", "table", "--out", tmp_path / "runs", "--json")
    assert ended.code == 0
    [question] = ended.json["questions"]
    assert (question["question_id"], question["wording"]) == ("path", "What do you think of the path?")
    assert question["counts"]["responses"] == 12


def test_the_layout_can_be_set_and_the_mapping_printed(consult, files):
    printed = consult(
        "map", files[0], "--layout", "table", "--open", "Please explain your answer_2", "--id", "Response ID"
    )
    assert 'layout = "table"' in printed.out
    assert 'id = "Please explain your answer_2"' in printed.out
    assert tomllib.loads(printed.out)["response_id"] == "Response ID"
    checked = consult("check", files[0], "--layout", "table", "--json").json
    assert (checked["sources"][0]["layout"], checked["sources"][0]["layout_source"]) == ("table", "configured")
    as_json = consult("map", files[0], "--json").json
    assert as_json["file"] is None and as_json["mapping"]["layout"] == "wide"


def test_check_says_how_each_letter_was_read(consult, files, tmp_path):
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "a.txt").write_text("Question 1\nThe bus is late.\n\nYours faithfully\nAnn\n")
    (folder / "b.rtf").write_text("{\\rtf1 x}")
    ended = consult("check", folder)
    assert "Letters, mails and other files" in ended.out
    lines = [[cell.strip() for cell in line.split("│")] for line in ended.out.splitlines() if line.count("│") == 4]
    assert lines == [
        ["post/a.txt", "letter", "q1", "signature", "encoding: utf-8 (strict)"],
        ["post/b.rtf", "not used", "", "", "rejected: is a rich-text document (RTF), which is not read here"],
    ]
    assert "Columns" not in ended.out and "--layout" not in ended.out
    sources = consult("check", folder, files[0], "--json").json["sources"]
    assert [(s["read_as"], s.get("answers"), s.get("set_apart")) for s in sources] == [
        ("table", None, None), ("letter", ["letter"], ["signature"]), ("not used", [], []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("rows = ", "is not valid TOML"),
        ("colour = 1", "unknown key 'colour'"),
        ('[[question]]\nkind = "open"', "question 1 has no list of columns"),
        ('[[question]]\ncolumns = ["a"]', "question 1: kind is None"),
        ('[[question]]\nkind = "closed"\noptions = ["a"]', "question 1 has options and no wording"),
        ('[[question]]\nkind = "open"\ncolumns = ["a"]\nsize = 1', "question 1: unknown key 'size'"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(consult, files, tmp_path, content, said):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(content, encoding="utf-8")
    ended = consult("check", files[0], "--mapping", mapping)
    assert ended.code == 3
    assert said in ended.err and "mapping.toml" in ended.err


def test_a_mapping_file_is_not_written_over(consult, files, tmp_path):
    (tmp_path / "mapping.toml").write_text("mine")
    ended = consult("map", *files, "--out", tmp_path / "mapping.toml")
    assert ended.code == 3
    assert (tmp_path / "mapping.toml").read_text() == "mine"


def test_files_without_a_question_are_shown_and_say_what_is_needed(consult, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,Region\n" + "".join(f"{n},North\n" for n in range(5)), encoding="utf-8")
    ended = consult("check", path)
    assert ended.code == 4  # as analyse would end
    assert "Needed: No column was recognised as answers in people's own words" in ended.out
    assert consult("analyse", path, "--out", tmp_path / "runs").code == 4
