"""Runs kept open, and what was found in them: as much as a stated room holds, the longest unread going first."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np
import polars as pl

from consult import store
from consult.analysis import Run
from consult.errors import RunError

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values that were asked for last; a value is made once, and others wait for it.

    Args:
        room: What the values that are kept may weigh together; one that takes up over a quarter of it is not kept.
        weigh: What a value weighs; 1 when not given, so that `room` is their number.
    """

    def __init__(self, room: int, weigh: Callable[[Value], int] | None = None) -> None:
        self._room, self._held = room, 0
        self._weigh: Callable[[Value], int] = weigh or (lambda _: 1)
        self._most = room // 4 if weigh else 1
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, from `make` when it is not kept. What `make` raises goes through and is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key][0]
            try:
                value = make()
                weight = self._weigh(value)
                with self._lock:
                    if weight <= self._most:
                        self._values[key] = (value, weight)
                        self._held += weight
                    while self._held > self._room:
                        self._held -= self._values.popitem(last=False)[1][1]
            finally:
                # Not before it is kept: who asks in between would make it again.
                with self._lock:
                    self._making.pop(key, None)
            return value

    def drop(self, mine: Callable[[Hashable], bool]) -> None:
        """Lets go of the values whose keys `mine` says yes to."""
        with self._lock:
            for key in [key for key in self._values if mine(key)]:
                self._held -= self._values.pop(key)[1]


def size_of(value: object) -> int:
    """About how many bytes a value takes: a frame, an array, JSON values, or a dataclass of such."""
    if isinstance(value, pl.DataFrame | pl.Series):
        return int(value.estimated_size())
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(size_of(each) for each in value.values())
    if isinstance(value, list | tuple):
        return sys.getsizeof(value) + sum(size_of(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return sys.getsizeof(value) + sum(size_of(getattr(value, each.name)) for each in fields(value))
    return sys.getsizeof(value)


_RUNS: Final[Recent[Run]] = Recent(16)
DERIVED: Final[Recent[Any]] = Recent(48_000_000, size_of)
"""What was computed of a run and is asked for again; keys start with the run's folder."""


def open_run(folder: Path) -> Run:
    """The run in a folder. What is large of it stays on disk and is read as it is needed.

    Raises:
        RunError: as `consult.store.open_run` does.
    """
    return _RUNS.get(str(folder.resolve()), lambda: store.open_run(folder.resolve()))


def forget_run(folder: Path) -> None:
    """Lets go of all that is kept of a run, when its folder is removed."""
    place = str(folder.resolve())
    _RUNS.drop(lambda key: key == place)
    DERIVED.drop(lambda key: isinstance(key, tuple) and key[0] == place)


def derived(run: Run, key: tuple[Hashable, ...], make: Callable[[], Value]) -> Value:
    """What `make` gives, kept when the run is one on disk, which never changes."""
    if run.folder is None:
        return make()
    value: Value = DERIVED.get((str(run.folder.resolve()), *key), make)
    return value


def read(scanned: pl.LazyFrame, run: Run) -> pl.DataFrame:
    """Collects what was asked of `consult.store.scan_frame`.

    Raises:
        RunError: a file is missing or damaged.
    """
    try:
        return scanned.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            "run_damaged", f"Run {run.name!r} cannot be read ({type(error).__name__}).",
            "Restore the run's folder, or move it away and analyse again.",
        ) from None  # fmt: skip
