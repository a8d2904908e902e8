"""Archives, and the Office files that are archives: judged by their directory before anything is unpacked.

A ZIP file lists at its end what it holds. That list is checked against the size of the file, and what is unpacked is
read no further than it says. Refused are: too many entries, too many bytes in all or in one entry, entries that share
their bytes, names that lead out of the folder, links, and archives within archives beyond `DEEPEST`.

**Source**: D. Fifield, "A better zip bomb", WOOT 2019, for entries that share bytes.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from consult.errors import InputError

_MB: Final = 1024**2
MOST_ENTRIES: Final = 100_000
"""Letters of one consultation in one archive: more is not met."""
MOST_PARTS: Final = 20_000
"""Parts of one Office file: a sheet, a picture and a comment is one each."""
_DIRECTORY: Final = 32 * _MB
"""Bytes of the list itself."""
MOST_UNPACKED: Final = 2048 * _MB
_RATIO: Final = 200
_RATIO_FROM: Final = 100 * _MB
"""DEFLATE makes a sheet of one repeated answer 100 times smaller; above, only what was made to be large is."""
_LETTER_FROM: Final = 10 * _MB
"""As `_RATIO_FROM`, of an archive of files, which are packed already or are letters."""
DEEPEST: Final = 3
"""Archives and mails within each other: a ZIP of mails with a ZIP attached."""

_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LISTED: Final = b"PK\x01\x02"
_LONGEST_COMMENT: Final = 1 << 16
_LOCAL_SIZE: Final = 30
_DRIVE: Final = re.compile(r"^[A-Za-z]:")

BROKEN: Final = (
    zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError, EOFError, zlib.error, struct.error,
)  # fmt: skip
"""What zipfile raises over damaged bytes, beside its own error: of passwords, offsets, flags, ends and streams."""
_SAFE_COPY: Final = "Unpack it yourself, look at what is in it, and give the files."


@dataclass(frozen=True)
class Entry:
    """A file in an archive.

    Attributes:
        name: Its path in the archive, with slashes.
        size: Bytes that it unpacks to.
    """

    name: str
    size: int


@dataclass
class Budget:
    """What may still be unpacked for one file that was given, whatever it holds inside what it holds."""

    bytes_left: int
    entries_left: int = MOST_ENTRIES

    @classmethod
    def of(cls, size: int) -> Budget:
        """What a file of so many bytes may unpack to, in all."""
        return cls(min(MOST_UNPACKED, max(_RATIO_FROM, _RATIO * size)))

    def take(self, name: str, size: int, entries: int = 1) -> None:
        """Takes from what is left.

        Raises:
            InputError: so much is not left.
        """
        self.bytes_left -= size
        self.entries_left -= entries
        if self.bytes_left < 0 or self.entries_left < 0:
            raise _too_large(name, "holds archives that unpack, in all, to more than is safe to open")


def open_archive(name: str, content: bytes, *, office: bool = False, judge: bool = True) -> zipfile.ZipFile:
    """Opens a ZIP file whose directory shows nothing that was made to do harm.

    Args:
        name: The file's name, for errors.
        content: The whole file.
        office: Whether it is a workbook or a document, which have fewer parts and pack better.
        judge: Whether that is known; else only what neither may be is refused.

    Raises:
        InputError: it is damaged, encrypted or unsafe; the message says in what.
    """
    most = MOST_PARTS if office else MOST_ENTRIES
    _check_directory(name, content, most)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise damaged(name) from None
    entries = archive.infolist()
    if len(entries) > most:
        raise _too_large(name, f"holds {len(entries):,} entries, more than is safe to open")
    _check_sizes(name, content, entries, _LETTER_FROM if judge and not office else _RATIO_FROM)
    for entry in entries:
        _check_entry(name, entry)
    return archive


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Bytes that an archive says it unpacks to."""
    return sum(entry.file_size for entry in archive.infolist())


def unpack(name: str, archive: zipfile.ZipFile, budget: Budget) -> Iterator[tuple[Entry, bytes | InputError]]:
    """The files of an archive, in the order of their names; one that is encrypted or damaged comes as its error.

    Raises:
        InputError: more would be unpacked than `budget` has.
    """
    budget.take(name, 0, len(archive.infolist()))
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        if info.is_dir():
            continue
        entry = Entry(info.filename, info.file_size)
        if info.flag_bits & 1:
            yield entry, encrypted(f"{name}/{info.filename}")
            continue
        budget.take(name, info.file_size)
        try:
            # zipfile reads no further than the directory says, and then compares the checksum.
            yield entry, archive.read(info)
        except BROKEN:
            yield entry, damaged(f"{name}/{info.filename}")


def damaged(name: str) -> InputError:
    """The error for an archive, or a file that is one, that cannot be read."""
    return InputError(
        "unreadable_workbook",
        f"{name}: is a damaged workbook or archive.",
        "Open it in the program that it was made with, save it again, and give that.",
    )


def encrypted(name: str) -> InputError:
    """The error for a file under a password."""
    return InputError(
        "encrypted_workbook",
        f"{name}: is protected with a password.",
        "Open it, save a copy without the password, and give that.",
    )


def _too_large(name: str, what: str) -> InputError:
    return InputError("workbook_too_large", f"{name}: {what}.", f"{_SAFE_COPY} A sheet can be saved as CSV.")


def _check_directory(name: str, content: bytes, most: int) -> None:
    """Refuses by the last record alone, before zipfile reads a list that may have millions of entries."""
    at = content.rfind(_END, max(0, len(content) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or at + _END_SIZE > len(content):
        raise damaged(name)
    count, size = struct.unpack_from("<HL", content, at + 10)
    if size > _DIRECTORY or (count == 0xFFFF and size > at):
        raise _too_large(name, "holds more entries than is safe to open")
    # Counted where they stand: the number that the archive gives may be another.
    if content.count(_LISTED, max(0, at - size), at) > most:
        raise _too_large(name, f"holds more than {most:,} entries")


def _check_sizes(name: str, content: bytes, entries: list[zipfile.ZipInfo], judged_from: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > judged_from and unpacked > _RATIO * len(content)):
        raise _too_large(name, f"unpacks from {len(content):,} to {unpacked:,} bytes, more than is safe to open")
    for entry in entries:
        if entry.file_size > judged_from and entry.file_size > _RATIO * entry.compress_size:
            raise _too_large(name, f"holds an entry that unpacks to {entry.file_size:,} bytes, {_RATIO} times its size")
    last = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < last:
            raise InputError(
                "unsafe_archive",
                f"{name}: holds entries that share their bytes, as no program writes them.",
                _SAFE_COPY,
            )
        last = entry.header_offset + _LOCAL_SIZE + entry.compress_size


def _check_entry(name: str, entry: zipfile.ZipInfo) -> None:
    # What the archive says itself: zipfile has put slashes for the separators of this system, and cut at a NUL.
    path = entry.orig_filename.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/") or "\0" in path:
        raise InputError("unsafe_archive", f"{name}: holds an entry whose name leads out of its folder.", _SAFE_COPY)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError("unsafe_archive", f"{name}: holds a link, which is not followed.", _SAFE_COPY)


__all__ = ["DEEPEST", "Budget", "Entry", "encrypted", "open_archive", "unpack", "unpacked_size"]
