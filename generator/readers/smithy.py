"""The reader of Smithy 2.0 models in their JSON form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.readers.found import Found, Kind
from generator.readers.smithy_form import described, title
from generator.resource import Resource, ResourceError

FORMAT = "smithy-2.0"

_VERSION = re.compile(r"2(?:\.\d+)*")


def _read(found: Found) -> Resource:
    document, where = found.document, found.where
    version = str(document["smithy"])
    if not _VERSION.fullmatch(version):
        raise ResourceError(f"{where}: Smithy {version[:20]}: expected 2.0; upgrade the model first")
    shapes = document.get("shapes")
    if not isinstance(shapes, Mapping):
        raise ResourceError(f"{where}: a Smithy model without shapes; nothing to compile")
    odd = next((key for key, node in shapes.items() if not isinstance(node, Mapping)), None)
    if odd is not None:
        raise ResourceError(f"{where}: shape {odd!r} is no object; write the model anew, as smithy ast does")
    services = [key for key, node in shapes.items() if node.get("type") == "service"]
    if len(services) != 1:
        said = ", ".join(services[:4]) or "none"
        raise ResourceError(f"{where}: expected a Smithy model of one service, got {said}; keep the one that is wanted")
    about = shapes[services[0]]
    api = about.get("version") or "unknown"
    package = f"package {found.package.rpartition('=')[2].rpartition('@')[2]}, " if found.package else ""
    return Resource(
        reference=found.path.name,
        title=title(about, services[0]),
        format=FORMAT,
        path=found.inside,
        sha256=found.sha256,
        document=document,
        description=described(document, services[0]),
        package=found.package,
        retrieved=f"{package}API version {api}",
    )


KIND = Kind('Smithy 2 ("smithy")', lambda document: "smithy" in document, _read)
