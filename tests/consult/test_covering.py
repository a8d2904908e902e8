"""What a letter says to be a letter is no point, and what it says besides is one."""

from __future__ import annotations

import polars as pl
import pytest

from consult.config import PointsConfig
from consult.covering import as_compared, bare_question, covers_all, is_covering, quoted_questions
from consult.nonanswers import kind_of, says_nothing
from consult.notes import elsewhere_notes
from consult.points import split_points
from consult.schemas import NON_ANSWERS


def points_of(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split_points(text, PointsConfig(language=language))]


@pytest.mark.parametrize(
    "piece",
    [
        # Who writes, to what, and thanks for the chance
        "Response of the Upper Dale Parish Council to the consultation on parking",
        "On behalf of the Harbour Users' Association, which has 340 members, I submit the following.",
        "I am writing in response to your consultation on the new library hours.",
        "I write as the member for Upper Dale ward.",
        "As clerk for Upper Dale I am instructed to record the following.",
        "The Harbour Trust welcomes the opportunity to comment on the draft plan to improve the quays.",
        "Thank you for the opportunity to respond to this call for evidence.",
        "Brindle & Sons Ltd is pleased to submit these comments on the Request for Information.",
        "This is the reply of the anglers' club at Upper Dale.",
        "Rhydwyn Society Response to RFI HX-0417-NC",
        "RE: Request for Information; Harbour Digital Ecosystem",
        "In response to the council's call for evidence on tolls, the Harbour Trust offers the following letter.",
        "To the Upper Dale Harbour Authority and the Office of Tolls:",
        # What is attached
        "Attached please find comments from the Harbour Trust.",
        "Please see the attached letter from our members.",
        "Our full response is attached as a PDF.",
        "We have attached our detailed comments.",
        # Whom to ask, and last words
        "Should you have any questions or concerns, please contact the clerk at the address above.",
        "Please feel free to reach out to us directly if you have any questions.",
        "We look forward to working with the council on this.",
        "Thank you for your time and attention.",
        "Yours faithfully,",
        "Ann Example [address] Upper Dale, UD7 4QX",
        "Ann Example Clerk Office: [phone] [e-mail]<mailto:[e-mail]>",
        "Sent from Windows Mail",
        "This e-mail and any attachments are confidential and intended for the addressee only.",
        # Headings, references and links
        "Key recommendations and responses:",
        "We urge the Council to:",
        "PC-1, PC-4b",
        "HX-0417-NC",
        "https://example.org/report?page=2",
        # Other languages
        "Ymateb ar ran Cyngor Cymuned Glan-y-nant",
        "Diolch am y cyfle i ymateb i'r ymgynghoriad.",
        "Vielen Dank für die Möglichkeit zur Stellungnahme.",
        "Im Anhang finden Sie unsere Stellungnahme.",
        "Für Rückfragen stehen wir gerne zur Verfügung.",
        "Je vous écris au nom de l'association des parents.",
        "Veuillez trouver ci-joint notre contribution.",
        "Dans l'attente de votre réponse.",
        "Estimados señores:",
        "Les escribo en nombre de la asociación de vecinos.",
        "Agradecemos la oportunidad de participar.",
        "Adjuntamos nuestra respuesta.",
        "Quedamos a su disposición para cualquier aclaración.",
        "Un cordial saludo",
    ],
)
def test_covering_words(piece: str) -> None:
    assert is_covering(piece)
    assert points_of(piece) == []


@pytest.mark.parametrize(
    "piece",
    [
        "I am writing to object to the closure of the swimming pool.",
        "Thank you for the opportunity to comment, but the plan should be dropped.",
        "Thank you for the new crossing.",
        "Thanks for ruining the harbour.",
        "On behalf of our members we oppose the toll.",
        "On behalf of my mother who waited nine hours for a bed.",
        "Please see the attached map of the flooded lanes.",
        "We look forward to the new swimming pool.",
        "Staff were always available to talk to.",
        "The nurse provided information about my medicine.",
        "Quick response from reception",
        "Great response from Dr Evans",
        "Response times are too long.",
        "Attached garages need fewer spaces.",
        "Please contact patients by text.",
        "Comments from staff were rude.",
        "Can you send information to people without e-mail?",
        "Provide leaflets for carers.",
        "Hello, leave the library alone",
        "DEAR COUNCIL, LEAVE THE LIBRARY ALONE.",
        "Comment: Yes",
        "B4391",
        "Ring [phone] before the bus comes",
        "[name] and [name]",
        "Mehr Busse [link]",
        "MY NAME IS MRS [name] AND YOU CAN RING ME ON [phone] ANY DAY OF THE WEEK",
        "The surgery at [address] is shut",
        "To Upper Dale by bus takes an hour.",
        "To the Council: stop this",
        "nothing",
        "We recommend free parking on Sundays:",
        "Letters should be in large print.",
        "Better signs on the attached footpath",
        "Danke für gar nichts, der Bus kommt nicht.",
        "Au nom de la sécurité, il faut fermer la rue.",
        "Gracias por el nuevo puente.",
        "Les escribo porque el autobús no llega nunca.",
        "En nombre de la seguridad hay que cerrar la calle.",
        "Adjuntar un documento en la web es imposible.",
        "Buenos médicos y malas salas",
    ],
)
def test_what_says_something_is_a_point(piece: str) -> None:
    assert not is_covering(piece)
    assert points_of(piece) != []


LETTER = """Upper Dale Parish Council
The Old School, Upper Dale

Dear Sir or Madam, the library must stay open on Saturdays.
Thank you for the opportunity to comment. The children have nowhere else to read.

Should you have any questions, please contact me.

Yours faithfully,
Ann Example
Clerk to the Council
PS the roof leaks as well"""


def test_of_a_letter_what_it_asks_for_is_left() -> None:
    assert points_of(LETTER) == [
        "the library must stay open on Saturdays.",
        "The children have nowhere else to read.",
        "PS the roof leaks as well",
    ]


def test_what_stands_in_capitals_below_a_signature_is_read() -> None:
    assert points_of("The bus is late.\n\nYours faithfully\nANN EXAMPLE\nKEEP THE BUS") == [
        "The bus is late.",
        "KEEP THE BUS",
    ]


def test_pieces_on_both_sides_of_covering_words_are_not_one_point() -> None:
    text = "No bus. Thank you for the opportunity to comment. No hope."
    assert points_of(text) == ["No bus.", "No hope."]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Attached please find the comments of the Harbour Trust.", "attached"),
        (
            "Dear Sirs,\n\nPlease find our comments attached. Brindle, Inc. welcomes the opportunity to comment.\n\n"
            "Yours faithfully,\nAnn Example\nClerk",
            "attached",
        ),
        ("Response of the Upper Dale Parish Council", "covering"),
        ("On behalf of the Harbour Trust, we are pleased to submit this comment.", "covering"),
        ("Thank you.", None),
        ("Please find our comments attached. The toll is too high.", None),
        ("Dear Sirs,\nThe toll is too high.", None),
        ("See the attached map of flooded lanes", None),
        ("Harbour Trust\n1 Quay Street\nDear Sirs,\nPlease see our attached letter.", "attached"),
        ("Heated Bus Shelters\nPlease see the attached letter.", None),
        ("Mehr Busse\nIm Anhang finden Sie unsere Stellungnahme.", None),
    ],
)
def test_a_response_that_is_only_a_covering_note(text: str, kind: str | None) -> None:
    assert covers_all(text) == kind
    assert kind_of(text) == kind


def test_a_reader_is_told_that_what_is_attached_is_not_counted() -> None:
    rows = [("1", "attached", None), ("2", "attached", None), ("3", "none", None)]
    frame = pl.DataFrame(rows, schema=NON_ANSWERS.schema, orient="row")
    assert elsewhere_notes(frame) == [
        "2 responses say no more than that something is attached. They stand among the non-answers: what is attached "
        "is not in this file, and none of it is counted. Give the attachments to Consult as files, or read them "
        "yourself."
    ]
    assert elsewhere_notes(frame.filter(pl.col("kind") == "none")) == []


ASKED = "2. Which services at the harbour should stay open in winter?"


def test_a_question_that_people_repeat_to_answer_it_is_no_point_of_theirs() -> None:
    texts = [f"{ASKED}\nThe ferry {day}" for day in ("on Mondays", "on Fridays", "in the evening")]
    quoted = quoted_questions(texts)
    assert quoted == {"which services at the harbour should stay open in winter"}
    assert bare_question(ASKED) in quoted
    skip = says_nothing("open", quoted)
    assert skip("Which services at the harbour should stay open in winter?")
    assert not skip("Which services at the harbour should close?")
    assert quoted_questions(texts[:2]) == frozenset()
    assert quoted_questions(["Why not now?\nIt is late"] * 5) == frozenset()


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("i am writing to object to the closure of the pool", "object to the closure of the pool"),
        ("We write to you today to ask for a crossing.", "ask for a crossing."),
        ("On behalf of our members, we oppose the toll.", "oppose the toll."),
        ("I am writing to you.", "I am writing to you."),
        ("I write poems at the library", "I write poems at the library"),
        ("Call me on [phone] about the toll", "Call me on about the toll"),
    ],
)
def test_how_a_point_was_sent_is_left_out_of_what_is_compared(text: str, compared: str) -> None:
    assert as_compared(text) == compared
