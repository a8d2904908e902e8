import csv

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from consult.report import export_run
from consult.schemas import FRAMES


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["themes", "assignments", "quotes", "summaries", "responses", "rejects", "ledger",
                                  "respondents", "answers", "questions"])  # fmt: skip
def test_jsonl_comes_back_exactly(run, tmp_path, name):
    export_run(run, "jsonl", tmp_path)
    schema = FRAMES[name].schema
    read = pl.read_ndjson(tmp_path / f"{name}.jsonl", schema=schema)
    own = getattr(run, name, None)
    expected = pl.concat(getattr(analysis, name) for analysis in run.analyses) if own is None else own
    assert_frame_equal(read, expected)


def test_points_gain_their_question(run, tmp_path):
    export_run(run, "jsonl", tmp_path)
    read = pl.read_ndjson(tmp_path / "points.jsonl")
    assert read.select("question_id", "point_id", "text_id").rows() == [
        ("buses", "A1:1", "t1"),
        ("buses", "A2:1", "t2"),
    ]


def test_csv_disarms_what_a_spreadsheet_would_run(run, tmp_path):
    export_run(run, "csv", tmp_path)
    assert [row["text"] for row in read_csv(tmp_path / "responses.csv")] == [
        "Later buses <script>alert('x')</script> please.\r\nNow!",
        "نريد حافلات في المساء",
        "'=HYPERLINK(1)",
        "'-5 buses & a <b>tram</b>",
        "No",
        "no ",
        "No",
        "Trees",
        "Plus de bancs",
    ]
    assert [(row["title"], row["keywords"]) for row in read_csv(tmp_path / "themes.csv")] == [
        ("Later <i>buses</i>", "bus; late"),
        ("'@Fares", "'=fare; cost"),
    ]
    assert read_csv(tmp_path / "answers.csv")[0]["option"] == "'+ Yes"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\ta", "'\ta"), ("\ra", "'\ra"), ("a=1", "a=1"),
     ("'=1", "'=1"), ("", ""), ("a\n=1", "a\n=1")],
)  # fmt: skip
def test_csv_escapes_only_the_first_character(run_of, tmp_path, text, cell):
    run = run_of([("1", "q", "1", text, None, "one.csv", 2, "unthemed")])
    export_run(run, "csv", tmp_path)
    assert read_csv(tmp_path / "responses.csv")[0]["text"] == cell


def test_csv_opens_in_excel_and_says_what_it_did(run, tmp_path):
    readme, *files = export_run(run, "csv", tmp_path)
    assert {file.read_bytes()[:3] for file in files} == {b"\xef\xbb\xbf"}
    said = readme.read_text(encoding="utf-8-sig")
    assert "has an apostrophe (') put in front of it" in said
    assert "jsonl export is exact" in said
    for file in files:
        assert f"  {file.name} (" in said
