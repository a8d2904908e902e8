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


def test_what_several_begin_with_beside_the_letter_is_theirs():
    """Also where it is how others put it too, or words of the letter said again."""
    added = (
        "I live in a farm at the end of the valley, two miles from a shop.",
        "I live in the tower opposite, and dread another year of drilling under my window.",
        "I live in hope that somebody will mend the lamp at its northern end before winter.",
        "The only safe way to the school for our children is what my mother marched for, long ago.",
    )
    texts = [LETTER] * 5 + [f"{LETTER} {text}" for text in added]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert [texts[int(each[1:])][a:b] for each, a, b, _ in found.own_words.rows()] == list(added)


def test_what_others_say_too_is_no_version_of_a_letter():
    said = "Closing the bridge is not the answer to our traffic, because"
    added = [f"{said} {why}" for why in (
        "lorries would only queue at the ford instead.", "nobody asked the bakers who use it at dawn.",
        "my grandmother has no other road to her allotment.",
    )]  # fmt: skip
    others = [f"{said} {why}" for why in (
        "most of it comes from the quarry, passes the mill at noon, and goes home again by the upper lane at five.",
        "buses stop on the wrong side of the market, where drivers wait for each other and let nobody else go by.",
    )]  # fmt: skip
    texts = [LETTER] * 3 + [f"{LETTER}\n\n{text}" for text in added] + others
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    own = [(each, texts[int(each[1:])][a:b]) for each, a, b, _ in found.own_words.rows() if each < "R6"]
    assert own == [("R3", added[0]), ("R4", added[1]), ("R5", added[2])]


@pytest.mark.parametrize(
    "text",
    [
        "(As a nurse) I cross that bridge at five in the morning…",
        "£40 a week on a taxi is what it would cost my father!",
        "“Nobody walks any more,” they say. I do, and so do my neighbours :)",
        "- *, * and all of their team keep that bridge swept and lit\n- so do we",
    ],
)
@pytest.mark.parametrize(
    "shape", ["{first} {second}\n\n{own}", "{own}\n\n{first} {second}", "{first}\n{own}\n{second}"]
)
def test_the_marks_about_words_of_ones_own_are_too(text: str, shape: str):
    first, second = LETTER.split(". ")
    texts = [LETTER, LETTER, shape.format(first=f"{first}.", second=second, own=text)]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert [texts[2][a:b] for _, a, b, _ in found.own_words.rows()] == [text]


def test_a_scrap_of_a_sentence_goes_with_the_words_beside_it():
    """Two words cannot be told to be the letter's."""
    own = "My name is Ann, I mend bicycles here, and walk home at night."
    texts = [f"My name is Bo and I live here. {LETTER}"] * 3 + [f"{own} {LETTER}"]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert [texts[3][a:b] for _, a, b, _ in found.own_words.rows()] == [own[own.index("Ann") :]]
    scrap = "Please keep in mind that I mend bicycles here, and walk home late at night."
    texts = [LETTER] * 3 + [f"{LETTER} {scrap}"]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert [texts[3][a:b] for _, a, b, _ in found.own_words.rows()] == [scrap]


def test_a_long_letter_of_which_others_took_a_sentence_does_not_stand_for_them():
    shared = "Keep the harbour bridge open to people on foot, day and night, in every season of the year."
    texts = [
        f"My aunt sells herrings by the mill. {shared} Nobody in the new flats has ever been asked what they would do "
        "without it, and the ferry has been laid up since the storm took its landing stage away from us.",
        f"{shared} Thank you.",
        f"To the mayor. {shared} My own children learn to swim on the far side.",
    ]
    found = find_campaigns(responses(*texts), "", CampaignsConfig())
    assert found.members.select("response_id", "kind", "canonical_response_id").rows() == [
        ("R0", "near", "R1"), ("R1", "exact", "R1"), ("R2", "near", "R1"),
    ]  # fmt: skip
    assert found.members["similarity"][1] == 1.0 and found.members["similarity"].min() > 0.7


def test_questions_that_people_quote_from_a_paper_show_no_copying():
    """Where they stand on lines of their own; a letter that asks something is copied all the same."""
    quoted = "PR-1. What can the council do to encourage shops, also those in the villages, to open in the evening?"
    said = [
        f"{quoted}\n\nLower the rents in the old market hall.",
        f"A few thoughts.\n{quoted}\nLight the lane.",
        f"{quoted}\nAsk the bakers, who are up at night anyway.",
    ]
    assert find_campaigns(responses(*said), "", CampaignsConfig()).members.is_empty()
    letter = f"{LETTER}\nWho will pay for it when a child is hurt on the way to the school at the other end of town?"
    found = find_campaigns(responses(*said, letter, f"{letter}\nI ask you."), "", CampaignsConfig())
    assert found.members["response_id"].to_list() == ["R3", "R4"]


def test_words_of_ones_own_do_not_begin_within_a_word():
    letter = "Our firm would like to send a comment on item TD-1 of your paper. Please read the file that is attached."
    other = letter.replace("TD-1 of your paper", "TD-12, which asks how a clinic is to be paid for night work")
    found = find_campaigns(responses(letter, letter, other), "", CampaignsConfig())
    assert [other[a:b] for _, a, b, _ in found.own_words.rows()] == [
        "TD-12, which asks how a clinic is to be paid for night work."
    ]
