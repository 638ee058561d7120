"""Plain HTTP to a farm: one pool of connections, a deadline for every answer, and trouble said in a sentence."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import defaultdict, deque
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import orjson

from farm.connection import Connection, Origin, Response
from farm.errors import AccessError, AnswerError, AnswerLostError, DeadlineError, FarmError, status_error

IDLE_S = 2.0
"""How long an unused connection is kept: less than any server's own wait, so that no call meets a closing one."""

CONNECTIONS = 64
"""How many requests are in flight at once; more wait their turn, first come, first served."""

_REPEATABLE = frozenset({"GET", "DELETE"})
_LINE_BREAK = re.compile(r"[\r\n\0]")
_SAFE = "/%:@!$&'()*+,;=?"
"""What a request's target may hold beside letters, digits and `-._~`: the rest is percent-encoded (RFC 3986)."""


class Http:
    """A pool of connections to one farm; an async context manager. `token` goes with every request."""

    def __init__(self, token: str | None) -> None:
        self._headers = bearing(token)
        self._idle: dict[Origin, deque[Connection]] = defaultdict(deque)
        self._open: set[Connection] = set()
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._is_entered = False

    async def __aenter__(self) -> Self:
        self._is_entered = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; requests in flight fail."""
        self._is_entered = False
        for connection in tuple(self._open):
            connection.close()
        await asyncio.sleep(0)  # the loop tells a connection of its end when its turn comes

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float,
    ) -> bytes:
        """Send a request and return the answer's body; a FarmError says why there is none.

        `timeout_s` runs from when its turn comes: thousands may wait here, and a deadline is to tell that a farm hangs.
        """
        assert self._is_entered, "enter the pool first: `async with Http(token) as http`"
        scheme, _, rest = url.partition("://")
        name, slash, path = rest.partition("/")
        origin = Origin.of(f"{scheme}://{name}")
        target = slash + quote(path, _SAFE) if slash else "/"
        target += f"?{urlencode(query)}" if query else ""
        request = _request(method, target, origin, body, self._headers, headers or {})
        async with self._turns:
            response = await self._answer(method, origin, url, request, timeout_s)
        trouble = complaint(response.status, url, response.content, response.location)
        if trouble is not None:
            raise trouble
        return response.content

    async def _answer(self, method: str, origin: Origin, url: str, request: bytes, timeout_s: float) -> Response:
        """Send a request over a connection that rests, or over a new one.

        One that rests may have been closed at the other end by now; what can be asked twice is then asked again.
        """
        clock = asyncio.get_running_loop()
        ends = clock.time() + timeout_s
        rested = self._rested(origin, clock.time())
        if rested is not None:
            try:
                return await self._asked(rested, origin, url, request, timeout_s, timeout_s)
            except AnswerLostError:
                if method not in _REPEATABLE:
                    raise
        fresh = await self._opened(origin, url, timeout_s)
        return await self._asked(fresh, origin, url, request, ends - clock.time(), timeout_s)

    async def _asked(
        self, connection: Connection, origin: Origin, url: str, request: bytes, left_s: float, timeout_s: float
    ) -> Response:
        """Ask over a connection, which then rests if it can be asked again."""
        response = await connection.ask(url, request, left_s, timeout_s)
        if connection.is_reusable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle[origin].append(connection)
        return response

    def _rested(self, origin: Origin, now: float) -> Connection | None:
        """Take the connection that was used last; those unused for too long are closed."""
        resting = self._idle[origin]
        while resting and now - resting[0].idle_since > IDLE_S:
            resting.popleft().close()
        while resting:
            connection = resting.pop()
            if connection.is_reusable:
                return connection
        return None

    async def _opened(self, origin: Origin, url: str, timeout_s: float) -> Connection:
        context = self._context if origin.is_secure else None
        try:
            async with asyncio.timeout(timeout_s):
                return await Connection.open(origin, url, self._open, context)
        except TimeoutError as error:
            raise DeadlineError(f"{url}: no answer within {timeout_s:g} s") from error

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def bearing(token: str | None) -> dict[str, str]:
    """Return the headers by which a farm knows its caller; AccessError if the token cannot stand in one."""
    if token is not None and _LINE_BREAK.search(token):
        raise AccessError("the farm's token has a line break in it, which no header can carry; give it without")
    return {} if token is None else {"authorization": f"Bearer {token}"}


def complaint(status: int, url: str, body: bytes, location: str = "") -> FarmError | None:
    """Return the error that an HTTP answer means; None if it means none, or MCP has a word of its own for it."""
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status < HTTPStatus.BAD_REQUEST:
        return AnswerError(f"{url}: sent on to {location or 'elsewhere'} (HTTP {status}); give that address instead")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    if "jsonrpc" in said:
        return None
    error = said.get("error")
    return status_error(status, url, str(error.get("message", "")) if isinstance(error, dict) else "")


def _request(method: str, target: str, origin: Origin, body: bytes | None, *headers: Mapping[str, str]) -> bytes:
    """Write a request as it goes over the line."""
    lines = [f"{method} {target} HTTP/1.1", f"host: {origin.name}"]
    lines += [f"{name}: {value}" for each in headers for name, value in each.items()]
    if body is not None or method == "POST":
        lines.append(f"content-length: {len(body or b'')}")
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + (body or b"")
