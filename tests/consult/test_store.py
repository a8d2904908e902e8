"""Runs on disk: whole or not at all, nothing overwritten, nothing pickled."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.analysis import Analysis, Run
from consult.errors import RunError
from consult.schemas import (
    ALIKE,
    ANSWERS,
    ASSIGNMENTS,
    LEDGER,
    PARENTS,
    POINTS,
    QUESTIONS,
    QUOTES,
    REJECTS,
    RESPONDENTS,
    RESPONSES,
    SUMMARIES,
    THEMES,
    TRANSLATIONS,
)
from consult.store import (
    FolderCheckpoints,
    find_run,
    folder_name,
    open_run,
    partial_folder,
    question_folders,
    read_run,
    scan_frame,
    write_run,
)


def analysis(question_id: str) -> Analysis:
    response = ("R1", question_id, "R1", "Later buses", None, "one.csv", 2, "unthemed")
    return Analysis(
        question_id=question_id,
        wording=f"What about {question_id}?",
        responses=pl.DataFrame([response], schema=RESPONSES.schema, orient="row"),
        points=pl.DataFrame([("R1:1", "R1", 0, 11, "t1")], schema=POINTS.schema, orient="row"),
        themes=THEMES.empty(),
        assignments=ASSIGNMENTS.empty(),
        quotes=QUOTES.empty(),
        summaries=SUMMARIES.empty(),
        rejects=REJECTS.empty(),
        manifest={"counts": {"read": 1}, "notes": ["Llŷn"]},
        vectors=np.array([[0.6, 0.8]], dtype=np.float32),
        text_ids=("t1",),
    )


def make_run(*analysed: str, name: str = "celyn", also: tuple[str, ...] = ()) -> Run:
    """A run of these questions; `also` were asked and not analysed."""
    asked = [(question_id, f"What about {question_id}?") for question_id in (*analysed, *also)]
    return Run(
        name=name,
        questions=pl.DataFrame(asked, schema=QUESTIONS.schema, orient="row"),
        respondents=RESPONDENTS.empty(),
        answers=ANSWERS.empty(),
        rejects=REJECTS.empty(),
        ledger=LEDGER.empty(),
        analyses=tuple(analysis(question_id) for question_id in analysed),
        manifest={"counts": {"read": len(analysed)}, "fingerprint": "f1"},
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("buses", "buses"),
        ("Q1", "Q1"),
        ("What do you think of Market Street", "What do you think of Market Street"),
        ("Beth am Llŷn", "Beth am Llŷn"),
        ("moving-celyn-20260303", "moving-celyn-20260303"),
        ("v1.2", "v1.2"),
        # A character that some system refuses, or a place that it takes for another.
        ("a/b", "a_b~575aa622"),
        ("a\\b", "a_b~"),
        ("Why?", "Why_~"),
        ("..", "__~"),
        (".hidden", "_hidden~"),
        ("end.", "end_~"),
        ("a\x00b", "a_b~"),
        ("", "~"),
        # What means something to Windows, or to a run's folder.
        ("con", "con~"),
        ("NUL.txt", "NUL.txt~"),
        ("manifest.json", "manifest.json~"),
        ("themes.Parquet", "themes.Parquet~"),
        ("exports", "exports~"),
        ("report.html", "report.html~"),
        # What looks like a name with a hash, or is written in two ways.
        ("a_b~575aa622", "a_b~575aa622~"),
        ("Lly\u0302n", "Ll\u0177n~"),
        ("\udcff", "_~"),
        ("x" * 101, "x" * 80 + "~"),
        ("🚌" * 40, "🚌" * 20 + "~"),
    ],
)
def test_names_of_folders(name, folder):
    found = folder_name(name)
    assert found == folder if "~" not in folder or folder[-1] != "~" else found[:-8] == folder
    assert found == folder_name(name)


# Names that lie near each other: of few characters, most of which some system refuses.
NAMES = st.text(alphabet="aB/\\:.~_ 0é\u0301", max_size=12) | st.text(max_size=200)


@given(NAMES, NAMES)
def test_names_that_differ_get_folders_that_differ(one, other):
    assert (folder_name(one) == folder_name(other)) == (one == other)


@given(NAMES)
def test_any_name_gets_a_folder_that_every_system_takes(name):
    folder = folder_name(name)
    assert folder not in ("", ".", "..")
    assert not set(folder) & set('<>:"/\\|?*%\x00')
    assert len(f".{folder}.partial".encode()) <= 255
    assert folder[0] not in ". "
    assert folder[-1] not in ". "


def test_questions_that_differ_only_by_case_get_folders_that_differ_to_every_system():
    folders = question_folders(["Q1", "q1", "Q/1", "q/1"])
    assert folders["Q1"] == "Q1"
    assert len({folder.casefold() for folder in folders.values()}) == 4
    assert folders == question_folders(list(folders))


def test_a_run_comes_back_as_it_was_written(tmp_path):
    run = make_run("buses", "Q1", "q1", "a/b", "manifest.json", also=("street",))
    write_run(run, tmp_path / "new" / "runs")
    back = read_run(tmp_path / "new" / "runs" / "celyn")
    assert back.folder == tmp_path / "new" / "runs" / "celyn"
    assert back.name == "celyn"
    assert back.questions.equals(run.questions)
    assert [a.question_id for a in back.analyses] == ["buses", "Q1", "q1", "a/b", "manifest.json"]
    for one, other in zip(back.analyses, run.analyses, strict=True):
        assert one.responses.equals(other.responses)
        assert one.points.equals(other.points)
        assert one.vectors.tobytes() == other.vectors.tobytes()
        assert (one.text_ids, one.manifest, one.wording) == (other.text_ids, other.manifest, other.wording)


def many(n: int) -> Run:
    """A run of so many responses."""
    one = analysis("buses")
    rows = [
        (f"R{at:06}", "buses", f"P{at % 7}", f"Later buses, {at}", None, "one.csv", at, "themed") for at in range(n)
    ]
    return replace(
        make_run("buses"), analyses=(replace(one, responses=pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")),)
    )


def test_an_open_run_gives_what_one_that_is_read_gives(tmp_path):
    write_run(many(25_000), tmp_path)
    opened, whole = open_run(tmp_path / "celyn"), read_run(tmp_path / "celyn")
    assert (opened.name, opened.folder, opened.manifest) == (whole.name, whole.folder, whole.manifest)
    for spec in (QUESTIONS, RESPONDENTS, ANSWERS, REJECTS, LEDGER):
        assert getattr(opened, spec.name).equals(getattr(whole, spec.name)), spec.name
    one, other = opened.analysis("buses"), whole.analysis("buses")
    for spec in (RESPONSES, POINTS, THEMES, ASSIGNMENTS, QUOTES, SUMMARIES, REJECTS):
        assert getattr(one, spec.name).equals(getattr(other, spec.name)), spec.name
        assert scan_frame(one, spec.name).collect().equals(scan_frame(other, spec.name).collect()), spec.name
    assert (one.question_id, one.wording, one.counts) == (other.question_id, other.wording, other.counts)
    assert (one.text_ids, one.vectors.tobytes()) == (other.text_ids, other.vectors.tobytes())
    with pytest.raises(AttributeError, match="no colours"):
        one.colours  # noqa: B018


def test_an_open_run_keeps_small_frames_and_no_large_ones(tmp_path):
    write_run(many(25_000), tmp_path)
    one = open_run(tmp_path / "celyn").analysis("buses")
    assert one.points is one.points
    assert one.responses is not one.responses


def test_one_response_is_found_without_reading_the_others(tmp_path):
    write_run(many(25_000), tmp_path)
    file = tmp_path / "celyn" / "buses" / "responses.parquet"
    one = open_run(tmp_path / "celyn").analysis("buses")
    # The last rows of the file are harmed: whoever reads only the first of its parts does not meet them.
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) * 9 // 10] = bytes(len(content) * 9 // 10 - len(content) // 2)
    file.write_bytes(content)
    found = scan_frame(one, "responses").filter(pl.col("response_id") == "R000012").select("text").collect()
    assert found["text"].to_list() == ["Later buses, 12"]


def test_a_frame_of_an_open_run_that_is_damaged_is_said_when_it_is_read(tmp_path):
    write_run(many(10), tmp_path)
    (tmp_path / "celyn" / "buses" / "responses.parquet").write_bytes(b"PAR1")
    run = open_run(tmp_path / "celyn")
    with pytest.raises(RunError, match=r"buses/responses\.parquet: cannot be read") as raised:
        run.analysis("buses").responses  # noqa: B018
    assert raised.value.code == "run_damaged"
    with pytest.raises(RunError) as raised:
        open_run(tmp_path / "nowhere")
    assert raised.value.code == "run_missing"


def test_a_run_is_not_overwritten(tmp_path):
    write_run(make_run("buses"), tmp_path)
    with pytest.raises(RunError, match="is there already") as raised:
        write_run(make_run("street"), tmp_path)
    assert raised.value.code == "folder_taken"
    assert [a.question_id for a in read_run(tmp_path / "celyn").analyses] == ["buses"]


@pytest.mark.parametrize("error", [RuntimeError("no report"), KeyboardInterrupt()])
def test_a_run_that_cannot_be_finished_leaves_nothing_to_be_seen(tmp_path, error):
    def also(run: Run, folder: Path) -> None:
        (folder / "report.html").write_text("half")
        raise error

    with pytest.raises(type(error)):
        write_run(make_run("buses"), tmp_path, also)
    assert names(tmp_path) == [".celyn.partial"]
    assert names(tmp_path / ".celyn.partial") == []


def test_a_full_disk_is_said(tmp_path):
    def also(run: Run, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match=r"celyn: cannot be written \(No space left on device\)") as raised:
        write_run(make_run("buses"), tmp_path, also)
    assert raised.value.code == "folder_unwritable"
    assert not (tmp_path / "celyn").exists()


def test_what_else_belongs_into_the_folder_is_there_when_it_appears(tmp_path):
    write_run(make_run("buses"), tmp_path, lambda run, folder: (folder / "report.html").write_text(run.name))
    assert (tmp_path / "celyn" / "report.html").read_text() == "celyn"
    assert names(tmp_path) == ["celyn"]


def test_a_run_is_found_by_what_it_rests_on(tmp_path):
    assert find_run(tmp_path, "celyn", "f1") is None
    write_run(make_run("buses"), tmp_path)
    assert find_run(tmp_path, "celyn", "f1").name == "celyn"
    with pytest.raises(RunError, match="holds another run"):
        find_run(tmp_path, "celyn", "f2")


def test_a_folder_that_is_no_run_is_left_alone(tmp_path):
    (tmp_path / "celyn").mkdir()
    with pytest.raises(RunError, match="something that is not a run"):
        find_run(tmp_path, "celyn", "f1")


def test_a_folder_of_runs_says_which_it_holds(tmp_path):
    write_run(make_run("buses"), tmp_path)
    with pytest.raises(RunError, match="It holds these runs: celyn"):
        read_run(tmp_path)


def test_a_newer_format_is_refused(tmp_path):
    write_run(make_run("buses"), tmp_path)
    path = tmp_path / "celyn" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 5}))
    with pytest.raises(RunError, match="newer") as raised:
        read_run(tmp_path / "celyn")
    assert raised.value.code == "run_newer"


@pytest.mark.parametrize("read", [read_run, open_run])
def test_a_run_of_before_there_were_parents_has_none(tmp_path, read):
    write_run(make_run("buses"), tmp_path)
    path = tmp_path / "celyn" / "manifest.json"
    (tmp_path / "celyn" / "buses" / "parents.parquet").unlink()
    with pytest.raises(RunError, match=r"parents\.parquet: cannot be read"):
        read(tmp_path / "celyn").analysis("buses").parents  # noqa: B018
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))
    old = read(tmp_path / "celyn").analysis("buses")
    assert old.parents.equals(PARENTS.empty())
    assert scan_frame(old, "parents").collect().equals(PARENTS.empty())


@pytest.mark.parametrize("read", [read_run, open_run])
def test_a_run_of_before_texts_alike_were_looked_for_has_none(tmp_path, read):
    write_run(make_run("buses"), tmp_path)
    path = tmp_path / "celyn" / "manifest.json"
    (tmp_path / "celyn" / "buses" / "alike.parquet").unlink()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    old = read(tmp_path / "celyn").analysis("buses")
    assert old.alike.equals(ALIKE.empty())
    assert old.alike_groups() == []


@pytest.mark.parametrize("read", [read_run, open_run])
def test_a_run_of_before_there_were_translations_has_none(tmp_path, read):
    write_run(make_run("buses"), tmp_path)
    path = tmp_path / "celyn" / "manifest.json"
    (tmp_path / "celyn" / "buses" / "translations.parquet").unlink()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 3}))
    assert read(tmp_path / "celyn").analysis("buses").translations.equals(TRANSLATIONS.empty())


class Harm:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def plant(path: Path, kind: str, harm: Path) -> None:
    """Puts something that is pickled, or that numpy opens as an archive, in the place of an array."""
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Harm(harm)))
    elif kind == "objects":
        np.save(path, np.array([[Harm(harm)]], dtype=object), allow_pickle=True)
    else:
        with path.open("wb") as file:
            np.savez(file, vectors=np.ones((1, 2), dtype=np.float32))


@pytest.mark.parametrize("kind", ["pickle", "objects", "archive"])
def test_no_pickle_is_ever_loaded(tmp_path, kind):
    write_run(make_run("buses"), tmp_path)
    plant(tmp_path / "celyn" / "buses" / "vectors.npy", kind, tmp_path / "harm")
    with pytest.raises(RunError, match=r"buses/vectors\.npy: cannot be read") as raised:
        read_run(tmp_path / "celyn")
    assert raised.value.code == "run_damaged"
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("array", [np.ones((2, 2), dtype=np.float32), np.ones((1, 2)), np.ones(1, dtype=np.float32)])
def test_vectors_that_are_not_one_a_text_are_damage(tmp_path, array):
    write_run(make_run("buses"), tmp_path)
    np.save(tmp_path / "celyn" / "buses" / "vectors.npy", array)
    with pytest.raises(RunError, match="vectors"):
        read_run(tmp_path / "celyn")


def large(tmp_path: Path) -> Path:
    """A run whose vectors are large enough to be left on disk."""
    n = 4000
    one = replace(
        analysis("buses"),
        vectors=np.arange(n * 100, dtype=np.float32).reshape(n, 100),
        text_ids=tuple(f"t{place}" for place in range(n)),
    )
    write_run(replace(make_run("buses"), analyses=(one,)), tmp_path)
    return tmp_path / "celyn"


def test_large_vectors_stay_on_disk(tmp_path):
    read = read_run(large(tmp_path)).analysis("buses").vectors
    assert isinstance(read.base, np.memmap)
    assert type(read) is np.ndarray
    assert (read.shape, read.dtype, read[3999, 99]) == ((4000, 100), np.float32, 399_999)
    with pytest.raises(ValueError, match="read-only"):
        read[0, 0] = 1


def test_large_vectors_that_were_cut_short_are_damage(tmp_path):
    path = large(tmp_path) / "buses" / "vectors.npy"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 4)
    with pytest.raises(RunError, match=r"buses/vectors\.npy: cannot be read") as raised:
        read_run(path.parents[1])
    assert raised.value.code == "run_damaged"


@pytest.mark.parametrize("kind", ["objects", "pickle"])
def test_no_large_pickle_is_ever_loaded(tmp_path, kind):
    path = large(tmp_path) / "buses" / "vectors.npy"
    plant(path, kind, tmp_path / "harm")
    with path.open("ab") as file:
        file.write(bytes(2 << 20))
    with pytest.raises(RunError, match=r"buses/vectors\.npy: cannot be read"):
        read_run(path.parents[1])
    assert not (tmp_path / "harm").exists()


STAGE = {
    "points": pl.DataFrame({"text": ["Llŷn"]}),
    "vectors": np.array([[0.6, 0.8]], dtype=np.float32),
    "words": ["bus", "llŷn"],
}


def test_a_finished_stage_comes_back(tmp_path):
    kept = FolderCheckpoints(tmp_path / "part", "f1")
    assert kept.load("a/b", "embed") is None
    kept.save("a/b", "embed", STAGE)
    again = FolderCheckpoints(tmp_path / "part", "f1").load("a/b", "embed")
    assert again.keys() == STAGE.keys()
    assert again["points"].equals(STAGE["points"])
    assert again["vectors"].tobytes() == STAGE["vectors"].tobytes()
    assert again["words"] == STAGE["words"]


def test_a_stage_is_of_one_question_to_the_case(tmp_path):
    kept = FolderCheckpoints(tmp_path / "part", "f1")
    kept.save("Q1", "embed", {"words": ["one"]})
    assert kept.load("q1", "embed") is None
    kept.save("q1", "embed", {"words": ["two"]})
    assert kept.load("Q1", "embed") == {"words": ["one"]}
    folders = [path.parent.name.casefold() for path in (tmp_path / "part").glob("*/*/embed")]
    assert len(set(folders)) == 2


def test_stages_of_other_inputs_are_not_used_and_go_when_one_is_kept(tmp_path):
    FolderCheckpoints(tmp_path / "part", "f1").save("q", "embed", STAGE)
    other = FolderCheckpoints(tmp_path / "part", "f2")
    assert other.load("q", "embed") is None
    other.save("q", "points", {"words": []})
    assert FolderCheckpoints(tmp_path / "part", "f1").load("q", "embed") is None
    assert other.load("q", "points") == {"words": []}


def test_nothing_is_written_before_a_stage_is_kept(tmp_path):
    FolderCheckpoints(tmp_path / "runs" / "part", "f1").load("q", "embed")
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["pickle", "objects", "archive"])
def test_a_stage_that_cannot_be_read_is_done_again(tmp_path, kind):
    kept = FolderCheckpoints(tmp_path / "part", "f1")
    kept.save("q", "embed", STAGE)
    plant(next((tmp_path / "part").rglob("vectors.npy")), kind, tmp_path / "harm")
    assert kept.load("q", "embed") is None
    assert not (tmp_path / "harm").exists()
    kept.save("q", "embed", STAGE)
    assert kept.load("q", "embed")["vectors"].tobytes() == STAGE["vectors"].tobytes()


def test_a_stage_that_cannot_be_kept_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        FolderCheckpoints(tmp_path / "file" / "part", "f1").save("q", "embed", STAGE)


def test_the_partial_folder_goes_with_the_run(tmp_path):
    partial = partial_folder(tmp_path, "celyn")
    assert partial == tmp_path / ".celyn.partial"
    FolderCheckpoints(partial, "f1").save("q", "embed", STAGE)
    write_run(make_run("buses"), tmp_path)
    assert names(tmp_path) == ["celyn"]


def test_a_partial_folder_that_outlived_a_kill_goes_when_its_run_is_found(tmp_path):
    run = make_run("buses")
    write_run(replace(run, manifest=run.manifest | {"fingerprint": "f1"}), tmp_path)
    FolderCheckpoints(partial_folder(tmp_path, "celyn"), "f1").save("q", "embed", STAGE)
    with pytest.raises(RunError):
        find_run(tmp_path, "celyn", "f2")
    assert names(tmp_path) == [".celyn.partial", "celyn"]
    assert find_run(tmp_path, "celyn", "f1") is not None
    assert names(tmp_path) == ["celyn"]
