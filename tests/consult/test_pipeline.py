"""The stages together: nothing is lost, and neither order nor company nor process changes what comes out."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from consult.analysis import Analysis, check_quotes
from consult.config import AnalysisConfig, load_config
from consult.errors import Cancelled, InputError
from consult.pipeline import analyse
from consult.store import write_run

QUESTION = "What do you think of the proposed changes to bus services?"
# UMAP is left out where it is not the point: it takes seconds to start.
OPTIONS: dict[str, Any] = {
    "columns": {"response_id": "id", "open": [QUESTION], "question_ids": {QUESTION: "buses"}},
    "cluster": {"small_question": 10_000},
}
Rows = list[tuple[str, str]]


@pytest.fixture(scope="module")
def answers(samples: Path) -> Rows:
    """The first 120 of the samples' answers on buses, and five of them sent again by other people."""
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["Response ID"], row[QUESTION]) for row in csv.DictReader(file) if row[QUESTION].strip()][:120]
    return rows + [(f"COPY-{place}", rows[place * 7][1]) for place in range(5)]


@pytest.fixture
def write(tmp_path: Path):
    """Writes answers as a wide table."""

    def write(rows: Sequence[tuple[str, str]], name: str = "celyn.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", QUESTION), *rows])
        return path

    return write


def shuffled(rows: Rows) -> Rows:
    rows = list(rows)
    random.Random(1).shuffle(rows)
    return rows


def results(folder: Path) -> dict[str, bytes]:
    """The files of a question that do not say where in the file a response stands, nor how long it took."""
    names = ("assignments", "themes", "points", "quotes", "summaries")
    return {name: (folder / f"{name}.parquet").read_bytes() for name in names} | {
        name: (folder / name).read_bytes() for name in ("vectors.npy", "text_ids.json")
    }


def one(path: Path, **also: Any) -> Analysis:
    return analyse([path], load_config(options=OPTIONS), **also).analyses[0]


def test_shuffled_rows_give_the_same_bytes(answers, write, tmp_path):
    runs = [
        analyse([write(rows)], load_config(options=OPTIONS), name=name)
        for name, rows in (("one", answers), ("two", shuffled(answers)))
    ]
    one, two = (write_run(run, tmp_path / "runs").folder for run in runs)
    assert results(one / "buses") == results(two / "buses")


def test_equal_texts_have_equal_themes(answers, write):
    analysis = one(write(answers))
    themes = defaultdict(set)
    for response_id, theme_id, strength in analysis.assignments.select(
        "response_id", "theme_id", "strength"
    ).iter_rows():
        themes[response_id].add((theme_id, strength))
    same = defaultdict(list)
    for response_id, text in answers:
        same[text].append(response_id)
    repeated = [ids for ids in same.values() if len(ids) > 1]
    assert len(repeated) >= 5
    assert any(themes[ids[0]] for ids in repeated)
    for ids in repeated:
        assert all(themes[response_id] == themes[ids[0]] for response_id in ids)


def test_one_response_more_changes_no_other_response(answers, write):
    late = "Could a minibus wait for the late train? It would help nurses who finish at ten."
    before, after = one(write(answers)), one(write([*answers, ("LATE", late)]))
    assert after.points.filter(pl.col("response_id") != "LATE").equals(before.points)
    vectors = {text_id: row.tobytes() for text_id, row in zip(after.text_ids, after.vectors, strict=True)}
    for text_id, row in zip(before.text_ids, before.vectors, strict=True):
        assert vectors[text_id] == row.tobytes()


def test_everything_is_accounted_for(answers, write, fake_embedder):
    path = write([*answers, ("E1", ""), ("E2", "  "), ("N1", "No comment"), ("N2", "n/a")])
    analysis = one(path, embedder=fake_embedder)
    counts = analysis.counts
    assert (counts["read"], counts["responses"], counts["rejected"], counts["blank"]) == (129, 127, 0, 2)
    assert counts["themed"] + counts["unthemed"] + counts["non_answers"] == 127
    assert counts["non_answers"] >= 2
    assert counts["themed"] == analysis.assignments["response_id"].n_unique()
    assert (counts["points"], counts["themes"]) == (len(analysis.points), len(analysis.themes))
    assert check_quotes(analysis).is_empty()


def test_the_model_is_given_no_non_answer(write, fake_embedder):
    heard: list[str] = []

    class Listening:
        name, fingerprint = "listening", "1"

        def embed(self, texts, progress):
            heard.extend(texts)
            return fake_embedder.embed(texts, progress)

    one(write([("R1", "No comment"), ("R2", "Later buses would help me get home")]), embedder=Listening())
    assert heard == ["Later buses would help me get home"]


@pytest.mark.parametrize(
    ("texts", "counts", "keywords"),
    [
        ([], {"responses": 0, "non_answers": 0, "unthemed": 0}, []),
        (["No", "n/a"], {"responses": 2, "non_answers": 2, "unthemed": 0}, []),
        (
            ["Later buses please"],
            {"responses": 1, "non_answers": 0, "unthemed": 1},
            [["buses", 1], ["later", 1]],
        ),
        (
            ["Later buses please", "More trees and buses", "No"],
            {"responses": 3, "non_answers": 1, "unthemed": 2},
            [["buses", 2], ["later", 1]],
        ),
    ],
    ids=["none", "only non-answers", "one", "a few"],
)
def test_too_few_responses_for_themes(write, fake_embedder, texts, counts, keywords):
    rows = [(f"R{place}", text) for place, text in enumerate(texts)] or [("R0", "")]
    analysis = one(write(rows), embedder=fake_embedder)
    assert analysis.counts | counts == analysis.counts
    assert analysis.themes.is_empty()
    assert analysis.responses["text"].to_list() == texts
    told = (
        "too few to find themes" if counts["responses"] > counts["non_answers"] else "No response has something to say"
    )
    assert told in analysis.manifest["notes"][0]
    assert analysis.manifest["keywords"][: len(keywords)] == keywords


@pytest.mark.parametrize(
    ("n_common", "told"),
    [(80, ["Theme 1 is broad"]), (20, [])],
    ids=["more than half", "a third"],
)
def test_a_theme_that_more_than_half_raise_is_said_to_be_broad(write, fake_embedder, n_common, told):
    def say(words: str, n: int) -> list[str]:
        return [f"{words} {'abcdefghijklmnopqrstuvwxyz'[place % 26]}{place}" for place in range(n)]

    texts = [
        *say("buses late", n_common), *say("fares expensive", 20), *say("shelters dark", 20), *say("drivers rude", 20)
    ]  # fmt: skip
    rows = [(f"R{place}", text) for place, text in enumerate(texts)]
    config = load_config(options=OPTIONS | {"cluster": {"small_question": 10_000, "themes": 4}})
    notes = analyse([write(rows)], config, embedder=fake_embedder).analyses[0].manifest["notes"]
    assert [note.split(":")[0] for note in notes if "broad" in note] == told


def test_that_many_answers_are_in_no_theme_is_said(answers, write, fake_embedder):
    def told(min_strength: float) -> tuple[int, list[str]]:
        config = load_config(options=OPTIONS | {"assign": {"min_strength": min_strength}})
        analysis = analyse([write(answers)], config, embedder=fake_embedder).analyses[0]
        return analysis.counts["unthemed"], [n.split(":")[0] for n in analysis.manifest["notes"] if "no theme" in n]

    unthemed, notes = told(0.6)
    assert 25 < unthemed < 125
    assert notes == [f"{unthemed} of 118 answers are in no theme"]
    assert told(0) == (0, [])


class Told:
    """Hears how far the work has come, and may stop it."""

    def __init__(self, stop_at: str = "") -> None:
        self.stages: list[tuple[str, str]] = []
        self.totals: dict[str, int] = {}
        self.done: dict[str, int] = defaultdict(int)
        self._stop_at = stop_at

    def start(self, question_id: str, stage: str, total: int) -> None:
        self.stages.append((question_id, stage))
        self.totals[stage] = total
        if stage == self._stop_at:
            raise Cancelled("stopped", "Stopped.")

    def advance(self, n: int) -> None:
        self.done[self.stages[-1][1]] += n


def test_progress_is_told_stage_by_stage(answers, write, fake_embedder):
    told = Told()
    analysis = one(write(answers), embedder=fake_embedder, progress=told)
    stages = ["campaigns", "campaigns", "points", "embed", "cluster", "assign", "summarise"]
    assert told.stages == [("", "read"), ("", "redact"), *(("buses", stage) for stage in stages)]
    assert told.totals["embed"] == told.done["embed"] == analysis.counts["distinct_points"]


@pytest.mark.parametrize("stage", ["read", "points", "embed", "cluster", "assign", "summarise"])
def test_the_work_can_be_stopped_at_every_stage(answers, write, fake_embedder, stage):
    told = Told(stage)
    with pytest.raises(Cancelled):
        one(write(answers), embedder=fake_embedder, progress=told)
    assert told.stages[-1][1] == stage


def test_an_unknown_question_names_those_there_are(answers, write):
    with pytest.raises(InputError, match=r"no question 'parks'\. There are: buses\.") as raised:
        analyse([write(answers)], load_config(options=OPTIONS | {"questions": ["parks"]}))
    assert raised.value.code == "question_missing"


def test_only_the_chosen_questions_are_analysed(tmp_path, fake_embedder):
    path = tmp_path / "long.csv"
    path.write_text("id,question,comment\n1,a,Later buses please\n1,b,More trees please\n2,b,Keep the library\n")
    columns = {"text": "comment", "question_id": "question", "response_id": "id"}
    run = analyse([path], load_config(options={"columns": columns, "questions": ["b"]}), embedder=fake_embedder)
    assert [(analysis.question_id, analysis.counts["responses"]) for analysis in run.analyses] == [("b", 2)]
    assert run.questions["question_id"].to_list() == ["b"]


def test_the_defaults_are_used_where_no_configuration_is_given(write, fake_embedder):
    run = analyse([write([("R1", "Later buses please")])], embedder=fake_embedder)
    assert run.manifest["config"] == AnalysisConfig().model_dump(mode="json")
    assert (run.name, run.folder) == ("celyn", None)


def test_the_number_of_threads_changes_nothing(samples, tmp_path):
    code = (
        "import consult, sys; from pathlib import Path; samples = Path(sys.argv[1]);"
        "config = consult.load_config(samples / 'moving-celyn.toml', {'questions': ['else']});"
        "run = consult.analyse([samples / 'moving-celyn.csv'], config);"
        "run.analyses[0].assignments.write_parquet(sys.argv[2])"
    )
    written = []
    for threads in ("1", "2"):
        path = tmp_path / f"{threads}.parquet"
        own = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(samples), str(path)], env=own, check=True)
        written.append(path.read_bytes())
    assert written[0] == written[1]
