"""The ledger of a run: what became of every row that was read, and whether the sums agree."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import polars as pl

from consult.analysis import Run

_NO_QUESTION: Final = "Rows that name no question"


@dataclass(frozen=True)
class LedgerLine:
    """What became of the rows of one question; counts are rows.

    Attributes:
        question_id: The question; None gathers the rows that name none, and is also that of a total.
        label: The wording, or what the line stands for.
        n_read: Rows read.
        n_responses: Of these, answers kept.
        n_rejected: Of these, rejected with a reason.
        n_blank: Of these, empty.
        n_themed: Of the responses, those that raise a theme.
        n_unthemed: Of the responses, those that raise none.
        n_non_answers: Of the responses, those that say nothing ("no comment").
        n_not_analysed: Of the responses, those to a question that this run was told to leave out.
        balances: All sums agree, with each other and with the rows that the run holds.
    """

    question_id: str | None
    label: str
    n_read: int
    n_responses: int
    n_rejected: int
    n_blank: int
    n_themed: int
    n_unthemed: int
    n_non_answers: int
    n_not_analysed: int
    balances: bool


def ledger_lines(run: Run) -> list[LedgerLine]:
    """One line a question, in the run's order, and one for the rows that name none where there are any."""
    lines = [_line(run, question_id, wording) for question_id, wording in run.questions.iter_rows()]
    # A run of chosen questions keeps the ledger of all: their rows were read, and are accounted for by their id.
    asked = set(run.questions["question_id"])
    others = run.ledger["question_id"].drop_nulls().unique(maintain_order=True)
    lines += [_line(run, question_id, question_id) for question_id in others if question_id not in asked]
    nowhere = _line(run, None, _NO_QUESTION)
    return [*lines, nowhere] if nowhere.n_read or nowhere.n_rejected or not nowhere.balances else lines


def total_line(lines: list[LedgerLine]) -> LedgerLine:
    """The sums over all lines; it balances when every line does."""
    counts = {
        field.name: sum(getattr(line, field.name) for line in lines)
        for field in fields(LedgerLine)
        if field.name.startswith("n_")
    }
    return LedgerLine(question_id=None, label="All", balances=all(line.balances for line in lines), **counts)


def _line(run: Run, question_id: str | None, label: str) -> LedgerLine:
    same = pl.col("question_id").eq_missing(pl.lit(question_id, dtype=pl.String))
    rows = run.ledger.filter(same)
    read, responses, rejected, blank = (
        int(rows[name].sum()) for name in ("n_read", "n_responses", "n_rejected", "n_blank")
    )
    analysis = next((found for found in run.analyses if found.question_id == question_id), None)
    status = [] if analysis is None else analysis.responses["status"].to_list()
    themed, unthemed, non_answers = (status.count(name) for name in ("themed", "unthemed", "non_answer"))
    # Counted from the rows that the run holds, not from what a stage said of itself.
    return LedgerLine(
        question_id=question_id,
        label=label,
        n_read=read,
        n_responses=responses,
        n_rejected=rejected,
        n_blank=blank,
        n_themed=themed,
        n_unthemed=unthemed,
        n_non_answers=non_answers,
        n_not_analysed=responses if analysis is None else 0,
        balances=(
            read == responses + rejected + blank
            and rejected == run.rejects.filter(same).height
            and (analysis is None or responses == len(status) == themed + unthemed + non_answers)
        ),
    )
