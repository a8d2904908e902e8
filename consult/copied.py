"""Campaigns as every door shows them: a row each, the letter with its differences, its versions, and what they raise.

The only place where they are counted for a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from consult.dates import first_and_last, read_dates, share_between
from consult.errors import RunError
from consult.naming import find_name, quoted
from consult.schemas import CAMPAIGN_LIST, check_frame
from consult.words import word_key

WHAT_CAMPAIGNS_ARE: Final = (
    "Responses whose words are copied, whole or in good part, are put together as a campaign. Sending a text that "
    "somebody else wrote is a usual way to take part: nothing is removed, all of them are counted, and what a sender "
    "added is read as their own."
)
WHAT_ALIKE_IS: Final = (
    "These texts share no letter, and say nearly the same in other words, more alike than answers to the question "
    "usually are. That may have many reasons, such as one source that all have read, or help with the wording. It is "
    "shown for a person to look at: each counts as its own, and nothing rests on it."
)
FEW: Final = 5
"""Texts that fewer responses share are not called a campaign letter: people may have written alike."""
COLUMNS: Final = {
    "responses": ("response_id", "respondent_id", "text"),
    "assignments": ("response_id", "theme_id", "point_id"),
}
"""Of large frames, what is read of the members' rows."""


@dataclass(frozen=True)
class Copied:
    """The campaigns of one question.

    Attributes:
        question_id: The question.
        members: CAMPAIGNS.
        skeletons: SKELETONS.
        own_words: OWN_WORDS.
        responses: `COLUMNS` of RESPONSES; of the members at the least.
        assignments: `COLUMNS` of ASSIGNMENTS; of the members at the least.
        copies: COPIES.
        themes: THEMES.
        dates: response_id, submitted_at, of all responses: the order of day and month is that of the whole column.
    """

    question_id: str
    members: pl.DataFrame
    skeletons: pl.DataFrame
    own_words: pl.DataFrame
    responses: pl.DataFrame
    assignments: pl.DataFrame
    copies: pl.DataFrame
    themes: pl.DataFrame
    dates: pl.DataFrame

    @property
    def dated(self) -> bool:
        """Whether the file gives any date, one that can be read or not."""
        return bool(self.dates["submitted_at"].str.strip_chars().str.len_chars().gt(0).any())

    def table(self) -> pl.DataFrame:
        """CAMPAIGN_LIST, the largest first."""
        if self.members.is_empty():
            return CAMPAIGN_LIST.empty()
        moments = self._moments()
        raised = self._raised()
        rows = []
        for (campaign_id,), mine in self._texts().group_by("campaign_id", maintain_order=True):
            canonical = mine["canonical_response_id"][0]
            first, last, n_dated = first_and_last(map(moments.get, mine["response_id"]))
            letter = raised.filter(pl.col("campaign_id") == campaign_id, pl.col("n_responses") > pl.col("n_own"))
            rows.append(
                (
                    self.question_id,
                    campaign_id,
                    len(mine),
                    mine["respondent_id"].n_unique(),
                    mine["version"].n_unique(),
                    int((mine["kind"] == "exact").sum()),
                    int(mine["adds"].sum()),
                    first,
                    last,
                    n_dated,
                    canonical,
                    in_braces(self.parts(str(campaign_id))),
                    letter["theme_id"].to_list(),
                )
            )
        rows.sort(key=lambda row: (-row[2], int(row[1][1:])))
        return check_frame(pl.DataFrame(rows, schema=CAMPAIGN_LIST.schema, orient="row"), CAMPAIGN_LIST)

    def parts(self, campaign_id: str) -> list[dict[str, Any]]:
        """The canonical response's text, cut where what nearly all kept begins and ends.

        Returns:
            text, kept (at least 90 % of the distinct texts have it), n_texts (distinct texts that have it), in the
            order of the text. Joined, the texts are that response's to the character.
        """
        text = self._canonical(campaign_id)
        spans = (
            self.skeletons.filter(pl.col("campaign_id") == campaign_id)
            .sort("start")
            .select("start", "end", "kept", "n_texts")
            .rows()
        )
        parts: list[dict[str, Any]] = []
        for place, (start, end, kept, n_texts) in enumerate(spans):
            # What stands between two parts goes with the one that is kept: a difference is words and no more.
            start = (spans[place - 1][1] if place else 0) if kept or not place else start
            end = (spans[place + 1][0] if place + 1 < len(spans) else len(text)) if kept else end
            end = len(text) if place + 1 == len(spans) else end
            parts.append({"text": text[start:end], "kept": kept, "n_texts": n_texts})
        return parts

    def raised_by(self, campaign_id: str) -> list[dict[str, Any]]:
        """The themes that members raise: theme_id, title, n_responses (members), n_own (of these, by words of their
        own and not by the letter's), the theme that most raise first.
        """  # noqa: D205
        mine = self._raised().filter(pl.col("campaign_id") == campaign_id)
        titles = self.themes.select("theme_id", "title", "rank")
        return (
            mine.join(titles, on="theme_id")
            .sort("n_responses", "rank", descending=[True, False])
            .select("theme_id", "title", "n_responses", "n_own")
            .to_dicts()
        )

    def versions(self, campaign_id: str) -> pl.DataFrame:
        """The distinct texts of a campaign, whatever their case, spaces and punctuation.

        Returns:
            response_id (the first that has it), n_responses, kind, similarity, own (what in it is its senders' own,
            passage by passage). The canonical one first, then those sent most, then those with most words of their
            own.
        """
        mine = self._texts().filter(pl.col("campaign_id") == campaign_id)
        canonical = pl.col("response_id") == pl.col("canonical_response_id")
        firsts = (
            mine.sort(canonical, "response_id", descending=[True, False])
            .group_by("version", maintain_order=True)
            .agg(
                pl.col("response_id", "kind", "similarity", "text").first(),
                n_responses=pl.len(),
                is_canonical=canonical.any(),
            )
        )
        spans: dict[str, list[tuple[int, int]]] = {}
        for response_id, start, end in (
            self.own_words.join(firsts.select("response_id"), on="response_id", how="semi")
            .sort("response_id", "start")
            .select("response_id", "start", "end")
            .iter_rows()
        ):
            spans.setdefault(response_id, []).append((start, end))
        own = [
            [text[start:end] for start, end in spans.get(response_id, ())]
            for response_id, text in firsts.select("response_id", "text").iter_rows()
        ]
        return (
            firsts.with_columns(
                own=pl.Series(own, dtype=pl.List(pl.String)), length=pl.Series([sum(map(len, each)) for each in own])
            )
            .sort(
                "is_canonical", "n_responses", "length", "response_id", descending=[True, True, True, False]
            )
            .select("response_id", "n_responses", "kind", "similarity", "own")
        )  # fmt: skip

    def view(self, campaign_id: str, table: pl.DataFrame | None = None) -> dict[str, Any]:
        """One campaign as JSON values, but its versions: its row of CAMPAIGN_LIST, `parts` and `themes`.

        Args:
            campaign_id: The campaign.
            table: What `table` gave, where it is there.

        Raises:
            RunError: there is no such campaign.
        """
        table = self.table() if table is None else table
        campaign_id = find_name(campaign_id, table["campaign_id"]) or campaign_id
        found = table.filter(pl.col("campaign_id") == campaign_id)
        if found.is_empty():
            known = ", ".join(table["campaign_id"]) or "none"
            raise RunError(
                "campaign_missing",
                f"Question {quoted(self.question_id)} has no campaign {quoted(campaign_id)}.",
                f"It has: {known}.",
            )
        return {
            **found.row(0, named=True),
            "parts": self.parts(campaign_id),
            "themes": self.raised_by(campaign_id),
        }

    def _canonical(self, campaign_id: str) -> str:
        of = self.members.filter(pl.col("campaign_id") == campaign_id)["canonical_response_id"][0]
        return str(self.responses.filter(pl.col("response_id") == of)["text"][0])

    def _texts(self) -> pl.DataFrame:
        """The members with respondent_id, text, version (its words) and adds (whether some are the sender's own)."""
        joined = self.members.join(self.responses, on="response_id", maintain_order="left")
        distinct = joined["text"].unique()
        versions = pl.DataFrame(
            {"text": distinct, "version": [word_key(text) for text in distinct]},
            schema={"text": pl.String, "version": pl.String},
        )
        return joined.join(versions, on="text", maintain_order="left").with_columns(
            adds=pl.col("response_id").is_in(self.own_words["response_id"].unique().implode())
        )

    def _raised(self) -> pl.DataFrame:
        """campaign_id, theme_id, n_responses, n_own, as in `raised_by`."""
        copied = self.copies["point_id"].implode()
        return (
            self.assignments.join(self.members.select("response_id", "campaign_id"), on="response_id")
            .group_by("campaign_id", "theme_id")
            .agg(n_responses=pl.len(), n_own=(~pl.col("point_id").is_in(copied)).fill_null(True).sum())
            .with_columns(pl.col("n_responses", "n_own").cast(pl.Int64))
            .sort("n_responses", "theme_id", descending=[True, False])
        )

    def _moments(self) -> Mapping[str, Any]:
        distinct = self.dates["submitted_at"].unique().to_list()
        known = dict(zip(distinct, read_dates(distinct), strict=True))
        return {response_id: known[written] for response_id, written in self.dates.iter_rows()}


def alike_groups(
    question_id: str, members: pl.DataFrame, told: Mapping[str, Any], responses: pl.DataFrame, dates: pl.DataFrame
) -> list[dict[str, Any]]:
    """The groups of ALIKE of one question with what shows them, the largest first.

    Args:
        question_id: The question.
        members: ALIKE.
        told: What they were held against, see `consult.alike.Alike`.
        responses: response_id and text, of the members at the least.
        dates: response_id and submitted_at, of all responses.

    Returns:
        question_id; alike_id; by; n_texts; n_responses (that have one of these texts, or are copies of it); least and
        most (similarity of a text to its nearest); usual (the same, as it mostly is in this question); first_on,
        last_on, n_dated; share_then (of all dated responses, those from the first to the last of these; None without
        dates); said (all of it in words); texts (response_id, n_responses, nearest_response_id, similarity, text).
    """
    distinct = dates["submitted_at"].unique().to_list()
    known = dict(zip(distinct, read_dates(distinct), strict=True))
    moments = {response_id: known[written] for response_id, written in dates.iter_rows()}
    every = [moment for moment in moments.values() if moment is not None]
    groups = []
    joined = members.join(responses.select("response_id", "text"), on="response_id", maintain_order="left")
    for (alike_id,), mine in joined.group_by("alike_id", maintain_order=True):
        when = [moments[response_id] for response_id in mine["response_id"]]
        first, last, n_dated = first_and_last(when)
        group = {
            "question_id": question_id,
            "alike_id": alike_id,
            "by": mine["by"][0],
            "n_texts": len(mine),
            "n_responses": int(mine["n_responses"].sum()),
            "least": float(mine["similarity"].min()),  # type: ignore[arg-type]
            "most": float(mine["similarity"].max()),  # type: ignore[arg-type]
            "usual": float(told["usual"]),
            "first_on": first,
            "last_on": last,
            "n_dated": n_dated,
            "share_then": share_between([at for at in when if at is not None], every) if n_dated else None,
        }
        shown = mine.sort("similarity", "response_id", descending=[True, False]).select(
            "response_id", "n_responses", "nearest_response_id", "similarity", "text"
        )
        groups.append(group | {"said": _said_of_group(group), "texts": shown.to_dicts()})
    return sorted(groups, key=lambda group: int(str(group["alike_id"])[1:]))


def _said_of_group(group: Mapping[str, Any]) -> str:
    said = (
        f"{group['n_texts']:,} texts, of {group['n_responses']:,} responses. Each is {group['least']:.2f} or more like "
        f"its nearest in meaning, on a scale to 1; an answer to this question is usually {group['usual']:.2f} like its "
        "nearest."
    )
    if not group["n_dated"]:
        return f"{said} No date can be read: this rests on meaning alone."
    days = _days(group)
    if group["first_on"] == group["last_on"]:
        return (
            f"{said} They were sent on {days}; {_percent(group['share_then'])} of all came between the first and last."
        )
    return f"{said} They were sent from {days}, when {_percent(group['share_then'])} of all responses came."


def _percent(share: float) -> str:
    return "under 1%" if share < 0.005 else f"{share:.0%}"


def in_braces(parts: list[dict[str, Any]]) -> str:
    """A campaign's text with braces around what fewer than 90 % of its distinct texts have."""
    return "".join(part["text"] if part["kept"] else f"{{{part['text']}}}" for part in parts)


def say_when(row: Mapping[str, Any], *, dated: bool = True) -> str:
    """When the responses of a row of CAMPAIGN_LIST were submitted, in words.

    Args:
        row: The row.
        dated: Whether the file gives dates at all, see `Copied.dated`.
    """
    if not row["n_dated"]:
        return "no date that can be read" if dated else "the file gives no dates"
    days = _days(row)
    return days if row["n_dated"] == row["n_responses"] else f"{days} ({row['n_dated']:,} have a date)"


def tell_member(row: Mapping[str, Any], kinds: pl.Series, own: pl.DataFrame) -> dict[str, Any]:
    """What a response that is of a campaign is.

    Args:
        row: Its row of CAMPAIGNS.
        kinds: The kind of each response of that campaign.
        own: Its rows of OWN_WORDS.

    Returns:
        The row but its response_id, n_responses, own (start and end of each passage that is the sender's own), said
        (all of it in a sentence or two).
    """
    n_responses = len(kinds)
    same = bool((kinds == "exact").all())
    if n_responses < FEW:
        said = f"One of {n_responses} responses with {'the same text' if same else 'nearly the same text'}."
    else:
        changed = row["kind"] != "exact" or (len(own) and not same)
        how = "with some words changed or added" if changed else "in the same words"
        said = f"One of {n_responses:,} copies of a campaign letter, {how}."
    if len(own):
        said += " What its sender added is read as their own."
    return {
        **{name: value for name, value in row.items() if name != "response_id"},
        "n_responses": n_responses,
        "own": own.sort("start").select("start", "end").to_dicts(),
        "said": said,
    }


def _days(row: Mapping[str, Any]) -> str:
    first, last = _day(row["first_on"]), _day(row["last_on"])
    return first if first == last else f"{first} to {last}"


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"
