"""The reader of Google Discovery documents, from the google-api-python-client package or out of a file."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from generator.readers.content import parsed
from generator.readers.discovery_form import described
from generator.readers.found import Found, Kind
from generator.resource import Document, Resource, ResourceError

FORMAT = "google-discovery-v1"

_PACKAGE = "google-api-python-client"
_KIND = "discovery#restDescription"


@dataclass(frozen=True, slots=True)
class Library:
    """The folder of documents that the package brings, and the package's version."""

    documents: Path
    version: str

    @property
    def apis(self) -> Mapping[str, Path]:
        """The document of each API by its name, `tasks.v1`."""
        return {path.stem: path for path in sorted(self.documents.glob("*.json")) if path.stem != "index"}


def installed_library() -> Library | None:
    """Find the documents of the installed package without importing it; None if it is not installed."""
    found = util.find_spec("googleapiclient")
    if found is None or found.origin is None:
        return None
    return Library(Path(found.origin).parent / "discovery_cache" / "documents", metadata.version(_PACKAGE))


def read_api(name: str, library: Library | None) -> Resource:
    """Read one API of the package, named as in its files: `tasks.v1`. Raises ResourceError."""
    if library is None:
        raise ResourceError(f"google:{name}: {_PACKAGE} is not installed; pip install 'envfarm[resources]'")
    known = library.apis
    if name not in known:
        near = difflib.get_close_matches(name, [*known], n=1)
        advice = f'did you mean "google:{near[0]}"?' if near else "names look like google:tasks.v1"
        raise ResourceError(f"google:{name}: not among the {len(known)} APIs of {_PACKAGE} {library.version}; {advice}")
    content = known[name].read_bytes()
    document = _checked(parsed(content, f"google:{name}"), f"google:{name}")
    return Resource(
        reference=f"google:{name}",
        title=str(document.get("title", name)),
        format=FORMAT,
        path=f"googleapiclient/discovery_cache/documents/{name}.json",
        sha256=hashlib.sha256(content).hexdigest(),
        document=document,
        description=described(document),
        package=f"pypi:{_PACKAGE}=={library.version}",
        url=str(document.get("documentationLink", "")),
        licence="Apache-2.0",
        retrieved=f"package {library.version}, revision {document.get('revision', 'unknown')}",
    )


def _read(found: Found) -> Resource:
    document = _checked(found.document, found.where)
    return Resource(
        reference=found.path.name,
        title=str(document.get("title", found.path.stem)),
        format=FORMAT,
        path=found.inside,
        sha256=found.sha256,
        document=document,
        description=described(document),
        package=found.package,
        url=str(document.get("documentationLink", "")),
        retrieved=f"revision {document.get('revision', 'unknown')}",
    )


def _checked(document: Document, where: str) -> Document:
    missing = [part for part in ("name", "version", "resources", "schemas") if part not in document]
    if missing:
        raise ResourceError(f"{where}: a Discovery document without {', '.join(missing)}; nothing to compile")
    return document


KIND = Kind(f'Google Discovery (kind "{_KIND}")', lambda document: document.get("kind") == _KIND, _read)
