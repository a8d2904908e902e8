"""What a person does on the pages: makes a consultation, checks, changes the mapping, starts, stops, tries again."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import records
from api.access import CSRF_COOKIE
from tests.api.pages.conftest import Service
from tests.api.pages.reading import page_and_twin, read, strict_faults
from tests.consult.documents.making import pdf, zipped

FILE = b"Ref,Age,What do you think of the buses?\n" + b"".join(
    b"%d,%d-%d,The buses are late and the stop by number %d has no shelter at all\n" % (n, n % 3, n % 3, n)
    for n in range(1, 31)
)
TWICE = FILE.replace(b"Ref", b"Response ID") + b"1,0-0,The same id again and so it has to be told\n"
NUMBERS = b"Ref,Score\n" + b"".join(b"%d,%d\n" % (n, n % 5) for n in range(1, 31))


@pytest.fixture
def client(own: Service) -> TestClient:
    return own.client()


def token(client: TestClient, address: str) -> str:
    """The token of a page's form, whose cookie the client now has."""
    fields = [attributes for tag, attributes in read(client.get(address).text).tags if tag == "input"]
    return next(str(each["value"]) for each in fields if each.get("name") == "csrf_token")


def multipart(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, dict[str, str]]:
    """A form as a browser sends it, with its fields in order: name, file name or None, what it holds."""
    body = b""
    for name, filename, held in parts:
        file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
        body += f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + held + b"\r\n"
    return body + b"--edge--\r\n", {"Content-Type": "multipart/form-data; boundary=edge"}


def upload(own: Service, client: TestClient, held: bytes, name: str = "answers.csv") -> None:
    body, headers = multipart(
        ("csrf_token", None, token(client, own.consultation).encode()), ("file", name, held)
    )  # fmt: skip
    answer = client.post(f"{own.consultation}/uploads", content=body, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{own.consultation}/check")


def fields(client: TestClient, address: str) -> dict[str, str]:
    """What the form of the check holds, as a browser would send it back."""
    found: dict[str, str] = {}
    select = ""
    for tag, attributes in read(client.get(address).text).tags:
        if tag == "input" and attributes.get("name") and attributes.get("type") in (None, "hidden", "text"):
            found[str(attributes["name"])] = str(attributes.get("value") or "")
        if tag == "input" and attributes.get("type") == "radio" and "checked" in attributes:
            found[str(attributes["name"])] = str(attributes["value"])
        if tag == "select":
            select = str(attributes["name"])
        if tag == "option" and "selected" in attributes:
            found[select] = str(attributes["value"])
    return found


def test_make_a_consultation_with_a_file(own: Service, client: TestClient) -> None:
    body, headers = multipart(
        ("csrf_token", None, token(client, "/consultations/new").encode()),
        ("title", None, "Bysiau ac ‘ffyrdd’ <b>".encode()),
        ("file", "answers.csv", FILE),
    )
    made = client.post("/consultations/new", content=body, headers=headers)
    assert made.status_code == 303
    assert made.headers["location"].endswith("/check")
    reader, twin = page_and_twin(client, made.headers["location"])
    assert twin["consultation"]["title"] == "Bysiau ac ‘ffyrdd’ <b>"
    assert twin["report"]["n_respondents"] == 30
    assert "30 people and organisations gave 30 answers to 1 question" in reader.text


def test_a_title_is_needed_and_what_was_typed_stays(own: Service, client: TestClient) -> None:
    held = token(client, "/consultations/new").encode()
    for title, says in (("  ", "Enter a title"), ("é" * 301, "300 characters or fewer")):
        body, headers = multipart(("csrf_token", None, held), ("title", None, title.encode()), ("file", "a.csv", FILE))
        page = client.post("/consultations/new", content=body, headers=headers)
        assert page.status_code == 422
        assert says in page.text
        assert "<title>Error: New consultation" in page.text
        assert strict_faults(page.text) == []
        assert title.strip() in page.text
    assert len(records.list_consultations(own.engine, None)) == 1


def test_no_form_works_without_its_token(own: Service, client: TestClient) -> None:
    client.get("/consultations/new")
    assert client.cookies.get(CSRF_COOKIE)
    body, headers = multipart(("title", None, b"x"), ("file", "a.csv", FILE))
    assert client.post("/consultations/new", content=body, headers=headers).status_code == 403
    forged, headers = multipart(("csrf_token", None, b"forged.0"), ("title", None, b"x"))
    assert client.post("/consultations/new", content=forged, headers=headers).status_code == 403
    own.add_job("aaaa", "running")
    for address in (f"{own.consultation}/start", f"{own.consultation}/check", "/jobs/aaaa/cancel", "/jobs/aaaa/retry"):
        page = client.post(address, data={"csrf_token": "forged.0"})
        assert page.status_code == 403
        assert "may not do this" in page.text
    assert records.list_consultations(own.engine, None)[0].title == "Moving Celyn"


def test_an_upload_that_fails_says_why_and_leaves_nothing(own: Service, client: TestClient) -> None:
    held = token(client, own.consultation).encode()
    body, headers = multipart(("csrf_token", None, held), ("file", "", b""))
    page = client.post(f"{own.consultation}/uploads", content=body, headers=headers)
    assert (page.status_code, "No file was chosen" in page.text) == (422, True)
    body, headers = multipart(
        ("csrf_token", None, held), ("file", "a.csv", FILE), ("file", "b.csv", b"x" * 200_001)
    )  # fmt: skip
    page = client.post(f"{own.consultation}/uploads", content=body, headers=headers)
    assert page.status_code == 413
    assert "There is a problem" in page.text
    assert records.list_uploads(own.engine, own.consultation_id) == []


def test_change_the_mapping(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    form = fields(client, address)
    assert [form[f"role_{place}"] for place in range(3)] == ["response_id", "demographic", "open"]
    saved = client.post(address, data=form | {"role_1": "ignored", "themes": "4", "then": "check"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{address}?saved=1")
    assert records.get_setup(own.engine, own.consultation_id) == {
        "columns": {
            "layout": "wide", "response_id": "Ref", "open": ["What do you think of the buses?"], "ignored": ["Age"]
        },
        "cluster": {"themes": 4},
    }  # fmt: skip
    reader, twin = page_and_twin(client, f"{address}?saved=1")
    assert [column["role"] for column in twin["report"]["columns"]] == ["response_id", "ignored", "open"]
    assert "Saved" in reader.text
    again = client.post(address, data=fields(client, address) | {"then": "guess"})
    assert again.status_code == 303
    assert records.get_setup(own.engine, own.consultation_id) == {"cluster": {"themes": 4}}


def test_finer_or_coarser_themes_are_kept_shown_and_taken_back(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    fine = {"granularity": "1.5", "most_themes": "60", "then": "check"}
    assert client.post(address, data=fields(client, address) | fine).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id) == {"cluster": {"granularity": 1.5, "most_themes": 60}}
    form = fields(client, address)
    assert (form["granularity"], form["most_themes"]) == ("1.5", "60")
    assert client.post(address, data=form | {"granularity": "", "most_themes": "", "then": "check"}).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id) == {}


def test_the_layout_is_told_with_its_reasons_and_can_be_changed(own: Service, client: TestClient) -> None:
    upload(own, client, b"Respondent ID,Collector ID,Why?,Which?,\n,,Open-Ended Response,Buses,Trams\n" + b"".join(
        b"%d,1,The stop by number %d has no shelter at all,Buses,\n" % (n, n) for n in range(1, 31)
    ))  # fmt: skip
    address = f"{own.consultation}/check"
    shown = client.get(address).text
    assert "read as SurveyMonkey, because the header starts with Respondent ID, Collector ID" in shown
    answer = client.post(address, data=fields(client, address) | {"tool": "table", "then": "check"})
    assert answer.status_code == 303
    _, twin = page_and_twin(client, address)
    [source] = twin["report"]["sources"]
    assert (source["layout"], source["layout_source"], source["rows"]) == ("table", "configured", 31)
    refused = client.post(address, data=fields(client, address) | {"tool": "abacus", "then": "check"})
    assert refused.status_code == 422
    assert "Choose what wrote the files" in refused.text


def test_how_letters_were_read_is_told_and_no_columns_are_asked_for(own: Service, client: TestClient) -> None:
    held = zipped({"a.txt": "Question 1\nThe bus is late.\n\nYours faithfully\nAnn\n", "b.rtf": b"{\\rtf1 x}"})
    upload(own, client, held, "post.zip")
    shown = client.get(f"{own.consultation}/check").text
    assert "post.zip: archive of files; an archive of 2 files" in shown
    assert "post.zip/a.txt: letter; answers q1; kept and not analysed: signature" in shown
    assert "post.zip/b.rtf: file that cannot be used; rejected: is a rich-text document (RTF)" in shown
    assert "What each column is" not in shown
    assert "1 person or organisation gave 1 answer to 1 question." in shown


def test_saving_without_a_change_keeps_the_guesses_as_guesses(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    assert client.post(address, data=fields(client, address) | {"then": "check"}).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id) == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"role_1": "response_id"}, "Only one column can be “The id of the response”"),
        ({"role_2": "ignored"}, "Choose at least one column as people’s own words"),
        ({"role_2": "text"}, "Choose what the column is"),
        ({"themes": "many"}, "The number of themes must be a whole number from 2 to 500"),
        ({"most_themes": "1"}, "The most themes must be a whole number from 2 to 500"),
        ({"most_themes": "9" * 5000}, "The most themes must be a whole number from 2 to 500"),
        ({"granularity": "nan"}, "must be a number above 0, up to 4"),
        ({"granularity": "0"}, "must be a number above 0, up to 4"),
        ({"granularity": "4.1"}, "must be a number above 0, up to 4"),
        ({"delimiter": "ab"}, "must be one character"),
        ({"fingerprint": "0"}, "The files changed meanwhile"),
        ({"layout": "round"}, "Choose how the file is laid out"),
    ],
)
def test_a_mapping_that_cannot_be(own: Service, client: TestClient, change: dict[str, str], says: str) -> None:
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    page = client.post(address, data=fields(client, address) | change | {"then": "start"})
    assert page.status_code == 422
    assert says in read(page.text).text
    assert page.text.count("<title>Error: ") == 1
    assert strict_faults(page.text) == []
    assert records.get_setup(own.engine, own.consultation_id) == {}
    assert records.list_jobs(own.engine, own.consultation_id) == []


def test_ids_that_repeat_are_named_and_can_be_mended(own: Service, client: TestClient) -> None:
    upload(own, client, TWICE)
    address = f"{own.consultation}/check"
    page = client.get(address)
    assert page.status_code == 422
    reader = read(page.text)
    assert "The files cannot be used as they are" in reader.text
    assert "answers.csv, row 32" in reader.text
    assert "[ingest]" not in reader.text
    assert "Save and start" not in reader.text
    form = fields(client, address)
    assert client.post(address, data=form | {"duplicate_ids": "reject", "then": "check"}).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id) == {"ingest": {"duplicate_ids": "reject"}}
    reader, twin = page_and_twin(client, address)
    assert twin["report"]["totals"]["n_rejected"] == 1
    assert "1 row rejected" in reader.text


def test_a_file_without_answers_can_be_mended(own: Service, client: TestClient) -> None:
    upload(own, client, NUMBERS)
    address = f"{own.consultation}/check"
    page = client.get(address)
    assert page.status_code == 422
    assert "no column was recognised" in page.text
    form = fields(client, address) | {"own_words": "Score", "then": "check"}
    assert client.post(address, data=form).status_code == 303
    _, twin = page_and_twin(client, address)
    assert [column["role"] for column in twin["report"]["columns"]] == ["response_id", "open"]


def test_start_stop_and_try_again(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    held = {"csrf_token": token(client, own.consultation)}
    started = client.post(f"{own.consultation}/start", data=held)
    assert started.status_code == 303
    job = started.headers["location"]
    reader, twin = page_and_twin(client, job)
    assert twin["job"]["state"] == "queued"
    assert "It waits for its turn" in reader.text
    assert client.post(f"{job}/cancel", data=held).headers["location"] == job
    reader, twin = page_and_twin(client, job)
    assert twin["job"]["state"] == "cancelled"
    assert "It was stopped before its end" in reader.text
    assert client.post(f"{job}/retry", data=held).status_code == 303
    assert page_and_twin(client, job)[1]["job"]["state"] == "queued"


def test_save_and_start(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    started = client.post(address, data=fields(client, address) | {"role_1": "ignored", "then": "start"})
    assert started.headers["location"].startswith("/jobs/")
    job = records.list_jobs(own.engine, own.consultation_id)[0]
    assert job.config["columns"]["ignored"] == ["Age"]


def test_start_without_files_says_so(own: Service, client: TestClient) -> None:
    page = client.post(f"{own.consultation}/start", data={"csrf_token": token(client, own.consultation)})
    assert page.status_code == 409
    assert "Nothing was uploaded yet" in page.text


def test_remove_a_file(own: Service, client: TestClient) -> None:
    upload(own, client, FILE)
    upload_id = records.list_uploads(own.engine, own.consultation_id)[0].id
    held = {"csrf_token": token(client, own.consultation)}
    assert client.post(f"/uploads/{upload_id}/remove", data=held).status_code == 303
    assert "No file was uploaded yet" in client.get(own.consultation).text
    assert not list(Path(own.settings.uploads).glob("*/*"))


def test_pages_say_which_files_are_taken(own: Service, client: TestClient) -> None:
    for address in ("/consultations/new", own.consultation):
        said = read(client.get(address).text).text
        for kind in ("CSV", "XLSX", "ODS", "JSON Lines", "Parquet", "DOCX", "PDF", "HTML", "EML", "MSG", "ZIP"):
            assert kind in said, (address, kind)
        assert "must have the same columns" not in said
        assert "Files may have different columns" in said


def test_a_scan_is_told_and_cannot_be_started(own: Service, client: TestClient) -> None:
    upload(own, client, pdf([[]], pictures=[0]), "scan.pdf")
    address = f"{own.consultation}/check"
    page = client.get(address)
    assert page.status_code == 422
    assert strict_faults(page.text) == []
    said = read(page.text).text
    for words in (
        "No file holds an answer that can be read.",
        "scan.pdf, row 1: The page or file shows text, or lets it be heard, and holds none: it must be typed first.",
        "Type what a scan or picture shows into a TXT or DOCX file, and upload that.",
    ):
        assert words in said
    for words in ("0 people", "0 answers", "Save and start", "consult check"):
        assert words not in said
    held = {"csrf_token": token(client, address)}
    for refused in (client.post(address, data=held | {"then": "start"}),
                    client.post(f"{own.consultation}/start", data=held)):  # fmt: skip
        assert refused.status_code == 422
        assert "No file holds an answer that can be read." in read(refused.text).text
    assert records.list_jobs(own.engine, own.consultation_id) == []
