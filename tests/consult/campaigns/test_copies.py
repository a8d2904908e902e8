"""Points of a letter are inherited by all who sent it, however their copies are cut; what they added is cut apart."""

from __future__ import annotations

import polars as pl
import pytest

from consult.campaigns import copy_points, find_campaigns
from consult.config import CampaignsConfig, PointsConfig
from consult.points import cut_points, split_points, standing_points
from consult.schemas import RESPONSES

SENTENCES = (
    "The swimming pool must stay open in winter.",
    "Nowhere else in the county can a child learn to dive.",
    "Its boiler was replaced at great expense last spring.",
)
LETTER = " ".join(SENTENCES)
CONFIG = PointsConfig(language="en")


def responses(*texts: str) -> pl.DataFrame:
    rows = [(f"R{place}", "Q", f"R{place}", text, None, "f.csv", place, "received") for place, text in enumerate(texts)]
    return pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")


def cut(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    campaigns = find_campaigns(frame, "", CampaignsConfig())
    points = cut_points(frame, CONFIG, own_words=campaigns.own_words)
    return *copy_points(points, frame, campaigns.members, campaigns.own_words), campaigns.own_words


@pytest.mark.parametrize(
    ("sent", "inherited"),
    [
        (LETTER, ["R0:1", "R0:2", "R0:3"]),
        (LETTER.replace("winter.", "winter"), ["R0:1", "R0:2", "R0:3"]),
        (LETTER.replace(".", ""), ["R0:1", "R0:2", "R0:3"]),
        (LETTER.replace("winter. Nowhere", "snow and ice, nowhere"), ["R0:1", "R0:2", "R0:3"]),
        (" ".join(SENTENCES[1:]).replace("dive.", "dive"), ["R0:2", "R0:3"]),
        (LETTER.replace("must stay", "must. Stay"), ["R0:1", "R0:1", "R0:2", "R0:3"]),
    ],
)
def test_a_copy_inherits_every_point_that_it_holds(sent: str, inherited: list[str]):
    points, copies, _ = cut(responses(LETTER, LETTER, sent))
    mine = points.filter(pl.col("response_id") == "R2").join(copies, on="point_id", maintain_order="left")
    assert mine["canonical_point_id"].to_list() == inherited
    assert mine["point_id"].to_list() == [f"R2:{place}" for place in range(1, len(inherited) + 1)]
    said = [sent[a:b] for a, b in mine.select("start", "end").rows()]
    assert " ".join(said) == sent


@pytest.mark.parametrize("shape", ["{letter} {own}", "{own} {letter}", "{letter}\n\n{own}", "{first} {own} {rest}"])
@pytest.mark.parametrize(
    "own",
    [
        "Yes. My son learned to dive there, and so did his three cousins",
        "shame on you\n- my heart needs the exercise\n- the nearest lake is forty miles away",
        "No! We never had a cold shower in it; the staff are kind, patient and always early, though nobody pays them "
        "for the hours before dawn, when the water is tested, and nobody ever thanked them for any of it in public.",
    ],
)
def test_what_is_added_is_cut_as_if_it_were_sent_alone(own: str, shape: str):
    said = shape.format(letter=LETTER, own=own, first=SENTENCES[0], rest=" ".join(SENTENCES[1:]))
    points, copies, _ = cut(responses(LETTER, LETTER, said))
    mine = points.filter(pl.col("response_id") == "R2")
    added = mine.join(copies, on="point_id", how="anti")
    assert [said[a:b] for a, b in added.select("start", "end").rows()] == [
        own[a:b] for a, b in split_points(own, CONFIG)
    ]
    inherited = mine.join(copies, on="point_id", maintain_order="left")
    assert inherited["canonical_point_id"].to_list() == ["R0:1", "R0:2", "R0:3"]


def test_of_equal_points_the_one_that_stands_is_the_same_whether_sent_alone_or_beside_a_letter():
    """Its neighbours are its context: those in the answer, or in the addition, that sorts first."""
    others = ("Lanes are too narrow. Opening hours are far too short.", "Opening hours are far too short. It is cold.")
    added = "Bring back aqua aerobics for pensioners please. Opening hours are far too short."
    standing = []
    for last in (added, f"{LETTER} {added}"):
        frame = responses(LETTER, LETTER, *others, last)
        points, copies, own_words = cut(frame)
        (text_id,) = points.filter(pl.col("response_id") == "R2")["text_id"][1:2]
        texts = pl.DataFrame({"text_id": [text_id], "text": ["Opening hours are far too short."]})
        (row,) = standing_points(points, frame, texts, copies, own_words)
        standing.append(points.row(row)[1])
    assert standing == ["R4", "R4"]
