"""What a person sees when something cannot be used: an exit code, a message that says what and where, and no more.

Every text of a response here holds MARKER, and no error or log may.
"""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest

from consult.cli import Format
from consult.report import FORMATS
from tests.consult.documents.making import pdf

MARKER = "zanzibarquux"
ANSWER = f"The {MARKER} bus must come later in the evening because the last one leaves before work ends"
TABLE = f"""id,What should we change?
R1,{ANSWER}
R2,"Please keep the library open on Saturday mornings, says the {MARKER}"
R3,More {MARKER} trees on the square would be good for everyone who lives there
"""
READ = ("--id", "id", "--open", "What should we change?")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a person works in, with one table that can be used and many that cannot."""
    monkeypatch.chdir(tmp_path)
    files = {
        "good.csv": TABLE,
        "empty.csv": "",
        "header.csv": "id,What should we change?\n",
        "numbers.csv": "id,Age\nR1,34\nR2,71\n",
        "twice.csv": TABLE + f"R2,{ANSWER} again\n",
        "quote.csv": f'id,What should we change?\nR1,"{ANSWER}\nR2,{MARKER}\n',
        "table.json": json.dumps({"id": "R1", "text": ANSWER}),
        "notes.md": f"# {MARKER}\n",
        "book.xlsx": "PK\x03\x04 " + MARKER,
        "table.parquet": "PAR1 " + MARKER,
        "unknown.toml": "[cluster]\nsed = 7\n",
        "section.toml": "[clusters]\nseed = 7\n",
        "value.toml": "[assign]\nmin_strength = 7\n",
        "type.toml": '[cluster]\nthemes = "many"\n',
        "syntax.toml": "[cluster\nseed = 7\n",
        "mapping.toml": '[[question]]\nkind = "demographic"\ncolumns = ["Aeg"]\n',
        "columns.toml": '[columns]\nresponse_id = "Reference"\n',
    }
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("binary.csv").write_bytes(bytes(range(256)) * 20 + MARKER.encode())
    Path("folder.csv").mkdir()
    Path("taken").mkdir()
    Path("taken/good").mkdir()
    Path("taken/good/notes.txt").write_text(MARKER, encoding="utf-8")
    Path("file").write_text(MARKER, encoding="utf-8")
    Path("empty").mkdir()
    return tmp_path


ANALYSE = [
    # case, arguments, exit code, code, what the message names
    ("no such file", "analyse none.csv -o runs", 4, "file_missing", ["none.csv"]),
    ("an empty file", "analyse empty.csv -o runs", 4, "file_empty", ["empty.csv"]),
    ("a header and no rows", "analyse header.csv -o runs", 4, "header_only", ["header.csv"]),
    ("no text", "analyse numbers.csv -o runs", 4, "no_text_column", ["numbers.csv", "Age", "--open"]),
    ("a folder of nothing", "analyse folder.csv -o runs", 4, "folder_empty", ["folder.csv"]),
    ("a binary file", "analyse binary.csv -o runs", 4, "binary_file", ["binary.csv"]),
    ("ids that repeat", "analyse twice.csv --id id -o runs", 4, "duplicate_ids", ["'R2'", "twice.csv row 5", "reject"]),
    ("an open quotation mark", "analyse quote.csv -o runs", 4, "open_quote", ["quote.csv", "record 2"]),
    ("JSON", "analyse table.json -o runs", 4, "unknown_format", ["table.json", ".jsonl"]),
    ("another format", "analyse notes.md -o runs", 4, "unknown_format", ["notes.md", ".csv"]),
    ("a damaged workbook", "analyse book.xlsx -o runs", 4, "unreadable_workbook", ["book.xlsx"]),
    ("damaged Parquet", "analyse table.parquet -o runs", 4, "unreadable_parquet", ["table.parquet"]),
    ("one file twice", "analyse good.csv good.csv -o runs", 4, "same_file_name", ["good.csv"]),
    ("an absent id column", "analyse good.csv --id Ref -o runs", 4, "column_missing", ["'Ref'", "good.csv", "--id"]),
    ("an absent open column", "analyse good.csv --open Why -o runs", 4, "column_missing", ["'Why'", "--open"]),
    ("an absent text column", "analyse good.csv --text Why -o runs", 4, "column_missing", ["'Why'", "--text"]),
    ("a column of a mapping file's", "analyse good.csv -m mapping.toml -o runs", 4, "column_missing",
     ["'Aeg'", "good.csv", 'in the mapping file, kind = "demographic"']),
    ("a column of the file's", "analyse good.csv -c columns.toml -o runs", 4, "column_missing", ["'Reference'"]),
    ("no such question", "analyse good.csv --question Why -o runs", 4, "question_missing", ["'Why'"]),
    ("no configuration", "analyse good.csv -c none.toml -o runs", 3, "config_unreadable", ["none.toml"]),
    ("a folder for it", "analyse good.csv -c empty -o runs", 3, "config_unreadable", ["empty"]),
    ("no TOML", "analyse good.csv -c syntax.toml -o runs", 3, "config_syntax", ["syntax.toml", "line 1"]),
    ("an unknown key", "analyse good.csv -c unknown.toml -o runs", 3, "config_unknown_key", ["'cluster.sed'", "seed"]),
    ("an unknown section", "analyse good.csv -c section.toml -o runs", 3, "config_unknown_key", ["'clusters'"]),
    ("a value out of range", "analyse good.csv -c value.toml -o runs", 3, "config_value", ["assign.min_strength"]),
    ("a value of another type", "analyse good.csv -c type.toml -o runs", 3, "config_value", ["cluster.themes"]),
    ("--out is a file", "analyse good.csv -o file", 5, "out_not_folder", ["file: is not a folder"]),
    ("--out is in a file", "analyse good.csv -o file/runs", 5, "folder_unwritable", ["file"]),
    ("the folder is taken", "analyse good.csv -o taken", 5, "folder_taken", ["good", "--name"]),
]  # fmt: skip
OTHERS = [
    ("check: no such file", "check none.csv", 4, "file_missing", ["none.csv"]),
    ("check: an unknown key", "check good.csv --config unknown.toml", 3, "config_unknown_key", ["'cluster.sed'"]),
    ("show: no such folder", "show none", 5, "run_missing", ["none"]),
    ("show: no run", "show empty", 5, "run_missing", ["empty", "manifest.json"]),
    ("show: a file", "show good.csv", 5, "run_missing", ["good.csv"]),
    ("export: no run", "export empty --format csv", 5, "run_missing", ["empty"]),
]
CASES = [pytest.param(*case[1:], id=case[0]) for case in (*ANALYSE, *OTHERS)]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize(("line", "exit_code", "code", "named"), CASES)
def test_what_cannot_be_used_is_said_and_nothing_is_written(consult, desk, line, exit_code, code, named):
    before = everything(desk)
    ended = consult(*line.split())
    assert ended.code == exit_code
    assert ended.err.startswith("consult: ")
    for name in named:
        assert name in ended.err
    assert MARKER not in ended.out + ended.err
    assert everything(desk) == before
    as_json = consult(*line.split(), "--json")
    assert as_json.code == exit_code
    assert as_json.json["error"]["code"] == code
    assert as_json.json["error"]["message"] in as_json.err
    assert as_json.json["error"]["hint"]
    assert MARKER not in as_json.out + as_json.err
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("analyse good.csv", "--out"),
        ("analyse --out runs", "files"),
        ("analyse good.csv -o runs --n-themes 1", "--n-themes"),
        ("analyse good.csv -o runs --most-themes 1", "--most-themes"),
        ("analyse good.csv -o runs --granularity fine", "--granularity"),
        ("analyse good.csv -o runs --seed x", "--seed"),
        ("analyse good.csv -o runs --colour", "--colour"),
        ("show", "run"),
        (
            "show taken --theme 1 --response R1",
            "Give one of --theme, --parent, --response, --by, --campaign, --campaigns and",
        ),
        ("export taken", "--format"),
        ("explain", "run"),
    ],
)
def test_a_wrong_option(consult, desk, line, named):
    ended = consult(*line.split())
    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err
    as_json = consult(*line.split(), "--json")
    assert as_json.code == 2
    error = as_json.json["error"]
    assert error["code"] == "usage"
    assert named in error["message"]
    assert ended.err == f"consult: {error['message']}\n         {error['hint']}\n"


def test_a_wrong_option_is_named_in_json(consult):
    error = consult("analyse", "good.csv", "-o", "runs", "--bogus", "--json").json["error"]
    assert error["message"].startswith("No such option: --bogus")
    assert error["hint"] == "`consult analyse --help` lists the options."


def test_no_command_at_all_prints_the_help(consult):
    ended = consult()
    assert (ended.code, ended.err) == (2, "")
    assert "Usage" in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["show", "RUN", "--question", "Why"], "question_missing", ["'Why'", "buses", "street", "else"]),
        (["show", "RUN", "--question", "buses", "--parent", "P99"], "parent_missing", ["'P99'", "'buses'"]),
        (["show", "RUN", "--question", "buses", "--campaign", "C9"], "campaign_missing", ["'C9'", "'buses'"]),
        (["show", "RUN", "--question", "buses", "--theme", "99"], "theme_missing", ["'99'", "'buses'"]),
        (["show", "RUN", "--response", "MC-9999"], "response_missing", ["'MC-9999'"]),
        (["show", "RUN/..", "--question", "buses"], "run_missing", ["moving-celyn"]),
    ],
)
def test_what_a_run_does_not_hold(consult, run_folder, arguments, code, named):
    arguments = [argument.replace("RUN", str(run_folder)) for argument in arguments]
    ended = consult(*arguments, "--json")
    assert ended.code == 5
    assert ended.json["error"]["code"] == code
    for name in named:
        assert name in ended.err


def test_a_theme_of_several_questions_needs_its_question(consult, run_folder):
    ended = consult("show", run_folder, "--theme", "1", "--json")
    assert ended.code == 2
    assert ended.json["error"]["code"] == "usage"
    assert ended.json["error"]["message"] == (
        "Invalid value for --question: run 'moving-celyn' has several questions, so name one: buses, street, else."
    )


def test_an_unknown_format_names_those_there_are(consult, run_folder, tmp_path):
    ended = consult("export", run_folder, "--format", "pdf", "--out", tmp_path)
    assert ended.code == 2
    for name in ("pdf", "csv", "jsonl", "xlsx", "html"):
        assert name in ended.err
    assert list(tmp_path.iterdir()) == []


def test_the_formats_of_the_command_are_those_of_the_report():
    assert [known.value for known in Format] == list(FORMATS)


def cut(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


class Harm:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("buses/themes.parquet", lambda path: cut(path, 0.5)),
        ("buses/themes.parquet", lambda path: cut(path, 0)),
        ("buses/assignments.parquet", lambda path: path.write_bytes(b"PAR1" * 40)),
        ("buses/quotes.parquet", Path.unlink),
        ("buses/responses.parquet", lambda path: shutil.copy(path.with_name("points.parquet"), path)),
        ("buses/vectors.npy", lambda path: cut(path, 0.5)),
        ("buses/vectors.npy", lambda path: cut(path, 0)),
        ("buses/vectors.npy", lambda path: path.write_bytes(pickle.dumps(Harm(path.with_name("harm"))))),
        ("buses/vectors.npy", Path.unlink),
        ("buses/vectors.npy", lambda path: path.with_name("text_ids.json").write_text("[]")),
        ("buses/text_ids.json", Path.unlink),
        ("buses/manifest.json", Path.unlink),
        ("manifest.json", lambda path: cut(path, 0.5)),
        ("manifest.json", lambda path: path.write_text("[]")),
        ("manifest.json", lambda path: path.write_text("{}")),
        ("ledger.parquet", Path.unlink),
        ("questions.parquet", lambda path: cut(path, 0.5)),
    ],
)
def test_a_damaged_run_names_the_damaged_file(consult, run_folder, tmp_path, file, damage):
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    damage(run / file)
    ended = consult("show", run, "--json")
    assert ended.code == 5
    assert ended.json["error"]["code"] == "run_damaged"
    assert str(run / file) in ended.err
    assert not (run / "buses" / "harm").exists()


def test_a_question_that_is_gone_is_missed(consult, run_folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    shutil.rmtree(run / "street")
    ended = consult("show", run)
    assert ended.code == 5
    assert str(run / "street") in ended.err


def test_a_run_of_a_newer_version_is_not_guessed_at(consult, run_folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    ended = consult("show", run, "--json")
    assert (ended.code, ended.json["error"]["code"]) == (5, "run_newer")
    assert "Upgrade" in ended.err


def test_three_responses_are_listed_with_their_words(consult, desk):
    ended = consult("analyse", "good.csv", *READ, "-o", "runs", "--json")
    assert (ended.code, ended.err) == (0, "")
    question = ended.json["questions"][0]
    assert question["themes"] == []
    assert question["ledger"].startswith("3 rows read = 3 responses + 0 rejected + 0 blank. 3 responses = 0 with")
    assert "too few to find themes" in question["notes"][0]
    assert question["words"][0] == [MARKER, 3]
    assert Path(ended.json["report"]).is_file()
    assert ANSWER in Path(ended.json["report"]).read_text(encoding="utf-8")
    shown = consult("analyse", "good.csv", *READ, "-o", "runs")
    assert shown.code == 0
    for said in ("3 rows read", "too few to find themes", "What the responses say (3)", MARKER):
        assert said in shown.out
    for told in (shown, consult("show", "runs/good")):
        assert f"R1 {ANSWER}" in " ".join(told.out.replace("│", " ").split())
    assert [text["response_id"] for text in question["texts"]] == ["R1", "R2", "R3"]
    assert all(count > 1 for _, count in question["words"])


def test_of_many_texts_without_themes_the_first_are_listed(consult, desk):
    lines = [f"R{place:02},Keep the library open please." for place in range(30)]
    stdin = "\n".join(["id,What should we change?", *lines, ""]).encode()
    ended = consult("analyse", "-", *READ, "-o", "runs", stdin=stdin)
    assert "What the responses say (20 of 30; the exports hold all)" in ended.out
    assert ended.out.count("Keep the library open please.") == 20


def test_rows_that_name_no_question_are_in_the_sum_of_the_file(consult, desk):
    rows = [
        "id,question_id,comment",
        "1,q1,More buses please",
        "2,q2,Later buses please",
        "3,q1,",
        "4,,Trees please",
        "",
    ]
    table = "\n".join(rows).encode()
    ended = consult("analyse", "-", "-o", "runs", stdin=table)
    assert "q1\n2 rows read = 1 response + 0 rejected + 1 blank." in ended.out
    whole = "The whole file: 4 rows read = 2 responses + 1 rejected + 1 blank."
    for told in (ended, consult("show", "runs/stdin")):
        assert whole in told.out.splitlines()
    assert consult("show", "runs/stdin", "--json").json["whole_ledger"] == whole
    checked = [line.replace("│", " ").split() for line in consult("check", "-", stdin=table).out.splitlines()]
    assert ["(none", "named)", "1", "0", "1", "0"] in checked
    assert ["all", "4", "2", "1", "1"] in checked


def test_a_file_whose_questions_add_up_needs_no_further_sum(consult, desk):
    ended = consult("analyse", "good.csv", *READ, "-o", "runs")
    assert (ended.code, "The whole file" in ended.out) == (0, False)


def test_an_unknown_question_is_told_before_a_run_that_is_there(consult, desk):
    assert consult("analyse", "good.csv", *READ, "-o", "runs").code == 0
    ended = consult("analyse", "good.csv", *READ, "-o", "runs", "-q", "nope", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (4, "question_missing")


@pytest.mark.parametrize(
    ("texts", "ledger"),
    [
        (["No", "n/a", "Don't know", "No comment", "-"], "5 non-answers. 0 of 5 responses say something of substance."),
        (["Keep the library open please."], "1 response = 0 with a theme + 1 with none + 0 non-answers."),
        (["Keep the library open please."] * 30, "30 responses = 0 with a theme + 30 with none + 0 non-answers."),
    ],
    ids=["only non-answers", "one response", "one text, thirty times"],
)
def test_what_has_too_little_to_find_themes_in(consult, desk, texts, ledger):
    lines = [f"R{place},{text}" for place, text in enumerate(texts)]
    ended = consult(
        "analyse",
        "-",
        *READ,
        "-o",
        "runs",
        "--json",
        stdin="\n".join(["id,What should we change?", *lines, ""]).encode(),
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["questions"][0]["ledger"].endswith(ledger)


def test_a_table_whose_answers_are_all_blank(consult, desk):
    ended = consult("analyse", "-", *READ, "-o", "runs", "--json", stdin=b"id,What should we change?\nR1,\nR2, \n")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["counts"]["blank"] == 2
    assert ended.json["counts"]["responses"] == 0


def test_rows_at_fault_are_rejected_with_their_reason(consult, desk):
    Path("reject.toml").write_text('[ingest]\nduplicate_ids = "reject"\n', encoding="utf-8")
    ended = consult("analyse", "twice.csv", *READ, "-c", "reject.toml", "-o", "runs", "--json")
    assert ended.code == 0
    assert ended.json["counts"] | {"read": 4, "responses": 3, "rejected": 1, "blank": 0} == ended.json["counts"]


def test_a_check_of_files_that_cannot_be_used_ends_so(consult, tmp_path):
    (tmp_path / "scan.pdf").write_bytes(pdf([[]], pictures=[0]))
    ended = consult("check", tmp_path / "scan.pdf")
    assert ended.code == 4
    assert "Needed: No file holds an answer that can be read: the rejects say why." in ended.out
    told = consult("check", tmp_path / "scan.pdf", "--json")
    assert (told.code, told.json["totals"]["n_rejected"]) == (4, 1)
    (tmp_path / "a.csv").write_text("Ref,What do you think?\n1,The bus is late every day\n")
    assert consult("check", tmp_path / "a.csv").code == 0


def test_what_cannot_be_read_is_told_in_plain_words(consult, run_folder, tmp_path):
    report = consult("show", run_folder / "report.html")
    assert report.code == 5
    assert "report.html: is a file, not the folder of a run." in report.err
    assert f"Give the folder that it is in: {run_folder}." in report.err

    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "themes.csv").write_text("theme_id,theme_label\n1,Buses\n")
    missing = consult("evaluate", run_folder, gold)
    assert missing.code == 4 and "labels.csv: cannot be read (it is not there)." in missing.err
    (gold / "labels.csv").write_text("response_id,theme_id\nMC-0001,1\n")
    column = consult("evaluate", run_folder, gold)
    assert "it has no column 'question_id'; its columns are 'response_id', 'theme_id'" in column.err

    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    (run / "manifest.json").write_text("{")
    assert "manifest.json: cannot be read (it is no JSON: see its line 1)." in consult("show", run).err
    (run / "manifest.json").write_text('{"format": 1}')
    assert "manifest.json: cannot be read (it lacks 'name')." in consult("show", run).err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--seed", "soon"], "'soon' is not a whole number."),
        (["--n-themes", "1"], "1 is too small: it must be 2 or more."),
        (["--granularity", "fine"], "'fine' is not a number."),
    ],
)
def test_a_wrong_number_is_told_in_plain_words(consult, tmp_path, given, said):
    ended = consult("analyse", "a.csv", "-o", tmp_path, *given)
    assert ended.code == 2 and said in ended.err
