"""Names as people give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import read_responses
from consult.naming import find_name, plain, quoted, suggestion

ODD = "2.\xa0Do you support\nthe  proposals?\u200b"


@pytest.mark.parametrize(
    ("given", "names", "found"),
    [
        ("2. Do you support the proposals?", [ODD, "Other"], ODD),
        ("2. do you support the PROPOSALS?", [ODD, "Other"], ODD),
        (ODD, [ODD, plain(ODD)], ODD),
        ("area", ["Area", "Age"], "Area"),
        ("area", ["Area", "AREA"], None),
        ("Area", ["Area", "AREA"], "Area"),
        ("a b", ["A  b", "a\nb"], "a\nb"),
        ("a b", ["a  b", "a\nb"], None),
        ("mc-0281", ["MC-0281", "MC-0282"], "MC-0281"),
        ("Aera", ["Area"], None),
        ("", ["a"], None),
    ],
)
def test_white_space_and_then_case_may_differ_where_one_name_is_meant(
    given: str, names: list[str], found: str | None
) -> None:
    assert find_name(given, names) == found


def test_a_name_is_shown_so_that_it_can_be_typed() -> None:
    assert quoted(ODD) == "'2. Do you support the proposals?'"
    assert quoted("What's\tnew?\x1b") == '"What\'s new?"'
    assert suggestion("2 do you suport the proposals", ["Age", ODD]) == (
        "Did you mean '2. Do you support the proposals?'? "
    )
    assert suggestion("Region", [ODD]) == ""


FORMS = (
    '"ID","Your\xa0area","2.\xa0Do you support\nthe  proposals?","Anything  else"\n'
    '"1","North","I do, because the bus is late","No more of it"\n'
    '"2","South","Nobody asked those who walk","All is said"\n'
)


def test_columns_with_headers_that_nobody_can_type_are_named(tmp_path: Path) -> None:
    file = tmp_path / "forms.csv"
    file.write_text(FORMS, encoding="utf-8")
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "open": ["2. do you support the proposals?"],
                "question_ids": {"2. Do you support the proposals?": "support"},
                "wordings": {"2. Do you support the proposals?": "Do you?"},
                "demographics": ["Your area"],
                "ignored": ["anything else"],
                "response_id": "id",
            }
        }
    )
    read = read_responses([file], config)
    assert read.questions.rows() == [("support", "Do you?")]
    assert read.responses["response_id"].to_list() == ["1", "2"]
    assert set(read.respondents["field"]) == {"Your\xa0area"}


def test_the_hint_to_a_column_that_is_not_there_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "forms.csv"
    file.write_text(FORMS, encoding="utf-8")

    def read(name: str) -> list[str]:
        config = AnalysisConfig.model_validate({"columns": {"open": [name]}})
        return read_responses([file], config).responses["text"].to_list()

    with pytest.raises(InputError) as caught:
        read("2. Do you suport the proposal?")
    assert caught.value.hint == "Did you mean '2. Do you support the proposals?'?"
    assert "\\xa0" not in caught.value.message and "\xa0" not in caught.value.message
    assert read("2. Do you support the proposals?") == ["I do, because the bus is late", "Nobody asked those who walk"]


def test_a_header_is_joined_to_one_that_differs_in_white_space(tmp_path: Path) -> None:
    for name, header in (("one.csv", "Your\xa0view"), ("two.csv", "Eich  barn")):
        (tmp_path / name).write_text(f"ID,{header}\n{name},The bus is late again today\n", encoding="utf-8")
    config = AnalysisConfig.model_validate(
        {"columns": {"same": {"two.csv: eich barn": "your view"}, "open": ["Your view"]}}
    )
    read = read_responses([tmp_path / "one.csv", tmp_path / "two.csv"], config)
    assert read.questions.rows() == [("your-view", "Your\xa0view")]
    assert read.responses.height == 2
