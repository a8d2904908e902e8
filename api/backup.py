"""A backup: one archive with the rows of every table, the files they name, and the sum of each.

The rows are one moment's, whichever database they are in, and go back into either. Unfinished stages of jobs are left
out: a job that was running goes on from the start after a restore.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, Engine, func, insert, select, text

from api.database import metadata, reading, revision, writing
from api.settings import ServiceSettings
from consult.errors import RunError

FORMAT: Final = 1
_ROWS: Final = "rows.jsonl"
_INDEX: Final = "index.json"
_WAITS: Final = (0.2, 1.0, 3.0)
"""Seconds between the attempts at a backup."""


class _VanishedError(Exception):
    """A file that the database named is not there."""


def write_backup(engine: Engine, settings: ServiceSettings, archive: Path) -> dict[str, int]:
    """Writes a backup; the archive appears whole or not at all. The service may be running.

    What is removed while it is written, such as an upload, is in no backup: it is then written anew.

    Returns:
        How many rows, files and bytes of files are in it.

    Raises:
        RunError: the archive is there already, a file that the database names is missing, or it cannot be written.
    """
    if archive.exists():
        raise RunError("backup_taken", f"{archive}: is there already.", "Give another name; nothing is overwritten.")
    for wait in _WAITS:
        try:
            return _write(engine, settings, archive)
        except _VanishedError:
            # A purge removes files first and rows after.
            time.sleep(wait)
    try:
        return _write(engine, settings, archive)
    except _VanishedError as error:
        raise RunError(
            "file_missing", f"{error}: is not there, and the database names it.", "Look into that first."
        ) from None


def _write(engine: Engine, settings: ServiceSettings, archive: Path) -> dict[str, int]:
    """One attempt at a backup.

    Raises:
        RunError: it cannot be written.
        _VanishedError: what the database named at the start was not there, or was removed meanwhile.
    """
    found, _ = revision(engine)
    new = archive.with_name(f".{archive.name}.{os.getpid()}")
    files: dict[str, dict[str, Any]] = {}
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile() as rows, reading(engine) as connection:
            n_rows, wanted = _dump(connection, rows)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
                for path in _files(settings.data, wanted):
                    name = path.relative_to(settings.data).as_posix()
                    files[name] = _add_file(tar, f"data/{name}", path)
                _check_unchanged(engine, settings.data, wanted, files)
                _add(tar, _ROWS, rows)
                index = {
                    "format": FORMAT, "revision": found, "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "rows": n_rows, "rows_sha256": _sum_of(rows), "files": files,
                }  # fmt: skip
                _add(tar, _INDEX, io.BytesIO(json.dumps(index, indent=1).encode()))
                tar.close()
                out.flush()
                os.fsync(out.fileno())
        os.replace(new, archive)
    except OSError as error:
        raise RunError(
            "backup_unwritable", f"{archive}: cannot be written ({error.strerror or type(error).__name__}).",
            "Check the folder, its free space, and the data folder.",
        ) from None  # fmt: skip
    finally:
        new.unlink(missing_ok=True)
    return {"rows": n_rows, "files": len(files), "bytes": sum(each["bytes"] for each in files.values())}


def restore_backup(engine: Engine, settings: ServiceSettings, archive: Path) -> dict[str, int]:
    """Puts a backup into an empty data folder and an empty, migrated database. Every sum is checked first.

    Returns:
        How many rows, files and bytes of files were in it.

    Raises:
        RunError: something is there already, or the archive is damaged or of another version.
    """
    _need_empty(engine, settings)
    try:
        with tarfile.open(archive, "r:") as tar:
            index = _index(tar, archive)
            found, _ = revision(engine)
            if index["format"] != FORMAT or index["revision"] != found:
                raise RunError(
                    "backup_version",
                    f"{archive}: is of database revision {index['revision']}, this version's is {found}.",
                    "Restore it with the version that made it, then upgrade.",
                )  # fmt: skip
            _check(tar, index, archive)
            for name in index["files"]:
                tar.extract(f"data/{name}", settings.data / ".restore", filter="data")
            rows = tar.extractfile(_ROWS)
            assert rows is not None
            for path in sorted((settings.data / ".restore" / "data").glob("*")):
                os.replace(path, settings.data / path.name)
            _load(engine, rows)
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise RunError(
            "backup_damaged", f"{archive}: cannot be read ({type(error).__name__}).", "Take another backup."
        ) from None
    except OSError as error:
        raise RunError(
            "backup_unreadable",
            f"{archive}: {error.strerror or type(error).__name__}.",
            "Check it and the data folder.",
        ) from None
    finally:
        shutil.rmtree(settings.data / ".restore", ignore_errors=True)
    sizes = [each["bytes"] for each in index["files"].values()]
    return {"rows": index["rows"], "files": len(sizes), "bytes": sum(sizes)}


def _dump(connection: Connection, out: IO[bytes]) -> tuple[int, list[str]]:
    """Writes all rows, and gives their number and what they name below the data folder."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    n, wanted = 0, ["secret.key"]
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            values = dict(row._mapping)
            if table.name == "uploads":
                wanted.append(f"uploads/{values['id']}")
            if table.name == "runs":
                wanted.append(values["folder"])
            out.write(json.dumps([table.name, values], ensure_ascii=False).encode() + b"\n")
            n += 1
    return n, wanted


def _load(engine: Engine, rows: IO[bytes]) -> None:
    with writing(engine) as connection:
        for line in rows:
            name, values = json.loads(line)
            connection.execute(insert(metadata.tables[name]).values(**values))
        if connection.dialect.name == "postgresql":
            audit = metadata.tables["audit"]
            last = connection.execute(select(func.max(audit.c.id))).scalar_one()
            if last is not None:
                connection.execute(text("SELECT setval(pg_get_serial_sequence('audit', 'id'), :last)"), {"last": last})


def _files(data: Path, wanted: list[str]) -> Iterator[Path]:
    for name in wanted:
        path = data / name
        if path.is_dir():
            yield from (each for each in sorted(path.rglob("*")) if each.is_file() and not each.is_symlink())
        elif path.is_file():
            yield path
        elif name != "secret.key":
            raise _VanishedError(path)


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Puts a file into the archive, and gives its size and sum. Once open, it stays readable when it is removed."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise _VanishedError(path) from None
    with file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        tar.addfile(info, file)
        return {"bytes": info.size, "sha256": _sum_of(file)}


def _check_unchanged(engine: Engine, data: Path, wanted: list[str], files: Mapping[str, Any]) -> None:
    """That nothing was removed while the files were copied: a folder may have been half gone when it was listed.

    Raises:
        _VanishedError: something was.
    """
    with tempfile.TemporaryFile() as rows, reading(engine) as connection:
        _, now = _dump(connection, rows)
    gone = sorted(set(wanted) - set(now)) or sorted(
        set(files) - {path.relative_to(data).as_posix() for path in _files(data, wanted)}
    )
    if gone:
        raise _VanishedError(data / gone[0])


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = file.seek(0, os.SEEK_END), 0o600
    file.seek(0)
    tar.addfile(info, file)


def _index(tar: tarfile.TarFile, archive: Path) -> dict[str, Any]:
    file = tar.extractfile(_INDEX)
    index = json.loads(file.read()) if file is not None else None
    if not isinstance(index, dict):
        raise RunError("backup_damaged", f"{archive}: is no backup.", "Give what `consult backup` wrote.")
    return index


def _check(tar: tarfile.TarFile, index: dict[str, Any], archive: Path) -> None:
    sums = {f"data/{name}": each["sha256"] for name, each in index["files"].items()} | {_ROWS: index["rows_sha256"]}
    for name, wanted in sums.items():
        file = tar.extractfile(name)
        if file is None or _sum_of(file) != wanted:
            raise RunError("backup_damaged", f"{archive}: {name} is not what was backed up.", "Take another backup.")


def _need_empty(engine: Engine, settings: ServiceSettings) -> None:
    with reading(engine) as connection:
        full = [table.name for table in metadata.sorted_tables if connection.execute(select(table).limit(1)).first()]
    full += [place.name for place in (settings.uploads, settings.runs) if place.is_dir() and any(place.iterdir())]
    if full:
        raise RunError(
            "restore_not_empty", f"There is something already: {', '.join(full)}.", "Restore into an empty data folder."
        )


def _sum_of(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
