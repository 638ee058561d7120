"""A link: one open line to one MCP server of any revision, kept by the official MCP client."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import httpx2
import mcp_types as wire
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import encode_header_value
from pydantic import ValidationError

from envkit.calls import Json, JsonObject, Observation
from envkit.errors import REFUSAL
from envkit.replies import KEY
from farm.errors import AnswerError, AnswerLostError, DeadlineError, FarmError, LaunchError, gone, leaves
from farm.http import IDLE_S, bearing, complaint
from farm.last_words import last_words

logger = logging.getLogger(__name__)

REVISION = "2026-07-28"
"""The revision our own servers speak; naming it saves the client a probe."""

UNKNOWN_TOOL = "unknown_tool"
FOREIGN_REFUSAL = "error"
"""The code of a refusal that carries none, from a server that is not ours."""

PAGES = 100

CONNECTIONS = 16
"""How many requests are in flight at once over the official client, which looks through all connections for each."""

ResultT = TypeVar("ResultT", wire.ListToolsResult, wire.CallToolResult)

CLIENT = wire.Implementation(name="envfarm", version="1")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a server offers it; schemas and annotations are JSON in their wire form."""

    name: str
    description: str
    input_schema: JsonObject
    output_schema: JsonObject | None
    annotations: JsonObject


_STRAYS: ContextVar[list[str]] = ContextVar("strays")
"""Where the client that runs in this context puts the lines it could not read."""


class _StrayFilter(logging.Filter):
    """Keeps lines that are no messages out of the log, and with the link they came over."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is to be logged."""
        strays = _STRAYS.get(None)
        error = record.exc_info[1] if record.exc_info else None
        if strays is None or not isinstance(error, ValidationError):
            return True
        strays += [str(each["input"]) for each in error.errors(include_url=False)[:1]]
        return False


logging.getLogger("mcp.client.stdio").addFilter(_StrayFilter())


class _InvalidParamsError(AnswerError):
    """The server found no such tool, or no sense in the request."""


class Link:
    """An open line to one MCP server of any revision.

    The official client belongs to the task that entered it, so a link keeps a task of its own for it: `call` may come
    from any task of the loop. It opens at the first use, and a line that broke stays broken.
    """

    def __init__(
        self,
        name: str,
        client: Client,
        *,
        timeout_s: float,
        log: IO[str] | None = None,
        turns: asyncio.Semaphore | None = None,
    ) -> None:
        self.strays: list[str] = []
        """Lines that came over stdio and are no messages: something prints where the protocol is spoken."""
        self._name = name
        self._client = client
        self._timeout_s = timeout_s
        self._log = log
        self._turns = turns or contextlib.nullcontext()
        self._owner: asyncio.Task[None] | None = None
        self._is_ready = asyncio.Event()
        self._is_done = asyncio.Event()

    @property
    def is_broken(self) -> bool:
        """Whether the line was closed, by either end."""
        return self._is_done.is_set() or (self._owner is not None and self._owner.done())

    @property
    def revision(self) -> str:
        """The MCP revision that both ends agreed on; only once the link has been used."""
        return self._client.protocol_version

    @property
    def server(self) -> tuple[str, str] | None:
        """The name and version the server gives itself, if it does; only once the link has been used."""
        said = self._client.server_info
        return (said.name, said.version) if said else None

    async def open(self) -> None:
        """Connect, unless connected; raises a FarmError that says why it could not be."""
        if self.is_broken:
            raise self._trouble()
        if self._is_ready.is_set():
            return
        if self._owner is None:
            self._owner = asyncio.create_task(self._own(), name=f"link {self._name}")
        ready = asyncio.create_task(self._is_ready.wait())
        try:
            await asyncio.wait({ready, self._owner}, timeout=self._timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if self._owner.done():
            raise self._trouble()
        if not self._is_ready.is_set():
            raise DeadlineError(f"{self._name}: no connection within {self._timeout_s:g} s{self._last_words()}")

    async def close(self) -> None:
        """Hang up; a server started for this link is stopped."""
        self._is_done.set()
        if self._owner is not None:
            if not self._is_ready.is_set():
                self._owner.cancel()
            await asyncio.wait({self._owner})
            if not self._owner.cancelled() and (error := self._owner.exception()) is not None:
                logger.debug("%s had broken: %r", self._name, error)  # its last caller was told

    async def tools(self) -> tuple[Tool, ...]:
        """List every tool of the server."""
        params: wire.PaginatedRequestParams | None = None
        found: list[Tool] = []
        for _ in range(PAGES):
            page = await self._request(wire.ListToolsRequest(params=params), wire.ListToolsResult, self._timeout_s)
            found += map(_tool, page.tools)
            if page.next_cursor is None:
                return tuple(found)
            params = wire.PaginatedRequestParams(cursor=page.next_cursor)
        raise AnswerError(f"{self._name}: tools/list has no end after {PAGES} pages")

    async def call(
        self, tool: str, arguments: JsonObject, *, key: str | None = None, timeout_s: float | None = None
    ) -> Observation:
        """Call a tool; a refusal is an observation, a line that failed is a FarmError.

        The client's own check of the answer against the output schema is left out: it costs a listing for each link,
        and the registry proves it once for each environment.
        """
        parts = {"name": tool, "arguments": arguments, **({} if key is None else {"_meta": {KEY: key}})}
        params = wire.CallToolRequestParams.model_validate(parts)
        limit = self._timeout_s if timeout_s is None else timeout_s
        try:
            result = await self._request(wire.CallToolRequest(params=params), wire.CallToolResult, limit)
        except _InvalidParamsError as error:
            return misdirected(str(error))
        return _observation(result)

    async def _own(self) -> None:
        _STRAYS.set(self.strays)
        async with self._client:
            self._is_ready.set()
            await self._is_done.wait()

    async def _request(self, request: wire.ClientRequest, kind: type[ResultT], timeout_s: float) -> ResultT:
        await self.open()
        try:
            async with self._turns:
                return await self._client.session.send_request(request, kind, timeout_s)
        except MCPError as error:
            if error.code == wire.CONNECTION_CLOSED and error.message == "Connection closed":
                raise await self._end() from error
            if error.code == wire.REQUEST_TIMEOUT and error.message.endswith("timed out"):
                late = f"{self._name}: no answer to {request.method} within {timeout_s:g} s"
                raise DeadlineError(late + self._last_words()) from error
            if error.code == wire.INVALID_PARAMS:
                raise _InvalidParamsError(error.message) from error
            raise AnswerError(f"{self._name}: {request.method} failed: {error.message} ({error.code})") from error
        except ValidationError as error:
            raise AnswerError(f"{self._name}: the answer to {request.method} is not MCP: {error}") from error

    async def _end(self) -> FarmError:
        self._is_done.set()
        if self._owner is not None:
            await asyncio.wait({self._owner}, timeout=self._timeout_s)
        return self._trouble()

    def _trouble(self) -> FarmError:
        """Say why the line is down; anything but trouble on the line is a bug and is raised as it is."""
        error = None
        if self._owner is not None and self._owner.done() and not self._owner.cancelled():
            error = self._owner.exception()
        for cause in leaves(error):
            if isinstance(cause, FarmError):
                return cause
            if isinstance(cause, httpx2.TransportError):
                return gone(self._name, cause, is_there=not isinstance(cause, httpx2.ConnectError))
            if isinstance(cause, OSError):
                return LaunchError(f"{self._name}: {cause}")
            if isinstance(cause, MCPError) and cause.code == wire.CONNECTION_CLOSED:
                break
            if self._is_ready.is_set():
                raise cause
            return AnswerError(f"{self._name}: no revision in common: {cause}")
        return AnswerLostError(f"{self._name}: the server closed the line{self._last_words()}")

    def _last_words(self) -> str:
        words = "" if self._log is None else last_words(self._log)
        return f"; its last words: {words}" if words else ""


@contextlib.asynccontextmanager
async def connect_stdio(
    command: str,
    args: Sequence[str] = (),
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    mode: str = "auto",
    timeout_s: float = 30.0,
) -> AsyncIterator[Link]:
    """Start any MCP server by its command and speak to it over stdin and stdout.

    `mode`: "auto" (probe, else shake hands), "legacy" (shake hands), or a revision to take for granted.
    The server sees `env` on top of a few harmless variables, and is stopped on the way out.
    """
    parameters = StdioServerParameters(command=command, args=list(args), cwd=cwd, env=dict(env or {}))
    name = " ".join([command, *args])
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        client = Client(
            stdio_client(parameters, log), mode=mode, cache=None, client_info=CLIENT, read_timeout_seconds=timeout_s
        )
        async with _opened(Link(name, client, timeout_s=timeout_s, log=log)) as link:
            yield link


@contextlib.asynccontextmanager
async def connect_url(
    url: str, *, mode: str = "auto", headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
) -> AsyncIterator[Link]:
    """Speak to any MCP server over streamable HTTP; `mode` as for `connect_stdio`."""
    async with httpx2.AsyncClient(headers=dict(headers or {}), timeout=None) as http:
        client = Client(
            streamable_http_client(url, http_client=http),
            mode=mode,
            cache=None,
            client_info=CLIENT,
            read_timeout_seconds=timeout_s,
        )
        async with _opened(Link(url, client, timeout_s=timeout_s)) as link:
            yield link


@contextlib.asynccontextmanager
async def _opened(link: Link) -> AsyncIterator[Link]:
    try:
        await link.open()
        yield link
    finally:
        await link.close()


class Links:
    """The links of one farm: they share one HTTP client, whose SSL context alone takes 20 ms to build."""

    def __init__(self, token: str | None, *, timeout_s: float) -> None:
        self._token, self._timeout_s = token, timeout_s
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._http: httpx2.AsyncClient | None = None

    def to(self, url: str) -> Link:
        """Make a link to an MCP endpoint of the newest revision; it opens at its first use."""
        self._http = self._http or _shared_http(self._token)
        transport = streamable_http_client(url, http_client=self._http, terminate_on_close=False)
        client = Client(transport, mode=REVISION, cache=None, client_info=CLIENT)
        return Link(url, client, timeout_s=self._timeout_s, turns=self._turns)

    async def close(self) -> None:
        """Close the client; call this after the links have hung up."""
        if self._http is not None:
            await self._http.aclose()


def misdirected(sentence: str) -> Observation:
    """Return the observation of a call that names no tool, or has no sense to the server."""
    code = UNKNOWN_TOOL if sentence.lower().startswith("unknown tool") else FOREIGN_REFUSAL
    return Observation(f"{code}: {sentence}", code=code)


def read_result(name: str, result: Json) -> Observation:
    """Read the result of a tools/call as JSON; AnswerError if it is none."""
    try:
        return _observation(wire.CallToolResult.model_validate(result))
    except ValidationError as error:
        raise AnswerError(f"{name}: the answer to tools/call is not MCP: {error}") from error


def read_page(name: str, result: Json) -> tuple[tuple[Tool, ...], str | None]:
    """Read the result of a tools/list as JSON: tools and the next page's cursor; AnswerError if it is none."""
    try:
        page = wire.ListToolsResult.model_validate(result)
    except ValidationError as error:
        raise AnswerError(f"{name}: the answer to tools/list is not MCP: {error}") from error
    return tuple(map(_tool, page.tools)), page.next_cursor


def encoded_name(tool: str) -> str:
    """Write a tool's name as the header Mcp-Name carries it."""
    return encode_header_value(tool)


def _shared_http(token: str | None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        headers=bearing(token),
        verify=ssl.create_default_context(),
        timeout=None,  # every call has its own deadline, over all its parts
        limits=httpx2.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_S
        ),
        event_hooks={"response": [_raise_complaint]},
        trust_env=False,  # a proxy from the environment would swallow calls to 127.0.0.1
    )


async def _raise_complaint(response: httpx2.Response) -> None:
    if response.is_error:
        trouble = complaint(response.status_code, str(response.request.url), await response.aread())
        if trouble is not None:
            raise trouble


def _tool(tool: wire.Tool) -> Tool:
    annotations = tool.annotations.model_dump(by_alias=True, exclude_none=True) if tool.annotations else {}
    if tool.title is not None:
        annotations = {"title": tool.title, **annotations}
    return Tool(tool.name, tool.description or "", tool.input_schema, tool.output_schema, annotations)


def _observation(result: wire.CallToolResult) -> Observation:
    text = "\n".join(
        block.text if isinstance(block, wire.TextContent) else f"[{block.type}]" for block in result.content
    )
    if not result.is_error:
        return Observation(text, result.structured_content)
    match (result.meta or {}).get(REFUSAL):
        case {"code": str() as code}:
            return Observation(text, code=code)
    return Observation(text, code=FOREIGN_REFUSAL)
