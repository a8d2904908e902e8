"""What an XLSX holds in place of saved values: errors, formulas that were never computed, and Google's own formulas.

Google Sheets writes `IFERROR(__xludf.DUMMYFUNCTION("…"),"value")` for what Excel cannot compute; where the saved value
is gone, as programs lose it that rewrite such a file, the value still stands in the formula.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

import polars as pl

from consult.ingest.grid import plural

_CHUNK: Final = 2**20
_GOOGLE: Final = b"__xludf.DUMMYFUNCTION"
# A formula whose value is an empty text says so with t="str".
_UNSAVED: Final = re.compile(rb'<c (?![^>]*t="str")[^>]*><f[^>]*>[^<]*</f>(?:<v></v>|<v ?/>)?</c>')
_CELL: Final = re.compile(r'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f[^>]*>([^<]*)</f>(?:<v></v>|<v ?/>)?</c>')
_VALUE: Final = re.compile(
    r'IFERROR\(__xludf\.DUMMYFUNCTION\("(?:[^"]|"")*"\),(?:"((?:[^"]|"")*)"|([^"]*))\)', re.DOTALL
)
_SHEET: Final = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION: Final = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Formulas:
    """Counts over the workbook, and Google's values by sheet.

    Attributes:
        n_errors: Cells of type error.
        n_unsaved: Formulas without a saved value.
        google: Sheet -> (row, column) from 0 -> the value in the formula.
    """

    n_errors: int = 0
    n_unsaved: int = 0
    google: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)

    def put_into(self, sheet: str, cells: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
        """The cells of a sheet with Google's values where no other was saved, and what to say of it."""
        values = self.google.get(sheet, {})
        by_column: dict[int, dict[int, str]] = {}
        for (row, column), value in values.items():
            if column < cells.width and row < cells.height and not cells[row, column]:
                by_column.setdefault(column, {})[row] = value
        for column, found in by_column.items():
            series = cells.to_series(column).to_list()
            for row, value in found.items():
                series[row] = value
            cells = cells.with_columns(pl.Series(cells.columns[column], series, dtype=pl.String))
        n_mended = sum(map(len, by_column.values()))
        notes = []
        if n_mended:
            notes.append(
                f"Caution: {plural(n_mended, 'cell')} holding a formula of Google Sheets without a saved value: "
                "the value written in the formula was read"
            )
        if lost := self.n_unsaved - sum(map(len, self.google.values())):
            notes.append(
                f"Caution: {plural(lost, 'cell')} of the workbook holding a formula without a saved value: "
                "read as blank; open the file in a spreadsheet program and save it to have them"
            )
        return cells, notes


def read_formulas(content: bytes) -> Formulas:
    """Looks through the sheets of an XLSX; the other formats do not say it in text, and give zeros."""
    if not content.startswith(b"PK"):
        return Formulas()
    n_errors = n_unsaved = 0
    google: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = None
        for entry in archive.namelist():
            if not (entry.startswith("xl/worksheets/") and entry.endswith(".xml")):
                continue
            is_google = False
            with archive.open(entry) as part:
                for cells in _whole_cells(part):
                    n_errors += cells.count(b' t="e"')
                    n_unsaved += len(_UNSAVED.findall(cells)) if b"</f>" in cells else 0
                    is_google = is_google or _GOOGLE in cells
            if is_google:
                sheets = sheets if sheets is not None else _sheet_names(archive)
                xml = archive.read(entry).decode("utf-8", "replace")
                google[sheets.get(entry, "")] = dict(_values(xml))
    return Formulas(n_errors, n_unsaved, google)


def _whole_cells(part: IO[bytes]) -> Iterator[bytes]:
    """A sheet piece by piece, cut where a cell begins, so that nothing is looked for across two pieces."""
    held = b""
    while chunk := part.read(_CHUNK):
        held += chunk
        cut = held.rfind(b"<c ")
        if cut < 0 and len(held) > 4 * _CHUNK:
            cut = len(held)
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
    yield held


def _values(xml: str) -> Iterator[tuple[tuple[int, int], str]]:
    for letters, row, formula in _CELL.findall(xml):
        if found := _VALUE.fullmatch(html.unescape(formula)):
            text, number = found.groups()
            place = 0
            for letter in letters:
                place = 26 * place + ord(letter) - ord("A") + 1
            yield (int(row) - 1, place - 1), text.replace('""', '"') if text is not None else number


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet by its entry in the archive."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    targets = {}
    for relation in _RELATION.findall(relations):
        given = dict(_ATTRIBUTE.findall(relation))
        target = given.get("Target", "").lstrip("/")
        targets[given.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return {targets[each]: html.unescape(name) for name, each in _SHEET.findall(book) if each in targets}
