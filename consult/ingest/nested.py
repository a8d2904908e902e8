"""Consultations in nested JSON, and i.AI Consult's input folders -> a table with a row a respondent.

**Source** of the forms: the JSON that i.AI's consultation-analyser takes, and the folders that i.AI's Consult reads:
`respondents.jsonl` and, for each question, `question_part_N/question.json`, `responses.jsonl`, `multi_choice.jsonl`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import polars as pl

from consult.errors import InputError
from consult.ingest.grid import Grid, name_columns
from consult.ingest.headings import Heading, Role
from consult.ingest.layouts import LAYOUTS, Found
from consult.ingest.records import parse_jsonl

_PART: Final = re.compile(r"question_part_(\d+)")
_KNOWN: Final[dict[str, tuple[Role, str]]] = {
    "themefinder_id": ("response_id", "the number by which the folder tells respondents apart"),
    "consult_respondent_id": ("respondent_id", "who answered, as an export of Consult has it"),
}
_LAYOUTS: Final = {layout.name: layout for layout in LAYOUTS}


@dataclass
class _Asked:
    """A question and what was answered: row -> text, and row -> options chosen."""

    name: str
    wording: str
    is_open: bool
    texts: dict[int, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    chosen: dict[int, list[str]] = field(default_factory=dict)


def parse_json(name: str, text: str, layout: str | None = None) -> tuple[Grid, Heading]:
    """Reads a JSON file: a consultation of i.AI's analyser, a survey definition of Qualtrics, or a list of objects.

    Raises:
        InputError: it is not JSON, or none of these.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno:,})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            "not_json", f"{name}: is not JSON{where}.", "Check that the file is whole; JSONL needs the ending .jsonl."
        ) from None
    if isinstance(given, dict) and "SurveyElements" in given:
        return _survey_definition(given)
    if isinstance(given, dict) and isinstance(given.get("consultation_responses"), list):
        return _analyser(name, given)
    values = given.values() if isinstance(given, dict) else [given]
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) == 1 and lists[0] and all(isinstance(each, dict) for each in lists[0]):
        # Read again without making numbers of what was written: as lines, which keep them.
        lines = "\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in lists[0])
        return parse_jsonl(name, lines, layout)
    raise InputError(
        "unknown_format",
        f"{name}: the JSON holds no list of objects that could be responses.",
        "Save the responses as JSONL, one object a line, with the ending .jsonl.",
    )


def _found(name: str, reason: str) -> Found:
    return Found(_LAYOUTS[name], (reason,))


def _survey_definition(given: dict[str, Any]) -> tuple[Grid, Heading]:
    elements = given["SurveyElements"] if isinstance(given["SurveyElements"], list) else []
    questions = [each for each in elements if isinstance(each, dict) and each.get("Element") == "SQ"]
    payloads = [each["Payload"] for each in questions if isinstance(each.get("Payload"), dict)]
    rows = [(str(each.get("DataExportTag", "")), str(each.get("QuestionText", ""))) for each in payloads] or [("", "")]
    frame = pl.DataFrame(rows, schema={"tag": pl.String, "question": pl.String}, orient="row")
    numbers = pl.Series("source_row", range(1, len(rows) + 1), dtype=pl.Int64)
    found = _found("qualtrics_survey", "the JSON has SurveyEntry and SurveyElements")
    return Grid(("tag", "question"), frame, numbers), Heading(("tag", "question"), found)


def _analyser(name: str, given: dict[str, Any]) -> tuple[Grid, Heading]:
    try:
        sections = given["consultation"]["sections"]
        asked: dict[tuple[str, str], _Asked] = {}
        for question in (each for section in sections for each in section["questions"]):
            for choice in question.get("multiple_choice") or []:
                key = (str(question["id"]), str(choice["question_text"]))
                asked[key] = _Asked(key[1], key[1], False, options=[str(option) for option in choice["options"]])
            if question.get("has_free_text"):
                asked[str(question["id"]), ""] = _Asked(str(question["text"]), str(question["text"]), True)
        responses = given["consultation_responses"]
        sent = [str(response.get("submitted_at") or "") for response in responses]
        for row, response in enumerate(responses):
            for answer in response["answers"]:
                text = answer.get("free_text")
                if text is not None:
                    asked[str(answer["question_id"]), ""].texts[row] = str(text)
                for choice in answer.get("multiple_choice") or []:
                    picked = [str(option) for option in choice["options"]]
                    asked[str(answer["question_id"]), str(choice["question_text"])].chosen[row] = picked
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "unknown_format",
            f"{name}: looks like a consultation of i.AI's analyser, but {type(error).__name__} at {error}.",
            "Check that every answer's question_id is that of a question.",
        ) from None
    return _table([("submitted_at", sent)], list(asked.values()), _found(
        "analyser", "the JSON has consultation.sections and consultation_responses"))  # fmt: skip


def is_input_folder(path: Path) -> bool:
    """Whether a folder is laid out as i.AI's Consult reads it, at its top or under `inputs`."""
    return any(_parts(path))


def _parts(path: Path) -> Iterator[tuple[int, Path]]:
    for top in (path, path / "inputs"):
        for each in sorted(top.glob("question_part_*")):
            if (found := _PART.fullmatch(each.name)) and (each / "question.json").is_file():
                yield int(found.group(1)), each


def parse_input_folder(path: Path) -> tuple[Grid, Heading, str, int]:
    """Reads an input folder of i.AI's Consult.

    Returns:
        The grid and heading of a table with a row a respondent; the SHA-256 over all its files; their bytes.

    Raises:
        InputError: a file is missing, is not JSON, or names a respondent that respondents.jsonl does not have.
    """
    parts = sorted(_parts(path))
    top = parts[0][1].parent
    digest, n_bytes = sha256(), 0
    files = [top / "respondents.jsonl", *(part / each for _, part in parts for each in
             ("question.json", "responses.jsonl", "multi_choice.jsonl"))]  # fmt: skip
    content: dict[Path, bytes] = {}
    for file in files:
        if file.is_file():
            content[file] = file.read_bytes()
            digest.update(f"{file.relative_to(top)}\0".encode() + content[file])
            n_bytes += len(content[file])
    where = path.name or str(path)
    people = _lines(where, files[0], content)
    rows = {str(person.get("themefinder_id")): row for row, person in enumerate(people)}
    fields = list(dict.fromkeys(key for person in people for key in _demographics(person)))
    known = [("themefinder_id", list(rows)), *((key, [_joined(_demographics(person).get(key)) for person in people])
             for key in fields)]  # fmt: skip
    if len(rows) != len(people):
        raise InputError("duplicate_ids", f"{where}: respondents.jsonl repeats a themefinder_id.", "Make them unique.")
    asked: list[_Asked] = []
    for number, part in parts:
        asked += _part(where, number, part, content, rows)
    found = _found("iai_consult", "the folder has question_part_N/question.json")
    grid, heading = _table(known, asked, found, ("demographic", "respondents.jsonl has it as demographic data"))
    return grid, heading, digest.hexdigest(), n_bytes


def _part(where: str, number: int, part: Path, content: dict[Path, bytes], rows: dict[str, int]) -> Iterator[_Asked]:
    question = next(iter(_lines(where, part / "question.json", content, whole=True)), {})
    wording = str(question.get("question_text") or part.name)
    options = [str(option) for option in question.get("multi_choice_options") or question.get("options") or []]
    chosen = {
        _row(where, part / "multi_choice.jsonl", line, rows): [str(option) for option in line.get("options") or []]
        for line in _lines(where, part / "multi_choice.jsonl", content)
    }
    if options or chosen:
        options = list(dict.fromkeys([*options, *(option for picked in chosen.values() for option in picked)]))
        yield _Asked(f"{part.name} options", wording, False, options=options, chosen=chosen)
    texts = {
        _row(where, part / "responses.jsonl", line, rows): str(line.get("text") or "")
        for line in _lines(where, part / "responses.jsonl", content)
    }
    if texts or question.get("has_free_text", True):
        yield _Asked(part.name, wording, True, texts=texts)


def _row(where: str, file: Path, line: dict[str, Any], rows: dict[str, int]) -> int:
    who = str(line.get("themefinder_id"))
    if who not in rows:
        raise InputError(
            "respondent_unknown",
            f"{where}: {file.parent.name}/{file.name} has themefinder_id {who[:40]!r}, which respondents.jsonl lacks.",
            "Add the respondent there, or correct the id.",
        )
    return rows[who]


def _lines(where: str, file: Path, content: dict[Path, bytes], *, whole: bool = False) -> list[dict[str, Any]]:
    """The objects of a JSONL file, or the one of a JSON file; none of a file that is not there."""
    try:
        text = content.get(file, b"").decode("utf-8-sig")
        lines = [text] if whole else text.split("\n")
        found = [json.loads(line) for line in lines if line.strip()]
        if not all(isinstance(each, dict) for each in found):
            raise ValueError
    except (ValueError, RecursionError):
        raise InputError(
            "not_json", f"{where}: {file.parent.name}/{file.name} is not JSON objects.", "Write the file again."
        ) from None
    return found


def _demographics(person: dict[str, Any]) -> dict[str, Any]:
    found = person.get("demographic_data")
    return found if isinstance(found, dict) else {}


def _joined(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _table(
    known: Sequence[tuple[str, list[str]]],
    asked: Sequence[_Asked],
    found: Found,
    about: tuple[Role, str] | None = None,
) -> tuple[Grid, Heading]:
    """A column for each thing known, each open question, and each option of a closed one.

    Args:
        known: Header and cells of what is known of respondents.
        asked: The questions.
        found: The layout.
        about: What a column of `known` is, where `_KNOWN` does not say; None to have it guessed.
    """
    headers, cells = [name for name, _ in known], [column for _, column in known]
    n_rows = len(cells[0])
    wordings: dict[int, str] = {}
    parts: dict[int, tuple[str, str]] = {}
    for question in asked:
        for option in [] if question.is_open else question.options:
            parts[len(headers)] = (question.wording, option)
            headers.append(f"{question.name} - {option}")
            cells.append([option if option in question.chosen.get(row, []) else "" for row in range(n_rows)])
        if question.is_open:
            wordings[len(headers)] = question.wording
            headers.append(question.name)
            cells.append([question.texts.get(row, "") for row in range(n_rows)])
    names, notes = name_columns(headers)
    rows = pl.DataFrame([pl.Series(name, column, dtype=pl.String) for name, column in zip(names, cells, strict=True)])
    heading = Heading(
        names,
        found,
        wordings={names[place]: wording for place, wording in wordings.items() if names[place] != wording},
        parts={names[place]: pair for place, pair in parts.items()},
        roles={names[place]: ("open", "the file says that it was answered in free text") for place in wordings}
        | {names[place]: ("closed", "one option of a question, as the file says") for place in parts}
        | {names[place]: role for place, (name, _) in enumerate(known) if (role := _KNOWN.get(name, about))},
    )
    return Grid(names, rows, pl.Series("source_row", range(1, n_rows + 1), dtype=pl.Int64), [], notes), heading
