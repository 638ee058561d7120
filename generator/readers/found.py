"""A parsed document with the words that prove where it was found, ready for the reader of its kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generator.readers.content import file_content, parsed
from generator.readers.origin import origin_of
from generator.resource import Document, Resource


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and the file it was read from.

    `where` opens complaints. `sha256` is of the document's bytes, unpacked. `package` and `inside` name the published
    package that the file lies in, `inside` being the file's own name where there is none.
    """

    where: str
    path: Path
    document: Document
    sha256: str
    package: str
    inside: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of description: what it is called, how it is told, and how it is read, which raises ResourceError."""

    name: str
    fits: Callable[[Document], bool]
    read: Callable[[Found], Resource]


def find(path: Path) -> Found:
    """Read and parse a file. Raises ResourceError."""
    where = str(path)
    content = file_content(path, where)
    document = parsed(content, where)
    origin = origin_of(path)
    return Found(
        where=where,
        path=path,
        document=document,
        sha256=hashlib.sha256(content).hexdigest(),
        package=origin.package if origin else "",
        inside=origin.path if origin else path.name,
    )
