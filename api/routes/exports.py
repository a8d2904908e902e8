"""Exports: a run as files for people and programs, the same bytes that `consult export` writes."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from api import records
from api.access import Access, need
from api.problems import ProblemError
from api.routes.consultations import audit
from api.routes.described import answer, errors
from api.routes.parameters import RunId
from api.routes.replies import Reply, etag, matches
from consult.errors import RunError
from consult.naming import plain
from consult.report import FORMATS

router = APIRouter(prefix="/v1", tags=["exports"])

MEANINGS: Final = {
    "csv": ("Tables for a spreadsheet or statistics, in a zip. No cell is taken for a formula.", "application/zip"),
    "html": ("One file to read, print and send, which needs no network.", "text/html"),
    "iai": ("The input folder of i.AI's Consult, in a zip.", "application/zip"),
    "jsonl": ("For programs: every table with every value exactly, in a zip.", "application/zip"),
    "xlsx": (
        "For Excel or LibreOffice: the themes, quotes and responses of each question, on sheets.",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_SECONDS: Final = 900
_SLOTS: Final = threading.BoundedSemaphore(2)
# The oldest moment that a zip can hold: the same run gives the same bytes.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_FORMAT: Final = "|".join(sorted(FORMATS))


def list_formats() -> list[dict[str, Any]]:
    """The formats, with what each is."""
    return [
        {"format": name, "meaning": MEANINGS.get(name, (name, ""))[0], "media_type": MEANINGS.get(name, ("", ""))[1]}
        for name in sorted(FORMATS)
    ]


@router.get(
    "/runs/{run_id}/exports",
    summary="List the formats of exports",
    responses=answer(
        "The formats.", {"items": [{"format": "csv", "meaning": MEANINGS["csv"][0], "media_type": "application/zip"}]},
        200, 404,
    ),
)  # fmt: skip
def list_exports(run_id: RunId, access: Annotated[Access, Depends(need("viewer"))]) -> Response:
    """Each is made when it is first asked for."""
    return Reply({"items": list_formats()})


@router.get(
    "/runs/{run_id}/exports/{format}",
    summary="Export a run",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The file, as an attachment.",
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for _, media in MEANINGS.values()},
            "headers": {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}},
        },
        **errors(304, 404, 507),
    },
)
def export(
    request: Request,
    run_id: RunId,
    format: Annotated[str, InPath(description="csv, html, iai, jsonl or xlsx.", max_length=20, examples=["csv"])],
    access: Annotated[Access, Depends(need("viewer"))],
) -> Response:
    """The bytes are those that `consult export` writes; several files come in one zip."""
    tag = etag(request, access)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if format not in FORMATS:
        raise ProblemError("format_unknown", "There is no such format.", f"Known: {', '.join(sorted(FORMATS))}.")
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    folder = records.run_folder(request.app.state.settings, access.resource)
    title = records.get_consultation(request.app.state.engine, str(access.consultation_id)).title
    path = export_file(folder, format, title)
    audit(request, access, "run.export", run_id, {"format": format})
    name = download_name(title, path.suffix)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return FileResponse(path, media_type=MEANINGS[format][1], headers=headers)


def download_name(title: str, suffix: str) -> str:
    """A name that every system can keep a download under: letters and digits of the title, with hyphens between."""
    return (re.sub(r"[\W_]+", "-", title).strip("-")[:80].rstrip("-") or "consultation") + suffix


def export_file(folder: Path, format: str, title: str) -> Path:
    """The file of an export, made when it is not there yet.

    It is kept in the run's folder, so that it goes when the run does.

    Args:
        folder: The run's.
        format: A key of `FORMATS`.
        title: Of the consultation, which never changes; it stands above what the files say.

    Raises:
        RunError: it cannot be made.
    """
    kept = folder / "exports" / "service"
    found = next(iter(kept.glob(f"{format}.*")), None)
    if found is not None:
        return found
    making = kept.with_name(f".making-{secrets.token_hex(8)}")
    with _SLOTS:
        try:
            files = _written(folder, format, title, making)
            if len(files) == 1:
                whole = files[0]
            else:
                whole = making / "all.zip"
                with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                    for file in files:
                        entry = zipfile.ZipInfo(file.relative_to(making).as_posix(), _MOMENT)
                        entry.compress_type = zipfile.ZIP_DEFLATED
                        entry.external_attr = 0o644 << 16
                        with file.open("rb") as held, archive.open(entry, "w", force_zip64=True) as place:
                            shutil.copyfileobj(held, place)
            kept.mkdir(parents=True, exist_ok=True)
            os.replace(whole, kept / f"{format}{whole.suffix}")
        except OSError as error:
            raise RunError(
                "export_unwritable", f"The export cannot be written ({error.strerror}).", "Check the free space."
            ) from None
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return kept / f"{format}{whole.suffix}"


def _written(folder: Path, format: str, title: str, making: Path) -> list[Path]:
    """The files of `consult export`, made in a process of its own: a large workbook needs much memory."""
    making.mkdir(parents=True)
    command = [sys.executable, "-m", "consult.cli", "export", str(folder.resolve()), "--format", format]
    try:
        done = subprocess.run(
            [*command, f"--title={plain(title)}", "--out", str(making.resolve()), "--json"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise RunError(
            "export_slow", f"The export took longer than {_SECONDS} seconds.", "Use another format."
        ) from None
    files = sorted(path for path in making.rglob("*") if path.is_file())
    if done.returncode != 0 or not files:
        raise RunError("export_failed", "The export could not be made.", "Check the run's folder with `consult show`.")
    return files
