"""Every frame that Consult passes around or writes, declared once.

A `FrameSpec` gives a frame its columns, types, key and a sentence a column. Columns in `nullable` may hold null, which
means what their sentence says; no other column may. Offsets count characters (Unicode code points) of the response's
text as it is stored, from 0; `end` is exclusive, so `text[start:end]` in Python is the span.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from consult.framespec import FrameSpec as FrameSpec
from consult.framespec import check_frame as check_frame
from consult.framespec import dtype_of as dtype_of

QUESTIONS: Final = FrameSpec(
    "questions",
    {
        "question_id": (pl.String, "the question's id, as in the file or made from its column's header"),
        "wording": (pl.String, "the question as it was put to people, or its column's header"),
    },
    key=("question_id",),
)

RESPONSES: Final = FrameSpec(
    "responses",
    {
        "response_id": (
            pl.String,
            "the id exactly as submitted; the row number where the file has no id; person-1 … for personal data",
        ),
        "question_id": (pl.String, "the question answered"),
        "respondent_id": (pl.String, "who answered; equals response_id where the file does not say"),
        "text": (
            pl.String,
            "the answer exactly as submitted, but that personal data is replaced unless redaction is off",
        ),
        "submitted_at": (pl.String, "when, exactly as written in the file; null when the file does not say"),
        "source_file": (
            pl.String,
            "the file's name, without its folder; in an archive, a folder or a mail, the way to it",
        ),
        "source_row": (
            pl.Int64,
            "the row in that file, from 1, headers counted (the record, in JSONL and Parquet; in a letter, the page of "
            "a PDF, else the line)",
        ),
        "status": (pl.String, "received (not analysed yet), themed, unthemed or non_answer"),
    },
    key=("question_id", "response_id"),
    nullable=frozenset({"submitted_at"}),
)

RESPONDENTS: Final = FrameSpec(
    "respondents",
    {
        "respondent_id": (pl.String, "who"),
        "field": (pl.String, "a demographic or other attribute: the column's header"),
        "value": (pl.String, "its value as written; a blank cell has no row"),
    },
    key=("respondent_id", "field"),
)

ANSWERS: Final = FrameSpec(
    "answers",
    {
        "respondent_id": (pl.String, "who"),
        "question_id": (pl.String, "the closed question: its column's header"),
        "option": (pl.String, "an option chosen, as written; one row an option"),
    },
    key=("respondent_id", "question_id", "option"),
)

REJECTS: Final = FrameSpec(
    "rejects",
    {
        "source_file": (pl.String, "the file's name"),
        "source_row": (pl.Int64, "the row in that file, as in responses"),
        "question_id": (pl.String, "the question whose answer is lost to the analysis; null when it is not known"),
        "column": (pl.String, "the column at fault; null when the whole row is"),
        "reason": (pl.String, "a code of `consult.ingest.REASONS`"),
        "detail": (pl.String, "what was found, in words; never the text of an answer"),
    },
    key=("source_file", "source_row", "question_id", "column"),
    nullable=frozenset({"question_id", "column"}),
)

LEDGER: Final = FrameSpec(
    "ledger",
    {
        "source_file": (pl.String, "the file's name"),
        "question_id": (pl.String, "the question; null gathers the rows that name none"),
        "n_read": (pl.Int64, "rows read: in a wide file, one cell a row for each open question"),
        "n_responses": (pl.Int64, "of these, answers kept"),
        "n_rejected": (pl.Int64, "of these, in `rejects` with a reason"),
        "n_blank": (pl.Int64, "of these, empty or only spaces; n_read = n_responses + n_rejected + n_blank"),
    },
    key=("source_file", "question_id"),
    nullable=frozenset({"question_id"}),
)

MARKS: Final = FrameSpec(
    "marks",
    {
        "question_id": (pl.String, "the question answered"),
        "response_id": (pl.String, "the response, a letter or mail"),
        "start": (pl.Int64, "first character, in the response's text"),
        "end": (pl.Int64, "one past the last character"),
        "kind": (
            pl.String,
            "quoted, signature, disclaimer, letterhead, heading or running (page headers and footers): kept and not "
            "analysed; line_end: a line broken within a sentence",
        ),
    },
    key=("question_id", "response_id", "start"),
)

REDACTIONS: Final = FrameSpec(
    "redactions",
    {
        "response_id": (pl.String, "the response"),
        "start": (pl.Int64, "first character, in the text as submitted"),
        "end": (pl.Int64, "one past the last character, in the text as submitted"),
        "kind": (pl.String, "the kind of personal data: a kind of [redact], or the name of a pattern set there"),
        "replacement": (pl.String, "what stands there now, such as [e-mail]"),
    },
    key=("response_id", "start"),
)

NON_ANSWERS: Final = FrameSpec(
    "non_answers",
    {
        "response_id": (pl.String, "a response that says nothing"),
        "kind": (pl.String, "its class: blank_like, none, no_comment, unsure, refers, attached … of `KINDS`"),
        "refers_to": (
            pl.String,
            "the question, open or closed, whose answer it refers to; null when it names none that is known",
        ),
    },
    key=("response_id",),
    nullable=frozenset({"refers_to"}),
)

LANGUAGES: Final = FrameSpec(
    "languages",
    {
        "response_id": (pl.String, "the response"),
        "language": (pl.String, "ISO 639-1 code of the language that it is in; und when its words do not tell"),
    },
    key=("response_id",),
)

TRANSLATIONS: Final = FrameSpec(
    "translations",
    {
        "response_id": (pl.String, "the response"),
        "translation": (pl.String, "never analysed or quoted; personal data is replaced as in the text"),
        "language": (pl.String, "ISO 639-1 code of the language that it was translated into"),
        "translated_by": (pl.String, "person or service"),
        "translator": (pl.String, "the name of either; null where the file does not say"),
    },
    key=("response_id",), nullable=frozenset({"translator"}),
)  # fmt: skip

CAMPAIGNS: Final = FrameSpec(
    "campaigns",
    {
        "response_id": (pl.String, "a response whose text is a copy, whole or in good part"),
        "campaign_id": (pl.String, "C1, C2, C3 … the largest first"),
        "kind": (
            pl.String,
            "exact: the canonical response's words, whatever its case, spaces and punctuation; near: with some changed",
        ),
        "canonical_response_id": (pl.String, "the response that stands for the campaign"),
        "similarity": (
            pl.Float64,
            "runs of three words of the shorter of the two texts that the other has too, in [0, 1]; 1 where exact",
        ),
    },
    key=("response_id",),
)

SKELETONS: Final = FrameSpec(
    "skeletons",
    {
        "campaign_id": (pl.String, "the campaign"),
        "start": (pl.Int64, "first character, in the text of the canonical response"),
        "end": (pl.Int64, "one past the last character"),
        "kept": (pl.Boolean, "whether at least 90 % of the campaign's distinct texts have these words"),
        "n_texts": (pl.Int64, "distinct texts of the campaign that have the least kept word of them"),
    },
    key=("campaign_id", "start"),
)

OWN_WORDS: Final = FrameSpec(
    "own_words",
    {
        "response_id": (pl.String, "a response of a campaign"),
        "start": (pl.Int64, "first character of what is the person's own, in the response's text"),
        "end": (pl.Int64, "one past the last character"),
        "campaign_id": (pl.String, "the campaign that the rest of the text is of"),
    },
    key=("response_id", "start"),
)

COPIES: Final = FrameSpec(
    "copies",
    {
        "point_id": (pl.String, "a point that is a campaign's"),
        "canonical_point_id": (
            pl.String,
            "the point that stands for it, or itself; its themes are inherited",
        ),
    },
    key=("point_id",),
)

ALIKE: Final = FrameSpec(
    "alike",
    {
        "response_id": (pl.String, "a response that says nearly the same as others, in other words"),
        "alike_id": (pl.String, "L1, L2, L3 … the largest first: those that are alike"),
        "n_responses": (pl.Int64, "responses of the same text, or of the campaign that this one stands for"),
        "nearest_response_id": (pl.String, "the nearest of the others"),
        "similarity": (
            pl.Float64,
            "cosine of the two in meaning, less what all answers to the question have in common, in [-1, 1]",
        ),
        "by": (pl.String, "what is unusual: meaning, or meaning and time"),
    },
    key=("response_id",),
)

POINTS: Final = FrameSpec(
    "points",
    {
        "point_id": (pl.String, "response_id, a colon, the point's place in the response from 1"),
        "response_id": (pl.String, "the response that makes the point"),
        "start": (pl.Int64, "first character of the point in the response's text"),
        "end": (pl.Int64, "one past its last character"),
        "text_id": (
            pl.String,
            "hash of the point's text, spaces and Unicode form made even; equal texts share it, and copies of a "
            "campaign's point have that point's",
        ),
    },
    key=("point_id",),
)

LABELS: Final = FrameSpec(
    "labels",
    {
        "text_id": (pl.String, "a distinct point text"),
        "cluster": (pl.Int64, "the cluster it was grown into, from 0; null when it belongs to none"),
    },
    key=("text_id",),
    nullable=frozenset({"cluster"}),
)

CLUSTERS: Final = FrameSpec(
    "clusters",
    {
        "cluster": (pl.Int64, "from 0, in canonical order"),
        "keywords": (pl.List, "the cluster's words by c-TF-IDF, best first"),
        "stability": (pl.Float64, "in [0, 1]; null when it was not measured"),
    },
    key=("cluster",),
    nullable=frozenset({"stability"}),
)

ASSIGNMENTS: Final = FrameSpec(
    "assignments",
    {
        "question_id": (pl.String, "the question"),
        "response_id": (pl.String, "the response"),
        "theme_id": (pl.String, "a theme that it raises"),
        "strength": (pl.Float64, "how near its nearest point is to the theme, in [0, 1]; 1 for a person's decision"),
        "point_id": (pl.String, "the point that shows it; null when a person gave none"),
        "start": (pl.Int64, "first character of that point"),
        "end": (pl.Int64, "one past its last character"),
        "assigned_by": (pl.String, "machine or person"),
    },
    key=("question_id", "response_id", "theme_id"),
    nullable=frozenset({"point_id", "start", "end"}),
)

THEMES: Final = FrameSpec(
    "themes",
    {
        "question_id": (pl.String, "the question"),
        "theme_id": (pl.String, "1, 2, 3 … in the order of the first ranking; kept when a review changes the ranks"),
        "rank": (pl.Int64, "1 is the theme that most respondents raise"),
        "parent_id": (pl.String, "the parent in `parents` that this is a part of; null for a theme that stands alone"),
        "title": (pl.String, "what the theme says, in the respondents' words; of a given theme, as the team wrote it"),
        "keywords": (pl.List, "its words by c-TF-IDF, best first"),
        "n_respondents": (pl.Int64, "people who raise it"),
        "n_responses": (pl.Int64, "responses that raise it"),
        "n_distinct": (pl.Int64, "distinct texts that raise it: equal texts count once, and so does a campaign"),
        "n_points": (pl.Int64, "points that raise it"),
        "share": (pl.Float64, "n_respondents over the people who gave an answer (non-answers left out), in [0, 1]"),
        "rank_distinct": (pl.Int64, "its rank if equal texts, and each campaign, counted once"),
        "stability": (
            pl.Float64,
            "how far it comes back when fitted again, in [0, 1]; null when it was not measured, or it was given",
        ),
        "source": (pl.String, "found: in the responses; given: the team had it already, see [known]"),
    },
    key=("question_id", "theme_id"),
    nullable=frozenset({"parent_id", "stability"}),
)

PARENTS: Final = FrameSpec(
    "parents",
    {
        "question_id": (pl.String, "the question"),
        "parent_id": (pl.String, "P1, P2, P3 … in the order of the first ranking; themes point to it"),
        "rank": (pl.Int64, "1 is the parent whose themes most respondents raise"),
        "title": (pl.String, "what its themes have in common, in the respondents' words; or their two first titles"),
        "n_themes": (pl.Int64, "themes that are a part of it, two at the least"),
        "n_respondents": (pl.Int64, "people who raise any of its themes"),
        "n_responses": (pl.Int64, "responses that raise any of them"),
        "n_distinct": (
            pl.Int64,
            "distinct texts that raise any of them: equal texts count once, and so does a campaign",
        ),
        "share": (pl.Float64, "n_respondents over the people who gave an answer, as in themes, in [0, 1]"),
        "rank_distinct": (pl.Int64, "its rank if equal texts, and each campaign, counted once"),
    },
    key=("question_id", "parent_id"),
)

QUOTES: Final = FrameSpec(
    "quotes",
    {
        "question_id": (pl.String, "the question"),
        "theme_id": (pl.String, "the theme"),
        "position": (pl.Int64, "the quote's place, from 1, best first"),
        "response_id": (pl.String, "who is quoted"),
        "start": (pl.Int64, "first character of the quote in the response's text"),
        "end": (pl.Int64, "one past its last character"),
        "quote": (pl.String, "text[start:end] of that response, to the character"),
    },
    key=("question_id", "theme_id", "position"),
)

SUMMARIES: Final = FrameSpec(
    "summaries",
    {
        "question_id": (pl.String, "the question"),
        "theme_id": (pl.String, "the theme"),
        "position": (pl.Int64, "the sentence's place in the summary, from 1"),
        "sentence": (pl.String, "a sentence of the summary"),
        "response_ids": (pl.List, "the responses that it rests on; where it counts more than 50, the 50 nearest"),
        "method": (pl.String, "extractive, or the name of the model that wrote it"),
    },
    key=("question_id", "theme_id", "position"),
)

GROUPS: Final = FrameSpec(
    "groups",
    {
        "question_id": (pl.String, "the question"),
        "field": (pl.String, "the demographic or closed question"),
        "theme_id": (pl.String, "the theme"),
        "group": (pl.String, "a value of the field, or an option chosen; Not given where it was left blank"),
        "n_respondents": (pl.Int64, "people of the group who raise the theme; null where that is not shown"),
        "n_group": (pl.Int64, "people of the group who gave an answer; null where that is not shown"),
        "share": (pl.Float64, "n_respondents over n_group, in [0, 1]; null where either is not shown"),
        "share_of_theme": (pl.Float64, "n_respondents over all who raise the theme, in [0, 1]; null as n_respondents"),
        "compared": (pl.String, "how often against everyone: more often, less often, about as often, too few to say"),
    },
    key=("question_id", "field", "theme_id", "group"),
    nullable=frozenset({"n_respondents", "n_group", "share", "share_of_theme", "compared"}),
)
"""Made for exports from the frames of a run, which keeps none of it."""

CAMPAIGN_LIST: Final = FrameSpec(
    "campaign_list",
    {
        "question_id": (pl.String, "the question"),
        "campaign_id": (pl.String, "C1, C2, C3 … the largest first"),
        "n_responses": (pl.Int64, "responses that are copies, whole or in good part"),
        "n_respondents": (pl.Int64, "people who sent them"),
        "n_texts": (pl.Int64, "distinct texts of them, whatever their case, spaces and punctuation"),
        "n_exact": (pl.Int64, "responses in the canonical response's words"),
        "n_adding": (pl.Int64, "responses with words of the sender's own, six or more in a row unless configured"),
        "first_on": (pl.String, "the first day that one was submitted, as 2026-03-03; null when no date can be read"),
        "last_on": (pl.String, "the last day; null as first_on"),
        "n_dated": (pl.Int64, "responses whose date can be read"),
        "canonical_response_id": (pl.String, "the response that stands for the campaign"),
        "skeleton": (pl.String, "its text, with {braces} around what fewer than 90 % of the distinct texts have"),
        "theme_ids": (pl.List, "the themes that the letter raises, the one that most of its senders raise first"),
    },
    key=("question_id", "campaign_id"),
    nullable=frozenset({"first_on", "last_on"}),
)
"""Made for readers from the frames of a run, which keeps none of it."""

FRAMES: Final = {
    spec.name: spec
    for spec in (
        QUESTIONS, RESPONSES, RESPONDENTS, ANSWERS, REJECTS, LEDGER, MARKS, REDACTIONS, NON_ANSWERS, LANGUAGES,
        TRANSLATIONS, CAMPAIGNS, SKELETONS, OWN_WORDS, ALIKE, POINTS, COPIES, LABELS, CLUSTERS, ASSIGNMENTS, THEMES,
        PARENTS, QUOTES, SUMMARIES, GROUPS, CAMPAIGN_LIST,
    )
}  # fmt: skip


RUN_FRAMES: Final = (QUESTIONS, RESPONDENTS, ANSWERS, REJECTS, LEDGER)
"""The frames of a run."""
QUESTION_FRAMES: Final = (
    RESPONSES, POINTS, THEMES, PARENTS, ASSIGNMENTS, QUOTES, SUMMARIES, REJECTS, MARKS, REDACTIONS, NON_ANSWERS,
    LANGUAGES, TRANSLATIONS, CAMPAIGNS, SKELETONS, OWN_WORDS, COPIES, ALIKE,
)  # fmt: skip
"""The frames of one question of a run."""
