"""A mapping as a TOML file that a person can read and edit, and back into the configuration's [columns].

A `[[question]]` is anything that was asked, with its `columns`: the first gives its name, the others are the same under
other headers ("file: header" where several files have the header). `options` in place of `columns` lists the columns
that stand for one option each.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from consult.errors import ConfigError
from consult.ingest.joins import Join
from consult.ingest.mapping import Column, Mapping, coded_questions
from consult.ingest.tables import Table

_SINGLE: Final = {
    "response_id": "response_id", "respondent_id": "respondent_id", "submitted_at": "submitted_at",
    "question_id": "question_id", "question": "question_wording", "text": "text",
}  # fmt: skip
"""Role of one column -> its key in the file."""
_KINDS: Final = {"closed": "closed", "demographic": "demographics", "coded": "coded"}
"""Kind of a question -> the key of [columns] that lists it; an open one has keys of its own."""
_KEYS: Final = {"kind", "id", "wording", "columns", "options", "explains"}
_TOP: Final = {"rows", "layout", "row", "question", "ignored", *_SINGLE.values()}
_HEAD: Final = """\
# What each column of the files is. `consult map` guessed what is not marked as configured: read it, change what is
# wrong, and give the file to `consult check FILES --mapping THIS` and `consult analyse FILES --mapping THIS`.
#
# kind = "open"         people's own words: themes are found in them
# kind = "closed"       answered by choosing; people can be compared by it
# kind = "demographic"  who answered
# kind = "coded"        labels that people gave to answers already
# columns               the headers under which it stands; several where files word it differently
# options               in place of columns: a column for each option of one closed question
# explains              of an open question: the closed one whose answer it gives reasons for; of a coded one: the open
#                       one whose answers it labels
# A column that stands nowhere here is guessed again.
"""


def write_mapping(mapping: Mapping, tables: Sequence[Table], joins: Sequence[Join]) -> str:
    """The mapping as the text of a TOML file.

    Args:
        mapping: What was guessed or configured.
        tables: The files; each is named with its layout and the reasons for it.
        joins: Which headers were taken for one.
    """
    lines = [_HEAD]
    for table in tables:
        said = "; ".join(table.found.reasons)
        lines.append(f"# {_comment(table.name)}: {table.found.layout.title} ({_comment(said)})")
    rows = "a row a respondent, a column a question" if mapping.layout == "wide" else "a row an answer"
    lines += ["", f"rows = {_text(mapping.layout)}  # {rows}"]
    if any(table.found.source == "configured" for table in tables):
        lines.append(f"layout = {_text(tables[0].found.layout.name)}")
    for column in mapping.columns:
        if column.role in _SINGLE:
            lines.append(f"{_SINGLE[column.role]} = {_text(column.name)}  # {_why(column)}")
    also: dict[str, list[str]] = {}
    for join in joins:
        several = sum(join.header in table.columns for table in tables) > 0
        clash = several or len({other.to for other in joins if other.header == join.header}) > 1
        also.setdefault(join.to, []).append(f"{join.file}: {join.header}" if clash else join.header)
    lines += _questions(mapping, also)
    ignored = [column for column in mapping.columns if column.role == "ignored"]
    if ignored:
        lines += ["", "[ignored]", "columns = ["]
        lines += [f"    {_text(column.name)},  # {_why(column)}" for column in ignored]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _questions(mapping: Mapping, also: dict[str, list[str]]) -> Iterator[str]:
    open_questions = {question.column: question for question in mapping.questions if mapping.layout == "wide"}
    done: set[str] = set()
    for column in mapping.columns:
        if column.role in _SINGLE or column.role == "ignored" or column.name in done:
            continue
        yield ""
        yield f"[[question]]  # {_why(column)}"
        yield f"kind = {_text(column.role)}"
        question = open_questions.get(column.name)
        if question is not None:
            yield f"id = {_text(question.question_id)}"
            yield f"wording = {_text(question.wording)}"
        elif column.label is not None and column.option is None:
            yield f"# {_comment(column.label)}"
        if column.option is not None:
            group = [each for each in mapping.columns if each.option is not None and each.question == column.question]
            yield f"wording = {_text(column.question or '')}"
            yield "options = ["
            for each in group:
                yield f"    {_text(each.name)},  # {_comment(each.option or '')}"
            yield "]"
            done |= {each.name for each in group}
            continue
        names = list(dict.fromkeys([column.name, *also.get(column.name, [])]))
        yield "columns = [" + ", ".join(_text(name) for name in names) + "]"
        tied = mapping.explains.get(column.name) or coded_questions(mapping).get(column.name)
        if tied:
            yield f"explains = {_text(tied)}"


def read_mapping_file(path: Path) -> dict[str, Any]:
    """Reads a mapping file.

    Returns:
        What it says as the configuration has it: `columns`, and `ingest` where it names a layout.

    Raises:
        ConfigError: the file cannot be read, or a key in it is unknown or missing; the message says which.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            "mapping_unreadable", f"{path}: cannot be read ({error.strerror}).", "Check the path given to --mapping."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("mapping_syntax", f"{path}: is not valid TOML: {error}.", "Correct that line.") from None
    unknown = sorted(set(given) - _TOP)
    if unknown:
        raise _wrong(path, f"unknown key {unknown[0]!r}", f"Known keys: {', '.join(sorted(_TOP - {'row'}))}.")
    columns: dict[str, Any] = {role: given[key] for role, key in _SINGLE.items() if key in given}
    columns |= {"layout": given.get("rows", "auto"), "open": [], "closed": [], "demographics": [], "coded": []}
    columns |= {"question_ids": {}, "wordings": {}, "options": {}, "explains": {}, "same": {}}
    columns["ignored"] = list((given.get("ignored") or {}).get("columns", []))
    for place, question in enumerate(given.get("question", []), start=1):
        _put_question(path, place, question, columns)
    kept = {key: value for key, value in columns.items() if value not in ([], {})}
    return {"columns": kept} | ({"ingest": {"layout": given["layout"]}} if "layout" in given else {})


def _put_question(path: Path, place: int, question: dict[str, Any], columns: dict[str, Any]) -> None:
    where = f"question {place}"
    unknown = sorted(set(question) - _KEYS)
    if unknown:
        raise _wrong(path, f"{where}: unknown key {unknown[0]!r}", f"Known keys: {', '.join(sorted(_KEYS))}.")
    kind = question.get("kind")
    names, options = question.get("columns") or [], question.get("options") or []
    listed = isinstance(names, list) and isinstance(options, list)
    if not listed or bool(names) == bool(options) or not all(isinstance(n, str) for n in [*names, *options]):
        raise _wrong(
            path, f"{where} has no list of columns", 'Give it columns = ["HEADER"], or options = ["HEADER", …].'
        )
    if kind not in ("open", *_KINDS) or (options and kind != "closed"):
        raise _wrong(
            path, f"{where}: kind is {kind!r}", "It can be open, closed, demographic or coded; with options, closed."
        )
    if options:
        wording = question.get("wording") or question.get("id")
        if not wording:
            raise _wrong(path, f"{where} has options and no wording", 'Give it wording = "…": it names the question.')
        columns["options"] |= dict.fromkeys(options, wording)
        return
    first, *others = names
    columns["same"] |= dict.fromkeys(others, first)
    if kind != "open":
        columns[_KINDS[kind]].append(first)
        if kind == "coded" and question.get("explains"):
            columns["explains"][first] = question["explains"]
        return
    columns["open"].append(first)
    if question.get("id"):
        columns["question_ids"][first] = question["id"]
    if question.get("wording") not in (None, "", first):
        columns["wordings"][first] = question["wording"]
    columns["explains"][first] = question.get("explains", "")


def _wrong(path: Path, what: str, hint: str) -> ConfigError:
    return ConfigError("mapping_key", f"{path}: {what}.", hint)


def _why(column: Column) -> str:
    return _comment(f"{column.source}: {column.reason}" if column.source == "guessed" else "configured")


def _comment(text: str) -> str:
    """Text on one line, without what TOML does not allow in a comment."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
