"""Inside the child: the text of a document as it grows, line by line, with the spans that its format tells apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Span = tuple[int, int, str]


@dataclass
class Writing:
    """Text under way.

    Attributes:
        spans: (start, end, kind), offsets in characters of the text.
        notes: What was left out or decided, in plain English.
    """

    spans: list[Span] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    def __len__(self) -> int:
        return self._length

    @property
    def at_line_start(self) -> bool:
        """Whether the next character begins a line."""
        return not self._parts or self._parts[-1].endswith("\n")

    def ends_with(self, text: str) -> bool:
        """Whether the last piece that was added ends so."""
        return bool(self._parts) and self._parts[-1].endswith(text)

    def add(self, text: str | None) -> None:
        """Adds text as it is."""
        if text:
            self._parts.append(text)
            self._length += len(text)

    def end_line(self) -> None:
        """Ends the line, unless nothing stands on it."""
        if not self.at_line_start:
            self.add("\n")

    def mark(self, start: int, kind: str) -> None:
        """Marks what was added since `start`."""
        if start < self._length:
            self.spans.append((start, self._length, kind))

    def running(self, texts: Iterable[str]) -> None:
        """Adds headers or footers on lines of their own, marked; what several sections repeat comes once."""
        for text in dict.fromkeys(text.strip("\n") for text in texts):
            if text.strip():
                self.end_line()
                start = len(self)
                self.add(text)
                self.mark(start, "running")
                self.end_line()

    def note(self, text: str) -> None:
        """Notes something, once."""
        self.notes[text] = None

    def text(self) -> str:
        """The text; half of a surrogate pair, which is no character, is a replacement character."""
        return "".join(self._parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def found(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (what JSON holds)
        """What the child answers of a document."""
        return {"text": self.text(), "spans": self.spans, "notes": list(self.notes)} | more


__all__ = ["Span", "Writing"]
