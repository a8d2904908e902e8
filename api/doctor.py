"""Whether this machine can run the service: each thing it needs, found out by using it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from api.database import jobs, open_database, reading, revision
from api.settings import ServiceSettings
from consult import load_config, make_embedder
from consult.errors import ConsultError

_ENOUGH: Final = 2 << 30
"""Bytes that should be free: an upload of the largest size, and the run that is made of it."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `hint` says what to do when it is not `ok`."""

    name: str
    ok: bool
    detail: str
    hint: str = ""


def examine(settings: ServiceSettings, *, model: bool = True) -> list[Check]:
    """Looks at the data folder, the disk, the database and the embedding model. Migrates and changes nothing.

    Args:
        settings: Of the service.
        model: Whether to load the embedding model too, which takes a second or two.
    """
    looked: list[tuple[str, Callable[[ServiceSettings], str]]] = [
        ("data folder", _data),
        ("disk", _disk),
        ("database", _database),
        *([("embedding model", _model)] if model else []),
        ("listening", _listening),
    ]
    checks = []
    for name, look in looked:
        try:
            checks.append(Check(name, True, look(settings)))
        except ConsultError as error:
            checks.append(Check(name, False, error.message, error.hint))
        except OSError as error:
            detail = f"{type(error).__name__}: {error.strerror}"
            checks.append(Check(name, False, detail, "Check the data folder and its permissions."))
    return checks


def _data(settings: ServiceSettings) -> str:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.data, prefix="doctor-") as file:
        file.write(b"x")
        file.flush()
        os.fsync(file.fileno())
    return f"{settings.data.absolute()} can be written"


def _disk(settings: ServiceSettings) -> str:
    free = shutil.disk_usage(settings.data).free
    if free < _ENOUGH:
        raise ConsultError(
            "disk_full", f"{free / 1e9:.1f} GB are free.", f"Make room: {_ENOUGH / 1e9:.0f} GB at least."
        )
    return f"{free / 1e9:.1f} GB free"


def _database(settings: ServiceSettings) -> str:
    engine = open_database(settings)
    try:
        found, wanted = revision(engine)
        kind = engine.url.get_backend_name()
        if found != wanted:
            said = "has no tables yet" if found is None else f"is at revision {found}, and this version's is {wanted}"
            return f"{kind} answers; it {said}; `consult serve` brings it up to date"
        with reading(engine) as connection:
            states = list(connection.execute(select(jobs.c.state)).scalars())
        waiting = sum(state == "queued" for state in states)
        return f"{kind} answers, revision {found}; {len(states)} jobs, {waiting} of them waiting"
    finally:
        engine.dispose()


def _model(settings: ServiceSettings) -> str:
    del settings
    embedder = make_embedder(load_config().embedding)
    vectors = embedder.embed(["a word"], lambda _: None)
    return f"{embedder.name} gives {vectors.shape[1]} numbers a text"


def _listening(settings: ServiceSettings) -> str:
    who = {
        "local": "one person on this machine",
        "proxy": f"whoever {', '.join(settings.trusted_proxies)} names",
        "keys": "API keys",
    }[settings.auth]
    return f"{settings.host}:{settings.port}, open to {who}"
