"""Removing a consultation: its files and their rows go, the audit and a receipt stay."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Text, cast, delete, func, insert, select, update

from api.database import (
    consultations,
    job_events,
    jobs,
    members,
    reading,
    receipts,
    runs,
    setups,
    uploads,
    writing,
)
from api.records.consultations import get_consultation
from api.records.journal import add_audit
from api.records.rows import new_id, now
from api.settings import ServiceSettings
from consult.errors import RunError

RETENTION: Final = "retention"
"""Who purges what was to be kept no longer, in receipts and the audit."""


def purge_consultation(engine: Engine, settings: ServiceSettings, consultation_id: str, actor: str) -> dict[str, Any]:
    """Removes a consultation's uploads, runs and unfinished stages, and proves it.

    What is to go is written down before anything goes: a purge that was stopped is finished by the next, with a
    receipt that names every file. Several at the same time make one receipt, and one line of the audit.

    Returns:
        The receipt: id, consultation_id, at, actor, files (path, bytes, sha256), rows (removed, by table). Of a
        consultation that was purged before, and in which nothing was left, the receipt of then.

    Raises:
        NotFound: there is no such consultation.
        RunError: a job is running, or a file cannot be removed.
    """
    get_consultation(engine, consultation_id)
    folder = settings.runs / consultation_id
    with writing(engine) as connection:
        _hold(connection, consultation_id)
        _end_jobs(connection, consultation_id)
        connection.execute(
            update(consultations)
            .where(consultations.c.id == consultation_id, consultations.c.purged_at.is_(None))
            .values(purged_at=now())
        )
        held = connection.execute(select(uploads.c.id).where(uploads.c.consultation_id == consultation_id)).scalars()
        roots = [*(settings.uploads / upload_id for upload_id in held), folder]
        receipt_id, finished = _receipt(connection, consultation_id, actor)
        if finished and (len(roots) > 1 or folder.exists()):
            receipt_id, finished = _new_receipt(connection, consultation_id, actor), False
    if not finished:
        _write_down(engine, settings, receipt_id, roots)
        for root in roots:
            shutil.rmtree(root, ignore_errors=True)
            if root.exists():
                raise RunError(
                    "purge_incomplete", f"{root}: cannot be removed.", "Check its permissions, then purge again."
                )
        _remove_rows(engine, consultation_id, receipt_id)
    return next(each for each in list_receipts(engine, consultation_id) if each["id"] == receipt_id)


def due_purges(engine: Engine, at: str) -> list[str]:
    """The consultations that were to be kept until `at` or less, and those whose purge was stopped midway."""
    over = select(consultations.c.id).where(consultations.c.purged_at.is_(None), consultations.c.retain_until <= at)
    begun = select(receipts.c.consultation_id).where(cast(receipts.c.rows, Text) == "{}")
    with reading(engine) as connection:
        return sorted({*connection.execute(over).scalars(), *connection.execute(begun).scalars()})


def purge_extent(engine: Engine, settings: ServiceSettings, consultation_id: str) -> dict[str, Any]:
    """What a purge would remove now: how many files and bytes there are on disk, and the id of a running job or None.

    Nothing is read of the files, so a receipt made later may name more.
    """
    with reading(engine) as connection:
        held = connection.execute(select(uploads.c.id).where(uploads.c.consultation_id == consultation_id)).scalars()
        roots = [*(settings.uploads / upload_id for upload_id in held), settings.runs / consultation_id]
        running = connection.execute(
            select(jobs.c.id).where(jobs.c.consultation_id == consultation_id, jobs.c.state == "running")
        ).scalar()
    sizes = [path.lstat().st_size for root in roots for path in _files(root)]
    return {"n_files": len(sizes), "bytes": sum(sizes), "running": running}


def list_receipts(engine: Engine, consultation_id: str) -> list[dict[str, Any]]:
    """The receipts of a consultation's purges, the oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(receipts).where(receipts.c.consultation_id == consultation_id).order_by(receipts.c.at)
        )
        return [dict(row._mapping) for row in rows]


def receipts_of(engine: Engine, names: Sequence[str] | None, start: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """The receipts that somebody may see, the newest first, with the consultation's title, and how many there are.

    Args:
        engine: The database.
        names: Under which they purged, or own what was purged; None for who may see all.
        start: The first one, from 0.
        size: How many at the most.
    """
    which = [] if names is None else [
        # A person of that name has purged nothing.
        receipts.c.actor.in_([name for name in names if name != RETENTION])
        | receipts.c.consultation_id.in_(
            select(members.c.consultation_id).where(members.c.principal.in_(names), members.c.role == "owner")
        )
    ]  # fmt: skip
    newest = (
        select(receipts, consultations.c.title)
        .join(consultations)
        .where(*which)
        .order_by(receipts.c.at.desc(), receipts.c.id)
        .limit(size)
        .offset(start)
    )
    with reading(engine) as connection:
        total = connection.execute(select(func.count()).select_from(receipts).where(*which)).scalar_one()
        return [dict(row._mapping) for row in connection.execute(newest)], total


def _hold(connection: Connection, consultation_id: str) -> None:
    connection.execute(select(consultations.c.id).where(consultations.c.id == consultation_id).with_for_update()).one()


def _end_jobs(connection: Connection, consultation_id: str) -> None:
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


def _receipt(connection: Connection, consultation_id: str, actor: str) -> tuple[str, bool]:
    """The receipt of a purge that was stopped, else of the last one, else a new one; and whether it is finished."""
    found = connection.execute(
        select(receipts.c.id, receipts.c.rows)
        .where(receipts.c.consultation_id == consultation_id)
        .order_by(receipts.c.at)
    ).all()
    for row in found:
        if not row.rows:
            return str(row.id), False
    if found:
        return str(found[-1].id), True
    return _new_receipt(connection, consultation_id, actor), False


def _new_receipt(connection: Connection, consultation_id: str, actor: str) -> str:
    receipt_id = new_id()
    connection.execute(
        insert(receipts).values(
            id=receipt_id, consultation_id=consultation_id, at=now(), actor=actor, rows={}, files=[]
        )
    )  # fmt: skip
    return receipt_id


def _write_down(engine: Engine, settings: ServiceSettings, receipt_id: str, roots: list[Path]) -> None:
    """Adds every file that is to go to a receipt, beside those that one who was stopped has written there."""
    files = {each["path"]: each for root in roots for each in _listed(settings.data, root)}
    with writing(engine) as connection:
        held = connection.execute(
            select(receipts.c.files).where(receipts.c.id == receipt_id).with_for_update()
        ).scalar_one()
        files |= {each["path"]: each for each in held}
        connection.execute(
            update(receipts).where(receipts.c.id == receipt_id).values(files=[files[path] for path in sorted(files)])
        )


def _remove_rows(engine: Engine, consultation_id: str, receipt_id: str) -> None:
    of_jobs = select(jobs.c.id).where(jobs.c.consultation_id == consultation_id)
    removed: dict[str, int] = {}
    with writing(engine) as connection:
        # Who looks whether anything is left sees the rows and the receipt of one moment.
        _hold(connection, consultation_id)
        receipt = connection.execute(
            select(receipts.c.rows, receipts.c.actor).where(receipts.c.id == receipt_id).with_for_update()
        ).one()
        if receipt.rows:
            # Another has finished it: its counts are what was removed.
            return
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
        add_audit(
            connection, receipt.actor, "consultation.purge", consultation_id, {"receipt": receipt_id},
            consultation_id=consultation_id,
        )  # fmt: skip


def _files(root: Path) -> Iterator[Path]:
    # Another may be removing them: what is gone by now is passed over, and stands in the receipt already.
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            if path.exists():
                yield path


def _listed(data: Path, root: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(_files(root)):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            continue
        yield {"path": path.relative_to(data).as_posix(), "bytes": size, "sha256": digest}
