"""What is told of responses that say nothing: their classes in words, and the answer that "see Q3" means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

KINDS: Final = {
    "blank_like": "no word at all, such as “-” or “?”",
    "none": "none or nothing, such as “no”, “none”, “n/a”",
    "no_comment": "no comment or no view",
    "unsure": "don’t know",
    "refers": "a reference to another answer, such as “see Q3”",
    "attached": "a reference to a file or letter",
    "covering": "only who sends it, or what it answers, such as “Response of the parish council”",
    "thin": "too little to tell what is meant, such as “yes” where nothing was asked that yes answers",
    "noise": "keyboard noise, such as “asdf”",
    "set_aside": "said by a person to say nothing",
    "personal": "nothing but contact details, which were replaced",
}
"""The classes of non-answers, in words."""

LISTED: Final = pl.Schema(
    {
        "response_id": pl.String,
        "respondent_id": pl.String,
        "kind": pl.String,
        "text": pl.String,
        "refers_to": pl.String,
        "refers_to_response_id": pl.String,
        "refers_to_option": pl.String,
    }
)
"""Of a list of non-answers. Of the last two one tells the answer that is meant, if that can be told: the response, or
what the same person chose of a closed question."""
NO_SUCH: Final = {
    "unnamed": "It does not say which answer it means, so there is no link.",
    "unasked": "It means an answer to “{question}”, a question that this run did not analyse.",
    "unknown": "It means an answer to “{question}”, but the files do not say which answers are of one person.",
    "unanswered": "It means an answer to “{question}”, to which the same person gave none.",
    "several": "It means an answer to “{question}”, to which the same person gave several.",
}
"""Why the answer that a reference means cannot be told."""
_MEANT: Final = "It refers to the same person’s answer to “{question}”. It is not counted as that answer."
_CHOSEN: Final = (
    "It refers to the same person’s answer to “{question}”, which is “{text}”. It is not counted as that answer."
)


def list_non_answers(
    non_answers: pl.DataFrame,
    responses: pl.DataFrame,
    others: Mapping[str, pl.DataFrame],
    answers: pl.DataFrame,
    *,
    people_known: bool,
) -> pl.DataFrame:
    """The non-answers to one question with their texts, by class, text and id.

    Args:
        non_answers: NON_ANSWERS.
        responses: RESPONSES to the question; response_id, respondent_id and text are enough.
        others: RESPONSES to each question that was analysed, of which response_id and respondent_id are enough.
        answers: ANSWERS to the closed questions that are meant, at the least.
        people_known: Whether the files say which answers are of one person.

    Returns:
        A frame as `LISTED`.
    """
    listed = non_answers.join(responses.select("response_id", "respondent_id", "text"), on="response_id")
    meant = pl.DataFrame(
        schema={"refers_to": pl.String, "respondent_id": pl.String, "refers_to_response_id": pl.String}
    )
    for question_id in listed["refers_to"].drop_nulls().unique().sort() if people_known else ():
        if question_id in others:
            meant.vstack(
                others[question_id]
                .join(listed.filter(pl.col("refers_to") == question_id), on="respondent_id", how="semi")
                .group_by("respondent_id")
                .agg(pl.col("response_id").first(), n=pl.len())
                .filter(pl.col("n") == 1)
                .select(pl.lit(question_id).alias("refers_to"), "respondent_id", refers_to_response_id="response_id"),
                in_place=True,
            )
    options = (
        answers.filter(~pl.col("question_id").is_in(list(others)))
        .group_by("respondent_id", refers_to="question_id", maintain_order=True)
        .agg(refers_to_option=pl.col("option").str.join("; "))
    )
    return (
        listed.join(meant, on=["refers_to", "respondent_id"], how="left")
        .join(options if people_known else options.clear(), on=["refers_to", "respondent_id"], how="left")
        .select(LISTED.names())
        .sort("kind", "text", "response_id")
    )


def chosen_by(answers: pl.DataFrame, respondent_id: str) -> list[str] | None:
    """What somebody chose of a closed question; None where it is none.

    Args:
        answers: ANSWERS to that question.
        respondent_id: Who.
    """
    mine = answers.filter(pl.col("respondent_id") == respondent_id)
    return None if answers.is_empty() else mine["option"].to_list()


def describe_reference(
    question_id: str | None,
    wording: str | None,
    found: Sequence[Mapping[str, Any]],
    *,
    chosen: Sequence[str] | None,
    analysed: bool,
    people_known: bool,
) -> dict[str, Any]:
    """What a response such as "see Q3" means, or why that cannot be told.

    Args:
        question_id: The question that it names; None where it names none.
        wording: Of that question; None where it is not known.
        found: The same person's answers to it: response_id and text.
        chosen: What the same person chose, where it is a closed question; None where it is an open one.
        analysed: Whether the run has answers to it.
        people_known: Whether the files say which answers are of one person.

    Returns:
        question_id, wording, response_id, text, said: see `consult.analysis.Run.referred`.
    """
    why = None
    if question_id is None:
        why = "unnamed"
    elif not analysed and chosen is None:
        why = "unasked"
    elif not people_known:
        why = "unknown"
    elif chosen is not None:
        why = None if chosen else "unanswered"
    elif len(found) != 1:
        why = "several" if found else "unanswered"
    question = wording or question_id
    said = (_MEANT if chosen is None else _CHOSEN) if why is None else NO_SUCH[why]
    one = found[0] if why is None and chosen is None else None
    text = "; ".join(chosen) if why is None and chosen is not None else None if one is None else one["text"]
    return {
        "question_id": question_id,
        "wording": wording,
        "response_id": None if one is None else one["response_id"],
        "text": text,
        "said": said.format(question=question, text=text),
    }


__all__ = ["KINDS", "LISTED", "NO_SUCH", "chosen_by", "describe_reference", "list_non_answers"]
