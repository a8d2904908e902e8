"""Work that may take longer than a reader waits: begun once, looked at again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any, Final

_POOL: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="page-check")
_BEGUN: Final[dict[Hashable, Future[Any]]] = {}
_LOCK: Final = threading.Lock()


def within(key: Hashable, seconds: float, work: Callable[[], Any]) -> Any | None:  # noqa: ANN401 (what `work` gives)
    """What `work` gives, or None when it is not finished in time; the next call with its key waits for the same work.

    What `work` raises goes through.
    """
    with _LOCK:
        begun = _BEGUN.get(key)
        if begun is None:
            begun = _BEGUN[key] = _POOL.submit(work)
    try:
        return begun.result(timeout=seconds)
    except TooSlow:
        if not begun.done():
            return None
        raise
    finally:
        if begun.done():
            with _LOCK:
                _BEGUN.pop(key, None)
