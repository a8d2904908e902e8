"""Every error that Consult raises on purpose.

    ConsultError
     ├── ConfigError      a configuration file, variable or option that cannot be used
     ├── InputError       a file of responses that cannot be used
     ├── ModelError       an embedding model that is missing, altered or unreachable
     ├── RunError         a run folder that is missing, incomplete, altered or in the way
     ├── SchemaError      a frame that is not what `consult.schemas` declares (a defect, never a user's mistake)
     └── Cancelled        the person stopped the work; what was finished is kept

A bad *row* is never an exception: it becomes a row of `rejects` with a named reason.
No message ever holds the text of a response.
"""

from __future__ import annotations

import json
import re
from typing import Final

_KEY: Final = re.compile(r"\w{1,40}")
_COLUMN: Final = re.compile(r'column "?(\w{1,40})"? not found|find column "(\w{1,40})"')
"""How polars says that a column is missing."""


class ConsultError(Exception):
    """An error a person can act on.

    Args:
        code: A short stable name in snake case, for programs.
        message: What was found, naming the file, row, column or key.
        hint: What to do about it.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.code = code
        self.message = message
        self.hint = hint


class ConfigError(ConsultError):
    """A configuration file, environment variable or option that cannot be used."""


class InputError(ConsultError):
    """A file of responses that cannot be used as a whole."""


class ModelError(ConsultError):
    """An embedding model that is missing, altered, or does not answer."""


class RunError(ConsultError):
    """A run folder that is missing, incomplete, altered, or in the way."""


class SchemaError(ConsultError):
    """A frame that is not what `consult.schemas` declares."""


class Cancelled(ConsultError):
    """The person stopped the work between two steps; finished stages are kept."""


def in_words(error: Exception) -> str:
    """Why a file cannot be read, as a person would say it, and without anything that it holds but names.

    Args:
        error: What opening, decoding or parsing it raised.
    """
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be opened"
    if isinstance(error, SchemaError):
        return error.message.rstrip(".")
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON: see its line {error.lineno:,}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    if isinstance(error, KeyError) and error.args and _KEY.fullmatch(str(error.args[0])):
        return f"it lacks {error.args[0]!r}"
    # Polars is not imported for its names alone.
    if type(error).__name__ == "ColumnNotFoundError":
        found = _COLUMN.search(str(error))
        name = (found[1] or found[2]) if found else None
        return f"it has no column {name!r}" if name else "a column is missing"
    if type(error).__name__ == "NoDataError":
        return "it is empty"
    return "it is damaged, or of another kind than its name says"
