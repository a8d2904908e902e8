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
