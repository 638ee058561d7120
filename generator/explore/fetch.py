"""The fetcher: documents of the web within reach, robots.txt, pace and bounds; each hop of a redirect checked anew."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from generator.explore import robots
from generator.explore.bounds import Bounds, Reach
from generator.explore.errors import OverError, RefusedError, TooLargeError
from generator.explore.robots import Rules, rules_of
from generator.explore.url import DEFAULT_PORTS, Url
from generator.explore.web import Answer, Web

_MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True, slots=True)
class Time:
    """What tells the time in seconds, from anywhere on, and what lets some of it pass."""

    now: Callable[[], float]
    pause: Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came. `url` was asked for, `final_url` answered; `links` are its Link headers."""

    url: Url
    final_url: Url
    content_type: str
    content: bytes
    links: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class Fetcher:
    """Fetches documents one after another. It owns what has been used up: documents, bytes, and the time they took."""

    def __init__(self, web: Web, reach: Reach, bounds: Bounds, time: Time) -> None:
        self.documents = 0
        self.bounds = bounds
        self._web, self._reach, self._time = web, reach, time
        self._left_s = bounds.seconds
        self._end = 0.0
        self._rules: dict[str, Rules] = {}
        self._lost: dict[str, RefusedError] = {}
        self._next_at: dict[str, float] = {}

    @property
    def received(self) -> int:
        """How many bytes came so far."""
        return self._web.received

    def beyond(self, url: Url) -> RefusedError | None:
        """Give what refuses a URL that is out of reach; None for one within."""
        if self._reach.holds(url):
            return None
        named = url.host if url.port in DEFAULT_PORTS else url.place
        return RefusedError(f"out of reach, another host; to go there, give --allow-host {named}", is_final=True)

    async def fetch(self, url: Url) -> Fetched:
        """Fetch one document, through its redirects. Raises RefusedError about it, OverError about the whole."""
        begun = self._time.now()
        self._end = begun + self._left_s
        try:
            return await self._fetch(url)
        finally:
            self._left_s -= self._time.now() - begun

    async def _fetch(self, url: Url) -> Fetched:
        await self._allowed(url)
        if self.documents >= self.bounds.documents:
            raise OverError(f"{self.bounds.documents} documents were asked for, and no more may be; see --documents")
        self.documents += 1
        place, answer = await self._hops(url, self._ask_politely)
        if answer.status in _MISSING:
            raise RefusedError(f"there is nothing: status {answer.status:d}", is_missing=True)
        if answer.status != HTTPStatus.OK:
            raise RefusedError(f"the server answered with status {answer.status:d}")
        return Fetched(url, place, answer.content_type, answer.content, answer.links)

    async def _hops(self, url: Url, ask: Callable[[Url], Awaitable[Answer]]) -> tuple[Url, Answer]:
        passed = [url]
        while True:
            answer = await ask(passed[-1])
            if not answer.location:
                return passed[-1], answer
            following = passed[-1].join(answer.location)
            if following in passed:
                raise RefusedError(f"redirects in a circle, to {following.text}")
            if len(passed) > self.bounds.redirects:
                raise RefusedError(f"more than {self.bounds.redirects} redirects, the last to {following.text}")
            passed.append(following)

    async def _ask_politely(self, url: Url) -> Answer:
        rules = await self._allowed(url)
        return await self._ask(url, self.bounds.document_bytes, rules.delay_s)

    async def _allowed(self, url: Url) -> Rules:
        """Give the rules of a URL that is within reach and that they allow; RefusedError for any other."""
        self._check_reach(url)
        if url.origin in self._lost:
            raise RefusedError(str(self._lost[url.origin]), is_final=True)
        if url.origin not in self._rules:
            self._rules[url.origin] = await self._read_rules(url.join("/robots.txt"))
        rules = self._rules[url.origin]
        if rules.barred:
            raise RefusedError(rules.barred)
        if not rules.allows(url.text):
            raise RefusedError(f"robots.txt of {url.place} forbids {url.path}")
        return rules

    async def _read_rules(self, url: Url) -> Rules:
        """Read robots.txt as RFC 9309 says: what is not there allows all, what cannot be read allows nothing."""

        async def ask(hop: Url) -> Answer:
            self._check_reach(hop)
            return await self._ask(hop, robots.MOST_BYTES, 0.0)

        try:
            _, answer = await self._hops(url, ask)
        except RefusedError as error:
            if error.is_final:
                self._lost[url.origin] = error
                raise
            return Rules(barred=f"{url.text} cannot be read, so nothing there is allowed: {error}")
        if answer.status == HTTPStatus.OK:
            return rules_of(answer.content)
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Rules()
        return Rules(barred=f"{url.text} answers with status {answer.status}, so nothing there is allowed")

    async def _ask(self, url: Url, most_bytes: int, delay_s: float) -> Answer:
        await self._keep_pace(url, delay_s)
        left_bytes = self.bounds.size_bytes - self._web.received
        left_s = self._end - self._time.now()
        timeout_s = min(self.bounds.request_seconds, left_s)
        try:
            answer = await self._web.get(url, most_bytes=min(most_bytes, left_bytes), timeout_s=timeout_s)
            self._next_at[url.origin] += answer.wait_s
            return answer
        except TooLargeError as error:
            if left_bytes >= most_bytes:
                raise
            raise OverError(
                f"{self.bounds.size_bytes / 1_000_000:g} MB may come in all, and {url.text} is more than what is left; "
                "see --megabytes"
            ) from error

    async def _keep_pace(self, url: Url, delay_s: float) -> None:
        now = self._time.now()
        at = max(now, self._next_at.get(url.origin, now))
        if at >= self._end:
            raise OverError(
                f"the time of {self.bounds.seconds:g} s is over, or would be before {url.place} may be asked again; "
                "see --seconds"
            )
        if at > now:
            await self._time.pause(at - now)
        self._next_at[url.origin] = max(at, self._time.now()) + max(1 / self.bounds.rate, delay_s)

    def _check_reach(self, url: Url) -> None:
        refused = self.beyond(url)
        if refused is not None:
            raise refused
