"""What is counted: where the files do not say who answered, pages and twins say responses and never people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from consult import AnalysisConfig, analyse_into
from consult.report.phrases import number, percent
from tests.api.pages.conftest import Service, add_run, add_upload, make_service, write_csv
from tests.api.pages.reading import page_and_twin, stability_line, strict_faults

PEOPLE = re.compile(
    r"\d (person|people)\b|\bPeople\b|how many people|people who|most people|one person|by people|Nobody|everyone who"
)


@pytest.fixture(scope="module")
def unsigned(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A run of a file with a row an answer, to two questions, which does not say who gave them."""
    says = ["The last bus goes too early for the shift", "Parking fees are too high in the town centre"]
    ends = ["today", "again", "always", "now", "here", "indeed", "anyway", "really", "still", "often", "badly", "soon"]
    rows = [["id", "question", "text", "Area"]]
    for place in range(48):
        text = f"{says[place % 2]} {ends[place // 2 % 12]}."
        rows.append([f"r{place}", "buses" if place < 24 else "street", text, ["North", "South"][place // 2 % 2]])
    path = write_csv(tmp_path_factory.mktemp("files") / "answers.csv", rows)
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "layout": "long", "response_id": "id", "question_id": "question", "text": "text",
                "demographics": ["Area"],
            },
            "cluster": {"small_question": 5000, "min_theme_size": 2},
            "assign": {"min_strength": 0.0},
        }
    )  # fmt: skip
    made = make_service(tmp_path_factory.mktemp("data"))
    add_upload(made, path)
    run = add_run(made, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    assert run.manifest["respondents_known"] is False
    return made


def test_no_page_says_people_where_responses_are_counted(unsigned: Service) -> None:
    client, buses = unsigned.client(), f"{unsigned.run}/q/buses"
    for address in (
        unsigned.run, f"{unsigned.run}/made", buses, f"{buses}?count=distinct", f"{buses}?field=Area&group=North",
        f"{buses}/themes/1", f"{buses}/themes/1/responses", f"{buses}/compare?field=Area&a=North&b=South",
    ):  # fmt: skip
        reader, twin = page_and_twin(client, address)
        assert twin["respondents_known"] is False
        text = reader.text
        # The limits and notes of the run are the report's own sentences.
        for sentence in [*twin.get("limits", []), *twin.get("notes", [])]:
            text = text.replace(sentence, "")
        assert not PEOPLE.search(text), (address, PEOPLE.search(text))
        assert "All counts are of responses, as the files do not say who sent them." in text
        assert strict_faults(client.get(address).text) == []


def test_the_page_of_a_question_counts_responses_as_its_twin_does(unsigned: Service) -> None:
    reader, twin = page_and_twin(unsigned.client(), f"{unsigned.run}/q/buses")
    ranking = twin["ranking"]
    assert twin["question"]["respondents_known"] is ranking["respondents_known"] is False
    assert ranking["n_answered"] == 24
    assert "24 responses say something of substance, in 24 distinct texts." in reader.text
    assert ["Rank", "Theme", "Responses", "Distinct texts"] in reader.cells
    for theme in ranking["themes"]:
        assert theme["n_respondents"] == theme["n_responses"]
        counted = f"{number(theme['n_respondents'])}{percent(theme['share'])}"
        assert [str(theme["rank"]), theme["title"] + stability_line(theme), counted] in [
            row[:3] for row in reader.cells
        ]
    assert "ranked by how many responses raise them" in reader.text
    assert "Shares are of the 24 responses that say something of substance" in reader.text


def test_the_run_says_what_the_report_says(unsigned: Service) -> None:
    reader, twin = page_and_twin(unsigned.client(), unsigned.run)
    assert "ranks the themes by how many responses raise them" in twin["what"]
    assert twin["what"] in reader.text
    assert not [limit for limit in twin["limits"] if "each counts once" in limit]
    assert "The file does not say who answered: each response is counted as one person." in twin["notes"]
    _, made = page_and_twin(unsigned.client(), f"{unsigned.run}/made")
    ranking = next(step["text"] for step in made["method"] if step["title"] == "Ranking")
    assert ranking.startswith("Themes are ranked by how many responses raise them.")
    assert made["limits"] == twin["limits"]


def test_no_sentence_of_a_page_contradicts_what_it_counts(unsigned: Service, service: Service) -> None:
    for address in ("", "/made", "/q/buses"):
        responses = page_and_twin(unsigned.client(), unsigned.run + address)[0].text
        assert "ounts are of responses, as the files do not say who sent them." in responses
        assert "who chose to respond" not in responses
        people = page_and_twin(service.client(), service.run + address)[0].text
        assert "who chose to respond." in people
        assert "do not say who sent them" not in people


def test_the_api_says_whether_people_are_known(unsigned: Service, service: Service) -> None:
    for each, known in ((unsigned, False), (service, True)):
        client = each.client()
        for address in ("", "/made", "/questions/buses", "/questions/buses/themes", "/questions/buses/themes/1"):
            assert client.get(f"/v1/runs/{each.run_id}{address}").json()["respondents_known"] is known, address


def test_people_are_still_called_people(service: Service) -> None:
    reader, twin = page_and_twin(service.client(), f"{service.run}/q/buses")
    assert twin["respondents_known"] is True
    assert ["Rank", "Theme", "People", "Distinct texts"] in reader.cells
    assert "All counts are of people who chose to respond." in reader.text
