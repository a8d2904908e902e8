"""A mapping that is written and read back changes nothing: on every kind of file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from consult.config import AnalysisConfig
from consult.ingest import read_mapping, read_mapping_file, read_responses, write_mapping
from tests.consult.ingest.test_layouts import COUNTED, DATA, OWN

DHSC = tuple(f"real/dhsc_responses_2024-01-09{each}.xlsx" for each in ("", "_easyread", "_hard_copies"))


def meaning(paths: Iterable[Path], config: AnalysisConfig) -> dict[str, Any]:
    ingested = read_responses(list(paths), config)
    mapping = ingested.mapping.to_dict()
    return {
        "columns": [{k: v for k, v in c.items() if k not in ("reason", "source")} for c in mapping["columns"]],  # type: ignore[attr-defined]
        "questions": mapping["questions"],
        "joins": {(join.file, join.header, join.to) for join in ingested.joins},
        "responses": ingested.responses.rows(),
        "answers": ingested.answers.rows(),
        "respondents": ingested.respondents.rows(),
        "ledger": ingested.ledger.rows(),
    }


def round_trip(paths: list[Path], folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    tables, mapping, joins = read_mapping(paths, AnalysisConfig())
    file = folder / "mapping.toml"
    file.write_text(write_mapping(mapping, tables, joins), encoding="utf-8")
    return meaning(paths, AnalysisConfig()), meaning(paths, AnalysisConfig.model_validate(read_mapping_file(file)))


@pytest.mark.parametrize("name", OWN)
def test_a_mapping_of_our_own_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(OWN[name][0], encoding="utf-8")
    guessed, mapped = round_trip([path], tmp_path)
    assert guessed == mapped


@pytest.mark.skipif(not DATA.is_dir(), reason="the export formats are not beside the project")
@pytest.mark.parametrize("names", [DHSC, *((name,) for name in COUNTED if COUNTED[name][1])], ids=str)
def test_a_mapping_of_what_tools_write(tmp_path: Path, names: tuple[str, ...]) -> None:
    guessed, mapped = round_trip([DATA / name for name in names], tmp_path)
    assert guessed == mapped


@pytest.mark.skipif(not DATA.is_dir(), reason="the export formats are not beside the project")
def test_the_questions_of_three_forms_are_joined_as_their_owners_joined_them() -> None:
    """The department's own list of questions says which are one; the guess must need no edit."""
    tables, _, joins = read_mapping([DATA / name for name in DHSC], AnalysisConfig())
    [listed], _, _ = read_mapping([DATA / "real/dhsc_manifest.xlsx"], AnalysisConfig(), allow_none=True)
    theirs = {
        easy: main
        for main, easy in listed.rows.select("question", "question_easy").iter_rows()
        if easy.strip() and easy != main
    }
    assert {join.header: join.to for join in joins} == theirs
    ingested = read_responses([DATA / name for name in DHSC], AnalysisConfig())
    # 18 + 18 + 3 and 15 + 15 + 3 answers; the paper forms have no ids, and keep their rows.
    assert ingested.responses.group_by("question_id", maintain_order=True).len()["len"].to_list() == [39, 33]
    assert ingested.rejects.height == 0
    assert tables[2].name + ":2" in ingested.responses["response_id"].to_list()
