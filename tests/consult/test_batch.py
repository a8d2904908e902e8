"""A run into its folder: found when it is there, taken up where it stopped, the same to the byte in the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from consult import batch
from consult.analysis import Run
from consult.batch import analyse_into
from consult.config import AnalysisConfig, load_config
from consult.errors import Cancelled, InputError, ModelError, RunError

BUSES = [
    "the evening bus is too late for the train", "the bus fares cost too much", "we need a bus on Sunday",
    "the last evening bus leaves too early", "bus fares must come down", "a Sunday bus for the villages please",
]  # fmt: skip
STREET = [
    "closing the street will hurt the shops", "children can play in a street with no cars", "where would we park then",
    "shops in the street need deliveries", "cars make the street loud", "parking for the disabled must stay",
]  # fmt: skip
ENDS = ["", " I think", " and soon", " in my view", " this year", " as was promised"]
# UMAP is left out: it takes seconds to start, and what is kept and read again does not depend on it.
OPTIONS: dict[str, Any] = {
    "columns": {"text": "comment", "question_id": "question", "response_id": "id"},
    "cluster": {"small_question": 10_000},
}


class Counting:
    """An embedder that remembers what it was given."""

    def __init__(self, embedder: Any, *, fails_on: str = "") -> None:
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.calls: list[tuple[str, ...]] = []
        self._embedder = embedder
        self._fails_on = fails_on

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Any:
        if self._fails_on and any(self._fails_on in text for text in texts):
            raise ModelError("unreachable", "The server does not answer.", "Try again later.")
        self.calls.append(tuple(texts))
        return self._embedder.embed(texts, progress)


class Stops:
    """A person who stops the work when a stage of a question begins, or ends the first part of it."""

    def __init__(self, question_id: str = "", stage: str = "", *, inside: bool = False) -> None:
        self.seen: list[tuple[str, str]] = []
        self._at = (question_id, stage)
        self._inside = inside

    def start(self, question_id: str, stage: str, total: int) -> None:
        self.seen.append((question_id, stage))
        if self.seen[-1] == self._at and not self._inside:
            raise Cancelled("stopped", "Stopped.")

    def advance(self, n: int) -> None:
        if self.seen[-1] == self._at:
            raise Cancelled("stopped", "Stopped.")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """72 answers to two questions, in a long file."""
    path = tmp_path / "celyn.csv"
    rows = [
        f"{question[0]}{place},{question},{text}{end}"
        for question, texts in (("buses", BUSES), ("street", STREET))
        for place, (text, end) in enumerate((text, end) for text in texts for end in ENDS)
    ]
    path.write_text("\n".join(["id,question,comment", *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture
def embedder(fake_embedder: Any) -> Counting:
    return Counting(fake_embedder)


def config(**cluster: Any) -> AnalysisConfig:
    return load_config(options=OPTIONS | {"cluster": OPTIONS["cluster"] | cluster})


def results(run: Run) -> dict[str, bytes]:
    """Every file of a run that holds results; the manifests and the report tell the time too."""
    assert run.folder is not None
    return {
        str(path.relative_to(run.folder)): path.read_bytes()
        for path in run.folder.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", "report.html")
    }


def for_points(calls: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of the calls of an embedder those with whole answers: the points of a question, not phrases for its titles."""
    whole = {BUSES[0] + ENDS[-1], STREET[0] + ENDS[-1]}
    return [call for call in calls if whole & set(call)]


def visible(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if not path.name.startswith(".")]


@pytest.mark.parametrize("stage", ["points", "embed", "cluster", "assign", "summarise"])
@pytest.mark.parametrize("question_id", ["buses", "street"])
def test_a_run_stopped_at_any_stage_ends_as_one_that_was_left_alone(table, tmp_path, embedder, question_id, stage):
    undisturbed = analyse_into(tmp_path / "whole", [table], config(), embedder=embedder)
    with pytest.raises(Cancelled):
        analyse_into(tmp_path / "runs", [table], config(), embedder=embedder, progress=Stops(question_id, stage))
    assert not (tmp_path / "runs").exists() or visible(tmp_path / "runs") == []
    resumed = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    assert results(resumed) == results(undisturbed)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["celyn"]


def test_what_was_embedded_before_a_stop_is_not_embedded_again(table, tmp_path, fake_embedder):
    first, second = Counting(fake_embedder), Counting(fake_embedder)
    with pytest.raises(Cancelled):
        analyse_into(tmp_path, [table], config(), embedder=first, progress=Stops("street", "cluster"))
    kept = {path.name for path in (tmp_path / ".celyn.partial").glob("*/*/*")}
    assert kept == {"campaigns", "points", "embed", "cluster"}
    analyse_into(tmp_path, [table], config(), embedder=second)
    assert len(for_points(first.calls)) == 2
    assert for_points(second.calls) == []


def test_a_stage_stopped_in_its_middle_is_not_kept(table, tmp_path, embedder):
    with pytest.raises(Cancelled):
        analyse_into(tmp_path, [table], config(), embedder=embedder, progress=Stops("buses", "embed", inside=True))
    assert {path.name for path in (tmp_path / ".celyn.partial").glob("*/*/*")} == {"campaigns", "points"}


def test_a_model_that_fails_leaves_what_was_finished(table, tmp_path, fake_embedder):
    with pytest.raises(ModelError):
        analyse_into(tmp_path, [table], config(), embedder=Counting(fake_embedder, fails_on="parking"))
    assert visible(tmp_path) == ["celyn.csv"]
    again = Stops()
    analyse_into(tmp_path, [table], config(), embedder=Counting(fake_embedder), progress=again)
    assert ("street", "summarise") in again.seen


def test_another_configuration_after_a_stop_begins_anew(table, tmp_path, embedder):
    undisturbed = analyse_into(tmp_path / "whole", [table], config(themes=2), embedder=embedder)
    with pytest.raises(Cancelled):
        analyse_into(tmp_path / "runs", [table], config(), embedder=embedder, progress=Stops("street", "summarise"))
    embedder.calls.clear()
    other = analyse_into(tmp_path / "runs", [table], config(themes=2), embedder=embedder)
    assert len(for_points(embedder.calls)) == 2
    assert results(other) == results(undisturbed)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["celyn"]


def test_a_changed_file_after_a_stop_begins_anew(table, tmp_path, embedder):
    with pytest.raises(Cancelled):
        analyse_into(tmp_path / "runs", [table], config(), embedder=embedder, progress=Stops("street", "summarise"))
    table.write_text(table.read_text() + "b99,buses,trams would be better than any bus\n", encoding="utf-8")
    run = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    assert "b99" in run.analysis("buses").responses["response_id"].to_list()
    assert run.analysis("buses").counts["responses"] == 37


def test_the_same_work_again_is_the_run_that_is_there(table, tmp_path, embedder):
    first = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    stamps = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    embedder.calls.clear()
    progress = Stops()
    again = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder, progress=progress)
    assert (embedder.calls, progress.seen) == ([], [])
    assert again.manifest == first.manifest
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == stamps


@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ("configuration", "another configuration (cluster.themes)"),
        ("file", "other input (celyn.csv)"),
        ("model", "another model (fake)"),
    ],
)
def test_other_work_of_the_same_name_overwrites_nothing(table, tmp_path, embedder, change, differing):
    first = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    before = results(first)
    settings = config(themes=2) if change == "configuration" else config()
    if change == "file":
        table.write_text(table.read_text() + "b99,buses,trams would be better\n", encoding="utf-8")
    if change == "model":
        embedder.fingerprint = "another"
    with pytest.raises(RunError) as raised:
        analyse_into(tmp_path / "runs", [table], settings, embedder=embedder)
    assert raised.value.code == "folder_taken"
    assert raised.value.message == f"{tmp_path / 'runs' / 'celyn'}: holds another run, of {differing}."
    assert results(first) == before
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["celyn"]
    other = analyse_into(tmp_path / "runs", [table], settings, name="other", embedder=embedder)
    assert other.folder == tmp_path / "runs" / "other"


def test_the_same_work_finished_by_another_process_meanwhile_is_its_run(table, tmp_path, embedder, fake_embedder):
    class Meanwhile(Stops):
        def start(self, question_id: str, stage: str, total: int) -> None:
            if (question_id, stage) == ("street", "summarise"):
                others.append(analyse_into(tmp_path / "runs", [table], config(), embedder=Counting(fake_embedder)))
            super().start(question_id, stage, total)

    others: list[Run] = []
    run = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder, progress=Meanwhile())
    assert run.manifest == others[0].manifest
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["celyn"]


def test_another_version_is_named(table, tmp_path, embedder, monkeypatch):
    analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    monkeypatch.setattr(batch, "version", lambda package: "9" if package in ("consult", "polars") else version(package))
    with pytest.raises(RunError, match=r"holds another run, of other versions \(consult, polars\)"):
        analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)


def test_an_unknown_question_is_told_before_a_run_of_the_same_name(table, tmp_path, embedder):
    analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    settings = load_config(options=OPTIONS | {"questions": ["parks"]})
    with pytest.raises(InputError, match=r"'parks'.*buses, street"):
        analyse_into(tmp_path / "runs", [table], settings, embedder=embedder)


def test_an_unknown_question_leaves_nothing(table, tmp_path, embedder):
    settings = load_config(options=OPTIONS | {"questions": ["parks"]})
    with pytest.raises(InputError, match=r"'parks'.*buses, street"):
        analyse_into(tmp_path / "runs", [table], settings, embedder=embedder)
    assert not (tmp_path / "runs").exists()


def test_the_name_of_a_run(table, tmp_path, embedder):
    named = load_config(options=OPTIONS | {"name": "from the configuration"})
    content = table.read_bytes()
    assert analyse_into(tmp_path / "1", [table], config(), embedder=embedder).name == "celyn"
    assert analyse_into(tmp_path / "1", [table], named, embedder=embedder).name == "from the configuration"
    assert analyse_into(tmp_path / "1", [table], named, name="given", embedder=embedder).name == "given"
    assert analyse_into(tmp_path / "1", [Path("-")], config(), stdin=content, embedder=embedder).name == "stdin"


def test_what_was_read_is_told_before_anything_is_computed(table, tmp_path, embedder):
    told = []
    with pytest.raises(Cancelled):
        analyse_into(
            tmp_path / "runs", [table], config(), embedder=embedder, progress=Stops("", "read"), told=told.append
        )
    assert [ingested.questions["question_id"].to_list() for ingested in told] == [["buses", "street"]]
    assert embedder.calls == []
    assert not (tmp_path / "runs").exists()


def test_the_manifest_says_when_and_from_what(table, tmp_path, embedder):
    run = analyse_into(tmp_path / "runs", [table], config(), embedder=embedder)
    kept = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert kept == run.manifest
    assert len(kept["fingerprint"]) == 64
    assert kept["created_at"].endswith("+00:00")
    assert kept["model"] == {"name": "fake", "fingerprint": "fake:1"}
    assert kept["analysed"] == ["buses", "street"]
