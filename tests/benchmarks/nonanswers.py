"""How many answers that say nothing are told, and how many that say something are taken for them.

    python tests/benchmarks/nonanswers.py FOLDER [--misses]

`nhs_fft` has codes for "no theme". Its coders used them for more than want of content: for what their themes did not
cover ("Gave me injection"), and for what cannot be made out. So the 136 answers with such a code alone that are not
empty were read one by one: 12 are spaces, which the ledger counts as blank, and the reading of the other 124 stands
below by id; what is not listed says something. It was made by somebody who saw what the rules take. The other sets
have no such code: of them only answers with a theme that were taken are counted; in `nhs_feedback` "nothing" has
codes of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from consult.nonanswers import mark_non_answers
from consult.schemas import QUESTIONS, RESPONSES

LACKING = {
    "none or nothing": "856-1 945-1 1912-1 1976-1 1052-1 1084-1 1916-1 982-1 1668-1 1933-1 1756-1 798-2 1175-2 1874-2 "
    "1978-2 1039-2",
    "no comment, or nothing to say": "437-1 437-2 599-1 1302-1 1550-1 1675-1 826-1 98-1 1304-1 1547-1 1221-2",
    "does not know": "1301-1 1515-1 1637-1 01-1 181-1 956-1 1833-1 1865-1 1651-1 709-1 1144-1 1168-1 1303-1 "
    "1397-1 168-1 844-1 298-1 315-1 339-1 491-1 1337-1 160-2 1586-2",
    "will answer later": "1781-1",
    "says yes, no or sometimes to what asks for neither": "1080-2 1650-2 1665-1 1341-2 1985-1",
    "speaks of the form or of other answers": "1842-2 1410-2",
    "a stop-gap or a heading": "585-2 473-1",
}
"""The answers of nhs_fft that lack content, by reason: number of the form, then of its question, 1 or 2."""
UNCLEAR = "629-1 1242-1 10-2 1081-2 1196-2 1235-2 559-2 242-2 11-2"
"""Those that cannot be made out: words are there, and what they say of the question is not told."""
NOTHING_CODES = {"nhs_feedback": {"xn", "xe", "xg", "xm"}, "nhs_fft": set()}
"""Codes for "nothing" and "everything"."""
SETS = ("nhs_fft", "nhs_feedback", "gambling", "argkp", "ottensen", "egalite")


def read_set(folder: Path) -> tuple[pl.DataFrame, dict[tuple[str, str], set[str]], set[str]]:
    """RESPONSES that are not blank, with their question's wording; the codes of each; the codes that are no theme."""
    responses, labels, themes = (
        pl.read_csv(folder / f"{name}.csv", infer_schema=False).fill_null("")
        for name in ("responses", "labels", "themes")
    )
    codes: dict[tuple[str, str], set[str]] = {}
    for question_id, response_id, theme_id in labels.select("question_id", "response_id", "theme_id").iter_rows():
        codes.setdefault((question_id, response_id), set()).add(theme_id)
    none = set(themes.filter(pl.col("parent_id") == "NON_THEME")["theme_id"])
    return responses.filter(pl.col("text").str.strip_chars() != ""), codes, none


def classes(answers: pl.DataFrame) -> dict[tuple[str, str], str]:
    """The class of each answer that says nothing."""
    questions = answers.select("question_id", wording="question").unique("question_id").sort("question_id")
    questions = questions.select(list(QUESTIONS.schema))
    found = {}
    for (question_id,), mine in answers.group_by("question_id"):
        rows = [
            (r, question_id, r, text, None, "", 1, "received") for r, text in mine.select("response_id", "text").rows()
        ]
        _, kinds, _ = mark_non_answers(pl.DataFrame(rows, schema=RESPONSES.schema, orient="row"), questions)
        found |= {(str(question_id), r): kind for r, kind in kinds.select("response_id", "kind").iter_rows()}
    return found


def listed(ids: Iterable[str]) -> set[tuple[str, str]]:
    """The keys of nhs_fft that short ids stand for; its first question is q3."""
    cut = (each.split("-") for each in ids)
    return {("q3" if place == "1" else "q4", f"NHFT {number} - Q{place}") for number, place in cut}


def score_reading(
    found: dict[tuple[str, str], str], coded: set[tuple[str, str]], texts: dict[tuple[str, str], str]
) -> None:
    """Prints the share found of what lacks content, of what is unclear, and of all that the coders gave no theme."""
    lacking = listed(each for ids in LACKING.values() for each in ids.split())
    unclear = listed(UNCLEAR.split())
    assert lacking | unclear <= coded, sorted((lacking | unclear) - coded)
    assert not lacking & unclear
    for label, keys in (
        ("lack content", lacking),
        ("unclear", unclear),
        ("say something", coded - lacking - unclear),
        ("all with no theme", coded),
    ):
        told = sum(key in found for key in keys)
        print(f"nhs_fft, no theme, {label:18} {told:4} of {len(keys):4} non-answers or thin: {told / len(keys):.1%}")
    for reason, ids in LACKING.items():
        keys = listed(ids.split())
        print(f"    {reason:52} {sum(key in found for key in keys):3} of {len(keys):3}")
    if "--misses" in sys.argv:
        for key in sorted(lacking - set(found)):
            print(f"    missed {key}: {texts[key]!r}")
        for key in sorted((coded - lacking) & set(found)):
            print(f"    taken {key}: {texts[key]!r}")


def main(data: Path) -> None:
    for name in SETS:
        if not (data / name).is_dir():
            continue
        answers, codes, none = read_set(data / name)
        texts = {(q, r): text for q, r, text in answers.select("question_id", "response_id", "text").iter_rows()}
        began = time.perf_counter()
        found = classes(answers)
        seconds = time.perf_counter() - began
        if none:
            score_reading(found, {key for key in texts if key in codes and not codes[key] - none}, texts)
        without = none | NOTHING_CODES.get(name, set())
        themed = {key for key in texts if codes.get(key, set()) - without}
        taken = sorted(themed & set(found))
        print(
            f"{name}: {len(taken)} of {len(themed):,} answers with a theme taken for non-answers: "
            f"{len(taken) / len(themed):.2%}; {len(texts):,} answers in {seconds:.2f} s"
        )
        if "--misses" in sys.argv:
            for key in taken:
                print(f"    lost {key} ({found[key]}): {texts[key]!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
