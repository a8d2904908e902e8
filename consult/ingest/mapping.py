"""Which column is what: configured, else guessed from header and content, with a reason a person can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from consult.config import ColumnsConfig
from consult.errors import ConfigError, InputError
from consult.ingest.guesses import Facts, Guesses, explained, gather_facts, guess_long, guess_wide, looks_long
from consult.ingest.headings import split_label
from consult.ingest.options import OptionColumn, comma_options
from consult.ingest.profiles import Profile
from consult.ingest.questions import Question, asked_questions, question_ids
from consult.ingest.roles import Role
from consult.ingest.tables import Table
from consult.naming import find_name, listed, quoted, suggestion

Layout = Literal["wide", "long"]

_SINGLE: Final[tuple[Role, ...]] = ("response_id", "respondent_id", "question_id", "question", "text", "submitted_at")
_ONLY_QUESTION: Final = "q1"
_KEYS: Final[dict[Role, str]] = {
    "response_id": "--id or [columns] response_id",
    "text": "--text or [columns] text",
    "open": "--open, [columns] open or question_ids",
    "demographic": "[columns] demographics",
}
"""How a role is given, where that is not by the key of its own name."""


@dataclass(frozen=True)
class Column:
    """One column of the files and what it is taken for.

    Attributes:
        name: The header.
        role: What it is.
        reason: Why, in plain English.
        source: guessed or configured.
        is_multi: For a closed question: whether a cell lists several options.
        options: Of such, the options that are known, where commas stand between them and within them.
        question: For a column of one option: the question that it belongs to.
        option: For a column of one option: what choosing it means.
        label: The header in words, where header rows have more than its name.
    """

    name: str
    role: Role
    reason: str
    source: Literal["guessed", "configured"]
    is_multi: bool = False
    options: tuple[str, ...] = ()
    question: str | None = None
    option: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Mapping:
    """What every column is, and which questions follow.

    Attributes:
        layout: wide, a row a respondent and a column a question; long, a row an answer.
        columns: Every column of the files, in file order.
        questions: The open questions, in file order.
        explains: Open question's header -> the closed question whose answer it explains.
        profiles: What the columns hold, by header; for warnings.
    """

    layout: Layout
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]
    explains: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict, compare=False, repr=False)

    def names(self, role: Role) -> tuple[str, ...]:
        """The headers of the columns with this role, in file order."""
        return tuple(column.name for column in self.columns if column.role == role)

    def name(self, role: Role) -> str | None:
        """The header of the one column with this role, or None."""
        return next(iter(self.names(role)), None)

    def to_dict(self) -> dict[str, object]:
        """The mapping as JSON holds it."""
        return {
            "layout": self.layout,
            "columns": [
                {
                    "name": column.name,
                    "role": column.role,
                    "reason": column.reason,
                    "source": column.source,
                    "is_multi": column.is_multi,
                    "question": column.question,
                    "option": column.option,
                    "label": column.label,
                }
                for column in self.columns
            ],
            "questions": [
                {
                    "question_id": question.question_id,
                    "wording": question.wording,
                    "column": question.column,
                    "explains": self.explains.get(question.column),
                }
                for question in self.questions
            ],
        }


def settle_names(config: ColumnsConfig, tables: Sequence[Table]) -> ColumnsConfig:
    """Writes the columns that are named as they stand in the files; what names none is left as it is.

    A name is found as `consult.naming.find_name` says.
    """
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    placed = [f"{table.name}: {name}" for table in tables for name in table.columns]
    groups = list(config.options.values())

    def settle(given: str, known: Sequence[str] = names) -> str:
        return find_name(given, known) or given

    settled: dict[str, object] = {role: settle(name) for role in _SINGLE if (name := getattr(config, role)) is not None}
    for key in ("open", "closed", "demographics", "coded", "ignored"):
        if (named := getattr(config, key)) is not None:
            settled[key] = tuple(dict.fromkeys(settle(name) for name in named))
    for key in ("question_ids", "options", "wordings"):
        settled[key] = {settle(name): value for name, value in getattr(config, key).items()}
    closed = [*names, *groups]
    settled["explains"] = {settle(name): settle(value, closed) for name, value in config.explains.items()}
    settled["same"] = {settle(key, [*names, *placed]): settle(to) for key, to in config.same.items()}
    return config.model_copy(update=settled)


def map_columns(
    tables: Sequence[Table], config: ColumnsConfig, *, option_separator: str = ";", allow_none: bool = False
) -> Mapping:
    """Says what each column is: as configured, the rest guessed from headers and content.

    Args:
        tables: The files, read; one mapping must hold for all.
        config: The columns that are named there are taken at their word.
        option_separator: What stands between the options of one cell of a closed question.
        allow_none: Whether a mapping without any question is wanted too, to show what the files hold.

    Raises:
        ConfigError: a column is given two roles, or keys of both layouts are set.
        InputError: a configured column is not there, no column holds answers, or the files differ in a column in use.
    """
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    configured = _configured_roles(config, names, tables)
    facts = gather_facts(tables, configured, option_separator)
    layout = _layout(config, facts)
    grouped: dict[str, OptionColumn] = {}
    lists: dict[str, tuple[str, ...]] = {}
    if layout == "long":
        guesses = guess_long(facts)
    else:
        guesses, grouped, lists = guess_wide(facts, only=config.open)
    for name, question in config.options.items():
        option = (facts.parts.get(name) or split_label(facts.labels[name]) or ("", facts.labels[name]))[1]
        grouped[name] = OptionColumn(question, option, "named in the configuration")
    columns = [_column(name, facts, guesses, grouped.get(name), lists.get(name, ())) for name in names]
    wanted: Role = "text" if layout == "long" else "open"
    if not any(column.role == wanted for column in columns):
        if not allow_none:
            raise _no_text(tables, columns)
        return Mapping(layout, tuple(columns), (), profiles=facts.profiles)
    _check_alike(layout, tables, columns)
    closed = {column.name: column.question or column.name for column in columns if column.role == "closed"}
    opened = {column.name: facts.labels[column.name] for column in columns if column.role == "open"}
    tied = explained(names, closed, opened)
    tied = {name: closed for name, closed in (tied | config.explains).items() if closed}
    questions = _questions(layout, tables, columns, config)
    return Mapping(layout, tuple(columns), questions, tied, facts.profiles)


def _column(
    name: str, facts: Facts, guesses: Guesses, grouped: OptionColumn | None, options: tuple[str, ...]
) -> Column:
    profile, role = facts.profiles[name], facts.configured.get(name)
    source: Literal["guessed", "configured"] = "guessed" if role is None else "configured"
    if role is None:
        role, reason = guesses[name]
        multi = profile.is_multi
    else:
        reason = "named in the configuration"
        multi = profile.n_options > 0
    label = facts.labels[name] if facts.labels[name] != name else None
    if role == "closed" and grouped is not None:
        return Column(name, role, reason, source, False, (), grouped.question, grouped.option, label)
    if role == "closed" and not multi and not options and source == "configured":
        options = comma_options(facts.cells[name])
    multi = role == "closed" and (multi or bool(options))
    return Column(name, role, reason, source, multi, options if multi else (), label=label)


def coded_questions(mapping: Mapping) -> dict[str, str]:
    """Header of each column of labels -> the open question that it labels.

    As the mapping says in `explains`; else the open question whose header begins alike; else the nearest one before
    it, or the first.
    """
    opened = [question.column for question in mapping.questions]
    if not opened:
        return {}
    order = [column.name for column in mapping.columns]
    stems = {name: (split_label(name) or ("", ""))[0] for name in order}
    found = {}
    for column in mapping.columns:
        if column.role != "coded":
            continue
        alike = [name for name in opened if stems[column.name] and name.startswith(stems[column.name])]
        before = [name for name in opened if order.index(name) < order.index(column.name)]
        told = mapping.explains.get(column.name)
        found[column.name] = told if told in opened else alike[-1] if alike else before[-1] if before else opened[0]
    return found


def _configured_roles(config: ColumnsConfig, names: list[str], tables: Sequence[Table]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    single: list[tuple[str | None, Role]] = [(getattr(config, role), role) for role in _SINGLE]
    several: list[tuple[str | None, Role]] = [(name, "open") for name in config.open or ()]
    several += [(name, "open") for name in config.question_ids]
    several += [(name, "closed") for name in config.closed]
    several += [(name, "closed") for name in config.options]
    several += [(name, "demographic") for name in config.demographics]
    several += [(name, "coded") for name in config.coded]
    several += [(name, "ignored") for name in config.ignored]
    for name, role in single + several:
        if name is None:
            continue
        if name not in names:
            files = ", ".join(table.name for table in tables)
            raise InputError(
                "column_missing",
                f"{quoted(name)}, named with {_key(role)}{_in_mapping(role)}, is not in {files}. "
                f"Columns found: {listed(names)}.",
                suggestion(name, names).strip() or "Name the column as its header is written.",
            )
        if roles.setdefault(name, role) != role:
            raise ConfigError(
                "column_twice",
                f"{quoted(name)} is named twice, with {_key(roles[name])} and with {_key(role)}.",
                "Keep one of the two.",
            )
    return roles


def _layout(config: ColumnsConfig, facts: Facts) -> Layout:
    of_long: tuple[Role, ...] = ("text", "question_id", "question")
    long_keys = [key for key in of_long if getattr(config, key) is not None]
    if long_keys and (config.open or config.layout == "wide"):
        raise ConfigError(
            "columns_conflict",
            f"{_key(long_keys[0])} is set, which is of a long file (a row an answer), and also "
            + (_key("open") if config.open else "[columns] layout = 'wide'")
            + ", which is of a wide one (a column a question).",
            "Keep the one that fits the file.",
        )
    if config.open and config.layout == "long":
        raise ConfigError(
            "columns_conflict",
            f"{_key('open')} is set, and also [columns] layout = 'long'.",
            f"A long file has {_key('text')} instead.",
        )
    if config.layout != "auto":
        return config.layout
    if config.open or long_keys:
        return "wide" if config.open else "long"
    return "long" if looks_long(facts) else "wide"


def _key(role: Role) -> str:
    return _KEYS.get(role, f"[columns] {role}")


def _in_mapping(role: Role) -> str:
    """How a mapping file gives a role, where that is in other words."""
    if role == "ignored":
        return " or, in the mapping file, [ignored] columns"
    return f' or, in the mapping file, kind = "{role}"' if role in ("open", "closed", "demographic", "coded") else ""


def _no_text(tables: Sequence[Table], columns: list[Column]) -> InputError:
    files = ", ".join(table.name for table in tables)
    lines = "".join(f"\n  {quoted(column.name)}: {column.role} ({column.reason})" for column in columns)
    return InputError(
        "no_text_column",
        f"{files}: no column was recognised as answers in people's own words. What each was taken for:{lines}\n",
        'Name the column: `--open COLUMN` or `[columns] open = ["COLUMN"]` where each question has its column; '
        '`--text COLUMN` or `[columns] text = "COLUMN"` where each row is one answer.',
    )


def _check_alike(layout: Layout, tables: Sequence[Table], columns: list[Column]) -> None:
    """A file may lack a question, as people may not have been asked it; but not all of them."""
    of_long: tuple[Role, ...] = ("text", "question_id", "question")
    used = [column.name for column in columns if column.role in (of_long if layout == "long" else ("open",))]
    for table in tables:
        missing = [name for name in used if name not in table.columns]
        if missing and (layout == "long" or len(missing) == len(used)):
            raise InputError(
                "columns_differ",
                f"The files do not have the same columns: {table.name} has no {listed(missing)}.",
                "If it asks the same under other headers, say so in a mapping file (`consult map FILES -o "
                "mapping.toml`) or in [columns] same; else analyse it apart.",
            )


def _questions(
    layout: Layout, tables: Sequence[Table], columns: list[Column], config: ColumnsConfig
) -> tuple[Question, ...]:
    if layout == "wide":
        headers = [column.name for column in columns if column.role == "open"]
        ids = question_ids(headers, config.question_ids)
        wordings = {header: wording for table in reversed(tables) for header, wording in table.wordings.items()}
        return tuple(
            Question(question_id, config.wordings.get(header) or wordings.get(header, header), header)
            for question_id, header in zip(ids, headers, strict=True)
        )
    by_role = {column.role: column.name for column in columns}
    text = by_role["text"]
    return asked_questions(tables, by_role.get("question_id"), by_role.get("question"), text, default=_ONLY_QUESTION)
