"""Catalogs: documents that list where descriptions lie, and the paths where both are known to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.explore.errors import RefusedError
from generator.explore.pointers import Authority, Pointers
from generator.explore.url import Url
from generator.resource import Document

_CATALOGS = (
    "/.well-known/api-catalog",  # RFC 9727
    "/apis.json",  # APIs.json 0.1x
    "/discovery/v1/apis",  # Google's directory
    "/llms.txt",  # what a site tells language models: links to its documentation
)
_DESCRIPTIONS = (
    "/.well-known/openapi.json",
    "/.well-known/openapi.yaml",
    "/openapi.json",
    "/openapi.yaml",
    "/openapi.yml",
    "/swagger.json",
    "/swagger.yaml",
    "/swagger/v1/swagger.json",  # Swashbuckle
    "/v3/api-docs",  # springdoc
    "/v2/api-docs",  # springfox
    "/api-docs",
    "/api-json",  # NestJS
    "/api/openapi.json",
    "/api/swagger.json",
)
_VIEWER_KEYS = {"urls", "configUrl"}
_OPENAPI_PROPERTIES = frozenset({"openapi", "swagger", "x-openapi"})


def well_known(start: Url) -> tuple[str, ...]:
    """Give the paths to try on the start's origin; descriptions also in the start's own folder."""
    folder = start.path.rpartition("/")[0]
    beside = [f"{folder}/{name}" for name in ("openapi.json", "openapi.yaml", "swagger.json")] if folder else []
    return tuple(dict.fromkeys((*_CATALOGS, *beside, *_DESCRIPTIONS)))


def listed(document: Document, place: Url) -> Pointers | None:
    """Read a document as a catalog; None if it is none.

    References are made absolute where the catalog gives them another base than its own place.
    """
    if isinstance(document.get("linkset"), list):
        return _linkset(document["linkset"], place)
    if document.get("kind") == "discovery#directoryList":
        items = [item for item in _objects(document.get("items")) if item.get("preferred", True)]
        return Pointers(tuple(_declared(item.get("discoveryRestUrl") for item in items)))
    if isinstance(document.get("apis"), list):
        return _apis(document["apis"])
    if "paths" not in document and document.keys() & _VIEWER_KEYS:  # the configuration of Swagger UI
        several = (one.get("url") for one in _objects(document.get("urls")))
        return Pointers(tuple(_declared([document.get("url"), *several])))
    return None


def _linkset(contexts: Sequence[Any], place: Url) -> Pointers:
    descriptions: list[str] = []
    pages: list[str] = []
    for context in _objects(contexts):
        base = _joined(place, context.get("anchor")) or place
        for relation, targets in context.items():
            found = [url.text for one in _objects(targets) if (url := _joined(base, one.get("href")))]
            if relation in ("service-desc", "service-meta", "api-catalog"):
                descriptions += found
            elif relation in ("service-doc", "item"):
                pages += found
    return Pointers(tuple(_declared(descriptions)), tuple(dict.fromkeys(pages)))


def _apis(apis: Sequence[Any]) -> Pointers:
    properties = [one for api in _objects(apis) for one in _objects(api.get("properties"))]
    told = [one.get("url") for one in properties if str(one.get("type", "")).lower() in _OPENAPI_PROPERTIES]
    pages = [str(api["humanURL"]) for api in _objects(apis) if api.get("humanURL")]
    return Pointers(tuple(_declared(told)), tuple(dict.fromkeys(pages)))


def _declared(references: Any) -> Iterator[tuple[Authority, str]]:  # Any: what a foreign document lists
    yield from ((Authority.DECLARED, one) for one in dict.fromkeys(r for r in references if isinstance(r, str) and r))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:  # Any: what a foreign document holds
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))


def _joined(base: Url, reference: object) -> Url | None:
    try:
        return base.join(reference) if isinstance(reference, str) and reference else None
    except RefusedError:
        return None
