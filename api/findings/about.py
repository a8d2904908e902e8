"""The run as a whole: its questions, its ledger, how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from api.findings.runs import derived
from consult.analysis import Run
from consult.report.ledger import ledger_lines, total_line
from consult.report.phrases import (
    balance_sentence,
    limits_of,
    made_when,
    people_known,
    reason_sentence,
    run_notes,
    what_this_is,
)

_TOP: Final = 3
_REJECTS: Final = 200
METHOD: Final = (
    (
        "Reading",
        "Every row of the files is read as text. Each is counted: as a response, as blank, or as rejected with its "
        "reason. Nothing is dropped without a line in the ledger.",
    ),
    (
        "Personal data",
        "What is found of e-mail addresses, telephone numbers, names and the like is replaced by what it was, such as "
        "[e-mail], before anything else sees the text, unless the settings below say otherwise. Some stays: see the "
        "limits.",
    ),
    (
        "Copied texts",
        "Texts that are equal or nearly so are grouped as a campaign. All are kept and counted, and each campaign also "
        "once; its text is themed once, and what somebody added to it is their own.",
    ),
    (
        "Points",
        "A response is cut into the points it makes, at its sentences and clauses. What a letter says to be one, such "
        "as a greeting, makes none. Answers such as “no comment” or “see attached” are counted as non-answers and "
        "raise no theme.",
    ),
    (
        "Meaning",
        "An embedding model turns each point into numbers, so that points that say alike lie near each other. Equal "
        "texts get equal numbers.",
    ),
    (
        "Themes",
        "Points that lie close together are grouped with BERTopic into themes. A point belongs to the theme it is "
        "nearest to, when it is near enough; a response raises the themes of its points.",
    ),
    (
        "Ranking",
        "Themes are ranked by how many people raise them. Beside that stands the count of distinct texts, where many "
        "copies of one text count once.",
    ),
    (
        "Words",
        "Titles, summaries and quotes are taken from what people wrote. Every quote is an exact passage of a response, "
        "to the character.",
    ),
)


def overview(run: Run) -> dict[str, Any]:
    """The run: counts, ledger, whether the files say who answered, and each question with its first themes."""
    lines = derived(run, ("ledger",), lambda: ledger_lines(run))
    total = total_line(lines)
    analysed = {analysis.question_id: analysis for analysis in run.analyses}
    questions = []
    for question_id, wording in run.questions.iter_rows():
        analysis = analysed.get(question_id)
        entry: dict[str, Any] = {"question_id": question_id, "wording": wording, "analysed": analysis is not None}
        if analysis is not None:
            entry |= {
                "counts": analysis.counts,
                "ledger": counts_sentence(analysis.counts),
                "n_themes": analysis.themes.height,
                "notes": list(analysis.manifest.get("notes", [])),
                "top": analysis.themes.sort("rank")
                .head(_TOP)
                .select("theme_id", "rank", "title", "source", "n_respondents", "n_distinct", "share")
                .to_dicts(),
            }
        questions.append(entry)
    return {
        "run": run.name,
        "made": made_when(run.manifest),
        "respondents_known": people_known(run.manifest),
        "what": what_this_is(run.manifest),
        "limits": list(limits_of(run.manifest)),
        "notes": run_notes(run.manifest),
        "counts": run.manifest["counts"],
        "balances": total.balances,
        "balance": balance_sentence(total),
        "questions": questions,
    }


def ledger(run: Run) -> dict[str, Any]:
    """Every row accounted for: a line a question, the total, the files, and what was rejected and why.

    Returns:
        lines and total (see `consult.report.ledger.LedgerLine`), balance in words, files (rows of LEDGER), rejects
        (n, reasons with their meaning, the first rows, n_unlisted).
    """
    lines = derived(run, ("ledger",), lambda: ledger_lines(run))
    total = total_line(lines)
    reasons = run.rejects.group_by("reason").agg(n=pl.len()).sort(["n", "reason"], descending=[True, False])
    return {
        "run": run.name,
        "lines": [asdict(line) for line in lines],
        "total": asdict(total),
        "balances": total.balances,
        "balance": balance_sentence(total),
        "files": run.ledger.to_dicts(),
        "rejects": {
            "n": run.rejects.height,
            "reasons": [
                {"reason": reason, "meaning": reason_sentence(reason), "n": n} for reason, n in reasons.iter_rows()
            ],
            "rows": run.rejects.head(_REJECTS).to_dicts(),
            "n_unlisted": max(0, run.rejects.height - _REJECTS),
        },
    }


def made(run: Run) -> dict[str, Any]:
    """How the run was made, in plain words and in figures; what an older manifest lacks is empty."""
    manifest = run.manifest
    model = manifest.get("model") or {}
    config = manifest.get("config") or {}
    embedding = config.get("embedding") or {}
    return {
        "run": run.name,
        "made": made_when(manifest),
        "respondents_known": people_known(manifest),
        "method": method_of(manifest),
        "limits": list(limits_of(manifest)),
        "notes": run_notes(manifest),
        "model": {"name": model.get("name", ""), "fingerprint": model.get("fingerprint", "")},
        "sent_to": embedding.get("base_url") if embedding.get("provider") == "openai" else None,
        "seed": manifest.get("seed"),
        "version": manifest.get("consult_version", ""),
        "versions": dict(sorted((manifest.get("versions") or {}).items())),
        "inputs": list(manifest.get("inputs") or []),
        "settings": flat(config),
        "seconds": dict(manifest.get("seconds") or {}),
        "fingerprint": manifest.get("fingerprint"),
    }


def method_of(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """`METHOD` step by step, of responses where people were not told apart."""
    known = people_known(manifest)
    return [
        {"title": title, "text": text if known else text.replace("how many people raise", "how many responses raise")}
        for title, text in METHOD
    ]


def counts_sentence(counts: Mapping[str, int]) -> str:
    """The ledger of a question in words."""
    return (
        f"{counts['read']:,} rows read = {counts['responses']:,} responses + {counts['rejected']:,} rejected + "
        f"{counts['blank']:,} blank. {counts['responses']:,} responses = {counts['themed']:,} with a theme + "
        f"{counts['unthemed']:,} with none + {counts['non_answers']:,} non-answers."
    )


def flat(values: Mapping[str, Any], above: str = "") -> list[dict[str, Any]]:
    """Nested settings as a list of `key` (section.key) and `value`."""
    found: list[dict[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            found += flat(value, f"{above}{key}.")
        else:
            found.append({"key": f"{above}{key}", "value": value})
    return found
