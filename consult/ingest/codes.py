"""Labels that people gave to answers already, in columns of the files: as gold for `consult evaluate`."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from consult.errors import InputError
from consult.ingest.grid import is_blank
from consult.ingest.mapping import coded_questions
from consult.ingest.responses import Ingested


@dataclass(frozen=True, eq=False)
class Gold:
    """What people coded.

    Attributes:
        labels: question_id, response_id, theme_id: a row a label.
        themes: question_id, theme_id, theme_label: a row a label that was used.
        columns: Header of each column of labels -> the open question whose answers it labels.
        n_unplaced: Labels of rows without an answer to that question, which are left out.
    """

    labels: pl.DataFrame
    themes: pl.DataFrame
    columns: dict[str, str]
    n_unplaced: int


def read_gold_columns(ingested: Ingested, separator: str = ";") -> Gold:
    """The labels in the columns that are taken as coded.

    A cell may list several, with the separator between them; a label's id is the label itself.

    Args:
        ingested: What was read.
        separator: Between the labels of one cell.

    Raises:
        InputError: no column is taken as coded.
    """
    coded = coded_questions(ingested.mapping)
    if not coded:
        raise InputError(
            "no_coded_column",
            "No column was recognised as labels that people gave to answers.",
            'Name it: kind = "coded" in a mapping file, or [columns] coded = ["HEADER"].',
        )
    ids = {question.column: question.question_id for question in ingested.mapping.questions}
    placed = ingested.responses.select("source_file", "source_row", "question_id", "response_id")
    frames = []
    for column, question in coded.items():
        for table in ingested.tables:
            if column in table.columns:
                frames.append(
                    table.rows.select(pl.col(column).str.split(separator).alias("theme_id"))
                    .with_columns(
                        pl.lit(table.name).alias("source_file"),
                        table.source_rows.alias("source_row"),
                        pl.lit(ids[question]).alias("question_id"),
                    )
                    .explode("theme_id")
                )
    given = pl.concat(frames).with_columns(pl.col("theme_id").str.strip_chars()).drop_nulls("theme_id")
    given = given.filter(~is_blank(pl.col("theme_id")))
    joined = given.join(placed, on=["source_file", "source_row", "question_id"], how="left", maintain_order="left")
    labels = (
        joined.drop_nulls("response_id").select("question_id", "response_id", "theme_id").unique(maintain_order=True)
    )
    themes = (
        labels.select("question_id", "theme_id", pl.col("theme_id").alias("theme_label"))
        .unique()
        .sort("question_id", "theme_id")
    )
    return Gold(labels, themes, coded, joined["response_id"].null_count())
