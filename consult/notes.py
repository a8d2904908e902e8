"""Plain sentences that a reader of a run must see: what was left undone, and where its figures are weak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from consult.copied import FEW
from consult.languages import NAMES, NOT_ENGLISH, UNDETERMINED, not_english
from consult.words import FEW_TEXTS, PERSONAL

FAR: Final = 3
"""Places by which a theme's rank by people and by distinct texts may differ before a note says so."""


BROAD: Final = 0.5
"""A theme that a larger share of the answers raises may be several."""
FEW_ANSWERS: Final = 60
"""Of fewer answers one theme may well be most of what is said."""


UNTHEMED: Final = 0.2
"""Where a larger share of the answers is in no theme, a reader must know."""


def question_notes(
    n_answered: int,
    n_unthemed: int,
    themes: pl.DataFrame,
    language: str,
    languages: Mapping[str, int],
    short: Mapping[str, int],
) -> list[str]:
    """Notes on one question.

    Args:
        n_answered: Responses that say something.
        n_unthemed: Of these, how many raise no theme.
        themes: THEMES.
        language: The ISO 639-1 code that most of them are in.
        languages: How many are in each language.
        short: How many are "yes", "no" or "nothing", where the question asks for that.
    """
    notes = []
    if not n_answered:
        notes.append("No response has something to say, so there are no themes.")
    elif themes.is_empty():
        notes.append(
            f"{n_answered} response{'' if n_answered == 1 else 's'} with something to say: too few to find themes. "
            "Every text is listed, with the words that most of them use."
        )
    for rank, n in broad_themes(themes, n_answered).select("rank", "n_responses").iter_rows():
        notes.append(
            f"Theme {rank} is broad: {n:,} of {n_answered:,} answers raise it, so it tells little of what they say and "
            "may be several. Finer themes may part it: --granularity 2, or “How fine themes are” on the check page."
        )
    if not themes.is_empty() and n_unthemed > UNTHEMED * n_answered:
        notes.append(
            f"{n_unthemed:,} of {n_answered:,} answers are in no theme: near to none, or too short to tell. Their "
            "status is “unthemed”: read some before you say what people did not raise."
        )
    for said, n in short.items():
        verb = "answer is" if n == 1 else "answers are"
        notes.append(
            f"{n:,} {verb} “{said}” or the like, which answers this question: each counts as an answer"
            f"{', and may be in a theme' if said == 'nothing' else ', in no theme'}."
        )
    for other, n in languages.items():
        if other not in (language, UNDETERMINED) and n >= FEW_TEXTS:
            notes.append(
                f"{n:,} of {n_answered:,} answers look {NAMES[other]}. The embedding model reads one language best, so "
                f"some themes may gather answers by their language and not by their subject: read every answer in "
                f"{NAMES[other]} beside the themes."
            )
    return notes


def broad_themes(themes: pl.DataFrame, n_answered: int) -> pl.DataFrame:
    """The rows of THEMES that a note calls broad: found, and raised by more than `BROAD` of many answers.

    Args:
        themes: THEMES.
        n_answered: Responses that say something; of fewer than `FEW_ANSWERS` no theme is broad.
    """
    if n_answered < FEW_ANSWERS:
        return themes.clear()
    return themes.filter(pl.col("source") == "found", pl.col("n_responses") > BROAD * n_answered)


def known_notes(
    themes: pl.DataFrame, unused: Mapping[str, int], joined: Mapping[str, int], unborne: Sequence[str] = ()
) -> list[str]:
    """Notes on the themes that a team gave.

    Args:
        themes: THEMES.
        unused: Title of a given theme -> how many of its examples say nothing.
        joined: Title of a given theme -> how many groups of points that were left over are part of it.
        unborne: Titles of given themes that hardly any point comes near to.
    """
    given = themes.filter(pl.col("source") == "given")
    if given.is_empty():
        return []
    n_new = len(themes) - len(given)
    notes = [
        f"{len(given):,} theme{' was' if len(given) == 1 else 's were'} given, and answers assigned to "
        f"{'it' if len(given) == 1 else 'them'} first. "
        + (
            f"What was left over is in {n_new:,} new theme{'' if n_new == 1 else 's'} beside."
            if n_new
            else "None is new."
        )
        + " A given theme has no stability: it was not found, so it cannot be found again."
    ]
    empty = given.filter(pl.col("n_responses") == 0)["title"].to_list()
    if empty:
        listed = ", ".join(f"“{title}”" for title in empty)
        notes.append(f"No answer raises {'this given theme' if len(empty) == 1 else 'these given themes'}: {listed}.")
    raised = [title for title in unborne if title not in empty]
    if raised:
        listed = ", ".join(f"“{title}”" for title in raised)
        notes.append(
            f"Hardly any point comes near to the words of {listed}: what is there may be there by chance. Read it, and "
            "where the theme is one that people do raise, give it a description in their words, or examples."
        )
    for title, n in joined.items():
        notes.append(
            f"{n:,} group{'' if n == 1 else 's'} of points found beside said much the same as “{title}”, which was "
            f"given, and joined it."
        )
    for title, n in unused.items():
        notes.append(
            f"{n:,} example{'' if n == 1 else 's'} of “{title}” could not be used: the answer says nothing, "
            "or is there twice."
        )
    return notes


def elsewhere_notes(non_answers: pl.DataFrame) -> list[str]:
    """A note where responses say only that what they have to say is attached.

    Args:
        non_answers: NON_ANSWERS of one question.
    """
    n = non_answers.filter(pl.col("kind") == "attached").height
    if not n:
        return []
    said = f"{n:,} responses say" if n > 1 else "One response says"
    return [
        f"{said} no more than that something is attached. They stand among the non-answers: what is attached is not in "
        "this file, and none of it is counted. Give the attachments to Consult as files, or read them yourself."
    ]


def decision_notes(n_put_back: int, n_set_aside: int) -> list[str]:
    """Notes on what people decided of answers that look like none.

    Args:
        n_put_back: Responses that are answers because a person put them back.
        n_set_aside: Responses that a person said to say nothing.
    """
    notes = []
    for n, what in (
        (n_put_back, ("looks like a non-answer and counts as an answer", "look like non-answers and count as answers")),
        (n_set_aside, ("counts as a non-answer", "count as non-answers")),
    ):
        if n:
            said = f"1 response {what[0]}" if n == 1 else f"{n:,} responses {what[1]}"
            notes.append(f"{said}, because a person decided so.")
    return notes


def translation_note(made_by: Mapping[str, int]) -> str:
    """A note on translations.

    Args:
        made_by: How many were made by a person and by a service.
    """
    n = sum(made_by.values())
    makers = " and ".join(f"{made_by[maker]:,} by a {maker}" for maker in ("person", "service") if made_by.get(maker))
    beside = "1 answer has a translation beside it" if n == 1 else f"{n:,} answers have a translation beside them"
    return f"{beside}, made {makers}. A translation is shown, and never analysed or quoted."


def campaign_notes(members: pl.DataFrame, themes: pl.DataFrame, responses: pl.DataFrame) -> list[str]:
    """Notes on the campaigns of one question, and on themes whose rank rests on copies.

    Args:
        members: CAMPAIGNS.
        themes: THEMES.
        responses: RESPONSES, marked.
    """
    notes = []
    if len(members):
        sizes = members["campaign_id"].value_counts()["count"].to_list()
        n, most = len(sizes), max(sizes)
        notes.append(
            f"{len(members):,} responses are copies of one another, whole or in good part: "
            + _groups(n, most)
            + (" It" if n == 1 else " Each")
            + " counts once among distinct texts; everyone who sent it is counted among people, and what they "
            "added counts as their own."
        )
    in_none = members.join(responses.filter(pl.col("status") == "unthemed"), on="response_id", how="semi")
    if len(in_none) and len(themes):
        notes.append(
            (
                f"1 of the {len(members):,} copied responses raises"
                if len(in_none) == 1
                else f"{len(in_none):,} of the {len(members):,} copied responses raise"
            )
            + " no theme. Themes are found on what people wrote themselves, and what was copied here is near to none "
            "of them: read it among the campaigns."
        )
    apart = themes.filter((pl.col("rank") - pl.col("rank_distinct")).abs() > FAR).sort("rank")
    for rank, title, by_text in apart.select("rank", "title", "rank_distinct").iter_rows():
        notes.append(
            f"“{title}” is number {rank} by people and number {by_text} by distinct texts: the places differ because "
            f"{'many sent the same text' if by_text > rank else 'others stand on copied texts'}."
        )
    return notes


def _groups(n: int, most: int) -> str:
    if most < FEW:
        sent = "2" if most == 2 else f"2 to {most}"
        return f"one text that {most} sent alike." if n == 1 else f"{n:,} texts, each of which {sent} sent alike."
    return f"one campaign of {most:,}." if n == 1 else f"{n:,} campaigns, the largest of {most:,}."


def alike_notes(members: pl.DataFrame, told: Mapping[str, Any]) -> list[str]:
    """A note on answers that say nearly the same in other words, where there are some.

    Args:
        members: ALIKE.
        told: What they were held against, see `consult.alike.Alike`.
    """
    if members.is_empty():
        return []
    n = members["alike_id"].n_unique()
    dates = "" if told["dated"] else " No date can be read, so this rests on their meaning alone, by a stricter bar."
    return [
        f"{len(members):,} texts, in {n:,} group{'' if n == 1 else 's'}, say nearly the same in other words, more "
        "alike than answers to this question usually are. That may have many reasons: read them side by side. Each "
        f"counts as its own, and nothing rests on this.{dates}"
    ]


def run_notes(
    *,
    redacted: Mapping[str, Any] | None,
    grouped: bool,
    respondents_known: bool,
    languages: Sequence[Mapping[str, int]],
    builtin: bool,
) -> list[str]:
    """Notes on the whole run.

    Args:
        redacted: What was counted of personal data; None where it was not looked for.
        grouped: Whether copied campaigns were looked for.
        respondents_known: Whether the file says who gave which answers.
        languages: How many answers are in each language, question by question.
        builtin: Whether the built-in embedding model was used.
    """
    notes = [redaction_note(redacted)]
    if not grouped:
        notes.append("Copied campaigns were not grouped: [campaigns] on = false.")
    if not respondents_known:
        notes.append("The file does not say who answered: each response is counted as one person.")
    together: Counter[str] = Counter()
    for counts in languages:
        together.update(counts)
    share = not_english(together)
    if share > NOT_ENGLISH:
        ranked = [(NAMES[code], n) for code, n in together.most_common() if code not in ("en", UNDETERMINED)]
        listed = ", ".join(f"{name} {n:,}" for name, n in ranked)
        notes.append(
            f"{share:.0%} of the answers whose language is told are not English ({listed}). "
            + (
                "The built-in embedding model reads English best: themes are coarser than they would be with a "
                "multilingual model, which [embedding] multilingual_provider can name."
                if builtin
                else "They were read by the embedding model that the configuration names."
            )
        )
    return notes


def redaction_note(redacted: Mapping[str, Any] | None) -> str:
    """What was done about personal data, and what cannot be."""
    if redacted is None:
        return "Personal data was not removed: [redact] on = false. Every text is as it was submitted."
    kinds: Mapping[str, int] = redacted["texts"]
    ranked = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{PERSONAL.get(kind, kind)} {n:,}" for kind, n in ranked)
    n, n_responses, n_ids = sum(kinds.values()), redacted["responses"], redacted["ids"]
    found = (
        f"{n:,} in {n_responses:,} response{'' if n_responses == 1 else 's'} ({listed})"
        if n
        else "none in the responses"
    )
    also = f", and {sum(redacted['values'].values()):,} in other columns" if redacted["values"] else ""
    ids = f" {n_ids:,} ids that were personal data got stand-ins, such as person-1." if n_ids else ""
    return (
        f"Personal data was looked for by its form and the words beside it, and replaced: {found}{also}.{ids} "
        "Names that no title, introduction or signature marks, and details told in words, are not found: read "
        "before you publish."
    )


def respondents_known(layout: str, respondent_column: str | None, responses: pl.DataFrame) -> bool:
    """Whether a run of several questions knows which answers are one person's: an id that stands for more than one."""
    several = responses["question_id"].n_unique() > 1
    crossing = responses["respondent_id"].n_unique() < len(responses)
    return layout == "wide" or respondent_column is not None or not several or crossing
