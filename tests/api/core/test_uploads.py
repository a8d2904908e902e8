from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api import records, uploads
from consult.errors import ConsultError, RunError


def files(core: Any) -> list[str]:
    places = (core.settings.uploads, core.settings.incoming)
    return sorted(path.name for place in places for path in place.rglob("*") if path.is_file())


def test_an_upload_is_kept_whole_with_its_sum(core: Any) -> None:
    cid, content = core.consultation(), bytes(range(256)) * 12_000
    upload = asyncio.run(core.receive(cid, content, "Responses (final).csv"))
    assert (upload.filename, upload.bytes) == ("Responses (final).csv", len(content))
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert uploads.upload_path(core.settings, upload).read_bytes() == content
    assert records.list_uploads(core.engine, cid) == [upload]
    assert files(core) == ["Responses (final).csv"]


class Gone(Exception):
    """The sender is gone."""


def test_an_upload_that_is_cut_off_leaves_nothing(core: Any) -> None:
    cid = core.consultation()
    seen: list[list[str]] = []

    async def cut() -> AsyncIterator[bytes]:
        yield b"x" * 3_000_000
        seen.append([path.suffix for path in core.settings.incoming.iterdir()])
        assert records.list_uploads(core.engine, cid) == []
        assert not core.settings.uploads.exists()
        raise Gone

    with pytest.raises(Gone):
        asyncio.run(uploads.receive(cut(), "a.csv", cid, "ada", core.settings, core.engine))
    assert seen == [[".part"]]
    assert records.list_uploads(core.engine, cid) == []
    assert files(core) == []


def test_an_upload_that_is_dropped_leaves_nothing(core: Any) -> None:
    cid = core.consultation()

    async def stall() -> AsyncIterator[bytes]:
        yield b"x" * 3_000_000
        await asyncio.sleep(60)

    async def drop() -> None:
        task = asyncio.ensure_future(uploads.receive(stall(), "a.csv", cid, "ada", core.settings, core.engine))
        await asyncio.sleep(0.2)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(drop())
    assert records.list_uploads(core.engine, cid) == []
    assert files(core) == []


def test_an_upload_that_is_too_large_leaves_nothing(new_core: Any) -> None:
    core = new_core(max_upload_bytes=1000)
    cid = core.consultation()
    assert asyncio.run(core.receive(cid, b"x" * 1000)).bytes == 1000
    with pytest.raises(ConsultError) as raised:
        asyncio.run(core.receive(cid, b"x" * 1001, "large.csv"))
    assert raised.value.code == "too_large"
    assert files(core) == ["celyn.csv"]


def test_a_folder_that_cannot_be_written_is_named(core: Any) -> None:
    cid = core.consultation()
    core.settings.incoming.write_text("a file in the way")
    with pytest.raises(RunError) as raised:
        asyncio.run(core.receive(cid, b"x"))
    assert raised.value.code == "folder_unwritable"


def test_no_consultation_no_upload(core: Any) -> None:
    with pytest.raises(records.NotFound):
        asyncio.run(core.receive("nowhere", b"x"))
    assert files(core) == []


def test_what_a_killed_process_left_is_swept_and_what_is_under_way_is_not(core: Any) -> None:
    cid = core.consultation()
    upload = asyncio.run(core.receive(cid, b"whole"))
    core.settings.incoming.mkdir(exist_ok=True)
    (core.settings.incoming / "dead.part").write_bytes(b"half")
    orphan = core.settings.uploads / "0123456789abcdef"
    orphan.mkdir()
    (orphan / "moved.csv").write_bytes(b"moved, but its row was never written")
    live = core.settings.incoming / "live.part"
    holder = """
import sys
from api.locks import lock
file = open(sys.argv[1], "wb")
assert lock(file)
print("held", flush=True)
sys.stdin.read()
"""
    arguments = [sys.executable, "-c", holder, str(live)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        assert uploads.sweep(core.settings, core.engine) == 2
        assert files(core) == ["celyn.csv", "live.part"]
        process.kill()
    assert uploads.sweep(core.settings, core.engine) == 1
    assert files(core) == ["celyn.csv"]
    assert uploads.upload_path(core.settings, upload).read_bytes() == b"whole"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("responses.csv", "responses.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\ymatebion.xlsx", "ymatebion.xlsx"),
        ("a\x00b\nc.csv", "a_b_c.csv"),
        ('what? "no": <1>|2*.csv', "what_ _no__ _1__2_.csv"),
        ("..", "upload"),
        ("", "upload"),
        (".csv", "csv"),
        ("x" * 300 + ".parquet", "x" * 142 + ".parquet"),
        ("é" * 100 + ".csv", "é" * 73 + ".csv"),
        ("\u202egnp.csv", "_gnp.csv"),
        ("\ud800.csv", "_.csv"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_safe(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept
