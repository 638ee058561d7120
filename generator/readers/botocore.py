"""The reader of botocore's service models, from the botocore package or out of a file."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from generator.readers.botocore_form import described, title
from generator.readers.content import file_content, parsed
from generator.readers.found import Found, Kind
from generator.resource import Document, Resource, ResourceError

FORMAT = "botocore-service-2"

_PACKAGE = "botocore"
_MODEL, _PAGES = "service-2", "paginators-1"
_PACKINGS = (".json", ".json.gz")
_RARE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Library:
    """The folder of models that the package brings, and the package's version."""

    models: Path
    version: str

    @property
    def services(self) -> Mapping[str, Path]:
        """The newest model of each service by its name, `sqs`."""
        found: dict[str, Path] = {}
        for packing in _PACKINGS:
            for path in self.models.glob(f"*/*/{_MODEL}{packing}"):
                service, version = path.parts[-3], path.parts[-2]
                if service not in found or found[service].parts[-2] < version:
                    found[service] = path
        return dict(sorted(found.items()))


def installed_library() -> Library | None:
    """Find the models of the installed package without importing it; None if it is not installed."""
    found = util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        return None
    return Library(Path(found.origin).parent / "data", metadata.version(_PACKAGE))


def read_service(name: str, library: Library | None) -> Resource:
    """Read the newest model of one service of the package, named as a client is: `sqs`. Raises ResourceError."""
    where = f"botocore:{name}"
    if library is None:
        raise ResourceError(f"{where}: {_PACKAGE} is not installed; pip install 'envfarm[resources]'")
    known = library.services
    if name not in known:
        raise ResourceError(
            f"{where}: not among the {len(known)} services of {_PACKAGE} {library.version}; {_advice(name, known)}"
        )
    path = known[name]
    content = file_content(path, where)
    document = _checked(parsed(content, where), where)
    return Resource(
        reference=where,
        title=title(document["metadata"]) or name,
        format=FORMAT,
        path=f"{_PACKAGE}/data/{path.relative_to(library.models).as_posix()}",
        sha256=hashlib.sha256(content).hexdigest(),
        document=document,
        description=described(document, _paged(path)),
        package=f"pypi:{_PACKAGE}=={library.version}",
        licence="Apache-2.0",
        retrieved=f"package {library.version}, {_version(document)}",
    )


def _read(found: Found) -> Resource:
    document = _checked(found.document, found.where)
    return Resource(
        reference=found.path.name,
        title=title(document["metadata"]) or found.path.stem,
        format=FORMAT,
        path=found.inside,
        sha256=found.sha256,
        document=document,
        description=described(document, _paged(found.path)),
        package=found.package,
        retrieved=_version(document),
    )


def _advice(name: str, known: Mapping[str, Path]) -> str:
    """Suggest the service whose name is nearest, punctuation aside, or that has this name inside its own."""
    plain = {_RARE.sub("", one): one for one in known}
    asked = _RARE.sub("", name.lower())
    near = difflib.get_close_matches(asked, [*plain], n=1) or [one for one in plain if asked and asked in one][:1]
    return f'did you mean "botocore:{plain[near[0]]}"?' if near else "names look like botocore:sqs"


def _paged(model: Path) -> Mapping[str, str]:
    """Read which member of an answer holds a page's rows from the file beside a model, if there is one."""
    paths = [model.with_name(f"{_PAGES}{packing}") for packing in _PACKINGS]
    path = next((one for one in paths if one.is_file() and model.name.startswith(_MODEL)), None)
    found = parsed(file_content(path, str(path)), str(path)).get("pagination") if path else None
    keys = {
        str(operation): part.get("result_key")
        for operation, part in (found.items() if isinstance(found, Mapping) else ())
        if isinstance(part, Mapping)
    }
    return {name: key for name, key in keys.items() if isinstance(key, str) and key.isidentifier()}


def _version(document: Document) -> str:
    return f"API version {document['metadata'].get('apiVersion', 'unknown')}"


def _checked(document: Document, where: str) -> Document:
    parts = ("metadata", "operations", "shapes")
    missing = [part for part in parts if not isinstance(document.get(part), Mapping)]
    if missing:
        raise ResourceError(f"{where}: a service model without {', '.join(missing)}; nothing to compile")
    return document


def _fits(document: Document) -> bool:
    about = document.get("metadata")
    return isinstance(about, Mapping) and "endpointPrefix" in about and "operations" in document


KIND = Kind('botocore ("metadata" with "endpointPrefix")', _fits, _read)
