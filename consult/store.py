"""Runs on disk: a folder that exists whole or not at all, and the finished stages of one that is under way.

    runs/<name>/                  manifest.json and the frames of the consultation
    runs/<name>/<question>/       manifest.json, the frames of one question, text_ids.json, arrays as .npy
    runs/.<name>.partial/         a run under way: what is there is used when the same command is given again

A run is written in its partial folder and moved to its place in one step. Nothing here is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from consult.analysis import Analysis, Run
from consult.arrays import map_array, read_array
from consult.errors import RunError, SchemaError, in_words
from consult.sayings import KINDS
from consult.schemas import QUESTION_FRAMES, QUESTIONS, RUN_FRAMES, FrameSpec, check_frame

FORMAT: Final = 4
"""Of the run folder; a reader refuses a newer one."""
_SINCE: Final = {
    "parents": 2,
    "campaigns": 2,
    "skeletons": 2,
    "own_words": 2,
    "copies": 2,
    "alike": 3,
    "translations": 4,
}
"""The format that a frame came with; in a run of an older one it has no rows."""
_DTYPES: Final = {"offsets": np.float64, "shared": np.float64, "common": np.float64, "said": np.int8}
_ARRAYS: Final = ("centres", "offsets", "shared", "common", "sayings", "said", "titles")
"""Of vectors, kept where there are such."""
_ADDED: Final = {"themes": {"source": "found"}}
"""Columns that a frame gained with format 3, and what they hold in a run of an older one."""
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%\x00-\x1f\x7f\ud800-\udfff]|^[. ]|[. ]$')
# What the store itself puts into a run's folder, and what the short hash of an unsafe name looks like.
_OURS: Final = re.compile(r"\.(json|parquet|npy|html)$|^exports$|~[0-9a-f]{8}$", re.IGNORECASE)
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}
)
"""Names that Windows keeps for devices, whatever extension follows.

Source: Microsoft, "Naming Files, Paths, and Namespaces".
"""
_LONGEST: Final = 100
"""Bytes of a name that is kept; file systems take 255, and paths on Windows 260 characters in all."""
_KEPT: Final = 1 << 18
"""Bytes of a frame up to which an open run keeps it once it is read."""
_ROWS: Final = 10_000
"""Of a part of a Parquet file."""
_PRINTED: Final = "Give the folder that `consult analyse` printed."


def folder_name(name: str) -> str:
    """A name for a folder that every system takes, and that differs when `name` differs.

    Most names are kept as they are. One that holds a character that some system refuses, that is long, or that means
    something to a system or to a run's folder, loses what is unsafe and gains a short hash.
    """
    kept = (
        name
        and len(name.encode("utf-8", "surrogatepass")) <= _LONGEST
        and not _UNSAFE.search(name)
        and not _OURS.search(name)
        and name.split(".")[0].casefold() not in _RESERVED
        and unicodedata.is_normalized("NFC", name)
    )
    if kept:
        return name
    bare = unicodedata.normalize("NFC", _UNSAFE.sub("_", name)).encode()[: _LONGEST - 20].decode(errors="ignore")
    return f"{bare.strip('. ')}~{_digest(name)[:8]}"


def question_folders(question_ids: Sequence[str]) -> dict[str, str]:
    """The folder of each question of a run; no two are the same to a system that ignores case."""
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for question_id in question_ids:
        folder = folder_name(question_id)
        if folder.casefold() in taken:
            folder = f"{folder[: _LONGEST - 20]}~{_digest(question_id)[:8]}"
        folders[question_id] = folder
        taken.add(folder.casefold())
    return folders


class FolderCheckpoints:
    """`consult.stages.Checkpoints` in a folder; each stage's part appears whole or not at all.

    Args:
        folder: `runs/.<name>.partial`; made when the first stage is kept.
        fingerprint: What the stages rest on: inputs, configuration, versions. What was kept under another is dropped
            then.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self._own = folder / _digest(fingerprint)

    def load(self, question_id: str, stage: str) -> Mapping[str, Any] | None:
        """See `consult.stages.Checkpoints`. What cannot be read is not there: it is then computed again."""
        values: dict[str, Any] = {}
        try:
            for file in sorted(self._place(question_id, stage).iterdir()):
                if file.suffix == ".parquet":
                    values[file.stem] = pl.read_parquet(file)
                elif file.suffix == ".npy":
                    values[file.stem] = read_array(file)
                else:
                    values[file.stem] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, EOFError, pl.exceptions.PolarsError):
            return None
        return values

    def save(self, question_id: str, stage: str, values: Mapping[str, Any]) -> None:
        """See `consult.stages.Checkpoints`.

        Raises:
            RunError: the folder cannot be written.
        """
        place = self._place(question_id, stage)
        with _writing(self.folder):
            if not self._own.is_dir():
                shutil.rmtree(self.folder, ignore_errors=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._own, prefix="writing-") as writing:
                new = Path(writing) / "stage"
                new.mkdir()
                for name, value in values.items():
                    if isinstance(value, pl.DataFrame):
                        value.write_parquet(new / f"{name}.parquet")
                    elif isinstance(value, np.ndarray):
                        np.save(new / f"{name}.npy", value, allow_pickle=False)
                    else:
                        _write_json(new / f"{name}.json", value)
                shutil.rmtree(place, ignore_errors=True)
                os.replace(new, place)

    def _place(self, question_id: str, stage: str) -> Path:
        return self._own / _digest(question_id) / stage


def partial_folder(out: Path, name: str) -> Path:
    """Where the finished stages of a run under way are kept."""
    return out / f".{folder_name(name)}.partial"


def find_run(out: Path, name: str, fingerprint: str) -> Run | None:
    """The finished run of this name, when it was made from the same inputs, configuration and versions.

    What is left of its making is removed.

    Raises:
        RunError: `out` is no folder, or the run's folder holds another run, a damaged one, or something else.
    """
    if out.exists() and not out.is_dir():
        raise RunError("out_not_folder", f"{out}: is not a folder.", "Give a folder as --out; it is made when absent.")
    folder = out / folder_name(name)
    if not folder.exists():
        return None
    found = _manifest(folder).get("fingerprint") if (folder / "manifest.json").is_file() else None
    if found == fingerprint:
        # There still when its process was ended between the move into place and this removal.
        shutil.rmtree(partial_folder(out, name), ignore_errors=True)
        return read_run(folder)
    what = "another run (other input, configuration or version)" if found else "something that is not a run"
    raise RunError("folder_taken", f"{folder}: holds {what}.", "Give another --name or --out; nothing is overwritten.")


def write_run(run: Run, out: Path, also: Callable[[Run, Path], object] = lambda run, folder: None) -> Run:
    """Writes a run below `out`, whole or not at all, and removes what was kept while it was under way.

    Args:
        run: The run.
        out: The folder of runs; made when it is absent.
        also: Writes what else belongs into the run's folder, before that appears.

    Raises:
        RunError: its folder is there already, or cannot be written.
    """
    folder, partial = out / folder_name(run.name), partial_folder(out, run.name)
    if folder.exists():
        raise RunError("folder_taken", f"{folder}: is there already.", "Give another --name or --out.")
    analysed = [analysis.question_id for analysis in run.analyses]
    folders = question_folders(run.questions["question_id"].to_list())
    with _writing(folder):
        partial.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=partial, prefix="writing-") as writing:
            new = Path(writing) / "run"
            new.mkdir()
            for spec in RUN_FRAMES:
                getattr(run, spec.name).write_parquet(new / f"{spec.name}.parquet")
            for analysis in run.analyses:
                _write_question(analysis, new / folders[analysis.question_id])
            _write_json(
                new / "manifest.json", run.manifest | {"format": FORMAT, "name": run.name, "analysed": analysed}
            )
            also(run, new)
            os.replace(new, folder)
    shutil.rmtree(partial, ignore_errors=True)
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Reads a run. Vectors are by far its largest part: they stay on disk and are read as they are needed.

    Raises:
        RunError: the folder is missing, is no run, is incomplete or damaged, or was written by a newer format.
    """
    manifest, name, analysed = _head(folder)
    frames = {spec.name: _frame(folder, spec) for spec in RUN_FRAMES}
    wordings = dict(frames["questions"].select("question_id", "wording").iter_rows())
    folders = question_folders(list(wordings))
    with _reading(folder / "questions.parquet"):
        analyses = tuple(_read_question(folder / folders[q], q, wordings[q], _lacking(manifest)) for q in analysed)
    return Run(name=name, analyses=analyses, manifest=manifest, folder=folder, **frames)


def _head(folder: Path) -> tuple[dict[str, Any], str, list[str]]:
    """The manifest of a run, its name, and the questions that it analysed."""
    if not folder.is_dir():
        if folder.exists():
            beside = (folder.parent / "manifest.json").is_file()
            hint = f"Give the folder that it is in: {folder.parent}." if beside else _PRINTED
            raise RunError("run_missing", f"{folder}: is a file, not the folder of a run.", hint)
        raise RunError("run_missing", f"{folder}: there is no such folder.", _PRINTED)
    if not (folder / "manifest.json").is_file():
        inside = sorted(p.parent.name for p in folder.glob("*/manifest.json"))
        hint = f"It holds these runs: {', '.join(inside)}." if inside else _PRINTED
        raise RunError("run_missing", f"{folder}: is not a run (it has no manifest.json).", hint)
    manifest = _manifest(folder)
    with _reading(folder / "manifest.json"):
        if int(manifest["format"]) > FORMAT:
            raise RunError("run_newer", f"{folder}: was written by a newer version.", "Upgrade consult.")
        return manifest, str(manifest["name"]), list(manifest["analysed"])


class _OpenAnalysis(Analysis):
    """An analysis whose frames stay on disk."""

    def __init__(self, folder: Path, question_id: str, wording: str, lacking: dict[str, pl.DataFrame]) -> None:
        self.place = folder
        vars(self).update(lacking, question_id=question_id, wording=wording, manifest=_manifest(folder))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (a field of Analysis that is not read yet)
        if name == "vectors":
            with _reading(self.place / "vectors.npy"):
                return map_array(self.place / "vectors.npy")
        if name == "text_ids":
            with _reading(self.place / "text_ids.json"):
                return tuple(json.loads((self.place / "text_ids.json").read_text(encoding="utf-8")))
        if name in _ARRAYS:
            vars(self)[name] = _vectors_of_themes(self.place, name, self.themes, self.vectors.shape)
            return vars(self)[name]
        return _open_frame(self, self.place, QUESTION_FRAMES, name)


class _OpenRun(Run):
    """A run whose frames stay on disk."""

    def __init__(self, folder: Path, name: str, analyses: tuple[Analysis, ...], manifest: dict[str, Any]) -> None:
        self.place = folder
        vars(self).update(name=name, analyses=analyses, manifest=manifest, folder=folder)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (a field of Run that is not read yet)
        return _open_frame(self, self.place, RUN_FRAMES, name)


def open_run(folder: Path) -> Run:
    """As `read_run`, but what is large stays on disk: each use of a frame reads it again, and small ones are kept.

    For who keeps many runs open and reads little of each; `scan_frame` reads no more than is needed. That keys are
    unique was checked when the run was written, and is not again.

    Raises:
        RunError: as `read_run`; of a frame that is damaged, when that frame is read.
    """
    manifest, name, analysed = _head(folder)
    questions = _frame(folder, QUESTIONS)
    wordings = dict(questions.select("question_id", "wording").iter_rows())
    folders = question_folders(list(wordings))
    with _reading(folder / "questions.parquet"):
        analyses = tuple(_OpenAnalysis(folder / folders[q], q, wordings[q], _lacking(manifest)) for q in analysed)
    return _OpenRun(folder, name, analyses, manifest)


def scan_frame(of: Run | Analysis, name: str) -> pl.LazyFrame:
    """A frame of a run or of a question, from which what is asked for is read when it is collected.

    What `collect` raises is polars' own when the file is damaged.
    """
    if isinstance(of, _OpenRun | _OpenAnalysis) and name not in vars(of):
        return pl.scan_parquet(of.place / f"{name}.parquet", glob=False)
    frame: pl.DataFrame = getattr(of, name)
    return frame.lazy()


def _open_frame(of: _OpenRun | _OpenAnalysis, folder: Path, specs: Sequence[FrameSpec], name: str) -> pl.DataFrame:
    spec = next((spec for spec in specs if spec.name == name), None)
    if spec is None:
        raise AttributeError(f"{type(of).__name__} has no {name}")
    path = folder / f"{name}.parquet"
    with _reading(path):
        frame = _with_added(pl.read_parquet(path, glob=False), spec)
        if dict(frame.schema) != dict(spec.schema):
            raise ValueError("other columns")
    if frame.estimated_size() <= _KEPT:
        vars(of)[name] = frame
    return frame


def _write_question(analysis: Analysis, folder: Path) -> None:
    folder.mkdir()
    for spec in QUESTION_FRAMES:
        # In parts, each with its least and greatest value, so that one response is found without reading the others.
        getattr(analysis, spec.name).write_parquet(folder / f"{spec.name}.parquet", row_group_size=_ROWS)
    np.save(folder / "vectors.npy", analysis.vectors, allow_pickle=False)
    for name in _ARRAYS:
        array = getattr(analysis, name)
        if array is not None:
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
    _write_json(folder / "text_ids.json", list(analysis.text_ids))
    _write_json(folder / "manifest.json", analysis.manifest)


def _lacking(manifest: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    return {spec.name: spec.empty() for spec in QUESTION_FRAMES if _SINCE.get(spec.name, 1) > int(manifest["format"])}


def _read_question(folder: Path, question_id: str, wording: str, lacking: dict[str, pl.DataFrame]) -> Analysis:
    frames = lacking | {spec.name: _frame(folder, spec) for spec in QUESTION_FRAMES if spec.name not in lacking}
    manifest = _manifest(folder)
    with _reading(folder / "text_ids.json"):
        text_ids = tuple(json.loads((folder / "text_ids.json").read_text(encoding="utf-8")))
    with _reading(folder / "vectors.npy"):
        vectors = map_array(folder / "vectors.npy")
        if vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(text_ids):
            raise ValueError("not one vector a text")
    arrays: dict[str, Any] = {
        name: _vectors_of_themes(folder, name, frames["themes"], vectors.shape) for name in _ARRAYS
    }
    return Analysis(
        question_id=question_id, wording=wording, manifest=manifest, vectors=vectors, text_ids=text_ids,
        **(arrays | frames),
    )  # fmt: skip


def _vectors_of_themes(
    folder: Path, name: str, themes: pl.DataFrame, shape: tuple[int, ...]
) -> np.ndarray[Any, Any] | None:
    """The centres of the themes, what is left out, what is drawn where, or the titles given; None where there are none.

    `shape` is that of the vectors of the distinct points.
    """
    path = folder / f"{name}.npy"
    if not path.exists():
        return None
    with _reading(path):
        array = map_array(path)
        # Points are compared by more than their meaning: by their spelling too.
        n_texts, size = shape
        wide = max(array.shape[-1], size)
        n_given = int((themes["source"] == "given").sum())
        shapes = {
            "centres": (len(themes), wide),
            "offsets": (len(themes),),
            "shared": (size,),
            "common": (wide,),
            "sayings": (len(KINDS), wide),
            "said": (n_texts,),
            "titles": (n_given, wide),
        }
        if array.shape != shapes[name] or array.dtype != _DTYPES.get(name, np.float32):
            raise ValueError("of another shape")
    return array


def _frame(folder: Path, spec: FrameSpec) -> pl.DataFrame:
    path = folder / f"{spec.name}.parquet"
    with _reading(path):
        return check_frame(_with_added(pl.read_parquet(path), spec), spec)


def _with_added(frame: pl.DataFrame, spec: FrameSpec) -> pl.DataFrame:
    """A frame of an older format with the columns that it has gained since."""
    lacking = {name: pl.lit(value) for name, value in _ADDED.get(spec.name, {}).items() if name not in frame.columns}
    return frame.with_columns(**lacking).select(list(spec.columns)) if lacking else frame


def _manifest(folder: Path) -> dict[str, Any]:
    with _reading(folder / "manifest.json"):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError("not an object")
    return manifest


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Says which file of a run is damaged, instead of how."""
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, TypeError, SchemaError, pl.exceptions.PolarsError) as error:
        raise RunError(
            "run_damaged", f"{path}: cannot be read ({in_words(error)}).",
            "Restore the run's folder, or move it away and analyse again.",
        ) from None  # fmt: skip


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(
            "folder_unwritable",
            f"{folder}: cannot be written ({error.strerror or type(error).__name__}).",
            "Check the folder and its free space.",
        ) from None


def _write_json(path: Path, value: Any) -> None:  # noqa: ANN401 (any JSON value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
