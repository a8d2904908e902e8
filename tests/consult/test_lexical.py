"""How points are spelt, as vectors."""

import numpy as np
import pytest

from consult.lexical import DIMENSIONS, beside, fit_lexical

TEXTS = [
    *(f"the {day} bus to the market is late" for day in "monday tuesday wednesday thursday friday".split()),
    *(f"parking in {place} costs too much" for place in "town harbour street station square".split()),
    *(f"Der Radweg an der {place} endet im Nichts" for place in "Schule Brücke Kirche Ampel Mühle".split()),
    *(f"the library shuts at {hour}" for hour in "three four five six seven".split()),
]


def test_texts_that_share_stems_are_alike_and_others_are_not():
    lexical = fit_lexical(TEXTS)
    parked, parking, cycling, radweg = lexical.vectors(
        ["I parked in town", "no parking at the station", "more bookshelves", "Radwege zur Schule"]
    )
    assert parked @ parking > 0.6
    assert abs(parked @ radweg) < 0.3
    assert abs(parking @ cycling) < 0.3


def test_vectors_are_of_unit_length_or_zero_and_by_their_text_alone():
    lexical = fit_lexical(TEXTS)
    vectors = lexical.vectors(TEXTS)
    assert vectors.shape == (20, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (lexical.vectors(TEXTS[7:9]) == vectors[7:9]).all()
    assert (lexical.vectors(["!!!", ""]) == 0).all()


@pytest.mark.parametrize("texts", [[], ["one"], TEXTS[:19], [f"{n}" for n in range(30)], ["same words"] * 30])
def test_where_nothing_can_be_learnt_nothing_is_told(texts: list[str]) -> None:
    assert (fit_lexical(texts).vectors(["same words", "other"]) == 0).all()


def test_beside_each_other_they_make_one_unit_vector():
    meant, spelt = np.eye(2, 3, dtype=np.float32), np.zeros((2, DIMENSIONS), dtype=np.float32)
    spelt[1, 0] = 1
    both = beside(meant, spelt)
    assert both.shape == (2, 3 + DIMENSIONS)
    assert both[0].tolist() == [1.0] + [0.0] * (2 + DIMENSIONS)
    assert np.allclose(both[1, [1, 3]], np.array([1, 0.7]) / np.sqrt(1.49))
