"""The reader of MCP tool lists: a dump in a file, or what a server says that is up or is started for it."""

from __future__ import annotations

import asyncio
import hashlib
import shlex
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from farm import FarmError, Link, Tool, connect_stdio, connect_url
from generator.description import Description
from generator.readers.content import MOST_BYTES, parsed
from generator.readers.found import Found, Kind
from generator.readers.mcp_form import described, tool_list
from generator.resource import Document, Resource, ResourceError

FORMAT = "mcp-tools"

DEADLINE_S = 60.0
"""For starting a server, which may fetch a package first, and for listing all its tools."""
_URLS = ("http://", "https://")
_PATH = "tools/list"


@dataclass(frozen=True, slots=True)
class _Server:
    """What a server says of itself: its name and version where it does, the protocol's revision, and its tools."""

    name: str
    version: str
    revision: str
    tools: tuple[Tool, ...]


def read_server(address: str, deadline_s: float = DEADLINE_S) -> Resource:
    """Read the tools of the server at a URL, or of the one that a command line starts. Raises ResourceError.

    Must not be called from a running event loop. What a URL carries besides its place is not kept.
    """
    where = f"mcp:{address}"
    server = asyncio.run(_asked(_connected(address, where, deadline_s), where, deadline_s))
    content = _canonical(server.tools, where)
    document = parsed(content, where)
    name = server.name or "MCP server"
    parts = urlsplit(address) if address.startswith(_URLS) else None
    return Resource(
        reference=where,
        title=name,
        format=FORMAT,
        path=_PATH,
        sha256=hashlib.sha256(content).hexdigest(),
        document=document,
        description=_description(name, document, where),
        package=f"mcp:{server.name}@{server.version}" if server.name and server.version else "",
        url=f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}" if parts else "",
        retrieved=f"version {server.version or 'unknown'}, revision {server.revision}",
    )


def _connected(address: str, where: str, deadline_s: float) -> AbstractAsyncContextManager[Link]:
    if address.startswith(_URLS):
        return connect_url(address, timeout_s=deadline_s)
    try:
        words = shlex.split(address)
    except ValueError as error:
        raise ResourceError(f"{where}: expected a URL or a command line, which cannot be read: {error}") from error
    if not words:
        raise ResourceError(f"{where}: expected a URL or the command line of a server, such as mcp:npx -y some-server")
    return connect_stdio(words[0], words[1:], timeout_s=deadline_s)


async def _asked(connection: AbstractAsyncContextManager[Link], where: str, deadline_s: float) -> _Server:
    try:
        async with asyncio.timeout(deadline_s), connection as link:
            tools = await link.tools()
            name, version = link.server or ("", "")
            return _Server(name, version, link.revision, tools)
    except TimeoutError as error:
        raise ResourceError(
            f"{where}: no list of tools within {deadline_s:g} s; see that the server answers"
        ) from error
    except FarmError as error:
        raise ResourceError(f"mcp: {error}") from error


def _canonical(tools: tuple[Tool, ...], where: str) -> bytes:
    """Write the list as one JSON text, the same for the same tools: keys sorted, nothing between them."""
    try:
        content = orjson.dumps({"tools": [_written(tool) for tool in tools]}, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ResourceError(f"{where}: a list of tools that cannot be written as JSON: {error}") from error
    if len(content) > MOST_BYTES:
        raise ResourceError(f"{where}: a list of tools larger than {MOST_BYTES // 1_000_000} MB")
    return content


def _written(tool: Tool) -> Mapping[str, object]:
    told = {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
    more = {"outputSchema": tool.output_schema, "annotations": tool.annotations}
    return {**told, **{key: value for key, value in more.items() if value}}


def _description(name: str, document: Document, where: str) -> Description:
    at, tools = tool_list(document) or ("/tools", ())
    if not tools:
        raise ResourceError(f"{where}: a server without tools; nothing to compile")
    return described(name, at, tools, where)


def _read(found: Found) -> Resource:
    for around in (found.document, found.document.get("result")):
        if isinstance(around, Mapping) and around.get("nextCursor"):
            raise ResourceError(f"{found.where}: the first page of a longer list; name the server itself: mcp:URL")
    name = found.path.stem
    return Resource(
        reference=found.path.name,
        title=name,
        format=FORMAT,
        path=found.inside,
        sha256=found.sha256,
        document=found.document,
        description=_description(name, found.document, found.where),
        package=found.package,
        retrieved=f"sha256 {found.sha256[:12]}",
    )


KIND = Kind('a list of MCP tools ("tools")', lambda document: tool_list(document) is not None, _read)
