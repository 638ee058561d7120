"""Endpoints: the operations that a page in Markdown speaks of, each with a few words about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_ENDPOINTS = 500
"""Of one page."""

_CALL = re.compile(
    r"(?<![\w/])(GET|POST|PUT|PATCH|DELETE)[\s*`|:\\]{1,80}(?:https?://[^/\s`|]{1,253})?(/[\w\-./{}:<>$~%@+,;=\[\]]*)"
)
_CURL = re.compile(r"\bcurl\b")
_CURL_VERB = re.compile(r"(?:-X|--request)[\s=]*[\"']?([A-Z]{3,7})\b")
_CURL_BODY = re.compile(r"\s(?:-d|--data(?:-\w+)?|-F|--form|--json)\b")
_URL = re.compile(r"https?://[^\s'\"`\\|]+")
_CONTINUED = re.compile(r"\\\n\s*")
_HEADING = re.compile(r"#{1,6}\s+(.*?)[\s#]*$")
_FORMATTING = re.compile(r"[`*|\\]+|(?<=\s)[-–—:]+(?=\s)")
_PARAMETER = re.compile(r"(?<=/)(?::(\w+)|<(\w+)>)")
_MOST_SUMMARY = 160
_MOST_LINE = 4000
"""No sentence is so long; what is, is code in one line."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation as a page tells it; a parameter in the path is written {name}."""

    method: str
    path: str
    summary: str


def endpoints(text: str) -> tuple[Endpoint, ...]:
    """Find the operations of a page, in their order, each once."""
    found: dict[tuple[str, str], Endpoint] = {}
    heading = ""
    for line in _CONTINUED.sub(" ", text).splitlines():
        titled = _HEADING.match(line[:_MOST_LINE])
        for one in _in_line(line[:_MOST_LINE], "" if titled else heading):
            key = (one.method, one.path)
            if key not in found or not found[key].summary:
                found[key] = one
        if len(found) >= MOST_ENDPOINTS:
            break
        heading = _plain(titled[1]) if titled else heading
    return tuple(found.values())


def _in_line(line: str, heading: str) -> Iterator[Endpoint]:
    calls = list(_CALL.finditer(line))
    ends = [call.start() for call in calls[1:]] + [len(line)]
    for call, end in zip(calls, ends[: len(calls)], strict=True):
        rest = line[call.end() : end]
        yield Endpoint(call[1], _path(call[2]), _plain(rest) or heading)
    url = _URL.search(line) if not calls and _CURL.search(line) else None
    if url:
        verb = _CURL_VERB.search(line)
        method = verb[1] if verb else "POST" if _CURL_BODY.search(line) else "GET"
        try:
            path = urlsplit(url[0]).path
        except ValueError:  # brackets of an IPv6 address that are not closed
            return
        yield Endpoint(method, _path(path or "/"), heading)


def _path(written: str) -> str:
    trimmed = written.rstrip(".,;:") or "/"
    return _PARAMETER.sub(lambda name: "{" + (name[1] or name[2]) + "}", trimmed)


def _plain(text: str) -> str:
    return " ".join(_FORMATTING.sub(" ", text).split()).strip(" -:.,;")[:_MOST_SUMMARY]
