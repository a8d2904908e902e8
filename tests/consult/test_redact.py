"""Personal data is found and replaced before anything is kept, and what only looks like it stays."""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.batch import analyse_into
from consult.cli import main
from consult.config import RedactConfig, load_config
from consult.errors import Cancelled, ConfigError, InputError, ModelError
from consult.ingest import read_responses
from consult.nonanswers import is_non_answer
from consult.pipeline import analyse
from consult.redact import PatternRedactor, Redactor, Span, pseudonyms, redact_responses
from consult.report.export import FORMATS, export_run
from consult.schemas import RESPONSES
from consult.store import read_run
from consult.words import PERSONAL
from tests.identifiers import BUSES, PLANTED, found_in, holdings, write_planted

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def responses(*texts: str) -> pl.DataFrame:
    rows = [(str(n), "q1", str(n), text, None, "one.csv", n, "received") for n, text in enumerate(texts, start=1)]
    return pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")


def redacted(text: str, **settings: Any) -> str:
    config = RedactConfig(**settings)
    return redact_responses(responses(text), PatternRedactor(config), config).responses["text"].item()


# What is replaced


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jo.bloggs@example.org or ring 07700 900123.", "Write to [e-mail] or ring [phone]."),
        ("jo (at) example (dot) org", "[e-mail]"),
        ("jo dot bloggs at gmail dot com, thanks", "[e-mail], thanks"),
        ("tel +44 (0)29 2018 0999", "tel [phone]"),
        ("I live at 12 Acacia Avenue, Cardiff CF10 3NQ.", "I live at [address], Cardiff [postcode]."),
        ("from cf103nq, not CF1O 3NQ", "from [postcode], not [postcode]"),
        ("my NI number is AB 12 34 56 C", "my NI number is [NI number]"),
        ("NHS no 943 476 5919", "NHS no [NHS number]"),
        ("9434765919 is mine", "[NHS number] is mine"),
        ("passport no. 123456789", "passport no. [passport]"),
        ("licence MORGA657054SM9IJ", "licence [driving licence]"),
        ("AB12 CDE blocks the dropped kerb", "[vehicle] blocks the dropped kerb"),
        ("paid with 4111 1111 1111 1111", "paid with [card]"),
        ("to GB82 WEST 1234 5698 7654 32 please", "to [IBAN] please"),
        ("sort code 12-34-56, account 12345678", "sort code [bank account], account [bank account]"),
        ("D.O.B. 3/4/61", "D.O.B. [date of birth]"),
        ("I was born on 3rd of March 1961", "I was born on [date of birth]"),
        ("from 203.0.113.9 and 2001:db8::12:7", "from [IP address] and [IP address]"),
        ("see https://www.facebook.com/jo.bloggs.9.", "see [link]."),
        ("https://jo:secret@portal.example.org/home", "[link]"),
        ("Dr Okafor and Mrs O'Dowd-Jones listened", "Dr [name] and Mrs [name] listened"),
        ("my name is jo bloggs and i walk", "my name is [name] and i walk"),
        (
            "No more cars.\n\nYours sincerely,\nSusan M. Okafor\nChair",
            "No more cars.\n\nYours sincerely,\n[name]\nChair",
        ),
        ("Fy enw i yw Rhys ap Prosser.", "Fy enw i yw [name]."),
        ("Rwy'n byw yn 12 Heol y Bont, Aberystwyth", "Rwy'n byw yn [address], Aberystwyth"),
        ("Ich wohne in der Lindenstraße 12", "Ich wohne in der [address]"),
        ("J'habite 12 rue de la Gare", "J'habite [address]"),
    ],
)
def test_personal_data_is_replaced(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my NI number is QQ123456C, thanks", "my NI number is [NI number], thanks"),
        ("National Insurance number: ZZ 12 34 56", "National Insurance number: [NI number]"),
        ("National Insurance: QQ 12 34 56 C", "National Insurance: [NI number]"),
        ("QQ123456C is my NI number", "[NI number] is my NI number"),
        ("My NHS number (ten digits) is 123 456 789.", "My NHS number (ten digits) is [NHS number]."),
        ("fy rhif GIG yw 123 456 7891", "fy rhif GIG yw [NHS number]"),
        ("passport number ABC 12345 and so on", "passport number [passport] and so on"),
        ("my driving licence number is JONES123", "my driving licence number is [driving licence]"),
        ("account number 12345, sort code 12345", "account number [bank account], sort code [bank account]"),
        ("my card number is 4111 1111 1111 1112", "my card number is [card]"),
        ("IBAN GB00 WEST 1234 5698 7654 32", "IBAN [IBAN]"),
        ("my phone number is 01632 12345", "my phone number is [phone]"),
        ("My postcode is ZZ1 4AB and it floods", "My postcode is [postcode] and it floods"),
        ("cod post: zz14ab", "cod post: [postcode]"),
        ("number plate QQ99 ZZZ", "number plate [vehicle]"),
        ("my email is jo@example", "my email is [e-mail]"),
        ("I live at 2 Tai Newydd, ZZ1 4AB", "I live at [address], [postcode]"),
        ("i live at 2 tai newydd, zz1 4ab", "i live at [address], [postcode]"),
        ("We live at Flat 3, 2 Tai Newydd ZZ1 4AB", "We live at [address] [postcode]"),
        ("Rwy'n byw yn 2 Tai Newydd", "Rwy'n byw yn [address]"),
        ("My address is Tŷ Gwyn, Cardiff", "My address is [address], Cardiff"),
        ("I live at Tŷ Gwyn, ZZ1 4AB", "I live at [address], [postcode]"),
        ("I live at 12 Acacia Avenue Cardiff", "I live at [address] Cardiff"),
    ],
)
def test_what_the_words_beside_it_name_is_replaced_though_its_form_or_check_digit_is_wrong(
    text: str, expected: str
) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the NHS number is on my card", "NHS numbers of 1234567 people", "NHS number 1 priority is 2023 funding",
        "National Insurance rose to 12345 pounds", "NI 123456 people", "a passport number costs £123456",
        "the phone number 0800 123 4567", "phone number 116 123", "a postcode lottery", "postcodes in the CF10 area",
        "I live at 7 am and by 9 pm", "I live at 30 mph roads", "I live at home", "I live at the end of the road",
        "I live at 20 miles from town.", "I live at Llandaff", "I live in Cardiff", "my address is not on the list",
        "I will address 2 Issues", "email me", "account numbers 12 and 13", "the sort code of the bank",
    ],
)  # fmt: skip
def test_words_that_name_a_kind_take_nothing_else(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        # What has the form of a number of a person, and is none
        "Planning reference 21/01234/FUL", "Ref: 9434765919", "It costs £1,234,567", "between 1/2/2021 and 3/4/2022",
        "4111 1111 1111 1112 is one digit off", "see section 3.1.2.1", "Table 2 shows 354 673 9071",
        "The A470 and the B4301", "THE A470 AND THE M4", "the M4 2nd exit", "IN CF10 THE TRAFFIC IS BAD", "CHOOSE",
        "the helpline 0300 123 4567", "Landstraße 100 km/h",
        # A street, a date
        "High Street needs a crossing", "In 2019 Church Street was closed", "the 3 lane road", "phase 2 Bridge Street",
        "the meeting on 3 March 2021", "the NHS was born on 5 July 1948", "born in Wales",
        # The address of a page
        "https://www.gov.uk/government/consultations/buses", "look at bbc.co.uk",
        # Public figures, places, organisations
        "Sir Keir Starmer should visit", "Councillor Hughes is right", "Mr Drakeford said so", "Mr Jones MP is wrong",
        "the Prime Minister promised", "St Mary's Church", "10 Downing Street", "Dr Beeching closed the line",
        "Cardiff, Wrexham and Bangor University",
        # Words that open a name, and do not here
        "My name is on the list", "Thank you NHS", "Many thanks, the staff were lovely", "Miss the bus and you wait",
        "the dr was late", "Dr XXXX was kind",
    ],
)  # fmt: skip
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert redacted(text) == text


def test_redactions_say_where_in_the_text_as_submitted_and_never_what() -> None:
    text = "Ring 07700 900123 or write to jo@example.org"
    config = RedactConfig()
    found = redact_responses(responses("Nothing here", text), PatternRedactor(config), config)
    assert found.redactions.rows() == [
        ("q1", "2", 5, 17, "phone", "[phone]"),
        ("q1", "2", 30, 44, "email", "[e-mail]"),
    ]
    assert text[5:17] == "07700 900123"
    assert found.responses["text"].to_list() == ["Nothing here", "Ring [phone] or write to [e-mail]"]


# Settings


def test_kinds_that_are_not_asked_for_stay() -> None:
    assert redacted("07700 900123, jo@example.org", kinds=("email",)) == "07700 900123, [e-mail]"


def test_the_district_of_a_postcode_can_be_kept() -> None:
    assert redacted("at sy233aa it is quiet", keep_outward=True) == "at [postcode SY23] it is quiet"


def test_one_word_can_stand_for_every_kind() -> None:
    assert redacted("07700 900123, jo@example.org", style="removed") == "[removed], [removed]"


def test_what_is_to_be_kept_is_kept_whatever_its_case() -> None:
    assert (
        redacted("Mr Wheeler, ask Team@example.org", keep=("wheeler", "team@example.org"))
        == "Mr Wheeler, ask Team@example.org"
    )


def test_a_site_adds_patterns_of_its_own() -> None:
    config = RedactConfig(patterns={"case": r"HX-\d{4}"})
    found = redact_responses(responses("my case HX-1234"), PatternRedactor(config), config)
    assert found.responses["text"].item() == "my case [removed]"
    assert found.redactions["kind"].to_list() == ["case"]


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="case") as caught:
        load_config(options={"redact": {"patterns": {"case": "("}}})
    assert "redact" in caught.value.message


# What holds for every text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("abc ABC 0123456789 @./-:,\nMr CF10 £é"), max_size=80))
def test_nothing_but_the_spans_changes(text: str) -> None:
    config = RedactConfig()
    found = redact_responses(responses(text), PatternRedactor(config), config)
    changed, at = "", 0
    for _, _, start, end, kind, replacement in found.redactions.iter_rows():
        assert at <= start < end <= len(text) and kind in PERSONAL
        changed, at = changed + text[at:start] + replacement, end
    assert found.responses["text"].item() == changed + text[at:]


@pytest.mark.parametrize("kind", PERSONAL)
def test_what_stands_in_a_text_is_not_found_again(kind: str) -> None:
    for text in (f"Call me [{PERSONAL[kind]}] at home", f"My name is [{PERSONAL[kind]}].", f"Dr [{PERSONAL[kind]}]"):
        assert redacted(text) == text


# Another redactor


class Shouted:
    """Finds words in capitals; or, told to, spans that cannot be."""

    name, fingerprint = "shouted", "shouted:1"

    def __init__(self, spans: list[Span] | None = None) -> None:
        self._spans = spans

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        if self._spans is not None:
            return [self._spans for _ in texts]
        return [[Span(0, len(text), "name")] if text.isupper() else [] for text in texts]


@pytest.mark.parametrize("redactor", [PatternRedactor(RedactConfig()), Shouted()], ids=lambda redactor: redactor.name)
def test_a_redactor_gives_spans_in_order_for_each_text(redactor: Redactor) -> None:
    texts = ["", "JANE", "jo@example.org and jo@example.net", "nothing"]
    found = redactor.find(texts)
    assert len(found) == len(texts) and redactor.name and redactor.fingerprint
    for text, spans in zip(texts, found, strict=True):
        ends = [0, *(span.end for span in spans)]
        assert all(before <= span.start < span.end <= len(text) for before, span in zip(ends, spans, strict=False))


@pytest.mark.parametrize(
    "spans", [[Span(0, 99, "name")], [Span(2, 2, "name")], [Span(3, 5, "name"), Span(0, 4, "name")]]
)
def test_spans_that_cannot_be_are_refused(spans: list[Span]) -> None:
    with pytest.raises(ModelError, match="shouted") as caught:
        redact_responses(responses("some words"), Shouted(spans), RedactConfig())
    assert "some words" not in str(caught.value)


def test_another_redactor_takes_the_place_of_ours_and_makes_another_run(tmp_path: Path, fake_embedder: Any) -> None:
    file = tmp_path / "one.csv"
    file.write_text("id,text\n1,SECRET PLAN\n2,Write to jo@example.org please\n", encoding="utf-8")
    run = analyse_into(tmp_path / "runs", [file], embedder=fake_embedder, redactor=Shouted())
    assert run.analyses[0].responses["text"].to_list() == ["[name]", "Write to jo@example.org please"]
    assert run.manifest["redacted"]["redactor"] == {"name": "shouted", "fingerprint": "shouted:1"}
    ours = analyse_into(tmp_path / "runs", [file], name="ours", embedder=fake_embedder)
    assert ours.manifest["fingerprint"] != run.manifest["fingerprint"]


# Ids


def test_ids_that_are_personal_get_stand_ins_in_the_order_of_the_file() -> None:
    redactor = PatternRedactor(RedactConfig())
    assert pseudonyms(["b@example.org", "a@example.org", "b@example.org", "MC-7"], redactor) == {
        "b@example.org": "person-1",
        "a@example.org": "person-2",
    }
    assert pseudonyms(["07700900123", "07700900124"], redactor) == {
        "07700900123": "person-1",
        "07700900124": "person-2",
    }
    assert pseudonyms(["Susan Okafor", "Zofia Beynon", "17"], redactor) == {
        "Susan Okafor": "person-1",
        "Zofia Beynon": "person-2",
    }
    assert pseudonyms(["person-1", "b@example.org", "person-2"], redactor) == {"b@example.org": "person-2x"}


def test_ids_that_only_look_like_numbers_of_people_stay() -> None:
    ids = [str(n) for n in (9434765919, 1000000001, 1000000002)] + ["MC-0001", "AB12CDE", "R_3kq8", "CF10 3NQ"]
    assert pseudonyms(ids, PatternRedactor(RedactConfig())) == {}


def test_an_error_does_not_name_an_id_that_is_an_address(tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text(
        "respondent id,comment text\njo@example.org,More buses\njo@example.org,Fewer cars\nx@example.org,a b c\n",
        encoding="utf-8",
    )
    config = load_config(options={"columns": {"response_id": "respondent id", "text": "comment text"}})
    with pytest.raises(InputError) as caught:
        read_responses([file], config)
    assert "jo@example.org" not in caught.value.message and "an e-mail address" in caught.value.message


# In a run

CONTACT = [
    "write to jo{n}@example.org",
    "I am at CF10 3N{letter}",
    "ring 07700 9001{n:02d}",
    "Dr Okafor{letter}bury agrees",
]


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, list[str]]:
    """A file with fifty identifiers in answers, letters, ids, demographics and options, and those identifiers."""
    path = tmp_path / "planted.csv"
    return path, write_planted(path)


SHOWN = (
    ("show",), ("show", "--campaigns"), ("show", "--non-answers"), ("show", "--by", "Area"),
    ("show", "--question", "bus", "--response", "person-3", "--json"), ("explain", "person-3", "--question", "letter"),
)  # fmt: skip


class Stops:
    """A person who stops the work when a stage begins."""

    def start(self, question_id: str, stage: str, total: int) -> None:
        if stage == "assign":
            raise Cancelled("stopped", "Stopped.")

    def advance(self, n: int) -> None:
        pass


def test_no_planted_identifier_is_in_a_run_an_export_a_log_or_what_a_stopped_run_keeps(
    planted: tuple[Path, list[str]],
    tmp_path: Path,
    fake_embedder: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, secrets = planted
    assert found_in(secrets, path.read_text(encoding="utf-8").lower()) == secrets
    config = load_config(options=PLANTED)
    with pytest.raises(Cancelled):
        analyse_into(tmp_path / "stopped", [path], config, embedder=fake_embedder, progress=Stops())
    kept = holdings(tmp_path / "stopped")
    assert "evening bus" in kept
    run = analyse_into(tmp_path / "runs", [path], config, embedder=fake_embedder)
    for format in FORMATS:
        export_run(run, format, tmp_path / "exports" / format)
    for command in SHOWN:
        monkeypatch.setattr(sys, "argv", ["consult", command[0], str(tmp_path / "runs" / "planted"), *command[1:]])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    told = caplog.text + "".join(capsys.readouterr())
    everything = kept + holdings(tmp_path / "runs") + holdings(tmp_path / "exports") + told.lower()
    assert found_in(secrets, everything) == []
    assert "[phone]" in everything and "person-1" in everything and "evening bus" in everything
    again = read_run(tmp_path / "runs" / "planted")
    assert again.analyses[0].redactions.height == 50
    assert again.analyses[0].themes.height and again.analyses[0].quotes.height
    letters = again.analysis("letter")
    assert (letters.campaigns.height, letters.own_words.height) == (10, 10)
    assert run.manifest["redacted"]["values"] == {"phone": 3, "postcode": 3}
    assert run.manifest["redacted"]["ids"] == 10


def test_the_counts_are_told(planted: tuple[Path, list[str]], fake_embedder: Any) -> None:
    run = analyse([planted[0]], load_config(options=PLANTED), embedder=fake_embedder)
    told = run.manifest["redacted"]
    assert told["texts"] == {"address": 20, "email": 10, "name": 20, "phone": 20, "postcode": 20}
    assert (told["responses"], told["ids"]) == (30, 10)
    note = run.manifest["notes"][0]
    assert "90 in 30 responses (address 20, name 20, phone 20, postcode 20, e-mail 10)" in note
    assert "read before you publish" in note
    assert set(run.respondents["respondent_id"]) == {f"person-{n}" for n in range(1, 11)}
    assert set(run.answers["respondent_id"]) == {f"person-{n}" for n in range(1, 11)}


def test_switched_off_it_leaves_every_text_and_says_so(planted: tuple[Path, list[str]], fake_embedder: Any) -> None:
    run = analyse([planted[0]], load_config(options={**PLANTED, "redact": {"on": False}}), embedder=fake_embedder)
    assert any("jo0@example.org" in text for text in run.analyses[0].responses["text"])
    assert run.analyses[0].redactions.is_empty()
    assert run.manifest["redacted"] is None
    assert "Personal data was not removed" in run.manifest["notes"][0]


def test_what_stands_for_personal_data_makes_no_point_keyword_or_title(tmp_path: Path, fake_embedder: Any) -> None:
    rows = [("id", "text")]
    for n in range(40):
        contact = CONTACT[n % 4].format(n=n, letter="ABDEFGHJLN"[n % 10])
        end = ["", " I think", " and soon", " in my view", " this year"][n // 4 % 5]
        rows.append((str(n), f"{BUSES[n % 4]}{end}. {contact}." if n % 7 else contact))
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    (tmp_path / "buses.csv").write_text(stream.getvalue(), encoding="utf-8")
    config = load_config(options={"cluster": {"small_question": 10_000}})
    analysis = analyse([tmp_path / "buses.csv"], config, embedder=fake_embedder).analyses[0]
    assert len(analysis.themes) > 0
    keywords = [word for words in analysis.themes["keywords"] for word in words]
    said = " ".join([*analysis.themes["title"], *keywords]).lower()
    assert not {"mail", "e-mail", "postcode", "phone", "name", "[", "]"} & set(said.replace(",", " ").split())
    texts = dict(analysis.responses.select("response_id", "text").iter_rows())
    spans = analysis.points.select("response_id", "start", "end").iter_rows()
    points = [texts[response_id][start:end] for response_id, start, end in spans]
    assert points and not any(point in ("ring [phone].", "ring [phone]") for point in points)


@pytest.mark.parametrize(
    ("text", "says_nothing"),
    [
        ("[e-mail]", True), ("My name is [name].", True), ("Tel: [phone]\nE-mail: [e-mail]", True),
        ("Yours sincerely,\n[name]", True), ("The bus at [postcode] is late", False), ("Dr [name] listened", False),
        ("my name is on the list", False), ("Mail", False),
    ],
)  # fmt: skip
def test_an_answer_of_nothing_but_personal_data_is_a_non_answer(text: str, says_nothing: bool) -> None:
    assert is_non_answer(text) is says_nothing


# How much is found


def test_what_is_found_among_invented_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 2,000 items in 200 shapes, and 2,000 clean sentences: recall 0.98 and precision 0.95."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("redact_benchmark", BENCHMARKS / "redact.py")
    assert spec is not None and spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    samples = sys.modules["redact_samples"]
    assert len(set(samples.SHAPES)) >= 200
    assert len(samples.clean_sentences()) >= 2000
    items, found, made, right = benchmark.score()["structured"]
    assert items >= 2000
    assert found / items >= 0.98
    assert right / made >= 0.95
