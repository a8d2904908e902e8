"""What `consult show` prints of responses that say nothing, and of what stands beside a response."""

from __future__ import annotations

from typing import Any

from consult.cli.render import print_plain, put_table
from consult.references import KINDS
from consult.report.phrases import counted


def put_non_answers(lists: dict[str, dict[str, Any]]) -> None:
    """Prints the non-answers to each question by class, and those that people put back."""
    for question_id, view in lists.items():
        listed = view["non_answers"]
        print_plain(f"{question_id}: {counted(len(listed), 'non-answer')}")
        for kind, n in view["counts"].items():
            print_plain(f"  {n:,} {kind}: {KINDS.get(kind, kind)}")
        rows = [(each["response_id"], each["kind"], " ".join(each["text"].split()), _meant(each)) for each in listed]
        if rows:
            put_table("", ("Response", "Class", "Text", "Refers to"), rows)
        back = [(each["response_id"], each["looks_like"], " ".join(each["text"].split())) for each in view["put_back"]]
        if back:
            title = f"{counted(len(back), 'answer')} put back by a person"
            put_table(title, ("Response", "Looks like", "Text"), back)
    print_plain(
        "To put one back as an answer, list its id in [nonanswers] answers and analyse again; to say that an answer "
        "says nothing, list it in [nonanswers] set_aside. question:id names one question's."
    )


def put_reference(refers: dict[str, Any] | None) -> None:
    """Prints the answer that a response such as "see Q3" means, or why that cannot be told."""
    if refers is None:
        return
    print_plain(refers["said"])
    if refers["response_id"] is not None:
        print_plain(f"  {refers['question_id']} · {refers['response_id']}: {refers['text']}")
    print_plain("")


def put_translation(found: dict[str, Any] | None, indent: str = "") -> None:
    """Prints the translation of a response under a line that says who made it."""
    if found is not None:
        print_plain(f"{indent}[{found['heading']}]\n{indent}{found['translation']}\n")


def _meant(each: dict[str, Any]) -> str:
    if each["kind"] != "refers":
        return ""
    if each["refers_to"] is None:
        return "not said"
    return f"{each['refers_to']} · {each['refers_to_response_id'] or each['refers_to_option'] or 'no such answer'}"
