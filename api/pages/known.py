"""Themes that a team has already, as the check's form shows them: one a line, and a description after a bar."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.datastructures import FormData

from consult.config import LONGEST_TITLE, MOST_KNOWN, key_of

FIELD: Final = "known_themes"
_BETWEEN: Final = re.compile(r"\s*[|\t]\s*")
"""Between a title and its description: a bar, or the tab between two columns pasted from a spreadsheet."""


def known_text(setup: dict[str, Any]) -> str:
    """The themes of a configuration, as the form shows them."""
    lines = []
    for theme in (setup.get("known") or {}).get("themes") or []:
        description = " ".join(str(theme.get("description") or "").split())
        lines.append(f"{theme['title']} | {description}" if description else str(theme["title"]))
    return "\n".join(lines)


def read_known(form: FormData, setup: dict[str, Any]) -> list[dict[str, str]]:
    """Writes the themes of a form into a configuration; says what is wrong with them.

    A theme that was there keeps its examples and its question, which the form does not show; what is no longer there
    loses them.

    Args:
        form: The form; one without the field changes nothing.
        setup: The configuration, which is changed.

    Returns:
        What is wrong: text and href.
    """
    lines = [line.strip() for line in str(form.get(FIELD, "")).splitlines() if line.strip()]
    if FIELD not in form or lines == known_text(setup).splitlines():
        return []
    known = dict(setup.get("known") or {})
    before = {key_of(theme["title"]): theme for theme in known.get("themes") or []}
    themes: dict[str, dict[str, Any]] = {}
    errors = []
    for place, line in enumerate(lines, start=1):
        title, *rest = _BETWEEN.split(line, maxsplit=1)
        title = " ".join(title.split())
        wrong = _wrong(title, themes)
        if wrong:
            errors.append({"text": f"Line {place} of the themes {wrong}", "href": f"#{FIELD}"})
        kept = before.get(key_of(title), {})
        themes[key_of(title)] = {
            **{name: kept[name] for name in ("examples", "question") if kept.get(name)},
            "title": title,
            **({"description": rest[0].strip()} if rest and rest[0].strip() else {}),
        }
    if len(lines) > MOST_KNOWN:
        errors.append({"text": f"Give {MOST_KNOWN} themes at the most", "href": f"#{FIELD}"})
    known["themes"] = list(themes.values())
    examples = [each for each in known.get("examples") or [] if key_of(each["theme"]) in themes]
    known = {name: value for name, value in known.items() if name != "examples"}
    known |= {"examples": examples} if examples else {}
    if themes:
        setup["known"] = known
    else:
        setup.pop("known", None)
    return errors


def _wrong(title: str, themes: dict[str, dict[str, Any]]) -> str:
    """What is wrong with a title, beside those above it; "" for nothing."""
    if not title:
        return "has no title"
    if len(title) > LONGEST_TITLE:
        return f"has a title of more than {LONGEST_TITLE} characters: put the rest after a bar"
    return "has the title of a line above it" if key_of(title) in themes else ""
