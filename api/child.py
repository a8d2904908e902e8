"""`python -m api.child`: one analysis in a process of its own, so that it can be ended and cannot stall the service.

The first line of standard input says what to do; its end says that the parent is gone. Standard output has a JSON
object a line: {"kind": "progress", …}, and at the last {"kind": "done", …} or {"kind": "failed", …}.
No line holds the text of a response.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

from consult.errors import ConsultError

_OFTEN: Final = 0.1
"""Seconds between two lines about the same stage."""
_KIND: Final = 1  # PR_SET_PDEATHSIG


class LineProgress:
    """Tells how far it has come, a JSON line at a time."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._now: dict[str, Any] = {}
        self._told = 0.0

    def start(self, question_id: str, stage: str, total: int) -> None:
        """See `consult.stages.Progress`."""
        with self._lock:
            self._now = {"kind": "progress", "stage": stage, "question_id": question_id, "done": 0, "total": total}
            self._tell()

    def advance(self, n: int) -> None:
        """See `consult.stages.Progress`."""
        with self._lock:
            self._now["done"] += n
            if time.monotonic() - self._told >= _OFTEN or self._now["done"] >= self._now["total"]:
                self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        put(self._out, self._now)


def put(out: TextIO, line: dict[str, Any]) -> None:
    """Writes a line."""
    out.write(json.dumps(line) + "\n")
    out.flush()


def analyse(spec: dict[str, Any], out: TextIO) -> None:
    """Does what a specification says: `out`, `name`, `paths`, `config`."""
    # Here, and not above: a specification that is wrong should not wait for it.
    from consult import analyse_into, load_config

    try:
        config = load_config(None, spec["config"])
        paths = [Path(path) for path in spec["paths"]]
        run = analyse_into(Path(spec["out"]), paths, config, name=spec["name"], progress=LineProgress(out))
        put(out, {"kind": "done", "name": run.name, "counts": run.manifest["counts"]})
    except ConsultError as error:
        message, hint = (_without_paths(text, spec) for text in (error.message, error.hint))
        put(out, {"kind": "failed", "code": error.code, "message": message, "hint": hint})
    except MemoryError:
        put(out, {"kind": "failed"} | OUT_OF_MEMORY)
    except Exception as error:
        # The words of an unforeseen error may hold the text of a response: where it arose does not.
        where = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        put(
            out,
            {
                "kind": "failed",
                "code": "defect",
                "message": f"The analysis met a defect ({type(error).__name__} at {where[-1]}).",
                "hint": "Report it with this message; the log of the service says more.",
                "where": where,
            },
        )


def _without_paths(text: str, spec: dict[str, Any]) -> str:
    """A message with files as their senders call them, and no folder of this machine."""
    for path in spec["paths"]:
        text = text.replace(path, Path(path).name)
    return text.replace(f"{spec['out']}{os.sep}", "").replace(spec["out"], "the folder of runs")


OUT_OF_MEMORY: Final = {
    "code": "memory",
    "message": "The analysis ran out of memory.",
    "hint": "Give the machine more, lower max_fit, or analyse fewer questions at a time; then try again.",
}


def main() -> None:
    """Reads what to do, does it, and ends with the parent."""
    with os.fdopen(os.dup(0), "rb", buffering=0) as given:
        spec = json.loads(given.readline())
    _die_with(int(spec["parent"]))
    # Whatever prints in a library must not end among the lines.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _step_back(int(spec.get("nice", 5)))
    analyse(spec, out)
    out.flush()
    # Threads of the watch and of compiled code need not be waited for.
    os._exit(0)


def _step_back(by: int) -> None:
    """Lets pages go first.

    Where Linux groups processes by session, niceness counts within a session only, and this process has its own: the
    session's is set too.

    Source: sched(7), "The autogroup feature".
    """
    if hasattr(os, "nice"):
        os.nice(by)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(by), encoding="ascii")


def _die_with(parent: int) -> None:
    threading.Thread(target=_watch, daemon=True).start()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_KIND, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _watch() -> None:
    while os.read(0, 1024):
        pass
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
