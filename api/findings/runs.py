"""Runs kept open: the few that were read last, each read once however many ask at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Final, Generic, TypeVar

from consult.analysis import Run
from consult.store import read_run

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values that were asked for last; a value is made once, and others wait for it.

    Args:
        size: How many are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, from `make` when it is not kept. What `make` raises goes through and is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._values[key] = value
                while len(self._values) > self._size:
                    self._values.popitem(last=False)
            return value

    def drop(self, mine: Callable[[Hashable], bool]) -> None:
        """Lets go of the values whose keys `mine` says yes to."""
        with self._lock:
            for key in [key for key in self._values if mine(key)]:
                del self._values[key]


_RUNS: Final[Recent[Run]] = Recent(4)
DERIVED: Final[Recent[object]] = Recent(64)
"""What was computed of a run and is asked for again; keys start with the run's folder."""


def open_run(folder: Path) -> Run:
    """The run in a folder. Its vectors stay on disk and are read as they are needed.

    Raises:
        RunError: as `consult.store.read_run` does.
    """
    return _RUNS.get(str(folder.resolve()), lambda: read_run(folder.resolve()))


def forget_run(folder: Path) -> None:
    """Lets go of all that is kept of a run, when its folder is removed."""
    place = str(folder.resolve())
    _RUNS.drop(lambda key: key == place)
    DERIVED.drop(lambda key: isinstance(key, tuple) and key[0] == place)


def derived(run: Run, key: tuple[Hashable, ...], make: Callable[[], Value]) -> Value:
    """What `make` gives, kept when the run is one on disk, which never changes."""
    if run.folder is None:
        return make()
    return DERIVED.get((str(run.folder.resolve()), *key), make)  # type: ignore[return-value]
