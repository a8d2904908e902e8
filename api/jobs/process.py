"""A job's process: started with what to do on its standard input, listened to, ended with all that it started."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from api.child import OUT_OF_MEMORY


class Child:
    """`python -m api.child`, in a process group of its own.

    Args:
        spec: What to do; see `api.child`.

    Start it on a thread that stays until it ends: on Linux it ends with that thread.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "api.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a library prints may hold the text of a response.
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # What the service sets for itself costs an analysis time.
            env={name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"},
        )
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        with suppress(OSError):
            given, spec = self._process.stdin, spec | {"parent": os.getpid()}
            assert given is not None
            given.write(json.dumps(spec).encode() + b"\n")
            given.flush()

    def lines(self, every: float) -> Iterator[dict[str, Any] | None]:
        """What it says, until its end; None when it said nothing for `every` seconds."""
        while True:
            try:
                line = self._lines.get(timeout=every)
            except queue.Empty:
                yield None
                continue
            if line is None:
                return
            yield line

    def kill(self) -> None:
        """Ends it and all that it started, at once."""
        with suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            elif self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> int:
        """Waits for its end, and gives its exit code: below 0 the signal that ended it."""
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return code

    def _listen(self, out: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            for line in out:
                with suppress(ValueError):
                    self._lines.put(json.loads(line))
        self._lines.put(None)


def died(code: int) -> dict[str, str]:
    """What to say of a process that ended without a word."""
    if code == -9:
        return OUT_OF_MEMORY | {"message": "The analysis was ended by the system, most often for want of memory."}
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return {
        "code": "analysis_died",
        "message": f"The analysis ended without a word ({how}).",
        "hint": "Try again: it goes on from its last finished stage. If it comes back, report it.",
    }
