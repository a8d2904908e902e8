"""What stands beside a response: the language that it is in, and a translation that somebody made."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.findings.runs import read
from consult.analysis import Analysis, Run
from consult.languages import NAMES
from consult.report.phrases import translation_heading
from consult.store import scan_frame


def translations_of(run: Run, analysis: Analysis, response_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Of some responses, those that have one: id -> translation, language, translated_by, translator, heading."""
    rows = scan_frame(analysis, "translations").filter(pl.col("response_id").is_in(response_ids))
    return {
        row.pop("response_id"): row
        | {"heading": translation_heading(row["language"], row["translated_by"], row["translator"])}
        for row in read(rows, run).iter_rows(named=True)
    }


def told_languages(analysis: Analysis) -> list[dict[str, Any]]:
    """How many answers of substance are in each language, the commonest first: code, name, n."""
    counts = analysis.manifest.get("languages") or {}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"code": code, "name": NAMES.get(code, code), "n": n} for code, n in ordered]


def language_of(run: Run, analysis: Analysis, response_id: str) -> dict[str, str] | None:
    """The language that a response is in: code and name; None in a run of before it was kept."""
    found = read(scan_frame(analysis, "languages").filter(pl.col("response_id") == response_id), run)["language"]
    return None if found.is_empty() else {"code": found[0], "name": NAMES.get(found[0], found[0])}
