"""The language of each response, and what follows where many are not English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from consult import pipeline
from consult.config import load_config
from consult.ingest import read_responses
from consult.languages import count_languages, detect_languages, main_of, not_english, tag_languages
from consult.pipeline import analyse, choose_embedder
from consult.schemas import RESPONSES

WELSH = [
    "Mae angen mwy o fysiau ar ddydd Sul yn y pentref", "Nid oes digon o lefydd parcio ger yr ysgol gynradd",
    "Dylai'r cyngor wrando ar bobl leol cyn newid dim", "Mae'r ffordd yn rhy beryglus i blant gerdded i'r ysgol",
]  # fmt: skip
ENGLISH = [f"The {n} bus is late and the driver never says why" for n in range(20)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Up to three words
        ("Diolch yn fawr", "cy"), ("Bws gwell", "cy"), ("Dim sylw", "cy"), ("More buses", "en"), ("Rien à signaler", "fr"),
        ("Keine Angabe", "de"), ("Nada", "es"), ("Llandudno", "und"), ("Taxi", "und"),
        # More
        (WELSH[0], "cy"), ("There should be a bus on Sundays", "en"), ("Il faut plus de bus le dimanche", "fr"),
        ("Es sollte am Sonntag mehr Busse geben", "de"), ("Hace falta un autobús los domingos", "es"),
        ("Autobus powinien jeździć również w niedzielę", "pl"), ("الحافلات متأخرة دائما في المساء", "ar"), ("公車太少了", "zh"),
        ("THERE SHOULD BE A BUS ON SUNDAYS", "en"), ("Information, explanation, discussion, content", "und"),
        # No word
        ("", "und"), ("123", "und"), ("[e-mail]", "und"), ("https://www.example.org/une/page/en/francais", "und"),
    ],
)  # fmt: skip
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect_languages([text]) == [language]


def test_counts_and_shares() -> None:
    counts = count_languages(["en", "cy", "und", "en", "en"])
    assert counts == {"en": 3, "cy": 1, "und": 1}
    assert not_english(counts) == 0.25
    assert (main_of(counts), main_of({"pl": 3, "cy": 1}), main_of({"und": 2})) == ("en", "cy", None)
    assert not_english({"und": 4}) == 0.0


def test_each_response_has_its_language_whatever_the_order() -> None:
    rows = [
        (str(n), "q", str(n), text, None, "f", n, "received")
        for n, text in enumerate([WELSH[0], "", ENGLISH[0], WELSH[0]])
    ]
    responses = pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")
    tagged = tag_languages(responses)
    assert tagged.rows() == [("0", "cy"), ("1", "und"), ("2", "en"), ("3", "cy")]
    assert tag_languages(responses.reverse()).equals(tagged)
    assert tag_languages(RESPONSES.empty()).is_empty()


def write(path: Path, texts: list[str]) -> Path:
    path.write_text("id,comment\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts)), encoding="utf-8")
    return path


def test_a_run_counts_languages_and_shows_a_welsh_answer_in_welsh(tmp_path: Path, fake_embedder: Any) -> None:
    path = write(tmp_path / "both.csv", ENGLISH + WELSH)
    run = analyse([path], load_config(options={"cluster": {"small_question": 10_000}}), embedder=fake_embedder)
    analysis = run.analyses[0]
    assert analysis.manifest["languages"] == {"en": 20, "cy": 4}
    assert analysis.manifest["language"] == "en"
    welsh = analysis.languages.filter(pl.col("language") == "cy")["response_id"]
    assert set(analysis.responses.filter(pl.col("response_id").is_in(welsh.implode()))["text"]) == set(WELSH)
    assert any("4 of 24 answers look Welsh" in note for note in analysis.manifest["notes"])
    assert any(
        "17% of the answers whose language is told are not English (Welsh 4)" in n for n in run.manifest["notes"]
    )


def test_the_multilingual_model_that_is_named_is_used_where_many_answers_are_not_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(pipeline, "make_embedder", lambda config: asked.append((config.provider, config.model)))
    config = load_config(options={"embedding": {"multilingual_provider": "onnx", "multilingual_model": "models/many"}})
    for texts in (ENGLISH + WELSH, ENGLISH + WELSH[:1]):
        choose_embedder(read_responses([write(tmp_path / "mixed.csv", texts)], config), config)
    choose_embedder(read_responses([write(tmp_path / "mixed.csv", WELSH)], load_config()), load_config())
    assert asked == [("onnx", "models/many"), ("builtin", None), ("builtin", None)]
