"""`consult gold`: labels that people gave, from columns of the files, as a folder for `consult evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consult.cli.checking import standard_input
from consult.cli.render import print_plain, put_json
from consult.config import load_config
from consult.errors import InputError
from consult.ingest import read_gold_columns, read_responses
from consult.report.phrases import counted


def gold_command(
    files: Sequence[Path], out: Path, config: Path | None, options: dict[str, Any], *, as_json: bool
) -> None:
    """Writes labels.csv and themes.csv."""
    settings = load_config(config, options)
    ingested = read_responses(files, settings, stdin=standard_input(files))
    gold = read_gold_columns(ingested, settings.ingest.option_separator)
    paths = [out / "labels.csv", out / "themes.csv"]
    if there := [path for path in paths if path.exists()]:
        raise InputError("gold_there", f"{there[0]}: is there already.", "Name another folder, or remove it first.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, frame in zip(paths, (gold.labels, gold.themes), strict=True):
            frame.write_csv(path, quote_style="non_numeric")
    except OSError as error:
        raise InputError("gold_unwritable", f"{out}: cannot be written ({error.strerror}).", "Name another.") from None
    told = {
        "folder": str(out),
        "labels": gold.labels.height,
        "responses": gold.labels.select("question_id", "response_id").n_unique(),
        "themes": gold.themes.height,
        "columns": gold.columns,
        "unplaced": gold.n_unplaced,
    }
    if as_json:
        put_json(told)
        return
    for column, question in gold.columns.items():
        print_plain(f"{column!r} labels the answers to {question!r}.")
    n_responses = counted(gold.labels.select("question_id", "response_id").n_unique(), "response")
    print_plain(
        f"{out}: {counted(gold.labels.height, 'label')} of {n_responses}, {counted(gold.themes.height, 'theme')}."
    )
    if gold.n_unplaced:
        print_plain(f"{counted(gold.n_unplaced, 'label')} left out: the row has no answer to the question.")
