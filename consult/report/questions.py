"""One question as the page shows it: what is in the analysis, put in order and in words. Nothing is computed anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import polars as pl

from consult.analysis import Analysis, Run
from consult.groups import WHAT_GROUPS_ARE_NOT
from consult.notes import broad_themes
from consult.references import KINDS
from consult.report.campaigns import CampaignView, view_campaigns
from consult.report.groups import groups_note, tables_of, theme_sentences
from consult.report.phrases import (
    EXTRACTED,
    GIVEN,
    counted,
    describe_stability,
    percent,
    run_notes,
    says_something,
    translation_heading,
)

_CHARTED: Final = 25
_NON_ANSWERS: Final = 20
_UNTHEMED: Final = 20
_CITED: Final = 10
_SHOWN_CHARACTERS: Final = 1000
# From this difference on, copied texts have lifted or lowered a theme so far that a reader must be told.
_RANKS_APART: Final = 3


@dataclass(frozen=True)
class Excerpt:
    """An answer shown as an example: `text` is its start, `n_characters` the length of the whole."""

    response_id: str
    text: str
    n_characters: int

    @property
    def is_cut(self) -> bool:
        """Not all of the answer is shown."""
        return len(self.text) < self.n_characters


@dataclass(frozen=True)
class ThemeView:
    """A theme with its evidence.

    Attributes:
        anchor: The id of its section; it stays when a review changes the ranks.
        row: Its row of THEMES.
        part_of: The title of the parent that it is a part of, or "".
        counts: How many people raise it, in words.
        sentences: Its summary: sentence, response ids cited, how many more are; none where the quotes say it all.
        method: Who wrote the summary, in words; "" without one.
        quotes: Its rows of QUOTES.
        by_group: Who raises it, in words: how they chose, and which groups raise it more often, or less.
        people_bar: Length of its bar, in percent of the longest.
        distinct_bar: The same for distinct texts.
        is_broad: A note says that it is broad, so that its share tells little.
    """

    anchor: str
    row: dict[str, Any]
    part_of: str
    counts: str
    sentences: list[tuple[str, list[str], int]]
    method: str
    quotes: list[dict[str, Any]]
    by_group: list[str]
    people_bar: float
    distinct_bar: float
    is_broad: bool


@dataclass(frozen=True)
class ParentView:
    """A broad theme.

    Attributes:
        row: Its row of PARENTS.
        themes: Those that are a part of it, in order of rank.
    """

    row: dict[str, Any]
    themes: list[ThemeView]


@dataclass(frozen=True)
class QuestionView:
    """A question with its themes, and with the answers in none.

    Attributes:
        anchor: The id of its section.
        place: 1 for the first question.
        wording: As it was put to people.
        one: What is counted: "person", or "response" where people were not told apart.
        many: The same for more than one.
        one_each: Every theme has as many people as responses.
        opening: How many answered, in words.
        lang: The language of its answers, for the page's `lang` attributes; "" when it is English or not known.
        n_responses: Answers to it.
        n_answered: People who gave an answer, non-answers left out.
        n_unthemed: Answers that raise no theme.
        n_non_answers: Answers that say nothing.
        themes: In order of rank.
        parents: In order of rank; each with its themes.
        charted: Those that the chart shows.
        moved: Title and what to say of each theme whose rank copied texts change much.
        notes: What the reader must know of this question.
        keywords: Frequent words and how often they come, where there are no themes.
        unthemed: Answers in no theme, the first by id.
        non_answer_kinds: The classes of non-answers in words, and how many are in each, the commonest first.
        put_back: Ids of the answers that look like none and that a person put back.
        non_answers: The most frequent non-answers and how often they come.
        n_other_non_answers: Non-answers not listed.
        groups_note: What is to be known of the groups; "" where there are none.
        campaigns: Texts that several people sent, the largest first.
        alike: Texts alike in other words, as `consult.copied.alike_groups` gives them.
    """

    anchor: str
    place: int
    wording: str
    one: str
    many: str
    one_each: bool
    opening: str
    lang: str
    n_responses: int
    n_answered: int
    n_unthemed: int
    n_non_answers: int
    themes: list[ThemeView]
    parents: list[ParentView]
    charted: list[ThemeView]
    moved: list[tuple[str, str]]
    notes: list[str]
    keywords: list[tuple[str, int]]
    unthemed: list[Excerpt]
    non_answer_kinds: list[tuple[str, int]]
    put_back: list[str]
    non_answers: list[tuple[str, int]]
    n_other_non_answers: int
    groups_note: str
    campaigns: list[CampaignView]
    alike: list[dict[str, Any]]


def view_question(run: Run, analysis: Analysis, place: int, *, people_known: bool = True) -> QuestionView:
    """What the page says of one question.

    Args:
        run: The run.
        analysis: The question.
        place: 1 for the first.
        people_known: Whether people were told apart; else responses are what is counted.
    """
    anchor = f"question-{place}"
    responses = analysis.responses
    answered = responses.filter(pl.col("status") != "non_answer")["respondent_id"].n_unique()
    unthemed = responses.filter(pl.col("status") == "unthemed").sort("response_id")
    non_answers = responses.filter(pl.col("status") == "non_answer")
    listed = _tally(non_answers)
    nouns = ("person", "people") if people_known else ("response", "responses")
    one_each = bool((analysis.themes["n_respondents"] == analysis.themes["n_responses"]).all())
    tables = tables_of(run, analysis)
    by_group = theme_sentences(run, analysis, tables, *nouns)
    themes = _view_themes(analysis, anchor, _Counting(answered, people_known, one_each), by_group)
    language = str(analysis.manifest.get("language") or "")
    return QuestionView(
        anchor=anchor,
        place=place,
        wording=analysis.wording,
        one=nouns[0],
        many=nouns[1],
        one_each=one_each,
        opening=_opening(responses.height, answered, non_answers.height, people_known),
        lang=language if language.isalpha() and language.isascii() and language not in ("en", "und") else "",
        n_responses=responses.height,
        n_answered=answered,
        n_unthemed=unthemed.height,
        n_non_answers=non_answers.height,
        themes=themes,
        parents=[
            ParentView(row, [theme for theme in themes if theme.row["parent_id"] == row["parent_id"]])
            for row in analysis.parents.sort("rank").iter_rows(named=True)
        ],
        charted=themes[:_CHARTED],
        moved=[(theme.row["title"], said) for theme in themes if (said := _moved(theme.row, nouns[1]))],
        notes=run_notes(analysis.manifest),
        # A word that one response uses says nothing of what people share.
        keywords=[(str(word), int(count)) for word, count in analysis.manifest.get("keywords", []) if int(count) > 1],
        unthemed=[
            Excerpt(response_id, text[:_SHOWN_CHARACTERS], len(text))
            for response_id, text in unthemed.head(_UNTHEMED).select("response_id", "text").iter_rows()
        ],
        non_answer_kinds=[
            (KINDS.get(kind, kind), n)
            for kind, n in sorted(Counter(analysis.non_answers["kind"]).items(), key=lambda item: (-item[1], item[0]))
        ],
        put_back=sorted(analysis.put_back),
        non_answers=listed,
        n_other_non_answers=non_answers.height - sum(count for _, count in listed),
        groups_note=f"{WHAT_GROUPS_ARE_NOT} {groups_note(run, tables)}".strip() if any(by_group.values()) else "",
        campaigns=view_campaigns(analysis),
        alike=analysis.alike_groups(),
    )


def _opening(n_responses: int, n_answered: int, n_non_answers: int, people_known: bool) -> str:
    if not n_responses:
        return "Nobody answered this question."
    if not n_answered or not people_known:
        return says_something(n_answered, n_responses)
    said = f"{counted(n_responses, 'response')}; {counted(n_answered, 'person', 'people')} said something in answer"
    nothing = (
        f", and {counted(n_non_answers, 'response')} said nothing of substance, such as “no comment” or “see attached”"
    )
    return said + (nothing if n_non_answers else "") + "."


@dataclass(frozen=True)
class _Counting:
    """Of what a theme's counts are a part: `answered` people, or responses where people were not told apart."""

    answered: int
    people_known: bool
    one_each: bool


def _view_themes(
    analysis: Analysis, anchor: str, counting: _Counting, by_group: dict[str, list[str]]
) -> list[ThemeView]:
    themes = analysis.themes.sort("rank")
    titles = dict(analysis.parents.select("parent_id", "title").iter_rows())
    quotes = _by_theme(analysis.quotes)
    translated = _translations(analysis)
    for each in (one for mine in quotes.values() for one in mine):
        each["translation"] = translated.get(each["response_id"])
    summaries = _by_theme(analysis.summaries)
    told = {id_: _beyond_quotes(summaries.get(id_, []), quotes.get(id_, [])) for id_ in themes["theme_id"]}
    longest = max([1, *themes["n_respondents"], *themes["n_distinct"]])
    broad = set(broad_themes(themes, analysis.responses.filter(pl.col("status") != "non_answer").height)["theme_id"])
    return [
        ThemeView(
            anchor=f"{anchor}-theme-{quote(row['theme_id'], safe='')}",
            row=row,
            part_of=titles.get(row["parent_id"], ""),
            counts=_in_words(row, counting),
            sentences=[_cite(summary) for summary in told[row["theme_id"]]],
            method=_method(told[row["theme_id"]]),
            quotes=quotes.get(row["theme_id"], []),
            by_group=by_group.get(row["theme_id"], []),
            people_bar=round(100 * row["n_respondents"] / longest, 2),
            distinct_bar=round(100 * row["n_distinct"] / longest, 2),
            is_broad=row["theme_id"] in broad,
        )
        for row in themes.iter_rows(named=True)
    ]


def _translations(analysis: Analysis) -> dict[str, tuple[str, str, str]]:
    """The heading, text and language of the translation of each response that has one."""
    return {
        row["response_id"]: (
            translation_heading(row["language"], row["translated_by"], row["translator"]),
            row["translation"],
            row["language"],
        )
        for row in analysis.translations.iter_rows(named=True)
    }


def _by_theme(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    parts = frame.sort("position").partition_by("theme_id", as_dict=True)
    return {str(theme_id): part.to_dicts() for (theme_id,), part in parts.items()}


def _beyond_quotes(summary: list[dict[str, Any]], quotes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The summary, unless it was picked from the quotes, which stand below it."""
    words = {quote["quote"] for quote in quotes}
    picked = all(sentence["method"] == "extractive" and sentence["sentence"] in words for sentence in summary)
    return [] if picked else summary


def _in_words(row: dict[str, Any], counting: _Counting) -> str:
    n, distinct = counting.answered, counted(row["n_distinct"], "distinct text")
    whole = (
        f"{counted(n, 'person', 'people')} who answered"
        if counting.people_known
        else f"{counted(n, 'response')} that {'says' if n == 1 else 'say'} something"
    )
    apart = counting.people_known and not counting.one_each
    held = f"in {counted(row['n_responses'], 'response')} with {distinct}" if apart else f"with {distinct}"
    return f"{row['n_respondents']:,} of {whole} ({percent(row['share'])}), {held}. {_stability(row)}"


def _stability(row: dict[str, Any]) -> str:
    stability = row["stability"]
    if row["source"] == "given":
        return GIVEN
    return "" if stability is None else f"Stability: {describe_stability(stability)} ({percent(stability)})."


def _cite(summary: dict[str, Any]) -> tuple[str, list[str], int]:
    cited = summary["response_ids"]
    return summary["sentence"], cited[:_CITED], max(0, len(cited) - _CITED)


def _method(summaries: list[dict[str, Any]]) -> str:
    if not summaries:
        return ""
    written = sorted({summary["method"] for summary in summaries} - {"extractive"})
    if written:
        return f"Written by the language model {', '.join(written)}. Check it against the responses cited."
    return EXTRACTED


def _moved(row: dict[str, Any], people: str) -> str:
    rank, distinct = row["rank"], row["rank_distinct"]
    if abs(rank - distinct) <= _RANKS_APART:
        return ""
    if distinct > rank:
        why = "Many of its responses share the same words, as they do in a campaign."
    else:
        why = "Themes ranked above it rest more on responses that share the same words."
    return f"is number {rank} by {people}, but number {distinct} when equal texts count once. {why}"


def _tally(non_answers: pl.DataFrame) -> list[tuple[str, int]]:
    """The most frequent non-answers, "No" and "no " together under the form that comes most."""
    forms = (
        non_answers.select(text=pl.col("text").str.strip_chars())
        .group_by("text")
        .agg(count=pl.len())
        .sort(["count", "text"], descending=[True, False])
        .with_columns(folded=pl.col("text").str.to_lowercase())
        .group_by("folded", maintain_order=True)
        .agg(pl.col("text").first(), pl.col("count").sum())
        .sort(["count", "folded"], descending=[True, False])
        .head(_NON_ANSWERS)
    )
    return [(text[:_SHOWN_CHARACTERS], count) for text, count in forms.select("text", "count").iter_rows()]
