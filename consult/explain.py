"""Why a response carries its themes, and which it narrowly missed.

A run holds the centres of its themes. In one of before they were kept, the clusters of a question are found again from
what it holds (vectors, points, texts, configuration), which gives the same to the bit under the same versions. Where a
similarity is not the strength that is stored, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.analysis import Analysis, Run
from consult.assign import (
    SURE,
    assign_responses,
    centres,
    common_part,
    held_against,
    in_context,
    less,
    margin_of,
    place_points,
    shared_direction,
    similarities,
    without,
)
from consult.cluster import cluster_points, themes_wanted
from consult.config import AnalysisConfig, AssignConfig
from consult.covering import as_compared
from consult.distinct import tell_distinct
from consult.errors import RunError
from consult.known import behind_of
from consult.lexical import beside, fit_lexical
from consult.points import heard_texts, point_texts, standing_points
from consult.rank import rank_themes
from consult.sayings import IN_WORDS, KINDS, Sayings, find_sayings, kinds_of
from consult.strength import strength_in_words
from consult.threads import one_thread
from consult.words import subjectless_words

_LIKE: Final = 3
"""Points of others that are shown for a theme, and themes that are shown as missed."""
_NEARER: Final = {
    False: "that point is nearer to another theme",
    True: "that point is near to another theme, and given ones come first",
}
_SAME: Final = 1e-5
"""How far a similarity may be from the strength that is stored."""


@dataclass(frozen=True)
class Space:
    """The points and themes of a question as vectors, in the order of POINTS and THEMES."""

    points: pl.DataFrame
    vectors: npt.NDArray[np.float32]
    centre: npt.NDArray[np.float32]
    config: AssignConfig
    behind: npt.NDArray[np.float64] | None = None
    offsets: npt.NDArray[np.float64] | None = None

    def similarities(self, response_id: str) -> tuple[list[int], npt.NDArray[np.float32]]:
        """The rows of a response's points, and their similarities to each theme, shape (points, themes)."""
        rows = np.flatnonzero((self.points["response_id"] == response_id).to_numpy()).tolist()
        return rows, similarities(self.vectors[rows], self.centre, self.offsets)


def find_space(run: Run, analysis: Analysis) -> Space:
    """The points and the themes' centres, which are found again where the run does not hold them.

    Raises:
        RunError: they are not those that the run was made with.
    """
    with one_thread():
        return _found(run, analysis)


def _found(run: Run, analysis: Analysis) -> Space:
    config = AnalysisConfig.model_validate(run.manifest["config"])
    if analysis.centres is not None and analysis.shared is not None:
        answered = analysis.responses.filter(pl.col("status") != "non_answer")
        vectors = _compared(analysis, point_texts(analysis.points, answered, analysis.copies), analysis.shared)
        if analysis.common is not None:
            vectors = less(vectors, analysis.common)
        if analysis.sayings is not None and analysis.said is not None:
            vectors = Sayings(analysis.said, analysis.sayings).drawn(_rows(analysis), vectors)
        space = Space(analysis.points, vectors, analysis.centres, config.assign, _behind(analysis), analysis.offsets)
    else:
        space = _found_again(run, analysis, config)
    placed = place_points(space.points, space.vectors, space.centre, space.config, space.behind, space.offsets)
    names = analysis.themes.select("theme_id", cluster=pl.int_range(pl.len(), dtype=pl.Int64))
    again = assign_responses(space.points, placed, space.config, analysis.copies).join(names, on="cluster")
    stored = analysis.assignments.filter(pl.col("assigned_by") == "machine")
    both = stored.join(again, on=["response_id", "theme_id"], how="left", suffix="_again")
    if ((both["strength"] - both["strength_again"]).abs().fill_null(1.0) > _SAME).any():
        raise _not_found_again(run)
    return space


def _behind(analysis: Analysis) -> npt.NDArray[np.float64]:
    """What each theme stands back by, in the order of THEMES."""
    given = (analysis.themes["source"] == "given").to_numpy()
    return np.where(given, 0.0, behind_of(int(given.sum()), len(given) + 1)[-1])


def _found_again(run: Run, analysis: Analysis, config: AnalysisConfig) -> Space:
    answered = analysis.responses.filter(pl.col("status") != "non_answer").sort("response_id")
    copies = analysis.copies
    texts = point_texts(analysis.points, answered, copies)
    standing = standing_points(analysis.points, answered, texts, copies)
    meant = in_context(analysis.points, analysis.text_ids, analysis.vectors, copies=copies)
    shared = shared_direction(meant[standing])
    meant, vectors = without(meant, shared), _compared(analysis, texts, shared)
    counting = tell_distinct(answered, analysis.points, analysis.campaigns, copies)
    ignored = subjectless_words(answered["text"], analysis.manifest["language"])
    wanted = themes_wanted(counting.n_texts, vectors[standing], config.cluster)
    vectors = less(vectors, common_part(vectors[standing]))
    kinds = kinds_of(list(map(as_compared, texts["text"])), analysis.wording)
    sayings = find_sayings(kinds, range(len(kinds)), vectors[standing])
    vectors = sayings.drawn(_rows(analysis), vectors)
    labels, clusters = cluster_points(
        texts, meant[standing], vectors[standing], counting.n_texts, wanted, ignored, config.cluster
    )
    centre = centres(vectors[standing], labels["cluster"])
    placed = place_points(analysis.points, vectors, centre, config.assign)
    raised = assign_responses(analysis.points, placed, config.assign, copies)
    themes, _, order = rank_themes(analysis.question_id, raised, analysis.points, placed, answered, clusters, counting)
    if themes["theme_id"].to_list() != analysis.themes["theme_id"].to_list():
        raise _not_found_again(run)
    return Space(analysis.points, vectors, centre[order], config.assign)


def _compared(analysis: Analysis, texts: pl.DataFrame, shared: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """The points' vectors as they are held against centres: meaning in context, and spelling beside it."""
    points, text_ids = analysis.points, analysis.text_ids
    copies = analysis.copies
    meant = without(in_context(points, text_ids, analysis.vectors, copies=copies), shared)
    distinct = list(map(as_compared, texts["text"]))
    heard = [distinct[row] for row in heard_texts(points, texts, copies)]
    return beside(meant, in_context(points, text_ids, fit_lexical(heard).vectors(distinct), copies=copies))


def _rows(analysis: Analysis) -> list[int]:
    """The row of each point's text among the distinct texts."""
    row = {text_id: at for at, text_id in enumerate(analysis.text_ids)}
    return [row[text_id] for text_id in analysis.points["text_id"]]


def _not_found_again(run: Run) -> RunError:
    return RunError(
        "run_other_versions",
        f"Run {run.name!r}: its themes are not found again, so nothing can be explained truly.",
        "It was made by other versions or on another processor: analyse the same files again here.",
    )


def explain_response(run: Run, analysis: Analysis, response_id: str) -> dict[str, Any]:
    """Why a response carries its themes.

    Returns:
        `carries`, a theme each: strength in words; `given`, of a theme that a team gave, the cosine to its title and
        description, the examples that it was moved to, and why in words, else None; and `like`, the nearest points of
        others in the theme as quotes with their cosine. `missed`, the nearest themes that it does not carry: the
        similarity of its nearest point, the `threshold` that this would have had to reach, by how much it fell `short`,
        and why.

    Raises:
        RunError: see `find_space`.
    """
    space = find_space(run, analysis)
    rows, cosines = space.similarities(response_id)
    mine = analysis.assignments.filter(pl.col("response_id") == response_id)
    theme_ids, titles = analysis.themes["theme_id"].to_list(), analysis.themes["title"].to_list()
    carries = []
    for row in mine.iter_rows(named=True):
        nearest = [] if row["point_id"] is None else _like(analysis, space, row)
        carries.append(
            {
                **{key: row[key] for key in ("theme_id", "strength", "point_id", "start", "end", "assigned_by")},
                "title": titles[theme_ids.index(row["theme_id"])],
                "strength_in_words": strength_in_words(row["strength"]),
                "given": _near_given(analysis, space, row),
                "like": nearest,
            }
        )
    missed = []
    copied = space.points["point_id"].gather(rows).is_in(analysis.copies["point_id"].implode()).to_numpy()
    for k, theme_id in enumerate(theme_ids):
        if not rows or theme_id in mine["theme_id"]:
            continue
        best = int(cosines[:, k].argmax())
        back = 0.0 if space.behind is None else float(space.behind[k])
        held = held_against(cosines[best : best + 1], space.behind, space.config)
        with_it = copied == copied[best]
        limits = {
            "its nearest point is not near enough": space.config.min_strength,
            _NEARER[back > 0]: float(held.max()) - space.config.tie + back,
            "its strongest theme is far stronger": min(SURE, float(cosines[with_it].max()))
            - pl.select(margin_of(pl.lit(int(with_it.sum())), space.config)).item(),
        }
        why, threshold = max(limits.items(), key=lambda limit: limit[1])
        similarity = float(cosines[best, k])
        missed.append(
            {
                "theme_id": theme_id, "title": titles[k], "similarity": similarity, "threshold": threshold,
                "short": threshold - similarity, "why": why, "point_id": space.points["point_id"][rows[best]],
            }
        )  # fmt: skip
    return {"carries": carries, "missed": sorted(missed, key=lambda each: each["short"])[:_LIKE]}


def sayings_in(analysis: Analysis, response_id: str) -> dict[str, str]:
    """What points of a response were read as saying, and drawn to others by, in words, by point_id."""
    if analysis.sayings is None or analysis.said is None:
        return {}
    drawn = {kind for kind, towards in zip(KINDS, analysis.sayings, strict=True) if towards.any()}
    kind_of = dict(zip(analysis.text_ids, analysis.said.tolist(), strict=True))
    mine = analysis.points.filter(pl.col("response_id") == response_id).select("point_id", "text_id")
    return {point_id: IN_WORDS[kind_of[text_id]] for point_id, text_id in mine.iter_rows() if kind_of[text_id] in drawn}


def _near_given(analysis: Analysis, space: Space, row: dict[str, Any]) -> dict[str, Any] | None:
    """How near the point is to what was written of a given theme; None for a theme that was found."""
    told = analysis.manifest.get("given", {}).get(row["theme_id"])
    if told is None or analysis.titles is None or row["point_id"] is None:
        return None
    given = analysis.themes.filter(pl.col("source") == "given")["theme_id"].to_list()
    at = space.points["point_id"].to_list().index(row["point_id"])
    similarity = float(np.dot(space.vectors[at], analysis.titles[given.index(row["theme_id"])]))
    what = "title and description" if told["description"] else "title"
    n = told["n_examples"]
    also = f" and to the {n:,} example{'' if n == 1 else 's'} given of it" if n else ""
    # Where centres were turned, what is taken from the products with them is not 0: see `consult.sharpen`.
    turned = analysis.offsets is not None and bool(np.any(analysis.offsets))
    apart = "; what tells the themes apart counts for more than what all points share" if turned else ""
    return {
        "similarity": similarity,
        "n_examples": n,
        "why": f"near the given theme's {what}{also}, and to the points that are nearest to these{apart}",
    }


def _like(analysis: Analysis, space: Space, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The points by which other responses carry the theme that are nearest to this one's, equal texts once."""
    place = {point_id: at for at, point_id in enumerate(space.points["point_id"])}
    others = (
        analysis.assignments.filter(
            pl.col("theme_id") == row["theme_id"],
            pl.col("response_id") != row["response_id"],
            pl.col("point_id").is_not_null(),
        )
        .join(space.points.select("point_id", "text_id"), on="point_id")
        .unique("text_id", keep="first", maintain_order=True)
    )
    at = [place[point_id] for point_id in others["point_id"]]
    near = np.einsum("nd,d->n", space.vectors[at], space.vectors[place[row["point_id"]]])
    texts = dict(analysis.responses.select("response_id", "text").iter_rows())
    chosen = np.argsort(-near, kind="stable")[:_LIKE].tolist()
    return [
        {
            "response_id": other["response_id"],
            "quote": texts[other["response_id"]][other["start"] : other["end"]],
            "similarity": float(near[n]),
        }
        for n in chosen
        for other in [others.row(n, named=True)]
    ]
