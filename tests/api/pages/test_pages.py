"""Every page: that it is there, says what its JSON twin says, and holds nothing that a strict browser refuses."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from consult.report.phrases import number, percent
from tests.api.pages.conftest import Service
from tests.api.pages.reading import page_and_twin, stability_line, strict_faults

PEOPLE_WHO_RESPONDED = "people who chose to respond"


@pytest.fixture
def client(service: Service) -> TestClient:
    return service.client()


@pytest.fixture
def buses(service: Service) -> str:
    return f"{service.run}/q/buses"


def addresses(service: Service) -> list[str]:
    """A page of each kind."""
    buses = f"{service.run}/q/buses"
    return [
        "/", "/consultations/new", service.consultation, f"{service.consultation}/check", f"/jobs/{service.run_id}",
        service.run, f"{service.run}/ledger", f"{service.run}/made", f"{service.run}/exports", buses,
        f"{buses}?field=Age&group=16-24&count=distinct", f"{buses}/themes/1", f"{buses}/themes/1/responses",
        f"{buses}/responses/MC-0009", f"{buses}/search", f"{service.run}/campaigns",
        f"{service.run}/campaigns?question=street", f"{buses}/campaigns/C1", f"{buses}/responses/MC-0008",
        f"{buses}/search?q=bus", f"{buses}/map", f"{buses}/map?theme=2", f"{buses}/compare",
        f"{buses}/compare?field=Age", f"{buses}/compare?field=Age&a=16-24&b=75+and+over",
    ]  # fmt: skip


def test_every_page_is_well_written_and_strict(service: Service, client: TestClient) -> None:
    for address in addresses(service):
        page = client.get(address)
        assert page.status_code == 200, address
        assert strict_faults(page.text) == [], address
        assert PEOPLE_WHO_RESPONDED in page.text
        assert page.text.count("<h1") == 1
        assert '<html lang="en"' in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        page_and_twin(client, address)


def test_every_link_of_a_page_leads_somewhere(service: Service, client: TestClient) -> None:
    seen: set[str] = set()
    for address in addresses(service):
        reader, _ = page_and_twin(client, address)
        for link in reader.links:
            path = link.partition("#")[0]
            if path and path not in seen and not path.startswith("/v1/") and len(seen) < 150:
                seen.add(path)
                assert client.get(path).status_code == 200, (address, link)
            if link.startswith("#"):
                assert link[1:] in reader.ids, (address, link)


def test_what_a_page_loads_is_ours_and_there(service: Service, client: TestClient) -> None:
    page = client.get(service.run)
    loaded = [
        str(attributes.get("href") or attributes.get("src"))
        for tag, attributes in read_tags(page.text)
        if tag in ("link", "script")
    ]
    assert [address.partition("?")[0] for address in loaded] == [
        "/assets/icon.svg",
        "/assets/vendor/govuk-frontend.min.css",
        "/assets/consult.css",
        "/assets/js/consult.js",
    ]
    for address in loaded:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "http" not in answer.text.partition("url(")[2][:10]
    styles = client.get("/assets/vendor/govuk-frontend.min.css").text
    assert "GDS Transport" not in styles
    assert "crest" not in styles
    assert "url(" not in styles


def read_tags(body: str) -> list[tuple[str, dict[str, str | None]]]:
    from tests.api.pages.reading import read

    return read(body).tags


# The same numbers


def test_ranked_themes(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, buses)
    ranking = twin["ranking"]
    assert len(ranking["themes"]) > 3
    for theme in ranking["themes"]:
        people = f"{number(theme['n_respondents'])}{percent(theme['share'])}"
        texts = f"{number(theme['n_distinct'])}{percent(theme['share_distinct'])}"
        assert [str(theme["rank"]), theme["title"] + stability_line(theme), people, texts] in reader.cells
    assert f"{number(ranking['n_answered'])} people gave an answer of substance" in reader.text
    assert twin["question"]["ledger"] in reader.text


def test_ranked_themes_of_a_group(client: TestClient, buses: str) -> None:
    _, everyone = page_and_twin(client, buses)
    reader, twin = page_and_twin(client, f"{buses}?field=Age&group=35-44")
    assert twin["ranking"]["filter"] == {"field": "Age", "group": "35-44", "count": "respondents"}
    assert twin["ranking"]["n_answered"] < everyone["ranking"]["n_answered"]
    assert "Showing only Age: 35-44" in reader.text
    first = twin["ranking"]["themes"][0]
    row = next(row for row in reader.cells if row[0] == "1")
    assert row[2] == f"{number(first['n_respondents'])}{percent(first['share'])}"


def test_nothing_of_a_small_group_is_ranked_above_what_is_hidden(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, f"{buses}?field=Age&group=16-24")
    counts = [theme["n_respondents"] for theme in twin["ranking"]["themes"]]
    n_hidden = counts.count(None)
    assert 0 < n_hidden < len(counts)
    shown = sorted(filter(None, counts), reverse=True)
    assert counts == shown + [None] * n_hidden + [0] * (len(counts) - n_hidden - len(shown))
    unranked = [row for row in reader.cells if len(row) == 4 and row[0] == "–"]
    assert len(unranked) >= len(counts) - len(shown)


def test_the_form_leads_to_an_address_that_one_can_send(client: TestClient, buses: str) -> None:
    chosen = client.get(buses, params={"show": '["Age", "16-24"]', "count": "respondents"})
    assert chosen.status_code == 303
    assert chosen.headers["location"] == f"{buses}?field=Age&group=16-24"
    assert client.get(buses, params={"show": "", "count": "respondents"}).headers["location"] == buses
    assert client.get(buses, params={"show": "", "count": "distinct"}).headers["location"] == f"{buses}?count=distinct"
    assert client.get(buses, params={"show": "[1]"}).headers["location"] == buses


def test_theme(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, f"{buses}/themes/1")
    assert f"People{number(twin['n_respondents'])} {percent(twin['share'])} of the" in reader.text
    for quote in twin["quotes"]:
        assert " ".join(quote["quote"].split()) in reader.text
        assert f"{buses}/responses/{quote['response_id']}" in reader.links
    for split in twin["splits"]:
        for each in split["groups"]:
            if each["n_respondents"] is None:
                row = [each["group"], "not shown", "–"]
            else:
                often = each["compared"] if each["compared"] in ("more often", "less often") else ""
                row = [
                    each["group"], f"{each['n_respondents']}of {each['n_group']}", percent(each["share"]) + often
                ]  # fmt: skip
            assert row in reader.cells or each["n_group"] == 0
    assert twin["hiding"] in reader.text


def test_responses_of_a_theme(client: TestClient, buses: str) -> None:
    address = f"{buses}/themes/1/responses"
    reader, twin = page_and_twin(client, address)
    assert f"1 to {len(twin['items'])} of {number(twin['total'])} responses" in reader.text
    seen = [item["response_id"] for item in twin["items"]]
    for page in range(2, twin["pages"] + 1):
        seen += [item["response_id"] for item in page_and_twin(client, f"{address}?page={page}")[1]["items"]]
    assert len(seen) == len(set(seen)) == twin["total"]
    assert "There is no such page" in client.get(f"{address}?page=999").text


def test_response_shows_every_character(service: Service, client: TestClient, buses: str) -> None:
    _, themes = page_and_twin(client, f"{buses}/themes/1/responses")
    response_id = themes["items"][0]["response_id"]
    reader, twin = page_and_twin(client, f"{buses}/responses/{response_id}")
    assert "".join(segment["text"] for segment in twin["segments"]) == twin["text"]
    assert twin["explanation"] in reader.text
    assert [f"#theme-{place}" for place in range(1, len(twin["themes"]) + 1)] == sorted(
        link for link in reader.links if link.startswith("#theme-")
    )


def test_ledger_and_overview(service: Service, client: TestClient) -> None:
    for address in (service.run, f"{service.run}/ledger"):
        reader, twin = page_and_twin(client, address)
        total = (twin.get("ledger") or twin)["total"]
        names = ("n_read", "n_blank", "n_rejected", "n_responses", "n_themed", "n_unthemed", "n_non_answers")
        assert ["All", *(number(total[name]) for name in names)] in reader.cells
        assert twin["balance"] in reader.text


def test_compare(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, f"{buses}/compare?field=Age&a=16-24&b=75+and+over")
    for row in twin["comparison"]["themes"]:
        sides = [
            "not shown" if row[side]["share"] is None else f"{percent(row[side]['share'])}{row[side]['n_respondents']}"
            for side in ("a", "b")
        ]
        assert [row["title"], *sides] in [cells[:3] for cells in reader.cells]
    _, asked = page_and_twin(client, f"{buses}/compare")
    assert asked["comparison"] is None


def test_map_and_its_table(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, f"{buses}/map")
    for theme in twin["themes"]:
        assert [theme["title"], number(theme["n_shown"])] in reader.cells
    drawn = sum(str(attributes.get("d", "")).count("M") for tag, attributes in reader.tags if tag == "path")
    # The key draws each theme's mark once, and that of no theme.
    assert drawn == twin["n_shown"] + len(twin["themes"]) + 1
    _, one = page_and_twin(client, f"{buses}/map?theme=1")
    assert one["n_rows"] == twin["themes"][0]["n_shown"]


def test_search(client: TestClient, buses: str) -> None:
    reader, twin = page_and_twin(client, f"{buses}/search?q=last+bus")
    assert f"{number(twin['total'])} responses found" in reader.text
    assert [tag for tag, _ in reader.tags].count("mark") > 0
    reader, twin = page_and_twin(client, f"{buses}/search?q=zzzz")
    assert twin["items"] == []
    assert "Nothing was found" in reader.text
    reader, twin = page_and_twin(client, f"{buses}/search?q={'bus+' * 80}")
    assert twin["problem"]["code"] == "query_long"
    assert "There is a problem" in reader.text


def test_made_and_exports(service: Service, client: TestClient) -> None:
    reader, twin = page_and_twin(client, f"{service.run}/made")
    for step in twin["method"]:
        assert step["text"] in reader.text
    assert twin["model"]["fingerprint"] in reader.text
    reader, twin = page_and_twin(client, f"{service.run}/exports")
    # The page puts what people read before what programs do.
    links = [link for link in reader.links if link.startswith("/v1/")]
    assert sorted(f"/v1{service.run}/exports/{each['format']}" for each in twin["items"]) == sorted(links)
    assert [link.rpartition("/")[2] for link in links] == ["html", "xlsx", "csv", "jsonl", "iai"]


def test_check_shows_each_column_with_its_reason(service: Service, client: TestClient) -> None:
    reader, twin = page_and_twin(client, f"{service.consultation}/check")
    for column in twin["report"]["columns"]:
        assert column["name"] in reader.text
        assert column["reason"] in reader.text
    chosen = [attributes["value"] for tag, attributes in reader.tags if tag == "option" and "selected" in attributes]
    assert chosen == [column["role"] for column in twin["report"]["columns"]]


# What is not there


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/runs/nope", 404, "There is no"),
        ("/nothing/here", 404, "There is nothing at this address"),
        ("{buses}/themes/999", 404, "has no theme"),
        ("{buses}/responses/nobody", 404, "has no response"),
        ("{run}/q/other", 404, "has no question"),
        ("{buses}?field=Age&group=12", 422, "has no group"),
        ("{buses}?field=Age", 422, "group is missing"),
        ("{buses}/map?theme=999", 404, "no such theme"),
        ("{buses}/compare?field=Nope", 422, "has no field"),
    ],
)
def test_what_is_not_there_is_said_on_a_page(
    service: Service, client: TestClient, buses: str, address: str, status: int, says: str
) -> None:
    address = address.format(buses=buses, run=service.run)
    page = client.get(address)
    assert page.status_code == status
    assert says in page.text.replace("&#39;", "'")
    assert strict_faults(page.text) == []
    twin = client.get(address, headers={"Accept": "application/json"})
    assert (twin.status_code, twin.json()["status"]) == (status, status)
