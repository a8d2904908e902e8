"""Names as people give them: columns, questions, fields, ids.

Survey tools write headers with no-break spaces, line breaks and invisible characters, which nobody can type. A name
that is given means the one that is exactly so; else the only one that is the same but for white space; else the only
one that is the same but for white space and case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_CLOSE: Final = 0.6
"""Of `difflib`: how alike a name must be to be suggested, which is its own default."""


def plain(name: str) -> str:
    """The name on one line, with single spaces and nothing that cannot be seen."""
    return " ".join("".join(char for char in name if char.isprintable() or char.isspace()).split())


def quoted(name: str) -> str:
    """The name as a message shows it: plain, in quotation marks."""
    mark = '"' if "'" in name else "'"
    return f"{mark}{plain(name)}{mark}"


def listed(names: Iterable[str]) -> str:
    """Names as a message lists them; "none" where there is none."""
    return ", ".join(quoted(name) for name in names) or "none"


def find_name(given: str, names: Iterable[str]) -> str | None:
    """The name that is meant, as it stands in `names`; None where there is none, or several could be meant."""
    known = dict.fromkeys(names)
    if given in known:
        return given
    for form in (_spaced, _folded):
        wanted = form(given)
        found = [name for name in known if form(name) == wanted]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def nearest(given: str, names: Iterable[str]) -> str | None:
    """The name that is most like what was given, where one is near; as it stands in `names`."""
    known = {_folded(name): name for name in names}
    near = get_close_matches(_folded(given), known, 1, _CLOSE)
    return known[near[0]] if near else None


def suggestion(given: str, names: Iterable[str]) -> str:
    """A sentence with the nearest name, to stand before others; "" where none is near."""
    near = nearest(given, names)
    return f"Did you mean {quoted(near)}? " if near is not None else ""


def _spaced(name: str) -> str:
    return plain(unicodedata.normalize("NFKC", name))


def _folded(name: str) -> str:
    return _spaced(name).casefold()
