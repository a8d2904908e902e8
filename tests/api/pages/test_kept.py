"""What the service keeps in memory of a run: as much as a stated room holds, and nobody's but who may see it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import findings, records
from api.app import create_app
from api.findings.runs import Recent, size_of
from api.pages.render import _ENVIRONMENT
from consult.errors import RunError
from tests.api.pages.conftest import Service


def test_what_was_asked_for_last_is_kept_as_far_as_the_room_goes() -> None:
    made: list[str] = []

    def value(name: str, size: int) -> bytes:
        made.append(name)
        return bytes(size)

    kept: Recent[bytes] = Recent(100, len)
    for name in ("one", "two", "three", "four", "one", "five", "two", "one"):
        assert len(kept.get(name, lambda name=name: value(name, 25))) == 25  # type: ignore[misc]
    # "five" took the place of "two", which nobody had asked for in the longest time.
    assert made == ["one", "two", "three", "four", "five", "two"]


def test_what_takes_too_much_of_the_room_is_given_and_not_kept() -> None:
    kept: Recent[bytes] = Recent(100, len)
    kept.get("small", lambda: b"small")
    assert len(kept.get("large", lambda: bytes(26))) == 26
    assert kept.get("large", lambda: b"again") == b"again"
    assert kept.get("small", lambda: b"lost") == b"small"


def test_what_is_dropped_makes_room() -> None:
    kept: Recent[bytes] = Recent(8, len)
    for name in range(4):
        kept.get(name, lambda: b"aa")
    kept.drop(lambda key: key != 3)
    for name in range(4, 7):
        kept.get(name, lambda: b"bb")
    assert kept.get(3, lambda: b"lost") == b"aa"


def test_a_value_is_made_once_however_many_ask() -> None:
    kept: Recent[bytes] = Recent(100, len)
    begun, made = threading.Event(), []

    def make() -> bytes:
        begun.wait(5)
        made.append(1)
        return b"made"

    threads = [threading.Thread(target=kept.get, args=("key", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert made == [1]


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (b"x" * 1000, 1000, 1100),
        ("x" * 1000, 1000, 1100),
        ({"a": ["x" * 1000, {"b": "y" * 1000}]}, 2000, 2700),
        (pl.DataFrame({"a": pl.Series([1] * 1000, dtype=pl.Int64)}), 8000, 8000),
        (pl.Series([1] * 1000, dtype=pl.Int32), 4000, 4000),
        ((pl.Series([1] * 1000, dtype=pl.Int32).to_numpy(), 1), 4000, 4200),
    ],
)
def test_sizes_are_near_the_truth(value: object, least: int, most: int) -> None:
    assert least <= size_of(value) <= most


@pytest.fixture
def app_for_many(service: Service) -> FastAPI:
    """The service behind a proxy that says who asks."""
    settings = service.settings.model_copy(
        update={"auth": "proxy", "owners": ("owner-1",), "trusted_proxies": ("127.0.0.1/32",)}
    )
    for name, role in (("owner-1", "owner"), ("viewer-1", "viewer")):
        records.set_member(service.engine, service.consultation_id, name, role)
    return create_app(settings, service.engine)


def ask(app: FastAPI, who: str, address: str) -> Any:
    client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 5000))
    headers = {"X-Forwarded-User": who, "Accept": "text/html"}
    return client.get(address, headers=headers)


def test_a_kept_page_is_that_of_who_asks(app_for_many: FastAPI, service: Service) -> None:
    address = f"{service.run}/q/buses"
    pages = {who: ask(app_for_many, who, address) for who in ("owner-1", "viewer-1")}
    for who, other in (("owner-1", "viewer-1"), ("viewer-1", "owner-1")):
        assert pages[who].status_code == 200
        assert who in pages[who].text and other not in pages[who].text
        again = ask(app_for_many, who, address)
        assert (again.content, again.headers["content-type"]) == (pages[who].content, "text/html; charset=utf-8")
    assert ask(app_for_many, "mallory", address).status_code == 404
    records.set_member(service.engine, service.consultation_id, "viewer-1", None)
    assert ask(app_for_many, "viewer-1", address).status_code == 404


def test_a_kept_page_and_its_twin_are_two(service: Service) -> None:
    address, client = f"{service.run}/ledger", service.client()
    for _ in range(2):
        assert (
            client.get(address, headers={"Accept": "text/html"}).headers["content-type"] == "text/html; charset=utf-8"
        )
        assert client.get(f"{address}?format=json").headers["content-type"] == "application/json"
        assert client.get(address, headers={"Accept": "application/json"}).json()["balances"] is True


def test_a_kept_page_holds_no_token_of_a_form(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    template = _ENVIRONMENT.from_string("{{ csrf() }}")
    monkeypatch.setattr(type(_ENVIRONMENT), "get_template", lambda *_: template)
    client = TestClient(service.app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    answer = client.get(f"{service.run}/made?nothing=kept", headers={"Accept": "application/json, text/html"})
    assert answer.status_code == 500


def test_a_run_whose_file_is_damaged_says_so(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(service.settings.runs / service.consultation_id / f"run-{service.run_id}", folder)
    (folder / "buses" / "assignments.parquet").write_bytes(b"PAR1")
    run = findings.open_run(folder)
    with pytest.raises(RunError) as raised:
        findings.themes(run, "buses", field="Age", group="16-24")
    assert raised.value.code == "run_damaged"
