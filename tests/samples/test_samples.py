"""The sample consultation is what it claims to be, and holds nobody's data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

import consult
from consult.evaluate import read_gold
from consult.words import main_language, words

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
EMAIL_HOST = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
PHONE = re.compile(r"(?<![\d/-])(?:\+44|\(?0\d)[\d ()-]{7,}\d")
# Ofcom keeps these for drama: Telephone numbers for use in TV and radio drama programmes.
FICTIONAL = re.compile(r"(01632960|07700900)\d{3}")
HOST = re.compile(r"https?:|\bwww\.|(?<!@)\b[\w-]+\.(?:co|com|cymru|eu|gov|info|net|org|uk|wales)\b", re.IGNORECASE)
INSURANCE = re.compile(r"\b[A-Z]{2} ?(?:\d{2} ?){3}[A-D]\b")
COPIES_OF_THE_LETTER = 15


@pytest.fixture(scope="module")
def sample(samples: Path) -> consult.Ingested:
    return consult.read_responses([samples / "moving-celyn.csv"], consult.load_config(samples / "moving-celyn.toml"))


@pytest.fixture(scope="module")
def texts(sample: consult.Ingested) -> list[str]:
    return sample.responses["text"].to_list()


@pytest.fixture(scope="module")
def letter(texts: list[str]) -> str:
    """The text of the campaign: of those with a sentence to them, the one that most people sent."""
    return Counter(text for text in texts if len(words(text)) >= 20).most_common(1)[0][0]


def sentences(text: str) -> set[str]:
    """The sentences of six words or more, by their words alone."""
    cut = [words(sentence) for sentence in SENTENCE_END.split(text)]
    return {" ".join(sentence) for sentence in cut if len(sentence) >= 6}


def test_at_least_400_respondents_answered_three_open_and_two_closed_questions(sample):
    assert sample.responses["respondent_id"].n_unique() >= 400
    assert sample.questions["question_id"].to_list() == ["buses", "street", "else"]
    assert sample.answers["question_id"].n_unique() == 2
    assert set(sample.respondents["field"]) == {"Responding as", "Age", "Area", "Disability"}
    assert sample.rejects.is_empty()


def test_answers_run_from_two_words_to_250_and_more(texts):
    lengths = Counter(len(text.split()) for text in texts)
    assert lengths[2] >= 10
    assert max(lengths) >= 250


def test_some_longer_answers_are_in_welsh_and_most_in_english(texts):
    languages = Counter(main_language([text]) for text in texts if len(words(text)) >= 15)
    assert languages["cy"] >= 10
    assert languages["en"] >= 0.9 * languages.total()


def test_a_campaign_sent_one_letter_many_times(texts, letter):
    assert texts.count(letter) >= COPIES_OF_THE_LETTER
    assert Counter(texts).most_common(1)[0][0] == letter


def test_outside_the_campaign_people_use_their_own_sentences(texts, letter):
    of_letter = sentences(letter)
    own = [text for text in texts if len(sentences(text) & of_letter) < len(of_letter) / 2]
    assert len(own) >= 0.9 * len(texts)
    used = Counter(sentence for text in own for sentence in sentences(text))
    assert {sentence: n for sentence, n in used.items() if n > 2} == {}


def test_every_gold_label_is_of_a_response_and_a_theme_that_exist(sample, samples):
    gold = read_gold(samples / "gold")
    themes = pl.read_csv(samples / "gold" / "themes.csv", infer_schema=False)
    assert gold.join(sample.responses, on=["question_id", "response_id"], how="anti").is_empty()
    assert gold.join(themes, on=["question_id", "theme_id"], how="anti").is_empty()
    assert themes.join(gold, on=["question_id", "theme_id"], how="anti").is_empty()
    assert gold.group_by("question_id").agg(pl.col("response_id").n_unique())["response_id"].min() >= 200


def test_personal_data_is_fictional(texts):
    hosts = {host.rstrip(".") for text in texts for host in EMAIL_HOST.findall(text)}
    phones = {re.sub(r"\D", "", phone) for text in texts for phone in PHONE.findall(text)}
    insured = {number[:2] for text in texts for number in INSURANCE.findall(text)}
    assert hosts == {"example.com", "example.org"}
    assert phones
    assert {phone for phone in phones if not FICTIONAL.fullmatch(phone)} == set()
    # No National Insurance number begins with Q.
    assert insured <= {"QQ"}


def test_no_answer_names_a_host_of_the_web(texts):
    without_emails = [EMAIL_HOST.sub("", text) for text in texts]
    assert [found for text in without_emails for found in HOST.findall(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 020 7946 0123 now", ["020 7946 0123"]),
        ("07700 900123", ["07700 900123"]),
        ("(01632) 960123", ["(01632) 960123"]),
        ("+44 7700 900123", ["+44 7700 900123"]),
        ("the 08.52, at 10am", []),
        ("on 2026-03-03", []),
    ],
)
def test_the_search_for_phone_numbers_finds_them(text, found):
    assert PHONE.findall(text) == found
