"""`consult check` and `consult map`: what files hold, what their columns were taken for, and the mapping as a file."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from consult.cli.render import print_plain, put_json, put_table
from consult.config import load_config
from consult.errors import ConfigError
from consult.ingest import describe, read_mapping, read_mapping_file, read_responses, write_mapping
from consult.report.phrases import counted

_LONGEST_NAME = 90


def merge_options(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Options given in two ways, section by section; those above win."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = merge_options(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def with_mapping(options: dict[str, Any], mapping: Path | None) -> dict[str, Any]:
    """Options over what a mapping file says."""
    return options if mapping is None else merge_options(read_mapping_file(mapping), options)


def standard_input(files: Sequence[Path]) -> bytes | None:
    """What stands on standard input, when a file is `-`."""
    return sys.stdin.buffer.read() if any(str(file) == "-" for file in files) else None


def check_command(files: Sequence[Path], config: Path | None, options: dict[str, Any], *, as_json: bool) -> None:
    """Prints what files hold and what would be rejected."""
    settings = load_config(config, options)
    report = describe(read_responses(files, settings, stdin=standard_input(files), allow_none=True))
    if as_json:
        put_json(report)
    else:
        put_check(report, brief=False)
    if not report["questions"]:
        # What was found is printed all the same: it says why.
        raise typer.Exit(4)


def map_command(
    files: Sequence[Path], out: Path | None, config: Path | None, options: dict[str, Any], *, as_json: bool
) -> None:
    """Writes what each column was taken for as a mapping file, or prints it."""
    settings = load_config(config, options)
    tables, mapping, joins = read_mapping(files, settings, stdin=standard_input(files), allow_none=True)
    text = write_mapping(mapping, tables, joins)
    if out is not None:
        if out.exists():
            raise ConfigError("mapping_there", f"{out}: is there already.", "Name another file, or remove it first.")
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                "mapping_unwritable", f"{out}: cannot be written ({error.strerror}).", "Name another place."
            ) from None
    if as_json:
        put_json({"mapping": mapping.to_dict(), "file": None if out is None else str(out), "text": text})
    elif out is None:
        print_plain(text)
    else:
        roles = [column.role for column in mapping.columns]
        n_open = roles.count("open") + roles.count("text")
        print_plain(
            f"{out}: {counted(n_open, 'column')} of people's own words, {roles.count('closed')} closed, "
            f"{roles.count('demographic')} about who answered, {roles.count('ignored')} left out. Read it, change what "
            f"is wrong, and give it with --mapping."
        )


def put_check(report: dict[str, Any], *, brief: bool) -> None:
    """Prints the report of `consult.ingest.describe`."""
    _put_sources(report["sources"], brief=brief)
    roles = [
        (c["role"], _shortened(c["name"]), _reason(c), c["source"])
        for c in report["columns"]
        if not brief or c["role"] != "ignored"
    ]
    if roles:
        put_table(f"Columns ({report['layout']} layout)", ("Taken as", "Column", "Why", ""), roles)
    ignored = sum(c["role"] == "ignored" for c in report["columns"])
    if brief and ignored:
        print_plain(f"{counted(ignored, 'column')} left out; `consult check` says which and why.")
    if not brief:
        _put_ledger(report)
    for need in report["needs"]:
        print_plain(f"Needed: {need}")
    for warning in report["warnings"]:
        print_plain(f"Note: {warning}")
    if brief:
        print_plain("Another reading: --mapping (see `consult map`), --layout, --id, --open, --text, or --config.\n")


def _put_sources(sources: Sequence[dict[str, Any]], *, brief: bool) -> None:
    """How each file was read: tables with their layout, letters and other files as a list."""
    others = []
    for source in sources:
        if source["read_as"] != "table":
            others.append(source)
            continue
        print_plain(f"{source['name']}: {counted(source['rows'], 'row')}. {'; '.join(source['notes'])}")
        how = "as configured" if source["layout_source"] == "configured" else "; ".join(source["layout_reasons"])
        print_plain(f"  Layout {source['layout']}: {source['layout_title']} ({how}). Another: --layout.")
    if others and not brief:
        rows = [
            (s["name"], s["read_as"], ", ".join(s["answers"]), ", ".join(s["set_apart"]), "; ".join(s["notes"]))
            for s in others
        ]
        heads = ("File", "Read as", "Answers", "Kept out of the analysis", "Noticed")
        put_table("Letters, mails and other files", heads, rows)
    elif others:
        kinds = Counter(source["read_as"] for source in others)
        print_plain(f"Letters, mails and other files: {', '.join(f'{n:,} {kind}' for kind, n in kinds.items())}.")


def _put_ledger(report: dict[str, Any]) -> None:
    counts = ("n_read", "n_responses", "n_rejected", "n_blank")
    several = len(report["sources"]) > 1
    entries = report["ledger"] if several else report["questions"]
    rows = [
        (*((e["source_file"],) if several else ()), e["question_id"] or "(none named)", *(e[key] for key in counts))
        for e in entries
    ]
    if not several:
        nowhere = [entry for entry in report["ledger"] if entry["question_id"] is None]
        if nowhere:
            rows.append(("(none named)", *(sum(entry[key] for entry in nowhere) for key in counts)))
    if len(rows) > 1:
        rows.append((*(("all",) if several else ()), "all", *(report["totals"][key] for key in counts)))
    heads = (*(("File",) if several else ()), "Question", "Rows read", "Responses", "Rejected", "Blank")
    if rows:
        first = len(heads) - 4
        put_table(
            "Ledger: rows read = responses + rejected + blank", heads, rows, numbers=tuple(range(first, first + 4))
        )
    for group in report["rejects"]:
        print_plain(f"Rejected ({group['reason']}): {group['n_rejected']} — {group['meaning']}")


def _reason(column: dict[str, Any]) -> str:
    if column["option"] is not None:
        return f"option {column['option']!r} of {column['question']!r}: {column['reason']}"
    return f"{column['reason']}{'; ' + repr(_shortened(column['label'])) if column['label'] else ''}"


def _shortened(name: str) -> str:
    return name if len(name) < _LONGEST_NAME else name[: _LONGEST_NAME - 2] + "…"
