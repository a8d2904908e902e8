"""The input folder of i.AI's Consult: respondents, and for each question its wording, answers and options.

**Source**: the files that i.AI's Consult reads: `respondents.jsonl`, `question_part_N/question.json`, `responses.jsonl`
and `multi_choice.jsonl`; respondents are numbered from 1 (`themefinder_id`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl

from consult.analysis import Run

_RESPONDENTS: Final = "respondents.jsonl"


def write_iai(run: Run, folder: Path) -> list[str]:
    """Writes the folder; a respondent's own id is kept as demographic data under `consult_respondent_id`.

    An open question that explains a closed one is one part with it, as i.AI's Consult has it; a closed question that
    none explains is a part without free text.
    """
    who = pl.concat(
        [analysis.responses["respondent_id"] for analysis in run.analyses]
        + [run.respondents["respondent_id"], run.answers["respondent_id"]]
    ).unique(maintain_order=True)
    numbers = {respondent_id: number for number, respondent_id in enumerate(who, start=1)}
    about: dict[str, dict[str, list[str]]] = {name: {"consult_respondent_id": [name]} for name in numbers}
    for respondent_id, field, value in run.respondents.iter_rows():
        about[respondent_id].setdefault(field, []).append(value)
    _write_lines(
        folder / _RESPONDENTS,
        ({"themefinder_id": numbers[name], "demographic_data": about[name]} for name in numbers),
    )
    chosen: dict[str, dict[str, list[str]]] = {}
    for respondent_id, question_id, option in run.answers.iter_rows():
        chosen.setdefault(question_id, {}).setdefault(respondent_id, []).append(option)
    explains = {
        question["question_id"]: question.get("explains")
        for question in (run.manifest.get("mapping") or {}).get("questions", [])
    }
    tied = {closed for closed in explains.values() if closed}
    parts: list[tuple[str, pl.DataFrame | None, str | None]] = [
        (analysis.wording, analysis.responses, explains.get(analysis.question_id)) for analysis in run.analyses
    ]
    parts += [(closed, None, closed) for closed in chosen if closed not in tied]
    names = [_RESPONDENTS]
    for number, (wording, responses, closed) in enumerate(parts, start=1):
        names += _write_part(folder, number, wording, responses, chosen.get(closed or "", {}), numbers)
    return names


def _write_part(
    folder: Path,
    number: int,
    wording: str,
    responses: pl.DataFrame | None,
    chosen: dict[str, list[str]],
    numbers: dict[str, int],
) -> list[str]:
    part = folder / f"question_part_{number}"
    part.mkdir()
    options = list(dict.fromkeys(option for picked in chosen.values() for option in picked))
    question: dict[str, Any] = {
        "question_number": number,
        "question_text": wording,
        "has_free_text": responses is not None,
        "multi_choice_options": options,
    }
    (part / "question.json").write_text(json.dumps(question, ensure_ascii=False, indent=1), encoding="utf-8")
    names = ["question.json"]
    if responses is not None:
        lines = responses.select("respondent_id", "text").iter_rows()
        _write_lines(part / "responses.jsonl", ({"themefinder_id": numbers[w], "text": text} for w, text in lines))
        names.append("responses.jsonl")
    if chosen:
        picked = ({"themefinder_id": numbers[who], "options": options} for who, options in chosen.items())
        _write_lines(part / "multi_choice.jsonl", picked)
        names.append("multi_choice.jsonl")
    return [f"{part.name}/{name}" for name in names]


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
