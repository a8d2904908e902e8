"""`consult show`, `consult export` and `consult config`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from consult.analysis import Analysis, Run
from consult.cli.nothing import put_non_answers, put_reference, put_translation
from consult.cli.render import OUT, print_plain, put_json, put_table, put_unthemed, share, stability_with_number
from consult.cli.views import non_answers_view, parent_view, question_view, response_view, run_view, theme_view
from consult.config import AnalysisConfig, Section
from consult.errors import RunError
from consult.report import export_run
from consult.report.phrases import EXTRACTED, GIVEN, STABILITY, counted
from consult.store import question_folders, read_run
from consult.strength import STRENGTH, strength_in_words

_SHOWN = 25
"""Responses of a theme that a terminal lists; `--json` and the exports give all."""
_ROOMY = 120
"""Columns from which on a terminal has room for keywords beside the titles."""


def show_command(
    folder: Path,
    question: str | None,
    theme: str | None,
    response: str | None,
    parent: str | None,
    *,
    non_answers: bool,
    as_json: bool,
) -> None:
    """Prints a run, a theme, a broad theme, a response or the non-answers."""
    run, question = open_run(folder, question)
    if non_answers:
        asked = [run.analysis(question)] if question is not None else list(run.analyses)
        lists = {analysis.question_id: non_answers_view(run, analysis) for analysis in asked}
        put_json(lists) if as_json else put_non_answers(lists)
    elif response is not None:
        views = response_view(run, question, response)
        if as_json:
            put_json(views)
        for view in [] if as_json else views:
            _put_response(view)
    elif theme is not None:
        analysis = one_question(run, question)
        view = theme_view(analysis, theme)
        put_json(view) if as_json else _put_theme(view)
    elif parent is not None:
        view = parent_view(one_question(run, question), parent)
        put_json(view) if as_json else _put_parent(view)
    else:
        chosen = [run.analysis(question)] if question is not None else list(run.analyses)
        view = run_view(run) | {"questions": [question_view(analysis) for analysis in chosen]}
        put_json(view) if as_json else _put_run(view)


def export_command(folder: Path, format_: str, out: Path | None, title: str | None, *, as_json: bool) -> None:
    """Writes a run's files and prints their paths."""
    run, _ = open_run(folder, None)
    run = run if title is None else replace(run, name=title)
    written = export_run(run, format_, out if out is not None else (run.folder or folder) / "exports")
    if as_json:
        put_json({"format": format_, "files": [str(path) for path in written]})
    else:
        print_plain("\n".join(str(path) for path in written))


def config_command(*, as_json: bool) -> None:
    """Prints the configuration's keys, meanings and defaults."""
    defaults = AnalysisConfig()
    if as_json:
        put_json(defaults.model_dump(mode="json"))
        return
    print_plain("\n".join(["# Every key of Consult's configuration, at its default. Delete what you do not set.", ""]))
    print_plain("\n".join(_keys(defaults)))
    for name in AnalysisConfig.model_fields:
        section = getattr(defaults, name)
        if isinstance(section, Section):
            print_plain("\n".join(["", f"[{name}]", *_keys(section)]))


def _keys(section: BaseModel) -> list[str]:
    lines = []
    for name, known in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            continue
        # TOML has no null: a key whose default is null is shown as a comment.
        shown = f"# {name} =" if value is None else f"{name} = {_toml(value)}"
        lines += [f"# {known.description}", shown]
    return lines


def _toml(value: Any) -> str:  # noqa: ANN401 (any default of the configuration)
    if isinstance(value, dict):
        return "{}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def open_run(folder: Path, question: str | None) -> tuple[Run, str | None]:
    """The run at a folder; the folder of one of its questions names that question too."""
    parent = folder.resolve().parent
    inside = (folder / "assignments.parquet").is_file() and (parent / "manifest.json").is_file()
    run = read_run(parent if inside else folder)
    if inside and question is None:
        folders = question_folders(run.questions["question_id"].to_list())
        named = [a.question_id for a in run.analyses if folders[a.question_id] == folder.resolve().name]
        if not named:
            raise RunError("run_missing", f"{folder}: is no question of run {run.name!r}.", "Give the run's folder.")
        question = named[0]
    return run, question


def one_question(run: Run, question: str | None) -> Analysis:
    """The question that was named, or the only one."""
    if question is not None:
        return run.analysis(question)
    if len(run.analyses) == 1:
        return run.analyses[0]
    known = ", ".join(analysis.question_id for analysis in run.analyses)
    raise typer.BadParameter(f"run {run.name!r} has several questions, so name one: {known}.", param_hint="--question")


def _put_run(view: dict[str, Any]) -> None:
    for question in view["questions"]:
        _put_question(question)
    if view["whole_ledger"]:
        print_plain(view["whole_ledger"])
    for note in view["notes"]:
        print_plain(f"Note: {note}")


def _put_question(view: dict[str, Any]) -> None:
    print_plain(f"{view['question_id']}: {view['wording']}\n{view['ledger']}")
    if view["themes"]:
        rows = [
            (t["theme_id"], t["title"], stability_with_number(t), t["n_respondents"],
             t["n_responses"], t["n_distinct"], share(t["share"]), t["rank_distinct"], ", ".join(t["keywords"][:5]))
            for t in view["themes"]
        ]  # fmt: skip
        heads = ("", "Theme", "Stability", "People", "Responses", "Distinct", "Share", "Rank by distinct", "Keywords")
        # The titles need the room of a narrow terminal; --theme and --json give the keywords.
        n_heads = len(heads) if OUT.width >= _ROOMY else len(heads) - 1
        cells = [row[:n_heads] for row in rows]
        put_table(f"{counted(len(rows), 'theme')}, by people", heads[:n_heads], cells, numbers=(0, 3, 4, 5, 6, 7))
        print_plain(STABILITY)
        _put_parents(view)
    for note in view["notes"]:
        print_plain(f"Note: {note}")
    put_unthemed(view)


def _put_parents(view: dict[str, Any]) -> None:
    """The broad themes of a question, where it has some, with what they hold."""
    rows = [
        (p["parent_id"], p["title"], p["n_respondents"], p["n_distinct"], share(p["share"]),
         "; ".join(f"{t['theme_id']} {t['title']}" for t in view["themes"] if t["parent_id"] == p["parent_id"]))
        for p in view["parents"]
    ]  # fmt: skip
    if rows:
        heads = ("", "Broad theme", "People", "Distinct", "Share", "Its themes")
        print_plain("")
        put_table(f"{counted(len(rows), 'broad theme')}, by people", heads, rows, numbers=(2, 3, 4))


def _put_parent(view: dict[str, Any]) -> None:
    print_plain(
        f"{view['parent_id']}. {view['title']}\n"
        f"{counted(view['n_respondents'], 'person', 'people')} ({share(view['share'])}), "
        f"{counted(view['n_responses'], 'response')}, {counted(view['n_distinct'], 'distinct text')}.\n"
    )
    rows = [
        (t["theme_id"], t["title"], t["n_respondents"], t["n_responses"], t["n_distinct"], share(t["share"]))
        for t in view["themes"]
    ]
    heads = ("", "Theme", "People", "Responses", "Distinct", "Share")
    put_table(f"Its {counted(len(rows), 'theme')}, by people", heads, rows, numbers=(0, 2, 3, 4, 5))


def in_words(row: dict[str, Any]) -> str:
    """The strength of a row of ASSIGNMENTS: 0.78 strong; nothing of what a person decided."""
    return f"{row['strength']:.2f} {strength_in_words(row['strength'])}" if row["start"] is not None else ""


def _put_theme(view: dict[str, Any]) -> None:
    print_plain(
        f"{view['rank']}. {view['title']}\n"
        f"{counted(view['n_respondents'], 'person', 'people')} ({share(view['share'])}), "
        f"{counted(view['n_responses'], 'response')}, {counted(view['n_distinct'], 'distinct text')}.\n"
        + (f"{GIVEN}\n" if view["source"] == "given" else "")
        + f"Stability: {stability_with_number(view)}.\n"
        f"Keywords: {', '.join(view['keywords'])}\n"
        + (f"Part of {view['parent_id']}: {view['part_of']}\n" if view["part_of"] else "")
    )
    said = {quote["quote"] for quote in view["quotes"]}
    told = [each["sentence"] for each in view["summary"] if each["sentence"] not in said]
    if told:
        print_plain("\n".join([*told, *([EXTRACTED] if view["summary"][0]["method"] == "extractive" else []), ""]))
    for quote in view["quotes"]:
        print_plain(f"  “{quote['quote']}” [{quote['response_id']}]")
        put_translation(quote["translation"], "    ")
    shown = view["responses"][:_SHOWN]
    rows = [(r["response_id"], in_words(r), " ".join(r["text"][r["start"] : r["end"]].split())) for r in shown]
    title = f"Responses, strongest first ({len(shown)} of {len(view['responses'])}; --json gives all)"
    put_table(title, ("Response", "Strength", "The point that shows it"), rows)


def _put_response(view: dict[str, Any]) -> None:
    print_plain(
        f"{view['question_id']} · {view['response_id']} · {view['status'].replace('_', '-')} "
        f"({view['source_file']}, row {view['source_row']})\n\n{view['text']}\n"
    )
    put_translation(view["translation"])
    if view["campaign"]:
        print_plain(f"{view['campaign']['said']} `--campaign {view['campaign']['campaign_id']}` shows it.\n")
    if view["put_back"]:
        print_plain("It looks like a non-answer, and counts as an answer because a person put it back.\n")
    put_reference(view["refers"])
    rows = [
        (t["theme_id"], t["title"], in_words(t), t["assigned_by"],
         " ".join(view["text"][t["start"] : t["end"]].split()) if t["start"] is not None else "")
        for t in view["themes"]
    ]  # fmt: skip
    if rows:
        put_table("Themes", ("", "Theme", "Strength", "By", "The point that shows it"), rows, numbers=(0,))
        print_plain(f"{STRENGTH}\n")
    points = [(place, p["start"], p["end"], p["text"]) for place, p in enumerate(view["points"], start=1)]
    if points:
        put_table("Points", ("", "From", "To", "Text"), points, numbers=(0, 1, 2))
