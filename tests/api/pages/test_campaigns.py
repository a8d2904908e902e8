"""The pages of campaigns: the numbers of their twins, the differences marked, and the ways to them."""

from __future__ import annotations

from consult.report.phrases import number
from tests.api.pages.conftest import Service
from tests.api.pages.reading import page_and_twin


def test_the_table_shows_the_numbers_of_its_twin(service: Service) -> None:
    reader, twin = page_and_twin(service.client(), f"{service.run}/campaigns")
    rows = [row for row in reader.cells if row and row[0].startswith("C")][1:]
    names = ("n_respondents", "n_responses", "n_texts", "n_exact", "n_adding")
    assert len(rows) == len(twin["campaigns"]) >= 1
    for row, each in zip(rows, twin["campaigns"], strict=True):
        assert row[1:6] == [number(each[name]) for name in names]
        assert row[6] == each["when"]
        assert row[7] == "; ".join(theme["title"] for theme in each["themes"])


def test_a_question_without_campaigns_says_so(service: Service) -> None:
    reader, twin = page_and_twin(service.client(), f"{service.run}/campaigns?question=street")
    assert twin["campaigns"] == []
    assert "No text was copied, whole or in good part." in reader.text


def test_a_campaign_marks_what_not_all_kept(service: Service) -> None:
    reader, twin = page_and_twin(service.client(), f"{service.run}/q/buses/campaigns/C1")
    changed = [part["text"] for part in twin["parts"] if not part["kept"]]
    assert changed
    for text in changed:
        assert f"{{{' '.join(text.split())}}}" in reader.text
    own = [passage for version in twin["versions"] for passage in version["own"]]
    assert own
    for passage in own:
        assert " ".join(passage.split()) in reader.text


def test_the_ways_to_it(service: Service) -> None:
    client, campaign = service.client(), f"{service.run}/q/buses/campaigns/C1"
    for address, link in (
        (service.run, f"{service.run}/campaigns"),
        (f"{service.run}/ledger", f"{service.run}/campaigns"),
        (f"{service.run}/q/buses", f"{service.run}/campaigns?question=buses"),
        (f"{service.run}/campaigns?question=buses", campaign),
        (f"{service.run}/q/buses/responses/MC-0008", campaign),
    ):
        reader, _ = page_and_twin(client, address)
        assert link in reader.links, address
    reader, _ = page_and_twin(client, f"{service.run}/q/buses/responses/MC-0008")
    assert "One of 12 copies of a campaign letter, with some words changed or added." in reader.text


def test_a_search_by_meaning_leads_to_the_campaign_of_a_copied_text(service: Service) -> None:
    client, campaign = service.client(), f"{service.run}/q/buses/campaigns/C1"
    letter = page_and_twin(client, campaign)[1]["parts"][0]["text"][:150]
    answer = client.get(f"{service.run}/q/buses/search", params={"q": letter, "by": "meaning"})
    assert answer.text.count(f'href="{campaign}"') == 1
    assert "for 12 responses of" in answer.text
