"""What is given -> its tables, read, and its other files: letters, mails, archives and what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consult.config import AnalysisConfig
from consult.documents import sandboxed
from consult.errors import InputError
from consult.ingest.files import File, open_files, rejected
from consult.ingest.nested import is_input_folder
from consult.ingest.sniff import TABLES
from consult.ingest.tables import Table, load, parse_tables, read_tables


def gather(paths: Sequence[Path], config: AnalysisConfig, stdin: bytes | None) -> tuple[list[Table], list[File]]:
    """The tables in what is given, and the other files, under names that differ.

    Raises:
        InputError: nothing is given, a file that is given by itself cannot be used, or two have one name.
    """
    if not paths:
        raise InputError("no_files", "No file was given.", "Name one or more files of responses.")
    tables: list[Table] = []
    rest: list[File] = []
    with sandboxed():
        for path in paths:
            if is_input_folder(path):
                tables += read_tables(path, config.ingest)
                continue
            for file in open_files([path], config.ingest, lambda each: load(each, stdin)):
                if file.kind not in TABLES:
                    rest.append(file)
                    continue
                try:
                    tables += parse_tables(file.name, file.ending, file.content, config.ingest)
                except InputError as error:
                    if not file.is_inside:
                        raise
                    rest.append(rejected(file.name, file.content, error))
    _check_names([*(table.name for table in tables), *(file.name for file in rest)])
    return tables, rest


def _check_names(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            "same_file_name",
            f"Two files are named {twice[0]}, so rows could not be told apart.",
            "Rename one of them, or give it once.",
        )
