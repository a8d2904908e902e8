import zipfile

import fastexcel
import pytest

from consult.report import export_run, workbook


def sheet(path, name):
    """Cells as text, header included; None where a cell is empty."""
    read = fastexcel.read_excel(path).load_sheet(name, header_row=None, dtypes="string")
    return read.to_polars().rows()


def column(path, sheet_name, header):
    first, *rows = sheet(path, sheet_name)
    return [row[first.index(header)] for row in rows]


def test_the_sheets(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert fastexcel.read_excel(path).sheet_names == [
        "About", "Ledger", "Themes", "Broad themes", "Quotes", "Groups", "Campaigns", "Alike", "Responses",
        "Non-answers",        "Assignments", "Respondents", "Answers", "Rejects",
    ]  # fmt: skip


def test_the_ledger_is_there_and_balances(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert sheet(path, "Ledger") == [
        ("question id", "question", "rows read", "responses", "rejected", "blank", "in a theme", "in no theme",
         "non-answers", "not analysed", "balances"),
        ("buses", "What of the buses?", "9", "7", "1", "1", "3", "1", "3", "0", "yes"),
        ("street", "And of the street?", "3", "2", "0", "1", "0", "2", "0", "0", "yes"),
        (None, "Rows that name no question", "1", "0", "1", "0", "0", "0", "0", "0", "yes"),
    ]  # fmt: skip
    about = dict(sheet(path, "About")[:16])
    assert about["Consultation"] == "Buses <2026>"
    assert about["Made"] == "3 March 2026 at 14:05 UTC"
    assert about["Rows read"] == "13"
    assert about["Does it add up?"] == "The ledger balances: 13 rows were read and all are accounted for."


def test_assignments_say_how_strong_they_are(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert column(path, "Assignments", "strength") == ["0.9", "0.8", "0.5", "1"]
    # What a person decided has no strength.
    assert column(path, "Assignments", "strength in words") == ["strong", "strong", "fair", None]
    assert "It is no probability." in dict(row[:2] for row in sheet(path, "About"))["Strength"]


def test_themes_are_ranked_with_their_summaries(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert sheet(path, "Themes") == [
        ("question id", "question", "rank", "theme", "people", "responses", "distinct texts",
         "share of people who answered", "rank by distinct texts", "stability", "source", "keywords", "summary",
         "part of", "theme id"),
        ("buses", "What of the buses?", "1", "Later <i>buses</i>", "2", "2", "1", "0.5", "6", "solid",
         "found", "bus; late", "People want later buses.", "=Buses <b>", "1"),
        ("buses", "What of the buses?", "2", "@Fares", "1", "2", "1", "0.25", "2", "given", "given",
         "=fare; cost", "Some mention fares.", "=Buses <b>", "2"),
    ]  # fmt: skip


def test_broad_themes_name_their_themes(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert sheet(path, "Broad themes") == [
        ("question id", "question", "rank", "broad theme", "people", "responses", "distinct texts",
         "share of people who answered", "rank by distinct texts", "number of themes", "themes", "parent id"),
        ("buses", "What of the buses?", "1", "=Buses <b>", "3", "3", "3", "0.75", "1", "2",
         "Later <i>buses</i>; @Fares", "P1"),
    ]  # fmt: skip


def test_non_answers_are_listed_by_class_and_those_put_back_beside_them(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    none, refers = "none or nothing, such as “no”, “none”, “n/a”", "a reference to another answer, such as “see Q3”"
    assert sheet(path, "Non-answers") == [
        ("question id", "response id", "respondent id", "class", "meaning", "counted as", "text", "refers to",
         "that answer"),
        ("buses", "A5", "P5", "none", none, "non-answer", "No", None, None),
        ("buses", "A7", "P7", "none", none, "non-answer", "No", None, None),
        ("buses", "A6", "P6", "refers", refers, "non-answer", "no ", "street", None),
        ("buses", "A4", "P4", "refers", refers, "answer: put back by a person", "-5 buses & a <b>tram</b>", None, None),
    ]  # fmt: skip


def test_responses_keep_their_text_and_name_their_themes(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert column(path, "Responses", "text")[:4] == [
        "Later buses <script>alert('x')</script> please.\r\nNow!",
        "نريد حافلات في المساء",
        "=HYPERLINK(1)",
        "-5 buses & a <b>tram</b>",
    ]
    assert column(path, "Responses", "themes")[:4] == [
        "Later <i>buses</i>; @Fares", "Later <i>buses</i>", "@Fares", None,
    ]  # fmt: skip


def test_what_is_known_of_people_is_there(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    assert sheet(path, "Respondents") == [("respondent id", "field", "value"), ("P1", "Age", "16-24")]
    assert sheet(path, "Answers") == [("respondent id", "question", "option"), ("P1", "Agree?", "+ Yes")]


def test_no_cell_is_a_formula_or_a_link(run, tmp_path):
    (path,) = export_run(run, "xlsx", tmp_path)
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
    assert not [xml for xml in sheets if "<f>" in xml or "<hyperlink" in xml]


@pytest.mark.parametrize("text", ["a" * 39_999 + "z", "é" * 39_999 + "z", "😀" * 39_999 + "z"])
def test_a_text_longer_than_a_cell_goes_on_in_the_next_column(run_of, tmp_path, text):
    short = ("1", "q", "1", "Short", None, "one.csv", 2, "unthemed")
    run = run_of([short, ("2", "q", "2", text, None, "one.csv", 3, "unthemed")])
    (path,) = export_run(run, "xlsx", tmp_path)
    header, first, second = sheet(path, "Responses")
    places = [place for place, name in enumerate(header) if name.startswith("text")]
    assert [header[place] for place in places][:2] == ["text", "text (2)"]
    assert [first[place] for place in places] == ["Short"] + [None] * (len(places) - 1)
    assert "".join(second[place] or "" for place in places) == text
    assert all(len((second[place] or "").encode("utf-16-le")) <= 2 * 32_767 for place in places)


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(run, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 6)
    (path,) = export_run(run, "xlsx", tmp_path)
    names = fastexcel.read_excel(path).sheet_names
    assert names[names.index("Responses") :][:2] == ["Responses", "Responses (2)"]
    assert column(path, "Responses", "response id") == ["A1", "A2", "A3", "A4", "A5"]
    assert column(path, "Responses (2)", "response id") == ["A6", "A7", "A1", "A2"]
