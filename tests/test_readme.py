"""README is held to what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import typer

from api.cli import app
from consult.schemas import FRAMES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
WRITTEN = ("assignments", "themes", "responses", "points", "quotes", "summaries", "rejects", "ledger", "respondents",
           "answers", "questions", "parents")  # fmt: skip


def test_the_first_fence_holds_two_commands_that_install_what_they_need():
    lines = FENCES[0].splitlines()
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install -q uv && ") for line in lines)
    assert "consult analyse samples/" in lines[0]
    assert lines[1].endswith(" pytest")
    assert README.index(FENCES[0]) < 600


def test_every_column_that_is_written_is_documented_with_its_meaning():
    for name in WRITTEN:
        table = README.split(f"**{name}.parquet**")[1].split("**")[0]
        for column, (_, meaning) in FRAMES[name].columns.items():
            assert f"| {column} | " in table
            assert f" | {meaning} |" in table


def test_every_command_that_readme_gives_is_one():
    commands = typer.main.get_command(app).commands
    given = [shlex.split(line.split("  #")[0]) for fence in FENCES for line in fence.splitlines()]
    given = [line[line.index("consult") + 1 :] for line in given if "consult" in line]
    assert {line[0] for line in given} == set(commands)
    for name, *rest in given:
        known = {option for parameter in commands[name].params for option in parameter.opts}
        known |= {option for parameter in commands[name].params for option in parameter.secondary_opts} | {"--help"}
        assert {word for word in rest if word.startswith("-")} <= known


def test_every_exit_code_is_documented():
    from consult.cli import EXIT_CODES

    for code in {0, 1, 2, *EXIT_CODES.values()}:
        assert f"| {code} | " in README


def test_the_python_that_readme_gives_runs(tmp_path, monkeypatch):
    likes = ["the new cycle lane", "later buses", "more benches", "free parking", "the library"]
    rows = [f"{n},I would like {likes[n % 5]} on day {n} of a month,{'North' if n % 3 else 'South'}" for n in range(30)]
    (tmp_path / "responses.csv").write_text("\n".join(["id,q1,Region", *rows]) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    assert names["run"].folder == Path("runs/responses")
    assert (tmp_path / "runs" / "responses" / "report.html").is_file()
