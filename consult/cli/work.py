"""`consult analyse`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from consult.batch import analyse_into
from consult.cli.checking import put_check, standard_input
from consult.cli.render import ERR, print_plain, put_json, put_table, put_unthemed, share, stability_with_number
from consult.cli.views import run_view
from consult.config import load_config
from consult.errors import Cancelled
from consult.ingest import Ingested, describe
from consult.report.phrases import counted

T = TypeVar("T")

_WORDS = {
    "read": "Reading",
    "redact": "Replacing personal data",
    "campaigns": "Grouping copied texts",
    "points": "Finding the points people make",
    "embed": "Reading each point for meaning",
    "cluster": "Grouping points into themes",
    "assign": "Matching responses to themes",
    "summarise": "Choosing titles and quotes",
}
_KEPT = ("campaigns", "points", "embed", "cluster")
"""The stages that the pipeline keeps."""
_GRACE = 2.0
"""Seconds that a stopped run is given to end by itself; what it had not finished is not kept in any case."""


class TerminalProgress:
    """Progress bars on a terminal, nothing elsewhere; `stop` ends the work at its next step."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=ERR, disable=not ERR.is_terminal,
        )  # fmt: skip
        self._task: Any = None
        self._stopped = threading.Event()
        self._last = ""
        self.kept = False
        """Whether a stage that is kept has come to its end."""

    def __enter__(self) -> TerminalProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_task()
        self._bar.stop()

    def start(self, question_id: str, stage: str, total: int) -> None:
        """See `consult.pipeline.Progress`."""
        # A stage begins when the one before has ended, and been kept.
        self.kept = self.kept or self._last in _KEPT
        self._last = stage
        self._check()
        self._end_task()
        where = f"{question_id[:40]}: " if question_id else ""
        self._task = self._bar.add_task(where + _WORDS.get(stage, stage), total=total or None)

    def advance(self, n: int) -> None:
        """See `consult.pipeline.Progress`."""
        self._check()
        if self._task is not None:
            self._bar.advance(self._task, n)

    def stop(self) -> None:
        """Makes the next step raise `Cancelled`."""
        self._stopped.set()

    def _end_task(self) -> None:
        if self._task is not None:
            task = next(t for t in self._bar.tasks if t.id == self._task)
            self._bar.update(self._task, total=task.total or 1, completed=task.total or 1)
            self._task = None

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Cancelled("stopped", "Stopped.")


def analyse_command(
    files: Sequence[Path],
    out: Path,
    config: Path | None,
    options: dict[str, Any],
    name: str | None,
    themes: Path | None,
    examples: Path | None,
    translations: Path | None = None,
    *,
    as_json: bool,
) -> None:
    """Analyses files into a run folder and prints what came of it."""
    settings = load_config(config, options)
    stdin = standard_input(files)
    progress = TerminalProgress()

    def told(ingested: Ingested) -> None:
        if not as_json:
            put_check(describe(ingested), brief=True)

    try:
        with progress:
            run = _stoppable(
                lambda: analyse_into(
                    out,
                    files,
                    settings,
                    name=name,
                    stdin=stdin,
                    themes=themes,
                    examples=examples,
                    translations=translations,
                    progress=progress,
                    told=told,
                ),
                progress,
            )
    except (KeyboardInterrupt, Cancelled):
        hint = "What was finished is kept; the same command goes on from there." if progress.kept else ""
        raise Cancelled("stopped", "Stopped.", hint) from None
    folder = run.folder or out
    view = run_view(run)
    if as_json:
        put_json(view)
        return
    for question in view["questions"]:
        print_plain(f"{question['wording']}\n{question['ledger']}")
        if question["themes"]:
            rows = [
                (t["rank"], _titled(t), stability_with_number(t), t["n_respondents"], t["n_responses"], t["n_distinct"],
                 share(t["share"]))
                for t in question["themes"]
            ]  # fmt: skip
            heads = ("", "Theme", "Stability", "People", "Responses", "Distinct texts", "Share")
            put_table(counted(len(rows), "theme"), heads, rows, numbers=(0, 3, 4, 5, 6))
        for note in question["notes"]:
            print_plain(f"Note: {note}\n")
        put_unthemed(question)
    if view["whole_ledger"]:
        print_plain(view["whole_ledger"])
    for note in view["notes"]:
        print_plain(f"Note: {note}")
    print_plain(f"Run:    {folder}\nReport: {folder / 'report.html'}")


def _titled(theme: dict[str, Any]) -> str:
    """Its title, and that it was given where it was."""
    return f"{theme['title']} (given)" if theme["source"] == "given" else str(theme["title"])


def _stoppable(work: Callable[[], T], progress: TerminalProgress) -> T:
    """Runs `work` on a thread of its own, so that Ctrl-C is heard even while compiled code is busy."""
    done: dict[str, Any] = {}

    def run() -> None:
        try:
            done["value"] = work()
        except BaseException as error:
            done["error"] = error

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
        while thread.is_alive():
            thread.join(0.1)
    except KeyboardInterrupt:
        progress.stop()
        thread.join(_GRACE)
        if thread.is_alive() or "value" not in done:
            raise
    finally:
        signal.signal(signal.SIGTERM, before)
    if "error" in done:
        raise done["error"]
    value: T = done["value"]
    return value


__all__ = ["TerminalProgress", "analyse_command"]
