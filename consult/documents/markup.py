"""Inside the child: XML of a part of an Office file -> its root, with nothing followed and nothing expanded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from consult.errors import InputError

Element = etree._Element


def parse_xml(name: str, content: bytes) -> Element:
    """Parses XML; no entity, DTD or address is followed, and libxml2's own limits of depth and size hold.

    Raises:
        InputError: it is damaged, or declares a document type, which no Office file does.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise damaged(name) from None
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise InputError(
            "unsafe_document",
            f"{name}: declares entities, as no word processor does.",
            "Open it yourself, save it again, and give that.",
        )
    return root


def local_name(element: Element) -> str:
    """The tag without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def children(element: Element) -> Iterator[tuple[str, Element]]:
    """The elements inside, each with its local name."""
    for child in element:
        if tag := local_name(child):
            yield tag, child


def part(archive: zipfile.ZipFile, path: str) -> bytes | None:
    """A part of an Office file, or None where there is none."""
    try:
        return archive.read(path)
    except KeyError:
        return None


def damaged(name: str) -> InputError:
    """The error for a document that cannot be read."""
    return InputError(
        "unreadable_document",
        f"{name}: is damaged, or is not what its name says.",
        "Open it in the program that it was made with, save it again, and give that.",
    )


__all__ = ["Element", "attribute", "children", "damaged", "local_name", "parse_xml", "part"]
