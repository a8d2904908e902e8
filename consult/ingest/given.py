"""Themes that a team has already: a file of them, and a file of answers that show them.

    themes.csv      title,description,examples,question        title alone is needed
    examples.csv    response_id,theme,question                 or text in place of response_id

Either may be of any table format that answers are read from. What cannot be used is an error that names the file, the
row and the column: a theme that was left out in silence would be one that nobody raised.

What is read becomes the section `[known]` of the configuration (`with_known`), so that every door gives themes alike,
and a run rests on what the files hold and not on what they are called.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import polars as pl

from consult.config import LONGEST_TITLE, MOST_KNOWN, AnalysisConfig, IngestConfig, KnownConfig, key_of
from consult.errors import InputError
from consult.ingest.tables import Table, read_table

MOST_EXAMPLES: Final = 20_000
_SAID: Final = re.compile(r"[^\W_]")
"""A letter or a digit: a cell of dashes is blank here, and a mark alone no example."""
_CLOSE: Final = 0.7
"""Of `difflib`: from here a title is taken for another that was written wrongly."""
_BETWEEN: Final = re.compile(r"\s*(?:\n|\r|\|)\s*")
_THEME_COLUMNS: Final = {
    "title": "title", "theme": "title", "theme_label": "title", "description": "description",
    "theme_description": "description", "examples": "examples", "question": "question", "question_id": "question",
}  # fmt: skip
_EXAMPLE_COLUMNS: Final = {
    "response_id": "response_id", "text": "text", "theme": "theme", "title": "theme", "question": "question",
    "question_id": "question",
}  # fmt: skip
_THEMES_SHAPE: Final = "A file of themes has a column title, and may have description, examples and question."
_EXAMPLES_SHAPE: Final = "A file of examples has the columns response_id (or text) and theme, and may have question."


@dataclass(frozen=True)
class GivenTheme:
    """A theme from the file.

    Attributes:
        title: As written, spaces made even.
        description: What it holds, in a sentence or more; "" for none.
        examples: What people say who raise it.
        question: The id or the wording of the question that it is of; "" for every question.
        row: In the file, from 1, the header counted.
    """

    title: str
    description: str = ""
    examples: tuple[str, ...] = ()
    question: str = ""
    row: int = 0


@dataclass(frozen=True)
class Example:
    """An answer that a person put under a theme.

    Attributes:
        theme: The title.
        response_id: The answer's id; "" where its text is given.
        text: Its text; "" where its id is given.
        question: As in `GivenTheme`.
        row: In the file, from 1, the header counted.
    """

    theme: str
    response_id: str = ""
    text: str = ""
    question: str = ""
    row: int = 0


@dataclass(frozen=True)
class Given:
    """What a team gave.

    Attributes:
        themes: In the order of the file.
        examples: In the order of the file.
        sources: Role (themes, examples) -> name, sha256 and number of rows of the file, as JSON holds them.
    """

    themes: tuple[GivenTheme, ...]
    examples: tuple[Example, ...] = ()
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_given(themes: Path | str, examples: Path | str | None = None) -> Given:
    """Reads a file of themes, and one of examples.

    Args:
        themes: Columns title, and description, examples (several in a cell with | or a line end between them) and
            question (an id or a wording; blank for all), where there are such.
        examples: Columns response_id or text, theme (a title of the other file), and question where there is one.

    Raises:
        InputError: a file cannot be read, is empty or too long; a column or a title is missing; a title is too long, or
            stands twice for one question; an example names no answer, no theme, or one that is not in the file.
    """
    table, columns = _read(Path(themes), "themes", _THEME_COLUMNS, ("title",), _THEMES_SHAPE)
    found = tuple(_themes(table, columns))
    _check_titles(table.name, columns, found)
    sources = {"themes": _source(table)}
    given: tuple[Example, ...] = ()
    if examples is not None:
        told, columns = _read(Path(examples), "examples", _EXAMPLE_COLUMNS, ("theme",), _EXAMPLES_SHAPE)
        given = tuple(_examples(told, columns, _titles(found), table.name))
        sources["examples"] = _source(told)
    return Given(found, given, sources)


def with_known(config: AnalysisConfig, themes: Path | str | None, examples: Path | str | None = None) -> AnalysisConfig:
    """The configuration with what two files hold as its `[known]` themes and examples.

    Args:
        config: The configuration; what it holds of known themes gives way.
        themes: A file of themes; None changes nothing.
        examples: A file of examples, to go with themes of a file or of the configuration; None for none.

    Raises:
        InputError: as `read_given` does; there are examples and no themes.
    """
    if themes is None and examples is None:
        return config
    if themes is None and not config.known.themes:
        raise InputError(
            "given_themes_missing",
            f"{Path(str(examples)).name}: there are examples and no themes.",
            "Give the file of themes too, as --themes (in a notebook themes=).",
        )
    given = read_given(themes, examples) if themes is not None else Given(given_in(config.known).themes)
    if themes is None:
        told, columns = _read(Path(str(examples)), "examples", _EXAMPLE_COLUMNS, ("theme",), _EXAMPLES_SHAPE)
        given = Given(given.themes, tuple(_examples(told, columns, _titles(given.themes), "[[known.themes]]")))
    known = {
        "themes": [vars(theme) for theme in given.themes],
        "examples": [vars(example) for example in given.examples],
        "new": config.known.new,
    }
    return config.model_copy(update={"known": KnownConfig.model_validate(known)})


def given_in(known: KnownConfig, themes: Path | str | None = None, examples: Path | str | None = None) -> Given:
    """The themes and examples of a configuration, and the names of the files that they were read from, if they were."""
    files = {"themes": themes, "examples": examples}
    return Given(
        tuple(
            GivenTheme(
                " ".join(t.title.split()), t.description, t.examples, "" if t.question == "*" else t.question, t.row
            )
            for t in known.themes
        ),
        tuple(
            Example(e.theme, e.response_id, e.text, "" if e.question == "*" else e.question, e.row)
            for e in known.examples
        ),
        {what: {"name": Path(file).name} for what, file in files.items() if file is not None},
    )


def given_themes(given: Given, question_id: str, wording: str) -> list[GivenTheme]:
    """The themes of one question, in the order of the file."""
    return [theme for theme in given.themes if is_of(theme.question, question_id, wording)]


def check_given(given: Given, questions: pl.DataFrame, responses: pl.DataFrame) -> None:
    """Holds what a team gave against what was read.

    Args:
        given: Themes and examples.
        questions: QUESTIONS that the files have.
        responses: RESPONSES, with the ids as submitted.

    Raises:
        InputError: a theme or an example names a question that is not there, an example an answer that is not there or
            that is of several questions; the message names the row.
    """
    rows = list(questions.select("question_id", "wording").iter_rows())
    for what, each in _named(given):
        if each.question and not any(is_of(each.question, *row) for row in rows):
            raise InputError(
                "given_question_unknown",
                f"{_place(given, what, each.row)}, column question: there is no question {each.question!r}.",
                f"There are: {', '.join(question_id for question_id, _ in rows)}. Leave it blank for all of them.",
            )
    where: dict[str, list[str]] = {}
    wanted = [example.response_id for example in given.examples if example.response_id]
    known = responses.filter(pl.col("response_id").is_in(wanted)).select("response_id", "question_id").unique()
    for response_id, question_id in known.sort("response_id", "question_id").iter_rows():
        where.setdefault(response_id, []).append(question_id)
    wordings = dict(rows)
    for example in given.examples:
        if not example.response_id:
            continue
        meant = [
            question_id
            for question_id in where.get(example.response_id, [])
            if is_of(example.question, question_id, wordings.get(question_id, ""))
            and any(
                key_of(theme.title) == key_of(example.theme)
                for theme in given_themes(given, question_id, wordings.get(question_id, ""))
            )
        ]
        place = f"{_place(given, 'examples', example.row)}, column response_id"
        if not meant:
            raise InputError(
                "given_response_unknown",
                f"{place}: no answer to a question of the theme has the id {example.response_id!r}.",
                _meant_id(example.response_id, responses["response_id"])
                + "Ids are those of the file of answers; `consult check` shows which column they are taken from.",
            )
        if len(meant) > 1:
            raise InputError(
                "given_response_of_several",
                f"{place}: {example.response_id!r} answered {len(meant)} questions of the theme: {', '.join(meant)}.",
                "Say in a column question which answer shows the theme.",
            )


def _meant_id(wanted: str, ids: pl.Series) -> str:
    """What else an unknown id may mean: one that differs by case, or by zeros that a spreadsheet took."""

    def plain(each: str) -> str:
        return each.strip().casefold().lstrip("0")

    alike = sorted({each for each in ids if plain(each) == plain(wanted)} - {wanted})
    return f"Do you mean {alike[0]!r}? " if len(alike) == 1 else ""


def is_of(question: str, question_id: str, wording: str) -> bool:
    """Whether what a row names is this question; a row that names none is of all."""
    return not question or question == question_id or key_of(question) == key_of(wording)


def _named(given: Given) -> Iterator[tuple[str, GivenTheme | Example]]:
    yield from (("themes", theme) for theme in given.themes)
    yield from (("examples", example) for example in given.examples)


def _place(given: Given, what: str, row: int) -> str:
    """Where a row stands: in its file, or in the configuration that was read from one or written by hand."""
    name = given.sources.get(what, {}).get("name", f"the file of {what}")
    return f"{name}: row {row}" if row else f"[[known.{what}]]"


def _source(table: Table) -> dict[str, Any]:
    return {"name": table.name, "sha256": table.sha256, "rows": table.rows.height}


def _read(
    path: Path, what: str, known: dict[str, str], needed: Sequence[str], shape: str
) -> tuple[Table, dict[str, str]]:
    """A file as a table, and the header of each column that is known."""
    try:
        table = read_table(path, IngestConfig(layout="table"))
    except InputError as error:
        if error.code in ("header_only", "file_empty"):
            raise InputError("given_empty", f"{path.name}: holds no {what}.", shape) from None
        raise
    if not table.rejects.is_empty():
        row, detail = table.rejects.select("source_row", "detail").row(0)
        raise InputError(
            "given_row",
            f"{table.name}: row {row} cannot be read: {detail}.",
            f"A cell that holds a comma stands in double quotes; a spreadsheet that saves as CSV does so. {shape}",
        )
    columns: dict[str, str] = {}
    for header in table.columns:
        name = known.get(header.strip().casefold())
        if name and name in columns:
            raise InputError(
                "given_column_twice",
                f"{table.name}: the columns {columns[name]!r} and {header!r} both stand for {name}.",
                "Keep one of them.",
            )
        if name:
            columns[name] = header
    missing = [name for name in needed if name not in columns]
    if missing or (what == "examples" and not {"response_id", "text"} & set(columns)):
        name = missing[0] if missing else "response_id"
        raise InputError(
            "given_column_missing",
            f"{table.name}: has no column {name}; its columns are {_headers(table)}.",
            f"{shape} The first row holds these names: rename a column there, or write that row.",
        )
    return table, columns


def _headers(table: Table) -> str:
    """The first headers, cut: a file without a header has an answer in their place."""
    return ", ".join(repr(header[:30]) for header in table.columns[:8]) + (", …" if len(table.columns) > 8 else "")


def _rows(table: Table, columns: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of each row that holds any, spaces at their ends left out."""
    cells = {name: table.rows[header].to_list() for name, header in columns.items()}
    for place, row in enumerate(table.source_rows.to_list()):
        found = {name: values[place].strip() if _shows(values[place]) else "" for name, values in cells.items()}
        if any(found.values()):
            yield row, found


def _themes(table: Table, columns: dict[str, str]) -> Iterator[GivenTheme]:
    for row, cells in _rows(table, columns):
        title = " ".join(cells["title"].split())
        place = f"{table.name}: row {row}, column {columns['title']}"
        if not title:
            raise InputError(
                "given_title_missing", f"{place}: has no title.", "Give the theme a title, or take it out."
            )
        if len(title) > LONGEST_TITLE:
            raise InputError(
                "given_title_long",
                f"{place}: the title has {len(title):,} characters, more than {LONGEST_TITLE}.",
                "Shorten it, and put the rest into a column description.",
            )
        examples = tuple(part for part in _BETWEEN.split(cells.get("examples", "")) if _shows(part))
        question = cells.get("question", "")
        yield GivenTheme(title, cells.get("description", ""), examples, "" if question == "*" else question, row)


def _check_titles(file: str, columns: dict[str, str], themes: Sequence[GivenTheme]) -> None:
    seen: dict[str, list[GivenTheme]] = {}
    for theme in themes:
        for other in seen.setdefault(key_of(theme.title), []):
            if not theme.question or not other.question or key_of(theme.question) == key_of(other.question):
                raise InputError(
                    "given_title_twice",
                    f"{file}: row {theme.row}, column {columns['title']}: the title of row {other.row} again.",
                    "Titles of one question must differ: join the two, or say more in one.",
                )
        seen[key_of(theme.title)].append(theme)
    if not themes:
        raise InputError("given_empty", f"{file}: holds no themes.", _THEMES_SHAPE)
    counts = Counter(theme.question for theme in themes)
    most = counts[""] + max((n for question, n in counts.items() if question), default=0)
    if most > MOST_KNOWN:
        raise InputError(
            "given_too_many",
            f"{file}: holds {most:,} themes for one question, more than {MOST_KNOWN}.",
            "Check that it is a file of themes and not of answers.",
        )


def _titles(themes: Iterable[GivenTheme]) -> dict[str, str]:
    """What titles are compared by -> the title as written."""
    return {key_of(theme.title): theme.title for theme in themes}


def _examples(table: Table, columns: dict[str, str], titles: dict[str, str], themes_file: str) -> Iterator[Example]:
    if table.rows.height > MOST_EXAMPLES:
        raise InputError(
            "given_too_many",
            f"{table.name}: holds {table.rows.height:,} examples, more than {MOST_EXAMPLES:,}.",
            "A few a theme are enough: 5 help, 20 help more.",
        )
    empty = True
    for row, cells in _rows(table, columns):
        empty = False
        place = f"{table.name}: row {row}"
        response_id, text = cells.get("response_id", ""), cells.get("text", "")
        if not response_id and not text:
            raise InputError(
                "given_example_missing", f"{place}: names no answer.", "Fill in response_id or text, or take it out."
            )
        if key_of(cells["theme"]) not in titles:
            what, meant = f"is no title in {themes_file}", _meant_title(cells["theme"], titles)
            if not cells["theme"]:
                what = "names no theme"
            elif meant:
                # What is near to a title is one, and no text of an answer in the wrong column.
                what = f"{cells['theme']!r} {what}"
            raise InputError(
                "given_theme_unknown",
                f"{place}, column {columns['theme']}: {what}.",
                f"{meant}Write the title as it stands in the file of themes.",
            )
        question = cells.get("question", "")
        # Of a row that has both, the id is what counts: the text may have been shortened to be read.
        yield Example(
            cells["theme"], response_id, "" if response_id else text, "" if question == "*" else question, row
        )
    if empty:
        raise InputError("given_empty", f"{table.name}: holds no examples.", _EXAMPLES_SHAPE)


def _meant_title(wanted: str, titles: dict[str, str]) -> str:
    """The title that is nearest to one that is unknown, where one is near."""
    near = get_close_matches(key_of(wanted), sorted(titles), 1, _CLOSE) if wanted else []
    return f"Do you mean {titles[near[0]]!r}? " if near else ""


def _shows(cell: str) -> bool:
    return _SAID.search(cell) is not None
