"""A run from files to its folder: found when it is there already, taken up where it stopped, written whole.

Every door that keeps its runs on disk goes through `analyse_into`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from consult.analysis import Run
from consult.config import AnalysisConfig
from consult.embed import Embedder
from consult.errors import RunError
from consult.ingest import Ingested, check_given, given_in, read_responses, with_known
from consult.pipeline import PACKAGES, Progress, analyse, choose_embedder, chosen_questions
from consult.redact import Redactor
from consult.report import export_run
from consult.store import FolderCheckpoints, find_run, folder_name, partial_folder, write_run


def analyse_into(
    out: Path | str,
    paths: Sequence[Path | str],
    config: AnalysisConfig | None = None,
    *,
    name: str | None = None,
    themes: Path | str | None = None,
    examples: Path | str | None = None,
    stdin: bytes | None = None,
    translations: Path | str | None = None,
    embedder: Embedder | None = None,
    redactor: Redactor | None = None,
    progress: Progress | None = None,
    told: Callable[[Ingested], None] = lambda _: None,
) -> Run:
    """Analyses files into `out/<name>`, with `report.html` in it.

    The same inputs, configuration and versions give the run that is there already. A run that was stopped goes on from
    its last finished stage.

    Args:
        out: The folder of runs; made when it is absent.
        paths: Files of one consultation; "-" is `stdin`.
        config: The defaults when None.
        name: Of the run's folder; from the configuration, else from the first file.
        themes: A file of themes that are known; see `consult.ingest.with_known`.
        examples: A file of answers under these.
        stdin: What "-" stands for.
        translations: A file of translations to show beside answers, see `consult.ingest.translations`.
        embedder: In place of the one that the configuration names.
        redactor: In place of the one that ships.
        progress: Who is told how far it has come.
        told: Called with what was read, before anything is computed.

    Raises:
        ConsultError: as `consult.pipeline.analyse` and `consult.store` do; nothing is then written but finished stages.
    """
    config = with_known(config or AnalysisConfig(), themes, examples)
    out, files = Path(out), [Path(path) for path in paths]
    beside = None if translations is None else Path(translations)
    ingested = read_responses(files, config, stdin=stdin, translations=beside)
    # An unknown question is told before a run of the same name is looked for, which would be the lesser news.
    chosen_questions(ingested, config)
    check_given(given_in(config.known, themes, examples), ingested.questions, ingested.responses)
    told(ingested)
    embedder = embedder or choose_embedder(ingested, config)
    name = name or config.name or ("stdin" if str(files[0]) == "-" else files[0].stem)
    # A name from the shell or a file may hold bytes that are no text.
    name = name.encode("utf-8", "replace").decode()
    rests_on = _rests_on(ingested, config, embedder, redactor)
    mark = _mark(rests_on)
    found = _find(out, name, mark, rests_on)
    if found is not None:
        return found
    checkpoints = FolderCheckpoints(partial_folder(out, name), mark)
    run = analyse(
        files, config, name=name, ingested=ingested, embedder=embedder, redactor=redactor, checkpoints=checkpoints,
        progress=progress,
    )  # fmt: skip
    made = {"fingerprint": mark, "created_at": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        return write_run(
            replace(run, manifest=run.manifest | made), out, lambda r, folder: export_run(r, "html", folder)
        )
    except RunError:
        # Another process may have finished the same work first.
        found = _find(out, name, mark, rests_on)
        if found is None:
            raise
        return found


def fingerprint(ingested: Ingested, config: AnalysisConfig, embedder: Embedder) -> str:
    """A hash of all that a run rests on: the bytes read, the configuration, the model, and the versions."""
    return _mark(_rests_on(ingested, config, embedder, None))


def _rests_on(
    ingested: Ingested, config: AnalysisConfig, embedder: Embedder, redactor: Redactor | None
) -> dict[str, Any]:
    own = {} if redactor is None else {"redactor": redactor.fingerprint}
    return own | {
        "inputs": [(source["name"], source["sha256"]) for source in ingested.sources],
        "config": config.model_dump(mode="json"),
        "model": embedder.fingerprint,
        "versions": {package: version(package) for package in ("consult", *PACKAGES)},
    }


def _mark(rests_on: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


def _find(out: Path, name: str, mark: str, rests_on: Mapping[str, Any]) -> Run | None:
    """`find_run`, whose error then says in what the run that is there differs."""
    try:
        return find_run(out, name, mark)
    except RunError as error:
        folder = out / folder_name(name)
        if error.code != "folder_taken" or not (folder / "manifest.json").is_file():
            raise
        differing = _differences(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), rests_on)
        if not differing:
            raise
        raise RunError("folder_taken", f"{folder}: holds another run, of {'; '.join(differing)}.", error.hint) from None


def _differences(manifest: Mapping[str, Any], rests_on: Mapping[str, Any]) -> list[str]:
    """In what a run that is there differs: other input, configuration, model or versions, and which of each."""
    model = manifest.get("model") or {}
    name = model.get("name", "unnamed")
    versions = {"consult": manifest.get("consult_version")} | (manifest.get("versions") or {})
    inputs = {source.get("name"): source.get("sha256") for source in manifest.get("inputs") or []}
    kinds: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        "other input": (inputs, dict(rests_on["inputs"])),
        "another configuration": (_flat(manifest.get("config") or {}), _flat(rests_on["config"])),
        "another model": ({name: model.get("fingerprint")}, {name: rests_on["model"]}),
        "other versions": (versions, rests_on["versions"]),
    }
    told = []
    for kind, (theirs, ours) in kinds.items():
        differing = sorted(key for key in {*theirs, *ours} if theirs.get(key) != ours.get(key))
        if differing:
            told.append(f"{kind} ({', '.join(differing)})")
    return told


def _flat(config: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested settings by `section.key`, as JSON holds them."""
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[above + key] = value
    return flat
