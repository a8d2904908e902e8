"""The files that pages load: that they are there, and how long a browser may keep them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.pages.conftest import Service
from tests.api.pages.reading import read
from tests.api.pages.test_pages import addresses

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def client(service: Service) -> TestClient:
    return service.client()


def loaded_by(client: TestClient, address: str) -> list[str]:
    """What a page loads."""
    page = client.get(address)
    assert page.headers["content-type"].startswith("text/html"), address
    return [
        str(attributes.get("href") or attributes.get("src"))
        for tag, attributes in read(page.text).tags
        if tag in ("link", "script", "img")
    ]


def test_what_any_page_loads_is_there_and_may_be_kept_for_ever(service: Service, client: TestClient) -> None:
    pages = [*addresses(service), "/no-such-page", "/v1/docs"]
    found = {asset: page for page in pages for asset in loaded_by(client, page)}
    assert {asset.partition("?")[0] for asset in found} >= {"/assets/consult.css", "/assets/docs.css"}
    for asset, page in found.items():
        answer = client.get(asset)
        if asset.startswith("/assets/"):
            assert answer.status_code == 200, (page, asset)
            assert answer.headers["cache-control"] == FOR_EVER, (page, asset)
            again = client.get(asset, headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.headers["cache-control"]) == (304, FOR_EVER)
        else:
            assert answer.status_code == 200, (page, asset)


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000", "?v=%FF&v=1"])
def test_an_address_without_the_right_hash_is_asked_about_each_time(client: TestClient, query: str) -> None:
    answer = client.get(f"/assets/consult.css{query}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, no-cache")


def test_no_such_file_and_no_page_is_kept(client: TestClient) -> None:
    for address in ("/assets/none.css?v=000000000000", "/assets/../app.py", "/assets/%2e%2e/app.py"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), address
    assert client.get("/").headers["cache-control"] == "no-store"
