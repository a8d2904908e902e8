"""What each survey tool writes is recognised by its content, and counted right."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from consult.config import AnalysisConfig
from consult.errors import ConfigError
from consult.ingest import Ingested, describe, read_responses

DATA = Path(__file__).parents[4] / "shared" / "data" / "export_formats"

# File -> layout, open questions, responses, blanks, rejects: counted by eye, and with the csv module and openpyxl.
COUNTED: dict[str, tuple[str, int, int, int, int]] = {
    "constructed/citizen_space_style.xlsx": ("citizen_space", 1, 5, 0, 0),
    "constructed/excel_resaved_cp1252_scientific_ids.csv": ("table", 1, 5, 0, 0),
    "constructed/google_forms.csv": ("google_forms", 1, 5, 0, 0),
    "constructed/googlesheets_dummyfunction.xlsx": ("table", 1, 5, 0, 0),
    "constructed/govuk_forms_anytown_streets_A1B2C3D0.csv": ("govuk_forms", 1, 1, 0, 0),
    "constructed/govuk_forms_anytown_streets_A1B2C3D1.csv": ("govuk_forms", 1, 1, 0, 0),
    "constructed/limesurvey_codes.csv": ("limesurvey", 1, 5, 0, 0),
    # A third question for own words was left empty by all five people; it is left out, and told.
    "constructed/microsoft_forms.xlsx": ("microsoft_forms", 2, 10, 0, 0),
    "constructed/surveymonkey_expanded_2_header_rows.csv": ("surveymonkey", 1, 5, 0, 0),
    # The last row is a total.
    "constructed/title_block_merged_hidden_sheet.xlsx": ("table", 1, 5, 0, 1),
    "constructed/typeform.csv": ("typeform", 1, 5, 0, 0),
    "real/dhsc_manifest.xlsx": ("manifest", 0, 0, 0, 0),
    "real/dhsc_responses_2024-01-09.xlsx": ("dhsc", 2, 33, 7, 0),
    "real/dhsc_responses_2024-01-09_easyread.xlsx": ("dhsc", 2, 33, 7, 0),
    "real/dhsc_responses_2024-01-09_hard_copies.xlsx": ("dhsc", 2, 6, 0, 0),
    # 28 columns of people's own words with an answer in 60 rows; what stands beside options ("other") is not counted.
    "real/efs_unipark_3header_latin1_semicolon_first60.csv": ("unipark", 28, 242, 1438, 0),
    # 40 rows; 3, 6 and 14 blanks.
    "real/idotai_consult_data_template_v005.xlsx": ("table", 3, 97, 23, 0),
    "real/idotai_consultation_analyser_chocolate.json": ("analyser", 8, 80, 0, 0),
    "real/idotai_consultation_analyser_upload.json": ("analyser", 2, 4, 0, 0),
    "real/idotai_qu_format_a_numeric.xlsx": ("column_list", 0, 0, 0, 0),
    "real/idotai_qu_format_b_instruction.xlsx": ("column_list", 0, 0, 0, 0),
    "real/idotai_responses_biomass_format.csv": ("codes_above", 0, 0, 0, 0),
    "real/idotai_responses_lgr_format.csv": ("citizen_space", 2, 10, 0, 0),
    "real/kouchou_ai_sample_comments_ja.csv": ("table", 1, 400, 0, 0),
    "real/polis_comments.csv": ("polis", 1, 896, 0, 0),
    "real/polis_participants_votes.csv": ("polis_votes", 0, 0, 0, 0),
    "real/polis_summary.csv": ("polis_summary", 0, 0, 0, 0),
    "real/qualtrics_csv_3_header_rows.csv": ("qualtrics", 0, 0, 0, 0),
    "real/qualtrics_survey.qsf": ("qualtrics_survey", 0, 0, 0, 0),
    # 983 records: the agency's notice is rejected, one comment is blank.
    "real/regsgov_bulk_download_names_redacted.csv": ("regulations_gov", 1, 981, 1, 1),
}  # fmt: skip
# The same of letters, which have no layout: what each part was read as.
LETTERS: dict[str, tuple[list[str], list[str], list[str], int, int, int]] = {
    # The answer stands under "Question 4."; the letterhead and the footer are no part of it.
    "constructed/letter.docx": (["letter"], ["q4"], ["letterhead", "page headers and footers"], 1, 0, 0),
    "constructed/letter_two_column.pdf": (["letter"], ["letter"], ["page headers and footers"], 1, 0, 0),
    # The attachment is a source of its own.
    "constructed/reply_with_quote_and_attachment.eml": (
        ["e-mail", "letter"], ["letter", "q4"],
        ["quoted mail", "signature", "letterhead", "letterhead", "page headers and footers"], 2, 0, 0,
    ),
    # A report, not a response: kept whole, and a person is asked.
    "real/austin_kps_hierarchical_report.docx": (["letter"], ["letter"], [], 1, 0, 0),
}  # fmt: skip


def looked_at(path: Path) -> tuple[str, int, int, int, int]:
    report = describe(read_responses([path], AnalysisConfig(), allow_none=True))
    source, totals = report["sources"][0], report["totals"]  # type: ignore[index]
    counts = [totals[name] for name in ("n_responses", "n_blank", "n_rejected")]  # type: ignore[index]
    assert source["layout_reasons"]
    assert totals["n_read"] == sum(counts)  # type: ignore[index]
    assert bool(report["needs"]) == (not report["questions"])
    return (source["layout"], len(report["questions"]), *counts)  # type: ignore[arg-type, return-value]


@pytest.mark.skipif(not DATA.is_dir(), reason="the export formats are not beside the project")
@pytest.mark.parametrize("name", COUNTED)
def test_a_file_of_a_survey_tool_is_read_as_a_person_counted_it(name: str) -> None:
    assert looked_at(DATA / name) == COUNTED[name]


@pytest.mark.skipif(not DATA.is_dir(), reason="the export formats are not beside the project")
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_read_as_a_person_counted_it(name: str) -> None:
    report = describe(read_responses([DATA / name], AnalysisConfig(), allow_none=True))
    sources: list[dict[str, Any]] = report["sources"]  # type: ignore[assignment]
    totals: dict[str, int] = report["totals"]  # type: ignore[assignment]
    assert all(source["layout_reasons"] for source in sources)
    assert totals["n_read"] == totals["n_responses"] + totals["n_blank"] + totals["n_rejected"]
    assert LETTERS[name] == (
        [source["read_as"] for source in sources],
        [question for source in sources for question in source["answers"]],
        [kind for source in sources for kind in source["set_apart"]],
        totals["n_responses"],
        totals["n_blank"],
        totals["n_rejected"],
    )


@pytest.mark.skipif(not DATA.is_dir(), reason="the export formats are not beside the project")
def test_every_file_was_counted() -> None:
    assert {str(path.relative_to(DATA)) for path in DATA.glob("*/*")} == set(COUNTED) | set(LETTERS)


def test_a_letter_as_long_as_a_report_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(
        "The path floods each winter and the hill is steep. \n" * 1000, encoding="utf-8"
    )
    (tmp_path / "letter.txt").write_text("The path floods each winter and the hill is steep. \n", encoding="utf-8")
    report = describe(read_responses([tmp_path / "report.txt", tmp_path / "letter.txt"], AnalysisConfig()))
    asked = [warning for warning in report["warnings"] if "report" in warning]  # type: ignore[attr-defined]
    assert asked == [
        "'report.txt' is read as one response of 52,000 characters. If it is a report or a collection of responses, "
        "leave it out, or give each response a file of its own."
    ]


QUALTRICS = (
    "StartDate,EndDate,Status,Progress,Finished,RecordedDate,ResponseId,Q1,Q2_1,Q2_2,Q3_TEXT\n"
    "Start Date,End Date,Response Type,Progress,Finished,Recorded Date,Response ID,Do you agree?,What matters? - Price,"
    'What matters? - Speed,"Why, in your\nown words?"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}",'
    '"{""ImportId"":""progress""}","{""ImportId"":""finished""}","{""ImportId"":""recordedDate""}",'
    '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}",'
    '"{""ImportId"":""QID3""}"\n'
    "2025-01-01 10:00:00,2025-01-01 10:05:00,Survey Preview,100,True,2025-01-01 10:05:00,R_0,Yes,Price,,only a try\n"
    "2025-01-02 10:00:00,2025-01-02 10:05:00,IP Address,100,True,2025-01-02 10:05:00,R_1,Yes,Price,Speed,It is dear\n"
    "2025-01-03 10:00:00,2025-01-03 10:05:00,IP Address,40,False,2025-01-03 10:05:00,R_2,No,,,None\n"
    "2025-01-04 10:00:00,2025-01-04 10:05:00,IP Address,100,True,2025-01-04 10:05:00,R_3,No,,Speed,\n"
)
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,What is your view?,Which matter?,,,Anything else?\n"
    ",,,,Response,Buses,Trams,Other (please specify),Open-Ended Response\n"
    "1,9,01/02/2025 10:00,01/02/2025 10:05,For,Buses,Trams,,Keep the night bus going\n"
    "2,9,01/03/2025 10:00,01/03/2025 10:05,Against,,Trams,Boats,n/a\n"
    "3,9,01/04/2025 10:00,01/04/2025 10:05,For,Buses,,,\n"
)
MICROSOFT = (
    (
        "ID,Start time,Completion time,Email,Name,Do you agree?,Which apply?,Please explain your answer\n"
        "1,2025-01-01 10:00:00,2025-01-01 10:05:00,anonymous,,Yes,Red;Blue, navy;,The green is far too small\n"
        "2,2025-01-02 10:00:00,2025-01-02 10:05:00,anonymous,,No,Red;,Nothing to add to what I said\n"
        "3,2025-01-03 10:00:00,2025-01-03 10:05:00,anonymous,,No,Blue, navy;Red;,\n"
    )
    .replace("Red;Blue, navy;", '"Red;Blue, navy;"')
    .replace("Blue, navy;Red;", '"Blue, navy;Red;"')
)
GOOGLE = (
    "Timestamp,Do you agree?,Which apply? (tick all),Please explain your answer\n"
    '2025/01/01 9:10:00 AM GMT,Yes,"Walking, Another, please say",The path floods each winter\n'
    '2025/01/02 9:10:00 AM GMT,No,"Cycling, Walking",The hill is steep for most people\n'
    "2025/01/03 9:10:00 AM GMT,No,Walking,No lights on the way to school\n"
    '2025/01/04 9:10:00 AM GMT,Yes,"Cycling, Another, please say",\n'
    '2025/01/05 9:10:00 AM GMT,Yes,"Walking, by the river",Keep the dogs on their leads\n'
)
TYPEFORM = (
    "#,Do you agree?,Walking,Cycling,Other,Please tell us why,Response Type,Start Date (UTC),Stage Date (UTC),"
    "Submit Date (UTC),Network ID,Tags,Ending\n"
    "aa01,Yes,Walking,,,The path floods each winter,completed,2025-01-01 10:00:00,,2025-01-01 10:05:00,n1,,\n"
    "aa02,No,Walking,Cycling,Skating,The hill is steep for most,completed,2025-01-02 10:00:00,,2025-01-02 10:05:00,"
    "n2,,\n"
    "aa03,No,,Cycling,,,started,2025-01-03 10:00:00,,,n3,,\n"
)
LIMESURVEY = (
    '"id";"submitdate";"lastpage";"startlanguage";"seed";"startdate";"datestamp";"Q1[SQ1]";"Q1[SQ2]";"Q1[other]";"Q2"\n'
    '"1";"2025-01-01 10:00:00";"2";"en";"5";"2025-01-01 09:50:00";"2025-01-01 10:00:00";"Y";"";"";'
    '"The path floods each winter"\n'
    '"2";"";"2";"en";"6";"2025-01-02 09:50:00";"2025-01-02 10:00:00";"Y";"Y";"Skating";"The hill is steep for most"\n'
)
CITIZEN = (
    "Response ID,1 - Do you agree?,2 - Which apply? - Walking,2 - Which apply? - Cycling,3 - Why? - Please explain,"
    "3 - Why? - Please explain - Analyst notes,3 - Why? - Tags\n"
    "ANON-AAAA-1111-A,Yes,Walking,Not Answered,The path floods each winter,seen,flooding; path\n"
    "ANON-AAAA-1112-B,Not Answered,Walking,Cycling,Not Answered,,\n"
    "ANON-AAAA-1113-C,No,Not Answered,Not Answered,The hill is steep for most,,slope\n"
)
UNIPARK = (
    ";;Welches Verkehrsmittel?;Welches Verkehrsmittel?;Warum?\n"
    "number;disposition code;Rad;Tram;Reason\n"
    "lfdn;dispcode;v_1;v_2;v_3\n"
    "1;Completed (31);quoted;not quoted;The path floods each winter\n"
    "2;Suspended (22);-77;-77;-66\n"
    "3;Completed (31);quoted;quoted;-99\n"
)
DHSC = (
    "What is your age?,Do you agree?,Please explain your answer_1,Response ID,Status,Created,Started,Updated,Completed,"
    "Modified\n"
    + "".join(
        f"25 to 34,Agree,The path floods each winter here {n},id-{n},completed" + ",2025-01-01 10:00:00" * 5 + "\n"
        for n in range(3)
    )
)
GOVUK = (
    "Reference,Submitted at,Do you agree?,Please explain your answer\n"
    "AB12CD34,2025-01-01T10:00:00Z,Yes,It floods each winter\n"
)
SMARTSURVEY = (
    "UserID,UserNo,Name,Email,IP Address,Started,Ended,Tracking,1. Which matter?,,2. Why do you say so?\n"
    ",,,,,,,,Buses,Trams,\n"
    "71,1,,,10.0.0.1,01/02/2025,01/02/2025,,Buses,,Keep the night bus going\n"
    "72,2,,,10.0.0.2,01/02/2025,01/02/2025,,Buses,Trams,The stop is far from us\n"
)
REGULATIONS = (
    "Document ID,Agency ID,Docket ID,Tracking Number,Document Type,Posted Date,First Name,Comment,Attachment Files\n"
    "X-1,X,X-2025,t1,Notice,2025-01-01T05:00Z,,,https://a.example/1.pdf\n"
    "X-2,X,X-2025,t2,Public Submission,2025-01-02T05:00Z,Ann,The path floods each winter,\n"
    "X-3,X,X-2025,t3,Public Submission,2025-01-03T05:00Z,Bob,See attached file(s),https://a.example/2.pdf\n"
)
POLIS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    "1518501496471,Tue Feb 13 12:58:16 UTC 2018,0,7,4,1,1,The path floods each winter\n"
    "1518501496472,Tue Feb 13 12:58:17 UTC 2018,1,7,0,1,-1,Free boats for all\n"
)
CODES = (
    "Ident 1,Ident 2,Ident 3\n"
    "What is your name?,Do you agree with the plan as it stands?,Please explain the reasons for your answer in full\n"
    "\n"
    ",Yes,The path floods each winter\n"
    ",No,The hill is steep for most people\n"
    ",Yes,\n"
)
SPANS = (
    "Ref,Which matter to you?,,,Why do you say so?\n"
    ",Buses,Trams,Trains,\n"
    "r1,Buses,,Trains,Keep the night bus going\n"
    "r2,,Trams,,The stop is far from us\n"
)
TOTALS = (
    "Ref,Do you agree?,Please explain your answer\n"
    "1,Yes,The path floods each winter\n"
    "2,No,\n"
    "Total,2,1\n"
)  # fmt: skip
OWN: dict[str, tuple[str, str, int, int, int, int]] = {
    "Qualtrics": (QUALTRICS, "qualtrics", 1, 2, 1, 1),
    "Qualtrics without its third row": (
        "\n".join(line for line in QUALTRICS.split("\n") if "ImportId" not in line), "qualtrics", 1, 2, 1, 1,
    ),
    "SurveyMonkey": (SURVEYMONKEY, "surveymonkey", 1, 2, 1, 0),
    "Microsoft Forms": (MICROSOFT, "microsoft_forms", 1, 2, 1, 0),
    "Google Forms": (GOOGLE, "google_forms", 1, 4, 1, 0),
    "Typeform": (TYPEFORM, "typeform", 1, 2, 1, 0),
    "LimeSurvey": (LIMESURVEY, "limesurvey", 1, 2, 0, 0),
    "Citizen Space": (CITIZEN, "citizen_space", 1, 2, 1, 0),
    "Unipark": (UNIPARK, "unipark", 1, 1, 2, 0),
    "DHSC": (DHSC, "dhsc", 1, 3, 0, 0),
    "GOV.UK Forms": (GOVUK, "govuk_forms", 1, 1, 0, 0),
    "SmartSurvey": (SMARTSURVEY, "smartsurvey", 1, 2, 0, 0),
    "regulations.gov": (REGULATIONS, "regulations_gov", 1, 2, 0, 1),
    "Polis": (POLIS, "polis", 1, 2, 0, 0),
    "codes above the questions": (CODES, "codes_above", 1, 2, 1, 0),
    "questions over their options": (SPANS, "spans", 1, 2, 0, 0),
    "a total below": (TOTALS, "table", 1, 1, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_a_small_file_as_each_tool_writes_it(tmp_path: Path, name: str) -> None:
    content, *expected = OWN[name]
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert looked_at(path) == tuple(expected)


def read(tmp_path: Path, content: str, config: dict[str, object] | None = None) -> Ingested:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    return read_responses([path], AnalysisConfig.model_validate(config or {}), allow_none=True)


def chosen(ingested: Ingested) -> dict[tuple[str, str], int]:
    return dict(Counter(ingested.answers.select("question_id", "option").rows()))


@pytest.mark.parametrize(
    ("content", "question", "options"),
    [
        (QUALTRICS, "What matters?", {"Price": 1, "Speed": 2}),
        (SURVEYMONKEY, "Which matter?", {"Buses": 2, "Trams": 2, "Boats": 1}),
        (MICROSOFT, "Which apply?", {"Red": 3, "Blue, navy": 2}),
        (GOOGLE, "Which apply? (tick all)", {"Walking": 3, "Cycling": 2, "Another, please say": 2,
                                              "Walking, by the river": 1}),
        (TYPEFORM, "Walking / Cycling / Other", {"Walking": 2, "Cycling": 2, "Skating": 1}),
        (LIMESURVEY, "Q1", {"SQ1": 2, "SQ2": 1, "Skating": 1}),
        (CITIZEN, "2 - Which apply?", {"Walking": 2, "Cycling": 1}),
        (UNIPARK, "Welches Verkehrsmittel?", {"Rad": 2, "Tram": 1}),
        (SMARTSURVEY, "1. Which matter?", {"Buses": 2, "Trams": 1}),
        (SPANS, "Which matter to you?", {"Buses": 1, "Trams": 1, "Trains": 1}),
    ],
)  # fmt: skip
def test_options_in_columns_and_cells_are_one_question(
    tmp_path: Path, content: str, question: str, options: dict[str, int]
) -> None:
    found = chosen(read(tmp_path, content))
    assert {option: n for (asked, option), n in found.items() if asked == question} == options


def test_rows_that_are_no_response_are_rejected_with_their_reason(tmp_path: Path) -> None:
    rejects = [
        read(tmp_path, content).rejects.select("source_row", "reason").rows()
        for content in (QUALTRICS, REGULATIONS, TOTALS)
    ]
    assert rejects == [[(4, "test_row")], [(2, "agency_document")], [(4, "totals_row")]]


def test_unfinished_responses_are_kept_and_told_or_rejected(tmp_path: Path) -> None:
    kept = read(tmp_path, QUALTRICS)
    assert 'a.csv: Caution: 1 response started and not finished: kept; [ingest] unfinished = "reject"' in str(
        describe(kept)["warnings"]
    )
    rejected = read(tmp_path, QUALTRICS, {"ingest": {"unfinished": "reject"}})
    assert rejected.rejects["reason"].to_list() == ["test_row", "unfinished"]
    assert rejected.responses["response_id"].to_list() == ["R_1"]


def test_an_answer_is_no_total_and_no_code(tmp_path: Path) -> None:
    content = "Ref,Why do you say so?\n1,Total\n2,-66\nTotal,It adds up to nothing\n"
    assert read(tmp_path, content).responses["text"].to_list() == ["Total", "-66", "It adds up to nothing"]


def test_a_layout_can_be_set(tmp_path: Path) -> None:
    plain = read(tmp_path, CODES, {"ingest": {"layout": "table"}, "columns": {"open": ["Ident 3"]}})
    assert plain.sources[0]["layout_source"] == "configured"
    assert plain.responses["text"].to_list()[0] == "Please explain the reasons for your answer in full"
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, CODES, {"ingest": {"layout": "word perfect"}})
    assert caught.value.code == "layout_unknown"
    assert "qualtrics" in caught.value.hint


def test_wordings_stand_beside_codes(tmp_path: Path) -> None:
    question = read(tmp_path, CODES).mapping.questions[0]
    assert (question.column, question.wording) == ("Ident 3", "Please explain the reasons for your answer in full")
    assert read(tmp_path, QUALTRICS).mapping.questions[0].wording == "Why, in your\nown words?"


def test_answers_that_look_like_codes_are_no_header(tmp_path: Path) -> None:
    content = "Q1,Q2,Q3\nYes I do,The path floods,Too dear for me\nNo I do not,The hill is steep,I agree with all\n"
    ingested = read(tmp_path, content, {"columns": {"open": ["Q1", "Q2", "Q3"]}})
    assert ingested.ledger["n_read"].to_list() == [2, 2, 2]


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def test_sheets_with_one_header_are_added_together_and_a_guide_is_passed_over(tmp_path: Path) -> None:
    header = ["Ref", "Do you agree?", "Please explain your answer"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        workbook(
            {
                "Guide": [["How to fill this in"], ["First", "write", ""], ["Second", "", "send"], ["", "", "done"]],
                "May": [header, ["1", "Yes", "The path floods each winter"], ["2", "No", ""]],
                "June": [header, ["3", "Yes", "The hill is steep for most"]],
            }
        )
    )
    ingested = read_responses([path], AnalysisConfig())
    assert ingested.ledger.select("source_file", "n_read", "n_responses", "n_blank").rows() == [
        ("a.xlsx [May]", 2, 1, 1),
        ("a.xlsx [June]", 1, 1, 0),
    ]
    assert ingested.responses.select("response_id", "source_file", "source_row").rows() == [
        ("1", "a.xlsx [May]", 2),
        ("3", "a.xlsx [June]", 2),
    ]
