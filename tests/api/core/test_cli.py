from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.cli import _listen
from api.settings import ServiceSettings

ROOT = Path(__file__).parents[3]


def run(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def run_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code))


def test_help_loads_nothing_heavy() -> None:
    said = run("--help")
    for command in ("analyse", "serve", "worker", "doctor", "backup", "restore", "key"):
        assert command in said
    probe = (
        "import sys, api.cli; print([m for m in ('sqlalchemy', 'fastapi', 'polars', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    made = run_json("key", "make", "nightly", "--principal", "robot", "--scope", "write", "--scope", "read", *data)
    assert (made["name"], made["principal"], made["scopes"]) == ("nightly", "robot", ["read", "write"])
    secret = run("key", "make", "other", *data)
    assert secret.startswith("consult_")
    found = run_json("key", "list", *data)["items"]
    assert [key["name"] for key in found] == ["nightly", "other"]
    assert made["secret"] not in json.dumps(found)
    assert run_json("key", "revoke", made["id"], *data)["revoked_at"]
    assert "revoked" in run("key", "list", *data)
    assert run_json("key", "revoke", "nowhere", *data, code=5)["error"]["code"] == "not_found"
    assert run_json("key", "make", "x", "--scope", "all", *data, code=3)["error"]["code"] == "scope_unknown"


def test_a_backup_goes_there_and_back(tmp_path: Path) -> None:
    run("key", "make", "nightly", "--data", str(tmp_path / "one"))
    made = run_json("backup", str(tmp_path / "a.tar"), "--data", str(tmp_path / "one"))
    assert made == run_json("restore", str(tmp_path / "a.tar"), "--data", str(tmp_path / "two"))
    assert "nightly" in run("key", "list", "--data", str(tmp_path / "two"))


def test_the_doctor_looks_at_everything(tmp_path: Path) -> None:
    found = run_json("doctor", "--data", str(tmp_path / "data"))
    assert found["ok"] is True
    assert [check["name"] for check in found["checks"]] == [
        "data folder", "disk", "database", "embedding model", "listening",
    ]  # fmt: skip
    bad = run_json("doctor", "--data", str(tmp_path), "--database", "postgresql://a:hunter2@127.0.0.1:1/x", code=1)
    (failed,) = [check for check in bad["checks"] if not check["ok"]]
    assert failed["name"] == "database" and failed["hint"]
    assert "hunter2" not in json.dumps(bad)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "beyond loopback"),
        (("--database", "mysql://host/x"), "mysql is not supported"),
        (("--log-level", "loud"), "no log level 'loud'"),
        (("--auth", "nobody"), "auth: Input should be"),
    ],
)
def test_what_cannot_be_served_is_refused(tmp_path: Path, arguments: Sequence[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "serve", "--data", str(tmp_path), *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("consult: ")
    assert said in done.stderr


def test_serve_says_where_it_is_answers_and_ends(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--data", str(tmp_path / "data"), "--port", "0"],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        while said and not said.startswith("Consult is at "):
            said = process.stderr.readline()
        address = said.split()[3]
        with urllib.request.urlopen(f"{address}healthz", timeout=10) as answer:
            assert answer.status == 200
        # Longer than most programs keep one open: whoever closes first must be the one who sends.
        idle = http.client.HTTPConnection(address.split("/")[2], timeout=10)
        for wait in (6, 0):
            idle.request("GET", "/healthz")
            assert idle.getresponse().read() == b'{"alive":true}'
            mine = idle.sock.getsockname()
            time.sleep(wait)
        assert mine == idle.sock.getsockname()
        idle.close()
        taken = ("--port", address.rstrip("/").rpartition(":")[2])
        run("serve", "--data", str(tmp_path / "other"), *taken, code=3)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130, -2)
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert list((tmp_path / "data" / "workers").iterdir()) == []


def test_worker_ends_when_it_is_told(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker", "--data", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Consult's worker")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_an_answer_is_not_held_back_for_an_acknowledgement() -> None:
    """Of a head and a body that are sent apart, the body would wait 40 ms."""

    async def connect() -> int:
        met: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def meet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            met.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = _listen(ServiceSettings(port=0))
        async with await asyncio.start_server(meet, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            found = await asyncio.wait_for(met, 10)
            writer.close()
        return found

    assert asyncio.run(connect()) != 0
