"""Words, languages, and when two texts are equal."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.words import (
    function_words,
    main_language,
    stem,
    text_id,
    text_key,
    text_keys,
    without_placeholders,
    words,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The buses are late.", ["the", "buses", "are", "late"]),
        ("Don’t cut it, don't!", ["don't", "cut", "it", "don't"]),
        ("Café, fysiau, Straße", ["café", "fysiau", "straße"]),
        ("a_b", ["a", "b"]),
        ("— … 😊", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caf\u00e9", "Cafe\u0301"),
        ("the bus", "  the \t bus\n"),
        ("the bus", "the\u00a0bus"),
        ("the\r\nbus", "the\nbus"),
    ],
)
def test_texts_that_read_alike_are_equal(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)
    assert text_id(one) == text_id(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("The bus", "the bus"), ("the bus", "the bus."), ("the bus", "thebus"), ("cafe", "café"), ("", "-")],
)
def test_texts_that_read_otherwise_are_not(one: str, other: str) -> None:
    assert text_id(one) != text_id(other)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.text("a \t\x0b\x1c\x85\xa0é\u0301")))
def test_keys_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert text_keys(pl.Series(texts, dtype=pl.String)).to_list() == [text_key(text) for text in texts]


def test_a_text_id_is_the_same_for_ever() -> None:
    assert text_key(" The  bus ") == "The bus"
    assert text_id("The bus") == "b03f56024da1e455eaa818d886b2398f"
    assert len(text_id("\ud800 lone surrogate")) == 32


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["The buses are late and nobody waits for them."], "en"),
        (["Mae'r bysiau yn hwyr ac nid oes neb yn aros."], "cy"),
        (["Les bus sont en retard et les tarifs sont trop chers pour nous."], "fr"),
        (["Die Busse sind zu spät und die Preise sind für uns zu hoch."], "de"),
        (["Los autobuses llegan tarde y los precios son muy altos para todos."], "es"),
        (["The buses are late.", "The fares are too high.", "Mae'r bysiau yn hwyr."], "en"),
        (["Mae'r bysiau yn hwyr ac nid oes neb yn aros.", "Too late"], "cy"),
        (["Bus 42"], "en"),
        ([""], "en"),
        ([], "en"),
    ],
)
def test_main_language(texts: list[str], language: str) -> None:
    assert main_language(texts) == language
    assert main_language(reversed(texts)) == language


def test_an_unknown_language_falls_back_on_english() -> None:
    assert function_words("xx") == function_words("en")
    assert "the" in function_words("en")
    assert "yn" in function_words("cy")
    assert "bus" not in function_words("en")


@pytest.mark.parametrize(
    ("one", "other"), [("bus", "bus"), ("fares", "fare"), ("stops", "stop"), ("class", "class"), ("gas", "gas")]
)
def test_stem_holds_plural_and_singular_for_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_stem_keeps_other_words_apart() -> None:
    assert stem("class") != stem("clas")
    assert stem("buses") != stem("bursar")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("My complaint was [word unreadable] in June", "My complaint was in June"),
        ("They (illegible) the bus", "They the bus"),
        ("[2 words illegible] and [Inaudible] then", "and then"),
        ("write to [e-mail] please", "write to please"),
        ("It was illegible (the whole sign)", "It was illegible (the whole sign)"),
        ("the notice [see photo] is unreadable", "the notice [see photo] is unreadable"),
    ],
)
def test_what_a_typist_put_in_place_of_words_is_no_word(text: str, kept: str) -> None:
    assert without_placeholders(text) == kept
