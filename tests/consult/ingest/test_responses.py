"""Every row of the files is a response, a reject or a blank."""

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import REASONS, Ingested, describe, read_responses

REJECT = {"ingest": {"duplicate_ids": "reject"}}
# A folder of sets, each with a responses.csv of response_id, question_id, question, text and more columns.
DATA = Path(__file__).parents[4] / "shared" / "data"


def ingest(tmp_path: Path, files: dict[str, str], config: Mapping[str, object] | None = None) -> Ingested:
    paths = []
    for name, content in files.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content.encode())
    return read_responses(paths, AnalysisConfig.model_validate(dict(config or {})))


def assert_balanced(ingested: Ingested) -> None:
    ledger = ingested.ledger
    assert (ledger["n_read"] == ledger["n_responses"] + ledger["n_rejected"] + ledger["n_blank"]).all()
    assert ledger["n_responses"].sum() == ingested.responses.height
    assert ledger["n_rejected"].sum() == ingested.rejects.height


LONG = (
    "response_id,question_id,question,text,region,date\n"
    "r1,q1,Why?,Because,North,2025-01-02\n"
    "r1,q2,What else?, None ,South,\n"
    "r2,q1,Why?,\xa0\u200b ,North,\n"
    ",q1,Why?,no id,North,\n"
    "r3,,,no question,North,\n"
    "r4,q1,Why?,four,,\n"
    "r4,q1,Why?,four again,East,\n"
    "r5,q1,Why?,a,b,c,d\n"
)


def test_a_long_file(tmp_path: Path) -> None:
    ingested = ingest(tmp_path, {"a.csv": LONG}, REJECT)
    assert ingested.questions.rows() == [("q1", "Why?"), ("q2", "What else?")]
    assert ingested.responses.rows() == [
        ("r1", "q1", "r1", "Because", "2025-01-02", "a.csv", 2, "received"),
        ("r1", "q2", "r1", " None ", None, "a.csv", 3, "received"),
        ("r4", "q1", "r4", "four", None, "a.csv", 7, "received"),
    ]
    assert ingested.rejects.rows() == [
        ("a.csv", 9, None, None, "too_many_cells", "7 cells under 6 headers"),
        ("a.csv", 5, "q1", "response_id", "blank_id", "the cell is blank"),
        ("a.csv", 6, None, "question_id", "blank_question_id", "the cell is blank"),
        ("a.csv", 8, "q1", "response_id", "duplicate_id", "first seen in a.csv row 7"),
    ]
    assert ingested.ledger.rows() == [
        ("a.csv", "q1", 5, 2, 2, 1),
        ("a.csv", "q2", 1, 1, 0, 0),
        ("a.csv", None, 2, 0, 2, 0),
    ]
    assert ingested.respondents.rows() == [("r1", "region", "North"), ("r2", "region", "North")]
    assert_balanced(ingested)


WIDE = (
    "Response ID,Region,Do you agree?,Which matter?,Please explain,Any other comments?\n"
    'A1,North,Yes,Buses;Parks;,"Text, one",More\n'
    "A2,South,No,Parks; Buses,,\n"
    ",South,No,Parks,lost,lost too\n"
    "A1,East,No,Schools,again,\n"
    "A3,,,,N/A,\n"
)
WIDE_COLUMNS = {
    "open": ["Please explain", "Any other comments?"],
    "closed": ["Which matter?"],
    "demographics": ["Region"],
}


def test_a_wide_file(tmp_path: Path) -> None:
    ingested = ingest(tmp_path, {"a.csv": WIDE}, {**REJECT, "columns": WIDE_COLUMNS})
    explain, other = "Please explain", "any-other-comments"
    assert ingested.questions.rows() == [(explain, explain), (other, "Any other comments?")]
    assert ingested.responses.select("response_id", "question_id", "text", "source_row").rows() == [
        ("A1", explain, "Text, one", 2),
        ("A1", other, "More", 2),
        ("A3", explain, "N/A", 6),
    ]
    assert ingested.rejects.rows() == [
        ("a.csv", 4, explain, "Response ID", "blank_id", "the cell is blank"),
        ("a.csv", 4, other, "Response ID", "blank_id", "the cell is blank"),
        ("a.csv", 5, explain, "Response ID", "duplicate_id", "first seen in a.csv row 2"),
        ("a.csv", 5, other, "Response ID", "duplicate_id", "first seen in a.csv row 2"),
    ]
    assert ingested.ledger.rows() == [("a.csv", explain, 5, 2, 2, 1), ("a.csv", other, 5, 1, 2, 2)]
    assert ingested.respondents.rows() == [("A1", "Region", "North"), ("A2", "Region", "South")]
    assert ingested.answers.sort("question_id", maintain_order=True).rows() == [
        ("A1", "Do you agree?", "Yes"),
        ("A2", "Do you agree?", "No"),
        ("A1", "Which matter?", "Buses"),
        ("A1", "Which matter?", "Parks"),
        ("A2", "Which matter?", "Parks"),
        ("A2", "Which matter?", "Buses"),
    ]
    assert_balanced(ingested)


def test_a_row_that_cannot_be_read_is_rejected_for_every_question(tmp_path: Path) -> None:
    content = "id,Please explain,Other comments\n1,a b c d,e f g h\n2,a b c,d e f,extra\n"
    ingested = ingest(tmp_path, {"a.csv": content}, {"columns": {"open": ["Please explain", "Other comments"]}})
    assert ingested.rejects.select("source_row", "question_id", "reason").rows() == [
        (3, "Please explain", "too_many_cells"),
        (3, "Other comments", "too_many_cells"),
    ]
    assert_balanced(ingested)


def test_options_are_cut_only_where_a_cell_lists_several(tmp_path: Path) -> None:
    content = (
        'id,Pick?,Why?\n1,"Yes, fully",a b c d\n2,"Yes, fully",e f g h\n3,"No, never",i j k l\n4,"No, never",m n o p\n'
    )
    ingested = ingest(tmp_path, {"a.csv": content}, {"columns": {"closed": ["Pick?"], "open": ["Why?"]}})
    assert ingested.answers["option"].to_list() == ["Yes, fully", "Yes, fully", "No, never", "No, never"]


def test_options_with_a_bar_between_them_are_cut_without_being_told(tmp_path: Path) -> None:
    table = "id,Where do you operate?,Why?\n1,England|Wales,It is near to us all\n2,England|Scotland|Wales,No reason\n"
    answers = ingest(tmp_path, {"a.csv": table + "3,Wales,It is far from everywhere\n"}).answers
    assert answers.select("respondent_id", "option").rows() == [
        ("1", "England"), ("1", "Wales"), ("2", "England"), ("2", "Scotland"), ("2", "Wales"), ("3", "Wales"),
    ]  # fmt: skip


def test_without_ids_rows_are_numbered(tmp_path: Path) -> None:
    one = ingest(tmp_path, {"a.csv": "comment\nMore buses in the evening\n"})
    assert one.responses["response_id"].to_list() == ["2"]
    assert "No column of ids was found: row numbers are used. Name one with --id or" in str(describe(one)["warnings"])
    two = ingest(tmp_path, {"a.csv": "comment\nMore buses\n", "b.csv": "comment\nMore buses\n"}, {})
    assert two.responses["response_id"].to_list() == ["a.csv:2", "b.csv:2"]
    assert two.ledger["source_file"].to_list() == ["a.csv", "b.csv"]
    assert "b.csv holds exactly the same bytes as a.csv." in str(describe(two)["warnings"])


def test_duplicate_ids_stop_unless_told_otherwise(tmp_path: Path) -> None:
    content = "response_id,text\n" + "".join(f"r{n % 7},secret {n}\n" for n in range(20))
    with pytest.raises(InputError) as caught:
        ingest(tmp_path, {"a.csv": content})
    assert caught.value.code == "duplicate_ids"
    assert caught.value.message == (
        "13 rows repeat the response id of an earlier row for the same question, in column 'response_id': "
        "'r0' (a.csv row 2, a.csv row 9, a.csv row 16); 'r1' (a.csv row 3, a.csv row 10, a.csv row 17); "
        "'r2' (a.csv row 4, a.csv row 11, a.csv row 18); 'r3' (a.csv row 5, a.csv row 12, a.csv row 19); "
        "'r4' (a.csv row 6, a.csv row 13, a.csv row 20) and others."
    )
    assert 'duplicate_ids = "reject"' in caught.value.hint
    assert "--id or [columns] response_id" in caught.value.hint
    assert "If the column says who answered" in caught.value.hint
    assert "[columns] respondent_id" in caught.value.hint


def test_one_row_that_repeats_an_id_of_a_wide_file(tmp_path: Path) -> None:
    content = "id,Please explain\n1,Buses run late at night\n1,Trees are a joy to see\n2,Keep the library open\n"
    with pytest.raises(InputError) as caught:
        ingest(tmp_path, {"a.csv": content})
    assert caught.value.message.startswith("1 row repeats the response id of an earlier row, in column 'id': '1' (")
    assert "respondent_id" not in caught.value.hint


def test_duplicates_across_files_are_found(tmp_path: Path) -> None:
    files = {"a.csv": "id,text\n1,one\n", "b.csv": "id,text\n1,two\n"}
    with pytest.raises(InputError) as caught:
        ingest(tmp_path, files)
    assert "'1' (a.csv row 2, b.csv row 2)" in caught.value.message
    assert ingest(tmp_path, files, REJECT).rejects["detail"].to_list() == ["first seen in a.csv row 2"]


def test_an_answer_named_as_id_stays_out_of_the_error(tmp_path: Path) -> None:
    answer = "This is a long answer that somebody gave to the question"
    content = f"id,text\n1,{answer}\n2,{answer}\n"
    with pytest.raises(InputError) as caught:
        ingest(tmp_path, {"a.csv": content}, {"columns": {"response_id": "text", "text": "id"}})
    assert answer not in str(caught.value)


def test_a_blank_first_row_does_not_push_out_the_second(tmp_path: Path) -> None:
    ingested = ingest(tmp_path, {"a.csv": "response_id,text\nr1,\nr1,something\n"})
    assert ingested.responses["text"].to_list() == ["something"]
    assert ingested.ledger.rows() == [("a.csv", "q1", 2, 1, 0, 1)]


def test_wordings_stand_in_for_question_ids(tmp_path: Path) -> None:
    content = "question,answer\nWhy not?,a\nWhat else?,b\nWhy not?,c\nWhat else?,d\n,e\n"
    ingested = ingest(tmp_path, {"a.csv": content})
    assert ingested.responses.select("question_id", "text").rows() == [
        ("why-not", "a"),
        ("what-else", "b"),
        ("why-not", "c"),
        ("what-else", "d"),
    ]
    assert ingested.rejects.select("column", "reason").rows() == [("question", "blank_question_id")]


def test_a_header_may_have_any_name(tmp_path: Path) -> None:
    content = "source_row,position,respondent_id,text,fault\n1,x,p,a b c,y\n2,x,p,d e f,y\n"
    config = {"columns": {"response_id": "source_row", "open": ["text", "fault"], "demographics": ["position"]}}
    ingested = ingest(tmp_path, {"a.csv": content}, config)
    assert ingested.responses["response_id"].to_list() == ["1", "1", "2", "2"]


def test_two_files_of_one_name_and_no_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\na\n")
    with pytest.raises(InputError) as caught:
        read_responses([path, path], AnalysisConfig())
    assert caught.value.code == "same_file_name"
    with pytest.raises(InputError) as none:
        read_responses([], AnalysisConfig())
    assert none.value.code == "no_files"


def test_the_report_is_json_and_holds_no_answers(tmp_path: Path) -> None:
    report = describe(ingest(tmp_path, {"a.csv": LONG}, REJECT))
    written = json.dumps(report)
    assert report["totals"] == {"n_read": 8, "n_responses": 3, "n_rejected": 4, "n_blank": 1}
    assert report["n_respondents"] == 2
    assert report["questions"] == [
        {"question_id": "q1", "wording": "Why?", "n_read": 5, "n_responses": 2, "n_rejected": 2, "n_blank": 1},
        {"question_id": "q2", "wording": "What else?", "n_read": 1, "n_responses": 1, "n_rejected": 0, "n_blank": 0},
    ]
    assert REASONS["blank_id"] in written
    assert "Because" not in written
    assert report["sources"][0]["rows"] == 8  # type: ignore[index]


def test_an_open_question_that_repeats_few_values_is_told(tmp_path: Path) -> None:
    content = "id,Why?\n" + "".join(f"{n},{'one' if n % 2 else 'two'}\n" for n in range(30))
    report = describe(ingest(tmp_path, {"a.csv": content}, {"columns": {"open": ["Why?"]}}))
    assert any("only 2 different texts" in warning for warning in report["warnings"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("header", "warned"),
    [("Please explain", False), ("comment", False), ("What do you think of it?", False), ("Column 7", True)],
)
def test_a_column_taken_by_its_content_alone_is_told(tmp_path: Path, header: str, warned: bool) -> None:
    content = f"id,{header}\n1,Buses run late at night\n2,Trees are a joy to see\n3,Keep the library open\n"
    warnings = describe(ingest(tmp_path, {"a.csv": content}))["warnings"]
    told = f"Taken as people's own words by what it holds: {header!r}. If that is wrong, name the right ones with "
    assert ([f"{told}--open or [columns] open."] if warned else []) == warnings


CELLS = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12), wide=st.booleans())
def test_any_text_comes_back_and_the_ledger_balances(rows: list[tuple[str, str, str]], wide: bool) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(["key", "a", "b"])
    writer.writerows(rows)
    columns = {"response_id": "key", **({"open": ["a", "b"]} if wide else {"question_id": "a", "text": "b"})}
    config = AnalysisConfig.model_validate({**REJECT, "columns": columns})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(buffer.getvalue().encode())
        if not any(any(row) for row in rows):
            with pytest.raises(InputError):
                read_responses([path], config)
            return
        ingested = read_responses([path], config)
    assert_balanced(ingested)
    read = sum(any(row) for row in rows)
    assert ingested.ledger["n_read"].sum() == read * (2 if wide else 1)
    for response_id, question_id, text, row in ingested.responses.select(
        "response_id", "question_id", "text", "source_row"
    ).iter_rows():
        key, a, b = rows[row - 2]
        assert response_id == key
        assert (question_id, text) == (("a", a) if question_id == "a" else ("b", b)) if wide else (a, b)


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled sets are not beside the project")
@pytest.mark.parametrize("path", sorted(DATA.glob("*/responses.csv")), ids=lambda path: path.parent.name)
def test_labelled_sets_are_read_whole(path: Path) -> None:
    ingested = read_responses([path], AnalysisConfig())
    assert_balanced(ingested)
    assert ingested.rejects.height == 0
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert ingested.ledger["n_read"].sum() == len(rows)
    written = {(row["question_id"], row["response_id"]): row["text"] for row in rows}
    read = ingested.responses.select("question_id", "response_id", "text").iter_rows()
    assert all(written[(question_id, response_id)] == text for question_id, response_id, text in read)
