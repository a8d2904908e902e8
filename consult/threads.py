"""Linear algebra on one thread: how a sum is shared out among threads moves its last bits, and with them a theme."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it numpy's and scipy's linear algebra runs on one thread, so a result rests on no setting of a machine."""
    # scipy brings an algebra library of its own, which can be limited once it is loaded.
    import scipy.linalg
    from threadpoolctl import threadpool_limits

    del scipy
    with threadpool_limits(limits=1, user_api="blas"):
        yield
