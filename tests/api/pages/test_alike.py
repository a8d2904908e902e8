"""The page of campaigns shows texts alike in other words, with the evidence of its twin, the API and the library."""

from __future__ import annotations

from typing import Any

import pytest

from consult import AnalysisConfig, Run, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.reading import page_and_twin, strict_faults

QUESTION = "What do you think of the harbour?"


@pytest.fixture(scope="module")
def made(
    alike_rows: Any, fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Service, Run]:  # fmt: skip
    path = write_csv(tmp_path_factory.mktemp("files") / "harbour.csv", [["id", QUESTION]] + [
        [response_id, text] for response_id, _, text in alike_rows
    ])  # fmt: skip
    config = AnalysisConfig.model_validate(
        {
            "columns": {"response_id": "id", "open": [QUESTION], "question_ids": {QUESTION: "harbour"}},
            "cluster": {"small_question": 5000, "stability_fits": 0},
        }
    )
    service = make_service(tmp_path_factory.mktemp("data"))
    add_upload(service, path)
    return service, add_run(
        service, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder)
    )


def test_they_are_shown_and_none_is_accused(made: tuple[Service, Run]) -> None:
    service, run = made
    client = service.client()
    reader, twin = page_and_twin(client, f"{service.run}/campaigns")
    (expected,) = run.analysis("harbour").alike_groups()
    (group,) = twin["alike"]
    assert group == expected | {"wording": QUESTION}
    assert client.get(f"/v1{service.run}/campaigns").json()["alike"] == [group]
    assert strict_faults(client.get(f"{service.run}/campaigns").text) == []
    assert group["said"] in reader.text
    assert "No date can be read: this rests on meaning alone." in group["said"]
    assert "each counts as its own, and nothing rests on it" in reader.text
    for each in group["texts"]:
        assert each["text"] in reader.text
        assert f"{service.run}/q/harbour/responses/{each['response_id']}" in reader.links
    notes, _ = page_and_twin(client, f"{service.run}/q/harbour")
    assert "say nearly the same in other words" in notes.text
