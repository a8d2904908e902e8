"""Locks that go with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

_OLD: Final = 24 * 3600
"""Seconds after which a file is nobody's, where the system has no such locks."""


def lock(file: IO[Any]) -> bool:
    """Takes the lock of an open file, which is let go when the file is closed or the process ends.

    Returns:
        Whether it was free.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Whether some process holds the lock of a file; one that is not there is held by none."""
    if sys.platform == "win32":
        return path.exists() and time.time() - path.stat().st_mtime < _OLD
    try:
        with path.open("rb") as file:
            return not lock(file)
    except OSError:
        return False


def machine() -> str:
    """A name of this machine since it was started: locks are seen by processes of the same one only."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        import socket

        return f"{socket.gethostname()}-{os.name}"
