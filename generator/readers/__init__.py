"""Readers: a reference to a published description comes in, a `Resource` goes out. Start with `read`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.readers.discovery import installed_library, read_api, read_file
from generator.readers.pages import is_page, read_page
from generator.readers.snapshot import snapshot_of
from generator.resource import Resource

__all__ = ["read"]


def read(reference: str) -> Resource:
    """Read a resource: `google:tasks.v1` out of the installed package, or the path of a file.

    What a description that was explored leaves unsaid of its place and licence, its sidecar says. Raises ResourceError
    with one sentence.
    """
    scheme, _, name = reference.partition(":")
    if scheme == "google" and name:
        return read_api(name, installed_library())
    path = Path(reference)
    return read_page(path) if is_page(path) else _placed(read_file(path), path)


def _placed(resource: Resource, path: Path) -> Resource:
    """Add what the sidecar of a snapshot knows and the description itself does not say."""
    snapshot = snapshot_of(path)
    if snapshot is None:
        return resource
    return replace(
        resource,
        url=snapshot.final_url,
        licence=resource.licence or snapshot.licence,
        retrieved=", ".join(part for part in (resource.retrieved, snapshot.date) if part),
    )
