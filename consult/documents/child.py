"""The child of `consult.documents.sandbox`: opens files that others made, one after the other, within limits.

Standard input has, for each file, a line of JSON and then the file; standard output a line of JSON and then what the
line announces. It ends with its parent, whose end closes the pipe. It starts no program, opens no connection, and on
Linux writes no file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from consult.documents.sandbox import READY
from consult.errors import InputError

Found = tuple[dict[str, Any], list[bytes]]
Task = Callable[[str, bytes, dict[str, Any]], Found]

TASKS: Final = {
    "workbook": ("sheets", "open_workbook"),
    "sheet": ("sheets", "load_sheet"),
    "parquet": ("sheets", "load_parquet"),
    "word": ("word", "read_word"),
    "opendocument": ("opendocument", "read_opendocument"),
    "html": ("web", "read_page"),
    "pdf": ("pdf", "read_pdf"),
    "mail": ("mail", "read_mail"),
    "outlook": ("mail", "read_outlook"),
}
"""Task -> the module beside this one, and its function: (name, content, options) -> (what is found, blobs)."""

_FORBIDDEN: Final = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect",
                     "socket.bind", "socket.getaddrinfo", "urllib.Request", "webbrowser.open")  # fmt: skip


def main() -> None:
    """Answers until standard input ends."""
    given = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    # Whatever prints in a library must not end among the answers.
    os.dup2(2, 1)
    sys.addaudithook(_refuse)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", 0)
    out.write(READY)
    out.flush()
    while line := given.readline():
        asked = json.loads(line)
        content = given.read(asked["size"])
        found, blobs = answer(asked, content)
        del content
        out.write(json.dumps({"found": found, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n")
        for blob in blobs:
            out.write(blob)
        out.flush()


def answer(asked: dict[str, Any], content: bytes) -> Found:
    """What one file holds, or an error that holds none of it."""
    module, function = TASKS[asked["task"]]
    try:
        task: Task = getattr(import_module(f"consult.documents.{module}"), function)
        _limit_file(asked["memory"], asked["seconds"])
        return task(asked["name"], content, asked["options"])
    except InputError as error:
        return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}, []
    except MemoryError:
        return {"error": {"code": "out_of_memory"}}, []
    except BaseException as error:
        # A library may raise anything on a damaged file, its own panic included, and its words may hold the text.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return {"error": _damaged(asked["name"])}, []


def _damaged(name: str) -> dict[str, str]:
    return {
        "code": "unreadable_file",
        "message": f"{name}: is damaged, or is not what its name says.",
        "hint": "Open it in the program that it was made with, save it again, and give that.",
    }


def _refuse(event: str, _: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _limit_file(memory: int, seconds: int) -> None:
    """Limits what follows, beyond what this process has taken already."""
    if sys.platform == "linux":
        import resource

        with open("/proc/self/statm", encoding="ascii") as statm:
            taken = int(statm.read().split()[0]) * resource.getpagesize()
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit("RLIMIT_AS", taken + memory)
        _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _limit(name: str, most: int) -> None:
    """Sets a limit as low as `most`; the hard one stays, so that the next file may be given more."""
    if sys.platform == "linux":
        import resource

        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))
