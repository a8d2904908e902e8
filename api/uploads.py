"""Files as they arrive: written beside, hashed on the way, and there only when they are whole.

data/incoming/<id>.part   while it arrives, locked by whoever writes it
data/uploads/<id>/<name>  once it is whole; its row comes last, and what has no row is not there
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from sqlalchemy import Engine, insert, select

from api.database import reading, uploads, writing
from api.locks import is_held, lock
from api.records.rows import live_consultation, new_id, now
from api.records.work import Upload, upload_path
from api.settings import ServiceSettings
from consult.errors import ConsultError, RunError

_AT_ONCE: Final = 1 << 20
"""Bytes gathered before they are written, so that a gigabyte takes a thousand writes and not a hundred thousand."""
_LONGEST: Final = 150
"""Bytes of a file's name; file systems take 255."""


async def receive(
    stream: AsyncIterator[bytes],
    filename: str,
    consultation_id: str,
    by: str,
    settings: ServiceSettings,
    engine: Engine,
) -> Upload:
    """Takes a file as it arrives. It is there, with its row, when this returns; otherwise nothing is.

    Args:
        stream: Its bytes. An error that this raises ends the upload.
        filename: What its sender calls it; what is unsafe in it goes.
        consultation_id: Whose it is.
        by: Who sends it.
        settings: Of the service.
        engine: The database.

    Raises:
        ConsultError: `too_large`.
        NotFound, Purged: the consultation takes no files.
        RunError: it cannot be written.
    """
    await asyncio.to_thread(_check, engine, consultation_id)
    id_, name = new_id(), safe_name(filename)
    part = settings.incoming / f"{id_}.part"
    digest = hashlib.sha256()
    size, pending, whole = 0, bytearray(), False
    file = await asyncio.to_thread(_open, part)
    try:
        async for chunk in stream:
            size += len(chunk)
            if size > settings.max_upload_bytes:
                raise ConsultError(
                    "too_large",
                    f"The file is larger than {settings.max_upload_bytes:,} bytes.",
                    "Split it, or ask whoever runs the service to raise max_upload_bytes.",
                )
            pending += chunk
            if len(pending) >= _AT_ONCE:
                await asyncio.to_thread(_write, file, digest, pending)
                pending = bytearray()
        await asyncio.to_thread(_write, file, digest, pending)
        upload = Upload(id_, consultation_id, name, size, digest.hexdigest(), now(), by)
        # Not to be stopped halfway: a request that is dropped now leaves the file there, whole.
        whole = True
        return await asyncio.shield(asyncio.to_thread(_finish, file, part, upload, settings, engine))
    except OSError as error:
        raise _unwritable(part, error) from None
    finally:
        if not whole:
            await asyncio.shield(asyncio.to_thread(_close, file, part))


def safe_name(filename: str) -> str:
    """A file's name without folders, control characters or what some system refuses; the ending stays."""
    bare = PurePosixPath(unicodedata.normalize("NFC", filename.replace("\\", "/"))).name
    bare = bare.encode("utf-8", "replace").decode()
    kept = "".join("_" if c in '<>:"|?*' or unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in bare)
    kept = kept.strip(" .")
    ending = PurePosixPath(kept).suffix[:20]
    stem = kept.removesuffix(ending).encode()[: _LONGEST - len(ending.encode())].decode(errors="ignore")
    return stem + ending if stem else f"upload{ending}"


def sweep(settings: ServiceSettings, engine: Engine) -> int:
    """Removes what uploads left that were cut off by the end of a process; those under way are left alone.

    Returns:
        How many were removed.
    """
    # The folder is listed before the rows: what arrives in between has a row, or is locked still.
    found = [path for path in settings.uploads.glob("*") if path.is_dir()]
    with reading(engine) as connection:
        known = set(connection.execute(select(uploads.c.id)).scalars())
    gone = [path for path in settings.incoming.glob("*.part") if not is_held(path)]
    gone += [path for path in found if path.name not in known and not any(map(is_held, path.iterdir()))]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(gone)


def _check(engine: Engine, consultation_id: str) -> None:
    with reading(engine) as connection:
        live_consultation(connection, consultation_id)


def _open(part: Path) -> BinaryIO:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("xb", buffering=0)
    except OSError as error:
        raise _unwritable(part, error) from None
    lock(file)
    return file


def _write(file: BinaryIO, digest: hashlib._Hash, pending: bytearray) -> None:
    digest.update(pending)
    view = memoryview(pending)
    while view:
        view = view[file.write(view) :]


def _finish(file: BinaryIO, part: Path, upload: Upload, settings: ServiceSettings, engine: Engine) -> Upload:
    place = upload_path(settings, upload)
    try:
        os.fsync(file.fileno())
        place.parent.mkdir(parents=True)
        os.replace(part, place)
        sync_folder(place.parent)
        sync_folder(settings.uploads)
        with writing(engine) as connection:
            live_consultation(connection, upload.consultation_id)
            connection.execute(insert(uploads).values(**vars(upload)))
    except BaseException:
        shutil.rmtree(place.parent, ignore_errors=True)
        raise
    finally:
        _close(file, part)
    return upload


def _close(file: BinaryIO, part: Path) -> None:
    part.unlink(missing_ok=True)
    file.close()


def _unwritable(path: Path, error: OSError) -> RunError:
    return RunError(
        "folder_unwritable",
        f"{path.parent}: cannot be written ({error.strerror or type(error).__name__}).",
        "Check the data folder and its free space.",
    )


def sync_folder(folder: Path) -> None:
    """Makes a new name in a folder outlive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


__all__ = ["receive", "safe_name", "sweep", "sync_folder", "upload_path"]
