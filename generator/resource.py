"""The authentic resource: a published description of a service, with the words that prove where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from envkit.manifest import Source
from generator.description import Description

Document = Mapping[str, Any]
"""A parsed description. Any: its form belongs to its publisher; its reader looks at each part it takes."""


class ResourceError(Exception):
    """A resource that cannot be used, in one sentence that says what came and what to do."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One description as it was found. `package` carries its version; `sha256` is of the bytes, in hex.

    `document` is what JSON pointers point into; `description` is the same in the one form that the compiler takes,
    empty where there is nothing to compile. `retrieved` is the version of the package or of the document, never the
    time of day.
    """

    reference: str
    title: str
    format: str
    path: str
    sha256: str
    document: Document
    description: Description = field(default_factory=Description)
    package: str = ""
    url: str = ""
    licence: str = ""
    retrieved: str = ""

    @property
    def source(self) -> Source:
        """Give the provenance that a blueprint carries on."""
        return Source(
            title=self.title,
            format=self.format,
            package=self.package,
            path=self.path,
            url=self.url,
            licence=self.licence,
            retrieved=self.retrieved,
            sha256=self.sha256,
        )


def resolve(document: Document, pointer: str) -> object:
    """Return what a JSON pointer (RFC 6901) names; LookupError if nothing is there."""
    found: object = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        match found:
            case Mapping() if key in found:
                found = found[key]
            case list() if key.isascii() and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            case _:
                raise LookupError(f"{pointer}: nothing at {token}")
    return found


def pointer(*keys: str) -> str:
    """Write the JSON pointer (RFC 6901) to the value under these keys."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
