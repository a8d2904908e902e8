"""Headers, questions and scales in Welsh, French, German and Spanish are taken for what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.ingest import Ingested, read_responses

GERMAN = (
    "Teilnehmer-ID;Datum;Vorname;Telefonnummer;Altersgruppe;Unterstützen Sie den Vorschlag?;Wie sehr stimmen Sie zu?;"
    "Bitte begründen Sie Ihre Antwort\n"
    "17;01.03.2025;Anna;030 1;18 bis 29;Ja;Stimme voll und ganz zu;Der Radweg ist viel zu schmal\n"
    "18;02.03.2025;Bernd;030 2;30 bis 49;Nein;Stimme eher nicht zu;Mehr Bäume – und weniger Lärm\n"
    "19;02.03.2025;Clara;030 3;18 bis 29;Weiß nicht;Weder noch;Keine\n"
)
FRENCH = (
    "Identifiant;Date de soumission;Nom;Courriel;Tranche d'âge;Êtes-vous favorable au projet ?;"
    "Dans quelle mesure êtes-vous d'accord ?;Pourquoi ? Expliquez votre réponse\n"
    "a1;01/03/2025;Ann;aucun;18-24 ans;Oui;Tout à fait d’accord;La rue est bruyante le soir\n"
    "a2;02/03/2025;Bob;aucun;25-34 ans;Non;Plutôt pas d'accord;Il faut plus d'arbres\n"
    "a3;02/03/2025;Cyd;aucun;18-24 ans;Non;Ne se prononce pas;Rien à signaler\n"
)
SPANISH = (
    "Identificador;Fecha;Apellidos;Teléfono;Edad;¿Está a favor del proyecto?;"
    "¿Hasta qué punto está de acuerdo?;¿Por qué? Explique su respuesta\n"
    "1;01/03/2025;Ruiz;600 1;18-24;Sí;Totalmente de acuerdo;La calle es ruidosa de noche\n"
    "2;02/03/2025;Gil;600 2;25-34;No;En desacuerdo;Hacen falta más árboles\n"
    "3;02/03/2025;Sanz;600 3;18-24;No sé;Ni de acuerdo ni en desacuerdo;Nada\n"
)
WELSH = (
    "Cyfeirnod,Cyflwynwyd,Enw llawn,E-bost,Grŵp oedran,Ydych chi'n cefnogi'r cynnig?,I ba raddau ydych chi'n cytuno?,"
    "Pam? Rhowch resymau dros eich ateb\n"
    "CY1,2025-03-01T10:00:00Z,Ann,dim,18 i 24,Ydw,Cytuno'n gryf,Mae'r bws yn hwyr bob dydd\n"
    "CY2,2025-03-02T10:00:00Z,Bob,dim,25 i 34,Nac ydw,Ddim yn cytuno nac yn anghytuno,Cadwch y coed yn y parc\n"
    "CY3,2025-03-02T10:00:00Z,Cai,dim,18 i 24,Ddim yn gwybod,Anghytuno,Dim\n"
)


def read(tmp_path: Path, content: str) -> Ingested:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    return read_responses([path], AnalysisConfig())


@pytest.mark.parametrize("content", [GERMAN, FRENCH, SPANISH, WELSH], ids=["German", "French", "Spanish", "Welsh"])
def test_an_export_in_another_language_is_mapped_as_an_english_one(tmp_path: Path, content: str) -> None:
    mapping = read(tmp_path, content).mapping
    assert [column.role for column in mapping.columns] == [
        "response_id", "submitted_at", "ignored", "ignored", "demographic", "closed", "closed", "open",
    ]  # fmt: skip
    assert {column.reason for column in mapping.columns[2:4]} == {"contact details: not needed for analysis"}
    assert mapping.explains == {mapping.columns[7].name: mapping.columns[6].name}


@pytest.mark.parametrize(
    "options",
    [
        ("Trifft voll zu", "Trifft eher zu", "Teils/teils", "Trifft eher nicht zu", "Trifft überhaupt nicht zu"),
        ("Sehr zufrieden", "Eher zufrieden", "Weder zufrieden noch unzufrieden", "Unzufrieden", "Keine Angabe"),
        ("Très favorable", "Plutôt favorable", "Ni favorable ni défavorable", "Opposé", "Sans opinion"),
        ("D'accord", "Pas d'accord", "Pas du tout d’accord", "Ni d'accord ni pas d'accord", "NSP"),
        ("Muy satisfecho", "Satisfecho", "Ni satisfecho ni insatisfecho", "Nada satisfecho", "No sabe"),
        ("Cefnogi'n gryf", "Cefnogi", "Tueddu i gefnogi", "Gwrthwynebu yn gryf", "Gwell gen i beidio â dweud"),
    ],
)
def test_few_rows_tell_a_scale_by_its_words(tmp_path: Path, options: tuple[str, ...]) -> None:
    rows = "".join(f"{n},{option},Answer in own words number {n}\n" for n, option in enumerate(options))
    assert [c.role for c in read(tmp_path, f"id,F3,Warum?\n{rows}").mapping.columns] == [
        "response_id",
        "closed",
        "open",
    ]


def test_answers_in_own_words_are_no_scale(tmp_path: Path) -> None:
    said = ("Ich stimme dem Plan zu, weil er nützt", "Nein, die Straße ist zu schmal", "Je suis d'accord avec tout ça",
            "Cytuno â'r cynnig am y bws")  # fmt: skip
    rows = "".join(f'{n},"{answer}"\n' for n, answer in enumerate(said))
    assert [c.role for c in read(tmp_path, f"id,Warum?\n{rows}").mapping.columns] == ["response_id", "open"]


def test_columns_of_options_say_yes_in_their_own_language(tmp_path: Path) -> None:
    ingested = read(
        tmp_path,
        "ID;Was nutzen Sie? - Bus;Was nutzen Sie? - Rad;Was nutzen Sie? - Sonstiges;Warum?\n"
        "1;genannt;nicht genannt;;Weil er oft fährt und hält\n"
        "2;nicht genannt;genannt;Einrad;Weil ich gern im Freien bin\n",
    )
    assert ingested.answers.select("question_id", "option").rows() == [
        ("Was nutzen Sie?", "Bus"), ("Was nutzen Sie?", "Rad"), ("Was nutzen Sie?", "Einrad"),
    ]  # fmt: skip


def test_a_file_in_another_language_is_joined_to_the_english_one_by_place_and_answers(tmp_path: Path) -> None:
    (tmp_path / "en.csv").write_text(
        "Response ID,Submitted,Age group,Do you support it?,Why? Please give your reasons\n"
        "E1,2025-03-01,18 to 24,Yes,The bus is late every day\nE2,2025-03-02,25 to 34,No,Keep the trees in the park\n",
        encoding="utf-8",
    )
    (tmp_path / "cy.csv").write_text(
        "Cyfeirnod,Dyddiad,Grŵp oedran,Ydych chi'n cefnogi hyn?,Pam? Rhowch resymau\n"
        "C1,2025-03-03,18 to 24,Ydw,Mae'r bws yn hwyr bob dydd\nC2,2025-03-04,25 to 34,Nac ydw,Cadwch y coed\n",
        encoding="utf-8",
    )
    ingested = read_responses([tmp_path / "en.csv", tmp_path / "cy.csv"], AnalysisConfig())
    assert [question.wording for question in ingested.mapping.questions] == ["Why? Please give your reasons"]
    assert ingested.responses.select("response_id", "submitted_at").rows() == [
        ("E1", "2025-03-01"), ("E2", "2025-03-02"), ("C1", "2025-03-03"), ("C2", "2025-03-04"),
    ]  # fmt: skip
    assert {join.header: join.to for join in ingested.joins} == {
        "Grŵp oedran": "Age group", "Ydych chi'n cefnogi hyn?": "Do you support it?",
        "Pam? Rhowch resymau": "Why? Please give your reasons", "Cyfeirnod": "Response ID", "Dyddiad": "Submitted",
    }  # fmt: skip


def test_ids_under_two_headers_that_are_the_same_are_not_joined(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Response ID,Why?\n1,The bus is late every day\n2,Keep the trees in the park\n")
    (tmp_path / "b.csv").write_text("Ref,Why?\n1,No more cars in our street\n2,The hill is far too steep\n")
    ingested = read_responses([tmp_path / "a.csv", tmp_path / "b.csv"], AnalysisConfig())
    assert ingested.responses["response_id"].to_list() == ["1", "2", "b.csv:2", "b.csv:3"]
