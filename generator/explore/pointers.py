"""Pointers: what a page says of where a description lies, in links, headers, attributes and scripts; and its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from generator.explore.url import MOST_CHARACTERS
from generator.readers.markup import Tag


class Authority(IntEnum):
    """How plainly a place was named as the description: the lower, the plainer."""

    START = 0
    DECLARED = 1
    EMBEDDED = 2
    WELL_KNOWN = 3
    NAMED = 4
    SUFFIXED = 5


@dataclass(frozen=True, slots=True)
class Pointers:
    """The references of a page, as written: to descriptions with their authority, and to pages.

    `inside` holds descriptions that stand in the page itself.
    """

    descriptions: tuple[tuple[Authority, str], ...] = ()
    pages: tuple[str, ...] = ()
    inside: tuple[str, ...] = field(default=(), repr=False)


_DECLARED = frozenset({"service-desc", "service-meta", "describedby", "api-catalog"})
_DOCUMENTED = frozenset({"service-doc", "help"})
_TYPES = re.compile(r"application/(?:vnd\.oai\.openapi|openapi|swagger)\b", re.IGNORECASE)
_JSON_TYPES = re.compile(r"application/(?:[\w.+-]+\+)?json|application/(?:vnd\.oai\.)?openapi", re.IGNORECASE)
_ATTRIBUTES = ("spec-url", "data-spec-url", "apidescriptionurl", "data-openapi", "data-openapi-url")
"""Of Redoc, RapiDoc, OpenAPI Explorer and Stoplight Elements."""

_SCALAR = "api-reference"
"""The id of the script by which Scalar is told its description."""

_VIEWER = re.compile(r"Swagger-?UI|Redoc\.init|createApiReference|RapiDoc", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:url|specUrl|spec_url|configUrl|spec-url)[\"']?\s*:\s*[\"']([^\"'\s]{1,500})[\"']")
_REDOC = re.compile(r"Redoc\.init\(\s*[\"']([^\"'\s]{1,500})[\"']")
_INITIALIZER = re.compile(r"swagger-(?:ui-)?init(?:ializer)?\b[\w.-]*\.js(?:\?|$)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:openapi|swagger|api-?docs?|api-?spec|apidescription|discovery)[\w.-]*(?:/[\w.-]+){0,2}?"
    r"\.(?:json|ya?ml)(?:\.gz)?(?:\?|$)"
    r"|/(?:v\d/)?api-docs(?:\?|$)|[$]discovery/rest|[./-]openapi(?:\?|$)",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"^[\d.\s]*[;,]\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_SUFFIXED = re.compile(r"\.(?:json|ya?ml)(?:\.gz)?(?:\?|$)", re.IGNORECASE)
_LINK = re.compile(r"<([^>]{0,2000})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:\"[^\"]{0,500}\"|[^\s;,\"]{1,500})){0,20})")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")
_WRITTEN = re.compile(
    r"\]\(\s*<?([^()\s<>]{1,500})>?[^()]{0,200}\)|<(https?://[^<>\s]{1,500})>|(https?://[^\s<>\"'`\])]{1,500})"
)


def in_markup(found: Sequence[Tag], most: int) -> Pointers:
    """Find the pointers of an HTML page, `most` of each kind at most and the plainest descriptions first."""
    told = sorted(dict.fromkeys(_told(found)), key=lambda each: each[0])
    pages = dict.fromkeys(_pages(found))
    inside = [tag.text for tag in found if tag.name == "script" and _holds_description(tag)]
    return Pointers(tuple(told)[:most], tuple(pages)[:most], tuple(inside)[:most])


def in_text(text: str, most: int) -> Pointers:
    """Find the pointers of a page in Markdown or plain text, `most` of each kind at most."""
    written = dict.fromkeys(next(filter(None, hit)).rstrip(".,;:!?") for hit in _WRITTEN.findall(text))
    told = {(authority, one): None for one in written if (authority := _by_name(one)) is not None}
    pages = [one for one in written if _by_name(one) is None]
    return Pointers(tuple(told)[:most], tuple(pages)[:most])


def in_headers(links: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Read Link headers (RFC 8288): each relation, the reference and its media type."""
    for header in links:
        for reference, parameters in _LINK.findall(header):
            given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
            for relation in given.get("rel", "").lower().split():
                yield relation, reference, given.get("type", "")


def in_answer(links: Sequence[str]) -> Pointers:
    """Find the pointers of Link headers."""
    related = list(in_headers(links))
    told = [(Authority.DECLARED, to) for relation, to, kind in related if relation in _DECLARED or _TYPES.match(kind)]
    return Pointers(tuple(told), tuple(to for relation, to, _ in related if relation in _DOCUMENTED))


def in_script(text: str) -> Pointers:
    """Find the pointers in the script of a viewer of descriptions."""
    told = [*_REDOC.findall(text), *_TOLD.findall(text)] if _VIEWER.search(text) else []
    return Pointers(tuple((Authority.EMBEDDED, one.replace("\\/", "/")) for one in dict.fromkeys(told)))


def base_of(found: Sequence[Tag]) -> str:
    """Give what the page's references are relative to, empty for the page itself."""
    return next((tag.attributes["href"] for tag in found if tag.name == "base" and "href" in tag.attributes), "")


def _told(found: Sequence[Tag]) -> Iterator[tuple[Authority, str]]:
    for tag in found:
        reference = tag.attributes.get("href", "")
        if tag.name in ("link", "a") and reference:
            if tag.words("rel") & _DECLARED or _TYPES.match(tag.attributes.get("type", "")):
                yield Authority.DECLARED, reference
            elif tag.name == "a" and (authority := _by_name(reference)) is not None:
                yield authority, reference
        yield from ((Authority.EMBEDDED, tag.attributes[name]) for name in _ATTRIBUTES if tag.attributes.get(name))
        if tag.name == "script":
            yield from _of_script(tag)


def _of_script(tag: Tag) -> Iterator[tuple[Authority, str]]:
    source = tag.attributes.get("src", "")
    if _INITIALIZER.search(source[:MOST_CHARACTERS]):
        yield Authority.EMBEDDED, source
    if tag.attributes.get("id") == _SCALAR:
        told = (tag.attributes.get("data-url", ""), *_TOLD.findall(tag.attributes.get("data-configuration", "")))
        yield from ((Authority.EMBEDDED, one) for one in told if one)
    yield from in_script(tag.text).descriptions


def _pages(found: Sequence[Tag]) -> Iterator[str]:
    for tag in found:
        if tag.name == "meta" and tag.attributes.get("http-equiv", "").lower() == "refresh":
            yield from _REFRESH.findall(tag.attributes.get("content", "")[:MOST_CHARACTERS])
        reference = tag.attributes.get("href" if tag.name in ("a", "area", "link") else "src", "")
        is_followed = tag.name in ("a", "area", "frame", "iframe") or bool(tag.words("rel") & {*_DOCUMENTED, "next"})
        if is_followed and reference and not reference.startswith("#") and _by_name(reference) is None:
            yield reference


def _holds_description(tag: Tag) -> bool:
    opening = tag.text[:2000]
    return bool(_JSON_TYPES.match(tag.attributes.get("type", ""))) and any(
        f'"{key}"' in opening for key in ("openapi", "swagger")
    )


def _by_name(reference: str) -> Authority | None:
    bare = reference[:MOST_CHARACTERS].partition("#")[0]
    if _NAMED.search(bare):
        return Authority.NAMED
    return Authority.SUFFIXED if _SUFFIXED.search(bare) else None
