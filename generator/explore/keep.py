"""Keeping what an exploration found: each document as it came, with its sidecar, and the report of the whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from generator.explore.site import Explored, Hit
from generator.readers.capture import Capture, keep
from generator.readers.pages import FORMAT as DOCUMENTATION

REPORT = "exploration.json"
_MOST_FOUND = 10


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Visited(_Frozen):
    """A document that was fetched; `depth` is how many links from the start it lies."""

    url: str
    depth: int
    size_bytes: int
    said: str


class Refused(_Frozen):
    """A URL that was not fetched, or not read, and the sentence that says why."""

    url: str
    why: str


class Stated(_Frozen):
    """A licence that a page states for itself."""

    page: str
    licence: str


class Kept(_Frozen):
    """A document that an environment can be made from. `operations` it describes, or speaks of if it is a page.

    `via` is the page that named it, empty for the start; `named` says how.
    """

    path: str
    kind: Literal["description", "page"]
    format: str
    title: str
    operations: int
    url: str
    sha256: str
    licence: str
    licence_url: str
    via: str
    named: str


class Exploration(_Frozen):
    """The report of an exploration. `found` has the best first; `stopped` is the bound that ended it, if one did."""

    exploration: Literal[1] = 1
    start: str
    date: str
    found: tuple[Kept, ...]
    visited: tuple[Visited, ...]
    refused: tuple[Refused, ...]
    missing: tuple[str, ...]
    licences: tuple[Stated, ...]
    stopped: str


def kept(explored: Explored, folder: Path, today: date) -> Exploration:
    """Write what was found and the report into a folder; give the report."""
    exploration = Exploration(
        start=explored.start.text,
        date=today.isoformat(),
        found=tuple(_kept(hit, folder, today) for hit in explored.hits[:_MOST_FOUND]),
        visited=tuple(
            Visited(url=one.url, depth=one.depth, size_bytes=one.size_bytes, said=one.said) for one in explored.visited
        ),
        refused=tuple(Refused(url=url, why=why) for url, why in explored.refused),
        missing=explored.missing,
        licences=tuple(Stated(page=page, licence=licence) for page, licence in explored.licences),
        stopped=explored.stopped,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REPORT).write_text(exploration.model_dump_json(indent=2) + "\n", "utf-8")
    return exploration


def _kept(hit: Hit, folder: Path, today: date) -> Kept:
    fetched, reading = hit.fetched, hit.reading
    kind: Literal["description", "page"] = "description" if reading.resource else "page"
    title = reading.resource.title if reading.resource else reading.page.title if reading.page else ""
    capture = Capture(
        kind=kind,
        format=reading.resource.format if reading.resource else DOCUMENTATION,
        title=title,
        url=fetched.url.text,
        final_url=fetched.final_url.text,
        date=today.isoformat(),
        content_type=fetched.content_type,
        size_bytes=len(fetched.content),
        sha256=fetched.sha256,
        licence=reading.licence.name,
        licence_url=reading.licence.url,
    )
    path = keep(folder, fetched.content, capture)
    return Kept(
        path=str(path),
        kind=kind,
        format=capture.format,
        title=title,
        operations=reading.operations,
        url=capture.final_url,
        sha256=capture.sha256,
        licence=capture.licence,
        licence_url=capture.licence_url,
        via=hit.via,
        named=hit.authority.name.lower().replace("_", " "),
    )
