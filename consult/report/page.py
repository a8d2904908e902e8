"""One page to read: self-contained, offline, no script, for a reader who has never heard of topic modelling."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
import polars as pl
from markupsafe import Markup, escape

from consult.analysis import Run
from consult.copied import WHAT_ALIKE_IS, WHAT_CAMPAIGNS_ARE
from consult.report.ledger import ledger_lines, total_line
from consult.report.phrases import (
    STABILITY,
    balance_sentence,
    bytes_in_words,
    counted,
    duration,
    limits_of,
    made_when,
    number,
    people_known,
    percent,
    reason_sentence,
    run_notes,
    stability_word,
    sum_of_responses,
    sum_of_rows,
    what_this_is,
)
from consult.report.questions import view_question

_FILE: Final = "report.html"
_REJECTS: Final = 200


def write_html(run: Run, folder: Path) -> list[str]:
    """Writes report.html."""
    (folder / _FILE).write_text(render_page(run), encoding="utf-8", newline="\n")
    return [_FILE]


def render_page(run: Run) -> str:
    """The page as text."""
    lines = ledger_lines(run)
    total = total_line(lines)
    places = {question_id: place for place, question_id in enumerate(run.questions["question_id"], start=1)}
    known = people_known(run.manifest)
    questions = [
        view_question(run, analysis, places[analysis.question_id], people_known=known) for analysis in run.analyses
    ]
    people = pl.concat([pl.Series([], dtype=pl.String), *(found.responses["respondent_id"] for found in run.analyses)])
    return _environment().get_template("report.html.j2").render(
        name=run.name,
        made=made_when(run.manifest),
        what_this_is=what_this_is(run.manifest),
        limits=limits_of(run.manifest),
        people=counted(people.n_unique(), "person", "people") if known else "",
        n_themes=sum(len(question.themes) for question in questions),
        lines=lines,
        total=total,
        balance=balance_sentence(total),
        rows_sum=sum_of_rows(total.n_read, total.n_responses, total.n_rejected, total.n_blank),
        responses_sum=sum_of_responses(total.n_responses, total.n_themed, total.n_unthemed, total.n_non_answers),
        analysed={analysis.question_id for analysis in run.analyses},
        places=places,
        rejects=_rejects(run),
        n_unlisted=max(0, run.rejects.height - _REJECTS),
        questions=questions,
        made_of=_made_of(run.manifest),
    )  # fmt: skip


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("consult.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "counted": counted, "percent": percent, "exact": _exact}
    environment.filters["stability"] = stability_word
    environment.globals |= {
        "stability_means": STABILITY,
        "what_campaigns_are": WHAT_CAMPAIGNS_ARE,
        "what_alike_is": WHAT_ALIKE_IS,
    }
    return environment


def _exact(text: str) -> Markup:
    """Text of a respondent, so that a browser shows its every character: it would make a bare CR into an LF."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))


def _rejects(run: Run) -> dict[str, Any]:
    reasons = run.rejects.group_by("reason").agg(n=pl.len()).sort(["n", "reason"], descending=[True, False])
    return {
        "count": run.rejects.height,
        "reasons": [(reason_sentence(reason), count) for reason, count in reasons.iter_rows()],
        "rows": run.rejects.head(_REJECTS).to_dicts(),
    }


def _made_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """How the run was made, from its manifest; an older or smaller one may lack any of it."""
    model = manifest.get("model") or {}
    config = manifest.get("config") or {}
    embedding = config.get("embedding") or {}
    seconds = [value for value in (manifest.get("seconds") or {}).values() if isinstance(value, int | float)]
    return {
        "version": str(manifest.get("consult_version", "")),
        "model": str(model.get("name", "")),
        "fingerprint": str(model.get("fingerprint", "")),
        "seed": str(manifest.get("seed", "")),
        "sent_to": str(embedding.get("base_url") or "") if embedding.get("provider") == "openai" else "",
        "took": duration(sum(seconds)) if seconds else "",
        "inputs": [_input(source) for source in manifest.get("inputs") or []],
        "settings": _flat(config),
        "versions": sorted((str(name), str(version)) for name, version in (manifest.get("versions") or {}).items()),
        "notes": run_notes(manifest),
    }


def _input(source: Mapping[str, Any]) -> dict[str, Any]:
    size = source.get("bytes")
    rows = source.get("rows")
    return {
        "name": str(source.get("name", "a file")),
        "size": bytes_in_words(size) if isinstance(size, int) else "",
        "rows": counted(rows, "row") if isinstance(rows, int) else "",
        "sha256": str(source.get("sha256", "")),
        "notes": [str(note) for note in source.get("notes") or []],
    }


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested settings as `section.key` and their value in words."""
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            found += _flat(value, f"{above}{key}.")
        elif isinstance(value, list | tuple):
            found.append((f"{above}{key}", "; ".join(map(str, value)) or "none"))
        elif isinstance(value, bool):
            found.append((f"{above}{key}", "yes" if value else "no"))
        else:
            found.append((f"{above}{key}", "not set" if value in (None, {}) else str(value)))
    return found
