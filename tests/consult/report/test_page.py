import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from consult.ingest import REASONS
from consult.report import export_run, phrases

SCRIPT, ARABIC = "Later buses <script>alert('x')</script> please.\r\nNow!", "نريد حافلات في المساء"
MANIFEST = {"created_at": "2026-03-03T14:05:00+00:00"}


class Outline(HTMLParser):
    """The headings of a page, the texts of its block quotes, its ids and its links."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.headings, self.quotes, self.ids, self.links = [], [], [], [], []
        self.open = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        if re.fullmatch("h[1-6]", tag):
            self.open = self.headings
            self.open.append((tag, ""))
        elif tag == "blockquote":
            self.open = self.quotes
            self.open.append((tag, ""))

    def handle_endtag(self, tag):
        if re.fullmatch("h[1-6]|blockquote", tag):
            self.open = None

    def handle_data(self, text):
        if self.open is not None:
            tag, before = self.open.pop()
            self.open.append((tag, before + text))


@pytest.fixture
def read(tmp_path):
    def export(run):
        (path,) = export_run(run, "html", tmp_path)
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()

    return export


def words(page):
    """The page's text, spaces made even."""
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<style>.*</style>", "", page)).split())


def test_headings_come_in_order(run, read):
    headings = Outline(read(run)).headings
    levels = [int(tag[1]) for tag, _ in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [text for tag, text in headings if tag in ("h1", "h2")] == [
        "What people said Buses <2026>",
        "At a glance",
        "The ledger: what became of every row",
        "Question 1 What of the buses?",
        "Question 2 And of the street?",
        "How this was made",
        "What these numbers are not",
    ]
    assert [text for tag, text in headings if tag == "h3"] == [
        "Rejected rows",
        "Themes by the number of people who raise them",
        "Broad themes",
        "1. Later <i>buses</i>",
        "2. @Fares",
        "Responses in no theme",
        "Non-answers",
        "No themes",
        "Responses in no theme",
        "Files read",
    ]


def test_nothing_is_fetched_and_nothing_runs(run, read):
    page = read(run)
    outline = Outline(page)
    assert not re.search(r"(?i)https?:|//[a-z]|\bsrc\s*=|url\(|@import|<link|<iframe|<img|<object|javascript:", page)
    assert "script" not in outline.tags
    assert all(link.startswith("#") for link in outline.links)


def test_every_link_has_its_target_and_every_id_is_unique(run, read):
    outline = Outline(read(run))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))


def test_text_of_respondents_is_shown_and_never_obeyed(run, read):
    page = read(run)
    outline = Outline(page)
    assert {"i", "b", "script"}.isdisjoint(outline.tags)
    assert [text for _, text in outline.quotes] == [
        "Later buses <script>alert('x')</script> please.\r\nNow!",
        "نريد حافلات في المساء",
        "-5 buses & a <b>tram</b>",
        "Trees",
        "Plus de bancs",
    ]
    assert "please.&#13;\nNow!" in page


def test_text_from_right_to_left_sets_its_own_direction(run, read):
    assert '<blockquote><p dir="auto">نريد حافلات في المساء</p></blockquote>' in read(run)


def test_answers_in_another_language_say_which(run, read):
    assert '<blockquote><p dir="auto" lang="fr">Plus de bancs</p></blockquote>' in read(run)


def test_the_ledger_says_that_it_balances(run, read):
    said = words(read(run))
    assert "✓ The ledger balances: 13 rows were read and all are accounted for." in said
    assert "The sums: 13 rows read = 9 responses + 2 rejected + 2 blank." in said
    assert "9 responses = 3 with a theme + 3 with none + 3 non-answers." in said
    assert "All rows 13 9 2 2 3 3 3 ✓ yes" in said
    assert "1. What of the buses? 9 7 1 1 3 1 3 ✓ yes" in said


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("one.csv", "buses", 10, 7, 1, 1)], id="a row read is not accounted for"),
        pytest.param([("one.csv", "buses", 10, 8, 1, 1)], id="a response is missing"),
        pytest.param([("one.csv", "buses", 10, 7, 2, 1)], id="a rejected row is not listed"),
    ],
)
def test_a_ledger_that_does_not_balance_is_said_aloud(run_with, ledger_of, read, rows):
    ledger = ledger_of([*rows, ("one.csv", "street", 3, 2, 0, 1), ("one.csv", None, 1, 0, 1, 0)])
    said = words(read(run_with(ledger=ledger)))
    assert "✗ The ledger does not balance: do not rely on the counts" in said
    assert "The ledger balances" not in said
    assert said.count("✗ no") == 2  # the question's line and the total's


def test_a_question_that_was_left_out_is_in_the_ledger(run, run_with, read):
    said = words(read(run_with(analyses=run.analyses[:1])))
    assert "2. And of the street? 3 2 0 1 0 0 0 2 ✓ yes" in said
    assert "+ 2 to questions that this run left out." in said


def test_rejected_rows_are_listed_with_their_reason(run, read):
    said = words(read(run))
    assert "2 rows were rejected because: 1 row: The row does not say which question it answers." in said
    assert "one.csv 9 buses Response ID duplicate id first seen in one.csv row 2" in said
    assert "one.csv 10 not known Question blank question id the cell is blank" in said


def test_every_reason_has_its_sentence():
    assert {phrases.reason_sentence(reason) for reason in REASONS} == set(REASONS.values())
    assert all(sentence.endswith(".") for sentence in REASONS.values())


def test_more_rejects_than_can_be_shown_are_counted(run_with, rejects_of, read):
    many = [
        ("one.csv", row, "buses", "Response ID", "duplicate_id", "first seen in one.csv row 2") for row in range(250)
    ]
    page = read(run_with(rejects=rejects_of(many)))
    assert page.count("first seen in one.csv row 2") == 200
    assert "These are the first 200 of 250. The other 50 are in the rejects of the CSV" in words(page)


def test_a_theme_is_counted_in_words(run, read):
    said = words(read(run))
    assert "2 of 4 people who answered (50%), in 2 responses with 1 distinct text." in said
    assert "1 of 4 people who answered (25%), in 2 responses with 1 distinct text." in said
    assert said.count("Part of the broad theme “ =Buses &lt;b&gt; ”.") == 2
    assert "1 =Buses &lt;b&gt; 3 75% 3 Later &lt;i&gt;buses&lt;/i&gt; ; @Fares" in said
    assert "Not one of the 2 themes is unlike the others" in said


def test_summaries_cite_and_say_who_wrote_them(run, read):
    said = words(read(run))
    assert "People want later buses. (responses A1 , A2 ) What stands in quotation marks is respondents’ words" in said
    assert "Written by the language model mistral-small. Check it against the responses cited." in said


def test_a_summary_of_quotes_is_not_said_twice(question_of, read):
    picked = [("buses", "1", 1, SCRIPT, ["A1"], "extractive"), ("buses", "1", 2, ARABIC, ["A2"], "extractive")]
    page = read(question_of(summaries=picked))
    assert "Summary" not in words(page)
    assert [text for _, text in Outline(page).quotes][:2] == [SCRIPT, ARABIC]


@pytest.mark.parametrize(
    "summary",
    [
        pytest.param([("buses", "1", 1, ARABIC, ["A2"], "mistral-small")], id="a model wrote it"),
        pytest.param(
            [("buses", "1", 1, ARABIC, ["A2"], "extractive"), ("buses", "1", 2, "Buses!", ["A3"], "extractive")],
            id="a sentence is no quote",
        ),
    ],
)
def test_a_summary_that_says_more_than_the_quotes_stays(question_of, read, summary):
    assert [text for tag, text in Outline(read(question_of(summaries=summary))).headings if tag == "h4"] == [
        "Summary",
        "In people’s own words",
    ]


def test_where_each_person_answered_once_responses_are_not_counted_beside(question_of, read, run):
    themes = [("buses", "1", 1, None, "Later", ["bus"], 2, 2, 1, 2, 0.5, 1, None, "found")]
    said = words(read(question_of(themes=themes)))
    assert "Rank Theme People Share of those who answered Distinct texts Rank by distinct texts" in said
    assert "Each person answered once, so responses equal people." in said
    assert "2 of 4 people who answered (50%), with 1 distinct text." in said
    assert "Share of those who answered Responses Distinct texts" in words(read(run))


def test_where_nobody_is_told_apart_responses_are_counted_and_not_people(run_with, read):
    note = "The file does not say who answered: each response is counted as one person."
    said = words(read(run_with(manifest=MANIFEST | {"respondents_known": False, "notes": [note]})))
    assert f"{note} At a glance 9 responses to 2 questions. 2 themes were found." in said
    assert "ranks the themes by how many responses raise them" in said
    assert "4 of 7 responses say something of substance." in said
    assert "2 of 4 responses that say something (50%), with 1 distinct text." in said
    assert "Each person answered once" not in said
    assert not re.search(r"\d (person|people)", said)


def test_notes_of_the_run_and_of_a_question_stand_out(question_of, read):
    page = read(question_of(manifest={"notes": ["10 of 382 answers look Welsh."]}))
    assert '<p class="inset">Personal data was not removed.</p>' in page
    assert '<p class="inset">10 of 382 answers look Welsh.</p>' in page


def test_a_rank_that_copies_have_lifted_is_explained(run, read):
    said = words(read(run))
    assert "is number 1 by people, but number 6 when equal texts count once. Many of its responses share" in said
    assert "“ Later &lt;i&gt;buses&lt;/i&gt; ” is number 1" in said
    assert "“ @Fares ” is number" not in said


def test_the_chart_says_in_words_what_it_draws(run, read):
    page = read(run)
    assert '<title id="question-1-theme-1-bar">Later &lt;i&gt;buses&lt;/i&gt;</title>' in page
    assert '<desc id="question-1-theme-1-desc">2 people, 1 distinct text</desc>' in page
    assert re.findall(r'<rect x="0" y="\d+" width="([\d.]+)%"', page) == ["100.0", "50.0", "50.0", "50.0"]


def test_a_question_without_themes_says_why_and_shows_its_answers(run, read):
    said = words(read(run))
    assert "Only 2 responses: too few to find themes. No themes No themes were found for this question." in said
    assert "Words that people use most: trees (2) ." in said
    assert "2 responses raise no theme." in said


def test_non_answers_are_grouped(run, read):
    said = words(read(run))
    assert "3 responses say nothing of substance." in said
    assert "No : 3 times" in said


def test_one_is_said_in_the_singular(run_of, read):
    said = words(read(run_of([("1", "q", "1", "No", None, "one.csv", 2, "non_answer")])))
    assert (
        "The sums: 1 row read = 1 response + 0 rejected + 0 blank. 1 response = 0 with a theme + 0 with none + 1"
        in said
    )
    assert "1 response says nothing of substance. It is left out of the shares. See what it says No : 1 time" in said
    alone = words(read(run_of([("1", "q", "1", "More trees", None, "one.csv", 2, "unthemed")])))
    assert "1 response raises no theme. It is counted and kept" in alone


def test_a_question_of_non_answers_alone(run_of, read):
    rows = [(str(n), "q", str(n), "No", None, "one.csv", n, "non_answer") for n in range(10)]
    said = words(read(run_of(rows)))
    assert said.count("0 of 10 responses say something of substance.") == 2
    assert " 0 people" not in said
    assert "No themes There is nothing to group into themes." in said
    assert "raise no theme" not in said


def test_a_question_that_nobody_answered(run_of, read):
    assert "Nobody answered this question." in words(read(run_of([])))


def test_rows_of_a_question_that_the_run_does_not_hold_are_accounted_for(run, run_with, read):
    said = words(read(run_with(questions=run.questions.head(1), analyses=run.analyses[:1])))
    assert "street 3 2 0 1 0 0 0 2 ✓ yes" in said
    assert "13 rows read = 9 responses + 2 rejected + 2 blank." in said


def test_a_long_answer_in_no_theme_is_cut_aloud(run_of, read):
    page = read(run_of([("1", "q", "1", "a" * 40_000, None, "one.csv", 2, "unthemed")]))
    assert [len(text) for _, text in Outline(page).quotes] == [1000]
    assert "the first 1,000 of its 40,000 characters; the other exports hold all of it" in words(page)


def test_many_answers_in_no_theme_are_counted(run_of, read):
    rows = [(f"{n:03}", "q", f"{n}", f"Text {n}", None, "one.csv", n, "unthemed") for n in range(45)]
    page = read(run_of(rows))
    assert len(Outline(page).quotes) == 20
    assert "The other 25 are in the CSV, JSON Lines and Excel exports" in words(page)


def test_how_it_was_made_comes_from_the_manifest(run, read):
    said = words(read(run))
    assert "Made 3 March 2026 at 14:05 UTC" in said
    assert "Took 1 minute 2 seconds" in said
    model = "A sentence-embedding model (all-MiniLM-L6-v2) turned each point into numbers so that points alike in "
    assert f"{model}meaning can be found; it writes no text." in said
    assert "one.csv, 13 rows, 18.2 kB SHA-256 ab12 read as UTF-8" in said
    assert "cluster.seed 42 cluster.themes not set embedding.provider builtin" in said
    assert "sent to" not in said
    assert "They are not a vote and not a survey of the population." in said


def test_a_server_that_texts_were_sent_to_is_named(run_with, read):
    config = {"embedding": {"provider": "openai", "base_url": "models.example"}}
    assert "The points were sent to models.example for this." in words(read(run_with(manifest={"config": config})))


def test_an_empty_manifest_is_enough(run_with, read):
    said = words(read(run_with(manifest={})))
    assert "Made not recorded" in said
    assert "None" not in said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0%"), (0.001, "under 1%"), (0.005, "1%"), (0.125, "13%"), (0.25, "25%"), (0.999, "over 99%"), (1, "100%")],
)
def test_a_share_never_rounds_to_none_or_all(share, said):
    assert phrases.percent(share) == said


def test_a_broad_theme_is_called_so_beside_its_share_at_a_glance(question_of, read):
    for n_responses, said in ((80, "(70%, broad)"), (40, "(70%)")):
        n_raising = 7 * n_responses // 10
        rows = [
            (
                f"R{n}",
                "buses",
                f"P{n}",
                "Later buses",
                None,
                "one.csv",
                n + 2,
                "themed" if n < n_raising else "unthemed",
            )
            for n in range(n_responses)
        ]
        themes = [("buses", "1", 1, None, "Later", ["bus"], n_raising, n_raising, 1, 1, 0.7, 1, None, "found")]
        page = read(question_of(responses=rows, themes=themes, points=[], assignments=[], quotes=[], summaries=[]))
        assert f"1 theme; raised most: Later {said}." in words(page)
