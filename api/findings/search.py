"""Search in the responses to a question: by words, and by meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from api.findings.beside import translations_of
from api.findings.runs import derived, read
from api.findings.texts import following, page, texts_of
from consult.analysis import Analysis, Run
from consult.errors import ConfigError
from consult.store import scan_frame

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
_TERM: Final = re.compile(r'"([^"]+)"|(\S+)')
LONGEST_QUERY: Final = 200
_TERMS: Final = 12


def search_words(run: Run, question_id: str, q: str, cursor: int = 0, limit: int = 25) -> dict[str, Any]:
    """The responses that hold every word, those with most of them first.

    A word is found from its beginning on, whatever its case: "bus" finds "Buses". Words between quotation marks are
    found as they stand.

    Returns:
        query, terms, items (response_id, respondent_id, status, text, n_matches, matches: [start, end) of each,
        themes, translation as in `translations_of`, which is not searched), next (None at the end), total.

    Raises:
        RunError: the run has no such question.
        ConfigError: the query is empty, or too long.
    """
    analysis = run.analysis(question_id)
    terms = _terms(q)
    text = pl.col("text")
    counts = [
        text.str.count_matches(_pattern(term)).cast(pl.Int64).alias(str(place)) for place, term in enumerate(terms)
    ]
    found = read(
        scan_frame(analysis, "responses")
        .select("response_id", *counts)
        .filter(pl.all_horizontal(pl.col(str(place)) > 0 for place in range(len(terms))))
        .select("response_id", n_matches=pl.sum_horizontal(str(place) for place in range(len(terms)))),
        run,
    ).sort(["n_matches", "response_id"], descending=[True, False])
    counted = page(found, cursor, limit)
    ids = [item["response_id"] for item in counted]
    texts, beside = texts_of(run, analysis, ids), _beside(run, analysis, ids)
    items = [texts[item["response_id"]] | {"n_matches": item["n_matches"]} for item in counted]
    for item in items:
        item["matches"] = _spans(item["text"], terms)
        item |= beside(item["response_id"])
    return {
        "run": run.name,
        "question_id": question_id,
        "wording": analysis.wording,
        "query": q,
        "terms": terms,
        "items": items,
        "next": following(found.height, cursor, limit),
        "total": found.height,
    }


def search_meaning(run: Run, question_id: str, q: str, limit: int, embed: Embed) -> dict[str, Any]:
    """The responses that make a point most like the query in meaning, nearest first.

    Args:
        run: The run.
        question_id: The question.
        q: What to look for, in words of one's own.
        limit: How many at the most.
        embed: Turns texts into unit vectors with the model that the run was made with.

    Returns:
        query, items (response_id, respondent_id, status, text, start, end, quote: the nearest point, similarity: the
        cosine, in [-1, 1], themes, translation, campaign: of a point that is copied, campaign_id and n_responses of its
        campaign, else None), total (responses that make a point). A point that is copied stands once, for its campaign.

    Raises:
        RunError: the run has no such question.
        ConfigError: the query is empty, or too long.
    """
    analysis = run.analysis(question_id)
    _check_query(q)
    head = {"run": run.name, "question_id": question_id, "wording": analysis.wording, "query": q}
    vectors = analysis.vectors
    if not len(vectors):
        return head | {"items": [], "total": 0}
    cosines = (vectors @ embed([q])[0]).astype(np.float64).round(6).clip(-1, 1)
    points = read(scan_frame(analysis, "points").select("response_id", "start", "end"), run)
    best = (
        points.with_columns(similarity=pl.Series(cosines[_rows_of(run, analysis)], dtype=pl.Float64))
        .sort(["similarity", "response_id", "start"], descending=[True, False, False])
        .unique("response_id", keep="first", maintain_order=True)
    )
    copied = _copied_points(run, analysis)
    once = best.join(copied, on=["response_id", "start", "end"], how="left", maintain_order="left").filter(
        pl.col("campaign_id").is_null() | pl.col("campaign_id").is_first_distinct()
    )
    nearest = (
        once.head(limit).select("response_id", "start", "end", "similarity", "campaign_id", "n_members").to_dicts()
    )
    ids = [item["response_id"] for item in nearest]
    texts, beside = texts_of(run, analysis, ids), _beside(run, analysis, ids)
    items = [texts[item["response_id"]] | item for item in nearest]
    for item in items:
        item["quote"] = item["text"][item["start"] : item["end"]]
        campaign_id, n = item.pop("campaign_id"), item.pop("n_members")
        item["campaign"] = None if campaign_id is None else {"campaign_id": campaign_id, "n_responses": n}
        item |= beside(item["response_id"])
    return head | {"items": items, "total": best.height}


def _copied_points(run: Run, analysis: Analysis) -> pl.DataFrame:
    """The points that are a campaign's: response_id, start, end, campaign_id, n_members (responses of the campaign)."""

    def make() -> pl.DataFrame:
        points = scan_frame(analysis, "points").select("point_id", "response_id", "start", "end")
        members = scan_frame(analysis, "campaigns").select(
            "response_id", "campaign_id", n_members=pl.len().over("campaign_id")
        )
        copies = scan_frame(analysis, "copies").select("point_id")
        found = points.join(copies, on="point_id", how="semi").join(members, on="response_id")
        return read(found.select("response_id", "start", "end", "campaign_id", "n_members"), run)

    return derived(run, ("copied_points", analysis.question_id), make)


def _rows_of(run: Run, analysis: Analysis) -> npt.NDArray[np.int32]:
    """The row of the vector of each point, in the order of POINTS."""

    def make() -> npt.NDArray[np.int32]:
        place = pl.DataFrame({"text_id": list(analysis.text_ids)}).with_row_index("row")
        points = read(scan_frame(analysis, "points").select("text_id"), run)
        rows: npt.NDArray[np.int32] = (
            points.join(place, on="text_id", how="left", maintain_order="left")["row"].cast(pl.Int32).to_numpy()
        )
        return rows

    return derived(run, ("vector_rows", analysis.question_id), make)


def _check_query(q: str) -> None:
    if not q.strip():
        raise ConfigError("query_empty", "The query is empty.", "Give a word or more.")
    if len(q) > LONGEST_QUERY:
        raise ConfigError("query_long", f"The query has {len(q):,} characters.", f"Give at most {LONGEST_QUERY}.")


def _terms(q: str) -> list[str]:
    _check_query(q)
    terms = [" ".join((quoted or word).split()) for quoted, word in _TERM.findall(q)]
    distinct = list(dict.fromkeys(term for term in terms if term))
    if not distinct or len(distinct) > _TERMS:
        raise ConfigError("query_terms", f"The query has {len(distinct)} words.", f"Give from 1 to {_TERMS}.")
    return distinct


def _pattern(term: str) -> str:
    """For polars, which speaks the syntax of Rust's regex."""
    literal = r"\s+".join(pl.escape_regex(word) for word in term.split())
    return f"(?i){_edge(term)}{literal}"


def _edge(term: str) -> str:
    return r"\b" if term[0].isalnum() or term[0] == "_" else ""


def _spans(text: str, terms: Sequence[str]) -> list[list[int]]:
    """Where the terms stand, apart from each other and in order, so that a page can mark them."""
    found = sorted(
        match.span()
        for term in terms
        for match in re.finditer(
            _edge(term) + r"\s+".join(re.escape(word) for word in term.split()), text, re.IGNORECASE
        )
    )
    spans: list[list[int]] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    return spans


def _beside(run: Run, analysis: Analysis, response_ids: list[str]) -> Callable[[str], dict[str, Any]]:
    """What is shown beside each of some responses: themes and translation."""
    named, told = _themes_named(run, analysis, response_ids), translations_of(run, analysis, response_ids)
    return lambda response_id: {"themes": named.get(response_id, []), "translation": told.get(response_id)}


def _themes_named(run: Run, analysis: Analysis, response_ids: list[str]) -> dict[str, list[dict[str, str]]]:
    """The themes of some responses, by rank: theme_id and title."""
    mine = scan_frame(analysis, "assignments").filter(pl.col("response_id").is_in(response_ids))
    rows = (
        read(mine.select("response_id", "theme_id"), run)
        .join(analysis.themes.select("theme_id", "title", "rank"), on="theme_id")
        .sort("response_id", "rank")
        .select("response_id", "theme_id", "title")
    )
    named: dict[str, list[dict[str, str]]] = {}
    for response_id, theme_id, title in rows.iter_rows():
        named.setdefault(response_id, []).append({"theme_id": theme_id, "title": title})
    return named
