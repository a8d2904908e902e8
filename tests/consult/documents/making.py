"""Files of every kind that is read, made from what should come out of them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from itertools import pairwise
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxml'
    'formats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(entries: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def word(body: str | Sequence[str], parts: Mapping[str, str] | None = None, before: str = "") -> bytes:
    """A DOCX of paragraphs, or of XML for the body; `parts` are others by their kind, such as footnotes."""
    inner = body if isinstance(body, str) else "".join(map(paragraph, body))
    names = {f"{kind.rstrip('0123456789')}|{kind}": xml for kind, xml in (parts or {}).items()}
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATED}/{name.split("|")[0]}" Target="{name.split("|")[1]}.xml"/>'
        for n, name in enumerate(names)
    )
    return zipped(
        {
            "[Content_Types].xml": _WORD_TYPES,
            "_rels/.rels": f'<Relationships xmlns="r"><Relationship Id="r1" Type="{_RELATED}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="r">{links}</Relationships>',
            "word/document.xml": f'{before}<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>',
        }
        | {f"word/{name.split('|')[1]}.xml": xml for name, xml in names.items()}
    )


def paragraph(text: str) -> str:
    """A paragraph of Word."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def opendocument(body: str | Sequence[str], styles: str = "", manifest: str = "") -> bytes:
    """An ODT of paragraphs, or of XML for the text."""
    inner = body if isinstance(body, str) else "".join(f"<text:p>{escape(each)}</text:p>" for each in body)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "draw", "style", "manifest")
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f"<manifest:manifest {spaces}>{manifest}</manifest:manifest>",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{inner}</office:text>"
            "</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {spaces}><office:master-styles>{styles}</office:master-styles>"
            "</office:document-styles>",
        }
    )


def pdf(pages: Sequence[Sequence[str]], pictures: Sequence[int] = (), catalogue: str = "") -> bytes:
    """A PDF of lines; pages whose numbers from 0 are in `pictures` show a picture instead."""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {catalogue}>>".encode()]
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>"
        b"\nstream\n\x00\nendstream"
    )
    for place, lines in enumerate(pages):
        shown = b"".join(
            b"("
            + line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            + b") Tj T* "
            for line in lines
        )
        stream = b"q 400 0 0 600 60 100 cm /Im Do Q" if place in pictures else b""
        stream += b" BT /F 11 Tf 60 780 Td 14 TL " + shown + b"ET"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> /XObject "
            b"<< /Im 4 0 R >> >> /Contents %d 0 R >>" % (6 + 2 * place)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(out)
    )  # fmt: skip


def mail(
    text: str | None,
    html: str | None = None,
    attached: Mapping[str, bytes] | None = None,
    subject: str = "Streets",
    line_end: str = "\r\n",
) -> bytes:
    """A mail of plain text, HTML or both, with files attached."""
    message = EmailMessage()
    message["From"] = "Resident <resident@example.org>"
    message["To"] = "consultations@example.org"
    message["Subject"] = subject
    message["Date"] = "Fri, 14 Mar 2025 09:15:00 +0000"
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html") if text is not None else message.set_content(html, subtype="html")
    for name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end.encode())


def outlook(text: str, subject: str = "Streets", attached: Mapping[str, bytes] | None = None) -> bytes:
    """An MSG file, as Outlook saves a mail.

    Source: [MS-OXMSG] and [MS-CFB], Microsoft.
    """
    streams: dict[str, bytes] = {}

    def properties(prefix: str, header: bytes, values: Mapping[int, bytes | int | str]) -> None:
        entries = b""
        for tag, value in values.items():
            if isinstance(value, int):
                entries += struct.pack("<HHIQ", 0x0003, tag, 6, value)
                continue
            kind, content = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
            streams[f"{prefix}__substg1.0_{tag:04X}{kind:04X}"] = content
            entries += struct.pack("<HHIII", kind, tag, 6, len(content) + (2 if kind == 0x001F else 0), 0)
        streams[f"{prefix}__properties_version1.0"] = header + entries

    files = attached or {}
    root = struct.pack("<8xIIII8x", 0, len(files), 0, len(files))
    properties("", root, {0x001A: "IPM.Note", 0x0037: subject, 0x1000: text, 0x340D: 0x00040E79})
    for number, (name, content) in enumerate(files.items()):
        values = {0x3705: 1, 0x3707: name, 0x3701: content}
        properties(f"__attach_version1.0_#{number:08X}/", b"\0" * 8, values)
    return compound(streams)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file: streams by their names, at most one storage deep; sectors of 512 bytes."""
    end, free, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
    storages = sorted({name.split("/")[0] for name in streams if "/" in name})
    entries: list[list[object]] = [["Root Entry", 5, none, end, 0]]
    mini, large = b"", b""
    small_chain: list[int] = []
    chain: list[int] = []
    place_of: dict[str, tuple[int, int]] = {}
    for name, content in streams.items():
        if len(content) < 4096:
            n = -(-len(content) // 64)
            first = len(small_chain)
            small_chain += [*range(first + 1, first + n), end] if n else []
            mini += content.ljust(64 * n, b"\0")
            place_of[name] = (first if n else end, len(content))
        else:
            n = -(-len(content) // 512)
            first = len(chain)
            chain += [*range(first + 1, first + n), end]
            large += content.ljust(512 * n, b"\0")
            place_of[name] = (first, len(content))

    def add(content: bytes) -> int:
        nonlocal large
        n = max(1, -(-len(content) // 512))
        first = len(chain)
        chain.extend([*range(first + 1, first + n), end])
        large += content.ljust(512 * n, b"\0")
        return first

    entries[0][3], entries[0][4] = (add(mini), len(mini)) if mini else (end, 0)
    tree: list[tuple[list[str], str]] = [([name for name in streams if "/" not in name] + storages, "")]
    ids: dict[str, int] = {}
    for names, _ in tree:
        for name in names:
            ids[name] = len(entries)
            start, size = place_of.get(name, (0, 0))
            entries.append([name, 2 if name in place_of else 1, none, start, size])
    for storage in storages:
        for name in [name for name in streams if name.startswith(f"{storage}/")]:
            ids[name] = len(entries)
            entries.append([name.split("/")[1], 2, none, *place_of[name]])
    right: dict[int, int] = {}
    child: dict[int, int] = {}
    for owner, members in [
        (0, tree[0][0]),
        *((ids[s], [n for n in streams if n.startswith(f"{s}/")]) for s in storages),
    ]:
        ordered = sorted(members, key=lambda name: (len(name.split("/")[-1]), name.split("/")[-1].upper()))
        child[owner] = ids[ordered[0]]
        for one, other in pairwise(ordered):
            right[ids[one]] = ids[other]
    directory = b""
    for number, (label, kind, _, start, size) in enumerate(entries):
        encoded = str(label).encode("utf-16-le") + b"\0\0"
        directory += encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xIQQIQ", len(encoded), kind, 1, none, right.get(number, none), child.get(number, none), 0, 0, 0,
            start, size,
        )  # fmt: skip
    directory_at = add(directory)
    small_fat = b"".join(struct.pack("<I", each) for each in small_chain)
    small_at = add(small_fat.ljust(512 * max(1, -(-len(small_fat) // 512)), b"\xff")) if small_chain else end
    n_fat = 1
    while (len(chain) + n_fat) * 4 > n_fat * 512:
        n_fat += 1
    fat_at = len(chain)
    fat = [*chain, *([0xFFFFFFFD] * n_fat)]
    fat += [free] * (n_fat * 128 - len(fat))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, n_fat)
    )
    header += struct.pack("<IIIIIII", directory_at, 0, 4096, small_at, 1 if small_chain else 0, end, 0)
    header += b"".join(struct.pack("<I", fat_at + n) for n in range(n_fat)).ljust(436, b"\xff")
    return header + large + b"".join(struct.pack("<I", each) for each in fat)
