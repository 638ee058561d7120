"""The reader of OpenAPI 3 and Swagger 2 documents, in one file or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.readers.found import Found, Kind
from generator.readers.openapi_files import Files, Spot
from generator.readers.openapi_form import described
from generator.resource import Resource, ResourceError

_OPENAPI = re.compile(r"3\.[012](?:\.|$)")


def _read_openapi(found: Found) -> Resource:
    version = str(found.document["openapi"])
    if not _OPENAPI.match(version):
        raise ResourceError(f"{found.where}: OpenAPI {version[:20]}: expected 3.0, 3.1 or 3.2; convert it first")
    return _resource(found, f"openapi-{version[:3]}")


def _read_swagger(found: Found) -> Resource:
    version = str(found.document["swagger"])
    if version not in ("2.0", "2"):
        raise ResourceError(f"{found.where}: Swagger {version[:20]}: expected 2.0; convert it to OpenAPI 3 first")
    return _resource(found, "swagger-2.0")


def _resource(found: Found, form: str) -> Resource:
    if not isinstance(found.document.get("paths"), Mapping):
        raise ResourceError(f"{found.where}: {form} without paths: no operation is described; nothing to compile")
    files = Files(found.path, found.document, found.where, found.sha256)
    info = files.root.inside("info")
    title = info.text("title").strip() or found.path.stem
    description = described(files, title)
    package = f"package {found.package.rpartition('=')[2].rpartition('@')[2]}, " if found.package else ""
    return Resource(
        reference=found.path.name,
        title=title,
        format=form,
        path=found.inside,
        sha256=files.sha256,
        document=files.document,
        description=description,
        package=found.package,
        url=next(_urls(files.root), ""),
        licence=_licence(info.inside("license")),
        retrieved=f"{package}version {info.inside('version').node or 'unknown'}",
    )


def _licence(spot: Spot) -> str:
    return spot.text("identifier") or spot.text("name") or spot.text("url")


def _urls(root: Spot) -> Iterator[str]:
    """Give the addresses that say whose description it is: where it was published, its pages, its people, its host."""
    info = root.inside("info")
    places = [one.text("url") for one in reversed(info.entries("x-origin"))]
    places += [root.inside("externalDocs").text("url"), info.inside("contact").text("url")]
    places += [one.text("url") for one in root.entries("servers")]
    places += [f"https://{root.text('host')}{root.text('basePath')}"] if root.text("host") else []
    yield from (place for place in places if place.startswith(("https://", "http://")))


OPENAPI = Kind('OpenAPI 3 ("openapi")', lambda document: "openapi" in document, _read_openapi)
SWAGGER = Kind('Swagger 2 ("swagger")', lambda document: "swagger" in document, _read_swagger)
