"""Which formats there are, and how their files reach the folder: all of an export at once, each whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from consult.analysis import Run
from consult.errors import ConfigError, RunError
from consult.report.iai import write_iai
from consult.report.page import write_html
from consult.report.tables import write_csv, write_jsonl
from consult.report.workbook import write_xlsx

FORMATS: Final[dict[str, Callable[[Run, Path], list[str]]]] = {
    "csv": write_csv,
    "html": write_html,
    "iai": write_iai,
    "jsonl": write_jsonl,
    "xlsx": write_xlsx,
}
"""A format's name -> the function that writes a run into a folder and returns the names of its files."""


def export_run(run: Run, format: str, folder: Path) -> list[Path]:
    """Writes a run for people or other programs.

    The files are made beside their place and moved there when all are finished. A file of the same name is replaced:
    an export holds nothing that the run does not.

    Args:
        run: A finished run.
        format: A key of `FORMATS`.
        folder: Where to write; made when it is absent.

    Returns:
        The files written, in the order of their importance to a reader.

    Raises:
        ConfigError: the format is unknown.
        RunError: the folder cannot be written.
    """
    write = FORMATS.get(format)
    if write is None:
        raise ConfigError("format_unknown", f"Unknown export format {format!r}.", f"Known: {', '.join(FORMATS)}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as writing:
            names = write(run, Path(writing))
            for name in names:
                (folder / name).parent.mkdir(exist_ok=True)
                os.replace(Path(writing) / name, folder / name)
    except OSError as error:
        raise RunError(
            "export_unwritable",
            f"{folder}: cannot be written ({error.strerror or type(error).__name__}).",
            "Check the folder and its free space, and close any of its files that another program has open.",
        ) from None
    return [folder / name for name in names]
