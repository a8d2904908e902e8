"""A run from files to its folder: found when it is there already, taken up where it stopped, written whole.

Every door that keeps its runs on disk goes through `analyse_into`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from consult.analysis import Run
from consult.config import AnalysisConfig
from consult.embed import Embedder, make_embedder
from consult.errors import RunError
from consult.ingest import Ingested, read_responses
from consult.pipeline import PACKAGES, Progress, analyse
from consult.report import export_run
from consult.store import FolderCheckpoints, find_run, partial_folder, write_run


def analyse_into(
    out: Path | str,
    paths: Sequence[Path | str],
    config: AnalysisConfig | None = None,
    *,
    name: str | None = None,
    stdin: bytes | None = None,
    embedder: Embedder | None = None,
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
        stdin: What "-" stands for.
        embedder: In place of the one that the configuration names.
        progress: Who is told how far it has come.
        told: Called with what was read, before anything is computed.

    Raises:
        ConsultError: as `consult.pipeline.analyse` and `consult.store` do; nothing is then written but finished stages.
    """
    config = config or AnalysisConfig()
    out, files = Path(out), [Path(path) for path in paths]
    ingested = read_responses(files, config, stdin=stdin)
    told(ingested)
    embedder = embedder or make_embedder(config.embedding)
    name = name or config.name or ("stdin" if str(files[0]) == "-" else files[0].stem)
    # A name from the shell or a file may hold bytes that are no text.
    name = name.encode("utf-8", "replace").decode()
    mark = fingerprint(ingested, config, embedder)
    found = find_run(out, name, mark)
    if found is not None:
        return found
    checkpoints = FolderCheckpoints(partial_folder(out, name), mark)
    run = analyse(
        files, config, name=name, ingested=ingested, embedder=embedder, checkpoints=checkpoints, progress=progress
    )
    made = {"fingerprint": mark, "created_at": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        return write_run(
            replace(run, manifest=run.manifest | made), out, lambda r, folder: export_run(r, "html", folder)
        )
    except RunError:
        # Another process may have finished the same work first.
        found = find_run(out, name, mark)
        if found is None:
            raise
        return found


def fingerprint(ingested: Ingested, config: AnalysisConfig, embedder: Embedder) -> str:
    """A hash of all that a run rests on: the bytes read, the configuration, the model, and the versions."""
    rests_on = {
        "inputs": [(source["name"], source["sha256"]) for source in ingested.sources],
        "config": config.model_dump(mode="json"),
        "model": embedder.fingerprint,
        "versions": {package: version(package) for package in ("consult", *PACKAGES)},
    }
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()
