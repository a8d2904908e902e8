"""Files that others made are opened in a child that can do no harm, and be ended."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from consult.config import IngestConfig
from consult.documents import sandboxed
from consult.errors import InputError
from consult.ingest import read_table

limited = pytest.mark.skipif(sys.platform != "linux", reason="the memory of the child is limited on Linux only")


def workbook(more: bytes = b"") -> bytes:
    """A workbook of one answer, with more rows put in as they would stand in its XML."""
    made, changed = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("Answers")
    sheet.write_row(0, 0, ["id", "text"])
    sheet.write_row(1, 0, ["R1", "More buses"])
    book.close()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", more + b"</sheetData>")
            after.writestr(name, content)
    return changed.getvalue()


FAR = workbook(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@limited
def test_a_small_file_that_takes_gigabytes_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "far.xlsx").write_bytes(FAR)
    (tmp_path / "sound.xlsx").write_bytes(workbook())
    with sandboxed():
        with pytest.raises(InputError) as caught:
            read_table(tmp_path / "far.xlsx", IngestConfig())
        assert read_table(tmp_path / "sound.xlsx", IngestConfig()).rows.rows() == [("R1", "More buses")]
    assert caught.value.code == "takes_too_much"
    assert "far.xlsx" in caught.value.message


def test_one_child_opens_many_files_and_ends_with_the_last() -> None:
    with sandboxed() as outer, sandboxed() as inner:
        assert outer is inner
        assert inner.parse("workbook", "a.xlsx", workbook(), 10_000).found["names"] == ["Answers"]
        child = outer._child
        inner.parse("workbook", "b.xlsx", workbook(), 10_000)
        assert outer._child is child
    assert child is not None and child.returncode == 0


def test_a_child_that_ends_by_itself_is_told_of_and_another_started() -> None:
    with sandboxed() as box:
        box.parse("workbook", "a.xlsx", workbook(), 10_000)
        assert box._child is not None
        box._child.kill()
        with pytest.raises(InputError) as caught:
            box.parse("workbook", "b.xlsx", workbook(), 10_000)
        assert caught.value.code == "takes_too_much"
        assert box.parse("workbook", "c.xlsx", workbook(), 10_000).found["names"] == ["Answers"]


@limited
def test_a_file_that_takes_the_processor_for_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.documents.sandbox._SECONDS", (0, 0, 0))
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(3, 400_000))
    with sandboxed() as box, pytest.raises(InputError) as caught:
        while True:
            box.parse("workbook", "slow.xlsx", workbook(rows), 10**9)
            box.parse("sheet", "slow.xlsx", b"", 10**9, {"sheet": "Answers", "n_rows": None})
    assert caught.value.code == "takes_too_long"


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
    ],
)
def test_the_child_opens_no_connection_and_starts_no_program(act: str) -> None:
    code = f"import sys; from consult.documents import child; sys.addaudithook(child._refuse); {act}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "PermissionError" in done.stderr
