"""Bounds: how far an exploration may go, how long, how fast and where."""

from __future__ import annotations

from dataclasses import dataclass

from generator.explore.url import DEFAULT_PORTS, Url
from generator.readers.content import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one exploration may take.

    `depth` counts links from the start. `documents` counts what was asked for, there or not, but neither redirects nor
    robots.txt. `size_bytes` is of all that is received, unpacked; `document_bytes` of one document. `seconds` are those
    spent on fetching, waits for the pace included. `rate` is in requests a second to one origin. `redirects` and
    `links` are of one document.
    """

    depth: int = 3
    documents: int = 60
    size_bytes: int = 100_000_000
    document_bytes: int = MOST_BYTES
    seconds: float = 300.0
    request_seconds: float = 20.0
    rate: float = 2.0
    redirects: int = 5
    links: int = 300


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an exploration may go: hosts as `name` or `name:port`; None for every host of the public internet.

    A name alone stands for its ports 80 and 443. `private` are the places that may lie at addresses that are not
    public, each with its port.
    """

    hosts: frozenset[str] | None
    private: frozenset[str] = frozenset()

    def holds(self, url: Url) -> bool:
        """Whether a URL lies within reach, as far as its host and port tell."""
        if self.hosts is None:
            return True
        return url.place in self.hosts or (url.host in self.hosts and url.port in DEFAULT_PORTS)


def reach_of(start: Url, hosts: frozenset[str] = frozenset(), private: frozenset[str] = frozenset()) -> Reach:
    """Give the reach of an exploration that stays on the host of its start, and on those that are named."""
    return Reach(hosts | {start.host, start.place}, private)
