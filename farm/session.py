"""Sessions: one episode over one or several environments, spoken to by the official MCP client."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import httpx2
import mcp_types as wire
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from envkit.calls import JsonObject, Observation, ToolCall
from envkit.errors import REFUSAL
from envkit.snapshot import Diff
from farm.control import Control, Opened, Soundness, close_all, gone, open_all
from farm.errors import (
    AnswerError,
    DeadlineError,
    FarmError,
    LaunchError,
    ServerGoneError,
    UnknownNameError,
    leaves,
)
from farm.last_words import last_words

logger = logging.getLogger(__name__)

REVISION = "2026-07-28"
"""The revision our own servers speak; naming it saves the client a probe."""

UNKNOWN_TOOL = "unknown_tool"
FOREIGN_REFUSAL = "error"
"""The code of a refusal that carries none, from a server that is not ours."""

PAGES = 100

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


class _InvalidParamsError(AnswerError):
    """The server found no such tool, or no sense in the request."""


class Link:
    """An open line to one MCP server of any revision.

    The official client belongs to the task that entered it, so a link keeps a task of its own for it: `call` may come
    from any task of the loop. It opens at the first use, and a line that broke stays broken.
    """

    def __init__(self, name: str, client: Client, *, timeout_s: float, log: IO[str] | None = None) -> None:
        self._name = name
        self._client = client
        self._timeout_s = timeout_s
        self._log = log
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

    async def call(self, tool: str, arguments: JsonObject, *, timeout_s: float | None = None) -> Observation:
        """Call a tool; a refusal is an observation, a line that failed is a FarmError.

        The client's own check of the answer against the output schema is left out: it costs a listing for each link,
        and the registry proves it once for each environment.
        """
        params = wire.CallToolRequestParams(name=tool, arguments=dict(arguments))
        limit = self._timeout_s if timeout_s is None else timeout_s
        try:
            result = await self._request(wire.CallToolRequest(params=params), wire.CallToolResult, limit)
        except _InvalidParamsError as error:
            code = UNKNOWN_TOOL if str(error).lower().startswith("unknown tool") else FOREIGN_REFUSAL
            return Observation(f"{code}: {error}", code=code)
        return _observation(result)

    async def _own(self) -> None:
        async with self._client:
            self._is_ready.set()
            await self._is_done.wait()

    async def _request(self, request: wire.ClientRequest, kind: type[ResultT], timeout_s: float) -> ResultT:
        await self.open()
        try:
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
                return gone(self._name, cause)
            if isinstance(cause, OSError):
                return LaunchError(f"{self._name}: {cause}")
            if isinstance(cause, MCPError) and cause.code == wire.CONNECTION_CLOSED:
                break
            if self._is_ready.is_set():
                raise cause
            return AnswerError(f"{self._name}: no revision in common: {cause}")
        return ServerGoneError(f"{self._name}: the server closed the line{self._last_words()}")

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


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sessions of one farm share: the lines to it, listings by environment, and the sessions themselves."""

    control: Control
    http: httpx2.AsyncClient
    listings: dict[str, tuple[Tool, ...]]
    timeout_s: float
    sessions: set[Session]


class Session:
    """A caller's handle on one episode: a private world in each of its environments.

    Calls may come from any task; the worlds are closed with the session.
    """

    def __init__(self, worlds: Sequence[Opened], shared: Shared) -> None:
        self.worlds: Mapping[str, Opened] = {world.environment: world for world in worlds}
        self._shared = shared
        self._control = shared.control
        self._links: dict[str, Link] = {}
        self._is_closed = False
        shared.sessions.add(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments of this episode, in the order they were asked for."""
        return tuple(self.worlds)

    @property
    def urls(self) -> Mapping[str, str]:
        """The MCP endpoint of each environment's world: any MCP client may speak to it."""
        return {name: world.url for name, world in self.worlds.items()}

    async def tools(self) -> Mapping[str, tuple[Tool, ...]]:
        """List the tools of each environment; asked once for each environment of a farm."""
        for name in self.worlds:
            if name not in self._shared.listings:
                self._shared.listings[name] = await self._link(name).tools()
        return {name: self._shared.listings[name] for name in self.worlds}

    async def call(self, call: ToolCall, *, timeout_s: float | None = None) -> Observation:
        """Call a tool of one of the environments; a refusal is an observation, transport trouble a FarmError."""
        return await self._link(call.environment).call(call.tool, call.arguments, timeout_s=timeout_s)

    async def diff(self, since: str | Mapping[str, str] = "start") -> Mapping[str, Diff]:
        """Return what changed in each world since `start`, or since snapshots given by environment."""
        marks = dict.fromkeys(self.worlds, since) if isinstance(since, str) else since
        return {name: await self._control.diff(world, marks[name]) for name, world in self.worlds.items()}

    async def digest(self) -> Mapping[str, str]:
        """Return the digest of each world's content."""
        return {name: await self._control.digest(world) for name, world in self.worlds.items()}

    async def state(self) -> Mapping[str, JsonObject]:
        """Return each world as `{"now": ..., "entities": {name: [rows]}}`."""
        return {name: await self._control.state(world) for name, world in self.worlds.items()}

    async def invariants(self) -> Mapping[str, Soundness]:
        """Have each environment judge its world."""
        return {name: await self._control.soundness(world) for name, world in self.worlds.items()}

    async def snapshot(self) -> Mapping[str, str]:
        """Keep each world as it stands; the ids serve `restore`, `diff` and `Farm.open`."""
        return {name: await self._control.snapshot(world) for name, world in self.worlds.items()}

    async def restore(self, snapshots: Mapping[str, str]) -> None:
        """Put the worlds of the named environments to stored snapshots."""
        for name, snapshot in snapshots.items():
            await self._control.restore(self._world(name), snapshot)

    async def reset(self) -> None:
        """Put each world back to how it was opened."""
        for world in self.worlds.values():
            await self._control.reset(world)

    async def advance(self, seconds: int) -> Mapping[str, str]:
        """Let time pass in each world; return the new times in the wire form."""
        return {name: await self._control.advance(world, seconds) for name, world in self.worlds.items()}

    async def fork(self) -> Session:
        """Open a second session whose worlds start as these stand now."""
        forks = [partial(self._control.fork, world) for world in self.worlds.values()]
        return Session(await open_all(forks, self._control), self._shared)

    async def close(self) -> None:
        """Hang up and close the worlds; a farm that is gone already is no trouble here."""
        if self._is_closed:
            return
        self._is_closed = True
        self._shared.sessions.discard(self)
        for link in self._links.values():
            await link.close()
        await close_all(self.worlds.values(), self._control)

    def _world(self, environment: str) -> Opened:
        if environment not in self.worlds:
            known = ", ".join(self.worlds)
            raise UnknownNameError(f"this session has no environment {environment!r}; it has {known}")
        return self.worlds[environment]

    def _link(self, environment: str) -> Link:
        url = self._world(environment).url
        link = self._links.get(environment)
        if link is None or link.is_broken:
            transport = streamable_http_client(url, http_client=self._shared.http, terminate_on_close=False)
            client = Client(transport, mode=REVISION, cache=None, client_info=CLIENT)
            link = self._links[environment] = Link(url, client, timeout_s=self._shared.timeout_s)
        return link


@contextlib.asynccontextmanager
async def _opened(link: Link) -> AsyncIterator[Link]:
    try:
        await link.open()
        yield link
    finally:
        await link.close()


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
