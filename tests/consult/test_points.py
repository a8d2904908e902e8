"""Responses into points: what parts them, what is no point, and that offsets are exact."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.config import PointsConfig
from consult.points import cut_points, leave_out, move_marks, point_texts, split_points
from consult.schemas import MARKS, RESPONSES
from consult.words import text_id

ENGLISH = PointsConfig(language="en")
LONG = (
    "I think that the council should run more buses in the evening because people who work late cannot get home, "
    "and the trains stop far too early for anybody who works in a hotel, but nobody seems to listen to us."
)


def points_of(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split_points(text, PointsConfig(language=language))]


def responses(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(rid, "Q", rid, text, None, "one.csv", n, "received") for n, (rid, text) in enumerate(rows, start=2)],
        schema=RESPONSES.schema,
        orient="row",
    )


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("The bus is late. The fares are too high.", [(0, 16), (17, 40)]),
        ("  The bus is late.  \n", [(2, 18)]),
        ("- Later buses please\n- Lower the fares", [(2, 20), (23, 38)]),
        ("The buses are late.\r\nThe fares are too high.\r\n", [(0, 19), (21, 44)]),
        ("😊 The buses are late. 👍🏽 The fares are too high", [(0, 21), (22, 47)]),
        ("Cafe\u0301 by the stop is shut. Please open it soon.", [(0, 26), (27, 47)]),
        ("الحافلات متأخرة دائما. الأسعار مرتفعة جدا.", [(0, 22), (23, 42)]),
    ],
)
def test_offsets_count_characters(text: str, spans: list[tuple[int, int]]) -> None:
    assert split_points(text, ENGLISH) == spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Lists
        ("• Later buses please\n• Lower the fares", ["Later buses please", "Lower the fares"]),
        (
            "1. Later buses please\n2) Lower the fares now\n(c) Clean the shelters\niv) Paint the stops blue",
            ["Later buses please", "Lower the fares now", "Clean the shelters", "Paint the stops blue"],
        ),
        ("- \n- Later buses please", ["Later buses please"]),
        ("12 buses are late.\nA bus is early", ["12 buses are late.", "A bus is early"]),
        ("3.5 buses an hour will do", ["3.5 buses an hour will do"]),
        # Lines
        (
            "The buses are always late and\nthe drivers never wait for us.\nFares are too high.",
            ["The buses are always late and\nthe drivers never wait for us.", "Fares are too high."],
        ),
        ("Later buses please\n\nlower fares for all", ["Later buses please", "lower fares for all"]),
        ("Buses are late\u2028Fares are high", ["Buses are late", "Fares are high"]),
        # Ends of sentences
        (
            "The bus is late!! Why is that allowed?? Fix it now please!",
            ["The bus is late!!", "Why is that allowed??", "Fix it now please!"],
        ),
        ("The end is near.Next sentence is here.", ["The end is near.", "Next sentence is here."]),
        ("Fares go up... and yet nothing changes", ["Fares go up...", "and yet nothing changes"]),
        # What only looks like an end
        (
            "Use green fuels, e.g. electric buses. They are quiet.",
            ["Use green fuels, e.g. electric buses.", "They are quiet."],
        ),
        ("Mr. Jones drives far too fast. Tell him off.", ["Mr. Jones drives far too fast.", "Tell him off."]),
        ("Fares rose by 3.5 per cent. That is too much.", ["Fares rose by 3.5 per cent.", "That is too much."]),
        ("So do I\u00a0. The fares are high.", ["So do I\u00a0.", "The fares are high."]),
        ("See www.example.org for the plan of it.", ["See www.example.org for the plan of it."]),
        # Short pieces join
        ("Buses. Fares are far too high. Trains.", ["Buses. Fares are far too high. Trains."]),
        ("No. I do not agree with this.", ["No. I do not agree with this."]),
        ("Buses", ["Buses"]),
        ("Litter\nDogs", ["Litter", "Dogs"]),
        # Courtesies
        ("Dear Sir or Madam,\nThe buses are always late.\nKind regards", ["The buses are always late."]),
        ("The buses are late. Thank you for reading this.", ["The buses are late."]),
        ("Hello", []),
        ("Diolch", []),
        ("Many thanks!", []),
        # Nothing
        ("", []),
        ("  \n\t ", []),
        ("!!! ??? - •", []),
        ("😊", []),
    ],
)
def test_points(text: str, expected: list[str]) -> None:
    assert points_of(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("cy", "Mae'r bysiau yn hwyr. Mae'r tocyn yn ddrud.", ["Mae'r bysiau yn hwyr.", "Mae'r tocyn yn ddrud."]),
        ("fr", "Les bus sont en retard. Pourquoi ? Baissez les prix !",
         ["Les bus sont en retard. Pourquoi ?", "Baissez les prix !"]),
        ("de", "Die Busse sind z. B. zu spät. Das ist schlecht.",
         ["Die Busse sind z. B. zu spät.", "Das ist schlecht."]),
        ("xx", "The bus is late. The fares are high.", ["The bus is late.", "The fares are high."]),
    ],
)  # fmt: skip
def test_points_in_other_languages(language: str, text: str, expected: list[str]) -> None:
    assert points_of(text, language) == expected


def test_a_long_sentence_is_cut_where_it_turns() -> None:
    assert points_of(LONG) == [
        "I think that the council should run more buses in the evening because people who work late cannot get home,",
        "and the trains stop far too early for anybody who works in a hotel, but nobody seems to listen to us.",
    ]
    whole = PointsConfig(language="en", max_words=100)
    assert split_points(LONG, whole) == [(0, len(LONG))]


def test_a_long_sentence_that_never_turns_stays_whole() -> None:
    text = "word " * 50
    assert split_points(text, ENGLISH) == [(0, 249)]


def test_how_short_is_short_is_a_setting() -> None:
    text = "Buses. Fares are far too high."
    assert points_of(text) == [text]
    assert split_points(text, PointsConfig(language="en", min_words=1)) == [(0, 6), (7, 30)]


PLAIN = st.sampled_from(["bwsiau", "tickets", "straße", "مواقف", "公共汽車站", "über", "1234", "it's", "co-op"])
BETWEEN = st.sampled_from(
    [" ", "  ", ". ", "! ", "?? ", ", ", "; ", "\n", "\r\n", "\n- ", "... ", " 😊 ", "\u00a0", " – "]
)
ANYTHING = st.text(st.sampled_from("abI19 .,!?;:-•)('\n\r\t\u2028\u00a0é\u0301😊م"), max_size=60) | st.text(max_size=40)


def held(text: str) -> list[tuple[int, int]]:
    spans = split_points(text, ENGLISH)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges), "in order, within the text, not overlapping"
    for start, end in spans:
        assert text[start:end] == text[start:end].strip()
        assert any(character.isalnum() for character in text[start:end])
    return spans


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_spans_of_any_text_are_in_order_and_begin_and_end_on_no_space(text: str) -> None:
    held(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PLAIN, BETWEEN), max_size=60))
def test_every_letter_and_digit_is_in_a_point(pieces: list[tuple[str, str]]) -> None:
    """None of these words is a courtesy or the number of a list, so nothing that was said may fall between points."""
    text = "".join(word + between for word, between in pieces)
    inside = {place for start, end in held(text) for place in range(start, end)}
    outside = "".join(character for place, character in enumerate(text) if place not in inside)
    assert not any(character.isalnum() for character in outside)


def test_cut_points() -> None:
    frame = cut_points(responses(("B", "The  bus is late. "), ("A", "No lights here.\nThe bus is late.")), ENGLISH)
    assert frame.rows() == [
        ("A:1", "A", 0, 15, text_id("No lights here.")),
        ("A:2", "A", 16, 32, text_id("The bus is late.")),
        ("B:1", "B", 0, 17, text_id("The bus is late.")),
    ]


def test_no_responses_and_responses_without_a_point() -> None:
    assert cut_points(responses(), ENGLISH).is_empty()
    assert cut_points(responses(("A", "…"), ("B", "Hello")), ENGLISH).is_empty()
    assert point_texts(cut_points(responses(), ENGLISH), responses()).is_empty()


def test_a_response_is_cut_by_its_own_text_alone() -> None:
    rows = [("A", LONG), ("B", "- One two three\n- four five six"), ("C", "The bus! The fares!")]
    together = cut_points(responses(*rows), ENGLISH)
    alone = pl.concat(cut_points(responses(row), ENGLISH) for row in rows)
    assert together.equals(alone)
    assert together.equals(cut_points(responses(*reversed(rows)), ENGLISH))


def test_the_distinct_texts_of_points_in_an_order_that_rests_on_the_texts() -> None:
    rows = [
        ("A", "The  bus is late. No lights here."),
        ("B", "The bus is late."),
        ("C", "Cafe\u0301s are shut."),
        ("D", ""),
    ]
    renamed = [
        ("4", ""),
        ("3", "Cafe\u0301s are shut."),
        ("2", "The bus is late."),
        ("1", "The  bus is late. No lights here."),
    ]
    expected = ["Cafés are shut.", "No lights here.", "The bus is late."]
    for each in (rows, renamed):
        frame = point_texts(cut_points(responses(*each), ENGLISH), responses(*each))
        assert frame.rows() == [(text_id(text), text) for text in expected]


def test_what_is_marked_makes_no_point_and_every_character_keeps_its_place() -> None:
    text = "> Any views?\nThe bus is late\nevery single day.\nKind regards\nAnn"
    responses = RESPONSES.empty().vstack(
        pl.DataFrame(
            [("a.eml", "q", "a.eml", text, None, "a.eml", 1, "received")], schema=RESPONSES.schema, orient="row"
        )
    )
    marks = pl.DataFrame(
        [("q", "a.eml", 0, 13, "quoted"), ("q", "a.eml", 28, 29, "line_end"), ("q", "a.eml", 47, 63, "signature")],
        schema=MARKS.schema, orient="row",
    )  # fmt: skip
    said = leave_out(responses, marks)
    assert said["text"].to_list() == ["\n" * 13 + "The bus is late every single day.\n" + "\n" * 16]
    assert [text[start:end] for start, end in cut_points(said, PointsConfig()).select("start", "end").iter_rows()] == [
        "The bus is late\nevery single day."
    ]
    assert leave_out(responses, marks.clear()).equals(responses)


def test_marks_move_with_what_is_redacted() -> None:
    # "Ann Other 01234 567890 wrote: x" -> "[name] [phone] wrote: x"
    marks = pl.DataFrame(
        [("q", "a", 0, 10, "letterhead"), ("q", "a", 12, 29, "quoted"), ("q", "b", 0, 3, "quoted")],
        schema=MARKS.schema, orient="row",
    )  # fmt: skip
    redactions = pl.DataFrame(
        [("q", "a", 0, 9, "name", "[name]"), ("q", "a", 10, 22, "phone", "[phone]")],
        schema=["question_id", "response_id", "start", "end", "kind", "replacement"], orient="row",
    )  # fmt: skip
    assert move_marks(marks, redactions).rows() == [
        ("q", "a", 0, 7, "letterhead"), ("q", "a", 7, 21, "quoted"), ("q", "b", 0, 3, "quoted"),
    ]  # fmt: skip
