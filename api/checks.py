"""What uploaded files hold and what each column was taken for, before anything is analysed.

Files are read in a child process (`python -m api.checks`): a workbook that expands to gigabytes ends that, and not the
service. What it reports holds no text of an answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from api.findings.runs import Recent
from api.problems import ProblemError, bare, config_problem
from consult.config import AnalysisConfig
from consult.errors import ConsultError
from consult.ingest import describe, read_responses, read_table
from consult.naming import find_name

_SECONDS: Final = 300
_MEMORY: Final = 4 * 1024**3
_LISTED: Final = 100
_SLOTS: Final = threading.BoundedSemaphore(2)
_DONE: Final[Recent[dict[str, Any]]] = Recent(32)


def valid_config(config: Mapping[str, Any], above: str = "") -> AnalysisConfig:
    """The configuration that a person has set, checked.

    Raises:
        ProblemError: a key is unknown or a value is out of its range; it points at all of them.
    """
    try:
        return AnalysisConfig.model_validate(dict(config))
    except ValidationError as error:
        raise config_problem(error, above) from None


def check_files(paths: Sequence[Path], config: Mapping[str, Any]) -> dict[str, Any]:
    """What `consult check` reports of some files.

    Args:
        paths: The files of one consultation; whole, and never changed again.
        config: The configuration as a person has set it.

    Returns:
        See `consult.ingest.describe`.

    Raises:
        ProblemError: the files cannot be used; it points at rows and columns where those are at fault.
    """
    valid_config(config)
    spec = json.dumps({"paths": [str(path.resolve()) for path in paths], "config": dict(config)}, sort_keys=True)
    found = _DONE.get(spec, lambda: _ask(spec))
    if "report" in found:
        return dict(found["report"])
    error = found["error"]
    raise ProblemError(error["code"], error["message"], error["hint"], status=422, errors=found["errors"])


def known_failure(paths: Sequence[Path], config: Mapping[str, Any], most_bytes: int) -> None:
    """Raises what `check_files` does when the files are small enough to be read while somebody waits."""
    if sum(path.stat().st_size for path in paths if path.is_file()) <= most_bytes:
        nothing = nothing_in(check_files(paths, config))
        if nothing is not None:
            raise nothing


def nothing_in(report: Mapping[str, Any]) -> ProblemError | None:
    """Why files with this report cannot be analysed, as they hold no answer, and what to do; None when they do."""
    if report["questions"] and report["totals"]["n_responses"]:
        return None
    told = [
        {"source_file": row["source_file"], "row": row["source_row"], "detail": group["meaning"]}
        for group in report["rejects"]
        for row in group["rows"]
    ]
    found = "The files hold questions, and no answer to any of them that can be used."
    hint = "Remove what cannot be used, and upload files that hold people’s answers as text."
    if any(group["reason"] == "needs_transcription" for group in report["rejects"]):
        hint += " Type what a scan or picture shows into a TXT or DOCX file, and upload that."
    return ProblemError(
        "no_answers",
        found if report["questions"] else "No file holds an answer that can be read.",
        hint,
        status=422,
        errors=told,
    )


def _ask(spec: str) -> dict[str, Any]:
    with _SLOTS:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "api.checks"],
                input=spec.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _unread(f"reading took longer than {_SECONDS} seconds") from None
    if done.returncode != 0:
        raise _unread("the reader ended without an answer, perhaps for lack of memory")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _unread(why: str) -> ProblemError:
    return ProblemError("check_failed", f"The files could not be read: {why}.", "Send smaller files.", status=422)


def _report(paths: list[Path], config: AnalysisConfig) -> dict[str, Any]:
    try:
        return {"report": describe(read_responses(paths, config))}
    except ConsultError as error:
        said = {"code": error.code, "message": bare(error.message), "hint": error.hint}
        return {"error": said, "errors": _places(error.code, paths, config)}


def _places(code: str, paths: list[Path], config: AnalysisConfig) -> list[dict[str, Any]]:
    """Where in the files or in the mapping an error lies."""
    try:
        if code == "duplicate_ids":
            lax = config.model_copy(update={"ingest": config.ingest.model_copy(update={"duplicate_ids": "reject"})})
            rejects = read_responses(paths, lax).rejects
            repeated = rejects.filter(rejects["reason"] == "duplicate_id").unique(
                ["source_file", "source_row"], maintain_order=True
            )
            rows = repeated.head(_LISTED).select("source_file", "source_row", "column", "detail").to_dicts()
            return [
                {"source_file": r["source_file"], "row": r["source_row"], "column": r["column"], "detail": r["detail"]}
                for r in rows
            ]
        if code == "column_missing":
            there = {column for path in paths for column in read_table(path, config.ingest).columns}
            return [
                {"pointer": f"#/columns/{key}", "column": name, "detail": "no file has this column"}
                for key, name in _named(config)
                if find_name(name, there) is None
            ]
        if code == "columns_differ":
            tables = [read_table(path, config.ingest) for path in paths]
            every = list(dict.fromkeys(column for table in tables for column in table.columns))
            return [
                {"source_file": table.name, "column": column, "detail": "the file lacks this column"}
                for table in tables
                for column in every
                if column not in table.columns
            ]
    except ConsultError:
        pass
    return []


def _named(config: AnalysisConfig) -> list[tuple[str, str]]:
    """The columns that a configuration names, with the key that does."""
    found: list[tuple[str, str]] = []
    for key, value in config.columns.model_dump().items():
        if key == "layout" or value is None:
            continue
        names = [value] if isinstance(value, str) else list(value)
        found += [(key, name) for name in names]
    return found


def main() -> None:
    """The child: a specification on standard input, a report or an error on standard output, both JSON."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    spec = json.load(sys.stdin)
    config = AnalysisConfig.model_validate(spec["config"])
    sys.stdout.write(json.dumps(_report([Path(path) for path in spec["paths"]], config)))


if __name__ == "__main__":
    main()
