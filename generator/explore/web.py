"""One request at a time: a GET without cookies or credentials, bounded in bytes and seconds, to public addresses."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver

from generator.explore.addresses import PrivateAddressError, PublicResolver, check_literal
from generator.explore.errors import RefusedError, TooLargeError
from generator.explore.robots import AGENT
from generator.explore.url import Url

_HEADERS = {
    "User-Agent": f"{AGENT}/1 (looks for API descriptions; keeps to robots.txt)",
    "Accept": "application/vnd.oai.openapi+json, application/json;q=0.9, text/html;q=0.8, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""The window bits by which zlib opens each encoding (47: whichever of its own two headers comes)."""

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_WAIT_S = 10.0
"""For how long a busy server is left alone that does not say."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `location` is where it redirects to; the content is unpacked, and empty but for 200.

    `wait_s` is for how long the server asks to be left alone, 0 where it does not.
    """

    status: int
    content: bytes = b""
    content_type: str = ""
    location: str = ""
    links: tuple[str, ...] = ()
    wait_s: float = 0.0


class Web:
    """A way to the web for one exploration. `received` counts the bytes that came, unpacked, those cut off included."""

    def __init__(self, session: aiohttp.ClientSession, private: frozenset[str]) -> None:
        self.received = 0
        self._session, self._private = session, private

    @classmethod
    @asynccontextmanager
    async def open(cls, private: frozenset[str], resolver: AbstractResolver | None = None) -> AsyncIterator[Web]:
        """Open it; `private` names places (`host:port`) that need not be public, `resolver` finds addresses."""
        guard = PublicResolver(resolver or aiohttp.ThreadedResolver(), private)
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=guard, use_dns_cache=False, limit=1),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # every request has its own deadline, over all its parts
            headers=_HEADERS,
            auto_decompress=False,  # it is done here, within bounds
            trust_env=False,  # a proxy would connect to addresses that are not checked
        ) as session:
            try:
                yield cls(session, private)
            finally:
                await guard.close()

    async def get(self, url: Url, *, most_bytes: int, timeout_s: float) -> Answer:
        """Ask for a URL, following nothing. Raises RefusedError: no answer, no whole answer, or a larger one."""
        try:
            check_literal(url, self._private)
            async with (
                asyncio.timeout(timeout_s),
                self._session.get(url.text, allow_redirects=False) as response,
            ):
                return await self._answer(response, most_bytes)
        except TimeoutError as error:
            raise RefusedError(f"no whole answer within {timeout_s:g} s") from error
        except PrivateAddressError as error:
            raise _private(url, error) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, PrivateAddressError):
                raise _private(url, error.os_error) from error
            raise RefusedError(f"{url.place} cannot be reached: {error.os_error}", is_final=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise RefusedError(
                f"the answer broke off or makes no sense: {str(error) or type(error).__name__}"
            ) from error

    async def _answer(self, response: aiohttp.ClientResponse, most_bytes: int) -> Answer:
        links = tuple(response.headers.getall("Link", ()))
        location = response.headers.get("Location", "") if response.status in _REDIRECTS else ""
        if response.status != HTTPStatus.OK:
            return Answer(response.status, location=location, links=links, wait_s=_wait_s(response))
        if (response.content_length or 0) > most_bytes:
            raise TooLargeError(most_bytes)
        content = await self._content(response, most_bytes)
        return Answer(response.status, content, response.headers.get("Content-Type", ""), links=links)

    async def _content(self, response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in (*_PACKED, "identity", ""):
            raise RefusedError(f"encoded as {encoding[:40]}, which was not asked for")
        opener = zlib.decompressobj(wbits=_PACKED[encoding]) if encoding in _PACKED else None
        content = bytearray()
        async for piece in response.content.iter_any():
            made = self._opened(opener, piece, most_bytes + 1 - len(content)) if opener else piece
            content += made
            self.received += max(len(made), len(piece))
            if len(content) > most_bytes:
                raise TooLargeError(most_bytes)
            if opener and opener.eof:
                break
        if opener and not opener.eof:
            raise RefusedError("its packed content is cut short")
        return bytes(content)

    def _opened(self, opener: zlib._Decompress, piece: bytes, room: int) -> bytes:
        try:
            return opener.decompress(piece, room)
        except zlib.error as error:
            raise RefusedError(f"its packed content cannot be opened: {error}") from error


def _wait_s(response: aiohttp.ClientResponse) -> float:
    if response.status not in _BUSY:
        return 0.0
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else _WAIT_S


def _private(url: Url, error: PrivateAddressError) -> RefusedError:
    return RefusedError(f"{error}; if that is meant, give --allow-private {url.place}", is_final=True)
