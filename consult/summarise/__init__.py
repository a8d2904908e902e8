"""Themes into titles, quotes and summaries.

Quotes and counts are never left to a model: quotes are chosen here, as exact spans. A `Summariser` may write the title
and the sentences, citing the responses they rest on; what cites a response outside the theme is refused. The one that
ships, `ExtractiveSummariser`, uses the respondents' own words and needs no language model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import polars as pl

from consult.config import SummariseConfig
from consult.errors import ModelError
from consult.schemas import PARENTS, QUOTES, SUMMARIES, check_frame
from consult.summarise.evidence import gather_evidence, pool
from consult.summarise.grammar import WEAK
from consult.summarise.parts import Part, responses_in
from consult.summarise.quotes import Evidence, Floats, choose_quotes
from consult.summarise.titles import MIXED_LEAD, choose_titles, name_themes
from consult.summarise.weigh import NEAR, share_words
from consult.words import function_words, stem, words

PARENT_WORDS: Final = 5
"""Words in the title of a parent at the most: a longer phrase says what one of its themes says."""

PARENT_BEARS: Final = 0.1
PARENT_HOLDS: Final = 0.02
"""A parent's title stands for a theme where the first share of its points come near to it, and the second hold most of
its telling words: "Food could be improved" is near to "Nothing could be better", and not for it."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a summary and the responses that it rests on."""

    text: str
    response_ids: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What a summariser says of one theme."""

    title: str
    sentences: tuple[Sentence, ...]


class Summariser(Protocol):
    """What writes titles and summaries."""

    @property
    def name(self) -> str:
        """Written into SUMMARIES as the method."""

    def summarise(self, themes: Sequence[Evidence]) -> list[Summary]:
        """One summary a theme, in order. All themes come at once, so that titles can differ from one another."""


class ExtractiveSummariser:
    """Titles are phrases of the respondents; summaries say which of them how many responses come near to.

    A theme that no phrase names is summarised by its best quotes.

    Args:
        embed: Texts to unit vectors, by the model the points were embedded with.
        language: ISO 639-1 code, for the words that carry no subject.
        config: Lengths.
        ignored: Words that carry no subject; those of the language when None.
        wording: Of the question, if it is known.
        taken: Titles that may not be given again.
    """

    name = "extractive"

    def __init__(
        self,
        embed: Callable[[list[str]], Floats],
        language: str,
        config: SummariseConfig,
        ignored: frozenset[str] | None = None,
        wording: str = "",
        taken: Sequence[str] = (),
    ) -> None:
        self._embed, self._language, self._config = embed, language, config
        self._wording, self._taken = wording, taken
        self._ignored = function_words(language) if ignored is None else ignored

    def summarise(self, themes: Sequence[Evidence]) -> list[Summary]:
        """See `Summariser`."""
        most = self._config.title_words
        named = name_themes(
            themes, self._embed, self._language, self._ignored, most, self._taken, wording=self._wording
        )
        return [
            Summary(
                one.title,
                _count_parts(one.parts, responses_in(theme.points).explode().n_unique())
                or tuple(Sentence(quote.text, (quote.response_id,)) for quote in theme.quotes[:3]),
            )
            for one, theme in zip(named, themes, strict=True)
        ]


def _count_parts(parts: Sequence[Part], n_responses: int) -> tuple[Sentence, ...]:
    """A sentence a part: how many of the theme's responses speak of it. Nearness does not tell who is for it."""
    return tuple(
        Sentence(
            f"{part.n_responses:,} {'' if place else f'of {n_responses:,} responses '}speak of “{part.words}”.",
            part.response_ids,
        )
        for place, part in enumerate(parts)
    )


def summarise_themes(
    question_id: str,
    themes: pl.DataFrame,
    evidence: Sequence[Evidence],
    summariser: Summariser,
    given: Mapping[str, str] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Names and summarises ranked themes.

    Args:
        question_id: The question.
        themes: THEMES in order of rank.
        evidence: Each theme's points and quotes, in the same order.
        summariser: What writes titles and sentences. It is not shown a theme without points.
        given: theme_id -> the title that a team gave, which stays as it is.

    Returns:
        THEMES with titles, QUOTES, SUMMARIES.

    Raises:
        ModelError: the summariser gave too few or too many summaries, left a title empty, wrote a sentence that rests
            on no response, or cited one that does not raise the theme.
    """
    given = given or {}
    raised = [theme for theme in evidence if len(theme.points)]
    summaries = summariser.summarise(raised)
    if len(summaries) != len(raised):
        raise ModelError(
            "summary_refused",
            f"{summariser.name} gave {len(summaries)} summaries for {len(raised)} themes of {question_id!r}.",
            "Use the extractive summariser, or another model.",
        )
    quotes, sentences = [], []
    titles = dict(given)
    for theme, summary in zip(raised, summaries, strict=True):
        theme_id = theme.theme_id
        titles.setdefault(theme_id, summary.title)
        known = set(responses_in(theme.points).explode())
        cited = {response_id for sentence in summary.sentences for response_id in sentence.response_ids}
        unfounded = any(not sentence.response_ids for sentence in summary.sentences)
        if not summary.title.strip() or unfounded or not cited <= known:
            raise ModelError(
                "summary_refused",
                f"{summariser.name} gave theme {theme_id} of {question_id!r} an empty title, a sentence that cites "
                "no response, or one that cites a response that does not raise it.",
                "Use the extractive summariser, or another model.",
            )
        for position, quote in enumerate(theme.quotes, start=1):
            quotes.append((question_id, theme_id, position, quote.response_id, quote.start, quote.end, quote.text))
        for position, sentence in enumerate(summary.sentences, start=1):
            sentences.append(
                (question_id, theme_id, position, sentence.text, list(sentence.response_ids), summariser.name)
            )
    titled = themes.with_columns(title=pl.Series([titles[each] for each in themes["theme_id"]], dtype=pl.String))
    return (
        titled,
        check_frame(pl.DataFrame(quotes, schema=QUOTES.schema, orient="row"), QUOTES),
        check_frame(pl.DataFrame(sentences, schema=SUMMARIES.schema, orient="row"), SUMMARIES),
    )


def name_parents(
    parents: pl.DataFrame,
    themes: pl.DataFrame,
    evidence: Sequence[Evidence],
    embed: Callable[[list[str]], Floats],
    language: str,
    ignored: frozenset[str],
    config: SummariseConfig,
    wording: str = "",
) -> pl.DataFrame:
    """Names parents as themes are named, from the points of all their themes; no title of a theme is given again.

    Args:
        parents: PARENTS, in order of rank.
        themes: THEMES with titles, in order of rank.
        evidence: Of each theme, in the same order.
        embed: See `ExtractiveSummariser`; also `language` and `ignored`.
        language: ISO 639-1 code.
        ignored: Words that carry no subject.
        config: Lengths.
        wording: Of the question, if it is known.

    Returns:
        PARENTS with titles. Where a phrase is near to points of fewer than half of a parent's themes, the titles of its
        two first themes stand in its place, and "…" for others.
    """
    groups = [
        [
            (own, title)
            for own, title, at in zip(evidence, themes["title"], themes["parent_id"], strict=True)
            if at == one
        ]
        for one in parents["parent_id"]
    ]
    pools = [
        pool(parent_id, [own for own, _ in group])
        for parent_id, group in zip(parents["parent_id"], groups, strict=True)
    ]
    most_words = min(PARENT_WORDS, config.title_words)
    titles = choose_titles(
        pools, embed, language, ignored, most_words, taken=list(themes["title"]), broad=True, wording=wording
    )
    vectors = embed(titles) if titles else np.zeros((0, 1), dtype=np.float32)
    titles = [
        title if _stands_for(title, vector, [own for own, _ in group], ignored) else _joined([own for _, own in group])
        for title, vector, group in zip(titles, vectors, groups, strict=True)
    ]
    return check_frame(parents.with_columns(title=pl.Series(titles, dtype=pl.String)), PARENTS)


def _stands_for(title: str, vector: Floats, group: Sequence[Evidence], ignored: frozenset[str]) -> bool:
    """Whether a title stands for half of the themes, and for two at the least."""
    telling = frozenset(stem(word) for word in words(title) if word not in ignored and stem(word) not in WEAK)
    stood_for = 0
    for own in group:
        near = float((own.vectors @ vector >= NEAR).mean()) if len(own.vectors) else 0.0
        held = float(share_words([telling], own.points["text"]).mean()) if len(own.points) else 0.0
        stood_for += near >= PARENT_BEARS and (not telling or held >= PARENT_HOLDS)
    return stood_for >= max(2, len(group) / 2)


def _joined(titles: Sequence[str]) -> str:
    """The first two of some themes' titles, mixed themes last, and "…" for others."""
    mixed = tuple(f"{word}:" for word in MIXED_LEAD.values())
    ordered = sorted(titles, key=lambda title: title.startswith(mixed))
    return "; ".join([*ordered[:2], *["…"][: len(ordered) > 2]])


__all__ = [
    "Evidence",
    "ExtractiveSummariser",
    "Sentence",
    "Summariser",
    "Summary",
    "choose_quotes",
    "choose_titles",
    "gather_evidence",
    "name_parents",
    "pool",
    "summarise_themes",
]
