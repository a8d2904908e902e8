"""Responses into the points they make: spans of the text as stored, in characters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Final

import polars as pl
import sentencex

from consult.config import PointsConfig
from consult.covering import ends_letter, greeting_end, greets, is_covering, is_signature
from consult.schemas import COPIES, MARKS, OWN_WORDS, POINTS, check_frame
from consult.words import text_id, text_key

_WIDE_SPACE: Final = re.compile(r"[^\S\x00-\x7f]")
_LINE_END: Final = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BULLET: Final = re.compile(r"\s*(?:[-–—*•·▪●○‣◦]+|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])(?=\s)\s*")
_STOP: Final = re.compile(
    r"[!?…]+[\"'”’)\]]*\s+(?=\S)|(?<=[a-zà-ÿ]{2})[.](?=[A-ZÀ-Þ][a-zà-ÿ])|(?<=[a-zà-ÿ]{2})[.]{2,}\s*(?=\S)"
)
_CLAUSE: Final = re.compile(
    r";\s+|:\s+|\s[-–—]\s+|,\s+(?=(?:but|and|so|yet|while|whereas|however|although|though|because|plus|also|nor|or"
    r"|aber|und|sondern|doch|denn|weil|mais|et|ou|donc|car|ond|ac|achos)\b)|\s+(?=(?:but|however|although|because|aber|mais)\b)",
    re.IGNORECASE,
)
"""Where a long sentence turns to another point: strong punctuation, and conjunctions of the languages most met."""
_HEAD: Final = 12
"""Up to so many lines before a greeting may be the head of a letter: who writes, to whom, when, on what."""
_LETTERS: Final = 0.2
"""Up to which share of the distinct points those of campaigns' letters take no part in finding themes."""
_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")

Span = tuple[int, int]


def split_points(text: str, config: PointsConfig) -> list[Span]:
    """Cuts one text into the points it makes.

    Line ends, bullets and the ends of sentences part points; a sentence above `max_words` is cut at its clauses; a
    piece below `min_words` joins its neighbour on the same line. Pieces without a letter or digit are no
    points, and neither are covering words (see `consult.covering`), which part what stands on either side of them.

    Returns:
        Spans (start, end) in characters, in order, not overlapping, with no space at either end.
    """
    spans: list[Span] = []
    signed = False
    for start, end in _blocks(text):
        together: list[list[Span]] = [[]]
        for sentence in _greeting_apart(text, _sentences(text, start, end, config.language)):
            whole = is_covering(text[slice(*sentence)])
            pieces = [sentence] if whole else _clauses(text, *sentence, config)
            for piece in pieces:
                said = text[slice(*piece)]
                covers = whole or (len(pieces) > 1 and is_covering(said))
                if covers or (signed and is_signature(said)):
                    signed = signed or ends_letter(said)
                    if len(spans) <= _HEAD and greets(said):
                        spans = [span for span in spans if not is_signature(text[slice(*span)])]
                    together.append([])
                elif any(character.isalnum() for character in said):
                    signed = False
                    together[-1].append(piece)
        for near in together:
            spans += _join_short(text, near, config.min_words)
    return spans


def cut_points(
    responses: pl.DataFrame,
    config: PointsConfig,
    skip: Callable[[str], bool] = lambda _: False,
    own_words: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Cuts every response.

    Args:
        responses: RESPONSES of one question; order does not matter.
        config: How to cut.
        skip: Whether a piece says nothing, and so makes no point.
        own_words: OWN_WORDS: each passage is cut as if it were a response, and so is what stands between two.

    Returns:
        POINTS, sorted by response_id and start. Each response's points depend on its own text alone.
    """
    rows: list[tuple[str, str, int, int, str]] = []
    edges: dict[str, list[int]] = {}
    for response_id, start, end in (() if own_words is None else own_words.sort("response_id", "start").select(
        "response_id", "start", "end").iter_rows()):  # fmt: skip
        edges.setdefault(response_id, []).extend((start, end))
    for response_id, text in responses.select("response_id", "text").sort("response_id").iter_rows():
        spans = [
            (start + a, start + b)
            for start, end in itertools.pairwise([0, *edges.get(response_id, ()), len(text)])
            for a, b in split_points(text[start:end], config)
        ]
        spans = [span for span in spans if not skip(text[slice(*span)])]
        for place, (start, end) in enumerate(spans, start=1):
            rows.append((f"{response_id}:{place}", response_id, start, end, text_id(text[start:end])))
    frame = pl.DataFrame(rows, schema=list(POINTS.columns), orient="row") if rows else POINTS.empty()
    return check_frame(frame, POINTS)


def leave_out(responses: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Responses in which what is marked reads as blank lines, and a line broken within a sentence as a space.

    Every character keeps its place, so a point that is found here is the same span of the text as submitted, and holds
    nothing of what is marked.

    Args:
        responses: RESPONSES of one question.
        marks: MARKS, of any.
    """
    question = responses["question_id"].unique()
    marks = marks.filter(pl.col("question_id").is_in(question.implode()))
    if not marks.height:
        return responses
    said = {name: list(text) for name, text in responses.select("response_id", "text").join(
        marks.select("response_id").unique(), on="response_id", how="semi").iter_rows()}  # fmt: skip
    for name, start, end, kind in marks.select("response_id", "start", "end", "kind").iter_rows():
        if name in said:
            said[name][start:end] = (" " if kind == "line_end" else "\n") * (end - start)
    texts = [
        "".join(said[name]) if name in said else text
        for name, text in responses.select("response_id", "text").iter_rows()
    ]
    return responses.with_columns(pl.Series("text", texts, dtype=pl.String))


def move_marks(marks: pl.DataFrame, redactions: pl.DataFrame) -> pl.DataFrame:
    """MARKS in texts as submitted -> in the same texts redacted; one that ends within what was replaced takes it in.

    Args:
        marks: MARKS.
        redactions: REDACTIONS, with question_id.
    """
    changed: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for question_id, response_id, start, end, replacement in redactions.select(
        "question_id", "response_id", "start", "end", "replacement"
    ).sort("start").iter_rows():  # fmt: skip
        changed.setdefault((question_id, response_id), []).append((start, end, len(replacement)))
    if not changed or not marks.height:
        return marks

    def moved(question_id: str, response_id: str, at: int, *, is_end: bool) -> int:
        shift = 0
        for start, end, length in changed.get((question_id, response_id), ()):
            if end <= at:
                shift += length - (end - start)
            elif start < at:
                return start + shift + (length if is_end else 0)
        return at + shift

    rows: list[tuple[str, str, int, int, str]] = []
    for question_id, response_id, start, end, kind in marks.select(list(MARKS.columns)).iter_rows():
        first = moved(question_id, response_id, start, is_end=False)
        last = moved(question_id, response_id, end, is_end=True)
        if rows and rows[-1][:2] == (question_id, response_id):
            first = max(first, rows[-1][3])
        if first < last:
            rows.append((question_id, response_id, first, last, kind))
    return pl.DataFrame(rows, schema=MARKS.schema, orient="row")


def point_texts(points: pl.DataFrame, responses: pl.DataFrame, copies: pl.DataFrame | None = None) -> pl.DataFrame:
    """The distinct texts of points: columns text_id and text (in `text_key` form), sorted by text.

    Sorting by the text itself puts them in an order that no shuffling of the input can change. Of a campaign's points
    (COPIES) the text of the one that stands for them is taken.
    """
    texts = dict(responses.select("response_id", "text").iter_rows())
    first = originals(points, copies).unique("text_id", keep="first", maintain_order=True)
    rows = [
        (text, text_key(texts[response_id][start:end]))
        for text, response_id, start, end in first.select("text_id", "response_id", "start", "end").iter_rows()
    ]
    return pl.DataFrame(rows, schema={"text_id": pl.String, "text": pl.String}, orient="row").sort("text", "text_id")


def originals(points: pl.DataFrame, copies: pl.DataFrame | None) -> pl.DataFrame:
    """POINTS without those for which another stands."""
    if copies is None or copies.is_empty():
        return points
    copied = copies.filter(pl.col("point_id") != pl.col("canonical_point_id"))
    return points.join(copied, on="point_id", how="anti", maintain_order="left")


def standing_points(
    points: pl.DataFrame,
    responses: pl.DataFrame,
    texts: pl.DataFrame,
    copies: pl.DataFrame | None = None,
    own_words: pl.DataFrame | None = None,
) -> list[int]:
    """For each distinct text the row of the point that stands for it when clusters are found.

    Of several, it is the one in the answer that sorts first by its text, whoever sent it and in whatever order; one of
    a person's own before a campaign's. What somebody added to a letter is looked at as if it were the answer.

    Args:
        points: POINTS.
        responses: RESPONSES that they are of.
        texts: As `point_texts` gives them.
        copies: COPIES: of these only what stands for others is looked at.
        own_words: OWN_WORDS.

    Returns:
        A row number of `points` for each row of `texts`.
    """
    said = responses.select("response_id", "text")
    added = (OWN_WORDS.empty() if own_words is None else own_words).join(said, on="response_id")
    own = pl.col("text").str.slice("start", pl.col("end") - pl.col("start"))
    added = added.select("response_id", "start", own=own, own_end="end")
    first = (
        originals(points.with_row_index("row"), copies)
        .join(said, on="response_id")
        .sort("start")
        .join_asof(added.sort("start"), on="start", by="response_id", check_sortedness=False)
        .with_columns(text=pl.when(pl.col("start") < pl.col("own_end")).then("own").otherwise("text"))
        .join(_told_apart(copies), on="point_id", how="left")
        .sort("copied", "text", "start", "response_id", nulls_last=False)
        .unique("text_id", keep="first", maintain_order=True)
    )
    return texts.join(first.select("text_id", "row"), on="text_id", how="left", maintain_order="left")["row"].to_list()


def heard_texts(points: pl.DataFrame, texts: pl.DataFrame, copies: pl.DataFrame | None = None) -> list[int]:
    """The distinct texts that themes are found on: what people said beside the letters of campaigns.

    A letter's points are put to the themes that are found, and move none. Where they are more than `_LETTERS` of all,
    the letters are much of what there is to read, and themes are found on them too.

    Args:
        points: POINTS.
        texts: As `point_texts` gives them.
        copies: COPIES.

    Returns:
        Row numbers of `texts`, ascending.
    """
    own = points.join(_told_apart(copies), on="point_id", how="anti")["text_id"].unique()
    heard = texts["text_id"].is_in(own.implode())
    few = len(texts) - heard.sum() <= _LETTERS * len(texts)
    return heard.arg_true().to_list() if few else list(range(len(texts)))


def _told_apart(copies: pl.DataFrame | None) -> pl.DataFrame:
    """point_id of the points that are a campaign's, with a column that says so."""
    return (COPIES.empty() if copies is None else copies).select("point_id", copied=pl.lit(True))


def _blocks(text: str) -> list[Span]:
    """Lines, with those joined that a program broke in mid-sentence, and bullets and numbers left out in front."""
    blocks: list[Span] = []
    at = 0
    ends = [*((m.start(), m.end()) for m in _LINE_END.finditer(text)), (len(text), len(text))]
    for stop, following in ends:
        bullet = _BULLET.match(text, at, stop)
        start, end = _trim(text, bullet.end() if bullet else at, stop)
        at = following
        if start == end:
            blocks.append((start, end))
            continue
        last = blocks[-1] if blocks else (0, 0)
        if not bullet and last[0] < last[1] and text[start].islower() and text[last[1] - 1] not in ".!?:;":
            blocks[-1] = (last[0], end)
        else:
            blocks.append((start, end))
    return [block for block in blocks if block[0] < block[1]]


def _sentences(text: str, start: int, end: int, language: str) -> list[Span]:
    sentences: list[Span] = []
    at = start
    # The segmenter fails on an initial before a space outside ASCII, so it is shown plain ones: as many characters.
    plain = _WIDE_SPACE.sub(" ", text[start:end])
    for piece in sentencex.segment(language, plain):
        # The segmenter may leave characters out between pieces: find each again instead of trusting its lengths.
        inside = plain.find(piece, at - start)
        if inside < 0:
            continue
        found = cut = start + inside
        for stop in _STOP.finditer(text, found, found + len(piece)):
            sentences.append((cut, stop.end()))
            cut = stop.end()
        sentences.append((cut, found + len(piece)))
        at = found + len(piece)
    if not sentences:
        return [(start, end)]
    # Whatever the segmenter skipped stays with the sentence before it: no character of the answer falls between points.
    starts = [start, *(s for s, _ in sentences[1:]), end]
    return list(itertools.pairwise(starts))


def _greeting_apart(text: str, sentences: list[Span]) -> list[Span]:
    """Sentences, with a greeting in front of one as one by itself."""
    found: list[Span] = []
    for start, end in sentences:
        cut = start + greeting_end(text[start:end])
        found += [(start, cut), (cut, end)] if cut > start else [(start, end)]
    return found


def _clauses(text: str, start: int, end: int, config: PointsConfig) -> list[Span]:
    words = len(_WORD.findall(text, start, end))
    if words <= config.max_words:
        return [_trim(text, start, end)]
    half = min(
        _CLAUSE.finditer(text, start, end),
        key=lambda cut: abs(len(_WORD.findall(text, start, cut.end())) - words / 2),
        default=None,
    )
    if half is None or min(len(_WORD.findall(text, start, half.end())), len(_WORD.findall(text, half.end(), end))) < 4:
        return [_trim(text, start, end)]
    return _clauses(text, start, half.end(), config) + _clauses(text, half.end(), end, config)


def _join_short(text: str, pieces: list[Span], min_words: int) -> list[Span]:
    joined: list[Span] = []
    for start, end in pieces:
        short = joined and min(len(_WORD.findall(text, *span)) for span in (joined[-1], (start, end))) < min_words
        if short:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
