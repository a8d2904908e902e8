"""A Welsh answer is shown in Welsh, beside a translation that somebody made and that says who made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.checks import check_files
from consult import AnalysisConfig, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.reading import page_and_twin

WELSH = [f"Mae'r bws olaf yn rhy gynnar i bobl {n} sy'n gweithio gyda'r nos" for n in range(12)]
ENGLISH = [f"More benches in the park number {n} would help older people to rest" for n in range(12)]
HEADING = "Translation into English, made by a person, Welsh unit. These are not the respondent’s words."


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Answers, and translations of the Welsh ones."""
    folder = tmp_path_factory.mktemp("files")
    answers = [[str(place), text] for place, text in enumerate(WELSH + ENGLISH)]
    told = [[str(n), f"The last <b>bus</b> is too early for people {n}", "person", "Welsh unit"] for n in range(12)]
    return [
        write_csv(folder / "one.csv", [["id", "What should change?"], *answers]),
        write_csv(folder / "told.csv", [["response_id", "translation", "translated_by", "translator"], *told]),
    ]


@pytest.fixture(scope="module")
def translated(files: list[Path], fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service with a run of both files."""
    made = make_service(tmp_path_factory.mktemp("data"))
    add_upload(made, files[0])
    config = AnalysisConfig.model_validate(
        {
            "columns": {"open": ["What should change?"], "question_ids": {"What should change?": "q1"}},
            "cluster": {"min_theme_size": 2},
            "assign": {"min_strength": 0.0},
            "campaigns": {"on": False},
        }
    )
    add_run(made, lambda folder, name: analyse_into(folder, files, config, name=name, embedder=fake_embedder))
    return made


@pytest.fixture
def client(translated: Service) -> TestClient:
    return translated.client()


def test_a_response_and_its_translation(translated: Service, client: TestClient) -> None:
    reader, twin = page_and_twin(client, f"{translated.run}/q/q1/responses/3")
    assert twin["text"] == WELSH[3] and twin["language"] == {"code": "cy", "name": "Welsh"}
    assert twin["translation"] == {
        "translation": "The last <b>bus</b> is too early for people 3", "language": "en", "translated_by": "person",
        "translator": "Welsh unit", "heading": HEADING,
    }  # fmt: skip
    assert HEADING in reader.text and "The last <b>bus</b> is too early for people 3" in reader.text
    assert WELSH[3] in reader.text and "LanguageWelsh" in reader.text
    assert [named["lang"] for tag, named in reader.tags if tag == "p" and "lang" in named] == ["cy", "en"]
    assert page_and_twin(client, f"{translated.run}/q/q1/responses/13")[1]["translation"] is None


def test_quotes_and_lists_keep_the_original_and_show_the_translation(translated: Service, client: TestClient) -> None:
    reader, ranking = page_and_twin(client, f"{translated.run}/q/q1")
    assert ranking["question"]["languages"] == [
        {"code": "cy", "name": "Welsh", "n": 12}, {"code": "en", "name": "English", "n": 12},
    ]  # fmt: skip
    assert "In which language: Welsh 12, English 12." in reader.text
    seen = 0
    for theme in ranking["ranking"]["themes"]:
        address = f"{translated.run}/q/q1/themes/{theme['theme_id']}"
        reader, twin = page_and_twin(client, address)
        listed = page_and_twin(client, f"{address}/responses")[1]["items"]
        for each in [*twin["quotes"], *listed]:
            welsh = int(each["response_id"]) < 12
            assert (each["translation"] is not None) == welsh
            assert "bus</b>" not in each["quote"]
            seen += welsh
        assert (HEADING in reader.text) == any(each["translation"] for each in twin["quotes"])
    assert seen


def test_what_a_search_finds_shows_its_translation(translated: Service, client: TestClient) -> None:
    for query in ("bws", "rest", "y"):
        reader, twin = page_and_twin(client, f"{translated.run}/q/q1/search?q={query}")
        assert twin["items"]
        for each in twin["items"]:
            assert (each["translation"] is not None) == (int(each["response_id"]) < 12)
        shown = [each["translation"]["translation"] for each in twin["items"] if each["translation"]]
        assert all(text in reader.text for text in shown) and (HEADING in reader.text) == bool(shown)


def test_a_file_of_translations_is_told_from_one_of_answers(files: list[Path]) -> None:
    report = check_files(files, {})
    assert report["totals"]["n_read"] == 24
    assert [source["read_as"] for source in report["sources"]] == ["table", "translations"]
