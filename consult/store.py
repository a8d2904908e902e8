"""Runs on disk: a folder that exists whole or not at all, and the finished stages of one that is under way.

    runs/<name>/                  manifest.json and the frames of the consultation
    runs/<name>/<question>/       manifest.json, the frames of one question, vectors.npy, text_ids.json
    runs/.<name>.partial/         a run under way: what is there is used when the same command is given again

A run is written beside its place and moved there in one step. Nothing here is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from consult.analysis import Analysis, Run
from consult.errors import RunError
from consult.schemas import (
    ANSWERS,
    ASSIGNMENTS,
    FRAMES,
    LEDGER,
    POINTS,
    QUESTIONS,
    QUOTES,
    REJECTS,
    RESPONDENTS,
    RESPONSES,
    SUMMARIES,
    THEMES,
)

FORMAT: Final = 1
"""Of the run folder; a reader refuses a newer one."""
RUN_FRAMES: Final = (QUESTIONS, RESPONDENTS, ANSWERS, REJECTS, LEDGER)
QUESTION_FRAMES: Final = (RESPONSES, POINTS, THEMES, ASSIGNMENTS, QUOTES, SUMMARIES, REJECTS)
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%\x00-\x1f]|^[. ]|[. ]$')
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}
)


def folder_name(name: str) -> str:
    """A name for a folder that every system takes, and that differs when `name` differs.

    Most names are kept as they are. One that holds a character that some system refuses, or is long, loses it and gains
    a short hash.
    """
    if not _UNSAFE.search(name) and len(name.encode()) <= 100 and name.casefold() not in _RESERVED and name:
        return name
    bare = _UNSAFE.sub("_", name).strip(". ")[:60]
    return f"{bare}-{hashlib.blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


class FolderCheckpoints:
    """`consult.pipeline.Checkpoints` in a folder; each stage's part appears whole or not at all.

    Args:
        folder: `runs/.<name>.partial`; made when it is absent.
        fingerprint: What the stages rest on: inputs, configuration, versions. What was kept under another is dropped.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        mark = folder / "fingerprint"
        if folder.exists() and (not mark.is_file() or mark.read_text(encoding="utf-8") != fingerprint):
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(fingerprint, encoding="utf-8")

    def load(self, question_id: str, stage: str) -> Mapping[str, Any] | None:
        """See `consult.pipeline.Checkpoints`."""
        place = self._place(question_id, stage)
        if not place.is_dir():
            return None
        values: dict[str, Any] = {}
        for file in sorted(place.iterdir()):
            if file.suffix == ".parquet":
                values[file.stem] = pl.read_parquet(file)
            elif file.suffix == ".npy":
                values[file.stem] = np.load(file, allow_pickle=False)
            else:
                values[file.stem] = json.loads(file.read_text(encoding="utf-8"))
        return values

    def save(self, question_id: str, stage: str, values: Mapping[str, Any]) -> None:
        """See `consult.pipeline.Checkpoints`."""
        place = self._place(question_id, stage)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="writing-") as writing:
            new = Path(writing) / "stage"
            new.mkdir()
            for name, value in values.items():
                if isinstance(value, pl.DataFrame):
                    value.write_parquet(new / f"{name}.parquet")
                elif isinstance(value, np.ndarray):
                    np.save(new / f"{name}.npy", value, allow_pickle=False)
                else:
                    _write_json(new / f"{name}.json", value)
            os.replace(new, place)

    def _place(self, question_id: str, stage: str) -> Path:
        return self.folder / folder_name(question_id) / stage


def partial_folder(out: Path, name: str) -> Path:
    """Where the finished stages of a run under way are kept."""
    return out / f".{folder_name(name)}.partial"


def find_run(out: Path, name: str, fingerprint: str) -> Run | None:
    """The finished run of this name, when it was made from the same inputs, configuration and versions.

    Raises:
        RunError: the folder holds another run, or something else.
    """
    folder = out / folder_name(name)
    if not folder.exists():
        return None
    found = _manifest(folder).get("fingerprint") if (folder / "manifest.json").is_file() else None
    if found == fingerprint:
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
    folder = out / folder_name(run.name)
    if folder.exists():
        raise RunError("folder_taken", f"{folder}: is there already.", "Give another --name or --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".writing-") as writing:
            new = Path(writing) / "run"
            new.mkdir()
            for spec in RUN_FRAMES:
                getattr(run, spec.name).write_parquet(new / f"{spec.name}.parquet")
            for analysis in run.analyses:
                _write_question(analysis, new / folder_name(analysis.question_id))
            _write_json(new / "manifest.json", run.manifest | {"format": FORMAT, "name": run.name})
            also(run, new)
            os.replace(new, folder)
    except OSError as error:
        raise RunError(
            "folder_unwritable",
            f"{folder}: cannot be written ({error.strerror}).",
            "Check the folder and its free space.",
        ) from None
    shutil.rmtree(partial_folder(out, run.name), ignore_errors=True)
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Reads a run.

    Raises:
        RunError: the folder is missing, is no run, is incomplete, or was written by a newer format.
    """
    if not folder.is_dir():
        raise RunError(
            "run_missing", f"{folder}: there is no such folder.", "Give the folder that `consult analyse` printed."
        )
    if not (folder / "manifest.json").is_file():
        inside = sorted(p.parent.name for p in folder.glob("*/manifest.json"))
        hint = (
            f"It holds these runs: {', '.join(inside)}."
            if inside
            else "Give the folder that `consult analyse` printed."
        )
        raise RunError("run_missing", f"{folder}: is not a run (it has no manifest.json).", hint)
    manifest = _manifest(folder)
    if manifest.get("format", 0) > FORMAT:
        raise RunError("run_newer", f"{folder}: was written by a newer version.", "Upgrade consult.")
    frames = {spec.name: _frame(folder, spec.name) for spec in RUN_FRAMES}
    analyses = tuple(
        _read_question(folder / folder_name(question_id), question_id, wording)
        for question_id, wording in frames["questions"].select("question_id", "wording").iter_rows()
        if (folder / folder_name(question_id)).is_dir()
    )
    return Run(name=manifest["name"], analyses=analyses, manifest=manifest, folder=folder, **frames)


def _write_question(analysis: Analysis, folder: Path) -> None:
    folder.mkdir()
    for spec in QUESTION_FRAMES:
        getattr(analysis, spec.name).write_parquet(folder / f"{spec.name}.parquet")
    np.save(folder / "vectors.npy", analysis.vectors, allow_pickle=False)
    _write_json(folder / "text_ids.json", list(analysis.text_ids))
    _write_json(folder / "manifest.json", analysis.manifest)


def _read_question(folder: Path, question_id: str, wording: str) -> Analysis:
    return Analysis(
        question_id=question_id,
        wording=wording,
        manifest=_manifest(folder),
        vectors=np.load(folder / "vectors.npy", allow_pickle=False),
        text_ids=tuple(json.loads((folder / "text_ids.json").read_text(encoding="utf-8"))),
        **{spec.name: _frame(folder, spec.name) for spec in QUESTION_FRAMES},
    )


def _frame(folder: Path, name: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(folder / f"{name}.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            "run_damaged", f"{folder / FRAMES[name].name}.parquet: cannot be read ({type(error).__name__}).",
            "Restore the run's folder, or analyse again.",
        ) from None  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError(
            "run_damaged", f"{folder / 'manifest.json'}: cannot be read.", "Restore the run's folder, or analyse again."
        ) from None
    return manifest


def _write_json(path: Path, value: Any) -> None:  # noqa: ANN401 (any JSON value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
