"""Ids of any characters make addresses that work, and texts that are made to do harm do none."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.pages.conftest import HOSTILE, SLASHED, Service
from tests.api.pages.reading import page_and_twin, read, strict_faults


def test_pages_of_hostile_texts_are_inert_and_their_links_work(hostile: Service) -> None:
    client = hostile.client()
    todo, seen = [hostile.run, "/", hostile.consultation, f"{hostile.consultation}/check"], set()
    while todo and len(seen) < 80:
        address = todo.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page = client.get(address)
        assert page.status_code == 200, address
        assert strict_faults(page.text) == [], address
        reader = read(page.text)
        assert [tag for tag, _ in reader.tags if tag in ("img", "iframe", "object", "embed", "i", "b")] == []
        todo += [link for link in reader.links if link.startswith("/") and not link.startswith("/v1/")]
    assert any("/responses/" in address for address in seen)
    assert any("/themes/" in address for address in seen)


def test_hostile_text_is_shown_to_the_character(hostile: Service) -> None:
    client = hostile.client()
    _, overview = page_and_twin(client, hostile.run)
    assert overview["questions"][0]["question_id"] == "q/é <i>"
    question = next(link for link in read(client.get(hostile.run).text).links if "/q/" in link)
    assert question.startswith(f"{hostile.run}/q/~")
    _, found = page_and_twin(client, f"{question}/search?q=script")
    assert found["total"] == 24
    assert HOSTILE in found["items"][0]["text"]
    reader, _ = page_and_twin(client, f"{question}/search?q=script")
    assert '<script>alert(1)</script><img src=x onerror="alert(2)">' in reader.text


def test_an_id_with_slashes(hostile: Service) -> None:
    client = hostile.client()
    question = next(link for link in read(client.get(hostile.run).text).links if "/q/" in link)
    _, found = page_and_twin(client, f"{question}/map")
    assert SLASHED in [dot["response_id"] for dot in found["points"]]
    links = read(client.get(f"{question}/map").text).links
    shown = [client.get(link, params={"format": "json"}).json() for link in links if "/responses/" in link]
    assert SLASHED in [each["response_id"] for each in shown]


def test_a_group_with_slashes_stands_in_the_address(hostile: Service) -> None:
    client = hostile.client()
    question = next(link for link in read(client.get(hostile.run).text).links if "/q/" in link)
    chosen = client.get(question, params={"show": '["Wahl/Größe", "a/ü1"]'})
    assert (
        chosen.headers["location"] == f"{question}?field={quote('Wahl/Größe', safe='')}&group={quote('a/ü1', safe='')}"
    )
    reader, twin = page_and_twin(client, chosen.headers["location"])
    assert twin["ranking"]["n_answered"] == 12
    assert "Showing only Wahl/Größe: a/ü1" in reader.text
