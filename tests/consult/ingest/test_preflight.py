"""What a person should look at before anything is analysed is told, and nobody's words are in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.ingest import describe, read_responses

PROSE = [
    "The path floods each winter",
    "The hill is steep for most",
    "No lights on the way home",
    "Keep the dogs on leads",
]


def warnings(tmp_path: Path, files: dict[str, str], config: dict[str, object] | None = None) -> str:
    paths = [tmp_path / name for name in files]
    for path in paths:
        path.write_text(files[path.name], encoding="utf-8")
    found = describe(read_responses(paths, AnalysisConfig.model_validate(config or {})))["warnings"]
    assert isinstance(found, list)
    said = "\n".join(found)
    assert not any(text in said for text in PROSE)
    return said


def rows(*columns: list[str]) -> str:
    return "".join(",".join(cells) + "\n" for cells in zip(*columns, strict=True))


FOUR = ["1", "2", "3", "4"]


def test_ids_in_scientific_notation_are_reported_and_not_mended(tmp_path: Path) -> None:
    said = warnings(tmp_path, {"a.csv": "Respondent ID,Why?\n" + rows(["1.18346E+11"] * 4, PROSE)})
    assert "'Respondent ID': 4 ids in scientific notation, as 1.18E+11" in said
    assert "row numbers are used" in said


def test_one_address_in_several_rows_is_flagged_and_nobody_is_merged(tmp_path: Path) -> None:
    first = "id,E-mail,Why do you say so?\n" + rows(FOUR, ["a@b.uk", "c@d.uk", "", "e@f.uk"], PROSE)
    late = "id,E-mail,Why do you say so?\n9,A@b.uk,The bridge is out again this year\n"
    said = warnings(tmp_path, {"main.csv": first, "late.csv": late})
    assert "1 e-mail address stands in several rows (main.csv row 2 and late.csv row 2)" in said
    assert "a@b.uk" not in said.lower()
    ingested = read_responses([tmp_path / "main.csv", tmp_path / "late.csv"], AnalysisConfig())
    assert ingested.responses["respondent_id"].to_list() == ["1", "2", "3", "4", "9"]


def test_columns_that_nobody_mapped_are_told(tmp_path: Path) -> None:
    said = warnings(
        tmp_path, {"a.csv": "id,Why do you say so?,Shoe size\n" + rows(FOUR, PROSE, ["38", "41", "44", "39"])}
    )
    assert "Of the columns left out, 1 holds values that may matter: 'Shoe size'" in said


def test_a_closed_question_with_very_many_values_is_told(tmp_path: Path) -> None:
    n = [str(number) for number in range(120)]
    content = "id,Pick,Why do you say so?\n" + rows(
        n, [f"value {x}" for x in n], [f"The path {x} floods each year" for x in n]
    )
    said = warnings(tmp_path, {"a.csv": content}, {"columns": {"closed": ["Pick"]}})
    assert "'Pick' is taken as a closed question, but has 120 different values" in said


def test_two_questions_of_one_wording_and_a_wording_unlike_its_header_are_told(tmp_path: Path) -> None:
    first, second = "How would better buses change your mornings?", "Where should benches stand beside that river?"
    content = f"id,{first},{second}\n" + rows(FOUR, PROSE, PROSE[::-1])
    wordings = {first: second, second: second}
    said = warnings(tmp_path, {"a.csv": content}, {"columns": {"open": [first, second], "wordings": wordings}})
    assert "2 questions have one wording" in said
    assert f"its wording shares no word with the header of its column {first!r}" in said


def test_answers_that_were_cut_are_told(tmp_path: Path) -> None:
    texts = [f"{n}{'word ' * 60}"[:255] for n in range(3)] + PROSE[:1]
    said = warnings(tmp_path, {"a.csv": "id,Why do you say so?\n" + rows(FOUR, texts)})
    assert "3 answers have exactly 255 characters, and none has more" in said


def test_a_question_that_nobody_answered_is_told(tmp_path: Path) -> None:
    said = warnings(tmp_path, {"a.csv": "id,Why do you say so?,Any other comments?\n" + rows(FOUR, PROSE, [""] * 4)})
    assert "'Any other comments?' asks for people's own words, but no cell holds anything" in said


@pytest.mark.parametrize("content", ["id,Why do you say so?\n" + rows(FOUR, PROSE)])
def test_a_plain_file_has_nothing_to_look_at(tmp_path: Path, content: str) -> None:
    assert warnings(tmp_path, {"a.csv": content}) == ""
