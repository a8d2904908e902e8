"""A workbook that is open in the child, sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from consult.documents.archives import open_archive, unpacked_size
from consult.documents.sandbox import Sandbox, sandboxed


@dataclass(frozen=True)
class Workbook:
    """A workbook that is open.

    Attributes:
        name: The file's name.
        sheet_names: Of all sheets, in order.
    """

    name: str
    sheet_names: list[str]
    _box: Sandbox
    _unpacked: int

    def load(self, sheet: str, n_rows: int | None = None) -> tuple[pl.DataFrame, bool]:
        """The cells of a sheet as text, never null, and whether it is hidden.

        Args:
            sheet: Its name.
            n_rows: How many of its first rows; all when None.

        Raises:
            InputError: it cannot be read, or takes more memory or time than a file of its size should.
        """
        options = {"sheet": sheet, "n_rows": n_rows}
        parsed = self._box.parse("sheet", self.name, b"", self._unpacked, options)
        return pl.read_ipc(parsed.blobs[0]), bool(parsed.found["is_hidden"])


@contextmanager
def open_workbook(name: str, content: bytes) -> Iterator[Workbook]:
    """Opens an XLSX, XLSB, XLS or ODS file in the child.

    Raises:
        InputError: it is encrypted, damaged, or unsafe to unpack.
    """
    unpacked = len(content)
    if content.startswith(b"PK"):
        with open_archive(name, content, office=True) as archive:
            unpacked = unpacked_size(archive)
    with sandboxed() as box:
        parsed = box.parse("workbook", name, content, unpacked)
        yield Workbook(name, parsed.found["names"], box, unpacked)


__all__ = ["Workbook", "open_workbook"]
