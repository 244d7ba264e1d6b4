"""A DOCX as a package of parts, and the elements of a part by their local names (ECMA-376, parts 1 and 2)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.errors import Malformed

DOCUMENT = "word/document.xml"
"""The part that holds the text."""
_LARGEST = 64_000_000
"""In bytes, unpacked."""


def unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of a file, by their names.

    Raises:
        Malformed: it is no package, unpacks to too much, or holds a part twice.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _LARGEST:
                raise no_docx(name, f"it unpacks to more than {_LARGEST // 1_000_000} MB")
            found = {item.filename: packed.read(item) for item in packed.infolist()}
            if len({part.casefold() for part in found}) < len(packed.infolist()):
                raise no_docx(name, "a part stands in it twice")
            return found
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise no_docx(name, str(error)) from error


def no_docx(name: str, why: str) -> Malformed:
    """The error that says why a file is no DOCX."""
    return Malformed(f"is no DOCX: {why}", where=name, next_step="save it as Word document (.docx), without a password")


def tree_of(parts: Mapping[str, bytes], part: str, name: str) -> Element:
    """The root of a part.

    Raises:
        Malformed: there is no such part, or it is not XML that may be read.
    """
    try:
        found: Element = fromstring(parts[part])
    except KeyError as error:
        raise no_docx(name, f"it has no part {part}") from error
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise no_docx(name, f"{part}: {error}") from error
    return found


def tag_of(element: Element) -> str:
    """The local name of an element."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, tag: str) -> Element:
    """The first child of a name; an empty element where there is none."""
    return next((one for one in element if tag_of(one) == tag), Element("none"))


def value_of(element: Element, key: str = "val") -> str | None:
    """An attribute by its local name."""
    return next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == key), None)


def is_on(properties: Element, tag: str) -> bool:
    """Whether a property that is on or off is there and on."""
    return any(tag_of(one) == tag and value_of(one) not in {"0", "false", "off"} for one in properties)


def texts_of(element: Element) -> list[str]:
    """The texts within an element, deleted ones too."""
    return [one.text for one in element.iter() if tag_of(one) in {"t", "delText"} and one.text]
