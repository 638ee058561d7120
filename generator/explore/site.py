"""The exploration of a site: what it declares first, then the well-known places, then page after page."""

from __future__ import annotations

import heapq
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.explore.catalogs import well_known
from generator.explore.errors import OverError, RefusedError
from generator.explore.fetch import Fetched, Fetcher
from generator.explore.pointers import Authority
from generator.explore.reading import Reading, reading_of
from generator.explore.url import Url

logger = logging.getLogger(__name__)

MOST_PAGES = 5
"""How many pages of documentation an exploration gives, the best ones."""

_MOST_WAITING = 2_000
"""How many links wait to be followed; a page bomb adds no more."""

_PROMISE = re.compile(r"\b(api|apis|reference|rest|openapi|swagger|endpoints?|docs?|developers?)\b", re.IGNORECASE)
_MOST_PROMISE = 3
_NO_PAGES = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|mjs|map|woff2?|ttf|pdf|zip|t?gz|bz2|xz|exe|dmg|mp[34]|webm|xml|rss|atom)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A document that was fetched: how many links from the start it lies, and what it turned out to be."""

    url: str
    depth: int
    size_bytes: int
    said: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something an environment can be made from. `via` is the page that named it, empty for the start."""

    fetched: Fetched
    reading: Reading
    authority: Authority
    via: str


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration came to: hits, the best first; what was visited, refused with the reason, and not there.

    `stopped` is the sentence of the bound that ended it, empty where it ended by itself. `licences` are those that
    pages stated for themselves, each after its page; whether they cover a description too is for a person to say.
    """

    start: Url
    hits: tuple[Hit, ...]
    visited: tuple[Visit, ...]
    refused: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    licences: tuple[tuple[str, str], ...]
    stopped: str


async def explore(start: Url, fetcher: Fetcher) -> Explored:
    """Explore a site from one URL on, in an order that time has no part in."""
    walk = _Walk(start, fetcher)
    stopped = ""
    try:
        await walk.run()
    except OverError as error:
        stopped = str(error)
    return Explored(
        start=start,
        hits=walk.hits(),
        visited=tuple(walk.visited),
        refused=tuple(walk.refused.items()),
        missing=tuple(walk.missing),
        licences=tuple(walk.licences.items()),
        stopped=stopped,
    )


@dataclass(slots=True)
class _Walk:
    """The state of an exploration. What waits is ordered by promise, and then by when it was met."""

    start: Url
    fetcher: Fetcher
    visited: list[Visit] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    licences: dict[str, str] = field(default_factory=dict)
    _descriptions: list[Hit] = field(default_factory=list)
    _pages: list[Hit] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _left: set[str] = field(default_factory=set)
    _contents: dict[str, str] = field(default_factory=dict)
    _announced: list[tuple[Authority, int, str, Url, int]] = field(default_factory=list)
    _waiting: list[tuple[int, int, str, Url, int]] = field(default_factory=list)
    _met: int = 0
    _is_hopeless: bool = False

    async def run(self) -> None:
        """Go on until a description was plainly named, or nothing is left."""
        self._known.add(self.start.text)
        await self._open(self.start, Authority.START, "", 0)
        await self._read_announced()
        if self._is_hopeless:
            return
        if not any(hit.authority <= Authority.EMBEDDED for hit in self._descriptions):
            self._announce([(Authority.WELL_KNOWN, path) for path in well_known(self.start)], self.start, "", 0)
            await self._read_announced()
        while self._waiting and not self._descriptions:
            _, _, via, url, depth = heapq.heappop(self._waiting)
            await self._open(url, Authority.SUFFIXED, via, depth)
            await self._read_announced()

    def hits(self) -> tuple[Hit, ...]:
        """Give the descriptions, the most plainly named first, then the largest; else the best pages."""
        return tuple(sorted(self._descriptions, key=_rank_of_description)) or tuple(self._pages)

    async def _open(self, url: Url, authority: Authority, via: str, depth: int) -> None:
        try:
            fetched = await self.fetcher.fetch(url)
            self._known.add(fetched.final_url.text)
            same = self._contents.setdefault(fetched.sha256, url.text)
            if same != url.text:
                self._visit(fetched, depth, f"the same as {same}")
                return
            reading = reading_of(fetched, self.fetcher.bounds.links)
        except RefusedError as error:
            self._refuse(url, error)
            return
        self._visit(fetched, depth, reading.said)
        self._take(Hit(fetched, reading, authority, via))
        self._follow(reading, fetched, depth)

    def _take(self, hit: Hit) -> None:
        if hit.reading.resource is not None:
            self._descriptions.append(hit)
        if hit.reading.page is not None and hit.reading.licence.name:
            self.licences[hit.fetched.final_url.text] = hit.reading.licence.name
        if hit.reading.is_documentation:
            self._pages = sorted([*self._pages, hit], key=_rank_of_page)[:MOST_PAGES]

    def _follow(self, reading: Reading, fetched: Fetched, depth: int) -> None:
        place = fetched.final_url.text
        for text in reading.pointers.inside:
            self._take_inside(fetched, text, depth)
        self._announce(reading.pointers.descriptions, reading.base, place, depth)
        if depth >= self.fetcher.bounds.depth:
            return
        for reference in reading.pointers.pages:
            url = self._fresh(reading.base, reference)
            if url is None or _NO_PAGES.search(url.path) or len(self._waiting) >= _MOST_WAITING:
                continue
            refused = self.fetcher.beyond(url)
            if refused is not None:
                self._leave(url, refused)
                continue
            self._met += 1
            heapq.heappush(self._waiting, (depth + 1 - _promise(url), self._met, place, url, depth + 1))

    def _take_inside(self, fetched: Fetched, text: str, depth: int) -> None:
        inside = Fetched(fetched.url, fetched.final_url, "application/json", text.strip().encode())
        try:
            reading = reading_of(inside, 0)
        except RefusedError as error:
            self.refused.setdefault(f"{fetched.final_url.text} (inside the page)", str(error))
            return
        self._visit(inside, depth, f"{reading.said} (inside the page)")
        self._take(Hit(inside, reading, Authority.EMBEDDED, fetched.final_url.text))

    def _announce(self, told: Iterable[tuple[Authority, str]], base: Url, via: str, depth: int) -> None:
        for authority, reference in told:
            url = self._fresh(base, reference)
            if url is not None:
                self._met += 1
                heapq.heappush(self._announced, (authority, self._met, via, url, depth + 1))

    async def _read_announced(self) -> None:
        while self._announced:
            authority, _, via, url, depth = heapq.heappop(self._announced)
            await self._open(url, authority, via, depth)

    def _fresh(self, base: Url, reference: str) -> Url | None:
        """Make a reference a URL; None if it is none that can be followed, or is known already."""
        try:
            url = base.join(reference)
        except RefusedError:
            return None  # mail, telephone, scripts: no page ever
        if url.text in self._known:
            return None
        self._known.add(url.text)
        return url

    def _visit(self, fetched: Fetched, depth: int, said: str) -> None:
        logger.info("%s: %s", fetched.final_url.text, said)
        self.visited.append(Visit(fetched.final_url.text, depth, len(fetched.content), said))

    def _leave(self, url: Url, beyond: RefusedError) -> None:
        """Tell of another host once, however many links lead there."""
        if url.place not in self._left:
            self._left.add(url.place)
            self._refuse(url, beyond)

    def _refuse(self, url: Url, error: RefusedError) -> None:
        if error.is_missing and url != self.start:
            self.missing.append(url.text)
            return
        logger.info("%s: refused: %s", url.text, error)
        self.refused.setdefault(url.text, str(error))
        self._is_hopeless = self._is_hopeless or (error.is_final and url == self.start)


def _promise(url: Url) -> int:
    return min(_MOST_PROMISE, len({word.lower() for word in _PROMISE.findall(url.text)}))


def _rank_of_description(hit: Hit) -> tuple[int, int]:
    return hit.authority, -hit.reading.operations


def _rank_of_page(hit: Hit) -> tuple[int, int]:
    return -hit.reading.operations, -hit.reading.words
