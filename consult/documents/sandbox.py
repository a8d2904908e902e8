"""The parent's side of the child that opens files: one child for many files, ended when it takes too much.

What a file may take grows with what it unpacks to: memory beyond what the child needs for itself, and seconds of the
processor. The limits of memory and processor hold on Linux; elsewhere only the time on the clock is limited, and the
notes on each file say so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from consult.errors import InputError

_MB: Final = 1024**2
_MEMORY: Final = (256 * _MB, 12, 1280 * _MB)
"""Bytes for any file, bytes a byte that it unpacks to, and the most."""
_SECONDS: Final = (2, 0.5 / _MB, 240)
"""Of the processor, in the same way."""
_CLOCK: Final = 10
"""Seconds on the clock for each of the processor: the machine may be busy."""

_START: Final = "import sys; sys.path.append(sys.argv[1]); from consult.documents.child import main; main()"
READY: Final = b"ready\n"

LIMITED: Final = sys.platform == "linux"
UNLIMITED_NOTE: Final = "Caution: on this system the memory of the program that opens files is not limited"


@dataclass(frozen=True)
class Parsed:
    """What the child found in a file.

    Attributes:
        found: What it says of the file, as JSON holds it.
        blobs: What it holds beside: frames in Arrow's format, or attachments.
    """

    found: dict[str, Any]
    blobs: tuple[bytes, ...]


class Sandbox:
    """A child process that opens files one after the other; started for the first, started anew when it was ended."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def parse(
        self, task: str, name: str, content: bytes, unpacked: int, options: Mapping[str, Any] | None = None
    ) -> Parsed:
        """Opens a file in the child.

        Args:
            task: One of `consult.documents.child.TASKS`.
            name: The file's name, for errors.
            content: The whole file.
            unpacked: Bytes that it unpacks to, as far as that is known; its limits follow from it.
            options: Of the task.

        Raises:
            InputError: the file is damaged, encrypted, or took more memory or time than its size allows.
        """
        memory = min(int(_MEMORY[0] + _MEMORY[1] * unpacked), _MEMORY[2])
        seconds = min(int(_SECONDS[0] + _SECONDS[1] * unpacked), _SECONDS[2])
        header = {"task": task, "name": name, "size": len(content), "options": dict(options or {}), "memory": memory,
                  "seconds": seconds}  # fmt: skip
        child = self._started()
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(_CLOCK + seconds * _CLOCK, end)
        clock.daemon = True
        clock.start()
        try:
            parsed = _asked(child, header, content)
        finally:
            clock.cancel()
        if parsed is None:
            code = self.close()
            raise _ended(name, late=late.is_set(), code=code, seconds=seconds, memory=memory)
        error = parsed.found.get("error")
        if error is not None:
            if error["code"] == "out_of_memory":
                self.close()
                raise _ended(name, late=False, code=0, seconds=seconds, memory=memory)
            raise InputError(error["code"], error["message"], error["hint"])
        return parsed

    def close(self) -> int:
        """Ends the child, where there is one.

        Returns:
            How it ended: as `subprocess.Popen.returncode`.
        """
        child, self._child = self._child, None
        if child is None:
            return 0
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None
        try:
            return child.wait(1)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            # -P: what stands in the working folder, such as a letter named lxml.py, is never imported.
            command = [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2])]
            environment = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONWARNINGS": "ignore", "MALLOC_ARENA_MAX": "2"}
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            if self._child.stdout is None or self._child.stdout.readline() != READY:
                self.close()
                raise InputError(
                    "no_sandbox",
                    "The program that opens workbooks, letters and mail within limits cannot be started.",
                    "Check that this Python may start another, and has memory left for it.",
                )
        return self._child


_OPEN: ContextVar[Sandbox | None] = ContextVar("sandbox", default=None)


@contextmanager
def sandboxed() -> Iterator[Sandbox]:
    """The child for the files that are read inside this context: the one that is open already, else one of its own."""
    there = _OPEN.get()
    if there is not None:
        yield there
        return
    box = Sandbox()
    token = _OPEN.set(box)
    try:
        yield box
    finally:
        _OPEN.reset(token)
        box.close()


def _asked(child: subprocess.Popen[bytes], header: Mapping[str, Any], content: bytes) -> Parsed | None:
    """What the child answers; None when it ended before."""
    if child.stdin is None or child.stdout is None:
        raise AssertionError("the child has both pipes")
    try:
        child.stdin.write(json.dumps(header).encode() + b"\n")
        child.stdin.write(content)
        child.stdin.flush()
        line = child.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer = json.loads(line)
        blobs = tuple(_exactly(child.stdout, size) for size in answer["sizes"])
    except (BrokenPipeError, EOFError, OSError, ValueError):
        return None
    return Parsed(answer["found"], blobs)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


def _ended(name: str, *, late: bool, code: int, seconds: int, memory: int) -> InputError:
    if late or code == -_sigxcpu():
        return InputError(
            "takes_too_long",
            f"{name}: takes longer to open than a file of its size should ({seconds} seconds were allowed).",
            "It may be damaged or made to do harm: open it yourself, save a plain copy, and give that.",
        )
    return InputError(
        "takes_too_much",
        f"{name}: cannot be opened: it takes more memory than a file of its size should "
        f"({memory // _MB:,} MB were allowed), or ends the program that opens it.",
        "It may be damaged or made to do harm: open it yourself, save a plain copy, and give that.",
    )


def _sigxcpu() -> int:
    import signal

    return int(getattr(signal, "SIGXCPU", 0)) or -1


__all__ = ["LIMITED", "UNLIMITED_NOTE", "Parsed", "Sandbox", "sandboxed"]
