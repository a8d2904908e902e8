"""Letters and mails become responses: split at headings, whole to the character, and marked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import REASONS, Ingested, describe, read_responses
from tests.consult.documents.making import mail, opendocument, outlook, paragraph, pdf, word, zipped


def read(tmp_path: Path, files: dict[str, bytes | str], **config: object) -> Ingested:
    paths = []
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return read_responses(paths, AnalysisConfig.model_validate(config))


def shown(read: Ingested) -> dict[str, str]:
    """Response id and question -> its text with what is marked between brackets."""
    texts = {}
    for row in read.responses.iter_rows(named=True):
        mine = read.marks.filter(
            (pl.col("response_id") == row["response_id"]) & (pl.col("question_id") == row["question_id"])
        )
        out, at = "", 0
        for start, end, kind in mine.select("start", "end", "kind").iter_rows():
            if kind != "line_end":
                out += f"{row['text'][at:start]}[{kind}: {row['text'][start:end]}]"
                at = end
        texts[f"{row['question_id']} {row['response_id']}"] = out + row["text"][at:]
    return texts


def balance(read: Ingested) -> tuple[int, int, int, int]:
    sums = tuple(int(read.ledger[name].sum()) for name in ("n_read", "n_responses", "n_rejected", "n_blank"))
    assert sums[0] == sum(sums[1:])
    assert sums[1] == read.responses.height and sums[2] == read.rejects.height
    return sums


LETTER = "Dear Sir,\nMore buses – ŵ 😀 \u202bשלום\u202c\nYours faithfully\nAnn Other\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", LETTER),
        ("a.docx", word(LETTER.rstrip("\n").split("\n"))),
        ("a.odt", opendocument(LETTER.rstrip("\n").split("\n"))),
        ("a.eml", mail(LETTER, line_end="\n")),
        ("a.msg", outlook(LETTER)),
        ("a.html", "<title>x</title><div>" + LETTER.replace("\n", "<br>") + "</div>"),
    ],
)
def test_a_letter_without_headings_is_one_response_whole(tmp_path: Path, name: str, content: bytes | str) -> None:
    ingested = read(tmp_path, {name: content})
    assert ingested.responses["text"].to_list() == [LETTER]
    assert shown(ingested) == {
        f"letter {name}": "[letterhead: Dear Sir,\n]More buses – ŵ 😀 \u202bשלום\u202c\n"
        "[signature: Yours faithfully\nAnn Other\n]"
    }
    assert balance(ingested) == (1, 1, 0, 0)
    assert ingested.questions.rows() == [("letter", "Letters and e-mails, as a whole")]


def test_headings_found_in_letters_name_the_questions(tmp_path: Path) -> None:
    ingested = read(
        tmp_path,
        {
            "a.docx": word(
                ["14 March", "Dear Sir,", "Question 4. The bus is late", "Q2", "No view", "Question 10: Why?", ""]
            ),
            "b.txt": "Response to question 4 - fares\nToo high\nQuestion 4 is badly worded, by the way.\n",
        },
    )
    assert shown(ingested) == {
        "q4 a.docx": "[letterhead: 14 March\nDear Sir,\n][heading: Question 4. ]The bus is late\n",
        "q2 a.docx": "[heading: Q2]\nNo view\n",
        "q4 b.txt": "[heading: Response to question 4 - ]fares\nToo high\nQuestion 4 is badly worded, by the way.\n",
    }
    assert ingested.questions["question_id"].to_list() == ["q2", "q4"]
    # Question 10 has nothing under it.
    assert balance(ingested) == (4, 3, 0, 1)


TABLE = (
    "id,Q1. Do you agree with the plan for the high street?,4a Please explain your answer about parking spaces\n"
    'R1,"I agree, because the shops need people to walk past them","Forty spaces is far too many to lose at once"\n'
    'R2,"No, it will send everybody to the retail park instead","The residents have nowhere else to leave a car"\n'
)


def test_headings_are_held_against_the_questions_of_a_table(tmp_path: Path) -> None:
    letter = (
        "I write as a shopkeeper. This plan worries me.\n"
        "Question 4(a)\nKeep them.\n"
        "Question 9\nNothing asked.\n"
        "Do you agree with the plan for the High Street\nNo!\n"
    )
    ingested = read(tmp_path, {"t.csv": TABLE, "a.txt": letter})
    by_letter = ingested.responses.filter(pl.col("source_file") == "a.txt")
    first, second = ingested.questions["question_id"].to_list()[:2]
    assert by_letter.select("question_id", "response_id", "text").rows() == [
        ("letter", "a.txt", "I write as a shopkeeper. This plan worries me.\n"),
        (second, "a.txt", "Question 4(a)\nKeep them.\n"),
        ("letter", "a.txt#2", "Question 9\nNothing asked.\n"),
        (first, "a.txt", "Do you agree with the plan for the High Street\nNo!\n"),
    ]
    assert "".join(by_letter["text"]) == letter
    assert by_letter["source_row"].to_list() == [1, 2, 4, 6]
    assert any("'Question 9'" in warning for warning in describe(ingested)["warnings"])
    assert ingested.respondents.filter(pl.col("field") == "channel").rows() == [
        ("a.txt", "channel", "letter"), ("R1", "channel", "table"), ("R2", "channel", "table"),
    ]  # fmt: skip


def test_questions_of_letters_can_be_configured(tmp_path: Path) -> None:
    ingested = read(
        tmp_path,
        {"a.txt": "Should the tram run to the harbour?\nYes\nQuestion 7\nNo\n"},
        letters={"questions": {"tram": "3. Should the tram run to the harbour?", "q7": "Anything else?"}},
    )
    assert ingested.responses.select("question_id", "text").rows() == [
        ("tram", "Should the tram run to the harbour?\nYes\n"),
        ("q7", "Question 7\nNo\n"),
    ]
    assert ingested.questions.rows()[0] == ("tram", "3. Should the tram run to the harbour?")


REPLY = """Dear team,

Safer crossings, please.

> Q4 Please explain your answer
My son was nearly hit.

Many thanks
Ann
12 High Street

P.S. And trees.

This e-mail and any attachments are confidential.

-----Original Message-----
From: team@example.org
Subject: Streets

Question 1: what do you think?
"""


def test_what_is_quoted_signed_or_disclaimed_is_marked_and_stays(tmp_path: Path) -> None:
    ingested = read(tmp_path, {"a.eml": mail(REPLY, subject="RE: Streets", line_end="\n")})
    assert "".join(ingested.responses["text"]) == REPLY
    assert shown(ingested) == {
        "letter a.eml": "[letterhead: Dear team,\n]\nSafer crossings, please.\n\n",
        "q4 a.eml": "[quoted: > Q4 Please explain your answer\n]My son was nearly hit.\n\n"
        "[signature: Many thanks\nAnn\n12 High Street\n]\nP.S. And trees.\n\n"
        "[disclaimer: This e-mail and any attachments are confidential.\n]\n"
        "[quoted: -----Original Message-----\nFrom: team@example.org\nSubject: Streets\n\n"
        "Question 1: what do you think?\n]",
    }


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        (
            "FW: Streets",
            "Please log this.\n\nFrom: Ann\nSent: Monday\nTo: team\nSubject: Streets\n\nKeep the trees.\n",
            "Please log this.\n\n[quoted: From: Ann\nSent: Monday\nTo: team\nSubject: Streets\n]\nKeep the trees.\n",
        ),
        (
            "RE: Streets",
            "On Mon, 3 Mar 2025 at 09:00, Team <team@example.org>\nwrote:\n> Any views?\n",
            "[quoted: On Mon, 3 Mar 2025 at 09:00, Team <team@example.org>\nwrote:\n]> Any views?\n",
        ),
        (
            "RE: Streets",
            "No.\n\nOn Mon, 3 Mar 2025 at 09:00, Team wrote:\n> Any views?\n",
            "No.\n\n[quoted: On Mon, 3 Mar 2025 at 09:00, Team wrote:\n> Any views?\n]",
        ),
        ("x", "Trees.\n-- \nAnn\nClerk\n", "Trees.\n[signature: -- \nAnn\nClerk\n]"),
        ("x", "Trees.\nSent from my iPhone\n", "Trees.\n[signature: Sent from my iPhone\n]"),
        ("x", "Thanks\n\nThe bus is late every single day, and so I cannot get to work on time at all.\n",
         "[signature: Thanks\n]\nThe bus is late every single day, and so I cannot get to work on time at all.\n"),
    ],
)  # fmt: skip
def test_forwards_replies_and_signatures(tmp_path: Path, subject: str, text: str, expected: str) -> None:
    ingested = read(tmp_path, {"a.eml": mail(text, subject=subject, line_end="\n")})
    assert shown(ingested) == {"letter a.eml": expected}


def test_an_attachment_is_its_own_source_and_its_mail_says_who_and_when(tmp_path: Path) -> None:
    attached = {
        "letter.docx": word(["Question 2", "More trees"]),
        "scan.png": b"\x89PNG\r\n\x1a\n....",
        "t.csv": b"a,b\n1,2\n",
    }
    ingested = read(tmp_path, {"a.eml": mail("Please see attached.\n", attached=attached)})
    assert ingested.responses.select("response_id", "question_id", "respondent_id", "submitted_at").rows() == [
        ("a.eml", "letter", "a.eml", "Fri, 14 Mar 2025 09:15:00 +0000"),
        ("a.eml/letter.docx", "q2", "a.eml", "Fri, 14 Mar 2025 09:15:00 +0000"),
    ]
    assert ingested.rejects.select("source_file", "reason").rows() == [
        ("a.eml/scan.png", "needs_transcription"), ("a.eml/t.csv", "not_read"),
    ]  # fmt: skip
    assert balance(ingested) == (4, 2, 2, 0)


def test_a_scan_goes_to_the_ledger_as_needing_transcription(tmp_path: Path) -> None:
    pages = [["Question 1", "We like it."], [], ["And more."]]
    picture = word('<w:p><w:r><w:drawing><a:blip xmlns:a="a"/></w:drawing></w:r></w:p>')
    ingested = read(tmp_path, {"a.pdf": pdf(pages, pictures=[1]), "b.pdf": pdf([[]], pictures=[0]), "c.docx": picture})
    assert ingested.rejects.select("source_file", "source_row", "reason").rows() == [
        ("a.pdf", 2, "needs_transcription"), ("b.pdf", 1, "needs_transcription"), ("c.docx", 1, "needs_transcription"),
    ]  # fmt: skip
    assert ingested.responses.select("question_id", "source_row").rows() == [("q1", 1)]
    assert balance(ingested) == (4, 1, 3, 0)
    assert REASONS["needs_transcription"]


def test_page_headers_and_broken_lines_of_a_pdf_are_marked(tmp_path: Path) -> None:
    bodies = (
        [
            "We object to the plan for the",
            "High Street as it stands, and",
            "we ask that forty parking",
            "spaces are kept.",
        ],
        ["The last bus leaves at six, so", "that nobody can get home from", "work without a car or a long", "walk."],
        ["A crossing by the school would", "let children walk there on", "their own, as we did when we", "were small."],
    )
    pages = [["Traders of Anytown", *body, f"Page {n} of 3"] for n, body in enumerate(bodies, start=1)]
    ingested = read(tmp_path, {"a.pdf": pdf(pages)})
    text = ingested.responses["text"][0]
    kinds = ingested.marks.with_columns(
        said=pl.struct("start", "end").map_elements(lambda at: text[at["start"] : at["end"]].strip(), pl.String)
    )
    assert kinds.filter(kind="running")["said"].to_list() == [
        said for n in (1, 2, 3) for said in ("Traders of Anytown", f"Page {n} of 3")
    ]
    assert kinds.filter(kind="line_end").height == 9


def test_word_gives_what_a_reader_of_the_page_sees(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>We </w:t></w:r><w:ins><w:r><w:t>strongly </w:t></w:r></w:ins><w:del><w:r><w:delText>weakly'
        '</w:delText></w:r></w:del><w:r><w:t>object.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>'
        "<w:tbl><w:tr><w:tc>" + paragraph("Bus lane") + "</w:tc><w:tc>" + paragraph("Support")
        + "</w:tc></w:tr></w:tbl>"
        '<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent>' + paragraph("In a box")
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph("In a box")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent>"
        "<w:t>Beside</w:t><w:tab/><w:t>it</w:t><w:br/></w:r></w:p>"
    )  # fmt: skip
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts = {
        "footnotes": f'<w:footnotes {space}><w:footnote w:id="2">{paragraph("See the map.")}</w:footnote>'
        "</w:footnotes>",
        "header1": f"<w:hdr {space}>{paragraph('Anytown Traders')}</w:hdr>",
    }
    ingested = read(tmp_path, {"a.docx": word(body, parts)})
    assert shown(ingested) == {
        "letter a.docx": "[running: Anytown Traders]\nWe strongly object.\nSee the map.\nBus lane\tSupport\n"
        "Beside\tit\n\nIn a box\n"
    }
    assert {"tracked changes were read as accepted", "hidden text was left out"} <= set(ingested.sources[0]["notes"])


def test_folders_and_archives_are_opened_and_what_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    (folder / "late").mkdir(parents=True)
    (folder / "a.txt").write_text("Trees, please.\n")
    (folder / "~$a.docx").write_bytes(b"lock")
    (folder / "late" / "b.zip").write_bytes(
        zipped(
            {"c.txt": "Trams, please.\n", "__MACOSX/c.txt": "x", "d.docx": b"PK\x03\x04 broken", "e.rtf": b"{\\rtf1 x}"}
        )
    )
    (folder / "link.txt").symlink_to(folder / "a.txt")
    ingested = read_responses([folder], AnalysisConfig())
    assert ingested.responses.select("source_file", "text").rows() == [
        ("letters/a.txt", "Trees, please.\n"), ("letters/late/b.zip/c.txt", "Trams, please.\n"),
    ]  # fmt: skip
    assert ingested.rejects.select("source_file", "reason").rows() == [
        ("letters/link.txt", "unreadable_file"),
        ("letters/late/b.zip/d.docx", "unreadable_file"),
        ("letters/late/b.zip/e.rtf", "unreadable_file"),
    ]
    assert balance(ingested) == (5, 2, 3, 0)


def test_a_table_in_a_folder_that_cannot_be_read_stops_none_of_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    (folder / "a.csv").write_text("id,text\n1,Trees please\n")
    (folder / "b.xlsx").write_bytes(zipped({"xl/workbook.xml": b"<x/>"}))
    (folder / "c.csv").write_text("id,text\n")
    (folder / "d.csv").write_text('id,text\n1,"never closed\n')
    ingested = read_responses([folder], AnalysisConfig())
    assert ingested.rejects.select("source_file", "reason", "detail").rows() == [
        ("batch/b.xlsx", "unreadable_file", "the workbook cannot be read"),
        ("batch/c.csv", "unreadable_file", "has a header (2 columns) and no rows"),
        ("batch/d.csv", "unreadable_file", "record 2 opens a quotation mark that is never closed, so the file cannot "
         "be cut into rows"),
    ]  # fmt: skip
    assert balance(ingested) == (4, 1, 3, 0)
    assert "3 files could not be used: 'batch/b.xlsx' (the workbook cannot be read)" in str(
        describe(ingested)["warnings"]
    )
    with pytest.raises(InputError):
        read_responses([folder / "c.csv"], AnalysisConfig())


def test_an_archive_of_tables_is_read_as_they_are(tmp_path: Path) -> None:
    ingested = read(tmp_path, {"a.zip": zipped({"t.csv": TABLE, "b.txt": "Question 1\nNo.\n"})})
    assert ingested.mapping.layout == "wide"
    assert ingested.responses["source_file"].unique(maintain_order=True).to_list() == ["a.zip/t.csv", "a.zip/b.txt"]
    assert balance(ingested) == (5, 5, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", zipped({"word/document.xml": b"<x"}), "unreadable_document"),
        ("a.docx", word(["x"], before='<!DOCTYPE d [<!ENTITY e "x">]>'), "unsafe_document"),
        ("a.odt", opendocument(["x"], manifest="<manifest:encryption-data/>"), "encrypted_workbook"),
        ("a.pdf", b"%PDF-1.7 nonsense", "unreadable_document"),
        ("a.msg", outlook("x")[:-512], "unreadable_file"),
        ("a.eml", b"\n\n\nno headers", "unreadable_document"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "unknown_format"),
        ("a.zip", zipped({}), "file_empty"),
    ],
)
def test_a_letter_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, {name: content})
    assert caught.value.code == code
    assert name in caught.value.message and caught.value.hint


def test_a_blank_mail_is_blank_and_a_blank_heading_too(tmp_path: Path) -> None:
    assert balance(read(tmp_path, {"a.eml": mail("\n \n"), "b.txt": "Question 1\n\nQuestion 2\nYes, trees.\n"})) == (
        3,
        1,
        0,
        2,
    )


def test_no_address_of_a_sender_is_kept(tmp_path: Path) -> None:
    ingested = read(tmp_path, {"a.eml": mail("Trees.\n")})
    kept = [ingested.responses, ingested.respondents, ingested.ledger, ingested.rejects]
    assert not any("resident@example.org" in frame.write_json() for frame in kept)
    assert "resident@example.org" not in str(ingested.sources)
