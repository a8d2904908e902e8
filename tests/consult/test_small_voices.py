"""A theme that one answer in fifty raises is found, named and quoted, planted into real answers on other things."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

import consult

DATA = Path(__file__).parents[3] / "shared" / "data"
SHARE = 0.02

BELLS = """
The church bells wake my baby every Sunday at seven
Please do something about the bell ringing so early in the morning
Bell ringing practice goes on until ten at night, it is far too loud
Could the bells be rung later on Sundays
I cannot sleep because of the bells
The noise of the church bells is unbearable on weekends
Stop ringing the bells before nine o'clock
My shifts end at six and the bells start at seven, so I get no sleep
The bells are lovely but not that early
Bell practice should finish by eight in the evening
We moved here and nobody told us about the bells at dawn
Fewer bells on Sunday mornings please
The ringing of bells for a whole hour is too much
Bells, bells, bells, all Sunday morning long
The quarter-hour chimes of the church clock keep us awake all night
Silence the bells at night
The church should muffle its bells
Bell ringers practise with the windows open and the whole street hears it
Please limit bell ringing to half an hour
The tower bells are much louder since they were repaired
Even with earplugs we hear the bells ring
Bells every quarter of an hour through the night is cruel
Our dog howls at the church bells each morning
Ring the bells at noon instead of at dawn
The new bells drown out conversation in our garden
Early bells on a bank holiday are not acceptable
""".strip().splitlines()


@pytest.mark.parametrize(
    ("name", "question_id"), [("gambling", "q1"), ("nhs_fft", "q3"), ("nhs_feedback", "Trust A - Q1")]
)
def test_a_theme_of_one_answer_in_fifty_is_found_named_and_quoted(tmp_path, name, question_id):
    source = DATA / name / "responses.csv"
    if not source.exists():
        pytest.skip(f"needs the labelled set {name}, which is no part of the project")
    with source.open(newline="", encoding="utf-8") as file:
        rows = [(r["response_id"], r["question"], r["text"]) for r in csv.DictReader(file)
                if r["question_id"] == question_id and r["text"].strip()]  # fmt: skip
    n_planted = round(SHARE * len(rows))
    assert n_planted <= len(BELLS)
    rows += [(f"planted-{place}", rows[0][1], text) for place, text in enumerate(BELLS[:n_planted])]
    path = tmp_path / "answers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("response_id", "question", "text"), *rows])
    analysis = consult.analyse([path]).analyses[0]
    mine = pl.col("response_id").str.starts_with("planted-")
    found = (
        analysis.assignments.group_by("theme_id")
        .agg(n=pl.len(), both=mine.sum())
        .with_columns(f1=2 * pl.col("both") / (pl.col("n") + n_planted))
        .sort("f1", descending=True)
    )
    assert found["f1"][0] >= 0.5, found.head(3)
    theme_id = found["theme_id"][0]
    theme = analysis.theme(theme_id)
    assert "bell" in " ".join([theme["title"], *theme["keywords"]]).lower()
    quotes = analysis.quotes.filter(pl.col("theme_id") == theme_id)
    assert quotes.filter(mine).height >= 1
