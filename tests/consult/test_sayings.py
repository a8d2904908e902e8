"""Which points say only that there is nothing to name, or how people treat one; and where that draws them."""

import numpy as np
import pytest

from consult.sayings import KIND, KINDS, NONE_TO_NAME, NOTHING, UNKIND, asks_what_was_good, find_sayings, saying_of


@pytest.mark.parametrize(
    "text",
    [
        "Nothing",
        "No.",
        "Nothing at all, thank you",
        "No complaints",
        "It could not have been better",
        "I can’t think of anything that could be improved.",
        "Cannot fault the service",
        "No everything was fine",
        "Nothing, you were excellent",
        "Couldn't",
        "Not a thing",
        "Dim byd",
        "Dim cwynion",
        "Rien à améliorer",
        "Aucun problème",
        "Nichts auszusetzen",
        "Keine Beschwerden",
        "Nada que mejorar",
        "Ninguna queja",
    ],
)
def test_that_there_is_nothing_to_name_is_told(text: str) -> None:
    assert saying_of(text) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "Very friendly staff",
        "They were so kind and polite.",
        "Helpful, caring",
        "Nothing, all the staff were lovely",
        "The driver could not have been more helpful",
        "I cannot fault the friendly officers",
        "Staff cyfeillgar",
        "Personnel très aimable",
        "Die Mitarbeiter waren sehr freundlich",
        "Personal muy amable",
    ],
)
def test_that_people_treat_one_well_is_told(text: str) -> None:
    assert saying_of(text) == KIND


@pytest.mark.parametrize(
    "text",
    [
        "Rude staff",
        "The receptionist was not friendly",
        "Staff could be more caring",
        "Be more polite",
        "More friendly drivers",
        "Personnel désagréable",
        "Unfreundliche Mitarbeiter",
    ],
)
def test_that_people_treat_one_badly_is_told(text: str) -> None:
    assert saying_of(text) == UNKIND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nothing was good",  # finds fault with everything
        "Not happy",
        "No buses on Sunday",
        "No help at all",
        "Nothing but parked cars",
        "Nothing, but the seats are hard",
        "More staff",
        "It was helpful",  # a leaflet, or a person
        "Lovely",
        "Excellent service",
        "The friendly bus",
        "Some were friendly and some were rude staff",
        "Improve the lighting",
        "Nothing really, maybe more staff so they can give more time to people",
    ],
)
def test_what_says_anything_else_is_left(text: str) -> None:
    assert saying_of(text) == 0


def test_nothing_finds_fault_where_the_question_asks_what_was_good() -> None:
    assert asks_what_was_good("What was good?")
    assert asks_what_was_good("Beth oedd yn dda?")
    assert not asks_what_was_good("What could we do better?")
    assert not asks_what_was_good("What would have made a good day better?")
    assert not asks_what_was_good("Q1")
    assert saying_of("Nothing", asked_good=True) == NONE_TO_NAME
    assert saying_of("No complaints", asked_good=True) == NOTHING


def _axes(*directions: int) -> np.ndarray:
    return np.eye(8, dtype=np.float32)[list(directions)]


def test_points_of_one_saying_come_nearer_to_one_another_and_others_stay() -> None:
    texts = ["Nothing", "No complaints", "It could not be better", "The bus is late"]
    vectors = _axes(0, 1, 2, 3)
    drawn = find_sayings(texts, vectors, "What could be better?").drawn(texts, vectors)
    assert drawn[3].tolist() == vectors[3].tolist()
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, rtol=1e-6)
    # Three at right angles, each with twice their unit mean added: (4 + 4 / sqrt 3) / (5 + 4 / sqrt 3).
    np.testing.assert_allclose((drawn @ drawn.T)[0, 1], 0.863190, rtol=1e-5)


def test_two_points_are_too_few_to_draw_together() -> None:
    texts = ["Nothing", "No complaints", "The bus is late"]
    vectors = _axes(0, 1, 2)
    sayings = find_sayings(texts, vectors, "")
    assert not sayings.towards.any()
    assert sayings.drawn(texts, vectors).tolist() == vectors.tolist()


def test_praise_and_blame_are_drawn_apart() -> None:
    texts = ["Friendly staff", "Kind staff", "Polite staff", "Rude staff", "Unfriendly staff", "Abrupt staff"]
    vectors = _axes(0, 1, 2, 3, 4, 5)
    drawn = find_sayings(texts, vectors, "").drawn(texts, vectors)
    near = drawn @ drawn.T
    assert near[0, 1] > 0.5 and near[3, 4] > 0.5
    assert near[:3, 3:].max() < 1e-6


def test_a_text_is_drawn_alike_whatever_stands_beside_it() -> None:
    texts = ["Nothing", "No complaints", "It could not be better"]
    sayings = find_sayings(texts, _axes(0, 1, 2), "")
    alone = sayings.drawn(["No complaints"], _axes(5))
    among = sayings.drawn(["Nothing", "No complaints", "The bus is late"], _axes(0, 5, 3))
    assert alone[0].tolist() == among[1].tolist()


def test_an_empty_question_has_none() -> None:
    sayings = find_sayings([], np.zeros((0, 8), dtype=np.float32), "")
    assert sayings.towards.shape == (len(KINDS), 8)
    assert sayings.drawn([], np.zeros((0, 8), dtype=np.float32)).shape == (0, 8)
