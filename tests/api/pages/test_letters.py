"""A letter on its page: what is not its writer's answer is shown, and shown to be so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from consult import AnalysisConfig, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload
from tests.api.pages.reading import page_and_twin, strict_faults
from tests.consult.documents.making import mail, word

REPLY = """Dear team,

The bus is late every day.

Many thanks
Bryn

-----Original Message-----
From: team@example.org
Subject: Buses

What do you think?
"""


@pytest.fixture
def letter(own: Service, fake_embedder: Any, tmp_path: Path) -> Service:
    path = tmp_path / "a.eml"
    path.write_bytes(mail(REPLY, subject="RE: Buses", line_end="\n"))
    add_upload(own, path)
    config = AnalysisConfig.model_validate({"redact": {"on": False}})
    add_run(own, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    return own


def test_what_is_quoted_or_signed_is_marked_on_the_page_of_a_letter(letter: Service) -> None:
    client, address = letter.client(), f"{letter.run}/q/letter/responses/a.eml"
    reader, twin = page_and_twin(client, address)
    kinds = {mark["kind"]: REPLY[mark["start"] : mark["end"]].split("\n")[0] for mark in twin["marks"]}
    assert kinds == {
        "letterhead": "Dear team,", "signature": "Many thanks", "quoted": "-----Original Message-----"
    }  # fmt: skip
    assert "".join(segment["text"] for segment in twin["segments"]) == REPLY
    assert [segment["text"] for segment in twin["segments"] if segment["point_id"]] == ["The bus is late every day."]
    for words in (
        "[letterhead or greeting] Dear team,",
        "[signature] Many thanks Bryn",
        "[quoted from another mail] -----Original Message----- From: team@example.org",
        "was not analysed; the words in brackets are not in the letter",
    ):
        assert words in reader.text
    assert strict_faults(client.get(address).text) == []


def test_the_page_of_an_answer_in_a_table_says_nothing_of_letters(service: Service) -> None:
    reader, twin = page_and_twin(service.client(), f"{service.run}/q/buses/responses/MC-0009")
    assert twin["marks"] == []
    assert "letter" not in reader.text


def test_the_check_says_how_letters_were_read(own: Service, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    attached = {"letter.docx": word(["Question 4", "More trees."]), "scan.png": b"\x89PNG\r\n\x1a\n...."}
    path.write_bytes(mail("Please see attached.\n", attached=attached))
    add_upload(own, path)
    reader, twin = page_and_twin(own.client(), f"{own.consultation}/check")
    assert [
        (source["name"], source["read_as"], source["answers"])
        for source in twin["report"]["sources"]
        if source["read_as"] in ("letter", "e-mail")
    ] == [("a.eml", "e-mail", ["letter"]), ("a.eml/letter.docx", "letter", ["q4"])]
    assert [row[:3] for row in reader.cells if row[0].startswith("a.eml")] == [
        ["a.eml", "e-mail", "letter"], ["a.eml/letter.docx", "letter", "q4"],
    ]  # fmt: skip
    assert "1 file or page needs transcription" in reader.text
    assert "What each column is" not in reader.text
