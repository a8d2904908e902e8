"""Labels that people gave, read from files and held against a run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from consult.analysis import Run
from consult.errors import InputError, in_words
from consult.evaluate.scores import LEAST_RESPONSES, LEAST_THEMES, too_few
from consult.naming import listed

KEYS: Final = ("question_id", "response_id", "theme_id")
_SHOWN: Final = 3
"""Ids that a message gives as examples."""
_SHAPE: Final = (
    "labels.csv needs the columns response_id, question_id and theme_id, a row a label; themes.csv needs theme_id, and "
    "may have question_id, theme_label and parent_id."
)


def read_gold(folder: Path) -> pl.DataFrame:
    """Labels that people gave: columns question_id, response_id, theme_id, a row a label.

    Args:
        folder: Holds labels.csv and themes.csv; a theme whose parent_id there is NON_THEME is an administrative code
            and left out.

    Raises:
        InputError: the folder, a file or a column is missing.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "there is no such folder"
        raise InputError("gold_missing", f"{folder}: {what}.", f"Give a folder of two files: {_SHAPE}")
    themes = _read(folder / "themes.csv", ("theme_id",))
    return without_administrative(read_labels(folder), themes).drop_nulls().unique(maintain_order=True)


def read_labels(place: Path) -> pl.DataFrame:
    """The labels of a person: a CSV file, or labels.csv in a folder; columns KEYS, administrative codes and all.

    Raises:
        InputError: the file or a column is missing.
    """
    if not place.exists():
        raise InputError("labels_missing", f"{place}: there is no such file or folder.", _SHAPE)
    return _read(place / "labels.csv" if place.is_dir() else place, KEYS).select(KEYS)


def without_administrative(labels: pl.DataFrame, themes: pl.DataFrame) -> pl.DataFrame:
    """The labels but for those of themes whose parent_id is NON_THEME."""
    if "parent_id" not in themes.columns:
        return labels
    administrative = themes.filter(pl.col("parent_id") == "NON_THEME")["theme_id"].to_list()
    return labels.filter(~pl.col("theme_id").is_in(administrative))


def read_themes(folder: Path) -> pl.DataFrame:
    """The themes of a gold folder, as they are written."""
    return _read(folder / "themes.csv", ("theme_id",))


def gold_titles(themes: pl.DataFrame, question_id: str) -> dict[str, str]:
    """The title of each gold theme of a question; its id where it has none."""
    if "question_id" in themes.columns:
        themes = themes.filter(pl.col("question_id").is_in([question_id, "*"]))
    label = pl.col("theme_label") if "theme_label" in themes.columns else pl.col("theme_id")
    return dict(themes.select("theme_id", label.fill_null(pl.col("theme_id")).alias("label")).iter_rows())


def check_gold(run: Run, labels: pl.DataFrame, only: str | None = None) -> list[str]:
    """Holds labels against a run, or against one question of it.

    Returns:
        What does not fit but does not stop the work, in words.

    Raises:
        InputError: no label is of a question of the run, no id is that of a response, or the labels are too few.
    """
    analysed = [analysis.question_id for analysis in run.analyses]
    labelled = labels["question_id"].unique(maintain_order=True).to_list()
    known = [question_id for question_id in labelled if question_id in analysed]
    if only is not None and not known:
        raise InputError(
            "gold_questions_unknown", f"There is no label of {only!r}.", "Choose another question, or leave it out."
        )
    if not known:
        raise InputError(
            "gold_questions_unknown",
            f"None of the {len(labelled)} question ids of the labels is in the run; they look like {_list(labelled)}.",
            f"The run has {_list(analysed)}; write these ids in the column question_id.",
        )
    notes = []
    if unknown := [question_id for question_id in labelled if question_id not in analysed]:
        notes.append(f"The labels of {_list(unknown)} are left out: the run has no such question.")
    n_known = 0
    for question_id in known:
        mine = labels.filter(pl.col("question_id") == question_id)["response_id"].unique(maintain_order=True)
        ids = run.analysis(question_id).responses["response_id"]
        strange = mine.filter(~mine.is_in(ids.to_list()))
        n_known += len(mine) - len(strange)
        if len(strange):
            notes.append(
                f"{question_id}: {len(strange):,} of {len(mine):,} labelled ids match no response and count as answers "
                f"without a theme; they look like {_list(strange.to_list())}, the run's like {_list(ids.to_list())}."
            )
    if not n_known:
        mine = labels.filter(pl.col("question_id").is_in(known))["response_id"].unique(maintain_order=True)
        ids = run.analysis(known[0]).responses["response_id"]
        raise InputError(
            "gold_ids_unknown",
            f"None of the {len(mine):,} response ids of the labels is in the run; they look like "
            f"{_list(mine.to_list())}.",
            f"The run's look like {_list(ids.to_list())}; `consult check` shows which column they were taken from.",
        )
    if not any(not too_few(labels.filter(pl.col("question_id") == question_id)) for question_id in known):
        counts = "; ".join(_counts(labels, question_id) for question_id in known[:5])
        raise InputError(
            "gold_too_small",
            f"No question has {LEAST_RESPONSES} labelled responses and {LEAST_THEMES} gold themes ({counts}).",
            "With fewer, the figures would be chance: label more answers, drawn at random.",
        )
    notes += [
        f"{_counts(labels, question_id)}: too few to be scored (it takes {LEAST_RESPONSES} and {LEAST_THEMES})."
        for question_id in known
        if too_few(labels.filter(pl.col("question_id") == question_id))
    ]
    return notes


def _counts(labels: pl.DataFrame, question_id: str) -> str:
    mine = labels.filter(pl.col("question_id") == question_id)
    return (
        f"{question_id}: {mine['response_id'].n_unique()} labelled responses, {mine['theme_id'].n_unique()} gold themes"
    )


def _list(ids: list[str]) -> str:
    """The first ids, as they are written."""
    return ", ".join(repr(id_) for id_ in ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")


def _read(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "gold_unreadable", f"{path}: cannot be read ({in_words(error)}).", f"It must be UTF-8 CSV. {_SHAPE}"
        ) from None
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise InputError(
            "gold_unreadable",
            f"{path}: cannot be read (it has no column {missing[0]!r}; its columns are {listed(frame.columns)}).",
            f"It must be UTF-8 CSV. {_SHAPE}",
        )
    return frame
