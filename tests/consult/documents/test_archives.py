"""Archives that were made to do harm are refused by their directory, before anything is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import read_responses
from tests.consult.documents.making import mail, opendocument, word, zipped

_MB = 1024**2


def deflated(n_bytes: int) -> bytes:
    """So many zero bytes, as DEFLATE packs them, a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(_MB)
    return b"".join(packer.compress(block) for _ in range(n_bytes // _MB)) + packer.flush()


PACKED = deflated(512 * _MB)
CHECKSUM = zlib.crc32(bytes(0))


def packed(entries: list[tuple[str, bytes, int]], overlap: bool = False, attributes: int = 0, flags: int = 0) -> bytes:
    """A ZIP file written by hand: (name, DEFLATE stream, the size that it claims to unpack to)."""
    out, directory, offset, length = [], [], 0, 0
    for number, (name, stream, size) in enumerate(entries):
        encoded = name.encode()
        sizes = (CHECKSUM, len(stream), size, len(encoded))
        if not overlap or number == 0:
            offset = length
            out.append(struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, flags, 8, 0, 33, *sizes, 0) + encoded + stream)
            length += len(out[-1])
        directory.append(
            struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 0x314, 20, flags, 8, 0, 33, *sizes, 0, 0, 0, 0, attributes,
                        offset)
            + encoded
        )  # fmt: skip
    listed, count = b"".join(directory), min(len(entries), 0xFFFF)
    return b"".join([*out, listed, struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, len(listed), length, 0)])


def nested(levels: int) -> bytes:
    content = zipped({"letter.txt": "Trees, please."})
    for _ in range(levels):
        content = zipped({"inner.zip": content})
    return content


def office(content: bytes, path: str) -> bytes:
    """An Office file in which one part unpacks to 512 MB."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name != path]
        streams = [(name, zlib.compressobj(9, zlib.DEFLATED, -15), archive.read(name)) for name in names]
    entries = [(name, packer.compress(part) + packer.flush(), len(part)) for name, packer, part in streams]
    return packed([*entries, (path, PACKED, 512 * _MB)])


SMALL = b"\x03\x00"
"""The DEFLATE stream of nothing."""
BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "one entry of 512 MB": ("a.zip", lambda: packed([("a.txt", PACKED, 512 * _MB)]), "workbook_too_large"),
    "many entries of 512 MB": (
        "a.zip", lambda: packed([(f"{n}.txt", PACKED, 512 * _MB) for n in range(8)]), "workbook_too_large"),
    "a large entry behind one that packs badly": (
        "a.zip", lambda: packed([("a.txt", PACKED, 512 * _MB), ("b.jpg", bytes(8 * _MB), 8 * _MB)]),
        "workbook_too_large"),
    "a million entries": ("a.zip", lambda: packed([(f"{n:07}", SMALL, 0) for n in range(600_000)], overlap=True),
                          "workbook_too_large"),
    "more entries than letters": (
        "a.zip", lambda: packed([(f"{n:06}", SMALL, 0) for n in range(120_000)]), "workbook_too_large"),
    "entries that share their bytes": (
        "a.zip", lambda: packed([(f"{n}.txt", SMALL * 500, 20_000) for n in range(500)], overlap=True),
        "unsafe_archive"),
    "archives within archives": ("a.zip", lambda: nested(6), "unreadable_file"),
    "archives that unpack to more in all": (
        "a.zip",
        lambda: zipped(dict.fromkeys(map("{}.zip".format, range(300)), packed([("a", deflated(9 * _MB), 9 * _MB)]))),
        "workbook_too_large"),
    "an archive attached to a mail": (
        "a.eml", lambda: mail("x", attached={"a.zip": packed([("a.txt", PACKED, 512 * _MB)])}), "unreadable_file"),
    "a workbook": (
        "a.xlsx", lambda: office(zipped({"xl/workbook.xml": "<x/>"}), "xl/worksheets/sheet1.xml"),
        "workbook_too_large"),
    "a Word document": ("a.docx", lambda: office(word(["x"]), "word/document.xml"), "workbook_too_large"),
    "an OpenDocument text": ("a.odt", lambda: office(opendocument(["x"]), "content.xml"), "workbook_too_large"),
    "a name that leads out of its folder": (
        "a.zip", lambda: packed([("../../etc/cron.d/a.txt", SMALL, 0)]), "unsafe_archive"),
    "an absolute name": ("a.zip", lambda: packed([("/etc/a.txt", SMALL, 0)]), "unsafe_archive"),
    "a drive": ("a.zip", lambda: packed([("C:\\Windows\\a.txt", SMALL, 0)]), "unsafe_archive"),
    "a link": ("a.zip", lambda: packed([("a.txt", SMALL, 0)], attributes=(stat.S_IFLNK | 0o777) << 16),
               "unsafe_archive"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOMBS)
def test_an_archive_bomb_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    name, make, code = BOMBS[kind]
    path = tmp_path / name
    path.write_bytes(make())
    began = time.process_time()
    try:
        ingested = read_responses([path], AnalysisConfig())
    except InputError as error:
        assert error.code == code
        assert name in error.message and error.hint
    else:
        # What stands beside a bomb is read.
        assert ingested.rejects["reason"].to_list() == [code]
        assert int(ingested.ledger["n_read"].sum()) == ingested.responses.height + 1
    assert time.process_time() - began < 1


def test_an_entry_that_unpacks_to_more_than_it_claims_is_read_no_further(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed([("a.txt", PACKED, 10), ("b.txt", SMALL, 0)]))
    ingested = read_responses([tmp_path / "a.zip"], AnalysisConfig())
    assert set(ingested.rejects["reason"]) == {"unreadable_file"}


def test_an_encrypted_entry_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed([("a.txt", SMALL, 0)], flags=1))
    rejects = read_responses([tmp_path / "a.zip"], AnalysisConfig()).rejects
    assert rejects.select("source_file", "detail").rows() == [("a.zip/a.txt", "is protected with a password")]


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
    outside = '<!ENTITY l9 SYSTEM "file:///etc/passwd">'
    for declared in (laughs, outside):
        (tmp_path / "a.docx").write_bytes(
            word("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", before=f"<!DOCTYPE d [{declared}]>")
        )
        with pytest.raises(InputError) as caught:
            read_responses([tmp_path / "a.docx"], AnalysisConfig())
        assert caught.value.code in ("unsafe_document", "unreadable_document")
