"""What a run found, as JSON values: the pages and the API show the same dictionaries.

Every function takes a `consult.Run` and gives plain values (text, whole and real numbers, lists, dictionaries), so that
a page and its JSON twin cannot differ. Positions (`cursor`, `next`) are places in a fixed order, from 0: a run never
changes.
"""

from api.findings.about import ledger, made, overview
from api.findings.campaigns import campaign, campaigns
from api.findings.groups import fields_of, in_group
from api.findings.nothing import known_responses, non_answers
from api.findings.picture import layout
from api.findings.runs import forget_run, open_run
from api.findings.search import search_meaning, search_words
from api.findings.texts import response, theme_responses
from api.findings.themes import compare, parent, question, theme, themes

__all__ = [
    "campaign",
    "campaigns",
    "compare",
    "fields_of",
    "forget_run",
    "in_group",
    "known_responses",
    "layout",
    "ledger",
    "made",
    "non_answers",
    "open_run",
    "overview",
    "parent",
    "question",
    "response",
    "search_meaning",
    "search_words",
    "theme",
    "theme_responses",
    "themes",
]
