"""Plain HTTP to a farm: one pool of connections, a deadline for every answer, and trouble said in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
import orjson

from farm.errors import DeadlineError, FarmError, gone, status_error

IDLE_S = 2.0
"""How long an unused connection is kept: less than the server's own 5 s, so that no call meets a closing one."""

CONNECTIONS = 64
"""How many requests are in flight at once; more wait their turn, first come, first served."""


class Http:
    """A pool of connections to one farm; an async context manager. `token` goes with every request."""

    def __init__(self, token: str | None) -> None:
        self._headers = bearing(token)
        self._pool: aiohttp.ClientSession | None = None
        self._turns = asyncio.Semaphore(CONNECTIONS)

    async def __aenter__(self) -> Self:
        self._pool = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_S),
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None),  # every request has its own deadline, over all its parts
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; requests in flight fail."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

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
        assert self._pool is not None, "enter the pool first: `async with Http(token) as http`"
        try:
            async with (
                self._turns,
                asyncio.timeout(timeout_s),
                self._pool.request(method, url, data=body, headers=headers, params=query) as response,
            ):
                content = await response.read()
        except TimeoutError as error:
            raise DeadlineError(f"{url}: no answer within {timeout_s:g} s") from error
        except aiohttp.ClientError as error:
            raise gone(url, error, is_there=not isinstance(error, aiohttp.ClientConnectorError)) from error
        trouble = complaint(response.status, url, content)
        if trouble is not None:
            raise trouble
        return content


def bearing(token: str | None) -> dict[str, str]:
    """Return the headers by which a farm knows its caller."""
    return {} if token is None else {"authorization": f"Bearer {token}"}


def complaint(status: int, url: str, body: bytes) -> FarmError | None:
    """Return the error that an HTTP answer means; None if it means none, or MCP has a word of its own for it."""
    if status < HTTPStatus.BAD_REQUEST:
        return None
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
