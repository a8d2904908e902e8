"""The command line: parse, call, render, exit code.

Exit codes: 0 done; 1 a defect in Consult; 2 a wrong option; 3 a configuration that cannot be used; 4 an input that
cannot be used; 5 a run folder that is missing, damaged or in the way; 6 an embedding model that is missing, altered or
does not answer; 130 stopped.

Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import io
import json
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from consult.errors import Cancelled, ConfigError, ConsultError, InputError, ModelError, RunError

EXIT_CODES: dict[type[ConsultError], int] = {ConfigError: 3, InputError: 4, RunError: 5, ModelError: 6, Cancelled: 130}


class Format(StrEnum):
    """The keys of `consult.report.FORMATS`, which is too heavy to import for `--help`."""

    CSV = "csv"
    HTML = "html"
    IAI = "iai"
    JSONL = "jsonl"
    XLSX = "xlsx"


app = typer.Typer(
    name="consult",
    help="Turns public-consultation responses into ranked, evidenced themes a policy team can sign. Works offline.",
    epilog="Exit codes: 0 done, 1 a defect, 2 wrong option, 3 configuration, 4 input, 5 run folder, 6 embedding model, "
    "130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Files = Annotated[
    list[Path],
    typer.Argument(
        help="Files of one consultation: tables (CSV, TSV, XLSX, XLSB, XLS, ODS, JSON, JSONL, Parquet), letters and "
        "mails (DOCX, ODT, PDF, TXT, HTML, EML, MSG), folders and ZIP files of them; - for CSV on standard input."
    ),
]
RunFolder = Annotated[Path, typer.Argument(help="The folder of a run, as `consult analyse` printed it.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON to standard output.")]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="A TOML file; `consult config` prints every key with its meaning.")
]
Open = Annotated[
    list[str] | None, typer.Option("--open", help="A free-text question's column, by its header; may be repeated.")
]
Text = Annotated[str | None, typer.Option("--text", help="The column with the answers, where a row is an answer.")]
Id = Annotated[str | None, typer.Option("--id", help="The column with the ids of responses.")]
Layout = Annotated[
    str | None,
    typer.Option("--layout", help="What wrote the files, such as qualtrics; else it is recognised."),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", "-m", help="A mapping file that says what each column is; see map.")
]
Question = Annotated[str | None, typer.Option("--question", "-q", help="The id of a question.")]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        from consult import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def analyse(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of runs; the run is a new folder in it.")],
    config: Config = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Of the run's folder; else that of the first file.")
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option("--question", "-q", help="Analyse only this question; may be repeated.")
    ] = None,
    open_: Open = None,
    text: Text = None,
    id_: Id = None,
    layout: Layout = None,
    mapping: Mapping = None,
    themes: Annotated[
        Path | None,
        typer.Option(
            "--themes",
            help="A file of themes that you have already: title, and description, examples, question where there are.",
        ),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option("--examples", help="A file of answers under these themes: response_id or text, and theme."),
    ] = None,
    n_themes: Annotated[int | None, typer.Option("--n-themes", min=2, help="Themes wanted a question.")] = None,
    granularity: Annotated[
        float | None, typer.Option("--granularity", help="Above 1 more and finer themes, below 1 fewer and coarser.")
    ] = None,
    most_themes: Annotated[
        int | None, typer.Option("--most-themes", min=2, help="Themes a question at the most; else 40.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of everything random.")] = None,
    translations: Annotated[
        Path | None,
        typer.Option(
            "--translations",
            help="A table of translations to show beside answers: response_id, translation, translated_by (person or "
            "service); question_id, translator and language where there are such.",
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """Do the whole job: read, find the themes of every question, rank and summarise them, write the run.

    With --themes, answers are assigned to these first, and what is left over is found as new themes beside them.
    The same command again goes on from the last finished stage, or shows the run that is there already.
    """
    from consult.cli.checking import with_mapping
    from consult.cli.work import analyse_command

    options = with_mapping(_options(open_, text, id_, layout), mapping)
    if question:
        options["questions"] = question
    given = {"themes": n_themes, "granularity": granularity, "most_themes": most_themes, "seed": seed}
    if cluster := {key: value for key, value in given.items() if value is not None}:
        options["cluster"] = cluster
    analyse_command(files, out, config, options, name, themes, examples, translations, as_json=json_)


@app.command()
def check(
    files: Files,
    config: Config = None,
    open_: Open = None,
    text: Text = None,
    id_: Id = None,
    layout: Layout = None,
    mapping: Mapping = None,
    json_: Json = False,
) -> None:
    """Show what files hold, what each column was taken for and why, and what would be rejected. Changes nothing.

    Where no question was found, so that the files cannot be analysed, it ends with exit code 4.
    """
    from consult.cli.checking import check_command, with_mapping

    check_command(files, config, with_mapping(_options(open_, text, id_, layout), mapping), as_json=json_)


@app.command("map")
def map_(
    files: Files,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The mapping file to write; else it is printed.")
    ] = None,
    config: Config = None,
    open_: Open = None,
    text: Text = None,
    id_: Id = None,
    layout: Layout = None,
    mapping: Mapping = None,
    json_: Json = False,
) -> None:
    """Write what each column was taken for as a mapping file to read, edit and give to check and analyse.

    It also says which questions of several files are one under different wordings.
    """
    from consult.cli.checking import map_command, with_mapping

    map_command(files, out, config, with_mapping(_options(open_, text, id_, layout), mapping), as_json=json_)


@app.command()
def gold(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for labels.csv and themes.csv.")],
    config: Config = None,
    mapping: Mapping = None,
    json_: Json = False,
) -> None:
    """Take labels that people gave to answers, from columns of the files, for `consult evaluate` to score a run by.

    Such columns are recognised (tags, codes), or named with kind = "coded" in a mapping file.
    """
    from consult.cli.checking import with_mapping
    from consult.cli.coding import gold_command

    gold_command(files, out, config, with_mapping({}, mapping), as_json=json_)


@app.command()
def show(
    run: RunFolder,
    question: Question = None,
    theme: Annotated[str | None, typer.Option("--theme", "-t", help="A theme, by its id.")] = None,
    response: Annotated[str | None, typer.Option("--response", "-r", help="A response, by its id.")] = None,
    parent: Annotated[
        str | None, typer.Option("--parent", help="A broad theme, by its id, such as P1, with its themes.")
    ] = None,
    non_answers: Annotated[
        bool, typer.Option("--non-answers", help="The responses that say nothing, with their classes.")
    ] = False,
    campaigns: Annotated[bool, typer.Option("--campaigns", help="The texts that several people sent.")] = False,
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", help="A campaign, by its id, such as C1: its text, versions and themes."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Themes by group: a demographic or a closed question, as in the file.")
    ] = None,
    json_: Json = False,
) -> None:
    """Show a run: its ledger, ranked and broad themes; one of these; a response; the non-answers; or the campaigns."""
    asked = [theme, parent, response, by, campaign]
    if sum(each is not None for each in asked) + non_answers + campaigns > 1:
        raise typer.BadParameter(
            "Give one of --theme, --parent, --response, --by, --campaign, --campaigns and --non-answers."
        )
    if campaigns or campaign is not None:
        from consult.cli.copies import campaigns_command

        campaigns_command(run, question, campaign, as_json=json_)
        return
    if by is not None:
        from consult.cli.grouping import by_command

        by_command(run, question, by, as_json=json_)
        return
    from consult.cli.looking import show_command

    show_command(run, question, theme, response, parent, non_answers=non_answers, as_json=json_)


@app.command()
def export(
    run: RunFolder,
    format_: Annotated[
        Format,
        typer.Option(
            "--format", "-f", help="html and xlsx for people, csv and jsonl for machines, iai for i.AI's Consult."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; else `exports` in the run's folder.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What people call the consultation; else the run's name.")
    ] = None,
    json_: Json = False,
) -> None:
    """Write a run to files: a page to read (html), a workbook (xlsx), or every frame for machines (csv, jsonl)."""
    from consult.cli.looking import export_command

    export_command(run, format_.value, out, title, as_json=json_)


@app.command()
def evaluate(
    run: RunFolder,
    gold: Annotated[Path, typer.Argument(help="The folder with labels.csv and themes.csv, as people coded answers.")],
    second_coder: Annotated[
        Path | None,
        typer.Option("--second-coder", help="Another person's labels: a CSV like labels.csv, or a folder with one."),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option("--baseline", "-b", help="Run beside it: bertopic, kmeans, tfidf; may be repeated or a,b."),
    ] = None,
    question: Question = None,
    texts: Annotated[
        int, typer.Option("--texts", min=0, help="Print the texts of up to so many wrong answers of each kind a theme.")
    ] = 0,
    json_: Json = False,
) -> None:
    """Score a run by answers that people coded: how near, how far beyond chance, and which answers are wrong.

    labels.csv has a row for each theme of each answer, themes.csv a row a theme. An example of both:

    response_id,question_id,theme_id

    MC-0003,buses,b04

    theme_id,theme_label

    b04,The bookable minibus is a good idea

    A theme with NON_THEME in a column parent_id is no theme. A question needs 60 coded answers and 3 themes.
    """
    from consult.cli.judging import evaluate_command

    evaluate_command(run, gold, second_coder, baseline or [], question, texts, as_json=json_)


@app.command()
def explain(
    run: RunFolder,
    response: Annotated[str, typer.Argument(help="A response, by its id.")],
    question: Question = None,
    json_: Json = False,
) -> None:
    """Say why a response carries its themes, by which points, and which themes it narrowly missed."""
    from consult.cli.explaining import explain_command

    explain_command(run, response, question, as_json=json_)


@app.command()
def config(json_: Json = False) -> None:
    """Print every key of the configuration with its meaning and default, as a TOML file to start from."""
    from consult.cli.looking import config_command

    config_command(as_json=json_)


def _options(open_: list[str] | None, text: str | None, id_: str | None, layout: str | None = None) -> dict[str, Any]:
    columns = {key: value for key, value in (("open", open_), ("text", text), ("response_id", id_)) if value}
    return ({"columns": columns} if columns else {}) | ({"ingest": {"layout": layout}} if layout else {})


def main() -> None:
    """The entry point of the `consult` command."""
    as_json = "--json" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character gets its number instead.
            stream.reconfigure(errors="backslashreplace")
    try:
        ended = app(prog_name="consult", standalone_mode=False)
    except ConsultError as error:
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
        _fail(as_json, code, error.code, error.message, error.hint)
    except Exception as error:
        # What click raises for a wrong option; typer has a click of its own in some versions, and names it in none.
        if not hasattr(error, "format_message"):
            raise
        _fail_usage(as_json, error.format_message(), getattr(error, "ctx", None))
    else:
        if ended == 130:  # Ctrl-C, which typer has caught
            _fail(as_json, 130, "stopped", "Stopped.", "")
        sys.exit(ended or 0)


_USAGE = (
    (r"is not a valid int(eger)?( range)?\.", "is not a whole number."),
    (r"is not a valid float( range)?\.", "is not a number."),
    (r"is not in the range x>=(\S+)\.", r"is too small: it must be \1 or more."),
)
"""What the parser of options says, and how a person would."""


def _fail_usage(as_json: bool, message: str, context: typer.Context | None) -> None:
    if not message:  # no command was given, and click has printed the help
        sys.exit(2)
    for found, said in _USAGE:
        message = re.sub(found, said, message)
    _fail(as_json, 2, "usage", message, f"`{context.command_path if context else 'consult'} --help` lists the options.")


def _put_error(code: str, message: str, hint: str) -> None:
    typer.echo(json.dumps({"error": {"code": code, "message": message, "hint": hint}}))


def _fail(as_json: bool, exit_code: int, code: str, message: str, hint: str) -> None:
    if as_json:
        _put_error(code, message, hint)
    typer.echo(f"consult: {message}\n         {hint}" if hint else f"consult: {message}", err=True)
    sys.exit(exit_code)
