"""What is given -> the files in it: folders, archives and the attachments of mails are opened, one after the other.

A file that cannot be used is an error when it is given by itself. Inside a folder, an archive or a mail it is rejected
with its reason, and the others are read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from consult.config import IngestConfig
from consult.documents.archives import DEEPEST, Budget, open_archive, unpack, unpacked_size
from consult.documents.sandbox import LIMITED, UNLIMITED_NOTE, sandboxed
from consult.errors import InputError
from consult.ingest.encoding import decode
from consult.ingest.grid import plural
from consult.ingest.sniff import LETTERS, TABLES, Kind, file_kind, is_prose

_SYSTEM: Final = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""Files that systems and Office programs leave beside others."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST: Final = 255
_TRANSCRIPTION: Final = "a picture or a recording"


@dataclass(frozen=True)
class Reject:
    """A file, or a page of one, that cannot be used.

    Attributes:
        row: The page, or 1.
        reason: A code of `consult.ingest.REASONS`.
        detail: What was found, in words.
    """

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, eq=False)
class File:
    """A file, out of whatever it came in.

    Attributes:
        name: Its name; in a folder, an archive or a mail, the way to it.
        ending: Its suffix with the dot, in lower case.
        kind: How it is to be read; None when it cannot be.
        content: The whole of it; nothing when it cannot be read.
        sha256: Of its bytes, in hexadecimal.
        n_bytes: Its size.
        found: Of a letter: its text and what the format tells, see `consult.documents`.
        sender: The name of the mail that it was attached to, or its own.
        submitted_at: The date of the mail, as written there.
        rejects: Why it, or a page of it, cannot be used.
        notes: What was noticed, in plain English.
        is_inside: Whether it was in a folder, an archive or a mail, and not given by itself.
    """

    name: str
    ending: str
    kind: Kind | None
    content: bytes
    sha256: str
    n_bytes: int
    found: dict[str, Any] = field(default_factory=dict)
    sender: str = ""
    submitted_at: str | None = None
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    is_inside: bool = False

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter or a mail, and not a table."""
        return self.kind in LETTERS


@dataclass(frozen=True)
class _Within:
    """Where a file was found.

    Attributes:
        depth: In how many archives and mails.
        budget: What may still be unpacked.
        mail: The mail that it is attached to: its name and date.
    """

    depth: int
    budget: Budget
    mail: tuple[str, str | None] | None = None


def open_files(paths: Sequence[Path], config: IngestConfig, load: Callable[[Path], tuple[str, bytes]]) -> list[File]:
    """Every file in what is given: tables as they are, letters with their text, archives as an entry of their own.

    Args:
        paths: Files, folders, or `-`.
        config: Its delimiter says that a TXT file is a table.
        load: A file's name and content by its path.

    Raises:
        InputError: a file that is given by itself cannot be used.
    """
    files: list[File] = []
    with sandboxed():
        for path in paths:
            if str(path) != "-" and path.is_dir():
                inside = list(_folder(path, config, load))
                if not inside:
                    raise InputError(
                        "folder_empty",
                        f"{path}: is a folder with no file in it.",
                        "Name the folder that holds the files, or the files themselves.",
                    )
                files += inside
            else:
                name, content = load(path)
                ending = "" if str(path) == "-" else path.suffix.lower()
                files += _opened(name, ending, content, config, _Within(0, Budget.of(len(content))))
    return files


def _folder(path: Path, config: IngestConfig, load: Callable[[Path], tuple[str, bytes]]) -> Iterator[File]:
    root = shown(path.resolve().name or "folder")
    for folder, folders, names in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted([*names, *(each for each in folders if (Path(folder) / each).is_symlink())]):
            place = Path(folder) / name
            inside = shown(f"{root}/{place.relative_to(path).as_posix()}")
            if place.is_symlink():
                yield _unusable(inside, b"", Reject(1, "unreadable_file", "it is a link, which is not followed"))
            elif not _SYSTEM.search(place.relative_to(path).as_posix()):
                content = load(place)[1]
                yield from _tried(inside, content, config, _Within(1, Budget.of(len(content))))


def _tried(name: str, content: bytes, config: IngestConfig, within: _Within) -> list[File]:
    """The files in a file that is not alone: an error of one is its reject."""
    try:
        return _opened(name, PurePosixPath(name).suffix.lower(), content, config, within)
    except InputError as error:
        return [rejected(name, content, error)]


def rejected(name: str, content: bytes, error: InputError) -> File:
    """A file that is not alone and cannot be used, with what the error says of it."""
    detail = "it is empty" if error.code == "file_empty" else _detail(name, error)
    return _unusable(name, content, Reject(1, "unreadable_file", detail))


def _opened(name: str, ending: str, content: bytes, config: IngestConfig, within: _Within) -> list[File]:
    name = shown(name)
    kind = file_kind(name, ending, content)
    if kind == "archive":
        return _archive(name, content, config, within)
    if kind == "picture":
        return [_unusable(name, content, Reject(1, "needs_transcription", f"the file is {_TRANSCRIPTION}"))]
    if kind == "delimited" and ending == ".txt" and (within.mail or config.delimiter is None):
        text, note = decode(name, content, config.encoding)
        if within.mail or is_prose(text):
            return [_letter(name, ending, "text", content, {"text": text, "notes": [note]}, within)]
    if kind in TABLES:
        if within.mail:
            said = "a table attached to a mail is not taken for answers: give it by itself if it holds some"
            return [_unusable(name, content, Reject(1, "not_read", said))]
        return [File(name, ending, kind, content, *_digest(content), sender=name, is_inside=within.depth > 0)]
    return _read_letter(name, ending, kind, content, config, within)


def _read_letter(
    name: str, ending: str, kind: Kind, content: bytes, config: IngestConfig, within: _Within
) -> list[File]:
    unpacked = len(content)
    if kind in ("word", "opendocument"):
        with open_archive(name, content, office=True) as archive:
            unpacked = unpacked_size(archive)
    with sandboxed() as box:
        parsed = box.parse(kind, name, content, unpacked)
    files = [_letter(name, ending, kind, content, parsed.found, within)]
    mail = (files[0].sender, files[0].submitted_at)
    taken: set[str] = set()
    for attached, blob in zip(parsed.found.get("attachments", []), parsed.blobs, strict=False):
        inside = _free(f"{name}/{shown(attached) or 'attachment'}", taken)
        if within.depth >= DEEPEST:
            files.append(_unusable(inside, blob, Reject(1, "unreadable_file", _too_deep())))
            continue
        within.budget.take(name, len(blob))
        files += _tried(inside, blob, config, _Within(within.depth + 1, within.budget, mail))
    return files


def _letter(name: str, ending: str, kind: Kind, content: bytes, found: dict[str, Any], within: _Within) -> File:
    sender, submitted_at = within.mail or (name, found.get("submitted_at"))
    textless = list(found.get("textless", []))
    if found.get("pictures") and not any(map(str.isalnum, found["text"])):
        textless = [1]
    rejects = tuple(
        Reject(page, "needs_transcription", f"page {page:,} shows something and holds no text" if kind == "pdf"
               else "it holds pictures and no text")
        for page in textless
    )  # fmt: skip
    notes = [*found.get("notes", [])]
    if not LIMITED and kind not in ("text",):
        notes.append(UNLIMITED_NOTE)
    return File(name, ending, kind, content, *_digest(content), found, sender, submitted_at, rejects, tuple(notes))


def _archive(name: str, content: bytes, config: IngestConfig, within: _Within) -> list[File]:
    """An entry for the archive, and the files in it."""
    if within.depth >= DEEPEST:
        raise InputError("unsafe_archive", f"{name}: {_too_deep()}.", "Unpack it yourself and give the files.")
    files: list[File] = []
    n_system = 0
    with open_archive(name, content) as archive:
        taken: set[str] = set()
        for entry, inside in unpack(name, archive, within.budget):
            if _SYSTEM.search(entry.name):
                n_system += 1
                continue
            path = _free(shown(f"{name}/{entry.name}"), taken)
            if isinstance(inside, InputError):
                files.append(_unusable(path, b"", Reject(1, "unreadable_file", _detail(path, inside))))
            else:
                files += _tried(path, inside, config, _Within(within.depth + 1, within.budget, within.mail))
    if not files:
        raise InputError("file_empty", f"{name}: holds no files.", "Check that the archive is whole.")
    notes = [f"an archive of {plural(len(files), 'file')}"]
    if n_system:
        notes.append(f"{plural(n_system, 'file')} of the system left out")
    return [File(name, ".zip", "archive", b"", *_digest(content), notes=tuple(notes)), *files]


def shown(name: str) -> str:
    """A name in which nothing controls a terminal or a page, and that is not endless; the ending stays."""
    clean = _CONTROL.sub("_", name.replace("\\", "/"))
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 40]}…{clean[-39:]}"


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    path = PurePosixPath(name)
    while free in taken:
        free, number = f"{path.with_suffix('')} ({number}){path.suffix}", number + 1
    taken.add(free)
    return free


def _unusable(name: str, content: bytes, reject: Reject) -> File:
    return File(name, "", None, b"", *_digest(content), rejects=(reject,))


def _digest(content: bytes) -> tuple[str, int]:
    return hashlib.sha256(content).hexdigest(), len(content)


def _detail(name: str, error: InputError) -> str:
    """What an error says of a file, without the name, which stands beside it."""
    return error.message.removeprefix(f"{name}: ").rstrip(".")


def _too_deep() -> str:
    return f"it lies in more than {DEEPEST} archives or mails within each other"


__all__ = ["File", "Reject", "open_files", "rejected", "shown"]
