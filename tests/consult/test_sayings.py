"""Which points say only that there is nothing to name, or how people treat one; and where that draws them."""

from pathlib import Path

import numpy as np
import pytest

import consult
from consult.config import AnalysisConfig
from consult.sayings import (
    GOOD_ASKED,
    KIND,
    KINDS,
    NONE_TO_NAME,
    NOTHING,
    UNKIND,
    YES_NO,
    Sayings,
    asks_what_was_good,
    find_sayings,
    kinds_of,
    saying_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "Nothing",
        "Nothing at all, thank you",
        "No complaints",
        "It could not have been better",
        "I can’t think of anything that could be improved.",
        "Cannot fault the service",
        "No everything was fine",
        "Nothing, you were excellent",
        "Couldn't",
        "Absolutely brilliant, no problems",
        "Fantastic service cannot fault it",
        "No, everything was good",
        "You could not have done any better",
        "I would not change anything",
        "No improvements needed",
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
        "I have always found everyone to be helpful",
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
        "None of the staff were helpful",
        "The staff weren't friendly",
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
        "No",  # answers a question of yes or no
        "No staff",
        "Nothing has changed",
        "There has been no improvement",
        "This is not an improvement",
        "I do not want any change",
        "No to the changes",
        "This will not change anything",
        "It is not needed",
        "I don't think this is needed",
        "They did nothing for me",
        "There is nothing to do",
        "No complaints, but it could be better",
        "No, it was the wrong treatment",
        "No better",
        "It would be helpful to have more staff",
        "I am supportive of the changes",
        "What kind of people would want this",
        "Rien ne va",
        "Plus de professionnels",
        "Hier gibt es nichts",
        "No al cambio",
        "Nothing really, maybe more staff so they can give more time to people",
    ],
)
def test_what_says_anything_else_is_left(text: str) -> None:
    assert saying_of(text) == 0


def test_nothing_finds_fault_where_the_question_asks_what_was_good() -> None:
    assert saying_of("Nothing", GOOD_ASKED) == NONE_TO_NAME
    assert saying_of("Nothing was good", GOOD_ASKED) == NONE_TO_NAME
    assert saying_of("No complaints", GOOD_ASKED) == NOTHING


def test_what_answers_yes_or_no_is_no_saying() -> None:
    assert saying_of("Not really") == NOTHING
    assert saying_of("Not really", YES_NO) == 0
    assert saying_of("No, it is fine", YES_NO) == 0
    assert saying_of("No complaints", YES_NO) == NOTHING


@pytest.mark.parametrize(
    "wording", ["What was good?", "Beth oedd yn dda?", "What did you like most?", "Tell us what we do well"]
)
def test_a_question_asks_what_was_good(wording: str) -> None:
    assert asks_what_was_good(wording)


@pytest.mark.parametrize(
    "wording",
    [
        "What could we do better?",
        "What would have made a good day better?",
        "What did you like least?",
        "What didn't go well?",
        "What would you like to see in the town centre?",
        "Is there anything else you would like to tell us?",
        "Do you have any comments on our Good Growth plan?",
        "Q1",
    ],
)
def test_a_question_asks_something_else(wording: str) -> None:
    assert not asks_what_was_good(wording)


def _axes(*directions: int) -> np.ndarray:
    return np.eye(8, dtype=np.float32)[list(directions)]


def _sayings(texts: list[str], vectors: np.ndarray) -> Sayings:
    return find_sayings(kinds_of(texts), range(len(texts)), vectors)


def test_points_of_one_saying_come_nearer_to_one_another_and_others_stay() -> None:
    vectors = _axes(0, 1, 2, 3)
    sayings = _sayings(["Nothing", "No complaints", "It could not be better", "The bus is late"], vectors)
    drawn = sayings.drawn(range(4), vectors)
    assert drawn[3].tolist() == vectors[3].tolist()
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, rtol=1e-6)
    # Three at right angles, each with twice their unit mean added: (4 + 4 / sqrt 3) / (5 + 4 / sqrt 3).
    np.testing.assert_allclose((drawn @ drawn.T)[0, 1], 0.863190, rtol=1e-5)


def test_two_points_are_too_few_to_draw_together() -> None:
    vectors = _axes(0, 1, 2)
    sayings = _sayings(["Nothing", "No complaints", "The bus is late"], vectors)
    assert not sayings.towards.any()
    assert sayings.drawn(range(3), vectors).tolist() == vectors.tolist()


def test_praise_and_blame_are_drawn_apart() -> None:
    texts = ["Friendly staff", "Kind staff", "Polite staff", "Rude staff", "Unfriendly staff", "Abrupt staff"]
    vectors = _axes(0, 1, 2, 3, 4, 5)
    drawn = _sayings(texts, vectors).drawn(range(6), vectors)
    near = drawn @ drawn.T
    assert near[0, 1] > 0.5 and near[3, 4] > 0.5
    assert near[:3, 3:].max() < 1e-6


def test_a_point_is_drawn_alike_whatever_stands_beside_it() -> None:
    sayings = _sayings(["Nothing", "No complaints", "The bus is late", "It could not be better"], _axes(0, 1, 3, 2))
    alone = sayings.drawn([1], _axes(5))
    among = sayings.drawn([0, 1, 2], _axes(0, 5, 3))
    assert alone[0].tolist() == among[1].tolist()
    assert alone.tolist() == sayings.drawn_phrases(["No problems"], _axes(5)).tolist()


def test_a_text_of_which_nothing_was_learnt_is_drawn_too() -> None:
    kinds = kinds_of(["Nothing", "No complaints", "It could not be better", "No problems at all"])
    sayings = find_sayings(kinds, [0, 1, 2], _axes(0, 1, 2))
    assert sayings.drawn([3], _axes(5))[0, 0] > 0.4


def test_an_empty_question_has_none() -> None:
    nothing = np.zeros((0, 8), dtype=np.float32)
    sayings = find_sayings(kinds_of([]), [], nothing)
    assert sayings.towards.shape == (len(KINDS), 8)
    assert sayings.drawn([], nothing).shape == (0, 8)


CONTENT = """Nothing|Nothing at all|No complaints|It could not be better|Nothing could be better|I have no complaints
Cannot fault it|No problems at all|Nothing to improve|I can't think of anything|Nothing comes to mind|None
Nothing, it was very good|Could not have been better|No improvements needed|Nothing really""".replace("\n", "|").split(
    "|"
)
BUSES = [f"{what} {where}" for what in ("Run later buses", "More buses", "The bus is always late") for where in
         ("on Sunday", "in the evening", "to the hospital", "to the station", "from the school")]  # fmt: skip
LIGHTS = [f"{what} {where}" for what in ("Mend the street lights", "Brighter lamps", "It is too dark") for where in
          ("by the river", "under the bridge", "on Mill Lane", "near the park", "behind the library")]  # fmt: skip


def test_answers_that_there_is_nothing_make_one_theme_that_says_so(tmp_path: Path) -> None:
    texts = [*CONTENT, *BUSES, *LIGHTS]
    rows = ["id,What could we do better?", *(f'{n},"{text}"' for n, text in enumerate(texts))]
    (tmp_path / "answers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    analysis = consult.analyse([tmp_path / "answers.csv"], AnalysisConfig()).analyses[0]
    nothing = {str(n) for n in range(len(CONTENT))}
    shares = {
        row["title"]: set(analysis.assignments.filter(theme_id=row["theme_id"])["response_id"])
        for row in analysis.themes.iter_rows(named=True)
    }
    title, found = max(shares.items(), key=lambda item: len(item[1] & nothing))
    assert len(found & nothing) >= 14
    assert len(found - nothing) <= 1
    assert saying_of(title) == NOTHING
