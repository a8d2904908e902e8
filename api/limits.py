"""How often somebody may ask: a bucket of requests each, which fills again with time."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from api.problems import ProblemError

_KEPT: Final = 10_000


class Buckets:
    """Token buckets by name, in this process.

    Args:
        per_minute: Requests that a bucket takes in a minute; as many may come at once.
        clock: Seconds, never backwards.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._rate = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Takes one request from a bucket.

        Raises:
            ProblemError: it is empty; Retry-After says when to come back.
        """
        with self._lock:
            now = self._clock()
            left, at = self._buckets.pop(name, (self._size, now))
            left = min(self._size, left + (now - at) * self._rate)
            allowed = left >= 1
            self._buckets[name] = (left - 1 if allowed else left, now)
            while len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((1 - left) / self._rate))
            raise ProblemError(
                "rate_limited",
                "Too many requests.",
                f"Try again in {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )
