"""The frames of a run with the questions together, which is what a table for people holds."""

from __future__ import annotations

from typing import Final

import polars as pl

from consult.analysis import Run
from consult.report.groups import count_groups
from consult.schemas import (
    ALIKE,
    ANSWERS,
    ASSIGNMENTS,
    CAMPAIGN_LIST,
    CAMPAIGNS,
    GROUPS,
    LANGUAGES,
    LEDGER,
    MARKS,
    NON_ANSWERS,
    OWN_WORDS,
    PARENTS,
    POINTS,
    QUESTIONS,
    QUOTES,
    REDACTIONS,
    REJECTS,
    RESPONDENTS,
    RESPONSES,
    SUMMARIES,
    THEMES,
    TRANSLATIONS,
    FrameSpec,
)

EXPORTED: Final[dict[str, tuple[FrameSpec, str]]] = {
    "questions": (QUESTIONS, "The questions, in the order of the input."),
    "themes": (THEMES, "What people said, ranked: one row a question and theme."),
    "parents": (PARENTS, "Broad themes, ranked: what the themes that name one as their parent_id have in common."),
    "summaries": (SUMMARIES, "A summary of each theme, sentence by sentence, with the responses that it rests on."),
    "quotes": (QUOTES, "Exact passages of responses that show each theme."),
    "assignments": (ASSIGNMENTS, "Which response raises which theme, and the passage that shows it."),
    "responses": (
        RESPONSES,
        "Every answer to an open question, as submitted; what stands in brackets for personal data is in redactions.",
    ),
    "groups": (
        GROUPS,
        "Themes by demographic and closed question. Empty where it is not shown: too few people, or a count that would "
        "give such a one away. respondents, answers and assignments hold every person: do not publish those.",
    ),
    "campaigns": (
        CAMPAIGN_LIST,
        "Texts that several people sent, copied whole or in good part: one row a question and campaign. Each counts "
        "once among distinct texts; everyone who sent it counts as a person.",
    ),
    "campaign_members": (CAMPAIGNS, "Which response is of which campaign, and how near to its text."),
    "own_words": (OWN_WORDS, "What those who sent a copy added or changed, by its place in their response."),
    "alike": (
        ALIKE,
        "Texts that say nearly the same in other words, more alike than is usual: for a person to look at. Nothing "
        "rests on it.",
    ),
    "points": (POINTS, "The points that each response was cut into; question_id and response_id name the response."),
    "non_answers": (
        NON_ANSWERS,
        "Responses that say nothing, by class; [nonanswers] puts one back.",
    ),
    "languages": (LANGUAGES, "The language of each response; und where its words do not tell."),
    "translations": (
        TRANSLATIONS,
        "Translations of responses, and who made them: never analysed, and not what people wrote.",
    ),
    "redactions": (REDACTIONS, "Where personal data was replaced, by kind; the data itself is nowhere in the run."),
    "marks": (MARKS, "What in letters and mails is not the writer's answer, by kind: kept, and not analysed."),
    "ledger": (LEDGER, "Rows read, and what became of them, by file and question."),
    "rejects": (REJECTS, "Every row that could not be used, and why. No answer's text is here: see the source file."),
    "respondents": (RESPONDENTS, "What is known of each respondent, one row a respondent and field."),
    "answers": (ANSWERS, "Answers to closed questions, one row an option chosen."),
}
"""Name -> (declaration, what it holds). `points` gains a question_id here: its own key leaves the question out."""
_KEPT_AS: Final = {"campaign_members": "campaigns"}
"""What an analysis calls a frame that exports call otherwise."""
_OF_RUN: Final = ("questions", "ledger", "rejects", "respondents", "answers")


def join_questions(run: Run, name: str) -> pl.DataFrame:
    """One of `EXPORTED`, over all questions of the run."""
    if name == "groups":
        return count_groups(run)
    if name == "campaigns":
        return run.campaigns()
    if name in _OF_RUN:
        own: pl.DataFrame = getattr(run, name)
        return own
    spec = EXPORTED[name][0]
    parts: list[tuple[str, pl.DataFrame]] = [
        (analysis.question_id, getattr(analysis, _KEPT_AS.get(name, name))) for analysis in run.analyses
    ]
    together = pl.concat(
        part.select(pl.lit(question_id).alias("question_id"), pl.exclude("question_id"))
        for question_id, part in [("", spec.empty()), *parts]
    )
    columns = [*([] if "question_id" in spec.columns else ["question_id"]), *spec.columns]
    return together.select(columns)
