"""Tables and their mapping -> the frames of responses, respondents, answers, rejects and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest.files import File
from consult.ingest.gather import gather
from consult.ingest.grid import is_blank, plural
from consult.ingest.joins import Join, join_tables
from consult.ingest.layouts import CHOSEN, NOT_CHOSEN
from consult.ingest.letters import CHANNEL, read_letters
from consult.ingest.mapping import Column, Mapping, map_columns, settle_names
from consult.ingest.options import split_options
from consult.ingest.tables import Table
from consult.ingest.translations import Translation, is_translations, read_translations
from consult.schemas import ANSWERS, LEDGER, MARKS, QUESTIONS, REJECTS, RESPONDENTS, RESPONSES, check_frame

_NAMED: Final = 5
_LONGEST_ID: Final = 40
_WHO_ANSWERED: Final = (
    "If the column says who answered, and not which answer it is, name it as [columns] respondent_id. Else: "
)


@dataclass(frozen=True, eq=False)
class Ingested:
    """Everything the files hold, as frames of `consult.schemas`, in file order.

    Attributes:
        questions: QUESTIONS, the open questions.
        responses: RESPONSES, every answer that is not blank, with status received.
        respondents: RESPONDENTS, demographics; the first value of a respondent counts.
        answers: ANSWERS to closed questions.
        rejects: REJECTS, every row that could not be used, with its reason.
        ledger: LEDGER: for each file and question, rows read = responses + rejected + blank.
        mapping: What each column was taken for.
        sources: Name, sha256, bytes, rows, notes and layout of each file, as JSON holds them.
        joins: Headers that were taken for one.
        tables: The files as they were read, under the names that joined columns have in common.
        marks: MARKS, what in letters and mails is not their writers' answer.
        warnings: What a person should look at in letters, in plain English.
        translations: Of answers, from files of them.
    """

    questions: pl.DataFrame
    responses: pl.DataFrame
    respondents: pl.DataFrame
    answers: pl.DataFrame
    rejects: pl.DataFrame
    ledger: pl.DataFrame
    mapping: Mapping
    sources: tuple[dict[str, object], ...]
    joins: tuple[Join, ...] = ()
    tables: tuple[Table, ...] = ()
    marks: pl.DataFrame = field(default_factory=MARKS.empty)
    warnings: tuple[str, ...] = ()
    translations: tuple[Translation, ...] = ()


_NOTHING: Final = Ingested(
    QUESTIONS.empty(), RESPONSES.empty(), RESPONDENTS.empty(), ANSWERS.empty(), REJECTS.empty(), LEDGER.empty(),
    Mapping("long", (), ()), (),
)  # fmt: skip


def read_mapping(
    paths: Sequence[Path], config: AnalysisConfig, *, stdin: bytes | None = None, allow_none: bool = False
) -> tuple[list[Table], Mapping, tuple[Join, ...]]:
    """Reads files and says what their columns are; headers that mean the same are one. See `read_responses`."""
    tables = [table for table in gather(paths, config, stdin)[0] if not is_translations(table)]
    if not tables:
        raise InputError("no_tables", "No table was given, so there are no columns.", "Letters need no mapping.")
    return _mapped(tables, config, allow_none=allow_none)


def _mapped(
    tables: list[Table], config: AnalysisConfig, *, allow_none: bool
) -> tuple[list[Table], Mapping, tuple[Join, ...]]:
    separator, columns = config.ingest.option_separator, settle_names(config.columns, tables)
    tables, joins = join_tables(tables, columns, separator)
    return tables, map_columns(tables, columns, option_separator=separator, allow_none=allow_none), joins


def read_responses(
    paths: Sequence[Path],
    config: AnalysisConfig,
    *,
    stdin: bytes | None = None,
    allow_none: bool = False,
    translations: Path | None = None,
) -> Ingested:
    """Reads files of responses.

    Args:
        paths: Tables, letters and mails of one consultation, folders and ZIP files of them; `-` is standard input.
        config: Its sections `columns`, `ingest` and `letters` are used.
        stdin: What stands on standard input, for a caller that has read it already.
        allow_none: Whether files without any open question are wanted too, to show what they hold.
        translations: A file of them, see `consult.ingest.translations`; one among `paths` is known by its columns.

    Raises:
        ConfigError: [columns] contradicts itself.
        InputError: a file cannot be used, two have one name, no column holds answers, ids repeat while
            `duplicate_ids` is "error", or a translation is of no answer.
    """
    found, files = gather(paths, config, stdin)
    tables = [table for table in found if not is_translations(table)]
    ingested = _read_tables(tables, config, allow_none=allow_none) if tables else _NOTHING
    ingested = _with_letters(ingested, files, config) if files else ingested
    told, sources = read_translations(found, translations, ingested.responses)
    return replace(ingested, translations=told, sources=(*ingested.sources, *sources))


def _with_letters(ingested: Ingested, files: Sequence[File], config: AnalysisConfig) -> Ingested:
    known = [(question.question_id, question.wording, question.column) for question in ingested.mapping.questions]
    letters = read_letters(files, known, config.letters.questions)
    people = ingested.responses.select(pl.col("respondent_id").unique(maintain_order=True))
    channels = people.with_columns(pl.lit(CHANNEL).alias("field"), pl.lit("table").alias("value"))
    respondents = pl.concat([ingested.respondents, letters.respondents, channels])
    return replace(
        ingested,
        questions=check_frame(pl.concat([ingested.questions, letters.questions]), QUESTIONS),
        responses=check_frame(pl.concat([ingested.responses, letters.responses]), RESPONSES),
        respondents=check_frame(respondents.unique(RESPONDENTS.key, keep="first", maintain_order=True), RESPONDENTS),
        rejects=check_frame(pl.concat([ingested.rejects, letters.rejects]), REJECTS),
        ledger=check_frame(pl.concat([ingested.ledger, letters.ledger]), LEDGER),
        marks=check_frame(letters.marks, MARKS),
        sources=(*ingested.sources, *letters.sources),
        warnings=letters.warnings,
    )


def _read_tables(given: list[Table], config: AnalysisConfig, *, allow_none: bool) -> Ingested:
    tables, mapping, joins = _mapped(given, config, allow_none=allow_none)
    rows = _rows(tables, mapping)
    asked = {question.column: {table.name for table in tables if question.column in table.columns}
             for question in mapping.questions}  # fmt: skip
    cells = _wide_cells(rows, mapping, asked) if mapping.layout == "wide" else _long_cells(rows, mapping)
    if config.ingest.duplicate_ids == "error":
        _refuse_duplicates(cells, mapping)
    rejects = _rejects(cells, tables, mapping)
    kept = cells.filter(pl.col("outcome") == "response").with_columns(pl.lit("received").alias("status"))
    usable = rows.join(
        cells.filter(pl.col("outcome").is_in(["response", "blank"])).select("position").unique(), on="position",
        how="semi", maintain_order="left",
    )  # fmt: skip
    questions = pl.DataFrame(
        {
            "question_id": [question.question_id for question in mapping.questions],
            "wording": [question.wording for question in mapping.questions],
        },
        schema=QUESTIONS.schema,
    )
    sources: tuple[dict[str, object], ...] = tuple(
        {
            "name": table.name,
            "sha256": table.sha256,
            "bytes": table.n_bytes,
            "rows": table.rows.height + table.rejects.height,
            "notes": [*table.notes, *_id_notes(tables, table, mapping)],
            "layout": table.found.layout.name,
            "layout_title": table.found.layout.title,
            "layout_reasons": list(table.found.reasons),
            "layout_source": table.found.source,
            "needs": table.found.layout.needs,
            "read_as": "table",
        }
        for table in tables
    )
    return Ingested(
        questions=check_frame(questions, QUESTIONS),
        responses=check_frame(kept.select(list(RESPONSES.columns)), RESPONSES),
        respondents=check_frame(_respondents(usable, mapping), RESPONDENTS),
        answers=check_frame(_answers(usable, mapping, config.ingest.option_separator), ANSWERS),
        rejects=check_frame(rejects, REJECTS),
        ledger=check_frame(_ledger(cells, tables, mapping), LEDGER),
        mapping=mapping,
        sources=sources,
        joins=joins,
        tables=tuple(tables),
    )


def _rows(tables: Sequence[Table], mapping: Mapping) -> pl.DataFrame:
    """One row a row of the files: where it stands, who it is, and its cells in use, numbered `cell 0`, `cell 1`, …."""
    id_column, who, when = (mapping.name(role) for role in ("response_id", "respondent_id", "submitted_at"))
    frames = []
    for table in tables:
        place = pl.col("source_row").cast(pl.String)
        numbered = place if len(tables) == 1 else pl.concat_str([pl.lit(f"{table.name}:"), place])
        response_id = numbered
        if id_column is not None and (len(tables) == 1 or _has_ids(table, id_column)):
            response_id = pl.col(_cell(mapping, id_column))
        date = pl.lit(None, dtype=pl.String) if when is None else pl.col(_cell(mapping, when))
        respondent = response_id if who is None else pl.col(_cell(mapping, who))
        used = [column.name for column in mapping.columns if column.role != "ignored"]
        frames.append(
            pl.DataFrame({"source_row": table.source_rows})
            .with_columns(pl.lit(table.name).alias("source_file"))
            .with_columns(
                (table.rows[name] if name in table.columns else pl.lit("")).alias(_cell(mapping, name)) for name in used
            )
            .with_columns(response_id.alias("response_id"))
            .with_columns(
                pl.when(is_blank(respondent)).then(pl.col("response_id")).otherwise(respondent).alias("respondent_id"),
                pl.when(is_blank(date)).then(None).otherwise(date).alias("submitted_at"),
            )
        )
    return pl.concat(frames).with_row_index("position")


def _has_ids(table: Table, column: str) -> bool:
    """Whether any row has an id; a file of paper responses may have the column and nothing in it."""
    return column in table.columns and not bool(table.rows.select(is_blank(pl.col(column)).all()).item())


def _id_notes(tables: Sequence[Table], table: Table, mapping: Mapping) -> list[str]:
    column = mapping.name("response_id")
    if column is None or len(tables) == 1 or _has_ids(table, column):
        return []
    return [f"Caution: no row has an id in {column!r}: the file's name and row numbers are used"]


def _cell(mapping: Mapping, name: str) -> str:
    """The name of a header's cells in `_rows`: a header may be any text, even "source_row"."""
    return f"cell {[column.name for column in mapping.columns].index(name)}"


_PLACED: Final = ("position", "source_file", "source_row", "response_id", "respondent_id", "submitted_at")


def _wide_cells(rows: pl.DataFrame, mapping: Mapping, asked: dict[str, set[str]]) -> pl.DataFrame:
    """One row a row of the file and open question that the file has, in file order, with its `outcome`.

    An id must be unique in the file: a row without one, or with an earlier row's, is rejected for every question.
    """
    fault = (
        pl.when(is_blank(pl.col("response_id"))).then(pl.lit("blank_id"))
        .when(~pl.col("response_id").is_first_distinct()).then(pl.lit("duplicate_id"))
    )  # fmt: skip
    judged = rows.with_columns(fault.alias("fault"))
    blank_frame = judged.head(0).select(
        *_PLACED, "fault", pl.lit(0).alias("order"), pl.lit("").alias("question_id"), pl.lit("").alias("text")
    )
    cells = pl.concat(
        [blank_frame]
        + [judged.filter(pl.col("source_file").is_in(sorted(asked[question.column]))).select(
            *_PLACED, "fault",
            pl.lit(order).alias("order"),
            pl.lit(question.question_id).alias("question_id"),
            pl.col(_cell(mapping, question.column)).alias("text"),
        )
        for order, question in enumerate(mapping.questions)]
    )  # fmt: skip
    blank = pl.when(is_blank(pl.col("text"))).then(pl.lit("blank")).otherwise(pl.lit("response"))
    return cells.sort("position", "order").with_columns(pl.coalesce("fault", blank).alias("outcome"))


def _long_cells(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """One row a row of the file, with its question and its `outcome`.

    A blank text is counted as blank whatever else is missing: nothing is lost with it. An id must be unique among the
    answers to one question.
    """
    id_column, wording, text = (mapping.name(role) for role in ("question_id", "question", "text"))
    if text is None:  # map_columns has seen to it
        raise AssertionError("a long mapping without a text column")
    if id_column is not None:
        asked = pl.col(_cell(mapping, id_column))
    elif wording is not None:
        keys = rows.select(pl.col(_cell(mapping, wording)).alias("key")).filter(~is_blank(pl.col("key")))
        ids = [question.question_id for question in mapping.questions]
        asked = pl.col(_cell(mapping, wording)).replace_strict(
            keys["key"].unique(maintain_order=True).to_list(), ids, default=pl.lit("")
        )
    else:
        asked = pl.lit(mapping.questions[0].question_id)
    cells = rows.select(
        *_PLACED, asked.alias("asked"), pl.col(_cell(mapping, text)).alias("text"), pl.lit(0).alias("order")
    ).with_columns(pl.when(is_blank(pl.col("asked"))).then(None).otherwise(pl.col("asked")).alias("question_id"))
    cells = cells.with_columns(
        pl.when(is_blank(pl.col("text"))).then(pl.lit("blank"))
        .when(is_blank(pl.col("response_id"))).then(pl.lit("blank_id"))
        .when(pl.col("question_id").is_null()).then(pl.lit("blank_question_id"))
        .otherwise(pl.lit("response")).alias("outcome")
    )  # fmt: skip
    # Only answers compete for an id: a first row that is blank must not push out a second that says something.
    first = pl.struct("question_id", "response_id", "outcome").is_first_distinct()
    repeated = (pl.col("outcome") == "response") & ~first
    return cells.with_columns(pl.when(repeated).then(pl.lit("duplicate_id")).otherwise("outcome").alias("outcome"))


def _same_id(mapping: Mapping) -> list[str]:
    return ["response_id"] if mapping.layout == "wide" else ["question_id", "response_id"]


def _refuse_duplicates(cells: pl.DataFrame, mapping: Mapping) -> None:
    key = _same_id(mapping)
    repeated = cells.filter(pl.col("outcome") == "duplicate_id").unique("position", maintain_order=True)
    if not repeated.height:
        return
    competing = (
        cells if mapping.layout == "wide" else cells.filter(pl.col("outcome").is_in(["response", "duplicate_id"]))
    )
    named = repeated.select(key).unique(maintain_order=True).head(_NAMED)
    places = (
        competing.unique("position", maintain_order=True)
        .join(named, on=key, how="semi", maintain_order="left")
        .group_by(key, maintain_order=True)
        .agg("source_file", "source_row")
    )
    told = []
    for place in places.iter_rows(named=True):
        where = [f"{name} row {row:,}" for name, row in zip(place["source_file"], place["source_row"], strict=True)]
        listed = ", ".join(where[:_NAMED]) + (" …" if len(where) > _NAMED else "")
        # A long "id" is likely an answer in a column that was named by mistake, and answers stay out of errors, as
        # does an address.
        twice = place["response_id"]
        shown = "an e-mail address" if "@" in twice else repr(twice) if len(twice) <= _LONGEST_ID else "a long id"
        told.append(f"{shown} ({listed})")
    more = " and others" if repeated.select(key).n_unique() > _NAMED else ""
    column = mapping.name("response_id")
    raise InputError(
        "duplicate_ids",
        f"{plural(repeated.height, 'row')} {'repeats' if repeated.height == 1 else 'repeat'} the response id of an "
        "earlier row"
        f"{' for the same question' if mapping.layout == 'long' else ''}, in column {column!r}: "
        f"{'; '.join(told)}{more}.",
        _WHO_ANSWERED
        * (mapping.layout == "long")
        + 'Set duplicate_ids = "reject" in [ingest] to keep the first of each and list the others in the rejects, or '
        "name another column with --id or [columns] response_id.",
    )


def _rejects(cells: pl.DataFrame, tables: Sequence[Table], mapping: Mapping) -> pl.DataFrame:
    """The rows that could not be read, then those that could not be used; in a wide file one for each open question."""
    unread = pl.concat(table.rejects for table in tables)
    if mapping.layout == "wide":
        ids = [question.question_id for question in mapping.questions]
        asked = pl.DataFrame({"question_id": ids}, schema={"question_id": pl.String})
        unread = unread.drop("question_id").join(asked, how="cross", maintain_order="left")
    faulty = cells.filter(~pl.col("outcome").is_in(["response", "blank"]))
    first = (
        cells.filter(pl.col("outcome").is_in(["response", "blank"] if mapping.layout == "wide" else ["response"]))
        .unique(_same_id(mapping), keep="first", maintain_order=True)
        .select(
            *_same_id(mapping),
            pl.format("first seen in {} row {}", "source_file", "source_row").alias("seen"),
        )
    )
    at_fault = {"blank_id": mapping.name("response_id"), "blank_question_id": mapping.name("question_id") or
                mapping.name("question"), "duplicate_id": mapping.name("response_id")}  # fmt: skip
    told = {"blank_id": "the cell is blank", "blank_question_id": "the cell is blank"}
    unused = faulty.join(first, on=_same_id(mapping), how="left", maintain_order="left").with_columns(
        pl.col("outcome").replace_strict(at_fault, return_dtype=pl.String).alias("column"),
        pl.col("outcome").alias("reason"),
        pl.col("outcome").replace_strict(told, default=pl.col("seen"), return_dtype=pl.String).alias("detail"),
    )
    columns = list(REJECTS.columns)
    return pl.concat([unread.select(columns), unused.select(columns)])


def _ledger(cells: pl.DataFrame, tables: Sequence[Table], mapping: Mapping) -> pl.DataFrame:
    """Rows read and what became of them, by file and question, in file order; rows that name no question come last."""
    counted = cells.select(
        "source_file", "question_id",
        pl.col("outcome").replace_strict({"response": "n_responses", "blank": "n_blank"}, default="n_rejected")
        .alias("kind"),
    )  # fmt: skip
    unread = _rejects(cells.head(0), tables, mapping).select(
        "source_file", "question_id", pl.lit("n_rejected").alias("kind")
    )

    def count(kind: str) -> pl.Expr:
        return (pl.col("kind") == kind).sum().cast(pl.Int64).alias(kind)

    order = {question.question_id: place for place, question in enumerate(mapping.questions)}
    files = {table.name: place for place, table in enumerate(tables)}
    return (
        pl.concat([counted, unread])
        .group_by("source_file", "question_id")
        .agg(pl.len().cast(pl.Int64).alias("n_read"), count("n_responses"), count("n_rejected"), count("n_blank"))
        .sort(
            pl.col("source_file").replace_strict(files, return_dtype=pl.Int64),
            pl.col("question_id").replace_strict(order, default=None, return_dtype=pl.Int64),
            nulls_last=True,
        )
    )


def _respondents(usable: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    frames = [RESPONDENTS.empty()]
    for name in mapping.names("demographic"):
        value = pl.col(_cell(mapping, name))
        frames.append(
            usable.filter(~is_blank(value)).select("respondent_id", pl.lit(name).alias("field"), value.alias("value"))
        )
    return pl.concat(frames).unique(RESPONDENTS.key, keep="first", maintain_order=True)


def _answers(usable: pl.DataFrame, mapping: Mapping, separator: str) -> pl.DataFrame:
    frames = [ANSWERS.empty()]
    closed = [column for column in mapping.columns if column.role == "closed"]
    # A person who stands in one row chooses an option twice only where a cell lists it twice, or columns share it.
    once = usable["respondent_id"].is_unique().all() and not any(c.is_multi or c.option is not None for c in closed)
    for column in closed:
        options = usable.select(
            "respondent_id",
            pl.lit(column.question or column.name).alias("question_id"),
            pl.col(_cell(mapping, column.name)).alias("option"),
        )
        profile = mapping.profiles.get(column.name)
        cut_at = (profile.separator if profile is not None else "") or separator
        frames.append(_chosen(options, column, cut_at).filter(~is_blank(pl.col("option"))))
    answers = pl.concat(frames)
    return answers if once else answers.unique(ANSWERS.key, keep="first", maintain_order=True)


def _chosen(options: pl.DataFrame, column: Column, separator: str) -> pl.DataFrame:
    """The options that cells name, a row each."""
    option = pl.col("option")
    if column.option is not None:
        said = option.str.strip_chars().str.to_lowercase()
        # What is neither a mark nor the option itself was written by the respondent beside the options.
        return options.filter(~said.is_in(sorted(NOT_CHOSEN))).with_columns(
            pl.when(said.is_in(sorted(CHOSEN))).then(pl.lit(column.option)).otherwise(option).alias("option")
        )
    if not column.is_multi:
        return options
    if column.options:
        known = frozenset(column.options)
        pieces = option.map_elements(lambda cell: split_options(cell, known), return_dtype=pl.List(pl.String))
        return options.with_columns(pieces).explode("option").drop_nulls("option")
    cut = options.with_columns(option.str.split(separator)).explode("option")
    return cut.with_columns(option.str.strip_chars())
