"""Files out of a multipart form as they arrive: none is held in memory or spooled to a second file."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from python_multipart.exceptions import MultipartParseError, ParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import ProblemError

_MAX_FIELD: Final = 65_536
_MAX_PARTS: Final = 1000


@dataclass
class Part:
    """A field of a form.

    Attributes:
        name: Its name.
        filename: Of a file; None of a plain field.
        chunks: What it holds, to be read before the next part is asked for.
    """

    name: str
    filename: str | None
    chunks: AsyncIterator[bytes]

    async def text(self) -> str:
        """A plain field's value.

        Raises:
            ProblemError: it is too long, or is not UTF-8.
        """
        held = b""
        async for chunk in self.chunks:
            held += chunk
            if len(held) > _MAX_FIELD:
                raise ProblemError("too_large", "A field of the form is too long.", "", status=413)
        try:
            return held.decode()
        except UnicodeDecodeError:
            raise _broken() from None


async def read_parts(request: Request) -> AsyncIterator[Part]:
    """The fields of a multipart form, in order.

    Raises:
        ProblemError: the body is no such form, or ends too soon.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise ProblemError("media_type", "The body is not multipart/form-data with a boundary.", "", status=415)
    reader = _Reader(request.stream(), boundary)
    for _ in range(_MAX_PARTS):
        part = await reader.next_part()
        if part is None:
            return
        yield part
    raise ProblemError("bad_request", "The form has too many fields.", "", status=400)


@dataclass
class _Reader:
    """Turns the parser's callbacks into events that are read one by one."""

    stream: AsyncIterator[bytes]
    boundary: bytes
    _events: deque[tuple[str, bytes]] = field(default_factory=deque)
    _parser: MultipartParser = field(init=False)
    _header: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    _disposition: bytes = b""

    def __post_init__(self) -> None:
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": lambda: self._events.append(("part", self._disposition)),
            "on_part_data": lambda data, start, end: self._events.append(("data", bytes(data[start:end]))),
            "on_part_end": lambda: self._events.append(("end", b"")),
            "on_end": lambda: self._events.append(("over", b"")),
        }
        try:
            self._parser = MultipartParser(self.boundary, callbacks)
        except (ParseError, ValueError):
            raise _broken() from None

    def _begin(self) -> None:
        self._disposition = b""

    def _end_header(self) -> None:
        name, value = (bytes(part) for part in self._header)
        self._header = (bytearray(), bytearray())
        if name.lower() == b"content-disposition":
            self._disposition = value

    async def _next(self) -> tuple[str, bytes]:
        while not self._events:
            try:
                chunk = await anext(self.stream)
            except StopAsyncIteration:
                raise _broken() from None
            if not chunk:
                continue
            try:
                self._parser.write(chunk)
            except (MultipartParseError, ParseError):
                raise _broken() from None
        return self._events.popleft()

    async def next_part(self) -> Part | None:
        """The next part; what was not read of the one before is passed over."""
        while True:
            event, value = await self._next()
            if event == "over":
                return None
            if event == "part":
                _, options = parse_options_header(value)
                filename = options.get(b"filename")
                name = options.get(b"name", b"").decode("utf-8", "replace")
                shown = None if filename is None else filename.decode("utf-8", "replace")
                return Part(name, shown, self._chunks())

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            event, value = await self._next()
            if event == "end":
                return
            yield value


def _broken() -> ProblemError:
    return ProblemError(
        "upload_incomplete", "The form cannot be read, or ends before it is complete.", "Send it again.", status=400
    )
