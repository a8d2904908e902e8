"""The campaigns of a question as the report shows them: nothing is counted here that `consult.copied` does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from consult.analysis import Analysis
from consult.copied import say_when

LETTERS: Final = 10
"""Campaigns whose text the report shows; the table lists all."""


@dataclass(frozen=True)
class CampaignView:
    """A campaign.

    Attributes:
        row: Its row of CAMPAIGN_LIST.
        when: When its responses were submitted, in words.
        themes: theme_id and title of those that the text raises.
        parts: Of its text, as `consult.copied.Copied.parts` gives them; none beyond the first `LETTERS`.
    """

    row: dict[str, Any]
    when: str
    themes: list[tuple[str, str]]
    parts: list[dict[str, Any]]


def view_campaigns(analysis: Analysis) -> list[CampaignView]:
    """The campaigns of a question, the largest first."""
    copied = analysis.copied
    titles = dict(analysis.themes.select("theme_id", "title").iter_rows())
    return [
        CampaignView(
            row=row,
            when=say_when(row, dated=copied.dated),
            themes=[(theme_id, titles[theme_id]) for theme_id in row["theme_ids"]],
            parts=copied.parts(row["campaign_id"]) if place < LETTERS else [],
        )
        for place, row in enumerate(copied.table().iter_rows(named=True))
    ]
