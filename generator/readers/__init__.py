"""Readers: a reference to a published description comes in, a `Resource` goes out. Start with `read`."""

from __future__ import annotations

from pathlib import Path

from generator.readers.discovery import installed_library, read_api, read_file
from generator.resource import Resource

__all__ = ["read"]


def read(reference: str) -> Resource:
    """Read a resource: `google:tasks.v1` out of the installed package, or the path of a file.

    Raises ResourceError with one sentence.
    """
    scheme, _, name = reference.partition(":")
    if scheme == "google" and name:
        return read_api(name, installed_library())
    return read_file(Path(reference))
