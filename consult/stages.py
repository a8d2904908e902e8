"""Running stages: who is told how far they have come, and where finished ones are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol


class Progress(Protocol):
    """Who is told how far the work has come. Either method may raise `Cancelled` to stop it."""

    def start(self, question_id: str, stage: str, total: int) -> None:
        """A stage begins; `total` is what `advance` will add up to, 0 where that is not known."""

    def advance(self, n: int) -> None:
        """That much more is done."""


class NoProgress:
    """Tells nobody."""

    def start(self, question_id: str, stage: str, total: int) -> None:
        """See `Progress`."""

    def advance(self, n: int) -> None:
        """See `Progress`."""


class Checkpoints(Protocol):
    """Where finished stages are kept, so that the same work given again goes on from there."""

    def load(self, question_id: str, stage: str) -> Mapping[str, Any] | None:
        """The frames, arrays and JSON values that a finished stage left, by name, or None."""

    def save(self, question_id: str, stage: str, values: Mapping[str, Any]) -> None:
        """Keeps what a stage left."""


@dataclass
class Stages:
    """Runs stages: times them, tells of them, and takes what is kept instead of computing it again.

    Attributes:
        progress: Who is told.
        checkpoints: Where finished stages are kept; None for nowhere.
        seconds: Seconds a stage, added up.
    """

    progress: Progress
    checkpoints: Checkpoints | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, question_id: str, stage: str, total: int = 0) -> Iterator[None]:
        """Tells of a stage and adds its seconds."""
        self.progress.start(question_id, stage, total)
        began = time.perf_counter()
        yield
        self.seconds[stage] = round(self.seconds.get(stage, 0) + time.perf_counter() - began, 3)

    def kept(self, question_id: str, stage: str, total: int, make: Callable[[], dict[str, Any]]) -> Mapping[str, Any]:
        """What a stage left when it was run before, or what `make` gives now, which is then kept."""
        with self.timed(question_id, stage, total):
            found = self.checkpoints.load(question_id, stage) if self.checkpoints else None
            if found is not None:
                self.progress.advance(total)
                return found
            made = make()
            if self.checkpoints:
                self.checkpoints.save(question_id, stage, made)
            return made
