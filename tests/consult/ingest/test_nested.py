"""Nested JSON and i.AI Consult's input folder are read as a table with a row a respondent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import read_responses

PLAIN = AnalysisConfig()
PEOPLE = [
    {"themefinder_id": 1, "demographic_data": {"Region": ["North"], "Age": ["18 to 24"]}},
    {"themefinder_id": 2, "demographic_data": {"Region": ["South", "East"]}},
    {"themefinder_id": 3, "demographic_data": {}},
]


def folder(tmp_path: Path, responses: list[dict[str, object]]) -> Path:
    def write(place: str, rows: list[dict[str, object]]) -> None:
        path = tmp_path / "inputs" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    write("respondents.jsonl", PEOPLE)
    write("question_part_2/question.json", [{"question_text": "Why?", "has_free_text": True,
                                             "multi_choice_options": ["Yes, fully", "No"]}])  # fmt: skip
    write("question_part_2/responses.jsonl", responses)
    write("question_part_2/multi_choice.jsonl", [{"themefinder_id": 1, "options": ["Yes, fully"]}])
    write("question_part_10/question.json", [{"question_text": "Anything else?", "has_free_text": True}])
    write("question_part_10/responses.jsonl", [{"themefinder_id": 2, "text": "N/A"}])
    return tmp_path


def test_an_input_folder_is_a_file_of_respondents(tmp_path: Path) -> None:
    given = [{"themefinder_id": 3, "text": "It floods\nin winter"}, {"themefinder_id": 1, "text": "None"}]
    ingested = read_responses([folder(tmp_path, given)], PLAIN)
    assert ingested.questions.rows() == [("question_part_2", "Why?"), ("question_part_10", "Anything else?")]
    assert ingested.responses.select("question_id", "response_id", "text").rows() == [
        ("question_part_2", "1", "None"),
        ("question_part_10", "2", "N/A"),
        ("question_part_2", "3", "It floods\nin winter"),
    ]
    assert ingested.ledger.select("question_id", "n_read", "n_responses", "n_blank").rows() == [
        ("question_part_2", 3, 2, 1),
        ("question_part_10", 3, 1, 2),
    ]
    assert ingested.answers.rows() == [("1", "Why?", "Yes, fully")]
    assert set(ingested.respondents.rows()) == {
        ("1", "Region", "North"), ("1", "Age", "18 to 24"), ("2", "Region", "South; East"),
    }  # fmt: skip
    assert ingested.mapping.explains == {"question_part_2": "Why?"}


def test_an_answer_of_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_responses([folder(tmp_path, [{"themefinder_id": 9, "text": "lost"}])], PLAIN)
    assert caught.value.code == "respondent_unknown"
    assert "question_part_2/responses.jsonl" in caught.value.message and "lost" not in str(caught.value)


def test_a_consultation_in_json(tmp_path: Path) -> None:
    asked = [{"id": "a", "text": "Why?", "has_free_text": True,
              "multiple_choice": [{"question_text": "Do you agree?", "options": ["Yes", "No"]}]},
             {"id": "b", "text": "Where?", "has_free_text": False,
              "multiple_choice": [{"question_text": "Where?", "options": ["Here; now", "There"]}]}]  # fmt: skip
    here = {"question_id": "b", "multiple_choice": [{"question_text": "Where?", "options": ["Here; now"]}]}
    answers = [{"question_id": "a", "free_text": "As it is", "multiple_choice": [
                    {"question_text": "Do you agree?", "options": ["Yes"]}]}, here]  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(
            {
                "consultation": {"name": "x", "sections": [{"name": "s", "questions": asked}]},
                "consultation_responses": [
                    {"submitted_at": "2025-01-01T10:00:00+00:00", "answers": answers},
                    {"submitted_at": "2025-01-02T10:00:00+00:00", "answers": answers[:1]},
                ],
            }
        )
    )
    ingested = read_responses([path], PLAIN)
    assert ingested.responses.select("question_id", "text", "submitted_at").rows() == [
        ("why", "As it is", "2025-01-01T10:00:00+00:00"),
        ("why", "As it is", "2025-01-02T10:00:00+00:00"),
    ]
    assert ingested.answers.select("question_id", "option").rows() == [
        ("Do you agree?", "Yes"), ("Do you agree?", "Yes"), ("Where?", "Here; now"),
    ]  # fmt: skip


def test_a_list_of_objects_is_read_as_lines_are(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"rows": [{"id": "r1", "text": "It floods in winter"}, {"id": "r2", "text": "None"}]}')
    assert read_responses([path], PLAIN).responses["text"].to_list() == ["It floods in winter", "None"]
