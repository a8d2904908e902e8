"""Requests at a stated rate, whatever the answers take, and what they took; the memory of a process meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

TIMEOUT = 20.0
"""Seconds after which a request is an error."""
WAITING = 500
"""Requests under way at the most; one that would be more is an error, so that a stalled service is not buried."""


@dataclass
class Figures:
    """What some requests took."""

    name: str
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """A percentile in milliseconds, by nearest rank."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def line(self, target: float | None = None, below: Figures | None = None) -> str:
        """The figures in a line, with p95 beside its target and over another's."""
        shown = f"{self.name:34} n {len(self.seconds):6}  errors {len(self.errors):3}  " + "  ".join(
            f"p{round(100 * share)} {self.at(share):7.1f} ms" for share in (0.5, 0.95, 0.99)
        )
        if target is not None:
            shown += f"  (p95 wanted under {target:.0f})"
        if below is not None:
            shown += f"  p95 {self.at(0.95) / below.at(0.95):.1f} times that of {below.name}"
        for error in sorted(set(self.errors)):
            shown += f"\n    {self.errors.count(error)} times {error}"
        return shown


@dataclass(frozen=True)
class Stream:
    """Addresses asked for in turn, `rate` a second."""

    name: str
    rate: float
    paths: Sequence[str]
    headers: tuple[tuple[str, str], ...] = ()


def ask(base: str, streams: Sequence[Stream], seconds: float, until: threading.Event | None = None) -> list[Figures]:
    """Sends every stream for some seconds, or until told.

    A request is due at its time, however long those before it take; its latency counts from then, so that queueing
    anywhere, even here, is counted.
    """
    return asyncio.run(_ask(base, streams, seconds, until or threading.Event()))


async def _ask(base: str, streams: Sequence[Stream], seconds: float, until: threading.Event) -> list[Figures]:
    limits = httpx2.Limits(max_connections=WAITING, max_keepalive_connections=WAITING)
    async with httpx2.AsyncClient(base_url=base, timeout=TIMEOUT, limits=limits, trust_env=False) as client:
        return await asyncio.gather(*(_stream(client, each, seconds, until) for each in streams))


async def _stream(client: httpx2.AsyncClient, stream: Stream, seconds: float, until: threading.Event) -> Figures:
    figures, paths, waiting = Figures(stream.name), itertools.cycle(stream.paths), set()
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def one(due: float) -> None:
        path = next(paths)
        try:
            response = await client.get(path, headers=dict(stream.headers))
        except httpx2.HTTPError as error:
            figures.errors.append(f"{type(error).__name__} {path}")
            return
        figures.seconds.append(loop.time() - due)
        if response.status_code != 200:
            figures.errors.append(f"{response.status_code} {path}")

    for n in itertools.count():
        due = begin + n / stream.rate
        if due >= begin + seconds or until.is_set():
            break
        await asyncio.sleep(max(0.0, due - loop.time()))
        if len(waiting) >= WAITING:
            figures.errors.append("too many under way")
            continue
        task = asyncio.create_task(one(due))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    if waiting:
        await asyncio.wait(set(waiting))
    return figures


class Memory:
    """The memory of a process, looked at ten times a second; what it started is not its own."""

    def __init__(self, pid: int) -> None:
        self._pid, self._stop, self.most = pid, threading.Event(), 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.most = max(self.most, resident(self._pid))

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, resident(self._pid))


def resident(pid: int) -> float:
    """Resident megabytes (10^6 bytes) of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def burst(size: int, seed: int) -> bytes:
    """Bytes of a CSV file, about `size` of them; different for every seed."""
    row = f"{seed},the buses do not run late enough on this side of the town\n".encode()
    return b"id,What do you think?\n" + row * (size // len(row))


def upload(base: str, consultation_id: str, size: int, seed: int) -> tuple[int, float]:
    """Sends one raw stream of `size` bytes in pieces of 64 KB; its status and seconds."""
    piece = burst(1 << 16, seed)
    whole, rest = divmod(size, len(piece))

    def pieces():
        for _ in range(whole):
            yield piece
        yield piece[:rest]

    began = time.perf_counter()
    with httpx2.Client(base_url=base, timeout=300, trust_env=False) as client:
        response = client.post(
            f"/v1/consultations/{consultation_id}/uploads",
            params={"filename": f"file-{seed}.csv"},
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            content=pieces(),
        )
    return response.status_code, time.perf_counter() - began
