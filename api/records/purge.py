"""Removing a consultation: its files and their rows go, the audit and a receipt stay."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update

from api.database import (
    consultations,
    job_events,
    jobs,
    reading,
    receipts,
    runs,
    setups,
    uploads,
    writing,
)
from api.records.consultations import get_consultation
from api.records.rows import new_id, now
from api.settings import ServiceSettings
from consult.errors import RunError


def purge_consultation(engine: Engine, settings: ServiceSettings, consultation_id: str, actor: str) -> dict[str, Any]:
    """Removes a consultation's uploads, runs and unfinished stages, and proves it.

    What is to go is written down before anything goes: a purge that was stopped is finished by the next, with a
    receipt that names every file.

    Returns:
        The receipt: id, consultation_id, at, actor, files (path, bytes, sha256), rows (removed, by table).

    Raises:
        NotFound: there is no such consultation.
        RunError: a job is running, or a file cannot be removed.
    """
    get_consultation(engine, consultation_id)
    with writing(engine) as connection:
        running = connection.execute(
            select(jobs.c.id).where(jobs.c.consultation_id == consultation_id, jobs.c.state == "running")
        ).first()
        if running is not None:
            raise RunError("job_running", f"Job {running.id} is running.", "Cancel it first, then purge.")
        connection.execute(
            update(jobs)
            .where(jobs.c.consultation_id == consultation_id, jobs.c.state == "queued")
            .values(state="cancelled", finished_at=now())
        )
        connection.execute(
            update(consultations)
            .where(consultations.c.id == consultation_id, consultations.c.purged_at.is_(None))
            .values(purged_at=now())
        )
        held = connection.execute(select(uploads.c.id).where(uploads.c.consultation_id == consultation_id)).scalars()
        roots = [settings.uploads / upload_id for upload_id in held] + [settings.runs / consultation_id]
    receipt_id = _write_down(engine, settings, consultation_id, actor, roots)
    for root in roots:
        shutil.rmtree(root, ignore_errors=True)
        if root.exists():
            raise RunError(
                "purge_incomplete", f"{root}: cannot be removed.", "Check its permissions, then purge again."
            )
    _remove_rows(engine, consultation_id, receipt_id)
    return next(each for each in list_receipts(engine, consultation_id) if each["id"] == receipt_id)


def list_receipts(engine: Engine, consultation_id: str) -> list[dict[str, Any]]:
    """The receipts of a consultation's purges, the oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(receipts).where(receipts.c.consultation_id == consultation_id).order_by(receipts.c.at)
        )
        return [dict(row._mapping) for row in rows]


def _write_down(engine: Engine, settings: ServiceSettings, consultation_id: str, actor: str, roots: list[Path]) -> str:
    """Writes a receipt with every file that is to go; takes up the receipt of a purge that was stopped."""
    files = {each["path"]: each for root in roots for each in _listed(settings.data, root)}
    with writing(engine) as connection:
        for row in connection.execute(select(receipts).where(receipts.c.consultation_id == consultation_id)):
            if not row.rows:
                files |= {each["path"]: each for each in row.files}
                connection.execute(
                    update(receipts)
                    .where(receipts.c.id == row.id)
                    .values(files=[files[path] for path in sorted(files)])
                )
                return str(row.id)
        receipt_id = new_id()
        connection.execute(
            insert(receipts).values(
                id=receipt_id, consultation_id=consultation_id, at=now(), actor=actor, rows={},
                files=[files[path] for path in sorted(files)],
            )
        )  # fmt: skip
    return receipt_id


def _remove_rows(engine: Engine, consultation_id: str, receipt_id: str) -> None:
    of_jobs = select(jobs.c.id).where(jobs.c.consultation_id == consultation_id)
    removed: dict[str, int] = {}
    with writing(engine) as connection:
        for table, which in (
            (job_events, job_events.c.job_id.in_(of_jobs)),
            (runs, runs.c.consultation_id == consultation_id),
            (jobs, jobs.c.consultation_id == consultation_id),
            (uploads, uploads.c.consultation_id == consultation_id),
            (setups, setups.c.consultation_id == consultation_id),
        ):
            removed[table.name] = connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()
            connection.execute(delete(table).where(which))
        connection.execute(update(receipts).where(receipts.c.id == receipt_id).values(rows=removed))


def _listed(data: Path, root: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() or path.is_symlink():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield {"path": path.relative_to(data).as_posix(), "bytes": path.stat().st_size, "sha256": digest}
