"""Themes into quotes, titles and summaries: what was said, as it was said, by whom it was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
import polars as pl
import pytest

from consult.assign import PLACED, RAISED
from consult.config import SummariseConfig
from consult.errors import ModelError
from consult.schemas import PARENTS, POINTS, RESPONSES, THEMES
from consult.summarise import (
    Evidence,
    ExtractiveSummariser,
    Sentence,
    Summariser,
    Summary,
    choose_quotes,
    name_parents,
    summarise_themes,
)
from consult.summarise.evidence import gather_evidence, pool
from consult.summarise.quotes import Floats, Quote
from consult.summarise.titles import choose_titles
from consult.words import function_words, words

Embed = Callable[[list[str]], Floats]

BUSES = [
    "The evening buses stop too early for shift workers.",
    "Evening buses stop at seven and nobody can get home.",
    "We need later evening buses from the hospital.",
    "There are no evening buses on a Sunday.",
    "More evening buses would help young people.",
]
PARKING = [
    "Parking charges in the town centre are far too high.",
    "The town centre is dying because of parking charges.",
    "Scrap the parking charges on market days.",
    "Parking charges hit the low_paid workers of the town hardest.",
    "We go elsewhere because of the parking charges.",
]


@pytest.fixture
def embed(fake_embedder: Any) -> Embed:
    def run(texts: list[str]) -> Floats:
        vectors: Floats = fake_embedder.embed(texts, lambda _: None)
        return vectors

    return run


def evidence_of(
    theme_id: str, texts: Sequence[str], keywords: Sequence[str], embed: Embed, quotes: Sequence[Quote] = ()
) -> Evidence:
    """A theme of which each text is the whole of one response."""
    vectors = embed(list(texts))
    centre = vectors.mean(axis=0)
    centre /= np.linalg.norm(centre)
    nearness = [float(vector @ centre) for vector in vectors]
    order = sorted(range(len(texts)), key=lambda n: -nearness[n])
    points = pl.DataFrame(
        [(f"{theme_id}{n}", 0, len(texts[n]), texts[n], nearness[n]) for n in order],
        schema=["response_id", "start", "end", "text", "similarity"],
        orient="row",
    ).with_columns(respondent_id="response_id")
    return Evidence(theme_id, tuple(keywords), points, vectors[order], centre, tuple(quotes))


def themes_frame(*theme_ids: str) -> pl.DataFrame:
    return pl.DataFrame(
        [("Q", t, n, None, "", [], 1, 1, 1, 1, 1.0, n, None, "found") for n, t in enumerate(theme_ids, start=1)],
        schema=THEMES.schema,
        orient="row",
    )


# Quotes


def points_frame(*rows: tuple[str, str]) -> pl.DataFrame:
    """Points of (response_id, text), as `Evidence.points` has them."""
    return pl.DataFrame(
        [(rid, 100, 100 + len(text), text, 0.9) for rid, text in rows],
        schema=["response_id", "start", "end", "text", "similarity"],
        orient="row",
    ).with_columns(respondent_id=pl.col("response_id"))


def quotes_of(points: pl.DataFrame, vectors: Floats, n: int = 5) -> tuple[Quote, ...]:
    centre = vectors.mean(axis=0) if len(vectors) else np.ones(3, dtype=np.float32)
    centre /= np.linalg.norm(centre)
    return choose_quotes(points, vectors, centre, ["buses"], SummariseConfig(quotes=n))


def fan(n: int) -> Floats:
    """n unit vectors of which no two are nearly the same."""
    vectors = np.full((n, n), 0.3, dtype=np.float32) + np.eye(n, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def test_quotes_are_points_as_they_stand() -> None:
    points = points_frame(*((rid, f"{text} 😊\u00a0Cafe\u0301") for rid, text in zip("ABCDE", BUSES, strict=True)))
    quotes = quotes_of(points, fan(5))
    assert len(quotes) == 5
    rows = {row[0]: row for row in points.select("response_id", "start", "end", "text").rows()}
    for quote in quotes:
        assert (quote.response_id, quote.start, quote.end, quote.text) == rows[quote.response_id]


@pytest.mark.parametrize(("wanted", "found"), [(1, 1), (3, 3), (12, 12), (50, 12)])
def test_as_many_quotes_as_wanted_and_as_there_are(wanted: int, found: int) -> None:
    points = points_frame(*((str(n), f"{text} {n}") for n, text in zip(range(12), cycle(BUSES), strict=False)))
    assert len(quotes_of(points, fan(12), wanted)) == found


def test_nobody_is_quoted_twice() -> None:
    points = points_frame(*((rid, f"{text} {n}") for n, (rid, text) in enumerate(zip("AAABBBBBCC", BUSES * 2))))  # noqa: B905
    assert sorted(quote.response_id for quote in quotes_of(points, fan(10))) == ["A", "B", "C"]


def test_a_person_who_answered_twice_is_quoted_once():
    points = points_frame(
        ("A1", "Later buses on Sundays are what we need."), ("A2", "Cheaper fares for the young please.")
    )
    points = points.with_columns(respondent_id=pl.lit("A"))
    assert len(quotes_of(points, fan(2))) == 1


def test_nothing_is_quoted_twice_in_nearly_the_same_words() -> None:
    vectors = fan(6)
    vectors[3] = vectors[0]
    vectors[4] = vectors[1] + 0.05 * vectors[2]
    vectors[4] /= np.linalg.norm(vectors[4])
    points = points_frame(*zip("ABCDEF", [*BUSES, "Buses at night are what we want most of all."], strict=True))
    found = {quote.response_id for quote in quotes_of(points, vectors, 6)}
    assert len(found) == 4
    assert not {"A", "D"} <= found
    assert not {"B", "E"} <= found


def test_a_theme_of_copies_has_one_quote() -> None:
    points = points_frame(("A", BUSES[0]), ("B", BUSES[0] + "!"))
    assert len(quotes_of(points, np.ones((2, 1), dtype=np.float32))) == 1


def test_a_theme_of_one_point_and_of_none() -> None:
    one = quotes_of(points_frame(("A", "Buses")), np.ones((1, 3), dtype=np.float32))
    assert one == (Quote("A", 100, 105, "Buses"),)
    assert quotes_of(points_frame(("A", "Buses"))[:0], np.zeros((0, 3), dtype=np.float32)) == ()


def test_a_quote_that_reads_well_comes_before_one_that_says_little() -> None:
    points = points_frame(("A", "Buses."), ("B", BUSES[0]))
    vectors = np.ones((2, 1), dtype=np.float32)
    assert [quote.response_id for quote in quotes_of(points, vectors, 1)] == ["B"]


def test_a_quote_that_is_cut_from_its_sentence_gives_way_to_a_whole_one() -> None:
    whole = "The evening buses stop far too early for most shift workers."
    points = points_frame(("A", f"and {whole[:1].lower()}{whole[1:]}"), ("B", whole), ("C", f"{whole[:-1]},"))
    vectors = np.ones((3, 1), dtype=np.float32)
    assert [quote.response_id for quote in quotes_of(points, vectors, 1)] == ["B"]


def test_quotes_cover_the_sub_points_of_a_theme() -> None:
    """Of three sub-points, each far from the others, the two larger are told first, and the third too."""
    axes = np.eye(4, dtype=np.float32)
    vectors = np.vstack([np.tile(axes[0], (6, 1)), np.tile(axes[1], (4, 1)), np.tile(axes[2], (2, 1))])
    vectors += 0.7 * axes[3] + 0.1 * np.random.default_rng(0).standard_normal(vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    points = points_frame(*((f"R{n:02}", f"{BUSES[0]} {n}") for n in range(12)))
    places = [int(quote.response_id[1:]) for quote in quotes_of(points, vectors, 3)]
    assert [place < 6 for place in places] == [True, False, False]
    assert 6 <= places[1] < 10
    assert places[2] >= 10


def test_dissent_inside_a_theme_is_heard() -> None:
    praise = [f"The staff on ward {n} were friendly and they were very helpful to us." for n in range(12)]
    blame = [f"The staff on ward {n} were rude to us and they were very unhelpful." for n in range(3)]
    points = points_frame(*((f"R{n:02}", text) for n, text in enumerate([*praise, *blame])))
    quotes = quotes_of(points, fan(15), 3)
    assert len(quotes) == 3
    assert "rude" in quotes[-1].text
    alone = quotes_of(points[:13], fan(13), 3)
    assert not any("rude" in quote.text for quote in alone), "one voice in thirteen is no dissenting minority"


# Evidence


def test_evidence_is_exact_nearest_first_and_a_text_once() -> None:
    answers = [
        ("A", "😊 Late buses. Cafe\u0301s shut."),
        ("B", "Late buses."),
        ("C", "Later buses!"),
        ("D", "Dark stops."),
    ]
    responses = pl.DataFrame(
        [(rid, "Q", rid, text, None, "one.csv", n, "received") for n, (rid, text) in enumerate(answers, start=2)],
        schema=RESPONSES.schema,
        orient="row",
    )
    points = pl.DataFrame(
        [
            ("A:1", "A", 2, 13, "late"), ("A:2", "A", 14, 26, "shut"), ("B:1", "B", 0, 11, "late"),
            ("C:1", "C", 0, 12, "later"), ("D:1", "D", 0, 11, "dark"),
        ],
        schema=POINTS.schema,
        orient="row",
    )  # fmt: skip
    placed = pl.DataFrame(
        [("A:1", 0, 0.75), ("A:2", 1, 0.5), ("B:1", 0, 0.75), ("C:1", 0, 0.875), ("D:1", 1, 0.625)],
        schema=PLACED,
        orient="row",
    )
    # A's second point fell behind its first, so A does not raise cluster 1.
    raised = pl.DataFrame(
        [("A", 0, 0.75, "A:1", 2, 13), ("B", 0, 0.75, "B:1", 0, 11), ("C", 0, 0.875, "C:1", 0, 12),
         ("D", 1, 0.625, "D:1", 0, 11)],
        schema=RAISED,
        orient="row",
    )  # fmt: skip
    themes = themes_frame("1", "2").with_columns(keywords=pl.Series([["dark"], ["buses", "late"]]))
    distinct = pl.DataFrame({"text_id": ["dark", "late", "later", "shut"]})
    centre = np.eye(2, 4, dtype=np.float32)
    dark, late = gather_evidence(
        themes, [1, 0], placed, raised, points, responses, distinct, fan(4), centre, SummariseConfig()
    )
    columns = ["response_id", "start", "end", "text"]
    assert (dark.theme_id, dark.keywords, dark.points.select(columns).rows()) == (
        "1", ("dark",), [("D", 0, 11, "Dark stops.")],
    )  # fmt: skip
    # B says to the character what A says: of equally near ones that of the first response stands for both.
    assert (late.theme_id, late.keywords) == ("2", ("buses", "late"))
    assert late.points.select(columns).rows() == [("C", 0, 12, "Later buses!"), ("A", 2, 13, "Late buses.")]
    for evidence in (dark, late):
        texts = dict(answers)
        assert evidence.quotes
        for quote in evidence.quotes:
            assert texts[quote.response_id][quote.start : quote.end] == quote.text


# Titles


def titles_of(themes: Sequence[Evidence], embed: Embed, language: str = "en", most: int = 7) -> list[str]:
    summaries = ExtractiveSummariser(embed, language, SummariseConfig(title_words=most)).summarise(themes)
    return [summary.title for summary in summaries]


@pytest.mark.parametrize("most", [2, 4, 7])
def test_a_title_is_a_phrase_of_the_respondents(most: int, embed: Embed) -> None:
    themes = [
        evidence_of("1", BUSES, ["evening buses", "evening"], embed),
        evidence_of("2", PARKING, ["parking charges", "town"], embed),
    ]
    titles = titles_of(themes, embed, most=most)
    assert len(set(titles)) == 2
    for title, texts in zip(titles, (BUSES, PARKING), strict=True):
        assert 1 < len(title.split()) <= most
        assert any(title.lower() in text.lower() for text in texts)
        assert title[0].isupper()
        assert "_" not in title
        assert words(title)[-1] not in function_words("en")
    assert "bus" in titles[0].lower()
    assert "parking" in titles[1].lower()


@pytest.mark.parametrize(
    ("language", "texts", "subject"),
    [
        ("cy", ["Mae angen mwy o fysiau hwyr yn y pentref.", "Mae'r bysiau hwyr yn bwysig i ni.",
                "Does dim bysiau hwyr yma."], "bysiau hwyr"),
        ("fr", ["Il faut plus de bus du soir pour les ouvriers.", "Les bus du soir sont trop rares.",
                "Les bus du soir ne passent pas ici."], "bus du soir"),
        ("de", ["Wir brauchen mehr späte Busse für die Schule.", "Späte Busse gibt es hier nicht.",
                "Es fehlen späte Busse am Sonntag."], "späte busse"),
    ],
)  # fmt: skip
def test_a_title_ends_on_no_function_word(language: str, texts: list[str], subject: str, embed: Embed) -> None:
    (title,) = titles_of([evidence_of("1", texts, [subject], embed)], embed, language)
    assert words(title)[-1] not in function_words(language)
    assert any(title.lower() in text.lower() for text in texts)


def test_two_themes_of_the_same_texts_still_have_titles_of_their_own(embed: Embed) -> None:
    themes = [evidence_of(str(n), BUSES, ["evening buses", "evening", "hospital", "sunday"], embed) for n in range(4)]
    titles = titles_of(themes, embed)
    assert len({title.lower() for title in titles}) == 4


def test_a_theme_without_a_phrase_is_named_by_its_keywords(embed: Embed) -> None:
    single = ["Buses", "Trams", "Buses!", "Trams."]
    themes = [evidence_of(str(n), single, ["buses", "trams"], embed) for n in range(3)]
    titles = titles_of(themes, embed)
    assert len(set(titles)) == 3
    for title in titles:
        assert "uses" in title
        assert words(title)[-1] not in function_words("en") | {"and"}


def test_a_theme_without_even_keywords_has_a_title(embed: Embed) -> None:
    titles = titles_of([evidence_of(str(n), ["…", "the", "of"], [], embed) for n in range(2)], embed)
    assert len(set(titles)) == 2
    assert all(titles)


def test_shouting_is_lowered(embed: Embed) -> None:
    (title,) = titles_of([evidence_of("1", [text.upper() for text in BUSES], ["evening buses"], embed)], embed)
    assert title == title.capitalize()


def test_no_themes_no_titles(embed: Embed) -> None:
    assert titles_of([], embed) == []


def test_the_same_themes_get_the_same_titles(embed: Embed) -> None:
    themes = [evidence_of("1", BUSES, ["evening"], embed), evidence_of("2", PARKING, ["parking"], embed)]
    assert titles_of(themes, embed) == titles_of(themes, embed)


def test_a_statement_that_denies_stands_whole_where_the_others_deny_too(embed: Embed) -> None:
    against = [
        "The library should not be closed.",
        "Our library must not be closed!",
        "The library should never be closed",
        "The library should not be closed, it is all we have.",
        "I say that the library should not be closed.",
    ]
    [title] = titles_of([evidence_of("1", against, ["library closed"], embed)], embed)
    assert "closed" not in title or "not" in title or "never" in title


def test_what_others_deny_is_not_claimed(embed: Embed) -> None:
    mixed = [
        "Speed cameras make the road safer.",
        *(f"Speed cameras do not make the {road} road safer." for road in ("coast", "hill", "mill", "school")),
    ]
    [title] = titles_of([evidence_of("1", mixed, ["speed cameras"], embed)], embed)
    assert "make" not in title.lower() or "not" in title.lower()


def test_what_others_blame_is_not_praised(embed: Embed) -> None:
    split = ["The staff were friendly.", "Friendly staff.", "Staff were rude.", "The staff were rude.", "Rude staff!"]
    [title] = titles_of([evidence_of("1", split, ["staff"], embed)], embed)
    assert "friendly" not in title.lower()


def test_what_somebody_is_said_to_say_or_says_only_if_is_no_title(embed: Embed) -> None:
    texts = [
        "You would suggest that the internet belongs to corporations.",
        "If the internet belongs to corporations we all lose.",
        "When the internet belongs to corporations nobody is free.",
        "Corporations want the internet.",
    ]
    [title] = titles_of([evidence_of("1", texts, ["internet", "corporations"], embed)], embed)
    assert "belongs" not in title


@pytest.mark.parametrize(
    ("told", "private"),
    [
        ("Sarah Jones was very kind to my mother.", "sarah"),
        ("Dr Llewellyn was very kind to my mother.", "llewellyn"),
        ("XXXX was very kind on the ward.", "xxxx"),
        ("Those idiots on the council closed it.", "idiots"),
    ],
)
def test_a_title_names_no_person_and_insults_nobody(told: str, private: str, embed: Embed) -> None:
    texts = [f"{told} {n}" for n in ("Truly.", "Really.", "Indeed.", "Always.")]
    [title] = titles_of([evidence_of("1", texts, ["kind ward"], embed)], embed)
    assert private not in title.lower()


def test_a_detail_that_one_person_gives_is_no_title(embed: Embed) -> None:
    texts = [*BUSES * 2, "The number 9 at 17:43 from Llanfair left me behind on evening buses."]
    [title] = titles_of([evidence_of("1", texts, ["evening buses"], embed)], embed)
    assert not {"llanfair", "17:43", "behind"} & set(words(title))


@pytest.mark.parametrize(
    ("texts", "subject"),
    [
        # Words that name no subject, together no more than alone.
        (["Half past nine is when the ferry leaves."] * 3 + ["The ferry leaves at half past nine."], "ferry"),
        # A verb without whoever it tells of.
        (
            ["My sister who lives in Brynteg is cut off.", "Mum lives in Brynteg too.", "I hope to live in Brynteg."],
            "lives",
        ),
    ],
)
def test_a_title_has_a_subject_of_its_own(texts: list[str], subject: str, embed: Embed) -> None:
    [title] = titles_of([evidence_of("1", texts, [subject], embed)], embed)
    assert title not in ("Half past nine", "Lives in Brynteg")
    assert title


def test_titles_say_what_sets_a_theme_apart(embed: Embed) -> None:
    """Each theme speaks of the ban as much as of its own matter."""
    matters = ["harms broadcasters", "protects children", "hurts sponsors"]
    themes = [
        evidence_of(str(n), [f"The advertising ban {matter} {when}." for when in ("now", "soon", "again", "badly")],
                    [matter.split()[1]], embed)
        for n, matter in enumerate(matters)
    ]  # fmt: skip
    titles = titles_of(themes, embed)
    for title, matter in zip(titles, matters, strict=True):
        assert matter.split()[1] in title


def test_keywords_are_joined_in_the_language_of_the_theme(embed: Embed) -> None:
    texts = ["Verpackung?", "Verpackung, Recycling und was nicht ist.", "Recycling!", "Das ist wie es mit dem ist."]
    [title] = choose_titles(
        [evidence_of("1", texts, ["verpackung", "recycling", "ist"], embed)], embed, "de", function_words("de"), 9
    )
    assert title == "Verpackung und Recycling"


def test_a_keyword_that_leads_on_to_another_word_is_no_title(embed: Embed) -> None:
    texts = ["Away?", "Tolls, away and what not.", "Tolls!", "It is so."]
    [title] = titles_of([evidence_of("1", texts, ["tolls", "away"], embed)], embed)
    assert title == "Tolls"


def test_a_title_is_cased_as_most_people_write_it(embed: Embed) -> None:
    texts = ["Keep the NHS local in Bangor.", "We want NHS care in Bangor.", "nhs care in bangor please.",
             "Please save NHS care in Bangor."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["nhs care"], embed)], embed)
    assert title == "Save NHS care in Bangor"


@pytest.mark.parametrize(
    ("texts", "keywords", "expected"),
    [
        # What is asked for comes before the bare name of it.
        (
            ["Keep the 14.", "Please keep the 14!", "The 14 is how I get to town.", "I take the 14 on Fridays.",
             "The 14 comes past ours.", "Number 14 is my bus.", "My mother is on the 14.", "The 14 was late."],
            ["14"], "Keep the 14",
        ),
        (
            ["Bring back the toilets.", "The toilets are shut.", "Toilets please.", "Bring back the public toilets.",
             "We need toilets.", "No toilets in town."],
            ["toilets"], "Bring back the toilets",
        ),
        # Whoever cannot is left out.
        (
            ["I cannot use an app.", "He cannot use an app.", "We cannot use the app.", "I can't use an app.",
             "Nan cannot use it.", "My mother cannot use an app."],
            ["app"], "Cannot use an app",
        ),
        # Of a statement that says only what comes, what comes.
        (
            ["My worry is ambulances.", "Ambulances must get through.", "The ambulances will be stuck.",
             "My worry is ambulances at night."],
            ["ambulances"], "Ambulances will be stuck",
        ),
        # A name that is strung together is not cut, nor a possessive from what is possessed.
        (
            ["Rhyd-y-gwyn Community Council objects.", "We are Rhyd-y-gwyn Community Council.",
             "The clerk of Rhyd-y-gwyn Community Council.", "Rhyd-y-gwyn Community Council met."],
            ["gwyn", "council"], "Rhyd-y-gwyn Community Council objects",
        ),
        (
            ["The ban limits companies' freedom to advertise.", "This limits companies' freedom to advertise.",
             "Limits companies' freedom!", "A ban limits companies' freedom."],
            ["limits", "companies"], "Ban limits companies' freedom",
        ),
        # What a verb says is not cut off before its end, nor two answers run together.
        (
            ["The road is very, very dark.", "The road is dangerous at night.", "Road is dangerous at night!",
             "The road is a dangerous, narrow one."],
            ["road"], "Road is dangerous at night",
        ),
        # A name is no wish: nothing is to be lower at Lower Quay.
        (
            ["Lower Quay is full.", "I go to Lower Quay.", "Near Lower Quay.", "At Lower Quay it is dear.",
             "Park at Lower Quay.", "Lower Quay should be free."],
            ["quay"], "Lower Quay is full",
        ),
        # The first of several words before a noun, and what a quotation was cut from, are no end and no whole.
        (
            ["It is a barbaric, outdated act.", "The act is a barbaric, cruel act.", "The act is a barbaric, old act.",
             "An outdated act."],
            ["act"], "Cruel act",
        ),
        (
            ["Marriage is a stable and loving bond.", "Marriage is a stable and happy bond.",
             "Marriage is a stable bond.", "Marriage is a stable bond for life."],
            ["marriage"], "Marriage is a stable bond",
        ),
        # A slip of the machine that read a paper answer is put right.
        (
            ["The staff are polIte and helpful.", "The staff are polIte and helpful!", "Staff are polIte and helpful.",
             "They are polite and helpful staff."],
            ["staff"], "Staff are polite and helpful",
        ),
        # "Save for" asks for nothing, and nothing ends on a word that belongs to what came after.
        (
            ["Save for Sunday evenings I agree.", "Sunday evenings matter.", "Save for Sunday evenings it works.",
             "Sunday evenings matter to hotels."],
            ["sunday evenings"], "Sunday evenings matter",
        ),
    ],
)  # fmt: skip
def test_a_title_says_what_people_say_or_want(
    texts: list[str], keywords: list[str], expected: str, embed: Embed
) -> None:
    assert titles_of([evidence_of("1", texts, keywords, embed)], embed) == [expected]


@pytest.mark.parametrize(
    ("language", "texts", "keyword", "torn"),
    [
        # What comes of something reads as a wish, without its "will".
        ("en", ["The scheme will increase costs to families.", "It will increase costs to families!",
                "This would increase costs to families.", "Families will pay."], "families", "^increase"),
        # A slash joins words as "and" does.
        ("en", ["We should have more healthy/clean food.", "The food should be healthy.", "More food that is healthy.",
                "We should have more healthy/cheap food."], "food", "more healthy$"),
        # "For somebody to do something" belongs together, and so does what a verb lends to the next.
        ("en", ["It is hard for small shops to survive.", "Hard for small shops to survive here.",
                "It gets hard for small shops to survive.", "Small shops are closing."], "shops", "^small shops to"),
        ("en", ["Clubs help a child learn swimming.", "A club would help a child learn swimming.",
                "Swimming clubs are good.", "The clubs help a child learn swimming."], "swimming", "^child"),
        # A comparison stands with what it compares, a subject with its verb.
        ("en", ["Trams are more humane than a crowded bus.", "Trams are more humane than a crowded bus!",
                "More humane than a crowded bus.", "A crowded bus."], "bus", "humane than"),
        ("en", ["It goes against everything this village was built on.", "Goes against everything this village is.",
                "This goes against everything this village stands for.", "The village is old."],
         "village", "goes.*village$"),
        ("en", ["A quiet village ensures that people stay.", "It ensures that people, young and old, stay.",
                "Quiet ensures that people will stay.", "Quiet village."], "village", "that people$"),
        ("en", ["The warden spoke to was kind.", "The warden spoke to was kind!", "Warden was kind.", "A kind warden."],
         "warden", "to was"),
        # A verb or an adjective that mostly goes on wants what follows; what is done wants whoever does it.
        ("en", ["The council might explore:", "The council might explore grants.", "Council might explore loans.",
                "The council might explore prizes.", "The council might explore fees.", "Might explore tolls.",
                "The council might explore fines.", "The council might explore rents."], "council", "might explore$"),
        ("en", ["The school teaches useful and hard jobs.", "The school teaches useful and dull crafts.",
                "The school teaches useful and rare skills.", "Schools have to teach.", "It ought to teach.",
                *(f"I know useful {what}." for what in "jobs crafts skills words songs names rules trades".split())],
         "school", "useful$"),
        ("en", ["Cheap travel promoted by nearly all of the island councils means more visitors.",
                "Cheap travel promoted by almost every one of the islands means noise.",
                "They say cheap travel promoted by both of the two piers is a risk.",
                "I think that cheap travel promoted by them will fail."], "travel", "promoted$"),
        ("en", ["The old plan leaves the poor and the frail.", "The old plan leaves the poor and frail alone.",
                "This plan leaves the poor and old with nothing.", "The plan."], "plan", "leaves the poor$"),
        # Torn from the word that joins it to what stands farther in.
        ("en", ["I am between 16 and 25 years old.", "Between 16 and 25 years old", "I am 16 years old.",
                "My age is between 16 and 25 years old."], "years", "^16 and 25"),
        ("en", [f"I {verb} from Bryn to Pentre." for verb in ("go", "walk", "ride", "drive")], "bryn", "^bryn to"),
        ("en", ["We should work with local parishes to plant trees.", "Work with local parishes to plant trees!",
                "It works with local parishes to plant trees.", "Please plant trees.", "You ought to plant trees."],
         "parishes", "^local parishes to"),
        ("en", [f"The {what} of the lanes makes cycling dangerous."
                for what in ("mud", "state", "width", "noise", "traffic", "dust", "slope", "dark")],
         "lanes", "^lanes makes"),
        ("en", [f"They {how} more humane over the years." for how in ("got", "are", "were", "become")],
         "humane", "^humane over"),
        ("en", [f"{what} so dangerous should not exist."
                for what in ("Pets", "Dogs", "Roads", "Cars", "Toys", "Bulls", "Drugs", "Games")],
         "dangerous", "^dangerous should"),
        ("en", [f"They are all {how} at the desk." for how in ("calm", "calm", "calm", "calm", "nice", "nice")],
         "desk", "^calm at"),
        ("en", [f"I need to {how} the surgery quicker." for how in ("get into", "go into", "come into", "move into")],
         "surgery", "surgery quicker$"),
        ("en", [f"The {what} after it is muddled." for what in ("form", "form", "form", "note")], "form", "after it"),
        # A verb that goes on after "should", a reason that there is none, and a question that asks for none.
        ("en", [*(f"Young farmers should participate in {what}." for what in ("markets", "shows", "plans")),
                *(f"{who} participate." for who in ("They", "I", "We", "You", "Some"))],
         "young farmers", "participate$"),
        ("en", ["There is no real reason to keep the old toll.", "There is no good reason to keep the old toll.",
                "The old toll brings in little.", "An old toll is on the bridge.", "I pay the old toll.",
                "The old toll is two pounds.", "They paid the old toll."], "toll", "^keep the"),
        ("en", ["Why should everybody pay for the theatre?", "Why should we all pay for the theatre?",
                "Why do I pay for the theatre?", "Theatre."], "theatre", "^pay for"),
        # Inflected by what stands before, or without its verb's other half.
        ("de", ["In den Dörfern fehlen Busse.", "In den Dörfern fehlen die Busse!", "Busse in den Dörfern.",
                "Dörfer brauchen Busse."], "dörfern", "^dörfern"),
        ("de", ["Das Pflaster ist für Radfahrer, Alte, Kinder eine Plage.", "Weg damit!", "Das Pflaster muss weg.",
                "Pflaster ist für Radfahrer, Kinder und Alte schlimm."], "pflaster", "radfahrer$"),
        ("de", ["Ich habe ein Auto und fahre täglich.", "Wir haben ein Auto und fahren täglich.",
                "Ein Auto und fahre täglich.", "Das Auto bleibt."], "auto", "auto und"),
        ("de", [f"Der Radweg zwischen dem {wo} und der Mühle ist {wie}." for wo, wie in
                (("Hafen", "eng"), ("Hafen", "gut"), ("Hafen", "kaputt"), ("Markt", "schmal"))], "radweg",
         "zwischen dem hafen$"),
        ("fr", ["Il faut prendre en compte les horaires.", "La mairie doit prendre en compte les horaires.",
                "Prendre en compte les horaires.", "Les horaires changent."], "horaires", "^compte"),
    ],
)  # fmt: skip
def test_a_title_is_torn_from_nothing(language: str, texts: list[str], keyword: str, torn: str, embed: Embed) -> None:
    [title] = titles_of([evidence_of("1", texts, [keyword], embed)], embed, language)
    assert not re.search(torn, title.lower()), title


def test_a_title_claims_of_all_only_what_they_say(embed: Embed) -> None:
    texts = ["Nothing could be improved.", "I can't think of any improvement.", "No improvement needed.",
             "You cannot improve it.", "Everything can be improved."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["improved"], embed)], embed)
    assert title != "Everything can be improved"


def test_a_title_asks_for_no_more_of_what_others_would_end(embed: Embed) -> None:
    texts = ["Increase the levy.", "Abolish the levy.", "Reduce the levy now.", "The levy should be abolished.",
             "A lower levy please."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["levy"], embed)], embed)
    assert "increase" not in title.lower()


def test_what_hardly_anybody_speaks_of_names_no_large_theme(embed: Embed) -> None:
    praise = [f"The hall is lovely, {word}." for word in ("truly", "really", "indeed", "always", "surely", "clearly")]
    cold = ["The hall is draughty.", "The hall is draughty at night."]
    [title] = titles_of([evidence_of("1", [*praise * 10, *cold], ["hall"], embed)], embed)
    assert title == "Hall is lovely"


def test_one_shouted_word_is_lowered_and_a_name_of_several_words_is_not(embed: Embed) -> None:
    texts = ["We need SAFER crossings near Green Valley School.", "Safer crossings near Green Valley School please.",
             "We want safer crossings near Green Valley School.", "The green bins are full at our school."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["crossings"], embed)], embed)
    assert title == "Safer crossings near Green Valley School"


def test_answers_without_spaces_between_words_have_a_clause_of_theirs_as_title(embed: Embed) -> None:
    texts = ["晚上的公車太少，我們回不了家。", "晚上的公車太少。", "晚上的公車太少，應該增加班次！", "請增加班次。"]
    themes = [evidence_of(str(n), texts, ["晚上的公車太少", "我們回不了家", "請增加班次"], embed) for n in range(2)]
    titles = titles_of(themes, embed)
    assert titles[0] == "晚上的公車太少"
    assert titles[1] in {"我們回不了家", "應該增加班次", "請增加班次"}


def test_praise_is_not_named_by_what_one_person_wants(embed: Embed) -> None:
    praise = [f"The nurses were {how}." for how in ("kind", "lovely", "excellent", "friendly", "helpful", "caring")]
    [title] = titles_of([evidence_of("1", [*praise, *praise, "More nurses."], ["nurses"], embed)], embed)
    assert title in {text.removeprefix("The ").removesuffix(".").capitalize() for text in praise}
    wanted = ["More nurses.", "We need more nurses.", "More nurses please.", "Employ more nurses."]
    [title] = titles_of([evidence_of("1", [*wanted, praise[0]], ["nurses"], embed)], embed)
    assert title in {"More nurses", "Employ more nurses"}


def test_no_keyword_of_a_title_insults_or_is_endless(embed: Embed) -> None:
    texts = ["Stupid.", "Forms, stupid!", "Stupid: forms.", "Wall" * 30]
    [title] = titles_of([evidence_of("1", texts, ["stupid", "wall" * 30, "forms"], embed)], embed)
    assert title == "Forms"


def test_what_would_be_better_is_blame(embed: Embed) -> None:
    texts = ["The food could be better.", "Food should be better.", "Food could be tastier, better than this.",
             "The food was poor.", "The food is excellent."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["food"], embed)], embed)
    assert title in {"Food could be better", "Food should be better", "Food was poor"}


def test_what_could_not_be_better_is_praised(embed: Embed) -> None:
    texts = ["Nothing could be done better.", "I don't think that anything could be done better.",
             "I cannot think of anything at all that could be done better.", "It could not be done better.",
             "The better beds could be done sooner."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["better"], embed)], embed)
    assert title in {"Nothing could be done better", "Could not be done better"}


def test_a_title_asks_for_nothing_better_where_most_could_think_of_nothing(embed: Embed) -> None:
    content = ["Nothing could be better, thanks.", "It couldn't be any better.", "Nothing better comes to my mind.",
               "I could not ask for better."]  # fmt: skip
    wants = ["A better bedside lamp.", "Better bedside lamps."]
    [title] = titles_of([evidence_of("1", [*content, *wants], ["better"], embed)], embed)
    assert title == "Nothing could be better"


def test_who_answers_that_nothing_was_wrong_and_praises_does_praise(embed: Embed) -> None:
    praise = ["Nothing, helpful staff.", "Nothing. Helpful staff!", "No, they were helpful staff.",
              "Nothing they were helpful staff"]  # fmt: skip
    [title] = titles_of([evidence_of("1", praise, ["helpful staff"], embed)], embed)
    assert title == "Helpful staff"


def test_a_theme_of_nothing_is_called_so(embed: Embed) -> None:
    texts = ["Nothing at all", "Nothing at all.", "nothing", "Nothing!", "Nothing. The porter was lovely."]
    [title] = titles_of([evidence_of("1", texts, ["porter"], embed)], embed)
    assert title == "Nothing at all"


def test_a_title_is_no_two_answers_run_together(embed: Embed) -> None:
    texts = [
        "No everything was clean",
        "No everything was clean!",
        "Everything was clean.",
        "No, everything was clean.",
    ]
    [title] = titles_of([evidence_of("1", texts, ["clean"], embed)], embed)
    assert title == "Everything was clean"


def test_what_people_say_should_not_be_done_is_a_title_without_its_we(embed: Embed) -> None:
    texts = [f"We should not close the library because {why}." for why in ("it is warm", "we read", "it is ours")]
    [title] = titles_of([evidence_of("1", [*texts, "I think we should not close the library."], ["library"], embed)],
                        embed)  # fmt: skip
    assert title == "Should not close the library"


def test_what_needs_to_be_better_is_blame_and_no_title_where_as_many_praise(embed: Embed) -> None:
    texts = ["Meals need to be better.", "Meals need to be better!", "Meals need to be better soon.",
             "Excellent meals.", "The meals are excellent.", "They gave us excellent meals."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["meals"], embed)], embed)
    assert title == "Meals"


def test_a_title_says_more_than_the_question_did(embed: Embed) -> None:
    texts = ["Ban the cloning of humans.", "We should ban human cloning.", "Human cloning is against nature.",
             "Human cloning goes against nature.", "Ban human cloning.", "Cloning is against nature."]  # fmt: skip
    themes = [evidence_of("1", texts, ["human cloning"], embed)]
    writer = ExtractiveSummariser(embed, "en", SummariseConfig(), wording="We should ban human cloning")
    [summary] = writer.summarise(themes)
    assert summary.title in {"Human cloning is against nature", "Human cloning goes against nature"}


def test_a_title_that_repeats_the_question_in_other_forms_comes_last(embed: Embed) -> None:
    texts = ["Banning scooters is unfair to the young.", "Banning scooters helps nobody.", "Banning scooters is wrong.",
             "Banning scooters.", "Scooters are cheap for the young.", "Scooters are cheap."]  # fmt: skip
    writer = ExtractiveSummariser(embed, "en", SummariseConfig(), wording="Should we ban scooters?")
    [summary] = writer.summarise([evidence_of("1", texts, ["banning scooters"], embed)])
    assert summary.title != "Banning scooters"


def test_no_title_adds_a_word_to_another(embed: Embed) -> None:
    texts = ["Women should serve in combat.", "Women should serve in combat roles.", "Women are as strong as men.",
             "Women should serve."]  # fmt: skip
    themes = [evidence_of(str(n), texts, ["women"], embed) for n in range(2)]
    first, second = (set(words(title)) - function_words("en") for title in titles_of(themes, embed))
    assert len(first ^ second) > 1


def test_no_title_is_one_persons_story(embed: Embed) -> None:
    texts = ["They saw my child in time.", "Saw my child in time.", "Saw my son in time.", "Seen in time, all good."]
    [title] = titles_of([evidence_of("1", texts, ["child", "time"], embed)], embed)
    assert "my" not in title.lower().split()


def test_a_german_title_begins_with_no_inflected_word_torn_from_its_article(embed: Embed) -> None:
    texts = ["Die neuen Parkplätze sind weg.", "Wo sind die neuen Parkplätze?", "Mit den neuen Parkplätzen geht es.",
             "Mehr Parkplätze für Anwohner.", "Wir brauchen Parkplätze für Anwohner."]  # fmt: skip
    [title] = titles_of([evidence_of("1", texts, ["parkplätze"], embed)], embed, "de")
    assert title == "Mehr Parkplätze für Anwohner"


def test_a_group_of_themes_is_named_for_what_it_is_about(embed: Embed) -> None:
    group = pool("A", [evidence_of("1", [*PARKING, "Stop the parking charges now."] * 2, ["parking charges"], embed)])
    [title] = choose_titles([group], embed, "en", function_words("en"), 5, broad=True)
    assert title == "Parking charges"


def test_a_group_of_themes_is_named_as_a_theme_is(embed: Embed) -> None:
    buses, parking = (evidence_of("1", BUSES, ["evening buses"], embed), evidence_of("2", PARKING, ["parking"], embed))
    late = evidence_of("3", ["Later evening buses please.", *BUSES[:2]], ["later buses"], embed)
    group = pool("A", [buses, late])
    assert sorted(group.points["text"]) == sorted([*BUSES, "Later evening buses please."])
    assert group.keywords == ("evening buses", "later buses")
    np.testing.assert_allclose(group.vectors, embed(group.points["text"].to_list()), atol=1e-6)
    assert group.points["similarity"].is_sorted(descending=True)
    named = choose_titles([group, pool("B", [parking])], embed, "en", function_words("en"), 9)
    assert "bus" in named[0].lower()
    assert "parking" in named[1].lower()
    again = choose_titles([group], embed, "en", function_words("en"), 9, taken=[named[0].upper()])
    assert again[0].lower() != named[0].lower()


@pytest.mark.parametrize(
    ("other", "title"),
    [
        ([*BUSES[:3], "Evening buses matter."], "evening buses"),
        (["Zebra crossings fade.", "The zebra crossings fade.", "Fading zebra crossings!"], "Evening buses; Zebra; …"),
    ],
)
def test_a_broad_theme_has_a_title_that_stands_for_its_themes_or_theirs(
    other: list[str], title: str, embed: Embed
) -> None:
    evidence = [
        evidence_of("1", BUSES, ["evening buses"], embed),
        evidence_of("2", other, ["zebra"], embed),
        evidence_of("3", ["Bakers open before dawn.", "Penguins slept."], ["bakers"], embed),
    ]
    themes = themes_frame("1", "2", "3").with_columns(
        parent_id=pl.lit("P1"), title=pl.Series(["Evening buses", "Zebra", "Mixed: a, b, c"])
    )
    parents = pl.DataFrame([("Q", "P1", 1, "", 3, 9, 9, 9, 1.0, 1)], schema=PARENTS.schema, orient="row")
    [named] = name_parents(parents, themes, evidence, embed, "en", function_words("en"), SummariseConfig())["title"]
    assert title.lower() in named.lower()


# Summarisers: what every one of them holds to, and what is refused


class Scripted:
    """A summariser that says what it is told to."""

    name = "scripted"

    def __init__(self, *summaries: Summary) -> None:
        self.summaries = list(summaries)

    def summarise(self, themes: Sequence[Evidence]) -> list[Summary]:
        return self.summaries


@pytest.fixture
def two(embed: Embed) -> list[Evidence]:
    """Two themes with two quotes each."""
    made = []
    for theme_id, texts, keyword in (("1", BUSES, "evening buses"), ("2", PARKING, "parking charges")):
        quotes = [Quote(f"{theme_id}{n}", 0, len(texts[n]), texts[n]) for n in (0, 3)]
        made.append(evidence_of(theme_id, texts, [keyword], embed, quotes))
    return made


@pytest.fixture(params=["extractive", "scripted"])
def summariser(request: pytest.FixtureRequest, embed: Embed) -> Summariser:
    if request.param == "extractive":
        return ExtractiveSummariser(embed, "en", SummariseConfig())
    return Scripted(
        Summary("Evening buses", (Sentence("Many want them.", ("10", "11")), Sentence("Sundays too.", ("13",)))),
        Summary("Parking", (Sentence("It is too dear.", ("20",)),)),
    )


def test_what_every_summariser_gives(summariser: Summariser, two: list[Evidence]) -> None:
    themes, quotes, summaries = summarise_themes("Q", themes_frame("1", "2"), two, summariser)
    assert themes.drop("title").equals(themes_frame("1", "2").drop("title"))
    assert all(themes["title"])
    # Quotes are chosen before, whoever writes the summary.
    assert quotes.rows() == [
        ("Q", "1", 1, "10", 0, len(BUSES[0]), BUSES[0]),
        ("Q", "1", 2, "13", 0, len(BUSES[3]), BUSES[3]),
        ("Q", "2", 1, "20", 0, len(PARKING[0]), PARKING[0]),
        ("Q", "2", 2, "23", 0, len(PARKING[3]), PARKING[3]),
    ]
    assert summaries["method"].unique().to_list() == [summariser.name]
    for theme_id, evidence in zip("12", two, strict=True):
        own = summaries.filter(pl.col("theme_id") == theme_id)
        assert own["position"].to_list() == list(range(1, len(own) + 1))
        assert set(own["response_ids"].explode()) <= set(evidence.points["response_id"])


def test_the_extractive_summary_counts_who_comes_near_to_its_phrases(embed: Embed) -> None:
    texts = [*["Later evening buses please."] * 3, "Later evening buses.", "Cheaper weekly tickets please.",
             "Cheaper weekly tickets.", "Cheaper weekly tickets now."]  # fmt: skip
    evidence = evidence_of("1", texts, ["buses", "tickets"], embed)
    [summary] = ExtractiveSummariser(embed, "en", SummariseConfig()).summarise([evidence])
    assert sorted((sentence.text, sorted(sentence.response_ids)) for sentence in summary.sentences) == [
        ("3 speak of “Cheaper weekly tickets”.", ["14", "15", "16"]),
        ("4 of 7 responses speak of “Later evening buses”.", ["10", "11", "12", "13"]),
    ]


def test_a_summary_in_another_language_counts_only_who_uses_words_of_its_phrase() -> None:
    """The built-in model reads English: to it, all German answers on one subject are alike."""
    texts = [*["Mehr Bänke im Park."] * 3, "Hunde im Park anleinen.", "Der Park ist nachts zu dunkel."]

    def same(phrases: list[str]) -> Floats:
        return np.ones((len(phrases), 1), dtype=np.float32)

    [summary] = ExtractiveSummariser(same, "de", SummariseConfig()).summarise(
        [evidence_of("1", texts, ["park", "bänke"], same)]
    )
    assert summary.title == "Mehr Bänke im Park"
    assert [sentence.text for sentence in summary.sentences] == ["3 of 5 responses speak of “Mehr Bänke im Park”."]


def test_copies_of_a_point_are_counted_in_a_summary(embed: Embed) -> None:
    evidence = evidence_of("1", ["Later evening buses please.", "Later evening buses."], ["buses"], embed)
    copies = [["10", "18", "19"] if response_id == "10" else ["11"] for response_id in evidence.points["response_id"]]
    evidence = replace(evidence, points=evidence.points.with_columns(response_ids=pl.Series(copies)))
    writer = ExtractiveSummariser(embed, "en", SummariseConfig())
    _, _, summaries = summarise_themes("Q", themes_frame("1"), [evidence], writer)
    assert summaries["sentence"].to_list() == ["4 of 4 responses speak of “Later evening buses”."]
    assert sorted(summaries["response_ids"][0]) == ["10", "11", "18", "19"]


def test_a_theme_that_no_phrase_names_is_summarised_by_its_quotes(embed: Embed) -> None:
    texts = ["The bus.", "A bus.", "It is."]
    quotes = [Quote("10", 0, len(texts[0]), texts[0])]
    evidence = evidence_of("1", texts, [], embed, quotes)
    [summary] = ExtractiveSummariser(
        embed, "en", SummariseConfig(), frozenset({"the", "a", "it", "is", "bus"})
    ).summarise([evidence])
    assert summary.sentences == (Sentence("The bus.", ("10",)),)


@pytest.mark.parametrize(
    "wrong",
    [
        Summary("Parking", (Sentence("It is too dear.", ("no such response",)),)),
        Summary("Parking", (Sentence("It is too dear.", ("20", "10")),)),  # one that raises another theme
        Summary("", (Sentence("It is too dear.", ("20",)),)),
        Summary(" \n", ()),
    ],
)
def test_a_summary_that_cites_another_or_names_nothing_is_refused(wrong: Summary, two: list[Evidence]) -> None:
    right = Summary("Evening buses", (Sentence("Many want them.", ("10",)),))
    with pytest.raises(ModelError, match="scripted gave theme 2 of 'Q'") as caught:
        summarise_themes("Q", themes_frame("1", "2"), two, Scripted(right, wrong))
    assert caught.value.code == "summary_refused"
    assert "too dear" not in str(caught.value)


def test_no_themes_no_quotes_no_summaries(embed: Embed) -> None:
    writer = ExtractiveSummariser(embed, "en", SummariseConfig())
    themes, quotes, summaries = summarise_themes("Q", THEMES.empty(), [], writer)
    assert (len(themes), len(quotes), len(summaries)) == (0, 0, 0)


def test_a_title_is_never_torn_from_its_not(embed: Embed) -> None:
    faultless = [
        f"I couldn't find fault with the {what}." for what in ("nurse", "doctor", "ward", "food", "bed", "tea")
    ]
    [title] = titles_of([evidence_of("1", faultless, ["find fault", "nurse", "ward"], embed)], embed)
    assert "fault" not in title.lower() or title.startswith("Couldn't find fault")


SCATTERED = [
    "Zebra crossings fade every winter.", "My granddaughter collects old stamps.", "Invoices arrive after Easter.",
    "Penguins at the aquarium slept.", "Tractors leave mud behind them.", "Yesterday it hailed for an hour.",
    "Saxophones sound well outdoors.", "Quarry dust settles on washing.", "Her cousin mends clocks in Leeds.",
    "Lettuce costs a fortune now.", "Swallows nest under our eaves.", "Rugby starts again in autumn.",
    "Plumbers never ring back.", "The mayor wore a purple hat.", "Grandpa remembers the trams.",
    "Kites got stuck in that oak.", "Bakers open before dawn.", "Some owls hoot all night.",
    "Nobody paints railings any more.", "Jigsaws pass a rainy week.", "Farmers rotate barley with beans.",
]  # fmt: skip


def apart(texts: list[str], lorries: float = 0.0) -> Floats:
    """Unit vectors of which no two of different texts are near; those on lorries have something in common."""
    rows = np.stack([np.random.default_rng(list(text.lower().encode())).standard_normal(200) for text in texts])
    rows[:, 0] += [lorries * ("lorries" in text.lower()) for text in texts]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_theme_that_no_phrase_sums_up_is_called_mixed() -> None:
    scattered = [*SCATTERED, *(f"Well: {text}" for text in SCATTERED)]
    themes = [
        evidence_of("1", PARKING, ["parking", "charges"], apart),
        evidence_of("2", scattered, ["dust", "stamps", "barley", "railings"], apart),
    ]
    assert titles_of(themes, apart)[1] == "Mixed: dust, stamps, barley"


def test_what_one_of_many_says_names_no_theme_that_most_people_raise() -> None:
    lorries = [f"{text.split()[0]} lorries block the lane on day {n}." for n, text in enumerate(SCATTERED[:13])]
    one = "Lorries block the lane"
    embed = partial(apart, lorries=9.0)
    few = evidence_of("2", PARKING, ["parking", "charges"], embed)
    many = evidence_of("1", [one, *lorries], ["lorries", "lane"], embed)
    assert titles_of([many, few], embed)[0] == "Lorries and lane"
