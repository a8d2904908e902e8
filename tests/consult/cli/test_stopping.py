"""A run that is stopped or killed leaves nothing that looks like a run, and goes on where it was.

It ends with the bytes of a run that was left alone, in another process with other hashes, on rows in another order.
"""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from consult.cli import work

# Of a question's files those that do not tell where in the input a response stood, nor how long it took.
OWN_FILES = (
    "assignments.parquet", "points.parquet", "quotes.parquet", "summaries.parquet", "text_ids.json", "themes.parquet",
    "vectors.npy",
)  # fmt: skip


def kept(out: Path) -> set[str]:
    """The finished stages that a run under way has left."""
    return {path.name for path in out.glob(".*.partial/*/*/*")} if out.is_dir() else set()


def wait_for(stage: str, out: Path, process: subprocess.Popen[str]) -> None:
    began = time.monotonic()
    while stage not in kept(out):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - began < 120
        time.sleep(0.02)
    time.sleep(0.3)


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def visible(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if not path.name.startswith(".")]


def test_a_run_stopped_and_killed_ends_as_one_that_was_left_alone(
    start: Callable[..., subprocess.Popen[str]], run_folder: Path, samples: Path, tmp_path: Path
):
    out = tmp_path / "runs"
    header, *rows = read_rows(samples / "moving-celyn.csv")
    random.Random(1).shuffle(rows)
    with (tmp_path / "shuffled.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    line = ["analyse", tmp_path / "shuffled.csv", "-c", samples / "moving-celyn.toml", "-q", "else", "-o", out]

    # Ctrl-C while points are embedded, or on a fast machine just after.
    process = start(*line, PYTHONHASHSEED="2")
    wait_for("points", out, process)
    process.send_signal(signal.SIGINT)
    told = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - told < 5
    assert err.splitlines() == [
        "consult: Stopped.",
        "         What was finished is kept; the same command goes on from there.",
    ]
    assert visible(out) == []
    assert kept(out) - {"embed"} == {"campaigns", "points"}

    # Killed, with no chance to tidy up, while they are clustered.
    process = start(*line, PYTHONHASHSEED="2")
    wait_for("embed", out, process)
    process.kill()
    process.communicate(timeout=30)
    assert visible(out) == []
    assert kept(out) == {"campaigns", "points", "embed"}

    # Ctrl-C while compiled code clusters, which hears nothing: the process ends all the same.
    process = start(*line, "--json")
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    told = time.monotonic()
    stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - told < 5
    assert '"code": "stopped"' in stdout
    assert visible(out) == []

    process = start(*line, PYTHONHASHSEED="2")
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert [path.name for path in out.iterdir()] == ["moving-celyn"]
    for name in OWN_FILES:
        own, other = out / "moving-celyn" / "else" / name, run_folder / "else" / name
        assert own.read_bytes() == other.read_bytes(), name


@pytest.mark.parametrize(
    ("starts", "hint"),
    [
        ([], ""),
        ([("", "read"), ("buses", "points")], ""),
        ([("", "read"), ("buses", "points"), ("buses", "embed")], "What was finished is kept; the same command goes on "
         "from there."),
    ],
)  # fmt: skip
def test_a_stop_claims_that_something_is_kept_only_when_it_is(consult, monkeypatch, tmp_path, starts, hint):
    def stopped(*_: object, progress: work.TerminalProgress, **__: object) -> None:
        for start in starts:
            progress.start(*start, 0)
        progress.stop()
        progress.advance(1)

    monkeypatch.setattr(work, "analyse_into", stopped)
    ended = consult("analyse", "any.csv", "-o", tmp_path, "--json")
    assert ended.code == 130
    assert ended.json == {"error": {"code": "stopped", "message": "Stopped.", "hint": hint}}


def test_a_stop_by_the_system_is_heard_too(start: Callable[..., subprocess.Popen[str]], samples: Path, tmp_path: Path):
    process = start("analyse", samples / "moving-celyn.csv", "-o", tmp_path / "runs")
    wait_for("points", tmp_path / "runs", process)
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.startswith("consult: Stopped.")
    assert visible(tmp_path / "runs") == []


@pytest.mark.parametrize("arguments", [["show", "RUN", "--json"], ["show", "RUN", "-q", "buses", "-t", "1"]])
def test_a_reader_that_leaves_early_is_no_failure(start, run_folder, arguments):
    process = start(*[argument.replace("RUN", str(run_folder)) for argument in arguments])
    process.stdout.close()
    assert (process.wait(timeout=30), process.stderr.read()) == (0, "")
    process.stderr.close()
