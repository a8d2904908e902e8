"""The service's commands, added to those of `consult`. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from consult.cli import Json, app
from consult.cli import main as consult_main
from consult.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import ServiceSettings

Data = Annotated[
    Path | None, typer.Option("--data", "-d", help="The folder of uploads, runs and the database; else consult-data.")
]
Database = Annotated[
    str | None, typer.Option("--database", help="postgresql://user:password@host/name; else SQLite in the data folder.")
]
Width = Annotated[int | None, typer.Option("--width", min=1, help="Analyses at once.")]
LogLevel = Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")]

SERVICE_PACKAGES = ("alembic", "fastapi", "prometheus_client", "psycopg", "sqlalchemy", "structlog", "uvicorn")
"""What the extra `service` brings."""

_KEEP_ALIVE = 75
"""Seconds that an unused connection stays open.

Longer than proxies and programs keep theirs (nginx 60, most HTTP libraries 5 to 30): whoever sends must be the first to
close, for a request that is sent while the other end closes is lost.
"""

keys = typer.Typer(name="key", help="API keys of programs: make, list, revoke.", no_args_is_help=True)
app.add_typer(keys)


@app.command()
def serve(
    data: Data = None,
    database: Database = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on; else 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", "-p", min=0, max=65535, help="The port; else 8000; 0 takes a free one.")
    ] = None,
    width: Width = None,
    worker: Annotated[
        bool | None, typer.Option("--worker/--no-worker", help="Whether to run the analyses in this process too.")
    ] = None,
    auth: Annotated[str | None, typer.Option("--auth", help="local: one person on this machine; proxy; keys.")] = None,
    log_level: LogLevel = "info",
) -> None:
    """Run the service: the pages, the API and the analyses, in this one process.

    Everything is kept in the data folder. Beyond this machine it listens only with --auth proxy or keys. Other settings
    come from CONSULT_SERVICE_ variables.
    """
    settings = _settings(data=data, database=database, host=host, port=port, width=width, worker=worker, auth=auth)
    _logs(log_level)
    # Read by polars' allocator when it is first imported: without, what a large run took for a moment stays taken.
    os.environ["_RJEM_MALLOC_CONF"] = "dirty_decay_ms:0,muzzy_decay_ms:0,narenas:2"
    import uvicorn

    from api.app import create_app
    from api.jobs import Worker
    from api.uploads import sweep

    engine = _open(settings)
    sweep(settings, engine)
    served = create_app(settings, engine, Worker(settings, engine) if settings.worker else None)
    listener = _listen(settings)
    there = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"Consult is at http://{there}:{listener.getsockname()[1]}/ (Ctrl-C ends it).", err=True)
    server = uvicorn.Server(
        uvicorn.Config(
            served, log_config=None, access_log=False, proxy_headers=False, server_header=False, lifespan="on",
            timeout_graceful_shutdown=10, timeout_keep_alive=_KEEP_ALIVE,
        )
    )  # fmt: skip
    # Many requests at once each run Python: what takes them in and sends them off must not wait 5 ms for each of these.
    sys.setswitchinterval(0.0005)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        engine.dispose()


@app.command()
def worker(
    data: Data = None,
    database: Database = None,
    width: Width = None,
    log_level: LogLevel = "info",
) -> None:
    """Run analyses beside `consult serve --no-worker`, on the same database and data folder, until stopped."""
    settings = _settings(data=data, database=database, width=width)
    _logs(log_level)
    import signal
    import threading

    from api.jobs import Worker

    engine = _open(settings)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    running = Worker(settings, engine)
    running.start()
    typer.echo(f"Consult's worker {running.id} waits for jobs (Ctrl-C ends it).", err=True)
    try:
        # In pieces, so that a signal is heard everywhere.
        while not stop.wait(1.0):
            pass
    finally:
        running.stop()
        engine.dispose()


@app.command()
def doctor(data: Data = None, database: Database = None, json_: Json = False) -> None:
    """Find out whether the service can run here: data folder, disk, database, embedding model."""
    settings = _settings(data=data, database=database)
    from api.doctor import examine

    checks = examine(settings)
    if json_:
        _put({"ok": all(check.ok for check in checks), "checks": [vars(check) for check in checks]})
    else:
        for check in checks:
            typer.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.detail}")
            if not check.ok:
                typer.echo(f"     {check.hint}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@app.command()
def backup(
    archive: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    data: Data = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Write everything that the service keeps to one file, while it runs or not. The file holds every response."""
    _archived("write_backup", archive, _settings(data=data, database=database), f"written to {archive}", json_)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="What `consult backup` wrote.")],
    data: Data = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Put a backup into an empty data folder and database; the two kinds of database take each other's."""
    _archived("restore_backup", archive, _settings(data=data, database=database), f"restored from {archive}", json_)


@keys.command("make")
def key_make(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    principal: Annotated[
        str | None, typer.Option("--principal", help="As whom it acts in consultations; else its name.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, write or admin; may be repeated; else read.")
    ] = None,
    data: Data = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Make a key and print its secret, which cannot be seen again."""
    scopes = sorted(set(scope or ["read"]))
    unknown = [each for each in scopes if each not in ("read", "write", "admin")]
    if unknown:
        raise ConfigError("scope_unknown", f"There is no scope {unknown[0]!r}.", "Give read, write or admin.")
    from api import records

    engine = _open(_settings(data=data, database=database))
    made, secret = records.make_key(engine, name, principal or name, scopes)
    records.record_audit(engine, "cli", "key.make", made.id, {"name": name, "scopes": scopes})
    if json_:
        _put(vars(made) | {"secret": secret})
    else:
        typer.echo(
            f"Key {made.id} of {made.principal}, {', '.join(scopes)}. Keep its secret: it is not shown again.", err=True
        )
        typer.echo(secret)


@keys.command("list")
def key_list(data: Data = None, database: Database = None, json_: Json = False) -> None:
    """List the keys, without their secrets."""
    from api import records

    found = records.list_keys(_open(_settings(data=data, database=database)))
    if json_:
        _put({"items": [vars(key) for key in found]})
        return
    for key in found:
        state = f"revoked {key.revoked_at}" if key.revoked_at else "in use"
        typer.echo(f"{key.id}  {key.name}  {key.principal}  {','.join(key.scopes)}  {key.created_at}  {state}")


@keys.command("revoke")
def key_revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `consult key list` prints it.")],
    data: Data = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Make a key of no use, at once."""
    from api import records

    engine = _open(_settings(data=data, database=database))
    key = records.revoke_key(engine, key_id)
    records.record_audit(engine, "cli", "key.revoke", key.id, {"name": key.name})
    if json_:
        _put(vars(key))
    else:
        typer.echo(f"Key {key.id} is revoked.")


def main() -> None:
    """The entry point of the `consult` command, with the service's commands."""
    try:
        consult_main()
    except ModuleNotFoundError as error:
        if error.name not in SERVICE_PACKAGES:
            raise
        typer.echo(
            f"consult: the service's packages are not installed ({error.name} is missing).\n"
            "         Install them: .venv/bin/uv sync --extra service in the checkout,\n"
            "         or pip install 'FILE.whl[service]' with the file of Consult's wheel.",
            err=True,
        )
        raise SystemExit(3) from None


def _settings(**options: Any) -> ServiceSettings:  # noqa: ANN401 (values of any key)
    from api.settings import load_settings

    return load_settings(**options)


def _open(settings: ServiceSettings) -> Engine:
    from api.database import migrate, open_database

    engine = open_database(settings)
    migrate(engine)
    return engine


def _logs(level: str) -> None:
    if level not in ("debug", "info", "warning", "error"):
        raise ConfigError("log_level", f"There is no log level {level!r}.", "Give debug, info, warning or error.")
    from api.logs import set_up_logs

    set_up_logs(level)


def _listen(settings: ServiceSettings) -> Any:  # noqa: ANN401 (a socket, which is imported only here)
    """Takes the port before anything says that it is taken."""
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigError(
            "port_taken",
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror or type(error).__name__}).",
            "Give another --port or --host.",
        ) from None
    # asyncio turns off Nagle's algorithm only on sockets that say TCP, which that one does not: without, an answer
    # whose head and body are sent apart takes 40 ms longer.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


def _archived(work: str, archive: Path, settings: ServiceSettings, what: str, as_json: bool) -> None:
    """Does what `api.backup` calls `work`, and says what came of it."""
    from api import backup

    counts: dict[str, int] = getattr(backup, work)(_open(settings), settings, archive)
    if as_json:
        _put(counts)
    else:
        typer.echo(f"{counts['rows']} rows and {counts['files']} files ({counts['bytes']:,} bytes) {what}.")


def _put(value: Any) -> None:  # noqa: ANN401 (any JSON value)
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
