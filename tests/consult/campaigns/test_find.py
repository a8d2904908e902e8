"""Copied texts are found, whatever was changed in them, and what a person added is told apart."""

from __future__ import annotations

import polars as pl
import pytest

from consult.campaigns import find_campaigns
from consult.config import CampaignsConfig
from consult.schemas import RESPONSES

LETTER = (
    "Please keep the harbour bridge open to people on foot. It is the only safe way to the school for our children, "
    "and closing it would force two hundred families into their cars every single morning."
)
EDITED = LETTER.replace("two hundred families", "so many of us").replace("every single morning", "each day")
OWN = "My own daughter has asthma, and the diesel fumes at the roundabout put her in hospital last winter."
OTHER = "The new car park should go behind the library, where nobody would have to look at it from the sea front."


def responses(*texts: str) -> pl.DataFrame:
    rows = [(f"R{place}", "Q", f"R{place}", text, None, "f.csv", place, "received") for place, text in enumerate(texts)]
    return pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")


def test_case_spaces_and_punctuation_do_not_tell_copies_apart():
    found = find_campaigns(
        responses(LETTER, OTHER, LETTER.upper(), LETTER.replace(". ", " –  ")), "", CampaignsConfig()
    )
    assert found.members.select("response_id", "campaign_id", "kind", "similarity").rows() == [
        ("R0", "C1", "exact", 1.0), ("R2", "C1", "exact", 1.0), ("R3", "C1", "exact", 1.0),
    ]  # fmt: skip
    assert found.own_words.is_empty()


def test_the_spelling_sent_most_stands_for_the_campaign():
    found = find_campaigns(responses(LETTER.upper(), LETTER, LETTER), "", CampaignsConfig())
    assert found.members["canonical_response_id"].unique().to_list() == ["R1"]


def test_an_edited_copy_is_near_and_what_was_added_is_the_persons_own():
    texts = [LETTER, LETTER, EDITED, f"{LETTER} {OWN}", OTHER]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert found.members.select("response_id", "kind", "canonical_response_id").rows() == [
        ("R0", "exact", "R0"), ("R1", "exact", "R0"), ("R2", "near", "R0"), ("R3", "near", "R0"),
    ]  # fmt: skip
    ((response_id, start, end, campaign_id),) = found.own_words.rows()
    assert (response_id, campaign_id, texts[3][start:end]) == ("R3", "C1", OWN)


def test_the_skeleton_marks_what_not_all_of_them_kept():
    found = find_campaigns(responses(LETTER, LETTER, EDITED), "", CampaignsConfig())
    parts = [(LETTER[a:b], kept, n) for _, a, b, kept, n in found.skeletons.rows()]
    changed = [text for text, kept, _ in parts if not kept]
    assert changed == ["two hundred families", "every single morning"]
    assert {n for _, kept, n in parts if kept} == {2}
    assert {n for _, kept, n in parts if not kept} == {1}


@pytest.mark.parametrize("text", ["I agree with this proposal.", "Keep the bridge open to people on foot please."])
def test_short_texts_are_no_campaign(text: str):
    assert find_campaigns(responses(text, text, text), "", CampaignsConfig()).members.is_empty()


def test_the_question_itself_shows_no_copying():
    asked = (
        "Do you agree that the harbour bridge should be closed to motor traffic between seven and nine in the morning?"
    )
    said = [f"{asked} No, my bakery takes its flour then.", f"{asked} Yes, the children would be safer by far."]
    assert find_campaigns(responses(*said), asked, CampaignsConfig()).members.is_empty()


def test_off_groups_nothing():
    assert find_campaigns(responses(LETTER, LETTER), "", CampaignsConfig(on=False)).members.is_empty()


def test_the_order_of_rows_changes_nothing():
    frame = responses(LETTER, OTHER, EDITED, f"{LETTER} {OWN}", LETTER, OTHER)
    one, other = (find_campaigns(each, "", CampaignsConfig()) for each in (frame, frame.reverse()))
    assert one.members.equals(other.members)
    assert one.own_words.equals(other.own_words)
    assert one.skeletons.equals(other.skeletons)
    assert one.members["campaign_id"].n_unique() == 2
