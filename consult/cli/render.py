"""What the command line prints: tables for a terminal, plain text elsewhere, JSON where it is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consult.report.phrases import stability_word


class _Out(Console):
    """Standard output, whose reader may go before the end (`| head`): that is no failure, and needs no word."""

    def on_broken_pipe(self) -> None:
        """See `Console`, which ends with 1."""
        with suppress(SystemExit):
            super().on_broken_pipe()
        raise SystemExit(0)


# A terminal wraps at its own width; a file or a pipe takes wide lines.
OUT: Final = _Out(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)
ERR: Final = Console(highlight=False, stderr=True, soft_wrap=True)


def put_json(value: Any) -> None:  # noqa: ANN401 (any JSON value)
    """Prints a value as JSON to standard output."""
    print_plain(json.dumps(value, ensure_ascii=not OUT.encoding.startswith("utf"), indent=1))


def print_plain(text: str) -> None:
    """Prints text to standard output as it is."""
    OUT.print(text, markup=False, emoji=False)


def put_table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()
) -> None:
    """Prints a table to standard output.

    Args:
        title: Above it.
        heads: The columns.
        rows: Their cells; everything is shown as text.
        numbers: Which columns hold numbers, and so stand to the right.
    """
    table = Table(show_edge=False, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(escape(head), justify="right" if place in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    # A title of the table's own would be wrapped at the width of a narrow one.
    OUT.print(title, style="italic", markup=False, emoji=False)
    OUT.print(table, soft_wrap=False)
    OUT.print()


def put_unthemed(view: dict[str, Any]) -> None:
    """Prints the texts and the words of a question without themes (see `consult.cli.views.question_view`)."""
    if view["texts"]:
        n_all = view["counts"]["unthemed"]
        shown = (
            f"{len(view['texts'])} of {n_all:,}; the exports hold all" if n_all > len(view["texts"]) else f"{n_all:,}"
        )
        rows = [(text["response_id"], " ".join(text["text"].split())) for text in view["texts"]]
        put_table(f"What the responses say ({shown})", ("Response", "Text"), rows)
    if view["words"]:
        put_table("Words that several responses use", ("Word", "Responses"), view["words"], numbers=(1,))


def bar(value: float) -> str:
    """A share in [0, 1] as a bar of at most 20 characters, which every terminal can show."""
    return ("█" if OUT.encoding.startswith("utf") else "#") * round(20 * value)


def share(value: float) -> str:
    """A share in [0, 1] as a whole per cent; below one, as such."""
    return "<1 %" if 0 < value < 0.01 else f"{value:.0%}".replace("%", " %")


def stability_with_number(theme: dict[str, Any]) -> str:
    """The stability of a row of THEMES: solid (82 %); without a number "not measured", or "given"."""
    number = "" if theme["stability"] is None else f" ({share(theme['stability'])})"
    return stability_word(theme) + number
