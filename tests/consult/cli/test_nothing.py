"""What people decide of non-answers, and the answers that they refer to, from the configuration to every door."""

from __future__ import annotations

import pytest

import consult as library

FILE = """id,1. What should change?,2. What else should change?,3. Any other comments?
A,The last bus is too early,See Q1,As above
B,n/a,Yr un ateb â chwestiwn 1,Voir ma réponse à la question 1
C,More benches in the park,see question 9,No
D,,As Q1,No
"""


@pytest.fixture
def analysed(consult, tmp_path):
    """Analyses the file under a configuration, and gives the run's folder."""
    (tmp_path / "one.csv").write_text(FILE, encoding="utf-8")

    def run(config="", name="one"):
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        given = ("--config", tmp_path / "config.toml", "--name", name)
        ended = consult("analyse", tmp_path / "one.csv", "--out", tmp_path / "runs", *given)
        return tmp_path / "runs" / name, ended

    return run


IDS = {"1": "1. What should change?", "2": "2. What else should change?", "3": "3. Any other comments?"}


def test_see_q3_leads_to_that_answer_of_the_same_person(consult, analysed):
    folder, ended = analysed()
    assert ended.code == 0
    run = library.read_run(folder)
    first, second, third = (analysis.question_id for analysis in run.analyses)
    rows = run.non_answers(second).select("response_id", "kind", "refers_to", "refers_to_response_id").rows()
    assert sorted(rows) == [
        ("A", "refers", first, "A"), ("B", "refers", first, "B"), ("C", "refers", None, None),
        ("D", "refers", first, None),
    ]  # fmt: skip
    found = run.referred(second, "A")
    assert found == {
        "question_id": first,
        "wording": "1. What should change?",
        "response_id": "A",
        "text": "The last bus is too early",
        "said": "It refers to the same person’s answer to “1. What should change?”. It is not counted as that answer.",
    }
    assert run.referred(second, "D")["said"] == (
        "It means an answer to “1. What should change?”, to which the same person gave none."
    )
    assert run.referred(second, "C")["said"] == "It does not say which answer it means, so there is no link."
    assert run.referred(first, "A") is None
    assert run.referred(third, "A")["question_id"] == second and run.referred(third, "B")["question_id"] == first
    shown = consult("show", folder, "--question", second, "--response", "A", "--json").json[0]
    assert (shown["refers"], shown["themes"]) == (found, [])
    said = consult("show", folder, "--question", second, "--response", "A").out
    assert f"{first} · A: The last bus is too early" in said
    # It is never counted as that answer.
    assert run.analysis(second).counts["non_answers"] == 4


def test_a_question_that_was_not_analysed_is_named_and_not_linked(consult, analysed):
    run = library.read_run(analysed()[0])
    first, second, _ = (analysis.question_id for analysis in run.analyses)
    part = library.read_run(analysed(f"questions = [{second!r}]", "part")[0])
    assert part.referred(second, "A")["said"].endswith("a question that this run did not analyse.")
    assert part.referred(second, "A")["question_id"] == first


CLOSED = """id,1. Do you want a later bus?,2. Which days?,Why?,Any other comments?
A,Yes,Friday;Saturday,See Q1,as question 2
B,No,,see question 2,See Q9
C,Yes,Friday,The last one is gone before the film ends,No
"""


def test_see_q1_leads_to_what_was_chosen_of_a_closed_question(consult, tmp_path):
    (tmp_path / "closed.csv").write_text(CLOSED, encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        "[columns]\nopen = ['Why?', 'Any other comments?']\n"
        "closed = ['1. Do you want a later bus?', '2. Which days?']\n"
        "[columns.question_ids]\n'Why?' = 'why'\n'Any other comments?' = 'other'\n",
        encoding="utf-8",
    )
    ended = consult(
        "analyse", tmp_path / "closed.csv", "--config", tmp_path / "config.toml", "--out", tmp_path / "runs"
    )
    assert ended.code == 0
    run = library.read_run(tmp_path / "runs" / "closed")
    columns = ("response_id", "refers_to", "refers_to_response_id", "refers_to_option")
    assert run.non_answers("why").select(columns).rows() == [
        ("A", "1. Do you want a later bus?", None, "Yes"), ("B", "2. Which days?", None, None),
    ]  # fmt: skip
    assert run.referred("why", "A") == {
        "question_id": "1. Do you want a later bus?", "wording": None, "response_id": None, "text": "Yes",
        "said": "It refers to the same person’s answer to “1. Do you want a later bus?”, which is “Yes”. It is not "
        "counted as that answer.",
    }  # fmt: skip
    assert run.referred("why", "B")["said"] == (
        "It means an answer to “2. Which days?”, to which the same person gave none."
    )
    assert run.referred("other", "A")["text"] == "Friday; Saturday"
    # No question has that number; the second of the open ones is not meant where others have numbers.
    assert run.referred("other", "B")["question_id"] is None
    shown = consult("show", tmp_path / "runs" / "closed", "--question", "why", "--non-answers").out
    assert "1. Do you want a later bus? · Yes" in " ".join(shown.split())
    said = consult("show", tmp_path / "runs" / "closed", "--question", "why", "--response", "A").out
    assert "which is “Yes”" in said


def test_a_person_puts_one_back_and_sets_one_aside(consult, analysed):
    third = library.read_run(analysed()[0]).analyses[2].question_id
    first = library.read_run(analysed()[0]).analyses[0].question_id
    config = f"[nonanswers]\nanswers = ['{third}:C', '{first}:B']\nset_aside = ['{first}:C']\n"
    folder, ended = analysed(config, "decided")
    assert ended.code == 0
    run = library.read_run(folder)
    assert run.manifest["config"]["nonanswers"]["answers"] == [f"{third}:C", f"{first}:B"]
    status = dict(run.analysis(third).responses.select("response_id", "status").rows())
    assert (status["C"], status["D"]) == ("unthemed", "non_answer")
    assert run.analysis(third).put_back == {"C": "none"} and run.analysis(first).put_back == {"B": "none"}
    assert run.non_answers(first).select("response_id", "kind").rows() == [("C", "set_aside")]
    said = consult("show", folder, "--non-answers").out
    assert "1 answer put back by a person" in said and "said by a person to say nothing" in said
    noted = " ".join(consult("show", folder).out.split())
    assert "1 response looks like a non-answer and counts as an answer, because a person decided so." in noted
    one = consult("show", folder, "--question", third, "--response", "C")
    assert "counts as an answer because a person put it back" in one.out
    assert "because a person decided so: B" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("config", "code", "said"),
    [
        ("[nonanswers]\nanswers = ['Z']", 4, "[nonanswers] answers: 'Z' is no response of these files."),
        ("[nonanswers]\nset_aside = ['Z', 'q:A']", 4, "[nonanswers] set_aside: 'Z' is no response of these files, nor"),
        ("[nonanswers]\nanswers = ['A']\nset_aside = ['A']", 3, "'A' is in answers and in set_aside"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_told(analysed, config, code, said):
    folder, ended = analysed(config)
    assert ended.code == code and said in ended.err and not folder.exists()
