"""What a person should look at before anything is analysed: one sentence a finding, none with the text of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import polars as pl

from consult.ingest.grid import plural
from consult.ingest.headers import LOOSE_IDS, RESPONDENT_IDS, RESPONSE_IDS, expects_prose, invites_prose, key_of
from consult.ingest.responses import Ingested
from consult.ingest.roles import NOTHING, WEAK
from consult.naming import quoted

# Of an open question with at least so many answers, so few of which differ: it may be a closed one.
_ENOUGH: Final = 20
_REPEATING: Final = 0.2
_MANY_OPTIONS: Final = 100
_LEAST_CUT: Final = 250
"""Answers of one length below this are no sign of a cut."""
_LISTED: Final = 5
_IDS: Final = frozenset((*RESPONSE_IDS, *RESPONDENT_IDS, *LOOSE_IDS))


def find_needs(ingested: Ingested) -> list[str]:
    """What a person must do before the files can be analysed; empty when nothing stands in the way."""
    needs = [f"{source['name']}: {source['needs']}" for source in ingested.sources if source["needs"]]
    if ingested.questions.is_empty() and not ingested.mapping.columns:
        needs.append("No file holds an answer that can be read: the rejects say why.")
    elif ingested.questions.is_empty() and not needs:
        needs.append(
            "No column was recognised as answers in people's own words: name it with --open COLUMN where each question "
            "has its column, or with --text COLUMN where each row is one answer."
        )
    return needs


def find_warnings(ingested: Ingested) -> list[str]:
    """Everything that may be wrong with the files or with what their columns were taken for."""
    return [
        *_about_ids(ingested),
        *_about_questions(ingested),
        *_about_columns(ingested),
        *_about_joins(ingested),
        *_about_people(ingested),
        *_about_files(ingested),
        *ingested.warnings,
    ]


def _about_ids(ingested: Ingested) -> Iterator[str]:
    mapping = ingested.mapping
    for column in mapping.columns:
        profile = mapping.profiles.get(column.name)
        is_id = column.role in ("response_id", "respondent_id") or key_of(column.name) in _IDS
        if profile and is_id and profile.scientific > 0:
            n_cells = round(profile.scientific * profile.n_filled)
            yield (
                f"{quoted(column.name)}: {plural(n_cells, 'id')} in scientific notation, as 1.18E+11, which "
                "spreadsheet programs make of long numbers: digits are lost. Export again with the ids as text."
            )
    if mapping.columns and mapping.questions and mapping.name("response_id") is None:
        yield "No column of ids was found: row numbers are used. Name one with --id or [columns] response_id."


def _about_questions(ingested: Ingested) -> Iterator[str]:
    questions = ingested.mapping.questions
    length = pl.col("text").str.len_chars()
    measures = ingested.responses.group_by("question_id").agg(
        pl.len(),
        pl.col("text").n_unique(),
        length.max().alias("longest"),
        (length == length.max()).sum().alias("n_longest"),
    )
    measured = {question_id: rest for question_id, *rest in measures.iter_rows()}
    for question in questions:
        n, d, longest, n_longest = measured.get(question.question_id, (0, 0, 0, 0))
        if not n:
            yield f"Question {quoted(question.question_id)} has no answers."
        elif n >= _ENOUGH and d < _REPEATING * n:
            yield (
                f"Question {quoted(question.question_id)}: {plural(n, 'answer')}, but only {d:,} different texts; if "
                f"people chose among options, list it in [columns] closed."
            )
        if longest >= _LEAST_CUT and n_longest >= 3 and n_longest < d:
            yield (
                f"Question {quoted(question.question_id)}: {n_longest:,} answers have exactly {longest:,} characters, "
                "and none has more: the survey tool or a spreadsheet program may have cut them."
            )
    by_wording: dict[str, list[str]] = {}
    for question in questions:
        by_wording.setdefault(" ".join(question.wording.casefold().split()), []).append(question.question_id)
    for ids in by_wording.values():
        if len(ids) > 1:
            yield (
                f"{plural(len(ids), 'question')} have one wording: {_listed(ids)}. If they are one, join them in a "
                "mapping file; else give each its own wording there."
            )
    for question in questions:
        header, wording = _words(question.column), _words(question.wording)
        if len(header) > 3 and len(wording) > 3 and not header & wording:
            yield (
                f"Question {quoted(question.question_id)}: its wording shares no word with the header of its column "
                f"{quoted(question.column)}. Check that it is the right column."
            )


def _about_columns(ingested: Ingested) -> Iterator[str]:
    mapping = ingested.mapping
    needed = {source["name"] for source in ingested.sources if source["needs"]}
    guessed = [
        quoted(column.name)
        for column in mapping.columns
        if column.role in ("open", "text")
        and column.source == "guessed"
        and not expects_prose(column.label or column.name)
    ]
    if guessed:
        flag = "--text or [columns] text" if mapping.layout == "long" else "--open or [columns] open"
        yield (
            f"Taken as people's own words by what {'it holds' if len(guessed) == 1 else 'they hold'}: "
            f"{', '.join(guessed)}. If that is wrong, name the right ones with {flag}."
        )
    left = []
    for column in mapping.columns:
        profile = mapping.profiles.get(column.name)
        if profile is None or len(needed) == len(ingested.sources):
            continue
        if column.role == "closed" and profile.n_distinct > _MANY_OPTIONS and not column.is_multi and not column.option:
            yield (
                f"{quoted(column.name)} is taken as a closed question, but has {profile.n_distinct:,} different "
                "values: if people answered in their own words, name it with --open or [columns] open."
            )
        if column.role == "ignored" and column.source == "guessed":
            if column.reason.startswith(WEAK):
                left.append(column.name)
            elif column.reason == NOTHING and mapping.layout == "wide" and invites_prose(column.label or column.name):
                yield f"{quoted(column.name)} asks for people's own words, but no cell holds anything: it is left out."
    if left:
        yield (
            f"Of the columns left out, {len(left):,} {'holds' if len(left) == 1 else 'hold'} values that may matter: "
            f"{_listed(left)}. Say what they are "
            "in a mapping file (`consult map`), or list them in [columns] ignored."
        )


def _about_joins(ingested: Ingested) -> Iterator[str]:
    for join in ingested.joins:
        if join.source == "guessed":
            yield (
                f"{quoted(join.header)} in {join.file} is taken as {quoted(join.to)}: {join.reason}. If that is "
                "wrong, change it in a mapping file (`consult map`)."
            )


def _about_people(ingested: Ingested) -> Iterator[str]:
    """The same e-mail address in several rows: perhaps a person who answered twice. Told, and never merged."""
    addresses = []
    for table in ingested.tables:
        for name in table.columns:
            profile = ingested.mapping.profiles.get(name)
            if profile is not None and profile.emails >= 0.5:
                cell = pl.col(name).str.strip_chars().str.to_lowercase()
                addresses.append(
                    table.rows.select(cell.alias("address"), pl.lit(table.name).alias("file"))
                    .with_columns(table.source_rows.alias("row"))
                    .filter(pl.col("address").str.contains("@"))
                )
    if not addresses:
        return
    repeated = (
        pl.concat(addresses).unique(maintain_order=True).group_by("address", maintain_order=True)
        .agg(pl.format("{} row {}", "file", "row").alias("places")).filter(pl.col("places").list.len() > 1)
    )  # fmt: skip
    if repeated.height:
        examples = "; ".join(" and ".join(places[:4]) for places in repeated["places"].head(3).to_list())
        stand = "address stands" if repeated.height == 1 else "addresses stand"
        yield (
            f"{repeated.height:,} e-mail {stand} in several rows ({examples}): perhaps the same person twice. All are "
            "kept as separate responses, and none are merged."
        )


def _about_files(ingested: Ingested) -> Iterator[str]:
    seen: dict[object, object] = {}
    for source in ingested.sources:
        first = seen.setdefault((source["sha256"], str(source["name"]).partition(" [")[2]), source["name"])
        if first != source["name"]:
            yield f"{source['name']} holds exactly the same bytes as {first}."
        notes = source["notes"]
        for note in notes if isinstance(notes, list) else []:
            if "cells" in note or "guessed" in note or "repeated headers" in note or note.startswith("Caution"):
                yield f"{source['name']}: {note}."
    reason = pl.col("reason")
    whole = ingested.rejects.filter(reason.is_in(["unreadable_file", "not_read"]))
    if whole.height:
        told = [f"{row['source_file']!r} ({row['detail']})" for row in whole.head(_LISTED).iter_rows(named=True)]
        more = f" and {whole.height - _LISTED:,} more" if whole.height > _LISTED else ""
        yield f"{plural(whole.height, 'file')} could not be used: {'; '.join(told)}{more}."
    rows = ingested.rejects.filter(~reason.is_in(["unreadable_file", "not_read", "needs_transcription"]))
    n_rows = rows.select("source_file", "source_row").n_unique()
    if n_rows:
        each = "" if n_rows == rows.height else ", each for every open question"
        yield f"{plural(n_rows, 'row')} {'was' if n_rows == 1 else 'were'} rejected{each}: see the rejects."


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def _listed(names: list[str]) -> str:
    shown = ", ".join(quoted(name) for name in islice(names, _LISTED))
    return shown + (f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else "")
