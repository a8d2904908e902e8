"""Numbers of pictures: where bars, dots and lines stand. The templates draw them as SVG; a table says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

MARKS: Final = ("circle", "square", "triangle", "diamond", "plus", "ring")
"""The first themes of a map each have a shape as well as a colour."""
_SIZE: Final = 1000
_EDGE: Final = 24


def width(value: float, longest: float) -> float:
    """The length of a bar in hundredths of the longest; what is there at all can be seen."""
    if value <= 0 or longest <= 0:
        return 0.0
    return round(max(0.6, 100 * min(value / longest, 1)), 2)


def scatter(layout: Mapping[str, Any], chosen: str | None = None) -> list[dict[str, Any]]:
    """The map as few paths, from the least important to the most, so that the latter lie above.

    A few far dots would press all others into a heap: the picture is cut where nearly all lie inside, and those beyond
    stand at its edge.

    Args:
        layout: See `api.findings.layout`.
        chosen: A theme to show in front of all others.

    Returns:
        A dictionary a path: theme_id (None for dots of no listed theme), title, n, n_far (of these, at the edge), slot
        (which shape and colour, from 0; None for grey), d.
    """
    window = _window(layout["points"])
    dots: dict[str | None, list[tuple[float, float]]] = {}
    for dot in layout["points"]:
        dots.setdefault(dot["theme_id"], []).append((dot["x"], dot["y"]))
    listed = [chosen] if chosen is not None else [each["theme_id"] for each in layout["themes"][: len(MARKS)]]
    titles = {each["theme_id"]: each["title"] for each in layout["themes"]}
    rest = [place for theme_id, places in dots.items() if theme_id not in listed for place in places]
    paths = [{"theme_id": None, "title": None, "slot": None} | _drawn("dot", rest, window)]
    for slot, theme_id in reversed(list(enumerate(listed))):
        drawn = _drawn(MARKS[slot], dots.get(theme_id, []), window)
        paths.append({"theme_id": theme_id, "title": titles.get(theme_id, ""), "slot": slot} | drawn)
    return paths


def _window(points: Sequence[Mapping[str, Any]]) -> tuple[float, float, float]:
    """The middle and half the side of the square in which 98 of 100 dots lie along each direction, with some room."""
    if not points:
        return 0.0, 0.0, 1.0
    spans = []
    for axis in ("x", "y"):
        values = sorted(point[axis] for point in points)
        cut = len(values) // 100
        spans.append((values[cut], values[-1 - cut]))
    (left, right), (low, high) = spans
    half = max(right - left, high - low) / 2 * 1.12
    return (left + right) / 2, (low + high) / 2, half or 1.0


def _drawn(shape: str, places: Sequence[tuple[float, float]], window: tuple[float, float, float]) -> dict[str, Any]:
    across, up, half = window
    far = sum(1 for x, y in places if abs(x - across) > half or abs(y - up) > half)
    inside = [(_place((x - across) / half), _place((up - y) / half)) for x, y in places]
    return {"n": len(places), "n_far": far, "d": _path(shape, inside)}


def mark(slot: int | None) -> str:
    """The path of one mark for the key of a map, around (12, 12)."""
    return _path("dot" if slot is None else MARKS[slot], [(12.0, 12.0)])


def _place(value: float) -> float:
    return round(_EDGE + (max(-1.0, min(1.0, value)) + 1) / 2 * (_SIZE - 2 * _EDGE), 1)


def _path(shape: str, places: Sequence[tuple[float, float]]) -> str:
    outline = _OUTLINES[shape]
    return "".join(f"M{x:g} {y:g}{outline}" for x, y in places)


# Each is drawn from its centre with relative commands, so that a dot costs a few characters.
_OUTLINES: Final = {
    "dot": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "circle": "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z",
    "square": "m-6.5-6.5h13v13h-13z",
    "triangle": "m0-8.5l8.5 15h-17z",
    "diamond": "m0-9l9 9l-9 9l-9-9z",
    "plus": "m-2.5-8h5v5.5h5.5v5h-5.5v5.5h-5v-5.5h-5.5v-5h5.5z",
    "ring": "m-7.5 0a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0zm3.5 0a4 4 0 1 1 8 0a4 4 0 1 1-8 0z",
}


def range_of(comparison: Mapping[str, Any]) -> float:
    """The share at the right edge of the comparison's lines: the largest, rounded up to a tenth, in (0, 1]."""
    largest = max([row[side]["share"] or 0.0 for row in comparison["themes"] for side in ("a", "b")], default=0.0)
    return min(1.0, max(0.1, -(-largest * 10 // 1) / 10))
