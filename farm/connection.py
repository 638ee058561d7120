"""One kept-alive HTTP/1.1 connection to a farm: a request at a time, its answer read by httptools."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

import httptools

from farm.errors import AnswerError, DeadlineError, FarmError, gone

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """The other end of a connection; `name` is what the Host header calls it."""

    name: str
    host: str
    port: int
    is_secure: bool

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, url: str) -> Self:
        """Read `scheme://host:port`; AnswerError if it is no such thing."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise AnswerError(f"{url}: not the URL of a farm: {error}") from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise AnswerError(f"{url}: not the URL of a farm; expected http://HOST:PORT or https://HOST:PORT")
        is_secure, name = parts.scheme == "https", parts.netloc.rpartition("@")[2]
        return cls(name, parts.hostname, port or _PORTS[parts.scheme], is_secure)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back for a request; `location` is where a redirection leads."""

    status: int
    content: bytes
    location: str = ""


class Connection(asyncio.Protocol):
    """A connection; while it is up it is one of its `peers`."""

    def __init__(self, peers: set[Connection]) -> None:
        self.idle_since = 0.0
        self._peers = peers
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[Response] | None = None
        self._url = ""
        self._chunks: list[bytes] = []
        self._has_head = self._is_sized = False
        self._location = ""

    @classmethod
    async def open(cls, origin: Origin, url: str, peers: set[Connection], context: ssl.SSLContext | None) -> Connection:
        """Connect, for a request to `url`; a FarmError says why that cannot be."""
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(peers), origin.host, origin.port, ssl=context
            )
        except TimeoutError:
            raise
        except OSError as error:
            raise gone(url, error, is_there=False) from error
        return connection

    @property
    def is_reusable(self) -> bool:
        """Whether another request may be sent."""
        return self._transport is not None and self._waiter is None and not self._transport.is_closing()

    async def ask(self, url: str, request: bytes, left_s: float, timeout_s: float) -> Response:
        """Send a request and wait for all of its answer; whatever goes wrong with it closes the connection.

        There are `left_s` for it, of the `timeout_s` there were.
        """
        assert self._waiter is None, "one request at a time"
        if self._transport is None:
            raise gone(url, ConnectionResetError(), is_there=True)
        waiter: asyncio.Future[Response] = self._loop.create_future()
        self._waiter = waiter
        self._url, self._location = url, ""
        self._has_head = self._is_sized = False
        deadline = self._loop.call_later(left_s, self._expire, timeout_s)
        self._transport.write(request)
        try:
            return await waiter
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            deadline.cancel()

    def close(self) -> None:
        """Hang up; a request in flight fails."""
        self._has_head = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # no other is made
        """Begin."""
        self._transport = transport
        self._peers.add(self)

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._waiter is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(AnswerError(f"{self._url}: the answer is not HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """End; an answer without a length of its own ends here, too."""
        self._transport = None
        if self._waiter is not None and self._has_head and not self._is_sized and exc is None:
            self.on_message_complete()
        self._fail(gone(self._url, exc or ConnectionResetError(), is_there=True))
        self._peers.discard(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take note of where the answer ends, and of where it sends us."""
        match name.lower():
            case b"content-length" | b"transfer-encoding":
                self._is_sized = True
            case b"location":
                self._location = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Take note that only the body is to come."""
        self._has_head = True

    def on_body(self, body: bytes) -> None:
        """Take a part of the answer."""
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        """Hand the answer over, unless it was an interim one."""
        status = self._parser.get_status_code()
        if status < HTTPStatus.OK:
            self._has_head = False
            return
        response = Response(status, b"".join(self._chunks), self._location)
        self._chunks.clear()
        waiter, self._waiter = self._waiter, None
        if not self._parser.should_keep_alive() and self._transport is not None:
            self._transport.close()
        if waiter is not None and not waiter.done():
            waiter.set_result(response)

    def _expire(self, timeout_s: float) -> None:
        self._fail(DeadlineError(f"{self._url}: no answer within {timeout_s:g} s"))

    def _fail(self, trouble: FarmError) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(trouble)
            self.close()
