"""Answers that say nothing, and those that only look as though they did."""

from __future__ import annotations

import polars as pl
import pytest

from consult.nonanswers import NON_ANSWERS, fold, is_non_answer, mark_non_answers
from consult.schemas import RESPONSES


@pytest.mark.parametrize(
    "text",
    [
        # Stock phrases
        "No.", "no", "NONE", "n/a", "N/A", "N.A.", "Nothing to add", "No comment", "No, nothing.", "no! no! no!",
        "Don't know", "I don’t know", "Yes", "No thanks!", "As above.", "Ditto", "  no  ", "No\n\nNothing",
        # Welsh
        "Dim sylw.", "Nac oes", "Dim byd", "Gweler uchod", "Amherthnasol",
        # French
        "Sans opinion", "R.A.S.", "Néant", "Ne\u0301ant", "Rien à signaler", "Pas de commentaire", "Non", "Oui",
        # German
        "Keine Angabe", "Weiß nicht", "Nein danke", "Kein Kommentar.", "Siehe oben", "Ja",
        # Spanish
        "Nada", "Sin comentarios", "No sé",
        # A reference to another answer
        "see my answer to question 1", "as Q3", "Please see my response to Q12b", "Same as question 2",
        "Please refer to question 4 above", "See Q1, Q2", "See answers to questions 1 and 2",
        # A reference to a file
        "See attached file(s)", "See attached file(s).", "Please see attached.", "Comments attached as PDF",
        "Attached letter",
        # No word at all
        "-", "--", "?", "...", "😊", "👍🏽", "123", "", "   ", "\n",
        # One sound
        "xxxx", "aaa", "A", "x",
    ],
)  # fmt: skip
def test_is_a_non_answer(text: str) -> None:
    assert is_non_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "No buses at night",
        "None of the above works for wheelchair users",
        "Yes because it is safer",
        "No, the stop is too far away",
        "Nothing is being done about buses",
        "Not sure this will help pensioners",
        "As stated above, buses are late",
        "As a parent",
        "Buses",
        "Bus 42",
        "See the attached map of broken shelters at High Street",
        "I attached a bike rack once and it fell",
        "Attached housing is ugly",
        "Parking attached to the school is unsafe",
        "Keep question time",
        "Dim digon o fysiau",
        "Nac oes bws ar ddydd Sul",
        "Pas de bus le soir",
        "Rien pour les cyclistes",
        "Keine Busse am Abend",
        "Nichts für Radfahrer",
        "الحافلات متأخرة",
        "公車",
    ],
)
def test_is_an_answer(text: str) -> None:
    assert not is_non_answer(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("N/A", "n a"),
        ("Don’t know!", "dont know"),
        ("NÉANT", "neant"),
        ("Weiß_nicht", "weiss nicht"),
        ("😊", ""),
        (" No \n comment ", "no comment"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_stock_phrases_are_in_the_form_they_are_looked_up_in() -> None:
    assert {phrase for phrase in NON_ANSWERS if fold(phrase) != phrase or phrase == ""} == set()


def test_mark_non_answers_changes_nothing_but_the_status() -> None:
    texts = ["No.", "No buses at night", "", "no"]
    before = pl.DataFrame(
        [(str(n), "Q", str(n), text, None, "one.csv", n, "received") for n, text in enumerate(texts)],
        schema=RESPONSES.schema,
        orient="row",
    )
    after = mark_non_answers(before)
    assert after["status"].to_list() == ["non_answer", "received", "non_answer", "non_answer"]
    assert after.drop("status").equals(before.drop("status"))
    assert mark_non_answers(RESPONSES.empty()).equals(RESPONSES.empty())
