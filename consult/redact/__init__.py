"""Personal data found and replaced, once, before any other stage sees a text.

A `Redactor` says where it stands; what replaces it, and the list of what was replaced, are made here. The list holds
the kind and the offsets in the text as submitted, never the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import polars as pl

from consult.config import RedactConfig
from consult.errors import ModelError
from consult.redact.labels import find_labelled
from consult.redact.names import find_names, looks_like_name
from consult.redact.numbers import find_codes, outward
from consult.redact.places import find_places
from consult.schemas import REDACTIONS, check_frame
from consult.words import PERSONAL, REMOVED


class Span(NamedTuple):
    """Where personal data stands in a text, in characters, `end` exclusive, and its kind."""

    start: int
    end: int
    kind: str


class Redactor(Protocol):
    """What finds personal data. Another may be passed to `consult.analyse`: a site's own, or one around presidio."""

    @property
    def name(self) -> str:
        """Written into the manifest."""

    @property
    def fingerprint(self) -> str:
        """Differs when what it finds may differ."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """For each text its spans, by start, not overlapping. A kind outside `consult.words.PERSONAL` is kept as it is."""


_ORDER: Final = (
    "url", "email", "iban", "card", "driving_licence", "passport", "birth", "bank", "ni_number", "nhs_number", "phone",
    "ip", "address", "postcode", "vehicle", "name",
)  # fmt: skip
"""Of two kinds that claim one character, the earlier has it."""


class PatternRedactor:
    """Written forms, check digits and the words beside them, for the UK first; no model, nothing learnt.

    Args:
        config: Kinds, what is kept, and a site's own patterns.
    """

    name = "patterns"
    fingerprint = "patterns:2"

    def __init__(self, config: RedactConfig) -> None:
        self._kinds = frozenset(PERSONAL if config.kinds is None else config.kinds)
        self._kept = frozenset(" ".join(kept.casefold().split()) for kept in config.keep)
        self._own = [(kind, re.compile(pattern)) for kind, pattern in config.patterns.items()]
        self._order = {kind: place for place, kind in enumerate([*config.patterns, *_ORDER])}

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Redactor`."""
        return [self._find(text) for text in texts]

    def _find(self, text: str) -> list[Span]:
        claims = [Span(*found) for find in (find_codes, find_labelled, find_places, find_names) for found in find(text)]
        claims = [span for span in claims if span.kind in self._kinds]
        claims += [Span(m.start(), m.end(), kind) for kind, own in self._own for m in own.finditer(text) if m.group()]
        claims.sort(key=lambda span: (self._order[span.kind], span.start, -span.end))
        kept: list[Span] = []
        for span in claims:
            if any(span.start < other.end and other.start < span.end for other in kept):
                continue
            if " ".join(text[span.start : span.end].casefold().split()) not in self._kept:
                kept.append(span)
        return sorted(kept)


@dataclass(frozen=True)
class Redacted:
    """What came of a redaction.

    Attributes:
        responses: RESPONSES with the texts redacted.
        redactions: question_id beside the columns of REDACTIONS.
    """

    responses: pl.DataFrame
    redactions: pl.DataFrame


def redact_responses(
    responses: pl.DataFrame,
    redactor: Redactor,
    config: RedactConfig,
    progress: Callable[[int], None] = lambda n: None,
) -> Redacted:
    """Replaces personal data in the texts of responses.

    Args:
        responses: RESPONSES as they were submitted.
        redactor: What finds it. Equal texts are shown to it once.
        config: How it is replaced.
        progress: Told of the distinct texts that are done.

    Raises:
        ModelError: the redactor gave spans that overlap or lie outside their text.
    """
    distinct = responses["text"].unique(maintain_order=True).to_list()
    found: dict[str, tuple[str, list[tuple[Span, str]]]] = {}
    for at in range(0, len(distinct), _BATCH):
        batch = distinct[at : at + _BATCH]
        spans = redactor.find(batch)
        if len(spans) != len(batch):
            raise _refused(redactor)
        for text, its in zip(batch, spans, strict=True):
            if its:
                found[text] = _replace(text, its, redactor, config)
        progress(len(batch))
    rows = [
        (question_id, response_id, span.start, span.end, span.kind, replacement)
        for question_id, response_id, text in responses.select("question_id", "response_id", "text").iter_rows()
        for span, replacement in (found[text][1] if text in found else ())
    ]
    schema = pl.Schema({"question_id": pl.String(), **REDACTIONS.schema})
    redactions = pl.DataFrame(rows, schema=schema, orient="row")
    changed = pl.Series([found[text][0] if text in found else text for text in responses["text"]], dtype=pl.String)
    return Redacted(responses.with_columns(text=changed), redactions.sort("question_id", "response_id", "start"))


def redactions_of(redactions: pl.DataFrame, question_id: str) -> pl.DataFrame:
    """REDACTIONS of one question."""
    return check_frame(redactions.filter(pl.col("question_id") == question_id).drop("question_id"), REDACTIONS)


def redact_values(
    frame: pl.DataFrame, column: str, key: Sequence[str], redactor: Redactor, config: RedactConfig
) -> tuple[pl.DataFrame, Counter[str]]:
    """Replaces personal data in a column of short values, such as a demographic or the option of a closed question.

    Returns:
        The frame, rows that have become equal once; and how many cells of each kind were changed.
    """
    distinct = frame[column].unique(maintain_order=True).to_list()
    changed: dict[str, str] = {}
    kinds: dict[str, set[str]] = {}
    for value, spans in zip(distinct, redactor.find(distinct), strict=True):
        if spans:
            changed[value], replaced = _replace(value, spans, redactor, config)
            kinds[value] = {span.kind for span, _ in replaced}
    if not changed:
        return frame, Counter()
    counts = Counter(kind for value in frame[column] for kind in kinds.get(value, ()))
    return frame.with_columns(pl.col(column).replace(changed)).unique(key, keep="first", maintain_order=True), counts


def pseudonyms(ids: Sequence[str], redactor: Redactor) -> dict[str, str]:
    """Stand-ins for the ids that are personal data themselves: e-mail addresses, numbers of people, names.

    They are numbered in the order of the file, which the run shows anyway: unlike a hash, nobody who knows an address
    can find its stand-in.

    Args:
        ids: Every id, in the order of the file; one may come more than once.
        redactor: What finds personal data.

    Returns:
        An id that must not be kept -> "person-12".
    """
    distinct = list(dict.fromkeys(ids))
    whole = [
        {span.kind for span in spans if span.kind == "email" or span.end - span.start == len(text.strip())}
        for text, spans in zip(distinct, redactor.find(distinct), strict=True)
    ]
    share = Counter(kind for kinds in whole for kind in kinds)
    personal = {kind for kind, n in share.items() if kind == "email" or (kind != "vehicle" and 2 * n >= len(distinct))}
    named = [looks_like_name(text) for text in distinct]
    # Where a fifth of the ids are surely names, so are the rest that hold no digit.
    names = 5 * sum(named) >= len(distinct) > 0
    taken = set(distinct)
    stand_ins: dict[str, str] = {}
    for place, (text, kinds, name) in enumerate(zip(distinct, whole, named, strict=True), start=1):
        if kinds & personal or name or (names and not any(character.isdigit() for character in text)):
            stand_in = f"person-{place}"
            while stand_in in taken:
                stand_in += "x"
            stand_ins[text] = stand_in
    return stand_ins


_BATCH: Final = 500


def _replace(
    text: str, spans: Sequence[Span], redactor: Redactor, config: RedactConfig
) -> tuple[str, list[tuple[Span, str]]]:
    pieces, at = [], 0
    replaced: list[tuple[Span, str]] = []
    for span in spans:
        if not at <= span.start < span.end <= len(text):
            raise _refused(redactor)
        replacement = _replacement(span.kind, text[span.start : span.end], config)
        pieces += [text[at : span.start], replacement]
        replaced.append((span, replacement))
        at = span.end
    return "".join([*pieces, text[at:]]), replaced


def _replacement(kind: str, written: str, config: RedactConfig) -> str:
    if config.style == "removed" or kind not in PERSONAL:
        return REMOVED
    if kind == "postcode" and config.keep_outward:
        return f"[{PERSONAL[kind]} {outward(written)}]"
    return f"[{PERSONAL[kind]}]"


def _refused(redactor: Redactor) -> ModelError:
    return ModelError(
        "redaction_refused",
        f"The redactor {redactor.name} gave spans that overlap, are out of order or lie outside their text.",
        "Correct it, or use the one that ships.",
    )


__all__ = [
    "PatternRedactor",
    "Redacted",
    "Redactor",
    "Span",
    "pseudonyms",
    "redact_responses",
    "redact_values",
    "redactions_of",
]
