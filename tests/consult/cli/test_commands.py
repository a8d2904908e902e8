"""What each command prints, by its options."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import typer

from consult import __version__
from consult.cli import app
from consult.cli.render import OUT

# Where the service's tests run in the same process, its commands are added to the same application.
COMMANDS = {
    name: command
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    if getattr(command.callback, "__module__", "").startswith("consult.")
}
TEXTS = ["More buses in the evening please", "The library must stay open", "Plant trees on the square"]


def long_table(texts: list[str], question: str = "q1") -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["answer_id", "question_id", "comment"])
    writer.writerows([f"A{place}", question, text] for place, text in enumerate(texts))
    return file.getvalue().encode()


def test_every_option_is_used_in_these_tests():
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for name, command in COMMANDS.items():
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert f'"{option}"' in written, (name, option)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(consult, command, option):
    ended = consult(*command, option)
    assert (ended.code, ended.err) == (0, "")
    assert "Usage" in ended.out


def test_help_names_every_command_and_the_exit_codes(consult):
    said = consult("--help").out
    for name in (*COMMANDS, "0 done", "130 stopped"):
        assert name in said


def test_help_says_what_every_option_is_for():
    for name, command in COMMANDS.items():
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", None), (name, parameter.name)


def test_version(consult):
    assert consult("--version").out == f"{__version__}\n"


def test_nothing_heavy_is_imported_before_a_command_needs_it():
    code = "import sys, consult.cli; print(*sorted({'polars', 'numpy', 'bertopic', 'onnxruntime'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "\n"


def test_config_prints_toml_that_can_be_used(consult, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = consult("config").out
    Path("all.toml").write_text(printed, encoding="utf-8")
    assert tomllib.loads(printed)["cluster"]["seed"] == 42
    ended = consult("check", "-", "--config", "all.toml", "--json", stdin=long_table(TEXTS))
    assert ended.code == 0
    assert consult("config", "--json").json["assign"].keys() == tomllib.loads(printed)["assign"].keys()


def test_check_says_what_each_column_was_taken_for_and_writes_nothing(consult, tmp_path, monkeypatch, samples):
    monkeypatch.chdir(tmp_path)
    ended = consult("check", samples / "moving-celyn.csv")
    assert (ended.code, ended.err) == (0, "")
    for said in (
        "moving-celyn.csv: 449 rows",
        "Response ID",
        "demographic",
        "rows read = responses + rejected + blank",
    ):
        assert said in ended.out
    as_json = consult("check", samples / "moving-celyn.csv", "--json").json
    assert as_json["totals"] == {"n_read": 1347, "n_responses": 1036, "n_rejected": 0, "n_blank": 311}
    assert [question["n_read"] for question in as_json["questions"]] == [449, 449, 449]
    assert list(tmp_path.iterdir()) == []


def test_check_lists_rows_at_fault_without_their_text(consult, tmp_path):
    table = long_table([*TEXTS, "A text of zanzibarquux"]).replace(b"A3", b"A0")
    path = tmp_path / "reject.toml"
    path.write_text('[ingest]\nduplicate_ids = "reject"\n', encoding="utf-8")
    ended = consult("check", "-", "-c", path, "--text", "comment", "--id", "answer_id", stdin=table)
    assert ended.code == 0
    rejected = [line for line in ended.out.splitlines() if line.startswith("Rejected")]
    assert len(rejected) == 1
    assert rejected[0].startswith("Rejected (duplicate_id): 1 — ")
    assert "zanzibarquux" not in ended.out + ended.err


def test_columns_named_on_the_command_line(consult, samples):
    other = "What do you think of the proposed changes to bus services?"
    ended = consult("check", samples / "moving-celyn.csv", "--id", "Response ID", "--open", other, "--json")
    roles = {column["name"]: column["role"] for column in ended.json["columns"]}
    assert (roles["Response ID"], roles[other]) == ("response_id", "open")
    assert [question["wording"] for question in ended.json["questions"]] == [other]


def test_a_table_on_standard_input(consult, tmp_path):
    ended = consult(
        "analyse", "-", "--text", "comment", "--id", "answer_id", "--out", tmp_path, "--json", stdin=long_table(TEXTS)
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["run"] == "stdin"
    assert ended.json["counts"]["responses"] == 3


def test_options_of_the_analysis_are_kept_in_the_manifest(consult, tmp_path):
    texts = [f"{text}, {reason}" for text in TEXTS for reason in (
        "since the evenings are long", "for the sake of children", "as the council promised us in March",
        "because it costs very little", "which everyone in the street has asked for", "or people will move away",
    )]  # fmt: skip
    table = long_table(texts) + long_table(["Nothing here is asked for"], "q2").split(b"\r\n", 1)[1].replace(
        b"A0", b"B0"
    )
    ended = consult(
        "analyse", "-", "--text", "comment", "--id", "answer_id", "--question", "q1", "--n-themes", 3, "--seed", 7,
        "--granularity", 1.5, "--most-themes", 60,
        "--name", "Evening", "--out", tmp_path, "--json", stdin=table,
    )  # fmt: skip
    assert (ended.code, ended.err) == (0, "")
    assert [question["question_id"] for question in ended.json["questions"]] == ["q1"]
    kept = json.loads((tmp_path / "Evening" / "manifest.json").read_text(encoding="utf-8"))
    assert kept["seed"] == 7
    assert (kept["config"]["cluster"]["themes"], kept["config"]["questions"]) == (3, ["q1"])
    assert (kept["config"]["cluster"]["granularity"], kept["config"]["cluster"]["most_themes"]) == (1.5, 60)
    assert len(ended.json["questions"][0]["themes"]) <= 3
    assert sorted(path.name for path in (tmp_path / "Evening").iterdir() if path.is_dir()) == ["q1"]


def test_the_environment_sets_what_no_option_does(consult, tmp_path, monkeypatch):
    monkeypatch.setenv("CONSULT_CLUSTER__SEED", "9")
    arguments = ["analyse", "-", "--text", "comment", "--id", "answer_id", "--out", tmp_path]
    consult(*arguments, "--name", "one", stdin=long_table(TEXTS))
    consult(*arguments, "--name", "two", "--seed", 7, stdin=long_table(TEXTS))
    seeds = [json.loads((tmp_path / name / "manifest.json").read_text())["seed"] for name in ("one", "two")]
    assert seeds == [9, 7]


@pytest.mark.parametrize(
    ("name", "question"),
    [("Buses 2026/27", "q/1"), ("Bysiau Llŷn – ymatebion", "Beth am y bws? 🚌"), ("..", "."), ("con", "a" * 300)],
)
def test_names_that_a_file_system_would_not_take(consult, tmp_path, name, question):
    out = tmp_path / "runs"
    arguments = ["analyse", "-", "--text", "comment", "--id", "answer_id", "--name", name, "--out", out, "--json"]
    ended = consult(*arguments, stdin=long_table(TEXTS, question))
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["run"] == name
    run = Path(ended.json["folder"])
    assert run.parent == out
    assert list(tmp_path.iterdir()) == [out]
    assert [q["question_id"] for q in consult("show", run, "--json").json["questions"]] == [question]
    inside = next(path for path in run.iterdir() if path.is_dir())
    assert consult("show", inside, "--response", "A1", "--json").json[0]["text"] == TEXTS[1]


def test_show_a_run(consult, run_folder):
    ended = consult("show", run_folder)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("449 rows read = ") == 3
    as_json = consult("show", run_folder, "--json").json
    assert [question["question_id"] for question in as_json["questions"]] == ["buses", "street", "else"]
    for title in [theme["title"] for question in as_json["questions"] for theme in question["themes"]]:
        # A long title is wrapped within its column.
        assert set(title.split()) <= set(ended.out.split())


def test_show_says_how_stable_each_theme_is_and_fits_a_terminal_of_100_columns(consult, run_folder, monkeypatch):
    wide = consult("show", run_folder, "--question", "buses").out
    monkeypatch.setattr(OUT, "width", 100)
    narrow = consult("show", run_folder, "--question", "buses").out
    assert "Keywords" in wide and "Keywords" not in narrow
    (question,) = consult("show", run_folder, "--question", "buses", "--json").json["questions"]
    for out in (wide, narrow):
        head = next(line for line in out.splitlines() if "Theme" in line and "Distinct" in line)
        assert head.split()[1] == "Theme" and "Stability" in head
        for theme in question["themes"]:
            word = "solid" if theme["stability"] >= 0.75 else "fair" if theme["stability"] >= 0.5 else "fragile"
            said = f"{word} ({theme['stability']:.0%})".replace("%", " %")
            assert any(line.split()[:1] == [theme["theme_id"]] and said in line for line in out.splitlines())
    table = [line for line in narrow.splitlines() if "│" in line]
    assert max(len(line) for line in table) <= 100


def test_show_the_non_answers(consult, tmp_path):
    run = tmp_path / "runs" / "table"
    file = tmp_path / "table.csv"
    file.write_bytes(long_table(["n/a", "The bus is late", "see attached"]))
    consult("analyse", file, "--out", tmp_path / "runs")
    listed = consult("show", run, "--non-answers", "--json").json
    kinds = [(each["response_id"], each["kind"]) for each in listed["q1"]["non_answers"]]
    assert kinds == [("A2", "attached"), ("A0", "none")] and listed["q1"]["counts"] == {"attached": 1, "none": 1}
    said = consult("show", run, "--non-answers").out
    assert "q1: 2 non-answers" in said and "[nonanswers] answers" in said
    assert "1 attached: a reference to a file or letter" in said


def test_show_a_question(consult, run_folder, monkeypatch):
    named = consult("show", run_folder, "--question", "street", "--json").json
    assert [question["question_id"] for question in named["questions"]] == ["street"]
    assert consult("show", run_folder / "street", "--json").json == named
    monkeypatch.chdir(run_folder / "street")
    assert [q["question_id"] for q in consult("show", ".", "--json").json["questions"]] == ["street"]


def test_show_a_broad_theme_with_its_themes(consult, run_folder):
    view = consult("show", run_folder, "--question", "buses", "--parent", "P1", "--json").json
    assert view["parent_id"] == "P1"
    assert view["n_themes"] == len(view["themes"]) >= 2
    assert view["n_respondents"] >= max(theme["n_respondents"] for theme in view["themes"])
    one = consult("show", run_folder / "buses", "--theme", view["themes"][0]["theme_id"], "--json").json
    assert (one["parent_id"], one["part_of"]) == ("P1", view["title"])
    told = consult("show", run_folder / "buses", "--parent", "P1").out
    assert f"P1. {view['title']}" in told
    assert all(theme["title"] in told for theme in view["themes"])
    assert "broad themes, by people" in consult("show", run_folder / "buses").out


def test_show_a_theme_with_every_response(consult, run_folder):
    view = consult("show", run_folder, "--question", "buses", "--theme", "3", "--json").json
    assert view["theme_id"] == "3"
    assert len(view["responses"]) == view["n_responses"]
    strengths = [response["strength"] for response in view["responses"]]
    assert strengths == sorted(strengths, reverse=True)
    assert view["quotes"] and view["summary"]
    ended = consult("show", run_folder / "buses", "--theme", "3")
    assert (ended.code, ended.err) == (0, "")
    assert view["title"] in ended.out
    assert all(f"“{quote['quote']}” [{quote['response_id']}]" in ended.out for quote in view["quotes"])


def test_show_a_response_with_its_points_and_themes(consult, run_folder):
    text = (
        "I commute in to the college by train and the bus meets precisely none of them. It leaves at 08.52, train gets "
        "in 08.55. You can watch it go. Every day. It's almost art."
    )
    views = consult("show", run_folder, "--response", "MC-0002", "--json").json
    assert [view["question_id"] for view in views] == ["buses"]
    assert views[0]["text"] == text
    for span in (*views[0]["points"], *views[0]["themes"]):
        assert 0 <= span["start"] < span["end"] <= len(text)
    assert text in consult("show", run_folder, "--response", "MC-0002").out


@pytest.mark.parametrize(
    ("format_", "first"),
    [("html", b"<!doctype html"), ("csv", b"\xef\xbb\xbf"), ("jsonl", b"{"), ("xlsx", b"PK\x03\x04")],
)
def test_export(consult, run_folder, tmp_path, format_, first):
    ended = consult("export", run_folder, "--format", format_, "--out", tmp_path / "new" / "exports")
    assert (ended.code, ended.err) == (0, "")
    files = [Path(line) for line in ended.out.splitlines()]
    assert files
    assert {file.parent for file in files} == {tmp_path / "new" / "exports"}
    assert set(files) == set((tmp_path / "new" / "exports").iterdir())
    assert files[0].read_bytes()[: len(first)].lower() == first.lower()
    as_json = consult("export", run_folder, "--format", format_, "--out", tmp_path / "new" / "exports", "--json").json
    assert as_json == {"format": format_, "files": [str(file) for file in files]}


def test_an_exported_workbook_is_whole(consult, run_folder, tmp_path):
    ended = consult("export", run_folder, "--format", "xlsx", "--out", tmp_path)
    with zipfile.ZipFile(ended.out.strip()) as book:
        assert book.testzip() is None


def test_json_holds_every_character_on_any_terminal(run_folder):
    for encoding in ("utf-8", "ascii"):
        done = subprocess.run(
            [sys.executable, "-m", "consult.cli", "show", str(run_folder), "--response", "MC-0003", "--json"],
            capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding}, check=True,
        )  # fmt: skip
        views = json.loads(done.stdout.decode(encoding))
        assert views[0]["response_id"] == "MC-0003"
        assert "I've got" in views[1]["text"]


def test_show_by_group(consult, tmp_path):
    run = tmp_path / "runs" / "table"
    file = tmp_path / "table.csv"
    likes = ["later buses in the evening", "more benches in the park", "a lower council tax for all"]
    rows = [f"A{n},I would like {likes[n % 3]} {n},{'North' if n % 2 else 'South'}" for n in range(60)]
    file.write_text("\n".join(["id,q1,Region", *rows]) + "\n", encoding="utf-8")
    consult("analyse", file, "--out", tmp_path / "runs")
    listed = consult("show", run, "--by", "Region", "--json").json["q1"]
    assert {each["group"] for each in listed} == {"North", "South"}
    assert {each["n_group"] for each in listed} == {30}
    said = consult("show", run, "--by", "Region").out
    assert "themes by Region" in said and "North (30)" in said and "not a vote and not a survey" in said
    assert consult("show", run, "--by", "Colour").code == 5
