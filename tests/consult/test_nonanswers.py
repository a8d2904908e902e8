"""Answers that say nothing, and those that only look as though they did."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from consult.config import PointsConfig
from consult.nonanswers import (
    KINDS,
    NON_ANSWERS,
    asked_for,
    fold,
    is_non_answer,
    kind_of,
    mark_non_answers,
    says_nothing,
    short_answer,
)
from consult.points import cut_points
from consult.schemas import QUESTIONS, RESPONSES


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


# Classes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-", "blank_like"), ("???", "blank_like"), ("😊", "blank_like"), ("No", "none"), ("N/A", "none"), ("Dim byd", "none"),
        ("Rien", "none"), ("No comment.", "no_comment"), ("Nothing to add, thanks", "no_comment"), ("Dim sylwadau", "no_comment"),
        ("Pas de commentaire", "no_comment"), ("Kein Kommentar", "no_comment"), ("Don't know", "unsure"),
        ("I can't think of anything right now", "unsure"), ("Ddim yn gwybod", "unsure"), ("Je ne sais pas", "unsure"),
        ("Too early to comment", "unsure"), ("As Q3", "refers"), ("See above", "refers"), ("Gweler uchod", "refers"),
        ("Voir ci-dessus", "refers"), ("No. See my answer to question 2", "refers"), ("Please see attached letter", "attached"),
        ("Gweler ynghlwm", "attached"), ("Voir pièce jointe", "attached"), ("Yes", "thin"), ("It is what it is", "thin"),
        ("asdfgh", "noise"), ("sdfsdfsdf", "noise"), ("xxxx", "noise"), ("hjkl hjkl", "noise"), ("My name is [name]", "personal"),
    ],
)  # fmt: skip
def test_the_class_of_a_non_answer(text: str, kind: str) -> None:
    assert kind_of(text) == kind and kind in KINDS


@pytest.mark.parametrize(
    "text",
    [
        "Nothing to add all is well", "I can't say enough good things", "Hard to say which is better", "NHS", "HMRC delays",
        "We were told", "I cannot comment on the bus but the train is awful", "Power", "Type", "Hahaha what a waste", "rhythm",
        "More of the same", "Everything", "Too much", "Staff", "Dim ond bysiau", "Pas assez de bus", "cwm",
    ],
)  # fmt: skip
def test_short_is_not_empty(text: str) -> None:
    assert kind_of(text) is None


# What was asked


@pytest.mark.parametrize(
    ("wording", "asked"),
    [
        ("Do you agree with the proposal?", "yes_no"), ("Q4. Should the street be closed? Please explain.", "yes_no"),
        ("A ydych yn cytuno?", "yes_no"), ("Êtes-vous pour ?", "yes_no"), ("Sind Sie dafür?", "yes_no"),
        ("Do you have any other comments?", "open"), ("Is there anything else you would like to add?", "open"),
        ("What could we do better?", "names"), ("What was good?", "names"), ("Is there anything you would change?", "names"),
        ("Beth allai fod yn well?", "names"), ("Comments", "open"), ("What do you think of the bus?", "open"), ("", "open"),
        ("What do you think of the proposed changes to the bus?", "open"), ("What are your views on the impact of the changes?", "open"),
        ("What do you think of the plan, and what could be better?", "names"), ("What do you think could be better?", "names"),
        ("Que pensez-vous des changements ?", "open"), ("Was halten Sie von den Änderungen?", "open"),
    ],
)  # fmt: skip
def test_what_a_question_asks_for(wording: str, asked: str) -> None:
    assert asked_for(wording) == asked


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("No.", "yes_no", "no"), ("Yes!", "yes_no", "yes"), ("Nac ydw", "yes_no", "no"), ("Oui", "yes_no", "yes"),
        ("No", "open", None), ("Nothing", "names", "nothing"), ("None", "names", "nothing"), ("No", "names", None),
        ("n/a", "names", None), ("Nothing", "open", None), ("Don't know", "names", None), ("No comment", "yes_no", None),
    ],
)  # fmt: skip
def test_a_short_answer_to_what_was_asked(text: str, asked: str, said: str | None) -> None:
    assert short_answer(text, asked) == said


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("yes yes yes", "thin", "yes"), ("no no no", "none", "no"), ("yes!!", "thin", "yes"), ("Yes, yes", "thin", "yes"),
        ("YESYESYES", "thin", "yes"), ("Nooooo!", "none", "no"), ("no no no no", "none", "no"), ("not really not really", "none", "no"),
        ("dunno dunno dunno", "unsure", None), ("bus bus bus", None, None), ("no no no buses", None, None), ("very very good", None, None),
        ("asd asd asd", "noise", None), ("la la la", "noise", None), ("sdfsdfsdf", "noise", None), ("hjkl hjkl", "noise", None),
    ],
)  # fmt: skip
def test_what_is_said_over_and_over_is_what_it_is_said_once(text: str, kind: str | None, said: str | None) -> None:
    assert (kind_of(text), short_answer(text, "yes_no")) == (kind, said)


@pytest.mark.parametrize(
    "text",
    [
        "dunno", "don't know", "Don’t know enough to say", "I don't know enough about it", "I do not know much about this", "I don't really know yet",
        "We don't know enough about the proposals to comment", "I don't know enough about e-scooters to say.", "Sorry, I don't know what to say",
        "I don't know enough about this to have an opinion", "I know nothing about it", "I don't know a lot about that, sorry",
    ],
)  # fmt: skip
def test_not_to_know_is_told_in_all_its_forms(text: str) -> None:
    assert kind_of(text) == "unsure"


@pytest.mark.parametrize(
    "text",
    [
        "I don't know much about buses", "I don't know how to use the app", "I don't know who to ask", "I didn't know about it",
        "I don't know what to do about the changes", "I don't know enough people here", "I don't know enough about it but the bus is late",
        "We don't know enough because nobody told us", "I don't know when the bus comes",
    ],
)  # fmt: skip
def test_what_one_does_not_know_may_be_an_answer(text: str) -> None:
    assert kind_of(text) is None


def marked(question_id: str, *texts: str, answers: tuple[str, ...] = ()):
    questions = pl.DataFrame(
        [("agree", "Do you agree?"), ("better", "2. What could be better?"), ("q3", "Any other comments?")],
        schema=QUESTIONS.schema,
        orient="row",
    )
    rows = [(str(n), question_id, str(n), text, None, "one.csv", n, "received") for n, text in enumerate(texts)]
    return mark_non_answers(pl.DataFrame(rows, schema=RESPONSES.schema, orient="row"), questions, answers)


def test_no_is_an_answer_where_yes_or_no_is_asked_and_nothing_where_something_is_to_be_named() -> None:
    responses, found, short = marked("agree", "No", "no.", "Yes", "n/a", "Because of the noise")
    assert responses["status"].to_list() == ["received", "received", "received", "non_answer", "received"]
    assert (found.rows(), short) == ([("3", "none", None)], {"no": 2, "yes": 1})
    responses, found, short = marked("better", "Nothing", "No", "Everything")
    assert responses["status"].to_list() == ["received", "non_answer", "received"]
    assert (found.rows(), short) == ([("1", "none", None)], {"nothing": 1})
    assert marked("q3", "No", "Nothing")[0]["status"].to_list() == ["non_answer", "non_answer"]


def test_a_reference_names_the_question_that_it_means() -> None:
    _, found, _ = marked("q3", "See Q1", "as question 2", "See above", "same as question 9", "See attached")
    assert found["refers_to"].to_list() == ["agree", "better", "better", None, None]
    assert marked("agree", "As above", "see q3")[1]["refers_to"].to_list() == [None, "q3"]


@pytest.mark.parametrize(
    "text",
    [
        "See my answer to Q2", "Gweler cwestiwn 2", "Gweler fy ateb i gwestiwn 2", "Yr un ateb â chwestiwn 2", "Voir ma réponse à la question 2",
        "cf. question 2", "Idem question 2", "Siehe Frage 2", "Siehe meine Antwort auf Frage 2", "Wie bei Frage 2", "Ver pregunta 2",
        "Igual que en la pregunta 2",
    ],
)  # fmt: skip
def test_a_reference_in_five_languages(text: str) -> None:
    assert marked("q3", text)[1].rows() == [("0", "refers", "better")]


def test_a_number_that_no_question_has_names_none() -> None:
    questions = pl.DataFrame([("Q4", "Q4"), ("Q7", "Q7")], schema=QUESTIONS.schema, orient="row")
    rows = [
        (str(n), "Q7", str(n), text, None, "one.csv", n, "received")
        for n, text in enumerate(["See Q1", "See Q4", "As above"])
    ]
    responses = pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")
    assert mark_non_answers(responses, questions)[1]["refers_to"].to_list() == [None, "Q4", "Q4"]
    assert (
        marked("q3", "See below", "See other answers", "Gweler isod", "Siehe unten")[1]["refers_to"].to_list()
        == [None] * 4
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nothing at present", "none"), ("No, not right now, thank you", "none"), ("Nothing that springs to mind!", "none"),
        ("I don’t think so.", "none"), ("Does not apply to me", "none"), ("Nohing", "none"), ("Nothin at all", "none"),
        ("I am still being seen, so I may be able to answer this later", "unsure"), ("Sorry, filled in the wrong box", "thin"),
        ("I ticked this box by mistake", "thin"), ("Please ignore my last answer", "thin"),
        ("My comments on page two refer to parking", "refers"), ("it is xxxx", "noise"), ("the asdfgh", "noise"),
        ("Dim byd ar hyn o bryd, diolch", "none"), ("Dim am y tro", "none"), ("Alla i ddim meddwl am ddim", "unsure"), ("Rhy gynnar i ddweud", "unsure"),
        ("Rien pour le moment", "none"), ("Rien de particulier, merci", "none"), ("Non, pas sûr", "unsure"), ("Je ne vois rien à ajouter", "unsure"),
        ("Trop tôt pour le dire", "unsure"), ("Im Moment nichts", "none"), ("Nichts Besonderes", "none"), ("Nein, danke, momentan nichts", "none"),
        ("Mir fällt nichts ein", "unsure"), ("Das kann ich noch nicht beurteilen", "unsure"), ("Zu früh um das zu sagen", "unsure"),
        ("Nada por el momento, gracias", "none"), ("No se me ocurre nada", "unsure"), ("No estoy segura", "unsure"), ("Nada en particular", "none"),
    ],
)  # fmt: skip
def test_nothing_is_said_in_many_ways(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "No to this", "No for all of us", "Nothing at the moment works for wheelchair users", "Not at the bus station", "Not now that it is cheap",
        "None of my answers relate to me because I moved", "My comments were ignored", "You will be able to tell from the empty buses",
        "I filled the pothole wrong side of the road", "It is wrong", "The bus", "It is the NHS", "Dim byd i bobl ifanc", "Dim bysiau ar hyn o bryd",
        "Rien pour les jeunes en ce moment", "Pas sûre le soir", "Nichts für junge Leute im Moment", "Momentan fährt kein Bus", "Nada para los jóvenes",
        "No por la noche", "Comme en 1970", "Wie in den 70", "Voir plus de 30 bus", "Fel yn y 1990",
    ],
)  # fmt: skip
def test_near_to_nothing_is_not_nothing(text: str) -> None:
    assert kind_of(text) is None


def test_a_long_no_is_an_answer_to_yes_or_no_and_a_long_nothing_to_what() -> None:
    assert short_answer("Not at the moment", "yes_no") == "no" and short_answer("Nothing at present", "yes_no") is None
    assert (
        short_answer("Nothing at present", "names") == "nothing"
        and short_answer("Does not apply to me", "names") is None
    )
    assert short_answer("Rien pour le moment", "names") == short_answer("Nichts Besonderes", "names") == "nothing"
    assert short_answer("Nothing at present", "open") is None


def test_a_person_can_put_one_back() -> None:
    responses, found, _ = marked("q3", "No", "No", answers=("1",))
    assert responses["status"].to_list() == ["non_answer", "received"]
    assert found["response_id"].to_list() == ["0"]


def test_mark_non_answers_changes_nothing_but_the_status() -> None:
    after, found, short = marked("q3", "No.", "No buses at night", "", "no")
    assert after["status"].to_list() == ["non_answer", "received", "non_answer", "non_answer"]
    assert after["text"].to_list() == ["No.", "No buses at night", "", "no"]
    assert found["response_id"].to_list() == ["0", "2", "3"] and short == {}
    empty, none, _ = mark_non_answers(RESPONSES.empty(), QUESTIONS.empty())
    assert empty.equals(RESPONSES.empty()) and none.is_empty()


def test_few_real_answers_are_taken_for_non_answers(labelled_sets: Path) -> None:
    """Of patients' answers that people gave a theme, at most 1 %; in arguments and residents' proposals, none."""
    folder = labelled_sets / "nhs_fft"
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        themed = {row["response_id"] for row in csv.DictReader(file) if row["theme_id"] not in ("t00", "t35")}
    with (folder / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["response_id"] in themed]
    taken = [row for row in rows if kind_of(row["text"]) and not short_answer(row["text"], asked_for(row["question"]))]
    assert len(rows) > 2000 and len(taken) <= 0.01 * len(rows)
    for name in ("argkp", "ottensen"):
        with (labelled_sets / name / "responses.csv").open(encoding="utf-8", newline="") as file:
            assert not [row["response_id"] for row in csv.DictReader(file) if kind_of(row["text"])]


# Where the wording is not there, the answers tell what was asked


def test_a_header_that_asks_nothing_is_understood_by_its_answers():
    named = ["Nothing"] * 6 + ["Nothing at all", "no", "N/A", "The food", "More staff on the ward"]
    added = ["No"] * 6 + ["None", "nothing", "nothing", "nothing", "nothing", "nothing", "The food"]
    assert asked_for("Trust A - Q1", named) == "names"
    assert asked_for("Q7", added) == "open"
    assert asked_for("Q7", ["Nothing"] * 4) == "open"  # too few to tell
    assert asked_for("Do you have any other comments on the plan?", named) == "open"
    assert asked_for("Please tell us about the new bus routes in your part of the town", named) == "open"


def test_nothing_is_a_point_where_something_was_to_be_named():
    answers = pl.DataFrame({"response_id": ["1", "2", "3"], "text": ["Nothing", "Nothing. All was fine.", "n/a"]})
    spans = {
        asked: cut_points(answers, PointsConfig(language="en"), says_nothing(asked)).select(
            "response_id", "start", "end"
        )
        for asked in ("names", "open")
    }
    assert spans["names"].rows() == [("1", 0, 7), ("2", 0, 22)]
    assert spans["open"].rows() == [("2", 0, 22)]
