"""Columns are recognised, and the reason is told."""

from pathlib import Path

import pytest

from consult.config import ColumnsConfig, IngestConfig
from consult.errors import ConfigError, InputError
from consult.ingest import Mapping, Table, map_columns, read_table

PROSE = [
    "More buses in the evening, please, and later trains",
    "I do not want the car park to close on Sundays",
    "The school road is not safe for children who walk",
    "Please keep the library open until eight at night",
    "Nothing to add but thank you for asking us all",
    "Cycling lanes should be wider than they are now here",
]


def table(*columns: tuple[str, list[str]], name: str = "a.csv") -> Table:
    headers = "\t".join(header for header, _ in columns)
    rows = ["\t".join(cells) for cells in zip(*(cells for _, cells in columns), strict=True)]
    content = "\n".join([headers, *rows]).encode()
    read = read_table(Path("-"), IngestConfig(delimiter="\t"), stdin=content)
    return Table(name, read.columns, read.rows, read.source_rows, read.rejects, "", 0, ())


def roles(mapping: Mapping) -> dict[str, str]:
    return {column.name: column.role for column in mapping.columns}


NUMBERS = ["1", "2", "3", "4", "5", "6"]


def test_a_wide_file() -> None:
    mapping = map_columns(
        [
            table(
                ("Response ID", NUMBERS),
                ("Submitted", ["2025-03-01", "2025-03-02", "2025-03-02", "2025-03-03", "2025-03-04", "2025-03-04"]),
                ("Your name", ["Ann Ash", "Bo Beech", "Cy Cedar", "Di Date", "Ed Elm", "Flo Fir"]),
                ("E-mail address", ["a@b.uk", "", "c@d.uk", "", "", ""]),
                ("What is your age?", ["18-24", "25-34", "18-24", "", "25-34", "25-34"]),
                ("Region", ["North", "North", "South", "South", "North", "South"]),
                ("Do you support the proposal?", ["Yes", "No", "Yes", "Don't know", "No", "Yes"]),
                ("Which matter to you?", ["A;B;", "B;", "A;", "B;C;", "A;B;", "C;"]),
                ("Please explain your answer", PROSE),
                ("Any other comments about the plans for the town?", ["", "", PROSE[3], PROSE[0], "", "None"]),
                ("Tracking", NUMBERS),
                ("Notes", [""] * 6),
            )
        ],
        ColumnsConfig(),
    )  # fmt: skip
    assert mapping.layout == "wide"
    assert roles(mapping) == {
        "Response ID": "response_id",
        "Submitted": "submitted_at",
        "Your name": "ignored",
        "E-mail address": "ignored",
        "What is your age?": "demographic",
        "Region": "demographic",
        "Do you support the proposal?": "closed",
        "Which matter to you?": "closed",
        "Please explain your answer": "open",
        "Any other comments about the plans for the town?": "open",
        "Tracking": "ignored",
        "Notes": "ignored",
    }
    reasons = {column.name: column.reason for column in mapping.columns}
    assert reasons["Your name"] == "contact details: not needed for analysis"
    assert reasons["Notes"] == "no cell holds anything"
    assert all(column.source == "guessed" and column.reason for column in mapping.columns)
    assert [column.name for column in mapping.columns if column.is_multi] == ["Which matter to you?"]
    assert [(question.question_id, question.wording) for question in mapping.questions] == [
        ("Please explain your answer", "Please explain your answer"),
        ("any-other-comments-about-the-plans-for", "Any other comments about the plans for the town?"),
    ]


def test_a_long_file() -> None:
    mapping = map_columns(
        [
            table(
                ("response_id", NUMBERS),
                ("question_id", ["q2", "q1", "q2", "q1", "", "q2"]),
                ("question", ["What else?", "", "What else now?", "Why?", "", "What else?"]),
                ("text", PROSE),
                ("lang", ["en"] * 6),
                ("url", [f"https://a.example/{number}" for number in NUMBERS]),
                ("date", ["01/02/2025"] * 6),
                ("score", ["1", "5", "1", "5", "1", "5"]),
                ("votes", ["10", "52", "31", "54", "15", "66"]),
            )
        ],
        ColumnsConfig(),
    )
    assert mapping.layout == "long"
    assert roles(mapping) == {
        "response_id": "response_id",
        "question_id": "question_id",
        "question": "question",
        "text": "text",
        "lang": "demographic",
        "url": "ignored",
        "date": "submitted_at",
        "score": "demographic",
        "votes": "ignored",
    }
    assert [(question.question_id, question.wording) for question in mapping.questions] == [
        ("q2", "What else?"),
        ("q1", "Why?"),
    ]


def test_text_alone_is_one_question() -> None:
    mapping = map_columns([table(("ref", NUMBERS), ("Comment", PROSE))], ColumnsConfig())
    assert (mapping.layout, roles(mapping)) == ("long", {"ref": "response_id", "Comment": "text"})
    assert [question.question_id for question in mapping.questions] == ["q1"]


def test_wordings_without_ids_are_questions() -> None:
    asked = ["Why not?", "Why not?", "What else?", "Why not?", "What else?", "What else?"]
    mapping = map_columns([table(("Question", asked), ("Answer", PROSE))], ColumnsConfig())
    assert [(question.question_id, question.wording) for question in mapping.questions] == [
        ("why-not", "Why not?"),
        ("what-else", "What else?"),
    ]


def test_an_id_may_come_back_for_another_question() -> None:
    mapping = map_columns(
        [table(("respondent id", ["a", "a", "b", "b", "c", "c"]), ("question_id", ["1", "2"] * 3), ("answer", PROSE))],
        ColumnsConfig(),
    )
    assert roles(mapping)["respondent id"] == "response_id"


def test_respondents_beside_responses() -> None:
    mapping = map_columns(
        [table(("comment-id", NUMBERS), ("author-id", ["a", "a", "b", "b", "c", "c"]), ("comment-body", PROSE))],
        ColumnsConfig(),
    )
    assert roles(mapping) == {"comment-id": "response_id", "author-id": "respondent_id", "comment-body": "text"}


def test_damaged_ids_are_left_out() -> None:
    mapping = map_columns([table(("Respondent ID", ["1.18E+11"] * 6), ("Please explain", PROSE))], ColumnsConfig())
    assert roles(mapping) == {"Respondent ID": "ignored", "Please explain": "open"}
    assert mapping.columns[0].reason == "its header names an id, but it mostly repeats"


@pytest.mark.parametrize(
    ("header", "cells", "role"),
    [
        ("Mobile phone coverage: what would you change?", PROSE, "open"),
        ("Do you use email?", ["Yes", "No", "Yes", "No", "No", "Yes"], "closed"),
        ("Name", ["Ann", "Bo", "Cy", "Di", "Ed", "Flo"], "ignored"),
        ("Postcode", ["AB1 2CD", "EF3 4GH", "IJ5 6KL", "MN7 8OP", "QR9 0ST", "UV1 2WX"], "ignored"),
        ("Ethnicity", ["White", "Asian", "White", "Black", "White", "Mixed"], "demographic"),
        ("To what extent do you agree?", ["Agree", "Strongly agree", "Neither agree nor disagree", "Disagree",
                                          "Tend to disagree", "Don’t know"], "closed"),
        ("Q7", ["A", "B", "A", "B", "A", "A"], "closed"),
        ("Which nation are you in?", ["England|Wales", "England", "Wales", "England|Wales|Scotland", "Scotland", ""],
         "closed"),
        ("Department", ["Health; care", "Schools", "Health; care", "Schools", "Schools", "Schools"], "demographic"),
        ("Tier", ["gold", "tin", "gold", "tin", "tin", "tin"], "demographic"),
        ("Letter", ["I write to object to the plan as it stands in full and in part; it must go now, at once, to save "
                    "the green and the trees of the town we love"] * 6, "open"),
        ("Link", [f"https://a.example/{number}" for number in NUMBERS], "ignored"),
    ],
)  # fmt: skip
def test_roles_of_single_columns(header: str, cells: list[str], role: str) -> None:
    mapping = map_columns([table(("id", NUMBERS), (header, cells), ("Please explain", PROSE))], ColumnsConfig())
    assert roles(mapping)[header] == role


def test_what_most_people_answer_with_no_is_still_asked_in_own_words() -> None:
    said = ["No"] * 300 + [f"{PROSE[n % 6]}, and {n}" for n in range(40)]
    ids = [str(n) for n in range(len(said))]
    mapping = map_columns([table(("id", ids), ("Do you have any other comments?", said))], ColumnsConfig())
    assert roles(mapping)["Do you have any other comments?"] == "open"


def test_the_order_of_rows_changes_nothing() -> None:
    columns = [("id", NUMBERS), ("Tier", ["a", "b"] * 3), ("Please explain", PROSE)]
    turned = [(header, cells[::-1]) for header, cells in columns]
    assert map_columns([table(*columns)], ColumnsConfig()) == map_columns([table(*turned)], ColumnsConfig())


def test_the_configuration_wins() -> None:
    config = ColumnsConfig(
        response_id="key", open=("Why?",), closed=("Pick",), demographics=("Tier",), ignored=("Comment",)
    )
    mapping = map_columns(
        [
            table(
                ("key", NUMBERS),
                ("Why?", ["no", "yes"] * 3),
                ("Pick", ["A;B", "B", "A;C", "C", "B", "D"]),
                ("Tier", NUMBERS),
                ("Comment", PROSE),
                ("More", PROSE),
            )
        ],
        config,
    )
    assert mapping.layout == "wide"
    assert roles(mapping) == {
        "key": "response_id",
        "Why?": "open",
        "Pick": "closed",
        "Tier": "demographic",
        "Comment": "ignored",
        "More": "ignored",
    }
    assert [column.source for column in mapping.columns] == ["configured"] * 5 + ["guessed"]
    assert mapping.columns[2].is_multi
    assert mapping.to_dict()["questions"] == [
        {"question_id": "why", "wording": "Why?", "column": "Why?", "explains": None}
    ]


def test_a_text_column_can_be_named_in_a_wide_looking_file() -> None:
    mapping = map_columns([table(("Please explain", PROSE), ("Why?", PROSE))], ColumnsConfig(text="Why?"))
    assert (mapping.layout, roles(mapping)) == ("long", {"Please explain": "ignored", "Why?": "text"})


def test_question_ids_are_unique() -> None:
    explain = "Please explain the reasons for the answer that you gave above, in full"
    mapping = map_columns([table((explain + " (a)", PROSE), (explain + " (b)", PROSE))], ColumnsConfig())
    assert [question.question_id for question in mapping.questions] == [
        "please-explain-the-reasons-for-the",
        "please-explain-the-reasons-for-the-2",
    ]


@pytest.mark.parametrize(
    "config",
    [
        {"open": ("a",), "text": "b"},
        {"layout": "wide", "text": "a"},
        {"layout": "long", "open": ("a",)},
        {"layout": "wide", "question_id": "a"},
    ],
)
def test_keys_of_both_layouts_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        map_columns([table(("a", PROSE), ("b", PROSE))], ColumnsConfig.model_validate(config))
    assert caught.value.code == "columns_conflict"
    assert "[columns]" in caught.value.message
    assert ("text" in config) == ("--text" in caught.value.message)


def test_a_column_with_two_roles_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        map_columns([table(("a", PROSE), ("b", PROSE))], ColumnsConfig(open=("a",), ignored=("a",)))
    assert caught.value.message == (
        "'a' is named twice, with --open, [columns] open or question_ids and with [columns] ignored."
    )
    assert caught.value.code == "column_twice"


def test_a_configured_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        map_columns([table(("Comment", PROSE), ("id", NUMBERS))], ColumnsConfig(text="Coment"))
    assert caught.value.code == "column_missing"
    assert (
        caught.value.message
        == "'Coment', named with --text or [columns] text, is not in a.csv. Columns found: 'Comment', 'id'."
    )
    assert caught.value.hint == "Did you mean 'Comment'?"


def test_no_text_column_is_refused_column_by_column() -> None:
    with pytest.raises(InputError) as caught:
        map_columns([table(("id", NUMBERS), ("Vote?", ["Yes", "No"] * 3))], ColumnsConfig())
    assert caught.value.code == "no_text_column"
    assert "'Vote?': closed (2 different values in 6 filled cells" in caught.value.message
    for way in ("--open COLUMN", "[columns] open", "--text COLUMN", "[columns] text"):
        assert way in caught.value.hint


def test_a_file_may_lack_a_question_but_not_all_of_them() -> None:
    first = table(("id", NUMBERS), ("Region", ["N", "S"] * 3), ("Please explain", PROSE))
    second = table(("id", NUMBERS), ("Please explain", PROSE), name="b.csv")
    third = table(("id", NUMBERS), ("Region", ["N", "S"] * 3), name="c.csv")
    assert map_columns([first, second], ColumnsConfig()).layout == "wide"
    with pytest.raises(InputError) as caught:
        map_columns([first, third], ColumnsConfig())
    assert caught.value.code == "columns_differ"
    assert "c.csv has no 'Please explain'" in caught.value.message
    assert "mapping file" in caught.value.hint
