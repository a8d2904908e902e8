"""The map: responses as points in the plane, near where they say alike."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import polars as pl

from api.findings.runs import derived, read
from consult.analysis import Analysis, Run
from consult.store import scan_frame

SHOWN: Final = 2000
"""More dots than that cover each other, and a page that holds them is slow."""


def layout(run: Run, question_id: str) -> dict[str, Any]:
    """The responses to a question as dots: the two directions in which their points differ most.

    Of more than `SHOWN` responses a part is taken by the hash of the id, so that it is always the same.

    Returns:
        points (response_id, x and y in [-1, 1], theme_id and title of the strongest theme or None), themes (theme_id,
        title, rank, n_shown), n_shown, n_all (responses that make a point), explained (share of the variance that each
        direction holds).

    Raises:
        RunError: the run has no such question.
    """
    analysis = run.analysis(question_id)
    return derived(run, ("layout", question_id), lambda: _layout(run, analysis))


def _layout(run: Run, analysis: Analysis) -> dict[str, Any]:
    ids = read(scan_frame(analysis, "points").select(pl.col("response_id").unique().sort()), run)["response_id"]
    shown = ids.to_list() if len(ids) <= SHOWN else sorted(sorted(ids, key=_hash)[:SHOWN])
    places, explained = _project(_means(run, analysis, shown))
    mine = scan_frame(analysis, "assignments").filter(pl.col("response_id").is_in(shown))
    strongest = (
        read(mine.select("response_id", "theme_id", "strength"), run)
        .join(analysis.themes.select("theme_id", "title", "rank"), on="theme_id")
        .sort(["response_id", "strength", "rank"], descending=[False, True, False])
        .unique("response_id", keep="first", maintain_order=True)
    )
    named = {row[0]: row[1:] for row in strongest.select("response_id", "theme_id", "title").iter_rows()}
    dots = [
        {
            "response_id": response_id,
            "x": round(float(x), 4),
            "y": round(float(y), 4),
            "theme_id": named.get(response_id, (None, None))[0],
            "title": named.get(response_id, (None, None))[1],
        }
        for response_id, (x, y) in zip(shown, places, strict=True)
    ]
    drawn = [dot["theme_id"] for dot in dots]
    return {
        "run": run.name,
        "question_id": analysis.question_id,
        "wording": analysis.wording,
        "points": dots,
        "themes": [
            row | {"n_shown": drawn.count(row["theme_id"])}
            for row in analysis.themes.select("theme_id", "title", "rank").to_dicts()
        ],
        "n_shown": len(dots),
        "n_unthemed": drawn.count(None),
        "n_all": len(ids),
        "explained": explained,
    }


def _hash(response_id: str) -> bytes:
    return hashlib.blake2b(response_id.encode(), digest_size=8).digest()


def _means(run: Run, analysis: Analysis, shown: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The mean vector of each response's points, a row a response."""
    row = {text_id: place for place, text_id in enumerate(analysis.text_ids)}
    place = {response_id: at for at, response_id in enumerate(shown)}
    mine = scan_frame(analysis, "points").filter(pl.col("response_id").is_in(shown))
    points = read(mine.select("response_id", "start", "text_id"), run).sort("response_id", "start")
    owner = np.array([place[each] for each in points["response_id"]], dtype=np.int64)
    taken = np.array([row[each] for each in points["text_id"]], dtype=np.int64)
    sums = np.zeros((len(shown), analysis.vectors.shape[1]))
    np.add.at(sums, owner, np.asarray(analysis.vectors[taken], dtype=np.float64))
    means: np.ndarray[Any, np.dtype[np.float64]] = sums / np.bincount(owner, minlength=len(shown))[:, None].clip(1)
    return means


def _project(rows: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[list[tuple[float, float]], list[float]]:
    """Onto the first two principal components, each with its largest loading positive, scaled into [-1, 1]."""
    if len(rows) < 3 or rows.shape[1] < 2:
        return [(0.0, 0.0) for _ in rows], [0.0, 0.0]
    centred = rows - rows.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    axes = directions[:2]
    axes = axes * np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    places = centred @ axes.T
    places = places / max(float(np.abs(places).max()), 1e-12)
    variance = sizes**2
    explained = (variance[:2] / max(float(variance.sum()), 1e-12)).round(4).tolist()
    return [(float(x), float(y)) for x, y in places], explained
