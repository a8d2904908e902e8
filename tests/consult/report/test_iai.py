"""The input folder of i.AI's Consult: what is written is what a run holds, and is read back the same."""

from __future__ import annotations

import json
from pathlib import Path

from consult.analysis import Run
from consult.config import AnalysisConfig
from consult.ingest import read_responses
from consult.report import export_run


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_every_response_is_written_to_the_character(run: Run, tmp_path: Path) -> None:
    export_run(run, "iai", tmp_path)
    people = lines(tmp_path / "respondents.jsonl")
    assert [person["themefinder_id"] for person in people] == list(range(1, len(people) + 1))
    ids = {person["demographic_data"]["consult_respondent_id"][0]: person["themefinder_id"] for person in people}  # type: ignore[index]
    for number, analysis in enumerate(run.analyses, start=1):
        part = tmp_path / f"question_part_{number}"
        assert json.loads((part / "question.json").read_text())["question_text"] == analysis.wording
        written = [(line["themefinder_id"], line["text"]) for line in lines(part / "responses.jsonl")]
        held = [(ids[who], text) for who, text in analysis.responses.select("respondent_id", "text").iter_rows()]
        assert written == held


def test_what_is_written_is_read_back(run: Run, tmp_path: Path) -> None:
    export_run(run, "iai", tmp_path / "inputs")
    ingested = read_responses([tmp_path], AnalysisConfig())
    assert ingested.sources[0]["layout"] == "iai_consult"
    for number, analysis in enumerate(run.analyses, start=1):
        texts = ingested.responses.filter(ingested.responses["question_id"] == f"question_part_{number}")["text"]
        assert sorted(texts) == sorted(analysis.responses["text"])
    people = {name for analysis in run.analyses for name in analysis.responses["respondent_id"]}
    assert set(ingested.responses["respondent_id"]) == people
    assert sorted(ingested.respondents["value"]) == sorted(run.respondents["value"])
    assert ingested.questions["wording"].to_list() == [analysis.wording for analysis in run.analyses]
    assert sorted(ingested.answers["option"]) == sorted(run.answers["option"])
