"""Examples of what reads of a run answer; the OpenAPI document takes its schemas from them.

null stands for a value that may be of another type or absent, "…" for a key of any name.
"""

from __future__ import annotations

from typing import Any, Final

from api.routes.described import Count, Share

_WORDING: Final = "What do you think of the proposed changes to bus services?"
_COUNTS: Final = {
    "read": 623, "responses": 561, "rejected": 0, "blank": 62, "themed": 450, "unthemed": 80, "non_answers": 31,
    "respondents": 561, "points": 2209, "distinct_points": 1911, "themes": 21,
}  # fmt: skip
_OF: Final = {"run": "moving-celyn", "question_id": "buses", "wording": _WORDING}
_FILTER: Final = {"field": None, "group": None}

RUN: Final[dict[str, Any]] = {
    "id": "0f9e8d7c6b5a4938",
    "consultation_id": "6f1d0c9be2a34c55",
    "job_id": "0f9e8d7c6b5a4938",
    "name": "moving-celyn",
    "created_at": "2026-03-03T08:52:00+00:00",
    "counts": {"…": 1},
}
CHECK: Final[dict[str, Any]] = {
    "sources": [{"…": None}],
    "layout": "wide",
    "columns": [{"…": None}],
    "questions": [{"…": None}],
    "ledger": [{"…": None}],
    "totals": {"…": 1},
    "n_respondents": 623,
    "rejects": [{"…": None}],
    "warnings": ["…"],
}
_LINE: Final = {
    "question_id": None, "label": _WORDING, "n_read": 623, "n_responses": 561, "n_rejected": 0, "n_blank": 62,
    "n_themed": 450, "n_unthemed": 80, "n_non_answers": 31, "n_not_analysed": 0, "balances": True,
}  # fmt: skip
OVERVIEW: Final[dict[str, Any]] = RUN | {
    "run": "moving-celyn",
    "made": "3 March 2026 at 08:52 UTC",
    "respondents_known": True,
    "what": "This report groups what people wrote …",
    "limits": ["Counts are of the people who chose to respond. …"],
    "notes": ["…"],
    "balances": True,
    "balance": "The ledger balances: 623 rows were read and all are accounted for.",
    "questions": [{"question_id": "buses", "wording": _WORDING, "analysed": True}],
}
LEDGER: Final[dict[str, Any]] = {
    "run": "moving-celyn",
    "lines": [_LINE],
    "total": _LINE,
    "balances": True,
    "balance": "The ledger balances: 623 rows were read and all are accounted for.",
    "files": [
        {"source_file": "moving-celyn.csv", "question_id": None, "n_read": 623, "n_responses": 561, "n_rejected": 0,
         "n_blank": 62}
    ],
    "rejects": {
        "n": 1,
        "reasons": [{"reason": "duplicate_id", "meaning": "An earlier row has the same response id …", "n": 1}],
        "rows": [{"source_file": "moving-celyn.csv", "source_row": 17, "question_id": None, "column": None,
                  "reason": "duplicate_id", "detail": "repeats row 3"}],
        "n_unlisted": 0,
    },
}  # fmt: skip
MADE: Final[dict[str, Any]] = {
    "run": "moving-celyn",
    "made": "3 March 2026 at 08:52 UTC",
    "respondents_known": True,
    "method": [{"title": "Reading", "text": "Every row of the files is read as text. …"}],
    "limits": ["Counts are of the people who chose to respond. …"],
    "notes": ["…"],
    "model": {"name": "all-MiniLM-L6-v2 (int8)", "fingerprint": "sha256:53aa5117…"},
    "sent_to": None,
    "seed": None,
    "version": "0.2.0",
    "versions": {"…": "2.1.0"},
    "inputs": [{"…": None}],
    "settings": [{"key": "cluster.seed", "value": None}],
    "seconds": {"…": 1.5},
    "fingerprint": None,
}
QUESTION: Final[dict[str, Any]] = _OF | {
    "respondents_known": True,
    "language": None,
    "languages": [{"code": "en", "name": "English", "n": 528}, {"code": "cy", "name": "Welsh", "n": 2}],
    "counts": _COUNTS,
    "ledger": "623 rows read = 561 responses + 0 rejected + 62 blank. …",
    "n_answered": 530,
    "n_distinct": 502,
    "notes": ["…"],
    "n_campaigns": 1,
    "words": [[None]],
    "fields": [{"field": "Age", "kind": "demographic", "groups": [{"group": "16-24", "n_group": Count(61)}]}],
}
_SPLIT: Final = {
    "field": "Age", "kind": "demographic",
    "groups": [{"group": "16-24", "n_respondents": Count(9), "n_group": Count(61), "share": Share(0.148),
                "share_of_theme": Share(0.161), "compared": None}],
}  # fmt: skip
_FIGURES: Final = {
    "rank": Count(1), "n_respondents": Count(56), "n_responses": Count(56), "n_distinct": Count(52),
    "share": Share(0.106), "share_distinct": Share(0.104),
}  # fmt: skip
_THEME: Final = {
    "theme_id": "1", "rank_all": 1, "parent_id": None, "title": "Evening buses", "source": "found",
    "keywords": ["evening"],
    "rank_distinct": Count(1), "stability": None, "stability_word": "not measured", **_FIGURES,
}  # fmt: skip
THEMES: Final[dict[str, Any]] = _OF | {
    "respondents_known": True,
    "filter": _FILTER | {"count": "respondents"},
    "n_answered": 530,
    "n_distinct": 502,
    "hiding": None,
    "counts": {"responses": Count(561), "themed": Count(450), "unthemed": Count(80), "non_answers": Count(31)},
    "longest": 56,
    "themes": [_THEME],
    "parents": [
        {
            "parent_id": "P1",
            "rank_all": 1,
            "title": "Times of buses",
            "n_themes": 2,
            "theme_ids": ["1", "7"],
            **_FIGURES,
        }
    ],
}
THEME: Final[dict[str, Any]] = _OF | {
    "theme_id": "1", "rank": 1, "parent_id": None, "title": "Evening buses", "source": "found",
    "keywords": ["evening"],
    "n_respondents": 56, "n_responses": 56, "n_distinct": 52, "n_points": 109, "share": 0.106, "rank_distinct": 1,
    "stability": None,
    "respondents_known": True,
    "n_answered": 530,
    "part_of": None,
    "summary": [{"sentence": "The last bus goes too early.", "response_ids": ["MC-0009"], "method": "extractive"}],
    "quotes": [{"quote": "The last bus goes too early.", "response_id": "MC-0009", "start": 0, "end": 28,
                "translation": None}],
    "splits": [_SPLIT],
    "position": None,
    "hiding": None,
}  # fmt: skip
PARENT: Final[dict[str, Any]] = _OF | {
    "parent_id": "P1", "rank": 1, "title": "Times of buses", "n_themes": 2, "n_respondents": 80, "n_responses": 80,
    "n_distinct": 75, "share": 0.151, "rank_distinct": 1,
    "respondents_known": True,
    "n_answered": 530,
    "themes": [
        {"theme_id": "7", "rank": 7, "title": "The last bus", "n_respondents": 9, "n_distinct": 9, "share": 0.017}
    ],
    "splits": [_SPLIT],
    "position": None,
    "hiding": None,
}  # fmt: skip
_CAMPAIGN: Final = {
    "question_id": "buses", "campaign_id": "C1", "n_responses": 44, "n_respondents": 44, "n_texts": 9, "n_exact": 30,
    "n_adding": 6, "first_on": None, "last_on": None, "n_dated": 44, "canonical_response_id": "MC-0002",
    "skeleton": "Please keep the {T3} evening bus …", "theme_ids": ["1"], "wording": _WORDING,
    "when": "3 March 2026 to 9 March 2026",
}  # fmt: skip
CAMPAIGNS: Final[dict[str, Any]] = {
    "run": "moving-celyn",
    "question_id": None,
    "what": "Responses whose words are copied, whole or in good part, …",
    "respondents_known": True,
    "campaigns": [_CAMPAIGN | {"themes": [{"theme_id": "1", "title": "Evening buses"}]}],
    "what_alike": "These texts share no letter, and say nearly the same …",
    "alike": [
        {
            "question_id": "buses", "alike_id": "L1", "by": "meaning", "n_texts": 3, "n_responses": 3, "least": 0.78,
            "most": 0.84, "usual": 0.41, "first_on": None, "last_on": None, "n_dated": 3, "share_then": None,
            "said": "3 texts, of 3 responses. …", "wording": _WORDING,
            "texts": [{"response_id": "MC-0007", "n_responses": 1, "nearest_response_id": "MC-0019",
                       "similarity": 0.84, "text": "Not keeping the evening bus would …"}],
        }
    ],
}  # fmt: skip
CAMPAIGN: Final[dict[str, Any]] = {
    "run": "moving-celyn",
    "respondents_known": True,
    **_CAMPAIGN,
    "parts": [{"text": "Please keep the ", "kept": True, "n_texts": 9}],
    "themes": [{"theme_id": "1", "title": "Evening buses", "n_responses": 44, "n_own": 2}],
    "versions": [
        {"response_id": "MC-0002", "n_responses": 30, "kind": "exact", "similarity": 1.0, "own": ["My son works …"]}
    ],
    "next": None,
    "total": 9,
}
RESPONSES: Final[dict[str, Any]] = {
    "run": "moving-celyn",
    "question_id": "buses",
    "theme_id": "1",
    "title": "Evening buses",
    "filter": _FILTER,
    "items": [
        {"response_id": "MC-0009", "respondent_id": "MC-0009", "strength": 0.71, "text": "The last bus …",
         "start": None, "end": None, "quote": None, "assigned_by": "machine",
         "translation": None}
    ],
    "next": None,
    "total": 56,
}  # fmt: skip
RESPONSE: Final[dict[str, Any]] = _OF | {
    "response_id": "MC-0009",
    "respondent_id": "MC-0009",
    "text": "The last bus goes too early.",
    "submitted_at": None,
    "source_file": "moving-celyn.csv",
    "source_row": 10,
    "status": "themed",
    "points": [{"point_id": "MC-0009:1", "start": 0, "end": 28, "text": "The last bus …", "themes": ["1"]}],
    "themes": [
        {"theme_id": "1", "title": "Evening buses", "rank": 1, "keywords": ["evening"], "source": "found",
         "strength": 0.71,
         "point_id": None, "start": None, "end": None, "assigned_by": "machine", "quote": None,
         "why": "Of the response's points, this one is nearest to the theme: similarity 0.71 …"}
    ],
    "campaign": None,
    "marks": [{"start": 30, "end": 41, "kind": "signature"}],
    "segments": [
        {"text": "The last bus goes too early.", "start": 0, "end": 28, "point_id": None, "themes": ["1"], "mark": None}
    ],
    "language": {"code": "en", "name": "English"},
    "translation": None,
    "non_answer": None,
    "put_back": None,
    "refers": None,
    "explanation": "It was cut into 1 point. The response raises 1 theme; …",
    "respondent": {"…": "16-24"},
    "answers": [{"question_id": "How do you travel?", "options": ["Bus"]}],
    "others": [{"question_id": "street", "wording": "…", "response_id": "MC-0009"}],
}  # fmt: skip
NON_ANSWERS: Final[dict[str, Any]] = _OF | {
    "kinds": [{"kind": "refers", "meaning": "a reference to another answer, such as “see Q3”", "n": 4}],
    "n_non_answers": 31,
    "filter": {"kind": None},
    "items": [
        {"response_id": "MC-0011", "respondent_id": "MC-0011", "kind": "refers", "text": "As above", "refers_to": None,
         "refers_to_response_id": None, "refers_to_option": None,
         "meaning": "a reference to another answer, such as “see Q3”"}
    ],
    "next": None,
    "total": 31,
    "put_back": [
        {"response_id": "MC-0012", "looks_like": "none", "meaning": "none or nothing, such as “no”", "text": "No"}
    ],
}  # fmt: skip
SEARCH: Final[dict[str, Any]] = _OF | {
    "query": "last bus",
    "by": "words",
    "items": [
        {"response_id": "MC-0009", "respondent_id": "MC-0009", "status": "themed", "text": "The last bus …",
         "themes": [{"theme_id": "1", "title": "Evening buses"}], "translation": None}
    ],
    "next": None,
    "total": 1,
}  # fmt: skip
LAYOUT: Final[dict[str, Any]] = _OF | {
    "points": [{"response_id": "MC-0009", "x": 0.12, "y": -0.4, "theme_id": None, "title": None}],
    "themes": [{"theme_id": "1", "title": "Evening buses", "rank": 1, "n_shown": 56}],
    "n_shown": 530,
    "n_unthemed": 80,
    "n_all": 530,
    "explained": [0.061],
}
_SIDE: Final = {"n_respondents": Count(9), "n_distinct": Count(9), "share": Share(0.148), "rank": Count(1)}
COMPARE: Final[dict[str, Any]] = _OF | {
    "respondents_known": True,
    "field": "Age",
    "a": {"group": "16-24", "n_answered": 61},
    "b": {"group": "75 and over", "n_answered": 44},
    "hiding": None,
    "themes": [
        {"theme_id": "1", "title": "Evening buses", "rank_all": 1, "a": _SIDE, "b": _SIDE, "difference": Share(0.1)}
    ],
}
