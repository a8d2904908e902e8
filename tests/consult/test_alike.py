"""Answers alike in other words are flagged with what shows it; answers as alike as is usual, or short, are not."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from consult.alike import Alike, find_alike
from consult.dates import share_between
from consult.schemas import CAMPAIGNS, LANGUAGES, POINTS, RESPONSES

LONG = " ".join(["word"] * 24)
N = 80


def found(
    likeness: dict[int, float],
    *,
    sent: dict[int, str] | None = None,
    short: tuple[int, ...] = (),
    n: int = N,
    letter: tuple[int, ...] = (),
    welsh: tuple[int, ...] = (),
) -> Alike:
    """Of `n` answers that lie apart by chance, those named are as near as said to one direction of their own."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(n, 384))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shared = rng.normal(size=384)
    shared /= np.linalg.norm(shared)
    for row, weight in likeness.items():
        apart = vectors[row] - (vectors[row] @ shared) * shared
        apart /= np.linalg.norm(apart)
        vectors[row] = weight * shared + np.sqrt(1 - weight**2) * apart
    rows = [
        (f"R{i:05}", "q", f"R{i:05}", f"{i:05} {'word' if i in short else LONG}",
         None if sent is None else sent.get(i, f"2026-03-{1 + i % 28:02}"), "f.csv", i + 2, "received")
        for i in range(n)
    ]  # fmt: skip
    responses = pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")
    points = pl.DataFrame(
        [(f"R{i:05}:1", f"R{i:05}", 0, 5, f"t{i}") for i in range(n)], schema=POINTS.schema, orient="row"
    )
    place = {f"t{i}": i for i in range(n)}
    copies = [(f"R{i:05}", "C1", "exact", f"R{letter[0]:05}", 1.0) for i in letter]
    campaigns = pl.DataFrame(copies, schema=CAMPAIGNS.schema, orient="row")
    spoken = [(f"R{i:05}", "cy" if i in welsh else "en") for i in range(n)]
    languages = pl.DataFrame(spoken, schema=LANGUAGES.schema, orient="row")
    return find_alike(responses, points, place, vectors.astype(np.float32), campaigns, languages)


def ids(alike: Alike) -> list[tuple[str, str]]:
    return alike.members.select("response_id", "by").rows()


def test_three_that_are_unusually_near_are_flagged() -> None:
    alike = found({3: 0.95, 40: 0.95, 77: 0.95})
    assert ids(alike) == [("R00003", "meaning"), ("R00040", "meaning"), ("R00077", "meaning")]
    assert alike.members["similarity"].min() > alike.told["bar"] > alike.told["usual"]
    assert alike.told["dated"] == 0


def test_two_may_think_alike() -> None:
    assert ids(found({3: 0.95, 40: 0.95})) == []


def test_where_answers_are_usually_that_near_nothing_is_flagged() -> None:
    assert ids(found(dict.fromkeys(range(60), 0.95))) == []


def test_short_answers_are_not_compared() -> None:
    assert ids(found({3: 0.95, 40: 0.95, 77: 0.95}, short=(3, 40))) == []


def test_answers_in_another_language_are_near_by_that_alone_and_not_flagged() -> None:
    assert ids(found({3: 0.95, 40: 0.95, 77: 0.95}, welsh=(3, 40, 77))) == []


def test_with_too_few_answers_nothing_is_usual() -> None:
    assert found({3: 0.95, 4: 0.95, 5: 0.95}, n=40).told == {}


@pytest.mark.parametrize(
    ("sent", "by"),
    [
        ({3: "2026-03-09 10:00", 40: "2026-03-09 10:20", 60: "2026-03-09 11:00", 77: "2026-03-09 12:00"},
         ["meaning and time"]),
        ({3: "2026-03-01", 40: "2026-03-09", 60: "2026-03-15", 77: "2026-03-28"}, []),
    ],
    ids=["in one morning", "over the month"],
)  # fmt: skip
def test_who_wrote_close_together_in_time_need_be_less_near(sent: dict[int, str], by: list[str]) -> None:
    alike = found({3: 0.82, 40: 0.82, 60: 0.82, 77: 0.82}, sent=sent)
    assert alike.told["bar_timed"] < 0.82**2 < alike.told["bar"]
    assert alike.members["by"].unique().to_list() == by


def test_a_campaign_counts_as_its_letter_and_says_how_many_it_stands_for() -> None:
    alike = found({3: 0.95, 40: 0.95, 77: 0.95, 10: 0.95, 11: 0.95}, letter=(3, 10, 11))
    assert alike.members.select("response_id", "n_responses").rows() == [("R00003", 3), ("R00040", 1), ("R00077", 1)]


def test_among_many_the_near_are_still_found() -> None:
    likeness = dict.fromkeys(range(100, 9_000, 445), 0.95)
    members = found(likeness, n=9_000).members
    assert members["alike_id"].unique().to_list() == ["L1"]
    assert members["response_id"].to_list() == [f"R{i:05}" for i in sorted(likeness)]


def test_the_share_of_all_that_came_between_first_and_last() -> None:
    days = [datetime(2026, 3, day) for day in range(1, 11)]
    assert share_between([days[2], days[4]], days) == pytest.approx(0.3)
