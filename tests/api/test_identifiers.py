"""Of fifty planted identifiers a service keeps none but in the file that was uploaded, and shows and logs none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

from consult.report.export import FORMATS
from tests.identifiers import PLANTED, found_in, holdings, write_planted

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r'(?:href|action|src)="([^"#]+)')


def fetch(address: str, body: bytes | dict[str, Any] | None = None) -> tuple[str, str]:
    """What is answered, an error too, and its content type."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    kind = "application/json" if isinstance(body, dict) else "application/octet-stream"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, content, {"Content-Type": kind})) as answer:
            return answer.read().decode("utf-8", "replace"), answer.headers.get_content_type()
    except HTTPError as error:
        return error.read().decode("utf-8", "replace"), error.headers.get_content_type()


def walk(start: str) -> dict[str, str]:
    """Every page that links lead to from one, by its path."""
    pages: dict[str, str] = {}
    ahead = [start]
    while ahead:
        address = ahead.pop()
        path = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
        if path in pages or urlsplit(address).netloc != urlsplit(start).netloc or "/responses/R" in path:
            continue  # Those named R say nothing of anybody, and are many.
        pages[path], kind = fetch(address)
        if kind == "text/html":
            ahead += [urljoin(address, link.replace("&amp;", "&")) for link in _LINK.findall(pages[path])]
    return pages


def test_no_planted_identifier_is_in_the_folder_the_pages_or_the_log_of_a_service(tmp_path: Path) -> None:
    secrets = write_planted(tmp_path / "planted.csv")
    content = (tmp_path / "planted.csv").read_bytes()
    log = tmp_path / "log.txt"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--data", str(tmp_path / "data"), "--port", "0", "--log-level",
             "debug"],
            stderr=stream, stdout=stream, cwd=ROOT,
        )  # fmt: skip
        try:
            end = time.monotonic() + 120
            while "Consult is at " not in (said := log.read_text(encoding="utf-8")):
                assert time.monotonic() < end and process.poll() is None, said
                time.sleep(0.1)
            address = said.partition("Consult is at ")[2].split()[0].rstrip("/")
            made = json.loads(fetch(f"{address}/v1/consultations", {"title": "Buses"})[0])["id"]
            fetch(f"{address}/v1/consultations/{made}/uploads?filename=planted.csv", content)
            job = json.loads(fetch(f"{address}/v1/consultations/{made}/jobs", {"config": PLANTED})[0])
            end = time.monotonic() + 240
            while job["state"] not in ("done", "failed", "cancelled"):
                assert time.monotonic() < end, job
                time.sleep(0.3)
                job = json.loads(fetch(f"{address}/v1/jobs/{job['id']}")[0])
            assert job["state"] == "done", job
            pages = walk(f"{address}/")
            run = f"/v1/runs/{job['id']}"
            twins = {path: fetch(address + path)[0] for path in (
                run, *(f"{run}/questions/{each}/{what}" for each in ("bus", "else", "letter") for what in (
                    "themes", "non-answers", "campaigns", "search?q=bus", "search?q=ferry", "search?q=bus&by=meaning",
                )),
            )}  # fmt: skip
        finally:
            process.terminate()
            process.wait(30)
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and path.read_bytes() == content]
    assert len(kept) == 1 and kept[0].parts[-3] == "uploads"
    kept[0].unlink()
    told = {"folder": holdings(tmp_path / "data"), "log": log.read_text(encoding="utf-8").lower()}
    told |= {path: text.lower() for path, text in [*pages.items(), *twins.items()]}
    assert {place: found for place, text in told.items() if (found := found_in(secrets, text))} == {}
    # The walk saw what there is to see.
    assert "evening bus" in told["folder"] and "[phone]" in told["folder"] and "job" in told["log"]
    for name in ("campaigns", "responses/person-3", "search", "ledger"):
        assert any(name in path for path in pages), name
    assert sum("[phone]" in text for text in pages.values()) > 20
    assert len(FORMATS) == 5
