"""Readers: a reference to a published description comes in, a `Resource` goes out. Start with `read`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.readers import botocore, discovery, mcp, openapi, smithy
from generator.readers.capture import capture_of, check
from generator.readers.content import file_bytes
from generator.readers.found import Found, Kind, find
from generator.readers.pages import is_page, read_page
from generator.resource import Resource, ResourceError

__all__ = ["read"]

KINDS: tuple[Kind, ...] = (discovery.KIND, openapi.OPENAPI, openapi.SWAGGER, botocore.KIND, smithy.KIND, mcp.KIND)
"""The kinds of documents a file may hold; the first that fits reads it."""


def read(reference: str, licence: str = "") -> Resource:
    """Read a resource: `google:tasks.v1` or `botocore:sqs` out of an installed package, or the path of a file.

    An MCP server is asked for its tools: `mcp:http://127.0.0.1:8080/air/mcp`, or `mcp:` and the command that starts it.

    `licence` is for a document that states none, or states another than it is published under. What a description that
    was explored leaves unsaid of its place and licence, its sidecar says. Raises ResourceError with one sentence.
    """
    scheme, _, name = reference.partition(":")
    path = Path(reference)
    if scheme == "google" and name:
        resource = discovery.read_api(name, discovery.installed_library())
    elif scheme == "botocore" and name:
        resource = botocore.read_service(name, botocore.installed_library())
    elif scheme == "mcp" and name:
        resource = mcp.read_server(name)
    elif is_page(path):
        resource = read_page(path)
    else:
        found = find(path)
        resource = _placed(_kind(found).read(found), path)
    return replace(resource, licence=licence) if licence else resource


def _kind(found: Found) -> Kind:
    kind = next((one for one in KINDS if one.fits(found.document)), None)
    if kind is None:
        names = [one.name for one in KINDS]
        keys = ", ".join(key[:40] for key in list(found.document)[:4]) or "nothing"
        raise ResourceError(
            f"{found.where}: no description of an API: expected {', '.join(names[:-1])} or {names[-1]}, "
            f"got an object with {keys}"
        )
    return kind


def _placed(resource: Resource, path: Path) -> Resource:
    """Add what the sidecar of a capture knows and the description itself does not say; no package holds a capture."""
    capture = capture_of(path)
    if capture is None:
        return resource
    check(file_bytes(path, str(path)), capture, str(path))
    return replace(
        resource,
        path=path.name,
        package="",
        url=capture.final_url,
        licence=resource.licence or capture.licence,
        retrieved=", ".join(part for part in (resource.retrieved, capture.date) if part),
    )
