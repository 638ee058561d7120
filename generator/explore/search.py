"""Search: whatever answers a query with places on the web; a JSON endpoint over HTTP, or an index in files."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import orjson

from generator.explore.errors import ExploreError, RefusedError
from generator.explore.url import parse
from generator.explore.web import Web

QUERY = "{query}"
"""Stands in an endpoint's URL for the words to search for."""

_MOST_TEXT = 400
_MOST_ANSWER_BYTES = 2_000_000
_TIMEOUT_S = 20.0
_TITLE_WEIGHT = 3
_WORD = re.compile(r"\w+")


class SearchError(ExploreError):
    """A search that cannot be made, in one sentence."""


@dataclass(frozen=True, slots=True)
class Result:
    """A place on the web, with a few words about it."""

    url: str
    title: str
    text: str


class Search(Protocol):
    """Whatever answers a query."""

    async def find(self, query: str, most: int) -> Sequence[Result]:
        """Find places for a query, the best first, or raise a SearchError."""
        ...


class EndpointSearch:
    """Searches by an HTTP endpoint that answers with JSON: a list of results, or an object that holds one."""

    def __init__(self, template: str, web: Web) -> None:
        self._template, self._web = template, web

    async def find(self, query: str, most: int) -> Sequence[Result]:
        """Ask the endpoint. The template may hold a key, so no error repeats it."""
        url = parse(self._template.replace(QUERY, quote(query, safe="")))
        try:
            answer = await self._web.get(url, most_bytes=_MOST_ANSWER_BYTES, timeout_s=_TIMEOUT_S)
        except RefusedError as error:
            raise SearchError(f"the search at {url.place} gave no answer: {error}") from error
        if answer.status != HTTPStatus.OK:
            raise SearchError(f"the search at {url.place} answered with status {answer.status}; check ENVFARM_SEARCH")
        try:
            found = list(_results(orjson.loads(answer.content)))
        except orjson.JSONDecodeError as error:
            raise SearchError(f"the search at {url.place} answered what is no JSON; check ENVFARM_SEARCH") from error
        return found[:most]


class IndexSearch:
    """Searches files of JSON lines, each an object with `url`, `title` and `text`."""

    def __init__(self, place: Path) -> None:
        self._place = place

    async def find(self, query: str, most: int) -> Sequence[Result]:
        """Find the entries that hold most of the query's words; a word in the title counts three times."""
        words = frozenset(_WORD.findall(query.lower()))
        ranked = ((_score(one, words), -place, one) for place, one in enumerate(self._entries()))
        best = heapq.nlargest(most, (each for each in ranked if each[0]), key=lambda each: each[:2])
        return [one for _, _, one in best]

    def _entries(self) -> Iterator[Result]:
        files = sorted(self._place.glob("*.jsonl")) if self._place.is_dir() else [self._place]
        if not files:
            raise SearchError(f"{self._place}: holds no .jsonl file; check ENVFARM_SEARCH")
        for path in files:
            try:
                with path.open("rb") as lines:
                    for number, line in enumerate(lines, 1):
                        yield from _results(_entry(line, path, number))
            except OSError as error:
                raise SearchError(f"{path}: cannot be read: {error.strerror}; check ENVFARM_SEARCH") from error


def _entry(line: bytes, path: Path, number: int) -> list[Any]:  # Any: what a foreign line holds
    try:
        return [orjson.loads(line)]
    except orjson.JSONDecodeError as error:
        raise SearchError(f"{path}: line {number} is no JSON: {error.msg}; check ENVFARM_SEARCH") from error


def _results(found: Any) -> Iterator[Result]:  # Any: what a foreign answer holds
    """Take what search services name differently: `results`, `items`; `url`, `link`; `content`, `snippet`, `text`."""
    if isinstance(found, Mapping):
        found = found.get("results") or found.get("items") or []
    for each in found if isinstance(found, list) else []:
        if isinstance(each, Mapping):
            url = _first(each, "url", "link", "href")
            if url:
                text = " ".join(_first(each, "text", "content", "snippet", "description").split())
                yield Result(url, _first(each, "title", "name"), text[:_MOST_TEXT])


def _first(each: Mapping[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := each.get(name), str) and value), "")


def _score(one: Result, words: frozenset[str]) -> int:
    in_title, in_text = (frozenset(_WORD.findall(text.lower())) for text in (one.title, one.text))
    return _TITLE_WEIGHT * len(words & in_title) + len(words & in_text)
