"""Non-answers on the pages: listed by class, put back by a person, and the answer that a reference means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import records
from consult import AnalysisConfig, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.reading import page_and_twin, strict_faults
from tests.api.pages.test_forms import token

ROWS = [
    ["id", "What should change?", "Any other comments?"],
    ["A", "The last bus is too early", "See Q1"],
    ["B", "n/a", "No"],
    ["C", "More benches in the park", "see question 9"],
    ["D", "", "as Q1"],
]
MEANING = "none or nothing, such as “no”, “none”, “n/a”"
SETUP = {
    "columns": {"open": ROWS[0][1:], "question_ids": {ROWS[0][1]: "q1", ROWS[0][2]: "q2"}},
    "nonanswers": {"answers": ["q1:B"]},
}


@pytest.fixture
def nothing(tmp_path: Path, fake_embedder: Any) -> Service:
    """A service with a run in which one answer was put back already."""
    path = write_csv(tmp_path / "one.csv", ROWS)
    made = make_service(tmp_path / "data")
    add_upload(made, path)
    config = AnalysisConfig.model_validate(SETUP)
    add_run(made, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    return made


@pytest.fixture
def client(nothing: Service) -> TestClient:
    return nothing.client()


def test_they_are_listed_by_class_with_counts(nothing: Service, client: TestClient) -> None:
    reader, twin = page_and_twin(client, f"{nothing.run}/q/q2/non-answers")
    assert [(each["kind"], each["n"]) for each in twin["kinds"]] == [("refers", 3), ("none", 1)]
    items = [
        (each["response_id"], each["kind"], each["refers_to"], each["refers_to_response_id"]) for each in twin["items"]
    ]
    assert items == [
        ("B", "none", None, None), ("A", "refers", "q1", "A"), ("D", "refers", "q1", None), ("C", "refers", None, None),
    ]  # fmt: skip
    assert f"{nothing.run}/q/q1/responses/A" in reader.links
    assert "4 responses say nothing on the question." in reader.text
    same = client.get(f"/v1{nothing.run}/questions/q2/non-answers").json()
    assert (same["items"], same["kinds"]) == (twin["items"], twin["kinds"])
    _, one = page_and_twin(client, f"{nothing.run}/q/q2/non-answers?kind=none")
    assert [each["response_id"] for each in one["items"]] == ["B"]
    _, first = page_and_twin(client, f"{nothing.run}/q/q1/non-answers")
    assert (first["items"], first["put_back"]) == (
        [],
        [{"response_id": "B", "looks_like": "none", "meaning": MEANING, "text": "n/a"}],
    )  # fmt: skip
    assert client.get(f"{nothing.run}/q/q2/non-answers?kind=other").status_code == 422


def test_a_reference_leads_to_that_answer(nothing: Service, client: TestClient) -> None:
    reader, twin = page_and_twin(client, f"{nothing.run}/q/q2/responses/A")
    assert twin["refers"] == {
        "question_id": "q1", "wording": "What should change?", "response_id": "A", "text": "The last bus is too early",
        "said": "It refers to the same person’s answer to “What should change?”. It is not counted as that answer.",
    }  # fmt: skip
    assert f"{nothing.run}/q/q1/responses/A" in reader.links and "Read that answer" in reader.text
    reader, twin = page_and_twin(client, f"{nothing.run}/q/q2/responses/D")
    assert "It means an answer to “What should change?”, to which the same person gave none." in reader.text
    assert "It does not say which answer it means" in page_and_twin(client, f"{nothing.run}/q/q2/responses/C")[0].text
    assert "because a person put it back" in page_and_twin(client, f"{nothing.run}/q/q1/responses/B")[0].text
    assert page_and_twin(client, f"{nothing.run}/q/q1/responses/A")[1]["refers"] is None


def test_a_reference_to_a_closed_question_leads_to_what_was_chosen(tmp_path: Path, fake_embedder: Any) -> None:
    closed = "1. Do you want a later bus?"
    rows = [["id", closed, "Why?"], ["A", "Yes", "See Q1"], ["B", "No", "It wakes the geese"], ["C", "", "as Q1"]]
    path = write_csv(tmp_path / "one.csv", rows)
    made = make_service(tmp_path / "data")
    add_upload(made, path)
    config = AnalysisConfig.model_validate(
        {"columns": {"open": ["Why?"], "closed": [closed], "question_ids": {"Why?": "why"}}}
    )
    add_run(made, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    client = made.client()
    reader, twin = page_and_twin(client, f"{made.run}/q/why/non-answers")
    found = [(each["response_id"], each["refers_to"], each["refers_to_option"]) for each in twin["items"]]
    assert found == [("A", closed, "Yes"), ("C", closed, None)]
    assert f"{made.run}/q/why/responses/A#chosen" in reader.links
    assert "which answer it means cannot be told" in reader.text
    reader, twin = page_and_twin(client, f"{made.run}/q/why/responses/A")
    assert (twin["refers"]["text"], twin["refers"]["response_id"]) == ("Yes", None)
    assert "#chosen" in reader.links and "which is “Yes”" in reader.text
    assert [named["id"] for tag, named in reader.tags if named.get("id") == "chosen"] == ["chosen"]
    assert "#chosen" not in page_and_twin(client, f"{made.run}/q/why/responses/C")[0].links


def test_a_person_puts_some_back_and_a_new_analysis_starts(nothing: Service, client: TestClient) -> None:
    address = f"{nothing.run}/q/q2/non-answers"
    records.put_setup(nothing.engine, nothing.consultation_id, SETUP)
    sent = {"csrf_token": token(client, address), "response": ["B", "A"], "then": "answer"}
    answer = client.post(address, data=sent)
    assert answer.status_code == 303
    job = records.get_job(nothing.engine, answer.headers["location"].rpartition("/")[2])
    decided = {"answers": ["q1:B", "q2:B", "q2:A"], "set_aside": []}
    assert (job.config["nonanswers"], job.upload_ids, job.state) == (decided, [nothing.upload_id], "queued")
    # It is kept for later analyses, and the rest of the settings stays.
    assert records.get_setup(nothing.engine, nothing.consultation_id) == SETUP | {"nonanswers": decided}
    # What is decided next stands beside it, and in place of what was decided of the same response.
    sent |= {
        "csrf_token": token(client, f"{nothing.run}/q/q2/responses/B/decide"),
        "response": ["B"],
        "then": "set_aside",
    }
    job = records.get_job(nothing.engine, client.post(address, data=sent).headers["location"].rpartition("/")[2])
    assert job.config["nonanswers"] == {"answers": ["q1:B", "q2:A"], "set_aside": ["q2:B"]}
    record = page_and_twin(client, f"{nothing.consultation}/record")[0].text
    assert "Decided what counts as an answer" in record


def test_what_cannot_be_decided_is_told(nothing: Service, client: TestClient) -> None:
    address = f"{nothing.run}/q/q2/non-answers"
    back = client.post(address, data={"csrf_token": token(client, address), "then": "answer"})
    told = client.get(back.headers["location"])
    assert (told.status_code, strict_faults(told.text)) == (422, [])
    assert "Select the responses to put back" in told.text
    lost = client.post(address, data={"csrf_token": token(client, address), "response": ["Z"], "then": "answer"})
    assert lost.status_code == 404 and "has no response" in lost.text
    assert client.post(address, data={"response": ["B"], "then": "answer"}).status_code == 403
    assert [job.id for job in records.list_jobs(nothing.engine, nothing.consultation_id)] == [nothing.run_id]
    records.delete_upload(nothing.engine, nothing.settings, nothing.upload_id)
    gone = client.post(address, data={"csrf_token": token(client, address), "response": ["B"], "then": "answer"})
    assert gone.status_code == 409 and "was removed" in gone.text
