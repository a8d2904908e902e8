"""The command line as its users meet it: in a process of its own, or within this one where many calls are made."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consult.cli import main

# Any use of a socket ends the process with a traceback, whatever the address.
NO_SOCKETS = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError("a socket was used")

for name in ("connect", "connect_ex", "bind", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse)
try:
    socket.getaddrinfo("example.org", 443)
except AssertionError:
    pass
else:
    sys.exit("sockets are open")
sys.argv = ["consult", *sys.argv[1:]]
from consult.cli import main
main()
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


Consult = Callable[..., Ended]


@pytest.fixture
def consult(monkeypatch: pytest.MonkeyPatch) -> Consult:
    """Runs a command in this process. An exception that it does not turn into a message fails the test."""

    def run(*args: object, stdin: bytes = b"") -> Ended:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "12")
        monkeypatch.setattr(sys, "argv", ["consult", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        said = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
        return Ended(code, *said)

    return run


def command(*args: object) -> list[str]:
    """The command as a shell would start it."""
    return [sys.executable, "-m", "consult.cli", *map(str, args)]


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Starts a command in a process of its own, which hears Ctrl-C even where this one does not."""

    def start(*args: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ | environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    return start


def ended(arguments: Sequence[str], *, timeout: float = 180) -> Ended:
    """Runs a process to its end."""
    done = subprocess.run(
        arguments, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=timeout,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def sample_job(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """The whole job on the samples, once, with every socket closed: how it ended, and its run's folder."""
    out = tmp_path_factory.mktemp("runs")
    arguments = ["analyse", str(samples / "moving-celyn.csv"), "--config", str(samples / "moving-celyn.toml")]
    return ended([sys.executable, "-c", NO_SOCKETS, *arguments, "--out", str(out)]), out / "moving-celyn"


@pytest.fixture(scope="session")
def run_folder(sample_job: tuple[Ended, Path]) -> Path:
    """The folder of the samples' run; nobody writes into it."""
    return sample_job[1]
